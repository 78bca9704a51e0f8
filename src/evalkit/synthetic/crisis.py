"""Crises and referrals, coded: sheet S17."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from evalkit.ledger.workbook import Record
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws

__all__ = ["crisis_rows"]

_MONTHS = {9: 0.6, 10: 1.0, 11: 1.2, 12: 1.1, 3: 1.2, 4: 1.3, 5: 1.1, 6: 0.7}
_SEVERITIES = {"一般": 0.72, "较大": 0.23, "重大": 0.05}


def crisis_rows(here: CollegeYear) -> list[Record]:
    """Return the rows of S17 in order of time; none if there was no crisis."""
    draws = here.draws("crisis")
    found = []
    for _ in range(here.profile.crises):
        day = here.terms.some_day(draws, draws.weighted(_MONTHS))
        clock = time(draws.integer(7, 23), draws.pick((0, 5, 10, 20, 25, 35, 40, 50)))
        found.append(datetime.combine(day, clock))
    return [_row(here, draws, place, moment) for place, moment in enumerate(sorted(found), 1)]


def _row(here: CollegeYear, draws: Draws, place: int, found: datetime) -> Record:
    severity = draws.weighted(_SEVERITIES)
    slow = 1.0 + 2.5 * (1 - here.merit)
    acted = _not_midnight(found + timedelta(minutes=5 * round(draws.uniform(1, 6) * slow)))
    reported = _not_midnight(found + timedelta(minutes=5 * round(draws.lognormal(9, 0.7) * slow)))
    grave = severity != "一般"
    actions = ["24小时陪护", "家长到校"] if grave else ["转介校中心"]
    if grave or draws.chance(0.4):
        actions.append("转介医院")
    if severity == "重大":
        actions.append("安置休学")
    over = found.date() + timedelta(days=draws.integer(14, 40))
    settled = over <= here.terms.sem2_end
    return {
        "event_code": f"E-{here.code}{here.year.start % 100:02d}{place:02d}",
        "severity": severity,
        "found_at": found,
        "reported_at": reported,
        "first_action_at": acted,
        "reported_to": ("学院", "校心理中心", "学工部", "家长")
        if grave
        else ("学院", "校心理中心"),
        "actions": tuple(actions),
        "record_complete": draws.chance(0.6 + 0.4 * here.merit),
        "n_followups": draws.integer(2, 5) + round(4 * here.merit),
        "closed_on": over if settled else None,
    }


def _not_midnight(moment: datetime) -> datetime:
    """Keep clear of 0:00, which spreadsheets cannot tell from a day without an hour."""
    return moment + timedelta(minutes=1) if moment.time() == time() else moment
