"""Tests of few units by listing, or drawing, all ways in which chance could have dealt them."""

from __future__ import annotations

from itertools import combinations, permutations
from math import comb, factorial, sqrt, tanh

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

__all__ = ["MOST_LISTED", "detectable_correlation", "orders", "splits"]

MOST_LISTED = 40_320
"""Orders of eight units; of more units as many are drawn."""

Ints = NDArray[np.int64]


def orders(units: int, seed: int = 2025) -> tuple[Ints, bool]:
    """Return orders of units, all of them if they are not too many.

    Returns
    -------
    array of int, shape (n, units)
        Places; the first row is the order as it is.
    bool
        Whether these are all.

    Examples
    --------
    >>> orders(3)[0].shape, orders(3)[1]
    ((6, 3), True)
    """
    if factorial(units) <= MOST_LISTED:
        return np.array(list(permutations(range(units))), dtype=np.int64).reshape(-1, units), True
    draw = np.random.RandomState(seed)
    drawn = [draw.permutation(units) for _ in range(MOST_LISTED - 1)]
    return np.vstack([np.arange(units), *drawn]).astype(np.int64), False


def splits(units: int, chosen: int, seed: int = 2025) -> tuple[NDArray[np.bool_], bool]:
    """Return the ways to choose some of the units, all of them if they are not too many.

    Returns
    -------
    array of bool, shape (n, units)
        One row a way; if they are drawn, the caller's own has to be put among them.
    bool
        Whether these are all.

    Examples
    --------
    >>> splits(8, 4)[0].shape
    (70, 8)
    """
    if comb(units, chosen) <= MOST_LISTED:
        ways = np.zeros((comb(units, chosen), units), dtype=bool)
        for row, places in enumerate(combinations(range(units), chosen)):
            ways[row, list(places)] = True
        return ways, True
    draw = np.random.RandomState(seed)
    ways = np.zeros((MOST_LISTED - 1, units), dtype=bool)
    for row in range(len(ways)):
        ways[row, draw.permutation(units)[:chosen]] = True
    return ways, False


def detectable_correlation(units: int, power: float = 0.8, level: float = 0.95) -> float:
    r"""Return the correlation that so many units show with that power, after Fisher.

    .. math:: \tanh \frac{z_{1-\alpha/2} + z_{power}}{\sqrt{n - 3}}

    Not a number for fewer than four units.

    Examples
    --------
    >>> round(detectable_correlation(8), 3), round(detectable_correlation(85), 3)
    (0.849, 0.3)
    """
    if units < 4:
        return float("nan")
    reach = norm.isf((1 - level) / 2) + norm.isf(1 - power)
    return tanh(reach / sqrt(units - 3))
