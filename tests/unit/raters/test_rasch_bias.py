"""Bias: who is favoured by whom."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evalkit.errors import UnknownNameError
from evalkit.raters.rasch import bias, many_facet_rasch
from evalkit.raters.ratings import RatingsError

from .test_rasch import panel


def favoured() -> pd.DataFrame:
    """Return a panel in which judge J1 lifts the units of college A."""
    frame = panel(12, 5, 6, top=9, seed=4)
    frame["college"] = np.where(frame["unit"].isin(["U4", "U5"]), "A", "B")
    lifted = (frame["judge"] == "J1") & (frame["college"] == "A")
    return frame.assign(score=np.minimum(frame["score"] + 4 * lifted, 9))


RESULT = many_facet_rasch(favoured())


def test_it_finds_the_favour() -> None:
    found = bias(RESULT, "judge", "college")
    worst = found.table.loc[found.table["p_holm"].idxmin()]
    assert (worst["judge"], worst["college"]) == ("J1", "A")
    assert worst["bias"] > 0
    assert worst["p_holm"] < 0.01
    assert worst["difference"] > 1.5
    assert (found.df, found.n) == (10, 360)
    assert found.p < 1e-4
    assert "最明显的是 J1、A：平均偏高" in repr(found)


def test_each_shift_meets_its_sum() -> None:
    """With the bias added, expected sums are the observed ones: by the formula, cell by cell."""
    found = bias(RESULT, "judge", "item").table
    assert found["n"].sum() == RESULT.n
    estimates = RESULT.estimates
    (thresholds,), (categories,) = estimates.places.thresholds, estimates.places.scales
    for row in found.itertuples():
        own = ((RESULT.data["judge"] == row.judge) & (RESULT.data["item"] == row.item)).to_numpy()
        weight = np.exp(np.outer(estimates.theta[own] + row.bias, categories) - thresholds)
        p = weight / weight.sum(axis=1, keepdims=True)
        assert (p @ categories).sum() == pytest.approx(row.observed * row.n, abs=1e-7)
        variance = p @ categories**2 - (p @ categories) ** 2
        assert row.se == pytest.approx(variance.sum() ** -0.5)
        assert row.t == pytest.approx(row.bias / row.se)
        assert row.df == row.n - 1


def test_measures_take_all_main_effects() -> None:
    """By one facet alone there is nothing left."""
    for facet in RESULT.facets:
        found = bias(RESULT, facet)
        assert found.table["bias"].abs().max() < 1e-6
        assert found.p == pytest.approx(1)
        assert "没有一种单独可以断定有偏差" in repr(found)


def test_holm() -> None:
    table = bias(RESULT, "judge", "unit").table
    p, adjusted = np.sort(table["p"]), np.sort(table["p_holm"])
    wanted = np.minimum(np.maximum.accumulate(p * np.arange(len(p), 0, -1)), 1)
    assert adjusted == pytest.approx(wanted)


def test_extreme_cells_and_single_ratings() -> None:
    frame = panel(10, 4, 1, top=5)
    frame["score"] = (frame["score"] + 2 * (frame.index % 3)).clip(0, 5)
    found = bias(many_facet_rasch(frame), "judge", "unit").table
    assert (found["n"] == 1).all()
    assert found["p"].isna().all()
    assert found["p_holm"].isna().all()
    assert np.isfinite(found["bias"]).all()
    assert (found.loc[found["extreme"] != "", "observed"].isin([0, 5])).all()


def test_left_out() -> None:
    frame = favoured()
    frame.loc[frame["unit"] == "U7", "college"] = None
    found = bias(many_facet_rasch(frame), "judge", "college")
    assert found.n == 330
    assert found.note == "有 30 个评分（极端分数，或没有所需的列值）未计入。"


def test_wrong_columns() -> None:
    with pytest.raises(UnknownNameError, match="没有名为“colege”的列。您要的是不是“college”？"):
        bias(RESULT, "judge", "colege")
    with pytest.raises(RatingsError, match="请写明按哪些列分析偏差"):
        bias(RESULT)
    with pytest.raises(RatingsError, match="每列一次"):
        bias(RESULT, "judge", "judge")
    empty = many_facet_rasch(favoured().assign(college=None))
    with pytest.raises(RatingsError, match="在所有参加估计的评分中都是空的"):
        bias(empty, "judge", "college")


def test_html() -> None:
    html = bias(RESULT, "judge", "college")._repr_html_()
    assert "<strong>偏差分析</strong>：评委 × college 共 10 种组合" in html
