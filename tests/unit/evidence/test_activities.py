"""Activities: the date decides whether and where one counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence import activities
from evalkit.evidence.source import Source
from evalkit.ledger import load_ledger

Build = Callable[..., Source]
Plain = Callable[..., list[tuple[Any, ...]]]
Counts = Callable[..., dict[str, Any]]
Cases = Callable[..., list[dict[str, Any]]]


def held(start: str | None, n_attend: int | None = 10, **more: Any) -> dict[str, Any]:
    return {"start": start, "n_attend": n_attend, "form": "专题讲座", **more}


def theme(start: str | None, **more: Any) -> dict[str, Any]:
    return held(start, **{"is_theme": True, "has_plan": True, "has_summary": True, **more})


def test_what_is_in_the_year(source: Build, counts_of: Counts) -> None:
    days = ("2024-08-31", "2024-09-01", "2025-08-31", "2025-09-01", "2023-10-10", None)
    rows = {"activities": [held(day) for day in days], "base_info": [{"n_students": 40}]}
    found = counts_of(activities.SUBJECT, source(rows))
    assert (found["n_activities"], found["n_attend"], found["n_students"]) == (2, 20, 40)


def test_months_without_an_activity_have_no_row(source: Build, rows_of: Plain) -> None:
    rows = [
        held("2025-03-20", 30),
        held("2024-10-10", 20),
        held("2024-10-11", 5),
        held("2024-10-12", 7, college_code="C02"),
        held("2024-11-12", None),
        held("2024-11-13", 8),
    ]
    columns = ("college_code", "month", "n_activities", "n_attend")
    assert rows_of(activities.month_table(source({"activities": rows})), *columns) == [
        ("C01", "2024-10", 2, 25),
        ("C01", "2024-11", 2, None),
        ("C01", "2025-03", 1, 30),
        ("C02", "2024-10", 1, 7),
    ]


def test_without_attendance_it_counts_as_held(source: Build, counts_of: Counts) -> None:
    rows = {"activities": [held("2024-10-10", None), held("2024-10-11", 20)]}
    found = counts_of(activities.SUBJECT, source(rows))
    assert (found["n_activities"], found["n_attend"]) == (2, None)


def test_a_missing_form_is_none_of_the_nine(
    source: Build, rows_of: Plain, counts_of: Counts
) -> None:
    forms = ("谈心谈话", "谈心谈话", "专题讲座", None)
    rows = source({"activities": [held("2024-10-10", form=form) for form in forms]})
    assert rows_of(activities.form_table(rows), "form", "n_activities", "n_attend") == [
        ("专题讲座", 1, 10),
        ("谈心谈话", 2, 20),
    ]
    found = counts_of(activities.SUBJECT, rows)
    assert (found["n_forms"], found["n_forms_expected"]) == (2, 9)


def test_holidays_belong_to_the_semester_before(counts_of_cases: Cases) -> None:
    first = ("2024-09-01", "2025-01-20", "2025-02-16")
    second, none = ("2025-02-17", "2025-08-01"), ("2024-08-31", None)
    cases = [{"activities": [theme(day)]} for day in (*first, *second, *none)]
    found = counts_of_cases(activities.SUBJECT, cases)
    shown = [(row["n_themes_s1"], row["n_themes_s2"]) for row in found]
    assert shown == [(1, 0), (1, 0), (1, 0), (0, 1), (0, 1), (0, 0), (0, 0)]


def test_the_typed_semester_does_not_count(source: Build, counts_of: Counts) -> None:
    rows = [
        theme("2025-04-12", semester="第一学期"),
        theme("2024-10-10", semester="第二学期"),
        theme("2024-11-10", semester=None),
    ]
    found = counts_of(activities.SUBJECT, source({"activities": rows}))
    assert (found["n_themes_s1"], found["n_themes_s2"]) == (2, 1)


def test_a_theme_needs_its_mark_plan_and_summary(source: Build, rows_of: Plain) -> None:
    rows = [
        theme("2024-10-10", **{paper: given})
        for paper in ("has_plan", "has_summary", "is_theme")
        for given in (False, None)
    ]
    whole = theme("2025-03-10")
    table = activities.theme_table(source({"activities": [*rows, whole]}))
    assert rows_of(table, "semester", "n_themes", "n_announced") == [
        ("第一学期", 0, 4),
        ("第二学期", 1, 1),
    ]


def test_audiences(source: Build, rows_of: Plain, counts_of: Counts) -> None:
    rows = source(
        {
            "activities": [
                held("2024-10-10", 20, audience="新生、女生"),
                held("2024-10-11", 30, audience="新生"),
                held("2024-10-12", 90, audience="全体"),
                held("2024-10-13", None, audience="家长"),
                held("2024-10-14", 50, audience=None),
                held("2025-09-14", 50, audience="毕业生"),
            ]
        }
    )
    table = rows_of(activities.audience_table(rows), "audience", "n_activities", "n_attend")
    assert len(table) == len(activities.AUDIENCES) == 10
    assert [row for row in table if row[1:] != (0, 0)] == [
        ("女生", 1, 20),
        ("家长", 1, None),
        ("新生", 2, 50),
    ]
    found = counts_of(activities.SUBJECT, rows)
    assert (found["n_audiences"], found["n_audiences_expected"]) == (3, 10)


def test_handed_in_without_a_row(counts_of_cases: Cases) -> None:
    [found, other] = counts_of_cases(activities.SUBJECT, [{"activities": []}, {"checks": []}])
    names = ("n_activities", "n_attend", "n_themes_s1", "n_forms", "n_audiences")
    assert [found[name] for name in names] == [0, 0, 0, 0, 0]
    assert [other[name] for name in names] == [None] * 5


def test_forms_and_audiences_are_those_of_the_ledger() -> None:
    sheet = load_ledger()["activities"]
    assert sheet.column("form").allowed == activities.FORMS
    allowed = sheet.column("audience").allowed
    assert tuple(name for name in allowed if name != "全体") == activities.AUDIENCES
    assert not [(a, b) for a in allowed for b in allowed if a != b and a in b]
