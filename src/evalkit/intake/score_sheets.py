"""From a judge's workbook to score sheets that the panel can use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.reads import Row, TableRead
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
    findings = _as_judged(read, rubric)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    spoilt = {finding.location.cell for finding in errors}
    incomplete = any(finding.code == "H03" for finding in errors)
    sheets = [_score_sheet(row, file, read.tab, rubric) for row in read.rows]
    times = Counter((sheet.judge, sheet.college) for sheet in sheets)
    waiting: set[str] = set()
    for row, sheet in zip(read.rows, sheets, strict=True):
        bad_cells = set(row.cells.values()) & spoilt
        nameless = not sheet.judge or not sheet.college
        if not nameless and _is_waiting(sheet, spoilt):
            # Ten blank scores and no signature are one thing to tell.
            waiting |= bad_cells
            findings.append(_not_scored_yet(sheet))
            returned.append((sheet.judge, sheet.college))
            continue
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
    findings = [f for f in findings if f.code != "V01" or f.location.cell not in waiting]
    return JudgeRead(tuple(accepted), tuple(returned), tuple(findings))


def _as_judged(read: TableRead, rubric: Rubric) -> list[Finding]:
    """Return the table's findings, weighed for a score sheet.

    A score that was typed as about so much goes back; a sum that its program has not worked out
    yet does no harm, for it is worked out here.
    """
    scores = {
        row.cells[indicator.column]
        for row in read.rows
        for indicator in rubric.indicators
        if indicator.column in row.cells
    }
    totals = {row.cells["total_reported"] for row in read.rows if "total_reported" in row.cells}
    findings = []
    for finding in read.findings:
        cell = finding.location.cell
        if finding.severity is Severity.WARNING and cell in scores | totals:
            mend = "请评委填写确定的分数"
            finding = replace(finding, severity=Severity.ERROR, mend=mend)
        elif finding.code == "T06" and cell in totals:
            mend = "无需处理；合计由系统重新计算"
            finding = replace(finding, severity=Severity.INFO, mend=mend)
        findings.append(finding)
    return findings


def _is_waiting(sheet: ScoreSheet, spoilt: set[str | None]) -> bool:
    """Whether nobody has filled in a row yet."""
    cells = [cell for name, cell in sheet.cells.items() if name != "recused"]
    blank = sheet.total_reported is None and all(s is None for s in sheet.scores.values())
    return blank and not sheet.recused and not sheet.comment and not spoilt & {*cells}


def _not_scored_yet(sheet: ScoreSheet) -> Finding:
    return Finding(
        "G04",
        Severity.ERROR,
        Location(sheet.file, sheet.sheet, f"第 {sheet.row} 行"),
        f"还没有给 {sheet.college} 评分",
        "",
        "每项都有分数，或标明回避",
        "请评委评分；不评分的请标明回避",
    )


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
