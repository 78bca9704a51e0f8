"""Figures that are too even: nothing is wrong with any of them, but all together ask a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from evalkit.findings import Finding, Severity
from evalkit.intake.checks.page import Page
from evalkit.intake.table import Row
from evalkit.ledger import Column

__all__ = ["plausibility"]

_FLAT_MONTHS = 3
_FEWEST_RATES, _FEWEST_COUNTS = 4, 8
_NEVER_ALL_ZERO = frozenset({"n_attend", "n_sessions", "n_clients", "n_valid", "n_checked"})
_OFTEN_ROUND = frozenset({"n_attend", "n_classes_due", "hours"})
_PAIRS = (
    ("n_valid", "n_required"),
    ("n_checked", "n_required"),
    ("n_attend", "n_expected"),
    ("n_done", "n_due"),
    ("n_classes_in", "n_classes_due"),
)
_ALWAYS_THERE = ("n_classes_due", "n_classes_in", "n_key_end")
"""Counts that a month has even when nothing happened in it."""


def plausibility(page: Page) -> Iterator[Finding]:
    """Yield C02 and C04 for a sheet."""
    if page.sheet.layout == "form":
        return
    if page.sheet.name == "monthly":
        yield from _flat_months(page)
    # Rows of coded sheets are persons: nobody's figures need differ from another's.
    if not page.sheet.coded:
        yield from _all_full(page)
        for column in page.sheet.columns:
            if column.type == "int" and not column.private:
                yield from _all_zero(page, column)
                yield from _all_round(page, column)


def _flat_months(page: Page) -> Iterator[Finding]:
    counts = [column.name for column in page.sheet.columns if column.type == "int"]
    rows = [row for row in page.rows if isinstance(row.values.get("month"), str)]
    rows.sort(key=lambda row: str(row.values["month"]))
    for figures, run in groupby(rows, key=lambda row: _figures(page, row, counts)):
        # A month that was entered twice is told by its key.
        months = {row.values["month"]: row for row in run}
        if figures is not None and len(months) >= _FLAT_MONTHS:
            yield _flat(page, list(months.values()))


def _figures(page: Page, row: Row, counts: Sequence[str]) -> tuple[object, ...] | None:
    """Return a month's counts; ``None`` if they are not known, or there was nothing to count."""
    figures = tuple(row.values.get(name) for name in counts)
    lacking = [name for name, figure in zip(counts, figures, strict=True) if figure is None]
    if len(lacking) == len(counts) or any(row.cells.get(n) in page.unusable for n in lacking):
        return None
    nothing = not any(row.values.get(name) for name in counts if name not in _ALWAYS_THERE)
    return None if nothing and row.values.get("zero_report") is True else figures


def _flat(page: Page, run: Sequence[Row]) -> Finding:
    months = "、".join(str(row.values["month"]) for row in run)
    return page.finding(
        "C02",
        Severity.WARNING,
        run[1],
        "month",
        what=f"{months} 这 {len(run)} 个月的各项数字完全相同",
        value="",
        rule="每个月按当月的实际情况填写",
        mend="请核对是否照抄了上一个月；确实相同的，请向校心理中心说明",
    )


def _all_full(page: Page) -> Iterator[Finding]:
    if len(page.rows) < _FEWEST_RATES:
        return
    columns = {column.name: column for column in page.sheet.columns}
    for column in columns.values():
        if column.type != "pct":
            continue
        if all(row.values.get(column.name) == 100 for row in page.rows):
            yield _question(page, column, f"“{column.header}”的 {len(page.rows)} 行全部是 100%")
    for part, whole in _PAIRS:
        if part not in columns or whole not in columns:
            continue
        pairs = [(row.values.get(part), row.values.get(whole)) for row in page.rows]
        if all(a is not None and a == b for a, b in pairs) and any(a for a, _ in pairs):
            what = f"“{page.header(part)}”的 {len(pairs)} 行全部与“{page.header(whole)}”相等"
            yield _question(page, columns[part], what)


def _all_zero(page: Page, column: Column) -> Iterator[Finding]:
    if column.name not in _NEVER_ALL_ZERO or len(page.rows) < _FEWEST_COUNTS:
        return
    if all(row.values.get(column.name) == 0 for row in page.rows):
        yield _question(page, column, f"“{column.header}”的 {len(page.rows)} 行全部是 0")


def _all_round(page: Page, column: Column) -> Iterator[Finding]:
    if column.name in _OFTEN_ROUND:
        return
    counts = [
        value
        for row in page.rows
        if isinstance(value := row.values.get(column.name), int) and value != 0
    ]
    if len(counts) >= _FEWEST_COUNTS and all(count % 10 == 0 for count in counts):
        yield _question(page, column, f"“{column.header}”的 {len(counts)} 个数全部是整十数")


def _question(page: Page, column: Column, what: str) -> Finding:
    return page.finding(
        "C04",
        Severity.INFO,
        page.rows[0],
        column.name,
        what=what,
        value="",
        rule="按实际情况填写，不估算",
        mend="请核对；情况属实的无需改动",
    )
