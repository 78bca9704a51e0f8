"""One table: its rows by column, with what cannot be used and where.

Left out, and said: totals, signatures, notes, repeated headers. Read, and said: hidden rows,
merged ranges. The template's own grey example row is passed over without a word.
"""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.findings import Finding, Severity
from evalkit.intake import sheet_findings
from evalkit.intake.addresses import Addresses
from evalkit.intake.cell_findings import Cell, as_typed, read_cell, told
from evalkit.intake.cells import Context, Reading, Value, clean, is_blank, reader
from evalkit.intake.headers import Header
from evalkit.intake.left_out import Kind, LeftOut, not_read
from evalkit.intake.names_of_students import is_full_name
from evalkit.intake.reads import Row, TableRead
from evalkit.intake.totals import Totals
from evalkit.ledger import Column, Sheet
from evalkit.personal_data import masked
from evalkit.spreadsheets import RawSheet, address

__all__ = ["Row", "TableRead", "read_rows"]

_NUMBERS = ("int", "dec", "money")


def read_rows(raw: RawSheet, sheet: Sheet, context: Context, header: Header | None) -> TableRead:
    """Read a table by its definition, below its header."""
    if header is None:
        fault = sheet_findings.no_header(raw, sheet)
        return TableRead(sheet, raw.name, (), (fault,), usable=False, file=raw.file)
    return _Table(raw, sheet, context, header).read()


class _Table:
    """The reading of one sheet: what all its rows share."""

    def __init__(self, raw: RawSheet, sheet: Sheet, context: Context, header: Header) -> None:
        self._raw, self._sheet, self._context, self._header = raw, sheet, context, header
        self._columns = [
            (place, column, address(0, place)[:-1], reader(column, context))
            for place, column in header.columns.items()
        ]
        self._names = {place: column.name for place, column in header.columns.items()}
        self._letters = {column.name: letters for _, column, letters, _ in self._columns}
        self._numbering = _numbering(sheet)
        self._sources = self._merged_cells()
        self._left_out = LeftOut(raw, sheet, header)
        self._totals = Totals(raw, header, context)
        self._findings = list(sheet_findings.about_columns(raw, sheet, header))
        self._told: set[tuple[int, int]] = set()

    def read(self) -> TableRead:
        raw, header = self._raw, self._header
        rows: list[Row] = []
        outside: list[int] = []
        elsewhere: list[Row] = []
        hidden: list[int] = []
        numbered: list[int] = []
        for number in range(header.first_row, len(raw.grid)):
            cells = raw.grid[number]
            places = [
                place
                for place, cell in enumerate(cells)
                if cell != "" and not (type(cell) is str and is_blank(cell))
            ]
            filled = self._filled(number, places)
            if not filled and not places:
                continue
            if self._is_left_out(number, cells, places) or not filled:
                continue
            if filled <= self._numbering and not self._is_in_merged(number):
                numbered.append(number)
                continue
            if number in raw.hidden_rows:
                hidden.append(number)
            row, excluded = self._row(number, cells)
            if excluded:
                outside.append(number)
                elsewhere.append(row)
            else:
                rows.append(row)
        self._findings += self._totals.findings()
        self._findings += sheet_findings.outside_year(raw, outside)
        self._findings += sheet_findings.numbered_only(raw, numbered)
        self._findings += sheet_findings.hidden_rows(raw, hidden)
        self._findings += sheet_findings.hidden_columns(raw, header)
        self._findings += sheet_findings.repeated_keys(self._sheet, raw, rows, self._shared_keys())
        return TableRead(
            self._sheet,
            raw.name,
            tuple(rows),
            tuple(self._findings),
            tuple(header.unknown.values()),
            excluded=tuple(elsewhere),
            file=raw.file,
        )

    def _filled(self, number: int, places: Sequence[int]) -> set[str]:
        """Return the columns in which this row has something of its own."""
        names, faults = self._names, self._raw.faults
        filled = {names[place] for place in places if place in names}
        if faults:
            filled |= {name for place, name in names.items() if (number, place) in faults}
        return filled

    def _is_left_out(self, number: int, cells: Sequence[object], places: Sequence[int]) -> bool:
        found = self._left_out.kind(number, cells, places)
        if found is None:
            return False
        kind, label = found
        if kind is not Kind.EXAMPLE:
            self._findings.append(not_read(self._raw, number, kind))
        if kind is Kind.TOTAL:
            self._totals.total(number, cells, label)
        return True

    def _row(self, number: int, cells: Sequence[object]) -> tuple[Row, bool]:
        values: dict[str, Value] = {}
        lent: dict[str, str] = {}
        unusable: set[str] = set()
        spans: list[tuple[Column, int, Reading, bool]] = []
        excluded = False
        sources, width = self._sources, len(cells)
        faults = self._raw.faults
        for place, column, _, read in self._columns:
            source = sources.get((number, place)) if sources else None
            own = source is None or source == number
            if own:
                content = cells[place] if place < width else ""
                if faults and (number, place) in faults:
                    reading = self._formula(number, place, content, column)
                else:
                    reading = read(content)
                    # Nearly every cell has nothing to be told.
                    if reading.remarks or (reading.blank and column.required == "always"):
                        self._tell(number, place, content, column, reading)
            else:
                reading = self._inside(source or 0, place, column)
            name = column.name
            values[name] = value = reading.value
            if value is None and not reading.blank:
                unusable.add(name)
                excluded |= reading.outside
            if reading.until is not None:
                spans.append((column, place, reading, own))
        for column, place, reading, own in spans:
            until = column.until
            if until and values.get(until) is None and until not in unusable:
                values[until] = reading.until
                lent[until] = column.name
            elif own and not (until and values.get(until) == reading.until):
                self._findings.append(self._second_day(number, place, column))
        self._totals.record(values, frozenset(unusable))
        return Row(values, Addresses(self._letters, number + 1, lent), number + 1), excluded

    def _formula(self, number: int, place: int, content: object, column: Column) -> Reading:
        cell = Cell(self._raw, number, place, content)
        reading, findings = read_cell(cell, column, self._context, coded=self._sheet.coded)
        self._findings += findings
        return reading

    def _tell(
        self, number: int, place: int, content: object, column: Column, reading: Reading
    ) -> None:
        cell = Cell(self._raw, number, place, content)
        self._findings += told(cell, column, self._context, reading, coded=self._sheet.coded)

    def _merged_cells(self) -> dict[tuple[int, int], int]:
        """Return for each cell of a range that goes down the row of the range's own cell.

        A range lends its content downwards, in its first column; what it covers to the right stays
        blank, for a text over two columns says nothing of the second.
        """
        places = self._header.columns
        return {
            (row, left): top
            for top, left, bottom, _right in self._raw.merged
            if bottom > top >= self._header.first_row and left in places
            for row in range(top, bottom + 1)
        }

    def _is_in_merged(self, number: int) -> bool:
        return any((number, place) in self._sources for place in self._header.columns)

    def _inside(self, top: int, place: int, column: Column) -> Reading:
        """Return what a cell further down a merged range stands for; say so once a range."""
        cells = self._raw.grid[top]
        content = cells[place] if place < len(cells) else ""
        number = column.type in _NUMBERS
        if (top, place) not in self._told and not is_blank(content):
            self._told.add((top, place))
            self._findings.append(self._merged(top, place, column, content, number=number))
        # A number over three rows is one number: read three times, it would add up to three.
        return clean("" if number else content, column, self._context)

    def _merged(
        self, top: int, place: int, column: Column, content: object, *, number: bool
    ) -> Finding:
        silent = column.private or bool(column.private_where)
        silent |= self._sheet.coded and isinstance(content, str) and is_full_name(content)
        return Finding(
            "T01",
            Severity.WARNING if number else Severity.INFO,
            self._raw.location(top, place),
            f"“{column.header}”是合并单元格，"
            + ("数字只计入第一行，其余各行按空白处理" if number else "各行按同一内容读取"),
            "" if silent else masked(as_typed(content)),
            "一行填一条，不合并单元格",
            "请取消合并，分别填写每一行的数字" if number else "请取消合并，逐行填写",
        )

    def _second_day(self, number: int, place: int, column: Column) -> Finding:
        return Finding(
            "D03",
            Severity.WARNING,
            self._raw.location(number, place),
            f"“{column.header}”一格写了起止两个日期，只取了前一个",
            "",
            "一格一个日期",
            "请只填一个日期；跨几天的，分别填写起止日期",
        )

    def _shared_keys(self) -> dict[int, object]:
        """Return for each row (from one) the merged cell that its key's first column lies in."""
        if not self._sheet.key or not self._sources:
            return {}
        first = self._sheet.key[0]
        place = next((p for p, c in self._header.columns.items() if c.name == first), None)
        return {row + 1: top for (row, left), top in self._sources.items() if left == place}


def _numbering(sheet: Sheet) -> frozenset[str]:
    """Return the columns that people number beforehand, if others have to be filled as well."""
    numbers = {
        c.name
        for c in sheet.columns
        if (c.type == "id" and c.name in sheet.key) or c.header in ("序号", "编号")
    }
    others = [c for c in sheet.columns if c.required == "always" and c.name not in numbers]
    return frozenset(numbers if others else ())
