"""The station's people over the years: sheet S06, and who signs for what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from evalkit.ledger.workbook import Record
from evalkit.synthetic.draws import Draws
from evalkit.synthetic.people import Gender, Names
from evalkit.synthetic.plan import Profile
from evalkit.workspace import AcademicYear, College

__all__ = ["Member", "Staff", "staff_by_year", "staff_rows"]

HEAD, DEPUTY, ADVISER = "站长", "副站长", "兼职心理咨询师"
FULL_TIME, PART_TIME, STUDENT = "专职辅导员", "兼职辅导员", "学生干部"

_STUDENTS_A_COUNSELLOR = 200
_MAJORS = {
    "心理学": ("应用心理学", "心理学", "发展与教育心理学"),
    "教育学": ("思想政治教育", "教育学", "学前教育"),
    "医学": ("临床医学", "预防医学", "护理学"),
    "其他": ("化学工程与工艺", "汉语言文学", "行政管理", "法学", "计算机科学与技术", "社会工作"),
}
_CERTIFICATES = {
    "国家二级心理咨询师": "2",
    "国家三级心理咨询师": "3",
    "系统培训证书": "P",
    "心理治疗师": "Z",
    "其他": "Q",
}


_Named = tuple[str, Gender]


@dataclass(frozen=True, slots=True)
class Member:
    """One person in one post."""

    name: str
    role: str
    gender: Gender
    degree: str
    major: str
    background: str
    certificate: str
    cert_no: str | None
    since: int
    """Calendar year in which the person began with this kind of work."""
    from_date: date
    to_date: date | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """A station's people in one year.

    ``members`` includes somebody who left within the year; ``counsellors`` is the line from which
    classes get theirs; its first ones are members too.
    """

    leader: str
    members: tuple[Member, ...]
    counsellors: tuple[str, ...]

    @property
    def head(self) -> Member:
        """The head in post at the end of the year."""
        return next(m for m in self.members if m.role == HEAD and m.to_date is None)

    @property
    def former_head(self) -> Member | None:
        """The head who left within the year, if one did."""
        return next((m for m in self.members if m.role == HEAD and m.to_date is not None), None)

    @property
    def current(self) -> tuple[Member, ...]:
        """Members in post at the end of the year."""
        return tuple(member for member in self.members if member.to_date is None)

    @property
    def archivist(self) -> Member:
        """The one who keeps the files."""
        return next(m for m in self.members if m.role == FULL_TIME)

    @property
    def clerk(self) -> Member:
        """The one who fills the ledger in."""
        return [m for m in self.members if m.role == FULL_TIME][-1]

    @property
    def counselling(self) -> tuple[Member, ...]:
        """Those who give individual counselling all year."""
        return tuple(m for m in self.current if m.role in (ADVISER, FULL_TIME))


def staff_by_year(
    college: College, profile: Profile, years: Sequence[AcademicYear], *, seed: int
) -> dict[AcademicYear, Staff]:
    """Return a college's people in each year; most of them stay.

    Parameters
    ----------
    college : College
        The college.
    profile : Profile
        Profile of the last year.
    years : sequence of AcademicYear
        The years, oldest first.
    seed : int
        Seed of the school.
    """
    draws = Draws(seed, college.code, "staff")
    names = Names(draws)
    first = years[0].start
    leader = names.person(draws.pick(("男", "女")))
    line = [
        _counsellor(draws, names)
        for _ in range(max(math.ceil(profile.size / _STUDENTS_A_COUNSELLOR), 4))
    ]
    roles = [HEAD, *([DEPUTY] if profile.merit > 0.4 else []), ADVISER]
    roles += [ADVISER] * (profile.merit > 0.65) + [PART_TIME] * (profile.size > 1000)
    own = 3 + (profile.size > 1100) + (profile.size > 1700)
    members = [_member(draws, names, role, first, profile.merit) for role in roles]
    members += [
        _member(draws, names, FULL_TIME, first, profile.merit, known=each) for each in line[:own]
    ]
    result: dict[AcademicYear, Staff] = {}
    for year in years:
        if year != years[0]:
            members, line = _some_replaced(draws, names, members, line, year, profile.merit)
        if year == years[-1] and profile.head_changes:
            members = _head_replaced(draws, names, members, year, profile.merit)
        result[year] = Staff(leader, tuple(members), tuple(name for name, _ in line))
    return result


def _counsellor(draws: Draws, names: Names) -> _Named:
    gender: Gender = "女" if draws.chance(0.6) else "男"
    return names.person(gender), gender


def _member(
    draws: Draws,
    names: Names,
    role: str,
    year: int,
    merit: float,
    *,
    known: _Named | None = None,
    start: date | None = None,
) -> Member:
    name, gender = known or _counsellor(draws, names)
    specialist = role in (HEAD, ADVISER)
    background = draws.weighted(
        {
            "心理学": 0.15 + 0.5 * specialist + 0.3 * merit,
            "教育学": 0.4,
            "医学": 0.05,
            "其他": 0.65 - 0.35 * merit - 0.25 * specialist,
        }
    )
    certified = draws.chance(0.25 + 0.3 * merit + 0.45 * specialist)
    certificate = "无"
    if certified:
        weights = {
            "国家二级心理咨询师": 0.3,
            "国家三级心理咨询师": 0.35,
            "系统培训证书": 0.3,
            "其他": 0.05,
        }
        certificate = draws.weighted(weights)
    since = year - draws.integer(2 if specialist else 1, 9)
    # The national certificate has not been issued since 2017.
    issued = min(since + draws.integer(0, 2), 2016 if certificate.startswith("国家") else year)
    number = draws.integer(100, 9999)
    if start is None:
        start = date(max(since, year - 4) + draws.integer(0, 1), draws.pick((3, 9)), 1)
        start = min(start, date(year, 9, 1))
    return Member(
        name=name,
        role=role,
        gender=gender,
        degree=draws.weighted({"本科": 0.35 - 0.2 * specialist, "硕士": 0.6, "博士": 0.02}),
        major=draws.pick(_MAJORS[background]),
        background=background,
        certificate=certificate,
        cert_no=f"XN{_CERTIFICATES[certificate]}-{issued}-{number:05d}" if certified else None,
        since=min(since, start.year),
        from_date=start,
    )


def _some_replaced(
    draws: Draws,
    names: Names,
    members: list[Member],
    line: list[_Named],
    year: AcademicYear,
    merit: float,
) -> tuple[list[Member], list[_Named]]:
    """Let some go in the summer and others come on the first day.

    The head stays, and so does the first counsellor, who keeps the files.
    """
    line = [
        _counsellor(draws, names) if place and draws.chance(0.08) else each
        for place, each in enumerate(line)
    ]
    counsellors = iter(line)
    renewed = []
    for member in members:
        known = next(counsellors) if member.role == FULL_TIME else None
        gone = known[0] != member.name if known else member.role != HEAD and draws.chance(0.1)
        if gone:
            member = _member(
                draws, names, member.role, year.start, merit, known=known, start=year.first_day
            )
        renewed.append(member)
    return renewed, line


def _head_replaced(
    draws: Draws, names: Names, members: list[Member], year: AcademicYear, merit: float
) -> list[Member]:
    day = date(year.start, 9, 10)
    (old,) = (member for member in members if member.role == HEAD)
    new = _member(draws, names, HEAD, year.start, merit, start=day)
    left = replace(old, to_date=day - timedelta(days=1))
    return [new, left, *(member for member in members if member.role != HEAD)]


def staff_rows(
    staff: Staff, year: AcademicYear, students: Sequence[tuple[str, date]]
) -> list[Record]:
    """Return the rows of S06; students appear under their codes, with the day they began."""
    rows: list[Record] = [
        {
            "name": member.name,
            "role": member.role,
            "gender": member.gender,
            "degree": member.degree,
            "major": member.major,
            "background": member.background,
            "certificate": member.certificate,
            "cert_no": member.cert_no,
            "years": year.start + 1 - member.since,
            "from_date": member.from_date,
            "to_date": member.to_date,
        }
        for member in staff.members
    ]
    rows += [
        {
            "name": code,
            "role": STUDENT,
            "degree": "专科",
            "major": "在读",
            "background": "其他",
            "certificate": "无",
            "from_date": begun,
        }
        for code, begun in students
    ]
    return rows
