"""One college in one year: what every subject of its ledger draws on."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.synthetic.draws import Draws
from evalkit.synthetic.plan import Profile
from evalkit.synthetic.staff import Staff
from evalkit.synthetic.structure import Structure
from evalkit.synthetic.terms import Terms
from evalkit.workspace import AcademicYear, College

__all__ = ["CollegeYear"]


@dataclass(frozen=True, slots=True)
class CollegeYear:
    """A college in a year.

    ``number`` is the college's place in the school, from one; ``age`` counts the years before the
    last one; ``profile`` is that of the year.
    """

    seed: int
    college: College
    number: int
    year: AcademicYear
    age: int
    profile: Profile
    terms: Terms
    structure: Structure
    staff: Staff

    @property
    def code(self) -> str:
        """The college's code."""
        return self.college.code

    @property
    def merit(self) -> float:
        """Quality of the year's work, from 0 to 1."""
        return self.profile.merit

    def draws(self, subject: str) -> Draws:
        """Return the stream of a subject."""
        return Draws(self.seed, self.year.start, self.code, subject)
