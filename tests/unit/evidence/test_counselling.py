"""Counselling: the month of the year for sessions, the first meeting for groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence import counselling
from evalkit.evidence.source import Source

Build = Callable[..., Source]
Plain = Callable[..., list[tuple[Any, ...]]]
Counts = Callable[..., dict[str, Any]]
Cases = Callable[..., list[dict[str, Any]]]


def sessions(month: str | None, n_sessions: int | None, **more: Any) -> dict[str, Any]:
    own = {"n_clients": 1, "n_records_ok": 1, "n_ref_centre": 0, "n_ref_hospital": 1}
    return {"month": month, "n_sessions": n_sessions, "channel": "面询", **own, **more}


def test_sessions_of_the_year(source: Build, rows_of: Plain, counts_of: Counts) -> None:
    rows = source(
        {
            "individual": [
                sessions("2024-08", 100),
                sessions("2025-09", 100),
                sessions(None, 100),
                sessions("2024-09", 3),
                sessions("2024-09", 4, channel="电话"),
                sessions("2025-08", 5, channel=None),
            ],
            "base_info": [{"n_students": 1000}],
        }
    )
    assert rows_of(counselling.month_table(rows), "month", "n_sessions") == [
        ("2024-09", 7),
        ("2025-08", 5),
    ]
    assert rows_of(counselling.channel_table(rows), "channel", "n_sessions") == [
        ("电话", 4),
        ("面询", 3),
        (None, 5),
    ]
    assert counts_of(counselling.SUBJECT, rows) == {
        "n_sessions": 12,
        "n_students": 1000,
        "n_clients": 3,
        "n_groups": None,
        "n_group_attend": None,
        "n_records_ok": 3,
    }


def test_a_blank_makes_its_own_sum_missing(source: Build, rows_of: Plain) -> None:
    rows = source({"individual": [sessions("2024-09", None), sessions("2024-10", 4)]})
    table = counselling.total_table(rows)
    names = ("n_clients", "n_sessions", "n_records_ok", "n_ref_centre", "n_ref_hospital")
    assert rows_of(table, *names) == [(2, None, 2, 0, 2)]
    assert rows_of(counselling.month_table(rows), "month", "n_sessions") == [
        ("2024-09", None),
        ("2024-10", 4),
    ]


def test_groups_that_first_met_in_the_year(counts_of_cases: Cases) -> None:
    days = ("2024-08-31", "2024-09-01", "2025-08-31", "2025-09-01", None)
    group = [{"first_date": day, "n_attend": 20} for day in days]
    blank = {"first_date": "2024-10-10", "n_attend": None}
    cases = [{"group_work": group}, {"group_work": [*group, blank]}, {"group_work": []}, {}]
    cases[-1] = {"individual": []}
    found = counts_of_cases(counselling.SUBJECT, cases)
    assert [(row["n_groups"], row["n_group_attend"], row["n_sessions"]) for row in found] == [
        (2, 40, None),
        (3, None, None),
        (0, 0, None),
        (None, None, 0),
    ]
