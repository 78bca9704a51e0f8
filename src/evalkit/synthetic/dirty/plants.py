"""What is planted: a fault as data, and the line that it gets in the answer key.

A fault is told by the true value and by how people misspell it, so that the key never depends on
what the reader makes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from evalkit.ledger.workbook import CellValue

__all__ = [
    "TRUE",
    "Answer",
    "Follow",
    "Kind",
    "Plant",
    "Row",
    "Rows",
    "Severity",
    "Spell",
    "instead",
    "pick",
]

Severity = Literal["E", "W", "I"]
Kind = Literal["planted", "follows"]
Row = dict[str, CellValue]
Rows = dict[str, list[Row]]
"""What is true at a college: records by machine name of the sheet."""

Spell = Callable[..., object]
"""How a true value was typed."""


class _True:
    """Stands for the value that the generator drew."""


TRUE: Final = _True()


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of the answer key: what must be found, where, and what people did."""

    file: str
    sheet: str
    cell: str
    code: str
    severity: Severity
    kind: Kind
    note: str


@dataclass(frozen=True, slots=True)
class Follow:
    """What a fault makes wrong elsewhere; ``column`` is blank for a finding on the whole row."""

    code: str
    severity: Severity
    sheet: str = ""
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Plant:
    """A fault in one cell.

    Parameters
    ----------
    code, severity : str
        What must be found. Without a code there is nothing to find: the reader has to cope.
    sheet, column : str
        Machine names.
    row : int
        Place among the sheet's records, or among those that `among` lets through.
    spell : callable
        How the true value was typed; with `clears` it gets that column's value as well.
    note : str
        What people did, in Chinese.
    true : CellValue, optional
        What is true here, if it matters; else what the generator drew.
    truths : mapping
        Further columns of the record that must be so for the fault to be only this one.
    among : mapping
        Columns and values by which records are picked.
    clears : str
        Column whose value was typed into this cell too; its own cell stays blank.
    at : str
        Column at which it is found, if not at the one that is wrong.
    shown : str
        Number format of the cell.
    kept : bool
        Whether the reader can still tell the true value.
    follows : tuple of Follow
        What else must be found because of it.
    """

    code: str
    severity: Severity
    sheet: str
    row: int
    column: str
    spell: Spell
    note: str
    true: CellValue | _True = TRUE
    truths: Mapping[str, CellValue] = field(default_factory=dict)
    among: Mapping[str, CellValue] = field(default_factory=dict)
    clears: str = ""
    at: str = ""
    shown: str = "General"
    kept: bool = False
    follows: tuple[Follow, ...] = ()


def pick(records: list[Row], row: int, among: Mapping[str, CellValue]) -> int:
    """Return the place of a record: the `row`-th of those with these values.

    Raises
    ------
    IndexError
        If there are not so many.
    """
    places = [
        place
        for place, record in enumerate(records)
        if all(record.get(name) == value for name, value in among.items())
    ]
    return places[row]


def instead(value: object) -> Spell:
    """Return a spelling that puts another value in the place of the true one."""

    def spell(*_: Any) -> object:
        return value

    return spell
