"""Grades, classes and dorms: sheets S00 and S01, the denominators of everything else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.ledger.workbook import Record
from evalkit.synthetic.colleges import majors_of
from evalkit.synthetic.draws import Draws, share_out
from evalkit.synthetic.plan import Profile
from evalkit.workspace import AcademicYear, College

__all__ = ["SchoolClass", "Structure", "class_base_rows", "grade_label", "structure_of"]

_SHARES = (0.36, 0.34, 0.30)
_CLASS_SIZE = 42
_PER_DORM = 5.5


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """One class: year of entry, major, name, students, dorms."""

    entry: int
    major: str
    name: str
    n_students: int
    dorms: tuple[str, ...]
    on_campus_s2: bool
    counsellor: str


@dataclass(frozen=True, slots=True)
class Structure:
    """All classes of a college in a year."""

    year: AcademicYear
    classes: tuple[SchoolClass, ...]

    @property
    def entries(self) -> tuple[int, int, int]:
        """Years of entry of first, second and third grade."""
        return self.year.start, self.year.start - 1, self.year.start - 2

    @property
    def n_students(self) -> int:
        """Students of all classes."""
        return sum(each.n_students for each in self.classes)

    @property
    def n_dorms(self) -> int:
        """Dorms of all classes."""
        return sum(len(each.dorms) for each in self.classes)

    def of_grade(self, entry: int) -> tuple[SchoolClass, ...]:
        """Return the classes of one year of entry."""
        return tuple(each for each in self.classes if each.entry == entry)

    def in_grade(self, entry: int) -> int:
        """Return how many students entered in this year."""
        return sum(each.n_students for each in self.of_grade(entry))

    def on_campus(self, semester: int) -> tuple[SchoolClass, ...]:
        """Return the classes that are at school in a semester (0 or 1)."""
        return tuple(each for each in self.classes if semester == 0 or each.on_campus_s2)

    def grades_on_campus(self, semester: int) -> tuple[int, ...]:
        """Return the years of entry of those classes."""
        here = {each.entry for each in self.on_campus(semester)}
        return tuple(entry for entry in self.entries if entry in here)


def grade_label(entry: int) -> str:
    """Return a grade as ledgers write it.

    Examples
    --------
    >>> grade_label(2024)
    '2024级'
    """
    return f"{entry}级"


def structure_of(
    college: College,
    number: int,
    profile: Profile,
    year: AcademicYear,
    last: AcademicYear,
    *,
    seed: int,
    counsellors: Sequence[str],
) -> Structure:
    """Return a college's classes in a year.

    A class keeps its name, its dorms and its place in the line of counsellors from year to year,
    and loses a student now and then.

    Parameters
    ----------
    college, number : College, int
        The college and its place in the school, from one.
    profile : Profile
        Profile of the last year.
    year, last : AcademicYear
        The year, and the last one generated, whose sizes are the planned ones.
    seed : int
        Seed of the school.
    counsellors : sequence of str
        Names in the line of counsellors.
    """
    classes: list[SchoolClass] = []
    for entry in (year.start, year.start - 1, year.start - 2):
        size = _cohort_size(college, profile, entry, last, seed)
        away = profile.away and entry == year.start - 2
        classes += _cohort(
            college, number, entry, size, year, last, seed, away=away, counsellors=counsellors
        )
    return Structure(year, tuple(classes))


def _cohort_size(
    college: College, profile: Profile, entry: int, last: AcademicYear, seed: int
) -> int:
    """Return a cohort's size in the last year, or in its third if that was earlier."""
    past = last.start - 2 - entry
    if past <= 0:
        return share_out(profile.size, _SHARES)[last.start - entry]
    draws = Draws(seed, college.code, entry, "size")
    shrink = max(1 - 0.012 * past + draws.uniform(-0.02, 0.02), 0.6)
    return round(profile.size * _SHARES[2] * shrink)


def _cohort(
    college: College,
    number: int,
    entry: int,
    size: int,
    year: AcademicYear,
    last: AcademicYear,
    seed: int,
    *,
    away: bool,
    counsellors: Sequence[str],
) -> list[SchoolClass]:
    draws = Draws(seed, college.code, entry, "classes")
    count = max(round(size / _CLASS_SIZE), 1)
    sizes = share_out(size, [1.0] * count)
    for _ in range(2 * count):
        low, high = draws.integer(0, count - 1), draws.integer(0, count - 1)
        if sizes[low] > 38 and sizes[high] < 46:
            sizes[low] -= 1
            sizes[high] += 1
    majors = majors_of(college)
    per_major = share_out(count, [1.3, 1.0, 0.8])
    labels = [
        (major, f"{short}{entry % 100:02d}{place:02d}班")
        for (major, short), several in zip(majors, per_major, strict=True)
        for place in range(1, several + 1)
    ]
    building = 4 * number - 3 + entry % 4
    lines = math.ceil(len(counsellors) / 3)
    together = math.ceil(count / lines)
    dorm = 0
    classes = []
    for place, ((major, name), n_now) in enumerate(zip(labels, sizes, strict=True)):
        losses = [1 if draws.chance(0.4) else 0 for _ in range(2)]
        known = min(last.start - entry, 2)
        n_at_entry = n_now + sum(losses[:known])
        n_dorms = math.ceil(n_at_entry / _PER_DORM)
        rooms = tuple(_dorm(building, dorm + extra) for extra in range(n_dorms))
        dorm += n_dorms
        slot = (entry % 3 + 3 * (place // together)) % len(counsellors)
        n_students = n_at_entry - sum(losses[: year.start - entry])
        classes.append(
            SchoolClass(entry, major, name, n_students, rooms, not away, counsellors[slot])
        )
    return classes


def _dorm(building: int, place: int) -> str:
    floor, room = divmod(place, 24)
    return f"{building}栋{floor + 1}{room + 1:02d}"


def class_base_rows(structure: Structure) -> list[Record]:
    """Return the rows of S01."""
    return [
        {
            "grade": grade_label(each.entry),
            "major": each.major,
            "class_name": each.name,
            "n_in_class": each.n_students,
            "n_dorms": len(each.dorms),
            "on_campus_s2": each.on_campus_s2,
            "counsellor": each.counsellor,
        }
        for each in structure.classes
    ]
