"""Where little lies between two ranks or bands."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from evalkit.panel import close_bands, close_margin, close_neighbours, evaluate
from evalkit.rubric import Rubric, ScoreSheet

Panel = Callable[..., list[ScoreSheet]]


def test_neighbours_closer_than_the_margin_of_the_awards(rubric: Rubric, panel: Panel) -> None:
    assert close_margin(rubric) == Decimal("0.5")
    totals = {"C01": "91 91", "C02": "90.5 90.5", "C03": "90 90.5", "C04": "70 70", "C05": "60 60"}
    found = close_neighbours(evaluate(panel(totals), rubric))
    assert [(each.first, each.second, each.margin, each.tied, each.note) for each in found] == [
        ("C02", "C03", Decimal("0.25"), False, "相差 0.25 分，不足 0.5 分，建议合议"),
    ]


def test_a_tie_that_no_comparison_ends(rubric: Rubric, panel: Panel) -> None:
    (tie,) = close_neighbours(evaluate(panel({"C01": "85 85", "C02": "85 85"}), rubric))
    assert (tie.margin, tie.tied, tie.note) == (0, True, "各项比较均相同，名次请评审组表决")


def test_edges_of_bands_on_both_sides(rubric: Rubric, panel: Panel) -> None:
    totals = {
        "C01": "90 90", "C02": "90 90.5", "C03": "89.5 90", "C04": "89.5 89.5", "C05": "79.5 80",
        "C06": "0 0.5",
    }  # fmt: skip
    found = close_bands(evaluate(panel(totals), rubric))
    assert [(each.college, each.band, each.margin, each.note) for each in found] == [
        ("C02", "优秀", Decimal("0.25"), "高出“优秀”的下限 90 分 0.25 分"),
        ("C01", "优秀", Decimal("0"), "正在“优秀”的下限 90 分"),
        ("C03", "优秀", Decimal("-0.25"), "距“优秀”的下限 90 分差 0.25 分"),
        ("C05", "良好", Decimal("-0.25"), "距“良好”的下限 80 分差 0.25 分"),
    ]
