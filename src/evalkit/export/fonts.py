"""The Chinese font, cut down to the characters of one page and put into it."""

from __future__ import annotations

import base64
import copy
import io
from functools import cache
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path

__all__ = ["cut_to_width", "embedded_font", "has_glyph", "text_width"]

_TEXTS = frozenset({0, 1, 2, 3, 4, 5, 6, 13, 14})
"""Of the font's own texts: copyright, names, version, licence."""
LINE = 200
"""Characters; nothing that stands on one line has more."""
_HEAD = ("created", "fontRevision", "modified", "xMax", "xMin", "yMax", "yMin")
_HHEA = ("advanceWidthMax", "ascent", "descent", "lineGap", "minLeftSideBearing")
_HHEA_RIGHT = ("minRightSideBearing", "xMaxExtent")


def embedded_font(text: str) -> str:
    """Return the packaged font with just the characters of `text`, as a data URI (WOFF).

    No font need be installed where the page is read, and none is fetched. The font is put together
    from single glyphs, and those are kept: cutting a large font down takes longer than anything
    else about a page, and pages have most of their characters in common.
    """
    source = _source()
    glyph_of = source.getBestCmap()
    characters = {code: glyph_of[code] for code in sorted({*map(ord, text), 32} & glyph_of.keys())}
    glyphs = {name: _glyph(name) for name in dict.fromkeys([".notdef", *characters.values()])}
    builder = FontBuilder(unitsPerEm=source["head"].unitsPerEm, isTTF=False)
    font = builder.font
    font.recalcBBoxes = font.recalcTimestamp = False
    builder.updateHead(**{name: getattr(source["head"], name) for name in _HEAD})
    builder.setupGlyphOrder([*glyphs])
    builder.setupCharacterMap(characters)
    box = [getattr(source["head"], name) for name in ("xMin", "yMin", "xMax", "yMax")]
    outlines = {name: T2CharString(bytecode=outline) for name, (outline, _) in glyphs.items()}
    builder.setupCFF(source["name"].getDebugName(6), {"FontBBox": box}, outlines, {})
    builder.setupHorizontalMetrics({name: metrics for name, (_, metrics) in glyphs.items()})
    builder.setupHorizontalHeader(
        **{name: getattr(source["hhea"], name) for name in (*_HHEA, *_HHEA_RIGHT)}
    )
    font["OS/2"], font["name"] = copy.copy(source["OS/2"]), copy.copy(source["name"])
    font["name"].names = [each for each in font["name"].names if each.nameID in _TEXTS]
    builder.setupPost(keepGlyphNames=False)
    font.flavor = "woff"
    content = io.BytesIO()
    font.save(content)
    encoded = base64.b64encode(content.getvalue()).decode("ascii")
    return f"data:font/woff;base64,{encoded}"


def has_glyph(character: str) -> bool:
    """Whether the packaged font can show a character."""
    return ord(character) in _characters()


def text_width(text: str) -> float:
    """Return the width of a line in the packaged font, in em (widths of a Chinese character)."""
    return sum(map(_advance, text))


def cut_to_width(text: str, width: float) -> str:
    """Return as much of a text as fits a line `width` em wide, with dots if some is left out."""
    if len(text) <= LINE and text_width(text) <= width:
        return text
    used = 1.0  # the dots
    for place, character in enumerate(text[:LINE]):
        used += _advance(character)
        if used > width:
            return text[:place] + "…"
    return text[:LINE] + "…"


@cache
def _characters() -> dict[int, str]:
    return dict(_source().getBestCmap())


@cache
def _advance(character: str) -> float:
    name = _characters().get(ord(character))
    if name is None:
        return 1.0
    return float(_source()["hmtx"].metrics[name][0] / _source()["head"].unitsPerEm)


@cache
def _source() -> TTFont:
    # In memory: processes that are forked from this one would share an open file's position.
    return TTFont(io.BytesIO(sans_path().read_bytes()), lazy=True)


@cache
def _glyph_set() -> Any:
    return _source().getGlyphSet()


@cache
def _glyph(name: str) -> tuple[bytes, tuple[int, int]]:
    """Return a glyph's outline (as a Type 2 charstring), its width and its left bearing."""
    width, left = _source()["hmtx"][name]
    pen = T2CharStringPen(width, _glyph_set())
    _glyph_set()[name].draw(pen)
    outline = pen.getCharString()
    outline.compile()
    return outline.bytecode, (width, left)
