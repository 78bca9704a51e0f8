"""One workbook as it comes in: laid out from what is true, then spoilt cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter

from evalkit.ledger import Sheet
from evalkit.ledger.workbook import FIRST_ROW, CellValue, write_workbook
from evalkit.outputs import workbook_bytes
from evalkit.synthetic.dirty.plants import (
    Answer,
    Follow,
    Kind,
    Plant,
    Row,
    Rows,
    Severity,
    _True,
    pick,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["EXAMPLE", "HEADER_ROW", "Book", "Change", "begin"]

EXAMPLE = "示例数据：学校、人员与数字均为虚构，错误是有意安排的"
HEADER_ROW = 3
_FORM_TOP, _FORM_COLUMN = 3, 3

Change = Callable[["Book"], None]
"""Something done to a workbook beyond single cells."""


@dataclass
class Book:
    """A workbook, what is true in it, and what must be found in it."""

    file: str
    sheets: Mapping[str, Sheet]
    rows: Rows
    workbook: Any
    answers: list[Answer] = field(default_factory=list)
    cached: dict[str, dict[str, str | int | float]] = field(default_factory=dict)

    def page(self, sheet: str) -> Worksheet:
        """Return a sheet's page."""
        page: Worksheet = self.workbook[self.sheets[sheet].tab]
        return page

    def address(self, sheet: str, row: int, column: str) -> str:
        """Return where a record's value stands."""
        definition = self.sheets[sheet]
        place = [each.name for each in definition.columns].index(column)
        if definition.layout == "form":
            return f"{get_column_letter(_FORM_COLUMN)}{_FORM_TOP + place}"
        return f"{get_column_letter(place + 1)}{FIRST_ROW + row}"

    def header(self, sheet: str, column: str) -> str:
        """Return where a column's header stands."""
        place = [each.name for each in self.sheets[sheet].columns].index(column)
        return f"{get_column_letter(place + 1)}{HEADER_ROW}"

    def expect(
        self,
        code: str,
        severity: Severity,
        sheet: str = "",
        cell: str = "",
        *,
        note: str,
        kind: Kind = "planted",
    ) -> None:
        """Add a line to the answer key; `sheet` is a machine name or the name of a tab."""
        tab = self.sheets[sheet].tab if sheet in self.sheets else sheet
        self.answers.append(Answer(self.file, tab, cell, code, severity, kind, note))

    def plant(self, plants: Iterable[Plant]) -> None:
        """Spoil cells."""
        for plant in plants:
            row = pick(self.rows[plant.sheet], plant.row, plant.among)
            record = self.rows[plant.sheet][row]
            true = [record.get(plant.column)]
            page = self.page(plant.sheet)
            if plant.clears:
                true.append(record.get(plant.clears))
                page[self.address(plant.sheet, row, plant.clears)].value = None
            place = self.address(plant.sheet, row, plant.column)
            self.put(plant.sheet, place, plant.spell(*true), plant.shown)
            if plant.code:
                at = self.address(plant.sheet, row, plant.at or plant.column)
                self.expect(plant.code, plant.severity, plant.sheet, at, note=plant.note)
            self._follow(plant, row)

    def _follow(self, plant: Plant, row: int) -> None:
        for follow in plant.follows:
            sheet = follow.sheet or plant.sheet
            cell = self._place(follow, sheet, row if follow.row is None else follow.row)
            self.expect(follow.code, follow.severity, sheet, cell, note=plant.note, kind="follows")

    def _place(self, follow: Follow, sheet: str, row: int) -> str:
        if follow.column is None:
            return f"第 {FIRST_ROW + row} 行"
        return self.address(sheet, row, follow.column)

    def put(self, sheet: str, place: str, value: object, shown: str = "General") -> None:
        """Type a value into a cell; text stays text, whatever it begins with."""
        cell: Any = self.page(sheet)[place]
        cell.number_format = shown
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"

    def content(self) -> bytes:
        """Return the workbook's bytes."""
        return workbook_bytes(self.workbook, self.cached)


def begin(
    file: str, sheets: Sequence[Sheet], rows: Rows, plants: Sequence[Plant], heading: str
) -> Book:
    """Lay out what is true, with what the plants say of it."""
    for plant in plants:
        record = rows[plant.sheet][pick(rows[plant.sheet], plant.row, plant.among)]
        _settle(record, plant)
    content = [(sheet, rows[sheet.name]) for sheet in sheets]
    workbook = write_workbook(content, heading=heading, example=EXAMPLE)
    return Book(file, {sheet.name: sheet for sheet in sheets}, rows, workbook)


def _settle(record: Row, plant: Plant) -> None:
    settled: dict[str, CellValue] = dict(plant.truths)
    if not isinstance(plant.true, _True):
        settled[plant.column] = plant.true
    record.update(settled)
