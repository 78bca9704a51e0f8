"""The likelihood of the many-facet Rasch model, with its first and second derivatives.

Ratings lie sorted by scale and are gone through in blocks that fit the processor's cache; every
sum over elements is a sparse product or a count. One pass yields all that a Newton step needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

__all__ = [
    "Floats",
    "Ints",
    "Moments",
    "Pass",
    "Problem",
    "moments",
    "one_pass",
    "prepared",
    "summed",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

LEAST = 1e-12
"""Variance of a rating below which rounding is all there is."""
BLOCK = 2**17
"""Numbers in one block's table of probabilities: 1 MiB of them."""


@dataclass(frozen=True, slots=True)
class Block:
    """Ratings on one scale: which rows, and which elements they speak of."""

    scale: int
    rows: slice
    design: csr_array
    """Elements × ratings: +1 or −1, the sign with which the element's measure enters."""
    counts: Floats
    """How often each category was given."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Ratings in the form in which they are estimated from.

    Attributes
    ----------
    sizes : tuple of int, length F
        Number of elements of each facet.
    signs : array, shape (F,)
        +1 for a facet whose measures raise scores, −1 for one whose measures lower them.
    elements : array, shape (F, N)
        Which element of each facet a rating belongs to, counted through all facets.
    answer : array, shape (N,)
        Which of its scale's used categories was given: 0, 1, ...
    scales : tuple of array
        Numbers of the used categories of each scale, ascending from 0; gaps are categories that
        were never used.
    offsets : array, shape (number of scales + 1,)
        Where the inner step parameters of each scale begin.
    blocks : tuple of Block
        The ratings, sorted by scale.
    """

    sizes: tuple[int, ...]
    signs: Floats
    elements: Ints
    answer: Ints
    scales: tuple[Floats, ...]
    offsets: Ints
    blocks: tuple[Block, ...]

    @property
    def starts(self) -> Ints:
        """Where the elements of each facet begin, and the end."""
        return np.concatenate([[0], np.cumsum(self.sizes)]).astype(np.intp)

    def location(self, measures: Floats) -> Floats:
        """Return θ of every rating: measures of its elements, each with its facet's sign."""
        found: Floats = self.signs @ measures[self.elements]
        return found

    def cumulative(self, steps: Floats, scale: int) -> Floats:
        """Return the cumulative thresholds of a scale: 0, the inner parameters, 0."""
        full = np.zeros(len(self.scales[scale]))
        full[1:-1] = steps[self.offsets[scale] : self.offsets[scale + 1]]
        return full


def prepared(
    sizes: tuple[int, ...],
    signs: Floats,
    elements: Ints,
    answer: Ints,
    scale: Ints,
    scales: tuple[Floats, ...],
) -> Problem:
    """Return the problem of ratings that are sorted by scale."""
    inner = [len(each) - 2 for each in scales]
    offsets = np.concatenate([[0], np.cumsum(inner)]).astype(np.intp)
    bounds = np.searchsorted(scale, np.arange(len(scales) + 1))
    blocks = []
    for number, categories in enumerate(scales):
        width = max(BLOCK // len(categories), 1)
        for start in range(bounds[number], bounds[number + 1], width):
            rows = slice(start, min(start + width, bounds[number + 1]))
            length = rows.stop - rows.start
            design = csr_array(
                (
                    np.repeat(signs, length),
                    (elements[:, rows].ravel(), np.tile(np.arange(length), len(sizes))),
                ),
                shape=(sum(sizes), length),
            )
            counts = np.bincount(answer[rows], minlength=len(categories)).astype(np.float64)
            blocks.append(Block(number, rows, design, counts))
    return Problem(sizes, signs, elements, answer, scales, offsets, tuple(blocks))


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass over the ratings yields.

    ``gradient`` has the elements' part and the steps' part; ``variance`` is that of every rating;
    ``cross`` (elements × steps) and ``inner`` (steps × steps) are blocks of the information.
    """

    log_likelihood: float
    gradient: Floats
    step_gradient: Floats
    variance: Floats
    cross: Floats
    inner: Floats


def one_pass(problem: Problem, measures: Floats, steps: Floats) -> Pass:
    r"""Return log-likelihood, gradient and information.

    With :math:`\theta` of a rating, used categories :math:`c` and cumulative thresholds
    :math:`T`, :math:`P_k \propto \exp(c_k \theta - T_k)` (Andrich 1978, Masters 1982, Linacre
    1989). The gradient is observed minus expected, the information the covariance of the
    sufficient statistics.
    """
    theta = problem.location(measures)
    total = 0.0
    variance = np.empty(len(theta))
    gradient = np.zeros(sum(problem.sizes))
    step_gradient = np.zeros(len(steps))
    cross = np.zeros((sum(problem.sizes), len(steps)))
    inner = np.zeros((len(steps), len(steps)))
    for block in problem.blocks:
        categories = problem.scales[block.scale]
        own = slice(problem.offsets[block.scale], problem.offsets[block.scale + 1])
        answer = problem.answer[block.rows]
        chance, log_sum, log_given = _chances(
            theta[block.rows], categories, problem.cumulative(steps, block.scale), answer
        )
        total += float(log_given.sum() - log_sum.sum())
        mean = categories @ chance
        variance[block.rows] = np.maximum((categories**2) @ chance - mean**2, LEAST)
        free = chance[1:-1]
        # one row a rating: what is left of the score, then the covariances with the inner steps
        columns = np.empty((len(answer), len(free) + 1))
        columns[:, 0] = categories[answer] - mean
        np.multiply(free, categories[1:-1, None] - mean, out=columns[:, 1:].T)
        summed = block.design @ columns
        gradient += summed[:, 0]
        cross[:, own] -= summed[:, 1:]
        sums = free.sum(axis=1)
        step_gradient[own] += sums - block.counts[1:-1]
        inner[own, own] += np.diag(sums) - free @ free.T
    return Pass(total, gradient, step_gradient, variance, cross, inner)


def _chances(
    theta: Floats, categories: Floats, thresholds: Floats, answer: Ints
) -> tuple[Floats, Floats, Floats]:
    """Return P (categories × ratings), log of its divisor, log-weight of the category given."""
    logits = np.multiply.outer(categories, theta)
    logits -= thresholds[:, None]
    logits -= logits.max(axis=0)
    given = logits[answer, np.arange(len(theta))]
    np.exp(logits, out=logits)
    sums = logits.sum(axis=0)
    logits /= sums
    return logits, np.log(sums), given


@dataclass(frozen=True, slots=True)
class Moments:
    """Of every rating: expected category, variance, fourth central moment, expected score."""

    mean: Floats
    variance: Floats
    fourth: Floats
    score: Floats


def moments(
    theta: Floats,
    scale: Ints,
    scales: tuple[Floats, ...],
    thresholds: tuple[Floats, ...],
    scores: tuple[Floats, ...],
) -> Moments:
    """Return the moments of ratings at any places on any scales.

    Parameters
    ----------
    theta, scale : array, shape (n,)
        Where the ratings are, and which scale each is on.
    scales, thresholds, scores : tuple of array
        Of each scale: category numbers, cumulative thresholds, scores as they were written.
    """
    found = Moments(*(np.empty(len(theta)) for _ in range(4)))
    for number, rows in _by_scale(scale, scales):
        categories = scales[number]
        nothing = np.zeros(len(rows), dtype=np.intp)
        chance, _, _ = _chances(theta[rows], categories, thresholds[number], nothing)
        mean = categories @ chance
        off = categories[:, None] - mean
        square = off**2
        found.mean[rows] = mean
        found.variance[rows] = np.einsum("kn,kn->n", chance, square)
        found.fourth[rows] = np.einsum("kn,kn->n", chance, square**2)
        found.score[rows] = scores[number] @ chance
    return found


def summed(group: Ints, values: ArrayLike, number: int) -> Floats:
    """Return the sum of the values of each group."""
    return np.bincount(group, np.asarray(values, dtype=np.float64), number).astype(
        np.float64, copy=False
    )


def _by_scale(scale: Ints, scales: tuple[Floats, ...]) -> Iterator[tuple[int, Ints]]:
    order = np.argsort(scale, kind="stable")
    bounds = np.searchsorted(scale[order], np.arange(len(scales) + 1))
    for number, categories in enumerate(scales):
        width = max(BLOCK // len(categories), 1)
        for start in range(bounds[number], bounds[number + 1], width):
            yield number, order[start : min(start + width, bounds[number + 1])]
