"""Screening, counselling, money: sums over rows of which some are blank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from evalkit.evidence import SchoolCalendar, counselling, funds, screening
from evalkit.ledger import load_ledger

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]


def wave(grade: str | None, required: int | None, valid: int | None, **more: Any) -> dict[str, Any]:
    return {"grade": grade, "n_required": required, "n_valid": valid, "n_l1": 1, **more}


def test_waves_of_a_grade_are_added_up(table: Table, plain: Plain) -> None:
    frame = table(
        "screening",
        wave("2024级", 100, 99, wave="秋季普测"),
        wave("2024级", 98, 98, wave="春季普测"),
        wave("2023级", 50, 50),
        wave("2024级", 10, 9, college_code="C02"),
    )
    columns = ("college_code", "grade", "n_required", "n_valid", "n_l1")
    assert plain(screening.by_grade(frame), *columns) == [
        ("C01", "2023级", 50, 50, 1),
        ("C01", "2024级", 198, 197, 2),
        ("C02", "2024级", 10, 9, 1),
    ]
    assert plain(screening.totals(frame), "college_code", "n_required", "n_valid") == [
        ("C01", 248, 247),
        ("C02", 10, 9),
    ]


def test_a_row_without_a_grade_counts_in_the_total_only(table: Table, plain: Plain) -> None:
    frame = table("screening", wave(None, 30, 29), wave("2024级", 10, 10))
    assert plain(screening.by_grade(frame), "grade", "n_required") == [("2024级", 10)]
    assert plain(screening.totals(frame), "n_required", "n_valid") == [(40, 39)]


def test_a_blank_is_no_zero(table: Table, plain: Plain) -> None:
    frame = table(
        "screening",
        wave("2024级", 100, None),
        wave("2023级", None, 50),
        wave("2022级", 50, 50, n_l1=None),
        wave("2024级", 10, 9, college_code="C02"),
    )
    columns = ("grade", "n_required", "n_valid", "n_l1")
    assert plain(screening.by_grade(frame), *columns) == [
        ("2022级", 50, 50, None),
        ("2023级", None, None, 1),
        ("2024级", None, None, 1),
        ("2024级", 10, 9, 1),
    ]
    assert plain(screening.totals(frame), "college_code", "n_required", "n_valid", "n_l1") == [
        ("C01", None, None, None),
        ("C02", 10, 9, 1),
    ]


def test_instruments_stand_once(table: Table, plain: Plain) -> None:
    frame = table(
        "screening",
        wave("2024级", 1, 1, instrument="UPI"),
        wave("2023级", 1, 1, instrument="UPI"),
        wave("2022级", 1, 1, instrument="SCL-90"),
        wave("2021级", 1, 1, instrument=None),
    )
    assert plain(screening.instruments(frame)) == [("C01", "SCL-90"), ("C01", "UPI")]


def session(month: str | None, n_sessions: int | None, **more: Any) -> dict[str, Any]:
    return {"month": month, "n_sessions": n_sessions, "channel": "面询", **more}


def test_sessions_of_the_year(table: Table, plain: Plain, calendar: SchoolCalendar) -> None:
    frame = table(
        "individual",
        session("2024-08", 100),
        session("2025-09", 100),
        session(None, 100),
        session("2024-09", 3, n_clients=2, n_records_ok=1),
        session("2024-09", 4, channel="电话", n_ref_centre=1),
        session("2025-08", 5, n_clients=None),
    )
    assert plain(counselling.by_month(frame, calendar)) == [
        ("C01", "2024-09", 7),
        ("C01", "2025-08", 5),
    ]
    assert plain(counselling.by_channel(frame, calendar)) == [
        ("C01", "电话", 4),
        ("C01", "面询", 8),
    ]
    assert plain(counselling.individual_totals(frame, calendar)) == [("C01", 2, 12, 1, 1, 0)]


def test_groups_of_the_year(table: Table, plain: Plain, calendar: SchoolCalendar) -> None:
    frame = table(
        "group_work",
        {"first_date": "2024-08-31", "n_attend": 100},
        {"first_date": "2024-09-01", "n_attend": 20},
        {"first_date": "2025-08-31", "n_attend": None},
        {"first_date": "2025-09-01", "n_attend": 100},
        {"first_date": None, "n_attend": 100},
        {"first_date": "2024-10-10", "n_attend": 8, "college_code": "C02"},
    )
    assert plain(counselling.group_totals(frame, calendar)) == [("C01", 2, 20), ("C02", 1, 8)]


def entry(kind: str | None, category: str | None, amount: float | None) -> dict[str, Any]:
    return {"entry_type": kind, "category": category, "amount": amount}


def test_budget_and_spending(table: Table, plain: Plain) -> None:
    frame = table(
        "funds",
        entry("预算", "活动开展", 1000.0),
        entry("支出", "活动开展", 300.25),
        entry("支出", "活动开展", -0.25),
        entry("支出", "师资培训", 200.0),
        entry("支出", "师资培训", None),
        entry(None, "师资培训", 999.0),
    )
    assert plain(funds.by_purpose(frame)) == [
        ("C01", "师资培训", 0.0, 200.0),
        ("C01", "活动开展", 1000.0, 300.0),
    ]
    assert plain(funds.totals(frame)) == [("C01", 1000.0, 500.0)]


def test_money_without_a_purpose_is_not_lost(table: Table, plain: Plain) -> None:
    frame = table("funds", entry("预算", None, 70.0), entry("支出", "其他", 20.0))
    assert plain(funds.by_purpose(frame)) == [
        ("C01", "其他", 0.0, 20.0),
        ("C01", "未注明用途", 70.0, 0.0),
    ]
    assert plain(funds.totals(frame)) == [("C01", 70.0, 20.0)]


def test_the_purposes_are_those_of_the_ledger() -> None:
    assert load_ledger()["funds"].column("category").allowed == funds.PURPOSES
