"""The templates of the Word documents: outlines in YAML → .docx files that offices can edit.

The wording stands in ``resources/documents/*.yaml``, a block a line, with Jinja marks for what the
documents fill in; the looks stand in :mod:`evalkit.export.documents.layout`. What comes of both is
an ordinary Word file with docxtpl's marks, that a school may change in Word as it likes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm
from docx.table import Table, _Cell, _Row

from evalkit.export.documents.layout import STYLES, add_section, blank_document
from evalkit.export.office_package import fixed_package

__all__ = ["TEMPLATES", "template_bytes"]

TEMPLATES = (
    "评审会议程", "评委评分表", "站长登记表", "反馈意见书", "获奖名单公示", "考核结果通报",
)  # fmt: skip
"""The documents that come from a template."""

Block = str | Mapping[str, Any]


@cache
def template_bytes(name: str) -> bytes:
    """Return the built-in template of a document as a Word file.

    Parameters
    ----------
    name : str
        One of `TEMPLATES`.

    Returns
    -------
    bytes
        A .docx file with docxtpl's marks (``{{ ... }}``, ``{%p ... %}``, ``{%tr ... %}``); the same
        bytes at each call.

    Examples
    --------
    >>> template_bytes("考核结果通报")[:2]
    b'PK'
    """
    outline = yaml.safe_load(_outline(name))
    document = blank_document(outline["paper"])
    document.core_properties.title = name
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.language = "zh-CN"
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].text = outline["header"]
    _write(document, outline["blocks"])
    stream = io.BytesIO()
    document.save(stream)
    return fixed_package(stream.getvalue())


def _outline(name: str) -> str:
    place = files("evalkit").joinpath("resources", "documents", f"{name}.yaml")
    return place.read_text(encoding="utf-8")


def _write(document: Document, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if isinstance(block, str):
            _paragraph(document, "body", block)
        elif "table" in block:
            _table(document, block["table"])
        elif "section" in block:
            add_section(document, block["section"])
        elif "for" in block:
            _control(document, f"for {block['for']}")
            _write(document, block["do"])
            _control(document, "endfor")
        elif "if" in block:
            _control(document, f"if {block['if']}")
            _write(document, block["do"])
            if "else" in block:
                _control(document, "else")
                _write(document, block["else"])
            _control(document, "endif")
        else:
            for style, text in block.items():
                _paragraph(document, style, text)


def _paragraph(document: Document, style: str, text: str) -> None:
    paragraph = document.add_paragraph(style=STYLES[style][0])
    for number, line in enumerate(text.rstrip("\n").split("\n")):
        if number:
            paragraph.add_run().add_break()
        paragraph.add_run(line)
    if style in ("red_head", "number", "printed"):
        _rule(paragraph, style)


def _control(document: Document, what: str) -> None:
    document.add_paragraph(f"{{%p {what} %}}", style="Normal")


def _rule(paragraph: Any, style: str) -> None:
    """Draw the red line below the number of a document, the black ones of its printer's note."""
    if style == "red_head":
        return
    borders = OxmlElement("w:pBdr")
    sides = ("bottom",) if style == "number" else ("top", "bottom")
    for side in sides:
        border = OxmlElement(f"w:{side}")
        red = style == "number"
        for key, value in (
            ("val", "single"),
            ("sz", "18" if red else "6"),
            ("space", "8" if red else "2"),
            ("color", "E60012" if red else "000000"),
        ):
            border.set(qn(f"w:{key}"), value)
        borders.append(border)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap",
        "w:spacing", "w:ind", "w:jc", "w:rPr",
    )  # fmt: skip


def _table(document: Document, content: Mapping[str, Any]) -> None:
    widths = content["widths"]
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    _margins(table)
    _rows(table, content["rows"], widths)


def _rows(table: Any, rows: Sequence[Mapping[str, Any]], widths: Sequence[float]) -> None:
    for content in rows:
        if "for" in content or "if" in content:
            word = "for" if "for" in content else "if"
            _mark_row(table, f"{word} {content[word]}")
            _rows(table, content["do"], widths)
            _mark_row(table, f"end{word}")
        elif "head" in content:
            row = _row(table, content["head"], widths, content, "head")
            mark = OxmlElement("w:tblHeader")
            row._tr.get_or_add_trPr().append(mark)
        else:
            _row(table, content["row"], widths, content, "cell")


def _mark_row(table: Any, what: str) -> None:
    table.add_row().cells[0].text = f"{{%tr {what} %}}"


def _row(
    table: Any,
    texts: Sequence[str],
    widths: Sequence[float],
    content: Mapping[str, Any],
    look: str,
) -> _Row:
    row: _Row = table.add_row()
    if "height" in content:
        row.height = Mm(content["height"])
    if not content.get("split", False):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells = row.cells
    spans = content.get("spans", [1] * len(texts))
    looks = content.get("looks", [look] * len(texts))
    start = 0
    for text, span, style in zip(texts, spans, looks, strict=True):
        cell = cells[start]
        if span > 1:
            cell = cell.merge(cells[start + span - 1])
        cell.width = Mm(sum(widths[start : start + span]))
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        _fill(cell, text, style)
        start += span
    return row


def _fill(cell: _Cell, text: str, style: str) -> None:
    for number, line in enumerate(str(text).split("\n")):
        paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
        paragraph.text, paragraph.style = line, STYLES[style][0]


def _margins(table: Table) -> None:
    """Keep the text off the lines: 1.5 mm at the sides, 0.6 mm above and below."""
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 34), ("left", 85), ("bottom", 34), ("right", 85)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties: Any = table._tbl.tblPr
    properties.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")
