"""The style sheet: the same cell formats with another fill, and back again.

A format is never changed in place, since many cells share it: a like one is looked for, or added.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from lxml import etree

from evalkit.findings import Severity
from evalkit.intake.annotate.package import Package, UnsafePackageError, new_part, new_root
from evalkit.intake.annotate.workbook import WorkbookPart, insert_in_order

__all__ = ["TINTS", "Former", "Packed", "Styles"]

Packed = list[object]
"""An element as JSON: tag (bare in the main namespace), attributes, text or children."""

Former = Mapping[str, object]
"""How a cell looked before it was coloured; it lasts through JSON."""

TINTS = {
    Severity.ERROR: "FFF8CFCB",
    Severity.WARNING: "FFFCE7B6",
    Severity.INFO: "FFD3E6F6",
}
"""Soft red, amber and blue. The values are odd enough to be known again as ours."""

_INK = "FF1F2A37"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles")
_FIRST: Mapping[str, tuple[Packed, ...]] = {
    "fonts": (["font", {}, [["sz", {"val": "11"}, []], ["name", {"val": "宋体"}, []]]],),
    "fills": (
        ["fill", {}, [["patternFill", {"patternType": "none"}, []]]],
        ["fill", {}, [["patternFill", {"patternType": "gray125"}, []]]],
    ),
    "borders": (["border", {}, []],),
    "cellStyleXfs": (["xf", {"borderId": "0", "fillId": "0", "fontId": "0", "numFmtId": "0"}, []],),
    "cellXfs": (["xf", {"borderId": "0", "fillId": "0", "fontId": "0", "numFmtId": "0"}, []],),
}


class Styles:
    """The style sheet of a workbook; one is made where there is none."""

    def __init__(self, workbook: WorkbookPart) -> None:
        package = workbook.package
        self._workbook = workbook
        self._package = package
        part = package.related(workbook.part, "styles")
        if part is None:
            part = _add_part(package, workbook)
        self._part = part
        self._root = package.tree(part)
        self._known: dict[str, dict[str, int]] = {}
        self._tinted: dict[tuple[int, Severity], int] = {}
        self._sections = {name: self._section(name) for name in _FIRST}

    def _section(self, name: str) -> etree._Element:
        found = self._root.find(self._workbook.tag(name))
        if found is None or len(found) == 0:
            if found is None:
                found = etree.Element(self._workbook.tag(name))
                insert_in_order(self._root, found, _ORDER[: _ORDER.index(name)])
            for packed in _FIRST[name]:
                found.append(self._unpack(packed))
            self._package.edited(self._part)
        return found

    def _pack(self, element: etree._Element) -> Packed:
        tag = etree.QName(element)
        name = tag.localname if tag.namespace == self._workbook.namespace else tag.text
        children = [self._pack(child) for child in element.iterchildren("*")]
        return [name, dict(sorted((str(k), str(v)) for k, v in element.attrib.items())), children]

    def _unpack(self, packed: object) -> etree._Element:
        if not isinstance(packed, list) or len(packed) != 3:
            raise ValueError("no packed element")
        name, attributes, children = packed
        tag = name if str(name).startswith("{") else self._workbook.tag(str(name))
        element = etree.Element(tag, {str(k): str(v) for k, v in dict(attributes).items()})
        element.extend([self._unpack(child) for child in children])
        return element

    def add(self, section: str, packed: Packed) -> int:
        """Return the number of an element in a section (``fonts``, ...), added if it is new."""
        if section not in self._known:
            known: dict[str, int] = {}
            for number, element in enumerate(self._sections[section].iterchildren("*")):
                known.setdefault(_key(self._pack(element)), number)
            self._known[section] = known
        known = self._known[section]
        key = _key(packed)
        if key not in known:
            holder = self._sections[section]
            holder.append(self._unpack(packed))
            number = sum(1 for _ in holder.iterchildren("*"))
            known[key] = number - 1
            if holder.get("count") is not None:
                holder.set("count", str(number))
            self._package.edited(self._part)
        return known[key]

    def _get(self, section: str, number: int) -> Packed:
        elements = [*self._sections[section].iterchildren("*")]
        return self._pack(elements[number if 0 <= number < len(elements) else 0])

    def tinted(self, index: int, severity: Severity) -> int:
        """Return the format `index` with the fill of a severity.

        Writing that was made light for a dark fill becomes dark.
        """
        if (index, severity) not in self._tinted:
            self._tinted[index, severity] = self._add_tinted(index, severity)
        return self._tinted[index, severity]

    def _add_tinted(self, index: int, severity: Severity) -> int:
        xf = self._get("cellXfs", index)
        attributes = _attributes(xf)
        attributes["fillId"] = str(self.add("fills", _solid(TINTS[severity])))
        attributes["applyFill"] = "1"
        font = self._get("fonts", int(attributes.get("fontId", "0")))
        if _is_light(_child(font, "color")):
            ink: Packed = ["color", {"rgb": _INK}, []]
            attributes["fontId"] = str(self.add("fonts", _with_color(font, ink)))
        return self.add("cellXfs", ["xf", attributes, xf[2]])

    def former(self, index: int) -> Former:
        """Return what :meth:`restored` needs to bring the format `index` back."""
        xf = self._get("cellXfs", index)
        attributes = _attributes(xf)
        color = _child(self._get("fonts", int(attributes.get("fontId", "0"))), "color")
        return {
            "s": index,
            "fill": self._get("fills", int(attributes.get("fillId", "0"))),
            "apply": attributes.get("applyFill"),
            "color": color if _is_light(color) else None,
        }

    def tints(self) -> frozenset[int]:
        """Return the formats that have one of our fills."""
        ours = {color[2:] for color in TINTS.values()}
        fills = {
            str(number)
            for number, fill in enumerate(self._sections["fills"].iterchildren("*"))
            if any((c.get("rgb") or "")[-6:].upper() in ours for c in fill.iter("{*}fgColor"))
        }
        formats = enumerate(self._sections["cellXfs"].iterchildren("*"))
        return frozenset(number for number, xf in formats if xf.get("fillId") in fills)

    def restored(self, index: int, former: Former) -> int:
        """Return the format `index` with the fill (and light writing) that it had before.

        What somebody changed since then, such as the number format, stays. An unknown former
        look counts as no fill.
        """
        xf = self._get("cellXfs", index)
        attributes = _attributes(xf)
        fill = former.get("fill") or _FIRST["fills"][0]
        attributes["fillId"] = str(self.add("fills", self._pack(self._unpack(fill))))
        attributes.pop("applyFill", None)
        if former.get("apply") is not None:
            attributes["applyFill"] = str(former["apply"])
        if color := former.get("color"):
            font = self._get("fonts", int(attributes.get("fontId", "0")))
            packed = self._pack(self._unpack(color))
            attributes["fontId"] = str(self.add("fonts", _with_color(font, packed)))
        wanted: Packed = ["xf", attributes, xf[2]]
        before = former.get("s")
        if isinstance(before, int) and self._alike(self._get("cellXfs", before), wanted):
            return before
        return self.add("cellXfs", wanted)

    def _alike(self, one: Packed, other: Packed) -> bool:
        """Whether two formats look the same, whatever numbers their fill and font go by."""
        return _key(self._resolved(one)) == _key(self._resolved(other))

    def _resolved(self, xf: Packed) -> Packed:
        attributes = _attributes(xf)
        fill = self._get("fills", int(attributes.pop("fillId", "0")))
        font = self._get("fonts", int(attributes.pop("fontId", "0")))
        return ["xf", attributes, [xf[2], fill, font]]


def _add_part(package: Package, workbook: WorkbookPart) -> str:
    folder = workbook.part.rpartition("/")[0]
    part = f"{folder}/styles.xml".lstrip("/")  # openpyxl looks for no other name
    if part in package:
        raise UnsafePackageError("a style sheet that nothing refers to")
    empty = new_root(workbook.tag("styleSheet"))
    named = etree.SubElement(empty, workbook.tag("cellStyles"))
    normal = {"name": "Normal", "xfId": "0", "builtinId": "0"}
    etree.SubElement(named, workbook.tag("cellStyle"), normal)
    package.add(part, new_part(empty), _STYLES_TYPE)
    package.relate(workbook.part, "styles", workbook.links, part)
    return part


def _solid(color: str) -> Packed:
    colors: list[Packed] = [["fgColor", {"rgb": color}, []], ["bgColor", {"indexed": "64"}, []]]
    return ["fill", {}, [["patternFill", {"patternType": "solid"}, colors]]]


def _key(packed: Packed) -> str:
    return json.dumps(packed, sort_keys=True, ensure_ascii=False)


def _attributes(packed: Packed) -> dict[str, str]:
    attributes = packed[1]
    return dict(attributes) if isinstance(attributes, dict) else {}


def _children(packed: Packed) -> list[Packed]:
    children = packed[2]
    return list(children) if isinstance(children, list) else []


def _child(packed: Packed, name: str) -> Packed | None:
    return next((child for child in _children(packed) if child[0] == name), None)


def _with_color(font: Packed, color: Packed) -> Packed:
    """Return a font in another colour. Its children stand in an order: the place is kept."""
    children = [color if child[0] == "color" else child for child in _children(font)]
    return ["font", _attributes(font), children]


def _is_light(color: Packed | None) -> bool:
    if color is None:
        return False
    attributes = _attributes(color)
    if "rgb" in attributes:
        digits = attributes["rgb"][-6:]
        try:
            red, green, blue = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
        except ValueError:
            return False
        return 0.299 * red + 0.587 * green + 0.114 * blue > 150
    return attributes.get("theme") == "0" or attributes.get("indexed") in ("1", "9")
