"""A sheet part: cells found or made in their place, and how large rows and columns are."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter

from evalkit.intake.annotate.package import Package, UnsafePackageError
from evalkit.intake.annotate.workbook import insert_in_order

__all__ = ["LAST_COLUMN", "LAST_ROW", "Address", "SheetPart", "place_of"]

Address = tuple[int, int]
"""Row and column, both from one."""

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MOST_MERGED = 50_000

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
_BEFORE_DRAWINGS = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing",
)  # fmt: skip


def place_of(address: str) -> Address | None:
    """Return row and column of an A1 address, or nothing if there is no such cell.

    Examples
    --------
    >>> place_of("K7"), place_of("$B$2"), place_of("第 7 行")
    ((7, 11), (2, 2), None)
    """
    found = _CELL.fullmatch(address.strip())
    if found is None:
        return None
    row, column = int(found[2]), column_index_from_string(found[1].upper())
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


class SheetPart:
    """The cells of one worksheet. The part counts as edited once a cell has been changed.

    Raises
    ------
    UnsafePackageError
        If rows or cells do not stand in their order.
    """

    def __init__(self, package: Package, part: str) -> None:
        self.package, self.part = package, part
        self.root = package.tree(part)
        self.namespace = str(etree.QName(self.root).namespace)
        data = self.root.find(self._tag("sheetData"))
        if data is None:
            raise UnsafePackageError("a worksheet without cells")
        self._data = data
        self._numbers: list[int] = []
        self._rows: dict[int, etree._Element] = {}
        before = 0
        for row in data.iterchildren(self._tag("row")):
            number = int(row.get("r") or before + 1)
            if number <= before:
                raise UnsafePackageError("rows out of order")
            row.set("r", str(number))  # the place of the rows that follow hangs on it
            self._numbers.append(number)
            self._rows[number] = row
            before = number
        self.merged = [*self._read_merged()]
        self._columns = [
            (int(element.get("min") or 0), int(element.get("max") or 0), element)
            for holder in self.root.iterchildren(self._tag("cols"))
            for element in holder.iterchildren(self._tag("col"))
        ]

    def _tag(self, name: str) -> str:
        return f"{{{self.namespace}}}{name}"

    def _read_merged(self) -> Iterator[tuple[int, int, int, int]]:
        holder = self.root.find(self._tag("mergeCells"))
        if holder is None:
            return
        if len(holder) > MOST_MERGED:
            raise UnsafePackageError("too many merged ranges")
        for element in holder.iterchildren(self._tag("mergeCell")):
            first, _, last = (element.get("ref") or "").partition(":")
            start, end = place_of(first), place_of(last or first)
            if start and end:
                yield *start, *end

    def anchor(self, place: Address) -> Address:
        """Return the cell that shows what stands at a place: the top left one, where merged."""
        row, column = place
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return place

    def _cells(self, row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
        before = 0
        for cell in row.iterchildren(self._tag("c")):
            address = cell.get("r")
            place = place_of(address) if address else (0, before + 1)
            if place is None or place[1] <= before:
                raise UnsafePackageError("cells out of order")
            before = place[1]
            yield before, cell

    def cells(self) -> Iterator[tuple[Address, etree._Element]]:
        """Return every cell with its place."""
        for number, row in self._rows.items():
            for column, cell in self._cells(row):
                yield (number, column), cell

    def restyle(self, cell: etree._Element, index: int) -> None:
        """Give a cell a format."""
        cell.set("s", str(index))
        self.package.edited(self.part)

    def style(self, cell: etree._Element) -> int:
        """Return the number of a cell's format."""
        return int(cell.get("s") or 0)

    def cell(self, place: Address) -> tuple[etree._Element, bool]:
        """Return the cell at a place, and whether it had to be made.

        A new cell has the format of its row, else of its column.
        """
        number, column = place
        row = self._row(number)
        behind = None
        for other, cell in self._cells(row):
            if other == column:
                return cell, False
            if other > column:
                behind = cell
                break
        self._number_cells(row, number)
        new = etree.Element(self._tag("c"), {"r": f"{get_column_letter(column)}{number}"})
        if index := self._default_style(row, column):
            new.set("s", str(index))
        if behind is None:
            row.append(new)
        else:
            behind.addprevious(new)
        if row.get("spans") is not None:
            del row.attrib["spans"]  # a hint, which would no longer be true
        self._widen_dimension(place)
        self.package.edited(self.part)
        return new, True

    def _row(self, number: int) -> etree._Element:
        if number not in self._rows:
            row = etree.Element(self._tag("row"), {"r": str(number)})
            at = bisect_left(self._numbers, number)
            if at < len(self._numbers):
                self._rows[self._numbers[at]].addprevious(row)
            else:
                self._data.append(row)
            self._numbers.insert(at, number)
            self._rows[number] = row
        return self._rows[number]

    def remove(self, cell: etree._Element) -> None:
        """Take out a cell, and its row if nothing is left of that."""
        row = cell.getparent()
        if row is None:
            return
        row.remove(cell)
        if len(row) == 0 and [*row.attrib] == ["r"]:
            number = int(row.get("r") or 0)
            self._data.remove(row)
            self._rows.pop(number, None)
            self._numbers.remove(number)
        self.package.edited(self.part)

    def _number_cells(self, row: etree._Element, number: int) -> None:
        for column, cell in [*self._cells(row)]:
            cell.set("r", cell.get("r") or f"{get_column_letter(column)}{number}")

    def _default_style(self, row: etree._Element, column: int) -> int:
        if row.get("customFormat") in ("1", "true") and row.get("s"):
            return int(row.get("s") or 0)
        for first, last, element in self._columns:
            if first <= column <= last:
                return int(element.get("style") or 0)
        return 0

    def _widen_dimension(self, place: Address) -> None:
        dimension = self.root.find(self._tag("dimension"))
        if dimension is None:
            return
        first, _, last = (dimension.get("ref") or "").partition(":")
        start, end = place_of(first), place_of(last or first)
        if start is None or end is None:
            return
        rows = min(start[0], place[0]), max(end[0], place[0])
        columns = min(start[1], place[1]), max(end[1], place[1])
        corners = [f"{get_column_letter(c)}{r}" for r, c in zip(rows, columns, strict=True)]
        dimension.set("ref", ":".join(dict.fromkeys(corners)))

    def column_pixels(self, column: int) -> int:
        """Return how wide a column is on the screen."""
        for first, last, element in self._columns:
            if first <= column <= last:
                if element.get("hidden") in ("1", "true"):
                    return 0
                if element.get("width"):
                    return round(float(element.get("width") or 0) * 7)
        default = self.root.find(self._tag("sheetFormatPr"))
        width = default.get("defaultColWidth") if default is not None else None
        return round(float(width) * 7) if width and float(width) > 1 else 64

    def row_pixels(self, number: int) -> int:
        """Return how high a row is on the screen."""
        row = self._rows.get(number)
        if row is not None:
            if row.get("hidden") in ("1", "true"):
                return 0
            if row.get("ht"):
                return round(float(row.get("ht") or 0) * 4 / 3)
        default = self.root.find(self._tag("sheetFormatPr"))
        height = default.get("defaultRowHeight") if default is not None else None
        return round(float(height) * 4 / 3) if height and float(height) > 1 else 20

    def set_drawing(self, link: str, namespace: str) -> None:
        """Name the drawing that holds the boxes of the comments."""
        element = etree.Element(self._tag("legacyDrawing"), nsmap={"r": namespace})
        element.set(f"{{{namespace}}}id", link)
        insert_in_order(self.root, element, _BEFORE_DRAWINGS)
        self.package.edited(self.part)

    def remove_drawing(self) -> None:
        """Take out what :meth:`set_drawing` put in."""
        for element in [*self.root.iterchildren(self._tag("legacyDrawing"))]:
            self.root.remove(element)
            self.package.edited(self.part)
