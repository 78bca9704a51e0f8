"""OpenDocument spreadsheets (.ods): one pass over the content before the library reads it.

The format repeats cells and rows by number; a short file can mean millions of them. What lies
blank behind the last used cell is cut out, and so is a sheet beyond the bounds.
"""

from __future__ import annotations

from collections.abc import Mapping

from evalkit.spreadsheets import bounds, refusals
from evalkit.spreadsheets.contents import Contents, Tab
from evalkit.spreadsheets.markup import elements, parse, parser
from evalkit.spreadsheets.model import CellFault
from evalkit.spreadsheets.package import Package, pack
from evalkit.spreadsheets.properties import OWN_NAMES
from evalkit.spreadsheets.refusals import RefusedError

__all__ = ["MIMETYPE", "prepare"]

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"

_MANIFEST = b'<manifest:manifest xmlns:manifest="m"/>'
_CELLS = {"table:table-cell", "table:covered-table-cell"}
_HIDDEN = {"collapse", "filter"}


def prepare(package: Package) -> Contents:
    """Check a spreadsheet and pack what is to be read for the reading library.

    Raises
    ------
    RefusedError
        The file as a whole cannot be read.
    """
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise RefusedError(refusals.PASSWORD)
    content = package.xml("content.xml")
    if not content:
        raise RefusedError(refusals.DAMAGED)
    scan = _Scan(content)
    if len(scan.tabs) > bounds.MAX_SHEETS:
        raise RefusedError(refusals.TOO_MANY_SHEETS)
    tabs = [tab for tab, _ in scan.tabs]
    used = 0
    cuts = list(scan.cuts)
    for tab, span in scan.tabs:
        used += tab.rows * tab.columns
        if tab.refusal is None and used > bounds.MAX_CELLS:
            tab.refusal = refusals.TOO_MANY_CELLS
        if tab.refusal is not None:
            used -= tab.rows * tab.columns
            cuts.append(span)
    for place, tab in enumerate(tab for tab in tabs if tab.refusal is None):
        tab.place = place
    parts = {
        "mimetype": MIMETYPE,
        "META-INF/manifest.xml": _MANIFEST,
        "content.xml": _without(content, cuts),
    }
    return Contents("ods", pack(parts), tabs, named=_names_a_person(package))


def _without(content: bytes, cuts: list[tuple[int, int]]) -> bytes:
    kept, last = [], 0
    for start, end in sorted(cuts):
        if start >= last:
            kept.append(content[last:start])
        last = max(last, end)
    return b"".join([*kept, content[last:]])


def _names_a_person(package: Package) -> bool:
    try:
        found = elements(package.xml("meta.xml"))
    except RefusedError as error:
        if error.refusal is refusals.DAMAGED:
            return False
        raise
    return any(
        name in ("creator", "initial-creator") and text.strip().casefold() not in OWN_NAMES
        for name, _, text in found
    )


class _Scan:
    """Sheets with their details, their places in the content, and what may be cut out."""

    def __init__(self, content: bytes) -> None:
        self.tabs: list[tuple[Tab, tuple[int, int]]] = []
        self.cuts: list[tuple[int, int]] = []
        self._content = content
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._tab: Tab | None = None
        self._start = 0
        self._row = self._column = self._columns = self._repeat = 0
        self._row_start = self._blank_rows_start = self._blank_start = -1
        self._weight = 0
        self._cell: Mapping[str, str] | None = None
        self._cell_start = 0
        self._texts = False
        self._parser = parser()
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        parse(self._parser, content, refusals.DAMAGED)

    def _here(self) -> int:
        return self._parser.CurrentByteIndex

    def _after(self) -> int:
        return self._content.index(b">", self._here()) + 1

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties":
            if attributes.get("table:display") == "false":
                self._hidden_styles.add(self._style)
        elif name == "table:table":
            self._open_table(attributes)
        elif self._tab is None:
            return
        elif name == "table:table-column":
            count = _number(attributes, "table:number-columns-repeated")
            if attributes.get("table:visibility") in _HIDDEN:
                last = min(self._columns + count, bounds.MAX_COLUMNS)
                self._tab.hidden_columns.update(range(self._columns, last))
            self._columns += count
        elif name == "table:table-row":
            self._open_row(attributes)
        elif name in _CELLS and self._cell is None:
            self._cell, self._cell_start, self._texts = attributes, self._here(), False
        elif name == "office:annotation":
            self._tab.comments += 1
        elif name == "text:p":
            self._texts = True

    def _close(self, name: str) -> None:
        if self._tab is None:
            return
        if name in _CELLS and self._cell is not None:
            self._close_cell(name, self._cell)
            self._cell = None
        elif name == "table:table-row":
            self._close_row()
        elif name == "table:table":
            if self._blank_rows_start >= 0:
                self.cuts.append((self._blank_rows_start, self._here()))
            self.tabs.append((self._tab, (self._start, self._after())))
            self._tab = None

    def _open_table(self, attributes: Mapping[str, str]) -> None:
        # A table in a cell, or without a name: no spreadsheet program makes these.
        if self._tab is not None or "table:name" not in attributes:
            raise RefusedError(refusals.DAMAGED)
        hidden = attributes.get("table:style-name", "") in self._hidden_styles
        self._tab = Tab(attributes["table:name"], hidden=hidden, merged=[])
        self._start = self._here()
        self._row = self._columns = self._weight = 0
        self._blank_rows_start = -1
        self._cell = None

    def _open_row(self, attributes: Mapping[str, str]) -> None:
        self._row_start, self._blank_start, self._column = self._here(), -1, 0
        self._repeat = _number(attributes, "table:number-rows-repeated")
        if self._tab is not None and attributes.get("table:visibility") in _HIDDEN:
            last = min(self._row + self._repeat, bounds.MAX_ROWS)
            self._tab.hidden_rows.update(range(self._row, last))
        self._used = False

    def _close_cell(self, name: str, attributes: Mapping[str, str]) -> None:
        tab = self._tab
        if tab is None:
            return
        count = _number(attributes, "table:number-columns-repeated")
        formula = attributes.get("table:formula", "")
        if not (self._texts or formula or "office:value-type" in attributes):
            if self._blank_start < 0:
                self._blank_start = self._cell_start
            self._column += count
            return
        self._blank_start, self._used = -1, True
        last_row, last_column = self._row + self._repeat, self._column + count
        self._weight += (self._here() - self._cell_start) * count * self._repeat
        if last_row > bounds.MAX_ROWS or last_column > bounds.MAX_COLUMNS:
            tab.refusal = refusals.SHEET_TOO_LARGE
        elif self._weight > bounds.MAX_UNPACKED:
            tab.refusal = refusals.OUT_OF_MEMORY
        else:
            tab.rows, tab.columns = max(tab.rows, last_row), max(tab.columns, last_column)
            self._note(tab, attributes, formula, name)
        self._column = last_column

    def _note(self, tab: Tab, attributes: Mapping[str, str], formula: str, name: str) -> None:
        place = self._row, self._column
        down = _number(attributes, "table:number-rows-spanned")
        right = _number(attributes, "table:number-columns-spanned")
        if name == "table:table-cell" and down * right > 1 and tab.merged is not None:
            bottom = min(place[0] + down, bounds.MAX_ROWS) - 1
            edge = min(place[1] + right, bounds.MAX_COLUMNS) - 1
            tab.merged.append((*place, bottom, edge))
        fault = _fault(attributes, formula, texts=self._texts)
        if fault is not None:
            tab.faults[place] = fault

    def _close_row(self) -> None:
        if not self._used:
            if self._blank_rows_start < 0:
                self._blank_rows_start = self._row_start
        else:
            self._blank_rows_start = -1
            if self._blank_start >= 0:
                self.cuts.append((self._blank_start, self._here()))
        self._row += self._repeat


def _number(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise RefusedError(refusals.DAMAGED)
    return max(int(text), 1)


def _fault(attributes: Mapping[str, str], formula: str, *, texts: bool) -> CellFault | None:
    if attributes.get("calcext:value-type") == "error":
        return "error"
    if not formula:
        return None
    if "office:value-type" not in attributes and not texts:
        return "no_result"
    return "external" if "'file:" in formula else None
