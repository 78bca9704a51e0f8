"""Files that are whole or absent, and the same bytes from the same content."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from openpyxl import Workbook

__all__ = [
    "CachedValues",
    "owner_only",
    "save_workbook",
    "workbook_bytes",
    "write_bytes",
    "write_text",
]

CachedValues = Mapping[str, Mapping[str, str | int | float]]
"""Sheet name → cell address → the value that a formula shows before anyone recalculates."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_EPOCH = datetime(2024, 1, 1)  # noqa: DTZ001 -- Office's own properties carry no zone
_ZIP_TIME = (2024, 1, 1, 0, 0, 0)


@contextmanager
def owner_only() -> Iterator[None]:
    """Have all files and folders that are made meanwhile be their owner's alone, where they can be.

    For what holds records of single students, if only by codes. The system keeps this for the whole
    process: a file that another thread makes at the same time is its owner's alone too. On Windows
    it does nothing, for users' folders are closed to others there.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def write_bytes(path: Path, content: bytes) -> Path:
    """Write `content` to `path` whole or not at all.

    The content goes to a temporary file in the same folder, which then takes the name in one
    step. Missing folders are made. An existing file with the same bytes is left untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_bytes() == content:
        return path
    part = path.with_name(f".{path.name}.{token_hex(4)}.part")
    try:
        with part.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return path


def write_text(path: Path, content: str) -> Path:
    """Write UTF-8 text with Unix line ends, whole or not at all."""
    return write_bytes(path, content.encode("utf-8"))


def save_workbook(workbook: Workbook, path: Path, cached: CachedValues | None = None) -> Path:
    """Write an openpyxl workbook by way of :func:`workbook_bytes` and :func:`write_bytes`."""
    return write_bytes(path, workbook_bytes(workbook, cached))


def workbook_bytes(workbook: Workbook, cached: CachedValues | None = None) -> bytes:
    """Return the bytes of an openpyxl workbook, the same at every call.

    Times and authors are taken out of the properties and the archive. Formulas get the values of
    `cached` beside them, so that previews that do not calculate (mail, telephones) show numbers
    too; spreadsheet programs are told to calculate anew.

    Parameters
    ----------
    workbook : openpyxl.Workbook
        The workbook. Its properties are overwritten.
    cached : mapping, optional
        Sheet name → cell address → value of the formula in that cell.

    Raises
    ------
    KeyError
        If `cached` names a sheet or a cell that holds no formula.
    """
    workbook.properties.creator = "evalkit"
    workbook.properties.lastModifiedBy = None
    workbook.properties.created = _EPOCH
    raw = io.BytesIO()
    workbook.save(raw)
    parts_of = {f"xl/worksheets/sheet{n}.xml": s for n, s in enumerate(workbook.sheetnames, 1)}
    todo = dict(cached or {})
    done = io.BytesIO()
    with (
        zipfile.ZipFile(raw) as source,
        zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _fix_modified(content)
            elif name == "docProps/app.xml":
                # LibreOffice trusts the cached values of files that say they come from Excel.
                content = content.replace(b"Microsoft Excel", b"evalkit")
            elif values := todo.pop(parts_of.get(name, ""), None):
                content = _fill_cached(content, values)
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # else it would tell Windows from the others
            target.writestr(info, _canonical(content))
    if todo:
        raise KeyError(f"no such sheet: {', '.join(todo)}")
    return done.getvalue()


def _canonical(part: bytes) -> bytes:
    """Write XML in its canonical form: openpyxl writes it another way where lxml is installed."""
    text = ElementTree.canonicalize(part.decode("utf-8"))
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode()


def _fix_modified(core: bytes) -> bytes:
    # Parsed and written again, the part's prefixes would hang on whether lxml is installed.
    moment = f"{_EPOCH.isoformat()}Z".encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment, core)


def _fill_cached(sheet: bytes, values: Mapping[str, str | int | float]) -> bytes:
    ElementTree.register_namespace("", _MAIN)
    root = ElementTree.fromstring(sheet)  # noqa: S314 -- written by openpyxl a moment ago
    cells = {
        cell.get("r", ""): cell
        for cell in root.iter(f"{{{_MAIN}}}c")
        if cell.find(f"{{{_MAIN}}}f") is not None
    }
    for address, value in values.items():
        cell = cells[address]
        shown = cell.find(f"{{{_MAIN}}}v")
        if shown is None:
            shown = ElementTree.SubElement(cell, f"{{{_MAIN}}}v")
        shown.text = str(value)
        if isinstance(value, str):
            cell.set("t", "str")
        else:
            cell.attrib.pop("t", None)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
