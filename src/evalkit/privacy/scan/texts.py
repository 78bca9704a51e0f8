"""Text in files of text: web pages, XML, JSON, notebooks, anything else."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterator

from evalkit.privacy.scan.grids import (
    COUNT,
    LazyTable,
    Table,
    chart_tables,
    columns_table,
    markup_tables,
)

__all__ = ["Piece", "decoded", "json_pieces", "markup_pieces", "text_pieces"]

Piece = tuple[str, str | bytes | Table | LazyTable]
"""A place within a file, and what stands there: text, a table, or another file."""

_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)?[^,\"'()<>\s]*;base64,([A-Za-z0-9+/=\s%]+)")
_SKIPPED = ("font/", "application/font", "application/x-font", "application/octet-stream")
_TAG = re.compile(
    r"<(?:!--(?P<comment>(?:[^-]++|-(?!->))*+)(?:-->|\Z)"
    r"|!\[CDATA\[(?P<data>(?:[^\]]++|\](?!\]>))*+)(?:\]\]>|\Z)"
    r"|[/?!]?(?:[A-Za-z_][\w.-]*:)?(?P<tag>[A-Za-z_][\w.-]*)"
    r"(?P<rest>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>)"
)
_VALUE = re.compile(r"[=]\s*(?:\"([^\"]*)\"|'([^']*)')")
_PAGES = """
    a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong
    sub sup time tspan u var wbr
"""
_OFFICE = """
    r t rPr rFonts rFont rStyle bCs iCs color sz szCs lang proofErr bookmarkStart bookmarkEnd
    highlight noProof hyperlink spacing instrText kern shd vertAlign smartTag eastAsianLayout
    latin ea cs solidFill srgbClr schemeClr hlinkClick effectLst charset family scheme
"""
_INLINE = frozenset((_PAGES + _OFFICE).split())
"""Local names of elements that do not end a word: runs of text, and what says how they look."""
_BARE_INLINE = re.compile(
    r"</?(?:\w+:)?(?:" + "|".join(sorted(_INLINE, key=len, reverse=True)) + r")"
    r"(?: xml:space=\"preserve\")?/?>"
)
"""Most of an Office document: such elements without attributes say nothing and end nothing."""
_SMALLEST = 1e5
"""No number of a person is less."""
_LITTLE = re.compile(COUNT)
"""Without anything like it an object of JSON is no table."""
_SHORT = 40
"""No file that is encoded in a text is shorter."""
_SCALAR = (str, int, float, type(None))
_ESCAPE = re.compile(r"\\u\{?([0-9a-fA-F]{4})\}?")


def decoded(content: bytes) -> str:
    """Return bytes as text: UTF-8 or UTF-16 by their marks, UTF-8 if they are, else GB 18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def text_pieces(text: str) -> Iterator[Piece]:
    """Yield a text without what is encoded in it, and the files that are."""
    yield from _encoded(text)
    yield "", _unescaped(_DATA.sub(" ", text) if ";base64," in text else text)


def markup_pieces(text: str) -> Iterator[Piece]:
    """Yield what a web page or an XML part says: text, values of attributes, comments, files."""
    yield from _encoded(text)
    bare = _DATA.sub(" ", text) if ";base64," in text else text
    bare = _BARE_INLINE.sub("", bare)
    parts: list[str] = []
    values: list[str] = []
    end = 0
    for match in _TAG.finditer(bare):
        parts.append(bare[end : match.start()])
        end = match.end()
        name = match["tag"]
        if match["data"] is not None:
            parts.append(match["data"])
        elif name is None:
            values.append(match["comment"] or "")
        else:
            if name not in _INLINE:
                parts.append("\n")
            if "=" in match["rest"]:
                values += (a or b for a, b in _VALUE.findall(match["rest"]))
    parts.append(bare[end:])
    yield "", _unescaped(html.unescape("".join(parts)))
    yield "属性与注释", html.unescape("\n".join(values))
    yield from (("", table) for table in markup_tables(text))
    if "<c:ser>" in text:
        yield from (("图表的数据", table) for table in chart_tables(text))


def json_pieces(text: str) -> Iterator[Piece]:
    """Yield what a JSON file or a notebook says, with the path to it.

    Raises
    ------
    ValueError
        If it is no JSON.
    """
    content = json.loads(text)
    if isinstance(content, dict) and isinstance(content.get("cells"), list):
        for number, cell in enumerate(content["cells"], 1):
            yield from _walk(cell, f"第 {number} 个单元")
        content = {key: value for key, value in content.items() if key != "cells"}
    yield from _walk(content, "")


def _walk(value: object, place: str) -> Iterator[Piece]:
    if isinstance(value, str):
        if len(value) < _SHORT and "<" not in value and "\\" not in value:
            yield place, value  # as most are
        else:
            yield from _string(value, place)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        if abs(value) >= _SMALLEST:
            yield place, repr(value)
    elif isinstance(value, list):
        if value and all(isinstance(each, str) for each in value):
            # Notebooks keep a text as its lines.
            yield from _string("".join(value) if _is_lines(value) else "\n".join(value), place)
            return
        for number, each in enumerate(value, 1):
            yield from _walk(each, f"{place} › {number}" if place else str(number))
    elif isinstance(value, dict):
        keys = "\n".join(map(str, value))
        yield place, keys
        if (table := _table_of(value)) is not None:
            yield place, table
        for key, each in value.items():
            yield from _walk(each, f"{place} › {key}" if place else str(key))


def _table_of(value: dict[str, object]) -> Table | None:
    """Return what an object of JSON says as a table: a key is the header of what it holds."""
    names, data = value.get("columns"), value.get("data")
    if isinstance(names, list) and isinstance(data, list):
        return Table([[str(each) for each in row] for row in (names, *data) if type(row) is list])
    columns: dict[str, list[object]] = {}
    for key, each in value.items():
        items = [each]
        if isinstance(each, dict):
            items = list(each.values())
        elif isinstance(each, list):
            items = each
        if items and all(isinstance(item, _SCALAR) for item in items):
            columns[key] = items
    if any(_LITTLE.fullmatch(str(item)) for items in columns.values() for item in items):
        return columns_table([*columns], columns.values())
    return None


def _is_lines(value: list[str]) -> bool:
    return all(each.endswith("\n") for each in value[:-1])


def _string(text: str, place: str) -> Iterator[Piece]:
    name = place.rpartition(" › ")[2]
    if name.startswith(("image/", "application/pdf")) and "svg" not in name:
        try:
            yield place, base64.b64decode(text, validate=False)
        except (binascii.Error, ValueError):
            yield place, text
    elif "<" in text and (name in ("text/html", "image/svg+xml", "svg") or "</" in text):
        for inner, piece in markup_pieces(text):
            yield " › ".join(part for part in (place, inner) if part), piece
    else:
        for inner, piece in text_pieces(text):
            yield " › ".join(part for part in (place, inner) if part), piece


def _unescaped(text: str) -> str:
    """Return a text with the characters that JavaScript and JSON write as numbers."""
    if "\\u" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def _encoded(text: str) -> Iterator[Piece]:
    if ";base64," not in text:
        return
    for number, match in enumerate(_DATA.finditer(text), 1):
        kind = match[1] or ""
        if kind.startswith(_SKIPPED):
            continue
        try:
            yield f"内嵌文件 {number}（{kind}）", base64.b64decode(match[2].replace("%2B", "+"))
        except (binascii.Error, ValueError):
            yield f"内嵌文件 {number}", match[2]
