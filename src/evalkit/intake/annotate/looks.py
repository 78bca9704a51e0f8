"""The cell formats of the list of findings, in the colours of the ledger's own workbooks."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.findings import Severity
from evalkit.intake.annotate.styles import TINTS, Packed, Styles

__all__ = ["Looks"]

_INK, _GREY, _RULE, _HEAD, _WHITE = "FF1F2A37", "FF6B7785", "FFC9D2DC", "FF1F5C7A", "FFFFFFFF"
_GREEN, _MEADOW = "FF2F6B4F", "FFE3F2E8"
_FONT = "微软雅黑"


@dataclass(frozen=True, slots=True)
class Looks:
    """Numbers of the formats in the style sheet."""

    title: int
    text: int
    praise: int
    head: int
    cell: int
    centred: int
    found: int
    link: int
    hidden: int
    severity: dict[Severity, int]
    legend: dict[Severity, int]

    @classmethod
    def of(cls, styles: Styles) -> Looks:
        """Add the formats to a style sheet."""
        ink = _font(styles, 10)
        box = styles.add("borders", _border())
        tints = {severity: _fill(styles, color) for severity, color in TINTS.items()}
        bold = _font(styles, 10, bold=True)
        return cls(
            title=_xf(styles, _font(styles, 14, bold=True, color=_HEAD), wrap=False),
            text=_xf(styles, ink),
            praise=_xf(
                styles, _font(styles, 12, color=_GREEN), fill=_fill(styles, _MEADOW), indented=True
            ),
            head=_xf(
                styles,
                _font(styles, 10, bold=True, color=_WHITE),
                fill=_fill(styles, _HEAD),
                border=box,
                across="center",
            ),
            cell=_xf(styles, ink, border=box, indented=True),
            centred=_xf(styles, ink, border=box, across="center"),
            # What was found may begin with a sign of calculation: it stays text when edited.
            found=_xf(styles, ink, border=box, indented=True, quoted=True),
            link=_xf(
                styles,
                _font(styles, 10, color=_HEAD, underlined=True),
                border=box,
                across="center",
            ),
            hidden=_xf(styles, _font(styles, 9, color=_GREY), wrap=False),
            severity={
                severity: _xf(styles, bold, fill=fill, border=box, across="center")
                for severity, fill in tints.items()
            },
            legend={
                severity: _xf(styles, ink, fill=fill, border=box, across="center")
                for severity, fill in tints.items()
            },
        )


def _font(
    styles: Styles, size: int, *, bold: bool = False, color: str = _INK, underlined: bool = False
) -> int:
    children: list[Packed] = [["b", {}, []]] if bold else []
    if underlined:
        children.append(["u", {}, []])
    for name, key, value in (
        ("sz", "val", str(size)),
        ("color", "rgb", color),
        ("name", "val", _FONT),
        ("family", "val", "2"),
        ("charset", "val", "134"),
    ):
        children.append([name, {key: value}, []])
    return styles.add("fonts", ["font", {}, children])


def _fill(styles: Styles, color: str) -> int:
    colors: list[Packed] = [["fgColor", {"rgb": color}, []], ["bgColor", {"indexed": "64"}, []]]
    return styles.add("fills", ["fill", {}, [["patternFill", {"patternType": "solid"}, colors]]])


def _border() -> Packed:
    sides: list[Packed] = [
        [side, {"style": "thin"}, [["color", {"rgb": _RULE}, []]]]
        for side in ("left", "right", "top", "bottom")
    ]
    return ["border", {}, [*sides, ["diagonal", {}, []]]]


def _xf(
    styles: Styles,
    font: int,
    *,
    fill: int = 0,
    border: int = 0,
    across: str | None = None,
    wrap: bool = True,
    indented: bool = False,
    quoted: bool = False,
) -> int:
    alignment = {"vertical": "center"}
    if across:
        alignment["horizontal"] = across
    if indented:
        alignment |= {"horizontal": "left", "indent": "1"}
    if wrap:
        alignment["wrapText"] = "1"
    attributes = {
        "numFmtId": "0", "fontId": str(font), "fillId": str(fill), "borderId": str(border),
        "xfId": "0", "applyFont": "1", "applyAlignment": "1",
    }  # fmt: skip
    if fill:
        attributes["applyFill"] = "1"
    if border:
        attributes["applyBorder"] = "1"
    if quoted:
        attributes["quotePrefix"] = "1"
    return styles.add("cellXfs", ["xf", attributes, [["alignment", alignment, []]]])
