"""Money: exact in fen, and nothing guessed about an entry that does not say what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evalkit.evidence import funds
from evalkit.evidence.source import Source
from evalkit.ledger import load_ledger

Build = Callable[..., Source]
Plain = Callable[..., list[tuple[Any, ...]]]
Counts = Callable[..., dict[str, Any]]
Cases = Callable[..., list[dict[str, Any]]]


def entry(kind: str | None, amount: float | None, **more: Any) -> dict[str, Any]:
    own = {"category": "活动开展", "source": "学校拨款", "voucher_no": "报1", "head_signed": True}
    return {"entry_type": kind, "amount": amount, **own, **more}


def test_budget_and_spending(source: Build, counts_of: Counts) -> None:
    rows = [
        entry("预算", 1000.0, source="学院配套"),
        entry("预算", 500.5),
        entry("支出", 300.25),
        entry("支出", -0.25, voucher_no=None),
        entry("支出", 200.0, category="师资培训", head_signed=False),
        entry("支出", 20.0, category="其他", source="学院配套"),
        entry("支出", 30.0, category=None, head_signed=None),
    ]
    found = counts_of(funds.SUBJECT, source({"funds": rows, "base_info": [{"n_students": 100}]}))
    assert found == {
        "college_budget": 1000.0,
        "spent": 550.0,
        "budget": 1500.5,
        "spent_on_purposes": 500.0,
        "n_vouchered": 2,
        "n_expenses": 5,
        "n_students": 100,
    }


def test_equal_money_is_equal(source: Build, counts_of: Counts) -> None:
    rows = [entry("支出", amount) for amount in (0.29, 1.15, 0.7, 1.1, 2.2, 1000.01)]
    found = counts_of(funds.SUBJECT, source({"funds": [*rows, *reversed(rows)]}))
    assert found["spent"] == found["spent_on_purposes"] == 2010.9


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (entry("支出", None), {"spent", "spent_on_purposes"}),
        (entry("预算", None), {"budget"}),
        (entry("预算", None, source="学院配套"), {"budget", "college_budget"}),
        (entry(None, 9.0), {"spent", "spent_on_purposes", "budget", "college_budget"}),
        (entry("支出", None, category="其他"), {"spent"}),
    ],
)
def test_what_a_blank_leaves_open(
    source: Build, counts_of: Counts, row: dict[str, Any], missing: set[str]
) -> None:
    rows = [entry("预算", 10.0, source="学院配套"), entry("支出", 5.0), row]
    found = counts_of(funds.SUBJECT, source({"funds": rows, "base_info": [{"n_students": 9}]}))
    assert {name for name, value in found.items() if value is None} == missing


def test_money_without_a_purpose_is_not_lost(source: Build, rows_of: Plain) -> None:
    rows = [
        entry("预算", 70.0, category=None),
        entry("支出", 20.0, category="其他"),
        entry("支出", 0.3),
        entry("支出", None, category="师资培训"),
    ]
    table = funds.purpose_table(source({"funds": rows}))
    assert rows_of(table, "category", "budget", "spent") == [
        ("其他", 0.0, 20.0),
        ("师资培训", 0.0, None),
        ("未注明用途", 70.0, 0.0),
        ("活动开展", 0.0, 0.3),
    ]


def test_the_purposes_are_those_of_the_ledger() -> None:
    assert load_ledger()["funds"].column("category").allowed == funds.PURPOSES
