"""Counts that hang together by their sums, and the least of them that has to go.

See :mod:`evalkit.privacy.protect` for the method and its sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import hstack

from evalkit.privacy.cells import TOTAL, Cell

__all__ = ["Part", "loss_of"]

ROUNDS, NODES = 200, 20_000
"""How much the integer programme is tried; not how long, for the result has to be the same on
every machine."""

_ZERO = 2.0
"""Loss of a hidden zero: zeros are hidden where little else is left."""

EDGE = 1e-6
"""What rounding may do to a solution."""

Floats = NDArray[np.float64]


def loss_of(cell: Cell, count: int) -> float:
    """Return how much is lost with a count: more with a large one, and most with a total."""
    totals = sum(value == TOTAL for _, value in cell.place)
    return (1.0 + log1p(count) / 10 if count else _ZERO) * 2.0**totals


@dataclass
class Part:
    """Counts that hang together by their sums: ``matrix @ counts == 0``."""

    cells: list[Cell]
    counts: Floats
    room: Floats
    """By how much each count may be larger, as far as the reader knows."""
    free: NDArray[np.bool_]
    loss: Floats
    matrix: Any  # sparse, which the types of scipy's solvers do not know
    secret: dict[int, float]
    """Place of each small count → by how much larger it has to be possible."""

    @property
    def size(self) -> int:
        """Counts times small counts."""
        return len(self.cells) * len(self.secret)

    def need(self, place: int, small: int) -> float:
        """Return by how much larger a count has to be possible."""
        return float(min(small - self.counts[place], self.room[place]))

    @property
    def _step(self) -> float:
        # Enough for any detour of the few units that a small count has to be moved.
        return 2.0 * max(self.secret.values(), default=0.0)

    def exact(self) -> set[int] | None:
        """Return the counts to hide with the least loss, or ``None`` if none was found.

        What is hidden is proposed by a programme that knows only some of the conditions. A small
        count that is not protected yet adds, by the dual of its own programme, the one that the
        proposal breaks most.
        """
        n = len(self.cells)
        down, up = np.minimum(self.counts, self._step), np.minimum(self.room, self._step)
        low, high = np.zeros(n), self.free.astype(float)
        low[list(self.secret)] = 1.0
        cuts = [row for place in self.secret for row in self._neighbours(place)]
        for _ in range(ROUNDS):
            answer = milp(
                self.loss,
                integrality=np.ones(n, dtype=np.int64),
                bounds=Bounds(low, np.maximum(low, high)),
                constraints=LinearConstraint(np.array(cuts), 1.0, np.inf) if cuts else None,
                options={"node_limit": NODES, "mip_rel_gap": 1e-9},
            )
            if answer.status != 0 or answer.x is None:
                return None
            gone = np.round(answer.x)
            broken = [
                cut
                for place, need in self.secret.items()
                if (cut := self._cut(place, need, down, up, gone)) is not None
            ]
            if not broken:
                return {int(place) for place in np.flatnonzero(gone > 0.5)}
            cuts += broken
        return None

    def _neighbours(self, place: int) -> list[Floats]:
        """Return that in each sum that holds a small count something else is hidden too."""
        rows = abs(self.matrix[self.matrix[:, [place]].nonzero()[0]]).toarray()
        rows[:, place] = 0.0
        return list(rows)

    def _cut(
        self, place: int, need: float, down: Floats, up: Floats, gone: Floats
    ) -> Floats | None:
        """Return a condition on what is hidden, at least 1, that protects a small count better."""
        goal, top = np.zeros(len(gone)), up.copy()
        goal[place], top[place] = -1.0, need
        answer = linprog(
            goal,
            A_eq=self.matrix,
            b_eq=np.zeros(self.matrix.shape[0]),
            bounds=list(zip(-down * gone, top * gone, strict=True)),
            method="highs",
        )
        if answer.fun is None or -answer.fun > need - EDGE:
            return None
        row = (
            np.maximum(-answer.upper.marginals, 0) * top
            + np.maximum(answer.lower.marginals, 0) * down
        )
        return np.asarray(np.minimum(row / need, 1.0), dtype=np.float64)

    def stepwise(self, hidden: set[int]) -> set[int]:
        """Return counts to hide, found for one small count after the other."""
        start = frozenset(hidden)
        for place in sorted(self.secret, key=lambda p: (self.counts[p], p)):
            hidden |= self._detour(place, hidden) or set()
        for place in sorted(hidden - start, key=lambda p: (-self.loss[p], p)):
            rest = hidden - {place}
            if all(self._detour(each, rest, only=True) is not None for each in self.secret):
                hidden = rest
        return hidden

    def _detour(self, place: int, hidden: set[int], *, only: bool = False) -> set[int] | None:
        """Return the counts that change when a small one is made larger, at the least loss.

        With `only`, no others than the hidden ones may change; ``None`` if that cannot be.
        """
        n = len(self.cells)
        gone = np.zeros(n, dtype=bool)
        gone[list(hidden)] = True
        usable = gone | (self.free & (not only))
        up = np.where(usable, np.minimum(self.room, self._step), 0.0)
        down = np.where(usable, np.minimum(self.counts, self._step), 0.0)
        need = self.secret[place]
        low, high = np.zeros(2 * n), np.concatenate([up, down])
        low[place], high[place], high[n + place] = need, max(need, up[place]), 0.0
        price = np.where(gone, 0.0, self.loss)
        answer = milp(
            np.concatenate([price, price]),
            integrality=np.ones(2 * n, dtype=np.int64),
            bounds=Bounds(low, high),
            constraints=LinearConstraint(hstack([self.matrix, -self.matrix]), 0, 0),
            options={"node_limit": NODES},
        )
        if answer.x is None:
            return None
        moved = np.abs(answer.x[:n] - answer.x[n:]) > 0.5
        return {int(each) for each in np.flatnonzero(moved)}
