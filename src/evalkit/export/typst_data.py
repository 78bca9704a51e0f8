"""A document as the data that ``resources/typst/report.typ`` sets: plain JSON, and pictures.

Texts go into the file as strings of a JSON file that the typesetter reads as text. None of them
is ever part of its source, so that nothing in them can be markup or code.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

from evalkit.export.blocks import (
    Block,
    Cards,
    Code,
    Figure,
    Heading,
    Items,
    Paragraph,
    Quote,
    Run,
    Table,
    plain,
)
from evalkit.export.characters import code_point
from evalkit.export.document import ReportDocument
from evalkit.export.drawings import pixels
from evalkit.export.fonts import cut_to_width, has_glyph, text_width
from evalkit.export.layout import PADDING, Part, break_long, parts_of

__all__ = ["PAGE", "typst_files"]

PAGE = 481.0
"""Width of the text on A4 between margins of 20 mm, in points."""
EM, SMALL = 10.5, 8.5
"""Sizes of type, of the text and of running heads."""
LONG_ROW = 600
"""Characters of a cell beyond which its row may be broken over pages."""
FEW_ROWS, SHORT_TABLE = 12, 40.0
"""Tables of so few rows, none of them more than so many em high and wide, are not cut at all."""
CARD_WIDTH, VALUE, LEAST_VALUE = 132.0, 17.0, 9.0
HIGHEST = 600.0
"""Points; higher pictures are made smaller to fit a page."""
CONTENTS_FROM = 4
NAME = 1000
"""Characters of a title or of words for the blind; PDF allows some more."""
_UNSEEN = frozenset("\u200c\u200d\ufe0e\ufe0f")


def typst_files(document: ReportDocument, *, vector: bool) -> dict[str, bytes]:
    """Return the files that the typesetter reads: ``report.json`` and the pictures.

    Parameters
    ----------
    document : ReportDocument
        The report.
    vector : bool
        Whether pictures are drawn from SVG where there is one.
    """
    files: dict[str, bytes] = {}
    blocks = list(_blocks(document.blocks, files, PAGE, vector))
    content = {
        "title": break_long(_shown(document.title), PAGE / 21),
        "name": _shown(document.title)[:NAME],
        "short": _shown(cut_to_width(document.title, 0.5 * PAGE / SMALL)),
        "shorthead": _shown(cut_to_width(document.header, 0.45 * PAGE / SMALL)),
        "header": _shown(document.header),
        "author": _shown(document.author)[:NAME],
        "footer": [_shown(line) for line in document.footer],
        "contents": len(document.sections) >= CONTENTS_FROM,
        "blocks": blocks,
    }
    files["report.json"] = json.dumps(content, ensure_ascii=False).encode()
    return files


def _blocks(
    blocks: Sequence[Block], files: dict[str, bytes], width: float, vector: bool
) -> Iterator[dict[str, Any]]:
    for place, block in enumerate(blocks):
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        match block:
            case Heading():
                yield {
                    "kind": "heading",
                    "level": block.level,
                    "runs": _runs(block.runs, width),
                    "listed": len(plain(block.runs)) < NAME,
                }
            case Paragraph():
                short = len(plain(block.runs)) < LONG_ROW
                yield {
                    "kind": "paragraph",
                    "runs": _runs(block.runs, width),
                    "faint": block.faint,
                    "sticky": short and isinstance(following, Table | Figure | Items),
                }
            case Items():
                items = [list(_blocks(item, files, width - 24, vector)) for item in block.items]
                yield {
                    "kind": "list",
                    "ordered": block.ordered,
                    "start": block.start,
                    "items": items,
                }
            case Quote():
                inner = list(_blocks(block.blocks, files, width - 12, vector))
                yield {"kind": "quote", "blocks": inner}
            case Code():
                yield _code(block, width)
            case Cards():
                yield _cards(block, width)
            case Table():
                yield {"kind": "table", "parts": [_part(part) for part in parts_of(block, width)]}
            case Figure():
                yield _figure(block, files, width, vector)
            case _:
                yield {"kind": "rule"}


def _runs(runs: Sequence[Run], width: float) -> list[dict[str, Any]]:
    return [
        {
            "text": break_long(_shown(run.text), width / EM),
            "bold": run.bold,
            "italic": run.italic,
            "code": run.code,
            "struck": run.struck,
            "link": run.link,
        }
        for run in runs
    ]


def _code(block: Code, width: float) -> dict[str, Any]:
    """Return printed lines; the longest decides on the size of type, within limits."""
    lines = _shown(block.text.expandtabs(4)).split("\n")
    longest = max(map(_columns, lines), default=1)
    size = min(9.0, max(6.5, (width - 16) / (0.61 * max(longest, 1))))
    room = max(int((width - 16) / (0.61 * size)), 10)
    text = "\n".join(part for line in lines for part in _folded(line, room))
    return {"kind": "code", "text": text, "size": size, "error": block.error}


def _columns(line: str) -> int:
    return sum(1 if character < "\u2e80" else 2 for character in line)


def _folded(line: str, room: int) -> Iterator[str]:
    """Break a line of fixed width where it does not fit."""
    start = used = 0
    for place, character in enumerate(line):
        own = _columns(character)
        if used + own > room:
            yield line[start:place]
            start, used = place, 0
        used += own
    yield line[start:]


def _cards(block: Cards, width: float) -> dict[str, Any]:
    columns = 3 if width > 3 * CARD_WIDTH else 2
    columns = min(columns, max(len(block.cards), 1))
    room = (width - 7 * (columns - 1)) / columns - 22
    cards = []
    height = 0.0
    for card in block.cards:
        title, value, remark = (_shown(text) for text in (card.title, card.value, card.remark))
        # Whatever does not fit on one line in the smallest type goes on in the next.
        size = min(VALUE, max(LEAST_VALUE, room / max(text_width(value) * 1.05, 0.1)))
        lines = _lines(value, room / size)
        own = _lines(title, room / 8.8) * 13.5 + lines * size * 1.4
        height = max(height, own + _lines(remark, room / 8.2) * 12.5 + 24)
        pieces = {"title": title, "value": value, "remark": remark}
        cards.append({k: break_long(v, room / 12) for k, v in pieces.items()} | {"size": size})
    return {"kind": "cards", "cards": cards, "columns": columns, "height": height}


def _lines(text: str, room: float) -> int:
    return max(1, -int(-text_width(text) * 1.08 // room))


def _part(part: Part) -> dict[str, Any]:
    table = part.table
    inner = [(width - PADDING) / part.size for width in part.widths]
    rows = [
        {
            "cells": [
                {
                    "text": break_long(_shown(cell.text), room),
                    "mark": cell.mark,
                    "colour": cell.colour,
                }
                for cell, room in zip(row, inner, strict=True)
            ],
            "long": any(len(cell.text) > LONG_ROW for cell in row),
        }
        for row in table.rows
    ]
    columns = [
        {
            "title": break_long(_shown(column.title), room),
            "unit": _shown(column.unit),
            "right": column.right,
        }
        for column, room in zip(table.columns, inner, strict=True)
    ]
    heights = (
        max(_lines(cell.text[:400], room) for cell, room in zip(row, inner, strict=True))
        for row in table.rows[: FEW_ROWS + 1]
    )
    short = len(table.rows) <= FEW_ROWS and sum(height + 0.6 for height in heights) < SHORT_TABLE
    return {
        "columns": columns,
        "rows": rows,
        "widths": part.widths,
        "size": part.size,
        "label": break_long(_shown(part.label), PAGE / 9),
        "note": _shown(table.note),
        "short": short,
    }


def _figure(block: Figure, files: dict[str, bytes], width: float, vector: bool) -> dict[str, Any]:
    name = f"{block.number}.svg"
    content = block.svg.encode() if vector and block.svg else _wrapped(block)
    files[name] = content
    shown = min(block.width * 0.75, width)
    shown = min(shown, HIGHEST * block.width / block.height)
    alt = _shown(block.alt)[:NAME]
    return {
        "kind": "figure",
        "file": name,
        "width": shown,
        "alt": alt,
        "label": break_long(_shown(block.label), width / 9),
    }


def _wrapped(block: Figure) -> bytes:
    """Return a picture of pixels within an SVG: the typesetter takes only text from memory."""
    image, kind = block.image, block.kind
    if not image:
        (image,), kind = pixels([block.svg]), "image/png"
    encoded = base64.b64encode(image).decode("ascii")
    size = f'width="{block.width}" height="{block.height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {block.width} '
        f'{block.height}"><image {size} href="data:{kind};base64,{encoded}"/></svg>'
    ).encode()


def _shown(text: str) -> str:
    """Return a text of which the font has every character; others are named."""
    if text.isascii():
        return text
    return "".join(
        c if c in "\n\t" or has_glyph(c) else "" if c in _UNSEEN else code_point(c) for c in text
    )
