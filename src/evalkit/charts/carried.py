"""What tables and pictures carry beside their looks, so that every file format can set them anew.

A cell's output holds HTML or a picture for the screen and, under a media type of its own, the
same content as plain data: blocks of text, tables with what is printed in each cell, the table
behind a picture. :mod:`evalkit.export` reads it; programs that do not know the types ignore them.
Only what is printed is carried: no value that a table hides, and no more decimals than it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evalkit.charts.theme import STATUS, VERDICTS
from evalkit.privacy import Field, Released

__all__ = [
    "FIGURE",
    "FRAGMENT",
    "NUMERIC",
    "bundle",
    "carried_table",
    "cell",
    "column",
    "fields_of",
    "inline",
    "is_kept",
    "listed",
    "paragraph",
    "plain",
    "printed",
    "table_block",
]

FRAGMENT = "application/vnd.evalkit.fragment+json"
"""``{"version": 1, "blocks": [...]}``; the blocks are those of this module."""
FIGURE = "application/vnd.evalkit.figure+json"
"""``{"version": 1, "caption", "alt", "data": [tables]}``, beside ``image/svg+xml``."""
NUMERIC = frozenset({"count", "score", "change", "number", "money", "percent"})
"""Kinds of columns that stand at the right, digit under digit."""
SHORT = 12
"""Columns whose texts are all at most so long stay on one line."""

Block = dict[str, Any]


def inline(text: str) -> list[Block]:
    """Return a line as runs; ``**words**`` are bold, anything else stands as it is.

    Examples
    --------
    >>> inline("得 **90** 分")
    [{'text': '得 '}, {'text': '90', 'bold': True}, {'text': ' 分'}]
    """
    parts = re.split(r"\*\*(.+?)\*\*", text)
    runs: list[Block] = [
        {"text": part, "bold": True} if place % 2 else {"text": part}
        for place, part in enumerate(parts)
    ]
    return [run for run in runs if run["text"]]


def plain(text: str) -> list[Block]:
    """Return a line as one run: nothing in it means anything."""
    return [{"text": text}]


def paragraph(runs: list[Block], tone: str = "") -> Block:
    """Return a paragraph; its tone is ``""`` or ``"faint"``."""
    return {"kind": "paragraph", "runs": runs, "tone": tone}


def listed(items: list[list[Block]], *, ordered: bool = False) -> Block:
    """Return a list of lines."""
    return {"kind": "list", "ordered": ordered, "items": items}


def column(title: str, unit: str = "", kind: str = "text", *, keep: bool = False) -> Block:
    """Return a table's column: `kind` is that of a released field, `keep` says: never wrapped."""
    return {"title": title, "unit": unit, "kind": kind, "keep": keep}


def cell(text: str, mark: str = "", colour: str = "") -> str | Block:
    """Return a table's cell; its mark is ``dropped``, ``faint``, ``strong`` or ``dot``."""
    return {"text": text, "mark": mark, "colour": colour} if mark else text


def table_block(
    columns: Sequence[Block],
    rows: Iterable[Sequence[str | Block]],
    note: str = "",
    caption: str = "",
) -> Block:
    """Return a table."""
    return {
        "kind": "table",
        "caption": caption,
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "note": note,
    }


def fields_of(released: Released, columns: Sequence[str] = ()) -> list[Field]:
    """Return the fields that are shown: those asked for, or all."""
    return [field for field in released.fields if not columns or field.name in columns]


def is_kept(released: Released, field: Field) -> bool:
    """Whether a column is never wrapped: numbers, and texts that are all short."""
    if field.kind in NUMERIC:
        return True
    texts = (released.text(row, field.name) for row in range(len(released)))
    return all(len(text) <= SHORT for text in texts)


def printed(released: Released, row: int, field: Field) -> str | Block:
    """Return a cell as it is printed; states are words with a coloured dot."""
    text = released.text(row, field.name)
    if field.name == "status" and text in STATUS:
        colour, word = STATUS[text]
        return cell(word, "dot", colour)
    if field.name == "state" and text in VERDICTS:
        return cell(text, "dot", VERDICTS[text])
    return text


def carried_table(released: Released, columns: Sequence[str] = (), caption: str = "") -> Block:
    """Return what a released table shows, and nothing else of it."""
    fields = fields_of(released, columns)
    return table_block(
        [column(f.title, f.unit, f.kind, keep=is_kept(released, f)) for f in fields],
        ([printed(released, row, f) for f in fields] for row in range(len(released))),
        released.note,
        caption,
    )


def bundle(blocks: Sequence[Mapping[str, Any]]) -> Block:
    """Return the content of :data:`FRAGMENT`."""
    return {"version": 1, "blocks": [dict(block) for block in blocks]}
