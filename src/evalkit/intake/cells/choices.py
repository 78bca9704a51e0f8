"""Options from a list, one or several, and yes or no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from evalkit.intake.cells.reading import BLANK, Context, Reading, Remark, noted, quoted, refused
from evalkit.intake.cells.texts import (
    fold,
    space_remark,
    tidy,
    typed,
    visible,
)
from evalkit.ledger import Column

__all__ = ["clean_bool", "clean_enum", "clean_enums"]

_TRUE = frozenset({"是", "有", "√", "✓", "✔", "☑", "y", "yes", "true"})
_FALSE = frozenset({"否", "无", "×", "✗", "✘", "n", "no", "false"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_PARTS = re.compile(r"[、,;，；\r\n]+")
_LIKELY = 0.8
_MOST = 2000


def clean_enum(cell: object, column: Column, _context: Context) -> Reading:
    """Read an ``enum`` cell: the option itself, whatever its width and spaces."""
    if cell in column.allowed and isinstance(cell, str):
        return Reading(str(cell))
    text, remarks = tidy(cell)
    option = None if text is None else _options(column.allowed).get(_key(text))
    if text is None or option is None:
        mend = "请从下拉列表中选择" + _suggestion(text or "", column)
        rule = "、".join(column.allowed) or "下拉列表中的选项"
        return refused("V02", "不在可选范围内", rule, mend)
    if visible(typed(cell) or "") == option:
        return Reading(option, remarks)
    return Reading(option, (_form_remark(),))


def clean_enums(cell: object, column: Column, _context: Context) -> Reading:
    """Read an ``enums`` cell: several options, joined with 、 in the value."""
    allowed = column.allowed
    if isinstance(cell, str) and len(cell) <= _MOST:
        plain = cell.split("、")
        if all(part in allowed for part in plain) and len(set(plain)) == len(plain):
            return Reading(str(cell))
    text = typed(cell)
    if text is None or len(text) > _MOST:
        return _strange("", column)
    options = _options(allowed)
    found: list[str] = []
    strange: list[str] = []
    parts = [part.strip() for part in _PARTS.split(visible(text))]
    for part in filter(None, parts):
        option = options.get(_key(part))
        if option is not None:
            found.append(option)
            continue
        several = _taken_apart(part, allowed)
        found += several
        if not several:
            strange.append(part)
    if strange:
        return _strange("、".join(strange), column)
    if not found:
        return BLANK
    value = "、".join(dict.fromkeys(found))
    return Reading(value, _enums_remarks(text, value, found))


def clean_bool(cell: object, _column: Column, _context: Context) -> Reading:
    """Read a ``bool`` cell."""
    if isinstance(cell, bool):
        return Reading(cell)
    # The two words of the template's list first: they are most of the cells.
    if cell == "是":
        return Reading(True)
    if cell == "否":
        return Reading(False)
    text, remarks = tidy(cell) if isinstance(cell, str) else (None, ())
    word = "" if text is None else text.casefold()
    if word in _TRUE or word in _FALSE:
        return Reading(word in _TRUE, remarks)
    return refused("V02", "应填是或否", "是、否", "请从下拉列表中选择")


def _enums_remarks(text: str, value: str, found: list[str]) -> tuple[Remark, ...]:
    if text == value:
        return ()
    remarks: list[Remark] = []
    if len(set(found)) < len(found):
        rule = "每个选项只写一次"
        remarks.append(noted("V02", "中有重复的选项，只算一次", rule))
    shown = visible(text)
    usual = "、".join(part.strip() for part in re.split("[、;；]", shown) if part.strip())
    if usual != "、".join(found):
        remarks.append(
            noted(
                "N01",
                "的写法与选项略有不同，已按选项读入",
                "与选项完全相同的文字，多项用顿号隔开",
                "无需处理；下次请从列表中选择，多项用顿号隔开",
            )
        )
    elif not remarks and shown != text:
        remarks.append(space_remark())
    return tuple(remarks)


def _taken_apart(part: str, allowed: tuple[str, ...]) -> list[str]:
    """Return the options in a part whose marks may be those of an option: whole options first."""
    pattern, options = _scanner(allowed), _options(allowed)
    text, place = fold(part).translate(_DASHES).casefold(), 0
    found: list[str] = []
    while place < len(text):
        match = pattern.match(text, place)
        if match is None:
            return []
        found.append(options[_key(match[1])])
        place = match.end()
    return found


def _strange(text: str, column: Column) -> Reading:
    rule = f"{'、'.join(column.allowed) or '下拉列表中的选项'}，可选多项，用顿号隔开"
    mend = "请改为可选项" + _suggestion(text, column)
    what = f"{quoted(text, column)}不在可选范围内" if text else "不在可选范围内"
    return refused("V02", what, rule, mend)


def _suggestion(text: str, column: Column) -> str:
    keys = _options(column.allowed)
    near = get_close_matches(_key(text[:40]), keys, n=1, cutoff=_LIKELY)
    return f"；是不是“{keys[near[0]]}”？" if near else ""


def _form_remark() -> Remark:
    return noted(
        "N01",
        "的写法与选项略有不同，已按选项读入",
        "与选项完全相同的文字",
        "无需处理；下次请从下拉列表中选择",
    )


def _key(text: str) -> str:
    """Return a text as options are compared: width, case, dashes and spaces taken out."""
    return "".join(fold(text).translate(_DASHES).casefold().split())


@cache
def _options(allowed: tuple[str, ...]) -> Mapping[str, str]:
    """Return the options by their compared form; what two options share says neither."""
    keys = [_key(option) for option in allowed]
    return {key: option for key, option in zip(keys, allowed, strict=True) if keys.count(key) == 1}


@cache
def _scanner(allowed: tuple[str, ...]) -> re.Pattern[str]:
    spaced = (r"\s*".join(map(re.escape, key)) for key in _options(allowed))
    longest = "|".join(sorted(spaced, key=len, reverse=True))
    return re.compile(rf"({longest or '(?!)'})(?:[/\\|\s]+|$)")
