"""Kendall's W: how far judges put the units in the same order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2 as chi2_distribution
from scipy.stats import f as f_distribution
from scipy.stats import rankdata

from evalkit.raters.ratings import (
    Floats,
    Matrix,
    RatingsError,
    checked_count,
    checked_level,
    matrix,
)
from evalkit.raters.result import Result, between, figure, p_text

__all__ = ["KendallW", "kendall_w"]

STATES = 1_500_000
"""Numbers gone through at once before permutations are drawn at random instead."""

DRAWS = 20_000
"""Random permutations, where there are too many to go through."""

MOST = 100_000_000
"""Numbers drawn at most for permutations: beyond that χ² and F are as good."""

BATCH = 4_000_000
"""Numbers held at once."""


@dataclass(frozen=True, repr=False, eq=False)
class KendallW(Result):
    """Kendall's coefficient of concordance.

    Attributes
    ----------
    estimate : float
        W, corrected for ties: 0 to 1.
    interval : tuple of float
        Percentile limits from resampled units; not a number if none were asked for.
    level : float
        Level of the interval.
    n, k : int
        Units that every judge scored; judges.
    chi2, df, p : float
        Friedman's statistic k (n − 1) W, its degrees of freedom, p.
    F, df1, df2, p_f : float
        Kendall's F statistic (k − 1) W / (1 − W), its degrees of freedom, p.
    p_permutation : float
        Exact if ``exact``, otherwise from random permutations; not a number if
        none were drawn.
    exact : bool
        Whether all permutations were gone through.
    mean_spearman : float
        Mean rank correlation of the pairs of judges; (k W − 1) / (k − 1) without ties.
    table : DataFrame
        One row a unit: unit, rank_sum, mean_rank, place; the highest score has rank n.
    ties : dict
        Judge → Σ (t³ − t) over groups of t tied units.
    """

    title: ClassVar[str] = "Kendall W 和谐系数"
    estimate: float
    interval: tuple[float, float]
    level: float
    n: int
    k: int
    chi2: float
    df: int
    p: float
    F: float
    df1: float
    df2: float
    p_f: float
    p_permutation: float
    exact: bool
    mean_spearman: float
    table: pd.DataFrame
    ties: dict[object, float]
    method: str
    reference: str = "Kendall & Babington Smith (1939), Ann Math Stat 10:275"
    note: str = ""

    def _sentence(self) -> str:
        drawn = "精确检验" if self.exact else "随机置换检验"
        tested = (
            f"，{drawn} {p_text(self.p_permutation)}" if self.p_permutation == self.p_permutation
            else ""
        )  # fmt: skip
        return (
            f"{self.k} 位评委对 {self.n} 个单位的排序，W = {figure(self.estimate)}"
            f"{between(self.interval, self.level)}，"
            f"χ²({self.df}) = {figure(self.chi2)}，{p_text(self.p)}{tested}。"
        )


def kendall_w(
    ratings: pd.DataFrame, level: float = 0.95, *, n_boot: int = 1000, seed: int = 0
) -> KendallW:
    r"""Return Kendall's coefficient of concordance, with ties.

    With k judges, n units, :math:`R_i` the sum of unit i's mid-ranks, and groups of t tied units:

    .. math::
        W = \frac{12 \sum_i (R_i - \bar R)^2}{k^2 (n^3 - n) - k \sum_j \sum_t (t^3 - t)}, \quad
        \chi^2 = k (n - 1) W, \quad F = \frac{(k - 1) W}{1 - W}

    with :math:`n - 1` degrees of freedom for χ², and :math:`n - 1 - 2/k` and
    :math:`(k - 1)(n - 1 - 2/k)` for F. χ² is poor for few units and judges: ``p_permutation`` goes
    through all orders of the given ranks where that is feasible, and draws 20,000 at random where
    it is not; for more than 5,000 scores there is none.

    Ranks compare units only if every judge ranked the same ones: **units that a judge did not
    score are left out**, and the note says how many.

    Parameters
    ----------
    ratings : DataFrame
        One row a score: unit, judge, score; several items are added up.
    level : float
        Level of the interval, which resamples units and takes percentiles.
    n_boot : int
        Resamples; 0 for no interval, and no random permutations either.
    seed : int
        Start of the random numbers.

    Raises
    ------
    RatingsError
        If the ratings cannot be used, fewer than two units were scored by every one of at least
        two judges, or no judge told any units apart.

    References
    ----------
    Kendall and Babington Smith (1939), Ann Math Stat 10:275; Grothe and Schmid (2011), Commun
    Stat Simul Comput 40:285. R: ``irr::kendall(correct = TRUE)``.

    Examples
    --------
    >>> ratings = pd.DataFrame({"unit": list("ABCD") * 3, "judge": np.repeat([1, 2, 3], 4),
    ...                         "score": [1, 2, 3, 4, 2, 1, 3, 4, 1, 3, 2, 4]})
    >>> found = kendall_w(ratings)
    >>> round(found.estimate, 4), round(found.chi2, 4), round(found.p_permutation, 4)
    (0.7778, 7.0, 0.0538)
    """
    level, n_boot = checked_level(level), checked_count(n_boot)
    laid_out = matrix(ratings)
    values, units, note = _common(laid_out)
    n, k = values.shape
    ranks = rankdata(values, axis=0)
    ties = _tied(values[None])[0]
    if (ties == n**3 - n).all():
        raise RatingsError(
            "每位评委给所有单位的分数都相同，排不出先后，W 没有意义（0 ÷ 0）。请核对分数。"
        )
    sums = ranks.sum(axis=1)
    estimate = float(_w(ranks[None])[0])
    chi2, df = k * (n - 1) * estimate, n - 1
    df1 = n - 1 - 2 / k
    f = (k - 1) * estimate / (1 - estimate) if estimate < 1 else float("inf")
    p_f = float(f_distribution.sf(f, df1, (k - 1) * df1)) if df1 > 0 else float("nan")
    p_permutation, exact = _permuted(ranks, seed, draws=DRAWS if n_boot else 0)
    resampled = _resampled(values, units, n_boot, seed)
    usable = resampled[~np.isnan(resampled)]
    tail = (1 - level) / 2
    low, high = np.quantile(usable, [tail, 1 - tail]) if len(usable) else (np.nan, np.nan)
    table = pd.DataFrame(
        {
            "unit": units,
            "rank_sum": sums,
            "mean_rank": sums / k,
            "place": rankdata(-sums, method="min").astype(int),
        }
    )
    method = "同分取平均秩并校正；" + (
        f"对单位有放回抽样 {n_boot} 次的百分位区间（种子 {seed}）" if n_boot else "未求区间"
    )
    return KendallW(
        estimate, (float(low), float(high)), level, n, k, chi2, df,
        float(chi2_distribution.sf(chi2, df)), f, df1, (k - 1) * df1, p_f, p_permutation, exact,
        _mean_spearman(ranks), table,
        {judge: float(t) for judge, t in zip(laid_out.columns, ties, strict=True)}, method,
        note=laid_out.note + note,
    )  # fmt: skip


def _common(laid_out: Matrix) -> tuple[Floats, list[object], str]:
    """Return the scores of the units that every judge scored."""
    whole = np.asarray(laid_out.there.all(axis=1))
    n, k = int(whole.sum()), len(laid_out.columns)
    if n < 2 or k < 2:
        raise RatingsError(
            f"W 需要至少 2 位评委，以及至少 2 个由全部评委都评了分的单位；现在有 {k} 位评委，"
            f"{len(laid_out.rows)} 个单位中全部评委都评了分的有 {n} 个。"
            "请先去掉评分不全的评委或补齐分数；有缺失时可改用 krippendorff_alpha 或 icc。"
        )
    left = [str(unit) for unit, kept in zip(laid_out.rows, whole, strict=True) if not kept]
    note = f"{len(left)} 个单位有评委没有评分，未计入：{'、'.join(left[:5])}。" if left else ""
    units = [unit for unit, kept in zip(laid_out.rows, whole, strict=True) if kept]
    return laid_out.values[whole], units, note


def _w(ranks: Floats) -> Floats:
    """Return W of mid-ranks of shape (b, n, k), from their own spread, which minds the ties."""
    n, k = ranks.shape[1:]
    sums = ranks.sum(axis=2) - k * (n + 1) / 2
    # Σ over a judge's ranks of the squared deviation is (n³ − n − Σ(t³ − t)) / 12.
    spread = ((ranks - (n + 1) / 2) ** 2).sum(axis=(1, 2))
    top = (sums**2).sum(axis=1)
    found: Floats = np.divide(top, k * spread, out=np.full(len(top), np.nan), where=spread > 0)
    return found


def _tied(values: Floats) -> Floats:
    """Return Σ (t³ − t) of each judge, shape (b, k), for scores of shape (b, n, k)."""
    lower, upper = rankdata(values, "min", axis=1), rankdata(values, "max", axis=1)
    size = upper - lower + 1.0
    found: Floats = (size**2 - 1).sum(axis=1)
    return found


def _mean_spearman(ranks: Floats) -> float:
    """Return the mean of the pairs' rank correlations; pairs without one are left out."""
    centred = ranks - ranks.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    able = length > 0
    if able.sum() < 2:
        return float("nan")
    unit = centred[:, able] / length[able]
    k = int(able.sum())
    return float(((unit.sum(axis=1) ** 2).sum() - k) / (k * (k - 1)))


def _resampled(values: Floats, units: list[object], n_boot: int, seed: int) -> Floats:
    """Return W of each resample of units: weighted ranks, so that nothing is sorted again."""
    n, k = values.shape
    # Units in an order of their own: the same ratings give the same interval, however they came.
    by_name = sorted(range(n), key=lambda place: str(units[place]))
    ordered = values[by_name][np.lexsort(np.sort(values[by_name], axis=1).T)]
    orders = np.argsort(ordered, axis=0, kind="stable")
    in_order = np.take_along_axis(ordered, orders, axis=0)
    random = np.random.default_rng(seed)
    found = np.empty(n_boot)
    some = max(1, BATCH // n)
    for start in range(0, n_boot, some):
        size = min(some, n_boot - start)
        weights = random.multinomial(n, np.full(n, 1 / n), size=size).astype(np.float64)
        sums, spread = np.zeros((size, n)), np.zeros(size)
        for judge in range(k):
            order, scores = orders[:, judge], in_order[:, judge]
            last = np.searchsorted(scores, scores, side="right") - 1
            first = np.searchsorted(scores, scores, side="left")
            upto = np.cumsum(weights[:, order], axis=1)
            below = np.concatenate([np.zeros((size, 1)), upto], axis=1)[:, first]
            away = (below + upto[:, last] - n) / 2  # mid-rank less the mean rank
            spread += (weights[:, order] * away**2).sum(axis=1)
            sums[:, order] += away
        top = (weights * sums**2).sum(axis=1)
        share = np.divide(top, k * spread, out=np.full(size, np.nan), where=spread > 0)
        found[start : start + size] = share
    return found


def _permuted(ranks: Floats, seed: int, draws: int) -> tuple[float, bool]:
    """Return the share of orders with at least this spread of rank sums, and whether of all."""
    n, k = ranks.shape
    doubled = np.rint(2 * ranks).astype(np.int64)  # mid-ranks in whole numbers
    centre = k * (n + 1)
    seen = int(((doubled.sum(axis=1) - centre) ** 2).sum())
    if n <= 7:
        found = _all_orders(doubled, centre, seen)
        if found is not None:
            return found, True
    if not draws or draws * n * k > MOST:
        return float("nan"), False
    random = np.random.default_rng(seed)
    as_far, some = 0, max(1, BATCH // (n * k))
    for start in range(0, draws, some):
        size = min(some, draws - start)
        drawn = random.permuted(np.broadcast_to(doubled, (size, n, k)), axis=1)
        as_far += int((((drawn.sum(axis=2) - centre) ** 2).sum(axis=1) >= seen).sum())
    return (as_far + 1) / (draws + 1), False


def _all_orders(doubled: NDArray[np.int64], centre: int, seen: int) -> float | None:
    """Follow the distribution of rank sums from judge to judge; None if it grows too large."""
    n, k = doubled.shape
    states = np.sort(doubled[:, :1].T, axis=1)
    weights: Floats = np.ones(1)
    for judge in range(1, k):
        orders, share = _orders(doubled[:, judge])
        if len(states) * len(orders) * n > STATES:
            return None
        sums = (states[:, None, :] + orders[None]).reshape(-1, n)
        chance = np.repeat(weights * share, len(orders))
        if judge == k - 1:
            far = ((sums - centre) ** 2).sum(axis=1) >= seen
            return min(1.0, float(chance[far].sum()))
        states, place = np.unique(np.sort(sums, axis=1), axis=0, return_inverse=True)
        weights = np.asarray(np.bincount(place.ravel(), chance), dtype=np.float64)
    return None


def _orders(ranks: NDArray[np.int64]) -> tuple[NDArray[np.int64], float]:
    """Return the different orders of a judge's ranks, and the chance of each."""
    found = np.unique(np.array(list(permutations(ranks.tolist()))), axis=0)
    return found, 1.0 / len(found)
