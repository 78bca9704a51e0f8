"""A form in a workbook: as it is on paper, two labels with their values a row, long texts below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Border, Protection, Side

from evalkit.ledger.content import Filling, Record
from evalkit.ledger.examples import EXAMPLE_MARK, example_text
from evalkit.ledger.model import Column, Sheet
from evalkit.ledger.page import mark_missing
from evalkit.ledger.styles import (
    BORDER,
    FIXED,
    HEAD,
    INK,
    MUTED,
    PAPER,
    dress,
    fill,
    font,
    lines,
    put,
    required_mark,
)
from evalkit.ledger.validation import Setting, hint, validate

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["write_list", "write_paper_form"]

_TOP = 3
_LABEL, _VALUE, _HINTS = 15, 31, 90
_BELOW = {"college_opinion": "签字：　　　　　　　　（盖章）　　　　　　年　　月　　日"}
"""What the printed form has below a box, for hands and seals."""
_FOOT = {"head_form": "本表一式两份：一份于每学年九月报送校心理中心，另一份学院自行存档。"}
_OUTER = Side(style="thin", color="8A97A5")
_LINE = Border(_OUTER, _OUTER, _OUTER, _OUTER)


def write_list(page: Worksheet, sheet: Sheet, record: Record, setting: Setting) -> None:
    """Write a form as a list: machine name (hidden), label, value, hint."""
    for row, column in enumerate(sheet.columns, _TOP):
        page.cell(row, 1, column.name)
        label = page.cell(row, 2, column.header)
        label.font, label.fill, label.border = font(), fill(PAPER), BORDER
        value = page.cell(row, 3)
        put(value, record.get(column.name))
        dress(value, column)
        value.border = BORDER
        remark = page.cell(row, 4, hint(column))
        remark.font = font(9, MUTED)
        remark.alignment = Alignment(vertical="center", wrap_text=True)
        validate(page, column, value.coordinate, setting)
    page.column_dimensions["A"].hidden = True
    for letter, width in (("B", 24), ("C", 36), ("D", 46)):
        page.column_dimensions[letter].width = width


def write_paper_form(page: Worksheet, filling: Filling, setting: Setting, title: str) -> None:
    """Write a form as it is printed, with hints beside the paper.

    Short values stand two a row, each behind its label. A long text takes the whole width; below
    its box stand, outside of it, an example and what is signed by hand. A label is merged over
    those rows, so that its value is the next cell to the right, in the label's own row.
    """
    sheet = filling.sheet
    record = filling.records[0] if filling.records else {}
    for letter, width in zip("ABCDEF", (_LABEL, _VALUE, _LABEL, _VALUE, 3, _HINTS), strict=True):
        page.column_dimensions[letter].width = width
    row = _head(page, filling, title)
    for columns in _rows(sheet):
        if columns[0].type == "text":
            row = _write_box(page, row, columns[0], filling, record, setting)
            continue
        page.row_dimensions[row].height = 32
        for place, column in zip((1, 3), columns, strict=False):
            _label(page.cell(row, place), column)
            _value(page, row, place + 1, column, filling, record, setting)
        if len(columns) == 1:
            page.merge_cells(start_row=row, start_column=2, end_row=row, end_column=4)
            _frame(page, row, row)
        _hints(page, row, columns)
        row += 1
    foot = _FOOT.get(sheet.name)
    if foot:
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
        page.cell(row, 1, foot).font = font(9, MUTED)
        page.cell(row, 1).alignment = Alignment(vertical="center")
        page.row_dimensions[row].height = 22
    page.print_area = f"A1:D{row if foot else row - 1}"
    page.freeze_panes = f"A{_TOP}"


def _head(page: Worksheet, filling: Filling, title: str) -> int:
    page.merge_cells("A1:D1")
    page.merge_cells("A2:D2")
    page["A1"], page["A2"] = title, "".join((filling.sheet.note, filling.remark))
    page["A1"].font, page["A2"].font = font(16, INK, bold=True), font(9, MUTED)
    page["A1"].alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    page["A2"].alignment = Alignment(vertical="center", wrap_text=True)
    wide = 2 * (_LABEL + _VALUE)
    page.row_dimensions[1].height = 26 * lines(title, wide * 10 / 16) + 8
    page.row_dimensions[2].height = 15 * lines(page["A2"].value, wide) + 6
    return _TOP


def _rows(sheet: Sheet) -> Iterator[Sequence[Column]]:
    """Yield the columns that share a row, in the order of the definition."""
    waiting: list[Column] = []
    for column in sheet.columns:
        if column.type == "text":
            if waiting:
                yield waiting
                waiting = []
            yield [column]
            continue
        waiting.append(column)
        if len(waiting) == 2:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _label(cell: Cell | MergedCell, column: Column) -> None:
    cell.value = column.header + required_mark(column)
    cell.font = font(10, HEAD if column.required == "always" else INK, bold=True)
    cell.fill, cell.border = fill(PAPER), _LINE
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _value(
    page: Worksheet,
    row: int,
    place: int,
    column: Column,
    filling: Filling,
    record: Record,
    setting: Setting,
) -> None:
    cell = page.cell(row, place)
    put(cell, record.get(column.name))
    dress(cell, column)
    cell.border = _LINE
    long = column.type == "text"
    cell.alignment = Alignment(
        horizontal="left",
        vertical="top" if long else "center",
        wrap_text=True,
        indent=0 if long else 1,
    )
    if column.name in filling.fixed and record.get(column.name) is not None:
        cell.fill, cell.protection = fill(FIXED), Protection(locked=True)
    validate(page, column, cell.coordinate, setting)
    if column.required == "always":
        mark_missing(page, cell.coordinate)


def _write_box(
    page: Worksheet, row: int, column: Column, filling: Filling, record: Record, setting: Setting
) -> int:
    """Write a long text's label and box, and what stands below the box; return the next row."""
    example = _example(column)
    below = [text for text in (example, _BELOW.get(column.name)) if text]
    last = row + len(below)
    page.row_dimensions[row].height = 118 if len(below) < 2 else 72
    _label(page.cell(row, 1), column)
    _value(page, row, 2, column, filling, record, setting)
    page.merge_cells(start_row=row, start_column=2, end_row=row, end_column=4)
    for number, text in enumerate(below, row + 1):
        page.merge_cells(start_row=number, start_column=2, end_row=number, end_column=4)
        cell = page.cell(number, 2, text)
        signed = text == _BELOW.get(column.name)
        cell.font = font(10) if signed else font(9, MUTED, italic=True)
        cell.alignment = Alignment(
            horizontal="right" if signed else "left", vertical="center", wrap_text=True
        )
        page.row_dimensions[number].height = 24 if signed else 18
    if below:
        page.merge_cells(start_row=row, start_column=1, end_row=last, end_column=1)
    _frame(page, row, last)
    _hints(page, row, [column])
    return last + 1


def _example(column: Column) -> str:
    text = example_text(column).partition("\n")[0]
    return f"{EXAMPLE_MARK}{text}" if text else ""


def _frame(page: Worksheet, first: int, last: int) -> None:
    """Draw the outline of a box that takes several rows: lines only around it."""
    for row in range(first, last + 1):
        for place in range(1, 5):
            page.cell(row, place).border = Border(
                left=_OUTER if place < 3 else None,
                right=_OUTER if place in (1, 4) else None,
                top=_OUTER if row == first else None,
                bottom=_OUTER if row == last else None,
            )


def _hints(page: Worksheet, row: int, columns: Sequence[Column]) -> None:
    """Write the hints beside the paper; brackets keep them from being read as labels."""
    texts = [f"【{column.header}】{hint(column)}" for column in columns]
    text = "\n".join(texts)
    cell = page.cell(row, 6, text)
    cell.font = font(9, MUTED)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    tall = 13 * lines(text, _HINTS) + 4
    page.row_dimensions[row].height = max(page.row_dimensions[row].height or 0, tall)
