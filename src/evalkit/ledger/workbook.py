"""How a sheet of the ledger looks in a workbook: title, note, header, machine names, rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from evalkit.ledger.model import Column, Sheet

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["FIRST_ROW", "CellValue", "Record", "write_workbook"]

CellValue = str | int | float | Decimal | bool | date | datetime | Sequence[str] | None
"""What a record may hold. A sequence of strings is written with 、 between its parts."""
Record = Mapping[str, CellValue]

FIRST_ROW = 5
"""First row of data in a table: title, note, header and the hidden machine names stand above."""

_SPARE_ROWS = 500
"""How far below the last record the rules of a table still hold, for whoever goes on filling."""

_INK, _RULE, _PAPER, _HEAD = "1F2A37", "C9D2DC", "F4F7FA", "1F5C7A"
_BORDER = Border(*(Side(style="thin", color=_RULE),) * 4)
_FORMATS = {
    "int": "0",
    "dec": "0.0##",
    "money": "#,##0.00",
    "pct": '0.00"%"',
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
_NUMERIC = ("int", "dec", "money", "pct")
_WIDTHS = {"text": 30, "date": 12, "datetime": 17, "ym": 10, "bool": 9, "int": 9, "dec": 9}


def write_workbook(
    content: Iterable[tuple[Sheet, Sequence[Record]]], *, heading: str, example: str = ""
) -> Workbook:
    """Lay records out in a new workbook, one sheet after the other.

    Parameters
    ----------
    content : iterable of (Sheet, records)
        A record maps machine names of columns to values; what is not given stays blank.
    heading : str
        Put before each sheet's title, such as ``"示例学院 2024-2025 学年"``.
    example : str
        Remark put behind each sheet's note, such as a notice that the data are invented.

    Raises
    ------
    KeyError
        If a record names a column that its sheet does not have.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    lists = _Lists(workbook)
    for sheet, records in content:
        page = workbook.create_sheet(sheet.tab)
        unknown = {name for record in records for name in record} - {c.name for c in sheet.columns}
        if unknown:
            raise KeyError(f"{sheet.name}: {', '.join(sorted(unknown))}")
        page["A1"] = f"{heading}　{sheet.title}"
        page["A2"] = "　".join(text for text in (sheet.note, example) if text)
        if sheet.layout == "form":
            _write_form(page, sheet, records[0] if records else {}, lists)
        else:
            _write_table(page, sheet, records, lists)
        page["A1"].font = Font(name="微软雅黑", size=14, bold=True, color=_HEAD)
        page["A2"].font = Font(name="微软雅黑", size=9, color="6B7785")
        page["A1"].alignment = Alignment(vertical="center")
        page["A2"].alignment = Alignment(vertical="center", wrap_text=True)
        page.row_dimensions[1].height = 26
        page.row_dimensions[2].height = _note_height(page)
        page.sheet_view.showGridLines = sheet.layout == "table"
        page.page_setup.orientation = "landscape"
        page.page_setup.paperSize = 9
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
    lists.close()
    workbook.security.lockStructure = True
    return workbook


class _Lists:
    """The hidden sheet whose columns feed the drop-downs."""

    def __init__(self, workbook: Workbook) -> None:
        self._page = workbook.create_sheet("_lists")
        self._workbook = workbook
        self._columns: dict[tuple[str, ...], str] = {}

    def reference(self, options: tuple[str, ...]) -> str:
        if options not in self._columns:
            place = len(self._columns) + 1
            for row, option in enumerate(options, 1):
                self._page.cell(row, place, option)
            letter = get_column_letter(place)
            self._columns[options] = f"_lists!${letter}$1:${letter}${len(options)}"
        return self._columns[options]

    def close(self) -> None:
        self._page.sheet_state = "hidden"
        self._workbook.move_sheet(self._page, len(self._workbook.worksheets))


def _write_table(page: Worksheet, sheet: Sheet, records: Sequence[Record], lists: _Lists) -> None:
    last = len(sheet.columns)
    if last > 1:
        page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
        page.merge_cells(start_row=2, start_column=1, end_row=2, end_column=last)
    bottom = FIRST_ROW + len(records) + _SPARE_ROWS - 1
    numbered = list(enumerate(sheet.columns, 1))
    for place, column in numbered:
        head = page.cell(3, place, column.header)
        head.font = Font(name="微软雅黑", size=10, bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor=_HEAD)
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        head.border = _BORDER
        page.cell(4, place, column.name)
        letter = get_column_letter(place)
        page.column_dimensions[letter].width = _width(column, records)
        # Rows that are still blank take their format from the column: a month typed there stays
        # 2024-09, a number with a leading zero keeps it.
        page.column_dimensions[letter].number_format = _format(column)
        _validate(page, column, f"{letter}{FIRST_ROW}:{letter}{bottom}", lists)
    page.row_dimensions[3].height = 16 * max(2, *(_lines(page, p, c.header) for p, c in numbered))
    page.row_dimensions[4].hidden = True
    first: dict[str, Any] = {}
    long_texts = [(place, column) for place, column in numbered if column.type == "text"]
    for row, record in enumerate(records, FIRST_ROW):
        lines = [_lines(page, place, record.get(column.name)) for place, column in long_texts]
        if max(lines, default=1) > 1:  # no program gives wrapped text its height by itself
            page.row_dimensions[row].height = 14 * max(lines) + 2
        for place, column in numbered:
            cell: Any = page.cell(row, place)
            _fill(cell, record.get(column.name))
            if column.name in first:
                # Building the same style anew for each cell would take most of the time.
                cell._style = copy(first[column.name]._style)
            else:
                _dress(cell, column)
                first[column.name] = cell
    page.freeze_panes = f"B{FIRST_ROW}"
    page.print_title_rows = "1:3"


def _write_form(page: Worksheet, sheet: Sheet, record: Record, lists: _Lists) -> None:
    page.merge_cells("A1:D1")
    page.merge_cells("A2:D2")
    for row, column in enumerate(sheet.columns, 3):
        page.cell(row, 1, column.name)
        label = page.cell(row, 2, column.header)
        label.font = Font(name="微软雅黑", size=10, color=_INK)
        label.fill = PatternFill("solid", fgColor=_PAPER)
        label.border = _BORDER
        value = page.cell(row, 3)
        _fill(value, record.get(column.name))
        _dress(value, column)
        remark = page.cell(row, 4, _hint(column))
        remark.font = Font(name="微软雅黑", size=9, color="6B7785")
        remark.alignment = Alignment(vertical="center", wrap_text=True)
        _validate(page, column, value.coordinate, lists)
    page.column_dimensions["A"].hidden = True
    for letter, width in (("B", 24), ("C", 36), ("D", 46)):
        page.column_dimensions[letter].width = width


def _fill(cell: Cell | MergedCell, value: CellValue) -> None:
    if isinstance(value, bool):
        value = "是" if value else "否"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        value = "、".join(value)
    if isinstance(value, str):
        # Text stays text, whatever it begins with: no input becomes a formula.
        cell.value = value
        cell.data_type = "s"
    elif value is not None:
        cell.value = value


def _dress(cell: Cell | MergedCell, column: Column) -> None:
    cell.font = Font(name="微软雅黑", size=10, color=_INK)
    cell.border = _BORDER
    cell.protection = Protection(locked=False)
    cell.number_format = _format(column)
    numeric = column.type in _NUMERIC
    cell.alignment = Alignment(
        horizontal="right" if numeric else None, vertical="center", wrap_text=column.type == "text"
    )


def _format(column: Column) -> str:
    return _FORMATS.get(column.type, "@")


def _note_height(page: Worksheet) -> float:
    widths = (d.width for d in page.column_dimensions.values() if not d.hidden)
    lines = math.ceil(_breadth(page["A2"].value) / sum(widths))
    return max(30, 15 * lines)


def _width(column: Column, records: Sequence[Record]) -> float:
    longest = max((_breadth(record.get(column.name)) for record in records), default=0)
    least = max(
        _WIDTHS.get(column.type, 11),
        min(_breadth(column.header), 12 if column.type in _NUMERIC else 18) + 2,
    )
    return min(max(least, longest + 2), 40)


def _lines(page: Worksheet, place: int, text: CellValue) -> int:
    """Return how many lines a text takes in its column."""
    width = page.column_dimensions[get_column_letter(place)].width - 1
    return max(1, -(-_breadth(text) // int(width)))


def _breadth(value: CellValue) -> int:
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = "、".join(value)
    return sum(1 if ord(c) < 0x2000 else 2 for c in str(value)) if value is not None else 0


def _hint(column: Column) -> str:
    """Return what whoever fills the cell is told: whether it must be filled, and how."""
    must = {"always": "必填", "optional": "选填", "conditional": column.when}[column.required]
    several = ""
    if column.type == "enums":
        several = f"可填多项，用“、”隔开：{'、'.join(column.allowed)}"
    return "；".join(text for text in (must, column.note, several) if text)


def _validate(page: Worksheet, column: Column, cells: str, lists: _Lists) -> None:
    rule = _rule(column, lists)
    rule.allow_blank = True
    rule.promptTitle = column.header[:32]
    rule.prompt = _hint(column)[:255]
    rule.showInputMessage = True
    rule.errorTitle = "填写有误"
    rule.add(cells)
    page.add_data_validation(rule)


def _rule(column: Column, lists: _Lists) -> DataValidation:
    if column.type in ("enum", "bool"):
        options = column.allowed or ("是", "否")
        return DataValidation(
            type="list",
            formula1=lists.reference(options),
            error=f"请从下拉列表中选择：{'、'.join(options)}"[:255],
            showErrorMessage=True,
        )
    low, high = column.minimum, column.maximum
    if column.type not in _NUMERIC or (low is None and high is None):
        # A rule without a type allows everything: it only shows the hint.
        return DataValidation(type=None)
    kind = "整数" if column.type == "int" else "数"
    operator: Literal["between", "greaterThanOrEqual", "lessThanOrEqual"]
    if low is not None and high is not None:
        operator, allowed = "between", f" {low} 至 {high} 之间的{kind}"
    elif low is not None:
        operator, allowed = "greaterThanOrEqual", f"不小于 {low} 的{kind}"
    else:
        operator, allowed = "lessThanOrEqual", f"不大于 {high} 的{kind}"
    bounds = [str(bound) for bound in (low, high) if bound is not None]
    return DataValidation(
        type="whole" if column.type == "int" else "decimal",
        operator=operator,
        formula1=bounds[0],
        formula2=bounds[1] if len(bounds) == 2 else None,
        error=f"请填{allowed}，不带单位",
        showErrorMessage=True,
    )
