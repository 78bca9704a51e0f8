"""Text in a cell: what cannot be seen in it, what looks the same, and texts of a set form."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache

from evalkit.intake.cells.reading import Context, Reading, Remark, noted, refused
from evalkit.ledger import Column
from evalkit.personal_data import has_personal_number

__all__ = [
    "LONGEST",
    "TOO_LARGE",
    "clean_text",
    "fold",
    "is_blank",
    "is_wide",
    "lost_digits",
    "personal",
    "same_as_above",
    "tidy",
    "typed",
    "unwrap",
    "visible",
]

LONGEST = 200
"""Characters beyond which a cell is no number, date, option or code, whatever it holds."""
TOO_LARGE = 10**15
"""Spreadsheets keep 15 digits of a number; the rest is lost."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_WIDE = re.compile("[！-｝]")
# Folded, a raised 2 would become a digit of the number before it.
_NOT_RAISED = re.compile("[^²³¹⁰-₟¼-¾⅐-↋]+")
_MARKS_BEGIN = "暂nNｎＮ"
_DASHES = re.compile(r"[-‐-―−─━]{1,4}")
_BLANK_MARKS = frozenset({"", "/", "//", "\\", "暂无", "n/a"})
_ABOVE = frozenset({"同上", "同上行", "同前", "同左", "〃", "″", "′′"})
_MAYBE_ABOVE = re.compile("[同〃″′]")
_MANY_DIGITS = re.compile(r"(?:\d[\s\-－]?){11}")
_LONG_NUMBER = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[Ee]\+[0-9]{1,9}", re.ASCII)
_QUOTES = "'‘’＇"


def is_blank(cell: object) -> bool:
    """Whether a cell says nothing: empty, spaces, or a dash put in its place.

    Examples
    --------
    >>> is_blank("——"), is_blank("暂无"), is_blank("无"), is_blank(0)
    (True, True, False, False)
    """
    if not isinstance(cell, str):
        return cell is None
    if not cell:
        return True
    # Most cells begin with a word or a digit, and no mark does but those two.
    if cell[0].isalnum() and cell[0] not in _MARKS_BEGIN:
        return False
    text = visible(cell)
    if len(text) > 4:
        return False
    text = fold(text)
    return text.casefold() in _BLANK_MARKS or _DASHES.fullmatch(text) is not None


def visible(text: str) -> str:
    """Return a text without characters that cannot be seen and without spaces around it."""
    if not text.isprintable() or "\ufe0f" in text:
        text = _INVISIBLE.sub("", text)
    return text.strip()


def fold(text: str) -> str:
    """Return a text in which what looks the same is the same (NFKC), with no spaces around it.

    Examples
    --------
    >>> fold("１２０人 "), fold("12m²")
    ('120人', '12m²')
    """
    text = visible(text)
    if text.isascii():
        return text
    return _NOT_RAISED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text).strip()


def is_wide(text: str) -> bool:
    """Whether a text holds full-width digits, letters or marks."""
    return not text.isascii() and _WIDE.search(text) is not None


def unwrap(text: str) -> str:
    """Return a visible text without the apostrophe that makes spreadsheets keep it as text."""
    return text.lstrip(f"{_QUOTES} \u3000\u00a0") if text[:1] in _QUOTES else text


def typed(cell: object) -> str | None:
    """Return a cell as it was typed: spreadsheets keep 2024 as 2024.0. ``None`` if it cannot be."""
    if isinstance(cell, str):
        return str(cell)
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, (int, float)):
        if isinstance(cell, float) and not math.isfinite(cell):
            return None
        if abs(cell) >= TOO_LARGE:
            return None
        return str(int(cell)) if cell == int(cell) else format(cell, ".15g")
    if isinstance(cell, (Decimal, date, time, timedelta)):  # datetime is a date
        return str(cell)
    return None


def tidy(cell: object) -> tuple[str | None, tuple[Remark, ...]]:
    """Return a short cell folded, with a remark if that changed it; ``None`` if it is no text."""
    text = typed(cell)
    if text is None or len(text) > LONGEST * 10:
        return None, ()
    shown = unwrap(visible(text))
    folded = fold(shown)
    if folded == text:
        return folded, ()
    if folded != shown:
        return folded, (width_remark(),)
    return folded, (space_remark(),)


def width_remark() -> Remark:
    """Tell that full-width characters were read as their narrow twins."""
    return noted(
        "N01",
        "中有全角字符，已按半角读入",
        "数字、字母和标点用半角",
        "无需处理；下次请切换到半角输入",
    )


def space_remark() -> Remark:
    """Tell that spaces or invisible characters were taken out."""
    return noted("N06", "前后或中间有多余的空格或看不见的字符，已经去掉", "不含多余空格的内容")


def same_as_above(text: str) -> Reading | None:
    """Refuse a cell that points to another one: which one is anybody's guess."""
    if len(text) > 8 or _MAYBE_ABOVE.search(text) is None or fold(text) not in _ABOVE:
        return None
    return refused(
        "N05",
        "写的是“同上”，不能确定是哪一格的内容",
        "每一格都写出完整的内容",
        "请写出完整的内容，不要写“同上”",
    )


def personal(text: str) -> Reading | None:
    """Refuse what names a person by number, and never repeat it."""
    if _MANY_DIGITS.search(visible(text)) is None:
        return None
    if not has_personal_number(fold(text)):
        return None
    return refused(
        "P01",
        "中有身份证号或手机号",
        "不含身份证号和手机号的内容",
        "请删去号码；佐证材料由学院自己保管",
    )


def clean_text(cell: object, column: Column, _context: Context) -> Reading:
    """Read a ``str``, ``text`` or ``id`` cell."""
    if column.type == "id" or column.pattern is not None:
        return _code(cell, column)
    text = typed(cell)
    if text is None:
        return _no_text(cell, column)
    value = visible(text)
    if column.type == "str":
        if _LONG_NUMBER.fullmatch(value):
            return lost_digits()
        # Other quotes belong to what is quoted.
        if value[:1] in _QUOTES and value[1:].isascii() and value[1:].isalnum():
            value = value[1:]
    return Reading(value, () if value == text else (space_remark(),))


def _code(cell: object, column: Column) -> Reading:
    text, remarks = tidy(cell)
    if text is None:
        return _no_text(cell, column)
    if remarks:  # a mark may have stood behind an apostrophe
        if is_blank(text):
            return Reading(None, blank=True)
        if (refusal := same_as_above(text)) is not None:
            return refusal
    if _LONG_NUMBER.fullmatch(text):
        return lost_digits()
    form = column.pattern
    if len(text) > LONGEST or (form is not None and _form(form).fullmatch(text) is None):
        rule = column.note or (f"符合“{form}”的编号" if form else f"不超过 {LONGEST} 字的编号")
        return refused("V04", "写法不合要求", rule, _mend(text, column))
    return Reading(text, remarks)


def _mend(text: str, column: Column) -> str:
    better = text.upper().replace(" ", "")[:LONGEST]
    known = column.pattern is not None and _form(column.pattern).fullmatch(better)
    if known and better != text and not column.private and not column.private_where:
        return f"若是指“{better}”，请照此改正"
    return "请按模板的写法改正"


def _no_text(cell: object, column: Column) -> Reading:
    if isinstance(cell, (int, float)) and math.inf > abs(cell) >= TOO_LARGE:
        return lost_digits()
    return refused("V04", "不是文字", column.note or "文字", "请按模板的写法重新填写")


def lost_digits() -> Reading:
    """Refuse a number of which the spreadsheet has lost the last digits."""
    return refused(
        "N07",
        "的长数字变成了科学计数法，末几位已经丢失，无法恢复",
        "完整的号码或编号",
        "请先把单元格设为“文本”格式，再重新填写完整的内容",
    )


@cache
def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
