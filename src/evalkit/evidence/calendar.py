"""The school calendar: which semester a day belongs to, and when a monthly report is due."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd

from evalkit.workspace import AcademicYear

__all__ = ["FIRST", "SECOND", "SchoolCalendar", "midnight"]

FIRST, SECOND = "第一学期", "第二学期"


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """Semester dates of one academic year.

    ``assumed`` says that the calendar sheet gave none that can be, and that 1 February divides the
    year.
    """

    year: AcademicYear
    first_start: date
    first_end: date
    second_start: date
    second_end: date
    assumed: bool = False

    @classmethod
    def from_table(cls, entries: pd.DataFrame, year: AcademicYear) -> SchoolCalendar:
        """Read the dates from the centre's sheet 校历与字典 (columns key, value)."""
        found = {
            key: day
            for key, value in zip(entries["key"], entries["value"], strict=True)
            if (day := _day(value)) is not None
        }
        names = ("sem1_start", "sem1_end", "sem2_start", "sem2_end")
        days = [found[name] for name in names if name in found]
        in_order = len(days) == len(names) and days == sorted(days)
        # A slip of the year would put every day of the year into one semester.
        if in_order and year.first_day < days[2] <= year.last_day:
            return cls(year, days[0], days[1], days[2], days[3])
        middle = date(year.start + 1, 2, 1)
        return cls(
            year, year.first_day, middle - timedelta(days=1), middle, year.last_day, assumed=True
        )

    @property
    def division(self) -> date:
        """First day that counts for the second semester; holidays belong to the one before."""
        return self.second_start

    def due_date(self, month: int, days_after: int) -> date:
        """Return the last day on which the report of a calendar month is on time."""
        year = self.year.start if month >= 9 else self.year.start + 1
        last = date(year, month, calendar.monthrange(year, month)[1])
        return last + timedelta(days=days_after)


def midnight(day: date) -> datetime:
    """Return the day as the frames hold it: a timestamp at its first moment."""
    return datetime.combine(day, time())


def _day(text: object) -> date | None:
    try:
        return datetime.strptime(str(text)[:10], "%Y-%m-%d").date()  # noqa: DTZ007 -- a day
    except ValueError:
        return None
