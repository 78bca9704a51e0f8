"""Confidence intervals of proportions and of Poisson counts, for numbers or whole columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta, chi2, norm

from evalkit.epidemiology.counts import Counts, Floats, checked_level, checked_pair
from evalkit.epidemiology.result import Result, figure

__all__ = ["Interval", "byar", "clopper_pearson", "exact_poisson", "wilson"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Interval(Result):
    """Estimates with their confidence limits.

    Attributes
    ----------
    estimate, low, high : float, array, Series or DataFrame
        As the counts came: numbers for numbers, columns with the same labels for columns. Not a
        number where a count is missing or there is nothing to divide by.
    level : float
        The confidence level.
    method, reference : str
        What was computed, and who described it.
    index : Index, optional
        One label for each count, if there were labels; row after row for a DataFrame.

    Examples
    --------
    >>> low, high = wilson(588, 600)
    >>> round(100 * low, 1), round(100 * high, 1)
    (96.5, 98.9)
    """

    title: ClassVar[str] = "置信区间"

    estimate: Any
    low: Any
    high: Any
    level: float
    method: str
    reference: str
    index: pd.Index | None = None

    def __iter__(self) -> Iterator[Any]:
        """Yield the lower and the upper limit."""
        yield self.low
        yield self.high

    @property
    def table(self) -> pd.DataFrame:
        """One row a count, with its label: estimate, low, high."""
        columns = {"estimate": self.estimate, "low": self.low, "high": self.high}
        return pd.DataFrame(
            {name: np.atleast_1d(values).ravel() for name, values in columns.items()},
            index=self.index,
        )

    def _frame(self) -> pd.DataFrame:
        return self.table

    def _sentence(self) -> str:
        number, said = np.size(self.estimate), f"{self.method}，{100 * self.level:g}%"
        if number != 1:
            return f"{number:,} 个，{said}"
        estimate, low, high = (figure(value) for value in self.table.iloc[0])
        return f"{estimate}（{low} 至 {high}），{said}"


def wilson(count: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    r"""Return Wilson's score interval of a proportion.

    .. math:: \frac{x + z^2/2 \pm z \sqrt{x (n - x) / n + z^2/4}}{n + z^2}

    Parameters
    ----------
    count, n : number, array-like, Series or DataFrame
        How many of how many; they broadcast against each other, columns by their labels. A Series
        of `n` with the labels of a DataFrame's rows serves all of its columns.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Of the proportion, 0 to 1. R: ``prop.test(81, 263, correct = FALSE)$conf.int``. With
        `count` = 0 the lower limit is 0, with `count` = `n` the upper one is 1. Where `n` is 0 or
        a number is missing there is no interval (not a number).

    Raises
    ------
    DataError
        If a count is negative, larger than its whole or no number, the labels or shapes do not
        fit, or the level does not lie between 0 and 1.

    References
    ----------
    Wilson (1927), J Am Stat Assoc 22:209; Newcombe (1998), Stat Med 17:857.

    Examples
    --------
    >>> interval = wilson(81, 263)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.2553, 0.3662)
    """
    pair = checked_pair(count, n, gaps=True)
    x, total = pair.count, pair.whole
    z = norm.isf((1 - checked_level(level)) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = x + z**2 / 2
        half = z * np.sqrt(x * ((total - x) / total) + z**2 / 4)
        low, high = (centre - half) / (total + z**2), (centre + half) / (total + z**2)
    # At the ends the formula is exact in arithmetic, and a hair off in floating point.
    low, high = np.where(x == 0, 0.0, low), np.where(x == total, 1.0, high)
    return _proportion(pair, low, high, level, "Wilson 得分区间", "Wilson 1927; Newcombe 1998")


def clopper_pearson(count: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    r"""Return the exact interval of a proportion, from quantiles of the beta distribution.

    .. math:: B(\alpha/2;\, x,\, n - x + 1), \quad B(1 - \alpha/2;\, x + 1,\, n - x)

    Parameters
    ----------
    count, n, level
        As for :func:`wilson`.

    Returns
    -------
    Interval
        Of the proportion. R: ``binom.test(81, 263)$conf.int``.

    Raises
    ------
    DataError
        As for :func:`wilson`.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26:404.

    Examples
    --------
    >>> interval = clopper_pearson(0, 20)
    >>> float(interval.low), round(interval.high, 4)
    (0.0, 0.1684)
    """
    pair = checked_pair(count, n, gaps=True)
    x, total = pair.count, pair.whole
    tail = (1 - checked_level(level)) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        low = np.where(x == 0, 0.0, beta.ppf(tail, np.maximum(x, 1e-300), total - x + 1))
        high = np.where(x == total, 1.0, beta.isf(tail, x + 1, np.maximum(total - x, 1e-300)))
    name, source = "Clopper–Pearson 精确区间", "Clopper & Pearson 1934"
    return _proportion(pair, low, high, level, name, source)


def byar(count: ArrayLike, exposure: ArrayLike = 1.0, level: float = 0.95) -> Interval:
    r"""Return Byar's approximate interval of a Poisson count, or of a rate.

    .. math:: x \left(1 - \frac{1}{9x} \mp \frac{z}{3 \sqrt{x}}\right)^3

    with :math:`x + 1` in the place of :math:`x` for the upper limit.

    Parameters
    ----------
    count : number, array-like, Series or DataFrame
        Events.
    exposure : number, array-like, Series or DataFrame
        What the count is divided by: persons, person-years, or expected events. 1 for the count
        itself.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Of the count divided by the exposure. Where the exposure is 0 or a number is missing there
        is no interval (not a number).

    Raises
    ------
    DataError
        If a count or exposure is negative or no number, the labels or shapes do not fit, or the
        level does not lie between 0 and 1.

    References
    ----------
    Breslow and Day (1987), Statistical Methods in Cancer Research II, p. 69.

    Examples
    --------
    >>> interval = byar(10)
    >>> round(interval.low, 3), round(interval.high, 3)
    (4.787, 18.391)
    """
    pair = checked_pair(count, exposure, bounded=False, gaps=True)
    low, high = byar_limits(pair.count, checked_level(level))
    return _over(pair, low, high, level, "Byar 近似区间", "Breslow & Day 1987")


def exact_poisson(count: ArrayLike, exposure: ArrayLike = 1.0, level: float = 0.95) -> Interval:
    r"""Return the exact interval of a Poisson count or of a rate, from chi-square quantiles.

    .. math:: \tfrac12 \chi^2_{2x}(\alpha/2), \quad \tfrac12 \chi^2_{2x + 2}(1 - \alpha/2)

    Parameters
    ----------
    count, exposure, level
        As for :func:`byar`.

    Returns
    -------
    Interval
        Of the count divided by the exposure. R: ``poisson.test(10)$conf.int``.

    Raises
    ------
    DataError
        As for :func:`byar`.

    References
    ----------
    Garwood (1936), Biometrika 28:437.

    Examples
    --------
    >>> interval = exact_poisson(10)
    >>> round(interval.low, 3), round(interval.high, 3)
    (4.795, 18.39)
    """
    pair = checked_pair(count, exposure, bounded=False, gaps=True)
    tail = (1 - checked_level(level)) / 2
    x = pair.count
    low = np.where(x == 0, 0.0, chi2.ppf(tail, 2 * np.maximum(x, 1e-300)) / 2)
    high = np.asarray(chi2.isf(tail, 2 * x + 2)) / 2
    return _over(pair, low, high, level, "Poisson 精确区间", "Garwood 1936")


def byar_limits(count: Floats, level: float) -> tuple[Floats, Floats]:
    """Return Byar's limits of counts, as :func:`byar` does, for arrays that were checked."""
    z = norm.isf((1 - level) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        low = count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3
    more = count + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    # A cube of a negative number is no limit of a count.
    return np.where(count == 0, 0.0, np.maximum(low, 0.0)), high


def _proportion(
    pair: Counts, low: Floats, high: Floats, level: float, method: str, source: str
) -> Interval:
    """Return limits of a proportion; of nothing there are none."""
    some = (pair.whole > 0) & ~np.isnan(pair.count)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = pair.count / pair.whole
    low, high = np.where(some, low, np.nan), np.where(some, high, np.nan)
    return _interval(pair, estimate, low, high, level, method, source)


def _over(
    pair: Counts, low: NDArray[Any], high: NDArray[Any], level: float, method: str, source: str
) -> Interval:
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate, low, high = (
            np.where(pair.whole > 0, values / pair.whole, np.nan)
            for values in (pair.count, low, high)
        )
    return _interval(pair, estimate, low, high, level, method, source)


def _interval(
    pair: Counts,
    estimate: Floats,
    low: Floats,
    high: Floats,
    level: float,
    method: str,
    source: str,
) -> Interval:
    estimate, low, high = (pair.like(values) for values in (estimate, low, high))
    return Interval(estimate, low, high, float(level), method, source, pair.labels)
