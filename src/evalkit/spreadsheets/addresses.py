"""A1 addresses as they stand in files."""

from __future__ import annotations

from functools import lru_cache

from evalkit.spreadsheets.bounds import MAX_COLUMNS, MAX_ROWS

__all__ = ["column_number", "inside"]


@lru_cache(maxsize=2048)
def column_number(letters: bytes) -> int:
    """Return a column's number, from zero.

    Examples
    --------
    >>> column_number(b"A"), column_number(b"OJ")
    (0, 399)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def inside(row: int, column: int) -> bool:
    """Whether a cell lies within the bounds; row and column count from zero."""
    return 0 <= row < MAX_ROWS and 0 <= column < MAX_COLUMNS
