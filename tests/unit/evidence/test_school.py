"""Figures of the whole school."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evalkit.evidence.catalogue import SCHOOL_SUBJECTS, metric_values, school_counts
from evalkit.evidence.school import training_plan_table
from evalkit.evidence.source import Source

Build = Callable[..., Source]
Plain = Callable[..., list[tuple[Any, ...]]]

YEAR = "2024-2025"


def of_school(source: Source) -> dict[str, Any]:
    (row,) = school_counts(source).astype(object).to_dict("records")
    return {str(name): value for name, value in row.items()}


def member(code: str, name: str, role: str = "专职辅导员") -> dict[str, Any]:
    return {"college_code": code, "name": name, "role": role}


def test_the_centres_plan_counts_once_for_all_colleges(source: Build) -> None:
    plan = [
        {"college_code": "", "plan_id": "D01", "kind": "督导", "held": True},
        {"college_code": "", "plan_id": "D02", "kind": "督导", "held": False},
        {"college_code": "", "plan_id": "D03", "kind": "督导", "held": None},
        {"college_code": "", "plan_id": "D04", "kind": "培训", "held": True},
    ]
    rows = source({"training_plan": plan}, handed_in={"training_plan": ["C01", "C02"]})
    found = of_school(rows)
    assert (found["n_plan_events"], found["n_supervision_held"]) == (4, 1)


@pytest.mark.parametrize(
    ("sheet", "events", "state"), [("training_plan", 0, "known"), ("staff", None, "no_data")]
)
def test_an_empty_plan_and_none(source: Build, sheet: str, events: int | None, state: str) -> None:
    counts = school_counts(source({sheet: []}))
    values = metric_values(counts, ["academic_year"], SCHOOL_SUBJECTS).set_index("metric")
    plan = values.loc["centre_plan"]
    assert (plan["academic_year"], plan["state"]) == (YEAR, state)
    assert (None if plan.isna()["part"] else plan["part"]) == events


def test_students_and_full_time_staff_of_all_colleges(source: Build) -> None:
    base = [{"n_students": 900}, {"n_students": 1100, "college_code": "C02"}]
    staff = [
        member("C01", "甲"),
        member("C01", "甲 "),
        member("C02", "乙"),
        member("C02", "丙", "站长"),
    ]
    found = of_school(source({"base_info": base, "staff": staff}))
    assert (found["n_students"], found["n_fulltime"]) == (2000, 2)


def test_a_college_that_is_not_known_leaves_the_sum_open(source: Build) -> None:
    base = [{"n_students": 900}, {"n_students": None, "college_code": "C02"}]
    staff = [member("C01", "甲"), member("C02", "乙")]
    counts = school_counts(source({"base_info": base, "staff": staff}, {"staff": ["C01"]}))
    assert counts[["n_students", "n_fulltime"]].isna().all(axis=None)


def test_the_centres_plan(source: Build, rows_of: Plain) -> None:
    plan = {"plan_id": "D01", "title": "秋季督导", "kind": "督导", "audience": "站长、辅导员"}
    found = rows_of(training_plan_table(source({"training_plan": [plan]})))
    assert found == [
        (YEAR, "D01", None, "秋季督导", "督导", "站长、辅导员", None, None, None, None)
    ]
