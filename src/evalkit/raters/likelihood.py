"""The restricted likelihood of variance components, with its derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from evalkit.raters.ratings import Floats, RatingsError

__all__ = ["LARGEST", "Derivatives", "Sums", "derivatives", "sums_of"]

LARGEST = 60_000_000
"""Entries of the largest table that is set up: about half a gigabyte."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What the likelihood needs of the scores: one large factor kept apart, W = [1, the others]."""

    n: int
    counts: Floats  # (q1,) scores at each level of the large factor
    cross: Floats  # (q1, w) Z1'W
    gram: Floats  # (w, w) W'W
    large_y: Floats  # (q1,) Z1'y
    other_y: Floats  # (w,) W'y
    yy: float
    blocks: tuple[slice, ...]  # columns of W of each other factor


@dataclass(frozen=True, slots=True)
class Derivatives:
    """The log-likelihood, its gradient, the expected and the observed information."""

    likelihood: float
    score: Floats
    expected: Floats
    observed: Floats


def sums_of(scores: Floats, factors: list[NDArray[np.intp]]) -> Sums:
    """Count and add up the scores, the first factor kept apart.

    Raises
    ------
    RatingsError
        If the tables would be too large.
    """
    number = len(scores)
    sizes = [int(levels.max()) + 1 for levels in factors]
    width = 1 + sum(sizes[1:])
    if max(sizes[0], width) * width > LARGEST:
        raise RatingsError(
            f"缺失数据下的方差分量要解 {sizes[0] + width} 个水平的方程，超出了可以计算的大小。"
            "请分批计算（例如逐个指标），或先补齐缺失的分数。"
        )
    starts = np.cumsum([1, *sizes[1:]]).tolist()
    blocks = tuple(slice(a, b) for a, b in pairwise(starts))
    gram, cross = np.empty((width, width)), np.empty((sizes[0], width))
    everywhere = np.zeros(number, dtype=np.intp)
    levels = [everywhere, *factors[1:]]
    places = [slice(0, 1), *blocks]
    other_y = np.empty(width)
    for first, one in zip(levels, places, strict=True):
        cross[:, one] = _crossed(factors[0], sizes[0], first, one.stop - one.start)
        other_y[one] = np.bincount(first, scores, one.stop - one.start)
        for second, other in zip(levels, places, strict=True):
            sizes_here = one.stop - one.start, other.stop - other.start
            gram[one, other] = _crossed(first, sizes_here[0], second, sizes_here[1])
    return Sums(
        number,
        cross[:, 0].copy(),
        cross,
        gram,
        np.bincount(factors[0], scores, sizes[0]).astype(np.float64),
        other_y,
        float(scores @ scores),
        blocks,
    )


def _crossed(first: NDArray[np.intp], n: int, second: NDArray[np.intp], k: int) -> Floats:
    """Return how many scores there are at each level of both."""
    return np.bincount(first * k + second, minlength=n * k).reshape(n, k).astype(np.float64)


def derivatives(sums: Sums, values: Floats) -> Derivatives:
    r"""Return the likelihood, its gradient and both information matrices.

    With :math:`V_1 = \sigma^2_e I + \sigma^2_1 Z_1 Z_1'`, whose inverse is known, everything
    follows from :math:`T = W' V_1^{-1} W` and :math:`H = Z_1' V_1^{-1} W`:
    :math:`P = V_1^{-1} - V_1^{-1} W R W' V_1^{-1}`.
    """
    large, residual = values[0], values[-1]
    shrink = 1.0 / (residual + sums.counts * large)
    table = (sums.gram - (sums.cross.T * (large * shrink)) @ sums.cross) / residual
    table_y = (sums.other_y - sums.cross.T @ (large * shrink * sums.large_y)) / residual
    y_y = (sums.yy - float(large * shrink @ sums.large_y**2)) / residual
    scale = np.ones(len(table))
    for block, value in zip(sums.blocks, values[1:-1], strict=True):
        scale[block] = np.sqrt(value)
    middle = scale[:, None] * table * scale
    middle[np.arange(1, len(middle)), np.arange(1, len(middle))] += 1.0
    factor = cho_factor(middle, lower=True)
    inverse = cho_solve(factor, np.eye(len(table)))
    solved = scale[:, None] * inverse * scale  # R
    left = sums.cross * shrink[:, None]  # H
    log_v1 = (sums.n - len(sums.counts)) * np.log(residual) - float(np.log(shrink).sum())
    log_rest = 2 * float(np.log(np.diag(factor[0])).sum())
    inner = np.eye(len(table)) - solved @ table
    within = table @ inner  # W'PW
    between = left @ inner  # Z1'PW
    kept = sums.counts * shrink
    pull = solved @ table_y
    u_other = table_y - table @ pull
    # The same by way of M⁻¹ where a component is not zero: no large numbers that cancel.
    some = scale > 0
    some[0] = False
    weight = scale[some]
    among = np.ix_(some, some)
    within[among] = (np.eye(len(weight)) - inverse[among]) / np.outer(weight, weight)
    between[:, some] = (left * scale) @ inverse[:, some] / weight
    u_other[some] = (inverse @ (scale * table_y))[some] / weight
    u_large = shrink * sums.large_y - left @ pull
    quadratic = y_y - float(table_y @ pull)
    half = left @ solved
    blocks = sums.blocks
    trace = np.array(
        [
            float(kept.sum() - np.einsum("ij,ij->", half, left)),
            *(float(np.trace(within[block, block])) for block in blocks),
        ]
    )
    norms = np.array([float(u_large @ u_large), *(float(u_other[b] @ u_other[b]) for b in blocks)])
    product = left.T @ left
    reduced = solved @ product
    crossed = np.empty((len(trace), len(trace)))
    pulled = np.empty_like(crossed)
    crossed[0, 0] = float(
        kept @ kept
        - 2 * (kept @ np.einsum("ij,ij->i", half, left))
        + np.einsum("ij,ji->", reduced, reduced)
    )
    large_u = kept * u_large - half @ (left.T @ u_large)
    pulled[0, 0] = float(u_large @ large_u)
    for i, one in enumerate(blocks, 1):
        crossed[0, i] = crossed[i, 0] = float((between[:, one] ** 2).sum())
        pulled[0, i] = pulled[i, 0] = float(u_large @ between[:, one] @ u_other[one])
        for j, other in enumerate(blocks[:i], 1):
            crossed[i, j] = crossed[j, i] = float((within[one, other] ** 2).sum())
            pulled[i, j] = pulled[j, i] = float(u_other[one] @ within[one, other] @ u_other[other])
    return _assemble(
        -0.5 * (log_v1 + log_rest + quadratic), sums.n, values, trace, norms, crossed, pulled,
        quadratic,
    )  # fmt: skip


def _assemble(
    likelihood: float,
    number: int,
    values: Floats,
    trace: Floats,
    norms: Floats,
    crossed: Floats,
    pulled: Floats,
    quadratic: float,
) -> Derivatives:
    """Add the residual's row, which follows from the others by PVP = P."""
    sigma, residual = values[:-1], values[-1]
    trace_e = (number - 1 - sigma @ trace) / residual
    norm_e = (quadratic - sigma @ norms) / residual
    crossed_e = (trace - crossed @ sigma) / residual
    pulled_e = (norms - pulled @ sigma) / residual
    crossed_ee = (trace_e - sigma @ crossed_e) / residual
    pulled_ee = (norm_e - sigma @ pulled_e) / residual
    traces = np.block([[crossed, crossed_e[:, None]], [crossed_e[None], np.array([[crossed_ee]])]])
    pulls = np.block([[pulled, pulled_e[:, None]], [pulled_e[None], np.array([[pulled_ee]])]])
    score = 0.5 * (np.append(norms, norm_e) - np.append(trace, trace_e))
    return Derivatives(likelihood, score, 0.5 * traces, pulls - 0.5 * traces)
