from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evalkit import raters

quick = settings(max_examples=25, deadline=None)


@st.composite
def panels(draw: st.DrawFn, gaps: bool = False) -> np.ndarray:
    """Half-point scores of 3 to 7 units by 2 to 5 judges, not all the same."""
    units, judges = draw(st.integers(3, 7)), draw(st.integers(2, 5))
    number = units * judges
    steps = draw(st.lists(st.integers(0, 12), min_size=number, max_size=number))
    scores = np.array(steps, dtype=float).reshape(units, judges) / 2
    if gaps:
        missing = draw(st.lists(st.integers(0, 5), min_size=number, max_size=number))
        scores[np.array(missing).reshape(units, judges) == 0] = np.nan
    seen = scores[~np.isnan(scores)]
    assume(len(seen) > 2 and np.ptp(seen) > 0)
    return scores


def long(scores: np.ndarray) -> pd.DataFrame:
    units, judges = np.indices(scores.shape)
    return pd.DataFrame({"unit": units.ravel(), "judge": judges.ravel(), "score": scores.ravel()})


def figures(ratings: pd.DataFrame) -> dict[str, Any]:
    """All that does not depend on names; what cannot be computed says why, by its class."""
    found: dict[str, Any] = {}
    statistics = {
        "icc": lambda: raters.icc(ratings).table[["estimate", "low", "high", "F"]].to_numpy(),
        "nominal": lambda: raters.krippendorff_alpha(ratings, "nominal", n_boot=20).resampled,
        "ordinal": lambda: raters.krippendorff_alpha(ratings, "ordinal", n_boot=20).resampled,
        "interval": lambda: raters.krippendorff_alpha(ratings, "interval", n_boot=20).resampled,
        "w": lambda: [
            (w := raters.kendall_w(ratings, n_boot=0)).estimate, w.F, w.p,
        ],
        "g": lambda: list(raters.g_study(ratings).components.values()),
        "alpha": lambda: [(a := raters.cronbach_alpha(ratings)).estimate, *a.interval],
        "pairs": lambda: np.sort(raters.pairwise_correlations(ratings).table["pearson"]),
        "rest": lambda: np.sort(raters.judge_vs_rest(ratings).table["pearson"]),
    }  # fmt: skip
    for name, statistic in statistics.items():
        try:
            found[name] = np.asarray(statistic(), dtype=float)
        except raters.RatingsError:
            found[name] = None
    return found


def same(found: dict[str, Any], other: dict[str, Any], *, abs_: float = 1e-6) -> None:
    for name, value in found.items():
        if value is None or other[name] is None:
            assert value is other[name], name
            continue
        # Ratios of what is nothing up to rounding are no numbers to compare.
        plain = np.abs(value) < 1e6
        if value.shape == other[name].shape:
            plain |= np.isnan(value)
            assert other[name][plain] == pytest.approx(
                value[plain], abs=abs_, rel=1e-6, nan_ok=True
            )


@quick
@given(panels(gaps=True), st.randoms(use_true_random=False))
def test_names_and_order_of_rows_do_not_matter(scores: np.ndarray, random: Any) -> None:
    ratings = long(scores)
    n, k = scores.shape
    units, judges = random.sample(range(n), n), random.sample(range(k), k)
    renamed = ratings.assign(
        unit=[f"单位{units[each]}" for each in ratings["unit"]],
        judge=[f"评委{judges[each]}" for each in ratings["judge"]],
    ).sample(frac=1, random_state=random.randint(0, 99))
    same(figures(ratings), figures(renamed))


@quick
@given(panels(gaps=True), st.integers(-40, 40))
def test_shifting_all_scores_changes_nothing(scores: np.ndarray, points: int) -> None:
    ratings = long(scores)
    same(figures(ratings), figures(ratings.assign(score=ratings["score"] + points)))


@quick
@given(panels(gaps=True), st.sampled_from([0.5, 2.0, 10.0]))
def test_the_unit_of_measurement_does_not_matter(scores: np.ndarray, factor: float) -> None:
    ratings = long(scores)
    found, other = figures(ratings), figures(ratings.assign(score=ratings["score"] * factor))
    if found["g"] is not None:
        assert other["g"] == pytest.approx(found["g"] * factor**2, rel=1e-5, abs=1e-6 * factor**2)
    same({**found, "g": None}, {**other, "g": None})


@quick
@given(panels())
def test_icc_agrees_with_the_components(scores: np.ndarray) -> None:
    icc = raters.icc(long(scores))
    unit, judge, residual = raters.g_study(long(scores)).components.values()
    k = scores.shape[1]
    assume(unit > 1e-9)
    assert icc["ICC2"].estimate == pytest.approx(unit / (unit + judge + residual))
    assert icc["ICC3"].estimate == pytest.approx(unit / (unit + residual))
    assert icc["ICC3k"].estimate == pytest.approx(unit / (unit + residual / k))
    assert icc["ICC2k"].estimate == pytest.approx(unit / (unit + (judge + residual) / k))
    assert icc["ICC3k"].estimate == pytest.approx(raters.cronbach_alpha(long(scores)).estimate)


@quick
@given(panels(), st.data())
def test_a_judges_severity_leaves_consistency_alone(
    scores: np.ndarray, data: st.DataObject
) -> None:
    judge = data.draw(st.integers(0, scores.shape[1] - 1))
    harder = scores.copy()
    harder[:, judge] -= 3
    before, after = raters.icc(long(scores))["ICC3"], raters.icc(long(harder))["ICC3"]
    assert (after.estimate, after.F) == pytest.approx((before.estimate, before.F), nan_ok=True)


@quick
@given(panels(gaps=True))
def test_agreement_is_one_where_everyone_gives_the_same(scores: np.ndarray) -> None:
    own = np.arange(len(scores), dtype=float) * 1.1
    agreed = np.where(np.isnan(scores), np.nan, own[:, None])
    paired = (~np.isnan(agreed)).sum(axis=1) > 1
    assume(paired.sum() > 1)
    for level in ("nominal", "ordinal", "interval", "ratio"):
        assert raters.krippendorff_alpha(long(agreed), level, n_boot=0).estimate == 1
    found = raters.icc(long(agreed)).table["estimate"].dropna()
    assert found.to_numpy() == pytest.approx(np.ones(len(found)), abs=1e-6)


@quick
@given(panels(gaps=True))
def test_estimates_stay_in_their_ranges(scores: np.ndarray) -> None:
    found = figures(long(scores))
    for name, value in found.items():
        if value is not None and name not in ("g", "icc", "w"):
            assert np.nanmax(value, initial=0) <= 1 + 1e-9
    if found["w"] is not None:
        assert -1e-9 <= found["w"][0] <= 1 + 1e-9
    if found["icc"] is not None:
        estimate, low, high = found["icc"][:, :3].T
        known = ~np.isnan(estimate) & ~np.isnan(low)
        assert (low[known] <= estimate[known] + 1e-9).all()
        assert (estimate[known] <= high[known] + 1e-9).all()
        assert (high[known] <= 1 + 1e-9).all()
