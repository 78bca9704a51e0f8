"""Who is named in the properties of an old binary file."""

from __future__ import annotations

import struct

from evalkit.spreadsheets.cfb import Streams
from evalkit.spreadsheets.refusals import RefusedError

__all__ = ["OWN_NAMES", "names_a_person"]

OWN_NAMES = {"", "evalkit", "openpyxl"}
"""What our own programs write as an author."""

_SUMMARY = "\x05SummaryInformation"
_AUTHOR, _LAST_AUTHOR = 4, 8
_TEXT, _WIDE_TEXT = 30, 31


def names_a_person(streams: Streams) -> bool:
    """Whether the author or the last editor is given."""
    try:
        raw = streams.read(_SUMMARY) if _SUMMARY in streams else b""
        section = struct.unpack_from("<I", raw, 44)[0]
        count = min(struct.unpack_from("<I", raw, section + 4)[0], 64)
        for place in range(count):
            identity, offset = struct.unpack_from("<II", raw, section + 8 + 8 * place)
            if (
                identity in (_AUTHOR, _LAST_AUTHOR)
                and _text(raw, section + offset) not in OWN_NAMES
            ):
                return True
    except (RefusedError, struct.error):
        return False  # damaged properties name nobody
    return False


def _text(raw: bytes, place: int) -> str:
    kind, length = struct.unpack_from("<II", raw, place)
    if kind not in (_TEXT, _WIDE_TEXT):
        return ""
    size = length * 2 if kind == _WIDE_TEXT else length
    text = raw[place + 8 : place + 8 + size]
    decoded = text.decode("utf-16-le" if kind == _WIDE_TEXT else "latin-1", "replace")
    return decoded.partition("\0")[0].strip().casefold()
