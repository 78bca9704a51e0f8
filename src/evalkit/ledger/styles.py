"""Colours, fonts and measures of the workbooks that go out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from evalkit.ledger.model import Column

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.dimensions import ColumnDimension

__all__ = [
    "BORDER", "CONDITIONAL", "EXAMPLE", "FIXED", "HEAD", "INK", "MISSING", "MUTED", "NUMERIC",
    "OPEN", "OPTIONAL", "PAPER", "TABS", "CellValue", "breadth", "dress", "fill", "font",
    "head_colour", "lines", "put", "required_mark", "width",
]  # fmt: skip

CellValue = str | int | float | Decimal | bool | date | datetime | Sequence[str] | None
"""What a record may hold. A sequence of strings is written with 、 between its parts."""

INK, MUTED, PAPER = "1F2A37", "6B7785", "F4F7FA"
HEAD, CONDITIONAL, OPTIONAL = "1F5C7A", "4E8AA6", "8A97A5"
"""Heads of columns that must be filled, that must be in some rows, and that may stay blank."""
EXAMPLE, FIXED, MISSING = "ECEFF2", "E4EAEF", "FFF9E1"
"""The grey row of examples, what is filled in beforehand, and what is still to be filled."""
TABS = {"cover": "C8963E", "core": HEAD, "optional": "B8C2CC", "coded": "A23B52"}
"""Colours of the tabs."""

BORDER = Border(*(Side(style="thin", color="C9D2DC"),) * 4)
OPEN = Protection(locked=False)
NUMERIC = ("int", "dec", "money", "pct")

_FORMATS = {
    "int": "0",
    "dec": "0.0##",
    "money": "#,##0.00",
    "pct": '0.00"%"',
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
_WIDTHS = {"text": 30, "date": 12, "datetime": 17, "ym": 10, "bool": 9, "int": 9, "dec": 9}
_ALIGNED = {
    **dict.fromkeys(NUMERIC, "right"),
    **dict.fromkeys(("date", "datetime", "ym", "bool", "grade"), "center"),
}
_MARKS = {"always": "＊", "conditional": "\n（＊）", "optional": ""}
_HEADS = {"always": HEAD, "conditional": CONDITIONAL, "optional": OPTIONAL}


def font(size: int = 10, colour: str = INK, *, bold: bool = False, italic: bool = False) -> Font:
    """Return the font of all workbooks, by name: every Chinese office has it."""
    return Font(name="微软雅黑", size=size, color=colour, bold=bold, italic=italic)


def fill(colour: str) -> PatternFill:
    """Return a plain fill."""
    return PatternFill("solid", fgColor=colour)


def required_mark(column: Column) -> str:
    """Return the mark behind a header; :func:`evalkit.ledger.model.normalise` takes it out."""
    return _MARKS[column.required]


def head_colour(column: Column) -> str:
    """Return the colour behind a header."""
    return _HEADS[column.required]


def put(cell: Cell | MergedCell, value: CellValue) -> None:
    """Write a value; text stays text, whatever it begins with: no input becomes a formula."""
    if isinstance(value, bool):
        value = "是" if value else "否"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        value = "、".join(value)
    if isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
    elif value is not None:
        cell.value = value


def dress(target: Cell | MergedCell | ColumnDimension, column: Column) -> None:
    """Make a cell, or a column's cells that are still blank, ready to be filled."""
    target.font = font()
    target.protection = OPEN
    target.number_format = _FORMATS.get(column.type, "@")
    target.alignment = Alignment(
        horizontal=_ALIGNED.get(column.type),
        vertical="center",
        wrap_text=column.type == "text",
    )


def width(column: Column, shown: Sequence[CellValue]) -> float:
    """Return the width of a column that holds these values."""
    longest = max((breadth(value) for value in shown), default=0)
    least = max(
        _WIDTHS.get(column.type, 11),
        min(breadth(column.header), 12 if column.type in NUMERIC else 18) + 2,
    )
    return min(max(least, longest + 2), 40)


def lines(text: CellValue, wide: float) -> int:
    """Return how many lines a text takes in so wide a column."""
    room = max(int(wide) - 1, 1)
    if not isinstance(text, str):
        return max(1, math.ceil(breadth(text) / room))
    return sum(max(1, math.ceil(breadth(part) / room)) for part in text.split("\n"))


def breadth(value: CellValue) -> int:
    """Return how wide a value is, a Chinese character counting two."""
    if value is None:
        return 0
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = "、".join(value)
    return sum(1 if ord(c) < 0x2000 else 2 for c in str(value))
