"""Generalizability studies: how much units, judges and items each add to the differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd
from scipy.stats import chi2

from evalkit.raters.designs import Design, Layout, design_of, lay_out
from evalkit.raters.mean_squares import mean_squares
from evalkit.raters.ratings import Floats, RatingsError, checked_level
from evalkit.raters.reml import restricted_likelihood
from evalkit.raters.result import Result, between, figure

__all__ = ["GStudy", "g_study"]

Estimator = Literal["auto", "anova", "reml"]

SOURCES = {
    "p": "单位", "r": "评委", "i": "指标", "t": "指标", "pr,e": "单位×评委及误差",
    "pi,e": "单位×指标及误差", "pi": "单位×指标", "pr": "单位×评委", "ir": "指标×评委",
    "pir,e": "单位×指标×评委及误差", "r:t": "指标内的评委", "pt": "单位×指标",
    "pr:t,e": "单位×指标内的评委及误差",
}  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class GStudy(Result):
    """Variance components of a design.

    Attributes
    ----------
    estimate : float
        The component of units, σ²(p), in squared points.
    interval : tuple of float
        Its limits.
    level : float
        Confidence level.
    n, n_scores : int
        Units, scores.
    design : str
        As it is written: ``p×(r:t)``.
    balanced : bool
        Whether every cell was there.
    sizes : dict of str to float
        ``unit``, ``judge``, ``item`` → number of levels; judges nested in items: per item.
    components : dict of str to float
        Effect (``p``, ``r:t``, ``pr,e``) → component; negative ones as they come.
    covariance : array of float, shape (number of effects,) * 2
        Of the estimates, in the order of the components.
    table : DataFrame
        One row an effect: effect, source, df, ss, ms (not a number by REML), component, se, low,
        high, percent (of their sum, negative ones taken as zero).
    """

    title: ClassVar[str] = "概化研究（G 研究）"
    estimate: float
    interval: tuple[float, float]
    level: float
    n: int
    n_scores: int
    design: str
    balanced: bool
    sizes: dict[str, float]
    components: dict[str, float]
    covariance: Floats
    table: pd.DataFrame
    method: str
    reference: str
    note: str = ""

    def __getitem__(self, effect: str) -> float:
        """Return one component; the residual with or without its ``,e``."""
        plain = "".join(effect.split())
        for label, value in self.components.items():
            if plain in (label, label.removesuffix(",e")):
                return value
        raise RatingsError(
            f"设计 {self.design} 没有效应“{effect}”。现有：{'、'.join(self.components)}。"
        )

    @property
    def used(self) -> dict[str, float]:
        """The components that coefficients are made of: negative ones taken as zero."""
        return {label: max(value, 0.0) for label, value in self.components.items()}

    def _sentence(self) -> str:
        shares = "，".join(
            f"{source}（{effect}）{share:.1f} %"
            for effect, source, share in self.table[["effect", "source", "percent"]].itertuples(
                index=False, name=None
            )
        )
        return (
            f"设计 {self.design}，{self.n} 个单位、{self.n_scores} 个分数，"
            f"σ²(p) = {figure(self.estimate)}{between(self.interval, self.level)}；"
            f"方差的来源：{shares}。"
        )


def g_study(
    ratings: pd.DataFrame,
    design: str = "p×r",
    *,
    estimator: Estimator = "auto",
    level: float = 0.95,
) -> GStudy:
    r"""Estimate the variance components of a design with random effects.

    With every cell there, from the expected mean squares
    (:func:`evalkit.raters.mean_squares.mean_squares`): negative estimates are reported as they
    come. With cells missing, or unequal numbers of judges in items, by restricted maximum
    likelihood over components that are not negative
    (:func:`evalkit.raters.reml.restricted_likelihood`). Limits are Satterthwaite's:
    :math:`\nu \hat\sigma^2 / \chi^2_\nu` with :math:`\nu = 2 (\hat\sigma^2 / se)^2`; there are
    none for a component that is not positive.

    Parameters
    ----------
    ratings : DataFrame
        One row a score: unit, score, and the facets of the design.
    design : {"p×r", "p×i", "p×i×r", "p×(r:t)"}
        p stands for units, r for judges, i and t for items; × may be written x. In ``p×(r:t)``
        every item has judges of its own, whether their names are used again in other items or
        not. Designs of two facets add several items up, and average several judges, where all are
        there.
    estimator : {"auto", "anova", "reml"}
        Mean squares if the data are balanced and REML if not; or one of the two.
    level : float
        Confidence level.

    Raises
    ------
    RatingsError
        If the ratings cannot be used, the design is unknown or needs a column that is not there, a
        facet has one level, all scores are the same, the components cannot be told apart, or mean
        squares are asked of unbalanced data.

    References
    ----------
    Brennan (2001), Generalizability Theory; Shavelson and Webb (1991), Generalizability Theory: A
    Primer. R: ``gtheory::gstudy``, ``lme4::lmer``.

    Examples
    --------
    >>> ratings = pd.DataFrame({"unit": np.repeat([1, 2, 3], 2), "judge": [1, 2] * 3,
    ...                         "score": [9, 7, 6, 5, 3, 2]})
    >>> found = g_study(ratings, "p x r")
    >>> {effect: round(value, 4) for effect, value in found.components.items()}
    {'p': 7.5, 'r': 0.8333, 'pr,e': 0.1667}
    """
    if estimator not in get_args(Estimator):
        raise RatingsError(f"没有“{estimator}”这种估计方法。允许：auto、anova、reml。")
    level = checked_level(level)
    plan = design_of(design)
    layout = lay_out(ratings, plan)
    if np.ptp(layout.scores) == 0:
        raise RatingsError(
            f"所有分数都是 {layout.scores[0]:g}，没有差异可以分解，概化研究没有意义。请核对分数。"
        )
    if layout.cells is None and estimator == "anova":
        raise RatingsError(
            '有缺失的格或各指标的评委数不同，不能用期望均方。请用 estimator="reml"，或补齐分数。'
        )
    if layout.cells is not None and estimator != "reml":
        return _by_mean_squares(layout.cells, layout, plan, level)
    return _by_likelihood(layout, plan, level)


def _by_mean_squares(cells: Floats, layout: Layout, plan: Design, level: float) -> GStudy:
    found = mean_squares(cells, plan.facets, list(plan.effects.values()))
    components = np.where(np.abs(found.components) < 1e-14 * found.ms.max(), 0.0, found.components)
    columns = {"df": found.df, "ss": found.ss, "ms": found.ms}
    method = "数据齐全：期望均方（方差分析），负的分量照原样报告，计算系数时按 0"
    reference = (
        "Cornfield & Tukey (1956), Ann Math Stat 27:907; Brennan (2001), Generalizability Theory"
    )
    return _result(
        layout, plan, level, components, found.covariance, columns, method, reference,
    )  # fmt: skip


def _by_likelihood(layout: Layout, plan: Design, level: float) -> GStudy:
    factors = []
    for effect in list(plan.effects.values())[:-1]:
        keys = np.stack([layout.codes[facet] for facet in sorted(effect)], axis=1)
        factors.append(np.unique(keys, axis=0, return_inverse=True)[1].ravel())
    found = restricted_likelihood(layout.scores, factors)
    nothing = np.full(len(plan.effects), np.nan)
    missing = "数据齐全" if layout.cells is not None else "数据不齐"
    method = f"{missing}：限制极大似然（REML），分量不小于 0；各分量的区间为近似区间"
    reference = (
        "Patterson & Thompson (1971), Biometrika 58:545; Brennan (2001), Generalizability Theory"
    )
    columns = dict.fromkeys(("df", "ss", "ms"), nothing)
    return _result(layout, plan, level, found.values, found.covariance, columns, method, reference)


def _result(
    layout: Layout,
    plan: Design,
    level: float,
    components: Floats,
    covariance: Floats,
    columns: dict[str, Floats],
    method: str,
    reference: str,
) -> GStudy:
    labels = list(plan.effects)
    se = np.sqrt(np.diag(covariance))
    se = np.where(se > 0, se, np.nan)
    low, high = _satterthwaite(components, se, level)
    used = np.maximum(components, 0.0)
    table = pd.DataFrame(
        {
            "effect": labels,
            "source": [SOURCES[label] for label in labels],
            **columns,
            "component": components,
            "se": se,
            "low": low,
            "high": high,
            "percent": 100 * used / used.sum(),
        }
    )
    negative = [label for label, value in zip(labels, components, strict=True) if value < 0]
    note = f"{'、'.join(negative)} 的估计为负，计算系数时按 0。" if negative else ""
    names = {"p": "unit", "r": "judge", "i": "item", "t": "item"}
    return GStudy(
        float(components[0]), (float(low[0]), float(high[0])), level,
        int(layout.sizes["p"]), len(layout.scores), plan.name, layout.cells is not None,
        {names[facet]: layout.sizes[facet] for facet in plan.facets},
        dict(zip(labels, components.tolist(), strict=True)), covariance, table, method, reference,
        layout.note + note,
    )  # fmt: skip


def _satterthwaite(components: Floats, se: Floats, level: float) -> tuple[Floats, Floats]:
    low, high = np.full_like(components, np.nan), np.full_like(components, np.nan)
    able = (components > 0) & (se > 0)
    df = 2 * (components[able] / se[able]) ** 2
    tail = (1 - level) / 2
    # With next to no information the quantiles vanish: nothing is known above or below.
    above, below = chi2.isf(tail, df), chi2.ppf(tail, df)
    top = df * components[able]
    low[able] = np.divide(top, above, out=np.zeros_like(df), where=above > 1e-300)
    high[able] = np.divide(top, below, out=np.full_like(df, np.inf), where=below > 1e-300)
    return low, high
