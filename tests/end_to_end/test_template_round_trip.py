"""Out blank, filled, back: what was typed into a template is what the reader reads.

Filled by openpyxl, and typed cell by cell in the real LibreOffice, whose sheet protection then
shows as well that every cell that must be filled can be.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from evalkit.findings import Finding, Severity
from evalkit.intake import read_year
from evalkit.intake.cells import Context
from evalkit.intake.score_sheets import JudgeRead, accept_score_sheets
from evalkit.intake.sheets import read_sheets
from evalkit.intake.template import (
    Template,
    centre_template,
    college_template,
    judge_template,
    save_templates,
)
from evalkit.ledger import Ledger, Sheet, load_ledger, score_sheet_definition
from evalkit.ledger.model import normalise
from evalkit.ledger.workbook import Record
from evalkit.outputs import save_workbook
from evalkit.rubric import load_rubric
from evalkit.spreadsheets import read_book
from evalkit.synthetic.centre import centre_rows
from evalkit.synthetic.college_ledger import ledger_rows
from evalkit.synthetic.history import histories
from evalkit.synthetic.register import cases_by_year
from evalkit.workspace import AcademicYear, Workspace

YEAR = AcademicYear(2024)
LEDGER, CENTRE, SCORES = (
    "台账_2024-2025_C01.xlsx",
    "校级_2024-2025.xlsx",
    "评分表_2024-2025_J01.xlsx",
)
SCORE_TAB = "J01 评委评分表"
OFFICE_PYTHON = Path("/usr/bin/python3")
TYPIST = Path(__file__).with_name("libreoffice_typist.py")
Cells = dict[str, dict[str, object]]
"""Tab → address → what is typed there."""


@dataclass(frozen=True)
class School:
    """A workspace with blank templates, and what is to be typed into them."""

    space: Workspace
    ledger: Ledger
    rows: Mapping[str, Sequence[Record]]
    centre: Mapping[str, Sequence[Record]]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    root = tmp_path_factory.mktemp("round trip")
    ((here,),) = histories(colleges=1, years=1, seed=2025, last_year=YEAR.name)
    (cases,) = cases_by_year([here])
    (root / "evalkit.toml").write_text(
        '[school]\nname = "示例职业学院"\n'
        f'[[colleges]]\ncode = "C01"\nname = "{here.college.name}"\n'
        '[[colleges]]\ncode = "C02"\nname = "另一学院"\n'
        '[[judges]]\ncode = "J01"\ntype = "校内"\ncollege = "C02"\n',
        encoding="utf-8",
    )
    rows = ledger_rows(here, cases, [])
    return School(Workspace.find(root), load_ledger(), rows, centre_rows([here]))


def templates(school: School) -> list[Template]:
    space, ledger, rubric = school.space, school.ledger, load_rubric()
    return [
        college_template(space, YEAR, ledger, rubric, space.colleges[0]),
        centre_template(space, YEAR, ledger, rubric),
        judge_template(space, YEAR, rubric, space.judges[0]),
    ]


@pytest.fixture
def folder(school: School) -> Iterator[Path]:
    folder = school.space.inputs(YEAR)
    save_templates(templates(school), folder)
    yield folder
    shutil.rmtree(folder)


def plan(page: Worksheet, sheet: Sheet, records: Sequence[Record]) -> dict[str, object]:
    """Return what goes into which cell, found as a person finds it: by header and label."""
    cells: dict[str, object] = {}
    if sheet.layout == "form":
        labels = {
            normalise(str(cell.value)): cell
            for row in page.iter_rows(min_row=3, max_col=4)
            for cell in row
            if cell.value is not None
        }
        for column in sheet.columns:
            label = labels[normalise(column.header)]
            value = label.offset(column=1)
            if value.protection.locked:
                assert value.value is not None, column.name
            elif records[0].get(column.name) is not None:
                cells[value.coordinate] = records[0][column.name]
        return cells
    places = {cell.value: cell.column_letter for cell in page[4]}
    for row, record in enumerate(records, 6):
        for name, value in record.items():
            if value is not None and value != "":
                cells[f"{places[name]}{row}"] = value
    return cells


def scores(page: Worksheet) -> dict[str, object]:
    """Return a judge's scores: full marks less a half, a comment, a day; nothing where recused."""
    cells: dict[str, object] = {}
    rubric = load_rubric()
    places = {cell.value: cell.column_letter for cell in page[4]}
    for indicator in rubric.indicators:
        cells[f"{places[indicator.column]}6"] = indicator.points - Decimal("0.5")
    cells[f"{places['comment']}6"] = "档案规范。"
    cells[f"{places['signed_on']}6"] = date(2025, 7, 3)
    return cells


def typed(school: School, folder: Path, most: int | None = None) -> dict[str, Cells]:
    """Return file → tab → address → value, of at most so many rows a sheet."""
    found: dict[str, Cells] = {}
    for file, kind, rows in ((LEDGER, "college", school.rows), (CENTRE, "centre", school.centre)):
        book = openpyxl.load_workbook(folder / file)
        found[file] = {
            sheet.tab: plan(book[sheet.tab], sheet, rows[sheet.name][:most])
            for sheet in school.ledger.sheets
            if sheet.workbook == kind and rows.get(sheet.name)
        }
    page = openpyxl.load_workbook(folder / SCORES)[SCORE_TAB]
    found[SCORES] = {page.title: scores(page)}
    return found


def shown(value: object) -> object:
    """Return a value as people type it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(value)
    return value


def as_read(value: object) -> object:
    """Return a record's value as the reader gives it."""
    if isinstance(value, float):
        return Decimal(str(value))
    return "、".join(value) if isinstance(value, (tuple, list)) else value


def read_back(
    school: School, folder: Path, most: int | None = None
) -> tuple[list[Finding], JudgeRead]:
    """Hold what each sheet says against what was typed; return the findings on the cells."""
    space, rubric = school.space, load_rubric()
    names = {normalise(text): c.code for c in space.colleges for text in (c.code, c.name)}
    context = Context(YEAR, names)
    findings: list[Finding] = []
    compared = 0
    for file, kind, rows in ((LEDGER, "college", school.rows), (CENTRE, "centre", school.centre)):
        wanted = [sheet for sheet in school.ledger.sheets if sheet.workbook == kind]
        book = read_book(folder / file)
        read = read_sheets(file, book.sheets, wanted, context)
        findings += [*book.findings, *read.findings]
        for sheet in wanted:
            records = rows.get(sheet.name, [])[:most]
            found = read.tables[sheet.name].rows
            assert len(found) == len(records), sheet.name
            for record, row in zip(records, found, strict=True):
                for column in sheet.columns:
                    value = record.get(column.name)
                    if column.private or column.name == "template_version" or value in (None, ""):
                        continue
                    assert row.values[column.name] == as_read(value), (sheet.name, column.name)
                    compared += 1
    assert compared > 500
    table = score_sheet_definition(rubric)
    book = read_book(folder / SCORES)
    scored = read_sheets(SCORES, book.sheets, [table], context, scored=True)
    judged = accept_score_sheets(scored.tables["score_sheet"], SCORES, rubric, ["C01", "C02"])
    findings += [*book.findings, *judged.findings]
    return findings, judged


def assert_judged(judged: JudgeRead) -> None:
    here, other = judged.accepted
    assert (here.college, here.total, here.total_reported, here.recused) == ("C01", 95, 95, False)
    assert (other.college, other.total_reported, other.recused) == ("C02", None, True)
    assert judged.returned == ()


def test_blank_templates_say_only_what_is_missing(school: School, folder: Path) -> None:
    read = read_year(school.space, YEAR, school.ledger, load_rubric())
    filled = {name: len(frame) for name, frame in read.tables.items() if len(frame)}
    assert filled == {"base_info": 1, "head_form": 1}
    ledgers = [f for f in read.findings if f.location.file in (LEDGER, CENTRE)]
    assert {(f.code, f.location.sheet) for f in ledgers} == {
        ("V01", "S00 基础信息"),
        ("V01", "S23 站长登记表"),
    }
    # Nobody has judged yet: no score, no day; the formulas that show nothing are no finding.
    judged = {f.code for f in read.findings if f.location.file == SCORES}
    assert judged == {"G04", "T03", "V01"}


def test_filled_by_openpyxl(school: School, folder: Path) -> None:
    for file, tabs in typed(school, folder).items():
        book = openpyxl.load_workbook(folder / file)
        for tab, cells in tabs.items():
            for address, value in cells.items():
                book[tab][address] = shown(value)
        # What a spreadsheet program stores beside the formulas: 3 July 2025 is day 45841.
        results = {"N6": 95, "N7": "", "P7": 45841}
        save_workbook(book, folder / file, {SCORE_TAB: results} if file == SCORES else None)
    findings, judged = read_back(school, folder)
    assert [str(f) for f in findings if f.severity is not Severity.INFO] == []
    assert_judged(judged)
    # Filled whole, the sheets agree with each other as well.
    read = read_year(school.space, YEAR, school.ledger, load_rubric())
    weighed = [f for f in read.findings if f.severity is not Severity.INFO]
    assert [(f.code, f.location.file) for f in weighed] == [("F03", "台账_2024-2025_C02.xlsx")]


@pytest.mark.slow
@pytest.mark.libreoffice
def test_typed_in_libreoffice(school: School, folder: Path, tmp_path: Path) -> None:
    if shutil.which("soffice") is None or not OFFICE_PYTHON.exists():
        pytest.skip("LibreOffice is not installed")
    if subprocess.run([OFFICE_PYTHON, "-c", "import uno"], capture_output=True).returncode:
        pytest.skip("python3-uno is not installed: LibreOffice cannot be driven from Python")
    most = 4
    for file, tabs in typed(school, folder, most).items():
        texts = {
            tab: {address: _as_typed(value) for address, value in cells.items()}
            for tab, cells in tabs.items()
        }
        job = tmp_path / "job.json"
        job.write_text(json.dumps({"file": str(folder / file), "cells": texts}), "utf-8")
        subprocess.run([OFFICE_PYTHON, TYPIST, job, tmp_path / "profile"], check=True, timeout=300)
    findings, judged = read_back(school, folder, most)
    assert [str(f) for f in findings if f.severity is not Severity.INFO] == []
    assert_judged(judged)


def _as_typed(value: object) -> str:
    """Return the keys that someone presses for a value."""
    value = shown(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)
