"""One file's bytes to a book. Runs in a reading process; see :mod:`evalkit.spreadsheets.pool`."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TypeVar

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from evalkit.findings import Finding, Location
from evalkit.personal_data import masked
from evalkit.spreadsheets import bounds, ods, ooxml, recognise, refusals, remarks, text, xls, xlsb
from evalkit.spreadsheets.cfb import MAGIC, Streams
from evalkit.spreadsheets.contents import Contents, Tab
from evalkit.spreadsheets.model import Area, Book, Format, RawSheet
from evalkit.spreadsheets.package import Package
from evalkit.spreadsheets.refusals import Refusal, RefusedError

__all__ = ["read"]

T = TypeVar("T")
Grid = Sequence[Sequence[object]]

_OOXML = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm"})
_SUFFIXES: dict[Format, frozenset[str]] = {
    "xlsx": _OOXML,
    "xlsm": _OOXML,
    "xlsb": frozenset({".xlsb"}),
    "xls": frozenset({".xls", ".xlt"}),
    "ods": frozenset({".ods", ".ots"}),
    "csv": frozenset({".csv", ".tsv", ".txt"}),
}
_WPS = frozenset({".et", ".ett", ".wps", ".dps"})
_ENCRYPTED = "EncryptedPackage"
_LONGEST_NAME = 255


def read(file: str, data: bytes) -> Book:
    """Return what a file holds, or why it is not read.

    Parameters
    ----------
    file : str
        The file's name, as it may be shown.
    data : bytes
        Its content.
    """
    where = Location(file)
    suffix = PurePath(file).suffix.lower()
    try:
        found = _contents(data, suffix)
        if isinstance(found, str):
            sheets: list[RawSheet] = [_text_sheet(file, found)]
            findings: list[Finding] = []
            form: Format = "csv"
        else:
            form, (sheets, findings) = found.format, _sheets(found, where)
            findings += [remarks.macros(where)] if found.macros else []
            findings += [remarks.named(where)] if found.named else []
    except RefusedError as error:
        return Book(file, None, (), (error.refusal.at(where),))
    if suffix not in _SUFFIXES[form]:
        findings.append(remarks.misnamed(where, suffix, form))
    return Book(file, form, tuple(sheets), tuple(findings))


def _contents(data: bytes, suffix: str) -> Contents | str:
    """Return the checked container, or the text of a text file."""
    if not data.strip():
        raise RefusedError(refusals.EMPTY)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(Package(data))
    if data.startswith(MAGIC):
        return _compound(Streams(data), suffix)
    refusal = recognise.foreign(data)
    if refusal is None and suffix in _WPS:
        refusal = refusals.WPS
    if refusal is not None:
        raise RefusedError(refusal)
    if suffix in _SUFFIXES["csv"]:
        return text.decoded(data)
    try:
        decoded = text.decoded(data)
    except RefusedError:
        decoded = ""
    if not text.looks_like_text(decoded):
        raise RefusedError(refusals.DAMAGED)
    return decoded


def _zipped(package: Package) -> Contents:
    kind = package.read("mimetype").strip()
    if kind.startswith(ods.MIMETYPE):
        return ods.prepare(package)
    if kind.startswith(b"application/vnd.oasis.opendocument."):
        other = kind.rpartition(b".")[2]
        found = {b"text": refusals.WORD, b"presentation": refusals.SLIDES}
        raise RefusedError(found.get(other, refusals.OTHER))
    part = ooxml.main_part(package)
    if part.endswith(".bin") or "xl/workbook.bin" in package:
        return xlsb.prepare(package)
    if package.has_below("word/"):
        raise RefusedError(refusals.WORD)
    if package.has_below("ppt/"):
        raise RefusedError(refusals.SLIDES)
    if part in package:
        return ooxml.prepare(package, part)
    known = package.has_below("xl/") or "content.xml" in package
    raise RefusedError(refusals.DAMAGED if known else refusals.ARCHIVE)


def _compound(streams: Streams, suffix: str) -> Contents:
    if _ENCRYPTED in streams:
        raise RefusedError(refusals.PASSWORD)
    if any(name in streams for name in xls.STREAMS):
        return xls.prepare(streams)
    if "WordDocument" in streams:
        raise RefusedError(refusals.WORD)
    if "PowerPoint Document" in streams:
        raise RefusedError(refusals.SLIDES)
    raise RefusedError(refusals.WPS if suffix in _WPS else refusals.OTHER)


def _text_sheet(file: str, decoded: str) -> RawSheet:
    return RawSheet(file, masked(PurePath(file).stem), text.cells(decoded))


def _sheets(contents: Contents, where: Location) -> tuple[list[RawSheet], list[Finding]]:
    tabs = [tab for tab in contents.tabs if not tab.skipped]
    if not tabs:
        raise RefusedError(refusals.NO_SHEETS)
    if all(tab.place is None for tab in tabs):
        return [], [*_refused(tabs, where)]
    workbook = _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(contents.data)))
    if isinstance(workbook, Refusal):
        raise RefusedError(workbook)
    contents.data = b""  # the library has its own copy
    sheets: list[RawSheet] = []
    used = 0
    for tab in tabs:
        if tab.place is None:
            continue
        if tab.place >= len(workbook.sheet_names):
            tab.refusal = refusals.SHEET_DAMAGED
            continue
        metadata = workbook.sheets_metadata[tab.place]
        if not tab.name:
            tab.name = metadata.name
            tab.hidden |= metadata.visible != SheetVisibleEnum.Visible
        if tab.refusal is not None:
            continue
        outcome = _read_sheet(workbook, tab, bounds.MAX_CELLS - used)
        if isinstance(outcome, Refusal):
            tab.refusal = outcome
            continue
        used += len(outcome) * len(outcome[0]) if outcome else 0
        raw = RawSheet(where.file, "", outcome, date1904=contents.date1904)
        sheets.append(_detailed(raw, tab))
    return sheets, [*_refused(tabs, where), *_comments(tabs, where)]


def _read_sheet(workbook: CalamineWorkbook, tab: Tab, left: int) -> Grid | Refusal:
    place = tab.place or 0
    sheet = _guarded(lambda: workbook.get_sheet_by_index(place))
    if isinstance(sheet, Refusal):
        return refusals.SHEET_DAMAGED
    rows, columns = (last + 1 for last in sheet.end or (-1, -1))
    if rows > bounds.MAX_ROWS or columns > bounds.MAX_COLUMNS:
        return refusals.SHEET_TOO_LARGE
    if rows * columns > left:
        return refusals.TOO_MANY_CELLS
    if tab.merged is None:
        tab.merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    rows_read = _guarded(lambda: sheet.to_python(skip_empty_area=False))
    return refusals.SHEET_DAMAGED if isinstance(rows_read, Refusal) else rows_read


def _guarded(call: Callable[[], T]) -> T | Refusal:
    """Call the library; its panics are no ordinary exceptions."""
    try:
        return call()
    except PasswordError:
        return refusals.PASSWORD
    except (CalamineError, OSError, ValueError, OverflowError):
        return refusals.DAMAGED
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            return refusals.DAMAGED
        raise


def _detailed(raw: RawSheet, tab: Tab) -> RawSheet:
    grid = raw.grid
    rows, columns = len(grid), len(grid[0]) if grid else 0
    for (row, column), fault in tab.faults.items():
        if fault != "external" and row < rows and column < columns:
            grid[row][column] = ""  # type: ignore[index]
    return replace(
        raw,
        name=_shown(tab),
        merged=tuple(_merged(tab.merged or [], rows, columns)),
        hidden_rows=frozenset(row for row in tab.hidden_rows if row < rows),
        hidden_columns=frozenset(column for column in tab.hidden_columns if column < columns),
        faults=tab.faults,
        hidden=tab.hidden,
    )


def _merged(areas: list[Area], rows: int, columns: int) -> Iterator[Area]:
    """Yield what of each range lies in the grid; ranges that overlap are none of a real file."""
    left = rows * columns
    for top, first, bottom, last in areas:
        bottom, last = min(bottom, rows - 1), min(last, columns - 1)
        size = (bottom - top + 1) * (last - first + 1)
        if bottom < top or last < first or size == 1:
            continue
        left -= size
        if left < 0:
            return
        yield top, first, bottom, last


def _refused(tabs: list[Tab], where: Location) -> Iterator[Finding]:
    for tab in tabs:
        if tab.refusal is not None:
            yield tab.refusal.at(_place(tab, where))


def _comments(tabs: list[Tab], where: Location) -> Iterator[Finding]:
    for tab in tabs:
        if tab.comments and tab.refusal is None:
            yield remarks.commented(_place(tab, where), tab.comments)


def _place(tab: Tab, where: Location) -> Location:
    return Location(where.file, _shown(tab))


def _shown(tab: Tab) -> str:
    return masked(tab.name[:_LONGEST_NAME])
