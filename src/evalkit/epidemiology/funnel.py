"""Funnel plots: which units differ from the whole by more than their size explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import binom, norm, poisson

from evalkit.epidemiology.counts import Floats, checked, checked_pair
from evalkit.errors import DataError

__all__ = ["Funnel", "funnel"]

Kind = Literal["proportion", "ratio"]
Limits = Literal["exact", "normal"]
Overdispersion = Literal["none", "multiplicative", "additive"]

TWO_SIGMA, THREE_SIGMA = 0.95, 0.998
"""The usual inner and outer limits (Spiegelhalter 2005)."""


@dataclass(frozen=True)
class Funnel:
    """Units around a target, with control limits that narrow with their size.

    Attributes
    ----------
    kind : {"proportion", "ratio"}
        What the units' values are.
    target : float
        The value around which the limits lie: that of all units together, or one that was given.
    levels : tuple of float
        Levels of the limits, the inner one first.
    limits : {"exact", "normal"}
        How they were computed.
    phi : float
        Winsorised overdispersion: the mean squared z-score; 1 if the units vary as chance has it.
    tau2 : float
        Variance between units on the scale of the values, beyond chance.
    overdispersion : {"none", "multiplicative", "additive"}
        What the limits and z-scores allow for.
    table : DataFrame
        One row a unit: unit, count, whole, value, z (standardised deviation), and for each level
        ``low_95``, ``high_95`` ...; ``outside``: 0, or the number of levels beyond which the
        unit lies, negative below the target.
    """

    kind: Kind
    target: float
    levels: tuple[float, ...]
    limits: Limits
    phi: float
    tau2: float
    overdispersion: Overdispersion
    table: pd.DataFrame
    reference: str = "Spiegelhalter (2005), Stat Med 24:1185"

    def curve(self, wholes: ArrayLike) -> pd.DataFrame:
        """Return the limits at other sizes, to be drawn as lines.

        Parameters
        ----------
        wholes : array-like, shape (n,)
            Sizes: denominators or expected counts.

        Returns
        -------
        DataFrame
            whole, and low and high for each level.
        """
        sizes = np.atleast_1d(checked(wholes, "分母"))
        limits = _all_limits(self, sizes)
        return pd.DataFrame({"whole": sizes, **limits})

    def __repr__(self) -> str:
        beyond = int((self.table["outside"].abs() == len(self.levels)).sum())
        return (
            f"<Funnel {self.kind}, {len(self.table)} units, target {self.target:.4g}, "
            f"phi {self.phi:.3g}, {beyond} beyond {100 * self.levels[-1]:g} % limits>"
        )


def funnel(
    count: ArrayLike,
    whole: ArrayLike,
    *,
    kind: Kind = "proportion",
    unit: Sequence[object] | None = None,
    target: float | None = None,
    levels: Sequence[float] = (TWO_SIGMA, THREE_SIGMA),
    limits: Limits = "exact",
    overdispersion: Overdispersion = "none",
    winsorise: float = 0.1,
) -> Funnel:
    r"""Compare units of different sizes with the whole.

    Exact limits of a proportion or ratio follow Spiegelhalter's interpolation of the discrete
    distribution's quantiles; normal limits are :math:`\theta_0 \pm z \sqrt{\phi V}` with
    :math:`V = \theta_0 (1 - \theta_0) / n` for a proportion and :math:`V = \theta_0 / E` for a
    ratio. With overdispersion limits are normal: multiplied by :math:`\sqrt\phi`, or with
    :math:`V + \tau^2` (DerSimonian and Laird).

    Parameters
    ----------
    count, whole : array-like, shape (n,)
        Counts, and denominators (proportion) or expected counts (ratio).
    kind : {"proportion", "ratio"}
        What the quotient is.
    unit : sequence, optional
        Names of the units.
    target : float, optional
        The value to compare with; Σ count ÷ Σ whole if not given.
    levels : sequence of float
        Levels of the limits.
    limits : {"exact", "normal"}
        Limits without overdispersion.
    overdispersion : {"none", "multiplicative", "additive"}
        What to allow for.
    winsorise : float
        Share of the z-scores pulled in on either side before phi is estimated.

    Raises
    ------
    DataError
        If counts and wholes do not fit, a whole is zero, or a setting is out of range.

    References
    ----------
    Spiegelhalter (2005), Stat Med 24:1185; Spiegelhalter (2005), Qual Saf Health Care 14:347.
    """
    pair = checked_pair(count, whole, bounded=kind == "proportion")
    if (pair.whole == 0).any():
        raise DataError("有分母为 0 的单位，画不进漏斗图。请先去掉没有学生的单位。")
    if not 0 <= winsorise < 0.5:
        raise DataError(f"缩尾比例是 {winsorise:g}。允许：0 与 0.5 之间。")
    if any(not 0 < level < 1 for level in levels):
        raise DataError("控制限的水平应在 0 与 1 之间，例如 0.95。")
    value = pair.count / pair.whole
    centre = pair.count.sum() / pair.whole.sum() if target is None else float(target)
    deviation = _deviation(kind, centre, pair.whole)
    z = np.divide(value - centre, deviation, out=np.zeros_like(value), where=deviation > 0)
    phi = _phi(z, winsorise)
    tau2 = _tau2(phi, deviation)
    if overdispersion == "multiplicative":
        z = z / np.sqrt(max(phi, 1.0))
    elif overdispersion == "additive":
        spread = np.sqrt(deviation**2 + tau2)
        z = np.divide(value - centre, spread, out=np.zeros_like(value), where=spread > 0)
    names = list(unit) if unit is not None else list(range(1, len(value) + 1))
    if len(names) != len(value):
        raise DataError(f"单位名称有 {len(names)} 个，数据有 {len(value)} 行，对不上。")
    table = pd.DataFrame(
        {"unit": names, "count": pair.count, "whole": pair.whole, "value": value, "z": z}
    )
    ordered = tuple(sorted(levels))
    result = Funnel(kind, centre, ordered, limits, phi, tau2, overdispersion, table)
    for name, limit in _all_limits(result, pair.whole).items():
        table[name] = limit
    table["outside"] = sum(
        (value > table[f"high_{_label(level)}"]).astype(int)
        - (value < table[f"low_{_label(level)}"]).astype(int)
        for level in ordered
    )
    return result


def _phi(z: Floats, share: float) -> float:
    """Return the mean squared z-score, the outermost pulled in to the quantiles."""
    low, high = np.quantile(z, [share, 1 - share])
    return float(np.mean(np.clip(z, low, high) ** 2))


def _tau2(phi: float, deviation: Floats) -> float:
    """Return the variance between units by the method of moments, zero if chance explains all."""
    number = len(deviation)
    if number < 2 or phi <= (number - 1) / number or (deviation == 0).any():
        return 0.0
    weights = deviation**-2.0
    total = weights.sum()
    return float((number * phi - (number - 1)) / (total - (weights**2).sum() / total))


def _deviation(kind: Kind, target: float, wholes: Floats) -> Floats:
    variance = target * (1 - target) if kind == "proportion" else target
    return np.sqrt(max(variance, 0.0) / wholes)


def _label(level: float) -> str:
    return f"{100 * level:g}"


def _all_limits(result: Funnel, wholes: Floats) -> dict[str, Floats]:
    found: dict[str, Floats] = {}
    for level in result.levels:
        low, high = _limits(result, wholes, level)
        found[f"low_{_label(level)}"], found[f"high_{_label(level)}"] = low, high
    return found


def _limits(result: Funnel, wholes: Floats, level: float) -> tuple[Floats, Floats]:
    tail = (1 - level) / 2
    top = 1.0 if result.kind == "proportion" else np.inf
    if result.limits == "exact" and result.overdispersion == "none":
        low, high = (_quantile(result, wholes, p) for p in (tail, 1 - tail))
    else:
        deviation = _deviation(result.kind, result.target, wholes)
        if result.overdispersion == "multiplicative":
            deviation = deviation * np.sqrt(max(result.phi, 1.0))
        elif result.overdispersion == "additive":
            deviation = np.sqrt(deviation**2 + result.tau2)
        z = norm.isf(tail)
        low, high = result.target - z * deviation, result.target + z * deviation
    return np.clip(low, 0.0, top), np.clip(high, 0.0, top)


def _quantile(result: Funnel, wholes: Floats, p: float) -> Floats:
    """Return a quantile of a unit's value under the target, interpolated between whole counts."""
    if result.kind == "proportion":
        sizes = np.round(wholes)
        target = min(max(result.target, 0.0), 1.0)
        found = binom.ppf(p, sizes, target)
        below, mass = binom.cdf(found, sizes, target), binom.pmf(found, sizes, target)
    else:
        sizes = wholes
        mean = result.target * wholes
        found = poisson.ppf(p, mean)
        below, mass = poisson.cdf(found, mean), poisson.pmf(found, mean)
    share = np.divide(below - p, mass, out=np.zeros_like(mass), where=mass > 0)
    limit: Floats = np.maximum(found - share, 0.0) / sizes
    return limit
