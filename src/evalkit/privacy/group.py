"""Which counts go from a group whose total is known to the reader.

References
----------
See :mod:`evalkit.privacy.released`, which applies it to tables.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bools", "Floats", "given_away", "suppress"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def suppress(numbers: Floats, small: int) -> Bools:
    """Return which counts of a group with a known total have to go.

    Parameters
    ----------
    numbers : array of float, shape (n,)
        The counts, all of them known.
    small : int
        Counts above zero and below this are small.

    Returns
    -------
    array of bool, shape (n,)
        The small ones, and with them the next smallest until their sum gives none of them away.

    Examples
    --------
    >>> suppress(np.array([3.0, 40.0, 20.0, 0.0]), 5).tolist()
    [True, False, True, False]
    """
    gone = (numbers > 0) & (numbers < small)
    order = np.argsort(numbers, kind="stable")
    left = order[~gone[order]]
    for place in (*left[numbers[left] > 0], *left[numbers[left] == 0]):
        # A group that is small as a whole cannot hide behind a larger sum.
        if not given_away(numbers[gone], small, least=min(small, int(numbers.sum()))):
            break
        gone[place] = True
    return gone


def given_away(hidden: Floats, small: int, least: int | None = None) -> bool:
    """Return whether the sum of hidden counts says too much about them.

    It does if it belongs to one count alone, or is below `least` (else `small`). If all counts
    are small, it gives each away when it is the least or the most that so many can come to.

    Parameters
    ----------
    hidden : array of float, shape (n,)
        The hidden counts.
    small : int
        Counts above zero and below this are small.
    least : int, optional
        What their sum must come to.
    """
    count, together = len(hidden), int(hidden.sum())
    if count < 2 or together < (small if least is None else least):
        return count > 0
    if hidden.min() < 1 or hidden.max() >= small:
        return False
    return together in (count, count * (small - 1))
