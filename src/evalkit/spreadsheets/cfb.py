"""Compound files, the container of .xls: their streams, and a file with one stream.

The file's sectors are chained by number. A chain may bite its own tail; every walk here ends
after as many steps as there are sectors.
"""

from __future__ import annotations

import struct

from evalkit.spreadsheets import refusals
from evalkit.spreadsheets.refusals import RefusedError

__all__ = ["MAGIC", "Streams", "with_stream"]

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LAST = 0xFFFFFFFA
_CUTOFF, _MINI = 4096, 64
_STREAM, _ROOT = 2, 5


class Streams:
    """The streams of a compound file by name.

    Raises
    ------
    RefusedError
        The file is damaged.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(MAGIC):
            raise RefusedError(refusals.DAMAGED)
        shift = int.from_bytes(data[30:32], "little")
        if shift not in (9, 12):
            raise RefusedError(refusals.DAMAGED)
        self._data, self._size = data, 1 << shift
        self._fat = self._read_fat()
        entries = self._directory()
        start, size = next(((e[2], e[3]) for e in entries if e[1] == _ROOT), (_END, 0))
        self._mini_stream = self._chain(start, size)
        self._mini_fat = _numbers(self._chain(struct.unpack_from("<I", data, 60)[0], None))
        self._places = {name: (s, n) for name, kind, s, n in reversed(entries) if kind == _STREAM}

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def read(self, name: str) -> bytes:
        """Return a stream's bytes.

        Raises
        ------
        RefusedError
            The stream's chain is broken.
        """
        start, size = self._places[name]
        if size >= _CUTOFF:
            return self._chain(start, size)
        parts: list[bytes] = []
        for _ in range(-(-size // _MINI)):
            if start >= len(self._mini_fat):
                raise RefusedError(refusals.DAMAGED)
            parts.append(self._mini_stream[start * _MINI : (start + 1) * _MINI])
            start = self._mini_fat[start]
        return b"".join(parts)[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        sector = self._data[start : start + self._size]
        if not sector:
            raise RefusedError(refusals.DAMAGED)
        return sector

    def _read_fat(self) -> list[int]:
        most = len(self._data) // self._size
        tables = most // (self._size // 4) + 1
        listed = [*struct.unpack_from("<109I", self._data, 76)]
        number = struct.unpack_from("<I", self._data, 68)[0]
        for _ in range(most):
            if number > _LAST:
                break
            *more, number = _numbers(self._sector(number)) or [_END]
            listed += more
        fat: list[int] = []
        for number in [n for n in listed if n <= _LAST][:tables]:
            fat += _numbers(self._sector(number))
        return fat[:most]

    def _chain(self, start: int, size: int | None) -> bytes:
        """Return the sectors from `start` on; a stream of no size takes none."""
        parts: list[bytes] = []
        left = len(self._fat) if size is None else -(-size // self._size)
        if left > len(self._fat):
            raise RefusedError(refusals.DAMAGED)
        while left and start <= _LAST:
            if start >= len(self._fat):
                raise RefusedError(refusals.DAMAGED)
            parts.append(self._sector(start))
            start = self._fat[start]
            left -= 1
        if left == 0 and size is None and start <= _LAST:
            raise RefusedError(refusals.DAMAGED)  # a cycle
        return b"".join(parts) if size is None else b"".join(parts)[:size]

    def _directory(self) -> list[tuple[str, int, int, int]]:
        raw = self._chain(struct.unpack_from("<I", self._data, 48)[0], None)
        entries = []
        for place in range(0, len(raw) - 127, 128):
            length, kind = struct.unpack_from("<HB", raw, place + 64)
            name = raw[place : place + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", raw, place + 116)
            entries.append((name, kind, start, size))
        return entries


def with_stream(name: str, stream: bytes) -> bytes:
    """Return a compound file that holds one stream of at least 4,096 bytes."""
    size = 4096
    stream += bytes(max(size - len(stream), -len(stream) % size))
    sectors = len(stream) // size
    # In this order: the directory, the table of chains, the store of small streams (which must
    # not be absent, but is blank), the stream.
    tables = 1
    while tables * size // 4 < sectors + tables + 2:
        tables += 1
    first = 2 + tables
    fat = [_END, *[_FAT] * tables, _END, *range(first + 1, first + sectors), _END]
    fat += [_FREE] * (tables * size // 4 - len(fat))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", MAGIC, 0x3E, 4, 0xFFFE, 12, 6,
        1, tables, 0, 0, _CUTOFF, _END, 0, _END, 0,
    )  # fmt: skip
    places = [*range(1, 1 + tables), *[_FREE] * (109 - tables)]
    header += struct.pack("<109I", *places)
    root = _entry("Root Entry", _ROOT, 1 + tables, size, child=1)
    directory = root + _entry(name, _STREAM, first, len(stream))
    table = struct.pack(f"<{len(fat)}I", *fat)
    blank = bytes(size)
    return b"".join([header.ljust(size, b"\0"), directory.ljust(size, b"\0"), table, blank, stream])


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xIII", text, len(text) + 2, kind, 1, _FREE, _FREE, child, start, size, 0
    )


def _numbers(raw: bytes) -> list[int]:
    return [*struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])]
