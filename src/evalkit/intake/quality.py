"""How usable the data is that was handed in, sheet by sheet: a number that never becomes points.

The score of a sheet is ``100 × (1 − cost / cells)``, floored to one decimal so that what is less
than perfect never shows as 100.

- *Cells* are the rows times the columns of the definition that were present.
- A cell with an error costs 1, one with a warning 0.5, one with a note nothing. Several findings
  at one cell count once, the worst of them.
- An error about a row costs all cells of the row, one about a missing column (``H03``) a cell a
  row, one about the sheet (or personal data, ``P01``, for which a sheet is not read) the whole
  sheet. A warning about a row or a sheet leaves it usable and costs 0.5.
- A core sheet that is missing from a workbook has the score 0 and the nominal number of cells:
  its columns times ten rows, a form its columns.
- A missing optional sheet, an empty sheet and a college that handed in nothing have no score.

The score of a college weighs its sheets by their cells.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from evalkit.findings import Finding, Severity
from evalkit.ledger import Ledger, Sheet

__all__ = ["NOMINAL_ROWS", "college_quality", "sheet_quality"]

NOMINAL_ROWS = 10
"""Rows that a core sheet counts for if it is missing."""

_WHOLE_SHEET = {"P01"}
"""Codes that make a sheet unusable, whichever cell they point at."""
_HALVES = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFO: 0}
_ROW = re.compile(r"第 ?(\d+) ?行")
_CELL = re.compile(r"[A-Z]{1,3}(\d+)")
_TYPES = {
    "college_code": "string",
    "sheet": "string",
    "title": "string",
    "core": "boolean",
    "state": "string",
    "rows": "Int64",
    "cells": "Int64",
    "errors": "Int64",
    "warnings": "Int64",
    "infos": "Int64",
    "cost": "Float64",
    "score": "Float64",
}


def sheet_quality(
    manifest: Mapping[str, Any], findings: Iterable[Finding], ledger: Ledger
) -> pd.DataFrame:
    """Return the data quality of each college's sheets.

    Parameters
    ----------
    manifest : mapping
        The snapshot's: ``colleges``, ``inputs`` and ``pages`` (a mapping a sheet that was read,
        with ``file``, ``kind``, ``code``, ``sheet``, ``tab``, ``rows`` and ``cells``).
    findings : iterable of Finding
        The snapshot's.
    ledger : Ledger
        Says which sheets there are and which of them are core.

    Returns
    -------
    DataFrame
        A row a college and sheet, in their order: ``college_code``; ``sheet`` (machine name);
        ``title``; ``core``; ``state``: ``read``, ``empty`` (no row filled in), ``missing`` (from
        the college's workbook) or ``not_handed_in`` (no workbook); ``rows`` and ``cells``, the
        nominal ones where nothing could be counted; ``errors``, ``warnings``, ``infos``: number of
        findings; ``cost`` in cells; ``score``, 0 to 100, missing where there is nothing to judge.
    """
    at: dict[tuple[str, str | None], list[Finding]] = defaultdict(list)
    for finding in findings:
        at[finding.location.file, finding.location.sheet].append(finding)
    pages: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    files: dict[str, list[str]] = defaultdict(list)
    for page in manifest.get("pages", ()):
        if page["kind"] == "college":
            pages[page["code"], page["sheet"]].append(page)
    for item in manifest["inputs"]:
        if item["kind"] == "college":
            files[item["code"]].append(item["file"])
    lines = []
    for college in manifest["colleges"]:
        code = college["code"]
        for sheet in ledger.of("college"):
            found = pages[code, sheet.name]
            tabs = {(page["file"], page["tab"]) for page in found}
            tabs |= {(file, sheet.tab) for file in files[code] if not found}
            own = [finding for tab in sorted(tabs) for finding in at[tab]]
            lines.append(_line(code, sheet, found, own, handed_in=bool(files[code] or found)))
    frame = pd.DataFrame(lines, columns=[*_TYPES])
    return frame.astype(_TYPES)


def college_quality(sheets: pd.DataFrame) -> pd.DataFrame:
    """Return the data quality of each college: the mean of its sheets, weighed by their cells.

    Parameters
    ----------
    sheets : DataFrame
        What :func:`sheet_quality` returned.

    Returns
    -------
    DataFrame
        ``college_code``, ``cells`` and ``cost`` of the sheets that have a score, ``score``.
    """
    lines = []
    for code, own in sheets.groupby("college_code", sort=False):
        scored = own[own["score"].notna()]
        cells, halves = int(scored["cells"].sum()), round(2 * float(scored["cost"].sum()))
        lines.append((code, cells, halves / 2, _score(cells, halves)))
    names = ("college_code", "cells", "cost", "score")
    return pd.DataFrame(lines, columns=[*names]).astype({name: _TYPES[name] for name in names})


def _line(
    code: str,
    sheet: Sheet,
    pages: Sequence[Mapping[str, Any]],
    findings: Sequence[Finding],
    *,
    handed_in: bool,
) -> tuple[object, ...]:
    rows, cells = (sum(int(page[key]) for page in pages) for key in ("rows", "cells"))
    counts = [sum(f.severity is severity for f in findings) for severity in Severity]
    halves: int | None = 0
    if not handed_in:
        state, halves = "not_handed_in", None
    elif not pages:
        state, halves = "missing", None
        if sheet.core:
            rows, cells = _nominal(sheet)
            halves = 2 * cells
    elif cells:
        state, halves = "read", _cost(sheet, rows, cells, findings)
    elif counts[0]:  # there was something, and nothing of it could be read
        state, (rows, cells) = "read", _nominal(sheet)
        halves = 2 * cells
    else:
        state, halves = "empty", None
    cost, score = (None, None) if halves is None else (halves / 2, _score(cells, halves))
    return (code, sheet.name, sheet.title, sheet.core, state, rows, cells, *counts, cost, score)


def _nominal(sheet: Sheet) -> tuple[int, int]:
    rows = 1 if sheet.layout == "form" else NOMINAL_ROWS
    return rows, rows * len(sheet.columns)


def _cost(sheet: Sheet, rows: int, cells: int, findings: Sequence[Finding]) -> int:
    """Return what findings cost, in halves of a cell: whole numbers lose nothing."""
    whole = 2 * cells
    # In a form a row is one value with its label, and two pairs may stand side by side.
    width = None if sheet.layout == "form" else 2 * -(-cells // max(rows, 1))
    columns = 0
    spoilt: dict[str, dict[str, int]] = defaultdict(dict)
    for finding in findings:
        place, error = finding.location.cell, finding.severity is Severity.ERROR
        if error and (place is None or finding.code in _WHOLE_SHEET):
            return whole
        if error and finding.code == "H03":
            columns += 2 * rows
            continue
        line = _ROW.fullmatch(place or "")
        cell = _CELL.fullmatch(place or "")
        row = line[1] if line else cell[1] if cell else place or ""
        halves = _HALVES[finding.severity]
        if line and error and width is not None:
            halves = width
        here = spoilt[row]
        here[place or ""] = max(halves, here.get(place or "", 0))
    lines = (sum(here.values()) for here in spoilt.values())
    bounded = (line if width is None else min(line, width) for line in lines)
    return min(whole, columns + sum(bounded))


def _score(cells: int, halves: int) -> float | None:
    """Return the score, floored in whole numbers: 99.96 is 99.9, and no float rounds it up."""
    return (1000 * (2 * cells - halves) // (2 * cells)) / 10 if cells else None
