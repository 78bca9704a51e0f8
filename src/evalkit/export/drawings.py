"""Drawings (SVG) in outputs: made harmless, set into a page, turned into pixels where need be."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import typst
from lxml import etree
from pylopdf_fonts_zh_cn import sans_path

__all__ = ["drawing_size", "inlined", "packaged_fonts", "pixels", "safe_drawing"]

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"
_ELEMENTS = frozenset(
    {"circle", "clipPath", "defs", "ellipse", "g", "image", "line", "linearGradient", "path",
     "pattern", "polygon", "polyline", "radialGradient", "rect", "stop", "svg", "symbol", "text",
     "tspan", "use"}
)  # fmt: skip
"""All that shapes and words need; scripts, links, styles, foreign content are not among them."""
_PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]*")
_ELSEWHERE = re.compile(
    r"url\s*\(\s*(?!['\"]?#)|javascript:|expression\s*\(|@import", re.IGNORECASE
)
_FAMILY = re.compile(r"font-family:[^;]*")
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(px|pt|in|mm|cm)?\s*")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "in": 96.0, "mm": 96 / 25.4, "cm": 96 / 2.54}
LARGEST = 20_000
"""CSS pixels that a drawing may be wide or high."""
SHARP = 192
"""Pixels an inch: twice those of a screen."""


def safe_drawing(svg: str) -> str:
    """Return a drawing of which only shapes, words and pictures within it are left.

    Raises
    ------
    ValueError
        If it is no SVG.
    """
    root = _parsed(svg)
    for element in list(root.iter()):
        if not isinstance(element.tag, str):  # an entity
            _drop(element)
            continue
        name = etree.QName(element)
        if name.namespace != _SVG or name.localname not in _ELEMENTS:
            _drop(element)
            continue
        for key, value in list(element.attrib.items()):
            if not _is_harmless(str(key), str(value)):
                del element.attrib[key]
    # What matplotlib says in a style sheet, which would speak to the whole page.
    root.set("stroke-linejoin", "round")
    return etree.tostring(root, encoding="unicode")


def drawing_size(svg: str) -> tuple[int, int]:
    """Return width and height in CSS pixels.

    Raises
    ------
    ValueError
        If it does not say, or is of absurd size.
    """
    root = _parsed(svg)
    sides = [_LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height")]
    lengths = [float(m[1]) * _PIXELS[m[2] or ""] for m in sides if m is not None]
    box = root.get("viewBox", "").replace(",", " ").split()
    if len(lengths) < len(sides) and len(box) == 4:
        lengths = [float(box[2]), float(box[3])]
    if len(lengths) != 2 or not all(0 < each <= LARGEST for each in lengths):
        raise ValueError("width, height")
    return max(round(lengths[0]), 1), max(round(lengths[1]), 1)


def inlined(svg: str, name: str, alt: str, family: str) -> str:
    """Return a safe drawing as a part of an HTML page.

    Parameters
    ----------
    svg : str
        As :func:`safe_drawing` returns it.
    name : str
        What its identifiers begin with, so that those of several drawings are different.
    alt : str
        What it shows, in words.
    family : str
        The page's font.
    """
    root = _parsed(svg)
    width, height = drawing_size(svg)
    for element in root.iter():
        if "id" in element.attrib:
            element.set("id", name + element.get("id", ""))
        for key in (_HREF, "href"):
            if element.get(key, "").startswith("#"):
                element.set(key, f"#{name}{element.get(key, '')[1:]}")
        for key, value in element.attrib.items():
            if "url(" in value:
                element.set(key, re.sub(r"url\(\s*['\"]?#", f"url(#{name}", str(value)))
        if "style" in element.attrib and "font" in element.get("style", ""):
            style = _FAMILY.sub(f"font-family: {family}", element.get("style", ""))
            element.set("style", style)
    for side, length in (("width", width), ("height", height)):
        root.set(side, str(length))
    root.set("role", "img")
    root.set("aria-label", alt)
    return etree.tostring(root, encoding="unicode")


def pixels(drawings: Sequence[str]) -> list[bytes]:
    """Return drawings as PNG, in the packaged font.

    Raises
    ------
    ValueError
        If one of them cannot be drawn.
    """
    if not drawings:
        return []
    sizes = [drawing_size(svg) for svg in drawings]
    source: Any = {
        "main.typ": _PAGES.encode(),
        "sizes.json": json.dumps(sizes).encode(),
        **{f"{number}.svg": svg.encode() for number, svg in enumerate(drawings)},
    }
    try:
        made = typst.compile(source, font_paths=packaged_fonts(), format="png", ppi=SHARP)
    except typst.TypstError as error:
        raise ValueError(str(error)) from None
    return [made] if isinstance(made, bytes) else [page for page in made or [] if page is not None]


_PAGES = """\
#set page(margin: 0pt)
#for (number, size) in json("sizes.json").enumerate() {
  page(
    width: size.at(0) * 0.75pt,
    height: size.at(1) * 0.75pt,
    image(str(number) + ".svg", width: 100%, height: 100%),
  )
}
"""


@cache
def packaged_fonts() -> typst.Fonts:
    """Return the typesetter's fonts: the packaged Chinese one and its own, none of the system."""
    # Its own are there for printed output, where columns must stand in line.
    folder = str(sans_path().parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


def _parsed(svg: str) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(svg.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError(str(root.tag))
    return root


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _is_harmless(key: str, value: str) -> bool:
    if key in (_HREF, "href"):
        return value.startswith("#") or _PICTURE.fullmatch(value) is not None
    if key.startswith("{"):
        return key == "{http://www.w3.org/XML/1998/namespace}space"
    return not key.lower().startswith("on") and _ELSEWHERE.search(value) is None
