"""Rounds of looking for students at risk: all rounds together, none by its date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence import checks
from evalkit.evidence.source import Source

Build = Callable[..., Source]
Plain = Callable[..., list[tuple[Any, ...]]]
Counts = Callable[..., dict[str, Any]]
Cases = Callable[..., list[dict[str, Any]]]


def test_rounds_are_added_up(counts_of_cases: Cases) -> None:
    cases = [
        {"checks": [{"n_required": 100, "n_checked": 99}, {"n_required": 100, "n_checked": 100}]},
        {"checks": [{"n_required": 100, "n_checked": 99, "start": "2024-09-06"},
                    {"n_required": 100, "n_checked": None}]},
        {"checks": [{"n_required": None, "n_checked": 9}]},
        {"checks": []},
    ]  # fmt: skip
    found = counts_of_cases(checks.SUBJECT, cases)
    assert [(row["n_checked"], row["n_check_required"]) for row in found] == [
        (199, 200),
        (None, 200),
        (9, None),
        (0, 0),
    ]
