"""Standardised rates: what a unit's rate would be if its students were like another's."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from evalkit.epidemiology.counts import Counts, Floats, checked, checked_level, checked_pair
from evalkit.epidemiology.intervals import byar_limits, exact_poisson
from evalkit.epidemiology.standardised import StandardisedRate, StandardisedRatio
from evalkit.errors import DataError, UnknownNameError

__all__ = ["directly_standardised_rate", "indirectly_standardised_ratio"]

Method = Literal["byar", "exact", "normal"]
_METHODS = {"byar": "Byar 区间", "exact": "Poisson 精确区间", "normal": "正态近似区间"}


def directly_standardised_rate(
    count: ArrayLike,
    n: ArrayLike,
    weights: ArrayLike,
    level: float = 0.95,
    multiplier: float = 1.0,
) -> StandardisedRate:
    r"""Return :math:`\sum w_i x_i / n_i \big/ \sum w_i` with limits after Dobson.

    The limits are :math:`r + \sqrt{V / x}\,(x_L - x)` and :math:`r + \sqrt{V / x}\,(x_U - x)` with
    :math:`V = \sum w_i^2 x_i / n_i^2 \big/ (\sum w_i)^2` and Byar's limits of the events
    :math:`x = \sum x_i`.

    Parameters
    ----------
    count, n : array-like, Series or DataFrame, shape (k,) or (k, m)
        Events and persons of each stratum, such as grade and sex; with columns, of m units.
    weights : array-like or Series, shape (k,)
        The standard population of each stratum. Series are laid side by side by their labels.
    level : float
        Confidence level, between 0 and 1.
    multiplier : float
        1000 for a rate in 1,000.

    Raises
    ------
    DataError
        If the shapes or labels do not fit, a number is missing, a stratum has a weight and no
        persons, or all weights are zero.

    References
    ----------
    Dobson, Kuulasmaa, Eberle and Scherer (1991), Stat Med 10:457.

    Examples
    --------
    >>> rate = directly_standardised_rate([10, 20], [1000, 1000], [1, 3], multiplier=1000)
    >>> round(rate.estimate, 6)
    17.5
    """
    pair = checked_pair(count, n, bounded=False)
    weight = _by_stratum(weights, pair, "标准人口")
    if weight.sum() == 0:
        raise DataError("标准人口全部为 0，无法标准化。")
    used = weight > 0
    x, total = (_columns(values)[used] for values in (pair.count, pair.whole))
    if (total == 0).any():
        raise DataError("有一层没有人数，却有标准人口的权重，无法标准化。请合并这一层。")
    share = (weight[used] / weight.sum())[:, None]
    rate = (share * x / total).sum(axis=0)
    variance = (share**2 * x / total**2).sum(axis=0)
    events = x.sum(axis=0)
    below, above = byar_limits(events, checked_level(level))
    # The limits of the count, stretched to the variance of the weighted rate.
    stretch = np.sqrt(np.divide(variance, events, out=np.full_like(rate, np.nan), where=events > 0))
    low, high = (rate + stretch * (limit - events) for limit in (below, above))
    strata = _long(pair).assign(weight=np.repeat(weight / weight.sum(), len(rate)))
    strata["rate"] = multiplier * strata["count"] / strata["n"]
    crude = events / total.sum(axis=0)
    return StandardisedRate(
        _like(pair, multiplier * rate),
        _like(pair, multiplier * low),
        _like(pair, multiplier * high),
        float(level),
        _like(pair, events),
        _like(pair, multiplier * crude),
        multiplier,
        strata[["unit", "stratum", "count", "n", "rate", "weight"]],
    )


def indirectly_standardised_ratio(
    observed: ArrayLike,
    n: ArrayLike,
    reference_rates: ArrayLike | None = None,
    reference_n: ArrayLike | None = None,
    *,
    level: float = 0.95,
    multiplier: float = 1.0,
    method: Method = "byar",
) -> StandardisedRatio:
    r"""Return observed events over those that the reference's rates would give.

    The ratio is :math:`O / E` with :math:`E = \sum n_i r_i`; its limits are those of the Poisson
    count :math:`O`, divided by :math:`E`.

    Parameters
    ----------
    observed : number, array-like, Series or DataFrame
        Events; those of strata are added up. A row a stratum and a column a unit for m units.
    n : array-like, Series or DataFrame, shape (k,) or (k, m)
        Persons of each stratum; or, if no reference is given, the expected events themselves.
    reference_rates : array-like or Series, shape (k,), optional
        The reference's rate in each stratum; or its events, if `reference_n` is given.
    reference_n : array-like or Series, shape (k,), optional
        The reference's persons in each stratum.
    level, multiplier
        As for :func:`directly_standardised_rate`.
    method : {"byar", "exact", "normal"}
        How the limits are computed: Byar's approximation, exactly (Garwood), or
        :math:`O \pm z \sqrt O`, cut at 0.

    Raises
    ------
    DataError
        If nothing is expected, a number is missing, or the shapes or labels do not fit.
    UnknownNameError
        If there is no such method.

    References
    ----------
    Breslow and Day (1987), Statistical Methods in Cancer Research II, section 2.3.

    Examples
    --------
    >>> ratio = indirectly_standardised_ratio(30, [1000, 500], [0.01, 0.02])
    >>> ratio.estimate, round(ratio.low, 3), round(ratio.high, 3)
    (1.5, 1.012, 2.141)
    >>> indirectly_standardised_ratio(30, 20).estimate
    1.5
    """
    if method not in get_args(Method):
        raise UnknownNameError.of("区间的求法", str(method), list(get_args(Method)))
    pair = checked_pair(0.0, n, bounded=False)
    persons = _columns(pair.whole)
    rates = np.ones(len(persons))
    if reference_rates is not None:
        rates = _by_stratum(reference_rates, pair, "参照率")
    if reference_n is not None:
        size = _by_stratum(reference_n, pair, "参照人口")
        if reference_rates is None or (size == 0).any():
            raise DataError("参照人口要与参照的发生数一同给出，且每层都大于 0。请核对。")
        rates = rates / size
    expected = (persons * rates[:, None]).sum(axis=0)
    if (expected == 0).any():
        raise DataError("按参照率计算的期望数为 0，求不出比值。")
    events = _events(observed, pair)
    if method == "normal":
        half = norm.isf((1 - checked_level(level)) / 2) * np.sqrt(events)
        low, high = np.maximum(events - half, 0.0), events + half
    elif method == "exact":
        low, high = exact_poisson(events, 1.0, level)
    else:
        low, high = byar_limits(events, checked_level(level))
    return StandardisedRatio(
        _like(pair, multiplier * events / expected),
        _like(pair, multiplier * low / expected),
        _like(pair, multiplier * high / expected),
        float(level),
        _like(pair, events),
        _like(pair, expected),
        multiplier,
        f"间接标准化比，{_METHODS[method]}",
    )


def _events(observed: ArrayLike, pair: Counts) -> Floats:
    """Return the events of each unit, strata added up."""
    units = _columns(pair.whole).shape[1]
    if units == 1 and pair.columns is None:
        return np.atleast_1d(np.sum(checked(observed, "观察数")))
    if isinstance(observed, pd.Series) and pair.columns is not None:
        return _in_order(observed, pair.columns)
    if isinstance(observed, pd.DataFrame) and pair.columns is not None:
        places = pd.DataFrame(np.zeros(pair.whole.shape), pair.index, pair.columns)
        summed: Floats = checked_pair(places, observed, bounded=False).whole.sum(axis=0)
        return summed
    events = checked(observed, "观察数")
    if events.ndim == 2:
        events = events.sum(axis=0)
    if events.shape != (units,):
        raise DataError(f"观察数有 {events.size} 个，人数有 {units} 列，对不上。请每个单位一个。")
    return events


def _by_stratum(values: ArrayLike, pair: Counts, name: str) -> Floats:
    """Return one number for each stratum, in the strata's order."""
    number = len(pair.whole)
    if isinstance(values, pd.Series) and pair.index is not None:
        return _in_order(values, pair.index)
    found = np.atleast_1d(checked(values, name))
    if found.shape != (number,):
        raise DataError(f"{name}有 {found.size} 层，数据有 {number} 层，对不上。请逐层给出。")
    return found


def _in_order(values: pd.Series, labels: pd.Index) -> Floats:
    return checked_pair(pd.Series(0.0, index=labels), values, bounded=False).whole


def _columns(values: Floats) -> Floats:
    return values if values.ndim == 2 else values[:, None]


def _like(pair: Counts, values: Floats) -> Any:
    """Return a number for one unit, a Series or array of numbers for several."""
    if pair.columns is not None:
        return pd.Series(values, index=pair.columns)
    return values if pair.whole.ndim == 2 else float(values[0])


def _long(pair: Counts) -> pd.DataFrame:
    strata, units = _columns(pair.whole).shape
    rows = list(pair.index) if pair.index is not None else list(range(1, strata + 1))
    names = list(pair.columns) if pair.columns is not None else list(range(1, units + 1))
    return pd.DataFrame(
        {
            "unit": names * strata,
            "stratum": np.repeat(np.array(rows, dtype=object), units),
            "count": pair.count.ravel(),
            "n": pair.whole.ravel(),
        }
    )
