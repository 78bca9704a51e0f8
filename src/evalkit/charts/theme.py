"""One look for every picture: font, colours, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.typing import ColorType
from pylopdf_fonts_zh_cn import sans_path

__all__ = [
    "ACCENT",
    "BANDS",
    "FAINT",
    "GRID",
    "INK",
    "LEVELS",
    "MAIN",
    "MUTED",
    "PALE",
    "STATUS",
    "VERDICTS",
    "WIDTH",
    "font_name",
    "ink_on",
    "theme",
]

INK, MUTED, FAINT, GRID = "#1f2a37", "#66717d", "#c3ccd6", "#e7ebef"
MAIN, PALE, ACCENT = "#1f5c7a", "#a9c8d8", "#b84d22"
BANDS = ("#10364b", "#36799b", "#80afc6", "#e6c79c", "#8c2d0f")
"""From the best band to the worst; told apart in grey and by the colour-blind too."""
LEVELS = ("#a63d1f", "#d98a4e", "#ecc79b")
"""Warning levels one to three."""
STATUS = {
    "on_time": ("#2f7d6b", "按时"),
    "late": ("#e8b04a", "迟交"),
    "missing": ("#8f2d12", "未交"),
    "undated": ("#959fab", "日期不明"),
    "done": ("#2f7d6b", "已训"),
    "exempt": ("#dfe4ea", "免"),
}
VERDICTS = {
    "达标": "#2f7d6b",
    "部分达标": "#e8b04a",
    "未达标": "#8f2d12",
    "提请核实": "#664a8c",
    "人工评定": "#62a8cc",
    "无数据": "#98a1ab",
    "不适用": "#c3ccd6",
}
"""Good, middling and bad differ in grey too; beside the others always stands a sign or a word."""
WIDTH = 7.6
"""Width of a picture in inches: the text column of a report."""


def ink_on(colour: ColorType) -> str:
    """Return black or white, whichever is easier to read on a colour: at least 4.5 to 1."""
    red, green, blue = (_linear(part) for part in to_rgb(colour))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "white" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else "black"


def _linear(part: float) -> float:
    """Undo the gamma of sRGB (IEC 61966-2-1)."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


@cache
def font_name() -> str:
    """Register the packaged Chinese font with matplotlib and return its name."""
    path = str(sans_path())
    fontManager.addfont(path)
    return FontProperties(fname=path).get_name()


@contextmanager
def theme() -> Iterator[None]:
    """Draw within: the packaged font, thin lines, nothing that is not needed."""
    settings: dict[Any, Any] = {
        "font.family": [font_name()],
        "font.size": 9.5,
        "text.color": INK,
        "axes.edgecolor": FAINT,
        "axes.labelcolor": MUTED,
        "axes.titlecolor": INK,
        "axes.titlesize": 10.5,
        "axes.titlelocation": "left",
        "axes.titlepad": 8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.unicode_minus": False,
        "grid.color": GRID,
        "grid.linewidth": 0.8,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "legend.frameon": False,
        "legend.fontsize": 9,
        "lines.linewidth": 1.8,
        "figure.facecolor": "white",
        "figure.constrained_layout.use": True,
    }
    with mpl.rc_context(settings):
        yield
