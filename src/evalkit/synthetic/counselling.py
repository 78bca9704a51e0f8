"""Individual and group counselling: sheets S13 and S14."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from evalkit.ledger.workbook import Record
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws, share_out
from evalkit.synthetic.staff import ADVISER
from evalkit.synthetic.terms import REPORT_MONTHS, SEMESTERS

__all__ = ["group_rows", "individual_rows"]

_BUSY = {9: 0.8, 10: 1.1, 11: 1.3, 12: 1.2, 1: 0.4, 3: 1.2, 4: 1.3, 5: 1.2, 6: 0.9, 7: 0.15}
_CHANNELS = {"电话": 0.2, "网络": 0.3, "谈心谈话": 0.5}
_TOPICS = {
    "学业": 1.4, "人际": 1.3, "情绪": 1.6, "恋爱": 0.9, "家庭": 0.8, "适应": 0.9, "就业": 0.5,
    "自我": 0.7, "网络": 0.3, "其他": 0.2,
}  # fmt: skip
_REFERRALS = 0.006
"""Referrals a year for each student."""

_GROUPS = (
    "新生适应成长小组", "人际沟通成长小组", "情绪管理训练小组", "自信心提升小组", "压力管理小组",
    "生涯探索小组", "恋爱与亲密关系小组", "宿舍关系改善小组", "正念减压小组", "考前减压小组",
    "经济困难学生支持小组", "学业困难学生互助小组",
)  # fmt: skip


def individual_rows(here: CollegeYear) -> list[Record]:
    """Return the rows of S13 in order of month."""
    draws = here.draws("individual")
    total = round(here.profile.sessions * here.structure.n_students / 1000)
    months = share_out(total, [_BUSY[m] * draws.uniform(0.75, 1.25) for m in REPORT_MONTHS])
    advisers = [m.name for m in here.staff.counselling if m.role == ADVISER]
    others = [m.name for m in here.staff.counselling if m.role != ADVISER]
    lines: list[tuple[int, str, str, int]] = []
    for month, sessions in zip(REPORT_MONTHS, months, strict=True):
        people = [("面询", name) for name in advisers]
        people.append((draws.weighted(_CHANNELS), draws.pick(others)))
        # Few sessions are one person's work.
        people = people[: max(round(sessions / (1.3 * here.profile.session_ratio)), 1)]
        weights = [draws.uniform(0.7, 1.3) * (1.0 if c == "面询" else 0.4) for c, _ in people]
        for (channel, name), part in zip(people, share_out(sessions, weights), strict=True):
            if part:
                lines.append((month, channel, name, part))
    clients = _clients(here, [part for *_, part in lines])
    referred = _referrals(here, draws, clients)
    return [
        {
            **_individual(here, draws, month, n_clients, part),
            "channel": channel,
            "counsellor": name,
            "n_ref_centre": centre,
            "n_ref_hospital": hospital,
        }
        for (month, channel, name, part), n_clients, (centre, hospital) in zip(
            lines, clients, referred, strict=True
        )
    ]


def _clients(here: CollegeYear, sessions: Sequence[int]) -> list[int]:
    """Return each row's clients: at least one, never more than sessions, the planned ratio."""
    total = max(round(sum(sessions) / here.profile.session_ratio), len(sessions))
    spare = [each - 1 for each in sessions]
    if not any(spare):
        return list(sessions)
    return [1 + extra for extra in share_out(total - len(sessions), spare)]


def _individual(here: CollegeYear, draws: Draws, month: int, clients: int, sessions: int) -> Record:
    complete = min(0.78 + 0.21 * here.merit + draws.uniform(0, 0.06), 1.0)
    topics = {draws.weighted(_TOPICS) for _ in range(4)}
    return {
        "month": here.year.month_label(month),
        "n_clients": clients,
        "n_sessions": sessions,
        "n_new": min(round(clients * draws.uniform(0.3, 0.65)), clients),
        "topics": tuple(topic for topic in _TOPICS if topic in topics),
        "n_records_ok": min(round(sessions * complete), sessions),
    }


def _referrals(here: CollegeYear, draws: Draws, clients: Sequence[int]) -> list[tuple[int, int]]:
    """Spread the year's referrals over the rows: to the centre and to hospitals.

    No row gets more of them than it has clients.
    """
    left, centre, hospital = list(clients), [0] * len(clients), [0] * len(clients)
    for _ in range(round(_REFERRALS * here.structure.n_students * draws.uniform(0.75, 1.25))):
        free = [place for place, number in enumerate(left) if number]
        if not free:
            break
        place = draws.pick(free)
        left[place] -= 1
        (hospital if draws.chance(0.22) else centre)[place] += 1
    return list(zip(centre, hospital, strict=True))


def group_rows(here: CollegeYear) -> list[Record]:
    """Return the rows of S14 in order of date."""
    draws = here.draws("groups")
    leaders = [member.name for member in here.staff.counselling]
    planned: list[tuple[date, int, str]] = []
    for place, topic in enumerate(draws.several(_GROUPS, here.profile.groups)):
        semester = place % 2
        month = draws.pick((9, 10, 11) if semester == 0 else (3, 4))
        planned.append((here.terms.some_day(draws, month), semester, topic))
    planned.sort()
    rows: list[Record] = []
    for place, (day, semester, topic) in enumerate(planned, 1):
        end = (here.terms.sem1_end, here.terms.sem2_end)[semester]
        meetings = min(draws.integer(3, 8), (end - day) // timedelta(days=7))
        members = draws.integer(8, 18)
        outside = draws.chance(0.15)
        rows.append(
            {
                "group_id": f"G{place:02d}",
                "semester": SEMESTERS[semester],
                "topic": topic,
                "leader": "校心理中心外聘咨询师" if outside else draws.pick(leaders),
                "first_date": day,
                "n_meetings": meetings,
                "hours_each": draws.pick((1.5, 2.0)),
                "n_members": members,
                "n_attend": round(members * meetings * draws.uniform(0.8, 0.98)),
                "has_plan": draws.chance(0.7 + 0.3 * here.merit),
                "has_feedback": draws.chance(0.45 + 0.5 * here.merit),
            }
        )
    return rows
