"""Tables on a page of a PDF, by where things stand: what is above a number, and what left of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from evalkit.privacy.scan.grids import COUNT, Table, begins_value

__all__ = ["Word", "number_table"]

_NUMBER = re.compile(COUNT)
_LINE = 1.8
"""How far above a line, in letters, what stands is of the same header."""
_WHERE = "表格"
_NO_HEADER = "数"
"""Stands for a header where there is none: below it a row's name says what is counted."""


class Word(NamedTuple):
    """What stands together on a page: text, left and right end, baseline, size of its letters."""

    text: str
    left: float
    right: float
    base: float
    letter: float


def number_table(words: Sequence[Word]) -> Table:
    """Return every small number that stands by itself with its header and its row's name.

    Parameters
    ----------
    words : sequence of Word
        Of one page.

    Returns
    -------
    Table
        Of each number one or two lines of header, and the row: the nearest text on its left, and
        itself.
    """
    texts = [word for word in words if not begins_value(word.text)]
    rows: list[list[str]] = []
    for number in (word for word in words if _NUMBER.fullmatch(word.text)):
        header = _above(number, texts)
        if header is not None:
            over = _above(header, texts)
            if over is not None and over.base - header.base < _LINE * header.letter:
                rows.append(["", over.text])
        rows.append(["", _NO_HEADER if header is None else header.text])
        rows.append([_beside(number, texts), number.text])
    return Table(rows, [_WHERE] * len(rows), ["", ""])


def _above(word: Word, texts: Sequence[Word]) -> Word | None:
    """Return the nearest text above a word."""
    some = 0.3 * word.letter
    over = [
        other
        for other in texts
        if other.base > word.base + some
        and other.left < word.right + some
        and other.right > word.left - some
    ]
    return min(over, key=lambda other: other.base, default=None)


def _beside(word: Word, texts: Sequence[Word]) -> str:
    """Return the nearest text on the left of a word, on its line."""
    same = [
        other
        for other in texts
        if abs(other.base - word.base) < 0.5 * word.letter and other.right <= word.left
    ]
    return max(same, key=lambda other: other.right).text if same else ""
