"""Monthly reports: in time, late, undated, missing; balanced, or copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from evalkit.evidence import monthly_reports
from evalkit.evidence.source import Source
from evalkit.evidence.terms import Terms

Build = Callable[..., Source]
Plain = Callable[..., list[tuple[Any, ...]]]
Counts = Callable[..., dict[str, Any]]
Cases = Callable[..., list[dict[str, Any]]]


YEAR = ("2024-09", "2024-10", "2024-11", "2024-12", "2025-01",
        "2025-03", "2025-04", "2025-05", "2025-06", "2025-07")  # fmt: skip
TROUBLES = ("n_study", "n_relation", "n_love", "n_mood", "n_family", "n_other")


def report(month: str | None, submitted_on: str | None = None, **more: Any) -> dict[str, Any]:
    return {"month": month, "submitted_on": submitted_on, **more}


def register(month: str, new: int, closed: int, end: int | None, **more: Any) -> dict[str, Any]:
    counts = {"n_key_new": new, "n_key_closed": closed, "n_key_end": end}
    return {"month": month, **dict.fromkeys(TROUBLES, 1), **counts, **more}


@pytest.mark.parametrize(
    ("dates", "days", "status"),
    [
        (("2024-09-01",), 0, "on_time"),
        (("2024-09-30",), 0, "on_time"),
        (("2024-09-30 17:00",), 0, "on_time"),
        (("2024-10-01",), 0, "late"),
        (("2024-10-05",), 5, "on_time"),
        (("2024-10-06",), 5, "late"),
        ((None,), 0, "undated"),
        ((), 0, "missing"),
        (("2024-10-09", "2024-09-29"), 0, "on_time"),
        (("2024-10-09", "2024-10-08"), 0, "late"),
        ((None, "2024-09-29"), 0, "on_time"),
    ],
)
def test_the_deadline(
    source: Build, rows_of: Plain, dates: Sequence[str | None], days: int, status: str
) -> None:
    terms = Terms(report_months=(9,), report_days=days)
    rows = source({"monthly": [report("2024-09", day) for day in dates]}, terms=terms)
    table = monthly_reports.timeliness_table(rows)
    assert rows_of(table, "college_code", "month", "status") == [("C01", "2024-09", status)]


def test_a_row_for_each_month_that_is_due(source: Build, rows_of: Plain) -> None:
    reports = [
        report("2025-01", "2025-02-03"),
        report("2024-12", "2024-12-30"),
        report("2024-01", "2024-01-20"),
        report("2025-08", "2025-08-20"),
        report(None, "2025-01-20"),
        report("2024-12", "2024-12-30", college_code="C09"),
    ]
    rows = source(
        {"monthly": reports},
        handed_in={"monthly": ["C01", "C02"]},
        terms=Terms(report_months=(12, 1, 3)),
    )
    table = monthly_reports.timeliness_table(rows)
    assert rows_of(table, "college_code", "month", "status") == [
        ("C01", "2024-12", "on_time"),
        ("C01", "2025-01", "late"),
        ("C01", "2025-03", "missing"),
        ("C02", "2024-12", "missing"),
        ("C02", "2025-01", "missing"),
        ("C02", "2025-03", "missing"),
    ]


def test_what_came_of_what_is_due(source: Build, counts_of: Counts) -> None:
    classes = {"n_classes_due": 10, "n_classes_in": 9}
    reports = [
        report("2024-09", "2024-09-30", db_updated_on="2024-09-30", **classes),
        report("2024-10", "2024-11-02", db_updated_on="2024-11-02", **classes),
        report("2024-11", None, db_updated_on=None, **classes),
        report("2024-11", "2024-11-30", db_updated_on="2024-11-05", n_classes_in=10),
        report("2025-02", "2025-02-28", db_updated_on="2025-02-28", **classes),
    ]
    found = counts_of(monthly_reports.SUBJECT, source({"monthly": reports}))
    assert (found["n_due"], found["n_in"], found["n_on_time"], found["n_db_updated"]) == (
        10,
        3,
        2,
        2,
    )
    # A month that stands there twice is one month.
    assert (found["n_classes_in"], found["n_classes_due"]) == (28, 30)


def test_a_blank_makes_the_classes_missing(counts_of_cases: Cases) -> None:
    full = report("2024-09", n_classes_due=10, n_classes_in=9)
    cases = [
        {"monthly": [full, report("2024-10", n_classes_due=10)]},
        {"monthly": [full, report("2025-02", n_classes_due=10)]},
        {"monthly": []},
        {"checks": []},
    ]
    found = counts_of_cases(monthly_reports.SUBJECT, cases)
    names = ("n_due", "n_in", "n_classes_in", "n_classes_due")
    assert [tuple(row[name] for name in names) for row in found] == [
        (10, 2, None, 20),
        (10, 1, 9, 10),
        (10, 0, 0, 0),
        (None, None, None, None),
    ]


BALANCES: dict[str, tuple[list[dict[str, Any]], tuple[int, int]]] = {
    "all months": ([register(month, 2, 1, 10 + n) for n, month in enumerate(YEAR)], (9, 9)),
    "no February": ([register("2025-01", 0, 0, 5), register("2025-03", 1, 0, 6)], (1, 1)),
    "February all the same": (
        [register("2025-01", 0, 0, 5), register("2025-02", 3, 0, 8), register("2025-03", 1, 0, 9)],
        (2, 2),
    ),
    "a month missing": ([register("2024-09", 0, 0, 5), register("2024-11", 9, 0, 6)], (0, 0)),
    "wrong": ([register("2024-09", 0, 0, 5), register("2024-10", 2, 1, 7)], (1, 0)),
    "taken out for being wrong": (
        [
            register("2024-09", 0, 0, 5),
            register("2024-10", 2, 1, None),
            register("2024-11", 1, 1, 6),
        ],
        (1, 0),
    ),
    "not said": (
        [register("2024-09", 0, 0, 5), {"month": "2024-10", "n_key_end": 5}],
        (0, 0),
    ),
    "a single month": ([register("2024-09", 3, 1, 5)], (0, 0)),
    "the year before": ([register("2024-07", 0, 0, 1), register("2024-09", 0, 0, 5)], (0, 0)),
    "nothing": ([], (0, 0)),
}


def test_from_one_month_to_the_next(counts_of_cases: Cases) -> None:
    cases = [{"monthly": rows} for rows, _ in BALANCES.values()]
    found = counts_of_cases(monthly_reports.SUBJECT, cases)
    shown = [(row["n_in_checked"], row["n_balanced"]) for row in found]
    assert dict(zip(BALANCES, shown, strict=True)) == {
        name: expected for name, (_, expected) in BALANCES.items()
    }


def months(*new: int | None) -> list[dict[str, Any]]:
    """Months from September on that differ in one number only; ``None`` leaves a month out."""
    pairs = zip(YEAR, new, strict=False)
    return [register(month, number, 0, 5) for month, number in pairs if number is not None]


RUNS: dict[str, tuple[list[dict[str, Any]], int]] = {
    "all different": (months(1, 2, 3, 4), 1),
    "three of five": (months(1, 2, 2, 2, 1), 3),
    "over the winter": (months(1, 2, 3, 4, 7, 7, 7, 8), 3),
    "the longer of two": (months(1, 1, 2, 3, 3, 3, 3), 4),
    "broken by a missing month": (months(6, 6, None, 6, 6, 6), 3),
    "the whole year": (months(*[0] * 10), 10),
    "not the number in the register": (
        [register("2024-09", 3, 1, 14), register("2024-10", 3, 1, None)],
        2,
    ),
    "blank like blank": ([{"month": "2024-09"}, {"month": "2024-10"}], 2),
    "blank unlike zero": ([register("2024-09", 0, 0, 1), {"month": "2024-10"}], 1),
    "one month twice": ([register("2024-09", 0, 0, 1), register("2024-09", 0, 0, 1)], 1),
    "nothing": ([], 0),
}


def test_months_of_the_same_numbers(counts_of_cases: Cases) -> None:
    found = counts_of_cases(
        monthly_reports.SUBJECT, [{"monthly": rows} for rows, _ in RUNS.values()]
    )
    shown = [row["flat_run"] for row in found]
    assert dict(zip(RUNS, shown, strict=True)) == {
        name: expected for name, (_, expected) in RUNS.items()
    }


def test_other_months_are_due_elsewhere(counts_of_cases: Cases) -> None:
    rows = [register("2024-09", 2, 0, 5), register("2024-11", 2, 0, 7)]
    terms = Terms(report_months=(9, 11, 1))
    [found] = counts_of_cases(monthly_reports.SUBJECT, [{"monthly": rows}], terms=terms)
    names = ("n_due", "n_in", "n_in_checked", "n_balanced", "flat_run")
    assert [found[name] for name in names] == [3, 2, 1, 1, 2]
