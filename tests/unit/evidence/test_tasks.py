"""What the centre asked for and got."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from evalkit.evidence.source import Source
from evalkit.evidence.tasks import SUBJECT, task_table

Build = Callable[..., Source]
Counts = Callable[..., dict[str, Any]]
Plain = Callable[..., list[tuple[Any, ...]]]


def test_tasks_that_do_not_apply_are_left_out(source: Build, counts_of: Counts) -> None:
    states = ["按时完成", "按时完成", "迟交", "未完成", "不适用", None]
    rows = source({"centre_tasks": [{"status": status} for status in states]})
    assert counts_of(SUBJECT, rows) == {"n_tasks_done": 3, "n_tasks": 4, "n_tasks_on_time": 2}


def test_a_college_without_a_task(source: Build, counts_of: Counts) -> None:
    rows = source({"centre_tasks": [{"status": "迟交"}]}, {"centre_tasks": ["C01", "C02"]})
    assert counts_of(SUBJECT, rows, "C02") == {
        "n_tasks_done": 0,
        "n_tasks": 0,
        "n_tasks_on_time": 0,
    }


def test_the_list_of_tasks(source: Build, rows_of: Plain) -> None:
    task = {
        "task_id": "R01",
        "title": "报送年度工作计划",
        "issued": "2024-09-09",
        "due": "2024-09-30",
        "status": "迟交",
        "submitted_on": "2024-10-02",
        "quality": "良",
    }
    assert rows_of(task_table(source({"centre_tasks": [task]}))) == [
        (
            "2024-2025",
            "C01",
            "R01",
            "报送年度工作计划",
            pd.Timestamp("2024-09-09"),
            pd.Timestamp("2024-09-30"),
            "迟交",
            pd.Timestamp("2024-10-02"),
            "良",
        )
    ]
