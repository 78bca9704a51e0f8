"""The semester that was chosen, against the one in which the day lies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from evalkit.findings import Finding, Severity
from evalkit.intake.checks.page import Book, Page

__all__ = ["semesters"]

_SEMESTER = "semester"


def semesters(book: Book, page: Page) -> Iterator[Finding]:
    """Yield D05 for each row whose semester is not that of its first date.

    Only a date that every row must have says when the thing took place; the date on which a plan
    was fulfilled may well lie in another semester than the plan. A sheet that has a rule of this
    code has said for itself which date counts.
    """
    if any(rule.code == "D05" for rule in page.sheet.rules):
        return
    columns = page.sheet.columns
    days = [c for c in columns if c.type == "date" and c.required == "always"]
    if page.sheet.layout == "form" or not days or all(c.name != _SEMESTER for c in columns):
        return
    day_column = days[0]
    header = page.header(_SEMESTER)
    for row in page.rows:
        typed, day = row.values.get(_SEMESTER), row.values.get(day_column.name)
        if typed is None or not isinstance(day, date):
            continue
        semester = book.records.semester(day)
        if semester is None or semester == typed:
            continue
        shown = page.shown(row, day_column.name)
        yield page.finding(
            "D05",
            Severity.WARNING,
            row,
            _SEMESTER,
            what=f"“{header}”与“{day_column.header}”不一致",
            value=f"{page.shown(row, _SEMESTER)}，{day_column.header} {shown}",
            rule=f"{shown} 在{semester}",
            mend="请核对后改正；统计时以日期为准",
        )
