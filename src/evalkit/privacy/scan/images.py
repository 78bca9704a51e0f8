"""Text beside the pixels of PNG and JPEG pictures."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from evalkit.privacy.scan.texts import Piece, decoded

__all__ = ["jpeg_pieces", "png_pieces"]

PNG = b"\x89PNG\r\n\x1a\n"
_MOST = 1 << 24
"""Bytes of a compressed text that are looked at."""


def png_pieces(content: bytes) -> Iterator[Piece]:
    """Yield the texts of a PNG: tEXt, zTXt, iTXt, eXIf, and what follows its end."""
    place = len(PNG)
    while place + 8 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8]
        data = content[place + 8 : place + 8 + length]
        place += length + 12
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            yield f"图片信息 {kind.decode()}", _text_of(kind, data)
        elif kind == b"eXIf":
            yield "图片信息 eXIf", data.decode("latin-1")
        elif kind == b"IEND":
            break
    if place < len(content):
        yield "图片之后的内容", content[place:]


def _text_of(kind: bytes, data: bytes) -> str:
    keyword, _, rest = data.partition(b"\0")
    if kind == b"tEXt":
        # Latin-1 by the standard, UTF-8 by habit.
        return f"{decoded(keyword)}\n{decoded(rest)}\n{rest.decode('latin-1')}"
    if kind == b"zTXt":
        return f"{decoded(keyword)}\n{decoded(_inflated(rest[1:]))}"
    compressed, rest = rest[:1] == b"\1", rest[2:]
    language, _, rest = rest.partition(b"\0")
    translated, _, text = rest.partition(b"\0")
    body = _inflated(text) if compressed else text
    return "\n".join(decoded(part) for part in (keyword, language, translated, body))


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MOST)
    except zlib.error:
        return data


def jpeg_pieces(content: bytes) -> Iterator[Piece]:
    """Yield the segments of a JPEG that are no picture: EXIF, XMP, IPTC, comments."""
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        kind = content[place + 1]
        if kind == 0xDA:
            break
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        data = content[place + 4 : place + 2 + length]
        if 0xE0 <= kind <= 0xEF or kind == 0xFE:
            yield f"图片信息 {kind:02X}", f"{decoded(data)}\n{data.decode('utf-16-le', 'ignore')}"
        place += 2 + max(length, 2)
