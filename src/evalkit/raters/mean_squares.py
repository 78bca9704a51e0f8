"""Sums of squares and variance components of balanced designs, crossed and nested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evalkit.raters.ratings import Floats

__all__ = ["Effect", "MeanSquares", "mean_squares", "weights_of"]

Effect = frozenset[str]
"""The facets that an effect's index runs over: {r, t} for raters within tasks."""


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """The analysis of variance of a balanced design.

    Attributes
    ----------
    effects : tuple of Effect
        In the order given; the last is the residual.
    ss, df, ms : array of float, shape (number of effects,)
        Sums of squares, degrees of freedom, mean squares.
    components : array of float, shape (number of effects,)
        Estimates of the variance components, negative ones as they come.
    covariance : array of float, shape (number of effects,) * 2
        Of the estimates.
    """

    effects: tuple[Effect, ...]
    ss: Floats
    df: Floats
    ms: Floats
    components: Floats
    covariance: Floats


def mean_squares(cells: Floats, facets: Sequence[str], effects: Sequence[Effect]) -> MeanSquares:
    r"""Analyse a complete array of scores with random effects.

    An effect is the cells' mean over the other facets less the mean and every effect inside it.
    With one score a cell the expected mean square of an effect A is

    .. math:: E(MS_A) = \sum_{B \supseteq A} \sigma^2_B \prod_{f \notin B} n_f

    which is solved for the components, :math:`\hat\sigma^2 = C \, MS`. Their covariance is
    :math:`C \operatorname{diag}(2 MS^2 / (df + 2)) C'`.

    Parameters
    ----------
    cells : array of float, shape (n_1, ..., n_m)
        One score a cell, none missing; at least two levels a facet.
    facets : sequence of str, length m
        Names of the axes.
    effects : sequence of Effect
        The design's effects, smaller ones first, the residual (all facets) last.

    References
    ----------
    Cornfield and Tukey (1956), Ann Math Stat 27:907; Brennan (2001), Generalizability Theory,
    chapters 3 and 6.

    Examples
    --------
    >>> p, r = frozenset("p"), frozenset("r")
    >>> found = mean_squares(np.array([[9., 2.], [6., 1.], [8., 4.]]), "pr", [p, r, p | r])
    >>> found.ms.round(6).tolist()
    [3.5, 42.666667, 1.166667]
    """
    sizes = dict(zip(facets, cells.shape, strict=True))
    centred = cells - cells.mean()
    parts: dict[Effect, Floats] = {}
    degrees: dict[Effect, int] = {}
    for effect in effects:
        inside = [other for other in parts if other < effect]
        axes = tuple(place for place, facet in enumerate(facets) if facet not in effect)
        part = centred.mean(axis=axes, keepdims=True) if axes else centred
        parts[effect] = part - sum((parts[other] for other in inside), np.zeros(()))
        levels = int(np.prod([sizes[facet] for facet in effect]))
        degrees[effect] = levels - 1 - sum(degrees[other] for other in inside)
    over = np.array([_multiplicity(effect, sizes) for effect in effects])
    ss = over * np.array([float((parts[effect] ** 2).sum()) for effect in effects])
    df = np.array([degrees[effect] for effect in effects], dtype=np.float64)
    ms = ss / df
    weights = weights_of(sizes, effects)
    covariance = (weights * (2 * ms**2 / (df + 2))) @ weights.T
    return MeanSquares(tuple(effects), ss, df, ms, weights @ ms, covariance)


def weights_of(sizes: Mapping[str, float], effects: Sequence[Effect]) -> Floats:
    r"""Return the coefficients C of the mean squares in the components, :math:`C \, MS`.

    Parameters
    ----------
    sizes : mapping of str to number
        Facet → number of levels.
    effects : sequence of Effect
        As for :func:`mean_squares`.
    """
    over = [_multiplicity(effect, sizes) for effect in effects]
    expected = [
        [many if effect <= other else 0.0 for other, many in zip(effects, over, strict=True)]
        for effect in effects
    ]
    found: Floats = np.linalg.inv(np.array(expected))
    return found


def _multiplicity(effect: Effect, sizes: Mapping[str, float]) -> float:
    """Return how many scores share a level of an effect."""
    return float(np.prod([n for facet, n in sizes.items() if facet not in effect]))
