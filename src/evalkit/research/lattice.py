"""One year's screening as numbers that add up: every count, and every total a reader may know.

A row of the sheet 普测统计 (college, grade, wave) is split into its smallest parts, the *leaves*:
interviewed and not interviewed at level 1 and 2, level 3, no warning, absent. Every published count
is a sum of leaves, within a row (level 1) or over rows (a college's total); so is every total that
is published elsewhere. What a reader can work out follows from these sums alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

__all__ = ["COUNTS", "PLACE", "TABLES", "WAVES", "Lattice", "build_lattice", "first_wave"]

PLACE = ("college", "grade", "wave")
"""What a row of the finest table is about."""
COUNTS = (
    "n_required", "n_valid", "n_l1", "n_l2", "n_l3", "n_l1_interviewed", "n_l2_interviewed",
)  # fmt: skip
"""The published counts of students."""
TABLES: Mapping[str, tuple[str, ...]] = {
    "screening": PLACE,
    "screening_by_college": ("college", "wave"),
    "screening_by_grade": ("grade", "wave"),
    "screening_school": ("wave",),
    "annual_by_college": ("college",),
    "annual_by_grade": ("grade",),
    "annual_school": (),
}
"""Table → what its rows are about. Those that begin with ``annual`` count each student once a year,
in the first wave of the grade. Sums over all waves are not published: a student who was screened
twice would count twice. They are taken as known all the same, because reports print them."""

WAVES = ("新生普测", "秋季普测", "春季普测", "补测合并")
"""In the order of the academic year, for where the months are not known."""

_LOSS = {
    "n_required": 100.0,
    "n_valid": 60.0,
    "n_l1": 3.0,
    "n_l2": 3.0,
    "n_l3": 2.0,
    "n_l1_interviewed": 1.0,
    "n_l2_interviewed": 1.0,
}
"""How much is lost when a count is taken out; participation is taken out only if it is small."""
_SECRET = ("l1_seen", "l1_left", "l2_seen", "l2_left", "l1", "l2", "l3", "none", "valid")
"""Leaves that say something about health. That somebody was absent does not (handbook 6.3)."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lattice:
    """A year's counts as sums of leaves.

    Attributes
    ----------
    leaves : array of int, shape (n,)
        The smallest parts (students).
    secret : array of bool, shape (n,)
        Which of them nobody may learn to be few.
    sums : sparse array of 0 and 1, shape (m, n)
        Which leaves each known total is made of.
    loss : array of float, shape (m,)
        How much is lost when a total is taken out.
    totals : mapping of (table, place, count) to int
        Row of `sums` for each published count; absent where a count is not known.
    margins : mapping of (dimensions, place, count) to int
        Row of `sums` for each total over all that is not named. What is not known is left out of
        the sum, as reports do.
    """

    leaves: Ints
    secret: NDArray[np.bool_]
    sums: csr_array
    loss: NDArray[np.float64]
    totals: Mapping[tuple[str, tuple[str, ...], str], int]
    margins: Mapping[tuple[tuple[str, ...], tuple[str, ...], str], int]

    @property
    def values(self) -> Ints:
        """Each total's value, shape (m,)."""
        return np.asarray(self.sums @ self.leaves, dtype=np.int64)


class _Builder:
    def __init__(self) -> None:
        self.leaves: list[int] = []
        self.secret: list[bool] = []
        self.rows: dict[tuple[int, ...], int] = {}
        self.loss: list[float] = []

    def leaf(self, kind: str, value: int) -> int:
        self.leaves.append(value)
        self.secret.append(kind in _SECRET)
        return len(self.leaves) - 1

    def rest(
        self, inside: list[int], whole: int | None, kinds: tuple[str, str]
    ) -> tuple[int, ...] | None:
        """Return the leaves of a whole: those inside and what is left, or one if they exceed it."""
        if whole is None:
            return None
        left = whole - sum(self.leaves[leaf] for leaf in inside)
        if left < 0:
            return (self.leaf(kinds[1], whole),)
        return (*inside, self.leaf(kinds[0], left))

    def total(self, leaves: tuple[int, ...], loss: float) -> int:
        """Return the total of these leaves; equal sums are one total."""
        place = self.rows.setdefault(leaves, len(self.loss))
        if place == len(self.loss):
            self.loss.append(loss)
        self.loss[place] = max(self.loss[place], loss)
        return place


Parts = dict[str, tuple[int, ...] | None]


def build_lattice(rows: pd.DataFrame) -> Lattice:
    """Return the lattice of a year.

    Parameters
    ----------
    rows : DataFrame
        One row a college, grade and wave: academic_year, `PLACE`, month_start (text) and `COUNTS`
        (``Int64``, missing where not known).
    """
    builder = _Builder()
    places = [tuple(map(str, place)) for place in rows[list(PLACE)].itertuples(index=False)]
    parts = [
        _parts(
            builder, {n: None if pd.isna(v) else int(v) for n, v in zip(COUNTS, row, strict=True)}
        )
        for row in rows[list(COUNTS)].itertuples(index=False)
    ]
    totals: dict[tuple[str, tuple[str, ...], str], int] = {}
    margins: dict[tuple[tuple[str, ...], tuple[str, ...], str], int] = {}
    known: list[tuple[str, tuple[str, ...], list[int]]] = [
        ("", about, list(range(len(rows)))) for about in _margins()
    ]
    first = np.flatnonzero(first_wave(rows)).tolist()
    known += [("annual", about, first) for about in (("college",), ("grade",), ())]
    names = {(name.startswith("annual"), about): name for name, about in TABLES.items()}
    for kind, about, chosen in known:
        groups: dict[tuple[str, ...], list[Parts]] = {}
        axes = [PLACE.index(dimension) for dimension in about]
        for row in chosen:
            groups.setdefault(tuple(places[row][axis] for axis in axes), []).append(parts[row])
        name = names.get((bool(kind), about), "")
        weight = 4.0 ** (len(PLACE) - len(about))
        for place, members in groups.items():
            for count in COUNTS:
                found = [own[count] for own in members]
                told = [leaves for leaves in found if leaves is not None]
                complete = len(told) == len(found)
                if not told or (kind and not complete):
                    continue
                leaves = tuple(sorted(leaf for each in told for leaf in each))
                total = builder.total(leaves, weight * _LOSS[count])
                if name and complete:
                    totals[name, place, count] = total
                if not kind:
                    margins[about, place, count] = total
    return Lattice(
        np.array(builder.leaves, dtype=np.int64),
        np.array(builder.secret, dtype=np.bool_),
        _matrix(builder),
        np.array(builder.loss),
        totals,
        margins,
    )


def first_wave(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows are a grade's first wave of the year: each student once.

    By the month in which the waves began, or by `WAVES` where a month is not known.
    """
    keys = ["academic_year", "college", "grade"]
    order = rows["wave"].map({wave: n for n, wave in enumerate(WAVES)}).fillna(len(WAVES))
    begun = rows["month_start"].fillna("")
    told = (begun != "").groupby([rows[key] for key in keys]).transform("all")
    place = pd.DataFrame({"month": begun.where(told, ""), "order": order, "wave": rows["wave"]})
    ordered = rows[keys].join(place).sort_values(["month", "order", "wave"], kind="stable")
    first = ordered.drop_duplicates(keys).index
    return np.asarray(rows.index.isin(first), dtype=np.bool_)


def _margins() -> Iterator[tuple[str, ...]]:
    """Yield every choice of dimensions, the finest first."""
    for size in range(len(PLACE), -1, -1):
        yield from combinations(PLACE, size)


def _parts(builder: _Builder, n: Mapping[str, int | None]) -> Parts:
    """Split a row into leaves, and say which of them make up each count.

    A count that does not fit the others (more interviewed than warned) stands for itself: nothing
    can be worked out from it.
    """
    parts: Parts = {}
    for level in ("l1", "l2"):
        count, seen = n[f"n_{level}"], n[f"n_{level}_interviewed"]
        parts[f"n_{level}"], parts[f"n_{level}_interviewed"] = _split(
            builder, count, seen, (level, f"{level}_left", f"{level}_seen")
        )
    parts["n_l3"] = None if n["n_l3"] is None else (builder.leaf("l3", n["n_l3"]),)
    warned = [leaf for level in ("l1", "l2") for leaf in _inside(parts, level)]
    warned += parts["n_l3"] or ()
    valid, required = n["n_valid"], n["n_required"]
    parts["n_valid"] = builder.rest(warned, valid, ("none", "valid"))
    inside = warned if valid is None else list(parts["n_valid"] or ())
    parts["n_required"] = builder.rest(inside, required, ("absent", "absent"))
    return parts


def _inside(parts: Parts, level: str) -> tuple[int, ...]:
    """Return the leaves at a level; where only the interviewed are known, those."""
    return parts[f"n_{level}"] or parts[f"n_{level}_interviewed"] or ()


def _split(
    builder: _Builder, whole: int | None, part: int | None, kinds: tuple[str, str, str]
) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None]:
    alone, left, seen = kinds
    if whole is None or part is None or part > whole:
        return (
            None if whole is None else (builder.leaf(alone, whole),),
            None if part is None else (builder.leaf(seen, part),),
        )
    inside = builder.leaf(seen, part)
    return (inside, builder.leaf(left, whole - part)), (inside,)


def _matrix(builder: _Builder) -> csr_array:
    counts = [len(leaves) for leaves in builder.rows]
    rows = np.repeat(np.arange(len(counts)), counts)
    columns = np.array([leaf for leaves in builder.rows for leaf in leaves], dtype=np.int64)
    shape = (len(counts), len(builder.leaves))
    return csr_array((np.ones(len(columns)), (rows, columns)), shape=shape)
