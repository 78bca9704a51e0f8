"""Whether the measures of a design can be compared with each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from evalkit.raters.rasch.design import Coded, coded, listed
from evalkit.raters.rasch.likelihood import Floats, Ints
from evalkit.raters.ratings import CHINESE, RatingsError

__all__ = ["check_connected", "connected_subsets"]

FLAT = 1e-9
"""An eigenvalue of this size, relative to the largest, is zero."""


def connected_subsets(
    ratings: pd.DataFrame, facets: Sequence[str] = ("unit", "judge", "item")
) -> pd.DataFrame:
    """Say which elements of a design can be compared with each other.

    Two judges can be compared if they share a unit, or each shares one with a third judge, and so
    on. Elements of different subsets have no common zero: who was seen by severe judges cannot be
    told from who is weak.

    Parameters
    ----------
    ratings : DataFrame
        One row a score, with the facets' columns and ``score``.
    facets : sequence of str
        Columns; an absent ``item`` is left out.

    Returns
    -------
    DataFrame
        facet, element, subset: 1, 2, ..., in the order in which they first came; 0 for an element
        of a facet that all subsets share (the same items everywhere do not make judges comparable
        who share no unit).

    Raises
    ------
    RatingsError
        As :func:`~evalkit.raters.rasch.many_facet_rasch`.

    Examples
    --------
    >>> two = pd.DataFrame(
    ...     {"unit": list("ABAB"), "judge": [1, 1, 2, 2], "score": [3, 4, 2, 4]}
    ... )
    >>> other = two.assign(unit=list("CDCD"), judge=[8, 8, 9, 9])
    >>> connected_subsets(pd.concat([two, other]))["subset"].tolist()
    [1, 1, 2, 2, 1, 1, 2, 2]
    """
    design = coded(ratings, facets, "rating_scale", None, None)
    labels, _ = _subsets(design.codes, design.sizes)
    return pd.DataFrame(
        {
            "facet": np.repeat(np.array(design.facets, dtype=object), design.sizes),
            "element": pd.Series([name for own in design.names for name in own], dtype=object),
            "subset": labels,
        }
    )


def check_connected(ratings: Coded, active: NDArray[np.bool_]) -> None:
    """Raise if some measures cannot be compared.

    Parameters
    ----------
    ratings : Coded
        The design.
    active : array of bool, shape (N,)
        Ratings that are estimated from, extreme scores set aside.

    Raises
    ------
    RatingsError
        It names the subsets.
    """
    for rows, reason in (
        (np.ones(len(active), dtype=bool), ""),
        (active, "（去掉全是最低分或全是最高分的对象以后，余下的连不起来。）\n"),
    ):
        labels, tied = _subsets(ratings.codes[:, rows], ratings.sizes)
        number = int(labels.max())
        if number > 1:
            members = [labels == label for label in range(1, number + 1)]
            raise RatingsError(
                f"评分分成互不相连的 {number} 个子集，子集之间无法比较高低：\n"
                f"{_lines(ratings, members)}\n{reason}"
                "请让至少一位评委同时评两个子集中的对象，或用 connected_subsets 分开后逐个计算。"
            )
        if tied:
            raise RatingsError(
                "几个方面混在一起，分不清是谁的高低。"
                f"只有同一组之内可以比较，共 {len(tied)} 组：\n{_lines(ratings, tied)}\n{reason}"
                "请让评委交叉评分，或在 facets 中去掉其中一个方面。"
            )


def _subsets(codes: Ints, sizes: Sequence[int]) -> tuple[Ints, list[NDArray[np.bool_]]]:
    """Return the subset of every element, and groups that are tied in a less simple way.

    Elements that do not occur, or are of a facet that all subsets share, are in subset 0.
    """
    seen = np.concatenate(
        [np.bincount(own, minlength=n) > 0 for own, n in zip(codes, sizes, strict=True)]
    )
    everything = list(range(len(sizes)))
    labels = _labelled(codes, sizes, everything, seen)
    if labels.max() > 1 or len(sizes) < 3:
        return labels, []
    flat = _flat(codes, sizes)
    starts = np.cumsum([0, *sizes])
    loose = [f for f in everything if np.abs(flat[starts[f] : starts[f + 1]]).max(initial=0) > 1e-6]
    if not loose:
        return labels, []
    apart = _labelled(codes, sizes, loose, seen)
    if apart.max() > 1:
        return apart, []
    groups: dict[tuple[float, ...], NDArray[np.bool_]] = {}
    for facet in loose:
        for element in range(starts[facet], starts[facet + 1]):
            if seen[element]:
                key = (float(facet), *(np.round(flat[element], 6) + 0.0).tolist())
                groups.setdefault(key, np.zeros(starts[-1], dtype=bool))[element] = True
    return labels, list(groups.values())


def _labelled(
    codes: Ints, sizes: Sequence[int], facets: Sequence[int], seen: NDArray[np.bool_]
) -> Ints:
    """Return components of the elements of some facets that occur: 1, 2, ..., else 0."""
    starts = np.cumsum([0, *sizes])
    own = np.concatenate([np.arange(starts[facet], starts[facet + 1]) for facet in facets])
    found = _components(codes[facets], [sizes[facet] for facet in facets])
    labels = np.zeros(starts[-1], dtype=np.intp)
    first = pd.factorize(found[seen[own]])[0]
    labels[own[seen[own]]] = first + 1
    return labels


def _components(codes: Ints, sizes: Sequence[int]) -> Ints:
    """Return the component of every element of every facet."""
    starts = np.cumsum([0, *sizes])
    first, second = [], []
    for facet in range(1, len(sizes)):
        pairs = np.unique(codes[0] * sizes[facet] + codes[facet])
        first.append(pairs // sizes[facet])
        second.append(pairs % sizes[facet] + starts[facet])
    one, two = np.concatenate(first), np.concatenate(second)
    edges = coo_array((np.ones(len(one), dtype=np.int8), (one, two)), shape=(starts[-1],) * 2)
    labels: Ints = connected_components(edges, directed=False)[1].astype(np.intp)
    return labels


def _flat(codes: Ints, sizes: Sequence[int]) -> Floats:
    """Return the directions in which elements can move while every expected score stays.

    Measures are found up to one constant for each facet but one; such directions, by which all
    elements of a facet move alike, are taken out. Any that is left ties elements to each other.

    Returns
    -------
    array, shape (elements, directions)
    """
    largest = int(np.argmax(sizes))
    rest = [facet for facet in range(len(sizes)) if facet != largest]
    number = np.bincount(codes[largest], minlength=sizes[largest]).astype(np.float64)
    border = np.concatenate([_pairs(codes, sizes, largest, facet) for facet in rest], axis=1)
    core = np.block([[_pairs(codes, sizes, one, two) for two in rest] for one in rest])
    seen = np.flatnonzero(np.diag(core) > 0)
    mine = np.flatnonzero(number)
    border = border[np.ix_(mine, seen)] / number[mine, None]
    core = core[np.ix_(seen, seen)] - border.T @ (border * number[mine, None])
    values, vectors = eigh(core)
    flat = vectors[:, values < FLAT * max(float(values[-1]), 1.0)]
    starts = np.cumsum([0, *sizes])
    elements = np.concatenate([np.arange(starts[facet], starts[facet + 1]) for facet in rest])
    found = np.zeros((starts[-1], flat.shape[1]))
    found[elements[seen]] = flat
    found[starts[largest] + mine] = -border @ flat
    present = np.zeros(starts[-1], dtype=bool)
    present[elements[seen]] = present[starts[largest] + mine] = True
    for facet in range(len(sizes)):
        own = np.flatnonzero(present[starts[facet] : starts[facet + 1]]) + starts[facet]
        found[own] -= found[own].mean(axis=0)
    return found


def _pairs(codes: Ints, sizes: Sequence[int], one: int, two: int) -> Floats:
    """Return how often each element of one facet met each of another."""
    counts = np.bincount(codes[one] * sizes[two] + codes[two], minlength=sizes[one] * sizes[two])
    return counts.reshape(sizes[one], sizes[two]).astype(np.float64)


def _lines(ratings: Coded, members: Sequence[NDArray[np.bool_]]) -> str:
    starts = np.cumsum([0, *ratings.sizes])
    lines = []
    for number, mask in enumerate(members[:10], 1):
        parts = []
        for facet, name in enumerate(ratings.facets):
            own = np.flatnonzero(mask[starts[facet] : starts[facet + 1]])
            if len(own):
                names = listed(ratings.names[facet][place] for place in own)
                parts.append(f"{CHINESE.get(name, name)} {names}")
        lines.append(f"  {number}. {'；'.join(parts)}")
    if len(members) > len(lines):
        lines.append(f"  ……共 {len(members)} 个")
    return "\n".join(lines)
