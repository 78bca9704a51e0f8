"""What a PDF says: text of its pages, properties, outlines, notes, alternative texts, attachments.

References
----------
ISO 32000-1:2008, clauses 9.4 (text objects) and 9.10 (extraction of text content).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evalkit.privacy.scan.pdf_fonts import Font
from evalkit.privacy.scan.pdf_objects import (
    Document,
    PdfError,
    Stream,
    read_document,
    read_string,
    string_text,
)
from evalkit.privacy.scan.texts import Piece, decoded, markup_pieces

__all__ = ["pdf_pieces"]

_INLINE_IMAGE = re.compile(rb"\bBI\s.*?\sID\s.*?\sEI\b", re.DOTALL)
_PIECE = re.compile(
    rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|<[0-9A-Fa-f\s]*>|[\[\]]|"
    # Lines, curves and colours, many at a time: most of a page with charts, and no text.
    rb"(?P<drawn>(?:(?:(?:[+-]?(?:\d+\.?\d*|\.\d+)\s+){1,6}+"
    rb"(?:[mlcvywhdijJMgGkK]|re|rg|RG|sc|SC|scn|SCN|Tr)|/[^\s()<>\[\]{}/%]+\s+(?:cs|CS|gs))"
    rb"(?=[\s/(<\[])\s*)++)|"
    rb"(?P<numbers>(?:[+-]?(?:\d+\.?\d*|\.\d+)\s+){1,6}+)"
    rb"(?P<placing>Tm|cm|Td|TD|TL)(?![A-Za-z*'\"])|"
    rb"/(?P<font>[^\s()<>\[\]{}/%]+)\s+(?P<size>[+-]?(?:\d+\.?\d*|\.\d+))\s+Tf(?![A-Za-z*'\"])|"
    rb"/[^\s()<>\[\]{}/%]+|[+-]?(?:\d+\.?\d*|\.\d+)|[A-Za-z'\"*]+",
    re.DOTALL,
)
_OPERANDS = frozenset(b"(</[]+-.0123456789")
_OPERATORS = frozenset(
    {b"BT", b"Tm", b"Td", b"TD", b"T*", b"TL", b"cm", b"q", b"Q", b"Tf", b"Tj", b"TJ", b"'", b'"'}
)
"""Those that show text, and those that say where it goes on."""
_OPEN = ord("(")
_STRINGS, _NO_NUMBERS = frozenset(b"(<"), frozenset(b"[]/")
_GAP = 0.2
"""Share of the letters' size from which on a jump in a line is a space."""


class _Reader:
    """A document, and its fonts, each read once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._fonts: dict[int, Font] = {}

    def fonts(self, resources: Mapping[str, object]) -> dict[str, Font]:
        """Return the fonts that resources name."""
        found = {}
        for name, value in self.document.about(resources.get("Font")).items():
            about = self.document.about(value)
            if id(about) not in self._fonts:
                self._fonts[id(about)] = Font(self.document, about)
            found[name] = self._fonts[id(about)]
        return found


def pdf_pieces(content: bytes) -> Iterator[Piece]:
    """Yield what a PDF says.

    Raises
    ------
    PdfError
        If it is broken, encrypted, or has letters that nothing says the meaning of.
    """
    document = read_document(content)
    reader = _Reader(document)
    every = [*document.objects.values(), *document.loose]
    yield "属性、书签与替代文字", "\n".join(_strings(every))
    pages = [each for each in every if document.about(each).get("Type") == "Page"]
    done: set[int] = set()
    for number, page in enumerate(pages, 1):
        about = document.about(page)
        contents = document.get(about.get("Contents"))
        streams = contents if isinstance(contents, list) else [contents]
        found = [s for each in streams if isinstance(s := document.get(each), Stream)]
        done |= {id(stream) for stream in found}
        parts = [part for s in found if (part := document.content(s)) is not None]
        text = _page_text(reader, b"\n".join(parts), _resources(document, about))
        yield f"第 {number} 页", text
    for stream in every:
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
        resources = document.about(stream.about.get("Resources"))
        yield "图形与批注", _page_text(reader, content, resources)
    elif "EmbeddedFile" in kinds:
        yield "附件", content
    elif kinds & {"Metadata", "XML"}:
        for place, piece in markup_pieces(decoded(content)):
            yield f"XMP 属性 {place}".strip(), piece
    elif "JavaScript" in kinds or content.lstrip()[:1] == b"<":
        yield "其他内容", decoded(content)


def _strings(values: list[object]) -> Iterator[str]:
    todo = list(values)
    while todo:
        value = todo.pop()
        if isinstance(value, bytes):
            yield string_text(value)
        elif isinstance(value, Stream):
            todo.append(value.about)
        elif isinstance(value, dict):
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)


def _resources(document: Document, page: Mapping[str, object]) -> Mapping[str, object]:
    for _ in range(50):
        if found := document.about(page.get("Resources")):
            return found
        page = document.about(page.get("Parent"))
    return {}


def _page_text(reader: _Reader, content: bytes, resources: Mapping[str, object]) -> str:
    page = _Page(reader.fonts(resources))
    operands: list[bytes] = []
    for match in _PIECE.finditer(_INLINE_IMAGE.sub(b" ", content)):
        token, kind = match[0], match.lastgroup
        if kind is not None:
            if kind == "placing":
                page.place(match["placing"], [float(each) for each in match["numbers"].split()])
            elif kind == "size":
                page.set_font(match["font"], float(match["size"]))
            operands = []
        elif token[0] in _OPERANDS:
            operands.append(token)
        else:
            if token in _OPERATORS:
                page.apply(token, operands)
            operands = []
    return "".join(page.parts)


_Matrix = tuple[float, float, float, float, float, float]
_UNIT: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _times(m: _Matrix, n: _Matrix) -> _Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


class _Page:
    """Where a page's text stands: what follows without a gap is one word, however it is written."""

    def __init__(self, fonts: Mapping[str, Font]) -> None:
        self.parts: list[str] = []
        self._fonts = fonts
        self._font: Font | None = None
        self._size = 1.0
        self._leading = 0.0
        self._matrix, self._line, self._at = _UNIT, _UNIT, _UNIT
        self._saved: list[_Matrix] = []
        self._end: tuple[float, float] | None = None

    def apply(self, operator: bytes, operands: list[bytes]) -> None:
        """Do what an operator says."""
        if operator == b"q":
            self._saved.append(self._matrix)
        elif operator == b"Q":
            if self._saved:
                self._matrix = self._saved.pop()
        elif operator == b"BT":
            self._line = self._at = _UNIT
        elif operator in (b"Tj", b"TJ"):
            self._show(operands)
        elif operator == b"Tf":
            names = [each for each in operands if each.startswith(b"/")]
            self.set_font(names[-1][1:] if names else b"", ([1.0, *_numbers(operands)])[-1])
        elif operator in (b"'", b'"'):
            self._move(0.0, -self._leading)
            self._show(operands)
        else:
            self.place(operator, _numbers(operands))

    def set_font(self, name: bytes, size: float) -> None:
        """Write on with a font; with the one there is if it has no name."""
        if name:
            self._font = self._fonts.get(name.decode("latin-1"))
        self._size = size

    def place(self, operator: bytes, numbers: list[float]) -> None:
        """Go to where an operator says."""
        if operator == b"Tm" and len(numbers) == 6:
            self._line = self._at = _matrix(numbers)
        elif operator in (b"Td", b"TD") and len(numbers) == 2:
            if operator == b"TD":
                self._leading = -numbers[1]
            self._move(*numbers)
        elif operator == b"T*":
            self._move(0.0, -self._leading)
        elif operator == b"TL" and numbers:
            self._leading = numbers[0]
        elif operator == b"cm" and len(numbers) == 6:
            self._matrix = _times(_matrix(numbers), self._matrix)

    def _move(self, right: float, up: float) -> None:
        self._line = self._at = _times((1.0, 0.0, 0.0, 1.0, right, up), self._line)

    def _show(self, operands: list[bytes]) -> None:
        for operand in operands:
            if operand[0] in _STRINGS:
                plain = operand[0] == _OPEN and b"\\" not in operand
                codes = operand[1:-1] if plain else read_string(operand)
                if self._font is not None and not self._font.known and codes:
                    raise PdfError("PDF 中有无法认读的字体（没有文字对应表）")
                text = codes.decode("latin-1") if self._font is None else self._font.text(codes)
                wide = 500.0 * len(codes) if self._font is None else self._font.width(codes)
                self._write(text, wide)
            elif operand[0] not in _NO_NUMBERS:
                self._advance(-float(operand))

    def _write(self, text: str, wide: float) -> None:
        if self._end is not None:
            now = _times(self._at, self._matrix)
            letter = self._size * (now[0] ** 2 + now[1] ** 2) ** 0.5
            gap = ((now[4] - self._end[0]) ** 2 + (now[5] - self._end[1]) ** 2) ** 0.5
            if gap > _GAP * letter:
                along = abs(now[5] - self._end[1]) < _GAP * letter and gap < letter
                self.parts.append(" " if along else "\n")
        self.parts.append(text)
        self._advance(wide)
        (*_, x, y), m = self._at, self._matrix
        self._end = x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]

    def _advance(self, thousandths: float) -> None:
        step = thousandths / 1000 * self._size
        a, b, c, d, x, y = self._at
        self._at = a, b, c, d, x + step * a, y + step * b


def _numbers(operands: list[bytes]) -> list[float]:
    return [float(each) for each in operands if each[:1] in b"+-.0123456789"]


def _matrix(numbers: list[float]) -> _Matrix:
    a, b, c, d, e, f = numbers
    return a, b, c, d, e, f
