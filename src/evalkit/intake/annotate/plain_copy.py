"""A plain workbook of what the reader saw, for files whose own format cannot be kept."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from evalkit.intake.annotate.cells import LAST_COLUMN, LAST_ROW
from evalkit.intake.annotate.wording import LONGEST, breadth, safe_text
from evalkit.outputs import workbook_bytes
from evalkit.spreadsheets.model import Book, RawSheet

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["plain_copy"]

_ILLEGAL_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31
_FIRST_DAY = date(1900, 3, 1)
"""Before it, spreadsheet programs do not agree on the days."""

_MOST_MERGED = 10_000
_LARGEST_NUMBER = 10**15


def plain_copy(book: Book) -> tuple[bytes, dict[str, str]]:
    """Return a workbook with the values of `book`, and name of a sheet → title of its tab."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    titles: dict[str, str] = {}
    for sheet in book.sheets:
        title = _title(sheet.name, titles.values())
        titles.setdefault(sheet.name, title)
        _write(workbook.create_sheet(title), sheet)
    pages = workbook.worksheets
    if not pages:
        workbook.create_sheet("原文件")["A1"] = "原文件无法读取，请看“问题清单”。"
    elif all(page.sheet_state == "hidden" for page in pages):
        pages[0].sheet_state = "visible"
    return workbook_bytes(workbook), titles


def _title(name: str, taken: Iterable[str]) -> str:
    """Return a title that a workbook can hold and no other tab has."""
    used = {title.lower() for title in taken}
    base = _ILLEGAL_IN_A_TITLE.sub("_", safe_text(name)).replace("\n", " ").strip("' ") or "表"
    base = base[:_LONGEST_TITLE]
    numbered = (f"{base[: _LONGEST_TITLE - 5]}({n})" for n in range(2, len(used) + 3))
    return next(title for title in (base, *numbered) if title.lower() not in used)


def _write(page: Worksheet, sheet: RawSheet) -> None:
    widths: dict[int, int] = {}
    for row, cells in enumerate(sheet.grid[:LAST_ROW], 1):
        for column, value in enumerate(cells[:LAST_COLUMN], 1):
            if value is not None and value != "":
                shown = _fill(page.cell(row, column), value)
                longest = max((breadth(line) for line in shown.split("\n")), default=0)
                widths[column] = max(widths.get(column, 0), min(longest, 40))
    for column, width in widths.items():
        page.column_dimensions[get_column_letter(column)].width = max(9, width + 2)
    for row in sheet.hidden_rows:
        page.row_dimensions[row + 1].hidden = True
    for column in sheet.hidden_columns:
        page.column_dimensions[get_column_letter(column + 1)].hidden = True
    page.sheet_state = "hidden" if sheet.hidden else "visible"
    _merge(page, sheet)


def _merge(page: Worksheet, sheet: RawSheet) -> None:
    kept: list[CellRange] = []
    for top, left, bottom, right in sheet.merged:
        area = CellRange(min_row=top + 1, min_col=left + 1, max_row=bottom + 1, max_col=right + 1)
        small = 1 < area.size["rows"] * area.size["columns"] <= _MOST_MERGED
        if small and all(area.isdisjoint(other) for other in kept):
            kept.append(area)
            page.merge_cells(area.coord)


def _fill(cell: Any, value: object) -> str:
    """Write a value; return about what is seen. Text stays text, whatever it begins with."""
    cell.font = Font(name="微软雅黑", size=10)
    if isinstance(value, bool):
        cell.value = value
        return "TRUE"
    if isinstance(value, int | float | Decimal) and _is_exact(value):
        cell.value = value
        return f"{value}"
    if isinstance(value, date) and _day(value) >= _FIRST_DAY:
        timed = isinstance(value, datetime) and value.time() != time()
        cell.value = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        cell.number_format = "yyyy-mm-dd hh:mm" if timed else "yyyy-mm-dd"
        return "2024-01-01 00:00" if timed else "2024-01-01"
    if isinstance(value, time | timedelta):
        cell.value = value.replace(tzinfo=None) if isinstance(value, time) else value
        cell.number_format = "hh:mm" if isinstance(value, time) else "[h]:mm"
        return "00:00"
    text = safe_text(str(value), LONGEST)
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    if "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return text


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _is_exact(value: float | Decimal) -> bool:
    """Whether a number stays what it is in a cell, which holds fifteen digits."""
    return math.isfinite(value) and (isinstance(value, float) or abs(value) < _LARGEST_NUMBER)
