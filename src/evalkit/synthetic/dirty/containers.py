"""Files of other kinds: parts of a zip edited, texts, and what cannot be opened (T08, F01, P02)."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from evalkit.spreadsheets.cfb import with_stream

__all__ = ["csv_parts", "damaged", "edited", "encrypted_ods", "named", "packed", "wps"]

_ZIP_TIME = (2024, 1, 1, 0, 0, 0)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type='
    '"application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry'
    ' manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="4096">'
    '<manifest:encryption-data manifest:checksum-type="SHA256/1K" manifest:checksum="AAAA"/>'
    "</manifest:file-entry></manifest:manifest>"
)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip container, the same bytes at every call."""
    done = io.BytesIO()
    with zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            target.writestr(info, content)
    return done.getvalue()


def edited(workbook: bytes, edit: Callable[[str, bytes], bytes]) -> bytes:
    """Return a container whose parts went through a function of name and content."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as source:
        return packed({name: edit(name, source.read(name)) for name in source.namelist()})


def named(workbook: bytes, author: str) -> bytes:
    """Return a workbook whose properties name a person."""

    def edit(name: str, content: bytes) -> bytes:
        if name != "docProps/core.xml":
            return content
        return content.replace(b">evalkit<", f">{author}<".encode())

    return edited(workbook, edit)


def damaged(workbook: bytes) -> bytes:
    """Return the first part of a workbook, as if the transfer had broken off."""
    return workbook[:4000]


def wps() -> bytes:
    """Return a file of WPS's own kind."""
    return with_stream("ETData", b"WPS spreadsheet")


def encrypted_ods() -> bytes:
    """Return an OpenDocument spreadsheet with a password: what is in it is noise."""
    noise = bytes((7 * number * number + 13 * number) % 251 for number in range(512))
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": _MANIFEST.encode(),
            "content.xml": noise,
        }
    )


def csv_parts(workbook: Any) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each tab and its cells as a text file in GB18030."""
    for page in workbook.worksheets:
        if page.title.startswith("_"):
            continue
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\r\n")
        for row in page.iter_rows(values_only=True):
            writer.writerow([_text(value) for value in row])
        yield page.title, lines.getvalue().encode("gb18030")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute) == (0, 0)
        return f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
