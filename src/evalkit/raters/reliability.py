"""Internal consistency of items: Cronbach's alpha and McDonald's omega."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, get_args

import numpy as np
import pandas as pd
from scipy.stats import chi2 as chi2_distribution
from scipy.stats import f as f_distribution

from evalkit.raters.answers import Missing, answers_of, covariance
from evalkit.raters.consistency import (
    alpha_of,
    constant_note,
    contrary_note,
    correlations_of,
    item_rows,
    omega_limits,
    omega_of,
    opposite_note,
    standardised,
)
from evalkit.raters.one_factor import Solution, one_factor
from evalkit.raters.ratings import RatingsError, checked_level
from evalkit.raters.result import Result, between, figure

__all__ = ["CronbachAlpha", "McDonaldOmega", "cronbach_alpha", "mcdonald_omega"]


@dataclass(frozen=True, repr=False, eq=False)
class CronbachAlpha(Result):
    """Cronbach's alpha of a set of items.

    Attributes
    ----------
    estimate : float
        Alpha of the sum of the items as they are.
    interval : tuple of float
        Feldt's limits.
    level : float
        Confidence level.
    n : float
        People that the covariances rest on (a mean if deletion was pairwise).
    n_people, k : int
        People with any answer; items.
    standardised : float
        Alpha of the sum of standardised items.
    mean_correlation : float
        Mean of the items' correlations with each other.
    table : DataFrame
        One row an item: item, n, mean, sd (of the answers as they came), item_rest (correlation
        with the sum of the others), alpha_without (alpha if the item is left out).
    """

    title: ClassVar[str] = "Cronbach α 系数"
    estimate: float
    interval: tuple[float, float]
    level: float
    n: float
    n_people: int
    k: int
    standardised: float
    mean_correlation: float
    table: pd.DataFrame
    method: str
    reference: str = "Cronbach (1951), Psychometrika 16:297; Feldt (1965), Psychometrika 30:357"
    note: str = ""

    def _sentence(self) -> str:
        return (
            f"{self.n_people} 人、{self.k} 题，α = {figure(self.estimate)}"
            f"{between(self.interval, self.level)}，标准化 α = {figure(self.standardised)}。"
        )


@dataclass(frozen=True, repr=False, eq=False)
class McDonaldOmega(Result):
    """McDonald's omega total of a set of items with one factor behind them.

    Attributes
    ----------
    estimate : float
        Omega of the sum of the items as they are.
    interval : tuple of float
        Limits by the delta method on the logit scale.
    level : float
        Confidence level.
    n : float
        People that the covariances rest on (a mean if deletion was pairwise).
    n_people, k : int
        People with any answer; items.
    standardised : float
        Omega of the sum of standardised items.
    alpha : float
        Cronbach's alpha of the same covariances.
    chi2, df, p : float
        Bartlett's test of one factor (maximum likelihood only); no test with three items.
    table : DataFrame
        One row an item: item, loading (standardised), uniqueness, raw_loading, raw_uniqueness.
    """

    title: ClassVar[str] = "McDonald ω 系数"
    estimate: float
    interval: tuple[float, float]
    level: float
    n: float
    n_people: int
    k: int
    standardised: float
    alpha: float
    chi2: float
    df: int
    p: float
    table: pd.DataFrame
    method: str
    reference: str = "McDonald (1999), Test Theory; Jöreskog (1967), Psychometrika 32:443"
    note: str = ""

    def _sentence(self) -> str:
        return (
            f"{self.n_people} 人、{self.k} 题，单因子模型 ω = {figure(self.estimate)}"
            f"{between(self.interval, self.level)}，标准化 ω = {figure(self.standardised)}，"
            f"同一数据的 α = {figure(self.alpha)}。"
        )


def cronbach_alpha(
    data: pd.DataFrame,
    items: Iterable[Any] | None = None,
    *,
    reverse: Iterable[Any] = (),
    missing: Missing = "pairwise",
    level: float = 0.95,
) -> CronbachAlpha:
    r"""Return Cronbach's alpha, with missing answers.

    With the covariances C of k items:

    .. math:: \alpha = \frac{k}{k - 1} \left( 1 - \frac{tr(C)}{\sum C} \right)

    and limits :math:`1 - (1 - \hat\alpha) F` with quantiles of F with :math:`n - 1` and
    :math:`(n - 1)(k - 1)` degrees of freedom.

    Parameters
    ----------
    data : DataFrame
        **Wide**: one row a person, one column an item (columns ``unit`` and ``id`` are left out).
        **Long**: unit, item, score; several judges of a unit and item are averaged; without a
        column ``item`` the judges take the items' place.
    items : iterable, optional
        The items to take; all if not given.
    reverse : iterable
        Items that run the other way.
    missing : {"pairwise", "listwise", "em"}
        How gaps are dealt with (:func:`evalkit.raters.answers.covariance`).
    level : float
        Confidence level.

    Raises
    ------
    RatingsError
        If the answers cannot be used, there are fewer than two items or people, no item varies,
        the items cancel so that their sum does not vary, or pairwise covariances contradict each
        other. An item that does not vary counts, and the note names it.

    References
    ----------
    Cronbach (1951), Psychometrika 16:297; Feldt (1965), Psychometrika 30:357. R:
    ``psych::alpha``.

    Examples
    --------
    >>> answers = pd.DataFrame({"q1": [1, 2, 3, 4], "q2": [2, 2, 3, 5], "q3": [1, 3, 3, 4]})
    >>> round(cronbach_alpha(answers).estimate, 4)
    0.9474
    """
    level = checked_level(level)
    answers = answers_of(data, items, reverse)
    table = covariance(answers, missing)
    alpha = alpha_of(table.values)
    n, k = table.n, len(answers.items)
    tail = (1 - level) / 2
    df1, df2 = n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - alpha) * float(f_distribution.isf(tail, df1, df2))
    high = 1 - (1 - alpha) * float(f_distribution.ppf(tail, df1, df2))
    rows = item_rows(answers, table.values)
    method = f"协方差：{table.method}；Feldt 区间"
    return CronbachAlpha(
        alpha, (low, high), level, n, len(answers.values), k, *standardised(table.values),
        rows, method,
        note=answers.note + contrary_note(rows) + constant_note(answers, table.values),
    )  # fmt: skip


def mcdonald_omega(
    data: pd.DataFrame,
    items: Iterable[Any] | None = None,
    *,
    reverse: Iterable[Any] = (),
    missing: Missing = "pairwise",
    solution: Solution = "ml",
    level: float = 0.95,
) -> McDonaldOmega:
    r"""Return McDonald's omega total from a one-factor solution, with missing answers.

    With loadings :math:`\lambda` and uniquenesses :math:`\psi` of the covariances:

    .. math:: \omega = \frac{(\sum \lambda)^2}{(\sum \lambda)^2 + \sum \psi}

    The factor is fitted to correlations and brought back to the items' own spread. Limits: delta
    method on :math:`\operatorname{logit} \omega` with the solution's large-sample covariance
    under normality.

    Parameters
    ----------
    data, items, reverse, missing, level
        As for :func:`cronbach_alpha`.
    solution : {"ml", "minres"}
        Maximum likelihood, or least squares, which needs no positive definite correlations.

    Raises
    ------
    RatingsError
        As :func:`cronbach_alpha`; if there are fewer than three items, one does not vary, or the
        correlations are not positive definite (ML).

    References
    ----------
    McDonald (1999), Test Theory, chapter 6; Raykov (2002), Struct Equ Modeling 9:195; Kelley and
    Pornprasertmanit (2016), Psychol Methods 21:69. R: ``MBESS::ci.reliability(type = "omega")``.

    Examples
    --------
    >>> answers = pd.DataFrame({"q1": [1, 2, 3, 4, 2, 5], "q2": [2, 2, 3, 5, 1, 4],
    ...                         "q3": [1, 3, 2, 4, 2, 4]})
    >>> round(mcdonald_omega(answers).estimate, 3)
    0.929
    """
    level = checked_level(level)
    if solution not in get_args(Solution):
        raise RatingsError(f"没有“{solution}”这种解法。允许：ml（极大似然）、minres（最小残差）。")
    answers = answers_of(data, items, reverse)
    table = covariance(answers, missing)
    spread = np.sqrt(np.diag(table.values))
    if (spread == 0).any():
        names = [str(item) for item, no in zip(answers.items, spread == 0, strict=True) if no]
        raise RatingsError(
            f"“{'、'.join(names[:5])}”所有人的答案都相同，没有载荷可言。请核对数据，或去掉这些题。"
        )
    found = one_factor(correlations_of(table.values), solution)
    loadings, own = spread * found.loadings, spread**2 * found.uniquenesses
    omega = omega_of(loadings, own)
    k = len(loadings)
    df = k * (k - 3) // 2
    chi2 = p = float("nan")
    if solution == "ml" and df > 0:
        chi2 = max(0.0, (table.n - 1 - (2 * k + 5) / 6 - 2 / 3) * found.discrepancy)
        p = float(chi2_distribution.sf(chi2, df))
    rows = pd.DataFrame(
        {
            "item": list(answers.items),
            "loading": found.loadings,
            "uniqueness": found.uniquenesses,
            "raw_loading": loadings,
            "raw_uniqueness": own,
        }
    )
    note = answers.note + opposite_note(rows)
    if found.improper:
        note += "有题的独特方差到了下界（Heywood 情形），ω 偏高，区间不可靠。"
    name = "极大似然" if solution == "ml" else "最小残差"
    return McDonaldOmega(
        omega, omega_limits(omega, loadings, own, table.n, level), level, table.n,
        len(answers.values), k, omega_of(found.loadings, found.uniquenesses),
        alpha_of(table.values),
        chi2, df, p, rows, f"协方差：{table.method}；单因子{name}解；delta 法区间", note=note,
    )  # fmt: skip
