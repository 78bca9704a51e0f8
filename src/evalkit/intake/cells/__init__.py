"""One raw cell → a typed value, with a remark on whatever was not as it should be.

A cell is what a reader finds in a file: text, a number, a date, true or false. :func:`clean`
makes of it a value of its column's type. It never guesses: what could mean two things is refused,
and whatever was read otherwise than typed is told.
"""

from __future__ import annotations

from collections.abc import Callable

from evalkit.intake.cells.choices import clean_bool, clean_enum, clean_enums
from evalkit.intake.cells.colleges import COLLEGE_COLUMNS, clean_college
from evalkit.intake.cells.dates import clean_date
from evalkit.intake.cells.grades import clean_grade, clean_grades
from evalkit.intake.cells.moments import clean_moment, clean_month
from evalkit.intake.cells.names import clean_people
from evalkit.intake.cells.numbers import clean_integer, clean_number, clean_percentage
from evalkit.intake.cells.reading import BLANK, Context, Memory, Reading, Remark, Value, noted
from evalkit.intake.cells.texts import (
    clean_text,
    fold,
    is_blank,
    personal,
    same_as_above,
    typed,
    visible,
)
from evalkit.ledger import Column

__all__ = ["Context", "Memory", "Reading", "Remark", "Value", "clean", "is_blank", "reader"]

_CLEANERS: dict[str, Callable[[object, Column, Context], Reading]] = {
    "str": clean_text,
    "text": clean_text,
    "id": clean_text,
    "enum": clean_enum,
    "enums": clean_enums,
    "bool": clean_bool,
    "int": clean_integer,
    "dec": clean_number,
    "money": clean_number,
    "pct": clean_percentage,
    "date": clean_date,
    "datetime": clean_moment,
    "ym": clean_month,
    "grade": clean_grade,
    "grades": clean_grades,
}
_MARKS_TELL = frozenset({"int", "dec", "money", "pct", "date", "datetime", "ym"})
"""Types in which a dash or a slash may have been meant to say something."""
_TEXTS = frozenset({"str", "text", "id"})
_PLAIN = Context()
_LONGEST_KEPT, _MOST_KEPT = 40, 10_000
"""Characters of a text that is remembered, and how many readings of a column are."""


def clean(cell: object, column: Column, context: Context = _PLAIN) -> Reading:
    """Turn a raw cell into a value of the column's type.

    Parameters
    ----------
    cell : object
        What the reader found: text, float, date, bool.
    column : Column
        The column's definition.
    context : Context, optional
        The academic year, the school's colleges, and what is to be known about the file.

    Returns
    -------
    Reading
        With a remark of severity ``E`` if and only if a filled cell cannot be used. A value that
        was cleaned once is not changed again. Never raises.
    """
    if cell is None or cell == "":
        return BLANK
    if isinstance(cell, str):
        if is_blank(cell):
            return _blank(cell, column)
        refusal = same_as_above(cell)
        if refusal is not None:
            return refusal
        told = cell
    else:
        told = _told(cell, column)
    if len(told) >= 11 and not column.private:
        refusal = personal(told)
        if refusal is not None:
            return refusal
    if column.people:
        return clean_people(cell, column, context)
    if context.colleges and column.name in COLLEGE_COLUMNS:
        return clean_college(cell, column, context)
    return _CLEANERS[column.type](cell, column, context)


def _told(cell: object, column: Column) -> str:
    """Return the text in which a cell that is no text could hold a person's number."""
    if isinstance(cell, (int, float)) and 10**10 <= cell < 10**19:
        return str(int(cell))
    return typed(cell) or "" if column.type in _TEXTS else ""


def reader(column: Column, context: Context) -> Callable[[object], Reading]:
    """Return :func:`clean` for one column, remembering what it has read.

    Ledgers say the same things again and again: names, choices, days, small numbers.
    """
    memory = context.memory
    if memory is None:
        return lambda cell: clean(cell, column, context)
    key = (id(column), context.date1904, context.all_text, context.zero_report)
    # The column is kept alive, lest another one come to its address.
    kept = memory.setdefault(key, (column, {}))[1]

    def read(cell: object) -> Reading:
        reading = kept.get((type(cell), cell))
        if reading is None:
            reading = clean(cell, column, context)
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            if not (type(cell) is str and len(cell) > _LONGEST_KEPT):
                kept[type(cell), cell] = reading
        return reading

    return read


def _blank(cell: str, column: Column) -> Reading:
    if column.type not in _MARKS_TELL or not visible(cell):
        return BLANK
    remark = noted(
        "N05",
        f"写的是“{fold(cell)}”，按没有填写处理",
        "没有内容的格子留空",
        "无需处理；若这一格本应填写，请补填",
    )
    return Reading(None, (remark,), blank=True)
