"""What staff learnt: sheet S07, and what the heads' forms (S23) tell about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from evalkit.ledger.workbook import Record
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.colleges import SCHOOL
from evalkit.synthetic.draws import Draws
from evalkit.synthetic.staff import HEAD, Member

__all__ = ["Training", "head_form_rows", "training_rows", "trainings_of"]

_CENTRE = f"{SCHOOL}心理健康教育与咨询中心"
_PROVINCE = "示例省高校心理健康教育研究会"


@dataclass(frozen=True, slots=True)
class _Course:
    title: str
    kind: str
    level: str
    organiser: str
    speaker: str
    days: int
    hours: str


_COURSES = (
    _Course(
        "高校学生心理危机识别与干预专题培训",
        "专业培训",
        "省市级",
        _PROVINCE,
        "研究会专家组",
        2,
        "16",
    ),
    _Course(
        "心理咨询基本技能培训",
        "专业培训",
        "省市级",
        "示例省心理服务培训中心",
        "培训中心讲师",
        3,
        "24",
    ),
    _Course(
        "认知行为取向初级培训",
        "专业培训",
        "省市级",
        "示例省心理服务培训中心",
        "培训中心讲师",
        2,
        "16",
    ),
    _Course("辅导员心理工作能力提升培训", "专业培训", "校级", _CENTRE, "校心理中心教师", 1, "8"),
    _Course("二级心理辅导站站长业务培训", "专业培训", "校级", _CENTRE, "校心理中心教师", 1, "6"),
    _Course("个案督导", "督导", "校级", _CENTRE, "特邀督导师", 1, "3"),
    _Course("危机个案集体督导", "督导", "校级", _CENTRE, "特邀督导师", 1, "4"),
    _Course(
        "示例省高校心理健康教育学术年会", "学术会议", "省市级", _PROVINCE, "大会报告专家", 2, "12"
    ),
    _Course("心理普测访谈技术校内培训", "校内培训", "校级", _CENTRE, "校心理中心教师", 1, "4"),
    _Course("重点关爱学生帮扶校内培训", "校内培训", "校级", _CENTRE, "校心理中心教师", 1, "2.5"),
    _Course(
        "大学生心理健康教育线上课程",
        "线上课程",
        "国家级",
        "示例高校教师在线学习平台",
        "课程主讲团队",
        28,
        "20",
    ),
    _Course(
        "团体辅导带领技术线上课程",
        "线上课程",
        "省市级",
        "示例高校教师在线学习平台",
        "课程主讲团队",
        21,
        "12",
    ),
)
_PROFESSIONAL = tuple(course for course in _COURSES if course.kind == "专业培训")
_MONTHS = {10: 1.0, 11: 1.4, 12: 1.0, 3: 0.9, 4: 1.3, 5: 1.2, 6: 0.6}


@dataclass(frozen=True, slots=True)
class Training:
    """One person at one course."""

    name: str
    course: _Course
    start: date

    @property
    def end(self) -> date | None:
        """The last day, if there are several."""
        return self.start + timedelta(days=self.course.days - 1) if self.course.days > 1 else None

    @property
    def line(self) -> str:
        """The training as heads write it in their forms."""
        course = self.course
        return (
            f"{self.start.year}年{self.start.month}月，{course.title}，"
            f"{course.organiser}主办，{course.speaker}主讲，共计{course.hours}学时"
        )


def trainings_of(here: CollegeYear) -> tuple[Training, ...]:
    """Return the staff's trainings of the year in order of date."""
    draws = here.draws("training")
    dates: dict[str, date] = {}
    found: list[Training] = []
    for member in here.staff.current:
        head = member.role == HEAD
        number = draws.integer(0, 1) + round(2.2 * here.merit) + head
        wanted = draws.several(_COURSES, number)
        professional = [course for course in wanted if course.kind == "专业培训"]
        if head and here.profile.head_untrained:
            wanted = [course for course in wanted if course.kind != "专业培训"]
        elif head and not professional:
            wanted = [draws.pick(_PROFESSIONAL), *wanted]
        # Colleagues attend the same run of a course.
        for course in wanted:
            if course.title not in dates:
                dates[course.title] = _run(here, draws, course)
            found.append(Training(member.name, course, dates[course.title]))
    found.sort(key=lambda each: (each.start, each.name))
    return tuple(found)


def _run(here: CollegeYear, draws: Draws, course: _Course) -> date:
    before = 3 if course.days > 7 else 25
    return here.terms.some_day(draws, draws.weighted(_MONTHS), before=before)


def training_rows(here: CollegeYear, trainings: Sequence[Training]) -> list[Record]:
    """Return the rows of S07."""
    return [
        {
            "name": each.name,
            "title": each.course.title,
            "kind": each.course.kind,
            "level": each.course.level,
            "organiser": each.course.organiser,
            "speaker": each.course.speaker,
            "start": each.start,
            "end": each.end,
            "hours": Decimal(each.course.hours),
            "evidence_no": f"PX-{here.code}-{here.year.start % 100}{place:03d}",
        }
        for place, each in enumerate(trainings, 1)
    ]


_FORM_CERTIFICATES = {
    "国家二级心理咨询师": "心理咨询师二级",
    "国家三级心理咨询师": "心理咨询师三级",
}


def head_form_rows(here: CollegeYear, past: Sequence[Training]) -> list[Record]:
    """Return the single record of S23.

    Parameters
    ----------
    here : CollegeYear
        College and year.
    past : sequence of Training
        The college's trainings of the years before.
    """
    head = here.staff.head
    draws = Draws(here.seed, here.code, head.name, "form")
    certificate = "无"
    if head.certificate != "无":
        certificate = _FORM_CERTIFICATES.get(head.certificate, "其他相关证书")
    title = draws.pick(("讲师/学生工作办公室主任", "讲师/专职辅导员", "副教授/党总支副书记"))
    late = here.profile.form_late
    submitted = here.terms.some_day(
        here.draws("form"), 10 if late else 9, before=20 if late else 31
    )
    if here.staff.former_head is not None:
        submitted = here.terms.working_on(head.from_date + timedelta(days=8))
    serial = 10 * here.number + (1 if here.staff.former_head is not None else 0)
    return [
        {
            "name": head.name,
            "gender": head.gender,
            "college_name": here.college.name,
            "title": title,
            "degree": head.degree,
            "major": head.major,
            "email": f"zhanzhang.{here.code.lower()}@example.com",
            "mobile": f"138{serial:08d}",
            "certificate": certificate,
            "cert_no": head.cert_no,
            "work_history": _work_history(draws, head),
            "training_history": _training_history(here, draws, head, past),
            "college_opinion": "同意推荐。签字人：学院党总支负责人（已盖章）",
            "submitted_on": submitted,
            "n_copies_centre": 1,
            "n_copies_college": 1,
        }
    ]


def _work_history(draws: Draws, head: Member) -> str:
    begin = min(head.since, head.from_date.year - 1) - draws.integer(0, 2)
    appointed = f"{head.from_date:%Y.%m}"
    return (
        f"{begin}.09-{appointed} {SCHOOL} 担任专职辅导员\n"
        f"{appointed}-至今 {SCHOOL} 担任二级心理辅导站站长"
    )


def _training_history(
    here: CollegeYear, draws: Draws, head: Member, past: Sequence[Training]
) -> str:
    """List what the head attended before the year: invented early ones, then those on record."""
    known = [each for each in past if each.name == head.name]
    first = min((each.start.year for each in known), default=here.year.start) - 1
    early = [
        Training(head.name, course, date(year, draws.pick((4, 5, 6)), 12))
        for year, course in zip(
            (first - 2, first - 1, first), draws.several(_PROFESSIONAL, 3), strict=True
        )
    ]
    return "\n".join(each.line for each in (*early[-draws.integer(2, 3) :], *known))
