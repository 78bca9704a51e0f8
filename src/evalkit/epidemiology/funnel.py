"""Funnel plots: which units differ from the whole by more than their size explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evalkit.epidemiology.counts import Floats, checked, checked_pair, names_of, single
from evalkit.epidemiology.funnel_limits import (
    Kind,
    Limits,
    Overdispersion,
    Scale,
    deviation_of,
    forward,
    limits_at,
)
from evalkit.epidemiology.result import Result, figure
from evalkit.errors import DataError, UnknownNameError

__all__ = ["Funnel", "funnel"]

TWO_SIGMA, THREE_SIGMA = 0.95, 0.998
"""The usual inner and outer limits (Spiegelhalter 2005)."""


@dataclass(frozen=True, repr=False, eq=False)
class Funnel(Result):
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
        Variance between units on the scale of the z-scores, beyond chance.
    overdispersion : {"none", "multiplicative", "additive"}
        What the limits and z-scores allow for.
    table : DataFrame
        One row a unit: unit, count, whole, value, z (standardised deviation, overdispersion
        allowed for), and for each level ``low_95``, ``high_95`` ...; ``outside``: 0, or the number
        of levels beyond which the unit lies, negative below the target.
    scale : {"identity", "arcsine", "sqrt", "log"}
        On which the z-scores, phi and tau² were computed.
    """

    title: ClassVar[str] = "漏斗图"

    kind: Kind
    target: float
    levels: tuple[float, ...]
    limits: Limits
    phi: float
    tau2: float
    overdispersion: Overdispersion
    table: pd.DataFrame
    scale: Scale = "identity"
    reference: str = "Spiegelhalter (2005), Stat Med 24:1185"

    def curve(self, wholes: ArrayLike) -> pd.DataFrame:
        """Return the limits at other sizes, to be drawn as lines.

        Parameters
        ----------
        wholes : array-like, shape (n,)
            Sizes above zero: denominators or expected counts.

        Returns
        -------
        DataFrame
            whole, and low and high for each level.

        Raises
        ------
        DataError
            If a size is not above zero.
        """
        sizes = np.atleast_1d(checked(wholes, "分母"))
        if (sizes == 0).any():
            raise DataError("分母中有 0，没有控制限。允许：大于 0。请去掉为 0 的分母。")
        return pd.DataFrame({"whole": sizes, **self._limits(sizes)})

    def _limits(self, sizes: Floats) -> dict[str, Floats]:
        found: dict[str, Floats] = {}
        for level in self.levels:
            low, high = limits_at(
                self.kind, self.target, self.limits, self.scale, self.overdispersion,
                sizes, level, phi=self.phi, tau2=self.tau2,
            )  # fmt: skip
            found[f"low_{_label(level)}"], found[f"high_{_label(level)}"] = low, high
        return found

    def _frame(self) -> pd.DataFrame:
        return self.table

    def _sentence(self) -> str:
        beyond = int((self.table["outside"].abs() == len(self.levels)).sum())
        return (
            f"{len(self.table)} 个单位，中心 {figure(self.target)}，φ = {figure(self.phi)}，"
            f"{beyond} 个在 {100 * self.levels[-1]:g}% 控制限外"
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
    scale: Scale = "identity",
) -> Funnel:
    r"""Compare units of different sizes with the whole.

    Exact limits of a proportion or ratio follow Spiegelhalter's interpolation of the discrete
    distribution's quantiles; normal limits are :math:`\theta_0 \pm z \sqrt{V}` with
    :math:`V = \theta_0 (1 - \theta_0) / n` for a proportion and :math:`V = \theta_0 / E` for a
    ratio. With overdispersion limits are normal: with :math:`\phi V`, or with :math:`V + \tau^2`
    (DerSimonian and Laird). On another scale the variance is :math:`1 / 4n` (arcsine of the root
    of a proportion), :math:`1 / 4E` (root of a ratio) or :math:`1 / \theta_0 E` (its logarithm),
    and the limits are turned back.

    Parameters
    ----------
    count, whole : array-like or Series, shape (n,)
        Counts, and denominators (proportion) or expected counts (ratio); two Series are laid side
        by side by their labels.
    kind : {"proportion", "ratio"}
        What the quotient is.
    unit : sequence, optional
        Names of the units; if not given, the labels of a Series, or 1, 2, ...
    target : float, optional
        The value to compare with; Σ count ÷ Σ whole if not given.
    levels : sequence of float
        Levels of the limits.
    limits : {"exact", "normal"}
        Limits without overdispersion, on the identity scale.
    overdispersion : {"none", "multiplicative", "additive"}
        What to allow for.
    winsorise : float
        Share of the z-scores pulled in on either side before phi is estimated.
    scale : {"identity", "arcsine", "sqrt", "log"}
        On which z-scores are computed: ``"arcsine"`` for proportions, ``"sqrt"`` or ``"log"`` for
        ratios, where small units make the identity's too skewed.

    Raises
    ------
    DataError
        If counts and wholes do not fit, one is missing, a whole is zero, or a setting is out of
        range.
    UnknownNameError
        If there is no such kind, limit or scale.

    References
    ----------
    Spiegelhalter (2005), Stat Med 24:1185; Spiegelhalter (2005), Qual Saf Health Care 14:347.

    Examples
    --------
    >>> result = funnel([10, 11, 9, 60], [100, 100, 100, 100], unit=["甲", "乙", "丙", "丁"])
    >>> result.table["outside"].tolist()
    [-2, -1, -2, 2]
    """
    for title, given, known in (
        ("类型（kind）", kind, get_args(Kind)),
        ("控制限（limits）", limits, get_args(Limits)),
        ("离散程度的处理（overdispersion）", overdispersion, get_args(Overdispersion)),
        ("尺度（scale）", scale, get_args(Scale)),
    ):
        if given not in known:
            raise UnknownNameError.of(title, str(given), list(known))
    pair = single(checked_pair(count, whole, bounded=kind == "proportion"), "漏斗图")
    if len(pair.whole) == 0:
        raise DataError("没有单位，画不出漏斗图。请至少给出一个单位。")
    if (pair.whole == 0).any():
        raise DataError("有分母为 0 的单位，画不进漏斗图。请先去掉没有学生的单位。")
    if not 0 <= winsorise < 0.5:
        raise DataError(f"缩尾比例是 {winsorise:g}。允许：0 与 0.5 之间。")
    if not levels or any(not 0 < level < 1 for level in levels):
        raise DataError("控制限的水平应在 0 与 1 之间，例如 0.95。")
    value = pair.count / pair.whole
    centre = pair.count.sum() / pair.whole.sum() if target is None else float(target)
    _check_centre(kind, scale, centre, value)
    apart, deviation = _scaled(scale, kind, centre, value, pair.whole)
    z = np.divide(apart, deviation, out=np.zeros_like(value), where=deviation > 0)
    phi = _phi(z, winsorise)
    tau2 = _tau2(phi, deviation)
    if overdispersion == "multiplicative":
        z = z / np.sqrt(max(phi, 1.0))
    elif overdispersion == "additive":
        spread = np.sqrt(deviation**2 + tau2)
        z = np.divide(apart, spread, out=np.zeros_like(value), where=spread > 0)
    names = names_of(count, len(value)) if unit is None else list(unit)
    if len(names) != len(value):
        raise DataError(f"单位名称有 {len(names)} 个，数据有 {len(value)} 行，对不上。")
    table = pd.DataFrame(
        {"unit": names, "count": pair.count, "whole": pair.whole, "value": value, "z": z}
    )
    ordered = tuple(sorted(float(level) for level in levels))
    result = Funnel(kind, centre, ordered, limits, phi, tau2, overdispersion, table, scale)
    for name, limit in result._limits(pair.whole).items():
        table[name] = limit
    table["outside"] = sum(
        (value > table[f"high_{_label(level)}"]).astype(int)
        - (value < table[f"low_{_label(level)}"]).astype(int)
        for level in ordered
    )
    return result


def _check_centre(kind: Kind, scale: Scale, centre: float, value: Floats) -> None:
    top = 1.0 if kind == "proportion" else np.inf
    if not 0 <= centre <= top:
        raise DataError(f"中心值 target 是 {centre:g}。允许：不小于 0" + "，不大于 1" * (top == 1))
    fits = ("identity", "arcsine") if kind == "proportion" else ("identity", "sqrt", "log")
    if scale not in fits:
        raise DataError(f"尺度 {scale} 不适用于{_KINDS[kind]}。允许：{'、'.join(fits)}。")
    if scale == "log" and (value.min() == 0 or centre == 0):
        raise DataError('有的单位计数为 0，取不了对数。请改用 scale="sqrt"。')


_KINDS = {"proportion": "比例", "ratio": "比值"}


def _scaled(
    scale: Scale, kind: Kind, centre: float, value: Floats, wholes: Floats
) -> tuple[Floats, Floats]:
    """Return how far each unit is from the target, and its standard deviation by chance."""
    moved = forward(scale, value) - float(forward(scale, np.array([centre]))[0])
    return moved, deviation_of(scale, kind, centre, wholes)


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


def _label(level: float) -> str:
    return f"{100 * level:g}"
