"""What a spreadsheet file holds, whatever its format: sheets of raw cells with their addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from evalkit.findings import Finding, Location

__all__ = ["Area", "Book", "CellFault", "Format", "RawSheet", "address"]

Format = Literal["xlsx", "xlsm", "xlsb", "xls", "ods", "csv"]
"""What a file really is, whatever its name says."""

CellFault = Literal["no_result", "error", "external"]
"""Why a formula's cell cannot be used or trusted: no stored result, an error value (``#REF!``),
or a result that was taken from another file."""

Area = tuple[int, int, int, int]
"""A merged range: top row, left column, bottom row, right column, from zero, both ends included."""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet as it was filled: ``grid[row][column]``, both from zero, beginning at cell A1.

    A blank cell is ``""``. Numbers are ``float`` (or ``int``), dates ``date`` or ``datetime``.
    ``name`` is the tab's name with personal numbers masked. In a merged range only the top left
    cell of ``grid`` holds the value. ``hidden`` says that the tab itself is hidden; ``date1904``
    that day numbers count from 1 January 1904.
    """

    file: str
    name: str
    grid: Sequence[Sequence[object]]
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    faults: Mapping[tuple[int, int], CellFault] = field(default_factory=dict)
    hidden: bool = False
    date1904: bool = False

    def location(self, row: int | None = None, column: int | None = None) -> Location:
        """Return a place in this sheet; row and column count from zero."""
        if row is None:
            return Location(self.file, self.name)
        cell = f"第 {row + 1} 行" if column is None else address(row, column)
        return Location(self.file, self.name, cell)


@dataclass(frozen=True, slots=True)
class Book:
    """A spreadsheet file: its sheets in the order of their tabs, and what is wrong with the file.

    A file that cannot be read at all has no sheets and a finding that says why.
    """

    file: str
    format: Format | None
    sheets: tuple[RawSheet, ...]
    findings: tuple[Finding, ...]


def address(row: int, column: int) -> str:
    """Return the A1 address of a cell; row and column count from zero.

    Examples
    --------
    >>> address(6, 10)
    'K7'
    """
    # Three lines, because openpyxl would cost every reader process a third of a second.
    letters, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(65 + place) + letters
    return f"{letters}{row + 1}"
