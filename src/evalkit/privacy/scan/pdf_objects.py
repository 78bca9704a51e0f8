"""Objects of a PDF file: dictionaries, strings and streams, found one after the other.

The table of contents of a file is not trusted: every object that stands in it is read, also those
that no page uses any more.

References
----------
ISO 32000-1:2008, *Document management: Portable document format*, clause 7.
"""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = [
    "Document",
    "Name",
    "PdfError",
    "Reference",
    "Stream",
    "read_document",
    "read_string",
    "string_text",
]

MOST_BYTES = 256 << 20
"""How much the streams of a file may unpack to."""

_HEAD = re.compile(rb"(?<![0-9])(\d{1,9})\s+(\d{1,5})\s+obj\b")
_SPACE = re.compile(rb"(?:[\x00\t\n\f\r ]|%[^\r\n]*)*")
_TOKEN = re.compile(
    rb"(?:[\x00\t\n\f\r ]|%[^\r\n]*)*+(?P<token><<|>>|[\[\]{}(]|"
    rb"/[^\x00\t\n\f\r ()<>\[\]{}/%]*|<[0-9A-Fa-f\x00\t\n\f\r ]*>|"
    rb"(?P<reference>\d+)\s+\d+\s+R\b|[+-]?(?:\d+\.?\d*|\.\d+)|"
    rb"[^\x00\t\n\f\r ()<>\[\]{}/%]+)"
)
_LITERAL = re.compile(rb"[()\\]")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_OCTAL = re.compile(rb"[0-7]{1,3}")
_HASHED = re.compile(rb"#([0-9A-Fa-f]{2})")
_DEPTH = 100


class PdfError(Exception):
    """A PDF that cannot be looked into; the text says why, in Chinese."""


class Name(str):
    """A name, such as ``/Font``."""

    __slots__ = ()


class Reference(NamedTuple):
    """A reference to an object."""

    number: int


@dataclass(slots=True)
class Stream:
    """A stream: its dictionary, and its bytes as they stand in the file."""

    about: dict[str, object]
    raw: bytes


@dataclass(slots=True)
class Document:
    """The objects of a file."""

    objects: dict[int, object] = field(default_factory=dict)
    loose: list[object] = field(default_factory=list)
    """Dictionaries outside objects: trailers; and objects that others of their number replaced."""
    unpacked: int = 0

    def get(self, value: object) -> object:
        """Return a value, or the object that it refers to."""
        for _ in range(_DEPTH):
            if not isinstance(value, Reference):
                return value
            value = self.objects.get(value.number)
        return None

    def about(self, value: object) -> dict[str, object]:
        """Return the dictionary of a value: its own, that of its stream, or an empty one."""
        found = self.get(value)
        if isinstance(found, Stream):
            return found.about
        return found if isinstance(found, dict) else {}

    def content(self, stream: Stream) -> bytes | None:
        """Return a stream's content unpacked, or ``None`` if it is a picture or not known.

        Raises
        ------
        PdfError
            If all streams together unpack to too much.
        """
        filters = self.get(stream.about.get("Filter", stream.about.get("F", [])))
        listed = filters if isinstance(filters, list) else [filters]
        names = [str(self.get(each)) for each in listed]
        content = stream.raw
        for name in names:
            decode = _FILTERS.get(name)
            if decode is None:
                return None
            content = decode(content)
            self.unpacked += len(content)
            if self.unpacked > MOST_BYTES:
                raise PdfError("PDF 解开后太大")
        return content


def read_document(content: bytes) -> Document:
    """Read all objects of a file.

    Raises
    ------
    PdfError
        If there are none, or they are encrypted.
    """
    document = Document()
    place = 0
    while (head := _HEAD.search(content, place)) is not None:
        document.loose += _trailers(content[place : head.start()])
        value, place = _value(content, head.end(), 0)
        if isinstance(value, dict) and (start := _stream_start(content, place)):
            raw, place = _stream_bytes(content, start, value)
            value = Stream(value, raw)
        number = int(head[1])
        if number in document.objects:
            document.loose.append(document.objects[number])
        document.objects[number] = value
    document.loose += _trailers(content[place:])
    if not document.objects:
        raise PdfError("PDF 损坏，没有可以读取的内容")
    every = [*document.objects.values(), *document.loose]
    if any("Encrypt" in document.about(each) for each in every):
        raise PdfError("PDF 已加密")
    for stream in [each for each in every if isinstance(each, Stream)]:
        if document.get(stream.about.get("Type")) == "ObjStm":
            _unpack(document, stream)
    return document


def string_text(value: bytes) -> str:
    """Return a string outside pages as text: UTF-16 or UTF-8 by its mark, else Latin-1."""
    if value.startswith((b"\xfe\xff", b"\xff\xfe")):
        return value.decode("utf-16", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value.decode("utf-8", "replace")
    return value.decode("latin-1")


def read_string(token: bytes) -> bytes:
    """Return the bytes of one string as it is written: in parentheses, or in hexadecimal."""
    value, _ = _value(token, 0, 0)
    return value if isinstance(value, bytes) else b""


def _trailers(content: bytes) -> list[object]:
    found = []
    place = 0
    while (place := content.find(b"trailer", place)) >= 0:
        value, place = _value(content, place + 7, 0)
        found.append(value)
    return found


def _unpack(document: Document, stream: Stream) -> None:
    content = document.content(stream)
    first = document.get(stream.about.get("First"))
    if content is None or not isinstance(first, int):
        raise PdfError("PDF 中有不认识的压缩方式")
    numbers = [int(each) for each in content[:first].split() if each.isdigit()]
    for number, offset in zip(numbers[::2], numbers[1::2], strict=False):
        document.objects.setdefault(number, _value(content, first + offset, 0)[0])


def _stream_start(content: bytes, place: int) -> int:
    place = _skipped(content, place)
    if not content.startswith(b"stream", place):
        return 0
    place += 6
    if content.startswith(b"\r\n", place):
        return place + 2
    return place + 1


def _stream_bytes(content: bytes, start: int, about: dict[str, object]) -> tuple[bytes, int]:
    length = about.get("Length")
    if isinstance(length, int) and content[start + length :].lstrip(b"\r\n ")[:9] == b"endstream":
        return content[start : start + length], start + length
    end = content.find(b"endstream", start)
    end = len(content) if end < 0 else end
    return content[start:end], end


def _skipped(content: bytes, place: int) -> int:
    match = _SPACE.match(content, place)
    return place if match is None else match.end()


def _value(content: bytes, place: int, depth: int) -> tuple[object, int]:
    """Read one value; what is none is read as a word and dropped by those who look for strings."""
    match = _TOKEN.match(content, place)
    if match is None:
        return None, min(_skipped(content, place) + 1, len(content))
    return _begun(content, match, depth)


def _begun(content: bytes, match: re.Match[bytes], depth: int) -> tuple[object, int]:
    """Read on a value whose first token was read."""
    if depth > _DEPTH:
        return None, len(content)
    token, place = match["token"], match.end()
    if token == b"(":
        return _literal(content, place)
    if match["reference"] is not None:
        return Reference(int(match["reference"])), place
    if token == b"<<":
        return _dictionary(content, place, depth)
    if token == b"[":
        return _array(content, place, depth)
    return _simple(token), place


def _array(content: bytes, place: int, depth: int) -> tuple[list[object], int]:
    items: list[object] = []
    while (match := _TOKEN.match(content, place)) is not None:
        token = match["token"]
        if token == b"]":
            return items, match.end()
        if token == b">>" or token.startswith(b"endobj"):
            return items, match.start("token")
        item, place = _begun(content, match, depth + 1)
        items.append(item)
    return items, len(content)


def _dictionary(content: bytes, place: int, depth: int) -> tuple[dict[str, object], int]:
    found: dict[str, object] = {}
    while (match := _TOKEN.match(content, place)) is not None:
        token = match["token"]
        if token == b">>":
            return found, match.end()
        if token.startswith((b"endobj", b"stream")):
            return found, match.start("token")
        key, place = _begun(content, match, depth + 1)
        if isinstance(key, Name):
            found[str(key)], place = _value(content, place, depth + 1)
    return found, len(content)


def _simple(token: bytes) -> object:
    if token.startswith(b"/"):
        plain = token[1:]
        if b"#" in plain:
            plain = _HASHED.sub(lambda m: bytes([int(m[1], 16)]), plain)
        return Name(plain.decode("utf-8", "replace"))
    if token.startswith(b"<"):
        digits = b"".join(token[1:-1].replace(b"\0", b"").split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    try:
        return int(token)
    except ValueError:
        pass
    try:
        return float(token)
    except ValueError:
        return None


def _literal(content: bytes, place: int) -> tuple[bytes, int]:
    parts, depth, start = [], 1, place
    while (match := _LITERAL.search(content, place)) is not None:
        place = match.end()
        if match[0] == b"(":
            depth += 1
        elif match[0] == b")":
            depth -= 1
            if not depth:
                parts.append(content[start : place - 1])
                return b"".join(parts), place
        else:
            parts.append(content[start : place - 1])
            octal = _OCTAL.match(content, place)
            following = content[place : place + 1]
            if octal is not None:
                parts.append(bytes([int(octal[0], 8) & 0xFF]))
                place = octal.end()
            elif following in (b"\r", b"\n"):
                place += 2 if content[place : place + 2] == b"\r\n" else 1
            else:
                parts.append(_ESCAPES.get(following, following))
                place += 1
            start = place
    return b"".join([*parts, content[start:]]), len(content)


def _flate(content: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        return unpacker.decompress(content, MOST_BYTES + 1)
    except zlib.error:
        try:  # a damaged checksum at the end is no reason not to look
            return zlib.decompressobj(-15).decompress(content[2:], MOST_BYTES + 1)
        except zlib.error:
            return b""


def _hexadecimal(content: bytes) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", content.partition(b">")[0])
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _base85(content: bytes) -> bytes:
    try:
        return a85decode(content.partition(b"~>")[0].strip().removeprefix(b"<~"))
    except ValueError:
        return b""


_FILTERS = {
    "FlateDecode": _flate,
    "Fl": _flate,
    "ASCIIHexDecode": _hexadecimal,
    "AHx": _hexadecimal,
    "ASCII85Decode": _base85,
    "A85": _base85,
}
