"""How a table goes onto a page: widths of columns, size of type, parts if it is too wide.

A table never runs off the page. Its type is made smaller first, within what can be read on
paper; if that does not do, it is cut into parts side by side, each with the first column again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evalkit.export.blocks import Cell, Column, Table
from evalkit.export.fonts import text_width

__all__ = ["Part", "break_long", "parts_of"]

SIZES = (9.5, 9.0, 8.5, 8.0, 7.5)
"""Sizes of type in points, the first that fits is taken."""
PADDING = 9.0
"""Points beside each column's text, left and right together."""
FEWEST, EASY, MOST = 4.0, 9.0, 13.0
"""Em: what a column of long texts is given at least, what is easy to read, what headers wrap at."""
TALL, ROOMY = 8, 14.0
"""Lines of `EASY` width that are still easy to read; em that texts of more lines get."""
SHORT_HEAD, FOLDED_HEAD = 4.05, 3.05
"""Em: headers that stay on a line, and what longer ones are given at least."""
LONG_WORD = 14.0
"""Em; longer words are broken."""
DOT, BLANK = 1.2, 6.0
"""Em: a dot with its space; a column of empty cells, to be filled in by hand."""
SLACK = 1.04
"""Other programs and fonts set a little wider."""
SHARE = 0.4
"""Of the page that the first column may take if it is to stand in every part."""
_WORD = re.compile(r"[^\s\u2e80-\uffff]+")
ZERO = "\u200b"
"""Where a word may be broken."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table or a part of it that fits the page.

    Attributes
    ----------
    table : Table
        Its columns and rows; the note stands with the last part only.
    widths : tuple of float
        Of the columns, in points; together the page's width.
    size : float
        Of the type, in points.
    number, of : int
        Which part of how many.
    """

    table: Table
    widths: tuple[float, ...]
    size: float
    number: int = 1
    of: int = 1

    @property
    def label(self) -> str:
        """Number and caption as printed above."""
        return self.table.label + (f"（{self.number} / {self.of}）" if self.of > 1 else "")


@dataclass(frozen=True, slots=True)
class _Width:
    """What a column needs at least, and what it would like, in em."""

    least: float
    middle: float
    easy: float
    wanted: float


def parts_of(table: Table, page: float) -> tuple[Part, ...]:
    """Return the parts of a table that fit a page `page` points wide, most often one."""
    needs = [_needs(column, table, place) for place, column in enumerate(table.columns)]
    # Small type is better than narrow columns, and these are better than a table in parts.
    easy = [replace(need, least=need.easy) for need in needs]
    middle = [replace(need, least=need.middle) for need in needs]
    for tried, sizes in ((easy, SIZES), (middle, SIZES[-2:]), (needs, SIZES[-1:])):
        for size in sizes:
            if _least(tried, size) <= page:
                return (Part(table, _widths(tried, size, page), size),)
    # With no more parts than the smallest type takes, but in the largest that this allows.
    fewest = len(_groups(middle, SIZES[-1], page))
    found = ((size, _groups(middle, size, page)) for size in SIZES)
    size, groups = next((size, groups) for size, groups in found if len(groups) <= fewest)
    return tuple(
        Part(_cut(table, group, last=number == len(groups)),
             _widths([middle[place] for place in group], size, page),
             size, number, len(groups))
        for number, group in enumerate(groups, 1)
    )  # fmt: skip


def break_long(text: str, width: float) -> str:
    """Let words that are wider than `width` em be broken anywhere.

    Examples
    --------
    >>> break_long("abcdef 甲", 1.0).replace(ZERO, "|")
    'a|b|c|d|e|f 甲'
    """

    def broken(match: re.Match[str]) -> str:
        word = match[0]
        # A letter is never wider than an em: no need to measure short words.
        return ZERO.join(word) if len(word) > width and text_width(word) > width else word

    return _WORD.sub(broken, text)


def _needs(column: Column, table: Table, place: int) -> _Width:
    texts = {row[place].text for row in table.rows}
    lines = [line for text in texts for line in text.split("\n")]
    natural = max((_limited(line) for line in lines), default=0.0)
    if any(row[place].mark == "dot" for row in table.rows):
        natural += DOT
    if table.rows and not natural:
        natural = BLANK  # somebody will write there
    head = max(_limited(column.title), _limited(f"（{column.unit}）") if column.unit else 0.0)
    words = [_limited(word, LONG_WORD) for word in _WORD.findall(column.title)]
    if column.keep:
        least = min(natural, MOST)
    else:
        found = (_WORD.findall(line[:2000]) for line in lines)
        words += [_limited(word, LONG_WORD) for each in found for word in each]
        least = min(natural, FEWEST)
    least = max([least, min(head, FOLDED_HEAD), *words])
    middle = max(least, 0.0 if column.keep else min(natural, EASY))
    tall = max((_limited(text, 2 * TALL * EASY) for text in texts), default=0.0) > TALL * EASY
    roomy = ROOMY if tall and not column.keep else 0.0
    easy = max(middle, roomy, head if head <= SHORT_HEAD else 0.0)
    wanted = max(easy, natural, min(head, MOST))
    return _Width(least * SLACK, middle * SLACK, easy * SLACK, wanted * SLACK)


def _limited(text: str, most: float = 3 * MOST) -> float:
    """Return a line's width, not more than is asked for; very long ones are not measured."""
    return min(text_width(text[:200]), most)


def _least(needs: Sequence[_Width], size: float) -> float:
    return sum(need.least * size + PADDING for need in needs)


def _widths(needs: Sequence[_Width], size: float, page: float) -> tuple[float, ...]:
    """Share out the page: what each column needs, then what it would like, then the rest."""
    rest = max(page - _least(needs, size), 0.0)
    wishes = [(need.wanted - need.least) * size for need in needs]
    share = min(rest / sum(wishes), 1.0) if sum(wishes) > 0 else 0.0
    widths = [
        need.least * size + PADDING + wish * share for need, wish in zip(needs, wishes, strict=True)
    ]
    # One column may need more than the page has: it is broken within words then.
    return tuple(width * page / sum(widths) for width in widths)


def _groups(needs: Sequence[_Width], size: float, page: float) -> list[list[int]]:
    """Return the columns of each part, about as many in each."""
    first = [0] if needs[0].least * size + PADDING <= SHARE * page else []
    room = page - _least([needs[place] for place in first], size)
    others = range(len(first), len(needs))
    n_parts = 1
    while True:
        total = sum(needs[place].least * size + PADDING for place in others)
        target = max(total / n_parts, 0.0)
        groups: list[list[int]] = [[]]
        used = 0.0
        for place in others:
            own = needs[place].least * size + PADDING
            full = used + own > room or (used >= target and len(groups) < n_parts)
            if groups[-1] and full:
                groups.append([])
                used = 0.0
            groups[-1].append(place)
            used += own
        if len(groups) <= n_parts:
            return [first + group for group in groups]
        n_parts = len(groups)


def _cut(table: Table, places: Sequence[int], *, last: bool) -> Table:
    columns = tuple(table.columns[place] for place in places)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        tuple(row[place] for place in places) for row in table.rows
    )
    return replace(table, columns=columns, rows=rows, note=table.note if last else "")
