from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from evalkit.panel import PanelResult, evaluate
from evalkit.rubric import Rubric, ScoreSheet

Panel = Callable[..., list[ScoreSheet]]


@pytest.fixture(scope="module")
def result(rubric: Rubric, panel: Panel) -> PanelResult:
    return evaluate(panel({"C01": "83.5 84.5 80 81.5 90", "C02": "92 回避 88 91 -"}), rubric)


def test_iteration_goes_over_the_results_in_order(result: PanelResult) -> None:
    assert [each.college for each in result] == ["C02", "C01"]
    assert len(result) == 2
    assert result["C02"] is result.colleges[0]


def test_frame(result: PanelResult) -> None:
    frame = result.frame()
    assert frame.to_dict("records") == [
        {
            "rank": 1,
            "college_code": "C02",
            "score": Decimal("90.33"),
            "band": "优秀",
            "n_judges": 3,
            "n_recused": 1,
            "n_missing": 1,
            "method": "mean",
            "method_label": "未去极值(n<5)",
            "panel_mean": pytest.approx(271 / 3),
            "untrimmed_mean": pytest.approx(271 / 3),
            "band_unrounded": "优秀",
            "band_differs": False,
            "tied": False,
            "provisional": True,
            "notes": "暂定：缺 J05 的评分",
        },
        {
            "rank": 2,
            "college_code": "C01",
            "score": Decimal("83.17"),
            "band": "良好",
            "n_judges": 5,
            "n_recused": 0,
            "n_missing": 0,
            "method": "trimmed_mean",
            "method_label": "去掉 1 个最高分、1 个最低分",
            "panel_mean": pytest.approx(499 / 6),
            "untrimmed_mean": 83.9,
            "band_unrounded": "良好",
            "band_differs": False,
            "tied": False,
            "provisional": False,
            "notes": "",
        },
    ]


def test_indicator_frame(result: PanelResult) -> None:
    frame = result.indicator_frame()
    assert list(frame.columns) == ["college_code", "indicator", "mean", "points"]
    assert len(frame) == 20
    assert list(frame["indicator"][:3]) == ["1.1", "1.2", "1.3"]
    assert set(frame["points"]) == {Decimal(p) for p in (5, 7, 9, 10, 15)}
    assert frame.groupby("college_code")["mean"].sum().to_dict() == {
        "C01": pytest.approx(83.9),
        "C02": pytest.approx(271 / 3),
    }


def test_judge_frame(result: PanelResult) -> None:
    frame = result.judge_frame()
    rows = [tuple(row) for row in frame.itertuples(index=False)]
    assert list(frame.columns) == ["college_code", "judge_id", "total", "recused", "dropped"]
    assert rows == [
        ("C02", "J01", Decimal(92), False, False),
        ("C02", "J02", None, True, False),
        ("C02", "J03", Decimal(88), False, False),
        ("C02", "J04", Decimal(91), False, False),
        ("C02", "J05", None, False, False),
        ("C01", "J01", Decimal("83.5"), False, False),
        ("C01", "J02", Decimal("84.5"), False, False),
        ("C01", "J03", Decimal(80), False, True),
        ("C01", "J04", Decimal("81.5"), False, False),
        ("C01", "J05", Decimal(90), False, True),
    ]
