"""Rules in force and meetings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence.rules_meetings import RULE_TYPES, SUBJECT, rule_type_table
from evalkit.evidence.source import Source

Build = Callable[..., Source]
Cases = Callable[..., list[dict[str, Any]]]
Counts = Callable[..., dict[str, Any]]
Plain = Callable[..., list[tuple[Any, ...]]]

BOARD = "党政联席会/总支会"


def rule(rule_type: str | None, day: str | None = "2022-03-15", **more: Any) -> dict[str, Any]:
    return {"kind": "制度文件", "rule_type": rule_type, "date": day, **more}


def meeting(kind: str | None, day: str | None, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "date": day, **more}


def test_meetings_belong_to_the_semester_of_their_day(source: Build, counts_of: Counts) -> None:
    rows = [
        meeting(BOARD, "2024-09-01"),
        meeting(BOARD, "2025-02-16"),
        meeting(BOARD, "2025-02-17"),
        meeting(BOARD, "2025-09-01"),
        meeting(BOARD, None),
        meeting("工作研讨", "2025-08-31"),
        meeting("例会", "2024-10-10"),
        meeting(None, "2024-10-10"),
    ]
    assert counts_of(SUBJECT, source({"rules_meetings": rows})) == {
        "n_leader_meetings_s1": 2,
        "n_leader_meetings_s2": 1,
        "n_rule_types": 0,
        "n_rule_types_expected": 6,
        "n_seminars_s1": 0,
        "n_seminars_s2": 1,
    }


RULES: dict[str, tuple[list[dict[str, Any]], int]] = {
    "none": ([], 0),
    "twice": ([rule("保密"), rule("保密", "2020-01-01")], 1),
    "all": ([rule(each) for each in RULE_TYPES], 6),
    "others": ([rule("其他"), rule(None)], 0),
    "last day": ([rule("保密", "2025-08-31")], 1),
    "next year's": ([rule("保密", "2025-09-01")], 0),
    "undated": ([rule("保密", None)], 1),
    "a meeting": ([meeting("例会", "2024-10-10", rule_type="保密")], 0),
}


def test_types_of_rules_in_force(counts_of_cases: Cases) -> None:
    found = counts_of_cases(SUBJECT, [{"rules_meetings": rules} for rules, _ in RULES.values()])
    numbers = dict(zip(RULES, (each["n_rule_types"] for each in found), strict=True))
    assert numbers == {name: number for name, (_, number) in RULES.items()}


def test_which_rules_there_are(source: Build, rows_of: Plain) -> None:
    rows = source({"rules_meetings": [rule("危机干预"), rule("职责分工")]})
    found = rows_of(rule_type_table(rows), "college_code", "place", "rule_type", "present")
    assert found == [
        ("C01", 1, "保密", 0),
        ("C01", 2, "档案交接", 0),
        ("C01", 3, "危机干预", 1),
        ("C01", 4, "职责分工", 1),
        ("C01", 5, "心理委员管理", 0),
        ("C01", 6, "谈心值班", 0),
    ]
    assert rows_of(rule_type_table(source({"staff": []}))) == []
