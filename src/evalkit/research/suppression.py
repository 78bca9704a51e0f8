"""Which counts have to go so that nobody can tell that a few students are behind a number.

Taken out are the small counts, and as many others as are needed. A leaf of the lattice (so many at
level 1 who were not interviewed) is safe when there is another table of whole numbers, with all
numbers that are left the same, in which it is at least `k`: a reader cannot tell the two tables
apart, so nothing that is worked out from all tables together can say that it is fewer than `k`.

For each small leaf such a table is looked for at the least loss, and what differs in it is taken
out. The tables are kept as proofs: they are checked against what is published in the end.

References
----------
Hundepool et al., *Statistical Disclosure Control* (2012), section 4.4 (upper protection level);
Kelly, Golden and Assad, "Cell suppression: disclosure protection for sensitive tabular data",
*Networks* 22 (1992) 397 (one linear programme for each small count).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from evalkit.errors import DataError
from evalkit.research.lattice import Lattice

__all__ = ["Pattern", "suppress"]

FARTHEST = 4
"""Times `k` that a count may rise by: enough for any detour of fewer than `k` students."""
_EDGE = 1e-6
_STEP = 5
"""Between the thresholds of which each takes out what the one below does."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pattern:
    """Which totals of a lattice are taken out.

    Attributes
    ----------
    hidden : array of bool, shape (m,)
        Whether each total is taken out.
    proofs : tuple of array of int, each of shape (n,)
        Tables of leaves that agree with everything shown; together they show every small leaf as
        at least `k`.
    k : int
        The threshold.
    """

    hidden: NDArray[np.bool_]
    proofs: tuple[Ints, ...]
    k: int


def suppress(
    lattice: Lattice,
    k: int,
    least: int | None = None,
    told: NDArray[np.bool_] | None = None,
) -> Pattern:
    """Return what is to be taken out of a year's tables.

    A threshold takes out, too, what the thresholds of 5, 10, 15 ... from the lowest up take out.
    Who has extracts with several of these therefore knows no more than the one with the lowest
    tells; a threshold between them counts as the next below.

    Parameters
    ----------
    lattice : Lattice
        The year.
    k : int
        Counts above zero and below this are small.
    least : int, optional
        The lowest threshold with which there may be another extract; `k` if not given.
    told : array of bool, shape (m,), optional
        Totals that stand in other documents, which hide counts below `least`: with them in hand,
        too, no leaf can be told to be below `least`.

    Raises
    ------
    DataError
        If the result does not hold against its own proofs, or what is told elsewhere gives a small
        leaf away whatever is taken out: nothing is published then.
    """
    lowest = k if least is None else least
    elsewhere = np.zeros(len(lattice.loss), dtype=np.bool_) if told is None else told
    pattern = _pattern(lattice, lowest, np.zeros_like(elsewhere), elsewhere)
    for threshold in (*range(lowest + _STEP, k, _STEP), k):
        if threshold > lowest:
            pattern = _pattern(lattice, threshold, pattern.hidden, np.zeros_like(elsewhere))
    return pattern


def _pattern(lattice: Lattice, k: int, gone: NDArray[np.bool_], told: NDArray[np.bool_]) -> Pattern:
    """Return the pattern of one threshold, beside what is gone already."""
    values = lattice.values
    hidden = gone | ((values > 0) & (values < k))
    small = np.flatnonzero(lattice.secret & (lattice.leaves > 0) & (lattice.leaves < k))
    proofs: list[Ints] = []
    search = _Search(lattice, k, told)
    # Those that lack most first: what is hidden for them often does for the others.
    for leaf in sorted(small, key=lambda place: (lattice.leaves[place], place)):
        if any(proof[leaf] >= k for proof in proofs):
            continue
        proof = search.other_table(int(leaf), hidden)
        proofs.append(proof)
        hidden |= np.asarray(lattice.sums @ proof, dtype=np.int64) != values
    pattern = Pattern(hidden, tuple(proofs), k)
    _check(lattice, pattern, told)
    return pattern


class _Search:
    """The linear programmes of one lattice."""

    def __init__(self, lattice: Lattice, k: int, told: NDArray[np.bool_]) -> None:
        self.lattice, self.k, self.told = lattice, k, told
        totals = len(lattice.loss)
        # Prices that differ a little leave one best solution, whatever the solver's order.
        self.loss = lattice.loss * (1 + 1e-4 * np.arange(totals) / max(totals, 1))

    def other_table(self, leaf: int, hidden: NDArray[np.bool_]) -> Ints:
        """Return the table in which a leaf is `k`, and least of what is shown differs."""
        own, shown = self.lattice.leaves, ~hidden | self.told
        leaves, totals = len(own), int(shown.sum())
        each = eye_array(totals, format="csr")
        # Changes of the leaves; rises and falls of the totals that are shown.
        equal = csr_array(hstack([self.lattice.sums[shown], -each, each]))
        price = np.concatenate([np.zeros(leaves), self.loss[shown], self.loss[shown]])
        low = np.concatenate([-own.astype(float), np.zeros(2 * totals)])
        high = np.full(len(low), np.inf)
        high[:leaves] = FARTHEST * self.k
        high[leaves:] = np.where(np.tile(self.told[shown], 2), 0.0, np.inf)
        low[leaf] = high[leaf] = float(self.k - own[leaf])
        for whole in (False, True):
            integral = np.zeros(len(price), dtype=np.int64)
            integral[:leaves] = int(whole)
            found = milp(
                price,
                integrality=integral,
                bounds=Bounds(low, high),
                constraints=LinearConstraint(equal, 0, 0),
            )
            if found.x is not None:
                change = found.x[:leaves]
                if np.abs(change - np.round(change)).max(initial=0.0) <= _EDGE:
                    return np.asarray(own + np.round(change), dtype=np.int64)
        raise _failed()


def _check(lattice: Lattice, pattern: Pattern, told: NDArray[np.bool_]) -> None:
    """Hold what is shown against the proofs, in whole numbers.

    Raises
    ------
    DataError
        If a proof differs in what is shown, has less than nothing, or a small leaf has no proof.
    """
    values, shown = lattice.values, ~pattern.hidden | told
    best = lattice.leaves.copy()
    for proof in pattern.proofs:
        same = np.asarray(lattice.sums @ proof, dtype=np.int64)[shown] == values[shown]
        if not same.all() or (proof < 0).any():
            raise _failed()
        best = np.maximum(best, proof)
    small = lattice.secret & (lattice.leaves > 0)
    few = (values > 0) & (values < pattern.k)
    if (best[small] < pattern.k).any() or few[shown].any():
        raise _failed()


def _failed() -> DataError:
    return DataError(
        "隐去小数以后的核对没有通过，数据没有导出。请把所用的命令告诉维护人员；"
        "在此之前不要用别的办法把这些数据交给他人。"
    )
