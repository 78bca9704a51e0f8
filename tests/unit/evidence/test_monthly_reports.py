"""Monthly reports: in time, late, undated, missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from evalkit.evidence import SchoolCalendar, monthly_reports

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]


def report(month: str | None, submitted_on: str | None, **more: Any) -> dict[str, Any]:
    return {"month": month, "submitted_on": submitted_on, **more}


@pytest.mark.parametrize(
    ("submitted_on", "deadline_days", "status"),
    [
        ("2024-09-01", 0, "on_time"),
        ("2024-09-30", 0, "on_time"),
        ("2024-10-01", 0, "late"),
        ("2024-10-05", 5, "on_time"),
        ("2024-10-06", 5, "late"),
        (None, 0, "undated"),
    ],
)
def test_the_deadline(
    table: Table,
    plain: Plain,
    calendar: SchoolCalendar,
    submitted_on: str | None,
    deadline_days: int,
    status: str,
) -> None:
    frame = table("monthly", report("2024-09", submitted_on))
    found = monthly_reports.timeliness(
        frame, ["C01"], calendar, months=[9], deadline_days=deadline_days
    )
    assert plain(found, "college_code", "month", "status") == [("C01", "2024-09", status)]
    assert found["due"].tolist() == [pd.Timestamp(2024, 9, 30) + pd.Timedelta(days=deadline_days)]


@pytest.mark.parametrize(
    ("dates", "status"),
    [
        (("2024-10-09", "2024-09-29"), "on_time"),
        (("2024-10-09", "2024-10-08"), "late"),
        ((None, "2024-09-29"), "on_time"),
        ((None, None), "undated"),
    ],
)
def test_a_month_that_stands_there_twice(
    table: Table,
    plain: Plain,
    calendar: SchoolCalendar,
    dates: tuple[str | None, ...],
    status: str,
) -> None:
    frame = table("monthly", *(report("2024-09", day) for day in dates))
    found = monthly_reports.timeliness(frame, ["C01"], calendar, months=[9], deadline_days=0)
    assert plain(found, "status") == [(status,)]
    assert plain(monthly_reports.totals(found), "n_due", "n_in") == [(1, 1)]


def test_one_row_a_college_and_month_in_the_order_of_the_year(
    table: Table, plain: Plain, calendar: SchoolCalendar
) -> None:
    frame = table(
        "monthly",
        report("2025-01", "2025-02-03"),
        report("2024-12", "2024-12-30"),
        report("2024-02", "2024-02-20"),
        report("2025-08", "2025-08-20"),
        report(None, "2025-01-20"),
        report("2024-12", "2024-12-30", college_code="C09"),
    )
    found = monthly_reports.timeliness(
        frame, ["C01", "C02"], calendar, months=[12, 1, 3], deadline_days=0
    )
    assert plain(found, "college_code", "month", "status") == [
        ("C01", "2024-12", "on_time"),
        ("C01", "2025-01", "late"),
        ("C01", "2025-03", "missing"),
        ("C02", "2024-12", "missing"),
        ("C02", "2025-01", "missing"),
        ("C02", "2025-03", "missing"),
    ]
    assert plain(monthly_reports.totals(found)) == [("C01", 3, 2, 1), ("C02", 3, 0, 0)]


def test_nobody_handed_in(table: Table, calendar: SchoolCalendar) -> None:
    frame = table("monthly", report("2024-09", "2024-09-10"))
    found = monthly_reports.timeliness(frame, [], calendar, months=[9], deadline_days=0)
    assert len(found) == 0
    assert len(monthly_reports.totals(found)) == 0
