"""The register of priority-care students over the years: sheet S16, and what S15 counts of it.

Students appear under codes only. A case that is open in July is there again in September, and
what monthly reports say about new and closed cases is counted from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from evalkit.ledger.workbook import Record
from evalkit.synthetic.checks import checks_of
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws, share_out
from evalkit.synthetic.structure import grade_label
from evalkit.synthetic.terms import REPORT_MONTHS

__all__ = ["Case", "CaseMonth", "case_rows", "cases_by_year", "months_of"]

ACTIVE, CLOSED, AWAY, GRADUATED = "在册", "解除", "休学", "毕业转出"
SCREENED, CHECKED = "普测", "排查"

_NEW = {9: 1.3, 10: 1.0, 11: 1.7, 12: 1.0, 1: 0.3, 3: 1.3, 4: 1.4, 5: 1.1, 6: 0.6, 7: 0.1}
_CLOSED = {9: 0.3, 10: 0.5, 11: 0.7, 12: 1.2, 1: 0.7, 3: 0.6, 4: 0.9, 5: 1.0, 6: 1.6, 7: 0.5}
_INTERVALS = {"一级": 7, "二级": 14, "三级": 30}
"""Days between two contacts."""

_ISSUES = {
    "情绪": 0.30, "人际": 0.14, "学业": 0.16, "家庭变故": 0.12, "经济": 0.09, "网络": 0.06,
    "身体疾病": 0.05, "精神障碍(已就医)": 0.05, "其他": 0.03,
}  # fmt: skip
_IN_TREATMENT = "精神障碍(已就医)"
_BY_ISSUE = {
    "学业": "学业帮扶", "经济": "资助", "家庭变故": "家校沟通", _IN_TREATMENT: "转介医院",
}  # fmt: skip
_FINDERS = {"辅导员": 0.42, "月报": 0.2, "心理委员/观察员": 0.22, "自述": 0.1, "家长": 0.06}


@dataclass(frozen=True, slots=True)
class Case:
    """One priority-care student."""

    code: str
    entry: int
    level: str
    issue: str
    found_by: str
    opened: date
    status: str = ACTIVE
    closed: date | None = None


@dataclass(frozen=True, slots=True)
class CaseMonth:
    """What a monthly report says about the register."""

    new: int
    closed: int
    at_end: int


def cases_by_year(years: Sequence[CollegeYear]) -> list[tuple[Case, ...]]:
    """Return each year's cases: those taken over, then the new ones."""
    result: list[tuple[Case, ...]] = []
    carried = _before(years[0])
    serial = len(carried)
    for here in years:
        present = set(here.structure.entries)
        cases = _simulate(here, [c for c in carried if c.entry in present], serial)
        serial += sum(case.opened >= here.year.first_day for case in cases)
        result.append(tuple(cases))
        carried = [case for case in cases if case.status == ACTIVE]
    return result


def _code(here: CollegeYear, serial: int) -> str:
    return f"K-{here.code}{serial:03d}"


def _before(here: CollegeYear) -> list[Case]:
    """Invent the cases that were open when the first year began."""
    draws = Draws(here.seed, here.code, "register before")
    number = round(here.profile.key_share * here.structure.n_students * 0.4)
    return [
        _case(
            here,
            draws,
            serial,
            draws.pick(here.structure.entries[1:]),
            date(here.year.start, draws.integer(3, 6), draws.integer(1, 26)),
            draws.weighted(_FINDERS),
        )
        for serial in range(1, number + 1)
    ]


def _case(
    here: CollegeYear, draws: Draws, serial: int, entry: int, opened: date, found_by: str
) -> Case:
    levels = {"一级": 0.18, "二级": 0.36, "三级": 0.46}
    if found_by == SCREENED and here.profile.level_one is not None:
        # Where screening found hardly any level one, it cannot have brought some here.
        levels["一级"] = 0.0
    level, issue = draws.weighted(levels), draws.weighted(_ISSUES)
    if issue == _IN_TREATMENT and level == "三级":
        level = "二级"
    return Case(_code(here, serial), entry, level, issue, found_by, opened)


def _simulate(here: CollegeYear, carried: list[Case], serial: int) -> list[Case]:
    draws = here.draws("register")
    total = round(here.profile.key_share * here.structure.n_students)
    opening = _monthly(here, draws, _NEW, max(total - len(carried), round(0.3 * total)))
    closing = _monthly(here, draws, _CLOSED, round(0.42 * total))
    cases = list(carried)
    for month in REPORT_MONTHS:
        for _ in range(opening[month]):
            serial += 1
            cases.append(_new_case(here, draws, serial, month))
        cases = _close_some(here, draws, cases, month, closing[month])
    last = here.structure.entries[2]
    return [_graduate(here, draws, case) if case.entry == last else case for case in cases]


def _monthly(
    here: CollegeYear, draws: Draws, weights: dict[int, float], total: int
) -> dict[int, int]:
    """Spread cases over the months; months planted as the same get one each, the missing none."""
    flat, missing = here.profile.flat_months, here.profile.missing_month
    fixed = dict.fromkeys(flat, 1) | ({missing: 0} if missing else {})
    free = [month for month in REPORT_MONTHS if month not in fixed]
    jittered = [weights[month] * draws.uniform(0.6, 1.4) for month in free]
    parts = share_out(max(total - len(flat), 0), jittered)
    return fixed | dict(zip(free, parts, strict=True))


def _day(here: CollegeYear, draws: Draws, month: int) -> date:
    """Return a day early enough to be in the month's report."""
    return here.terms.some_day(draws, month, before=22)


def _new_case(here: CollegeYear, draws: Draws, serial: int, month: int) -> Case:
    first, second, third = here.structure.entries
    if month in (11, 12) and draws.chance(0.5):
        found_by, entry = SCREENED, first
    elif month in (4, 5) and draws.chance(0.45):
        found_by, entry = SCREENED, draws.pick((second, third))
    else:
        entry = draws.weighted({first: 0.45, second: 0.35, third: 0.2})
        for check in checks_of(here):
            if check.start.month == month and draws.chance(0.4):
                opened = draws.pick((check.start, check.reported_on))
                return _case(here, draws, serial, entry, opened, CHECKED)
        found_by = draws.weighted(_FINDERS)
    return _case(here, draws, serial, entry, _day(here, draws, month), found_by)


def _close_some(
    here: CollegeYear, draws: Draws, cases: list[Case], month: int, number: int
) -> list[Case]:
    open_long = [
        case
        for case in cases
        if case.status == ACTIVE and case.opened <= here.terms.on(month, 1) - timedelta(days=20)
    ]
    chosen = {case.code for case in draws.several(open_long, number)}
    result = []
    for case in cases:
        if case.code in chosen:
            status = AWAY if draws.chance(0.06) else CLOSED
            case = replace(case, status=status, closed=_day(here, draws, month))
        result.append(case)
    return result


def _graduate(here: CollegeYear, draws: Draws, case: Case) -> Case:
    if case.status != ACTIVE:
        return case
    return replace(case, status=GRADUATED, closed=here.terms.some_day(draws, 7))


def months_of(here: CollegeYear, cases: Sequence[Case]) -> dict[int, CaseMonth]:
    """Count the year's new and closed cases by month, and those open at its end."""
    start = here.year.first_day
    at_end = sum(case.opened < start for case in cases)
    result = {}
    for month in REPORT_MONTHS:
        new = sum(case.opened >= start and case.opened.month == month for case in cases)
        closed = sum(case.closed is not None and case.closed.month == month for case in cases)
        at_end += new - closed
        result[month] = CaseMonth(new, closed, at_end)
    return result


def case_rows(here: CollegeYear, cases: Sequence[Case]) -> list[Record]:
    """Return the rows of S16."""
    draws = here.draws("follow-up")
    owners = [member.name for member in here.staff.counselling]
    return [_row(here, draws, case, owners) for case in cases]


def _row(here: CollegeYear, draws: Draws, case: Case, owners: Sequence[str]) -> Record:
    terms = here.terms
    begin = max(case.opened, terms.sem1_start)
    end = min(case.closed or terms.sem2_end, terms.sem2_end)
    days = (end - begin).days
    if begin <= terms.sem1_end and end >= terms.sem2_start:
        days -= (terms.sem2_start - terms.sem1_end).days
    interval = _INTERVALS[case.level]
    n_due = max(days, 0) // interval
    n_done = max(round(n_due * (0.66 + 0.36 * here.merit + draws.uniform(-0.1, 0.08))), 0)
    late = draws.chance(0.3 * (1 - here.merit))
    back = draws.integer(0, interval - 1) + (interval if late else 0)
    last_contact = max(end - timedelta(days=back), begin)
    return {
        "case_code": case.code,
        "grade": grade_label(case.entry),
        "level": case.level,
        "issue": case.issue,
        "found_by": case.found_by,
        "opened_on": case.opened,
        "has_plan": case.level == "一级" or draws.chance(0.55 + 0.45 * here.merit),
        "owner": draws.pick(owners),
        "measures": _measures(draws, case),
        "n_due": n_due,
        "n_done": n_done,
        "last_contact": last_contact,
        "parents_told": case.level == "一级" or draws.chance(0.55),
        "status": case.status,
        "closed_on": case.closed,
    }


def _measures(draws: Draws, case: Case) -> tuple[str, ...]:
    chosen = ["谈心谈话"]
    if case.level != "三级" or draws.chance(0.4):
        chosen.append("心理辅导")
    if case.issue in _BY_ISSUE:
        chosen.append(_BY_ISSUE[case.issue])
    if case.level == "一级" and case.issue != _IN_TREATMENT:
        chosen.append("转介校中心")
    if case.level == "一级" and draws.chance(0.3):
        chosen.append("陪护")
    return tuple(chosen)
