"""The Chinese font, cut down to the characters of one page and put into it."""

from __future__ import annotations

import base64
import io

from fontTools import subset
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path

__all__ = ["embedded_font"]


def embedded_font(text: str) -> str:
    """Return the packaged font with just the characters of `text`, as a data URI (WOFF).

    No font need be installed where the page is read, and none is fetched.
    """
    options = subset.Options()
    options.flavor = "woff"
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.recalc_timestamp = False
    with TTFont(sans_path(), lazy=True, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(set(text))) + " ")
        cutter.subset(font)
        font.flavor = "woff"
        content = io.BytesIO()
        font.save(content)
    encoded = base64.b64encode(content.getvalue()).decode("ascii")
    return f"data:font/woff;base64,{encoded}"
