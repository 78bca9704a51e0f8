"""What is printed in a cell as a number or a day of a spreadsheet, with the format to print it so.

Spreadsheets hold what the report shows, not what it was computed from: a rate that is cut off at
99.95% must not become 99.96% there, or 100%.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from evalkit.export.blocks import Column, Table

__all__ = ["Value", "is_number", "values_of"]

_NUMBER = re.compile(
    r"(?P<sign>[-+−]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<rest>\.[0-9]+)?(?P<percent>\s?%)?"
)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
DIGITS = 15
"""Spreadsheets keep so many digits; longer numbers stay text."""
_NUMERIC = frozenset({"count", "score", "change", "number", "money", "percent"})


@dataclass(frozen=True, slots=True)
class Value:
    """A cell of a spreadsheet: its value, and the number format that prints it as in the report."""

    value: str | int | Decimal | date
    number_format: str = "General"


def is_number(text: str) -> bool:
    """Whether a text is a number with nothing lost by taking it as one.

    Examples
    --------
    >>> [is_number(text) for text in ("1,234", "−0.50", "99.95%", "007", "2024-2025", "—*", "")]
    [True, True, True, False, False, False, False]
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return False
    whole = match["whole"].replace(",", "")
    digits = len(whole) + len(match["rest"] or "")
    return digits <= DIGITS and (whole == "0" or not whole.startswith("0"))


def values_of(table: Table) -> list[list[Value]]:
    """Return the cells of a table as a spreadsheet holds them.

    Marks such as ``—*`` stay text. In columns of which nobody said what they hold, numbers become
    numbers only if all cells are numbers or empty or a dash.
    """
    numeric = [_is_numeric(column, table, place) for place, column in enumerate(table.columns)]
    return [
        [
            _value(cell.text, column, number)
            for cell, column, number in zip(row, table.columns, numeric, strict=True)
        ]
        for row in table.rows
    ]


def _is_numeric(column: Column, table: Table, place: int) -> bool:
    if column.kind != "auto":
        return column.kind in _NUMERIC
    texts = {row[place].text.strip() for row in table.rows} - {"", "—", "—*", "NaN", "NA", "<NA>"}
    return bool(texts) and all(is_number(text) for text in texts)


def _value(text: str, column: Column, numeric: bool) -> Value:
    if numeric and is_number(text):
        return _number(text.strip())
    if column.kind == "date" and (match := _DAY.fullmatch(text)):
        try:
            return Value(date(*(int(part) for part in match.groups())), "yyyy-mm-dd")
        except ValueError:
            return Value(text, "@")
    return Value(text, "@")


def _number(text: str) -> Value:
    match = _NUMBER.fullmatch(text)
    if match is None:  # the caller has seen that it is one
        return Value(text, "@")
    rest = match["rest"] or ""
    number = Decimal(match["whole"].replace(",", "") + rest)
    if match["sign"] in ("-", "−"):
        number = -number
    decimals = "." + "0" * (len(rest) - 1) if rest else ""
    shown = ("#,##0" if "," in match["whole"] else "0") + decimals
    if match["percent"]:
        number, shown = number / 100, shown + match["percent"].replace(" ", '" "')
    if match["sign"] == "+":
        shown = f"+{shown};−{shown};{shown}"
    elif match["sign"] == "−":
        shown = f"{shown};−{shown};{shown}"
    whole = not rest and not match["percent"]
    return Value(int(number) if whole else number, shown)
