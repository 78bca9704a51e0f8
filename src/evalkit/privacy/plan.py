"""What goes from all tables about the same students at once.

Tables that are safe one by one need not be safe together: a total that is hidden in the school's
table can be read in a college's own, a grade's total gives away a college's grade. A plan is made
once for all counts behind such tables and their totals; every table then hides what the plan says.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from evalkit.audiences import Audience
from evalkit.errors import DataError
from evalkit.privacy.cells import TOTAL, Cell, Sum
from evalkit.privacy.protect import Method, protect

__all__ = ["Plan", "plan_release"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which counts are hidden in every table.

    Attributes
    ----------
    by : tuple of str
        The dimensions.
    counts : tuple of str
        The counts that the plan is about.
    hidden : frozenset of Cell
        What goes.
    methods : mapping of str to str
        Count → ``"exact"``, ``"heuristic"`` or ``"none"``, as in
        :class:`evalkit.privacy.protect.Protection`.
    """

    by: tuple[str, ...]
    counts: tuple[str, ...]
    hidden: frozenset[Cell]
    methods: Mapping[str, Method]

    def mask(self, places: Sequence[Mapping[str, str]]) -> pd.DataFrame:
        """Return which counts go from the rows of a table, for ``release(hidden=...)``.

        Parameters
        ----------
        places : sequence of mapping
            For each row, in its order and with the total's row last: dimension → value. A
            dimension that is not named is summed over.

        Raises
        ------
        DataError
            If a place names a dimension that the plan does not have.
        """
        for place in places:
            if unknown := set(place) - set(self.by):
                raise DataError(
                    f"隐去数据的方案没有“{'、'.join(sorted(unknown))}”这个维度。"
                    f"允许：{'、'.join(self.by)}。请检查各行的位置。"
                )
        everywhere = dict.fromkeys(self.by, TOTAL)
        return pd.DataFrame(
            {
                name: [
                    Cell.at(name, {**everywhere, **{d: str(v) for d, v in place.items()}})
                    in self.hidden
                    for place in places
                ]
                for name in self.counts
            },
            dtype=bool,
        )


def plan_release(
    frame: pd.DataFrame,
    by: Sequence[str],
    counts: Sequence[str],
    audience: Audience,
    *,
    wholes: Mapping[str, str] | None = None,
) -> Plan:
    """Choose the counts that go from every table, of whatever totals, about the same students.

    Parameters
    ----------
    frame : DataFrame
        The finest rows: the columns of `by`, and the counts. Rows of one place are added up.
        What is missing is no data, added up as nothing.
    by : sequence of str
        Columns over which the counts add up, such as college and grade.
    counts : sequence of str
        Columns that count students about whom something sensitive is said.
    audience : Audience
        For whom.
    wholes : mapping of str to str, optional
        Count → the column of its denominator, which every reader knows.

    Returns
    -------
    Plan
        With it nobody who has all tables by `by`, those of all totals included, can narrow a count
        to below the threshold.

    Raises
    ------
    DataError
        If counts are negative, or larger than their denominators.

    Examples
    --------
    >>> from evalkit.privacy import load_policy
    >>> frame = pd.DataFrame({"college": [*"甲甲乙乙丙丙"], "grade": [*"一二一二一二"],
    ...                       "n": [3, 9, 40, 30, 20, 50]})
    >>> plan = plan_release(frame, ["college", "grade"], ["n"], load_policy())
    >>> plan.mask([{"college": "甲", "grade": "一"}, {"college": "甲"}, {}])["n"].tolist()
    [True, False, False]
    >>> len(plan.hidden), plan.methods["n"]
    (4, 'exact')
    """
    needed = [*counts, *dict.fromkeys((wholes or {}).values())]
    sums = frame.groupby([frame[name].astype("string") for name in by], dropna=False)[needed]
    table = sums.sum(min_count=1).reset_index()
    values = [[*map(str, sorted(table[name].fillna("").unique()))] for name in by]
    rows: dict[tuple[str, ...], Mapping[Hashable, object]] = {
        tuple("" if pd.isna(row[name]) else str(row[name]) for name in by): row
        for row in table.to_dict("records")
    }
    hidden: set[Cell] = set()
    methods: dict[str, Method] = {}
    for name in counts:
        whole = (wholes or {}).get(name)
        own, most, fixed = _of_one(rows, values, by, name, whole)
        found = protect(own, _sums(own, by, values), audience.small, most=most, fixed=fixed)
        hidden |= found.hidden
        methods[name] = found.method
    return Plan(tuple(by), tuple(counts), frozenset(hidden), methods)


def _of_one(
    rows: Mapping[tuple[str, ...], Mapping[Hashable, object]],
    values: Sequence[Sequence[str]],
    by: Sequence[str],
    name: str,
    whole: str | None,
) -> tuple[dict[Cell, int], dict[Cell, int], set[Cell]]:
    """Return a count at every place, its denominators, and the places without data."""
    own: dict[Cell, int] = {}
    most: dict[Cell, int] = {}
    fixed: set[Cell] = set()
    known: dict[tuple[str, ...], tuple[int, int | None] | None] = {}
    for place, row in rows.items():
        count, of = row[name], row[whole] if whole else None
        if pd.isna(count):  # type: ignore[call-overload]
            continue
        bound = None if of is None or pd.isna(of) else int(str(of))  # type: ignore[call-overload]
        number = int(str(count))
        if number < 0 or (bound is not None and number > bound):
            raise DataError(
                f"{'、'.join(place)}的 {name} 是 {number}。允许：0 至分母"
                f"{'' if bound is None else f'（{bound}）'}。请核对数据。"
            )
        known[place] = number, bound
    for place in product(*([*each, TOTAL] for each in values)):
        inside = [
            found
            for at, found in known.items()
            if found is not None and all(p in (TOTAL, a) for p, a in zip(place, at, strict=True))
        ]
        cell = Cell.at(name, dict(zip(by, place, strict=True)))
        own[cell] = sum(count for count, _ in inside)
        bounds = [bound for _, bound in inside if bound is not None]
        if whole and len(bounds) == len(inside):
            most[cell] = sum(bounds)
        if not inside:  # no data is shown as such
            fixed.add(cell)
    return own, most, fixed


def _sums(
    cells: Mapping[Cell, int], by: Sequence[str], values: Sequence[Sequence[str]]
) -> list[Sum]:
    of = dict(zip(by, values, strict=True))
    return [
        Sum(cell, tuple(cell.with_value(dimension, each) for each in of[dimension]))
        for cell in cells
        for dimension, value in cell.place
        if value == TOTAL
    ]
