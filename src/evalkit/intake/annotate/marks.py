"""Which finding goes to which cell, and in what order they are listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from evalkit.findings import Finding, Severity
from evalkit.intake.annotate.cells import LAST_ROW, Address, SheetPart, place_of
from evalkit.intake.annotate.workbook import Tab
from evalkit.personal_data import masked

__all__ = ["Entry", "address_of", "arrange", "titles_by_name", "worst"]

_ROW = re.compile(r"第\s*([1-9]\d{0,6})\s*行")
_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding and where it leads.

    Attributes
    ----------
    finding : Finding
        The finding.
    tab : Tab or None
        The sheet, if there is such a one.
    place : tuple of int, or None
        The cell to be marked: of a merged range the one that is seen.
    link : tuple of int, or None
        Where a click leads: also for whole rows and sheets.
    """

    finding: Finding
    tab: Tab | None
    place: Address | None
    link: Address | None


def address_of(place: Address) -> str:
    """Return a place in A1 form."""
    return f"{get_column_letter(place[1])}{place[0]}"


def worst(findings: Iterable[Finding]) -> Severity:
    """Return the gravest severity."""
    return min((finding.severity for finding in findings), key=_WEIGHT.__getitem__)


def titles_by_name(tabs: Sequence[Tab]) -> dict[str, str]:
    """Return which tab a finding means by a sheet's name: the title itself, or as it is shown.

    A shown name that fits two tabs means neither: a mark in the wrong sheet would mislead.
    """
    shown: dict[str, list[str]] = {}
    for tab in tabs:
        shown.setdefault(masked(tab.title), []).append(tab.title)
    names = {name: titles[0] for name, titles in shown.items() if len(titles) == 1}
    return names | {tab.title: tab.title for tab in tabs if masked(tab.title) == tab.title}


def arrange(
    findings: Sequence[Finding],
    tabs: Sequence[Tab],
    names: Mapping[str, str],
    sheets: Mapping[str, SheetPart],
) -> list[Entry]:
    """Put findings in the order of the file: of its tabs, rows and columns, the gravest first.

    Parameters
    ----------
    findings : sequence of Finding
        The findings.
    tabs : sequence of Tab
        The tabs of the workbook.
    names : mapping
        Name of a sheet in a finding → title of its tab.
    sheets : mapping
        Part → the sheet, for merged ranges.
    """
    order = {tab.title: number for number, tab in enumerate(tabs)}
    by_title = {tab.title: tab for tab in tabs}
    entries = []
    for finding in findings:
        tab = by_title.get(names.get(finding.location.sheet or "", ""))
        entries.append(_entry(finding, tab, sheets))

    def rank(entry: Entry) -> tuple[int, Address, int, str]:
        whole = entry.finding.location.sheet is None
        number = -1 if whole else order.get(entry.tab.title, 0) if entry.tab else len(tabs)
        return number, entry.link or (0, 0), _WEIGHT[entry.finding.severity], entry.finding.code

    return sorted(entries, key=rank)


def _entry(finding: Finding, tab: Tab | None, sheets: Mapping[str, SheetPart]) -> Entry:
    if tab is None or not tab.cells:
        return Entry(finding, tab, None, None)
    cell = finding.location.cell
    if cell is None:
        return Entry(finding, tab, None, (1, 1))
    if place := place_of(cell):
        place = sheets[tab.part].anchor(place)
        return Entry(finding, tab, place, place)
    row = _ROW.fullmatch(cell.strip())
    if row and int(row[1]) <= LAST_ROW:
        return Entry(finding, tab, None, (int(row[1]), 1))
    return Entry(finding, tab, None, None)
