"""Scores made in other ways than by the panel's rule, and ranks of any scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import kendalltau, rankdata

from evalkit.raters.ratings import Floats

__all__ = ["adjusted", "ranked", "standardised", "tau_b"]

SAME = 1e-9
"""Scores that differ by less than this share of their range are equal."""


def standardised(values: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return units' mean z-scores as points, for scores of shape (n, k), and who tells nothing."""
    there = ~np.isnan(values)
    number = there.sum(axis=0)
    filled = np.where(there, values, 0.0)
    mean = filled.sum(axis=0) / number
    around = np.where(there, values - mean, 0.0)
    spread = np.sqrt((around**2).sum(axis=0) / np.maximum(number - 1, 1))
    silent = spread <= 1e-12 * np.abs(filled).max()
    z = np.divide(around, spread, out=np.zeros_like(around), where=~silent & there)
    scale = float(spread[~silent].mean()) if not silent.all() else 0.0
    return mean.mean() + scale * z.sum(axis=1) / there.sum(axis=1), silent


def adjusted(values: Floats) -> tuple[Floats, Floats]:
    """Return units' scores from judges of mean severity, and judges' effects, for shape (n, k).

    Units are swept out of the normal equations, which leaves one row a judge.
    """
    there = ~np.isnan(values)
    n, k = values.shape
    rows, columns = np.nonzero(there)
    links = coo_array((np.ones(len(rows)), (rows, n + columns)), shape=(n + k, n + k))
    if connected_components(links, directed=False)[0] > 1:
        return np.full(n, np.nan), np.full(k, np.nan)
    given, each = there.astype(np.float64), there.sum(axis=1)
    centre = float(values[there].mean())
    x = np.where(there, values - centre, 0.0)
    shares = given / each[:, None]
    left = np.diag(given.sum(axis=0)) - given.T @ shares
    right = x.sum(axis=0) - given.T @ (x.sum(axis=1) / each)
    # One row of ones takes the place of the missing zero: effects add up to nothing.
    effects = np.linalg.solve(left + 1.0, right)
    found: Floats = centre + (x.sum(axis=1) - given @ effects) / each
    return found, effects


def ranked(values: Floats) -> NDArray[np.int64]:
    """Return competition ranks, 0 where there is no score; what differs by a hair is equal."""
    known = ~np.isnan(values)
    found = np.zeros(len(values), dtype=np.int64)
    if known.any():
        spread = float(np.ptp(values[known]))
        size = max(spread * SAME, float(np.abs(values[known]).max()) * 1e-12, 1e-300)
        found[known] = rankdata(-np.rint(values[known] / size), "min")
    return found


def tau_b(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Return Kendall's τ-b of two orders over what both rank; not a number if one is all ties."""
    both = (one > 0) & (other > 0)
    if both.sum() < 2 or np.ptp(one[both]) == 0 or np.ptp(other[both]) == 0:
        return float("nan")
    return float(kendalltau(one[both], other[both]).statistic)
