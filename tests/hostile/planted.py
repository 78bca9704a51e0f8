"""Files of every kind with something planted in every place where such a thing hides."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable

import nbformat
import pyarrow as pa
import pyarrow.parquet
import typst
from docx import Document
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from pylopdf_fonts_zh_cn import sans_path

__all__ = ["ASCII_PLACES", "PLACES", "typeset"]

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="3" height="3"/>'
FONTS = typst.Fonts(include_system_fonts=False, font_paths=[str(sans_path().parent)])
Plant = Callable[[str], bytes]


def _saved(thing: object) -> bytes:
    stream = io.BytesIO()
    thing.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def _png(text: str = "", *, compressed: bool = False) -> bytes:
    stream, info = io.BytesIO(), PngInfo()
    if text:
        info.add_itxt("Comment", text, zip=compressed)
    Image.new("RGB", (3, 3)).save(stream, "PNG", pnginfo=info)
    return stream.getvalue()


def _jpeg(text: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (3, 3)).save(stream, "JPEG", comment=text.encode())
    return stream.getvalue()


def _zip(name: str, content: bytes, comment: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        archive.comment = comment.encode()
    return stream.getvalue()


def _workbook(change: Callable[[Workbook], object]) -> bytes:
    book = Workbook()
    book.active["A1"] = "指标"  # type: ignore[index]
    change(book)
    return _saved(book)


def _hidden_sheet(state: str) -> Plant:
    def plant(text: str) -> bytes:
        def change(book: Workbook) -> None:
            sheet = book.create_sheet("备注")
            sheet["C7"] = text
            sheet.sheet_state = state

        return _workbook(change)

    return plant


def _number_in_cell(text: str) -> bytes:
    return _workbook(
        lambda book: book.active.append([int(text) if text.isdecimal() else text])  # type: ignore[union-attr]
    )


def _comment(text: str) -> bytes:
    def change(book: Workbook) -> None:
        book.active["B2"].comment = Comment(text, "甲")  # type: ignore[index]

    return _workbook(change)


def _comment_author(text: str) -> bytes:
    def change(book: Workbook) -> None:
        book.active["B2"].comment = Comment("请改", text)  # type: ignore[index]

    return _workbook(change)


def _validation(text: str) -> bytes:
    def change(book: Workbook) -> None:
        rule = DataValidation(type="list", formula1='"甲,乙"', prompt=text)
        rule.add("A1")
        book.active.add_data_validation(rule)  # type: ignore[union-attr]

    return _workbook(change)


def _defined_name(text: str) -> bytes:
    return _workbook(
        lambda book: book.defined_names.update({"x": DefinedName("x", attr_text=f'"{text}"')})
    )


def _header_of_sheet(text: str) -> bytes:
    def change(book: Workbook) -> None:
        book.active.oddFooter.left.text = text  # type: ignore[union-attr]

    return _workbook(change)


def _property(name: str) -> Plant:
    return lambda text: _workbook(lambda book: setattr(book.properties, name, text))


def _word(change: Callable[[object], object]) -> bytes:
    document = Document()
    document.add_paragraph("正文")
    change(document)
    return _saved(document)


def _split_run(text: str) -> bytes:
    def change(document: object) -> None:
        paragraph = document.add_paragraph()  # type: ignore[attr-defined]
        for character in text:
            paragraph.add_run(character).bold = character in "02468红"

    return _word(change)


def _word_table(text: str) -> bytes:
    def change(document: object) -> None:
        document.add_table(1, 1).cell(0, 0).text = text  # type: ignore[attr-defined]

    return _word(change)


def _word_alternative(text: str) -> bytes:
    def change(document: object) -> None:
        shape = document.add_picture(io.BytesIO(_png()))  # type: ignore[attr-defined]
        shape._inline.docPr.set("descr", text)

    return _word(change)


def _word_footer(text: str) -> bytes:
    def change(document: object) -> None:
        document.sections[0].footer.paragraphs[0].text = text  # type: ignore[attr-defined]

    return _word(change)


def _word_image(text: str) -> bytes:
    return _word(lambda d: d.add_picture(io.BytesIO(_png(text))))  # type: ignore[attr-defined]


def _word_comment(text: str) -> bytes:
    def change(document: object) -> None:
        run = document.paragraphs[0].runs[0]  # type: ignore[attr-defined]
        document.add_comment(run, text=text, author="甲")  # type: ignore[attr-defined]

    return _word(change)


def _slides(change: Callable[[object, object], object]) -> bytes:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    change(deck, slide)
    return _saved(deck)


def _notes(text: str) -> bytes:
    def change(deck: object, slide: object) -> None:
        slide.notes_slide.notes_text_frame.text = text  # type: ignore[attr-defined]

    return _slides(change)


def _slide_alternative(text: str) -> bytes:
    def change(deck: object, slide: object) -> None:
        picture = slide.shapes.add_picture(io.BytesIO(_png()), 0, 0)  # type: ignore[attr-defined]
        picture._element.nvPicPr.cNvPr.set("descr", text)

    return _slides(change)


def _chart(text: str, *, only_embedded: bool) -> bytes:
    def change(deck: object, slide: object) -> None:
        data = CategoryChartData()
        data.categories = ["甲", "乙"]
        data.add_series("人数", (7, 8))
        frame = slide.shapes.add_chart(  # type: ignore[attr-defined]
            XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, Inches(2), Inches(2), data
        )
        part = frame.chart.part.chart_workbook.xlsx_part
        if only_embedded:
            part._blob = _hidden_sheet("hidden")(text)

    return _slides(change)


def _hidden_slide(text: str) -> bytes:
    def change(deck: object, slide: object) -> None:
        box = slide.shapes.add_textbox(0, 0, Inches(2), Inches(1))  # type: ignore[attr-defined]
        box.text_frame.text = text
        slide._element.set("show", "0")  # type: ignore[attr-defined]

    return _slides(change)


def typeset(source: str, **files: bytes) -> bytes:
    text = '#set text(font: "Noto Sans SC")\n' + source
    content = {"main.typ": text.encode(), **{n.replace("_", "."): c for n, c in files.items()}}
    compiled = typst.compile(content, format="pdf", font_paths=FONTS)  # type: ignore[arg-type]
    assert isinstance(compiled, bytes)
    return compiled


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _plain_pdf(text: str, *, packed: bool = False, where: str = "page") -> bytes:
    """A PDF as simple programs write it: no table of letters, strings as they are."""
    wide = "<" + ("\ufeff" + text).encode("utf-16-be").hex() + ">"
    shown = text if text.isascii() else "x"
    content = f"BT /F1 12 Tf 72 720 Td ({shown}) Tj ET".encode()
    if where == "instead":
        content = f"/Span << /ActualText {wide} >> BDC BT /F1 12 Tf (x) Tj ET EMC".encode()
    about = b""
    if packed:
        content, about = zlib.compress(content), b"/Filter /FlateDecode "
    extra = {
        "page": b"",
        "note": f"/Annots [<< /Type /Annot /Subtype /Text /Contents {wide} >>]".encode(),
    }[where if where == "note" else "page"]
    info = f"/Title {wide}" if where == "title" else "/Title (t)"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> "
        + extra
        + b" >>",
        b"<< " + about + b"/Length " + str(len(content)).encode() + b" >>\nstream\n" + content
        + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< {info} >>".encode(),
    ]  # fmt: skip
    body = b"%PDF-1.4\n" + b"".join(
        b"%d 0 obj\n%b\nendobj\n" % (number, each) for number, each in enumerate(objects, 1)
    )
    return body + b"trailer\n<< /Root 1 0 R /Info 6 0 R >>\n%%EOF"


def _notebook(change: Callable[[nbformat.NotebookNode], object]) -> bytes:
    output = nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=1)
    cell = nbformat.v4.new_code_cell("x = 1", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 甲"), cell])
    change(notebook)
    return nbformat.writes(notebook).encode()


def _parquet(text: str, *, metadata: bool = False) -> bytes:
    table = pa.table({"code": [text if not metadata else "a", "b"], "n": [1, 2]})
    if metadata:
        table = table.replace_schema_metadata({"note": text})
    stream = io.BytesIO()
    pa.parquet.write_table(table, stream)
    return stream.getvalue()


def _parquet_numbers(text: str) -> bytes:
    value = int(text) if text.isdecimal() else text
    stream = io.BytesIO()
    pa.parquet.write_table(pa.table({"n": [value, value]}), stream)
    return stream.getvalue()


def _encoded(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _page(inner: str) -> bytes:
    return f"<!DOCTYPE html><html><body>{inner}</body></html>".encode()


PLACES: dict[str, tuple[str, Plant]] = {
    # title: name of the file, and what makes it
    "txt": ("a.txt", lambda t: f"甲\n乙 {t}\n".encode()),
    "txt in GB 18030": ("a.txt", lambda t: f"甲乙丙丁{t}".encode("gb18030")),
    "txt in UTF-16": ("a.txt", lambda t: f"甲{t}".encode("utf-16")),
    "csv": ("a.csv", lambda t: f"\ufeff学院,备注\n甲,{t}\n".encode()),
    "html text": ("a.html", lambda t: _page(f"<p>联系 {t}</p>")),
    "html between tags": ("a.html", lambda t: _page(f"<p>{t[:2]}<b>{t[2:]}</b></p>")),
    "html entities": ("a.html", lambda t: _page("".join(f"&#{ord(c)};" for c in t))),
    "html attribute": ("a.html", lambda t: _page(f'<img alt="{t}" src="a.png">')),
    "html tooltip": ("a.html", lambda t: _page(f"<svg><g><title>{t}</title></g></svg>")),
    "html data attribute": ("a.html", lambda t: _page(f"<td data-x='{t}'>1</td>")),
    "html comment": ("a.html", lambda t: _page(f"<!-- {t} -->")),
    "html script": ("a.html", lambda t: _page(f"<script>var x = {json.dumps(t)};</script>")),
    "html hidden": ("a.html", lambda t: _page(f'<p style="display:none">{t}</p>')),
    "html picture": ("a.html", lambda t: _page(f'<img src="{_encoded("image/png", _png(t))}">')),
    "svg": ("a.svg", lambda t: f"<svg><text><tspan>{t}</tspan></text></svg>".encode()),
    "json": ("a.json", lambda t: json.dumps({"parameters": {"x": [1, t]}}).encode()),
    "json key": ("a.json", lambda t: json.dumps({t: 1}, ensure_ascii=False).encode()),
    "xlsx cell": ("a.xlsx", lambda t: _workbook(lambda b: b.active.append([t]))),
    "xlsx number": ("a.xlsx", _number_in_cell),
    "xlsx hidden sheet": ("a.xlsx", _hidden_sheet("hidden")),
    "xlsx very hidden sheet": ("a.xlsx", _hidden_sheet("veryHidden")),
    "xlsx comment": ("a.xlsx", _comment),
    "xlsx comment's author": ("a.xlsx", _comment_author),
    "xlsx defined name": ("a.xlsx", _defined_name),
    "xlsx prompt of a validation": ("a.xlsx", _validation),
    "xlsx footer": ("a.xlsx", _header_of_sheet),
    "xlsx author": ("a.xlsx", _property("creator")),
    "xlsx keywords": ("a.xlsx", _property("keywords")),
    "xlsx last author": ("a.xlsx", _property("lastModifiedBy")),
    "xlsx tab": ("a.xlsx", lambda t: _workbook(lambda b: b.create_sheet(t))),
    "docx text": ("a.docx", lambda t: _word(lambda d: d.add_paragraph(t))),
    "docx split runs": ("a.docx", _split_run),
    "docx table": ("a.docx", _word_table),
    "docx footer": ("a.docx", _word_footer),
    "docx comment": ("a.docx", _word_comment),
    "docx alternative text": ("a.docx", _word_alternative),
    "docx picture": ("a.docx", _word_image),
    "docx subject": ("a.docx", lambda t: _word(lambda d: setattr(d.core_properties, "subject", t))),
    "pptx hidden slide": ("a.pptx", _hidden_slide),
    "pptx notes": ("a.pptx", _notes),
    "pptx alternative text": ("a.pptx", _slide_alternative),
    "pptx workbook of a chart": ("a.pptx", lambda t: _chart(t, only_embedded=True)),
    "pptx title": (
        "a.pptx",
        lambda t: _slides(lambda deck, _: setattr(deck.core_properties, "title", t)),
    ),
    "pdf text": ("a.pdf", lambda t: typeset(f"联系 #{_escaped(t)}。")),
    "pdf small and white": (
        "a.pdf",
        lambda t: typeset(f"#text(1pt, white, {_escaped(t)})"),
    ),
    "pdf table": ("a.pdf", lambda t: typeset(f"#table({_escaped(t)}, [甲])")),
    "pdf title": ("a.pdf", lambda t: typeset(f"#set document(title: {_escaped(t)})\n1")),
    "pdf keywords": ("a.pdf", lambda t: typeset(f"#set document(keywords: ({_escaped(t)},))\n1")),
    "pdf author": ("a.pdf", lambda t: typeset(f"#set document(author: {_escaped(t)})\n1")),
    "pdf alternative text": (
        "a.pdf",
        lambda t: typeset(f'#figure(image("a.svg", alt: {_escaped(t)}))', a_svg=SVG),
    ),
    "pdf attachment": (
        "a.pdf",
        lambda t: typeset('#pdf.attach("a.txt")\n1', a_txt=f"附件 {t}".encode()),
    ),
    "plain pdf title": ("a.pdf", lambda t: _plain_pdf(t, where="title")),
    "plain pdf text to be read out": ("a.pdf", lambda t: _plain_pdf(t, where="instead")),
    "plain pdf note": ("a.pdf", lambda t: _plain_pdf(t, where="note")),
    "ipynb source": (
        "a.ipynb",
        lambda t: _notebook(lambda n: n.cells[1].update(source=f"x = '{t}'")),
    ),
    "ipynb parameters": (
        "a.ipynb",
        lambda t: _notebook(lambda n: n.metadata.update(papermill={"parameters": {"who": t}})),
    ),
    "ipynb output text": (
        "a.ipynb",
        lambda t: _notebook(lambda n: n.cells[1].outputs[0].data.update({"text/plain": t})),
    ),
    "ipynb output html": (
        "a.ipynb",
        lambda t: _notebook(
            lambda n: n.cells[1].outputs[0].data.update({"text/html": f"<td>{t}</td>"})
        ),
    ),
    "ipynb output picture": (
        "a.ipynb",
        lambda t: _notebook(
            lambda n: (
                n.cells[1].outputs[0].data.update({"image/png": base64.b64encode(_png(t)).decode()})
            )
        ),
    ),
    "ipynb attachment": (
        "a.ipynb",
        lambda t: _notebook(
            lambda n: n.cells[0].update(
                attachments={"a.png": {"image/png": base64.b64encode(_png(t)).decode()}}
            )
        ),
    ),
    "parquet value": ("a.parquet", _parquet),
    "parquet number": ("a.parquet", _parquet_numbers),
    "parquet metadata": ("a.parquet", lambda t: _parquet(t, metadata=True)),
    "png text": ("a.png", _png),
    "png compressed text": ("a.png", lambda t: _png(t, compressed=True)),
    "png tail": ("a.png", lambda t: _png() + t.encode()),
    "jpeg comment": ("a.jpg", _jpeg),
    "zip member": ("a.zip", lambda t: _zip("b.txt", f"甲 {t}".encode())),
    "zip name of a member": ("a.zip", lambda t: _zip(f"{t}.txt", b"1")),
    "zip comment": ("a.zip", lambda t: _zip("b.txt", b"1", comment=t)),
    "zip in a zip": ("a.zip", lambda t: _zip("b.zip", _zip("c.zip", _zip("d.txt", t.encode())))),
    "xlsx in a zip": ("a.zip", lambda t: _zip("b.xlsx", _hidden_sheet("hidden")(t))),
    "gzip": ("a.csv.gz", lambda t: gzip.compress(f"甲,{t}".encode(), mtime=0)),
    "unknown file": ("a.bin", lambda t: b"\x00\x01\x02" + f"甲 {t} 乙".encode() + b"\x00\xff"),
    "unknown file in UTF-16": ("a.bin", lambda t: b"\x01\x00\x02\x00" + t.encode("utf-16-le")),
    "wrong ending": ("a.png", lambda t: _workbook(lambda b: b.active.append([t]))),
}

ASCII_PLACES: dict[str, tuple[str, Plant]] = {
    "plain pdf text": ("a.pdf", _plain_pdf),
    "plain pdf packed": ("a.pdf", lambda t: _plain_pdf(t, packed=True)),
}
