"""All checks of one workbook, in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from evalkit.findings import Finding, Severity
from evalkit.intake.checks.duplicates import duplicates
from evalkit.intake.checks.page import Book, Checked, Place, Setting
from evalkit.intake.checks.plausibility import plausibility
from evalkit.intake.checks.references import references
from evalkit.intake.checks.rows import broken_rules, conditionally_blank
from evalkit.intake.checks.semesters import semesters
from evalkit.intake.checks.years import across_years
from evalkit.intake.table import TableRead
from evalkit.ledger.rules import Value

__all__ = ["check_workbook"]

_CELL = re.compile(r"([A-Z]+)([0-9]+)")
_ROW = re.compile(r"第 ([0-9]+) 行")


def check_workbook(
    reads: Mapping[str, TableRead],
    file: str,
    setting: Setting,
    before: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
) -> Checked:
    """Check a workbook that was read.

    Parameters
    ----------
    reads : mapping of str to TableRead
        What was read, by machine name of the sheet, in the ledger's order. Private columns must
        still hold their values; no finding shows them.
    file : str
        Name of the file, as its sender knows it.
    setting : Setting
        The year, and when its second semester begins.
    before : mapping of str to rows, optional
        Rows of the same college that were accepted the year before, by sheet.

    Returns
    -------
    Checked
        Findings in the order of sheet, row and column.

    Raises
    ------
    ValueError
        If a rule of the definition is no expression; `rule_faults` finds that beforehand.
    """
    book = Book.of(reads, file, setting)
    findings: list[Finding] = []
    spoilt: set[Place] = set()
    replaced: dict[Place, Value] = {}
    for page in book.pages.values():
        for finding, places in broken_rules(book, page):
            findings.append(finding)
            spoilt |= places
        findings += conditionally_blank(book, page)
        for finding, place, value in references(book, page):
            findings.append(finding)
            if value is not None:
                replaced[place] = value
            elif finding.severity is Severity.ERROR:
                spoilt.add(place)
        findings += semesters(book, page)
        findings += plausibility(page)
    findings += duplicates(book)
    for finding, cell in across_years(book, before or {}):
        findings.append(finding)
        if cell is not None and finding.severity is Severity.ERROR:
            spoilt.add(cell)
    tabs = {read.tab: order for order, read in enumerate(reads.values())}
    return Checked(_in_order(findings, tabs), frozenset(spoilt), replaced)


def _in_order(findings: Iterable[Finding], tabs: Mapping[str, int]) -> tuple[Finding, ...]:
    """Sort findings by sheet, row and column, and say nothing twice."""
    once: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        once.setdefault((finding.location, finding.code, finding.what), finding)

    def place(finding: Finding) -> tuple[int, int, int, str]:
        return (tabs[finding.location.sheet or ""], *_place(finding.location.cell or ""))

    return tuple(sorted(once.values(), key=place))


def _place(cell: str) -> tuple[int, int, str]:
    """Return row, width and letters of the column: ``Z`` stands before ``AA``."""
    if match := _CELL.fullmatch(cell):
        return int(match[2]), len(match[1]), match[1]
    match = _ROW.fullmatch(cell)
    return (int(match[1]) if match else 0), 0, ""
