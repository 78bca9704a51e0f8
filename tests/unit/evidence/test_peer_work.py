"""What peers do for others: by semester, in the year only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence import peer_work

Cases = Callable[..., list[dict[str, Any]]]


def done(day: str | None, n_peers: int | None = 4, n_attend: int | None = 30) -> dict[str, Any]:
    return {"date": day, "n_peers": n_peers, "n_attend": n_attend, "semester": "第一学期"}


def test_activities_of_each_semester(counts_of_cases: Cases) -> None:
    days = ("2024-08-31", "2024-09-01", "2025-02-16", "2025-02-17", "2025-09-01", None)
    roster = [{"peer_id": "XW001"}, {"peer_id": "XW002", "to_date": "2024-08-31"}]
    work = [done(day) for day in days]
    cases = [
        {"peer_work": work, "peer_roster": roster},
        {"peer_work": [*work, done("2025-03-01", None, 5)]},
        {"peer_work": [done("2025-03-01", 5, None)], "peer_roster": []},
        {"peer_work": []},
        {"peer_roster": roster},
    ]
    found = counts_of_cases(peer_work.SUBJECT, cases)
    names = ("n_peer_activities_s1", "n_peer_activities_s2", "n_peer_attend", "n_peers_used",
             "n_roster")  # fmt: skip
    assert [tuple(row[name] for name in names) for row in found] == [
        (2, 1, 90, 12, 1),
        (2, 2, 95, None, None),
        (0, 1, None, 5, 0),
        (0, 0, 0, 0, None),
        (None, None, None, None, 1),
    ]
