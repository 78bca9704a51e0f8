"""The grey row of a template: one record as it should look."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from evalkit.ledger.model import Column, Sheet
from evalkit.ledger.styles import CellValue
from evalkit.workspace import AcademicYear

__all__ = ["EXAMPLE_MARK", "example_row", "example_text"]

EXAMPLE_MARK = "例："
"""With this the row begins, and by this the reader passes over it."""

_WRITTEN_FOR = 2024
"""The definition's examples are days of 2024-2025; other years move them along."""

_DATED = ("date", "ym", "datetime", "grade", "grades")
_QUOTED = re.compile(r"例如\s*“([^”]+)”|例如\s*([^，；。“”\s]+)")
_YEAR = re.compile(r"(?<!\d)20\d\d")


def example_row(sheet: Sheet, year: AcademicYear) -> list[CellValue]:
    """Return what the grey row holds, column by column; its first cell bears the mark."""
    values = [_example(column, year) for column in sheet.columns]
    first = values[0]
    shown = first.isoformat() if isinstance(first, date) else "" if first is None else str(first)
    return [f"{EXAMPLE_MARK}{shown}", *values[1:]]


def example_text(column: Column) -> str:
    """Return the definition's example, or the one that the column's note gives."""
    found = _QUOTED.search(column.note)
    return column.example or ((found[1] or found[2]) if found else "")


def _example(column: Column, year: AcademicYear) -> CellValue:
    text = example_text(column)
    if column.type in _DATED and text:
        text = _YEAR.sub(lambda found: str(int(found[0]) + year.start - _WRITTEN_FOR), text)
    return _typed(column, text) if text else _derived(column, year)


def _typed(column: Column, text: str) -> CellValue:
    """Return an example as the cell would hold it; what does not fit stays text."""
    try:
        if column.type == "date":
            return date.fromisoformat(text)
        if column.type == "datetime":
            return datetime.fromisoformat(text)
        if column.type in ("int", "dec", "money", "pct"):
            return Decimal(text)
    except (ValueError, InvalidOperation):
        return text
    return text


def _derived(column: Column, year: AcademicYear) -> CellValue:
    made: dict[str, CellValue] = {
        "enum": column.allowed[0] if column.allowed else None,
        "enums": "、".join(column.allowed[:2]),
        "bool": "是",
        "grade": f"{year.start}级",
        "grades": f"{year.start - 1}级、{year.start}级",
        "ym": year.month_label(10),
        "date": date(year.start, 10, 12),
        "datetime": datetime.fromisoformat(f"{year.start}-10-12 21:30"),
    }
    if column.type in ("int", "dec", "money", "pct"):
        return column.minimum if column.minimum is not None else Decimal(0)
    return made.get(column.type)
