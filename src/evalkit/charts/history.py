"""Pictures of a year's main figures beside those of the years before."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.theme import MAIN, MUTED
from evalkit.privacy import Released

__all__ = ["trends"]

HIGH_RATE, WINDOW = 50.0, 20.0
"""Rates from the first on are drawn in a window of at least the second; others from zero."""

FOOT = 0.2
"""Share of the axis below which a label stands above its point."""

TRENDS = (
    "participation",
    "l1_rate",
    "l2_rate",
    "on_time",
    "n_activities",
    "reach",
    "per_1000",
    "cells",
)
"""The figures that are drawn year by year."""
_WARNED = frozenset({"l1_rate", "l2_rate"})


def trends(
    table: Released, names: Sequence[str] = TRENDS, *, breaks: Sequence[str] = ()
) -> Picture:
    """Draw figures year by year, one small panel each; hidden values are gaps.

    Parameters
    ----------
    table : Released
        With year and the figures.
    names : sequence of str
        The figures to draw; those that the audience may not see are left out.
    breaks : sequence of str
        Years whose screening instrument is another than the year before; rates of warnings are
        not joined across.
    """
    frame = table.frame
    if not len(frame):
        return nothing("没有可以比较的学年", table)
    closed = {field.name for field in table.left_out}
    names = [name for name in names if name not in closed]
    breaks = breaks if _WARNED.intersection(names) else ()
    columns = 4
    rows = -(-len(names) // columns)
    years = list(frame["year"])
    with drawing(1.75 * rows + 0.1, columns=columns, rows=rows) as (figure, axes):
        for ax in axes[len(names) :]:
            ax.axis("off")
        for ax, name in zip(axes, names, strict=False):
            field = table.field(name)
            values = _floats(frame[name])
            cut = breaks if name in _WARNED else ()
            _line(ax, values, years, cut)
            low, high = _range(values, percent=field.kind == "percent")
            for place, value in enumerate(values):
                if not isnan(value):
                    text = table.text(place, name)
                    # Below a point at the foot stand the years.
                    above = _stands_above(values, place) or value < low + FOOT * (high - low)
                    ax.annotate(text, (place, value), (0, 7 if above else -7), ha="center",
                                va="bottom" if above else "top", textcoords="offset points",
                                fontsize=8.5)  # fmt: skip
                else:
                    ax.text(place, 0.06, table.text(place, name), ha="center", color=MUTED,
                            transform=ax.get_xaxis_transform())  # fmt: skip
            ax.set_xticks(range(len(years)), [_short_year(year) for year in years], fontsize=8.5)
            ax.set_xlim(-0.5, len(years) - 0.5)
            ax.set_yticks([])
            ax.set_ylim(low, high)
            ax.spines["left"].set_visible(False)
            unit = f"（{field.unit}）" if field.unit and field.unit != "%" else ""
            ax.set_title(f"{field.title}{unit}", fontsize=9.5)
        figure.set_layout_engine("constrained", hspace=0.09)
        if breaks:
            handle = Line2D([], [], color=MUTED, ls=":", label="测评工具有变，前后不可比")
            figure.legend(handles=[handle], loc="outside lower center")
    last = len(years) - 1
    said = (
        f"{table.field(name).title} {table.text(0, name)} → {table.text(last, name)}"
        for name in names
    )
    alt = f"{years[0]} 至 {years[-1]} 学年主要指标变化：{'，'.join(said)}"
    return Picture(figure, alt if last else f"{years[0]} 学年主要指标，只有一个学年", (table,))


def _line(ax: Axes, values: Sequence[float], years: Sequence[str], breaks: Sequence[str]) -> None:
    for place in range(1, len(values)):
        if years[place] in breaks:
            ax.axvline(place - 0.5, color=MUTED, linestyle=":", linewidth=1.2)
        else:
            ax.plot([place - 1, place], values[place - 1 : place + 1], color=MAIN)
    ax.scatter(range(len(values)), values, color=MAIN, s=22, zorder=3)


def _floats(values: pd.Series) -> list[float]:
    """Return the values as drawn: what is missing or hidden is a gap."""
    return [float("nan") if pd.isna(value) else float(value) for value in values]


def _range(values: Sequence[float], *, percent: bool) -> tuple[float, float]:
    """Return the axis: from zero, or for high rates a window, so that small changes look small."""
    known = [value for value in values if not isnan(value)] or [0.0]
    low, high = min(known), max(known)
    if percent and low >= HIGH_RATE:
        middle, half = (low + high) / 2, max((high - low) * 0.9, WINDOW / 2)
        return middle - half, middle + half
    return 0.0, max(high, 1e-9) * 1.35


def _stands_above(values: Sequence[float], place: int) -> bool:
    """Whether a label has more room above its point than below: away from its neighbours."""
    beside = (*values[max(place - 1, 0) : place], *values[place + 1 : place + 2])
    known = [value for value in beside if not isnan(value)]
    return not known or values[place] >= sum(known) / len(known)


def _short_year(year: str) -> str:
    return f"{year[2:4]}-{year[7:9]}"
