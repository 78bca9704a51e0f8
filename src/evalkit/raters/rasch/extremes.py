"""Measures held against fixed others: of extreme scores, and of biases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.raters.rasch.likelihood import Floats, Ints, moments, summed
from evalkit.raters.rasch.set_aside import SetAside

__all__ = ["ADJUSTMENT", "Places", "estimate_extremes", "inside", "shifts"]

ADJUSTMENT = 0.3
"""Categories by which an extreme score is brought inside, as FACETS has it."""


@dataclass(frozen=True, slots=True)
class Places:
    """Scales at their estimated thresholds, and the ratings on them.

    Attributes
    ----------
    scale : array, shape (N,)
        Which scale a rating is on.
    given : array, shape (N,)
        The category that was given, within the scale's ends.
    scales, thresholds, scores : tuple of array
        Of each scale: used categories, cumulative thresholds, scores as written. A scale of one
        category carries no information.
    """

    scale: Ints
    given: Floats
    scales: tuple[Floats, ...]
    thresholds: tuple[Floats, ...]
    scores: tuple[Floats, ...]

    def ends(self, rows: Ints) -> tuple[Floats, Floats]:
        """Return the lowest and the highest category of the ratings' scales."""
        low, high = (np.array([own[end] for own in self.scales]) for end in (0, -1))
        return low[self.scale[rows]], high[self.scale[rows]]


def shifts(
    places: Places,
    rows: Ints,
    theta: Floats,
    group: Ints,
    target: Floats,
) -> tuple[Floats, Floats]:
    """Return by how much each group's ratings must move for its expected score to be the target.

    One equation a group, its left side rising: safeguarded Newton, all groups at once.

    Parameters
    ----------
    places : Places
        The scales.
    rows : array, shape (n,)
        Ratings concerned.
    theta, group : array, shape (n,)
        Where these ratings are without the shift, and which group each belongs to.
    target : array, shape (groups,)
        Sums of categories wanted, strictly inside what is possible.

    Returns
    -------
    shift, information : array, shape (groups,)
        The shift, and the variance of the sum at it.
    """
    number = len(target)
    shift, information = np.zeros(number), np.zeros(number)
    below, above = np.full(number, -np.inf), np.full(number, np.inf)
    for _ in range(200):
        found = moments(
            theta + shift[group],
            places.scale[rows],
            places.scales,
            places.thresholds,
            places.scores,
        )
        off = target - summed(group, found.mean, number)
        information = summed(group, found.variance, number)
        if (np.abs(off) < 1e-10 * np.maximum(np.abs(target), 1.0)).all():
            break
        below = np.where(off > 0, shift, below)
        above = np.where(off < 0, shift, above)
        with np.errstate(divide="ignore", over="ignore"):
            newton = shift + np.clip(off / information, -2.0, 2.0)
        inside = (newton > below) & (newton < above)
        bounded = np.isfinite(below) & np.isfinite(above)
        middle = np.where(bounded, (below + np.where(bounded, above, 0.0)) / 2, newton)
        shift = np.where(off == 0, shift, np.where(inside, newton, middle))
    return shift, information


def inside(target: Floats, low: Floats, high: Floats) -> Floats:
    """Return sums brought inside the ends by the adjustment, where they are beyond."""
    room = np.minimum(ADJUSTMENT, (high - low) / 2)
    return np.clip(target, low + room, high - room)


@dataclass(frozen=True, slots=True, eq=False)
class _Pending:
    facet: int
    elements: Ints
    rows: Ints


def estimate_extremes(
    places: Places,
    signs: Floats,
    codes: Ints,
    measures: Sequence[Floats],
    order: Sequence[SetAside],
    active: NDArray[np.bool_],
) -> list[Floats]:
    """Fill in the measures of what was set aside; return each facet's information.

    What was set aside last is estimated first, from the ratings that went with it, its sum brought
    inside by 0.3 categories, all others fixed. An element that lost all its ratings with others'
    is estimated at the end from all of them. Where nothing is known of the partners, the measure
    stays NaN.

    Parameters
    ----------
    places : Places
        All ratings.
    signs, codes : array, shape (F,) and (F, N)
        Signs of the facets, elements of the ratings.
    measures : sequence of array
        Of each facet; NaN where not estimated yet. Changed in place.
    order : sequence of SetAside
        First things first.
    active : array of bool, shape (N,)
        Ratings that the other measures come from.
    """
    information = [np.full(len(own), np.nan) for own in measures]
    informative = np.array([len(own) > 1 for own in places.scales])
    pending = [
        _Pending(each.facet, each.elements[each.end != 0], each.rows)
        for each in reversed(order)
        if (each.end != 0).any()
    ]
    usable = informative[places.scale]
    everything, touched = np.flatnonzero(usable), np.flatnonzero(usable & ~active)
    for facet, own in enumerate(measures):
        named = {int(e) for each in pending if each.facet == facet for e in each.elements}
        lost = np.array(
            [e for e in np.flatnonzero(np.isnan(own)) if int(e) not in named], dtype=np.intp
        )
        if len(lost):
            pending.append(_Pending(facet, lost, touched[np.isin(codes[facet, touched], lost)]))
    moved = True
    while moved and pending:
        moved, later = False, []
        for each in pending:
            rows = each.rows[informative[places.scale[each.rows]]]
            moved |= _fill(places, signs, codes, measures, information, each, rows)
            left = each.elements[np.isnan(measures[each.facet][each.elements])]
            if len(left):
                own_rows = everything[np.isin(codes[each.facet, everything], left)]
                later.append(_Pending(each.facet, left, own_rows))
        pending = later
    return information


def _fill(
    places: Places,
    signs: Floats,
    codes: Ints,
    measures: Sequence[Floats],
    information: Sequence[Floats],
    each: _Pending,
    rows: Ints,
) -> bool:
    """Estimate what can be estimated of one facet's elements; say whether anything was."""
    others = [facet for facet in range(len(signs)) if facet != each.facet]
    theta = sum((signs[f] * measures[f][codes[f, rows]] for f in others), np.zeros(len(rows)))
    known = ~np.isnan(theta) & np.isin(codes[each.facet, rows], each.elements)
    rows, theta = rows[known], theta[known]
    if not len(rows):
        return False
    elements, group = np.unique(codes[each.facet, rows], return_inverse=True)
    number = len(elements)
    low, high = (summed(group, own, number) for own in places.ends(rows))
    target = inside(summed(group, places.given[rows], number), low, high)
    shift, found = shifts(places, rows, theta, group, target)
    measures[each.facet][elements] = signs[each.facet] * shift
    information[each.facet][elements] = found
    return True
