"""The boxes in which comments are shown: VML, edited as text.

Spreadsheet programs write VML that is not always well-formed XML, so it cannot be parsed. What is
not ours keeps its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from evalkit.intake.annotate.package import UnsafePackageError

__all__ = [
    "VML_TYPE",
    "add_boxes",
    "box_anchor",
    "has_boxes",
    "move_box",
    "new_drawing",
    "remove_boxes",
]

VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

_SPACES = (
    b'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_SHAPE = re.compile(rb"<(/?)\w+:shape\b[^<>]*>\s*")
_NOTE = re.compile(rb"""ObjectType\s*=\s*["']Note["']""")
_ROW = re.compile(rb"<(?:\w+:)?Row\b[^<>]*>\s*(\d+)\s*<")
_COLUMN = re.compile(rb"<(?:\w+:)?Column\b[^<>]*>\s*(\d+)\s*<")
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor\b[^<>]*>)([^<]*)(<)")
_NUMBERS = re.compile(rb"_x0000_s(\d+)")
_BLOCKS = re.compile(rb"""(\bdata\s*=\s*["'])([\d,\s]*)(["'])""")
_BLOCK = 1024
"""Boxes are numbered in blocks of so many; a drawing says which blocks it uses."""

_KIND = (
    b"<v:shapetype " + _SPACES + b' id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>\n'
)
_BOX = (
    b"<v:shape " + _SPACES + b' id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;'
    b'margin-left:60pt;margin-top:2pt;width:%dpt;height:%dpt;z-index:%d;visibility:hidden" '
    b'fillcolor="#fffdf3" strokecolor="#c9d2dc" o:insetmode="auto"><v:fill color2="#fffdf3"/>'
    b'<v:shadow on="t" color="#8a94a0" obscured="t"/><v:path o:connecttype="none"/>'
    b'<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    b'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    b"<x:Anchor>%s</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row>"
    b"<x:Column>%d</x:Column></x:ClientData></v:shape>\n"
)

Cell = tuple[int, int]
"""Row and column, both from one."""


def new_drawing(block: int) -> bytes:
    """Return a drawing without boxes, whose numbers begin in a block."""
    return (
        b"<xml " + _SPACES + b'><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/>'
        b"</o:shapelayout>\n</xml>" % block
    )


def add_boxes(drawing: bytes, boxes: Iterable[tuple[Cell, str, tuple[int, int]]]) -> bytes:
    """Add a hidden box for each (cell, anchor, size in points)."""
    end = drawing.rfind(b"</xml>")
    if end < 0:
        raise UnsafePackageError("a drawing without end")
    start = max(0, drawing.find(b"idmap"))
    blocks = _BLOCKS.search(drawing, start, drawing.find(b">", start) + 1)
    used = [int(n) for n in blocks[2].split(b",") if n.strip()] if blocks else []
    last = max([_BLOCK * min(used, default=1), *(int(n) for n in _NUMBERS.findall(drawing))])
    added = [] if b"_x0000_t202" in drawing else [_KIND]
    for number, ((row, column), anchor, (width, height)) in enumerate(boxes, last + 1):
        text = anchor.encode("ascii")
        added.append(_BOX % (number, width, height, number % _BLOCK, text, row - 1, column - 1))
        used.append(number // _BLOCK)
    drawing = drawing[:end] + b"".join(added) + drawing[end:]
    if blocks is None:
        return drawing
    numbers = ",".join(str(n) for n in dict.fromkeys(used)).encode("ascii")
    return drawing[: blocks.start(2)] + numbers + drawing[blocks.end(2) :]


def remove_boxes(drawing: bytes, cells: Collection[Cell]) -> bytes:
    """Take out the boxes of the comments of some cells."""
    return _edited(drawing, lambda shape: b"" if _cell_of(shape) in cells else shape)


def has_boxes(drawing: bytes) -> bool:
    """Whether anything is drawn: a box, or a button of the college's."""
    return re.search(rb"<(?:\w+:)?(?:shape|group|rect|oval|line|image)\b", drawing) is not None


def box_anchor(drawing: bytes, cell: Cell) -> str | None:
    """Return where the box of a cell's comment stands, as the drawing has it."""
    for start, end in _shapes(drawing):
        shape = drawing[start:end]
        if _cell_of(shape) == cell and (anchor := _ANCHOR.search(shape)):
            return anchor[2].decode("ascii", "replace").strip()
    return None


def move_box(drawing: bytes, cell: Cell, anchor: str) -> bytes:
    """Give the box of a cell's comment another place and size."""

    def moved(shape: bytes) -> bytes:
        if _cell_of(shape) != cell:
            return shape
        text = anchor.encode("ascii", "replace")
        return _ANCHOR.sub(lambda found: found[1] + text + found[3], shape, count=1)

    return _edited(drawing, moved)


def _shapes(drawing: bytes) -> Iterator[tuple[int, int]]:
    """Return where each shape begins and ends; shapes do not hold shapes."""
    start = None
    for found in _SHAPE.finditer(drawing):
        if found[1] and start is not None:
            yield start, found.end()
            start = None
        elif not found[1] and not found[0].rstrip().endswith(b"/>"):
            start = found.start()


def _edited(drawing: bytes, change: Callable[[bytes], bytes]) -> bytes:
    pieces, after = [], 0
    for start, end in _shapes(drawing):
        pieces += [drawing[after:start], change(drawing[start:end])]
        after = end
    return b"".join([*pieces, drawing[after:]])


def _cell_of(shape: bytes) -> Cell | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    if _NOTE.search(shape) is None or row is None or column is None:
        return None
    return int(row[1]) + 1, int(column[1]) + 1
