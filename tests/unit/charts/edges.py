"""Whether all words of a picture are inside it, and none upon another."""

from __future__ import annotations

from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from evalkit.charts import Picture
from evalkit.charts.theme import theme

__all__ = ["edges", "overlaps"]

TOUCH = 1.5
"""Pixels by which the boxes of two words may overlap: they are higher than what is printed."""


def edges(picture: Picture) -> list[str]:
    """Texts that reach beyond the picture."""
    width, height = picture.figure.bbox.width, picture.figure.bbox.height
    return [
        text
        for text, box in _boxes(picture)
        if box.x0 < -1 or box.x1 > width + 1 or box.y0 < -1 or box.y1 > height + 1
    ]


def overlaps(picture: Picture) -> list[tuple[str, str]]:
    """Pairs of texts that stand upon one another."""
    return [
        (one, other)
        for (one, a), (other, b) in combinations(_boxes(picture), 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > TOUCH and min(a.y1, b.y1) - max(a.y0, b.y0) > TOUCH
    ]


def _boxes(picture: Picture) -> list[tuple[str, Bbox]]:
    figure = picture.figure
    renderer = FigureCanvasAgg(figure).get_renderer()
    with theme():
        figure.draw(renderer)
        found: list[Text] = [text for legend in figure.legends for text in legend.get_texts()]
        for ax in figure.axes:
            if not ax.axison:
                found += ax.texts
                continue
            found += [
                label
                for axis, (one, other) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim()))
                for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
                if min(one, other) <= place <= max(one, other)
            ]
            own = ax.get_legend()
            found += own.get_texts() if own is not None else []
            found += [*ax.texts, ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label]  # type: ignore[attr-defined]
    return [
        (text.get_text(), text.get_window_extent(renderer))
        for text in found
        if text.get_text().strip() and text.get_visible()
    ]
