"""Sentences and headline figures, word for word."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from evalkit.assessment import Assessment
from evalkit.assessment.wording import Card, named, participation_text, signed
from evalkit.panel import evaluate

NAMES = {"C01": "精细化工学院", "C04": "数字技术学院", "C100": "第一百学院"}


def told(cards: tuple[Card, ...]) -> list[tuple[str, str, str]]:
    return [(card.title, card.value, card.remark) for card in cards]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("与 C01 同为 86.30 分", "与精细化工学院同为 86.30 分"),
        ("C01、C04 各项比较均相同", "精细化工学院、数字技术学院各项比较均相同"),
        ("C100 与 C04", "第一百学院与数字技术学院"),
        ("没有代码", "没有代码"),
        ("C99 不在名单中", "C99 不在名单中"),
        ("个案 K-C01022 与骨干 P-C010001", "个案 K-C01022 与骨干 P-C010001"),
        ("", ""),
    ],
)
def test_names_for_codes(text: str, shown: str) -> None:
    assert named(text, NAMES) == shown


@pytest.mark.parametrize(
    ("change", "text"),
    [("1.50", "+1.50"), ("-0.25", "−0.25"), ("0.00", "0.00")],
)
def test_signed(change: str, text: str) -> None:
    assert signed(Decimal(change)) == text


@pytest.mark.parametrize(
    ("totals", "text"),
    [
        ({"n_valid": 2239, "n_required": 2240}, "99.95%"),
        ({"n_valid": 719, "n_required": 719}, "100%"),
        ({"n_valid": 0, "n_required": 12}, "0.00%"),
        ({"n_valid": 0, "n_required": 0}, "—"),
        ({"n_valid": pd.NA, "n_required": 12}, "无数据"),
        ({"n_valid": 12, "n_required": None}, "无数据"),
        ({}, "无数据"),
    ],
)
def test_participation(totals: dict[str, object], text: str) -> None:
    assert participation_text(pd.Series(totals, dtype="object")) == text


def test_conclusion_of_a_college(assessment: Assessment) -> None:
    assert assessment.college("C01").conclusion == (
        "2024-2025 学年 **精细化工学院** 考核得分 **86.30** 分，等次为 **良好**，"
        "在 8 个学院中列第 **3** 名，得分较上学年（84.80 分，良好）提高 1.50 分。\n\n"
        "与数字技术学院同为 86.30 分，按未去极值的平均分排序。\n\n"
        "**长处**：1.2 条件保障 8.14 分（满分 9 分），比全校中位数高 0.64 分；"
        "2.2 心理健康教育宣教活动 13.57 分（满分 15 分），比全校中位数高 1.03 分；"
        "3.1 工作特色与成效 13.07 分（满分 15 分），比全校中位数高 0.53 分。\n\n"
        "**差距**：没有低于全校中位数的考评要点；"
        "得分率最低的是 2.3 心理辅导（8.21 分，满分 10 分）。"
    )


def test_conclusion_with_gaps_and_no_year_before(assessments: dict[str, Assessment]) -> None:
    assert assessments["2023-2024"].college("C07").conclusion == (
        "2023-2024 学年 **商务管理学院** 考核得分 **67.00** 分，等次为 **合格**，"
        "在 8 个学院中列第 **8** 名。\n\n"
        "**差距**：2.5 朋辈辅导 6.21 分（满分 10 分），比全校中位数低 2.08 分；"
        "3.1 工作特色与成效 9.43 分（满分 15 分），比全校中位数低 3.11 分；"
        "2.4 危机干预及重点关注学生工作 9.71 分（满分 15 分），比全校中位数低 2.68 分。"
    )


def test_conclusions_without_scores(assessments: dict[str, Assessment], gaps: Assessment) -> None:
    assert assessments["2022-2023"].college("C01").conclusion == (
        "2022-2023 学年 **精细化工学院** 不参加考核（办法施行前的对照学年），"
        "以下只列台账反映的工作情况。"
    )
    assert gaps.college("C01").conclusion == (
        "2024-2025 学年 **东区学院** 尚无评审组评分，以下只列台账反映的工作情况。"
    )
    assert gaps.college("C04").conclusion == (
        "2024-2025 学年 **北区学院** 尚无评审组评分。\n\n"
        "该学院本学年没有交来可以读取的台账，各项工作数据均为“无数据”。"
    )
    assert assessments["2022-2023"].school.conclusion == (
        "2022-2023 学年是办法施行前的对照学年，不评分，以下只列各学院台账反映的工作情况。"
    )
    assert gaps.school.conclusion == (
        "2024-2025 学年还没有可用的评分表，以下只列各学院台账反映的工作情况。"
    )


def test_conclusion_of_the_school(assessments: dict[str, Assessment]) -> None:
    assert assessments["2024-2025"].school.conclusion == (
        "2024-2025 学年共 8 个学院参加考核：优秀 2 个，良好 3 个，中等 2 个，合格 1 个。\n\n"
        "**优秀二级心理辅导站建议名单（待审定）**：生物制药学院、建筑艺术学院。\n\n"
        "**优秀二级心理辅导站站长建议名单（待审定）**："
        "周启恒（生物制药学院）、舒子阳（建筑艺术学院）。\n\n"
        "各名次之间没有需要表决的并列。"
    )
    assert assessments["2023-2024"].school.conclusion == (
        "2023-2024 学年共 8 个学院参加考核：优秀 1 个，良好 4 个，中等 2 个，合格 1 个。\n\n"
        "**优秀二级心理辅导站建议名单（待审定）**：生物制药学院、建筑艺术学院。\n\n"
        "**优秀二级心理辅导站站长建议名单（待审定）**："
        "周启恒（生物制药学院）、舒子阳（建筑艺术学院）。\n\n"
        "**提请评审组留意和决定**：\n\n"
        "1. 优秀二级心理辅导站：建筑艺术学院未达优秀等次，提请评审组审定"
    )


def test_cards_of_a_college(assessments: dict[str, Assessment]) -> None:
    assert told(assessments["2024-2025"].college("C01").cards) == [
        ("考核得分", "86.30", "较上学年 +1.50 分"),
        ("等次", "良好", "[80, 90) 分"),
        ("名次", "第 3 名", "共 8 个学院"),
        ("普测参测率", "99.95%", "有效 2,239 / 应测 2,240 人次"),
        ("月报及时率", "90.00%", "按时 9 / 应报 10 份"),
        ("活动", "24 场", "2,208 人次"),
    ]
    assert told(assessments["2023-2024"].college("C01").cards)[0] == (
        "考核得分",
        "84.80",
        "上学年无评分",
    )
    assert [card.title for card in assessments["2022-2023"].college("C01").cards] == [
        "普测参测率",
        "月报及时率",
        "活动",
    ]


def test_cards_without_data(gaps: Assessment) -> None:
    assert told(gaps.college("C02").cards) == [
        ("普测参测率", "无数据", ""),
        ("月报及时率", "无数据", ""),
        ("活动", "无数据", ""),
    ]
    assert told(gaps.college("C01").cards) == [
        ("普测参测率", "无数据", ""),
        ("月报及时率", "0.00%", "按时 0 / 应报 10 份"),
        ("活动", "0 场", "0 人次"),
    ]
    assert gaps.college("C04").cards == ()


def test_cards_of_the_school(assessments: dict[str, Assessment]) -> None:
    assert told(assessments["2024-2025"].school.cards) == [
        ("参评学院", "8 个", "学生 11,500 人"),
        ("评委", "7 位", "评分表 56 份"),
        ("优秀等次", "2 个", "得分 68.50 至 92.90"),
        ("普测参测率", "98.51%", "有效 11,935 / 应测 12,115 人次"),
        ("月报及时率", "82.50%", "按时 66 / 应报 80 份"),
        ("活动", "147 场", "15,636 人次"),
    ]
    assert [card.title for card in assessments["2022-2023"].school.cards] == [
        "参评学院",
        "普测参测率",
        "月报及时率",
        "活动",
    ]


def test_comments_say_nothing_about_judges(assessment: Assessment) -> None:
    panel = assessment.panel
    assert panel is not None
    for college in assessment.colleges:
        comments = assessment.college(college.code).comments
        assert list(comments) == sorted(set(comments))
        written = {s.comment for s in panel.sheets if s.college == college.code and s.comment}
        assert set(comments) == written
        assert len(comments) >= 4
        for comment in comments:
            assert not any(judge in comment for judge in panel.judges)


def test_the_sources_that_have_no_record(assessment: Assessment, gaps: Assessment) -> None:
    missing = assessment.school.missing_sources
    assert {code: names for code, names in missing.items() if names} == {"C02": ("实地调研",)}
    assert assessment.school.marks == {"C02": ("来源不全：缺实地调研",)}
    assert gaps.school.missing_sources == {
        "C01": ("现场评审会", "实地调研", "日常工作评价记录"),
        "C02": ("现场评审会", "实地调研", "日常工作评价记录"),
        "C03": ("现场评审会", "实地调研", "日常工作评价记录"),
        "C04": ("现场评审会", "实地调研", "台账查阅", "日常工作评价记录"),
    }


def test_years_with_another_instrument(assessments: dict[str, Assessment]) -> None:
    changes = {
        college.code: assessments["2024-2025"].college(college.code).instrument_changes
        for college in assessments["2024-2025"].colleges
    }
    assert changes.pop("C04") == ("2024-2025",)
    assert set(changes.values()) == {()}
    assert assessments["2023-2024"].college("C04").instrument_changes == ()


def test_open_decisions_name_the_colleges_and_heads(assessment: Assessment) -> None:
    # Three stations with the very same scores: who gets the second award is for the panel to say.
    assert assessment.panel is not None
    alike = [sheet for sheet in assessment.panel.sheets if sheet.college == "C03"]
    panel = evaluate(
        [replace(sheet, college=code) for code in ("C02", "C03", "C06") for sheet in alike],
        assessment.rubric,
        judges=[*assessment.panel.judges, "J09"],
    )
    school = replace(assessment, panels={assessment.year: panel}).school
    names = ("环境监测学院", "生物制药学院", "建筑艺术学院")
    assert school.open_decisions == (
        "环境监测学院、生物制药学院、建筑艺术学院各项比较均相同，名次请评审组表决",
        "优秀二级心理辅导站：环境监测学院并列，提请评审组表决",
        "优秀二级心理辅导站：环境监测学院评分暂定：缺 J09 的评分",
        "优秀二级心理辅导站：环境监测学院来源不全：缺实地调研",
        "优秀二级心理辅导站：生物制药学院并列，提请评审组表决",
        "优秀二级心理辅导站：生物制药学院评分暂定：缺 J09 的评分",
        "优秀二级心理辅导站：建筑艺术学院并列，提请评审组表决",
        "优秀二级心理辅导站：建筑艺术学院评分暂定：缺 J09 的评分",
        (
            "优秀二级心理辅导站站长：魏美颖（环境监测学院）、周启恒（生物制药学院）、"
            "舒子阳（建筑艺术学院）并列，提请评审组表决"
        ),
        *(f"{name}暂定：缺 J09 的评分" for name in names),
        *(
            f"{college.name}还没有任何评分"
            for college in assessment.colleges
            if college.name not in names
        ),
    )
    listed = "\n".join(f"{n}. {text}" for n, text in enumerate(school.open_decisions, 1))
    assert school.conclusion.endswith(f"**提请评审组留意和决定**：\n\n{listed}")
