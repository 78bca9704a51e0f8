"""Priority care: process figures of the active cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from evalkit.evidence import priority_care

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]


def case(due: int | None, done: int | None, **more: Any) -> dict[str, Any]:
    active = {"status": "在册", "has_plan": True, "measures": "谈心谈话"}
    return {**active, "n_due": due, "n_done": done, **more}


def test_active_cases_only(table: Table, plain: Plain) -> None:
    others = [case(9, 9, status=status) for status in ("解除", "休学", "毕业转出", None)]
    frame = table("key_students", case(8, 6), *others)
    assert plain(priority_care.totals(frame)) == [("C01", 1, 1, 1, 8, 6)]


def test_plans_and_measures(table: Table, plain: Plain) -> None:
    frame = table(
        "key_students",
        case(1, 1, has_plan=False),
        case(1, 1, has_plan=None),
        case(1, 1, measures=None),
        case(1, 1, college_code="C02"),
    )
    columns = ("college_code", "n_active", "n_with_plan", "n_with_measure")
    assert plain(priority_care.totals(frame), *columns) == [("C01", 3, 1, 2), ("C02", 1, 1, 1)]


@pytest.mark.parametrize(
    ("cases", "due", "done"),
    [
        ([(8, 6), (4, 4)], 12, 10),
        ([(4, 9), (8, 4)], 12, 8),
        ([(None, 5), (8, 4)], 8, 4),
        ([(5, None), (8, 4)], 8, 4),
        ([(0, 3)], 0, 0),
        ([(None, None)], 0, 0),
    ],
    ids=["plain", "more than due in one does not make up for another", "due unknown",
         "done unknown", "nothing due", "nothing known"],
)  # fmt: skip
def test_follow_ups(
    table: Table, plain: Plain, cases: list[tuple[int | None, int | None]], due: int, done: int
) -> None:
    frame = table("key_students", *(case(*numbers) for numbers in cases))
    assert plain(priority_care.totals(frame), "n_due", "n_done") == [(due, done)]
