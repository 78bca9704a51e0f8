"""Outputs that carry their content as plain data beside their looks.

:mod:`evalkit.charts.carried` writes them. A notebook may have been edited since: what does not
have the form that is expected here is not used, and the output's other formats are read instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from evalkit.export.blocks import (
    Block,
    Card,
    Cards,
    Cell,
    Column,
    Figure,
    Items,
    Paragraph,
    Run,
    Table,
)
from evalkit.export.characters import visible
from evalkit.export.drawings import drawing_size, safe_drawing

__all__ = ["FIGURE", "FRAGMENT", "figure", "fragment"]

FRAGMENT = "application/vnd.evalkit.fragment+json"
FIGURE = "application/vnd.evalkit.figure+json"
VERSION = 1
RIGHT = frozenset({"count", "score", "change", "number", "money", "percent"})
KINDS = RIGHT | {"text", "date", "month", "flag", "auto"}
MARKS = ("", "dropped", "faint", "strong", "dot")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def fragment(content: object) -> tuple[Block, ...] | None:
    """Return a fragment's blocks, or None if it is not one."""
    try:
        given = _mapping(content)
        if given["version"] != VERSION:
            return None
        return tuple(_block(_mapping(each)) for each in _sequence(given["blocks"]))
    except (KeyError, TypeError, ValueError):
        return None


def figure(content: object, svg: object) -> Figure | None:
    """Return a figure from what it carries and its drawing, or None."""
    try:
        given = _mapping(content)
        if given["version"] != VERSION:
            return None
        drawing = safe_drawing("".join(svg) if isinstance(svg, list) else _text(svg))
        width, height = drawing_size(drawing)
        return Figure(
            image=b"",
            kind="",
            svg=drawing,
            width=width,
            height=height,
            alt=_shown(given["alt"]),
            caption=_shown(given["caption"]),
            data=tuple(_table(_mapping(each)) for each in _sequence(given["data"])),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _block(given: Mapping[str, Any]) -> Block:
    match given["kind"]:
        case "paragraph":
            return Paragraph(_runs(given["runs"]), faint=given.get("tone") == "faint")
        case "list":
            items = tuple((Paragraph(_runs(item)),) for item in _sequence(given["items"]))
            return Items(items, ordered=given.get("ordered") is True)
        case "cards":
            return Cards(tuple(_card(_mapping(card)) for card in _sequence(given["cards"])))
        case "table":
            return _table(given)
        case other:
            raise ValueError(other)


def _table(given: Mapping[str, Any]) -> Table:
    columns = tuple(_column(_mapping(each)) for each in _sequence(given["columns"]))
    rows = tuple(tuple(_cell(each) for each in _sequence(row)) for row in _sequence(given["rows"]))
    if not columns or any(len(row) != len(columns) for row in rows):
        raise ValueError("columns")
    return Table(columns, rows, _shown(given["note"]), _shown(given["caption"]))


def _column(given: Mapping[str, Any]) -> Column:
    kind = given["kind"] if given["kind"] in KINDS else "auto"
    return Column(
        title=_shown(given["title"]),
        unit=_shown(given["unit"]),
        kind=kind,
        right=kind in RIGHT,
        keep=given["keep"] is True,
    )


def _cell(given: object) -> Cell:
    if isinstance(given, str):
        return Cell(visible(given))
    content = _mapping(given)
    mark, colour = content.get("mark", ""), content.get("colour", "")
    if mark not in MARKS or (mark == "dot" and not _COLOUR.fullmatch(_text(colour))):
        mark, colour = "", ""
    return Cell(_shown(content["text"]), mark, colour if mark == "dot" else "")


def _card(given: Mapping[str, Any]) -> Card:
    return Card(_shown(given["title"]), _shown(given["value"]), _shown(given["remark"]))


def _runs(given: object) -> tuple[Run, ...]:
    runs = (_mapping(each) for each in _sequence(given))
    return tuple(Run(_shown(run["text"]), bold=run.get("bold") is True) for run in runs)


def _mapping(given: object) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise TypeError(type(given).__name__)
    return given


def _sequence(given: object) -> Sequence[Any]:
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise TypeError(type(given).__name__)
    return given


def _shown(given: object) -> str:
    return visible(_text(given))


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError(type(given).__name__)
    return given
