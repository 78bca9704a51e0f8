"""The rows of one workbook, as expressions ask about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from evalkit.ledger.rules.values import FIRST, SECOND, Many, Value, equal
from evalkit.workspace import AcademicYear

__all__ = ["UNUSABLE", "Filters", "Records", "Scope"]


class Unusable(Enum):
    """Type of :data:`UNUSABLE`."""

    UNUSABLE = "unusable"


UNUSABLE = Unusable.UNUSABLE
"""Stands in a record for a cell in which something was typed that cannot be used."""

Record = Mapping[str, object]
Filters = tuple[tuple[str, Value], ...]


@dataclass(slots=True)
class Records:
    """The rows of a workbook's sheets, and the calendar of its year.

    Parameters
    ----------
    tables : mapping of str to sequence of mapping
        Rows by machine name of the sheet: values by column. ``None`` is a blank cell,
        :data:`UNUSABLE` one that cannot be used, and a column that is not there at all was not
        there in the file. A sheet that was not handed in, or could not be read, is left out.
    year : AcademicYear
        The academic year.
    second_start : date, optional
        First day of the second semester; 1 February if the school's calendar does not say.
    """

    tables: Mapping[str, Sequence[Record]]
    year: AcademicYear
    second_start: date | None = None
    _totals: dict[object, Many | None] = field(default_factory=dict)
    _indexes: dict[tuple[str, str], tuple[dict[str, list[int]], bool]] = field(default_factory=dict)
    _orders: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)

    def scope(self, sheet: str, position: int) -> Scope:
        """Return what an expression sees from one row; `position` counts from zero."""
        return Scope(self.tables[sheet][position], self, sheet, position)

    def semester(self, day: date) -> str | None:
        """Return the semester of a day of the academic year."""
        day = day.date() if isinstance(day, datetime) else day
        if not self.year.first_day <= day <= self.year.last_day:
            return None
        return FIRST if day < (self.second_start or date(self.year.start + 1, 2, 1)) else SECOND

    def matching(
        self, sheet: str, column: str | None, filters: Filters, certain: frozenset[str]
    ) -> Many | None:
        """Return a column's values in the rows that match, and whether they are all there.

        Parameters
        ----------
        sheet, column : str
            Machine names; without a column, a value stands for each row.
        filters : tuple of (column, value)
            Each must equal.
        certain : frozenset of str
            Columns that every row must fill: one that is blank is as unknown as an unusable one.
        """
        # 1 and True are the same key of a dict, but not the same value to a filter.
        key = (sheet, column, tuple([(name, type(value), value) for name, value in filters]))
        if key not in self._totals:
            self._totals[key] = self._matching(sheet, column, filters, certain)
        return self._totals[key]

    def _matching(
        self, sheet: str, column: str | None, filters: Filters, certain: frozenset[str]
    ) -> Many | None:
        if sheet not in self.tables:
            return None
        positions, complete = self._candidates(sheet, filters, certain)
        found: list[Value] = []
        for position in positions:
            row = self.tables[sheet][position]
            fits = _fits(row, filters, certain)
            if fits is False:
                continue
            value: object = 1 if column is None else row.get(column, UNUSABLE)
            if fits is None or value is UNUSABLE or (value is None and column in certain):
                complete = False
            elif value is not None:
                found.append(value)  # type: ignore[arg-type]
        return Many(tuple(found), complete)

    def _candidates(
        self, sheet: str, filters: Filters, certain: frozenset[str]
    ) -> tuple[Sequence[int], bool]:
        """Return the rows that may match, and whether those left out surely do not.

        A filter by a text of the own row asks anew in every row: without an index, a sheet would
        be gone through as often as it has rows.
        """
        rows = self.tables[sheet]
        everything = range(len(rows)), True
        texts = [(name, value) for name, value in filters if isinstance(value, str)]
        if not texts:
            return everything
        column, wanted = texts[0]
        if (sheet, column) not in self._indexes:
            index: dict[str, list[int]] = {}
            unknown = False
            for position, row in enumerate(rows):
                value = row.get(column, UNUSABLE)
                if isinstance(value, str):
                    index.setdefault(value, []).append(position)
                elif value is not None or column in certain:
                    unknown = True
            self._indexes[sheet, column] = index, unknown
        index, unknown = self._indexes[sheet, column]
        if unknown and len(filters) > 1:  # another filter may still rule the unknown rows out
            return everything
        return index.get(wanted, ()), not unknown

    def before(self, sheet: str, key: str, position: int) -> Record | None:
        """Return the row before the one at `position`, in the order of the column `key`."""
        if (sheet, key) not in self._orders:
            rows = self.tables[sheet]
            known = [n for n, row in enumerate(rows) if row.get(key) not in (None, UNUSABLE)]
            known.sort(key=lambda n: _rank(rows[n][key]))
            self._orders[sheet, key] = dict(zip(known[1:], known, strict=False))
        previous = self._orders[sheet, key].get(position)
        return None if previous is None else self.tables[sheet][previous]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression sees: its own row, and the workbook around it."""

    values: Record
    records: Records
    sheet: str
    position: int

    def value(self, column: str) -> Value:
        """Return a value of the own row; what is blank or unusable is missing."""
        found = self.values.get(column)
        return None if found is UNUSABLE else found  # type: ignore[return-value]


def _fits(row: Record, filters: Filters, certain: frozenset[str]) -> bool | None:
    fits: bool | None = True
    for column, wanted in filters:
        value = row.get(column, UNUSABLE)
        if value is None and column not in certain:
            return False
        same = equal(value, wanted)
        if same is False:
            return False
        fits = fits if same else None
    return fits


def _rank(value: object) -> tuple[int, object]:
    """Return a key by which any values can be put in order, like beside like."""
    if isinstance(value, str):
        return 0, value
    if isinstance(value, datetime):
        return 1, value.replace(tzinfo=None)
    if isinstance(value, date):
        return 1, datetime(value.year, value.month, value.day)  # noqa: DTZ001 -- only an order
    number = isinstance(value, int) or (isinstance(value, Decimal) and value.is_finite())
    return (2, value) if number else (3, str(value))


def summed(found: Many | None) -> Value:
    """Return the sum of what was found, missing unless all of it is known."""
    return None if found is None else found.total


def counted(found: Many | None) -> Value:
    """Return how many rows were found, missing unless all are known."""
    return None if found is None or not found.complete else len(found.values)
