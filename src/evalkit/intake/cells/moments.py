"""A moment (day, hour and minute), and a month."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from evalkit.intake.cells.dates import not_filled, number_text, plain_day
from evalkit.intake.cells.days import (
    Span,
    from_serial,
    in_window,
    judged,
    lost_zero,
    serial_remark,
    spelling_remarks,
    to_span,
)
from evalkit.intake.cells.reading import Context, Reading, Remark, noted, read_as, refused, warned
from evalkit.intake.cells.spelled import parse
from evalkit.intake.cells.texts import (
    LONGEST,
    fold,
    is_wide,
    space_remark,
    unwrap,
    visible,
    width_remark,
)
from evalkit.ledger import Column

__all__ = ["clean_moment", "clean_month"]

_RULE = "日期和时间，例如 2024-09-10 14:30"
_MEND = "请按“年-月-日 时:分”重新填写"
_ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?", re.ASCII)
_ISO_MONTH = re.compile(r"(?:19[5-9]\d|20\d\d)-(?:0[1-9]|1[0-2])", re.ASCII)
_ONLY_TIME = re.compile(r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?")
_TIME = re.compile(
    r"(?P<half>[^\d\s:]*)\s?(?P<h>\d{1,2})(?::(?P<m>\d{1,2})(?::(?P<s>\d{1,2})(?:\.\d+)?)?"
    r"|[时点](?:(?P<word>整|半|[13]刻)|(?P<min>\d{1,2})分?(?:(?P<sec>\d{1,2})秒?)?)?)?"
    r"\s?(?P<ampm>[AaPp][Mm])?",
    re.ASCII,
)
_MINUTES = {"整": 0, "半": 30, "1刻": 15, "3刻": 45}
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "晚间", "夜间", "晚"})


def clean_moment(cell: object, column: Column, context: Context) -> Reading:
    """Read a ``datetime`` cell; a day alone is refused, the rules need hour and minute."""
    if isinstance(cell, date):
        return _from_date(cell, column, context)
    if isinstance(cell, str):
        text = unwrap(visible(cell))
        if len(text) > LONGEST:
            return _no_moment()
        folded = fold(text)
        if (blank := not_filled(folded)) is not None:
            return blank
        number = folded if _is_serial(folded) else None
        if number is None:
            return _from_text(cell, text, folded, column, context)
    else:
        number = number_text(cell)
        if number is None or len(number) > 24:
            return _no_moment()
    return _from_serial(Decimal(number), column, context)


def clean_month(cell: object, column: Column, context: Context) -> Reading:
    """Read a ``ym`` cell: a month as ``2024-09``."""
    if isinstance(cell, date):
        day = plain_day(cell)
        if day is None:
            return _no_month()
        # A spreadsheet makes the first day of a month that is typed into it.
        remarks = () if day.day == 1 else (_day_remark(day, column),)
        return judged(Reading(_label(day), remarks), column, context, day)
    number = None
    if isinstance(cell, str):
        if _ISO_MONTH.fullmatch(cell):
            return _judged_month(str(cell), column, context)
        text = unwrap(visible(cell))
        if len(text) > LONGEST:
            return _no_month()
        folded = fold(text)
        if (blank := not_filled(folded)) is not None:
            return blank
        number = folded if _is_serial(folded) else None
    else:
        number = text = folded = number_text(cell) or ""
        if not number or len(number) > 16:
            return _no_month()
        if len(number) == 6 and number.endswith(".1"):
            return lost_zero(number, column)
    day_number = from_serial(Decimal(number), context) if number else None
    if day_number is not None:
        remark = serial_remark(_label(day_number), column)
        return judged(Reading(_label(day_number), (remark,)), column, context, day_number)
    spelled = parse(folded)
    if spelled is None or (spelled.first.day is not None and number):
        return _no_month()
    span = to_span(spelled, context)
    if isinstance(span, Reading):
        return span
    return _from_span(span, cell, text, folded, column, context)


def _judged_month(text: str, column: Column, context: Context) -> Reading:
    day, reading = date(int(text[:4]), int(text[5:]), 1), Reading(text)
    return reading if in_window(day, column, context) else judged(reading, column, context, day)


def _from_span(
    span: Span, cell: object, text: str, folded: str, column: Column, context: Context
) -> Reading:
    label = _label(span.first)
    shown = label if span.last is None else f"{label} 至 {_label(span.last)}"
    exact = folded == label
    remarks = spelling_remarks(span, column, context, shown, exact=exact)
    if is_wide(text):
        remarks = (width_remark(), *remarks)
    elif not remarks and folded != cell:
        remarks = (space_remark(),)
    return judged(Reading(label, remarks, span.last), column, context, span.first)


def _from_date(cell: date, column: Column, context: Context) -> Reading:
    day = plain_day(cell)
    if day is None:
        return _no_moment()
    # A reader makes a day of a moment at midnight.
    moment = datetime.combine(day, cell.time() if isinstance(cell, datetime) else time())
    reading = Reading(moment)
    return reading if in_window(day, column, context) else judged(reading, column, context, day)


def _from_serial(number: Decimal, column: Column, context: Context) -> Reading:
    day = from_serial(number, context)
    if day is None:
        return _no_moment()
    minutes = round((number - int(number)) * 1440)
    if minutes == 0:
        return _no_time()
    moment = datetime.combine(day, time()) + timedelta(minutes=minutes)
    shown = serial_remark(f"{moment:%Y-%m-%d %H:%M}", column)
    return judged(Reading(moment, (shown,)), column, context, moment.date())


def _from_text(cell: str, text: str, folded: str, column: Column, context: Context) -> Reading:
    if _ONLY_TIME.fullmatch(folded):
        return refused("D01", "只写了时间，没有写日期", _RULE, _MEND)
    spelled = parse(folded)
    if spelled is None or spelled.last is not None:
        return _no_moment()
    if not spelled.clock:
        return _no_time()
    begin, _, end = re.sub("[-~至到]{1,2}", "-", spelled.clock).partition("-")
    clock = _time(begin)
    if spelled.first.day is None or clock is None or (end and _time(end) is None):
        return _no_moment()
    span = to_span(spelled, context)
    if isinstance(span, Reading):
        return span
    moment = datetime.combine(span.first, clock)
    exact = context.all_text and bool(_ISO_MOMENT.fullmatch(folded))
    remarks = _remarks(span, moment, column, context, between=bool(end), exact=exact)
    if is_wide(text):
        remarks = (width_remark(), *remarks)
    elif not remarks and folded != cell:
        remarks = (space_remark(),)
    return judged(Reading(moment, remarks), column, context, span.first)


def _remarks(
    span: Span, moment: datetime, column: Column, context: Context, *, between: bool, exact: bool
) -> tuple[Remark, ...]:
    read = read_as(f"{moment:%Y-%m-%d %H:%M}", column)
    remarks: list[Remark] = []
    if span.no_year:
        what = f"没有写年份，已按 {context.year} 学年补上{read}"
        remarks.append(warned("D01", what, _RULE, "请核对，并补上年份"))
    elif span.short_year:
        remarks.append(warned("D01", f"的年份只写了两位{read}", _RULE, "请核对，并写出四位的年份"))
    if between:
        what = f"写的是一段时间，按开始的时间读入{read}"
        remarks.append(warned("D03", what, _RULE, "请核对，只填开始的时间"))
    if not remarks and not exact:
        mend = "无需处理；下次请按“年-月-日 时:分”填写"
        remarks.append(noted("D01", f"是其他写法的时间{read}", _RULE, mend))
    return tuple(remarks)


def _time(text: str) -> time | None:
    """Return the time of day that a text says; ``None`` if there is none such, or if unclear."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour = int(match["h"])
    minute = _MINUTES[match["word"]] if match["word"] else int(match["m"] or match["min"] or 0)
    second = int(match["s"] or match["sec"] or 0)
    half, ampm = match["half"].lower(), (match["ampm"] or "").lower()
    if not (match["m"] or "时" in text or "点" in text or half or ampm):
        return None
    known = _hour(hour, half, ampm)
    if known is None or not (known <= 23 and minute <= 59 and second <= 59):
        return None
    return time(known, minute, second)


def _hour(hour: int, half: str, ampm: str) -> int | None:
    if hour == 12:
        if half in ("晚上", "晚间", "夜间", "晚"):  # noon is not meant, and midnight is tomorrow
            return None
        return 0 if half == "凌晨" or "am" in (half, ampm) else 12
    if half == "中午":
        return hour + 12 if hour <= 2 else hour
    later = half in _AFTERNOON or "pm" in (half, ampm)
    return hour + 12 if later and hour < 12 else hour


def _is_serial(text: str) -> bool:
    whole, _, fraction = text.partition(".")
    return (
        text.isascii()
        and len(whole) == 5
        and len(text) <= 24
        and whole.isdigit()
        and (not fraction or fraction.isdigit())
    )


def _label(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def _day_remark(day: date, column: Column) -> Remark:
    what = f"是一个日期，只用了年和月{read_as(_label(day), column)}"
    return noted("D01", what, "年-月，例如 2024-09", "无需处理；下次请按“年-月”填写")


def _no_moment() -> Reading:
    return refused("D01", "不是能识别的时间", _RULE, _MEND)


def _no_time() -> Reading:
    return refused("D01", "只写了日期，没有写几点几分", _RULE, "请按“年-月-日 时:分”补上时间")


def _no_month() -> Reading:
    return refused("D01", "不是能识别的月份", "年-月，例如 2024-09", "请按“年-月”重新填写")
