"""Exact tests and intervals for units by judges where cells are missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve
from scipy.optimize import brentq
from scipy.stats import f as f_distribution

from evalkit.raters.ratings import Floats

__all__ = ["Adjusted", "adjusted", "variance_ratio_limits"]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Units adjusted for judges, and the residual, of an additive model by least squares.

    Attributes
    ----------
    ss_units, ss_residual : float
        Sums of squares.
    df_units, df_residual : int
        Their degrees of freedom; 0 for the residual if nothing is left over.
    pull : array of float, shape (n,)
        Sums of the units' scores less the judges' means.
    incidence : array of float, shape (n, k)
        1 where a unit has a judge's score.
    """

    ss_units: float
    ss_residual: float
    df_units: int
    df_residual: int
    pull: Floats
    incidence: Floats

    @property
    def f(self) -> float:
        """The F ratio of units adjusted for judges; infinite without a residual variance."""
        if self.ss_residual == 0:
            return float("inf") if self.ss_units > 0 else float("nan")
        return (self.ss_units / self.df_units) / (self.ss_residual / self.df_residual)


def adjusted(values: Floats) -> Adjusted:
    """Fit units and judges to the scores that are there.

    Parameters
    ----------
    values : array of float, shape (n, k)
        Scores of n units by k judges, not a number where missing; no empty row or column.
    """
    there = ~np.isnan(values)
    incidence = there.astype(np.float64)
    scores = np.where(there, values - np.nanmean(values), 0.0)
    per_unit, per_judge = incidence.sum(axis=1), incidence.sum(axis=0)
    unit_sums, judge_sums = scores.sum(axis=1), scores.sum(axis=0)
    # The judges' equations once the units are absorbed: as many as there are judges.
    absorbed = np.diag(per_judge) - incidence.T @ (incidence / per_unit[:, None])
    right = judge_sums - incidence.T @ (unit_sums / per_unit)
    roots, vectors = np.linalg.eigh(absorbed)
    used = roots > 1e-9 * per_judge.max()
    ss_judges_after = float((((vectors.T @ right)[used]) ** 2 / roots[used]).sum())
    total = float((scores**2).sum())
    ss_units_first = float((unit_sums**2 / per_unit).sum())
    ss_judges_first = float((judge_sums**2 / per_judge).sum())
    rank = len(per_unit) + int(used.sum())
    residual = total - ss_units_first - ss_judges_after
    units = ss_units_first + ss_judges_after - ss_judges_first
    tiny = 1e-12 * total
    return Adjusted(
        units if units > tiny else 0.0,
        residual if residual > tiny else 0.0,
        rank - len(per_judge),
        int(incidence.sum()) - rank,
        unit_sums - incidence @ (judge_sums / per_judge),
        incidence,
    )


def variance_ratio_limits(fit: Adjusted, level: float) -> tuple[float, float]:
    r"""Return exact limits of :math:`\gamma = \sigma^2_{unit} / \sigma^2_e`.

    With the units' information matrix C after judges, and its eigenvalues
    :math:`\Delta_i`, the quantity

    .. math:: H(\gamma) = \frac{1}{r} \sum_i \frac{t_i^2}{1 + \Delta_i \gamma} \Big/ MS_e

    follows F with r and :math:`df_e` degrees of freedom, and falls as γ rises. With complete data
    this is the usual F interval. Limits are not taken below :math:`-1 / \max n_i`, where an
    intraclass correlation ends.

    References
    ----------
    Harville and Fenech (1985), Biometrics 41:137; Wald (1940), Ann Math Stat 11:96.
    """
    if fit.ss_residual == 0:
        return float("inf"), float("inf")
    tail = (1 - level) / 2
    mean_square = fit.ss_residual / fit.df_residual
    upper = float(f_distribution.isf(tail, fit.df_units, fit.df_residual))
    lower = float(f_distribution.ppf(tail, fit.df_units, fit.df_residual))
    return _root(fit, mean_square, upper), _root(fit, mean_square, lower)


def _root(fit: Adjusted, mean_square: float, quantile: float) -> float:
    per_unit = fit.incidence.sum(axis=1)
    lowest = -(1 - 1e-12) / float(per_unit.max())

    def excess(ratio: float) -> float:
        return _statistic(fit, per_unit, ratio) / (fit.df_units * mean_square) - quantile

    if excess(lowest) <= 0:
        return -1 / float(per_unit.max())
    highest = 1.0
    while excess(highest) > 0:
        highest *= 4
        if highest > 1e15:
            return float("inf")
    return float(brentq(excess, lowest, highest, xtol=1e-15, rtol=1e-14, maxiter=500))


def _statistic(fit: Adjusted, per_unit: Floats, ratio: float) -> float:
    """Return Σ t²/(1 + Δγ) = SS − γ q'(I + γC)⁻¹q without the eigenvalues of C."""
    weights: NDArray[np.float64] = 1 / (1 + ratio * per_unit)
    pulled = fit.incidence.T @ (weights * fit.pull)
    inner = np.diag(fit.incidence.sum(axis=0)) - ratio * (
        fit.incidence.T @ (weights[:, None] * fit.incidence)
    )
    quadratic = float(weights @ fit.pull**2) + ratio * float(
        pulled @ solve(inner, pulled, assume_a="sym")
    )
    return fit.ss_units - ratio * quadratic
