"""What somebody can work out who has all tables of an extract, by linear programming.

Written anew from the published tables and the codebook alone; it shares no code with what hides.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from evalkit.privacy.plan import Plan

PARTS = ("l1i", "l1n", "l2i", "l2n", "l3", "none", "absent")
MEANING = {
    "n_required": PARTS,
    "n_valid": PARTS[:6],
    "n_l1": ("l1i", "l1n"),
    "n_l2": ("l2i", "l2n"),
    "n_l3": ("l3",),
    "n_l1_interviewed": ("l1i",),
    "n_l2_interviewed": ("l2i",),
}
"""What each published count adds up."""
ABOUT = {
    "screening": ("college", "grade", "wave"),
    "screening_by_college": ("college", "wave"),
    "screening_by_grade": ("grade", "wave"),
    "screening_school": ("wave",),
    "annual_by_college": ("college",),
    "annual_by_grade": ("grade",),
    "annual_school": (),
}
Place = tuple[str, str, str, str]


@dataclass
class Attack:
    """All that the tables say, as equations in the smallest parts."""

    places: list[Place]
    rows: list[tuple[list[int], float]] = field(default_factory=list)

    @property
    def first(self) -> list[Place]:
        """Each year, college and grade once: 新生普测 comes before 春季普测."""
        seen: dict[tuple[str, ...], Place] = {}
        for place in sorted(self.places, key=lambda p: p[3] != "新生普测"):
            seen.setdefault(place[:3], place)
        return list(seen.values())

    @cached_property
    def numbers(self) -> dict[Place, int]:
        return {place: number for number, place in enumerate(self.places)}

    def variable(self, place: Place, part: str) -> int:
        return self.numbers[place] * len(PARTS) + PARTS.index(part)

    def most(self, variables: Sequence[int], enough: float) -> list[float]:
        """Return how large each part can be, as far as that is asked for."""
        n = len(self.places) * len(PARTS)
        columns = [column for row, _ in self.rows for column in row]
        where = np.repeat(np.arange(len(self.rows)), [len(row) for row, _ in self.rows])
        matrix = csr_array((np.ones(len(columns)), (where, columns)), shape=(len(self.rows), n))
        right = [value for _, value in self.rows]
        reached = np.zeros(n)
        for variable in variables:
            if reached[variable] >= enough - 1e-6:  # in a solution that was asked for another part
                continue
            goal = np.zeros(n)
            goal[variable] = -1.0
            found = linprog(goal, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
            if found.status == 3:
                reached[variable] = np.inf
                continue
            assert found.status == 0, "the tables contradict each other"
            reached = np.maximum(reached, found.x)
        return [float(reached[variable]) for variable in variables]


def attack(*extracts: Mapping[str, pd.DataFrame]) -> Attack:
    """Put everything that is shown into equations, of one extract or of several in one hand."""
    tables = {
        name: pd.concat([extract[name] for extract in extracts], ignore_index=True)
        for name in ABOUT
    }
    finest = tables["screening"]
    keys = ["academic_year", *ABOUT["screening"]]
    places = (tuple(map(str, place)) for place in finest[keys].itertuples(index=False))
    found = Attack(list(dict.fromkeys(places)))
    for name, about in ABOUT.items():
        axes = [keys.index(each) for each in ("academic_year", *about)]
        for _, row in tables[name].iterrows():
            wanted = tuple(row[keys[axis]] for axis in axes)
            among = found.first if name.startswith("annual") else found.places
            inside = [p for p in among if tuple(p[axis] for axis in axes) == wanted]
            for count, parts in MEANING.items():
                if not pd.isna(row[count]):
                    variables = [found.variable(p, part) for p in inside for part in parts]
                    found.rows.append((variables, float(row[count])))
    return found


def read_reports(known: Attack, rows: pd.DataFrame, plan: Plan) -> int:
    """Add what the school's reports print of a year; return how many numbers these are."""
    numbers = 0
    colleges, grades = rows["college"].unique(), rows["grade"].unique()
    for college, grade in itertools.product([None, *colleges], [None, *grades]):
        wanted = {"college_code": college, "grade": grade}
        own = rows
        for column, value in (("college", college), ("grade", grade)):
            own = own if value is None else own[own[column] == value]
        gone = plan.mask([{name: value for name, value in wanted.items() if value is not None}])
        for count in plan.counts:
            told = own.dropna(subset=count)
            if gone[count].iloc[0] or told.empty:
                continue
            variables = [
                known.variable(tuple(map(str, place)), part)
                for place in told[["academic_year", *ABOUT["screening"]]].itertuples(index=False)
                for part in MEANING[count]
            ]
            known.rows.append((variables, float(told[count].sum())))
            numbers += 1
    return numbers


def small_parts(rows: pd.DataFrame, k: int) -> Iterator[tuple[Place, str, int]]:
    """Yield the parts that speak of some students' health, and of few: what nobody may learn."""
    for row in rows.itertuples(index=False):
        place = (row.academic_year, row.college, row.grade, row.wave)
        parts = {
            "l1i": row.n_l1_interviewed,
            "l1n": row.n_l1 - row.n_l1_interviewed,
            "l2i": row.n_l2_interviewed,
            "l2n": row.n_l2 - row.n_l2_interviewed,
            "l3": row.n_l3,
            "none": row.n_valid - row.n_l1 - row.n_l2 - row.n_l3,
        }
        for part, value in parts.items():
            if not pd.isna(value) and 0 < value < k:
                yield place, part, int(value)


def leaks(tables: Mapping[str, pd.DataFrame] | Attack, rows: pd.DataFrame, k: int) -> list[str]:
    """Return the small parts that can be told to be fewer than `k`."""
    known = tables if isinstance(tables, Attack) else attack(tables)
    small = list(small_parts(rows, k))
    most = known.most([known.variable(place, part) for place, part, _ in small], k)
    return [
        f"{place} {part} = {value}, at most {largest}"
        for (place, part, value), largest in zip(small, most, strict=True)
        if largest < k - 1e-6
    ]
