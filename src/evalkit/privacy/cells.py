"""Counts of several tables as one reader sees them together: shown, hidden, and how they add up.

A cell is a count at a place: the measure, and a value for each dimension (year, college, grade).
``TOTAL`` in a dimension stands for all of its values. Cells of different tables at the same place
are the same cell; a cell with a ``TOTAL`` is the sum of those that differ from it in that
dimension only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import pandas as pd

from evalkit.errors import DataError
from evalkit.privacy.released import Released

__all__ = ["TOTAL", "Cell", "Cells", "Linked", "Sum", "linked_cells"]

TOTAL = "*"
"""Value of a dimension that stands for all of them."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A count at a place.

    Parameters
    ----------
    measure : str
        Machine name of what is counted, such as ``"n_l1"``.
    place : tuple of (str, str)
        Dimension and value, sorted by dimension.
    """

    measure: str
    place: tuple[tuple[str, str], ...]

    @classmethod
    def at(cls, measure: str, place: Mapping[str, str]) -> Cell:
        """Return the cell of a measure at a place."""
        return cls(measure, tuple(sorted(place.items())))

    def with_value(self, dimension: str, value: str) -> Cell:
        """Return the cell that differs from this one in one dimension."""
        return Cell(self.measure, tuple((d, value if d == dimension else v) for d, v in self.place))

    def __str__(self) -> str:
        where = "、".join("合计" if value == TOTAL else value for _, value in self.place)
        return f"{self.measure}（{where}）"


@dataclass(frozen=True, slots=True)
class Sum:
    """A cell that is the sum of others."""

    total: Cell
    parts: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """A released table, and where its rows stand beside those of other tables.

    Parameters
    ----------
    table : Released
        The table.
    by : mapping of str to str
        Dimension → the column that names its values in the rows.
    at : mapping of str to str
        Dimension → the value that the whole table has in it; ``TOTAL`` if it sums over it.
    totals : mapping of str to str, optional
        Dimension → the label of the row that holds the total.
    """

    table: Released
    by: Mapping[str, str]
    at: Mapping[str, str] = field(default_factory=dict)
    totals: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Cells:
    """What a reader of some tables knows.

    Attributes
    ----------
    shown : dict of Cell to int
        Counts that can be read.
    hidden : dict of Cell to int or None
        Counts that were taken out, and the most that each can be as its denominator tells;
        ``None`` if nothing bounds it.
    sums : list of Sum
        Which cells are the sums of which. Cells in no table are counts of which nothing is known.
    """

    shown: dict[Cell, int] = field(default_factory=dict)
    hidden: dict[Cell, int | None] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)

    def show(self, cell: Cell, count: int) -> None:
        """Note a count that can be read; another table may hide it in vain.

        Raises
        ------
        DataError
            If it is read as another number elsewhere.
        """
        before = self.shown.setdefault(cell, count)
        if before != count:
            raise DataError(
                f"同一个数在不同的表中不一样：{cell} 一处是 {before}，另一处是 {count}。"
                "允许：各表相同。请检查各表是不是出自同一份材料、行列是不是标对了。"
            )
        self.hidden.pop(cell, None)

    def hide(self, cell: Cell, most: int | None = None) -> None:
        """Note a count that was taken out."""
        if cell not in self.shown:
            known = [m for m in (self.hidden.get(cell), most) if m is not None]
            self.hidden[cell] = min(known, default=None)

    def __len__(self) -> int:
        return len(self.shown) + len(self.hidden)


def linked_cells(tables: Iterable[Linked], adds: Sequence[str]) -> Cells:
    """Return the counts of students in some tables, and all sums among them.

    Parameters
    ----------
    tables : iterable of Linked
        The tables that one reader has. All have the same dimensions.
    adds : sequence of str
        Dimensions over which counts add up: colleges and grades do, years do not.

    Returns
    -------
    Cells
        Values of a dimension that a table lists are all that there are where the table stands: what
        another table lists beyond them is zero there.

    Raises
    ------
    DataError
        If tables contradict each other, or have not the same dimensions.
    """
    cells = Cells()
    listed: _Listed = {}
    dimensions: set[frozenset[str]] = set()
    for linked in tables:
        dimensions.add(frozenset(linked.by) | frozenset(linked.at))
        for measure in _measures(linked.table):
            _read(linked, measure, adds, cells, listed)
    if len(dimensions) > 1:
        raise DataError(
            "要一起审核的表维度不同："
            + "；".join("、".join(sorted(each)) for each in sorted(dimensions, key=sorted))
            + "。允许：各表维度相同，汇总的维度在 at 中写“*”。请补齐后再审核。"
        )
    domains = _domains(cells, adds)
    for (total, dimension), names in listed.items():
        for name in domains.get((total.measure, _context(total, adds), dimension), set()) - names:
            cell = total.with_value(dimension, name)
            if cell not in cells.shown and cell not in cells.hidden:
                cells.show(cell, 0)
    cells.sums = _sums(cells, domains, listed, adds)
    return cells


_Listed = dict[tuple[Cell, str], set[str]]
"""Where a table stands, as its total in a dimension, and the dimension → what it lists there."""
_Domains = dict[tuple[str, tuple[tuple[str, str], ...], str], set[str]]


def _measures(table: Released) -> list[str]:
    counted = (f.of[0] if f.of else f.name for f in table.fields if f.students)
    return list(dict.fromkeys(counted))


def _wholes(table: Released, measure: str) -> list[str]:
    """Return the columns of which the measure is a part, and which can be read."""
    return [f.of[1] for f in table.fields if f.of and f.of[0] == measure and f.of[1] in table.frame]


def _read(linked: Linked, measure: str, adds: Sequence[str], cells: Cells, listed: _Listed) -> None:
    frame, suppressed = linked.table.frame, linked.table.suppressed
    for row in range(len(frame)):
        place = dict(linked.at)
        for dimension, column in linked.by.items():
            name = str(frame[column].iloc[row])
            place[dimension] = TOTAL if name == linked.totals.get(dimension) else name
        cell, value = Cell.at(measure, place), frame[measure].iloc[row]
        for dimension in set(adds) & set(linked.by):
            listed.setdefault((cell.with_value(dimension, TOTAL), dimension), set()).add(
                place[dimension]
            )
        if bool(suppressed[measure].iloc[row]):
            wholes = (frame[whole].iloc[row] for whole in _wholes(linked.table, measure))
            known = [int(whole) for whole in wholes if not pd.isna(whole)]
            cells.hide(cell, min(known, default=None))
        else:
            # What is not known at all is added up as nothing.
            cells.show(cell, 0 if pd.isna(value) else int(value))


def _context(cell: Cell, adds: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((d, v) for d, v in cell.place if d not in adds)


def _domains(cells: Cells, adds: Sequence[str]) -> _Domains:
    """Return which values each dimension has in each context, such as the grades of a year."""
    found: _Domains = {}
    for cell in (*cells.shown, *cells.hidden):
        for dimension, value in cell.place:
            if dimension in adds and value != TOTAL:
                key = cell.measure, _context(cell, adds), dimension
                found.setdefault(key, set()).add(value)
    return found


def _sums(cells: Cells, domains: _Domains, listed: _Listed, adds: Sequence[str]) -> list[Sum]:
    sums = []
    every = {*cells.shown, *cells.hidden}
    for measure, context in sorted({(c.measure, _context(c, adds)) for c in every}):
        values = {d: sorted(domains.get((measure, context, d), ())) for d in adds}
        for dimension in adds:
            others = [d for d in adds if d != dimension]
            for rest in product(*([*values[d], TOTAL] for d in others)):
                place = {**dict(context), **dict(zip(others, rest, strict=True))}
                total = Cell.at(measure, place | {dimension: TOTAL})
                parts = [total.with_value(dimension, value) for value in values[dimension]]
                if not any(part in every for part in parts):
                    continue
                # A total that is in no table links its parts to nothing, but other totals to them.
                if not _is_all(total, dimension, listed, others):
                    parts.append(total.with_value(dimension, _REST))
                sums.append(Sum(total, tuple(parts)))
    return sums


_REST = "…"
"""Value of a dimension that stands for what no table lists."""


def _is_all(total: Cell, dimension: str, listed: _Listed, others: Sequence[str]) -> bool:
    """Whether all parts are known: listed there, or where it is summed over the rest."""
    place = dict(total.place)
    wider = product(*({place[other], TOTAL} for other in others))
    return any(
        (Cell.at(total.measure, place | dict(zip(others, each, strict=True))), dimension) in listed
        for each in wider
    )
