"""Judge with judge, and each judge with the rest: correlations of the scores they share."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.stats import kendalltau, norm, rankdata
from scipy.stats import t as t_distribution

from evalkit.raters.ratings import Floats, RatingsError, checked_level, matrix
from evalkit.raters.result import Result, figure

__all__ = ["JudgeVsRest", "PairwiseCorrelations", "judge_vs_rest", "pairwise_correlations"]

FEWEST = 3
"""Units that two judges must share before a correlation is given."""


@dataclass(frozen=True, repr=False, eq=False)
class PairwiseCorrelations(Result):
    """Correlations of every pair of judges.

    Attributes
    ----------
    estimate : float
        Mean of the pairs' Pearson correlations, those that there are.
    interval : tuple of float
        The lowest and the highest of them.
    level : float
        Level of the limits in the table.
    n, k : int
        Units, judges.
    spearman, kendall : float
        Means of the rank correlations.
    table : DataFrame
        One row a pair: judge_1, judge_2, n (shared units), pearson, low, high, p, spearman,
        kendall (τ-b).
    """

    title: ClassVar[str] = "评委两两相关"
    estimate: float
    interval: tuple[float, float]
    level: float
    n: int
    k: int
    spearman: float
    kendall: float
    table: pd.DataFrame
    method: str
    reference: str = "Fisher (1921), Metron 1:3; Kendall (1945), Biometrika 33:239"
    note: str = ""

    def matrix(self, kind: str = "pearson") -> pd.DataFrame:
        """Return the correlations as a square of judges, 1 on the diagonal.

        Parameters
        ----------
        kind : {"pearson", "spearman", "kendall"}
            Which of the correlations.
        """
        if kind not in ("pearson", "spearman", "kendall"):
            raise RatingsError(f"没有“{kind}”这种相关。允许：pearson、spearman、kendall。")
        judges = list(dict.fromkeys([*self.table["judge_1"], *self.table["judge_2"]]))
        places = {judge: place for place, judge in enumerate(judges)}
        first, second = (self.table[name].map(places).to_numpy() for name in ("judge_1", "judge_2"))
        values = np.eye(len(judges))
        values[first, second] = values[second, first] = self.table[kind].to_numpy()
        return pd.DataFrame(values, index=judges, columns=judges)

    def _sentence(self) -> str:
        low, high = self.interval
        return (
            f"{self.k} 位评委、{len(self.table)} 对，Pearson 相关平均 {figure(self.estimate)}"
            f"（{figure(low)} 至 {figure(high)}），Spearman 平均 {figure(self.spearman)}。"
        )


@dataclass(frozen=True, repr=False, eq=False)
class JudgeVsRest(Result):
    """Correlation of each judge with the mean of the others.

    Attributes
    ----------
    estimate : float
        Mean of the judges' Pearson correlations.
    interval : tuple of float
        The lowest and the highest of them.
    level : float
        Level of the limits in the table.
    n, k : int
        Units, judges.
    table : DataFrame
        One row a judge: judge, n (units that another judge scored too), pearson, low, high, p,
        spearman, mean, mean_rest, difference (mean − mean_rest, points), sd, sd_rest.
    """

    title: ClassVar[str] = "评委与其余评委的相关"
    estimate: float
    interval: tuple[float, float]
    level: float
    n: int
    k: int
    table: pd.DataFrame
    method: str
    reference: str = "Fisher (1921), Metron 1:3"
    note: str = ""

    def _sentence(self) -> str:
        low, high = self.interval
        known = self.table.dropna(subset="pearson")
        weakest = (
            f"，最低的是评委 {known['judge'].iloc[int(known['pearson'].argmin())]}"
            if len(known)
            else ""
        )
        return (
            f"{self.k} 位评委与其余评委均分的相关平均 {figure(self.estimate)}"
            f"（{figure(low)} 至 {figure(high)}）{weakest}。"
        )


def pairwise_correlations(ratings: pd.DataFrame, level: float = 0.95) -> PairwiseCorrelations:
    r"""Return Pearson, Spearman and Kendall correlations of every pair of judges.

    Each pair is compared on the units that both scored. Limits of Pearson's r are Fisher's,
    :math:`\tanh(\operatorname{artanh} r \pm z / \sqrt{n - 3})`, p is Student's. With fewer than
    three shared units, or when one of the two gave them all the same score, there is no
    correlation (not a number).

    Parameters
    ----------
    ratings : DataFrame
        One row a score: unit, judge, score; several items are added up.
    level : float
        Level of the limits.

    Raises
    ------
    RatingsError
        If the ratings cannot be used, or there are fewer than two judges.

    References
    ----------
    Fisher (1921), Metron 1:3; Kendall (1945), Biometrika 33:239. R: ``cor.test``.

    Examples
    --------
    >>> ratings = pd.DataFrame({"unit": list("ABCD") * 2, "judge": np.repeat([1, 2], 4),
    ...                         "score": [1, 2, 3, 4, 2, 1, 4, 3]})
    >>> pairwise_correlations(ratings).table[["pearson", "spearman", "kendall"]].round(4).values
    array([[0.6   , 0.6   , 0.3333]])
    """
    level = checked_level(level)
    laid_out = matrix(ratings)
    values, judges = laid_out.values, laid_out.columns
    _check_two(len(judges))
    rows = []
    for one, other in combinations(range(len(judges)), 2):
        x, y = _shared(values[:, one], values[:, other])
        rows.append(
            {
                "judge_1": judges[one],
                "judge_2": judges[other],
                "n": len(x),
                **_pearson(x, y, level),
                "spearman": _correlation(rankdata(x), rankdata(y)),
                "kendall": _kendall(x, y),
            }
        )
    table = pd.DataFrame(rows)
    return PairwiseCorrelations(
        _mean(table["pearson"]), _range(table["pearson"]), level, len(values), len(judges),
        _mean(table["spearman"]), _mean(table["kendall"]), table,
        "两人都评了分的单位上的 Pearson、Spearman 与 Kendall τ-b 相关；Fisher 区间",
        note=laid_out.note + _few(table),
    )  # fmt: skip


def judge_vs_rest(ratings: pd.DataFrame, level: float = 0.95) -> JudgeVsRest:
    """Return the correlation of each judge with the mean of the other judges' scores.

    Over the units that the judge and at least one other scored. Where scores are missing, units
    have means of different judges: severe and lenient ones then blur the correlation, and
    :func:`evalkit.raters.many_facet_rasch` is the better tool.

    Parameters
    ----------
    ratings, level
        As for :func:`pairwise_correlations`.

    Raises
    ------
    RatingsError
        As :func:`pairwise_correlations`.

    Examples
    --------
    >>> ratings = pd.DataFrame({"unit": list("ABC") * 3, "judge": np.repeat([1, 2, 3], 3),
    ...                         "score": [1, 2, 3, 1, 2, 3, 3, 2, 1]})
    >>> judge_vs_rest(ratings).table["difference"].tolist()
    [0.0, 0.0, 0.0]
    """
    level = checked_level(level)
    laid_out = matrix(ratings)
    values, judges = laid_out.values, laid_out.columns
    _check_two(len(judges))
    there = laid_out.there
    rows = []
    for place, judge in enumerate(judges):
        others = np.arange(len(judges)) != place
        number = there[:, others].sum(axis=1)
        sums = np.nansum(values[:, others], axis=1)
        rest = np.divide(sums, number, out=np.full(len(sums), np.nan), where=number > 0)
        x, y = _shared(values[:, place], rest)
        some = len(x) > 0
        means = (float(x.mean()), float(y.mean())) if some else (np.nan, np.nan)
        spreads = (float(x.std(ddof=1)), float(y.std(ddof=1))) if len(x) > 1 else (np.nan, np.nan)
        rows.append(
            {
                "judge": judge,
                "n": len(x),
                **_pearson(x, y, level),
                "spearman": _correlation(rankdata(x), rankdata(y)),
                "mean": means[0],
                "mean_rest": means[1],
                "difference": means[0] - means[1],
                "sd": spreads[0],
                "sd_rest": spreads[1],
            }
        )
    table = pd.DataFrame(rows)
    return JudgeVsRest(
        _mean(table["pearson"]), _range(table["pearson"]), level, len(values), len(judges),
        table, "评委的分数与其余评委均分的 Pearson 与 Spearman 相关；Fisher 区间",
        note=laid_out.note + _few(table),
    )  # fmt: skip


def _check_two(judges: int) -> None:
    if judges < 2:
        raise RatingsError("只有一位评委有分数，无从比较。至少需要 2 位评委的分数。")


def _shared(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    both = ~np.isnan(x) & ~np.isnan(y)
    return x[both], y[both]


def _correlation(x: Floats, y: Floats) -> float:
    """Return Pearson's correlation; not a number if there is none."""
    if len(x) < FEWEST or _constant(x) or _constant(y):
        return float("nan")
    # Scaled to the range first, so that neither tiny nor huge scores lose digits.
    x, y = (x - x.mean()) / np.ptp(x), (y - y.mean()) / np.ptp(y)
    length = float(np.sqrt((x @ x) * (y @ y)))
    return min(1.0, max(-1.0, float(x @ y) / length)) if length > 0 else float("nan")


def _constant(x: Floats) -> bool:
    # Means of the same scores added in another order differ by a hair.
    return bool(np.ptp(x) <= 1e-13 * np.abs(x).max())


def _pearson(x: Floats, y: Floats, level: float) -> dict[str, float]:
    r, n = _correlation(x, y), len(x)
    if np.isnan(r):
        return dict.fromkeys(("pearson", "low", "high", "p"), float("nan"))
    low = high = float("nan")
    if n > FEWEST:
        z = np.arctanh(r) if abs(r) < 1 else np.copysign(np.inf, r)
        half = norm.isf((1 - level) / 2) / np.sqrt(n - 3)
        low, high = float(np.tanh(z - half)), float(np.tanh(z + half))
    statistic = abs(r) * np.sqrt((n - 2) / (1 - r * r)) if abs(r) < 1 else np.inf
    p = float(2 * t_distribution.sf(statistic, n - 2))
    return {"pearson": r, "low": low, "high": high, "p": p}


def _kendall(x: Floats, y: Floats) -> float:
    if len(x) < FEWEST or _constant(x) or _constant(y):
        return float("nan")
    return float(kendalltau(x, y).statistic)


def _mean(values: pd.Series) -> float:
    known = values.dropna()
    return float(known.mean()) if len(known) else float("nan")


def _range(values: pd.Series) -> tuple[float, float]:
    known = values.dropna()
    return (float(known.min()), float(known.max())) if len(known) else (np.nan, np.nan)


def _few(table: pd.DataFrame) -> str:
    none = int(table["pearson"].isna().sum())
    return (
        f"{none} 行没有相关系数：共同评分的单位不足 {FEWEST} 个，或有一方的分数全部相同。"
        if none else ""
    )  # fmt: skip
