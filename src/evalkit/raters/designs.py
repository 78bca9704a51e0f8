"""Designs of a generalizability study, and the scores laid out for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.raters.mean_squares import Effect
from evalkit.raters.ratings import CHINESE, Floats, RatingsError, checked, matrix

__all__ = ["Design", "Layout", "design_of", "lay_out"]

COLUMN = {"p": "unit", "i": "item", "t": "item", "r": "judge"}
"""Which column a design's letter stands for."""


@dataclass(frozen=True, slots=True)
class Design:
    """A design: its effects from small to large, the residual last.

    Attributes
    ----------
    name : str
        As it is written: ``p×(r:t)``.
    facets : str
        Letters of the facets, p first, a nested one last.
    effects : dict of str to Effect
        Label (``r:t``, ``pr:t,e``) → the facets that its index runs over.
    nested : bool
        Whether judges are nested in items.
    """

    name: str
    facets: str
    effects: dict[str, Effect]
    nested: bool = False


def _effects(**effects: str) -> dict[str, Effect]:
    return {label: frozenset(facets) for label, facets in effects.items()}


DESIGNS = (
    Design("p×r", "pr", _effects(p="p", r="r") | {"pr,e": frozenset("pr")}),
    Design("p×i", "pi", _effects(p="p", i="i") | {"pi,e": frozenset("pi")}),
    Design(
        "p×i×r",
        "pir",
        _effects(p="p", i="i", r="r", pi="pi", pr="pr", ir="ir") | {"pir,e": frozenset("pir")},
    ),
    Design(
        "p×(r:t)",
        "ptr",
        _effects(p="p", t="t")
        | {"r:t": frozenset("tr"), "pt": frozenset("pt"), "pr:t,e": frozenset("ptr")},
        nested=True,
    ),
)

ALIASES = {"p×r×i": "p×i×r", "p×(r:i)": "p×(r:t)", "(r:t)×p": "p×(r:t)", "r×p": "p×r", "i×p": "p×i"}


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Scores as a design wants them.

    Attributes
    ----------
    scores : array of float, shape (n,)
        Those that are there.
    codes : dict of str to array of int, shape (n,)
        Facet → number of its level; a nested one is numbered anew within each item.
    sizes : dict of str to float
        Facet → number of levels; of nested judges the harmonic mean per item.
    cells : array of float or None
        The complete array, axes in the order of the facets; None if the design is unbalanced.
    note : str
        What was done to the ratings.
    """

    scores: Floats
    codes: dict[str, NDArray[np.intp]]
    sizes: dict[str, float]
    cells: Floats | None
    note: str


def design_of(name: str) -> Design:
    """Return the design that is meant: ``p×r``, ``p x r``, ``pxr`` and ``P*R`` are the same.

    Raises
    ------
    RatingsError
        If there is no such design.

    Examples
    --------
    >>> design_of("p x (r:t)").name
    'p×(r:t)'
    """
    plain = "".join(str(name).split()).lower()
    for sign in "x*✕⨯·":
        plain = plain.replace(sign, "×")
    plain = plain.replace("（", "(").replace("）", ")").replace("：", ":")
    plain = ALIASES.get(plain, plain)
    for design in DESIGNS:
        if design.name == plain:
            return design
    raise RatingsError(
        f"没有“{name}”这种设计。允许：{'、'.join(each.name for each in DESIGNS)}"
        "（p 单位 unit，r 评委 judge，i 或 t 指标 item；× 也可以写成 x）。"
    )


def lay_out(ratings: pd.DataFrame, design: Design) -> Layout:
    """Return the scores with the numbers of their levels.

    A design of two facets takes one score for each pair: several items are added up, several
    judges averaged (:func:`evalkit.raters.ratings.matrix`).

    Raises
    ------
    RatingsError
        If the ratings cannot be used, or a facet has fewer than two levels.
    """
    if len(design.facets) == 2:
        other: Any = COLUMN[design.facets[1]]
        laid_out = matrix(ratings, "unit", other)
        first, second = np.nonzero(laid_out.there)
        codes = dict(zip(design.facets, (first, second), strict=True))
        scores, note = laid_out.values[first, second], laid_out.note
    else:
        frame = checked(ratings, [*(COLUMN[facet] for facet in design.facets), "score"])
        codes = {facet: pd.factorize(frame[COLUMN[facet]])[0] for facet in design.facets}
        scores, note = frame["score"].to_numpy(), ""
    levels = {facet: int(code.max()) + 1 for facet, code in codes.items()}
    sizes = {facet: float(number) for facet, number in levels.items()}
    if design.nested:
        codes["r"], per_item = _within(codes["t"], codes["r"])
        levels["r"] = int(per_item.max())
        sizes["r"] = len(per_item) / float((1 / per_item).sum())
    for facet, number in levels.items():
        if number < 2:
            where = "每个指标" if design.nested and facet == "r" else "评分表"
            raise RatingsError(
                f"设计 {design.name} 中，{where}只有 {number} 个{CHINESE[COLUMN[facet]]}"
                f"（{COLUMN[facet]}），至少要有 2 个才能估计它的方差。请补充数据，或换一种设计。"
            )
    shape = tuple(levels[facet] for facet in design.facets)
    cells = None
    if len(scores) == np.prod(shape):
        cells = np.empty(shape)
        cells[tuple(codes[facet] for facet in design.facets)] = scores
    return Layout(scores, codes, sizes, cells, note)


def _within(
    items: NDArray[np.intp], judges: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number judges anew within each item; return the numbers, and how many each item has."""
    pairs, place = np.unique(np.stack([items, judges], axis=1), axis=0, return_inverse=True)
    per_item = np.bincount(pairs[:, 0])
    starts = np.cumsum(per_item) - per_item
    return place.ravel() - starts[items], per_item
