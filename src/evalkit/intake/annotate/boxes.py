"""Where the box of a comment stands, and how large it must be for its text to be read."""

from __future__ import annotations

import re
from collections.abc import Callable

from evalkit.intake.annotate.cells import LAST_COLUMN, LAST_ROW, Address, SheetPart
from evalkit.intake.annotate.wording import breadth

__all__ = ["box_for", "enlarged"]

_LINE, _HALF, _EDGE = 18, 6.3, 16
"""Pixels: height of a line, width of half a character, both margins together."""

_NARROW, _WIDE, _LONG_TEXT, _HIGHEST = 320, 440, 12, 620
_FARTHEST = 250
"""A box reaches over so many rows or columns at most: beyond hidden ones there is no end."""


def _needed(text: str) -> tuple[int, int]:
    """Return width and height in pixels."""
    for width in (_NARROW, _WIDE):
        across = (width - _EDGE) / _HALF
        lines = sum(max(1, -(-breadth(line) // int(across))) for line in text.split("\n"))
        if lines <= _LONG_TEXT:
            break
    return width, min(lines * _LINE + _EDGE, _HIGHEST)


def _walk(
    start: int, offset: int, length: int, pixels: Callable[[int], int], last: int
) -> tuple[int, int] | None:
    """Go so many pixels on; return the row or column reached and the pixels into it."""
    left = length + offset
    for number in range(start, min(start + _FARTHEST, last) + 1):
        size = pixels(number)
        if left <= size:
            return number, left
        left -= size
    return None


def box_for(sheet: SheetPart, place: Address, text: str) -> tuple[str, tuple[int, int]]:
    """Return the anchor of a new box, to the right of its cell, and its size in points."""
    width, height = _needed(text)
    row, column = place
    right_edge = max([column, *(r for top, left, _, r in sheet.merged if (top, left) == place)])
    left, shift = right_edge + 1, 15
    across = _walk(left, shift, width, sheet.column_pixels, LAST_COLUMN)
    if across is None:  # nothing is shown to the right: the box covers what is to the left
        left, shift, reached = column, 0, sheet.column_pixels(column)
        while left > 1 and reached < width and column - left < _FARTHEST:
            left -= 1
            reached += sheet.column_pixels(left)
        across = column, sheet.column_pixels(column)
    top, drop = (row - 1, 10) if row > 1 else (1, 2)
    down = _walk(top, drop, height, sheet.row_pixels, LAST_ROW)
    if down is None:
        top, drop, down = max(1, row - 20), 0, (row, sheet.row_pixels(row))
    anchor = _anchor((left, shift), (top, drop), across, down)
    return anchor, (width * 3 // 4, height * 3 // 4)


def enlarged(sheet: SheetPart, anchor: str, text: str) -> str | None:
    """Return another anchor for a box that is too small for a text, or nothing if it is not."""
    numbers = [int(n) for n in re.findall(r"\d+", anchor)]
    if len(numbers) != 8:
        return None
    left, shift, top, drop, right, right_shift, bottom, bottom_drop = numbers
    width = _distance((left, shift), (right, right_shift), sheet.column_pixels)
    height = _distance((top, drop), (bottom, bottom_drop), sheet.row_pixels)
    least_width, least_height = _needed(text)
    if width >= least_width and height >= least_height:
        return None
    across = _walk(left + 1, shift, max(width, least_width), sheet.column_pixels, LAST_COLUMN)
    down = _walk(top + 1, drop, max(height, least_height), sheet.row_pixels, LAST_ROW)
    if across is None or down is None:
        return None
    return _anchor((left + 1, shift), (top + 1, drop), across, down)


def _distance(start: tuple[int, int], end: tuple[int, int], pixels: Callable[[int], int]) -> int:
    numbers = range(start[0], min(end[0], start[0] + _FARTHEST))
    return sum(pixels(number + 1) for number in numbers) - start[1] + end[1]


def _anchor(*corners: tuple[int, int]) -> str:
    """Write left, top, right and bottom, each a number from one and pixels into it."""
    return ", ".join(f"{number - 1}, {pixels}" for number, pixels in corners)
