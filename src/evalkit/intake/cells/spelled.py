"""Days and months as they are written: ``2024.3.5``, ``3月5日-9日``, ``二〇二四年九月``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from evalkit.intake.cells.numerals import digits, numeral
from evalkit.intake.cells.texts import LONGEST, fold, unwrap, visible

__all__ = ["Point", "Spelled", "parse"]


class Point(NamedTuple):
    """A day or a month; ``None`` for what was not written."""

    year: int | None
    month: int
    day: int | None
    short: bool = False
    """Whether the year has two digits only."""


class Spelled(NamedTuple):
    """What is written in a cell: a day or month, for a span its last one, and a time of day."""

    first: Point
    last: Point | None
    clock: str


_LOOKS = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−─━", "-"), **dict.fromkeys("〜∼", "~"), **dict.fromkeys("。·・", ".")}
    | {"號": "号", "→": "-"}
)
_WEEKDAY = re.compile(r"[(,]?\s?(?:星期|周|礼拜)[一二三四五六日天1-7]\s?\)?")
_NUMERAL = re.compile("[〇零○一二三四五六七八九十廿卅两]+")
_LOOSE = re.compile(r"\s*([年月日号时点分秒:./~至到-])\s*")

_DAY_END = r"(?:[日号]|(?![\d日号]))"
_MONTH_END = r"(?:月份?(?:初|上旬|中旬|下旬|中|底|末)?|(?![\d月]))"
_FULL = (
    r"(?P<y>\d{4}|\d{2})(?P<s>[./\\,、-])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})" + _DAY_END,
    r"(?P<y>\d{4}|\d{2})年(?P<m>\d{1,2})[月./](?P<d>\d{1,2})" + _DAY_END,
    r"(?P<y>\d{4})[./-](?P<m>\d{1,2})月(?P<d>\d{1,2})" + _DAY_END,
    r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?!\d)",
)
_MONTH = (
    r"(?P<y>\d{4})[年./\\-](?P<m>\d{1,2})" + _MONTH_END,
    r"(?P<y>\d{2})年(?P<m>\d{1,2})" + _MONTH_END,
    r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?!\d)",
)
_MONTH_DAY = (
    r"(?P<m>\d{1,2})月(?P<d>\d{1,2})" + _DAY_END,
    r"(?P<m>\d{1,2})[./](?P<d>\d{1,2})" + _DAY_END,
    r"(?P<m>\d{1,2})-(?P<d>\d{1,2})(?![\d日号])",
)
_MONTH_ONLY = r"(?P<m>\d{1,2})月份?(?:初|上旬|中旬|下旬|中|底|末)?"
_MONTHS_BEGIN = r"(?P<m>\d{1,2})(?=[-~至到]+\d{1,2}月)"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.ASCII) for pattern in patterns)


_DASHED, _BEGINS = _compiled(_MONTH_DAY[-1], _MONTHS_BEGIN)
_FIRST = (
    *_compiled(*_FULL, *_MONTH, *_MONTH_DAY[:-1]),
    _DASHED,
    *_compiled(_MONTH_ONLY),
    _BEGINS,
)
_LAST_DAY = _compiled(*_FULL, *_MONTH_DAY, r"(?P<d>\d{1,2})" + _DAY_END)
_LAST_MONTH = _compiled(*_MONTH, _MONTH_ONLY)

_RANGE = re.compile(r"起?(?:[-~]{1,3}>?|至|到)")
_HALF = "(?:上午|下午|早上|早晨|清晨|凌晨|中午|傍晚|晚上|晚间|夜间|晚|[AaPp][Mm])"
_TIME = (
    rf"{_HALF}?\s?\d{{1,2}}(?::\d{{1,2}}(?::\d{{1,2}}(?:\.\d{{1,6}})?)?"
    r"|[时点](?:整|半|[13]刻|\d{1,2}分?(?:\d{1,2}秒)?)?)(?:\s?[AaPp][Mm])?"
)
_CLOCK = re.compile(
    rf"(?:[T\s]?\s?(?P<clock>{_TIME}(?:[-~至到]{{1,2}}{_TIME})?|{_HALF}))?止?", re.ASCII
)


def parse(text: str) -> Spelled | None:
    """Read a text as a day, a month or a span, with whatever time of day follows.

    Whether the day exists is not asked here. ``None`` if the text is nothing of the kind, or if
    it could mean two things.

    Examples
    --------
    >>> parse("２０２４年９月５日 下午2点半")
    Spelled(first=Point(year=2024, month=9, day=5, short=False), last=None, clock='下午2点半')
    >>> parse("9-12月").last
    Point(year=None, month=12, day=None, short=False)
    """
    if len(text) > LONGEST:
        return None
    text = _prepared(text)
    for pattern in _FIRST:
        match = pattern.match(text)
        if match is None:
            continue
        first, rest = _point(match), text[match.end() :]
        clock = _CLOCK.fullmatch(rest)
        if clock is not None:
            if pattern is _BEGINS:
                continue
            return Spelled(first, None, clock["clock"] or "")
        for last in _lasts(first, rest, dashed=pattern is _DASHED):
            return Spelled(first, last, "")
    return None


def _lasts(first: Point, rest: str, *, dashed: bool) -> Iterator[Point]:
    join = _RANGE.match(rest)
    if join is None:
        return
    rest = rest[join.end() :]
    for pattern in _LAST_MONTH if first.day is None else _LAST_DAY:
        match = pattern.match(rest)
        if match is None or _CLOCK.fullmatch(rest[match.end() :]) is None:
            continue
        last = _point(match)
        if last.month:
            yield last
        elif not dashed:  # 3-5-9 is no span of days that anybody could be sure of
            yield last._replace(year=first.year, month=first.month)


def _point(match: re.Match[str]) -> Point:
    found = match.groupdict()
    year, month, day = found.get("y"), found.get("m"), found.get("d")
    short = year is not None and len(year) == 2
    return Point(
        None if year is None else int(year) + (2000 if short else 0),
        int(month or 0),
        None if day is None else int(day),
        short,
    )


def _prepared(text: str) -> str:
    """Return a text in which each mark and digit has one look, with spaces only before times."""
    text = fold(unwrap(visible(text))).translate(_LOOKS).replace("元月", "1月")
    text = _WEEKDAY.sub(" ", text)
    text = _NUMERAL.sub(lambda match: _arabic(match[0]), text)
    text = _LOOSE.sub(r"\1", " ".join(text.split()))
    return text.removeprefix("自").removeprefix("从").rstrip(".,;")


def _arabic(text: str) -> str:
    if all(c not in "十廿卅" for c in text):
        return digits(text)
    number = numeral(text)
    return text if number is None else str(number)
