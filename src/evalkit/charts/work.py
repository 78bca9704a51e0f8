"""Pictures of the year's work: activities, screening, monthly reports, training, trends."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.theme import (
    ACCENT,
    GRID,
    INK,
    LEVELS,
    MAIN,
    MUTED,
    PALE,
    STATUS,
)
from evalkit.epidemiology import wilson
from evalkit.privacy import Released

__all__ = [
    "activities_by_form",
    "activities_by_month",
    "counselling_by_month",
    "monthly_calendar",
    "participation",
    "training_matrix",
    "trends",
    "warnings",
]


HIGH_RATE, WINDOW = 50.0, 20.0
"""Rates from the first on are drawn in a window of at least the second; others from zero."""


def activities_by_month(table: Released) -> Picture:
    """Draw the number of activities and the attendance of each month, last year's number behind."""
    frame = table.frame
    if not frame["n_activities"].fillna(0).sum():
        return nothing("本学年没有活动记录")
    places = range(len(frame))
    with drawing(3.6, rows=2) as (figure, (above, below)):
        before = frame["previous"]
        if before.notna().any():
            above.bar(places, before.astype(float), width=0.82, color=GRID)
        above.bar(places, frame["n_activities"].astype(float), width=0.46, color=MAIN)
        _bar_labels(above, places, frame["n_activities"])
        above.set_title("活动场次")
        below.bar(places, frame["n_attend"].astype(float), width=0.46, color=PALE)
        _bar_labels(below, places, frame["n_attend"])
        below.set_title("参与人次")
        for ax in (above, below):
            _months(ax, frame["month"])
            ax.set_yticks([])
            ax.spines["left"].set_visible(False)
            ax.margins(y=0.18)
        if before.notna().any():
            handles = [Patch(color=MAIN, label="本学年"), Patch(color=GRID, label="上学年")]
            above.legend(handles=handles, loc="upper right", bbox_to_anchor=(1, 1.28), ncols=2)
    top = frame["month"].tolist()[int(frame["n_activities"].argmax())]
    total = int(frame["n_activities"].sum())
    return Picture(figure, f"活动按月分布：全学年 {total} 场，最多的月份是 {top}", (table,))


def activities_by_form(table: Released) -> Picture:
    """Draw the number of activities in each of the nine forms, with attendance in words."""
    frame = table.frame
    if not frame["n_activities"].fillna(0).sum():
        return nothing("本学年没有活动记录")
    places = list(range(len(frame)))[::-1]
    counts = frame["n_activities"].astype(float)
    with drawing(0.3 * len(frame) + 0.55) as (figure, (ax,)):
        ax.barh(places, counts, height=0.6, color=MAIN)
        gap = counts.max() * 0.012
        for row, place in enumerate(places):
            used = counts[row] > 0
            text = f"{table.text(row, 'n_activities')} 场，{table.text(row, 'n_attend')} 人次"
            ax.text(
                counts[row] + gap, place, text if used else "未开展", va="center", fontsize=9,
                color=INK if used else ACCENT,
            )  # fmt: skip
        ax.set_yticks(places, list(frame["form"]), color=INK)
        ax.set_xticks([])
        ax.set_xlim(0, counts.max() * 1.28)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_title("按九种工作形式")
    unused = frame.loc[counts == 0, "form"]
    rest = f"，未开展的形式：{'、'.join(unused)}" if len(unused) else "，九种形式均已开展"
    return Picture(figure, f"活动按工作形式分布，共 {int(counts.sum())} 场{rest}", (table,))


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
        return nothing("本学年没有普测数据")
    frame = table.frame
    places = list(range(len(frame)))[::-1]
    rates = frame["participation"].astype(float)
    low = min(90.0, float(rates.min()) // 2 * 2 - 2)
    with drawing(0.36 * len(frame) + 0.7) as (figure, (ax,)):
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
        ax.set_yticks(places, list(frame[unit]), color=INK)
        span = 100 - low
        ax.set_xlim(low, 100 + span * 0.42)
        ticks = [low + span * part / 4 for part in range(5)]
        ax.set_xticks(ticks, [f"{tick:g}%" for tick in ticks])
        ax.set_ylim(-0.6, len(frame) + 0.05)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_title("普测参测率（有效人数 / 应测人数；横轴不从 0 起）")
    texts = (f"{name} {table.text(row, 'participation')}" for row, name in enumerate(frame[unit]))
    return Picture(figure, f"普测参测率：{'，'.join(texts)}", (table,))


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
    names = ("l1_rate", "l2_rate", "l3_rate")
    if not frame[list(names)].notna().any(axis=None):
        return nothing("本学年没有可以显示的预警数据")
    places = list(range(len(frame)))[::-1]
    with drawing(0.34 * len(frame) + 0.75, columns=3) as (figure, axes):
        for ax, name, colour, title in zip(
            axes, names, LEVELS, ("一级预警率", "二级预警率", "三级/关注率"), strict=True
        ):
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
            ax.set_yticks(places, list(frame[unit]) if ax is axes[0] else [""] * len(places))
            ax.tick_params(axis="y", labelcolor=INK)
    hidden = "，— * 为不显示的小数" if table.note else ""
    return Picture(figure, f"普测三个预警等级的比率{hidden}".replace("— *", "—*"), (table,))


def monthly_calendar(table: Released, unit: str | None = None) -> Picture:
    """Draw the expected monthly reports as tiles: on time, late, missing.

    Parameters
    ----------
    table : Released
        With month and status, in the order of the year.
    unit : str, optional
        Column that names the rows of tiles; one row if not given.
    """
    if not len(table):
        return nothing("本学年没有月报数据")
    frame = table.frame
    months = list(dict.fromkeys(frame["month"]))
    units = list(dict.fromkeys(frame[unit])) if unit else [""]
    statuses = [s for s in ("on_time", "late", "missing", "undated") if s in set(frame["status"])]
    with drawing(0.36 * len(units) + 0.85) as (figure, (ax,)):
        for row in _records(table):
            x = months.index(row["month"])
            y = len(units) - 1 - (units.index(row[unit]) if unit else 0)
            colour, word = STATUS[row["status"]]
            _tile(ax, x, y, colour, "" if unit else word)
        _grid_axes(ax, [_month_name(month) for month in months], units)
        handles = [Patch(color=STATUS[s][0], label=STATUS[s][1]) for s in statuses]
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
        ax.set_title("月报报送情况")
    counts = "，".join(f"{STATUS[s][1]} {(frame['status'] == s).sum()} 份" for s in statuses)
    return Picture(figure, f"月报报送情况：{counts}", (table,))


def training_matrix(table: Released) -> Picture:
    """Draw training by semester and role (rows) and grade (columns): held, missing, exempt."""
    if not len(table):
        return nothing("没有班级基数，无法列出应训的年级")
    frame = table.frame
    grades = sorted(set(frame["grade"]))
    rows = list(dict.fromkeys(zip(frame["semester"], frame["peer_role"], strict=True)))
    labels = [f"{semester}　{role}" for semester, role in rows]
    colours = {**STATUS, "missing": (STATUS["missing"][0], "缺")}
    with drawing(0.36 * len(rows) + 0.75) as (figure, (ax,)):
        for cell in _records(table):
            y = len(rows) - 1 - rows.index((cell["semester"], cell["peer_role"]))
            colour, word = colours[cell["status"]]
            text = f"{cell['n_sessions']} 场" if cell["status"] == "done" else word
            ink = MUTED if cell["status"] == "exempt" else "white"
            _tile(ax, grades.index(cell["grade"]), y, colour, text, ink)
        _grid_axes(ax, grades, labels)
        ax.set_title("心理委员与宿舍心理观察员培训（每学期每个年级至少一次）")
    missing = int((frame["status"] == "missing").sum())
    due = int((frame["status"] != "exempt").sum())
    return Picture(figure, f"骨干培训矩阵：应训 {due} 格，缺 {missing} 格", (table,))


def counselling_by_month(table: Released) -> Picture:
    """Draw individual counselling sessions by month."""
    frame = table.frame
    if not frame["n_sessions"].fillna(0).sum():
        return nothing("本学年没有个体辅导记录")
    with drawing(1.9) as (figure, (ax,)):
        ax.bar(range(len(frame)), frame["n_sessions"].astype(float), width=0.46, color=MAIN)
        _bar_labels(ax, range(len(frame)), frame["n_sessions"])
        _months(ax, frame["month"])
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.margins(y=0.16)
        ax.set_title("个体辅导（人次）")
    return Picture(
        figure, f"个体辅导按月分布，全学年 {int(frame['n_sessions'].sum())} 人次", (table,)
    )


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


def trends(
    table: Released, names: Sequence[str] = TRENDS, *, breaks: Sequence[str] = ()
) -> Picture:
    """Draw figures year by year, one small panel each; hidden values are gaps.

    Parameters
    ----------
    table : Released
        With year and the figures.
    names : sequence of str
        The figures to draw.
    breaks : sequence of str
        Years whose screening instrument is another than the year before; rates of warnings are
        not joined across.
    """
    frame = table.frame
    if not len(frame):
        return nothing("没有可以比较的学年")
    columns = 4
    rows = -(-len(names) // columns)
    years = list(frame["year"])
    with drawing(1.75 * rows + 0.1, columns=columns, rows=rows) as (figure, axes):
        for ax in axes[len(names) :]:
            ax.axis("off")
        for ax, name in zip(axes, names, strict=False):
            field = table.field(name)
            values = _floats(frame[name])
            cut = breaks if name in ("l1_rate", "l2_rate") else ()
            _line(ax, values, years, cut)
            for place, value in enumerate(values):
                if not isnan(value):
                    text = table.text(place, name)
                    above = _stands_above(values, place)
                    ax.annotate(text, (place, value), (0, 7 if above else -7), ha="center",
                                va="bottom" if above else "top", textcoords="offset points",
                                fontsize=8.5)  # fmt: skip
                else:
                    ax.text(place, 0.06, table.text(place, name), ha="center", color=MUTED,
                            transform=ax.get_xaxis_transform())  # fmt: skip
            ax.set_xticks(range(len(years)), [_short_year(year) for year in years], fontsize=8.5)
            ax.set_xlim(-0.5, len(years) - 0.5)
            ax.set_yticks([])
            ax.set_ylim(*_range(values, percent=field.kind == "percent"))
            ax.spines["left"].set_visible(False)
            unit = f"（{field.unit}）" if field.unit and field.unit != "%" else ""
            ax.set_title(f"{field.title}{unit}", fontsize=9.5)
        figure.set_layout_engine("constrained", hspace=0.09)
        if breaks:
            handle = Line2D([], [], color=MUTED, ls=":", label="测评工具有变，前后不可比")
            figure.legend(handles=[handle], loc="outside lower center")
    return Picture(figure, f"{years[0]} 至 {years[-1]} 学年主要指标变化", (table,))


def _line(ax: Axes, values: Sequence[float], years: Sequence[str], breaks: Sequence[str]) -> None:
    for place in range(1, len(values)):
        if years[place] in breaks:
            ax.axvline(place - 0.5, color=MUTED, linestyle=":", linewidth=1.2)
        else:
            ax.plot([place - 1, place], values[place - 1 : place + 1], color=MAIN)
    ax.scatter(range(len(values)), values, color=MAIN, s=22, zorder=3)


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


def _records(table: Released) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.frame.to_dict("records")]


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


def _bar_labels(ax: Axes, places: Sequence[int] | range, counts: pd.Series) -> None:
    for place, count in zip(places, counts, strict=True):
        if not pd.isna(count) and count:
            ax.annotate(f"{int(count):,}", (place, int(count)), (0, 2), ha="center", va="bottom",
                        textcoords="offset points", fontsize=8.5)  # fmt: skip


def _months(ax: Axes, months: pd.Series) -> None:
    ax.set_xticks(range(len(months)), [_month_name(month) for month in months])
    ax.set_xlim(-0.6, len(months) - 0.4)


def _month_name(month: str) -> str:
    return f"{int(month[5:])}月"


def _short_year(year: str) -> str:
    return f"{year[2:4]}-{year[7:9]}"


def _tile(ax: Axes, x: float, y: float, colour: str, text: str = "", ink: str = "white") -> None:
    ax.bar(x, 0.86, width=0.92, bottom=y - 0.43, color=colour)
    if text:
        ax.text(x, y, text, ha="center", va="center", color=ink, fontsize=9)


def _grid_axes(ax: Axes, columns: Sequence[str], rows: Sequence[str]) -> None:
    ax.set_xticks(range(len(columns)), list(columns), color=INK)
    ax.set_yticks(range(len(rows)), list(rows)[::-1], color=INK)
    ax.set_xlim(-0.55, len(columns) - 0.45)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.spines[:].set_visible(False)
    ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False)
