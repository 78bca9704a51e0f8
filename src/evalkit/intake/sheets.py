"""A workbook's sheets: which of the definition's each one is, and what it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.cells import Context
from evalkit.intake.forms import form_places, read_form
from evalkit.intake.headers import find_header
from evalkit.intake.personal import personal_anywhere, personal_in_form, personal_in_table
from evalkit.intake.reads import TableRead
from evalkit.intake.table import read_rows
from evalkit.ledger import OUR_TABS, Sheet
from evalkit.ledger.model import normalise
from evalkit.spreadsheets import RawSheet

__all__ = ["BookRead", "find_page", "find_sheet", "read_sheet", "read_sheets"]

_LIKE_ENOUGH = 0.6
"""Share of a definition's columns by which a tab of another name is taken for its sheet."""


@dataclass(frozen=True, slots=True)
class BookRead:
    """What one file says: a table by machine name of the sheet, and findings on the file."""

    tables: Mapping[str, TableRead]
    findings: tuple[Finding, ...]


def find_sheet(sheets: Iterable[RawSheet], wanted: Sheet) -> RawSheet | None:
    """Return the sheet whose tab carries the wanted number, title or machine name."""
    title, name = normalise(wanted.title), normalise(wanted.name)
    number = wanted.id.casefold()
    tabs = [(normalise(sheet.name), sheet) for sheet in sheets]
    for tab, sheet in tabs:
        if tab in (title, name, number, number + title, number + name):
            return sheet
    numbered = re.compile(rf"\s*{re.escape(wanted.id)}(?![0-9a-z])", re.IGNORECASE)
    return next(
        (
            sheet
            for tab, sheet in tabs
            if tab.endswith(title) or numbered.match(unicodedata.normalize("NFKC", sheet.name))
        ),
        None,
    )


def find_page(sheets: Sequence[RawSheet], wanted: Sheet) -> RawSheet | None:
    """Return the sheet of that name; if there is none, one that has most of its columns."""
    found = find_sheet(sheets, wanted)
    if found is not None:
        return found
    others = [page for page in sheets if not _is_ours(page)]
    return next((page for page in others if _likeness(page, wanted) >= _LIKE_ENOUGH), None)


def read_sheet(raw: RawSheet, sheet: Sheet, context: Context, *, scored: bool = False) -> TableRead:
    """Read one sheet by its definition.

    Parameters
    ----------
    raw : RawSheet
        The cells.
    sheet : Sheet
        The definition; its layout says whether this is a table or a form.
    context : Context
        What the cells are to be understood by.
    scored : bool
        Whether this is a score sheet: its numbers are not held against their range here, for the
        rubric does that and says more, and a comment with personal data does not block it.

    Returns
    -------
    TableRead
        A cell that cannot be used is ``None`` in its row and has a finding; the rest of the row
        stays usable.
    """
    if scored:
        sheet = _unbounded(sheet)
    zero_report = any(column.name == "zero_report" for column in sheet.columns)
    context = replace(context, date1904=raw.date1904, zero_report=zero_report)
    if sheet.layout == "form":
        places = form_places(raw, sheet)
        blocking = [] if scored else personal_in_form(raw, sheet, places)
        read = _blocked(raw, sheet, blocking) or read_form(raw, sheet, context, places)
    else:
        header = find_header(raw, sheet)
        blocking = [] if scored else personal_in_table(raw, sheet, header)
        read = _blocked(raw, sheet, blocking) or read_rows(raw, sheet, context, header)
    return replace(read, findings=(*_hidden_tab(raw), *read.findings))


def _unbounded(sheet: Sheet) -> Sheet:
    """Return a definition without the ranges of its numbers."""
    bounds = {"minimum": None, "maximum": None}
    columns = tuple(column.model_copy(update=bounds) for column in sheet.columns)
    return sheet.model_copy(update={"columns": columns})


def _blocked(raw: RawSheet, sheet: Sheet, blocking: Sequence[Finding]) -> TableRead | None:
    if not blocking:
        return None
    return TableRead(sheet, raw.name, (), tuple(blocking), usable=False, file=raw.file)


def read_sheets(
    file: str,
    pages: Sequence[RawSheet],
    wanted: Sequence[Sheet],
    context: Context,
    *,
    scored: bool = False,
    refused: Sequence[str] = (),
) -> BookRead:
    """Read those sheets of a workbook that the definition knows.

    A tab is told by its name; where no tab of that name is left, by its header.
    """
    taken: dict[str, RawSheet] = {}
    for sheet in wanted:
        page = find_sheet([p for p in pages if not _is(p, taken.values())], sheet)
        if page is not None:
            taken[sheet.name] = page
    findings: list[Finding] = []
    for page in pages:
        if _is(page, taken.values()) or _is_ours(page):
            continue
        like = _most_like(page, wanted)
        if like is None:
            findings += _unknown_sheet(page)
        elif like.name in taken:
            findings.append(_second_sheet(page, taken[like.name]))
        else:
            taken[like.name] = page
            findings.append(_renamed_sheet(page, like))
    tables = {
        sheet.name: read_sheet(taken[sheet.name], sheet, context, scored=scored)
        for sheet in wanted
        if sheet.name in taken
    }
    findings += [
        _missing_sheet(file, sheet)
        for sheet in wanted
        if sheet.core and sheet.name not in taken
        if find_sheet([RawSheet(file, tab, ()) for tab in refused], sheet) is None
    ]
    for table in tables.values():
        findings += table.findings
    return BookRead(tables, tuple(findings))


def _is(page: RawSheet, pages: Iterable[RawSheet]) -> bool:
    return any(page is other for other in pages)


def _is_ours(page: RawSheet) -> bool:
    """Whether a tab is one that evalkit itself put into the workbook, and holds no data."""
    return page.name.startswith("_") or page.name in OUR_TABS


def _most_like(page: RawSheet, wanted: Sequence[Sheet]) -> Sheet | None:
    shares = [(_likeness(page, sheet), sheet) for sheet in wanted]
    share, best = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    return best if share >= _LIKE_ENOUGH else None


def _likeness(page: RawSheet, sheet: Sheet) -> float:
    """Return which share of a definition's columns a sheet has."""
    if not page.grid:
        return 0.0
    if sheet.layout == "form":
        return len(form_places(page, sheet)) / len(sheet.columns)
    header = find_header(page, sheet)
    return len(header.columns) / len(sheet.columns) if header is not None else 0.0


def _hidden_tab(raw: RawSheet) -> list[Finding]:
    if not raw.hidden:
        return []
    return [
        Finding(
            "T05",
            Severity.INFO,
            raw.location(),
            "这张工作表被隐藏，已照常读取",
            "",
            "所有的表都可见",
            "请取消隐藏，核对内容",
        )
    ]


def _unknown_sheet(page: RawSheet) -> list[Finding]:
    if not any(cell not in ("", None) for row in page.grid for cell in row):
        return []
    return [
        Finding(
            "H05",
            Severity.INFO,
            page.location(),
            "台账中没有这张表，没有读取",
            "",
            "模板中的各表",
            "无需处理；若是改了名的表，请把表名改回原样",
        ),
        *personal_anywhere(page),
    ]


def _second_sheet(page: RawSheet, first: RawSheet) -> Finding:
    return Finding(
        "H05",
        Severity.WARNING,
        page.location(),
        f"这张表与“{first.name}”是同一种表，只读了后者",
        "",
        "每种表一张",
        f"请把内容并入“{first.name}”，删去这一张",
    )


def _renamed_sheet(page: RawSheet, sheet: Sheet) -> Finding:
    return Finding(
        "H05",
        Severity.INFO,
        page.location(),
        f"表名与模板不同，已按表头认作“{sheet.title}”读取",
        "",
        sheet.tab,
        "请把表名改回原样",
    )


def _missing_sheet(file: str, sheet: Sheet) -> Finding:
    return Finding(
        "H01",
        Severity.WARNING,
        Location(file, sheet.tab),
        f"没有“{sheet.title}”表",
        "",
        "模板中的核心表都要保留",
        "请补上这张表；没有内容也保留空表",
    )
