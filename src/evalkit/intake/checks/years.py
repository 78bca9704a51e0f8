"""The classes of this year against last year's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evalkit.findings import Finding, Severity
from evalkit.intake.checks.class_names import ClassList
from evalkit.intake.checks.page import Book, Page, Place
from evalkit.intake.table import Row
from evalkit.personal_data import masked

__all__ = ["across_years"]

_CLASSES, _NAME, _GRADE, _NUMBER = "class_base", "class_name", "grade", "n_in_class"
_ENTRY = re.compile(r"(\d{4})级")
_MOST_NAMED = 20
_YEARS_AT_SCHOOL = 3
_MOST_CHANGE = 30
"""Percent by which a class may grow or shrink in a year before one asks."""


@dataclass(frozen=True, slots=True)
class _Class:
    """A class as it was accepted the year before."""

    name: str
    grade: str | None
    number: int | None


def across_years(
    book: Book, before: Mapping[str, Sequence[Mapping[str, object]]]
) -> Iterator[tuple[Finding, Place | None]]:
    """Yield what changed since last year and should not have, each with its cell.

    Y01: a class that should still be at school is gone. Y02: a class changed its grade. Y03: its
    number changed by more than 30 per cent.
    """
    page = book.pages.get(_CLASSES)
    last = [found for row in before.get(_CLASSES, ()) if (found := _class(row)) is not None]
    if page is None or not page.rows or not last:
        return
    here = {name: row for row in page.rows if isinstance(name := row.values.get(_NAME), str)}
    classes = ClassList(here)
    oldest = book.setting.year.start - _YEARS_AT_SCHOOL + 1
    gone: list[str] = []
    for each in last:
        name = classes.find(each.name)
        if name is not None:
            yield from _changed(page, here[name], each)
        elif _entry(each.grade) >= oldest:
            gone.append(each.name)
    # A name that cannot be read may be that of the class that is missed.
    if gone and all(row.values.get(_NAME) is not None for row in page.rows):
        yield _vanished(page, gone, oldest), None


def _class(row: Mapping[str, object]) -> _Class | None:
    name, grade, number = row.get(_NAME), row.get(_GRADE), row.get(_NUMBER)
    if not isinstance(name, str):
        return None
    return _Class(
        name,
        grade if isinstance(grade, str) else None,
        number if isinstance(number, int) and not isinstance(number, bool) else None,
    )


def _entry(grade: str | None) -> int:
    match = _ENTRY.fullmatch(grade or "")
    return int(match[1]) if match else 0


def _vanished(page: Page, gone: Sequence[str], oldest: int) -> Finding:
    return page.finding(
        "Y01",
        Severity.WARNING,
        None,
        _NAME,
        what=f"上一学年的 {len(gone)} 个班级在本学年的表中找不到",
        value="、".join(masked(name) for name in gone[:_MOST_NAMED])
        + ("等" if len(gone) > _MOST_NAMED else ""),
        rule=f"{oldest}级及以后的班级仍应在校，包括外出实习的班级",
        mend="请补上这些班级；已撤销、合并或改名的，请告诉校心理中心",
    )


def _changed(page: Page, row: Row, last: _Class) -> Iterator[tuple[Finding, Place]]:
    grade, number = row.values.get(_GRADE), row.values.get(_NUMBER)
    if isinstance(grade, str) and last.grade is not None and grade != last.grade:
        finding = page.finding(
            "Y02",
            Severity.ERROR,
            row,
            _GRADE,
            what=f"“{page.header(_GRADE)}”与上一学年不同",
            value=page.shown(row, _GRADE),
            rule=f"上一学年为{masked(last.grade)}，一个班级的入学年份不会改变",
            mend="请核对后改正；若是上一学年填错，请告诉校心理中心",
        )
        yield finding, (_CLASSES, row.number, _GRADE)
    if not isinstance(number, int) or not last.number:
        return
    if abs(number - last.number) * 100 > _MOST_CHANGE * last.number:
        finding = page.finding(
            "Y03",
            Severity.INFO,
            row,
            _NUMBER,
            what=f"“{page.header(_NUMBER)}”与上一学年相差超过 {_MOST_CHANGE}%",
            value=f"上一学年 {last.number}，本学年 {number}",
            rule="学籍系统中的人数",
            mend="请核对；情况属实的无需改动",
        )
        yield finding, (_CLASSES, row.number, _NUMBER)
