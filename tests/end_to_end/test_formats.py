"""One report in four formats: the same numbers, cell by cell."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import nbformat
import openpyxl
import pytest
from lxml import etree, html

from evalkit.export import (
    html_document,
    numbers_workbook,
    pdf_document,
    read_document,
    word_document,
)
from evalkit.export.blocks import Table

pytestmark = pytest.mark.xdist_group("packet")

REPORTS = ["学校报告", "学院报告_C01_精细化工学院", "学院报告_C04_数字技术学院"]
_ZERO = "\u200b"

Grid = list[list[str]]


@dataclass(frozen=True)
class Formats:
    """A report's tables as read, and the four files."""

    tables: list[Table]
    page: str
    pdf: bytes
    word: bytes
    book: bytes


@pytest.fixture(scope="module", params=REPORTS)
def formats(request: pytest.FixtureRequest, packet: Any) -> Formats:
    notebook = nbformat.read(packet.folder / f"{request.param}.ipynb", as_version=4)
    document = read_document(notebook, title=request.param)
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert len(tables) >= 6
    return Formats(
        tables,
        html_document(document),
        pdf_document(document),
        word_document(document),
        numbers_workbook(document),
    )


def _grid(table: Table) -> Grid:
    return [[cell.text for cell in row] for row in table.rows]


def test_tables_are_those_of_the_notebook(formats: Formats, packet: Any) -> None:
    """What is read from the carried data is what the notebook shows on the screen."""
    shown = html.fromstring(formats.page).xpath("//table[not(ancestor::*[@class='ek-print'])]")
    assert len(shown) == len(formats.tables)
    for element, table in zip(shown, formats.tables, strict=True):
        rows = [["".join(td.itertext()) for td in tr] for tr in element.xpath("./tbody/tr")]
        assert rows == _grid(table)
        caption = "".join(element.xpath("./caption")[0].itertext())
        assert caption == table.label


def test_word_holds_the_same_cells(formats: Formats) -> None:
    file = docx.Document(io.BytesIO(formats.word))
    found = [table for table in file.tables if table.style.name == "报告表格"]
    wanted = [_grid(table) for table in formats.tables]
    parts = iter(found)
    for rows, table in zip(wanted, formats.tables, strict=True):
        # A table that is too wide stands in parts, each with its first column again.
        part = next(parts)
        columns = [[_word_text(cell) for cell in column.cells[1:]] for column in part.columns]
        while len(columns) < len(table.columns):
            part = next(parts)
            more = [[_word_text(cell) for cell in column.cells[1:]] for column in part.columns]
            columns += more[1:] if more[0] == columns[0] else more
        assert [list(row) for row in zip(*columns, strict=True)] == rows
    assert next(parts, None) is None


def _word_text(cell: Any) -> str:
    return str(cell.text).replace(_ZERO, "").removeprefix("● ")


def test_workbook_prints_the_same_cells(formats: Formats) -> None:
    book = openpyxl.load_workbook(io.BytesIO(formats.book))
    pages = {str(page["A1"].value): page for page in book}
    for table in formats.tables:
        page = pages[table.label]
        for row, cells in enumerate(_grid(table), 4):
            for column, text in enumerate(cells, 1):
                cell = page.cell(row, column)
                assert _as_printed(cell) == text, (table.label, cell.coordinate)


def test_workbook_holds_numbers(formats: Formats) -> None:
    """Whatever is a number in a column of numbers is one in the workbook."""
    book = openpyxl.load_workbook(io.BytesIO(formats.book))
    pages = {str(page["A1"].value): page for page in book}
    counted = 0
    for table in formats.tables:
        for place, column in enumerate(table.columns, 1):
            if not column.right:
                continue
            for row, cells in enumerate(table.rows, 4):
                text = cells[place - 1].text
                if re.fullmatch(r"[-+−]?[\d,.]+%?", text):
                    assert isinstance(pages[table.label].cell(row, place).value, int | float)
                    counted += 1
    assert counted >= 25


def _as_printed(cell: Any) -> str:
    """Return what a spreadsheet program shows of a cell, for the formats that are used here."""
    value, shown = cell.value, cell.number_format
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, date | datetime):
        return f"{value:%Y-%m-%d}"
    parts = shown.split(";")
    number = Decimal(repr(value))
    pattern = parts[0]
    sign = "−" if number < 0 else ""
    if len(parts) == 3:
        pattern = parts[0] if number > 0 else parts[1] if number < 0 else parts[2]
        sign = "+" if pattern.startswith("+") else "−" if pattern.startswith("−") else ""
        pattern = pattern.lstrip("+−")
    percent = "%" if pattern.endswith("%") else ""
    number = abs(number) * (100 if percent else 1)
    decimals = len(pattern.rstrip("%").partition(".")[2])
    comma = "," if "," in pattern else ""
    return f"{sign}{number:{comma}.{decimals}f}{percent}"


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="没有安装 pdftotext")
def test_pdf_holds_the_same_cells(formats: Formats, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(formats.pdf)
    text = subprocess.run(
        ["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True, text=True
    ).stdout
    text = re.sub(r"\n?\f.*\n", "\n", text)  # running heads
    text = re.sub(r"\n?第 \d+ 页 +共 \d+ 页", "", text)
    words = re.sub(rf"[\s{_ZERO}●]", "", text)
    start = 0
    for table in formats.tables:
        if len(table.columns) > 9:
            continue  # may stand in parts; its columns are compared in Word
        label = re.sub(r"\s", "", table.label)
        start = words.index(label, start)
        for row in _grid(table):
            # Cells that are broken over lines come in another order: each by itself then.
            for cell in (re.sub(r"\s", "", each) for each in row):
                assert cell in words[start:], (table.label, row)
            if all(len(cell) <= 8 for cell in row):
                line = re.sub(r"\s", "", "".join(row))
                assert line in words[start:], (table.label, row)


def test_same_bytes_each_time(packet: Any) -> None:
    notebook = nbformat.read(packet.folder / f"{REPORTS[1]}.ipynb", as_version=4)
    for make in (html_document, pdf_document, word_document, numbers_workbook):
        assert make(read_document(notebook)) == make(read_document(notebook))


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="没有安装 LibreOffice")
def test_word_opens_with_its_headings(formats: Formats, tmp_path: Path) -> None:
    """What LibreOffice takes for a heading, with its level, is what its navigator lists."""
    path = tmp_path / "report.docx"
    path.write_bytes(formats.word)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", "fodt", "--outdir", str(tmp_path), str(path),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    opened = etree.parse(tmp_path / "report.fodt")
    space = {"text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0"}
    level = f"{{{space['text']}}}outline-level"
    found = [
        (int(each.get(level)), "".join(each.itertext()))
        for each in opened.iterfind(".//text:h", space)
    ]
    file = docx.Document(io.BytesIO(formats.word))
    wanted = [
        (int(p.style.name[-1]), p.text) for p in file.paragraphs if p.style.name[:7] == "Heading"
    ]
    assert len(wanted) >= 10
    assert {depth for depth, _ in wanted} == {1, 2}
    assert found == wanted
