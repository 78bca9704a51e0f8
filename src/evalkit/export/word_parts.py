"""The pieces of WordprocessingML that a report is made of, as text. Whatever is said is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from evalkit.export.blocks import Cell, Run
from evalkit.export.layout import PADDING, Part, break_long

__all__ = ["caption", "field", "paragraph", "run", "table", "texts"]

TWIPS = 20
"""Twentieths of a point, in which Word measures."""
LONG_ROW = 600
"""Characters of a cell beyond which its row may be broken over pages."""
FEW_ROWS = 12
"""Tables of so few rows are kept on one page."""
_PIECES = re.compile(r"[\n\t]|[^\n\t]+")
_MARKS = {
    "strong": "<w:b/><w:bCs/>",
    "faint": '<w:color w:val="5B6774"/>',
    "dropped": '<w:strike/><w:color w:val="5B6774"/>',
}


def texts(words: str) -> str:
    """Return the content of a run; line ends and tabs become Word's own."""
    named = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    return "".join(
        named.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
        for piece in _PIECES.findall(words)
    )


def run(words: str, looks: str = "") -> str:
    """Return a run; `looks` is what stands in its properties."""
    return f"<w:r>{f'<w:rPr>{looks}</w:rPr>' if looks else ''}{texts(words)}</w:r>"


def styled(given: Run) -> str:
    """Return a run of a text."""
    looks = ""
    if given.link:
        looks += '<w:rStyle w:val="Hyperlink"/>'
    if given.code:
        looks += '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>'
    if given.bold:
        looks += "<w:b/><w:bCs/>"
    if given.italic:
        looks += "<w:i/><w:iCs/>"
    if given.struck:
        looks += "<w:strike/>"
    return run(given.text, looks)


def paragraph(content: str, style: str = "", extra: str = "") -> str:
    """Return a paragraph; `extra` is what stands in its properties after the style."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties = f"<w:pPr>{named}{extra}</w:pPr>" if named or extra else ""
    return f"<w:p>{properties}{content}</w:p>"


def field(instruction: str, shown: str) -> str:
    """Return a field with the result that it shows until it is updated."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def caption(word: str, number: int, rest: str, *, above: bool, again: bool = False) -> str:
    """Return a caption whose number Word counts; `again` repeats that of the one before."""
    switch = r"\c" if again else r"\* ARABIC"
    counted = field(f"SEQ {word} {switch}", str(number))
    return paragraph(
        run(f"{word} ") + counted + run(f"{rest}"), "Caption", "<w:keepNext/>" if above else ""
    )


def table(part: Part) -> str:
    """Return a table with its header on every page."""
    widths = [round(width * TWIPS) for width in part.widths]
    half_points = round(part.size * 2)
    size = f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    columns = part.table.columns
    rooms = [(width - PADDING) / part.size for width in part.widths]
    keep = len(part.table.rows) <= FEW_ROWS
    heads = [
        _cell(
            [paragraph(run(break_long(c.title, room), size), "TableHead", _side(c.right))]
            + (
                [paragraph(run(f"（{c.unit}）", size + _MARKS["faint"]), "TableHead",
                           _side(c.right))]
                if c.unit
                else []
            ),
            width,
            '<w:vAlign w:val="bottom"/>',
        )
        for c, width, room in zip(columns, widths, rooms, strict=True)
    ]  # fmt: skip
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(heads)}</w:tr>"]
    last = len(part.table.rows) - 1
    for place, row in enumerate(part.table.rows):
        next_ = "<w:keepNext/>" if keep and place < last else ""
        cells = (
            _body_cell(cell, size, next_ + _side(column.right), width, room)
            for cell, column, width, room in zip(row, columns, widths, rooms, strict=True)
        )
        long = any(len(cell.text) > LONG_ROW for cell in row)
        whole = "" if long else "<w:trPr><w:cantSplit/></w:trPr>"
        rows.append(f"<w:tr>{whole}{''.join(cells)}</w:tr>")
    return _table(rows, widths, "ReportTable", part.label)


def grid(cells: Sequence[Sequence[str]], columns: int, width: float, style: str) -> str:
    """Return a table of equal cells, each of paragraphs."""
    own = round(width * TWIPS / columns)
    filled = [*cells, *([[paragraph("")]] * (-len(cells) % columns))]
    rows = (
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(_cell(cell, own) for cell in filled[start : start + columns])
        + "</w:tr>"
        for start in range(0, len(filled), columns)
    )
    return _table(rows, [own] * columns, style, "")


def _table(rows: Iterable[str], widths: Sequence[int], style: str, label: str) -> str:
    described = f"<w:tblCaption w:val={quoteattr(label)}/>" if label else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>{described}</w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        + f"</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _cell(paragraphs: Sequence[str], width: int, extra: str = "") -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{extra}</w:tcPr>'
        f"{''.join(paragraphs)}</w:tc>"
    )


def _body_cell(cell: Cell, size: str, extra: str, width: int, room: float) -> str:
    words = run(break_long(cell.text, room), _MARKS.get(cell.mark, "") + size)
    if cell.mark == "dot":
        words = run("● ", f'<w:color w:val="{cell.colour[1:]}"/>{size}') + words
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="ECEFF2"/>'
    return _cell(
        [paragraph(words, "TableText", extra)], width, shade if cell.mark == "dropped" else ""
    )


def _side(right: bool) -> str:
    return '<w:jc w:val="right"/>' if right else ""
