"""One sender's ledger: its sheets read, held against the rules, and what then stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from evalkit.findings import Finding, Severity
from evalkit.intake.cells import Context, Memory
from evalkit.intake.checks import Checked, Setting, check_workbook
from evalkit.intake.columns import Columns, columns_of
from evalkit.intake.cover import cover_findings
from evalkit.intake.files import Kind
from evalkit.intake.reads import TableRead
from evalkit.intake.senders import Input, pages_of
from evalkit.intake.sheets import BookRead, read_sheets
from evalkit.ledger import Ledger
from evalkit.spreadsheets import Book
from evalkit.workspace import AcademicYear, College

__all__ = ["LastYear", "LedgerRead", "Page", "Rules", "pages_read", "read_ledger"]

LastYear = Mapping[str, Mapping[str, Sequence[Mapping[str, object]]]]
"""College → sheet → its accepted rows of the year before."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What every ledger of a year is read by."""

    year: AcademicYear
    ledger: Ledger
    colleges: tuple[College, ...]
    names: Mapping[str, str]
    """Normalised code, name or alias of a college → its code."""
    setting: Setting
    last_year: LastYear
    memory: Memory = field(default_factory=dict)

    def context(self, book: Book) -> Context:
        """Return what the cells of a file are understood by."""
        # Without a list of colleges there is nothing that a code could be held against.
        names = self.names if self.colleges else {}
        return Context(self.year, names, all_text=book.format == "csv", memory=self.memory)


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet that was read: whose, which, and how many rows and cells of it there were.

    ``first`` and ``last`` are the letters of the leftmost and rightmost column that was read; empty
    for a form, and where there was no row.
    """

    file: str
    kind: str
    code: str
    sheet: str
    tab: str
    rows: int
    cells: int
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRead:
    """What a sender's ledger says after all checks: columns by machine name of the sheet."""

    code: str
    tables: Mapping[str, Columns]
    pages: tuple[Page, ...]
    findings: tuple[Finding, ...]


def read_ledger(
    kind: Kind, code: str, books: Sequence[tuple[Input, Book]], rules: Rules
) -> LedgerRead:
    """Read a college's ledger, or the centre's workbook.

    Parameters
    ----------
    kind, code
        Whose it is.
    books : sequence of (Input, Book)
        The file, or the several .csv files that the ledger came in.
    rules : Rules
        What it is held against.
    """
    about = [finding for _, book in books for finding in book.findings]
    sheets = [page for item, book in books for page in pages_of(item, book)]
    if not sheets:
        return LedgerRead(code, {}, (), tuple(about))
    wanted = list(rules.ledger.of("college" if kind == "college" else "centre"))
    file, first = books[0][0].file, books[0][1]
    refused = [
        finding.location.sheet
        for finding in about
        if finding.location.sheet and finding.severity is Severity.ERROR
    ]
    read = read_sheets(file, sheets, wanted, rules.context(first), refused=refused)
    before = rules.last_year.get(code) if code else None
    checked = check_workbook(read.tables, file, rules.setting, before)
    findings = [*about, *read.findings, *_in_their_files(checked.findings, read)]
    tables = _accepted(read.tables, checked)
    if kind == "college":
        findings += cover_findings(tables, code, rules.year, rules.colleges, rules.names)
    columns = {name: columns_of(table) for name, table in tables.items()}
    return LedgerRead(code, columns, pages_read(kind, code, read), tuple(findings))


def pages_read(kind: Kind, code: str, read: BookRead) -> tuple[Page, ...]:
    """Return which sheets were read, and how much of each there was."""
    return tuple(
        Page(
            table.file,
            kind,
            code,
            table.sheet.name,
            table.tab,
            len(table.rows),
            sum(len(row.cells) for row in table.rows),
            *_width(table),
        )
        for table in read.tables.values()
    )


def _width(table: TableRead) -> tuple[str, str]:
    if table.sheet.layout == "form" or not table.rows:
        return "", ""
    letters = {cell.rstrip("0123456789") for cell in table.rows[0].cells.values()}
    ordered = sorted(letters, key=lambda column: (len(column), column))
    return (ordered[0], ordered[-1]) if ordered else ("", "")


def _in_their_files(findings: Iterable[Finding], read: BookRead) -> list[Finding]:
    """Give findings the file of their sheet, where a ledger came in several files."""
    files = {table.tab: table.file for table in read.tables.values()}
    found = []
    for finding in findings:
        where = finding.location
        file = files.get(where.sheet or "", where.file)
        found.append(replace(finding, location=replace(where, file=file)))
    return found


def _accepted(tables: Mapping[str, TableRead], checked: Checked) -> dict[str, TableRead]:
    """Return the tables as the checks leave them: spoilt cells blank, spellings mended."""
    changed = {(sheet, row) for sheet, row, _ in (*checked.spoilt, *checked.replaced)}
    result = dict(tables)
    for name, read in tables.items():
        if not any(sheet == name for sheet, _ in changed):
            continue
        rows = []
        for row in read.rows:
            if (name, row.number) not in changed:
                rows.append(row)
                continue
            values = {
                column: None
                if (name, row.number, column) in checked.spoilt
                else checked.replaced.get((name, row.number, column), value)
                for column, value in row.values.items()
            }
            rows.append(replace(row, values=values))
        result[name] = replace(read, rows=tuple(rows))
    return result
