"""Work days as the State Council arranges them: public holidays, and the days worked in lieu.

The arrangement of a year is published the autumn before, so a package holds it only up to some
year. Beyond that, Monday to Friday are taken for work days; :func:`uncovered` tells for whom that
was so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import chinese_calendar
from chinese_calendar import constants

__all__ = ["first_work_day", "is_work_day", "last_known_year", "nth_work_day_after", "uncovered"]

_DAY = timedelta(days=1)


def is_work_day(day: date) -> bool:
    """Whether people work on this day.

    Examples
    --------
    >>> is_work_day(date(2025, 10, 1)), is_work_day(date(2025, 9, 28))  # a holiday; a Sunday worked
    (False, True)
    """
    if uncovered([day]):
        return day.weekday() < 5
    return bool(chinese_calendar.is_workday(day))


def first_work_day(day: date) -> date:
    """Return the first work day on or after a day.

    Examples
    --------
    >>> first_work_day(date(2025, 10, 1))
    datetime.date(2025, 10, 9)
    """
    while not is_work_day(day):
        day += _DAY
    return day


def nth_work_day_after(day: date, number: int) -> date:
    """Return the `number`-th work day after a day; 0 gives the day itself.

    Examples
    --------
    >>> nth_work_day_after(date(2025, 9, 30), 3)
    datetime.date(2025, 10, 11)
    """
    for _ in range(number):
        day = first_work_day(day + _DAY)
    return day


def uncovered(days: Iterable[date]) -> tuple[int, ...]:
    """Return the calendar years among these days whose holidays are not known, in order."""
    first, last = _known_years()
    return tuple(sorted({day.year for day in days if not first <= day.year <= last}))


def last_known_year() -> int:
    """Return the last calendar year whose holidays are known."""
    return _known_years()[1]


@cache
def _known_years() -> tuple[int, int]:
    years = {day.year for day in constants.holidays}
    return min(years), max(years)
