"""Values that must stand in another sheet: classes, people, anything with a number."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from evalkit.findings import Finding, Severity
from evalkit.intake.checks.class_names import ClassList
from evalkit.intake.checks.page import Book, Page, Place
from evalkit.intake.table import Row
from evalkit.ledger import Column
from evalkit.ledger.rules import Value, compile_rule, written
from evalkit.ledger.rules.values import parts
from evalkit.personal_data import masked

__all__ = ["references"]

_CLASSES, _STAFF = "class_base.class_name", "staff.name"
_EVERYBODY = "全体"
_NO_GUESS = "请核对后改正；"
_MOST_GUESSES, _MOST_NAMES = 50, 300
"""So many values of a column are compared with so many names."""

_Found = tuple[Finding, Place, Value]


def references(book: Book, page: Page) -> Iterator[_Found]:
    """Yield a finding for each value that is not found, or found under another spelling.

    With each come its place, and the value to be put there if the right one is known.
    """
    for column in page.sheet.columns:
        if not column.refers:
            continue
        table, _, name = column.refers.partition(".")
        target = book.pages.get(table)
        if target is None or all(row.values.get(name) is None for row in target.rows):
            continue
        if column.refers == _CLASSES:
            check = _classes(page, target, column)
        else:
            check = _listed(page, target, name, column)
        yield from _checked(book, page, column, check)


def _checked(
    book: Book, page: Page, column: Column, check: Callable[[Row, Value], Iterator[_Found]]
) -> Iterator[_Found]:
    condition = None
    if column.refers_when:
        condition = compile_rule(column.refers_when, page.sheet, book.sheets, partial=True)
    for row, scope in book.scopes(page):
        value = row.values.get(column.name)
        if value is not None and (condition is None or condition(scope) is True):
            yield from check(row, value)


def _classes(page: Page, target: Page, column: Column) -> Callable[[Row, Value], Iterator[_Found]]:
    classes = ClassList(
        name for row in target.rows if isinstance(name := row.values.get("class_name"), str)
    )
    guesses = _Guesses(lambda: classes.names)
    title = target.sheet.title

    def check(row: Row, value: Value) -> Iterator[_Found]:
        text = str(value)
        found = classes.find(text)
        if found == text:
            return
        place = (page.sheet.name, row.number, column.name)
        if found is not None:
            finding = page.finding(
                "K03",
                Severity.INFO,
                row,
                column.name,
                what=f"“{column.header}”的写法与“{title}”表不同，已认作“{masked(found)}”",
                value=page.shown(row, column.name),
                rule=f"与“{title}”表中的写法相同",
                mend=f"无需处理；以后请写“{masked(found)}”",
            )
            yield finding, place, found
            return
        yield (
            page.finding(
                "K03",
                Severity(column.refers_severity),
                row,
                column.name,
                what=f"“{column.header}”在“{title}”表中找不到",
                value=page.shown(row, column.name),
                rule=f"“{title}”表中列出的班级",
                mend=f"{guesses.near(text)}若确有这个班，请补进“{title}”表",
            ),
            place,
            None,
        )

    return check


def _listed(
    page: Page, target: Page, name: str, column: Column
) -> Callable[[Row, Value], Iterator[_Found]]:
    rows = (*target.rows, *target.read.excluded)
    there = {_key(part) for row in rows for part in _several(row.values.get(name))}
    guesses = _Guesses(lambda: _showable(target, name))
    staff = column.refers == _STAFF
    title, header = target.sheet.title, target.header(name)

    def check(row: Row, value: Value) -> Iterator[_Found]:
        hold_several = column.people or staff or column.type in ("enums", "grades")
        typed = _several(value) if hold_several else (written(value),)
        strange = [part for part in typed if _key(part) not in there and part != _EVERYBODY]
        if not strange:
            return
        private = column.name in page.hidden(row)
        guess = _NO_GUESS if private else guesses.near(strange[0])
        add = "若确是站内人员，" if staff else "若确有此项，"
        finding = page.finding(
            "K04" if staff else "V07",
            Severity(column.refers_severity),
            row,
            column.name,
            what=f"“{column.header}”在“{title}”表的“{header}”中找不到",
            value="" if private else masked("、".join(strange)),
            rule=f"“{title}”表中列出的{header}",
            mend=f"{guess}{add}请补进“{title}”表",
        )
        yield finding, (page.sheet.name, row.number, column.name), None

    return check


def _showable(target: Page, name: str) -> list[str]:
    """Return the values that may be offered as a guess."""
    return [text for row in target.rows if (text := target.shown(row, name)) and len(text) < 40]


def _several(value: Value) -> tuple[str, ...]:
    return () if value is None else parts(written(value))


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class _Guesses:
    """What may have been meant; not for long, where a whole column is of another kind."""

    def __init__(self, names: Callable[[], Sequence[str]]) -> None:
        self._names = names
        self._there: Sequence[str] | None = None
        self._said: dict[str, str] = {}

    def near(self, text: str) -> str:
        """Return the beginning of an advice: the nearest name, if there is one."""
        if text not in self._said:
            if len(self._said) >= _MOST_GUESSES:
                return _NO_GUESS
            if self._there is None:
                self._there = self._names()[:_MOST_NAMES]
            near = difflib.get_close_matches(text[:40], self._there, n=1, cutoff=0.5)
            guess = f"请核对：是不是“{masked(near[0])}”；" if near else _NO_GUESS
            self._said[text] = guess
        return self._said[text]
