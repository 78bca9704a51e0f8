"""Variance components of incomplete designs by restricted maximum likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from evalkit.raters.likelihood import LARGEST, Derivatives, Sums, derivatives, sums_of
from evalkit.raters.ratings import Floats, RatingsError

__all__ = ["Components", "restricted_likelihood"]

STEPS = 200

NO_RESIDUAL = 1e-6
"""Share of the variance below which a residual is taken for none at all. Nearer to zero the
likelihood is lost in rounding."""


@dataclass(frozen=True, slots=True)
class Components:
    """Estimates of the variance components, the residual last.

    Attributes
    ----------
    values : array of float, shape (m + 1,)
        Not negative.
    se : array of float, shape (m + 1,)
        Standard errors from the expected information; not a number for a component at zero.
    covariance : array of float, shape (m + 1, m + 1)
        From the expected information; 0 for a component at zero.
    likelihood : float
        The restricted log-likelihood; infinite if no residual is left.
    """

    values: Floats
    se: Floats
    covariance: Floats
    likelihood: float


def restricted_likelihood(scores: Floats, factors: Sequence[NDArray[np.intp]]) -> Components:
    r"""Fit :math:`y = \mu + \sum_i Z_i u_i + e` with independent normal effects.

    Maximises the restricted likelihood

    .. math:: -\tfrac12 \left( \log|V| + \log|X' V^{-1} X| + y' P y \right),
              \quad V = \sigma^2_e I + \sum_i \sigma^2_i Z_i Z_i'

    over components that are not negative, by Newton steps (Fisher scoring where the likelihood is
    not concave) with those at zero set aside. The factor with the most levels is absorbed, so that
    the work grows with the number of levels of the others.

    Parameters
    ----------
    scores : array of float, shape (n,)
        The scores that are there.
    factors : sequence of array of int, shape (n,)
        For each effect the number of its level, 0 to q - 1, at each score. The residual is not
        among them.

    Raises
    ------
    RatingsError
        If the components cannot be told apart with these scores, no residual is left in a
        design of more than two effects, or the design is too large.

    References
    ----------
    Patterson and Thompson (1971), Biometrika 58:545; Harville (1977), J Am Stat Assoc 72:320.

    Examples
    --------
    >>> unit = np.array([0, 0, 1, 1, 2, 2])
    >>> found = restricted_likelihood(np.array([9., 8., 4., 6., 1., 2.]), [unit])
    >>> found.values.round(4).tolist()
    [11.75, 1.0]
    """
    spread = float(np.var(scores))
    if len(scores) < 2 or spread <= (1e-13 * float(np.abs(scores).max())) ** 2:
        raise RatingsError(
            "所有分数都相同，没有差异可以分解。请核对分数；若确实全部相同，这类统计量没有意义。"
        )
    order = sorted(range(len(factors)), key=lambda place: -int(factors[place].max()))
    sums = sums_of((scores - scores.mean()) / np.sqrt(spread), [factors[place] for place in order])
    number = len(factors) + 1
    floor = np.zeros(number)
    floor[-1] = NO_RESIDUAL
    values = np.full(number, 1.0 / number)
    _check_identified(sums, values)
    found = derivatives(sums, values)
    for _ in range(STEPS):
        step, gain = _step(found, values, floor)
        if gain < 1e-13 * max(1.0, abs(found.likelihood)):
            # So near, a last step doubles the digits and needs no check.
            values = np.maximum(values + step, floor)
            break
        values, found, moved = _move(sums, values, step, found, floor)
        if not moved:
            break
    else:
        raise RatingsError(
            "方差分量的迭代没有收敛：现有的分数不足以把各分量分开。请补齐缺失的分数，或换较简单的设计。"
        )
    if values[-1] <= floor[-1]:
        return _without_residual(scores, factors)
    places = [*order, number - 1]
    result, covariance = np.empty(number), np.empty((number, number))
    result[places] = np.where(values <= np.maximum(floor, 1e-10), 0.0, values) * spread
    covariance[np.ix_(places, places)] = _inverse(found.expected, values > floor) * spread**2
    se = np.where(result > 0, np.sqrt(np.maximum(np.diag(covariance), 0.0)), np.nan)
    likelihood = found.likelihood - 0.5 * (len(scores) - 1) * float(np.log(spread))
    return Components(result, se, covariance, likelihood)


def _check_identified(sums: Sums, values: Floats) -> None:
    information = derivatives(sums, values).expected
    scale = np.sqrt(np.diag(information))
    if (scale <= 0).any() or np.linalg.eigvalsh(information / np.outer(scale, scale))[0] < 1e-9:
        raise RatingsError(
            "现有的分数不能把各方差分量分开：有的效应与另一效应或误差完全重合"
            "（例如每个单位只有一个评委、每个评委只评一个单位）。请补齐分数，或换较简单的设计。"
        )


def _step(found: Derivatives, values: Floats, floor: Floats) -> tuple[Floats, float]:
    """Return the step among the components that may move, and the gain that it promises."""
    free = (values > floor) | (found.score > 0)
    step = np.zeros_like(values)
    if not free.any():
        return step, 0.0
    gradient = found.score[free]
    for information in (found.observed, found.expected):
        part = information[np.ix_(free, free)]
        try:
            step[free] = cho_solve(cho_factor(part), gradient)
        except LinAlgError:
            continue
        break
    else:
        step[free] = gradient / np.abs(np.diag(found.expected))[free]
    # A component that sits at its bound and would be pushed beyond it does not move.
    blocked = (values <= floor) & (step < 0)
    if blocked.any():
        free &= ~blocked
        step = np.zeros_like(values)
        part = found.expected[np.ix_(free, free)]
        step[free] = np.linalg.lstsq(part, found.score[free], rcond=None)[0]
    inside = np.where(values + step < floor, floor - values, step)
    return step, float(found.score @ inside)


def _move(
    sums: Sums, values: Floats, step: Floats, found: Derivatives, floor: Floats
) -> tuple[Floats, Derivatives, bool]:
    """Go along the step, bent at the bounds, as far as the likelihood rises."""
    length = 1.0
    for _ in range(40):
        # The residual is never taken to its bound in one go: the likelihood is steep there.
        trial = np.maximum(values + length * step, np.append(floor[:-1], values[-1] * 0.05))
        trial[-1] = max(trial[-1], floor[-1])
        try:
            there = derivatives(sums, trial)
        except LinAlgError:
            length /= 2
            continue
        if there.likelihood >= found.likelihood - 1e-11 * (1 + abs(found.likelihood)):
            return trial, there, not np.array_equal(trial, values)
        length /= 2
    return values, found, False


def _without_residual(scores: Floats, factors: Sequence[NDArray[np.intp]]) -> Components:
    """Return the components where effects explain every score: variances of the effects.

    The likelihood has no bound there. One or two effects whose levels are all connected are known
    up to a constant, and what REML runs towards is the variance of their values.
    """
    sizes = [int(levels.max()) + 1 for levels in factors]
    width = sum(sizes)
    if len(factors) <= 2 and width * len(scores) <= LARGEST:
        design = np.zeros((len(scores), width))
        starts = np.cumsum([0, *sizes[:-1]]).tolist()
        for start, levels in zip(starts, factors, strict=True):
            design[np.arange(len(scores)), start + levels] = 1.0
        effects, _, rank, _ = np.linalg.lstsq(design, scores - scores.mean(), rcond=None)
        if rank == width - len(factors) + 1:
            found = [
                float(np.var(effects[start : start + size], ddof=1))
                for start, size in zip(starts, sizes, strict=True)
            ]
            values = np.array([*found, 0.0])
            values[values < 1e-20 * float(np.var(scores))] = 0.0
            errors = np.array([*(2.0 / (size - 1) for size in sizes), 0.0]) * values**2
            se = np.where(values > 0, np.sqrt(errors), np.nan)
            return Components(values, se, np.diag(errors), float("inf"))
    raise RatingsError(
        "各效应已把每个分数完全解释，没有剩下任何误差，方差分量无法可靠地估计。"
        "请核对分数是不是由公式填出来的，或补充数据。"
    )


def _inverse(information: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Return the inverse among the components that are not at their bounds, zero elsewhere."""
    found = np.zeros_like(information)
    if inside.any():
        among = np.ix_(inside, inside)
        found[among] = np.linalg.pinv(information[among])
    return found
