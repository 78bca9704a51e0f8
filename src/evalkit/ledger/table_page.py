"""A table in a workbook: header, hidden machine names, the grey example, rows to fill."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.styles import Alignment, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import ColumnDimension

from evalkit.ledger.content import Filling
from evalkit.ledger.examples import example_row
from evalkit.ledger.model import Column, Sheet
from evalkit.ledger.page import mark_begun_rows, mark_missing
from evalkit.ledger.styles import (
    BORDER,
    EXAMPLE,
    FIXED,
    MUTED,
    OPEN,
    CellValue,
    dress,
    fill,
    font,
    head_colour,
    lines,
    put,
    required_mark,
    width,
)
from evalkit.ledger.validation import Setting, validate

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["FIRST_ROW", "HEADER_ROW", "LAST_ROW", "set_heights", "source", "write_table"]

HEADER_ROW = 3
FIRST_ROW = 5
"""First row of data in a table: title, note, header and the hidden machine names stand above.
In a template the grey row of examples stands here, and the data begin one row below."""

LAST_ROW = 2000
"""How far down the rules of a table hold."""

_SHEET_COLUMNS = 16_384
_LEAST_WIDTH = 96


def source(sheet: Sheet, column: Column, *, template: bool) -> str:
    """Return, as a formula, the cells of a table's column that are filled."""
    place = [c.name for c in sheet.columns].index(column.name) + 1
    letter, top = get_column_letter(place), _first_row(template=template)
    tab = sheet.tab.replace("'", "''")
    cells = f"'{tab}'!${letter}${top}:${letter}${LAST_ROW}"
    return f"OFFSET('{tab}'!${letter}${top},0,0,MAX(1,COUNTA({cells})),1)"


def write_table(
    page: Worksheet,
    filling: Filling,
    setting: Setting,
    *,
    grey: Sequence[CellValue] | None = None,
    last_row: int | None = None,
) -> None:
    """Write a table from its header down; with a year in the setting, as a template.

    Parameters
    ----------
    page : Worksheet
        The page.
    filling : Filling
        Definition and records.
    setting : Setting
        What the rules of all cells share.
    grey : sequence of CellValue, optional
        What the grey row of a template says; by default the definition's examples.
    last_row : int, optional
        Last row of a table that cannot grow; by default there are rows for many more records.
    """
    sheet, records = filling.sheet, filling.records
    template = setting.year is not None
    top = _first_row(template=template)
    right = get_column_letter(len(sheet.columns))
    begun = f"$A{top}:${right}{top}"
    examples: Sequence[CellValue] = ()
    if setting.year is not None:
        examples = example_row(sheet, setting.year) if grey is None else grey
    for place, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(place)
        example = examples[place - 1] if examples else None
        _write_head(page, column, place, [r.get(column.name) for r in records], example)
        cells = f"{letter}{top}:{letter}{last_row or LAST_ROW}"
        key = sheet.key == (column.name,) and not column.refers
        validate(page, column, cells, setting, unique=template and key)
        if template and column.required == "always":
            mark_missing(page, cells, begun)
    _widen(page, len(sheet.columns))
    if examples:
        _write_grey(page, sheet, examples)
    set_heights(page, sheet, examples)
    _write_records(page, filling, top)
    if template:
        _close_right(page, len(sheet.columns))
    if template and last_row is None:
        # After the colours: of several rules LibreOffice follows only the first that holds.
        mark_begun_rows(page, top, LAST_ROW, right)
    page.freeze_panes = f"B{top}"
    page.print_title_rows = f"1:{HEADER_ROW}"


def _first_row(*, template: bool) -> int:
    return FIRST_ROW + 1 if template else FIRST_ROW


def _write_head(
    page: Worksheet, column: Column, place: int, values: Sequence[CellValue], example: CellValue
) -> None:
    head = page.cell(HEADER_ROW, place, column.header + required_mark(column))
    head.font = font(10, "FFFFFF", bold=True)
    head.fill = fill(head_colour(column))
    head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    head.border = BORDER
    # A font of its own: LibreOffice would take lock and format of a plain cell from the column.
    page.cell(HEADER_ROW + 1, place, column.name).font = font(8, MUTED)
    dimension = page.column_dimensions[get_column_letter(place)]
    dimension.width = width(column, [*values, example if column.type != "text" else None])
    # Rows that are still blank take format and lock from the column: a month typed there stays
    # 2024-09, a number with a leading zero keeps it, and nothing need be stored for it.
    dress(dimension, column)


def _widen(page: Worksheet, last: int) -> None:
    """Give a narrow table the width that its title needs."""
    wide = [page.column_dimensions[get_column_letter(n)] for n in range(1, last + 1)]
    total = sum(dimension.width for dimension in wide)
    for dimension in wide if total < _LEAST_WIDTH else ():
        dimension.width = round(dimension.width * _LEAST_WIDTH / total, 1)


def _write_grey(page: Worksheet, sheet: Sheet, grey: Sequence[CellValue]) -> None:
    for place, (column, example) in enumerate(zip(sheet.columns, grey, strict=True), 1):
        cell: Any = page.cell(FIRST_ROW, place)
        put(cell, example)
        dress(cell, column)
        cell.font, cell.protection = font(9, MUTED, italic=True), Protection(locked=True)
        cell.fill, cell.border = fill(EXAMPLE), BORDER
        cell.alignment = Alignment(
            horizontal=cell.alignment.horizontal, vertical="center", wrap_text=True
        )


def set_heights(page: Worksheet, sheet: Sheet, grey: Sequence[CellValue] = ()) -> None:
    """Make header and grey row as high as their texts need at the columns' widths."""
    wide = [
        page.column_dimensions[get_column_letter(n)].width for n in range(1, len(sheet.columns) + 1)
    ]
    heads = [column.header + required_mark(column) for column in sheet.columns]
    tall = [lines(head, room) for head, room in zip(heads, wide, strict=True)]
    page.row_dimensions[HEADER_ROW].height = 16 * max(2, *tall)
    page.row_dimensions[HEADER_ROW + 1].hidden = True
    if grey:
        tall = [lines(example, room) for example, room in zip(grey, wide, strict=True)]
        page.row_dimensions[FIRST_ROW].height = 13 * max(tall) + 5


def _write_records(page: Worksheet, filling: Filling, top: int) -> None:
    columns = list(enumerate(filling.sheet.columns, 1))
    long_texts = [(place, column) for place, column in columns if column.type == "text"]
    styles: dict[tuple[str, bool], Any] = {}
    for row, record in enumerate(filling.records, top):
        tall = [
            lines(record.get(c.name), page.column_dimensions[get_column_letter(place)].width)
            for place, c in long_texts
        ]
        if max(tall, default=1) > 1:  # no program gives wrapped text its height by itself
            page.row_dimensions[row].height = 14 * max(tall) + 2
        for place, column in columns:
            cell: Any = page.cell(row, place)
            put(cell, record.get(column.name))
            fixed = column.name in filling.fixed and record.get(column.name) is not None
            if (column.name, fixed) in styles:
                # Building the same style anew for each cell would take most of the time.
                cell._style = copy(styles[column.name, fixed])
                continue
            dress(cell, column)
            cell.border = BORDER
            if fixed:
                cell.fill, cell.protection = fill(FIXED), Protection(locked=True)
            styles[column.name, fixed] = cell._style


def _close_right(page: Worksheet, last: int) -> None:
    """Hide the columns to the right; unlocked, for a row with a locked cell cannot be deleted."""
    rest = ColumnDimension(
        page, get_column_letter(last + 1), min=last + 1, max=_SHEET_COLUMNS, hidden=True
    )
    rest.protection = OPEN
    page.column_dimensions[get_column_letter(last + 1)] = rest
