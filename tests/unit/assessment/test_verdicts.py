"""Verdicts on the sample's planted facts, and on colleges of which little is known."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evalkit.assessment import Assessment, load_assessment
from evalkit.errors import DefinitionError
from evalkit.evidence.verdicts import Verdict
from evalkit.rubric import builtin_rubrics


def verdict(assessment: Assessment, college: str, criterion: str) -> Verdict:
    (found,) = [v for v in assessment.college(college).verdicts if v.criterion == criterion]
    return found


def test_one_student_short_is_not_met(assessment: Assessment) -> None:
    found = verdict(assessment, "C01", "2.4.①")
    assert (found.state, found.basis) == ("未达标", "规定值")
    assert str(found) == (
        "2.4.① 未达标（依据规定值）。参测率 99.95%（2,239/2,240）（规定值：应为 100%，未达标）；"
        "建档率 99.95%（2,239/2,240）（规定值：应为 100%，未达标）；"
        "排查完成率 98.89%（11,076/11,200）（参照值：应为 100%，未达标）；"
        "参测率（以在籍人数计） 99.95%（2,239/2,240）；一级预警访谈率 100%；二级预警访谈率 92.64%。"
        "由评审组判断：档案内容是否完整。"
    )
    assert [str(passage) for passage in found.passages] == [
        "台账_2024-2025_C01.xlsx › S11 普测统计 › A5:S7",
        "台账_2024-2025_C01.xlsx › S12 摸底排查 › A5:I9",
    ]


def test_no_crisis_is_not_applicable(assessment: Assessment) -> None:
    assert not (assessment.figures[assessment.year].table("crisis")["college_code"] == "C06").any()
    found = verdict(assessment, "C06", "2.4.④")
    assert found.state == "不适用"
    assert {item.metric: item.state for item in found.items} == {
        "crisis_in_limit": "不适用",
        "crisis_records": "不适用",
        "crisis_hours": "",
        "drills": "",
    }


def test_a_grade_away_on_internship_is_exempt(assessment: Assessment) -> None:
    found = verdict(assessment, "C01", "2.5.②")
    assert found.state == "达标"
    assert [str(each) for each in found.exempt] == [
        "免训（该年级第二学期不在校）：第二学期 2022级 宿舍心理观察员、第二学期 2022级 心理委员"
    ]


def test_a_cell_without_training_is_missing_by_name(assessment: Assessment) -> None:
    found = verdict(assessment, "C02", "2.5.②")
    assert found.state == "未达标"
    assert found.items[0].value == "91.66%（11/12）"
    assert [str(each) for each in found.missing] == [
        "没有培训的年级和对象：第二学期 2022级 宿舍心理观察员"
    ]


def test_a_class_without_a_committee_member_is_missing_by_name(assessment: Assessment) -> None:
    found = verdict(assessment, "C05", "1.3.②")
    assert found.state == "部分达标"
    assert [str(each) for each in found.missing] == ["没有心理委员的班级：数控2403班"]


def test_open_findings_stand_beside_the_criterion(assessment: Assessment) -> None:
    assert verdict(assessment, "C07", "1.1.②").contradictions == (
        "台账_2024-2025_C07.xlsx › S23 站长登记表 › C16 应为：站长登记表在每学年九月报送（V03）",
    )
    found = verdict(assessment, "C08", "2.4.②")
    assert found.contradictions == (
        "台账_2024-2025_C08.xlsx › S15 心理月报 › A11 应为：每个月按当月的实际情况填写（C02）",
    )
    states = {item.metric: item.state for item in found.items}
    assert states["flat_run"] == "提请核实"
    assert not verdict(assessment, "C01", "2.4.②").contradictions


def test_no_data_is_not_zero(gaps: Assessment) -> None:
    states = {college.code: verdict(gaps, college.code, "1.2.②").state for college in gaps.colleges}
    # C01 handed in the sheet without a row; the others did not hand it in.
    assert states == {"C01": "未达标", "C02": "无数据", "C03": "无数据", "C04": "无数据"}
    assert {v.state for v in gaps.college("C04").verdicts} == {"无数据", "人工评定"}


def test_what_the_centre_did_not_write_down_counts_against_nobody(gaps: Assessment) -> None:
    for college in gaps.colleges:
        assert verdict(gaps, college.code, "2.1.①").state == "无数据"


def test_an_empty_register_is_no_data(gaps: Assessment) -> None:
    checks = {item.metric: item.state for item in verdict(gaps, "C01", "2.4.①").items}
    assert checks["checks_complete"] == "无数据"


def test_findings_repeat_no_number_of_the_ledger(gaps: Assessment) -> None:
    found = verdict(gaps, "C01", "2.4.①")
    assert found.contradictions
    for text in found.contradictions:
        assert text.startswith("台账_2024-2025_C01.xlsx › S11 普测统计 › ")


def test_school_figures_judge_no_college(assessment: Assessment) -> None:
    of_school = set(assessment.school_metrics["metric"])
    for each in assessment.verdicts_of(assessment.year):
        assert not of_school & {item.metric for item in each.items}


def test_the_matrix_of_the_school(assessment: Assessment) -> None:
    table = assessment.school.verdict_matrix()
    assert [field.title for field in table.fields][:3] == [
        "考评细则",
        "精细化工学院",
        "环境监测学院",
    ]
    assert len(table) == 23
    place = list(table.frame["criterion"]).index("2.4.①")
    assert table.text(place, "C01") == "未达标"


def own_rubric(folder: Path, gaps: Assessment, old: str, new: str) -> Path:
    root = folder / "own"
    shutil.copytree(gaps.workspace.root / "data", root / "data")
    text = builtin_rubrics()["station-2024"].read_text("utf-8")
    assert text.count(old) == 1
    (root / "rubric.yaml").write_text(text.replace(old, new), "utf-8")
    settings = (gaps.workspace.root / "evalkit.toml").read_text("utf-8")
    settings = settings.replace("[[colleges]]", '[paths]\nrubric = "rubric.yaml"\n[[colleges]]', 1)
    (root / "evalkit.toml").write_text(settings, "utf-8")
    return root


def test_a_school_changes_a_requirement(tmp_path: Path, gaps: Assessment) -> None:
    old = "{metric: dedicated_staff, at_least: 1, basis: text}"
    root = own_rubric(tmp_path, gaps, old, old.replace("1, basis: text", "2, basis: reference"))
    found = verdict(load_assessment(workspace=root), "C01", "1.2.①")
    assert (found.state, found.basis) == ("未达标", "参照值")
    assert found.items[0].requirement == "不少于 2 人"


def test_a_metric_that_does_not_exist(tmp_path: Path, gaps: Assessment) -> None:
    root = own_rubric(tmp_path, gaps, "metric: dedicated_staff", "metric: dedicatd_staff")
    with pytest.raises(DefinitionError) as caught:
        load_assessment(workspace=root)
    assert str(caught.value) == (
        f"考核办法文件 {root / 'rubric.yaml'} 有 1 处问题，请逐条改正：\n"
        "  1. dimensions[0].indicators[1].criteria[0].evidence[0].metric: "
        "没有名为“dedicatd_staff”的指标，您要的是不是“dedicated_staff”"
    )
