"""A report as a Word file that an office can go on editing: real headings, tables, captions."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from xml.sax.saxutils import quoteattr

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from lxml import etree

from evalkit.export.blocks import (
    Block,
    Cards,
    Code,
    Figure,
    Heading,
    Items,
    Paragraph,
    Quote,
    Run,
    Table,
    plain,
)
from evalkit.export.document import ReportDocument
from evalkit.export.drawings import pixels
from evalkit.export.fonts import cut_to_width
from evalkit.export.images import as_png
from evalkit.export.layout import parts_of
from evalkit.export.office_package import fixed_package
from evalkit.export.word_parts import caption, field, grid, paragraph, run, styled, table

__all__ = ["word_document"]

PAGE = 481.0
"""Width of the text on A4 between margins of 20 mm, in points."""
HIGHEST = 560.0
"""Points; higher pictures are made smaller to fit a page."""
LEVELS, CONTENTS_FROM, SMALL = 4, 4, 8.5
INDENT = 420
"""Twips by which each level of a list is indented."""
DEEPEST = 8
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_LEFT_OUT = ("thumbnail", "stylesWithEffects", "customXml")


def word_document(document: ReportDocument) -> bytes:
    """Return the Word file of a report, the same bytes each time.

    Parameters
    ----------
    document : ReportDocument
        The report.
    """
    return _Writer(document).content()


class _Writer:
    """Turns blocks into paragraphs and tables, and keeps what belongs to the whole file."""

    def __init__(self, document: ReportDocument) -> None:
        self.document = document
        self.file = docx.Document()
        self.part = self.file.part
        self.bookmarks = 0
        drawn = [b for b in document.blocks if isinstance(b, Figure) and b.svg]
        self.pixels = dict(zip((b.svg for b in drawn), _pixels(drawn), strict=True))
        _dress(self.file)

    def content(self) -> bytes:
        """Return the file."""
        document = self.document
        tops = ((document.header, "Subtitle"), (document.title, "Title"))
        pieces = [paragraph(run(text), style) for text, style in tops]
        headings = [block for block in document.blocks if isinstance(block, Heading)]
        if len(document.sections) >= CONTENTS_FROM:
            pieces.extend(_contents(headings))
        pieces.extend(self._blocks(document.blocks))
        pieces.extend(paragraph(run(line), "Remark") for line in document.footer)
        body = self.file.element.body
        end = body.sectPr
        for element in parse_xml(f"<w:body {nsdecls('w')}>{''.join(pieces)}</w:body>"):
            end.addprevious(element)
        self._edges()
        self._properties()
        raw = io.BytesIO()
        self.file.save(raw)
        return fixed_package(raw.getvalue())

    def _blocks(self, blocks: Sequence[Block], depth: int = 0, style: str = "") -> Iterator[str]:
        for place, block in enumerate(blocks):
            following = blocks[place + 1] if place + 1 < len(blocks) else None
            match block:
                case Heading():
                    yield self._heading(block)
                case Paragraph():
                    near = isinstance(following, Table | Figure | Items)
                    own = "Remark" if block.faint else style
                    extra = "<w:keepNext/>" if near and not depth else ""
                    yield paragraph(self._runs(block.runs), own, extra + _indented(depth, style))
                case Items():
                    yield from self._items(block, depth)
                case Quote():
                    yield from self._blocks(block.blocks, depth, "Quote")
                case Code():
                    yield paragraph(run(block.text), "Printed")
                case Cards():
                    yield _cards(block)
                    yield paragraph("", "Remark")
                case Table():
                    yield from _tables(block)
                case Figure():
                    yield from self._figure(block)
                case _:
                    line = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:color="DDE3E9"/></w:pBdr>'
                    yield paragraph("", "Remark", line)

    def _heading(self, block: Heading) -> str:
        self.bookmarks += 1
        number = self.bookmarks
        level = min(block.level, LEVELS)
        inner = (
            f'<w:bookmarkStart w:id="{number}" w:name="_Toc{number:06}"/>'
            f"{self._runs(tuple(replace(each, bold=False) for each in block.runs))}"
            f'<w:bookmarkEnd w:id="{number}"/>'
        )
        return paragraph(inner, f"Heading{level}")

    def _runs(self, runs: Sequence[Run]) -> str:
        return "".join(self._linked(each) if each.link else styled(each) for each in runs)

    def _linked(self, given: Run) -> str:
        key = self.part.relate_to(given.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return f"<w:hyperlink {nsdecls('r')} r:id={quoteattr(key)}>{styled(given)}</w:hyperlink>"

    def _items(self, block: Items, depth: int) -> Iterator[str]:
        """Return a list; numbered ones begin anew, each with a numbering of its own."""
        number = self._numbering(block.start, depth) if block.ordered else 1
        style = "ListNumber" if block.ordered else "ListBullet"
        level = min(depth, DEEPEST)
        counted = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        for item in block.items:
            first = item[0] if item and isinstance(item[0], Paragraph) else None
            yield paragraph(self._runs(first.runs) if first else "", style, counted)
            rest = item[1:] if first else item
            yield from self._blocks(rest, depth + 1, "ListContinue")

    def _numbering(self, start: int, depth: int) -> int:
        numbering = self.part.numbering_part.element
        number = len(numbering.findall(f"{{{numbering.nsmap['w']}}}num")) + 1
        level = min(depth, DEEPEST)
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="1"/>'
                f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{max(start, 0)}"/>'
                "</w:lvlOverride></w:num>"
            )
        )
        return number

    def _figure(self, block: Figure) -> Iterator[str]:
        width = min(block.width * 0.75, PAGE)
        width = min(width, HIGHEST * block.width / block.height)
        height = width * block.height / block.width
        image = self._image(block)
        if not image:
            yield paragraph(run(block.alt), "Remark")
            return
        inline = self.part.new_pic_inline(io.BytesIO(image), Pt(width), Pt(height))
        inline.docPr.set("descr", block.alt)
        inline.docPr.set("name", f"图 {block.number}")
        drawing = etree.tostring(inline, encoding="unicode")
        yield paragraph(f"<w:r><w:drawing>{drawing}</w:drawing></w:r>", "Figure")
        yield caption("图", block.number, f"　{block.caption}".rstrip(), above=False)

    def _image(self, block: Figure) -> bytes:
        """Return the picture as pixels: what all versions of Word can show."""
        if block.svg:
            known = self.pixels.get(block.svg)
            return _pixels([block])[0] if known is None else known
        return block.image if block.kind in ("image/png", "image/jpeg") else as_png(block.image)

    def _edges(self) -> None:
        """Write the running head and the page numbers; the first page has no head."""
        section = self.file.sections[0]
        section.different_first_page_header_footer = True
        left = cut_to_width(self.document.title, 0.5 * PAGE / SMALL)
        right = cut_to_width(self.document.header, 0.45 * PAGE / SMALL)
        head = paragraph(f"{run(left)}<w:r><w:tab/></w:r>{run(right)}", "Header")
        pages = (
            run("第 ") + field("PAGE", "1") + run(" 页　共 ") + field("NUMPAGES", "1") + run(" 页")
        )
        foot = paragraph(pages, "Footer")
        for edge, content in (
            (section.header, head),
            (section.footer, foot),
            (section.first_page_footer, foot),
            (section.first_page_header, paragraph("", "Footer")),
        ):
            edge.is_linked_to_previous = False
            root = edge._element  # the only way to its XML
            for child in list(root):
                root.remove(child)
            for element in parse_xml(f"<w:hdr {nsdecls('w')}>{content}</w:hdr>"):
                root.append(element)

    def _properties(self) -> None:
        said = self.file.core_properties
        said.title, said.author = self.document.title[:255], self.document.author[:255]
        said.subject, said.language = self.document.header[:255], "zh-CN"
        said.comments = said.keywords = said.category = ""
        said.last_modified_by = self.document.author[:255]
        said.created = said.modified = _EPOCH
        said.revision = 1


def _pixels(figures: Sequence[Figure]) -> list[bytes]:
    """Return drawings as PNG, all at once if they can be; empty where one cannot be drawn."""
    try:
        return pixels([figure.svg for figure in figures])
    except ValueError:
        if len(figures) == 1:
            return [b""]
        return [image for figure in figures for image in _pixels([figure])]


def _tables(block: Table) -> Iterator[str]:
    for part in parts_of(block, PAGE):
        rest = part.label.removeprefix(f"表 {block.number}")
        yield caption("表", block.number, rest, above=True, again=part.number > 1)
        yield table(part)
        # Two tables that touch would become one.
        yield paragraph(run(part.table.note), "Remark")


def _cards(block: Cards) -> str:
    cells = [
        [
            paragraph(run(card.title), "CardTitle"),
            paragraph(run(card.value), "CardValue"),
            paragraph(run(card.remark), "CardRemark"),
        ]
        for card in block.cards
    ]
    return grid(cells, min(3, max(len(cells), 1)), PAGE, "CardTable")


def _contents(headings: Sequence[Heading]) -> Iterator[str]:
    """Return a table of contents whose entries lead to the headings; Word can update it."""
    shown = [(number, heading) for number, heading in enumerate(headings, 1) if heading.level <= 2]
    yield paragraph(run("目录"), "TOCHeading")
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\n \\h </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    for place, (number, heading) in enumerate(shown):
        link = f'<w:hyperlink w:anchor="_Toc{number:06}">{run(plain(heading.runs))}</w:hyperlink>'
        first, last = place == 0, place == len(shown) - 1
        content = (begin if first else "") + link + (end if last else "")
        space = '<w:spacing w:after="240" w:line="280" w:lineRule="auto"/>' if last else ""
        yield paragraph(content, f"TOC{heading.level}", space)


def _indented(depth: int, style: str) -> str:
    return f'<w:ind w:left="{INDENT * depth}"/>' if depth and style == "ListContinue" else ""


def _dress(file: Any) -> None:
    """Give an empty file our styles, A4, and nothing that it does not need."""
    for part, name in ((file.part._styles_part, "styles"), (file.part.numbering_part, "numbering")):
        root = part.element
        for child in list(root):
            root.remove(child)
        for element in parse_xml(_resource(name)):
            root.append(element)
    for owner in (file.part, file.part.package):
        for key, relation in list(owner.rels.items()):
            if relation.reltype.rpartition("/")[2] in _LEFT_OUT:
                owner.rels.pop(key)
    for setting in file.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            # With less, Word opens the file as an old one, whose tables stand out to the left.
            setting.set(qn("w:val"), "15")
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(28), Mm(24)
    section.header_distance, section.footer_distance = Mm(15), Mm(14)


@cache
def _resource(name: str) -> bytes:
    return files("evalkit").joinpath("resources", "word", f"{name}.xml").read_bytes()
