"""What a file of metrics does not tell of few students."""

from __future__ import annotations

import pandas as pd

from evalkit.assessment.withhold import withhold
from evalkit.evidence import crisis, priority_care, screening
from evalkit.evidence.catalogue import metric_values
from evalkit.privacy import Audience, load_policy

KEYS = ("school_code", "academic_year", "college_code")
SUBJECTS = (screening.SUBJECT, priority_care.SUBJECT, crisis.SUBJECT)
Row = tuple[float | None, float | None, float | None, str]


def shown(audience: Audience, *colleges: dict[str, int | float], metric: str) -> list[Row]:
    """Return part, whole, value and state of each college of one school (``school``: of others)."""
    names = [name for subject in SUBJECTS for name in subject.counts]
    rows = [
        {
            "school_code": "S1",
            "academic_year": "2024-2025",
            "college_code": f"C{number:02}",
            **dict.fromkeys(names, 0),
            **college,
        }
        for number, college in enumerate(colleges, 1)
    ]
    counts = pd.DataFrame(rows).astype(dict.fromkeys(names, "Float64"))
    values = metric_values(counts, KEYS, SUBJECTS)
    before = values.copy()
    table = withhold(values, counts, KEYS, audience)
    pd.testing.assert_frame_equal(values, before)
    own = table.loc[table["metric"] == metric, ["part", "whole", "value", "state"]]
    return [tuple(None if pd.isna(x) else x for x in row) for row in own.to_numpy(dtype=object)]


def interviewed(done: int, of: int, **more: str | int) -> dict[str, int | float]:
    return {"n_l1_interviewed": done, "n_l1": of, **more}  # type: ignore[dict-item]


def test_a_share_of_many_is_given_without_its_counts_and_cut_off() -> None:
    policy = load_policy("internal")
    got = shown(
        policy, interviewed(60, 60), interviewed(2239, 2240), interviewed(20, 30),
        metric="l1_interviewed",
    )  # fmt: skip
    assert got == [
        (None, None, 100.0, "known"),
        (None, None, 99.95, "known"),
        (None, None, 66.66, "known"),
    ]


def test_a_share_of_few_is_withheld_and_nothing_is_not_applicable() -> None:
    policy = load_policy("internal")
    got = shown(policy, interviewed(19, 19), interviewed(20, 20), {}, metric="l1_interviewed")
    assert got == [
        (None, None, None, "withheld"),
        (None, None, 100.0, "known"),
        (None, None, None, "not_applicable"),
    ]


def test_a_small_number_takes_another_with_it_in_its_own_school_only() -> None:
    policy = load_policy("internal")
    got = shown(
        policy,
        interviewed(2, 2),
        interviewed(40, 40),
        interviewed(50, 50),
        interviewed(40, 40, school_code="S2"),
        interviewed(50, 50, school_code="S2"),
        metric="l1_interviewed",
    )
    assert [row[2:] for row in got] == [
        (None, "withheld"),
        (None, "withheld"),
        (100.0, "known"),
        (100.0, "known"),
        (100.0, "known"),
    ]


def test_hours_of_a_crisis_need_as_many_events_as_the_audience_asks_for() -> None:
    events = {"n_events": 6, "crisis_hours": 1.5}
    within = load_policy("internal")
    stricter = within.model_copy(update={"small": 10})
    assert shown(within, events, events, metric="crisis_hours") == [(None, None, 1.5, "known")] * 2
    assert shown(stricter, events, events, metric="crisis_hours") == [
        (None, None, None, "withheld")
    ] * 2  # fmt: skip


def test_the_public_gets_nothing_of_students_at_risk_not_even_whether_it_is_known() -> None:
    events = {"n_events": 600, "crisis_hours": 1.5}
    nothing = {"n_events": 0, "crisis_hours": float("nan")}
    got = shown(load_policy("public"), events, nothing, metric="crisis_hours")
    assert got == [(None, None, None, "withheld")] * 2


def test_a_count_that_is_not_known_hides_nothing_and_stays_no_data() -> None:
    policy = load_policy("internal")
    unknown = {"n_active": float("nan"), "n_with_plan": float("nan")}
    got = shown(policy, unknown, {"n_active": 30, "n_with_plan": 29}, metric="care_plans")
    assert got == [(None, None, None, "no_data"), (None, None, 96.66, "known")]


def test_nothing_due_is_not_applicable_however_many_students() -> None:
    policy = load_policy("internal")
    due = {"n_active": 30, "n_contacts_due": 0, "n_contacts_done": 0}
    assert shown(policy, due, due, metric="care_followed") == [
        (None, None, None, "not_applicable")
    ] * 2  # fmt: skip


def test_what_is_not_sensitive_is_left_as_it_is() -> None:
    policy = load_policy("public")
    got = shown(policy, {"n_valid": 2, "n_required": 3}, metric="participation")
    assert got == [(2, 3, 2 / 3 * 100, "known")]
