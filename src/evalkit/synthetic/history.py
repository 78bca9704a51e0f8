"""Every college in every year, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.colleges import invented_colleges
from evalkit.synthetic.plan import profile_of
from evalkit.synthetic.staff import staff_by_year
from evalkit.synthetic.structure import structure_of
from evalkit.synthetic.terms import Terms
from evalkit.workspace import AcademicYear, College

__all__ = ["histories"]


def histories(
    *, colleges: int, years: int, seed: int, last_year: str
) -> list[tuple[CollegeYear, ...]]:
    """Return each college's years, oldest first.

    Parameters
    ----------
    colleges, years : int
        How many, from one.
    seed : int
        Where the draws begin.
    last_year : str
        Name of the last academic year.

    Raises
    ------
    ValueError
        If there is less than one college or year, or `last_year` is no academic year.
    """
    if years < 1:
        raise ValueError(f"a school has at least one year, not {years}")
    last = AcademicYear.parse(last_year)
    span = [AcademicYear(last.start - age) for age in reversed(range(years))]
    return [
        _history(college, number, span, seed, colleges)
        for number, college in enumerate(invented_colleges(colleges), 1)
    ]


def _history(
    college: College, number: int, span: Sequence[AcademicYear], seed: int, colleges: int
) -> tuple[CollegeYear, ...]:
    profile = profile_of(college, seed=seed, colleges=colleges)
    staff = staff_by_year(college, profile, span, seed=seed)
    return tuple(
        CollegeYear(
            seed=seed,
            college=college,
            number=number,
            year=year,
            age=span[-1].start - year.start,
            profile=profile.years_before(span[-1].start - year.start),
            terms=Terms.of(year),
            structure=structure_of(
                college,
                number,
                profile,
                year,
                span[-1],
                seed=seed,
                counsellors=staff[year].counsellors,
            ),
            staff=staff[year],
        )
        for year in span
    )
