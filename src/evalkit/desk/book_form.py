"""Reading a judge's workbook, as ``evalkit check`` reads it, and making a blank one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl.utils.cell import coordinate_to_tuple

from evalkit.desk.refusals import SheetFormError
from evalkit.desk.state import Owner
from evalkit.desk.workbook import BookRow, JudgeBook, hash_of
from evalkit.findings import Severity
from evalkit.intake.cells import Context
from evalkit.intake.reads import Row, TableRead
from evalkit.intake.sheets import read_sheets
from evalkit.intake.template import judge_template
from evalkit.ledger import score_sheet_definition
from evalkit.ledger.model import normalise
from evalkit.outputs import write_bytes
from evalkit.rubric import Rubric
from evalkit.spreadsheets import RawSheet, read_books
from evalkit.workspace import AcademicYear, Judge, Workspace

__all__ = ["blank_digest", "comment_as_read", "create_book", "open_book"]


def create_book(
    workspace: Workspace, year: AcademicYear, rubric: Rubric, judge: Judge, path: Path
) -> None:
    """Write the judge's blank workbook, the same that ``evalkit template`` gives out.

    Raises
    ------
    SheetFormError
        If the settings list no college, so that there would be no row to fill.
    """
    if not workspace.colleges:
        raise SheetFormError.of(
            path.name,
            "还没有建立，evalkit.toml 中也没有列出学院，无法新建",
            "请先在 [[colleges]] 中写明各学院的代码和名称",
        )
    write_bytes(path, judge_template(workspace, year, rubric, judge).content)


def blank_digest(owner: Owner) -> str:
    """Return the SHA-256 of the judge's blank workbook."""
    made = judge_template(owner.workspace, owner.year, owner.rubric, owner.judge)
    return hashlib.sha256(made.content).hexdigest()


def open_book(
    path: Path, workspace: Workspace, year: AcademicYear, rubric: Rubric, judge: str
) -> JudgeBook:
    """Read a judge's workbook.

    Raises
    ------
    SheetFormError
        If it cannot be read, is another judge's, or lacks a column or a college's row.
    """
    digest = hash_of(path)
    (book,) = tuple(read_books([path], jobs=1))
    if not book.sheets:
        raise SheetFormError.of(
            path.name,
            "读不出来：" + "；".join(finding.what for finding in book.findings),
            "请用 Excel 打开检查，或移开这个文件重新下发",
        )
    names = {
        normalise(text): college.code
        for college in workspace.colleges
        for text in (college.code, college.name, *college.aliases)
    }
    context = Context(year, names)
    read = _score_table(path.name, book.sheets, rubric, context)
    if read is None or not read.rows:
        raise SheetFormError.of(
            path.name, "里没有找到评分的表格", "请使用下发的评分表，不要改动表头"
        )
    cells = {address for row in read.rows for address in row.cells.values()}
    findings = tuple(
        finding
        for finding in read.findings
        if finding.location.cell in cells
        if finding.code != "V01" and finding.severity is not Severity.INFO
    )
    # What was typed as about so much is no score until the judge has entered one.
    doubtful = {finding.location.cell for finding in findings}
    rows = tuple(_row(row, rubric, doubtful) for row in read.rows)
    _check_form(path, read, rows, workspace, judge, rubric)
    raw = next(page for page in book.sheets if page.name == read.tab)
    return JudgeBook(path, read.tab, rows, findings, digest, rubric, raw, context)


def comment_as_read(book: JudgeBook, college: str, text: str) -> str | None:
    """Return what the centre will read if this comment is written; ``None`` if it loses the row.

    A comment such as “合计” makes its row a total, and “/” is nobody's comment.
    """
    place = next(row.cells["comment"] for row in book.rows if row.college == college)
    number, column = coordinate_to_tuple(place)
    grid = [list(cells) for cells in book.raw.grid]
    grid[number - 1][column - 1] = text
    page = replace(book.raw, grid=grid)
    read = _score_table(book.path.name, [page], book.rubric, book.context)
    for row in read.rows if read is not None else ():
        if row.number == number:
            return str(row.values.get("comment") or "")
    return None


def _score_table(
    file: str, pages: Sequence[RawSheet], rubric: Rubric, context: Context
) -> TableRead | None:
    definition = score_sheet_definition(rubric)
    found = read_sheets(file, pages, [definition], context, scored=True)
    return found.tables.get(definition.name)


def _check_form(
    path: Path,
    read: TableRead,
    rows: Iterable[BookRow],
    workspace: Workspace,
    judge: str,
    rubric: Rubric,
) -> None:
    lacking = [c for c in ("recused", "comment") if c not in read.rows[0].cells]
    lacking += [i.label for i in rubric.indicators if i.column not in read.rows[0].cells]
    if lacking:
        raise SheetFormError.of(
            path.name, f"缺少“{'”“'.join(lacking)}”列", "请使用本学年下发的评分表"
        )
    owners = {str(row.values.get("judge_id")) for row in read.rows} - {judge}
    if owners:
        raise SheetFormError.of(
            path.name,
            f"里写的评委编号是“{'、'.join(sorted(owners))}”，不是“{judge}”",
            "请核对是否拿错了评分表",
        )
    codes = [row.college for row in rows]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise SheetFormError.of(
            path.name, f"里 {'、'.join(twice)} 不止一行", "请删去多余的行，每个学院只留一行"
        )
    missing = [c.code for c in workspace.colleges if c.code not in codes]
    if missing:
        raise SheetFormError.of(
            path.name, f"里没有 {'、'.join(missing)} 的一行", "请补上，或重新下发这份评分表"
        )


def _row(row: Row, rubric: Rubric, doubtful: Collection[str | None]) -> BookRow:
    def score(column: str) -> Decimal | None:
        value = row.values.get(column)
        sure = isinstance(value, Decimal) and row.cells[column] not in doubtful
        return value if sure and isinstance(value, Decimal) else None

    signed = row.values.get("signed_on")
    return BookRow(
        str(row.values.get("college_code") or ""),
        row.values.get("recused") is True,
        {indicator.id: score(indicator.column) for indicator in rubric.indicators},
        str(row.values.get("comment") or ""),
        signed if isinstance(signed, date) else None,
        dict(row.cells),
        row.number,
    )
