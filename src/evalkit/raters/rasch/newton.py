"""Newton's method for the many-facet Rasch model, the largest facet eliminated block by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.raters.rasch.likelihood import Floats, Ints, Pass, Problem, one_pass, summed

__all__ = ["DRIFT", "Solution", "maximise"]

DRIFT = 1e-3
"""A Newton step of this size at a vanished gradient: the maximum lies at infinity."""
SHORTEST = 1e-6
"""A step is halved no further."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Where the likelihood is largest.

    Attributes
    ----------
    measures : array
        Of all elements, facet after facet; the first element of every facet but the largest is 0.
    steps : array
        Inner cumulative thresholds of all scales.
    step_covariance : array, shape (steps, steps)
        From the joint information.
    log_likelihood, gradient : float
        Its height, and the largest absolute component of its gradient.
    iterations, passes : int
        Newton steps, and passes over the ratings.
    drift : array
        The step that Newton would take next, for elements and steps: all but 0 if converged.
    flat : bool
        Whether the likelihood has no curvature in some direction; ``drift`` is that direction.
    """

    measures: Floats
    steps: Floats
    step_covariance: Floats
    log_likelihood: float
    gradient: float
    iterations: int
    passes: int
    drift: Floats
    flat: bool


def maximise(
    problem: Problem, measures: Floats, steps: Floats, *, tolerance: float, limit: int
) -> Solution:
    """Climb from a start to the maximum of the (concave) log-likelihood.

    Parameters
    ----------
    problem : Problem
        The ratings. Every element occurs, and the facets are connected.
    measures, steps : array
        Where to start.
    tolerance : float
        Largest absolute component of the gradient at which to stop, in score points.
    limit : int
        Most iterations.
    """
    here = one_pass(problem, measures, steps)
    iterations, passes, number = 0, 1, len(measures)
    while True:
        system = _System.of(problem, here)
        move = system.step()
        if not system.curved or _height(here) <= tolerance or iterations == limit:
            break
        length, slack = 1.0, 1e-12 * abs(here.log_likelihood)
        while True:
            trial = measures + length * move[:number], steps + length * move[number:]
            there = one_pass(problem, *trial)
            passes += 1
            if there.log_likelihood >= here.log_likelihood - slack or length < SHORTEST:
                break
            length /= 2
        measures, steps = trial
        here, iterations = there, iterations + 1
    covariance = system.step_covariance()
    return Solution(
        measures,
        steps,
        covariance,
        here.log_likelihood,
        _height(here),
        iterations,
        passes,
        move,
        not system.curved,
    )


def _height(here: Pass) -> float:
    """Return the largest absolute component of the gradient."""
    return float(max(np.abs(here.gradient).max(), np.abs(here.step_gradient).max(initial=0.0)))


@dataclass(frozen=True, slots=True)
class _System:
    """The equations of one Newton step: information · step = gradient.

    The information of the largest facet is diagonal, since a rating belongs to one of its elements
    only: what remains after its elimination (the Schur complement) is as small as the rest.
    """

    mine: slice
    others: Ints
    moving: NDArray[np.bool_]
    diagonal: Floats
    border: Floats
    gradient: Floats
    rest_gradient: Floats
    step_number: int
    schur: Floats
    curved: bool
    """Whether the likelihood is curved in every direction."""

    @classmethod
    def of(cls, problem: Problem, here: Pass) -> _System:
        starts = problem.starts
        largest = int(np.argmax(problem.sizes))
        rest = [facet for facet in range(len(problem.sizes)) if facet != largest]
        mine = slice(int(starts[largest]), int(starts[largest + 1]))
        others = np.delete(np.arange(starts[-1]), mine)
        diagonal, border, core = _information(problem, here, largest, rest)
        border = np.concatenate([border, here.cross[mine]], axis=1)
        steps = here.cross[others]
        core = np.block([[core, steps], [steps.T, here.inner]])
        moving = np.ones(len(core), dtype=bool)
        # measures are relative: one element of each other facet stays where it is
        moving[np.cumsum([0, *(problem.sizes[facet] for facet in rest)])[:-1]] = False
        border, core = border[:, moving], core[np.ix_(moving, moving)]
        # one factor and its transpose: half the products
        half = border / np.sqrt(diagonal)[:, None]
        schur = core - half.T @ half
        # numpy's solvers only: scipy's have threads of their own, and two pools wait for each other
        try:
            curved = bool(np.isfinite(np.linalg.cholesky(schur)).all())
        except np.linalg.LinAlgError:
            curved = False
        rest_gradient = np.concatenate([here.gradient[others], here.step_gradient])[moving]
        return cls(
            mine,
            others,
            moving,
            diagonal,
            border,
            here.gradient[mine],
            rest_gradient,
            len(here.step_gradient),
            schur,
            curved,
        )

    def step(self) -> Floats:
        """Return the Newton step; if some direction is flat, that direction, its largest part 1."""
        own = self.gradient
        if not self.curved:
            inner = np.linalg.eigh(self.schur)[1][:, 0]
            own = np.zeros_like(own)
        else:
            right = self.rest_gradient - self.border.T @ (own / self.diagonal)
            inner = np.linalg.solve(self.schur, right)
        rest = np.zeros(len(self.moving))
        rest[self.moving] = inner
        move = np.zeros(len(self.diagonal) + len(rest))
        move[self.others] = rest[: len(self.others)]
        move[len(move) - self.step_number :] = rest[len(self.others) :]
        move[self.mine] = (own - self.border @ inner) / self.diagonal
        if not self.curved:
            move /= np.abs(move).max()
        return move

    def step_covariance(self) -> Floats:
        """Return the covariance of the inner cumulative thresholds; NaN if there is none."""
        if not self.curved:
            return np.full((self.step_number, self.step_number), np.nan)
        last = np.eye(len(self.schur))[:, len(self.schur) - self.step_number :]
        columns = np.linalg.solve(self.schur, last)[len(self.schur) - self.step_number :]
        return np.asarray(columns, dtype=np.float64)


def _information(
    problem: Problem, here: Pass, largest: int, rest: list[int]
) -> tuple[Floats, Floats, Floats]:
    """Return the elements' information: the largest facet's, its with the rest's, the rest's."""
    starts, sizes, signs = problem.starts, problem.sizes, problem.signs
    codes = problem.elements - starts[:-1, None]
    diagonal = [summed(codes[f], here.variance, sizes[f]) for f in range(len(sizes))]

    def between(one: int, two: int) -> Floats:
        pairs = codes[one] * sizes[two] + codes[two]
        sums = summed(pairs, here.variance, sizes[one] * sizes[two])
        sums *= signs[one] * signs[two]
        return sums.reshape(sizes[one], sizes[two])

    def block(one: int, two: int) -> Floats:
        if one == two:
            return np.diag(diagonal[one])
        return between(one, two) if one < two else between(two, one).T

    border = np.concatenate([between(largest, facet) for facet in rest], axis=1)
    core = np.block([[block(one, two) for two in rest] for one in rest])
    return diagonal[largest], border, core.astype(np.float64, copy=False)
