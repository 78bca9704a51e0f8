from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from evalkit.panel.totals import add_up, mean, trim
from evalkit.rubric import PanelRules, Rubric, ScoreSheet, Trim

Panel = Callable[..., list[ScoreSheet]]


def totals(text: str) -> dict[str, Decimal]:
    return {f"J{n:02}": Decimal(t) for n, t in enumerate(text.split(), 1)}


@pytest.mark.parametrize(
    ("given", "dropped"),
    [
        ("92 88.5 90 89.5 95", ("J05", "J02")),
        ("95 95 90 88 88", ("J01", "J04")),
        ("90 90 90 90 90", ("J01", "J02")),
        ("90 92 88 91", ()),
        ("90", ()),
    ],
)
def test_one_highest_and_one_lowest_from_five_judges_on(
    given: str, dropped: tuple[str, ...]
) -> None:
    assert trim(totals(given), PanelRules()) == dropped


def test_equal_totals_go_by_code_and_not_by_the_order_in_which_they_came() -> None:
    backwards = dict(reversed(totals("95 95 90 88 88").items()))
    assert trim(backwards, PanelRules()) == ("J01", "J04")


@pytest.mark.parametrize(
    ("rule", "dropped"),
    [
        (Trim(highest=2, lowest=1, min_judges=5), ("J05", "J01", "J02")),
        (Trim(highest=0, lowest=1, min_judges=5), ("J02",)),
        (Trim(highest=1, lowest=1, min_judges=6), ()),
        (Trim(highest=0, lowest=0, min_judges=1), ()),
    ],
)
def test_other_numbers_are_the_rubrics_business(rule: Trim, dropped: tuple[str, ...]) -> None:
    assert trim(totals("92 88.5 90 89.5 95"), PanelRules(trim=rule)) == dropped


def test_plain_mean_leaves_nobody_out() -> None:
    assert trim(totals("92 88.5 90 89.5 95"), PanelRules(method="mean")) == ()


def test_mean_is_exact() -> None:
    assert mean([Decimal("0.1")] * 3) == Fraction(1, 10)
    assert mean([Decimal(90), Decimal(90), Decimal(91)]) == Fraction(271, 3)


def test_adding_up(rubric: Rubric, panel: Panel) -> None:
    found = add_up("C01", panel({"C01": "92 88.5 回避 90 89.5 95"})[::-1], rubric)
    assert found.totals == {
        "J01": Decimal(92),
        "J02": Decimal("88.5"),
        "J04": Decimal(90),
        "J05": Decimal("89.5"),
        "J06": Decimal(95),
    }
    assert list(found.totals) == ["J01", "J02", "J04", "J05", "J06"]
    assert found.recused == ("J03",)
    assert found.dropped == ("J06", "J02")
    assert found.panel_mean == Fraction(181, 2)
    assert found.untrimmed_mean == 91
    assert sum(found.indicator_means.values()) == found.untrimmed_mean


@pytest.mark.parametrize(
    ("rules", "given", "method", "label"),
    [
        (PanelRules(), "90 90 90 90 90", "trimmed_mean", "去掉 1 个最高分、1 个最低分"),
        (PanelRules(), "90 90 90 90", "mean", "未去极值(n<5)"),
        (PanelRules(method="mean"), "90 90 90 90 90", "mean", "直接平均"),
        (PanelRules(method="mean"), "90", "mean", "直接平均"),
        (
            PanelRules(trim=Trim(highest=2, lowest=0, min_judges=4)),
            "90 90 90 90",
            "trimmed_mean",
            "去掉 2 个最高分",
        ),
        (
            PanelRules(trim=Trim(highest=0, lowest=0, min_judges=1)),
            "90 90 90 90",
            "mean",
            "直接平均",
        ),
    ],
)
def test_how_the_method_is_printed(
    rubric: Rubric, panel: Panel, rules: PanelRules, given: str, method: str, label: str
) -> None:
    found = add_up("C01", panel({"C01": given}), rubric.model_copy(update={"panel": rules}))
    assert (found.method, found.method_label) == (method, label)
