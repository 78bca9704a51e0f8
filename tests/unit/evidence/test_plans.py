"""The year's plan and summary: in time, done, traceable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.evidence.plans import SUBJECT, item_table
from evalkit.evidence.source import Source

Build = Callable[..., Source]
Cases = Callable[..., list[dict[str, Any]]]
Counts = Callable[..., dict[str, Any]]
Plain = Callable[..., list[tuple[Any, ...]]]

REPORTED = ("n_plans_in_time", "n_plans_due", "n_summaries_in_time", "n_summaries_due")
ITEMS = ("n_plan_points", "n_plan_points_due", "n_items_traced", "n_items_done")


def item(status: str | None, proof: str | None = None) -> dict[str, Any]:
    return {"status": status, "evidence_no": proof}


TASKS: list[tuple[str | None, str | None, tuple[int, int, int, int]]] = [
    ("报送年度工作计划", "按时完成", (1, 1, 0, 0)),
    ("报送年度工作计划", "迟交", (0, 1, 0, 0)),
    ("报送年度工作计划", "未完成", (0, 1, 0, 0)),
    ("报送年度工作计划", "不适用", (0, 0, 0, 0)),
    ("报送年度工作计划", None, (0, 0, 0, 0)),
    ("提交心理健康教育年度计划", "按时完成", (1, 1, 0, 0)),
    ("报送年度心理健康教育工作计划", "按时完成", (1, 1, 0, 0)),
    ("报送年度工作总结", "按时完成", (0, 0, 1, 1)),
    ("报送年度计划与总结", "按时完成", (1, 1, 1, 1)),
    ("报送年度工作总结和计划", "按时完成", (1, 1, 1, 1)),
    ("报送年度培训计划", "按时完成", (0, 0, 0, 0)),
    ("报送活动计划", "按时完成", (0, 0, 0, 0)),
    (None, "按时完成", (0, 0, 0, 0)),
]


def test_which_tasks_ask_for_plan_and_summary(counts_of_cases: Cases) -> None:
    cases = [{"centre_tasks": [{"title": title, "status": done}]} for title, done, _ in TASKS]
    found = counts_of_cases(SUBJECT, cases)
    assert [tuple(each[name] for name in REPORTED) for each in found] == [c for _, _, c in TASKS]
    assert {each[name] for each in found for name in ITEMS} == {None}


def test_a_late_paper_has_come(counts_of_cases: Cases) -> None:
    cases = [
        {"centre_tasks": [{"title": f"报送年度工作{paper}", "status": status}]}
        for paper in ("计划", "总结")
        for status in ("按时完成", "迟交", "未完成", "不适用")
    ]
    found = counts_of_cases(SUBJECT, cases)
    assert [each["n_plans_received"] for each in found] == [1, 1, 0, 0, 0, 0, 0, 0]
    assert [each["n_summaries_received"] for each in found] == [0, 0, 0, 0, 1, 1, 0, 0]


def test_points_for_what_was_done(source: Build, counts_of: Counts) -> None:
    items = [
        item("已完成", "A001"),
        item("已完成"),
        item("部分完成", "A002"),
        item("未完成"),
        item("取消"),
        item(None),
    ]
    found = counts_of(SUBJECT, source({"plan_items": items}))
    assert tuple(found[name] for name in ITEMS) == (5, 8, 1, 2)
    assert [found[name] for name in REPORTED] == [None] * 4


def test_the_items_of_a_plan(source: Build, rows_of: Plain) -> None:
    row = {"plan_id": "P01", "task": "讲座", "status": "未完成", "due_month": "2024-10"}
    found = rows_of(item_table(source({"plan_items": [row]})))
    assert found == [
        ("2024-2025", "C01", "P01", None, "讲座", None, "2024-10", "未完成", None, None)
    ]
