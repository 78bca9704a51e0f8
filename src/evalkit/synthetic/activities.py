"""The year's activities: sheet S08."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from evalkit.ledger.workbook import Record
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws
from evalkit.synthetic.structure import grade_label
from evalkit.synthetic.terms import SEMESTERS
from evalkit.synthetic.titles import ACTIVITIES, THEMES, Title

__all__ = ["Activity", "activities_of", "activity_rows"]

_MONTHS = (
    {9: 1.4, 10: 1.7, 11: 0.9, 12: 1.3},
    {3: 1.8, 4: 0.9, 5: 2.0, 6: 0.6},
)
"""Peaks around 9·10 and 10·10, in December, around 3·20 and 5·25."""

_TURNOUT = {
    "专题讲座": 110,
    "心理主题班会": 105,
    "个别与团体辅导": 35,
    "谈心谈话": 80,
    "普查测量": 90,
    "档案建设": 60,
    "行为训练/团体培训": 70,
    "学术科研": 30,
    "其他": 95,
}
"""Median attendance by form; 90 over all."""

_OUTSIDE_SPEAKERS = ("校心理中心教师", "特邀心理专家", "合作医院心理科医师")


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity."""

    id: str
    semester: int
    title: str
    form: str
    is_theme: bool
    start: date
    end: date | None
    place: str
    host: str
    audience: tuple[str, ...]
    grades: tuple[str, ...] | str | None
    n_attend: int
    has_plan: bool
    has_summary: bool
    news_no: str | None
    satisfaction: float | None


def activities_of(here: CollegeYear) -> tuple[Activity, ...]:
    """Return the activities of a college's year in order of date."""
    draws = here.draws("activities")
    forms = draws.shuffled(tuple(ACTIVITIES))[: here.profile.forms]
    left = {form: draws.shuffled(titles) for form, titles in ACTIVITIES.items()}
    found: list[Activity] = []
    used: set[date] = set()
    turn = 0
    for semester in (0, 1):
        number, themes = here.profile.activities[semester], here.profile.themes[semester]
        found += [
            _activity(here, draws, semester, "其他", title, used, theme=True)
            for title in draws.several(THEMES[semester], themes)
        ]
        for _ in range(number - themes):
            form = forms[turn] if turn < len(forms) else draws.pick(forms)
            turn += 1
            form, title = _untold(left, (form, *forms, *left), semester)
            found.append(_activity(here, draws, semester, form, title, used, theme=False))
    found.sort(key=lambda each: each.start)
    return tuple(_numbered(here, each, place) for place, each in enumerate(found, 1))


def _numbered(here: CollegeYear, activity: Activity, place: int) -> Activity:
    news = f"XW-{here.code}-{activity.start:%y%m}-{place:02d}" if activity.news_no else None
    return replace(activity, id=f"A{place:03d}", news_no=news)


def _untold(left: dict[str, list[Title]], forms: Iterable[str], semester: int) -> tuple[str, Title]:
    """Take the first title left that suits the semester, trying the forms in their order."""
    for form in forms:
        for title in left[form]:
            if title.season in (None, semester):
                left[form].remove(title)
                return form, title
    raise ValueError("more activities than titles")


def _activity(
    here: CollegeYear,
    draws: Draws,
    semester: int,
    form: str,
    title: Title,
    used: set[date],
    *,
    theme: bool,
) -> Activity:
    start = _free_day(here, draws, semester, title, used)
    last_day = (here.terms.sem1_end, here.terms.sem2_end)[semester]
    span = draws.integer(*title.span)
    grades, eligible = _grades(here, draws, title, semester)
    median = 175 if theme else _TURNOUT[form]
    most = min(round(0.94 * eligible), 1800)
    n_attend = max(min(round(draws.lognormal(median, 0.5)), most), 12)
    orderly = 0.62 + 0.36 * here.merit
    host = (
        draws.pick(_OUTSIDE_SPEAKERS)
        if (theme or form in ("专题讲座", "学术科研")) and draws.chance(0.45)
        else draws.pick(here.staff.counselling).name
    )
    rated = draws.chance(0.45 + 0.4 * here.merit)
    return Activity(
        id="",
        semester=semester,
        title=title.text,
        form=form,
        is_theme=theme,
        start=start,
        end=min(start + timedelta(days=span), last_day) if span else None,
        place=draws.pick(title.places),
        host=host,
        audience=title.audience,
        grades=grades,
        n_attend=n_attend,
        has_plan=theme or draws.chance(orderly),
        has_summary=theme or draws.chance(orderly - 0.05),
        news_no="?" if draws.chance(0.3 + 0.4 * here.merit) else None,
        satisfaction=(
            round(min(max(draws.normal(4.05 + 0.5 * here.merit, 0.18), 3.3), 4.95), 2)
            if rated
            else None
        ),
    )


def _free_day(
    here: CollegeYear, draws: Draws, semester: int, title: Title, used: set[date]
) -> date:
    """Return a day on which the college has nothing else, near the title's date if it has one."""
    low, high = title.days
    while True:
        month = title.month or draws.weighted(_MONTHS[semester])
        days = [d for d in here.terms.working_days(month) if low <= d.day <= high]
        free = [day for day in days if day not in used]
        if free or title.month:
            break
    day = draws.pick(free or days)
    used.add(day)
    return day


def _grades(
    here: CollegeYear, draws: Draws, title: Title, semester: int
) -> tuple[tuple[str, ...] | str | None, int]:
    """Return the grades aimed at, and how many students they have."""
    structure = here.structure
    first, _, third = structure.entries
    if "新生" in title.audience:
        return (grade_label(first),), structure.in_grade(first)
    if {"毕业生", "实习生"} & set(title.audience):
        return (grade_label(third),), structure.in_grade(third)
    if "教职工" in title.audience:
        return None, 46
    if "家长" in title.audience:
        return None, 160
    if "学生骨干" in title.audience:
        return "全体", 4 * len(structure.classes)
    present = structure.grades_on_campus(semester)
    if len(present) < 3 or draws.chance(0.35):
        chosen = sorted(draws.several(present, 2))
        return tuple(map(grade_label, chosen)), sum(map(structure.in_grade, chosen))
    return "全体", structure.n_students


def activity_rows(activities: tuple[Activity, ...]) -> list[Record]:
    """Return the rows of S08."""
    return [
        {
            "activity_id": each.id,
            "semester": SEMESTERS[each.semester],
            "title": each.title,
            "form": each.form,
            "is_theme": each.is_theme,
            "start": each.start,
            "end": each.end,
            "place": each.place,
            "host": each.host,
            "audience": each.audience,
            "grades": each.grades,
            "n_attend": each.n_attend,
            "has_plan": each.has_plan,
            "has_summary": each.has_summary,
            "news_no": each.news_no,
            "satisfaction": each.satisfaction,
        }
        for each in activities
    ]
