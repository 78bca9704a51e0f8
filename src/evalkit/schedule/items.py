"""What a year asks for, and when: the dates follow from calendar, rubric and settings alone."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from evalkit.schedule.semesters import Semesters
from evalkit.schedule.work_days import first_work_day, nth_work_day_after
from evalkit.workspace import AcademicYear, ScheduleSettings

__all__ = ["Item", "Kind", "items_of"]

Kind = Literal[
    "head_forms", "plan", "monthly", "semester", "templates", "summary", "yearly", "corrections"
]


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is due.

    Attributes
    ----------
    kind : str
        What sort of thing it is.
    name : str
        Unique among all years: ``2024-2025/monthly-2024-10``.
    year : AcademicYear
        The year that it belongs to.
    title, basis : str
        What is to be done, and which passage of the measures asks for it (may be empty).
    start, due : date
        First day on which it can be done, and last day on which it is in time.
    command : str
        What does it.
    """

    kind: Kind
    name: str
    year: AcademicYear
    title: str
    basis: str
    start: date
    due: date
    command: str

    @property
    def automatic(self) -> bool:
        """Whether ``evalkit report --due`` does it; people do the rest."""
        return self.kind in ("monthly", "semester", "yearly")


def items_of(
    year: AcademicYear,
    semesters: Semesters,
    settings: ScheduleSettings,
    months: Sequence[int],
    deadline_days: int,
) -> tuple[Item, ...]:
    """Return what a year asks for, in the order in which it comes up.

    Parameters
    ----------
    year, semesters, settings
        Which year, its semesters, and the school's own dates.
    months : sequence of int
        Calendar months that a monthly report is due for (Q9).
    deadline_days : int
        Days after the month's last day until which it is on time (Q9).
    """
    report = f"evalkit report --year {year}"
    check = f"evalkit check --year {year}"
    september, next_september = (first_work_day(each.first_day) for each in (year, year.next))
    templates, summary = year.day(settings.templates), year.day(settings.summary)
    found = [
        _item(
            year,
            "head_forms",
            "报送二级心理辅导站站长登记表",
            "办法第九条",
            (september, year.day(settings.head_forms)),
            check,
        ),
        _item(
            year,
            "plan",
            "报送年度工作计划",
            "附件1 2.1②",
            (september, year.day(settings.plan)),
            check,
        ),
        *_monthly(year, settings, months, deadline_days, report),
        *_semesters(year, semesters, settings, report),
        _item(
            year,
            "templates",
            "下发台账、校级记录和评分表",
            "",
            (first_work_day(templates.replace(day=1)), templates),
            f"evalkit template --year {year} -o 下发",
        ),
        _item(
            year,
            "summary",
            "报送年度工作总结",
            "附件1 2.1②",
            (first_work_day(summary.replace(day=1)), summary),
            check,
        ),
        _item(
            year,
            "yearly",
            "生成学年报告（只用核对过的快照）",
            "办法第八条",
            (semesters.second_end + timedelta(days=1), year.day(settings.yearly)),
            report,
        ),
        _item(
            year,
            "corrections",
            "对照学院报告核对改进事项并销号",
            "",
            (next_september, year.next.day(settings.corrections)),
            report,
        ),
    ]
    return tuple(sorted(found, key=lambda item: (item.start, item.due, item.name)))


def _monthly(
    year: AcademicYear,
    settings: ScheduleSettings,
    months: Sequence[int],
    deadline_days: int,
    command: str,
) -> Iterator[Item]:
    for month in (month for month in year.months if month in months):
        label = year.month_label(month)
        number = int(label[:4])
        deadline = date(number, month, monthrange(number, month)[1]) + timedelta(days=deadline_days)
        day = nth_work_day_after(deadline, settings.monthly_work_day)
        title = f"核对 {number} 年 {month} 月的心理月报"
        yield _item(year, "monthly", title, "附件1 2.4②", (day, day), command, f"-{label}")


def _semesters(
    year: AcademicYear, semesters: Semesters, settings: ScheduleSettings, command: str
) -> Iterator[Item]:
    ends = (("第一学期", semesters.first_end), ("第二学期", semesters.second_end))
    for number, (semester, end) in enumerate(ends, 1):
        title = f"核对{semester}的主题宣教活动和各年级朋辈培训"
        last = nth_work_day_after(end, settings.semester_work_days)
        yield _item(year, "semester", title, "附件1 2.2②、2.5②", (end, last), command, f"-{number}")


def _item(
    year: AcademicYear,
    kind: Kind,
    title: str,
    basis: str,
    days: tuple[date, date],
    command: str,
    part: str = "",
) -> Item:
    start, due = days
    # A school may set a last day that lies before the first day of work.
    return Item(kind, f"{year}/{kind}{part}", year, title, basis, min(start, due), due, command)
