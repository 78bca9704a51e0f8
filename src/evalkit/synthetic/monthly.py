"""Monthly reports: sheet S15."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from evalkit.ledger.workbook import Record
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws
from evalkit.synthetic.register import Case, months_of
from evalkit.synthetic.terms import REPORT_MONTHS, Terms

__all__ = ["monthly_rows"]

_WORRIES = {
    "n_study": 0.0048,
    "n_relation": 0.0036,
    "n_love": 0.0022,
    "n_mood": 0.0040,
    "n_family": 0.0020,
    "n_other": 0.0010,
}
"""Share of the students on campus who are reported with each kind of worry in a month."""

_BUSY = {9: 1.0, 10: 1.05, 11: 1.2, 12: 1.3, 1: 0.8, 3: 1.1, 4: 1.2, 5: 1.15, 6: 1.25, 7: 0.5}
_NEVER_LATE = (1, 7)
"""The last report of a semester is handed in before everybody leaves."""


def monthly_rows(here: CollegeYear, cases: Sequence[Case]) -> list[Record]:
    """Return the rows of S15, one for each report that came."""
    draws = here.draws("monthly")
    profile, register = here.profile, months_of(here, cases)
    sent = [month for month in REPORT_MONTHS if month != profile.missing_month]
    lateable = [month for month in sent if month not in _NEVER_LATE]
    late = set(draws.several(lateable, len(sent) - profile.on_time))
    counts: dict[int, dict[str, int]] = {}
    rows: list[Record] = []
    for month in sent:
        first = profile.flat_months[0] if month in profile.flat_months else month
        counts[month] = counts.get(first) or _counts(here, draws, month)
        submitted = _submitted(here.terms, draws, month, late=month in late)
        updated = min(submitted, here.terms.month_end(month))
        case = register[month]
        rows.append(
            {
                "month": here.year.month_label(month),
                **counts[month],
                "submitted_on": submitted,
                "n_key_new": case.new,
                "n_key_closed": case.closed,
                "n_key_end": case.at_end,
                "db_updated_on": updated - timedelta(days=draws.integer(0, 2)),
                "zero_report": case.new == 0 and not any(counts[month][w] for w in _WORRIES),
            }
        )
    return rows


def _counts(here: CollegeYear, draws: Draws, month: int) -> dict[str, int]:
    classes = here.structure.on_campus(here.terms.semester_of(month))
    students = sum(each.n_students for each in classes)
    due = len(classes)
    share = min(0.9 + 0.12 * here.merit + draws.uniform(-0.06, 0.04), 1.0)
    result = {"n_classes_due": due, "n_classes_in": max(round(due * share), round(0.85 * due))}
    for worry, rate in _WORRIES.items():
        result[worry] = round(students * rate * _BUSY[month] * draws.uniform(0.6, 1.5))
    return result


def _submitted(terms: Terms, draws: Draws, month: int, *, late: bool) -> date:
    end = terms.month_end(month)
    if month == 1:
        return terms.sem1_end - timedelta(days=draws.integer(0, 1))
    if month == 7:
        return terms.sem2_end - timedelta(days=draws.integer(0, 1))
    if late:
        return terms.working_on(end + timedelta(days=draws.integer(1, 7)))
    return end - timedelta(days=draws.integer(0, 5))
