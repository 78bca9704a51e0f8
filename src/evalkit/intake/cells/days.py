"""From what is written to days that exist, and whether they lie where they should."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from evalkit.findings import Severity
from evalkit.intake.cells.reading import (
    NOTHING_TO_DO,
    Context,
    Reading,
    Remark,
    hushed,
    noted,
    read_as,
    refused,
    warned,
)
from evalkit.intake.cells.spelled import Point, Spelled
from evalkit.ledger import Column
from evalkit.workspace import AcademicYear

__all__ = [
    "Span",
    "from_serial",
    "in_window",
    "judged",
    "lost_zero",
    "no_such_day",
    "serial_remark",
    "spelling_remarks",
    "to_span",
]

_FIRST_YEAR, _LAST_YEAR = 1950, 2100
_SERIALS = (20_000, 60_000)


@dataclass(frozen=True, slots=True)
class Span:
    """A day, or the first and last day of a span, and what had to be filled in for it."""

    first: date
    last: date | None
    no_year: bool
    no_day: bool
    short_year: bool


def to_span(spelled: Spelled, context: Context) -> Span | Reading:
    """Return the days that are written, or the refusal if they are not to be had."""
    first, last = spelled.first, spelled.last
    year = context.year
    if first.year is None and year is None:
        return refused(
            "D01", "没有写年份", "日期，例如 2024-09-10", "请按“年-月-日”重新填写，写出年份"
        )
    inside = year is not None and _of_year(year, first.month) == first.year
    if first.short and not inside and first.year is not None and first.year <= 2012:
        return refused(
            "D01",
            "的年份只写了两位，不能确定是年还是月",
            "日期，例如 2024-09-10",
            "请按“年-月-日”重新填写，写出四位的年份",
        )
    begin = _day(first, year, 1)
    end: date | None = None
    if begin is not None and last is not None:
        end = _end(last, begin, year if first.year is None or inside else None)
    if begin is None or (last is not None and end is None):
        return no_such_day()
    if end is not None and end < begin:
        return refused(
            "D03",
            "中结束日期早于开始日期",
            "开始日期在前，结束日期在后",
            "请核对两个日期后重新填写",
        )
    return Span(begin, end, first.year is None, first.day is None, first.short and not inside)


def _end(last: Point, begin: date, year: AcademicYear | None) -> date | None:
    """Return the last day of a span; where its year was not written, the first one that fits."""
    if last.year is not None:
        return _day(last, None, None)
    same = _day(last._replace(year=begin.year), None, None)
    other = None if year is None else _day(last, year, None)
    return other if other is not None and other >= begin else same


def no_such_day() -> Reading:
    """Refuse 30 February."""
    return refused(
        "D04",
        "写的日期不存在",
        "日历上有的日期",
        "请核对后按“年-月-日”重新填写",
    )


def lost_zero(text: str, column: Column) -> Reading:
    """Refuse the number 3.1: it may have been typed as 3.10."""
    before, _, after = text.partition(".")
    if len(before) == 4:
        meant = f"{before} 年 {after} 月还是 {before} 年 {after}0 月"
    else:
        meant = f"{before} 月 {after} 日还是 {before} 月 {after}0 日"
    return refused(
        "D01",
        f"写成了数字，末尾的 0 可能已经丢失，不能确定是 {meant}",
        _rule(column),
        f"请按“{_form(column)}”重新填写",
    )


def from_serial(number: float | Decimal, context: Context) -> date | None:
    """Return the day that a spreadsheet's day number stands for, if it is a likely one."""
    if not _SERIALS[0] <= number <= _SERIALS[1]:
        return None
    origin = date(1904, 1, 1) if context.date1904 else date(1899, 12, 30)
    return origin + timedelta(days=int(number))


def in_window(day: date, column: Column, context: Context) -> bool:
    """Whether there is nothing to say about where a day lies."""
    year = context.year
    if year is None:
        return _FIRST_YEAR <= day.year <= _LAST_YEAR
    if column.in_year is None:
        return _FIRST_YEAR <= day.year <= year.start + 2
    first, last = _window(year.start)
    return first <= day <= last


def judged(reading: Reading, column: Column, context: Context, first: date) -> Reading:
    """Return a reading with the remark, if any, that its days lie outside the academic year."""
    outside = [day for day in (first, reading.until) if day and not in_window(day, column, context)]
    if not outside:
        return reading
    remark = _outside(outside[0], column, context)
    remarks = (*reading.remarks, remark)
    if remark.severity is Severity.ERROR:
        return Reading(None, remarks, outside=_likely(outside[0], context))
    return Reading(reading.value, remarks, reading.until)


def _likely(day: date, context: Context) -> bool:
    """Whether a day can be meant at all: nothing is planned or remembered for ever."""
    latest = _LAST_YEAR if context.year is None else context.year.start + 2
    return _FIRST_YEAR <= day.year <= latest


def _outside(day: date, column: Column, context: Context) -> Remark:
    year = context.year
    latest = _LAST_YEAR if year is None else year.start + 2
    if not _likely(day, context):
        what = "的年份不合情理" if hushed(column) else f"的年份 {day.year} 不合情理"
        return Remark(
            "D04",
            Severity.ERROR,
            what,
            f"{_FIRST_YEAR} 年至 {latest} 年之间的日期",
            "请核对年份后改正",
        )
    severity = Severity(column.in_year or "I")
    of = AcademicYear(day.year if day.month >= 9 else day.year - 1)
    first, last = _window(year.start if year else of.start)
    name = year.name if year else of.name
    mend = "请核对年份；若确实是其他学年的事，请填到那一学年的台账中"
    return Remark(
        "D04",
        severity,
        f"不在 {name} 学年内" + ("" if hushed(column) else f"，属于 {of.name} 学年"),
        f"{first} 至 {last}",
        mend if severity is Severity.ERROR else "请核对年份；若没有写错，无需处理",
    )


def spelling_remarks(
    span: Span, column: Column, context: Context, shown: str, *, exact: bool
) -> tuple[Remark, ...]:
    """Tell how a written day was read; `exact` if there is nothing to tell about a full one."""
    rule = _rule(column)
    read = read_as(shown, column)
    year = f"已按 {context.year} 学年补上"
    day_wanted = span.no_day and column.type == "date"
    if span.last is not None:
        if span.no_year:
            what = f"写的是一段时间，没有写年份，{year}{read}"
            return (warned("D03", what, rule, "请核对，并补上年份"),)
        if day_wanted:
            what = f"写的是一段时间，只写到月，已按首尾两天读入{read}"
            return (warned("D03", what, rule, "请核对，并补上日"),)
        return (noted("D03", f"写的是一段时间{read}", rule, "无需处理；下次请分开填写起止日期"),)
    if span.no_year and day_wanted:
        what = f"没有写年份和日，年份{year}，日按当月 1 日{read}"
        return (warned("D01", what, rule, "请核对，并补上年份和日"),)
    if span.no_year:
        return (warned("D01", f"没有写年份，{year}{read}", rule, "请核对，并补上年份"),)
    if day_wanted:
        return (warned("D01", f"只写到月，已按当月 1 日读入{read}", rule, "请核对，并补上日"),)
    if span.short_year:
        return (warned("D01", f"的年份只写了两位{read}", rule, "请核对，并写出四位的年份"),)
    if exact:
        return ()
    kind = "日期" if column.type == "date" else "月份"
    mend = f"{NOTHING_TO_DO}；下次请按“{_form(column)}”填写"
    return (noted("D01", f"是其他写法的{kind}{read}", rule, mend),)


def _rule(column: Column) -> str:
    return "日期，例如 2024-09-10" if column.type == "date" else "年-月，例如 2024-09"


def _form(column: Column) -> str:
    return "年-月-日" if column.type == "date" else "年-月"


def serial_remark(value: object, column: Column) -> Remark:
    """Tell that a day number was read as a day."""
    return noted(
        "D02",
        f"是日期的序列号{read_as(value, column)}",
        "日期格式的单元格",
        f"{NOTHING_TO_DO}；下次请把单元格设为“日期”格式",
    )


def _of_year(year: AcademicYear, month: int) -> int:
    return year.start if month >= 9 else year.start + 1


def _day(point: Point, year: AcademicYear | None, default: int | None) -> date | None:
    number = point.year
    if number is None and year is not None:
        number = _of_year(year, point.month)
    if number is None or not 1 <= number <= 9999 or not 1 <= point.month <= 12:
        return None
    most = calendar.monthrange(number, point.month)[1]
    day = point.day if point.day is not None else (default or most)
    return date(number, point.month, day) if 1 <= day <= most else None


@cache
def _window(start: int) -> tuple[date, date]:
    year = AcademicYear(start)
    return year.first_day, year.last_day
