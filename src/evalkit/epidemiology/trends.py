"""Trends: of proportions over ordered groups, and of a series over time, breaks minded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from evalkit.epidemiology.counts import Floats, checked, checked_level, checked_pair
from evalkit.errors import DataError

__all__ = [
    "CochranArmitage",
    "MannKendall",
    "SenSlope",
    "Trend",
    "cochran_armitage",
    "mann_kendall",
    "sen_slope",
    "trend",
]


@dataclass(frozen=True, slots=True)
class CochranArmitage:
    """Test for a linear trend in proportions.

    ``statistic`` is χ² with one degree of freedom and ``z`` its signed root, with the variance of
    R's ``prop.trend.test``; ``m2`` is Agresti's (N − 1) r². ``p`` is two-sided. ``slope`` is the
    change of the proportion for one step of the score.
    """

    statistic: float
    z: float
    p: float
    m2: float
    slope: float
    df: int = 1
    reference: str = "Cochran (1954), Biometrics 10:417; Armitage (1955), Biometrics 11:375"


@dataclass(frozen=True, slots=True)
class MannKendall:
    """Test for a monotonic trend: S, its variance with ties, z, two-sided p, and τ-b.

    ``z`` is corrected for continuity.
    """

    s: float
    variance: float
    z: float
    p: float
    tau: float
    n: int
    reference: str = "Mann (1945), Econometrica 13:245; Kendall (1975)"


@dataclass(frozen=True, slots=True)
class SenSlope:
    """Median of all pairwise slopes, with its interval, and the median intercept."""

    estimate: float
    low: float
    high: float
    intercept: float
    level: float
    n: int
    reference: str = "Sen (1968), J Am Stat Assoc 63:1379"


@dataclass(frozen=True)
class Trend:
    """A series cut at its breaks; nothing is compared across one.

    ``table`` has a row for each stretch: start, end, n, slope, low, high, p (Mann–Kendall), and a
    note where a stretch is too short for a statement.
    """

    breaks: tuple[object, ...]
    level: float
    table: pd.DataFrame
    reference: str = "Sen 1968; Mann 1945"


def cochran_armitage(
    count: ArrayLike, n: ArrayLike, score: ArrayLike | None = None
) -> CochranArmitage:
    """Test whether proportions rise or fall with a score.

    Parameters
    ----------
    count, n : array-like, shape (k,)
        How many of how many in each group.
    score : array-like, shape (k,), optional
        Scores of the groups; 0, 1, 2, ... if not given.

    Raises
    ------
    DataError
        If there are fewer than two groups, a group is empty, all or none are cases, or the
        scores do not differ.

    References
    ----------
    Agresti, Categorical Data Analysis, section 3.4. R: ``prop.trend.test``.

    Examples
    --------
    >>> test = cochran_armitage([83, 90, 129, 70], [86, 93, 136, 82], [1, 2, 3, 4])
    >>> round(test.statistic, 4), round(test.p, 6)
    (8.2249, 0.004132)
    """
    pair = checked_pair(count, n)
    x, total = pair.count, pair.whole
    groups = len(x)
    points = (
        np.arange(groups, dtype=np.float64)
        if score is None
        else np.atleast_1d(checked(score, "得分", lowest=None))
    )
    if groups < 2 or points.shape != x.shape:
        raise DataError(f"需要至少两个组，且每组一个得分；现有 {groups} 组、{len(points)} 个得分。")
    if (total == 0).any():
        raise DataError("有一组的人数为 0。请先去掉或合并这一组。")
    number = total.sum()
    share = x.sum() / number
    spread = (total * points**2).sum() - (total * points).sum() ** 2 / number
    if share in (0.0, 1.0) or spread <= 0:
        raise DataError("各组的得分没有差别，或者全部、没有一人发生，无法检验趋势。")
    difference = (points * (x - total * share)).sum()
    z = difference / np.sqrt(share * (1 - share) * spread)
    return CochranArmitage(
        float(z**2),
        float(z),
        float(2 * norm.sf(abs(z))),
        float(z**2 * (number - 1) / number),
        float(difference / spread),
    )


def mann_kendall(y: ArrayLike) -> MannKendall:
    """Test whether a series rises or falls, whatever the shape; ties are minded.

    Parameters
    ----------
    y : array-like, shape (t,)
        The series in time order; missing values (NaN) are left out.

    Raises
    ------
    DataError
        If fewer than three values are there.

    References
    ----------
    Gilbert (1987), Statistical Methods for Environmental Pollution Monitoring, ch. 16.
    R: ``trend::mk.test``.

    Examples
    --------
    >>> mann_kendall([1, 2, 3, 4, 5]).s
    10.0
    """
    series = _series(y)
    number = len(series)
    if number < 3:
        raise DataError(f"只有 {number} 个数，判断趋势至少需要 3 个。")
    s = float(np.sign(series[None, :] - series[:, None])[np.triu_indices(number, 1)].sum())
    ties = np.unique(series, return_counts=True)[1].astype(np.float64)
    tied = (ties * (ties - 1) * (2 * ties + 5)).sum()
    variance = float((number * (number - 1) * (2 * number + 5) - tied) / 18)
    if variance == 0:
        return MannKendall(0.0, 0.0, 0.0, 1.0, float("nan"), number)
    z = (s - np.sign(s)) / np.sqrt(variance)
    pairs = number * (number - 1) / 2
    untied = pairs - (ties * (ties - 1) / 2).sum()
    tau = s / np.sqrt(pairs * untied)
    return MannKendall(s, variance, float(z), float(2 * norm.sf(abs(z))), float(tau), number)


def sen_slope(y: ArrayLike, t: ArrayLike | None = None, *, level: float = 0.95) -> SenSlope:
    """Return the median of the slopes between all pairs of points, with its interval.

    Parameters
    ----------
    y : array-like, shape (n,)
        The series; missing values are left out.
    t : array-like, shape (n,), optional
        Times; 0, 1, 2, ... if not given. Pairs of one time give no slope.
    level : float
        Confidence level.

    Raises
    ------
    DataError
        If there are fewer than two different times.

    References
    ----------
    Sen (1968); limits after Gilbert (1987), section 16.5. R: ``trend::sens.slope``.

    Examples
    --------
    >>> sen_slope([1, 3, 5, 7, 9]).estimate
    2.0
    """
    series = np.atleast_1d(np.asarray(y, dtype=np.float64))
    times = (
        np.arange(len(series), dtype=np.float64)
        if t is None
        else np.atleast_1d(checked(t, "时间", lowest=None))
    )
    if times.shape != series.shape:
        raise DataError(f"数值有 {len(series)} 个，时间有 {len(times)} 个，对不上。")
    there = ~np.isnan(series)
    series, times = series[there], times[there]
    first, second = np.triu_indices(len(series), 1)
    gaps = times[second] - times[first]
    apart = gaps != 0
    if not apart.any():
        raise DataError("至少需要两个不同时间的数，才能求斜率。")
    slopes = np.sort((series[second] - series[first])[apart] / gaps[apart])
    estimate = float(np.median(slopes))
    low, high = _slope_limits(slopes, series, checked_level(level))
    intercept = float(np.median(series - estimate * times))
    return SenSlope(estimate, low, high, intercept, level, len(series))


def trend(
    t: Sequence[object],
    y: ArrayLike,
    *,
    breaks: Sequence[object] = (),
    level: float = 0.95,
) -> Trend:
    """Describe a series stretch by stretch, cut where a change makes it incomparable.

    Parameters
    ----------
    t : sequence, length n
        Times in order, such as academic years.
    y : array-like, shape (n,)
        Values; a missing one (suppressed, no data) is a gap.
    breaks : sequence
        Times at which a new stretch begins: a new instrument, a new denominator.
    level : float
        Confidence level of the slopes.

    Raises
    ------
    DataError
        If a break is none of the times, or lengths do not fit.

    Examples
    --------
    >>> result = trend(range(2016, 2025), [9, 8, 8, 7, 7, 12, 11, 11, 10], breaks=[2021])
    >>> result.table[["start", "end", "n"]].values.tolist()
    [[2016, 2020, 5], [2021, 2024, 4]]
    """
    times = list(t)
    series = np.atleast_1d(np.asarray(y, dtype=np.float64))
    if len(times) != len(series):
        raise DataError(f"数值有 {len(series)} 个，时间有 {len(times)} 个，对不上。")
    unknown = [str(each) for each in breaks if each not in times]
    if unknown:
        raise DataError(f"断点“{'、'.join(unknown)}”不在时间之中。")
    starts = sorted({0, *(times.index(each) for each in breaks)})
    rows = [
        _stretch(times[start:end], series[start:end], start, level)
        for start, end in zip(starts, [*starts[1:], len(times)], strict=True)
        if end > start
    ]
    return Trend(tuple(breaks), level, pd.DataFrame(rows))


def _stretch(times: list[object], series: Floats, first: int, level: float) -> dict[str, object]:
    number = int((~np.isnan(series)).sum())
    row: dict[str, object] = {"start": times[0], "end": times[-1], "n": number}
    if number < 3:
        nothing = dict.fromkeys(("slope", "low", "high", "p"), float("nan"))
        return {**row, **nothing, "note": "不足三个数，不作趋势判断"}
    slope = sen_slope(series, np.arange(first, first + len(series)), level=level)
    test = mann_kendall(series)
    note = "年数少，检验的把握很小" if number < 8 else ""
    return {
        **row,
        "slope": slope.estimate,
        "low": slope.low,
        "high": slope.high,
        "p": test.p,
        "note": note,
    }


def _series(y: ArrayLike) -> Floats:
    series = np.atleast_1d(np.asarray(y, dtype=np.float64))
    return series[~np.isnan(series)]


def _slope_limits(slopes: Floats, series: Floats, level: float) -> tuple[float, float]:
    number = len(series)
    if number < 3:
        return float("nan"), float("nan")
    width = norm.isf((1 - level) / 2) * np.sqrt(mann_kendall(series).variance)
    total = len(slopes)
    low, high = round((total - width) / 2), round((total + width) / 2 + 1)
    inside = (min(max(place, 1), total) - 1 for place in (low, high))
    below, above = inside
    return float(slopes[below]), float(slopes[above])
