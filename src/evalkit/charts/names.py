"""Names beside rows and above columns: folded, shortened or turned until they fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.axes import Axes

from evalkit.charts.forest import MOST, shortened
from evalkit.charts.theme import INK

__all__ = ["folded", "head_height", "head_names", "listed", "row_names", "row_step"]

MANY = 15
"""Rows from which on a picture is set more tightly, so that it fits on a page."""
PAGE = 8.0
"""Inches: height that the rows of a picture may take together."""
NARROWEST = 0.2
LINE = 12
"""Characters of a line of a name beside a row."""
TWO_LINES = 0.32
"""Inches: height of a row that has room for two lines."""
MOST_LINES = 4
"""Lines of a name above a column."""
ABOVE = 14
"""Characters of a name that stands upright above a column."""
CHARACTER = 0.13
"""Inches: width of a character of a name above a column."""
SAID = 5
"""Names that the words about a picture list."""


def row_step(rows: int, usual: float, room: float = PAGE) -> float:
    """Return the height in inches of each of so many rows: the usual one, or what a page has."""
    return usual if rows <= MANY else max(min(usual, room / rows), NARROWEST)


def row_names(names: Iterable[object], step: float) -> list[str]:
    r"""Return names as they stand beside rows `step` inches high.

    Examples
    --------
    >>> row_names(["精细化工学院", "现代精细化工与绿色材料智能制造学院"], 0.36)
    ['精细化工学院', '现代精细化工与绿色\n材料智能制造学院']
    >>> row_names(["现代精细化工与绿色材料智能制造工程技术第01学院"], 0.25)
    ['现代精细化工与…术第01学院']
    """
    if step < TWO_LINES:
        return [shortened(name, MOST) for name in names]
    return [
        folded(shortened(name, 2 * LINE)) if len(str(name)) > LINE else str(name) for name in names
    ]


def folded(name: str, lines: int = 2) -> str:
    """Break a name of more than four characters in lines of equal length.

    Examples
    --------
    >>> folded("精细化工学院").split(), folded("学院").split()
    (['精细化', '工学院'], ['学院'])
    """
    if len(name) <= 4 or lines == 1:
        return name
    long = -(-len(name) // lines)
    return "\n".join(name[start : start + long] for start in range(0, len(name), long))


def _lines(names: Sequence[str], width: float) -> int:
    """Return in how many lines the names fit above columns; 0 if in none."""
    room = width / len(names) / CHARACTER
    for lines in range(2, MOST_LINES + 1):
        if max(len(line) for name in names for line in folded(name, lines).split("\n")) <= room:
            return lines
    return 0


def head_height(names: Sequence[str], width: float) -> float:
    """Return the height in inches that names need above columns `width` inches wide in all."""
    lines = _lines(names, width)
    if lines:
        return 0.2 * lines
    return CHARACTER * min(max(len(name) for name in names), ABOVE) + 0.15


def head_names(ax: Axes, names: Sequence[str], width: float) -> None:
    """Write names above the columns 0, 1, ...: in a few lines, or upright if they are too wide.

    Parameters
    ----------
    ax : Axes
        Of the columns.
    names : sequence of str
        From the left.
    width : float
        Inches that all columns have together.
    """
    lines = _lines(names, width)
    shown = [folded(name, lines) if lines else shortened(name, ABOVE) for name in names]
    ax.set_xticks(range(len(names)), shown, color=INK, rotation=0 if lines else 90)
    ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False)


def listed(names: Sequence[str], unit: str = "个") -> str:
    """Return the first of the names, and how many there are if there are more.

    Examples
    --------
    >>> listed(["甲", "乙"]), listed(["甲", "乙", "丙", "丁", "戊", "己"])
    ('甲、乙', '甲、乙、丙、丁、戊等 6 个')
    """
    rest = f"等 {len(names)} {unit}" if len(names) > SAID else ""
    return "、".join(names[:SAID]) + rest
