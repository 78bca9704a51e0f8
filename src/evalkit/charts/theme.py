"""One look for every picture: font, colours, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, fontManager
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
    "theme",
]

INK, MUTED, FAINT, GRID = "#1f2a37", "#6b7785", "#c3ccd6", "#e7ebef"
MAIN, PALE, ACCENT = "#1f5c7a", "#a9c8d8", "#c4572b"
BANDS = ("#1f5c7a", "#4c8aa6", "#93b8c8", "#d9b382", "#c4572b")
"""From the best band to the worst; told apart in grey and by the colour-blind too."""
LEVELS = ("#a63d1f", "#d98a4e", "#ecc79b")
"""Warning levels one to three."""
STATUS = {
    "on_time": ("#2f7d6b", "按时"),
    "late": ("#e0a63a", "迟交"),
    "missing": ("#c4572b", "未交"),
    "undated": ("#8c96a2", "日期不明"),
    "done": ("#2f7d6b", "已训"),
    "exempt": ("#dfe4ea", "免"),
}
VERDICTS = {
    "达标": "#2f7d6b",
    "部分达标": "#e0a63a",
    "未达标": "#c4572b",
    "提请核实": "#8a6fa8",
    "人工评定": "#4c8aa6",
    "无数据": "#8c96a2",
    "不适用": "#c3ccd6",
}
WIDTH = 7.6
"""Width of a picture in inches: the text column of a report."""


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
