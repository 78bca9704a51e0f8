"""Which counts have to go besides the small ones, so that no reader can work these out.

A small count is protected if other numbers, that agree with everything that stays, make it at least
as large as the threshold. Hidden are the fewest and least telling counts with which every small
one is protected so: by an integer programme over all small counts at once where the tables are
small, and else for one small count after the other, each beside what is hidden already, with
what proves to be superfluous shown again at the end.

References
----------
Fischetti and Salazar-González, "Models and algorithms for optimizing cell suppression in tabular
data with linear constraints", *JASA* 95 (2000), section 3. The heuristic follows Kelly, Golden and
Assad, "Cell suppression: disclosure protection for sensitive tabular data", *Networks* 22 (1992).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from evalkit.errors import DataError
from evalkit.privacy.audit import audit_cells
from evalkit.privacy.cells import Cell, Cells, Sum
from evalkit.privacy.suppression import Part, loss_of

__all__ = ["Protection", "protect"]

EXACT_AT_MOST = 1_500
"""Counts times small counts up to which the loss is made as small as possible."""

Method = Literal["exact", "heuristic", "none"]
_WEAKEST: tuple[Method, ...] = ("heuristic", "exact", "none")


@dataclass(frozen=True, slots=True)
class Protection:
    """Which counts are hidden.

    Attributes
    ----------
    hidden : frozenset of Cell
        The small counts, and those that go with them.
    method : str
        ``"exact"`` if no lesser loss is possible (with moves of at most twice what the smallest
        count needs), ``"heuristic"`` if that was not tried or proven,
        ``"none"`` if nothing is small.
    """

    hidden: frozenset[Cell]
    method: Method


def protect(
    counts: Mapping[Cell, int],
    sums: Iterable[Sum],
    small: int,
    *,
    most: Mapping[Cell, int] | None = None,
    fixed: Iterable[Cell] = (),
    exact_at_most: int = EXACT_AT_MOST,
) -> Protection:
    """Choose the counts to hide.

    Parameters
    ----------
    counts : mapping of Cell to int
        All counts that the reader would see, and those that the reader knows anyway.
    sums : iterable of Sum
        Which are the sums of which.
    small : int
        Counts above zero and below this are small.
    most : mapping of Cell to int, optional
        What is known of a count from its denominator: it is not larger.
    fixed : iterable of Cell, optional
        Counts that the reader knows anyway, and that are therefore not worth hiding.
    exact_at_most : int
        Counts times small counts up to which the integer programme is tried.

    Returns
    -------
    Protection
        All small counts, and others so that :func:`evalkit.privacy.audit.audit_cells` finds no
        leak.

    Raises
    ------
    DataError
        If the sums are wrong, or what the reader knows anyway gives a small count away.

    Examples
    --------
    >>> from evalkit.privacy.cells import TOTAL
    >>> cells = [Cell.at("n", {"college": c}) for c in ("甲", "乙", "丙", TOTAL)]
    >>> found = protect(dict(zip(cells, [3, 40, 20, 63])), [Sum(cells[3], tuple(cells[:3]))], 5)
    >>> sorted(cell.place[0][1] for cell in found.hidden), found.method
    (['丙', '甲'], 'exact')
    """
    given = list(sums)
    bound = dict(most or {})
    known = frozenset(fixed)
    hidden: set[Cell] = set()
    methods: set[Method] = set()
    for part in _parts(counts, given, small, bound, known):
        if not part.secret:
            continue
        inside = set(part.cells)
        own = [each for each in given if each.total in inside]
        found = part.exact() if part.size <= exact_at_most else None
        method: Method = "heuristic" if found is None else "exact"
        gone = part.stepwise(set(part.secret)) if found is None else found
        # A zero that is hidden with others has to stay as uncertain as they are; and the programme
        # reckons with fractions, while a reader knows that counts are whole.
        while more := _leaks(part, gone, own, small):
            method = "heuristic"
            if part.secret.keys() >= set(more):
                raise DataError(
                    f"{part.cells[more[0]]}隐去后仍可推算出不足 {small}，而能隐去的都已隐去。"
                    "允许：每个小数都能与别的数一起隐去。请不要把相关的合计另行公布。"
                )
            part.secret |= {place: part.need(place, small) for place in more}
            gone = part.stepwise(gone)
        methods.add(method)
        hidden |= {part.cells[place] for place in gone}
    return Protection(frozenset(hidden), min(methods, key=_WEAKEST.index, default="none"))


def _leaks(part: Part, gone: set[int], sums: list[Sum], small: int) -> list[int]:
    """Return the places of hidden counts that can be narrowed to below the threshold."""
    places = {cell: place for place, cell in enumerate(part.cells)}
    shown = {cell: int(part.counts[p]) for p, cell in enumerate(part.cells) if p not in gone}
    bounds = part.counts + part.room
    hidden = {part.cells[p]: None if np.isinf(bounds[p]) else int(bounds[p]) for p in sorted(gone)}
    found = audit_cells(Cells(shown, hidden, sums), small)
    return [places[leak.cell] for leak in found.leaks]


def _parts(
    counts: Mapping[Cell, int],
    sums: list[Sum],
    small: int,
    most: Mapping[Cell, int],
    fixed: frozenset[Cell],
) -> list[Part]:
    cells = sorted(counts)
    places = {cell: place for place, cell in enumerate(cells)}
    rows: list[int] = []
    columns: list[int] = []
    signs: list[float] = []
    for row, each in enumerate(sums):
        if counts[each.total] != sum(counts[part] for part in each.parts):
            raise DataError(
                f"{each.total}是 {counts[each.total]}，各部分之和是 "
                f"{sum(counts[part] for part in each.parts)}。允许：二者相等。请核对数据。"
            )
        for cell, sign in ((each.total, -1.0), *((part, 1.0) for part in each.parts)):
            rows.append(row)
            columns.append(places[cell])
            signs.append(sign)
    matrix = csr_array((signs, (rows, columns)), shape=(len(sums), len(cells)))
    number, labels = connected_components(abs(matrix).T @ abs(matrix), directed=False)
    found = []
    for label in range(number):
        own = np.flatnonzero(labels == label)
        inside = matrix[:, own]
        mine = [cells[place] for place in own]
        values = np.array([counts[cell] for cell in mine], dtype=np.float64)
        ceiling = np.array([most.get(cell, np.inf) for cell in mine], dtype=np.float64)
        part = Part(
            mine,
            values,
            np.maximum(ceiling - values, 0.0),
            np.array([cell not in fixed for cell in mine]),
            np.array([loss_of(cell, counts[cell]) for cell in mine]),
            csr_array(inside[np.flatnonzero(np.diff(inside.indptr))]),
            {},
        )
        part.secret = {
            place: part.need(place, small)
            for place, value in enumerate(values)
            if 0 < value < small and part.free[place]
        }
        found.append(part)
    return found
