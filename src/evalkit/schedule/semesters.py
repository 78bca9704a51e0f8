"""The semesters of a year as the schedule sees them, read without pandas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from evalkit.workspace import AcademicYear

__all__ = ["KEYS", "Semesters", "semesters_of"]

KEYS = ("sem1_start", "sem1_end", "sem2_start", "sem2_end")
"""Keys of the sheet 校历与字典 (X03)."""


@dataclass(frozen=True, slots=True)
class Semesters:
    """First and last days of both semesters.

    ``assumed`` says that the centre's sheet gave none that can be. The ends are then late guesses:
    whoever looks a semester through too early has not seen all of it.
    """

    first_start: date
    first_end: date
    second_start: date
    second_end: date
    assumed: bool = False


def semesters_of(entries: Mapping[str, str], year: AcademicYear) -> Semesters:
    """Return the semesters that the sheet gives, by the rule of ``evidence.calendar``.

    Parameters
    ----------
    entries : mapping
        Key → value of the sheet; what is no day is passed over.
    year : AcademicYear
        The year.
    """
    days = [day for key in KEYS if (day := _day(entries.get(key))) is not None]
    in_order = len(days) == len(KEYS) and days == sorted(days)
    # A slip of the year would put everything into one semester.
    if in_order and year.first_day < days[2] <= year.last_day:
        first_start, first_end, second_start, second_end = days
        return Semesters(first_start, first_end, second_start, second_end)
    return Semesters(
        year.first_day, year.day("01-31"), year.day("02-01"), year.day("07-15"), assumed=True
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
