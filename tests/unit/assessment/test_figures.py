"""A year's figures: no data is not zero, and zero is not no data."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from evalkit.assessment import Assessment
from evalkit.assessment.candidates import head_candidates
from evalkit.assessment.evidence import Evidence
from evalkit.assessment.figures import YearFigures
from evalkit.panel import HeadCandidate

UNKNOWN = None


@pytest.fixture(scope="module")
def figures(gaps: Assessment) -> YearFigures:
    return gaps.figures[gaps.year]


def row(frame: pd.DataFrame, college: str) -> dict[str, Any]:
    (found,) = frame[frame["college_code"] == college].to_dict("records")
    return {key: UNKNOWN if pd.isna(value) else value for key, value in found.items()}


def test_who_handed_in(figures: YearFigures, gaps: Assessment) -> None:
    assert figures.colleges == ("C01", "C02", "C03")
    assert figures.by_college["college_code"].tolist() == ["C01", "C02", "C03"]
    assert [college.code for college in gaps.colleges] == ["C01", "C02", "C03", "C04"]
    has = {college.code: gaps.college(college.code).has_ledger for college in gaps.colleges}
    assert has == {"C01": True, "C02": True, "C03": True, "C04": False}
    assert gaps.college("C04").totals.empty


def test_every_sheet_there_but_empty(figures: YearFigures) -> None:
    counted = {"n_due": 10, "n_classes": 1, "n_units": 7, "n_cells": 4, "n_staff": 1}
    of_screening = {"n_enrolled": 200, "n_l1": 12, "n_l2": 24, "n_l3": 40, "n_files": 200,
                    "n_l1_interviewed": 12, "n_l2_interviewed": 24, "n_required": UNKNOWN,
                    "n_valid": UNKNOWN}  # fmt: skip
    found = row(figures.by_college, "C01")
    known = {"college_code": "C01", "n_students": 40, "n_qualified": 1, **counted, **of_screening}
    assert {key: found[key] for key in known} == known
    assert {key for key in found if key not in known and found[key] == 0} == set(found) - set(known)


def test_some_sheets_only(figures: YearFigures) -> None:
    found = row(figures.by_college, "C02")
    assert {key: value for key, value in found.items() if value is not UNKNOWN} == {
        "college_code": "C02",
        "n_students": 40,
        "n_classes": 1,
        "n_units": 7,
        "n_staff": 1,
        "n_qualified": 1,
        "budget": 70.0,
        "spent": 0.0,
        "n_research": 1,
    }


def test_without_the_cover_the_rest_counts(figures: YearFigures) -> None:
    found = row(figures.by_college, "C03")
    assert {key: value for key, value in found.items() if value is not UNKNOWN} == {
        "college_code": "C03",
        "n_activities": 1,
        "n_themes": 1,
        "n_attend": 30,
        "n_forms": 1,
    }


def test_what_is_known_about_heads(figures: YearFigures) -> None:
    assert row(figures.heads, "C01") == {
        "college_code": "C01",
        "name": "王芳",
        "months_in_post": 18,
        "n_trainings": 0,
        "form_in_september": UNKNOWN,
        "n_research": 0,
        "n_awards": 0,
    }
    assert row(figures.heads, "C02") == {
        "college_code": "C02",
        "name": "王芳",
        "months_in_post": 18,
        "n_trainings": UNKNOWN,
        "form_in_september": UNKNOWN,
        "n_research": 1,
        "n_awards": UNKNOWN,
    }


def test_whole_numbers_stay_whole(gaps: Assessment, assessment: Assessment) -> None:
    for each in (gaps, assessment):
        table = each.figures[each.year].by_college
        kinds = {name: str(dtype) for name, dtype in table.dtypes.items()}
        assert kinds.pop("college_code") == "string"
        assert {kinds.pop(name) for name in ("hours", "budget", "spent")} == {"Float64"}
        assert set(kinds.values()) <= {"Int64", "int64"}


def test_nothing_noted_about_a_head_is_no_number(figures: YearFigures) -> None:
    found = {candidate.college: candidate for candidate in head_candidates(figures)}
    assert found["C02"] == HeadCandidate(
        college="C02",
        name="王芳",
        months_in_post=18,
        form_in_september=None,
        n_trainings=None,
        n_awards=None,
        n_research=1,
        n_positive_log=None,
        n_negative_log=None,
    )
    assert found["C01"].n_trainings == 0


def test_the_rubrics_word_on_withdrawn_certificates(assessment: Assessment) -> None:
    settings = assessment.rubric.settings
    decision = settings.withdrawn_certificates.model_copy(update={"value": "not_accepted"})
    changed = settings.model_copy(update={"withdrawn_certificates": decision})
    rubric = assessment.rubric.model_copy(update={"settings": changed})
    now = assessment.figures[assessment.year].by_college
    other = YearFigures(Evidence(assessment.snapshots, rubric), assessment.year).by_college
    assert (other["n_qualified"] <= now["n_qualified"]).all()
    assert other["n_qualified"].sum() < now["n_qualified"].sum()
    same = [name for name in now.columns if name != "n_qualified"]
    assert other[same].equals(now[same])
