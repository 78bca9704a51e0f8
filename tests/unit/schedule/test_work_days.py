from __future__ import annotations

from datetime import date

import pytest

from evalkit.schedule.work_days import (
    first_work_day,
    is_work_day,
    last_known_year,
    nth_work_day_after,
    uncovered,
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-09-14", True),  # a Saturday worked in lieu before the Mid-Autumn Festival
        ("2024-09-16", False),  # a Monday off for it
        ("2024-09-29", True),  # a Sunday worked in lieu before the National Day
        ("2024-10-12", True),  # a Saturday worked in lieu after it
        ("2024-10-13", False),
        ("2025-01-26", True),  # a Sunday worked in lieu before the Spring Festival
        ("2025-02-04", False),  # the Tuesday on which its holiday ends
        ("2025-02-08", True),
        ("2025-05-05", False),
    ],
)
def test_the_state_councils_arrangement(day: str, works: bool) -> None:
    assert is_work_day(date.fromisoformat(day)) is works


def test_third_work_day_after_a_month() -> None:
    ends = ("2024-09-30", "2024-10-31", "2025-01-31", "2025-03-31", "2025-04-30")
    found = [nth_work_day_after(date.fromisoformat(end), 3).isoformat() for end in ends]
    assert found == ["2024-10-10", "2024-11-05", "2025-02-07", "2025-04-03", "2025-05-08"]


def test_no_day_on_is_the_day_itself() -> None:
    assert nth_work_day_after(date(2025, 10, 1), 0) == date(2025, 10, 1)


def test_first_work_day() -> None:
    assert first_work_day(date(2024, 9, 1)) == date(2024, 9, 2)
    assert first_work_day(date(2024, 9, 29)) == date(2024, 9, 29)
    assert first_work_day(date(2024, 10, 1)) == date(2024, 10, 8)


def test_beyond_what_is_known_weekdays_are_worked() -> None:
    beyond = last_known_year() + 1
    days = [date(beyond, 10, day) for day in range(1, 8)]
    assert [is_work_day(day) for day in days] == [day.weekday() < 5 for day in days]
    assert nth_work_day_after(date(2099, 9, 30), 3) == date(2099, 10, 5)


def test_says_for_which_years_it_does_not_know() -> None:
    days = [date(2099, 1, 1), date(2025, 1, 1), date(1990, 1, 1), date(2099, 5, 1)]
    assert uncovered(days) == (1990, 2099)
    assert uncovered([date(last_known_year(), 12, 31)]) == ()
