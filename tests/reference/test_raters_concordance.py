"""Kendall's W of real wine panels against Friedman's test, and of small ones in full."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import friedmanchisquare, kendalltau, pearsonr, rankdata, spearmanr

from evalkit import raters

CASES = Path(__file__).parent / "cases"
PARIS = pd.read_csv(CASES / "panel_paris_wine_1976" / "data.csv")
TASTINGS = pd.read_csv(CASES / "panel_wine_liquidasset" / "data.csv").rename(
    columns={"rank": "score"}
)


def long(scores: np.ndarray) -> pd.DataFrame:
    units, judges = np.indices(scores.shape)
    return pd.DataFrame({"unit": units.ravel(), "judge": judges.ravel(), "score": scores.ravel()})


def test_paris_has_friedmans_statistic() -> None:
    wide = PARIS.pivot(index="unit", columns="judge", values="score")
    other = friedmanchisquare(*wide.to_numpy())
    found = raters.kendall_w(PARIS)
    assert (found.chi2, found.p) == pytest.approx((other.statistic, other.pvalue))
    assert (found.n, found.k) == (10, 11)
    pairs = spearmanr(wide.to_numpy()).statistic[np.triu_indices(11, 1)]
    assert found.mean_spearman == pytest.approx(pairs.mean())


@pytest.mark.parametrize("tasting", sorted(TASTINGS["tasting"].unique()))
def test_tastings_by_the_formula_without_ties(tasting: str) -> None:
    ratings = TASTINGS[TASTINGS["tasting"] == tasting]
    ranks = ratings.pivot(index="unit", columns="judge", values="score").to_numpy(float)
    n, k = ranks.shape
    spread = ((ranks.sum(axis=1) - k * (n + 1) / 2) ** 2).sum()
    found = raters.kendall_w(ratings, n_boot=0)
    assert found.estimate == pytest.approx(12 * spread / (k**2 * (n**3 - n)))
    assert found.mean_spearman == pytest.approx((k * found.estimate - 1) / (k - 1))


def test_ties_by_the_formula() -> None:
    """12 S / (k² (n³ − n) − k Σ T), with T counted by hand: (8-2) for a pair, (27-3) for three."""
    scores = np.array([[1, 1, 1], [2, 1, 2], [2, 2, 2], [3, 3, 2]], dtype=float)
    ranks = rankdata(scores, axis=0)
    spread = ((ranks.sum(axis=1) - 7.5) ** 2).sum()
    found = raters.kendall_w(long(scores))
    assert found.estimate == pytest.approx(12 * spread / (9 * 60 - 3 * (6 + 6 + 24)))
    assert list(found.ties.values()) == [6, 6, 24]


def test_exact_p_goes_through_every_order() -> None:
    scores = np.array([[3, 3, 2], [1, 1, 2], [3, 1, 2], [2, 3, 3]], dtype=float)
    ranks = rankdata(scores, axis=0)

    def spread(columns: tuple[tuple[float, ...], ...]) -> float:
        return float(((np.sum(columns, axis=0) - 7.5) ** 2).sum())

    seen = spread(tuple(map(tuple, ranks.T)))
    orders = [list(permutations(column)) for column in ranks.T]
    far = [spread(each) >= seen - 1e-9 for each in product(orders[0][:1], *orders[1:])]
    found = raters.kendall_w(long(scores))
    assert found.exact
    assert found.p_permutation == pytest.approx(np.mean(far))


def test_resamples_are_ws_of_resampled_units() -> None:
    """The weighted ranks behind the interval against W of the units that were drawn, ties and all.

    The same multinomial draws, in the order of units that the function uses.
    """
    wide = PARIS.pivot(index="unit", columns="judge", values="score").sort_index()
    values = wide.to_numpy()[np.lexsort(np.sort(wide.to_numpy(), axis=1).T)]
    weights = np.random.default_rng(0).multinomial(10, np.full(10, 1 / 10), size=200)
    drawn = [
        raters.kendall_w(long(np.repeat(values, row, axis=0)), n_boot=0).estimate for row in weights
    ]
    found = raters.kendall_w(PARIS, n_boot=200)
    assert found.interval == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])))


def test_three_judges_who_agree_on_three_units() -> None:
    """1 / (3!)²: Kendall's table gives .028 for n = 3, k = 3, S = 18."""
    found = raters.kendall_w(long(np.array([[1, 1, 1], [2, 2, 2], [3, 3, 3.0]])))
    assert found.estimate == 1
    assert found.p_permutation == pytest.approx(1 / 36)


def test_pairs_of_judges_against_scipy() -> None:
    wide = PARIS.pivot(index="unit", columns="judge", values="score")
    found = raters.pairwise_correlations(PARIS)
    assert len(found.table) == 55
    for row in found.table.iloc[::7].itertuples():
        x, y = wide[row.judge_1], wide[row.judge_2]
        other = pearsonr(x, y)
        assert (row.pearson, row.p) == pytest.approx((other.statistic, other.pvalue))
        assert (row.low, row.high) == pytest.approx(tuple(other.confidence_interval()))
        assert row.spearman == pytest.approx(spearmanr(x, y).statistic)
        assert row.kendall == pytest.approx(kendalltau(x, y).statistic)


def test_each_judge_against_the_rest() -> None:
    wide = PARIS.pivot(index="unit", columns="judge", values="score")
    found = raters.judge_vs_rest(PARIS).table.set_index("judge")
    for judge in wide:
        rest = wide.drop(columns=judge).mean(axis=1)
        assert found.loc[judge, "pearson"] == pytest.approx(wide[judge].corr(rest))
        assert found.loc[judge, "difference"] == pytest.approx((wide[judge] - rest).mean())
