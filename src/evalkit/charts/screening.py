"""Pictures of the screening: who took part, and the rates of the warning levels."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import pandas as pd

from evalkit.charts.names import row_names, row_step
from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.theme import ACCENT, INK, LEVELS, MAIN, PALE
from evalkit.epidemiology import wilson
from evalkit.privacy import Released

__all__ = ["RATES", "participation", "warnings"]

RATES = {"l1_rate": "一级预警率", "l2_rate": "二级预警率", "l3_rate": "三级/关注率"}
"""Column → title of the three warning levels' rates."""
FEW, SAID = 10, 3
"""Rows of which the words about a picture list every rate; of more only the lowest."""


def participation(table: Released, unit: str) -> Picture:
    """Draw participation in the screening against the line of 100 %.

    Parameters
    ----------
    table : Released
        With participation (percent) and n_required; the last row is the total.
    unit : str
        Column that names the rows: ``"grade"`` or ``"college"``.
    """
    known = table.frame["participation"].notna()
    if not known.any():
        return nothing("本学年没有普测数据", table)
    frame = table.frame
    places = list(range(len(frame)))[::-1]
    rates = frame["participation"].astype(float)
    low = min(90.0, float(rates.min()) // 2 * 2 - 2)
    step = row_step(len(frame), 0.36)
    with drawing(step * len(frame) + 0.7) as (figure, (ax,)):
        ax.axvline(100, color=ACCENT, linewidth=1.4)
        ax.text(100, len(frame) - 0.32, "要求 100%", color=ACCENT, ha="right", va="bottom")
        full = (frame["n_valid"] == frame["n_required"]).fillna(False) & known
        colours = [MAIN if complete else PALE for complete in full]
        ax.hlines(places, low, rates, color=colours, linewidth=5)
        ax.scatter(rates, places, s=52, color=colours, zorder=3)
        for row, place in enumerate(places):
            if known[row]:
                text = f"{table.text(row, 'participation')}"
                short = int(frame["n_required"][row]) - int(frame["n_valid"][row])
                text += f"　差 {short:,} 人次" if short else "　全部参测"
            else:
                text = "无数据"
            ax.text(100.4, place, text, va="center", fontsize=9.5)
        ax.set_yticks(places, row_names(frame[unit], step), color=INK)
        span = 100 - low
        ax.set_xlim(low, 100 + span * 0.42)
        ticks = [low + span * part / 4 for part in range(5)]
        ax.set_xticks(ticks, [f"{tick:g}%" for tick in ticks])
        ax.set_ylim(-0.6, len(frame) + 0.05)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_title("普测参测率（有效人数 / 应测人数；横轴不从 0 起）")
    return Picture(figure, f"普测参测率：{_participation_words(table, unit)}", (table,))


def _participation_words(table: Released, unit: str) -> str:
    """Return every rate if they are few, else the total's, the full ones' number, the lowest."""
    names = [str(name) for name in table.frame[unit]]
    texts = [f"{name} {table.text(row, 'participation')}" for row, name in enumerate(names)]
    if len(names) <= FEW:
        return "，".join(texts)
    rates = table.frame["participation"].iloc[:-1].astype(float)
    full = int((rates == 100).sum())
    lowest = [row for row in rates.argsort()[: SAID + full] if rates.iloc[row] < 100][:SAID]
    low = f"；最低的是 {'、'.join(texts[row] for row in lowest)}" if lowest else ""
    return f"{texts[-1]}，{len(names) - 1} 个中 {full} 个全部参测{low}"


def warnings(table: Released, unit: str) -> Picture:
    """Draw the rates of the three warning levels, one panel a level; hidden ones as a mark.

    Thin lines are the 95 % intervals of Wilson: how far chance alone may move a rate.

    Parameters
    ----------
    table : Released
        With l1_rate, l2_rate, l3_rate; the last row is the total.
    unit : str
        Column that names the rows.
    """
    frame = table.frame
    if not len(frame) or not frame[list(RATES)].notna().any(axis=None):
        return nothing("本学年没有可以显示的预警数据", table)
    places = list(range(len(frame)))[::-1]
    step = row_step(len(frame), 0.34)
    with drawing(step * len(frame) + 0.75, columns=3) as (figure, axes):
        for ax, colour, (name, title) in zip(axes, LEVELS, RATES.items(), strict=True):
            rates = _floats(frame[name])
            top = float(frame[name].max()) if frame[name].notna().any() else 1.0
            ax.barh(places, rates, height=0.58, color=colour)
            reach = _intervals(table, name, places)
            ax.hlines([place for place, _, _ in reach], [low for _, low, _ in reach],
                      [high for _, _, high in reach], color=INK, linewidth=1.1)  # fmt: skip
            top = max([top, *(high for _, _, high in reach)])
            for row, place in enumerate(places):
                ends = [high for spot, _, high in reach if spot == place]
                start = max([0.0 if isnan(rates[row]) else rates[row], *ends])
                ax.text(start + top * 0.04, place, table.text(row, name), va="center", fontsize=9)
            ax.set_xlim(0, max(top, 0.01) * 1.5)
            ax.set_xticks([])
            ax.set_ylim(-0.6, len(frame) - 0.4)
            ax.spines["bottom"].set_visible(False)
            ax.set_title(title)
            names = row_names(frame[unit], step) if ax is axes[0] else [""] * len(places)
            ax.set_yticks(places, names)
            ax.tick_params(axis="y", labelcolor=INK)
    last = len(frame) - 1
    said = "，".join(f"{title} {table.text(last, name)}" for name, title in RATES.items())
    hidden = "；—* 为不显示的小数" if table.note else ""
    alt = f"普测三个预警等级的比率，{frame[unit].iloc[-1]}：{said}{hidden}"
    return Picture(figure, alt, (table,))


def _intervals(table: Released, name: str, places: Sequence[int]) -> list[tuple[int, float, float]]:
    """Return place, low and high (percent) of the rates whose counts are shown."""
    part, whole = table.field(name).of or ("", "")
    frame = table.frame
    known = frame[name].notna() & frame[part].notna() & (frame[whole] > 0)
    rows = [row for row, there in enumerate(known) if there]
    if not rows:
        return []
    found = wilson(frame[part].iloc[rows].astype(int), frame[whole].iloc[rows].astype(int)).table
    limits = zip(found["low"], found["high"], strict=True)
    return [
        (places[row], 100 * float(low), 100 * float(high))
        for row, (low, high) in zip(rows, limits, strict=True)
    ]


def _floats(values: pd.Series) -> list[float]:
    """Return the values as drawn: what is missing or hidden is a gap."""
    return [float("nan") if pd.isna(value) else float(value) for value in values]
