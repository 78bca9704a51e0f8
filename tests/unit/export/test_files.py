"""PDF, Word and workbook as files: what their readers and their standards ask for."""

from __future__ import annotations

import base64
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
from docx.oxml.ns import qn
from PIL import Image

from evalkit import charts
from evalkit.charts.picture import Picture, drawing
from evalkit.export import (
    ReportDocument,
    html_document,
    numbers_workbook,
    pdf,
    pdf_document,
    read_document,
    word_document,
)
from evalkit.export.exporters import HtmlExporter, PdfExporter, WordExporter, WorkbookExporter
from evalkit.export.pdf import PdfError
from evalkit.privacy import Field, load_policy, release


def _bundle(shown: charts.Fragment | Picture) -> nbformat.NotebookNode:
    made = shown._repr_mimebundle_()
    data, metadata = made if isinstance(made, tuple) else (made, {})
    if isinstance(shown, charts.Fragment):
        data = {**data, "text/html": shown._repr_html_()}
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    return nbformat.v4.new_code_cell("secret()", outputs=[output], execution_count=1)


def _notebook(rows: int = 60) -> nbformat.NotebookNode:
    frame = pd.DataFrame(
        {"name": [f"第{n}项活动" for n in range(rows)], "n": pd.array([1234] * rows, "Int64")}
    )
    fields = (Field("name", "活动"), Field("n", "参与", "人次", "count"))
    table = release(frame, fields, load_policy())
    with drawing(1.5) as (figure, (ax,)):
        ax.set_title("参与人次")
        ax.bar([0, 1], [3, 4])
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# 题目\n\n导语"),
            nbformat.v4.new_markdown_cell("## 第一节\n\n文字\n\n### 小节\n\n1. 一\n2. 二"),
            _bundle(charts.table(table, caption="活动清单")),
            nbformat.v4.new_markdown_cell("## 第二节"),
            _bundle(Picture(figure, "两根柱", data=(table,))),
            nbformat.v4.new_markdown_cell("## 第三节\n\n1. 又一\n\n## 第四节\n\n完"),
        ],
        metadata={"evalkit": {"header": "某校", "author": "某中心", "footer": ["来源：某处。"]}},
    )


@pytest.fixture(scope="module")
def document() -> ReportDocument:
    return read_document(_notebook())


def _run(*command: str) -> str:
    return subprocess.run(
        command, check=True, capture_output=True, text=True, errors="replace"
    ).stdout


poppler = pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="没有安装 poppler")


@poppler
def test_pdf_is_tagged_archivable_and_whole(document: ReportDocument, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_document(document))
    said = _run("pdfinfo", str(path))
    assert re.search(r"Title: +题目\n", said)
    assert re.search(r"Author: +某中心\n", said)
    assert re.search(r"Tagged: +yes", said)
    assert re.search(r"Page size: .*\(A4\)", said)
    assert "CreationDate:    Mon Jan  1" in said
    meta = _run("pdfinfo", "-meta", str(path))
    assert "<pdfaid:part>2</pdfaid:part>" in meta
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in meta
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    fonts = _run("pdffonts", str(path)).splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes yes yes ", line) for line in fonts)
    assert any("NotoSansSC" in line for line in fonts)


@poppler
def test_pdf_repeats_headers_and_counts_pages(document: ReportDocument, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_document(document))
    pages = _run("pdftotext", "-layout", str(path), "-").split("\f")[:-1]
    assert len(pages) >= 3
    for number, page in enumerate(pages, 1):
        assert re.search(rf"第 *{number} *页 +共 *{len(pages)} *页", page)
        if re.search(r"第\d+项活动", page):
            assert "（人次）" in page  # the header
        if number > 1:
            assert page.lstrip().startswith("题目")
            assert "某校" in page.splitlines()[0]
    assert "图1两根柱" in re.sub(r"[ \u3000]+", "", "".join(pages))
    structure = _run("pdfinfo", "-struct-text", str(path))
    for kind in ("Table", "TH", "Figure", "Caption", "L (block)", "H1", "H2"):
        assert kind in structure, kind
    assert "secret" not in "".join(pages)


def test_pdf_takes_pixels_where_lines_cannot_be_set() -> None:
    odd = _notebook()
    carried = odd.cells[4].outputs[0].data["application/vnd.evalkit.figure+json"]
    carried["svg"] = "<svg>"
    assert pdf_document(read_document(odd)).startswith(b"%PDF")


def test_pixels_stand_where_they_should(tmp_path: Path) -> None:
    """A picture of another library: the colours are on the page."""
    content = io.BytesIO()
    Image.new("RGB", (300, 100), (200, 30, 60)).save(content, format="jpeg")
    data = {"image/jpeg": base64.b64encode(content.getvalue()).decode()}
    output = nbformat.v4.new_output("display_data", data)
    cell = nbformat.v4.new_code_cell("x", outputs=[output])
    report = read_document(nbformat.v4.new_notebook(cells=[cell]))
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_document(report))
    if shutil.which("pdftoppm") is not None:
        _run("pdftoppm", "-r", "40", "-singlefile", "-png", str(path), str(tmp_path / "page"))
        with Image.open(tmp_path / "page.png") as page:
            colours = {colour for _, colour in page.convert("RGB").getcolors(100_000)}
        assert any(abs(r - 200) + abs(g - 30) + abs(b - 60) < 12 for r, g, b in colours)


def test_pdf_that_cannot_be_set_is_an_error_that_says_why(
    document: ReportDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_template", lambda: b'#panic("no")')
    with pytest.raises(PdfError) as caught:
        pdf_document(document)
    assert str(caught.value) == (
        "《题目》不能排成 PDF：panicked with: no。网页、Word 和 Excel 不受影响；"
        "请先用它们，并把这句话连同笔记本发给维护程序的人。"
    )


def test_word_has_headings_tables_captions_and_words_for_the_blind(
    document: ReportDocument,
) -> None:
    file = docx.Document(io.BytesIO(word_document(document)))
    headings = [(p.style.name, p.text) for p in file.paragraphs if p.style.style_id[:4] == "Head"]
    assert headings == [
        ("Heading 1", "第一节"),
        ("Heading 2", "小节"),
        ("Heading 1", "第二节"),
        ("Heading 1", "第三节"),
        ("Heading 1", "第四节"),
    ]
    (table,) = file.tables
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[0].cells[1].text == "参与\n（人次）"
    assert table.rows[60].cells[1].text == "1,234"
    assert table.rows[60].cells[1].paragraphs[0].alignment == 2  # right
    captions = [p.text for p in file.paragraphs if p.style.name == "Caption"]
    assert captions == ["表 1　活动清单", "图 1　两根柱"]
    body = file.element.body
    assert [e.get("descr") for e in body.iter(qn("wp:docPr"))] == ["两根柱"]
    fields = [e.text.strip() for e in body.iter(qn("w:instrText"))]
    assert fields == [r'TOC \o "1-2" \n \h', r"SEQ 表 \* ARABIC", r"SEQ 图 \* ARABIC"]
    assert "secret" not in "".join(p.text for p in file.paragraphs)
    section = file.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert "PAGE" in section.footer._element.xml
    assert "某校" in section.header.paragraphs[0].text


def test_word_names_the_fonts_that_offices_have(document: ReportDocument) -> None:
    file = docx.Document(io.BytesIO(word_document(document)))
    asked = {
        style.get(qn("w:styleId")): fonts.get(qn("w:eastAsia"))
        for style in file.styles.element.iter(qn("w:style"))
        for fonts in style.iter(qn("w:rFonts"))
    }
    assert asked["Heading1"] == asked["Title"] == "黑体"
    assert asked["TableText"] == "宋体"
    default = next(file.styles.element.iter(qn("w:rPrDefault")))
    fonts = next(default.iter(qn("w:rFonts")))
    assert fonts.get(qn("w:eastAsia")) == "仿宋"
    assert fonts.get(qn("w:ascii")) == "Times New Roman"


def test_word_lists_begin_anew(document: ReportDocument) -> None:
    file = docx.Document(io.BytesIO(word_document(document)))
    numbers = [
        p._p.pPr.numPr.numId.val for p in file.paragraphs if p.style.style_id == "ListNumber"
    ]
    assert len(numbers) == 3
    assert numbers[0] == numbers[1] != numbers[2]


def test_word_says_nothing_of_who_and_when(document: ReportDocument) -> None:
    content = word_document(document)
    file = docx.Document(io.BytesIO(content))
    said = file.core_properties
    assert (said.title, said.author, said.comments) == ("题目", "某中心", "")
    assert said.created == said.modified
    assert said.created is not None
    assert said.created.year == 2024
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2024, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert not [name for name in archive.namelist() if "thumbnail" in name]


def test_workbook_has_a_sheet_for_each_table_and_figure(document: ReportDocument) -> None:
    book = openpyxl.load_workbook(io.BytesIO(numbers_workbook(document)))
    assert book.sheetnames == ["目录", "表1 活动清单", "图1 两根柱"]
    page = book["图1 两根柱"]
    assert page["A1"].value == "图 1　两根柱（数据）"
    assert (page["B4"].value, page["B4"].number_format) == (1234, "#,##0")
    contents = book["目录"]
    assert contents["A4"].hyperlink.location or contents["A4"].hyperlink.target
    assert "来源：某处。" in [row[0] for row in contents.iter_rows(values_only=True)]


def test_sheets_names_are_different_and_allowed() -> None:
    cells = []
    for caption in ("a/b:c*?[x]" * 9, "a/b:c*?[x]" * 9, "'引号'", ""):
        table = release(pd.DataFrame({"n": [1]}), (Field("n", "数"),), load_policy())
        cells.append(_bundle(charts.table(table, caption=caption)))
    report = read_document(nbformat.v4.new_notebook(cells=cells))
    names = openpyxl.load_workbook(io.BytesIO(numbers_workbook(report))).sheetnames
    assert len(names) == len({name.casefold() for name in names}) == 5
    assert all(len(name) <= 31 and not re.search(r"[\\/*?:\[\]]", name) for name in names)


@pytest.mark.parametrize("exporter", [HtmlExporter, PdfExporter, WordExporter, WorkbookExporter])
def test_exporters_do_as_jupyter_asks(exporter: type[HtmlExporter]) -> None:
    """As JupyterLab's server calls them: made from a config, a name given, type and label known."""
    from traitlets.config import Config

    made = exporter(config=Config())
    resources = {"metadata": {"name": "笔记", "path": "/nowhere"}, "config_dir": "/nowhere"}
    plain = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("文字")])
    content, given = made.from_notebook_node(plain, resources=resources)
    assert given["output_extension"] == made.file_extension == exporter.extension
    assert exporter.export_from_notebook.startswith("报告")
    assert "/" in exporter.output_mimetype
    starts = {".html": "<!DOCTYPE html>", ".pdf": b"%PDF", ".docx": b"PK", ".xlsx": b"PK"}
    assert content.startswith(starts[exporter.extension])
    assert plain.cells[0].source == "文字"
    if exporter is HtmlExporter:
        assert "<title>笔记</title>" in content


def test_an_empty_report_is_four_files() -> None:
    empty = read_document(nbformat.v4.new_notebook())
    assert "<h1>报告</h1>" in html_document(empty)
    assert pdf_document(empty).startswith(b"%PDF")
    assert docx.Document(io.BytesIO(word_document(empty))).paragraphs[1].text == "报告"
    book = openpyxl.load_workbook(io.BytesIO(numbers_workbook(empty)))
    assert book.sheetnames == ["目录"]
