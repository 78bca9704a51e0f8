"""From a judge's workbook to score sheets that the panel can use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.table import Row, TableRead
from evalkit.rubric import Rubric, ScoreSheet, faults_of

__all__ = ["JudgeRead", "accept_score_sheets"]

_OUTSIDE = {"", "无", "校外", "/", "—", "机关"}


@dataclass(frozen=True, slots=True)
class JudgeRead:
    """What came of one judge's workbook."""

    accepted: tuple[ScoreSheet, ...]
    returned: tuple[tuple[str, str], ...]
    """Judge and college of each row that goes back."""
    findings: tuple[Finding, ...]


def accept_score_sheets(
    read: TableRead, file: str, rubric: Rubric, colleges: Sequence[str]
) -> JudgeRead:
    """Check each row of a judge's workbook; rows with any fault are returned, not used.

    Parameters
    ----------
    read : TableRead
        The workbook's score table, read without bounds.
    file : str
        File name.
    rubric : Rubric
        The rubric it is held against.
    colleges : sequence of str
        Codes of the assessed colleges.
    """
    accepted: list[ScoreSheet] = []
    returned: list[tuple[str, str]] = []
    findings: list[Finding] = list(read.findings)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    spoilt = {finding.location.cell for finding in errors}
    incomplete = any(finding.code == "H03" for finding in errors)
    sheets = [_score_sheet(row, file, read.tab, rubric) for row in read.rows]
    times = Counter((sheet.judge, sheet.college) for sheet in sheets)
    for row, sheet in zip(read.rows, sheets, strict=True):
        bad_cells = set(row.cells.values()) & spoilt
        nameless = not sheet.judge or not sheet.college
        faults = [] if nameless else list(faults_of(sheet, rubric))
        # A cell that could not be read has its finding already; it is not missing as well.
        faults = [fault for fault in faults if fault.location.cell not in bad_cells]
        faults += _strange_college(sheet, colleges)
        if not nameless and times[sheet.judge, sheet.college] > 1:
            faults.append(_scored_twice(sheet))
        findings += faults
        if faults or bad_cells or incomplete:
            returned.append((sheet.judge, sheet.college))
        else:
            accepted.append(sheet)
    return JudgeRead(tuple(accepted), tuple(returned), tuple(findings))


def _score_sheet(row: Row, file: str, tab: str, rubric: Rubric) -> ScoreSheet:
    def text(name: str) -> str:
        value = row.values.get(name)
        return "" if value is None else str(value)

    def number(name: str) -> Decimal | None:
        value = row.values.get(name)
        return value if isinstance(value, Decimal) else None

    cells = {i.id: row.cells[i.column] for i in rubric.indicators if i.column in row.cells}
    for key, name in (("total", "total_reported"), ("recused", "recused")):
        if name in row.cells:
            cells[key] = row.cells[name]
    home = text("judge_college")
    return ScoreSheet(
        judge=text("judge_id"),
        college=text("college_code"),
        scores={indicator.id: number(indicator.column) for indicator in rubric.indicators},
        recused=row.values.get("recused") is True,
        judge_type="校外" if text("judge_type") == "校外" else "校内",
        judge_college=None if home in _OUTSIDE else home,
        total_reported=number("total_reported"),
        comment=text("comment"),
        file=file,
        sheet=tab,
        row=row.number,
        cells=cells,
    )


def _strange_college(sheet: ScoreSheet, colleges: Sequence[str]) -> list[Finding]:
    if not sheet.college or not colleges or sheet.college in colleges:
        return []
    return [
        Finding(
            "K01",
            Severity.ERROR,
            sheet.location(),
            "学院代码不在本学年参评学院之列",
            sheet.college,
            "、".join(colleges),
            "请核对学院代码",
        )
    ]


def _scored_twice(sheet: ScoreSheet) -> Finding:
    return Finding(
        "G09",
        Severity.ERROR,
        Location(sheet.file, sheet.sheet, f"第 {sheet.row} 行"),
        f"评委 {sheet.judge} 对 {sheet.college} 评了不止一行",
        "",
        "每位评委对每个学院只评一次",
        "请评委确认以哪一行为准，删去其余各行",
    )
