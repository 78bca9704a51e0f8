"""The text of a notebook's Markdown cells as blocks.

HTML in it is read as far as it is text, tables and lists; nothing of it is ever run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import mistune

from evalkit.export.blocks import (
    Block,
    Cell,
    Code,
    Column,
    Figure,
    Heading,
    Items,
    Paragraph,
    Quote,
    Rule,
    Run,
    Table,
    plain,
)
from evalkit.export.characters import visible
from evalkit.export.foreign import html_blocks, safe_link

__all__ = ["Pictures", "markdown_blocks"]

Pictures = Callable[[str, str], Figure | None]
"""Address and words of a picture → the picture, if it is within the notebook."""

_Token = Mapping[str, Any]
WIDE = "\u2e80"
"""The first of the characters that are set without spaces between them."""
DEEPEST = 8
"""Lists within lists beyond this are set flat."""


@cache
def _parser() -> Any:
    return mistune.create_markdown(
        renderer=None, plugins=["table", "strikethrough", "task_lists", "math"]
    )


def markdown_blocks(source: str, pictures: Pictures) -> tuple[Block, ...]:
    """Return the blocks of a Markdown text.

    Parameters
    ----------
    source : str
        The text.
    pictures : callable
        Looks pictures up; those that it does not know are left out, with their words in place.
    """
    tokens = _parser()(visible(source))
    return tuple(_blocks(tokens, pictures, 0))


def _blocks(tokens: Iterable[_Token], pictures: Pictures, depth: int) -> Iterator[Block]:
    for token in tokens:
        children = token.get("children", ())
        match token["type"]:
            case "heading":
                yield Heading(token["attrs"]["level"], tuple(_runs(children)))
            case "paragraph" | "block_text":
                yield from _paragraph(children, pictures)
            case "list":
                yield _items(token, pictures, depth)
            case "block_quote":
                yield Quote(tuple(_blocks(children, pictures, depth + 1)))
            case "block_code" | "block_math":
                yield Code(token["raw"].rstrip("\n"))
            case "thematic_break":
                yield Rule()
            case "table":
                yield _table(children)
            case "block_html":
                yield from html_blocks(token["raw"])
            case _:
                if children:
                    yield from _blocks(children, pictures, depth)


def _items(token: _Token, pictures: Pictures, depth: int) -> Block:
    attributes = token.get("attrs", {})
    items = []
    for item in token["children"]:
        blocks = tuple(_blocks(item.get("children", ()), pictures, depth + 1))
        if item["type"] == "task_list_item":
            mark = Run("☑ " if item["attrs"]["checked"] else "☐ ")
            first = blocks[0] if blocks else Paragraph(())
            if isinstance(first, Paragraph):
                blocks = (replace(first, runs=(mark, *first.runs)), *blocks[1:])
        items.append(blocks)
    if depth >= DEEPEST:
        return Quote(tuple(block for blocks in items for block in blocks))
    ordered = bool(attributes.get("ordered"))
    return Items(tuple(items), ordered=ordered, start=int(attributes.get("start", 1)))


def _paragraph(tokens: Iterable[_Token], pictures: Pictures) -> Iterator[Block]:
    """Return a paragraph; pictures in it stand by themselves."""
    pending: list[_Token] = []
    for token in tokens:
        found = None
        if token["type"] == "image":
            words = plain(tuple(_runs(token.get("children", ()))))
            found = pictures(str(token["attrs"].get("url", "")), words)
        if found is None:
            pending.append(token)
            continue
        if runs := _trimmed(_runs(pending)):
            yield Paragraph(runs)
        pending = []
        yield found
    if runs := _trimmed(_runs(pending)):
        yield Paragraph(runs)


def _runs(tokens: Iterable[_Token], style: Run = Run("")) -> Iterator[Run]:  # noqa: B008
    line = list(tokens)
    for place, token in enumerate(line):
        children = token.get("children", ())
        match token["type"]:
            case "text":
                yield replace(style, text=token["raw"])
            case "codespan" | "inline_math":
                yield replace(style, text=token["raw"], code=True)
            case "strong":
                yield from _runs(children, replace(style, bold=True))
            case "emphasis":
                yield from _runs(children, replace(style, italic=True))
            case "strikethrough":
                yield from _runs(children, replace(style, struck=True))
            case "link":
                address = safe_link(str(token["attrs"].get("url", "")))
                yield from _runs(children, replace(style, link=address))
            case "linebreak":
                yield replace(style, text="\n")
            case "softbreak":
                if not _within_chinese(line[:place], line[place + 1 :]):
                    yield replace(style, text=" ")
            case "inline_html":
                if token["raw"].lower().startswith("<br"):
                    yield replace(style, text="\n")
            case _:
                yield from _runs(children, style)


def _within_chinese(before: list[_Token], after: list[_Token]) -> bool:
    """Whether a line end stands between two Chinese characters, where a space would be wrong."""
    near = 3  # a tag of HTML may stand between
    left, right = plain(tuple(_runs(before[-near:]))), plain(tuple(_runs(after[:near])))
    return left[-1:] >= WIDE and right[:1] >= WIDE


def _trimmed(runs: Iterable[Run]) -> tuple[Run, ...]:
    kept = [run for run in runs if run.text]
    while kept and not kept[-1].text.strip():
        kept.pop()
    while kept and not kept[0].text.strip():
        kept.pop(0)
    return tuple(kept)


def _table(sections: Iterable[_Token]) -> Table:
    columns: tuple[Column, ...] = ()
    rows: list[tuple[Cell, ...]] = []
    for section in sections:
        if section["type"] == "table_head":
            columns = tuple(
                Column(_words(cell), right=cell["attrs"].get("align") == "right")
                for cell in section["children"]
            )
        else:
            for row in section["children"]:
                rows.append(tuple(Cell(_words(cell)) for cell in row["children"]))  # noqa: PERF401
    return Table(columns, tuple(rows))


def _words(cell: _Token) -> str:
    return plain(tuple(_runs(cell.get("children", ()))))
