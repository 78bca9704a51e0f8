"""What comes of a cell: a value, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from evalkit.findings import Severity
from evalkit.ledger import Column
from evalkit.personal_data import masked
from evalkit.workspace import AcademicYear

__all__ = [
    "BLANK",
    "NOTHING_TO_DO",
    "Context",
    "Memory",
    "Reading",
    "Remark",
    "Value",
    "hushed",
    "noted",
    "quoted",
    "read_as",
    "refused",
    "warned",
]

Value = str | int | Decimal | bool | date | datetime | None

NOTHING_TO_DO = "无需处理"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about a cell.

    Parameters
    ----------
    code : str
        Code of the handbook, such as ``"D01"``.
    severity : Severity
        Weight. With ``ERROR`` the cell has no value.
    what : str
        What is wrong. It follows the column's header in quotes and has no final full stop.
    rule : str
        What is allowed.
    mend : str
        What to do.
    """

    code: str
    severity: Severity
    what: str
    rule: str
    mend: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell's value and the remarks on it.

    Parameters
    ----------
    value : Value
        ``None`` if the cell is blank or cannot be used.
    remarks : tuple of Remark
        One for each way in which the value differs from what was typed.
    until : date, optional
        Last day, where a span was typed into one cell; `value` is then the first.
    blank : bool
        Whether nothing was filled in.
    outside : bool
        Whether a day was refused because it belongs to another academic year.
    """

    value: Value
    remarks: tuple[Remark, ...] = ()
    until: date | None = None
    blank: bool = False
    outside: bool = False


Memory = dict[tuple[object, ...], tuple[Column, dict[tuple[type, object], Reading]]]
"""By column and kind of file: the column, and what was read from its cells."""


@dataclass(frozen=True, slots=True)
class Context:
    """What has to be known beside the cell and its column.

    Parameters
    ----------
    year : AcademicYear, optional
        Fills in years that were not typed; days are judged by it.
    colleges : mapping
        College code by normalised code, name and alias (:func:`evalkit.ledger.model.normalise`);
        empty if the school lists no colleges.
    date1904 : bool
        Whether day numbers count from 1 January 1904.
    zero_report : bool
        Whether ``无`` in a number column is an explicit zero; else it is blank.
    all_text : bool
        Whether the file holds nothing but text (.csv): plain digits and dates are no slip then.
    memory : dict, optional
        What a :func:`~evalkit.intake.cells.reader` has read before and may hand out again. Contexts
        of one academic year and school may share it.
    """

    year: AcademicYear | None = None
    colleges: Mapping[str, str] = field(default_factory=dict)
    date1904: bool = False
    zero_report: bool = False
    all_text: bool = False
    memory: Memory | None = field(default=None, compare=False, repr=False)


BLANK = Reading(None, blank=True)


def refused(code: str, what: str, rule: str, mend: str) -> Reading:
    """Return the reading of a cell that cannot be used."""
    return Reading(None, (Remark(code, Severity.ERROR, what, rule, mend),))


def warned(code: str, what: str, rule: str, mend: str) -> Remark:
    """Return a remark on a value that is used, and shown."""
    return Remark(code, Severity.WARNING, what, rule, mend)


def noted(code: str, what: str, rule: str, mend: str = NOTHING_TO_DO) -> Remark:
    """Return a remark on harmless cleaning."""
    return Remark(code, Severity.INFO, what, rule, mend)


def hushed(column: Column) -> bool:
    """Whether a column's values must not be told, be it only in some rows."""
    return column.private or bool(column.private_where)


def quoted(text: str, column: Column) -> str:
    """Return a part of a cell in quotes, or words in its stead where it must not be told."""
    return "填写的内容" if hushed(column) else f"“{masked(text)}”"


def read_as(value: object, column: Column) -> str:
    """Return the end of a sentence that tells what a cell was read as."""
    return "" if hushed(column) else f"，读作“{masked(value)}”"
