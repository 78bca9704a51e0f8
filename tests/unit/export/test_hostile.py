"""Whatever people wrote is shown as text, in each of the four formats."""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import nbformat
import openpyxl
import pandas as pd
import pytest

from evalkit import charts
from evalkit.charts.carried import FRAGMENT
from evalkit.export import (
    ReportDocument,
    html_document,
    numbers_workbook,
    pdf_document,
    read_document,
    word_document,
)
from evalkit.findings import Finding, Location, Severity
from evalkit.privacy import Field, load_policy, release

TEXTS = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)>&amp;",
    "typst": '#import "x.typ": * #eval("1+1") $x^2$ *粗* _斜_ @ref <label> \\ // 注 /* 注 */ `raw`',
    "string": '甲"); panic("乙"); ("\\u{41}',
    "formula": "=1+1",
    "command": "=cmd|' /C calc'!A0",
    "plus": "+86 10 1234",
    "at": "@SUM(A1)",
    "markdown": "# 题 **粗** [链](javascript:alert(1)) ![图](http://x.cn/a.png) |a|b|",
    "entity": "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;]]>",
    "jinja": "{{ 7*7 }}{% raw %}",
    "reversed": "甲\u202e乙丙\u202c丁",
    "nul": "甲\x00乙\x07\x1b[31m丙",
    "rare": "𠮷田 😀 أحمد 한국",
    "unbroken": "W" * 400,
}


def _notebook(text: str) -> nbformat.NotebookNode:
    """A report in which a text stands in every place that holds people's words."""
    frame = pd.DataFrame({"name": [text, "乙"], "n": pd.array([12, 30], dtype="Int64")})
    fields = (Field("name", "姓名"), Field("n", "人数", "人", "count"))
    table = release(frame, fields, load_policy())
    finding = Finding("X", Severity.ERROR, Location(text), text, text, text, text)
    shown = [
        charts.table(table, caption=text),
        charts.bullets([text]),
        charts.prose(text),
        charts.findings([finding]),
    ]
    cells = [nbformat.v4.new_markdown_cell("## 第一节")]
    for fragment in shown:
        data = {"text/html": fragment._repr_html_(), **fragment._repr_mimebundle_()}
        assert FRAGMENT in data
        output = nbformat.v4.new_output("execute_result", data, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("x", outputs=[output], execution_count=1))
    stream = nbformat.v4.new_output("stream", name="stdout", text=text)
    cells.append(nbformat.v4.new_code_cell("x", outputs=[stream], execution_count=1))
    return nbformat.v4.new_notebook(cells=cells)


def _document(text: str) -> ReportDocument:
    return read_document(_notebook(text), title=text, header=text, footer=[text], author=text)


def _squeezed(text: str) -> str:
    """A text without what setting it may add or take: spaces, places to break."""
    return re.sub(r"[\s\u200b\ufe0f]+", "", text)


def _expected(text: str) -> str:
    for character, name in (
        ("\u202e", "〔U+202E〕"), ("\u202c", "〔U+202C〕"), ("\x00", "〔U+0000〕"),
        ("\x07", "〔U+0007〕"), ("\x1b", "〔U+001B〕"),
    ):  # fmt: skip
        text = text.replace(character, name)
    return _squeezed(text)


@pytest.mark.parametrize("name", TEXTS)
def test_html(name: str) -> None:
    page = html_document(_document(TEXTS[name]))
    body = page.split("<body>")[1]
    assert not re.search(r"<(script|img|iframe|object|link|style)", body)
    words = _squeezed(html.unescape(re.sub(r"<[^>]+>", "", body)))
    assert words.count(_expected(TEXTS[name])) >= 8
    assert "\u202e" not in page
    assert "\x00" not in page


@pytest.mark.parametrize("name", TEXTS)
def test_word(name: str) -> None:
    content = word_document(_document(TEXTS[name]))
    file = docx.Document(io.BytesIO(content))
    texts = [paragraph.text for paragraph in file.paragraphs]
    texts += [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    assert _squeezed("".join(texts)).count(_expected(TEXTS[name])) >= 8
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    assert b"instrText" in parts["word/document.xml"]  # the captions' own
    assert not re.search(rb'TargetMode="External"', parts["word/_rels/document.xml.rels"])


@pytest.mark.parametrize("name", TEXTS)
def test_workbook(name: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(numbers_workbook(_document(TEXTS[name]))))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    shown = [cell for cell in cells if _expected(TEXTS[name]) in _squeezed(str(cell.value))]
    assert len(shown) >= 4
    if TEXTS[name][0] in "=+@":
        assert all(cell.quotePrefix for cell in shown if str(cell.value)[0] in "=+@")
    numbers = [cell.value for cell in cells if cell.data_type == "n"]
    assert numbers == [12, 30]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="没有安装 pdftotext")
@pytest.mark.parametrize("name", TEXTS)
def test_pdf(name: str, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_document(_document(TEXTS[name])))
    words = subprocess.run(
        ["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True, text=True
    ).stdout
    expected = _expected(TEXTS[name])
    if name == "rare":  # the font lacks them: named, not left out
        expected = "〔U+20BB7〕田〔U+1F600〕〔U+0623〕"
    # A page's end may stand within a text.
    words = re.sub(r"\n?第 \d+ 页 +共 \d+ 页", "", words)
    assert _squeezed(words).count(expected) >= 6


@pytest.mark.parametrize("text", ["心" * 100_000, "W" * 100_000], ids=["breaks", "unbroken"])
def test_a_hundred_thousand_characters(text: str) -> None:
    whole = _notebook(text)
    whole.cells = whole.cells[:3]  # a caption, a table's cell, a list
    document = read_document(whole)
    assert text in html_document(document)
    file = docx.Document(io.BytesIO(word_document(document)))
    assert any(_squeezed(text) in _squeezed(p.text) for p in file.paragraphs)
    book = openpyxl.load_workbook(io.BytesIO(numbers_workbook(document)))
    texts = [str(cell.value) for page in book for row in page.iter_rows() for cell in row]
    assert any("在此截断" in each for each in texts)
    assert pdf_document(document).startswith(b"%PDF")


def test_halves_of_characters_are_named() -> None:
    stream = nbformat.v4.new_output("stream", name="stdout", text="甲\ud800乙")
    cell = nbformat.v4.new_code_cell("x", outputs=[stream], execution_count=1)
    document = read_document(nbformat.v4.new_notebook(cells=[cell]))
    assert "甲〔U+D800〕乙" in html_document(document)
    assert pdf_document(document).startswith(b"%PDF")
    assert word_document(document).startswith(b"PK")
