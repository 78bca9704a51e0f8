"""Standardised rates: what a unit's rate would be if its students were like another's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from evalkit.epidemiology.counts import checked, checked_level, checked_pair
from evalkit.epidemiology.intervals import byar, byar_limits, exact_poisson
from evalkit.errors import DataError

__all__ = [
    "StandardisedRate",
    "StandardisedRatio",
    "directly_standardised_rate",
    "indirectly_standardised_ratio",
]


@dataclass(frozen=True, slots=True)
class StandardisedRate:
    """A directly standardised rate, times ``multiplier``, with Dobson's limits.

    ``count`` are the events, ``crude`` the rate as it is.
    """

    estimate: float
    low: float
    high: float
    level: float
    count: float
    crude: float
    multiplier: float
    method: str = "直接标准化率，Dobson 区间（以 Byar 区间为基础）"
    reference: str = "Dobson et al. (1991), Stat Med 10:457"


@dataclass(frozen=True, slots=True)
class StandardisedRatio:
    """Observed over expected events, times ``multiplier``, with its limits."""

    estimate: float
    low: float
    high: float
    level: float
    observed: float
    expected: float
    multiplier: float
    method: str
    reference: str = "Breslow & Day (1987), Statistical Methods in Cancer Research II"


def directly_standardised_rate(
    count: ArrayLike,
    n: ArrayLike,
    weights: ArrayLike,
    *,
    level: float = 0.95,
    multiplier: float = 1.0,
) -> StandardisedRate:
    r"""Return :math:`\sum w_i x_i / n_i \big/ \sum w_i` with limits after Dobson.

    Parameters
    ----------
    count, n : array-like, shape (k,)
        Events and persons of each stratum, such as grade and sex.
    weights : array-like, shape (k,)
        The standard population of each stratum.
    level : float
        Confidence level.
    multiplier : float
        1000 for a rate in 1,000.

    Raises
    ------
    DataError
        If the shapes do not fit, a stratum has a weight and no persons, or all weights are zero.

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
    weight = np.atleast_1d(checked(weights, "标准人口"))
    if weight.shape != pair.count.shape:
        raise DataError(
            f"标准人口有 {len(weight)} 层，数据有 {len(pair.count)} 层，对不上。请逐层给出。"
        )
    if weight.sum() == 0:
        raise DataError("标准人口全部为 0，无法标准化。")
    if ((pair.whole == 0) & (weight > 0)).any():
        raise DataError("有一层没有人数，却有标准人口的权重，无法标准化。请合并这一层。")
    used = weight > 0
    x, total = pair.count[used], pair.whole[used]
    share = weight[used] / weight.sum()
    rate = float((share * x / total).sum())
    variance = float((share**2 * x / total**2).sum())
    events = x.sum()
    low, high = byar_limits(np.array([events]), checked_level(level))
    # Dobson: the limits of the count, stretched to the variance of the weighted rate.
    stretch = np.sqrt(variance / events) if events > 0 else np.nan
    limits = (rate + stretch * (low[0] - events), rate + stretch * (high[0] - events))
    return StandardisedRate(
        rate * multiplier,
        float(limits[0]) * multiplier,
        float(limits[1]) * multiplier,
        level,
        float(events),
        float(events / total.sum()) * multiplier,
        multiplier,
    )


def indirectly_standardised_ratio(
    observed: ArrayLike,
    n: ArrayLike,
    reference_rates: ArrayLike,
    *,
    level: float = 0.95,
    multiplier: float = 1.0,
    method: Literal["byar", "exact", "normal"] = "byar",
) -> StandardisedRatio:
    """Return observed events over those that the reference's rates would give.

    Parameters
    ----------
    observed : number or array-like
        Events; those of strata are added up.
    n, reference_rates : array-like, shape (k,)
        Persons of each stratum, and the reference's rate in it.
    level, multiplier
        As for :func:`directly_standardised_rate`.
    method : {"byar", "exact", "normal"}
        How the limits are computed.

    Raises
    ------
    DataError
        If nothing is expected, or the shapes do not fit.

    Examples
    --------
    >>> ratio = indirectly_standardised_ratio(30, [1000, 500], [0.01, 0.02])
    >>> ratio.estimate, round(ratio.low, 3), round(ratio.high, 3)
    (1.5, 1.012, 2.141)
    """
    pair = checked_pair(reference_rates, n, bounded=False)
    events = float(np.sum(checked(observed, "观察数")))
    expected = float((pair.count * pair.whole).sum())
    if expected == 0:
        raise DataError("按参照率计算的期望数为 0，求不出比值。")
    if method == "normal":
        half = norm.isf((1 - checked_level(level)) / 2) * np.sqrt(events)
        low, high = max(events - half, 0.0) / expected, (events + half) / expected
    else:
        interval = (byar if method == "byar" else exact_poisson)(events, level, exposure=expected)
        low, high = interval
    name = {"byar": "Byar 区间", "exact": "Poisson 精确区间", "normal": "正态近似区间"}[method]
    return StandardisedRatio(
        events / expected * multiplier,
        float(low) * multiplier,
        float(high) * multiplier,
        level,
        events,
        expected,
        multiplier,
        f"间接标准化比，{name}",
    )
