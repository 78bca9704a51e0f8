"""Strings and numbers as they are written in a PDF.

References
----------
ISO 32000-1:2008, clauses 7.2 (characters), 7.3.3 (numbers) and 7.3.4 (strings).
"""

from __future__ import annotations

import re

__all__ = ["NUMBER", "SPACE", "STRING", "hexadecimal", "read_string", "string_text", "unescaped"]

SPACE = r"\t\n\v\f\r "
NUMBER = r"[+-]?+(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)"
STRING = (
    r"(?:\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\)|"
    rf"<[0-9A-Fa-f\x00{SPACE}]*+>)"
)
"""Expressions for bytes; a string may have parentheses in it, but none in these."""

_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.|\Z)", re.DOTALL)
_ESCAPES = {
    b"": b"",
    **{bytes([code]): bytes([code]) for code in range(256)},
    **dict(zip((b"n", b"r", b"t", b"b", b"f"), (b"\n", b"\r", b"\t", b"\b", b"\f"), strict=True)),
    **dict.fromkeys((b"\r\n", b"\r", b"\n"), b""),  # a line that goes on
    **{b"%0*o" % (w, n): bytes([n & 255]) for w in (1, 2, 3) for n in range(8**w)},
}
_NO_DIGITS = bytes({*range(256)} - {*b"0123456789ABCDEFabcdef"})


def read_string(token: bytes) -> bytes:
    """Return the bytes of one string as it is written: in parentheses, or in hexadecimal."""
    return unescaped(token[1:-1]) if token.startswith(b"(") else hexadecimal(token[1:])


def unescaped(text: bytes) -> bytes:
    """Return what stands between parentheses with its escapes replaced."""
    if b"\\" not in text:
        return text
    parts = _ESCAPE.split(text)
    parts[1::2] = [_ESCAPES[each] for each in parts[1::2]]
    return b"".join(parts)


def hexadecimal(text: bytes) -> bytes:
    """Return the bytes that hexadecimal digits up to ``>`` stand for."""
    digits = text.partition(b">")[0].translate(None, _NO_DIGITS)
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def string_text(value: bytes) -> str:
    """Return a string outside pages as text: UTF-16 or UTF-8 by its mark, else Latin-1."""
    if value.startswith((b"\xfe\xff", b"\xff\xfe")):
        return value.decode("utf-16", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value.decode("utf-8", "replace")
    return value.decode("latin-1")
