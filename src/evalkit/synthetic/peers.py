"""Students who look after each other: sheets S09, S10 and S18. They have codes, no names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from evalkit.ledger.workbook import Record
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws
from evalkit.synthetic.structure import SchoolClass, grade_label
from evalkit.synthetic.terms import SEMESTERS

__all__ = ["Peer", "peer_rows", "peer_training_rows", "peer_work_rows", "peers_of"]

COMMITTEE, OBSERVER, CORE = "心理委员", "宿舍心理观察员", "院级心理组织骨干"

_TOPICS = {
    COMMITTEE: (
        "心理委员职责与工作方法",
        "班级晴雨表填报与保密要求",
        "朋辈倾听基本技能",
        "心理危机的识别与报告",
    ),
    OBSERVER: (
        "宿舍心理观察员职责",
        "宿舍关系与冲突应对",
        "身边危机信号的识别",
        "陪伴与求助的正确方式",
    ),
}
_EVENTS = {
    "班级心理活动": ("班级心理角布置", "“优点轰炸”班级活动", "班级减压小游戏"),
    "宿舍活动": ("宿舍夜谈：说说我的一天", "宿舍公约共同制定", "宿舍心理剧小剧场"),
    "朋辈倾听/轻咨询": ("朋辈倾听值班周", "“午间聊一聊”朋辈倾听", "期末朋辈陪伴自习室"),
    "团体互助": ("考研就业互助小组", "早起打卡互助团", "情绪日记互助小组"),
    "宣传": ("心理知识展板进宿舍", "“心晴”推文征集", "心理热线宣传卡发放"),
    "其他": ("心理委员风采展示",),
}


@dataclass(frozen=True, slots=True)
class Peer:
    """One student in one post."""

    code: str
    role: str
    group: SchoolClass
    dorm: str | None
    gender: str
    selection: str
    from_date: date
    to_date: date | None
    certified: bool
    appraisal: str


def peers_of(here: CollegeYear) -> tuple[Peer, ...]:
    """Return the year's peers: the core first, then each class's committee and observers."""
    draws = here.draws("peers")
    classes = here.structure.classes
    bare = {each.name for each in draws.several(classes, here.profile.bare_classes)}
    posts: list[tuple[str, SchoolClass, str | None]] = [
        (CORE, group, None) for group in draws.several(classes, 5 + round(7 * here.merit))
    ]
    dorms = [dorm for group in classes for dorm in group.dorms]
    unwatched = set(draws.several(dorms, round(len(dorms) * (1 - here.profile.observer_cover))))
    for group in classes:
        if group.name not in bare:
            posts += [(COMMITTEE, group, None)] * (2 if draws.chance(0.3) else 1)
        posts += [(OBSERVER, group, dorm) for dorm in group.dorms if dorm not in unwatched]
    appointed = {
        entry: here.terms.some_day(draws, 9, before=29) for entry in here.structure.entries
    }
    found: list[Peer] = []
    for role, group, dorm in posts:
        peer = _peer(here, draws, len(found) + 1, role, group, dorm, appointed[group.entry])
        if role == COMMITTEE and draws.chance(0.03):
            # Somebody steps back in spring and somebody else takes over the next day.
            change = here.terms.some_day(draws, 3)
            found.append(replace(peer, to_date=change))
            day = change + timedelta(days=1)
            peer = _peer(here, draws, len(found) + 1, role, group, dorm, day)
        found.append(peer)
    return tuple(found)


def _peer(
    here: CollegeYear,
    draws: Draws,
    serial: int,
    role: str,
    group: SchoolClass,
    dorm: str | None,
    day: date,
) -> Peer:
    merit = here.merit
    elected = 0.5 + 0.45 * merit
    selection = {"自荐竞选": 0.4 * elected, "民主推选": 0.6 * elected, "辅导员指定": 1 - elected}
    best = {"优秀": 0.18, "合格": 0.8, "不合格": 0.02}
    return Peer(
        code=f"P-{here.code}{serial:04d}",
        role=role,
        group=group,
        dorm=dorm,
        gender="女" if draws.chance(0.55) else "男",
        selection=draws.weighted(selection),
        from_date=day,
        to_date=None,
        certified=role != OBSERVER and draws.chance(here.profile.certified),
        appraisal=draws.weighted(best) if draws.chance(0.55 + 0.45 * merit) else "未考核",
    )


def peer_rows(peers: Sequence[Peer]) -> list[Record]:
    """Return the rows of S09."""
    return [
        {
            "peer_id": peer.code,
            "peer_role": peer.role,
            "grade": grade_label(peer.group.entry),
            "class_name": peer.group.name,
            "dorm": peer.dorm,
            "gender": peer.gender,
            "selection": peer.selection,
            "from_date": peer.from_date,
            "to_date": peer.to_date,
            "certified": peer.certified,
            "appraisal": peer.appraisal,
        }
        for peer in peers
    ]


def peer_training_rows(here: CollegeYear, peers: Sequence[Peer]) -> list[Record]:
    """Return the rows of S10: a session for several grades is a row for each of them."""
    draws = here.draws("peer training")
    cells = [
        (semester, entry, role)
        for semester in (0, 1)
        for entry in here.structure.grades_on_campus(semester)
        for role in (COMMITTEE, OBSERVER)
    ]
    left_out = set(draws.several(cells, here.profile.training_gaps))
    serving = Counter((peer.group.entry, peer.role) for peer in peers if peer.to_date is None)
    rows: list[Record] = []
    number = 0
    for semester in (0, 1):
        for role in (COMMITTEE, OBSERVER):
            entries = [e for s, e, r in cells if (s, r) == (semester, role)]
            entries = [e for e in entries if (semester, e, role) not in left_out]
            sessions = (
                [entries] if here.merit < 0.55 or draws.chance(0.4) else [[e] for e in entries]
            )
            if entries and here.merit > 0.75:
                sessions.append(entries[:1])
            for place, several in enumerate(sessions):
                if not several:
                    continue
                number += 1
                months = ((10, 11, 12) if semester == 0 else (3, 4, 5))[place % 3 :]
                common: Record = {
                    "training_id": f"T{number:02d}",
                    "semester": SEMESTERS[semester],
                    "date": here.terms.some_day(draws, draws.pick(months), before=29),
                    "peer_role": role,
                    "topic": _TOPICS[role][(2 * semester + place) % 4],
                    "trainer": draws.pick(here.staff.counselling).name,
                    "hours": Decimal(draws.pick(("1.5", "2", "3", "4"))),
                }
                for entry in several:
                    expected = serving[entry, role]
                    came = round(expected * (0.86 + 0.12 * here.merit + draws.uniform(-0.03, 0.03)))
                    numbers = {"n_expected": expected, "n_attend": min(came, expected)}
                    rows.append({**common, "grade": grade_label(entry), **numbers})
    return rows


def peer_work_rows(here: CollegeYear, peers: Sequence[Peer]) -> list[Record]:
    """Return the rows of S18 in order of date; none where the profile says so."""
    if not here.profile.peer_work:
        return []
    draws = here.draws("peer work")
    options = [(kind, topic) for kind, topics in _EVENTS.items() for topic in topics]
    number = 4 + round(11 * here.merit)
    planned: list[tuple[date, int, str, str]] = []
    for place, (kind, topic) in enumerate(draws.several(options, number)):
        semester = place % 2
        month = draws.pick((10, 11, 12) if semester == 0 else (3, 4, 5, 6))
        planned.append((here.terms.some_day(draws, month), semester, kind, topic))
    most = min(len(peers), 30)
    rows: list[Record] = []
    for place, (day, semester, kind, topic) in enumerate(sorted(planned), 1):
        rows.append(
            {
                "peer_act_id": f"B{place:02d}",
                "semester": SEMESTERS[semester],
                "date": day,
                "kind": kind,
                "topic": topic,
                "n_peers": draws.integer(3, most),
                "n_attend": min(round(draws.lognormal(60, 0.5)), here.structure.n_students // 2),
                "supervisor": draws.pick(here.staff.counselling).name,
                "has_record": draws.chance(0.6 + 0.4 * here.merit),
            }
        )
    return rows
