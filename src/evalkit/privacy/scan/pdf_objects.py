"""Objects of a PDF file: dictionaries, strings and streams, found one after the other.

The table of contents of a file is not trusted: every object that stands in it is read, also those
that no page uses any more. Most say nothing but where text stands on a page: of these only the
strings are picked out, and the rest is read when somebody asks for it.

References
----------
ISO 32000-1:2008, *Document management: Portable document format*, clause 7.
"""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from evalkit.privacy.scan.pdf_strings import SPACE, STRING, hexadecimal, read_string, unescaped

__all__ = [
    "Document",
    "Name",
    "PdfError",
    "Reference",
    "Stream",
    "Unread",
    "read_document",
]

MOST_BYTES = 256 << 20
"""How much the streams of a file may unpack to."""

_HEAD = re.compile(rb"(?<![0-9])(\d{1,9}+)\s+(\d{1,5}+)\s+obj\b")
_SPACE = re.compile(rb"(?:[\x00\t\n\f\r ]|%[^\r\n]*)*")
_TOKEN = re.compile(
    rb"(?:[\x00\t\n\f\r ]|%[^\r\n]*)*+(?P<token><<|>>|[\[\]{}(]|"
    rb"/[^\x00\t\n\f\r ()<>\[\]{}/%]*|<[0-9A-Fa-f\x00\t\n\f\r ]*>|"
    rb"(?P<reference>\d+)\s+\d+\s+R\b|[+-]?(?:\d+\.?\d*|\.\d+)|"
    rb"[^\x00\t\n\f\r ()<>\[\]{}/%]+)"
)
_PLAIN = re.compile(rf"[\x00{SPACE}]*+(?:<<|\[)(?:[^()<>%]++|<<|>>|{STRING})*+".encode(), re.DOTALL)
_NEEDED = (b"/Page", b"/Encrypt", b"#", b"stream")
"""Where one of these stands, an object is read at once."""
_STRINGS = re.compile(rf"[^(<]*+(?:<<|({STRING}))".encode(), re.DOTALL)
_PARENTHESIS = re.compile(rb"[()]|\\.", re.DOTALL)
_HASHED = re.compile(rb"#([0-9A-Fa-f]{2})")
_END = re.compile(rb"[\r\n ]*+endstream")
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
class Unread:
    """An object that is no stream and no page, as it stands in the file, with all its strings."""

    raw: bytes


@dataclass(slots=True)
class Document:
    """The objects of a file."""

    objects: dict[int, object] = field(default_factory=dict)
    loose: list[object] = field(default_factory=list)
    """Dictionaries outside objects: trailers; and objects that others of their number replaced."""
    unpacked: int = 0

    @property
    def read(self) -> list[object]:
        """All that was read of objects, and of what stands outside or was replaced."""
        every = (*self.objects.values(), *self.loose)
        return [each for each in every if not isinstance(each, Unread)]

    def strings(self) -> Iterator[bytes]:
        """Yield all strings outside streams."""
        # One text of all is searched faster than each of many.
        every = (*self.objects.values(), *self.loose)
        unread = b"".join([each.raw for each in every if isinstance(each, Unread)])
        yield from (read_string(token) for token in _STRINGS.findall(unread) if token)
        todo = self.read
        while todo:
            value = todo.pop()
            if isinstance(value, bytes):
                yield value
            elif isinstance(value, Stream):
                todo.append(value.about)
            elif isinstance(value, dict):
                todo.extend(value.values())
            elif isinstance(value, list):
                todo.extend(value)

    def get(self, value: object) -> object:
        """Return a value, or the object that it refers to."""
        for _ in range(_DEPTH):
            if not isinstance(value, Reference):
                return value
            number = value.number
            value = self.objects.get(number)
            if isinstance(value, Unread):
                value = self.objects[number] = _value(value.raw, 0, 0)[0]
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
        value, place = _object(content, head.end())
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
    read = document.read
    if any("Encrypt" in document.about(each) for each in read):
        raise PdfError("PDF 已加密")
    for stream in [each for each in read if isinstance(each, Stream)]:
        if document.get(stream.about.get("Type")) == "ObjStm":
            _unpack(document, stream)
    return document


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
        value, _ = _value(content, first + offset, 0)
        if number in document.objects:
            document.loose.append(value)
        else:
            document.objects[number] = value


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
    if isinstance(length, int) and length >= 0 and _END.match(content, start + length):
        return content[start : start + length], start + length
    end = content.find(b"endstream", start)
    end = len(content) if end < 0 else end
    return content[start:end], end


def _object(content: bytes, place: int) -> tuple[object, int]:
    """Read an object, or only where it ends."""
    end = content.find(b"obj", place)
    raw = content[place : max(end, place)]
    if raw.endswith(b"end") and _is_plain(raw[:-3]):
        return Unread(raw[:-3]), end - 3
    return _value(content, place, 0)


def _is_plain(raw: bytes) -> bool:
    """Whether an object is a dictionary or a list of which nothing is needed but its strings."""
    if not raw.rstrip().endswith((b">>", b"]")):  # its end is within a name or a string
        return False
    for each in _NEEDED:
        if each in raw:
            return False
    return _PLAIN.fullmatch(raw) is not None


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
        return hexadecimal(token[1:])
    try:
        return int(token)
    except ValueError:
        pass
    try:
        return float(token)
    except ValueError:
        return None


def _literal(content: bytes, place: int) -> tuple[bytes, int]:
    depth, start = 1, place
    while (match := _PARENTHESIS.search(content, place)) is not None:
        place = match.end()
        if match[0] == b"(":
            depth += 1
        elif match[0] == b")":
            depth -= 1
            if not depth:
                return unescaped(content[start : place - 1]), place
    return unescaped(content[start:]), len(content)


def _flate(content: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        return unpacker.decompress(content, MOST_BYTES + 1)
    except zlib.error:
        try:  # a damaged checksum at the end is no reason not to look
            return zlib.decompressobj(-15).decompress(content[2:], MOST_BYTES + 1)
        except zlib.error:
            return b""


def _base85(content: bytes) -> bytes:
    try:
        return a85decode(content.partition(b"~>")[0].strip().removeprefix(b"<~"))
    except ValueError:
        return b""


_FILTERS = {
    "FlateDecode": _flate,
    "Fl": _flate,
    "ASCIIHexDecode": hexadecimal,
    "AHx": hexadecimal,
    "ASCII85Decode": _base85,
    "A85": _base85,
}
