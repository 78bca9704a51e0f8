"""Krippendorff's alpha: agreement beyond chance for any number of judges, gaps and all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from evalkit.raters.ratings import (
    Floats,
    Matrix,
    RatingsError,
    checked_count,
    checked_level,
    matrix,
)
from evalkit.raters.result import Result, between, figure

__all__ = ["KrippendorffAlpha", "krippendorff_alpha"]

Level = Literal["nominal", "ordinal", "interval", "ratio"]

CHINESE = {"nominal": "名义", "ordinal": "顺序", "interval": "等距", "ratio": "比率"}

REFERENCE = "Krippendorff (2011), Computing Krippendorff's Alpha-Reliability"

BATCH = 4_000_000
"""Numbers held at once while resampling."""


@dataclass(frozen=True, repr=False, eq=False)
class KrippendorffAlpha(Result):
    """Krippendorff's alpha of a panel.

    Attributes
    ----------
    estimate : float
        1 if judges agree, 0 if they do as chance would, below 0 if less.
    interval : tuple of float
        Percentile limits from resampled units; not a number if none were asked for.
    confidence : float
        Level of the interval.
    level : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement.
    n : int
        Pairable values: those of units with at least two.
    n_units, n_judges : int
        Units with at least two values; judges.
    observed, expected : float
        Disagreement, mean over the pairs; ``estimate`` is 1 − observed ÷ expected.
    table : DataFrame
        One row: what stands above.
    values : DataFrame
        One row a value: ``value``, ``count`` (pairable).
    resampled : array of float
        Alpha of each resample, for a picture of its distribution.
    """

    title: ClassVar[str] = "Krippendorff α 系数"
    estimate: float
    interval: tuple[float, float]
    confidence: float
    level: Level
    n: int
    n_units: int
    n_judges: int
    observed: float
    expected: float
    table: pd.DataFrame
    values: pd.DataFrame
    resampled: Floats
    method: str
    reference: str = REFERENCE
    note: str = ""

    def _sentence(self) -> str:
        return (
            f"{self.n_units} 个单位、{self.n_judges} 位评委、{self.n} 个可比的分数，"
            f"{CHINESE[self.level]}水平 α = {figure(self.estimate)}"
            f"{between(self.interval, self.confidence)}。"
        )


def krippendorff_alpha(
    ratings: pd.DataFrame,
    level: Level = "interval",
    *,
    confidence: float = 0.95,
    n_boot: int = 1000,
    seed: int = 0,
) -> KrippendorffAlpha:
    r"""Return Krippendorff's alpha, with missing scores.

    With :math:`n_{uc}` values c in unit u, :math:`m_u` values in it, :math:`n_c` values c in all
    units with at least two, and n of them altogether:

    .. math::
        \alpha = 1 - \frac{D_o}{D_e}, \quad
        D_o = \frac{1}{n} \sum_u \frac{1}{m_u - 1} \sum_{c, k} n_{uc} n_{uk} \delta^2_{ck}
              \text{ (pairs of different values)}, \quad
        D_e = \frac{1}{n (n - 1)} \sum_{c, k} n_c n_k \delta^2_{ck}

    The difference :math:`\delta^2` is 1 for different values (nominal),
    :math:`(\sum_{g=c}^{k} n_g - (n_c + n_k) / 2)^2` (ordinal), :math:`(c - k)^2` (interval),
    :math:`((c - k) / (c + k))^2` (ratio).

    Parameters
    ----------
    ratings : DataFrame
        One row a score: unit, judge, score. Several items are added up; categories (nominal, which
        may be text) cannot be, so one item has to be chosen.
    level : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement.
    confidence : float
        Level of the interval.
    n_boot : int
        Resamples; 0 for no interval.
    seed : int
        Start of the random numbers; the same ratings give the same interval, in whatever order
        they come.

    Raises
    ------
    RatingsError
        If the ratings cannot be used, no unit has two scores, all values are the same (0 ÷ 0), or
        a score is negative at ratio level.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability. R: ``irr::kripp.alpha``.

    Notes
    -----
    The interval resamples units with replacement and takes percentiles.

    Examples
    --------
    >>> ratings = pd.DataFrame({"unit": [1, 1, 2, 2, 3, 3, 4], "judge": list("ababaab"),
    ...                         "score": [1, 1, 2, 3, 4, None, 2]}).drop(index=5)
    >>> round(krippendorff_alpha(ratings, "nominal").estimate, 4)
    0.4
    """
    if level not in get_args(Level):
        allowed = "、".join(f"{name}（{CHINESE[name]}）" for name in get_args(Level))
        raise RatingsError(f"没有“{level}”这种测量水平。允许：{allowed}。")
    confidence, n_boot = checked_level(confidence), checked_count(n_boot)
    laid_out = matrix(ratings, numeric=level != "nominal")
    there = laid_out.there
    codes, values = _coded(laid_out)
    if level == "ratio" and values.min() < 0:
        raise RatingsError(
            f"有负的分数 {values.min():g}。比率水平的分数不能小于 0；"
            '请核对分数，或改用 level="interval"。'
        )
    pairs = _Pairs(codes, values, level)
    observed, expected = (float(each[0]) for each in pairs.disagreement(np.ones((1, len(codes)))))
    resampled = _resampled(pairs, len(codes), n_boot, seed)
    tail = (1 - confidence) / 2
    usable = resampled[~np.isnan(resampled)]
    low, high = np.quantile(usable, [tail, 1 - tail]) if len(usable) else (np.nan, np.nan)
    estimate, limits = 1 - observed / expected, (float(low), float(high))
    n, n_judges = int((codes >= 0).sum()), int(there[there.sum(axis=1) >= 2].any(axis=0).sum())
    row = {
        "level": level, "estimate": estimate, "low": limits[0], "high": limits[1], "n": n,
        "n_units": len(codes), "n_judges": n_judges, "observed": observed, "expected": expected,
    }  # fmt: skip
    dropped = len(laid_out.rows) - len(codes)
    note = f"{dropped} 个单位不足两个分数，不参与比较。" if dropped else ""
    if len(usable) < n_boot:
        note += f"{n_boot - len(usable)} 次抽样中分数全部相同，未计入区间。"
    method = f"{CHINESE[level]}水平的差异；" + (
        f"对单位有放回抽样 {n_boot} 次的百分位区间（种子 {seed}）" if n_boot else "未求区间"
    )
    counts = pd.DataFrame({"value": values, "count": np.bincount(codes[codes >= 0])})
    return KrippendorffAlpha(
        estimate, limits, confidence, level, n, len(codes), n_judges, observed, expected,
        pd.DataFrame([row]), counts, resampled, method, note=laid_out.note + note,
    )  # fmt: skip


def _coded(laid_out: Matrix) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Return pairable values by number, -1 where there is none, and the values in order.

    A unit's values come first in its row, sorted: who gave which does not matter. Units are in the
    order of their values, so that the random numbers fall alike however the rows came.
    """
    there = laid_out.there
    paired = there.sum(axis=1) >= 2
    if not paired.any():
        raise RatingsError(
            "没有一个单位有两位以上评委的分数，无法比较评委是否一致。请核对“unit”与“judge”两列。"
        )
    cells, there = laid_out.values[paired], there[paired]
    given = cells[there]
    numbers, values = pd.factorize(given)
    order = sorted(range(len(values)), key=lambda place: _sorted_as(values[place]))
    if len(values) == 1:
        raise RatingsError(
            f"可以比较的分数全是 {values[0]}，没有差异，α 没有意义（0 ÷ 0）。请核对分数。"
        )
    last = len(values)
    codes = np.full(cells.shape, last, dtype=np.intp)
    codes[there] = np.argsort(order)[numbers]
    codes = np.sort(codes, axis=1)[:, : int(there.sum(axis=1).max())]
    codes = codes[np.lexsort(codes.T[::-1])]
    return np.where(codes == last, -1, codes), np.asarray(values)[order]


def _sorted_as(value: Any) -> tuple[str, Any]:
    """Return what orders values of different kinds: numbers by size, others by their text."""
    if isinstance(value, (int, float, np.number)):
        return "", float(value)
    return type(value).__name__, str(value)


class _Pairs:
    """Disagreement within units and among all values, for many weightings of the units at once."""

    def __init__(self, codes: NDArray[np.intp], values: NDArray[Any], level: Level) -> None:
        self.level = level
        there = codes >= 0
        self.m = there.sum(axis=1).astype(np.float64)
        rows = np.nonzero(there)[0]
        shape = (len(codes), len(values))
        self.counts: Any = csr_array((np.ones(len(rows)), (rows, codes[there])), shape=shape)
        if level == "nominal":
            same = np.asarray(self.counts.multiply(self.counts).sum(axis=1)).ravel()
            self.within = (self.m**2 - same) / (self.m - 1)
        elif level == "interval":
            numbers = np.asarray(values, dtype=np.float64)
            self.values = numbers - (self.counts.sum(axis=0) @ numbers) / self.m.sum()
            x = np.where(there, self.values[codes], np.nan)
            around = x - np.nanmean(x, axis=1, keepdims=True)
            # Scores that agree leave exactly nothing, whatever their mean is rounded to.
            around[np.nanmax(x, axis=1) == np.nanmin(x, axis=1)] = 0.0
            self.within = 2 * self.m * np.nansum(around**2, axis=1) / (self.m - 1)
        elif level == "ratio":
            self.values = np.asarray(values, dtype=np.float64)
            x = np.where(there, self.values[codes], np.nan)
            total = np.zeros(len(codes))
            for first in range(x.shape[1]):
                for second in range(first):
                    total += 2 * np.nan_to_num(_ratio(x[:, first], x[:, second]))
            self.within = total / (self.m - 1)

    def disagreement(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return observed and expected disagreement for weights of shape (b, units)."""
        n = weights @ self.m
        counts: Floats = (self.counts.T @ weights.T).T
        if self.level == "nominal":
            expected = n**2 - (counts**2).sum(axis=1)
        elif self.level == "interval":
            expected = 2 * (n * (counts @ self.values**2) - (counts @ self.values) ** 2)
        elif self.level == "ordinal":
            return self._ordinal(weights, counts, n)
        else:
            expected = np.zeros(len(weights))
            some = max(1, BATCH // len(self.values))
            for start in range(0, len(self.values), some):
                part = slice(start, start + some)
                table = _ratio(self.values[:, None], self.values[None, part])
                expected += ((counts @ table) * counts[:, part]).sum(axis=1)
        return (weights @ self.within) / n, expected / (n * (n - 1))

    def _ordinal(self, weights: Floats, counts: Floats, n: Floats) -> tuple[Floats, Floats]:
        """Ordinal differences are those of the values' mid-ranks, which hang on the weights."""
        ranks = np.cumsum(counts, axis=1) - counts / 2
        squares, sums = self.counts @ (ranks**2).T, self.counts @ ranks.T
        within = 2 * (self.m[:, None] * squares - sums**2) / (self.m[:, None] - 1)
        observed = np.einsum("bu,ub->b", weights, within) / n
        expected = n * (counts * ranks**2).sum(axis=1) - ((counts * ranks).sum(axis=1)) ** 2
        return observed, 2 * expected / (n * (n - 1))


def _ratio(first: Floats, second: Floats) -> Floats:
    total = first + second
    apart = np.divide(first - second, total, out=np.zeros_like(total), where=total != 0)
    squared: Floats = apart**2
    return squared


def _resampled(pairs: _Pairs, units: int, n_boot: int, seed: int) -> Floats:
    """Return alpha of each resample of units; not a number where all values are the same."""
    random = np.random.default_rng(seed)
    found = np.empty(n_boot)
    some = max(1, BATCH // max(units, pairs.counts.shape[1]))
    for start in range(0, n_boot, some):
        size = min(some, n_boot - start)
        weights = random.multinomial(units, np.full(units, 1 / units), size=size)
        observed, expected = pairs.disagreement(weights.astype(np.float64))
        share = np.divide(
            observed, expected, out=np.full(size, np.nan), where=expected > 1e-12 * observed.max()
        )
        found[start : start + size] = 1 - share
    return found
