"""A finished picture with its alternative text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.charts.carried import FIGURE, carried_table
from evalkit.charts.theme import MUTED, WIDTH, theme
from evalkit.privacy import Released

__all__ = ["Picture", "drawing", "nothing"]

DPI = 96
SCALE = 2
"""Pixels per point of the screen, so that print and good screens are sharp."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure and what it says in words.

    Shown by being the last value of a cell. The figure belongs to no window and no global state,
    so nothing is left over from one report to the next.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        The figure; change it at will.
    alt : str
        What the picture shows, for those who cannot see it.
    data : tuple of Released
        The tables that are drawn; files show or hold them beside the picture.
    caption : str
        What to see in it, printed below in the files that are made of it; `alt` if empty.
    """

    figure: Figure
    alt: str
    data: tuple[Released, ...] = ()
    caption: str = ""

    def png(self) -> bytes:
        """Return the picture as PNG, the same bytes each time."""
        with theme(), _laid_out(self.figure):
            return self._png()

    def svg(self) -> str:
        """Return the picture as SVG, the same text each time; words stay words in the font."""
        with theme(), _laid_out(self.figure):
            return self._svg()

    def _png(self) -> bytes:
        content = io.BytesIO()
        self.figure.savefig(content, format="png", dpi=DPI * SCALE, metadata={"Software": None})
        return content.getvalue()

    def _svg(self) -> str:
        content = io.StringIO()
        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "evalkit"}):
            self.figure.savefig(content, format="svg", metadata={"Date": None, "Creator": None})
        return content.getvalue()

    def _repr_mimebundle_(
        self, **_wanted: object
    ) -> tuple[dict[str, Any], dict[str, dict[str, object]]]:
        data = {
            "image/svg+xml": self.svg(),
            "text/plain": self.alt,
            FIGURE: {
                "version": 1,
                "caption": self.caption or self.alt,
                "alt": self.alt,
                "data": [carried_table(released) for released in self.data],
            },
        }
        return data, {"image/svg+xml": {"alt": self.alt}}


@contextmanager
def _laid_out(figure: Figure) -> Iterator[None]:
    """Lay the figure out, at the size at which it is saved.

    Left to itself, saving draws it twice: the first time only to lay it out.
    """
    engine, dpi = figure.get_layout_engine(), figure.get_dpi()
    if engine is None:
        yield
        return
    figure.set_dpi(DPI * SCALE)
    engine.execute(figure)
    with mpl.rc_context({"figure.constrained_layout.use": False, "figure.autolayout": False}):
        figure.set_layout_engine(None)
    try:
        yield
    finally:
        figure.set_layout_engine(engine)
        figure.set_dpi(dpi)


@contextmanager
def drawing(height: float, columns: int = 1, rows: int = 1) -> Iterator[tuple[Figure, list[Axes]]]:
    """Open a figure of the report's width, `height` inches high, with a grid of axes."""
    with theme():
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.subplots(rows, columns, squeeze=False)
        yield figure, [ax for row in axes for ax in row]


def nothing(text: str, table: Released | None = None) -> Picture:
    """Return a picture that says why there is nothing to draw: that the table is withheld, or text.

    Parameters
    ----------
    text : str
        What to say of a table that has nothing in it.
    table : Released, optional
        The table that would be drawn.
    """
    text = (table.withheld if table is not None else "") or text
    with drawing(0.9) as (figure, (ax,)):
        ax.axis("off")
        ax.text(0.5, 0.5, text, ha="center", va="center", color=MUTED, transform=ax.transAxes)
    return Picture(figure, text)
