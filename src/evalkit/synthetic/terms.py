"""The school calendar: semesters, months that reports are due for, days on which work is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evalkit.synthetic.draws import Draws
from evalkit.workspace import AcademicYear

__all__ = ["REPORT_MONTHS", "SEMESTERS", "Terms"]

SEMESTERS = ("第一学期", "第二学期")
REPORT_MONTHS = (9, 10, 11, 12, 1, 3, 4, 5, 6, 7)

_SPRING_FESTIVAL = {
    2010: (2, 14), 2011: (2, 3), 2012: (1, 23), 2013: (2, 10), 2014: (1, 31), 2015: (2, 19),
    2016: (2, 8), 2017: (1, 28), 2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12),
    2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6),
    2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31),
    2034: (2, 19), 2035: (2, 8),
}  # fmt: skip
_HOLIDAYS = {(10, day) for day in range(1, 8)} | {(5, day) for day in range(1, 6)}
_HOLIDAYS |= {(1, 1), (4, 4), (4, 5)}
_MONDAY, _SUNDAY = 0, 6


@dataclass(frozen=True, slots=True)
class Terms:
    """Dates of one academic year.

    The breaks follow the Spring Festival, as they do at schools, so that every year differs.
    """

    year: AcademicYear
    sem1_start: date
    sem1_end: date
    sem2_start: date
    sem2_end: date

    @classmethod
    def of(cls, year: AcademicYear) -> Terms:
        """Return the calendar of a year."""
        spring = year.start + 1
        festival = date(spring, *_SPRING_FESTIVAL.get(spring, (2, 5)))
        start = _next(date(year.start, 9, 1), _MONDAY)
        end = _last(min(festival - timedelta(days=14), date(spring, 1, 20)), _SUNDAY)
        again = _next(festival + timedelta(days=18), _MONDAY)
        again = min(max(again, date(spring, 2, 12)), _last(date(spring, 2, 28), _MONDAY))
        # Some days of July always belong to the semester: its last monthly report is due then.
        over = _last(date(spring, 7, 10), _SUNDAY)
        return cls(year, start, end, _next(again, _MONDAY), over)

    def on(self, month: int, day: int) -> date:
        """Return the day of the academic year that falls on this month and day."""
        return date(self.year.start if month >= 9 else self.year.start + 1, month, day)

    def month_end(self, month: int) -> date:
        """Return the last day of a month."""
        first = self.on(month, 1)
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    @staticmethod
    def semester_of(month: int) -> int:
        """Return 0 for the first semester, 1 for the second."""
        return 0 if month >= 9 or month == 1 else 1

    def working_days(self, month: int) -> list[date]:
        """Return the days of a month on which there are classes."""
        days = (self.on(month, day) for day in range(1, self.month_end(month).day + 1))
        return [
            day
            for day in days
            if day.weekday() < 5
            and (day.month, day.day) not in _HOLIDAYS
            and (self.sem1_start <= day <= self.sem1_end or self.sem2_start <= day <= self.sem2_end)
        ]

    def some_day(self, draws: Draws, month: int, *, before: int = 32) -> date:
        """Return a working day of a month, on a day of the month below `before` if there is one."""
        days = self.working_days(month)
        return draws.pick([day for day in days if day.day < before] or days)

    def working_on(self, day: date) -> date:
        """Return the day itself, or the next day on which offices are open."""
        while day.weekday() >= 5 or (day.month, day.day) in _HOLIDAYS:
            day += timedelta(days=1)
        return day

    @staticmethod
    def open_before(day: date, days: int) -> date:
        """Return the day so many days before, or the last one before that with open offices."""
        day -= timedelta(days=days)
        while day.weekday() >= 5 or (day.month, day.day) in _HOLIDAYS:
            day -= timedelta(days=1)
        return day

    @property
    def filling(self) -> tuple[date, date, date]:
        """Days in which ledgers are finished: right after the second semester."""
        first, second, third = (self.sem2_end + timedelta(days=n) for n in (1, 2, 3))
        return first, second, third

    @property
    def review(self) -> date:
        """Day of the review meeting, when judges sign."""
        return self.sem2_end + timedelta(days=5)


def _next(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _last(day: date, weekday: int) -> date:
    return day - timedelta(days=(day.weekday() - weekday) % 7)
