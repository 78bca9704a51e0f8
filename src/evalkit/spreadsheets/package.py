"""Zip containers (.xlsx, .xlsm, .xlsb, .ods): parts by name, unpacked within bounds.

What was checked here is packed anew for the reading library, so that both see the same bytes:
an entry that hides behind another, lies about its size or stands in an unusual place cannot
mean one thing to the check and another to the reader.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Mapping

from evalkit.spreadsheets import bounds, refusals
from evalkit.spreadsheets.refusals import RefusedError

__all__ = ["Package", "pack"]

_CENTRAL = b"PK\x01\x02"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8 = b"\xef\xbb\xbf"
_MAX_UTF16 = 32 * bounds.MIB
_LARGE = bounds.MIB
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


class Package:
    """The parts of a zip container.

    Parameters
    ----------
    data : bytes
        The file.

    Raises
    ------
    RefusedError
        The container is damaged, or beyond the bounds.
    """

    def __init__(self, data: bytes) -> None:
        # Counted before the directory is parsed: parsing millions of entries is the bomb itself.
        if data.count(_CENTRAL) > bounds.MAX_ENTRIES:
            raise RefusedError(refusals.TOO_MANY_ENTRIES)
        try:
            listed = zipfile.ZipFile(io.BytesIO(data)).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
            raise RefusedError(refusals.DAMAGED) from error
        self._entries = {_plain(entry.filename): entry for entry in listed}
        self._data = data
        self._left = bounds.MAX_UNPACKED

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._entries

    def has_below(self, folder: str) -> bool:
        """Whether any part stands in a folder."""
        return any(name.startswith(folder) for name in self._entries)

    def ending(self, end: str) -> bool:
        """Whether the name of any part ends so."""
        return any(name.endswith(end) for name in self._entries)

    def read(self, name: str) -> bytes:
        """Return a part, or nothing if there is none of this name.

        Raises
        ------
        RefusedError
            The part is damaged or encrypted, or the bounds are used up.
        """
        entry = self._entries.get(_plain(name))
        if entry is None:
            return b""
        if entry.flag_bits & 1:
            raise RefusedError(refusals.PASSWORD)
        # The others unpack without bound, and no spreadsheet program writes them.
        if entry.compress_type not in (_STORED, _DEFLATED):
            raise RefusedError(refusals.DAMAGED)
        self._left -= entry.file_size
        if self._left < 0:
            raise RefusedError(refusals.UNPACKED_TOO_LARGE)
        data = _unpacked(self._data, entry)
        if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
            raise RefusedError(refusals.DAMAGED)
        return data

    def xml(self, name: str) -> bytes:
        """Return an XML part in UTF-8 without a byte order mark.

        Raises
        ------
        RefusedError
            As :meth:`read`; also if the part declares a document type.
        """
        data = self.read(name).removeprefix(_UTF8)
        if data.startswith(_UTF16):
            data = _in_utf8(data)
        if b"!" in data and (b"<!DOCTYPE" in data or b"<!doctype" in data):
            raise RefusedError(refusals.DTD)
        return data


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip container of the parts; large ones are compressed to save memory."""
    locals_, directory, place = [], [], 0
    for name, data in parts.items():
        raw = name.encode()
        method, packed = _STORED, data
        if len(data) > _LARGE:
            method, packed = _DEFLATED, zlib.compress(data, 1, -zlib.MAX_WBITS)
        sizes = zlib.crc32(data), len(packed), len(data), len(raw), 0
        common = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, 33, *sizes)
        locals_ += [b"PK\x03\x04", common, raw, packed]
        directory += [_CENTRAL, b"\x14\0", common, struct.pack("<HHHII", 0, 0, 0, 0, place), raw]
        place += 30 + len(raw) + len(packed)
    size = sum(map(len, directory))
    end = struct.pack("<4s4xHHIIH", b"PK\x05\x06", len(parts), len(parts), size, place, 0)
    return b"".join([*locals_, *directory, end])


def _unpacked(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Return an entry's bytes: one more than declared at most, whatever is packed in it."""
    head = data[entry.header_offset : entry.header_offset + 30]
    if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
        raise RefusedError(refusals.DAMAGED)
    start = entry.header_offset + 30 + sum(struct.unpack_from("<HH", head, 26))
    packed = memoryview(data)[start : start + entry.compress_size]
    if entry.compress_type == _STORED:
        return bytes(packed)
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.file_size + 1)
    except zlib.error as error:
        raise RefusedError(refusals.DAMAGED) from error


def _plain(name: str) -> str:
    # Names of parts do not heed case, and some programs write backslashes.
    return posixpath.normpath(name.replace("\\", "/").lstrip("/")).lower()


def _in_utf8(data: bytes) -> bytes:
    if len(data) > _MAX_UTF16:
        raise RefusedError(refusals.UNPACKED_TOO_LARGE)
    try:
        text = data.decode("utf-16")
    except UnicodeError as error:
        raise RefusedError(refusals.DAMAGED) from error
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]  # it names the old encoding
    return text.encode("utf-8", "replace")
