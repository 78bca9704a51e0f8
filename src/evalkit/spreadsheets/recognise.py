"""What a file really is: by its first bytes, never by its name."""

from __future__ import annotations

import re

from evalkit.spreadsheets import refusals
from evalkit.spreadsheets.refusals import Refusal

__all__ = ["foreign"]

_MAGICS: tuple[tuple[bytes, Refusal], ...] = (
    (b"%PDF", refusals.PDF),
    (b"\x89PNG", refusals.PICTURE),
    (b"\xff\xd8\xff", refusals.PICTURE),
    (b"GIF87a", refusals.PICTURE),
    (b"GIF89a", refusals.PICTURE),
    (b"II*\0", refusals.PICTURE),
    (b"MM\0*", refusals.PICTURE),
    (b"Rar!\x1a\x07", refusals.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", refusals.ARCHIVE),
    (b"\x1f\x8b\x08", refusals.ARCHIVE),
    (b"\xfd7zXZ\0", refusals.ARCHIVE),
    (b"{\\rtf", refusals.WORD),
    (b"\x7fELF", refusals.OTHER),
    (b"SQLite format 3", refusals.OTHER),
)
_HTML = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*"
    rb"<(?:!doctype\s+html|(?:html|head|meta|body|table|style|div)\b)",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 4096


def foreign(data: bytes) -> Refusal | None:
    """Return why a file is no workbook, if its first bytes show that it is something else."""
    for magic, refusal in _MAGICS:
        if data.startswith(magic):
            return refusal
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return refusals.PICTURE
    if data[:2] == b"BM" and int.from_bytes(data[2:6], "little") == len(data):
        return refusals.PICTURE
    if data[:3] == b"BZh" and data[4:10] == b"1AY&SY":
        return refusals.ARCHIVE
    if data[:3] == b"\0\0\0" and data[4:8] == b"ftyp":
        return refusals.PICTURE if data[8:11] in (b"hei", b"mif", b"avi") else refusals.OTHER
    return _markup(_head(data))


def _head(data: bytes) -> bytes:
    head = data[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf")


def _markup(head: bytes) -> Refusal | None:
    head = head.lstrip()
    if head.startswith(b"<") and b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return refusals.XML_SPREADSHEET
    if _HTML.match(head) or head.startswith(b"MIME-Version:"):
        return refusals.HTML
    if head.startswith(b"<?xml"):
        return refusals.OTHER
    return None
