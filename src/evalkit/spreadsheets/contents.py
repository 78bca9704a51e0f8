"""A checked file, ready for the reading library."""

from __future__ import annotations

from dataclasses import dataclass, field

from evalkit.spreadsheets.model import Area, CellFault, Format
from evalkit.spreadsheets.refusals import Refusal

__all__ = ["Contents", "Tab"]


@dataclass(slots=True)
class Tab:
    """A sheet before its values are read."""

    name: str
    hidden: bool = False
    place: int | None = None
    """Which of the packed sheets it is; none if it is refused."""
    refusal: Refusal | None = None
    skipped: bool = False
    """A chart or the like: no cells, nothing to tell."""
    merged: list[Area] | None = None
    """``None`` if the reading library has to say."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    faults: dict[tuple[int, int], CellFault] = field(default_factory=dict)
    comments: int = 0
    rows: int = 0
    columns: int = 0
    """How far its used cells reach, where this is known beforehand."""


@dataclass(slots=True)
class Contents:
    """A file whose container was checked."""

    format: Format
    data: bytes
    """What the reading library gets: only what was checked, packed anew."""
    tabs: list[Tab]
    date1904: bool = False
    macros: bool = False
    named: bool = False
    """Whether the properties name a person."""
