"""Priority care: process figures of the active cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from evalkit.evidence import priority_care
from evalkit.evidence.source import Source
from evalkit.evidence.terms import Terms

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]


def case(due: int | None, done: int | None, **more: Any) -> dict[str, Any]:
    active = {"status": "在册", "has_plan": True, "measures": "谈心谈话"}
    return {**active, "n_due": due, "n_done": done, **more}


Build = Callable[..., Source]
Cases = Callable[..., list[dict[str, Any]]]
Counts = Callable[..., dict[str, Any]]


def kept(**more: Any) -> dict[str, Any]:
    return {"status": "在册", "level": "二级", "last_contact": "2025-06-20", **more}


def test_active_cases_of_a_college(source: Build, counts_of: Counts) -> None:
    rows = [
        kept(has_plan=True, owner="甲", measures="谈心谈话", n_due=8, n_done=6),
        kept(has_plan=False, owner=None, measures=None, n_due=4, n_done=9),
        kept(has_plan=None, owner="甲", n_due=None, n_done=5),
        kept(has_plan=True, owner="甲", measures="资助", n_due=5, n_done=None),
        kept(status="解除", has_plan=True, owner="甲", measures="资助", n_due=9, n_done=9),
        kept(status=None, has_plan=True),
    ]
    found = counts_of(priority_care.SUBJECT, source({"key_students": rows}))
    assert found == {
        "n_with_plan": 2,
        "n_active": 4,
        "n_contacts_done": 10,
        "n_contacts_due": 12,
        "n_with_owner": 3,
        "n_with_measure": 2,
        "n_overdue": None,
        "n_l1_referred": 0,
        "n_l1_cases": 0,
    }


CONTACTS = [
    ("一级", "2025-06-23", 0),
    ("一级", "2025-06-22", 1),
    ("二级", "2025-06-16", 0),
    ("二级", "2025-06-15", 1),
    ("三级", "2025-05-31", 0),
    ("三级", "2025-05-30", 1),
    ("三级", None, 0),
    (None, "2024-10-01", 0),
    ("三级", "2025-07-30", 0),
]


def test_contacts_that_lie_too_far_back_on_30_june(counts_of_cases: Cases) -> None:
    filled = {"base_info": [{"filled_on": "2025-06-30"}]}
    cases = [
        {"key_students": [kept(level=lv, last_contact=day)], **filled} for lv, day, _ in CONTACTS
    ]
    found = [each["n_overdue"] for each in counts_of_cases(priority_care.SUBJECT, cases)]
    assert found == [overdue for _, _, overdue in CONTACTS]


FILLED = [
    ("2025-06-30", "2025-06-20", 0),
    ("2025-08-31", "2025-06-20", 1),
    ("2025-10-15", "2025-08-20", 0),
    (None, "2025-06-20", None),
]


def test_the_day_on_which_the_ledger_was_filled_in(counts_of_cases: Cases) -> None:
    cases = [
        {"key_students": [kept(last_contact=day)], "base_info": [{"filled_on": filled}]}
        for filled, day, _ in FILLED
    ]
    found = [each["n_overdue"] for each in counts_of_cases(priority_care.SUBJECT, cases)]
    assert found == [overdue for _, _, overdue in FILLED]


def test_other_intervals(source: Build, counts_of: Counts) -> None:
    rows = {"key_students": [kept()], "base_info": [{"filled_on": "2025-06-30"}]}
    found = counts_of(priority_care.SUBJECT, source(rows, terms=Terms(contact_days=(1, 9, 30))))
    assert found["n_overdue"] == 1


def test_cases_of_level_one_are_referred(source: Build, counts_of: Counts) -> None:
    measures = ["谈心谈话、转介校中心", "转介医院", "谈心谈话、家校沟通", None]
    rows = [kept(level="一级", measures=each) for each in measures]
    rows += [kept(level="一级", status="解除", measures="转介医院"), kept(measures="转介医院")]
    found = counts_of(priority_care.SUBJECT, source({"key_students": rows}))
    assert (found["n_l1_referred"], found["n_l1_cases"]) == (3, 5)
