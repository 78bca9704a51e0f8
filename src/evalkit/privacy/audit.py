"""Proof of what a reader can work out: the range of every hidden count, from all that is shown.

For each hidden count the largest number is found that fits everything the reader sees: the counts
that are shown, the sums among them, the denominators. If it is below the threshold, the reader
knows that the count is small, and the table leaks.

The largest number is that of a linear programme; where the solution is no whole number, that of the
integer programme. The reader is taken to know no count better than zero or more: zeros are hidden
where nothing else is left to hide.

References
----------
Hundepool et al., *Statistical Disclosure Control* (2012), section 4.3: feasibility intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from evalkit.errors import DataError
from evalkit.privacy.cells import Cell, Cells, Linked, linked_cells

__all__ = ["Audit", "Leak", "audit", "audit_cells"]

_EDGE = 1e-6
"""What rounding may do to a solution."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Leak:
    """A hidden count that a reader can narrow to below the threshold.

    Attributes
    ----------
    cell : Cell
        Which count.
    least, most : int
        Between which numbers the reader knows it to be, both included.
    """

    cell: Cell
    least: int
    most: int

    def __str__(self) -> str:
        known = f"就是 {self.most}" if self.least == self.most else f"至多 {self.most}"
        return f"{self.cell}虽已隐去，仍可推算出{known}"


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    cells : int
        How many different counts of students the tables hold.
    hidden : int
        How many of them are hidden.
    leaks : tuple of Leak
        Those that a reader can narrow to below the threshold; empty if all is well.
    """

    cells: int
    hidden: int
    leaks: tuple[Leak, ...]


def audit(tables: Iterable[Linked], adds: Sequence[str] = ()) -> Audit:
    """Find the hidden counts that a reader of some tables can narrow to below the threshold.

    Parameters
    ----------
    tables : iterable of Linked
        All released tables that the reader has, with the same dimensions.
    adds : sequence of str
        Dimensions over which counts add up to totals.

    Returns
    -------
    Audit
        With a leak for each count whose largest possible value is below the audience's threshold
        (the largest of the tables' audiences). A count that its denominator alone, which is never
        hidden, holds below the threshold is no leak unless more than that is known of it.

    Raises
    ------
    DataError
        If the tables contradict each other, have not the same dimensions, or hang together so
        much that nothing can be proven.

    Examples
    --------
    >>> import pandas as pd
    >>> from evalkit.privacy import Field, load_policy, release
    >>> fields = [Field("college", "学院"), Field("n", "人数", kind="count", students=True)]
    >>> frame = pd.DataFrame({"college": ["甲", "乙", "丙"], "n": [3, 40, 20]})
    >>> table = release(frame, fields, load_policy(), total={"college": "全校"})
    >>> audit([Linked(table, {"college": "college"}, totals={"college": "全校"})], ["college"])
    Audit(cells=4, hidden=2, leaks=())
    """
    every = list(tables)
    small = max((linked.table.audience.small for linked in every), default=0)
    return audit_cells(linked_cells(every, adds), small)


def audit_cells(cells: Cells, small: int) -> Audit:
    """Find the hidden counts that can be narrowed to below `small`; see :func:`audit`.

    Raises
    ------
    DataError
        If no counts at all fit what is shown, or nothing can be proven.
    """
    leaks: list[Leak] = []
    for part in _parts(cells):
        leaks += _leaks(part, small)
    leaks.sort(key=lambda leak: leak.cell)
    return Audit(len(cells), len(cells.hidden), tuple(leaks))


@dataclass(frozen=True)
class _Part:
    """Unknown counts that hang together: ``matrix @ counts == right``."""

    unknown: list[Cell]
    most: Floats
    matrix: Any  # sparse, which the types of scipy's solvers do not know
    right: Floats
    asked: list[int]
    """Places of the hidden counts; the others are in no table."""


def _parts(cells: Cells) -> list[_Part]:
    places: dict[Cell, int] = {cell: place for place, cell in enumerate(cells.hidden)}
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    right: list[float] = []
    for each in cells.sums:
        terms = [(each.total, -1.0), *((part, 1.0) for part in each.parts)]
        known = sum(sign * cells.shown[cell] for cell, sign in terms if cell in cells.shown)
        free = [(cell, sign) for cell, sign in terms if cell not in cells.shown]
        if not free:
            if known:
                raise _contradiction(f"{each.total}与各部分之和不符")
            continue
        for cell, sign in free:
            rows.append(len(right))
            columns.append(places.setdefault(cell, len(places)))
            values.append(sign)
        right.append(-known)
    unknown = list(places)
    if not unknown:
        return []
    shape = (len(right), len(unknown))
    matrix = csr_array((values, (rows, columns)), shape=shape)
    most = np.array([_bound(cells.hidden.get(cell)) for cell in unknown])
    count, labels = connected_components(matrix.T @ matrix, directed=False)
    found = []
    for label in range(count):
        own = np.flatnonzero(labels == label)
        inside = matrix[:, own]
        used = np.flatnonzero(np.diff(inside.indptr))
        asked = [place for place, cell in enumerate(own) if cell < len(cells.hidden)]
        if asked:
            found.append(
                _Part([unknown[i] for i in own], most[own], inside[used],
                      np.array(right, dtype=float)[used], asked)
            )  # fmt: skip
    return found


def _bound(most: int | None) -> float:
    return np.inf if most is None else float(most)


def _leaks(part: _Part, small: int) -> list[Leak]:
    found = []
    reached = np.zeros(len(part.unknown))
    for place in part.asked:
        bound = min(float(small), part.most[place])
        if reached[place] >= bound:  # in a solution that was asked for another count
            continue
        top, solution = _extreme(part, place, largest=True)
        if solution is not None:
            reached = np.maximum(reached, solution)
            top = solution[place]
        if top < bound:
            low, solution = _extreme(part, place, largest=False)
            least = low if solution is None else solution[place]
            found.append(Leak(part.unknown[place], int(least), int(top)))
    return found


def _extreme(part: _Part, place: int, *, largest: bool) -> tuple[float, Floats | None]:
    """Return how far a count may go at most, and whole counts that fit with which it goes there.

    Without such counts it may go there as far as sums can tell.
    """
    sign = -1.0 if largest else 1.0
    if not part.matrix.shape[0]:
        return (float(part.most[place]) if largest else 0.0), None
    goal = np.zeros(len(part.unknown))
    goal[place] = sign
    bounds = np.column_stack([np.zeros_like(part.most), part.most])
    answer = linprog(
        goal,
        A_eq=part.matrix,
        b_eq=part.right,
        bounds=list(zip(*bounds.T, strict=True)),
        method="highs",
    )
    if answer.status == 3:
        return np.inf, None
    if answer.status != 0:
        raise _contradiction("没有任何一组数能同时满足所有的合计")
    found = np.asarray(answer.x, dtype=np.float64)
    rounded = np.round(found)
    if _fits(part, rounded):
        return float(rounded[place]), rounded
    edge = np.floor(found[place] + _EDGE) if largest else np.ceil(found[place] - _EDGE)
    # What the solver says is not taken on trust: only counts that fit show how far one may go.
    for least, goal_of in ((0.0, goal), (float(edge) if largest else 0.0, np.zeros_like(goal))):
        low = bounds[:, 0].copy()
        low[place] = least
        exact = milp(
            goal_of,
            integrality=np.ones(len(goal), dtype=np.int64),
            bounds=Bounds(low, bounds[:, 1]),
            constraints=LinearConstraint(part.matrix, part.right, part.right),
        )
        if exact.x is not None and _fits(part, np.round(exact.x)):
            whole = np.round(exact.x)
            return float(whole[place]), whole
    raise DataError(
        f"无法证明{part.unknown[place]}是否推算得出：合计太多，求解没有得到结果。"
        "允许：能够证明的表。请分几次审核，或少公布几个合计。"
    )


def _fits(part: _Part, counts: Floats) -> bool:
    inside = bool((counts >= 0).all() and (counts <= part.most).all())
    return inside and bool((part.matrix @ counts == part.right).all())


def _contradiction(what: str) -> DataError:
    return DataError(
        f"要审核的表自相矛盾：{what}。允许：合计等于各部分之和。"
        "请检查各表是不是出自同一份材料、哪些维度可以相加。"
    )
