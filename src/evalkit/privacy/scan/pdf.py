"""What a PDF says: text of its pages, properties, outlines, notes, alternative texts, attachments.

References
----------
ISO 32000-1:2008, clauses 9.4 (text objects) and 9.10 (extraction of text content).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evalkit.privacy.scan.grids import LazyTable
from evalkit.privacy.scan.pdf_fonts import Font
from evalkit.privacy.scan.pdf_objects import Document, Name, PdfError, Stream, read_document
from evalkit.privacy.scan.pdf_page import read_page
from evalkit.privacy.scan.pdf_strings import SPACE, STRING, read_string, string_text
from evalkit.privacy.scan.texts import Piece, decoded, markup_pieces

__all__ = ["pdf_pieces"]


_INSTEAD = re.compile(rf"/(?:ActualText|Alt|E)[{SPACE}]*+({STRING})".encode(), re.DOTALL)
"""What programs are told to read out in the place of letters or pictures."""
_APART = re.compile(r"[ \n]")


class _Reader:
    """A document, and its fonts, each read once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.resources: list[Mapping[str, object]] = []
        self._without = Font(document, {"BaseFont": Name("Times")})
        self._fonts: dict[int, tuple[Font, object]] = {}

    def pieces(
        self, place: str, content: bytes, resources: Mapping[str, object]
    ) -> Iterator[Piece]:
        """Yield text and tables of a page or a drawing, with the fonts that resources name."""
        fonts = {}
        for name, value in self.document.about(resources.get("Font")).items():
            about = self.document.about(value)
            if id(about) not in self._fonts:  # what is kept beside it keeps its number
                self._fonts[id(about)] = Font(self.document, about), about
            fonts[name] = self._fonts[id(about)][0]
        page = read_page(content, fonts, self._without)
        yield place, page.text
        if instead := _INSTEAD.findall(content):
            yield f"{place} › 替代文字", "\n".join(string_text(read_string(t)) for t in instead)
        yield place, LazyTable(f">{_APART.sub('<>', page.text)}<", page.table)


def pdf_pieces(content: bytes) -> Iterator[Piece]:
    """Yield what a PDF says.

    Raises
    ------
    PdfError
        If it is broken, encrypted, or has letters that nothing says the meaning of.
    """
    document = read_document(content)
    reader = _Reader(document)
    yield "属性、书签与替代文字", "\n".join(map(string_text, document.strings()))
    read = document.read
    pages = [each for each in read if document.about(each).get("Type") == "Page"]
    done: set[int] = set()
    for number, page in enumerate(pages, 1):
        about = document.about(page)
        contents = document.get(about.get("Contents"))
        streams = contents if isinstance(contents, list) else [contents]
        found = [s for each in streams if isinstance(s := document.get(each), Stream)]
        done |= {id(stream) for stream in found}
        parts = [part for s in found if (part := document.content(s)) is not None]
        resources = _resources(document, about)
        if resources not in reader.resources:
            reader.resources.append(resources)
        yield from reader.pieces(f"第 {number} 页", b"\n".join(parts), resources)
    for stream in read:
        if isinstance(stream, Stream) and id(stream) not in done:
            yield from _other(reader, stream)


def _other(reader: _Reader, stream: Stream) -> Iterator[Piece]:
    document = reader.document
    kinds = {str(document.get(stream.about.get(key))) for key in ("Type", "Subtype")}
    content = document.content(stream)
    if content is None:
        if "DCTDecode" in str(stream.about.get("Filter")):
            yield "图片", stream.raw
        elif "Image" not in kinds:
            raise PdfError("PDF 中有不认识的压缩方式")
    elif "Form" in kinds:
        own = document.about(stream.about.get("Resources"))
        # One without fonts of its own uses those of the page that shows it.
        for resources in [own] if own else reader.resources or [{}]:
            yield from reader.pieces("图形与批注", content, resources)
    elif "EmbeddedFile" in kinds:
        yield "附件", content
    elif kinds & {"Metadata", "XML"}:
        for place, piece in markup_pieces(decoded(content)):
            yield f"XMP 属性 {place}".strip(), piece
    elif "JavaScript" in kinds or content.lstrip()[:1] == b"<":
        yield "其他内容", decoded(content)


def _resources(document: Document, page: Mapping[str, object]) -> Mapping[str, object]:
    for _ in range(50):
        if found := document.about(page.get("Resources")):
            return found
        page = document.about(page.get("Parent"))
    return {}
