"""The page and the styles of official documents (GB/T 9704-2012), for Word.

A4; margins 37, 26, 35, 28 mm (top, right, bottom, left), which leaves 156 mm by 225 mm for 22 lines
of 28 characters of 16 pt. Fonts are named as offices have them and are not shipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.section import Section, _Footer
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

__all__ = ["STYLES", "Look", "Paper", "add_section", "blank_document"]

Paper = Literal["official", "form", "landscape"]

LINE = 28.95
"""Points from line to line: 225 mm / 22."""
TIGHTER = -5
"""Twentieths of a point by which characters stand closer: 28 of 16 pt are 158 mm, not 156 mm."""
FANGSONG, KAITI, HEITI, XIAOBIAO = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"
LATIN = "Times New Roman"
RED = RGBColor(0xE6, 0x00, 0x12)

_MARGINS: Mapping[Paper, tuple[float, float, float, float]] = {
    "official": (37, 26, 35, 28),
    "form": (17, 18, 15, 20),
    "landscape": (26, 20, 22, 20),
}
"""Top, right, bottom, left in millimetres."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of paragraph looks.

    ``line`` is the distance from line to line in points (``None``: as the font needs it), ``first``
    the indent of the first line in characters and ``right`` that of all lines from the right edge,
    ``before`` and ``after`` are points.
    """

    font: str = FANGSONG
    size: float = 16
    line: float | None = LINE
    first: int = 0
    align: Literal["left", "centre", "right", "both"] = "both"
    before: float = 0
    after: float = 0
    right: int = 0
    keep: bool = False
    page: bool = False
    red: bool = False
    grey: bool = False
    base: str = "Normal"


STYLES: Mapping[str, tuple[str, Look]] = {
    "body": ("Normal", Look(first=2)),
    "last": ("正文末段", Look(first=2, keep=True)),
    "item": ("正文条目", Look(first=2, align="left")),
    "title": ("Title", Look(XIAOBIAO, 22, 34, align="centre", after=LINE, keep=True)),
    "h1": ("Heading 1", Look(HEITI, first=2, keep=True)),
    "h2": ("Heading 2", Look(KAITI, first=2, keep=True)),
    "h3": ("Heading 3", Look(first=2, keep=True)),
    "to": ("公文主送", Look()),
    "mark": ("待审定", Look(KAITI, align="centre", after=LINE / 2, keep=True)),
    "sign": ("公文落款", Look(align="right", right=4, keep=True)),
    "red_head": ("红头", Look(XIAOBIAO, 40, 56, align="centre", before=24, after=18, red=True)),
    "number": ("发文字号", Look(align="centre", after=4)),
    "printed": ("版记", Look(size=14, line=26, align="left")),
    "small": ("表注", Look(size=10.5, line=16, align="left", before=3)),
    "cell": ("表文", Look(size=11, line=16, align="left")),
    "centre": ("表文居中", Look(size=11, line=16, align="centre")),
    "head": ("表头", Look(HEITI, 11, 16, align="centre", keep=True)),
    "label": ("表栏目", Look(HEITI, 11, 16, align="centre")),
    "fine": ("细则", Look(size=9.5, line=12.5, align="left")),
    "form_title": ("表题", Look(XIAOBIAO, 18, 28, align="centre", after=4, keep=True,
                              base="Heading 1")),
    "new_page": ("表题另页", Look(XIAOBIAO, 18, 28, align="centre", after=4, keep=True, page=True,
                            base="表题")),
    "form_line": ("表题下", Look(size=11, line=18, align="centre", after=4, keep=True)),
}  # fmt: skip
"""Key in the outlines → name of the style in Word, and its look."""

_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def blank_document(paper: Paper) -> Document:
    """Return an empty document with page, styles, page numbers and nothing else."""
    document = docx.Document()
    _defaults(document)
    for name, look in STYLES.values():
        _dress(_style(document, name, look), look)
    for kind in ("header", "footer"):
        style = document.styles[kind.capitalize()]
        if isinstance(style, ParagraphStyle):
            _dress(style, Look(size=9 if kind == "header" else 14, line=None, align="right"))
    section = document.sections[0]
    _page(section, paper)
    _numbers(document, section)
    document.settings.odd_and_even_pages_header_footer = True
    return document


def add_section(document: Document, paper: Paper) -> None:
    """Go on with another kind of page; heads and page numbers go on as well."""
    _page(document.add_section(), paper)


def _defaults(document: Document) -> None:
    """Take the theme's fonts and the English away from what all styles inherit."""
    properties: Any = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _fonts(properties, FANGSONG)
    language = properties.find(qn("w:lang"))
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")


def _style(document: Document, name: str, look: Look) -> ParagraphStyle:
    styles = document.styles
    found = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if not isinstance(found, ParagraphStyle):
        raise TypeError(name)
    if name != look.base:
        found.base_style = styles[look.base]
    found.quick_style = True
    return found


def _dress(style: ParagraphStyle, look: Look) -> None:
    properties: Any = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    _fonts(properties, look.font)
    style.font.size = Pt(look.size)
    style.font.bold = False
    shade = 0x6B if look.grey else 0
    style.font.color.rgb = RED if look.red else RGBColor(shade, shade, shade)
    if look.line == LINE:
        _tighter(properties)
    paragraph = style.paragraph_format
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.get_or_add_pPr().remove(border)
    paragraph.alignment = _ALIGN[look.align]
    paragraph.space_before, paragraph.space_after = Pt(look.before), Pt(look.after)
    if look.line is None:
        paragraph.line_spacing_rule = WD_LINE_SPACING.SINGLE
    else:
        paragraph.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.line_spacing = Pt(look.line)
    paragraph.first_line_indent = Pt(look.first * (look.size + TIGHTER / 20))
    paragraph.right_indent = Pt(look.right * look.size)
    paragraph.keep_with_next = paragraph.keep_together = look.keep
    paragraph.page_break_before = look.page
    paragraph.widow_control = False


def _fonts(properties: Any, name: str) -> None:
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), LATIN)
    fonts.set(qn("w:eastAsia"), name)
    # Quotation marks and dashes belong to both scripts; here they are Chinese.
    fonts.set(qn("w:hint"), "eastAsia")
    properties.insert(0, fonts)


def _tighter(properties: Any) -> None:
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(TIGHTER))
    size = properties.find(qn("w:sz"))
    size.addprevious(spacing)


def _page(section: Section, paper: Paper) -> None:
    wide = paper == "landscape"
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    top, right, bottom, left = map(Mm, _MARGINS[paper])
    section.top_margin, section.bottom_margin = top, bottom
    section.left_margin, section.right_margin = left, right
    section.header_distance = Mm(9 if paper == "form" else 12)
    # The number stands 7 mm below the text and is 5 mm high.
    section.footer_distance = Mm(23) if paper == "official" else Mm(8)
    grid: Any = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        grid.set(qn("w:linePitch"), str(round(LINE * 20)))


def _numbers(document: Document, section: Section) -> None:
    """Put ``— 1 —`` outside, one character from the edge: right on odd pages, left on even ones."""
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        _number(footer, side)


def _number(footer: _Footer, side: str) -> None:
    paragraph = footer.paragraphs[0]
    paragraph.alignment = _ALIGN[side]
    if side == "right":
        paragraph.paragraph_format.right_indent = Pt(14)
    else:
        paragraph.paragraph_format.left_indent = Pt(14)
    run: Any = paragraph.add_run("— ")._r
    for kind in ("begin", None, "separate", "text", "end"):
        if kind == "text":
            part = OxmlElement("w:t")
            part.text = "1"
        elif kind is None:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = " PAGE "
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run.append(part)
    paragraph.add_run(" —")
