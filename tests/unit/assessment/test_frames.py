"""The assessment's frames: their columns, their types, and what stands in them."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from evalkit.assessment import Assessment
from evalkit.evidence.catalogue import metrics

COLUMNS = {
    "metrics": "academic_year college_code college metric title unit part whole value state text",
    "school_metrics": "academic_year metric title unit value state text",
    "verdicts": "academic_year college_code college indicator criterion state basis text",
    "scores": "college_code college indicator label points mean rate",
    "ranks": "college_code college rank score band n_judges provisional note",
    "bands": "band interval n_colleges colleges",
    "proposals": "award college_code college head marks",
    "findings_frame": "code severity college_code file sheet cell what value rule mend",
    "trends": "academic_year college_code college metric title unit value text previous change "
    "break_note n_colleges median low high",
    "discussion": "college_code college indicator label panel evidence",
    "provenance": "academic_year snapshot ledger_version rubric rubric_version n_files n_rows "
    "error warning info",
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_and_types_do_not_depend_on_what_there_is(
    name: str, assessment: Assessment, gaps: Assessment
) -> None:
    full, empty = getattr(assessment, name), getattr(gaps, name)
    assert list(full.columns) == COLUMNS[name].split()
    assert full.dtypes.equals(empty.dtypes)
    text = {"object"} if name in ("scores", "ranks") else set()
    assert set(full.dtypes.astype(str)) <= {"string", "Int64", "Float64", "boolean", "int64", *text}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_frame_is_documented(name: str) -> None:
    documented = getattr(Assessment, name)
    text = (documented.func if hasattr(documented, "func") else documented).__doc__
    if name == "trends":
        from evalkit.assessment.trends import find_trends

        text = find_trends.__doc__
    told = set(re.findall(r"[a-z_]+", text))
    assert set(COLUMNS[name].split()) <= told


def one(frame: pd.DataFrame, **where: str) -> dict[str, object]:
    for column, wanted in where.items():
        frame = frame[frame[column] == wanted]
    (row,) = frame.to_dict("records")
    return {key: None if value is pd.NA else value for key, value in row.items()}


def test_metrics(assessment: Assessment) -> None:
    table = assessment.metrics
    assert len(table) == 3 * 8 * len(metrics())
    found = one(table, academic_year="2024-2025", college_code="C01", metric="participation")
    assert found == {
        "academic_year": "2024-2025",
        "college_code": "C01",
        "college": "精细化工学院",
        "metric": "participation",
        "title": "参测率",
        "unit": "%",
        "part": 2239,
        "whole": 2240,
        "value": 100 * 2239 / 2240,
        "state": "known",
        "text": "99.95%（2,239/2,240）",
    }


def test_a_college_that_handed_in_nothing_has_no_data(gaps: Assessment) -> None:
    own = gaps.metrics[gaps.metrics["college_code"] == "C04"]
    assert len(own) == len(metrics())
    assert set(own["state"]) == {"no_data"}
    assert set(own["text"]) == {"无数据"}
    assert own[["part", "whole", "value"]].isna().all(axis=None)


def test_an_empty_register_is_no_data_and_no_case_is_not_applicable(gaps: Assessment) -> None:
    own = gaps.metrics[gaps.metrics["college_code"] == "C01"].set_index("metric")
    assert own.loc["checks_complete", "state"] == "no_data"
    assert own.loc["plan_completion", "state"] == "no_data"
    assert own.loc["crisis_records", "state"] == "not_applicable"
    assert own.loc["care_plans", "state"] == "not_applicable"
    assert own.loc["research", "text"] == "0 项"


def test_school_metrics_stand_apart(assessment: Assessment) -> None:
    table = assessment.school_metrics
    assert one(table, academic_year="2024-2025", metric="students_per_fulltime")["text"] == (
        "359.38 人/人"
    )
    assert not set(table["metric"]) & set(assessment.metrics["metric"])


def test_verdicts(assessment: Assessment) -> None:
    table = assessment.verdicts
    assert len(table) == 3 * 8 * 23
    found = one(table, academic_year="2024-2025", college_code="C01", criterion="2.5.②")
    assert found == {
        "academic_year": "2024-2025",
        "college_code": "C01",
        "college": "精细化工学院",
        "indicator": "2.5",
        "criterion": "2.5.②",
        "state": "达标",
        "basis": "规定值",
        "text": (
            "2.5.② 达标（依据规定值）。学期、年级、对象培训完成率 100%（10/10）"
            "（规定值：应为 100%，达标）；骨干培训到训率 94.15%（789/838）。"
            "免训（该年级第二学期不在校）：第二学期 2022级 宿舍心理观察员、"
            "第二学期 2022级 心理委员。由评审组判断：培训的质量。"
        ),
    }


def test_scores_ranks_bands_proposals(assessment: Assessment) -> None:
    best = assessment.ranks.iloc[0]
    assert (best["college"], best["rank"], str(best["score"])) == ("生物制药学院", 1, "92.90")
    assert assessment.bands.to_dict("records")[0] == {
        "band": "优秀",
        "interval": "[90, 100]",
        "n_colleges": 2,
        "colleges": "生物制药学院、建筑艺术学院",
    }
    assert assessment.bands["n_colleges"].sum() == len(assessment.ranks) == 8
    assert list(assessment.proposals["head"]) == ["", "", "周启恒", "舒子阳"]
    mean = one(assessment.scores, college_code="C01", indicator="2.4")
    assert (mean["label"], str(mean["mean"])) == ("2.4 危机干预及重点关注学生工作", "13.00")


def test_findings(assessment: Assessment) -> None:
    found = assessment.findings_frame.set_index("code")
    assert found.loc["V03", ["severity", "college_code", "sheet", "cell"]].tolist() == [
        "警告", "C07", "S23 站长登记表", "C16",
    ]  # fmt: skip


def test_provenance(assessment: Assessment) -> None:
    table = assessment.provenance
    assert list(table["academic_year"]) == ["2022-2023", "2023-2024", "2024-2025"]
    assert list(table["n_files"]) == [9, 16, 16]
    assert table["snapshot"].iloc[-1] == assessment.snapshot.id
    assert set(table["rubric"]) == {"station-2024"}
