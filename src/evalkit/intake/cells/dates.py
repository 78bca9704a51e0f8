"""A day, however it was typed."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

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
from evalkit.intake.cells.reading import Context, Reading, Remark, noted, refused
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

__all__ = ["NEVER", "clean_date", "not_filled", "number_text", "plain_day"]

NEVER = frozenset({"无", "没有", "至今", "在任", "现任", "目前"})
"""What people write where there is no day to tell."""

_MIDNIGHT = time()


def clean_date(cell: object, column: Column, context: Context) -> Reading:
    """Read a ``date`` cell."""
    if isinstance(cell, date):
        day = plain_day(cell)
        if day is None:
            return _no_date()
        timed = isinstance(cell, datetime) and cell.time() != _MIDNIGHT
        reading = Reading(day, (_time_remark(),)) if timed else Reading(day)
        return reading if in_window(day, column, context) else judged(reading, column, context, day)
    if isinstance(cell, str):
        return _from_text(cell, column, context)
    text = number_text(cell)
    if text is None:
        return _no_date()
    return _from_number(text, column, context) or _from_text(text, column, context, number=True)


def plain_day(cell: date) -> date | None:
    """Return a day of the plain type; ``None`` for what only looks like one."""
    try:
        return date(cell.year, cell.month, cell.day)
    except (TypeError, ValueError):  # pandas' NaT calls itself a datetime
        return None


def number_text(cell: object) -> str | None:
    """Return a number as it was typed, or ``None`` if it is no number that could be a day."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)) or not 0 < cell < 10**9:
        return None
    return str(int(cell)) if cell == int(cell) else format(cell, ".15g")


def not_filled(text: str) -> Reading | None:
    """Return a blank reading for a word that says there is no such day."""
    if text not in NEVER:
        return None
    what = f"写的是“{text}”，按没有填写处理"
    remark = noted("N05", what, "没有日期时留空", "无需处理；若这一格本应填写，请补填")
    return Reading(None, (remark,), blank=True)


def _from_number(text: str, column: Column, context: Context) -> Reading | None:
    """Return what a day number or a lone decimal says, or ``None`` if the text is neither."""
    if len(text) > 16:
        return None
    day = from_serial(Decimal(text), context)
    if day is not None:
        reading = Reading(day, (serial_remark(day, column),))
        return judged(reading, column, context, day)
    before, point, after = text.partition(".")
    ambiguous = ("1",) if len(before) == 4 else ("1", "2", "3")
    if point and after in ambiguous and parse(text) is not None:
        return lost_zero(text, column)
    return None


def _from_text(cell: str, column: Column, context: Context, *, number: bool = False) -> Reading:
    text = unwrap(visible(cell))
    if len(text) > LONGEST:
        return _no_date()
    folded = fold(text)
    if not number:
        if (blank := not_filled(folded)) is not None:
            return blank
        if folded[:5].isdecimal() and folded.replace(".", "", 1).isdecimal():
            serial = _serial_text(folded, column, context)
            if serial is not None:
                return serial
    spelled = parse(folded)
    if spelled is None:
        return _no_date()
    span = to_span(spelled, context)
    if isinstance(span, Reading):
        return span
    iso = folded == span.first.isoformat()
    exact = context.all_text and iso
    remarks = spelling_remarks(span, column, context, _shown(span), exact=exact)
    if is_wide(text):
        remarks = (width_remark(), *remarks)
    elif not remarks and folded != cell:
        remarks = (space_remark(),)
    return judged(Reading(span.first, remarks, span.last), column, context, span.first)


def _serial_text(text: str, column: Column, context: Context) -> Reading | None:
    if not text.isascii() or len(text.partition(".")[0]) != 5 or len(text) > 16:
        return None
    day = from_serial(Decimal(text), context)
    if day is None:
        return None
    return judged(Reading(day, (serial_remark(day, column),)), column, context, day)


def _time_remark() -> Remark:
    return noted("D01", "中的时间没有读取，只用了日期", "日期，例如 2024-09-10")


def _shown(span: Span) -> str:
    return str(span.first) if span.last is None else f"{span.first} 至 {span.last}"


def _no_date() -> Reading:
    return refused(
        "D01",
        "不是能识别的日期",
        "日期，例如 2024-09-10",
        "请按“年-月-日”重新填写，并核对这一天是否存在",
    )
