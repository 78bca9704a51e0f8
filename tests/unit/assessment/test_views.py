"""Every table of every college and year comes released, and never with a complaint of pandas."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from evalkit.assessment import Assessment, CollegeView, SchoolView
from evalkit.assessment.view import View
from evalkit.privacy import Released

YEARS = ("2022-2023", "2023-2024", "2024-2025")
COLLEGES = tuple(f"C{number:02}" for number in range(1, 9))


def tables_of(view: type[View]) -> list[str]:
    """Public methods that need nothing but the view."""

    def needs_nothing(member: Callable[..., object]) -> bool:
        _, *others = inspect.signature(member).parameters.values()
        return all(
            each.default is not each.empty or each.kind is each.VAR_POSITIONAL for each in others
        )

    return [
        name
        for name, member in inspect.getmembers(view, inspect.isfunction)
        if not name.startswith("_") and needs_nothing(member)
    ]


OF_COLLEGE, OF_SCHOOL = tables_of(CollegeView), tables_of(SchoolView)


def printed(table: Released) -> list[list[str]]:
    return [
        [table.text(row, field.name) for field in table.fields] for row in range(len(table.frame))
    ]


def test_the_tables_are_those_known() -> None:
    assert OF_COLLEGE == [
        "activities_by_audience", "activities_by_form", "activities_by_month", "awards",
        "counselling", "counselling_by_channel", "counselling_by_month", "discussion_table",
        "evidence_table", "funds", "improvements", "indicators", "metric_trends",
        "monthly_reports", "network", "participation", "priority_care", "research", "staff",
        "training_cells", "trends", "verdict_table", "warnings",
    ]  # fmt: skip
    assert OF_SCHOOL == [
        "activities_by_form", "activities_by_month", "close_calls", "data_quality",
        "discussion_table", "exact_results", "head_candidates", "indicator_rates", "judge_totals",
        "leave_one_out",
        "monthly_reports", "participation", "participation_by_grade", "provenance", "ranking",
        "score_details", "settings", "station_nominees", "trends", "trends_by_college",
        "verdict_matrix", "warnings", "warnings_by_grade", "work",
    ]  # fmt: skip


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("college", COLLEGES)
def test_tables_of_a_college(assessments: dict[str, Assessment], year: str, college: str) -> None:
    view = assessments[year].college(college)
    unscored = {"indicators"} if year == "2022-2023" else set()
    outputs = {"research", "awards", "discussion_table"}
    for name in OF_COLLEGE:
        table = getattr(view, name)()
        assert isinstance(table, Released), name
        assert table.audience == assessments[year].audience
        assert (len(printed(table)) > 0) == (name not in unscored) or name in outputs, name


@pytest.mark.parametrize("year", YEARS)
def test_tables_of_the_school(assessments: dict[str, Assessment], year: str) -> None:
    view = assessments[year].school
    of_the_panel = {
        "ranking", "judge_totals", "exact_results", "score_details", "indicator_rates",
        "station_nominees", "head_candidates", "leave_one_out", "discussion_table",
        "close_calls",
    }  # fmt: skip
    empty = of_the_panel if year == "2022-2023" else set()
    for name in OF_SCHOOL:
        table = getattr(view, name)()
        assert isinstance(table, Released), name
        assert (len(printed(table)) > 0) == (name not in empty), name


@pytest.mark.parametrize("college", ["C01", "C02", "C03", "C04"])
def test_tables_of_next_to_nothing(gaps: Assessment, college: str) -> None:
    for name in OF_COLLEGE:
        printed(getattr(gaps.college(college), name)())
    for name in OF_SCHOOL:
        printed(getattr(gaps.school, name)())


def test_what_was_not_handed_in_has_no_rows(gaps: Assessment) -> None:
    rows = {
        name: [len(getattr(gaps.college(code), name)()) for code in ("C01", "C02", "C03", "C04")]
        for name in ("activities_by_month", "activities_by_form", "activities_by_audience",
                     "counselling_by_month", "funds", "training_cells", "monthly_reports",
                     "participation", "network")
    }  # fmt: skip
    assert rows == {
        "activities_by_month": [12, 0, 12, 0],
        "activities_by_form": [9, 0, 9, 0],
        "activities_by_audience": [10, 0, 10, 0],
        "counselling_by_month": [12, 0, 0, 0],
        "funds": [5, 6, 0, 0],
        "training_cells": [4, 0, 0, 0],
        "monthly_reports": [10, 0, 0, 0],
        "participation": [2, 0, 0, 0],
        "network": [1, 1, 1, 0],
    }


def test_money_without_a_purpose_is_shown(gaps: Assessment) -> None:
    assert printed(gaps.college("C02").funds()) == [
        ["设施建设", "0.00", "0.00"],
        ["活动开展", "0.00", "0.00"],
        ["师资培训", "0.00", "0.00"],
        ["其他", "0.00", "0.00"],
        ["未注明用途", "70.00", "0.00"],
        ["合计", "70.00", "0.00"],
    ]


def test_no_total_over_grades_of_which_one_is_unknown(gaps: Assessment) -> None:
    view = gaps.college("C01")
    assert printed(view.participation()) == [
        ["2023级", "100", "0", "—", "—", "—"],
        ["2024级", "100", "0", "100", "100", "100%"],
    ]
    assert [card.value for card in view.cards if card.title == "普测参测率"] == ["无数据"]


def test_last_years_months(assessments: dict[str, Assessment]) -> None:
    before = assessments["2023-2024"]
    for college in COLLEGES:
        past = before.college(college).activities_by_month().frame["n_activities"]
        now = assessments["2024-2025"].college(college).activities_by_month().frame
        assert now["previous"].tolist() == past.tolist()
        first = assessments["2022-2023"].college(college).activities_by_month().frame
        assert first["previous"].isna().all()
    past = before.school.activities_by_month().frame["n_activities"]
    now = assessments["2024-2025"].school.activities_by_month().frame
    assert now["previous"].tolist() == past.tolist()


def test_the_school_is_the_sum_of_its_colleges(assessment: Assessment) -> None:
    school, colleges = assessment.school, [assessment.college(code) for code in COLLEGES]
    for name in ("activities_by_month", "activities_by_form"):
        counts = ["n_activities", "n_attend"]
        parts = [getattr(view, name)().frame[counts] for view in colleges]
        assert getattr(school, name)().frame[counts].equals(sum(parts[1:], parts[0]))
    totals = [view.totals for view in colleges]
    for name in ("n_students", "n_required", "n_valid", "n_sessions", "n_observers"):
        assert school.totals[name] == sum(each[name] for each in totals)
    last = school.trends().frame.iloc[-1]
    sums = {name: sum(each[name] for each in totals) for name in ("n_attend", "n_students")}
    assert last["reach"] == pytest.approx(sums["n_attend"] / sums["n_students"])


def test_a_college_without_data_does_not_lower_the_schools_ratios(gaps: Assessment) -> None:
    # Of C03 the activities are known but not the students, of C02 the students only.
    (row,) = gaps.school.trends().frame.to_dict("records")
    assert (row["reach"], row["per_1000"]) == (0.0, 0.0)
    assert row["n_activities"] == 1
    by_college = gaps.school.trends_by_college().frame.set_index("college")
    assert by_college["reach"].isna().to_dict() == {
        "东区学院": False,
        "西区学院": True,
        "南区学院": True,
    }


def test_a_college_is_on_its_own_in_its_tables(assessment: Assessment) -> None:
    figures = assessment.figures[assessment.year]
    for college in COLLEGES:
        view = assessment.college(college)
        own = figures.monthly[figures.monthly["college_code"] == college]
        assert view.monthly_reports().frame["status"].tolist() == own["status"].tolist()
        assert set(view.trends().frame["year"]) == set(YEARS)
        assert "college_code" not in view.training_cells().frame.columns


def test_the_unit_of_observers_is_named(assessment: Assessment) -> None:
    assert assessment.college("C01").network().field("n_units").title == "宿舍"
    settings = assessment.rubric.settings
    by_class = settings.observer_unit.model_copy(update={"value": "class"})
    changed = settings.model_copy(update={"observer_unit": by_class})
    rubric = assessment.rubric.model_copy(update={"settings": changed})
    other = Assessment(
        assessment.workspace,
        assessment.year,
        rubric,
        assessment.audience,
        assessment.snapshots,
        assessment.panels,
    )
    table = other.college("C01").network()
    assert table.field("n_units").title == "应配观察员的班级"
    assert table.frame["n_units"].tolist() == table.frame["n_classes"].tolist()


def test_indicators_beside_median_and_last_year(assessment: Assessment) -> None:
    panel, before = assessment.panel, assessment.previous_panel
    assert panel is not None
    assert before is not None
    frame = assessment.college("C03").indicators().frame
    publish = assessment.rubric.publish
    for row, indicator in zip(frame.to_dict("records"), assessment.rubric.indicators, strict=True):
        means = sorted(result.indicator_means[indicator.id] for result in panel)
        past = publish(before["C03"].indicator_means[indicator.id])
        assert row["indicator"] == f"{indicator.id} {indicator.name}"
        assert row["mean"] == publish(panel["C03"].indicator_means[indicator.id])
        assert row["median"] == publish((means[3] + means[4]) / 2)
        assert row["previous"] == past
        assert row["change"] == row["mean"] - past
        exact = panel["C03"].indicator_means[indicator.id]
        assert row["rate"] == pytest.approx(float(exact) / float(indicator.points) * 100)


def test_ranking_as_printed(assessment: Assessment) -> None:
    table = assessment.school.ranking()
    assert [row[:6] for row in printed(table)] == [
        ["1", "生物制药学院", "92.90", "优秀", "+1.30", "7"],
        ["2", "建筑艺术学院", "90.00", "优秀", "+1.70", "7"],
        ["3", "精细化工学院", "86.30", "良好", "+1.50", "7"],
        ["4", "数字技术学院", "86.30", "良好", "+1.50", "7"],
        ["5", "环境监测学院", "82.60", "良好", "+1.60", "7"],
        *(row[:6] for row in printed(table)[5:]),
    ]
    notes = dict(zip(table.frame["college"], table.frame["note"], strict=True))
    assert notes["精细化工学院"] == "与数字技术学院同为 86.30 分，按未去极值的平均分排序"
    assert notes["生物制药学院"] == ""
    assert set(table.frame["method"]) == {"去掉 1 个最高分、1 个最低分"}


def test_score_details_add_up_to_the_judges_totals(assessment: Assessment) -> None:
    details, totals = assessment.school.score_details(), assessment.school.judge_totals()
    columns = [indicator.column for indicator in assessment.rubric.indicators]
    sums: dict[tuple[Any, Any], Decimal | None] = {}
    for row in details.frame.to_dict("records"):
        given = [row[column] for column in columns]
        sums[row["college"], row["judge"]] = None if row["recused"] else sum(given, Decimal(0))
    assert len(sums) == 56
    assert sums == {
        (row["college"], row["judge"]): None if pd.isna(row["total"]) else row["total"]
        for row in totals.frame.to_dict("records")
    }


def test_exact_results_round_to_the_published_ones(assessment: Assessment) -> None:
    exact = assessment.school.exact_results().frame
    ranking = assessment.school.ranking().frame
    assert exact["college"].tolist() == ranking["college"].tolist()
    for value, score in zip(exact["exact"], ranking["score"], strict=True):
        assert value == pytest.approx(float(score), abs=0.005 + 1e-9)


def test_data_quality_counts_by_file(gaps: Assessment) -> None:
    assert printed(gaps.school.data_quality()) == [
        ["台账_2024-2025_C01.xlsx", "3", "3", "0"],
        ["台账_2024-2025_C02.xlsx", "3", "12", "1"],
        ["台账_2024-2025_C03.xlsx", "0", "15", "0"],
        ["台账_2024-2025_C04.xlsx", "0", "1", "0"],
    ]
    own = gaps.college("C01").findings
    assert [finding.location.file for finding in own] == ["台账_2024-2025_C01.xlsx"] * 6
    assert sum(gaps.count(severity) for severity in {f.severity for f in gaps.findings}) == len(
        gaps.findings
    )


def test_decisions_and_a_calendar_that_is_not_there(
    assessment: Assessment, gaps: Assessment
) -> None:
    questions = [f"Q{number}" for number in range(1, 15)]
    assert assessment.school.settings().frame["question"].tolist() == questions
    assert gaps.school.settings().frame["question"].tolist() == [*questions, "校历"]
    assert printed(gaps.school.settings())[-1] == [
        "校历",
        "两个学期的分界",
        "（校历中没有可用的学期起止日期）",
        "以 2 月 1 日分界：此前为第一学期，此后为第二学期",
        "请校心理中心在“校级·校历与字典”表填写四个学期日期，补齐后以填写的为准",
    ]


def test_heads_side_by_side(assessments: dict[str, Assessment]) -> None:
    table = assessments["2024-2025"].school.head_candidates()
    heads = {row[1]: row for row in printed(table)}
    assert heads["屈春琪"][5:8] == ["84", "否", "0"]
    assert heads["魏美颖"][5:8] == ["11", "是", "2"]
    assert [name for name, row in heads.items() if row[0] == "建议"] == ["周启恒", "舒子阳"]
    assert len(heads) == 8
    log = assessments["2024-2025"].figures[assessments["2024-2025"].year].table("daily_log")
    own = log[log["college_code"] == "C07"]
    assert heads["屈春琪"][10:12] == [
        str(int((own["polarity"] == "正面").sum())),
        str(int((own["polarity"] == "负面").sum())),
    ]


def test_where_little_lies_between(assessment: Assessment) -> None:
    assert printed(assessment.school.close_calls()) == [
        [
            "精细化工学院、数字技术学院",
            "得分相同",
            "0.00",
            "与数字技术学院同为 86.30 分，按未去极值的平均分排序",
        ],
        ["建筑艺术学院", "等次边界", "0.00", "正在“优秀”的下限 90 分"],
    ]
