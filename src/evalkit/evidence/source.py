"""What figures are computed from: the ledgers' tables of any number of years and schools.

The same :class:`Source` holds a school's own snapshots as pandas frames, or a store of thousands
of schools as DuckDB relations or Spark frames. Everything that a subject counts from it is a lazy
narwhals frame with one row for each of the source's ``keys``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

import narwhals as nw

from evalkit.errors import UnknownNameError
from evalkit.evidence.calendar import FIRST, SECOND
from evalkit.evidence.terms import Terms

__all__ = ["KEYS", "STORE_KEYS", "Frame", "Source"]

KEYS = ("academic_year", "college_code")
"""What a figure belongs to within one school."""
STORE_KEYS = ("school_code", *KEYS)
"""What a figure belongs to in a store of many schools."""

Frame = nw.LazyFrame[Any]
_DAY = timedelta(days=1)
_ENDS = ("first", "last")


@dataclass(frozen=True)
class Source:
    """Tables of one engine, and what counting them depends on.

    Attributes
    ----------
    tables : mapping of str to frame
        Machine name of a ledger's sheet → its rows, with the keys as columns, and the columns that
        the ledger's definition declares.
    calendar : frame
        One row for each academic year (and school): the keys without ``college_code``, first_day,
        last_day (of the year), first_start (first day of teaching), second_start (first day that
        counts for the second semester); timestamps.
    due_months : frame
        The keys without ``college_code``, month (``YYYY-MM``) and due (last day, a timestamp) of
        each monthly report that is expected.
    handed_in : frame
        The keys and ``sheet``: one row for each sheet that a college handed in, if only empty.
    terms : Terms
        The rubric's decisions that the measures leave open.
    keys : sequence of str
        :data:`KEYS` or :data:`STORE_KEYS`.
    """

    tables: Mapping[str, Any]
    calendar: Any
    due_months: Any
    handed_in: Any
    terms: Terms = field(default_factory=Terms)
    keys: Sequence[str] = KEYS

    @property
    def years(self) -> list[str]:
        """The keys that name a year: those of :attr:`calendar`."""
        return [key for key in self.keys if key != "college_code"]

    def table(self, name: str) -> Frame:
        """Return a sheet's rows.

        Raises
        ------
        UnknownNameError
            If there is no such table.
        """
        try:
            return _lazy(self.tables[name])
        except KeyError:
            raise UnknownNameError.of("台账表", name, sorted(self.tables)) from None

    def dated(self, name: str) -> Frame:
        """Return a sheet's rows with the calendar of their year."""
        return self.table(name).join(_lazy(self.calendar), on=self.years, how="inner")

    def of_year(self, name: str, day: str) -> Frame:
        """Return the rows whose day lies in their academic year, with ``semester``.

        The date decides the semester, never what was typed; holidays belong to the semester before
        them. Rows without a date are in no year.
        """
        begun = nw.col(day)
        rows = self.dated(name).filter(
            (begun >= nw.col("first_day"))
            & (begun < nw.col("last_day") + nw.lit(_DAY))  # a moment of the last day is in it
        )
        second = begun >= nw.col("second_start")
        return rows.drop("semester", strict=False).with_columns(
            semester=nw.when(second).then(nw.lit(SECOND)).otherwise(nw.lit(FIRST))
        )

    def of_months(self, name: str) -> Frame:
        """Return the rows whose month (``YYYY-MM``) lies in their academic year."""
        label = {f"{end}_month": nw.col(f"{end}_day").dt.to_string("%Y-%m") for end in _ENDS}
        rows = self.table(name).join(
            _lazy(self.calendar).with_columns(**label), on=self.years, how="inner"
        )
        month = nw.col("month")
        return rows.filter((month >= nw.col("first_month")) & (month <= nw.col("last_month")))

    @cached_property
    def everyone(self) -> Frame:
        """The keys of the colleges that handed in anything."""
        return _lazy(self.handed_in).select(*self.keys).unique()

    def colleges(self, *sheets: str) -> Frame:
        """Return the keys of the colleges that handed in all of these sheets."""
        if sheets not in self._colleges:
            *others, last = sheets
            own = _lazy(self.handed_in).filter(nw.col("sheet") == last).select(*self.keys)
            if others:
                own = self.colleges(*others).join(own, on=list(self.keys), how="semi")
            self._colleges[sheets] = own
        return self._colleges[sheets]

    @cached_property
    def _colleges(self) -> dict[tuple[str, ...], Frame]:
        return {}

    def complete(self, counted: Frame, sheet: str, counts: Sequence[str]) -> Frame:
        """Give a row to each college that handed in the sheet: zeros if nothing was counted in it.

        A count that is missing in `counted` stays missing: what a blank cell leaves out is not
        zero. Colleges that did not hand the sheet in have no row: no data is not zero either.
        """
        there = counted.with_columns(counted_at_all=nw.lit(1))
        joined = self.colleges(sheet).join(there, on=list(self.keys), how="left")
        nothing = nw.col("counted_at_all").is_null()
        zeros = {name: nw.when(nothing).then(nw.lit(0)).otherwise(nw.col(name)) for name in counts}
        return joined.with_columns(**zeros).select(*self.keys, *counts)


def _lazy(frame: Any) -> Frame:
    lazy: Frame = nw.from_native(frame).lazy()
    return lazy
