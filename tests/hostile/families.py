"""Families of tables about the same students, as the reports of a school show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evalkit.privacy import Audience, Field, release
from evalkit.privacy.cells import TOTAL, Linked
from evalkit.privacy.plan import Plan, plan_release

COUNTS = ("n_l1", "n_l2", "n_l3")
BY = ("college", "grade")
COLLEGE, GRADE, YEAR = Field("college", "学院"), Field("grade", "年级"), Field("year", "学年")
FIELDS = tuple(
    field
    for name in COUNTS
    for field in (
        Field(name, name, "人次", "count", students=True),
        Field(f"{name}_rate", name, "", "percent", of=(name, "n_valid")),
    )
)


@dataclass(frozen=True)
class Family:
    """A year's counts by college and grade, and its plan if one was made."""

    year: str
    frame: pd.DataFrame
    audience: Audience
    plan: Plan | None

    def linked(
        self, by: Field, at: Mapping[str, str], label: str | None, order: Sequence[str] = ()
    ) -> Linked:
        """Return one table: by college or grade, of the whole school or one college."""
        own = self.frame
        if at.get("college", TOTAL) != TOTAL:
            own = own[own["college"] == at["college"]]
        rows = own.groupby(by.name, as_index=False)[["n_valid", *COUNTS]].sum(min_count=1)
        if order:
            rows = rows.set_index(by.name).loc[[*order]].reset_index()
        fixed = {name: value for name, value in at.items() if name in BY and value != TOTAL}
        places = [{**fixed, by.name: str(name)} for name in rows[by.name]]
        if label is not None:
            places.append(fixed)
        table = release(
            rows,
            (by, *FIELDS),
            self.audience,
            total=None if label is None else {by.name: label},
            hidden=None if self.plan is None else self.plan.mask(places),
        )
        totals = {} if label is None else {by.name: label}
        return Linked(table, {by.name: by.name}, {"year": self.year, **at}, totals)

    def tables(self) -> list[Linked]:
        """Return every table that the reports show of the year."""
        colleges = sorted(self.frame["college"].unique())
        return [
            self.linked(COLLEGE, {"grade": TOTAL}, "全校"),
            self.linked(GRADE, {"college": TOTAL}, "全校"),
            self.linked(COLLEGE, {"grade": TOTAL}, None, colleges[::-1]),
            *(self.linked(GRADE, {"college": college}, "全院") for college in colleges),
        ]


def random_frame(rng: np.random.Generator) -> pd.DataFrame:
    """Return counts by college and grade: few and many, none, and colleges without data."""
    colleges, grades = int(rng.integers(2, 13)), int(rng.integers(1, 6))
    rows = []
    for college in range(colleges):
        absent = rng.random() < 0.05
        size = int(rng.choice([8, 60, 150, 500]))
        for grade in range(grades):
            if rng.random() < 0.1:  # not every college has every grade
                continue
            valid = int(rng.poisson(size))
            rates = rng.gamma(1.0, 1.0, size=3) * np.array([0.02, 0.08, 0.2])
            counts = [int(rng.binomial(valid, min(rate, 1.0))) for rate in rates]
            rows.append([f"C{college:02d}", f"{2020 + grade}级", valid, *counts])
            if absent:
                rows[-1][2:] = [pd.NA] * 4
    frame = pd.DataFrame(rows, columns=["college", "grade", "n_valid", *COUNTS])
    return frame.astype(dict.fromkeys(["n_valid", *COUNTS], "Int64"))


def random_family(rng: np.random.Generator, audience: Audience, *, planned: bool) -> list[Family]:
    """Return a family of one to three years."""
    found = []
    for year in range(int(rng.integers(1, 4))):
        frame = random_frame(rng)
        plan = plan_release(frame, BY, COUNTS, audience, wholes=dict.fromkeys(COUNTS, "n_valid"))
        found.append(Family(str(2022 + year), frame, audience, plan if planned else None))
    return found
