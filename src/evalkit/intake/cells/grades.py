"""Grades: the year of entry, as 2024级, however it is said."""

from __future__ import annotations

import re

from evalkit.intake.cells.numerals import DIGITS, digits
from evalkit.intake.cells.reading import BLANK, Context, Reading, noted, quoted, read_as, refused
from evalkit.intake.cells.texts import LONGEST, fold, typed, unwrap, visible
from evalkit.ledger import Column

__all__ = ["clean_grade", "clean_grades"]

_CANONICAL = re.compile(r"20\d{2}级", re.ASCII)
_ENTRY = re.compile(r"(?:20)?(\d{2})级?(?:本科生?|专科生?|高职|中职|学生|新生)?", re.ASCII)
_STANDING = re.compile(r"(?:大([一二三四五1-5])|([一二三四五1-5])年级)(?:学生|新生)?")
_NUMERAL = re.compile(f"[{DIGITS}零]{{2,4}}")
_SPACE = re.compile(r"\s+(?=级)|\s+$")
_SEPARATORS = re.compile(r"[、,;/|\s]+")
_ALL = frozenset(
    {"全体", "全院", "全校", "全部", "全年级", "所有年级", "各年级", "全体学生", "全体年级"}
)
_STANDINGS = "一二三四五"
_RULE = "入学年份加“级”，例如 2024级"
_LIST_RULE = "年级，例如 2023级、2024级，或全体"
_OLDEST = 6


def clean_grade(cell: object, column: Column, context: Context) -> Reading:
    """Read a ``grade`` cell."""
    if isinstance(cell, str) and _CANONICAL.fullmatch(cell) and _plausible(cell, context):
        return Reading(str(cell))
    text = _text(cell)
    if text is None:
        return refused("K02", "不是能识别的年级", _RULE, "请改为入学年份")
    grade = _grade(text, context)
    if isinstance(grade, Reading):
        return grade
    if not _plausible(grade, context):
        return _implausible(grade, column, context)
    if grade == cell:
        return Reading(grade)
    return Reading(grade, (noted("K02", f"的年级写法已经统一{read_as(grade, column)}", _RULE),))


def clean_grades(cell: object, column: Column, context: Context) -> Reading:
    """Read a ``grades`` cell: several grades joined with 、, or 全体."""
    if isinstance(cell, str):
        plain = cell.split("、")
        known = all(_CANONICAL.fullmatch(part) and _plausible(part, context) for part in plain)
        if known and len(set(plain)) == len(plain):
            return Reading(str(cell))
    text = _text(cell)
    if text is None:
        return _strange()
    parts = [part for part in _SEPARATORS.split(_SPACE.sub("", text)) if part]
    if not parts:
        return BLANK
    if len(parts) == 1 and parts[0] in _ALL:
        value = "全体"
    else:
        grades: list[str] = []
        for part in parts:
            grade = _grade(part, context)
            if isinstance(grade, Reading):
                standing = _STANDING.fullmatch(part) is not None
                return grade if standing else _strange()
            if not _plausible(grade, context):
                return _implausible(grade, column, context)
            grades.append(grade)
        value = "、".join(dict.fromkeys(grades))
    if value == cell:
        return Reading(value)
    what = f"的年级写法已经统一{read_as(value, column)}"
    return Reading(value, (noted("K02", what, _LIST_RULE),))


def _text(cell: object) -> str | None:
    text = typed(cell)
    return None if text is None or len(text) > LONGEST else fold(unwrap(visible(text)))


def _grade(text: str, context: Context) -> str | Reading:
    text = "".join(text.split())
    if _CANONICAL.fullmatch(text):
        return text
    standing = _STANDING.fullmatch(text)
    if standing is not None:
        if context.year is None:
            return refused("K02", "写的是在读的年级，不知道是哪一年入学", _RULE, "请改为入学年份")
        said = standing[1] or standing[2]
        number = int(said) if said.isdecimal() else _STANDINGS.index(said) + 1
        return f"{context.year.start - number + 1}级"
    entry = _ENTRY.fullmatch(_NUMERAL.sub(lambda match: digits(match[0]), text, count=1))
    if entry is None:
        return refused("K02", "不是能识别的年级", _RULE, "请改为入学年份")
    return f"20{entry[1]}级"


def _plausible(grade: str, context: Context) -> bool:
    year = context.year
    return year is None or year.start - _OLDEST <= int(grade[:4]) <= year.start


def _implausible(grade: str, column: Column, context: Context) -> Reading:
    start = context.year.start if context.year else int(grade[:4])
    return refused(
        "K02",
        f"的入学年份不合情理：{context.year} 学年不会有{quoted(grade, column)}的学生",
        f"{start - _OLDEST}级 至 {start}级",
        "请核对入学年份后改正",
    )


def _strange() -> Reading:
    return refused("K02", "有不能识别的年级", _LIST_RULE, "请改为入学年份，用顿号隔开")
