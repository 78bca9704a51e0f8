"""Estimates with their intervals, one a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan

from matplotlib.axes import Axes

from evalkit.charts.theme import INK, MAIN, MUTED

__all__ = ["Row", "draw_rows", "row_height", "shortened"]

MOST = 14
"""Characters of a name that stand at an axis; what is longer is cut."""


@dataclass(frozen=True, slots=True)
class Row:
    """One estimate: its name, limits (not a number if there are none), and words at the right."""

    name: str
    estimate: float
    low: float
    high: float
    remark: str = ""
    colour: str = MAIN


def row_height(rows: int) -> float:
    """Return the height in inches of a picture with so many rows, title and axis included."""
    return max(0.3 * rows + 1.0, 1.6)


def shortened(name: object, most: int = MOST) -> str:
    """Return a name that fits beside a picture: cut in its middle, for names often end apart.

    Examples
    --------
    >>> shortened("精细化工学院"), shortened("Mouton-Rothschild 1970", 10)
    ('精细化工学院', 'Mouto…1970')
    """
    text = str(name)
    if len(text) <= most:
        return text
    tail = (most - 1) // 2
    return f"{text[: most - 1 - tail]}…{text[len(text) - tail :]}"


def draw_rows(ax: Axes, rows: Sequence[Row], lowest: float = -inf, highest: float = inf) -> None:
    """Draw rows from above: a line from limit to limit, a dot at the estimate.

    Parameters
    ----------
    ax : Axes
        Its y axis becomes the names.
    rows : sequence of Row
        An estimate that is not a number has no dot.
    lowest, highest : float
        Where lines are cut; a limit beyond is drawn as an arrow.
    """
    for place, row in zip(range(len(rows))[::-1], rows, strict=True):
        if not (isnan(row.low) or isnan(row.high)):
            left, right = max(row.low, lowest), min(row.high, highest)
            ax.plot([left, right], [place, place], color=row.colour, solid_capstyle="butt")
            for beyond, x, arrow in (
                (row.low < lowest, left, "<"),
                (row.high > highest, right, ">"),
            ):
                if beyond:
                    ax.plot(x, place, arrow, color=row.colour, ms=6, clip_on=False)
        if isfinite(row.estimate):
            ax.plot(min(max(row.estimate, lowest), highest), place, "o", color=row.colour, ms=6)
        if row.remark:
            ax.annotate(
                row.remark, (1.01, place), xycoords=ax.get_yaxis_transform(),
                va="center", color=INK, fontsize=9, annotation_clip=False,
            )  # fmt: skip
    ax.set_yticks(range(len(rows))[::-1], [row.name for row in rows], color=INK)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.xaxis.label.set_color(MUTED)
