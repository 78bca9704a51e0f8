"""Where panel and evidence point in opposite directions: both sides in words, no adjustment."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from evalkit.assessment import Assessment
from evalkit.assessment.discussion import _side
from evalkit.panel import evaluate


def test_high_scores_with_weak_evidence(assessment: Assessment) -> None:
    table = assessment.discussion.set_index(["college_code", "indicator"])
    found = table.loc[("C01", "2.4")]
    assert found["label"] == "2.4 危机干预及重点关注学生工作"
    assert found["panel"] == (
        "评审组均分 13.00 分（满分 15 分，得分率 86.66%），居 8 个学院的前三分之一"
    )
    assert found["evidence"] == (
        "2.4.① 未达标：参测率 99.95%（2,239/2,240）（规定值：应为 100%），"
        "建档率 99.95%（2,239/2,240）（规定值：应为 100%）"
    )


def test_low_scores_with_strong_evidence(assessment: Assessment) -> None:
    table = assessment.discussion.set_index(["college_code", "indicator"])
    found = table.loc[("C08", "1.2")]
    assert found["panel"] == (
        "评审组均分 6.58 分（满分 9 分，得分率 73.14%），居 8 个学院的后三分之一"
    )
    assert found["evidence"] == "有数据可查的考评细则全部达标：1.2.①、1.2.②、1.2.③"


def test_every_entry_is_what_the_rule_says(assessment: Assessment) -> None:
    states = assessment.verdicts
    now = states[states["academic_year"] == "2024-2025"]
    for entry in assessment.discussion.itertuples():
        own = now[
            (now["college_code"] == entry.college_code) & (now["indicator"] == entry.indicator)
        ]
        judged = own.loc[own["state"].isin(["达标", "部分达标", "未达标"]), "state"]
        if "前三分之一" in entry.panel:
            assert "未达标" in set(judged)
        else:
            assert set(judged) == {"达标"}


def test_nothing_is_adjusted(assessment: Assessment) -> None:
    assert assessment.panel is not None
    before = {result.college: result.score for result in assessment.panel}
    assert len(assessment.discussion)
    assert {result.college: result.score for result in assessment.panel} == before


def test_none_without_a_panel_or_in_a_small_school(
    assessments: dict[str, Assessment], assessment: Assessment, gaps: Assessment
) -> None:
    assert assessments["2022-2023"].discussion.empty
    assert gaps.discussion.empty
    assert assessment.panel is not None
    few = [sheet for sheet in assessment.panel.sheets if sheet.college in ("C01", "C02", "C03")]
    small = replace(assessment, panels={assessment.year: evaluate(few, assessment.rubric)})
    assert small.discussion.empty


def test_alike_scores_stand_out_nowhere(assessment: Assessment) -> None:
    assert assessment.panel is not None
    one = [sheet for sheet in assessment.panel.sheets if sheet.college == "C03"]
    codes = [college.code for college in assessment.colleges]
    alike = [replace(s, college=code, judge_college=None) for code in codes for s in one]
    panel = evaluate(alike, assessment.rubric)
    assert replace(assessment, panels={assessment.year: panel}).discussion.empty


@pytest.mark.parametrize(
    ("means", "sides"),
    [
        ([9, 8, 7, 6, 5, 4], [1, 1, 0, 0, -1, -1]),
        ([9, 9, 9, 5, 5, 5], [1, 1, 1, -1, -1, -1]),
        ([9, 5, 5, 5, 5, 5], [1, -1, -1, -1, -1, -1]),
        ([5, 5, 5, 5, 5, 5], [0] * 6),
        ([9, 8, 7, 6, 5, 4, 3, 2], [1, 1, 1, 0, 0, -1, -1, -1]),
    ],
)
def test_thirds(means: list[int], sides: list[int]) -> None:
    by_college = {f"C{n:02}": Decimal(mean) for n, mean in enumerate(means, 1)}
    assert [_side(college, by_college) for college in by_college] == sides  # type: ignore[arg-type]
