"""The semester that was chosen, against the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from evalkit.intake.checks import Checked
from evalkit.intake.table import TableRead
from evalkit.ledger import Column, Sheet

Read = Callable[..., TableRead]
Check = Callable[..., Checked]
Texts = Callable[..., list[str]]
Ruled = Callable[..., Sheet]

SEMESTER = Column(name="semester", header="学期", type="enum", allowed=("第一学期", "第二学期"))
DAY = Column(name="day", header="日期", type="date", required="always")
DONE_ON = Column(name="done_on", header="完成日期", type="date")


def test_disagree(read: Read, check: Check, ruled: Ruled) -> None:
    rows = [
        {"semester": "第一学期", "day": date(2025, 4, 12)},
        {"semester": "第一学期", "day": date(2025, 2, 16)},
        {"semester": "第二学期", "day": date(2025, 2, 16)},
        {"semester": None, "day": date(2025, 2, 16)},
        {"semester": "第二学期", "day": None},
        {"semester": "第二学期", "day": date(2024, 8, 31)},
    ]
    checked = check(read(ruled(columns=(DONE_ON, SEMESTER, DAY)), rows))
    assert [str(finding) for finding in checked.findings] == [
        (
            "[W D05] 台账.xlsx › 测评 › B5：“学期”与“日期”不一致，"
            "填写的是“第一学期，日期 2025-04-12”。允许：2025-04-12 在第二学期。"
            "处理：请核对后改正；统计时以日期为准。"
        ),
        (
            "[W D05] 台账.xlsx › 测评 › B7：“学期”与“日期”不一致，"
            "填写的是“第二学期，日期 2025-02-16”。允许：2025-02-16 在第一学期。"
            "处理：请核对后改正；统计时以日期为准。"
        ),
    ]
    assert checked.spoilt == frozenset()


def test_day_that_need_not_be_there_says_nothing(read: Read, texts: Texts, ruled: Ruled) -> None:
    rows = [{"semester": "第一学期", "done_on": date(2025, 4, 12)}]
    assert texts(read(ruled(columns=(SEMESTER, DONE_ON)), rows)) == []


def test_sheet_with_a_rule_of_its_own(read: Read, texts: Texts, ruled: Ruled) -> None:
    rule = {"code": "D05", "severity": "W", "must": "semester == semester(day)"}
    rows = [{"semester": "第一学期", "day": date(2025, 4, 12)}]
    assert texts(read(ruled(rule, columns=(SEMESTER, DAY)), rows)) == [
        (
            "[W D05] 台账.xlsx › 测评 › A5：人数不对，填写的是“学期 第一学期，日期 2025-04-12”。"
            "允许：不超过。处理：请改正。"
        )
    ]


def test_form_has_no_semester(read: Read, texts: Texts, ruled: Ruled) -> None:
    rows = [{"semester": "第一学期", "day": date(2025, 4, 12)}]
    assert texts(read(ruled(columns=(SEMESTER, DAY), layout="form"), rows)) == []
