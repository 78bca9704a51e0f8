"""Binary workbooks of the OOXML kind (.xlsb): how far each sheet reaches, then the library."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from evalkit.spreadsheets import bounds, refusals
from evalkit.spreadsheets.contents import Contents, Tab
from evalkit.spreadsheets.markup import elements
from evalkit.spreadsheets.package import Package, pack
from evalkit.spreadsheets.refusals import RefusedError

__all__ = ["prepare"]

_ROW, _FIRST_CELL, _LAST_CELL, _SHEET = 0, 2, 11, 156
_KEPT = ("[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.bin.rels", "xl/workbook.bin")
_SPARE = ("xl/sharedStrings.bin", "xl/styles.bin")


def prepare(package: Package) -> Contents:
    """Check a workbook and pack what is to be read for the reading library.

    Raises
    ------
    RefusedError
        The file cannot be read. One sheet beyond the bounds is enough: the library reads this
        kind as it is, so that no sheet can be taken out.
    """
    parts = {name: package.read(name) for name in _KEPT}
    if not all(parts.values()):
        raise RefusedError(refusals.DAMAGED)
    parts |= {name: package.read(name) for name in _SPARE if name in package}
    targets: list[str] = []
    for name, attributes, _ in elements(parts["xl/_rels/workbook.bin.rels"]):
        kind = attributes.get("Type", "").rpartition("/")[2]
        if name == "Relationship" and kind in ("worksheet", "chartsheet", "dialogsheet"):
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            targets.append(target.lstrip("/"))
    if len(targets) > bounds.MAX_SHEETS:
        raise RefusedError(refusals.TOO_MANY_SHEETS)
    used = 0
    for target in targets:
        parts[target] = package.read(target)
        rows, columns = _reach(parts[target])
        if rows > bounds.MAX_ROWS or columns > bounds.MAX_COLUMNS:
            raise RefusedError(refusals.SHEET_TOO_LARGE)
        used += rows * columns
    if used > bounds.MAX_CELLS:
        raise RefusedError(refusals.TOO_MANY_CELLS)
    count = sum(1 for kind, _ in _records(parts["xl/workbook.bin"]) if kind == _SHEET)
    tabs = [Tab("", place=place) for place in range(count)]
    macros = package.ending("vbaproject.bin")
    return Contents("xlsb", pack(parts), tabs, macros=macros)


def _reach(data: bytes) -> tuple[int, int]:
    rows = columns = row = 0
    for kind, body in _records(data):
        if kind == _ROW:
            row = int.from_bytes(body[:4], "little") + 1
        elif _FIRST_CELL <= kind <= _LAST_CELL:
            rows = max(rows, row)
            columns = max(columns, int.from_bytes(body[:4], "little") + 1)
    return rows, columns


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and body of each record; both lead with numbers of seven bits a byte."""
    place = 0
    while place < len(data):
        kind = data[place]
        place += 1
        if kind & 0x80 and place < len(data):
            kind = kind & 0x7F | (data[place] & 0x7F) << 7
            place += 1
        length = 0
        for shift in range(0, 28, 7):
            if place >= len(data):
                return
            byte = data[place]
            place += 1
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, data[place : place + length]
        place += length
