"""Activities that may be one and the same: entered twice, or split by class."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from evalkit.findings import Finding, Severity
from evalkit.intake.checks.class_names import folded
from evalkit.intake.checks.page import Book, Page
from evalkit.intake.table import Row
from evalkit.ledger.model import normalise

__all__ = ["duplicates"]

_ALIKE = 0.9
_SERIES = 3
_MOST_COMPARED = 20_000
"""Pairs of titles that are compared in a workbook: what holds more has other faults."""

_MOST_CLASSES, _MOST_NAMED = 200, 10

_LONGEST_TITLE = 100
_CLASS = re.compile(
    r"(?:20)?\d{2}级?-?\d{1,2}班|(?:20)?\d{2}级-?\d{1,2}(?!\d)|\d{2}-\d{1,2}(?!\d)|(?<!\d)\d{4}(?![\d年])"
    r"|\d{1,2}班|[一二三四五六七八九十]{1,2}班"
)


def duplicates(book: Book) -> Iterator[Finding]:
    """Yield C01 for the activities of one day and place that look alike."""
    page = book.pages.get("activities")
    if page is None:
        return
    classes = _class_pattern(book)
    places: dict[tuple[object, str], list[tuple[Row, str]]] = defaultdict(list)
    for row in page.rows:
        start, title = row.values.get("start"), row.values.get("title")
        if start is not None and isinstance(title, str):
            place = normalise(str(row.values.get("place") or ""))
            places[start, place].append((row, folded(title)[:_LONGEST_TITLE]))
    likeness = _Likeness()
    for rows in places.values():
        if len(rows) > 1:
            yield from _among(page, rows, classes, likeness)


def _class_pattern(book: Book) -> re.Pattern[str]:
    """Return what a class looks like in a title: the college's own classes, or any number."""
    page = book.pages.get("class_base")
    rows = () if page is None else page.rows
    names = {folded(str(name)) for row in rows if (name := row.values.get("class_name"))}
    names |= {name.removesuffix("班") for name in names}
    known = [re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name))]
    known = known[:_MOST_CLASSES]
    return re.compile("|".join([*known, _CLASS.pattern]))


def _among(
    page: Page,
    rows: Sequence[tuple[Row, str]],
    classes: re.Pattern[str],
    likeness: _Likeness,
) -> Iterator[Finding]:
    bare = [classes.sub("#", title) for _, title in rows]
    series: dict[str, dict[str, Row]] = defaultdict(dict)
    for (row, title), rest in zip(rows, bare, strict=True):
        if "#" in rest:
            series[rest].setdefault(title, row)
    for members in series.values():
        if len(members) >= _SERIES:
            yield _split(page, list(members.values()))
    earlier: dict[str, tuple[Row, str]] = {}
    for (row, title), rest in zip(rows, bare, strict=True):
        first = earlier[title][0] if title in earlier else None
        if first is None:
            # Two classes' own events are no duplicates: from three on they are told as a series.
            others = (o for o, (_, stem) in earlier.items() if stem != rest)
            like = next((other for other in others if likeness(title, other)), None)
            first = None if like is None else earlier[like][0]
        if first is None:
            earlier[title] = row, rest
        else:
            yield _duplicate(page, row, first)


class _Likeness:
    """Whether two titles are nearly the same, as long as one may ask."""

    def __init__(self) -> None:
        self._left = _MOST_COMPARED
        self._matcher = SequenceMatcher(autojunk=False)

    def __call__(self, title: str, other: str) -> bool:
        if self._left <= 0:
            return False
        self._left -= 1
        matcher = self._matcher
        matcher.set_seqs(other, title)
        return (
            matcher.real_quick_ratio() >= _ALIKE
            and matcher.quick_ratio() >= _ALIKE
            and matcher.ratio() >= _ALIKE
        )


def _duplicate(page: Page, row: Row, first: Row) -> Finding:
    return page.finding(
        "C01",
        Severity.WARNING,
        row,
        "title",
        what=f"与第 {first.number} 行的活动日期、地点相同，名称相近，可能是同一项活动",
        value=page.shown(row, "title"),
        rule="一项活动只填一行",
        mend=f"请核对：与第 {first.number} 行是同一项的，请删去一行；确是两项的，请写明区别",
    )


def _split(page: Page, rows: Sequence[Row]) -> Finding:
    numbers = "、".join(str(row.number) for row in rows[:_MOST_NAMED])
    numbers += f" 等 {len(rows)}" if len(rows) > _MOST_NAMED else ""
    return page.finding(
        "C01",
        Severity.WARNING,
        rows[1],
        "title",
        what=f"第 {numbers} 行的活动日期、地点相同，名称只差班级，可能是一项活动按班级拆成了几行",
        value=page.shown(rows[1], "title"),
        rule="一项活动填一行，不按班级拆开",
        mend="请核对：是一项活动的，请合并成一行，参与人次填合计",
    )
