"""What is said of few students is said in words, and nothing gives a number away."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from evalkit.assessment import Assessment, load_assessment
from evalkit.assessment.disclosure import STUDENTS_BEHIND, disclose
from evalkit.evidence.verdicts.requirements import catalogue
from evalkit.privacy import load_policy

COUNTS = ("n_l1", "n_l2", "n_active", "n_l1_cases", "n_events")


def told(metric: str, number: int, part: float, whole: float | None, **others: Any) -> list[Any]:
    """Text, value, part and whole of C01; the other colleges have 30 students each."""
    colleges = ["C01", "C02", "C03"]
    counts = pd.DataFrame(
        {
            "academic_year": pd.array(["2024-2025"] * 3, dtype="string"),
            "college_code": pd.array(colleges, dtype="string"),
            **{name: pd.array([30] * 3, dtype="Int64") for name in COUNTS},
        }
    )
    counts.loc[0, STUDENTS_BEHIND[metric]] = number
    for college, value in others.items():
        counts.loc[counts["college_code"] == college, STUDENTS_BEHIND[metric]] = value
    values = pd.DataFrame(
        {
            "academic_year": pd.array(["2024-2025"], dtype="string"),
            "college_code": pd.array(["C01"], dtype="string"),
            "metric": pd.array([metric], dtype="string"),
            "part": pd.array([part], dtype="Float64"),
            "whole": pd.array([whole], dtype="Float64"),
            "value": pd.array([part if whole is None else 100 * part / whole], dtype="Float64"),
            "state": pd.array(["known"], dtype="string"),
        }
    )
    (row,) = disclose(values, counts, catalogue(), load_policy()).to_dict("records")
    return [None if row[k] is pd.NA else row[k] for k in ("text", "value", "part", "whole")]


@pytest.mark.parametrize(
    ("metric", "number", "part", "whole", "text", "value"),
    [
        ("l1_interviewed", 3, 3, 3, "1—4 例，均已完成", None),
        ("l1_interviewed", 3, 2, 3, "1—4 例，未全部完成", None),
        ("care_plans", 12, 12, 12, "不足 20 例，均已完成", None),
        ("care_plans", 12, 11, 12, "不足 20 例，未全部完成", None),
        ("care_overdue", 12, 0, 12, "不足 20 例，均未超期", None),
        ("care_overdue", 12, 2, 12, "不足 20 例，有超期的", None),
        ("care_plans", 23, 22, 23, "95.65%", 95.65),
        ("care_plans", 23, 23, 23, "100%", 100.0),
        ("crisis_hours", 2, 1.5, None, "1—4 例，数值不显示", None),
        ("crisis_hours", 6, 1.5, None, "1.5 小时", 1.5),
    ],
)
def test_in_words(
    metric: str, number: int, part: float, whole: float | None, text: str, value: float | None
) -> None:
    assert told(metric, number, part, whole) == [text, value, None, None]


def test_hidden_because_anothers_could_be_worked_out() -> None:
    # C02 has 3; whoever knows the school's sum would find it from C01's and C03's.
    assert told("care_plans", 25, 24, 25, C02=3, C03=40)[0] == "例数不显示，未全部完成"
    assert told("care_plans", 40, 39, 40, C02=3, C03=25)[0] == "97.50%"


def test_no_count_of_students_at_risk_stands_in_a_frame(assessment: Assessment) -> None:
    table = assessment.metrics
    sensitive = table[table["metric"].isin(list(STUDENTS_BEHIND))]
    assert len(sensitive) == 3 * 8 * len(STUDENTS_BEHIND)
    assert sensitive[["part", "whole"]].isna().all(axis=None)
    assert not sensitive["text"].str.contains("/").any()


def test_every_metric_about_students_at_risk_is_known() -> None:
    sheets = {"key_students", "crisis"}
    about = {name for name, m in catalogue().items() if sheets & set(m.needs)}
    levels = {name for name, m in catalogue().items() if m.whole in ("n_l1", "n_l2")}
    assert about | levels == set(STUDENTS_BEHIND)


def test_verdicts_tell_no_small_number(sample: Any) -> None:
    for audience in ("internal", "panel", "college", "public"):
        assessment = load_assessment("2024-2025", workspace=sample, audience=audience)
        for text in assessment.verdicts["text"]:
            if text.startswith(("2.4.③", "2.4.④")):
                assert not re.search(r"[0-9]/[0-9]", text)
        own = assessment.verdicts_of(assessment.year)
        places = [p for verdict in own for p in verdict.passages]
        rows = {p.rows for p in places if p.sheet.startswith(("S16", "S17"))}
        assert rows == (set() if audience == "public" else {""})
