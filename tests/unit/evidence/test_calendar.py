"""The school calendar: what the centre wrote, or what stands in for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pandas as pd
import pytest

from evalkit.evidence import SchoolCalendar
from evalkit.evidence.calendar import midnight
from evalkit.workspace import AcademicYear

Table = Callable[..., pd.DataFrame]
DATES = {
    "sem1_start": "2024-09-02",
    "sem1_end": "2025-01-12",
    "sem2_start": "2025-02-17",
    "sem2_end": "2025-07-06",
}


def entries(table: Table, dates: dict[str, str | None]) -> pd.DataFrame:
    others = [
        {"key": "report_month_1", "value": "2024-09"},
        {"key": "alias", "value": "精化", "canonical": "C01"},
        {"key": None, "value": "2024-09-02"},
    ]
    return table("calendar_dict", *others, *({"key": k, "value": v} for k, v in dates.items()))


def test_the_centres_dates(table: Table, year: AcademicYear, calendar: SchoolCalendar) -> None:
    found = SchoolCalendar.from_table(entries(table, DATES), year)
    assert found == calendar
    assert found.division == date(2025, 2, 17)
    assert not found.assumed


def test_a_date_cell_of_a_spreadsheet(table: Table, year: AcademicYear) -> None:
    dates = {key: f"{text} 00:00:00" for key, text in DATES.items()}
    found = SchoolCalendar.from_table(entries(table, dates), year)
    assert found.second_start == date(2025, 2, 17)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sem2_start": None},
        {"sem2_start": "二月十七日"},
        {"sem2_start": "2025-02-30"},
        {"sem2_start": "2024-02-17"},
        {"sem2_start": "2026-02-17"},
        {"sem2_start": "2025-09-02", "sem2_end": "2025-09-03"},
        {"sem1_end": "2025-03-01"},
        {"sem2_end": "2025-02-01"},
    ],
    ids=["blank", "words", "no such day", "year before", "year after", "too late", "overlap",
         "ends before it starts"],
)  # fmt: skip
def test_dates_that_cannot_be(
    table: Table, year: AcademicYear, wrong: dict[str, str | None]
) -> None:
    found = SchoolCalendar.from_table(entries(table, {**DATES, **wrong}), year)
    assert found == SchoolCalendar(
        year,
        date(2024, 9, 1),
        date(2025, 1, 31),
        date(2025, 2, 1),
        date(2025, 8, 31),
        assumed=True,
    )


@pytest.mark.parametrize("key", DATES)
def test_one_date_missing(table: Table, year: AcademicYear, key: str) -> None:
    dates: dict[str, str | None] = {name: day for name, day in DATES.items() if name != key}
    assert SchoolCalendar.from_table(entries(table, dates), year).assumed


def test_no_sheet(table: Table, year: AcademicYear) -> None:
    found = SchoolCalendar.from_table(table("calendar_dict"), year)
    assert found.assumed
    assert found.division == date(2025, 2, 1)


@pytest.mark.parametrize(
    ("month", "days_after", "due"),
    [
        (9, 0, date(2024, 9, 30)),
        (12, 0, date(2024, 12, 31)),
        (12, 5, date(2025, 1, 5)),
        (1, 0, date(2025, 1, 31)),
        (2, 0, date(2025, 2, 28)),
        (8, 0, date(2025, 8, 31)),
    ],
)
def test_due_date(calendar: SchoolCalendar, month: int, days_after: int, due: date) -> None:
    assert calendar.due_date(month, days_after) == due


def test_due_date_in_a_leap_year(table: Table) -> None:
    leap = SchoolCalendar.from_table(table("calendar_dict"), AcademicYear(2023))
    assert leap.due_date(2, 0) == date(2024, 2, 29)


def test_midnight() -> None:
    assert midnight(date(2025, 2, 17)) == datetime(2025, 2, 17, 0, 0)  # noqa: DTZ001
