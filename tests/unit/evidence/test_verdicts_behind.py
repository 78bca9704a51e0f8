"""The rows behind a verdict, and what is missing by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from evalkit.evidence.source import Source
from evalkit.evidence.verdicts import Names, Passage
from evalkit.evidence.verdicts.missing import find_exempt, find_missing
from evalkit.evidence.verdicts.passages import find_passages, rows_text

Build = Callable[..., Source]
KEY = ("2024-2025", "C01")


def place(row: int, sheet: str = "S11 普测统计", file: str = "台账.xlsx") -> dict[str, Any]:
    return {"source_file": file, "source_sheet": sheet, "source_row": row}


def test_rows_as_printed() -> None:
    assert rows_text([7, 5, 6, 5]) == "第 5—7 行"
    assert rows_text([7, 5, 6, 9], ("B", "AC")) == "B5:AC7、B9:AC9"
    assert rows_text([1, 3, 5, 7, 9], ("A", "D")) == "A1:D9中的 5 行"
    assert rows_text([5, 7, 9, 11]) == "第 5、7、9、11 行"
    assert rows_text([5, 13, 21, 29, 37]) == "第 5—37 行中的 5 行"


def test_passages(source: Build) -> None:
    found = find_passages(
        source(
            {
                "screening": [place(5), place(6), place(9), {"college_code": "C02", **place(5)}],
                "key_students": [place(5, "S16 重点关爱台账"), place(6, "S16 重点关爱台账")],
                "base_info": [place(1, "S00 基础信息")],
                "crisis": [],
            }
        ),
        ["screening", "key_students", "base_info", "crisis"],
    )
    assert found == {
        (*KEY, "screening"): (Passage("台账.xlsx", "S11 普测统计", "第 5—6、9 行"),),
        ("2024-2025", "C02", "screening"): (Passage("台账.xlsx", "S11 普测统计", "第 5 行"),),
        # How many rows a coded sheet has is how many students there are.
        (*KEY, "key_students"): (Passage("台账.xlsx", "S16 重点关爱台账"),),
        (*KEY, "base_info"): (Passage("台账.xlsx", "S00 基础信息"),),
    }


def test_a_sheet_in_two_files(source: Build) -> None:
    rows = [place(5), place(6), place(5, file="台账2.xlsx")]
    found = find_passages(source({"screening": rows}), ["screening"])
    assert found[(*KEY, "screening")] == (
        Passage("台账.xlsx", "S11 普测统计", "第 5—6 行"),
        Passage("台账2.xlsx", "S11 普测统计", "第 5 行"),
    )


def klass(name: str, grade: str, here: bool = True) -> dict[str, Any]:
    return {"class_name": name, "grade": grade, "n_dorms": 6, "on_campus_s2": here}


def session(day: date, role: str, grade: str, n: int = 9) -> dict[str, Any]:
    return {"date": day, "peer_role": role, "grade": grade, "n_attend": n, "n_expected": 9}


def test_what_is_missing_by_name(source: Build) -> None:
    autumn, spring = date(2024, 10, 8), date(2025, 4, 8)
    found = find_missing(
        source(
            {
                "class_base": [klass("一班", "2023级", here=False), klass("二班", "2024级")],
                "peer_roster": [
                    {"peer_role": "心理委员", "class_name": "一班", "peer_id": "XW01",
                     "from_date": autumn},
                ],
                "peer_training": [
                    session(autumn, "心理委员", "2023级"),
                    session(autumn, "心理委员", "2024级"),
                    session(autumn, "宿舍心理观察员", "2023级"),
                    session(autumn, "宿舍心理观察员", "2024级", n=0),
                    session(spring, "心理委员", "2024级"),
                ],
                "rules_meetings": [
                    {"kind": "制度文件", "rule_type": kind, "date": date(2020, 1, 1)}
                    for kind in ("保密", "危机干预", "职责分工", "心理委员管理", "谈心值班")
                ],
                "centre_tasks": [
                    {"task_id": "R02", "title": "乙", "status": "未完成"},
                    {"task_id": "R01", "title": "甲", "status": "未完成"},
                    {"task_id": "R03", "title": "丙", "status": "迟交"},
                    {"task_id": "R04", "title": "丁", "status": "不适用"},
                ],
                "monthly": [
                    {"month": f"2024-{month:02}", "submitted_on": date(2024, month, 28)}
                    for month in (9, 10, 11, 12)
                ] + [
                    {"month": f"2025-{month:02}", "submitted_on": date(2025, month, 28)}
                    for month in (1, 3, 4, 5)
                ] + [{"month": "2025-06", "submitted_on": date(2025, 7, 1)}],
            }
        )
    )  # fmt: skip
    assert found == {
        (*KEY, "training_cells"): Names(
            "training_cells",
            "没有培训的年级和对象",
            # The grade that is away in the second semester is exempt, not missing.
            ("第一学期 2024级 宿舍心理观察员", "第二学期 2024级 宿舍心理观察员"),
        ),
        (*KEY, "committee_coverage"): Names("committee_coverage", "没有心理委员的班级", ("二班",)),
        (*KEY, "rule_types"): Names("rule_types", "缺少的制度类型", ("档案交接",)),
        (*KEY, "tasks_done"): Names("tasks_done", "未完成的任务", ("甲", "乙")),
        (*KEY, "tasks_on_time"): Names("tasks_on_time", "迟交的任务", ("丙",)),
        (*KEY, "monthly_received"): Names("monthly_received", "没有报送的月份", ("2025-07",)),
        (*KEY, "monthly_on_time"): Names("monthly_on_time", "迟报的月份", ("2025-06",)),
    }


def test_a_grade_that_is_away_is_exempt(source: Build) -> None:
    rows = [klass("一班", "2023级", here=False), klass("二班", "2024级")]
    found = find_exempt(source({"class_base": rows, "peer_training": []}))
    assert found == {
        (*KEY, "training_cells"): Names(
            "training_cells",
            "免训（该年级第二学期不在校）",
            ("第二学期 2023级 宿舍心理观察员", "第二学期 2023级 心理委员"),
        )
    }


def test_nothing_is_missing_where_nothing_was_handed_in(source: Build) -> None:
    assert find_missing(source({})) == {}
