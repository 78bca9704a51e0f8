"""Judges' workbooks with every fault that a score sheet can have (G01 to G10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from openpyxl.utils import get_column_letter

from evalkit.ledger import score_sheet_definition
from evalkit.ledger.workbook import FIRST_ROW, write_workbook
from evalkit.rubric import Rubric
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.dirty.book import EXAMPLE, Book
from evalkit.synthetic.dirty.plants import Row, Severity
from evalkit.synthetic.score_sheets import FIRST_ROUND, faulty_rows, score_rows
from evalkit.synthetic.scores import Judge, panel_of, scores_of

__all__ = ["judge_books"]

_FAULTS = {"J02": "G05", "J03": "G01", "J04": "G04", "J05": "G03"}
Found = list[tuple[str, Severity, int, str, bool, str]]
"""Code, severity, row, column (blank for the whole row), whether it follows, note."""


def judge_books(colleges: Sequence[CollegeYear], rubric: Rubric) -> list[Book]:
    """Return the workbooks of eight judges; the first one's is without fault."""
    judges = panel_of([here.code for here in colleges])
    scores = scores_of(colleges, judges, rubric)
    books = []
    for judge in judges:
        rows = [dict(row) for row in score_rows(judge, colleges, scores, rubric)]
        books.append(_book(judge, rows, rubric))
    rows = [dict(row) for row in score_rows(judges[-1], colleges, scores, rubric)]
    books.append(_stranger(rows, rubric, colleges[0].year.name))
    return books


def _book(judge: Judge, rows: list[Row], rubric: Rubric) -> Book:
    year = "2024-2025"
    found: Found = []
    if judge.code in FIRST_ROUND:
        spoilt = [dict(row) for row in faulty_rows(judge.code, rows, rubric)]
        for row, (before, after) in enumerate(zip(rows, spoilt, strict=True)):
            changed = [name for name in after if before[name] != after[name]]
            columns = [name for name in changed if name != "total_reported"] or changed
            found += [
                (_FAULTS[judge.code], "E", row, name, False, FIRST_ROUND[judge.code])
                for name in columns
            ]
        rows = spoilt
    else:
        found += _SPOIL.get(judge.code, _nothing)(judge, rows, rubric)
    return _written(f"评分表_{year}_{judge.code}.xlsx", rows, rubric, found, judge.code)


def _written(file: str, rows: list[Row], rubric: Rubric, found: Found, judge: str) -> Book:
    sheet = score_sheet_definition(rubric)
    heading = f"评委 {judge} 2024-2025 学年"
    workbook = write_workbook([(sheet, rows)], heading=heading, example=EXAMPLE)
    book = Book(file, {sheet.name: sheet}, {sheet.name: rows}, workbook)
    names = [column.name for column in sheet.columns]
    for code, severity, row, column, follows, note in found:
        number = FIRST_ROW + row
        cell = f"第 {number} 行"
        if column:
            cell = f"{get_column_letter(names.index(column) + 1)}{number}"
        kind = "follows" if follows else "planted"
        book.expect(code, severity, sheet.name, cell, note=note, kind=kind)  # type: ignore[arg-type]
    return book


def _nothing(_judge: Judge, _rows: list[Row], _rubric: Rubric) -> Found:
    return []


def _below_zero(_judge: Judge, rows: list[Row], rubric: Rubric) -> Found:
    """A score below zero; a recusal with a score; a college that nobody knows."""
    column, other = rubric.indicators[0].column, rubric.indicators[1].column
    rows[0]["total_reported"] = None
    rows[0][column] = Decimal(-1)
    for indicator in rubric.indicators:
        rows[1][indicator.column] = None
    rows[1] |= {"recused": True, "total_reported": None, other: Decimal(3)}
    rows[2]["college_code"] = "C88"
    return [
        ("G02", "E", 0, column, False, "有一项填了负数"),
        ("G06", "E", 1, other, False, "已经回避，还留着一个分数"),
        ("K01", "E", 2, "college_code", False, "没有这个学院代码"),
    ]


def _own_college(_judge: Judge, rows: list[Row], _rubric: Rubric) -> Found:
    """A judge who scores the own college, and another one twice."""
    for row in rows:
        row |= {"judge_type": "校内", "judge_college": "C03"}
    own = next(place for place, row in enumerate(rows) if row["college_code"] == "C03")
    first = rows[0]
    rows.append(dict(first))
    return [
        ("G07", "E", own, "recused", False, "给自己的学院评了分"),
        ("G09", "E", 0, "", False, "同一个学院评了两行"),
        ("G09", "E", len(rows) - 1, "", False, "同一个学院评了两行"),
        ("V05", "E", len(rows) - 1, "judge_id", True, "同一个学院评了两行"),
    ]


def _stranger(rows: list[Row], rubric: Rubric, year: str) -> Book:
    """Another judge's scores in the file of the eighth."""
    found: Found = []
    for place, row in enumerate(rows):
        row["judge_id"] = "J09"
        found.append(("G10", "E", place, "", False, "文件名是 J08，表中却是 J09"))
    return _written(f"评分表_{year}_J08.xlsx", rows, rubric, found, "J08")


_SPOIL: dict[str, Callable[[Judge, list[Row], Rubric], Found]] = {
    "J06": _below_zero,
    "J07": _own_college,
}
