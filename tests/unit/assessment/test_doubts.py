"""Findings in reports repeat no number of students at risk."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from evalkit.assessment.doubts import RISK_SHEETS, told
from evalkit.assessment.fields import RISK_COUNTS
from evalkit.findings import Finding, Location, Severity
from evalkit.intake import Snapshot
from evalkit.ledger import load_ledger

FILE = "台账_2024-2025_C08.xlsx"


def _snapshot(*findings: Finding) -> Snapshot:
    pages = [
        {"file": FILE, "tab": "S11 普测统计", "sheet": "screening"},
        {"file": FILE, "tab": "危机", "sheet": "crisis"},
        {"file": FILE, "tab": "S08 活动台账", "sheet": "activities"},
    ]
    return cast("Snapshot", SimpleNamespace(manifest={"pages": pages}, findings=findings))


def _finding(tab: str | None, what: str, value: str) -> Finding:
    place = Location(FILE, tab, "N7")
    return Finding("C03", Severity.ERROR, place, what, value, "不超过 5 人", "请核对")


def test_numbers_of_students_at_risk_are_marks() -> None:
    (found,) = told(
        _snapshot(
            _finding(
                "S11 普测统计", "三个级别合计 96 人，多于最终有效 82 人", "一级预警人数 3，二级 10"
            )
        )
    )
    assert found.what == "三个级别合计 —* 人，多于最终有效 —* 人"
    assert found.value == "一级预警人数 —*，二级 —*"
    assert (found.location.cell, found.rule) == ("N7", "不超过 5 人")


def test_dates_and_codes_too_whatever_the_tab_is_called() -> None:
    what = "上报早于发现 2024-10-12 21:30，事件 W01"
    (found,) = told(_snapshot(_finding("危机", what, "2024/10/12")))
    assert (found.what, found.value) == ("上报早于发现 —*，事件 —*", "—*")


def test_zeros_stay() -> None:
    (found,) = told(_snapshot(_finding("危机", "选了零报告，人数却不全是 0", "谈话 0，新增 10")))
    assert (found.what, found.value) == ("选了零报告，人数却不全是 0", "谈话 0，新增 —*")


def test_no_sheet_about_students_at_risk_is_forgotten() -> None:
    risky = RISK_COUNTS | {"n_to_key", "n_key_new", "n_key_end", "n_new", "case_code"}
    sheets = load_ledger(None).sheets
    found = {each.name for each in sheets if risky & {column.name for column in each.columns}}
    coded = {each.name for each in sheets if each.coded} - {"peer_roster"}  # students who help
    assert found | coded == RISK_SHEETS


def test_other_sheets_and_files_stay_as_they_are() -> None:
    findings = _finding("S08 活动台账", "参与 30 人", "30"), _finding(None, "共 2 个文件", "2")
    assert told(_snapshot(*findings)) == findings
