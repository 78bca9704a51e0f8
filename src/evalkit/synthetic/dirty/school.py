"""The small invented school: what is true at its colleges before anybody fills a workbook."""

from __future__ import annotations

from dataclasses import replace

from evalkit.synthetic.college_ledger import ledger_rows
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.colleges import invented_colleges
from evalkit.synthetic.dirty.plants import Rows
from evalkit.synthetic.plan import profile_of
from evalkit.synthetic.register import cases_by_year
from evalkit.synthetic.staff import staff_by_year
from evalkit.synthetic.structure import structure_of
from evalkit.synthetic.terms import Terms
from evalkit.synthetic.training import Training, trainings_of
from evalkit.workspace import AcademicYear, College

__all__ = ["COLLEGES", "SIZE", "YEAR", "college_years", "true_rows"]

YEAR = AcademicYear(2024)
COLLEGES = invented_colleges(13)
SIZE = 278
"""Students of a college: 100 in the first grade, so that shares of it are round."""

_LIKE = "C03"
"""College whose profile all have: it fills every sheet, and nothing is planted in it."""


def college_years(seed: int) -> list[tuple[CollegeYear, ...]]:
    """Return each college's last year and the one before, oldest first."""
    return [_years(college, number, seed) for number, college in enumerate(COLLEGES, 1)]


def _years(college: College, number: int, seed: int) -> tuple[CollegeYear, ...]:
    like = next(other for other in COLLEGES if other.code == _LIKE)
    profile = replace(
        profile_of(like, seed=seed, colleges=len(COLLEGES)), size=SIZE, absent=None, earlier={}
    )
    span = (YEAR.previous, YEAR)
    staff = staff_by_year(college, profile, span, seed=seed)
    return tuple(
        CollegeYear(
            seed=seed,
            college=college,
            number=number,
            year=year,
            age=YEAR.start - year.start,
            profile=profile,
            terms=Terms.of(year),
            structure=structure_of(
                college, number, profile, year, YEAR, seed=seed, counsellors=staff[year].counsellors
            ),
            staff=staff[year],
        )
        for year in span
    )


def true_rows(history: tuple[CollegeYear, ...], year: AcademicYear = YEAR) -> Rows:
    """Return what is true at a college in a year, sheet by sheet."""
    past: list[Training] = []
    for here, cases in zip(history, cases_by_year(history), strict=True):
        if here.year == year:
            drawn = ledger_rows(here, cases, past)
            rows = {name: [dict(record) for record in records] for name, records in drawn.items()}
            _leave_gaps(rows)
            return rows
        past += trainings_of(here)
    raise ValueError(f"no such year: {year}")


def _leave_gaps(rows: Rows) -> None:
    """Let a class and a student be missed once: all of all, always, would be asked about."""
    month, check = rows["monthly"][2], rows["checks"][3]
    month["n_classes_in"] = int(str(month["n_classes_due"])) - 1
    check["n_checked"] = int(str(check["n_required"])) - 1
