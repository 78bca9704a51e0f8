"""Crises: how soon reported, how well recorded; drills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence.catalogue import metric_counts, metric_values
from evalkit.evidence.crisis import SUBJECT
from evalkit.evidence.source import KEYS, Source
from evalkit.evidence.terms import Terms

Build = Callable[..., Source]
Cases = Callable[..., list[dict[str, Any]]]
Counts = Callable[..., dict[str, Any]]


def event(found: str | None, reported: str | None, complete: bool | None = True) -> dict[str, Any]:
    return {"found_at": found, "reported_at": reported, "record_complete": complete}


def of_events(counts: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(counts[n] for n in ("n_events", "n_complete", "n_in_limit", "crisis_hours"))


ONE = event("2024-10-12 21:30", "2024-10-12 22:15")
OVERNIGHT = event("2024-12-31 23:00", "2025-01-01 01:30")
LATE = event("2025-03-01 08:00", "2025-03-03 08:00", complete=False)


EVENTS: dict[str, tuple[list[dict[str, Any]], tuple[Any, ...]]] = {
    "none": ([], (0, 0, 0, None)),
    "one": ([ONE], (1, 1, 1, 0.75)),
    "over midnight": ([ONE, OVERNIGHT], (2, 2, 2, 1.625)),
    "one late": ([ONE, OVERNIGHT, LATE], (3, 2, 2, 2.5)),
    "exactly in time": (
        [ONE, event("2024-10-12 08:00", "2024-10-12 11:00", None)],
        (2, 1, 2, 1.875),
    ),
    "one not timed": ([ONE, event("2024-10-12 08:00", None)], (2, 2, None, 0.75)),
    "none timed": ([event("2024-10-12 08:00", None)], (1, 1, None, None)),
    "no day": ([event(None, "2024-10-12 08:00")], (0, 0, 0, None)),
    "next year's": ([event("2025-09-01 00:00", "2025-09-01 01:00")], (0, 0, 0, None)),
    "the year's last minute": (
        [event("2025-08-31 23:59", "2025-09-01 00:59")],
        (1, 1, 1, 1.0),
    ),
}


def test_events_within_a_limit_of_three_hours(counts_of_cases: Cases) -> None:
    cases = [{"crisis": events} for events, _ in EVENTS.values()]
    found = counts_of_cases(SUBJECT, cases, terms=Terms(crisis_hours=3))
    counts = dict(zip(EVENTS, map(of_events, found), strict=True))
    assert counts == {name: expected for name, (_, expected) in EVENTS.items()}


def test_without_a_limit_nothing_is_in_time_or_late(source: Build, counts_of: Counts) -> None:
    assert of_events(counts_of(SUBJECT, source({"crisis": [ONE, LATE]}))) == (2, 1, None, 24.375)


def test_without_a_crisis_its_figures_do_not_apply(source: Build) -> None:
    rows = source({"crisis": [ONE]}, handed_in={"crisis": ["C01", "C02"], "staff": ["C03"]})
    values = metric_values(metric_counts(rows, [SUBJECT]), KEYS, [SUBJECT])
    states = values.pivot(index="college_code", columns="metric", values="state")
    names = ["crisis_hours", "crisis_in_limit", "crisis_records", "drills"]
    assert states.loc["C01", names].tolist() == ["known", "no_data", "known", "no_data"]
    assert states.loc["C02", names].tolist() == [*["not_applicable"] * 3, "no_data"]
    assert states.loc["C03", names].tolist() == ["no_data"] * 4


def test_drills_are_meetings_and_trainings_about_crises(source: Build, counts_of: Counts) -> None:
    meetings = [
        {"kind": "督导", "title": "危机干预演练", "date": "2024-11-05"},
        {"kind": "例会", "title": "例会", "summary": "学习危机上报流程", "date": "2025-04-01"},
        {"kind": "例会", "title": "例会", "summary": "布置值班", "date": "2025-04-01"},
        {"kind": "制度文件", "title": "危机干预实施细则", "date": "2024-10-01"},
        {"kind": "督导", "title": "危机干预演练", "date": "2024-08-31"},
        {"kind": None, "title": "危机研判", "date": "2024-12-01"},
    ]
    trainings = [
        {"name": "甲", "title": "危机识别培训", "start": "2024-10-16"},
        {"name": "乙", "title": "危机识别培训", "start": "2024-10-16"},
        {"name": "乙", "title": "危机干预演练", "start": "2024-11-05"},
        {"name": "甲", "title": "危机识别培训", "start": "2025-10-16"},
        {"name": "甲", "title": "咨询技能培训", "start": "2024-10-16"},
        {"name": "甲", "title": None, "start": "2024-10-16"},
    ]
    both = source({"rules_meetings": meetings, "staff_training": trainings})
    assert counts_of(SUBJECT, both)["n_drills"] == 4
    one = source({"staff_training": trainings})
    assert counts_of(SUBJECT, one)["n_drills"] is None
