"""Seasonal checks (摸底排查): sheet S12."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from evalkit.ledger.workbook import Record
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.terms import SEMESTERS

__all__ = ["Check", "check_rows", "checks_of"]

_ROUNDS = ((0, "开学初", 9), (0, "学期中", 11), (1, "开学初", 3), (1, "学期中", 5))


@dataclass(frozen=True, slots=True)
class Check:
    """One round of checking every student."""

    semester: int
    name: str
    start: date
    reported_on: date


def checks_of(here: CollegeYear) -> tuple[Check, ...]:
    """Return the year's checks; none where the profile says that there were none."""
    if not here.profile.checks:
        return ()
    draws = here.draws("check dates")
    rounds = list(_ROUNDS)
    if here.merit > 0.45:
        rounds.append((1, "节点排查", 6))
    found = []
    for semester, name, month in rounds:
        start = here.terms.some_day(draws, month, before=11)
        reported = here.terms.working_on(start + timedelta(days=draws.integer(6, 9)))
        found.append(Check(semester, name, start, reported))
    return tuple(found)


def check_rows(here: CollegeYear, checks: Sequence[Check], brought: Sequence[date]) -> list[Record]:
    """Return the rows of S12.

    Parameters
    ----------
    here : CollegeYear
        College and year.
    checks : sequence of Check
        The checks of the year.
    brought : sequence of date
        Days on which students who were found by a check came into the register.
    """
    draws = here.draws("checks")
    rows: list[Record] = []
    for check in checks:
        required = here.structure.n_students
        missed = round(required * draws.uniform(0.0, 0.05) * (1 - here.merit))
        new = sum(check.start <= day <= check.reported_on for day in brought)
        rows.append(
            {
                "semester": SEMESTERS[check.semester],
                "round": check.name,
                "start": check.start,
                "reported_on": check.reported_on,
                "n_required": required,
                "n_checked": required - missed,
                "n_talked": new + round(required * draws.uniform(0.01, 0.04)),
                "n_new": new,
                "zero_report": new == 0,
            }
        )
    return rows
