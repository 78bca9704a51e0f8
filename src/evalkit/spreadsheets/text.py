"""Text files (.csv): their encoding, delimiter and cells. Numbers and dates stay text."""

from __future__ import annotations

import csv
import io

from evalkit.spreadsheets import bounds, refusals
from evalkit.spreadsheets.refusals import RefusedError

__all__ = ["cells", "decoded", "looks_like_text"]

_DELIMITERS = ",\t;"
_SAMPLE_LINES = 20
_LONGEST_FIELD = 2**31 - 1


def decoded(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with a mark, or GB18030.

    Raises
    ------
    RefusedError
        The bytes are none of these.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # GB18030 reads nearly anything. UTF-8 with a broken byte must not become gibberish.
        loose = data.decode("utf-8-sig", "replace")
        bad = loose.count("\ufffd")
        if bad * 20 < sum(character > "\x7f" for character in loose):
            raise RefusedError(refusals.ENCODING) from None
    return _strictly(data, "gb18030")


def looks_like_text(text: str) -> bool:
    """Whether a file that is not called .csv may be one."""
    control = any(character < " " and character not in "\t\n\r\f" for character in text)
    return not control and any(character in _DELIMITERS for character in text)


def cells(text: str) -> list[list[str]]:
    """Return the cells row by row, all rows of equal length.

    Raises
    ------
    RefusedError
        There are used cells beyond the bounds.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    rows: list[list[str]] = []
    blank, width = 0, 0
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
        used = len(row)
        while used and not row[used - 1]:
            used -= 1
        if not used:
            blank += 1
            continue
        width = max(width, used)
        if len(rows) + blank >= bounds.MAX_ROWS or width > bounds.MAX_COLUMNS:
            raise RefusedError(refusals.SHEET_TOO_LARGE)
        rows += [[] for _ in range(blank)]
        blank = 0
        rows.append(row[:used])
    if len(rows) * width > bounds.MAX_CELLS:
        raise RefusedError(refusals.TOO_MANY_CELLS)
    for row in rows:
        row += [""] * (width - len(row))
    return rows


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise RefusedError(refusals.ENCODING) from error


def _delimiter(text: str) -> str:
    """Return what stands most often between the fields of the first lines, outside quotes."""
    unquoted = "".join(text[:100_000].split('"')[::2])
    lines = [line for line in unquoted.splitlines() if line.strip()][:_SAMPLE_LINES]
    return max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))
