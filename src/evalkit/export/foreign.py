"""HTML that other libraries leave in outputs, as blocks: texts, lists, tables, pictures.

Only what can be read is taken. Scripts, styles, frames and forms are left out; whether anything
was left in is for the caller to see.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

from evalkit.export.blocks import (
    Block,
    Code,
    Figure,
    Heading,
    Items,
    Paragraph,
    Quote,
    Rule,
    Run,
)
from evalkit.export.characters import visible
from evalkit.export.foreign_tables import table_of, words_of
from evalkit.export.images import KINDS, size_of

__all__ = ["data_picture", "html_blocks", "safe_link"]

_IGNORED = frozenset(
    {"script", "style", "template", "noscript", "head", "title", "meta", "link"}
    | {"iframe", "object", "embed", "svg", "math", "canvas", "video", "audio"}
    | {"form", "input", "button", "select", "textarea"}
)
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "del", "dfn", "em", "font", "i"}
    | {"ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "time", "tt", "u", "var", "wbr"}
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "cite": "italic",
    "var": "italic",
    "dfn": "italic",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
    "del": "struck",
    "s": "struck",
    "strike": "struck",
}
_DATA = re.compile(r"data:(image/[a-z]+);base64,(.*)", re.DOTALL)
DEEPEST = 60
"""Elements within elements beyond this are taken as text."""


def html_blocks(source: str) -> tuple[Block, ...]:
    """Return the blocks of a piece of HTML; nothing if there is nothing to read in it."""
    # What the parser refuses (NUL, lone surrogates) is named before it sees it.
    text = visible(source)
    if not text.strip():
        return ()
    try:
        root = html.fragment_fromstring(text, create_parent="div")
    except (etree.ParserError, ValueError):
        return ()
    return tuple(_blocks(root, 0))


def safe_link(address: str) -> str:
    """Return an address that a file may lead to (web, mail), empty if it is another."""
    try:
        scheme = urlsplit(address.strip()).scheme.lower()
    except ValueError:
        return ""
    return address.strip() if scheme in ("http", "https", "mailto") else ""


def data_picture(address: str, words: str) -> Figure | None:
    """Return a picture that stands in its own address, None if it is elsewhere."""
    match = _DATA.fullmatch(address.strip())
    if match is None or match[1] not in KINDS:
        return None
    try:
        image = base64.b64decode(match[2])
        width, height = size_of(image)
    except (ValueError, binascii.Error):
        return None
    return Figure(image, match[1], "", width, height, alt=words, caption=words)


def _blocks(element: Any, depth: int) -> Iterator[Block]:
    """Return an element's content: words between block elements become paragraphs."""
    pending: list[Run] = []
    if element.text:
        pending.append(Run(element.text))
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "img":
            found = data_picture(child.get("src", ""), visible(child.get("alt", "")))
            if found is not None:
                yield from _paragraph(pending)
                pending = []
                yield found
        elif tag in _INLINE:
            pending.extend(_runs(child, Run(""), depth))
        elif tag and tag not in _IGNORED:
            yield from _paragraph(pending)
            pending = []
            yield from _block(child, tag, depth + 1)
        if child.tail:
            pending.append(Run(child.tail))
    yield from _paragraph(pending)


def _block(element: Any, tag: str, depth: int) -> Iterator[Block]:
    if depth > DEEPEST:
        yield from _paragraph([Run(words_of(element, "\n"))])
    elif tag in _HEADINGS:
        if runs := _folded(_runs(element, Run(""), depth)):
            yield Heading(_HEADINGS[tag], runs)
    elif tag == "table":
        if (table := table_of(element)) is not None:
            yield table
    elif tag in ("ul", "ol"):
        items = tuple(tuple(_blocks(item, depth + 1)) for item in element.iterchildren("li"))
        if items:
            yield Items(items, ordered=tag == "ol")
    elif tag == "pre":
        if (text := words_of(element, "\n")).strip():
            yield Code(text.strip("\n"))
    elif tag == "hr":
        yield Rule()
    elif tag == "blockquote" or "alert" in element.get("class", "").split():
        if blocks := tuple(_blocks(element, depth)):
            yield Quote(blocks)
    else:
        yield from _blocks(element, depth)


def _runs(element: Any, style: Run, depth: int) -> Iterator[Run]:
    tag = element.tag if isinstance(element.tag, str) else "script"
    if tag in _IGNORED or depth > DEEPEST:
        return
    if tag == "br":
        yield replace(style, text="\n")
        return
    if (looks := _STYLES.get(tag)) is not None:
        style = replace(
            style,
            bold=style.bold or looks == "bold",
            italic=style.italic or looks == "italic",
            code=style.code or looks == "code",
            struck=style.struck or looks == "struck",
        )
    if tag == "a":
        style = replace(style, link=safe_link(element.get("href", "")))
    if element.text:
        yield replace(style, text=element.text)
    for child in element:
        yield from _runs(child, style, depth + 1)
        if child.tail:
            yield replace(style, text=child.tail)


def _paragraph(runs: list[Run]) -> Iterator[Block]:
    if folded := _folded(iter(runs)):
        yield Paragraph(folded)


def _folded(runs: Iterator[Run]) -> tuple[Run, ...]:
    """Fold white space as a browser does; line ends that were asked for stay."""
    kept: list[Run] = []
    after_space = True
    for run in runs:
        text = run.text if run.text == "\n" else re.sub(r"[ \t\n\f]+", " ", run.text)
        if after_space:
            text = text.lstrip(" ")
        if text:
            after_space = text[-1] in " \n"
            kept.append(replace(run, text=text))
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept)
