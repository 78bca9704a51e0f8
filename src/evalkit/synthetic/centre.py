"""What the school's centre writes down: tasks, daily log, calendar, site visits, training plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from evalkit.ledger.workbook import Record
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws
from evalkit.synthetic.observations import LOG, VISITS
from evalkit.synthetic.people import Names
from evalkit.synthetic.terms import REPORT_MONTHS, Terms
from evalkit.synthetic.training import head_form_rows
from evalkit.synthetic.training_plan import training_plan_rows

__all__ = ["calendar_rows", "centre_rows", "daily_log_rows", "site_visit_rows", "task_rows"]

PLAN, SUMMARY, HEAD_FORM = "报送年度工作计划", "报送年度工作总结", "报送站长登记表"
THEME = "组织5·25心理健康月活动"

IN_TIME, LATE, UNDONE = "按时完成", "迟交", "未完成"


@dataclass(frozen=True, slots=True)
class _Task:
    title: str
    issued: date
    due: date


def _tasks(terms: Terms) -> list[_Task]:
    start, again, end = terms.sem1_start, terms.sem2_start, terms.sem2_end
    week = timedelta(days=7)

    def until(title: str, month: int, day: int, weeks: int) -> _Task:
        due = terms.on(month, day)
        return _Task(title, max(due - weeks * week, start), due)

    return [
        until(PLAN, 9, 30, 3),
        until(HEAD_FORM, 9, 30, 5),
        until("报送第一学期开学初排查情况", 9, 25, 2),
        until("报送心理委员和宿舍心理观察员名册", 10, 15, 2),
        until("组织世界精神卫生日宣传", 10, 20, 2),
        until("选派人员参加秋季业务培训", 10, 31, 3),
        until("组织新生心理普测", 11, 20, 5),
        until("参加秋季集体督导", 11, 28, 2),
        until("反馈新生普测访谈结果", 12, 15, 3),
        until("核对第一学期重点关爱台账", 1, 5, 2),
        _Task("报送第二学期开学初排查情况", again, again + 3 * week),
        until("组织3·20心理健康周活动", 3, 28, 2),
        until("参加春季集体督导", 4, 18, 2),
        until("组织春季心理普测", 4, 25, 5),
        until("选派心理委员参加骨干培训班", 5, 16, 2),
        until(THEME, 5, 31, 4),
        until("开展心理危机干预流程演练", 6, 10, 3),
        until("报送毕业生心理状况排查情况", 6, 13, 2),
        until("核对第二学期重点关爱台账", 6, 27, 2),
        _Task(SUMMARY, end - 4 * week, end - timedelta(days=2)),
    ]


def centre_rows(colleges: Sequence[CollegeYear]) -> dict[str, list[Record]]:
    """Return the rows of the centre's sheets by machine name.

    Parameters
    ----------
    colleges : sequence of CollegeYear
        All colleges of one year.
    """
    first = colleges[0]
    draws = Draws(first.seed, first.year.start, "centre staff")
    names = Names(Draws(first.seed, "centre staff"))
    team = [names.person(draws.pick(("男", "女"))) for _ in range(4)]
    return {
        "centre_tasks": task_rows(colleges),
        "daily_log": daily_log_rows(colleges, team),
        "calendar_dict": calendar_rows(colleges),
        "site_visits": site_visit_rows(colleges, team),
        "training_plan": training_plan_rows(colleges),
    }


def task_rows(colleges: Sequence[CollegeYear]) -> list[Record]:
    """Return the rows of X01, task by task."""
    streams = {here.code: here.draws("tasks") for here in colleges}
    rows: list[Record] = []
    for place, task in enumerate(_tasks(colleges[0].terms), 1):
        for here in colleges:
            draws = streams[here.code]
            status, submitted = _outcome(here, draws, task)
            good = here.merit + draws.uniform(-0.25, 0.25)
            quality = "优" if good > 0.75 else "良" if good > 0.4 else "合格" if good > 0 else "差"
            rows.append(
                {
                    "task_id": f"R{place:02d}",
                    "title": task.title,
                    "issued": task.issued,
                    "due": task.due,
                    "college_code": here.code,
                    "status": status,
                    "submitted_on": submitted,
                    "quality": quality if submitted else None,
                }
            )
    return rows


def _outcome(here: CollegeYear, draws: Draws, task: _Task) -> tuple[str, date | None]:
    if task.title == HEAD_FORM:
        # The same day as in the college's own ledger.
        day = head_form_rows(here, ())[0]["submitted_on"]
        if isinstance(day, date):
            return (IN_TIME if day <= task.due else LATE), day
    if task.title == THEME and here.profile.themes[1] == 0:
        return UNDONE, None
    luck = draws.uniform()
    if luck < 0.08 * (1 - here.merit) and task.title not in (PLAN, SUMMARY):
        return UNDONE, None
    if luck > 0.7 + 0.3 * here.merit:
        return LATE, task.due + timedelta(days=draws.integer(1, 2))
    return IN_TIME, max(here.terms.open_before(task.due, draws.integer(0, 6)), task.issued)


def daily_log_rows(colleges: Sequence[CollegeYear], team: Sequence[str]) -> list[Record]:
    """Return the rows of X02 in order of date: 30 to 36 a college."""
    rows: list[Record] = []
    for here in colleges:
        draws = here.draws("daily log")
        left = {
            (indicator, polarity): draws.shuffled(items)
            for indicator, several in LOG.items()
            for polarity, items in several.items()
        }
        for _ in range(draws.integer(30, 36)):
            indicator = draws.pick(tuple(LOG))
            shift = 0.15 * (indicator in here.profile.strong) - 0.2 * (
                indicator in here.profile.weak
            )
            good = min(max(0.35 + 0.55 * here.merit + shift, 0.05), 0.97)
            good = 0.0 if indicator in here.profile.unfounded else good
            good = 1.0 if indicator in here.profile.flawless else good
            polarity = draws.weighted(
                {"正面": good, "提醒": 0.75 * (1 - good), "负面": 0.25 * (1 - good)}
            )
            pool = left[indicator, polarity]
            item = pool.pop() if pool else draws.pick(LOG[indicator][polarity])
            day = here.terms.some_day(draws, draws.pick(REPORT_MONTHS[:-1]))
            rows.append(
                {
                    "date": day,
                    "college_code": here.code,
                    "item": item,
                    "rubric_item": indicator,
                    "polarity": polarity,
                    "recorder": draws.pick(team),
                }
            )
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["college_code"])))


def calendar_rows(colleges: Sequence[CollegeYear]) -> list[Record]:
    """Return the rows of X03: semester dates, months with a report, the colleges' other names."""
    terms = colleges[0].terms
    rows: list[Record] = [
        {"key": "sem1_start", "value": terms.sem1_start.isoformat()},
        {"key": "sem1_end", "value": terms.sem1_end.isoformat()},
        {"key": "sem2_start", "value": terms.sem2_start.isoformat()},
        {"key": "sem2_end", "value": terms.sem2_end.isoformat()},
    ]
    rows += [
        {"key": f"report_month_{place}", "value": terms.year.month_label(month)}
        for place, month in enumerate(REPORT_MONTHS, 1)
    ]
    rows += [
        {"key": "alias", "value": alias, "canonical": here.code}
        for here in colleges
        for alias in here.college.aliases
    ]
    return rows


def site_visit_rows(colleges: Sequence[CollegeYear], team: Sequence[str]) -> list[Record]:
    """Return the rows of X04 in order of date; some college may not have been visited."""
    rows: list[Record] = []
    for here in colleges:
        if not here.profile.visited:
            continue
        draws = here.draws("site visit")
        day = here.terms.some_day(draws, 6, before=28)
        visitors = draws.several(team, 2)
        for indicator in sorted(draws.several(tuple(VISITS), draws.integer(3, 4))):
            shift = 0.2 * (indicator in here.profile.strong) - 0.25 * (
                indicator in here.profile.weak
            )
            good = draws.chance(min(max(0.3 + 0.6 * here.merit + shift, 0.05), 0.97))
            good = good and indicator not in here.profile.unfounded
            good = good or indicator in here.profile.flawless
            rows.append(
                {
                    "date": day,
                    "college_code": here.code,
                    "visitors": "、".join(visitors),
                    "rubric_item": indicator,
                    "observation": draws.pick(VISITS[indicator][0 if good else 1]),
                }
            )
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["college_code"])))
