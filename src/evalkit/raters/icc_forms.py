"""The six intraclass correlations and their limits, from mean squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from evalkit.raters.ratings import Floats

__all__ = ["Squares", "averaged", "estimates_of", "limits_of", "ratio"]


@dataclass(frozen=True, slots=True)
class Squares:
    """Mean squares as the formulas want them: implied ones, and what they are worth."""

    between: float
    within: float
    judges: float
    residual: float
    n: float
    k: float
    df_within: float
    df_residual: float


def estimates_of(ms: Squares) -> Floats:
    """Return the six forms from mean squares, in the order of FORMS."""
    judges = ms.k * (ms.judges - ms.residual) / ms.n
    return np.array(
        [
            _quotient(ms.between - ms.within, ms.between + (ms.k - 1) * ms.within),
            _quotient(ms.between - ms.residual, ms.between + (ms.k - 1) * ms.residual + judges),
            _quotient(ms.between - ms.residual, ms.between + (ms.k - 1) * ms.residual),
            _quotient(ms.between - ms.within, ms.between),
            _quotient(ms.between - ms.residual, ms.between + judges / ms.k),
            _quotient(ms.between - ms.residual, ms.between),
        ]
    )


def limits_of(ms: Squares, estimates: Floats, level: float) -> Floats:
    """Return lower and upper limits of the six forms, shape (6, 2)."""
    tail = (1 - level) / 2
    df_units = ms.n - 1
    single = np.array(
        [
            _f_limits(ratio(ms.between, ms.within), df_units, ms.df_within, ms.k, tail),
            _agreement_limits(ms, float(estimates[1]), tail),
            _f_limits(ratio(ms.between, ms.residual), df_units, ms.df_residual, ms.k, tail),
        ]
    )
    return np.vstack([single, averaged(single, ms.k)])


def _f_limits(f: float, df1: float, df2: float, k: float, tail: float) -> tuple[float, float]:
    if np.isinf(f):
        return 1.0, 1.0
    low = f / f_distribution.isf(tail, df1, df2)
    high = f * f_distribution.isf(tail, df2, df1)
    return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))


def _agreement_limits(ms: Squares, rho: float, tail: float) -> tuple[float, float]:
    """Return Satterthwaite's limits of ICC2 (McGraw and Wong 1996, Table 7)."""
    if rho == 1:
        return 1.0, 1.0
    if np.isnan(rho):
        return float("nan"), float("nan")
    low, high = _satterthwaite(ms, rho, tail)
    if not low <= rho <= high:
        # Far below zero the weights of the mean squares turn negative, and the approximation
        # with them: its degrees of freedom are then those of no agreement at all.
        low, high = _satterthwaite(ms, 0.0, tail)
    return low, high


def _satterthwaite(ms: Squares, rho: float, tail: float) -> tuple[float, float]:
    n, k = ms.n, ms.k
    judges = k * rho * ms.judges
    rest = (n * (1 + (k - 1) * rho) - k * rho) * ms.residual
    spread = judges**2 / (k - 1) + rest**2 / ms.df_residual
    df = (judges + rest) ** 2 / spread if spread > 0 else k - 1
    error = k * ms.judges + (k * n - k - n) * ms.residual
    above = float(f_distribution.isf(tail, n - 1, df))
    below = float(f_distribution.isf(tail, df, n - 1))
    if np.isinf(above) or np.isinf(below):
        return float("nan"), float("nan")
    low = n * (ms.between - above * ms.residual) / (above * error + n * ms.between)
    high = n * (below * ms.between - ms.residual) / (error + n * below * ms.between)
    return float(low), float(high)


def averaged(single: Floats, k: float) -> Floats:
    """Return limits for the mean of k judges: Spearman and Brown's formula."""
    below = 1 + (k - 1) * single
    return np.divide(k * single, below, out=np.full_like(single, -np.inf), where=below > 0)


def ratio(top: float, bottom: float) -> float:
    """Return an F ratio: infinite over nothing, not a number if both are nothing."""
    if bottom == 0:
        return float("inf") if top > 0 else float("nan")
    return top / bottom


def _quotient(top: float, bottom: float) -> float:
    """Return a quotient; not a number where units do not differ at all."""
    return top / bottom if bottom > 0 else float("nan")
