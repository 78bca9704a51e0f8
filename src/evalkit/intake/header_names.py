"""What a header's text means: the column that it names, however it is decorated.

People number their headers, mark those that must be filled, and add the unit. A unit is taken off
only if it is the column's own: 金额（万元） is not 金额（元）, and 人数（男） is not 人数.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from evalkit.intake.cells.units import belongs
from evalkit.ledger import Column
from evalkit.ledger.model import normalise

__all__ = ["LONGEST", "Meaning", "is_machine_name", "meaning_of"]

LONGEST = 60
"""Characters of a header at most; titles and notes are longer."""

_BEFORE = re.compile(
    r"\s*(?:[①-⑳⑴-⒛★☆※●○◆◇▲△■□#＃*＊]|[(（]?[0-9０-９]{1,2}[)）.．、]|[(（]?[一二三四五六七八九十]{1,3}[)）、])\s*"
)
_AFTER = re.compile(r"\s*(?:[★☆※●◆▲*＊:：]|必\s*填|选\s*填)\s*$")
_BRACKETS = re.compile(r"(.+)[(（\[【〔]([^()（）\[\]【】〔〕]{0,40})[)）\]】〕]\s*", re.DOTALL)
_SLASH = re.compile(r"(.+)[/／]\s*([^/／]{1,4})\s*", re.DOTALL)
_HINT = re.compile(
    r"(?:非?必\s*填|选\s*填|可选|可不填|可留空|下拉|单选|多选|请|填|如|例|格式|公历|数字|文字|"
    r"整数|百分制|年/?月/?日?|y{2,4}|是[/、或]?否|有[/、或]?无).*",
    re.IGNORECASE | re.DOTALL,
)
_UNIT = re.compile(r"(?:计量)?单位\s*[:：]?\s*(.+)", re.DOTALL)


class Meaning(NamedTuple):
    """A column, and how surely a text names it: 0 by its header, 1 decorated, 2 and 3 an alias."""

    rank: int
    column: Column


def meaning_of(text: str, names: Mapping[str, Column]) -> Meaning | None:
    """Return the column that a header's text names, if there is one.

    Parameters
    ----------
    text : str
        As it was typed.
    names : mapping of str to Column
        Columns by normalised name (:attr:`evalkit.ledger.Sheet.by_name`).
    """
    if len(text) > LONGEST:
        return None
    key = normalise(text)
    column = names.get(key)
    if column is not None:
        return Meaning(0 if key in _own(column) else 2, column)
    for shorter, unit in _shortened(text):
        key = normalise(shorter)
        column = names.get(key)
        if column is not None and (not unit or (column.unit and belongs(unit, column.unit))):
            return Meaning(1 if key in _own(column) else 3, column)
    return None


def is_machine_name(text: str, names: Mapping[str, Column]) -> bool:
    """Whether a text is the machine name of a column."""
    column = names.get(normalise(text))
    return column is not None and normalise(text) == normalise(column.name)


def _own(column: Column) -> tuple[str, str]:
    return normalise(column.header), normalise(column.name)


@lru_cache(maxsize=4096)
def _shortened(text: str) -> tuple[tuple[str, str], ...]:
    """Return shorter texts, and the unit that was taken off, from the longest on."""
    found: list[tuple[str, str]] = []
    unit = ""
    for _ in range(6):
        bare = _AFTER.sub("", text, count=1)
        if bare == text:
            start = _BEFORE.match(text)
            bare = text[start.end() :] if start is not None else text
        if bare == text and (match := _BRACKETS.fullmatch(text)) is not None:
            said = match[2].strip()
            named = _UNIT.fullmatch(said)
            if not said or _HINT.fullmatch(said) is not None:
                bare = match[1]
            elif not unit:
                bare, unit = match[1], (named[1].strip() if named is not None else said)
        if bare == text and not unit and (match := _SLASH.fullmatch(text)) is not None:
            bare, unit = match[1], match[2].strip()
        if bare == text or not bare.strip():
            break
        text = bare
        found.append((text, unit))
    return tuple(found)
