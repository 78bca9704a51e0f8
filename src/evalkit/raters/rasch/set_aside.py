"""Extreme scores, set aside until there are none, and the categories that are left in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evalkit.raters.rasch.design import MOST_CATEGORIES, Coded, listed, too_many
from evalkit.raters.rasch.likelihood import Floats, Ints
from evalkit.raters.ratings import RatingsError

__all__ = ["SetAside", "Unused", "set_aside", "used_categories"]

Unused = Literal["keep", "collapse"]


@dataclass(frozen=True, slots=True)
class SetAside:
    """Elements of one facet that were set aside together.

    ``end`` is −1 for the lowest category everywhere, 1 for the highest, 0 for a scale on which
    only one category is left; ``rows`` are the ratings that went with each element.
    """

    facet: int
    elements: Ints
    end: Ints
    rows: Ints


def set_aside(ratings: Coded) -> tuple[NDArray[np.bool_], list[SetAside]]:
    """Set extreme scores aside, until there are none.

    An element whose ratings are all in the lowest, or all in the highest used category has no
    finite maximum-likelihood estimate; neither has one of which no rating is below (above) any that
    the other elements of its facet have on the same scale. Without its ratings others may become
    extreme in turn.

    Returns
    -------
    active : array of bool, shape (N,)
        Ratings from which measures are estimated.
    order : list of SetAside
        What was set aside, first things first.
    """
    active = np.ones(len(ratings.value), dtype=bool)
    order: list[SetAside] = []
    while active.any():
        used = _used(ratings, active)
        # a scale of which nothing is left has ends as well, but no ratings at them
        low, high = used.argmax(axis=1), used.shape[1] - 1 - used[:, ::-1].argmax(axis=1)
        found = (
            _constant(ratings, active, low == high)
            or _extreme(ratings, active, low, high)
            or _beyond(ratings, active)
        )
        if found is None:
            break
        active[found.rows] = False
        order.append(found)
    return active, order


def _used(ratings: Coded, active: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which values (columns) are used on each scale (rows)."""
    width = int(ratings.value.max()) + 1
    places = ratings.scale[active] * width + ratings.value[active]
    counts = np.bincount(places, minlength=width * len(ratings.members))
    return counts.reshape(-1, width) > 0


def _constant(
    ratings: Coded, active: NDArray[np.bool_], constant: NDArray[np.bool_]
) -> SetAside | None:
    rows = np.flatnonzero(active & constant[ratings.scale])
    if not len(rows):
        return None
    facet = ratings.facets.index(ratings.scale_facet)
    elements = np.unique(ratings.codes[facet, rows])
    return SetAside(facet, elements, np.zeros(len(elements), dtype=np.intp), rows)


def _extreme(ratings: Coded, active: NDArray[np.bool_], low: Ints, high: Ints) -> SetAside | None:
    """Return the extreme elements of the first facet that has any."""
    rows = np.flatnonzero(active)
    bottom = ratings.value[rows] == low[ratings.scale[rows]]
    top = ratings.value[rows] == high[ratings.scale[rows]]
    for facet, size in enumerate(ratings.sizes):
        codes = ratings.codes[facet, rows]
        number = np.bincount(codes, minlength=size)
        lowest = (number > 0) & (np.bincount(codes, bottom, size) == number)
        highest = (number > 0) & (np.bincount(codes, top, size) == number)
        elements = np.flatnonzero(lowest | highest)
        if len(elements):
            end = np.where(highest[elements], 1, -1)
            return SetAside(facet, elements, end, rows[np.isin(codes, elements)])
    return None


def _beyond(ratings: Coded, active: NDArray[np.bool_]) -> SetAside | None:
    """Return the elements of the first facet that has any beyond all the others.

    The likelihood rises for ever if such an element moves on, and the thresholds of the categories
    that it alone uses with it.
    """
    rows = np.flatnonzero(active)
    scale, number, top = ratings.scale[rows], len(ratings.members), int(ratings.value.max())
    for facet, size in enumerate(ratings.sizes):
        codes = ratings.codes[facet, rows]
        highest, lowest = np.full((2, size, number), -1)
        np.maximum.at(highest, (codes, scale), ratings.value[rows])
        # the same question asked of the scale turned round
        np.maximum.at(lowest, (codes, scale), top - ratings.value[rows])
        there = highest >= 0
        up = _none_below(top - lowest, highest, there)
        down = _none_below(top - highest, lowest, there)
        elements = np.flatnonzero(up | down)
        if len(elements):
            end = np.where(up[elements], 1, -1)
            return SetAside(facet, elements, end, rows[np.isin(codes, elements)])
    return None


def _none_below(lowest: Ints, highest: Ints, there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which elements' lowest values reach the highest of all others on every scale."""
    first = highest.argmax(axis=0)
    rest = highest.copy()
    rest[first, np.arange(highest.shape[1])] = -1
    others = np.broadcast_to(highest.max(axis=0), highest.shape).copy()
    others[first, np.arange(highest.shape[1])] = rest.max(axis=0)
    # alone on a scale there is nobody to be beyond
    beyond = (lowest >= others) & (others >= 0)
    return np.asarray(there.any(axis=1) & (beyond | ~there).all(axis=1), dtype=np.bool_)


def used_categories(
    ratings: Coded, active: NDArray[np.bool_], unused: Unused
) -> tuple[tuple[Ints, ...], tuple[Floats, ...]]:
    """Return of each scale the values that are used, and the category numbers they stand for.

    Categories that nobody used keep their places (``"keep"``: their chance is zero, which is where
    the likelihood is largest), or those above move down (``"collapse"``).
    """
    values, categories = [], []
    for members, used in zip(ratings.members, _used(ratings, active), strict=True):
        own = np.flatnonzero(used)
        if len(own) > MOST_CATEGORIES:
            raise RatingsError(too_many(f"{listed(members)} 用到了 {len(own)} 档分数"))
        values.append(own)
        numbers = np.arange(len(own)) if unused == "collapse" else own - own[:1].sum()
        categories.append(numbers.astype(np.float64))
    return tuple(values), tuple(categories)
