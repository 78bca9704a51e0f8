"""Trends of a series over time: Mann–Kendall and Sen's slope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from evalkit.epidemiology.counts import Floats, checked, checked_level, names_of
from evalkit.epidemiology.result import Result, figure, p_text
from evalkit.errors import DataError

__all__ = ["MannKendall", "SenSlope", "mann_kendall", "sen_slope"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class MannKendall(Result):
    """Test for a monotonic trend.

    Attributes
    ----------
    s, variance, z, p : float
        Kendall's S, its variance with ties, z with the correction for continuity, two-sided p.
    tau : float
        τ-b; not a number if all values are the same.
    n : int
        How many values there were.
    table : DataFrame
        One row a value in order: t, value, ``rises`` and ``falls`` (how many later values are
        higher, and lower). S is the sum of the rises less that of the falls.
    """

    title: ClassVar[str] = "Mann–Kendall 趋势检验"

    s: float
    variance: float
    z: float
    p: float
    tau: float
    n: int
    table: pd.DataFrame
    reference: str = "Mann (1945), Econometrica 13:245; Kendall (1975)"

    def _frame(self) -> pd.DataFrame:
        return self.table

    def _sentence(self) -> str:
        return f"{self.n} 个数，S = {figure(self.s)}，τ = {figure(self.tau)}，{p_text(self.p)}"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SenSlope(Result):
    """Median of all pairwise slopes.

    Attributes
    ----------
    estimate, low, high : float
        The slope for one step of time, and its interval; no limits with fewer than three values.
    intercept : float
        Median of what is left of the values; the line at time 0.
    level : float
        The confidence level.
    n : int
        How many values there were.
    table : DataFrame
        One row a value: t, value, fitted.
    """

    title: ClassVar[str] = "Sen 斜率"

    estimate: float
    low: float
    high: float
    intercept: float
    level: float
    n: int
    table: pd.DataFrame
    reference: str = "Sen (1968), J Am Stat Assoc 63:1379"

    def __iter__(self) -> Iterator[float]:
        """Yield the lower and the upper limit."""
        yield self.low
        yield self.high

    def _frame(self) -> pd.DataFrame:
        return self.table

    def _sentence(self) -> str:
        return (
            f"{self.n} 个数，每步变化 {figure(self.estimate)}"
            f"（{100 * self.level:g}% 区间 {figure(self.low)} 至 {figure(self.high)}）"
        )


def mann_kendall(y: ArrayLike, t: ArrayLike | None = None) -> MannKendall:
    r"""Test whether a series rises or falls, whatever the shape; ties are minded.

    :math:`S = \sum_{i<j} \mathrm{sgn}(y_j - y_i)` with the variance
    :math:`[n(n-1)(2n+5) - \sum t_k(t_k-1)(2t_k+5)] / 18` over the groups of ties, and
    :math:`z = (S \mp 1) / \sqrt{V}`.

    Parameters
    ----------
    y : array-like or Series, shape (n,)
        The series in time order; missing values are left out.
    t : array-like of float, shape (n,), optional
        Times, if the series is not in their order.

    Raises
    ------
    DataError
        If fewer than three values are there, one is no number, or two have the same time.

    References
    ----------
    Gilbert (1987), Statistical Methods for Environmental Pollution Monitoring, ch. 16.
    R: ``trend::mk.test``.

    Examples
    --------
    >>> mann_kendall([1, 2, 3, 4, 5]).s
    10.0
    """
    times, series = _points(y, t)
    number = len(series)
    if number < 3:
        raise DataError(f"只有 {number} 个数，判断趋势至少需要 3 个。")
    if t is not None:
        order = np.argsort(np.asarray(times, dtype=np.float64), kind="stable")
        times, series = [times[place] for place in order], series[order]
        if len(set(times)) < number:
            raise DataError("有的时间不止一个数，分不出先后。请先合并，每个时间一个数。")
    rises = np.array([(series[i + 1 :] > series[i]).sum() for i in range(number)])
    falls = np.array([(series[i + 1 :] < series[i]).sum() for i in range(number)])
    s = float(rises.sum() - falls.sum())
    ties = np.unique(series, return_counts=True)[1].astype(np.float64)
    variance = _variance(ties)
    pairs = number * (number - 1) / 2
    untied = pairs - (ties * (ties - 1) / 2).sum()
    z, tau = (
        ((s - np.sign(s)) / np.sqrt(variance), s / np.sqrt(pairs * untied))
        if variance > 0
        else (0.0, float("nan"))
    )
    table = pd.DataFrame({"t": times, "value": series, "rises": rises, "falls": falls})
    return MannKendall(s, variance, float(z), float(2 * norm.sf(abs(z))), float(tau), number, table)


def sen_slope(y: ArrayLike, t: ArrayLike | None = None, level: float = 0.95) -> SenSlope:
    r"""Return the median of the slopes between all pairs of points, with its interval.

    The limits are the :math:`(N \mp z \sqrt{V}) / 2`-th of the :math:`N` slopes, with Kendall's
    variance :math:`V` of S.

    Parameters
    ----------
    y : array-like or Series, shape (n,)
        The series; missing values are left out.
    t : array-like of float, shape (n,), optional
        Times; 0, 1, 2, ... if not given. Pairs of one time give no slope.
    level : float
        Confidence level, between 0 and 1.

    Raises
    ------
    DataError
        If there are fewer than two different times, or a value is no number.

    References
    ----------
    Sen (1968); limits after Gilbert (1987), section 16.5. R: ``trend::sens.slope``.

    Examples
    --------
    >>> sen_slope([1, 3, 5, 7, 9]).estimate
    2.0
    """
    checked_level(level)
    everything = np.atleast_1d(checked(y, "数值", lowest=None, gaps=True))
    steps = np.arange(len(everything), dtype=np.float64) if t is None else t
    found, series = _points(y, steps)
    times = np.asarray(found, dtype=np.float64)
    first, second = np.triu_indices(len(series), 1)
    gaps = times[second] - times[first]
    apart = gaps != 0
    if not apart.any():
        raise DataError("至少需要两个不同时间的数，才能求斜率。")
    slopes = np.sort((series[second] - series[first])[apart] / gaps[apart])
    estimate = float(np.median(slopes))
    low, high = _slope_limits(slopes, series, level)
    intercept = float(np.median(series - estimate * times))
    table = pd.DataFrame({"t": times, "value": series, "fitted": intercept + estimate * times})
    return SenSlope(estimate, low, high, intercept, float(level), len(series), table)


def _points(y: ArrayLike, t: ArrayLike | None) -> tuple[list[object], Floats]:
    """Return the values that are there, with their times: numbers, or the labels of a Series."""
    series = np.atleast_1d(checked(y, "数值", lowest=None, gaps=True))
    if series.ndim > 1:
        raise DataError("趋势一次只处理一列数，现在是一张表。请逐列给出。")
    there = ~np.isnan(series)
    if t is None:
        times = names_of(y, len(series))
    else:
        given = np.atleast_1d(checked(t, "时间", lowest=None))
        if given.shape != series.shape:
            raise DataError(f"数值有 {len(series)} 个，时间有 {given.size} 个，对不上。")
        times = given.tolist()
    return [time for time, kept in zip(times, there, strict=True) if kept], series[there]


def _variance(ties: Floats) -> float:
    """Return the variance of Kendall's S for groups of equal values of these sizes."""
    number = ties.sum()
    tied = (ties * (ties - 1) * (2 * ties + 5)).sum()
    return float((number * (number - 1) * (2 * number + 5) - tied) / 18)


def _slope_limits(slopes: Floats, series: Floats, level: float) -> tuple[float, float]:
    if len(series) < 3:
        return float("nan"), float("nan")
    ties = np.unique(series, return_counts=True)[1].astype(np.float64)
    width = norm.isf((1 - level) / 2) * np.sqrt(_variance(ties))
    total = len(slopes)
    low, high = round((total - width) / 2), round((total + width) / 2 + 1)
    below, above = (min(max(place, 1), total) - 1 for place in (low, high))
    return float(slopes[below]), float(slopes[above])
