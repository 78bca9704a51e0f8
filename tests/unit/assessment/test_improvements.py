"""The list of improvements follows from the verdicts, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from evalkit.assessment import Assessment
from evalkit.assessment.agreement import agreement_words
from evalkit.errors import UnknownNameError


def test_each_criterion_that_is_not_met_is_one_row(assessment: Assessment) -> None:
    for college in assessment.colleges:
        view = assessment.college(college.code)
        table = view.improvements()
        unmet = [v.criterion for v in view.verdicts if v.state in ("未达标", "部分达标", "无数据")]
        assert [text.split()[0] for text in table.frame["criterion"]] == unmet
        assert table.frame["number"].tolist() == list(range(1, len(unmet) + 1))
        assert (table.frame[["measure", "person", "until"]] == "").all(axis=None)


def test_it_says_what_is_missing_and_what_is_asked(assessment: Assessment) -> None:
    table = assessment.college("C07").improvements()
    rows = {text.split()[0]: row for row, text in enumerate(table.frame["criterion"])}
    row = rows["2.5.②"]
    assert table.text(row, "problem") == (
        "学期、年级、对象培训完成率为 58.33%（7/12）；没有培训的年级和对象："
        "第一学期 2022级 心理委员、"
        "第一学期 2024级 宿舍心理观察员、第二学期 2022级 心理委员、第二学期 2023级 心理委员、"
        "第二学期 2024级 心理委员"
    )
    assert table.text(row, "basis") == "学期、年级、对象培训完成率：应为 100%（规定值）"
    assert table.text(rows["1.1.②"], "problem") == "站长登记表在九月报送：否"


def test_evidence_of_some_subjects(assessment: Assessment) -> None:
    view = assessment.college("C03")
    whole, part = view.evidence_table().frame, view.evidence_table("crisis", "facilities").frame
    titles = ["独立专用场地", "每千名学生的场地面积"]
    assert part["title"].tolist()[:2] == titles
    assert set(part["criterion"]) == {"1.2.②", "2.4.④"}
    assert set(part["title"]) < set(whole["title"])
    with pytest.raises(UnknownNameError, match="没有名为“crises”的佐证主题"):
        view.evidence_table("crises")


def test_the_judges_agreement_in_words(assessment: Assessment) -> None:
    said = assessment.school.agreement
    assert said.startswith("**全组平均分的可靠程度很高**：ICC(2,k) 为 0.98")
    assert "Kendall W）为 0.8" in said
    assert not any(judge in said for judge in ("J01", "J02", "J03", "J04", "J05", "J06", "J07"))


def test_without_a_panel_there_is_nothing_to_agree_on(gaps: Assessment) -> None:
    assert gaps.school.agreement == "本学年没有评审组评分。"


def test_one_judge_agrees_with_nobody() -> None:
    scores = pd.DataFrame(
        {"college_code": ["C01", "C02"], "judge_id": ["J01", "J01"], "total": [80.0, 90.0]}
    )
    panel: Any = SimpleNamespace(judge_frame=lambda: scores)
    assert agreement_words(panel) == (
        "评委之间是否一致无法检验：组内相关系数需要至少 2 个单位和 2 位评委，"
        "现在有 2 个单位、1 位评委有分数。"
    )
