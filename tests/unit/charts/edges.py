"""Whether all words of a picture are inside it."""

from __future__ import annotations

from matplotlib.backends.backend_agg import FigureCanvasAgg

from evalkit.charts import Picture
from evalkit.charts.theme import theme

__all__ = ["edges"]


def edges(picture: Picture) -> list[str]:
    """Texts that reach beyond the picture."""
    figure = picture.figure
    renderer = FigureCanvasAgg(figure).get_renderer()
    with theme():
        figure.draw(renderer)
    width, height = figure.bbox.width, figure.bbox.height
    beyond = []
    for ax in figure.axes:
        ticks = [
            label
            for axis, (one, other) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim()))
            for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
            if min(one, other) <= place <= max(one, other)
        ]
        for text in (*ax.texts, *ticks, ax.title, ax.xaxis.label, ax.yaxis.label):
            if text.get_text() and text.get_visible():
                box = text.get_window_extent(renderer)
                if box.x0 < -1 or box.x1 > width + 1 or box.y0 < -1 or box.y1 > height + 1:
                    beyond.append(text.get_text())
    return beyond
