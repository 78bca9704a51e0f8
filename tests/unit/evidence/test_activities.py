"""Activities: the date decides whether and where one counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from evalkit.evidence import SchoolCalendar, activities
from evalkit.ledger import load_ledger

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]


def held(start: str | None, n_attend: int | None = 10, **more: Any) -> dict[str, Any]:
    return {"start": start, "n_attend": n_attend, "form": "专题讲座", **more}


def theme(start: str, **more: Any) -> dict[str, Any]:
    return held(start, **{"is_theme": True, "has_plan": True, "has_summary": True, **more})


def test_the_year_ends_on_31_august(table: Table, plain: Plain, calendar: SchoolCalendar) -> None:
    days = ("2024-08-31", "2024-09-01", "2025-08-31", "2025-09-01", "2023-10-10")
    frame = table("activities", *(held(day) for day in days))
    assert plain(activities.by_month(frame, calendar)) == [
        ("C01", "2024-09", 1, 10),
        ("C01", "2025-08", 1, 10),
    ]
    assert plain(activities.by_form(frame, calendar)) == [("C01", "专题讲座", 2, 20)]
    assert plain(activities.totals(frame, calendar), "n_activities", "n_attend") == [(2, 20)]


def test_months_without_an_activity_have_no_row(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    frame = table(
        "activities",
        held("2025-03-20", 30),
        held("2024-10-10", 20),
        held("2024-10-11", 5),
        held("2024-10-12", 7, college_code="C02"),
    )
    assert plain(activities.by_month(frame, calendar)) == [
        ("C01", "2024-10", 2, 25),
        ("C01", "2025-03", 1, 30),
        ("C02", "2024-10", 1, 7),
    ]


def test_without_a_date_it_does_not_count(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    frame = table("activities", held(None, 500), held("2024-10-10", 20))
    assert plain(activities.totals(frame, calendar), "n_activities", "n_attend") == [(1, 20)]


def test_without_attendance_it_counts_as_held(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    frame = table("activities", held("2024-10-10", None), held("2024-10-11", 20))
    assert plain(activities.by_month(frame, calendar)) == [("C01", "2024-10", 2, 20)]


def test_a_missing_form_is_none_of_the_nine(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    frame = table(
        "activities",
        held("2024-10-10", form="谈心谈话"),
        held("2024-10-11", form="谈心谈话"),
        held("2024-10-12", form="专题讲座"),
        held("2024-10-13", form=None),
        held("2024-10-14", form=None, college_code="C02"),
    )
    assert plain(activities.by_form(frame, calendar)) == [
        ("C01", "专题讲座", 1, 10),
        ("C01", "谈心谈话", 2, 20),
    ]
    assert plain(activities.totals(frame, calendar), "n_activities", "n_forms") == [(4, 2), (1, 0)]


@pytest.mark.parametrize(
    ("start", "semester"),
    [
        ("2024-09-01", "第一学期"),
        ("2025-01-20", "第一学期"),
        ("2025-02-16", "第一学期"),
        ("2025-02-17", "第二学期"),
        ("2025-08-01", "第二学期"),
    ],
)
def test_holidays_belong_to_the_semester_before(
    table: Table, plain: Plain, calendar: SchoolCalendar, start: str, semester: str
) -> None:
    frame = table("activities", theme(start))
    assert plain(activities.themes_by_semester(frame, calendar)) == [("C01", semester, 1)]


def test_the_date_is_right_and_the_typed_semester_wrong(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    frame = table(
        "activities",
        theme("2025-04-12", semester="第一学期"),
        theme("2024-10-10", semester="第二学期"),
        theme("2024-11-10", semester=None),
    )
    assert plain(activities.themes_by_semester(frame, calendar)) == [
        ("C01", "第一学期", 2),
        ("C01", "第二学期", 1),
    ]


@pytest.mark.parametrize("paper", ["has_plan", "has_summary"])
@pytest.mark.parametrize("given", [False, None])
def test_a_theme_needs_plan_and_summary(
    table: Table, plain: Plain, calendar: SchoolCalendar, paper: str, given: bool | None
) -> None:
    frame = table("activities", theme("2024-10-10", **{paper: given}))
    assert plain(activities.themes_by_semester(frame, calendar)) == []
    assert plain(activities.totals(frame, calendar), "n_themes") == [(1,)]


@pytest.mark.parametrize("given", [False, None])
def test_other_activities_are_no_themes(
    table: Table, plain: Plain, calendar: SchoolCalendar, given: bool | None
) -> None:
    frame = table("activities", theme("2024-10-10", is_theme=given))
    assert plain(activities.themes_by_semester(frame, calendar)) == []
    assert plain(activities.totals(frame, calendar), "n_activities", "n_themes") == [(1, 0)]


def test_the_nine_forms_are_those_of_the_ledger() -> None:
    assert load_ledger()["activities"].column("form").allowed == activities.FORMS
