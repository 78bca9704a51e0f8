"""Pictures of rates: with their intervals, standardised, over the years with breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from evalkit.charts.forest import Row, draw_rows, row_height, shortened
from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.theme import ACCENT, FAINT, INK, MAIN, MUTED
from evalkit.epidemiology import Interval, StandardisedRate, StandardisedRatio, Trend
from evalkit.errors import DataError
from evalkit.privacy import Field, load_policy, release

__all__ = ["intervals", "standardised", "trend"]

Standardised = StandardisedRate | StandardisedRatio


def intervals(
    result: Interval,
    names: Sequence[object] | None = None,
    *,
    title: str = "",
    percent: bool = True,
) -> Picture:
    """Draw rates with their confidence limits, in the order given.

    Parameters
    ----------
    result : Interval
        Of :func:`evalkit.epidemiology.wilson` and its like, from released counts.
    names : sequence, optional
        Names of the rates; if not given, the labels of the counts, or 1, 2, ...
    title : str
        What they are.
    percent : bool
        Whether they are proportions, drawn in percent.

    Raises
    ------
    DataError
        If there are not as many names as rates.
    """
    table = result.table
    estimates, lows, highs = (table[name].to_numpy() for name in ("estimate", "low", "high"))
    if names is None:
        names = _labels(table) if result.index is not None else range(1, len(table) + 1)
    if len(names) != len(estimates):
        raise DataError(f"名称有 {len(names)} 个，率有 {len(estimates)} 个，对不上。请逐个给出。")
    scale = 100.0 if percent else 1.0
    rows = [
        _row(name, scale * estimate, scale * low, scale * high)
        for name, estimate, low, high in zip(names, estimates, lows, highs, strict=True)
    ]
    label = f"横线为 {100 * result.level:g}% 置信区间（{result.method}）"
    return _forest(rows, title or "率与置信区间", label, "%" if percent else "")


def standardised(results: Mapping[str, Standardised] | Standardised, *, title: str = "") -> Picture:
    """Draw standardised rates, or ratios, side by side; the crude rates stand beside as rings.

    Parameters
    ----------
    results : mapping of str to StandardisedRate or StandardisedRatio, or one of these
        Name → result, all of one kind and one multiplier; or a result of many units.
    title : str
        What they are.

    Raises
    ------
    DataError
        If rates and ratios, or different multipliers, are mixed.
    """
    named = results if isinstance(results, Mapping) else {"": results}
    if not named:
        return nothing("没有可画的标准化率")
    kinds = {(type(each), each.multiplier, each.level) for each in named.values()}
    if len(kinds) > 1:
        raise DataError("不同种类、倍数或置信水平的结果不能画在一张图里。请分开画。")
    kind, multiplier, level = kinds.pop()
    tables = [
        each.table.set_axis(_labels(each.table) if len(each.table) > 1 else [name])
        for name, each in named.items()
    ]
    table = pd.concat(tables)
    numbers = table[["estimate", "low", "high"]].to_numpy(dtype=np.float64)
    rows = [_row(name, *figures) for name, figures in zip(table.index, numbers, strict=True)]
    ratio = kind is StandardisedRatio
    unit = f"每 {multiplier:g}" if multiplier != 1 and not ratio else ""
    label = f"横线为 {100 * level:g}% 置信区间"
    crude = [] if ratio else table["crude"].tolist()
    label += "；圆圈为未标准化的粗率" if crude else f"；{multiplier:g} 为与参照相同"
    return _forest(rows, title or ("标准化比" if ratio else "标准化率"), label, unit,
                   rings=crude, line=multiplier if ratio else None)  # fmt: skip


def trend(result: Trend, *, title: str = "", unit: str = "") -> Picture:
    """Draw a series with its breaks, and the slope of each stretch that has one.

    Parameters
    ----------
    result : Trend
        Of :func:`evalkit.epidemiology.trend`, from released values.
    title, unit : str
        What the values are, and their unit.
    """
    points = result.points
    times, values = points["t"].tolist(), points["value"].to_numpy(dtype=np.float64)
    places = np.arange(len(times))
    with drawing(3.3) as (figure, (ax,)):
        for _, own in points.groupby("stretch"):
            start, here = own.index[0], own.index.to_numpy()
            ax.plot(here, values[here], "o-", color=MAIN, ms=5, linewidth=1.3)
            if start:
                ax.axvline(start - 0.5, color=MUTED, linestyle=":", linewidth=1.2)
            if own["fitted"].notna().any():
                ax.plot(here, own["fitted"], "--", color=ACCENT)
        known = values[~np.isnan(values)]
        top = float(known.max()) if len(known) else 1.0
        low = float(known.min()) if len(known) else 0.0
        ax.set_ylim(min(0.0, 1.1 * low), 1.15 * top if top > 0 else 1.0)
        step = max(1, -(-len(times) // 14))
        ax.set_xticks(places[::step], [shortened(each, 9) for each in times[::step]])
        ax.set_xlim(-0.5, len(times) - 0.5)
        ax.set_ylabel(unit)
        ax.set_title(title or "历年变化")
        handles = [Line2D([], [], color=ACCENT, ls="--", label="各段的 Sen 斜率")]
        if len(result.table) > 1:
            handles.append(Line2D([], [], color=MUTED, ls=":", label="断点，前后不可比"))
        figure.legend(handles=handles, loc="outside lower center", ncols=2)
    fields = (
        Field("start", "起"),
        Field("end", "止"),
        Field("n", "年数", kind="count"),
        Field("slope", "每年变化", unit, "number", decimals=3),
        Field("low", "下限", unit, "number", decimals=3),
        Field("high", "上限", unit, "number", decimals=3),
        Field("p", "p（Mann–Kendall）", kind="number", decimals=3),
        Field("note", "说明"),
    )
    table = result.table.assign(
        start=result.table["start"].astype(str), end=result.table["end"].astype(str)
    )
    said = f"{len(result.table)} 段" if len(result.table) > 1 else "没有断点"
    alt = f"{times[0]} 至 {times[-1]} 的变化图，{said}"
    return Picture(figure, alt, (release(table, fields, load_policy()),))


def _labels(table: pd.DataFrame) -> list[str]:
    """Return the labels of a table's rows as names, those of several levels joined."""
    parts = (label if isinstance(label, tuple) else (label,) for label in table.index)
    return ["·".join(map(str, label)) for label in parts]


def _row(name: object, estimate: float, low: float, high: float) -> Row:
    return Row(
        shortened(name), estimate, low, high, f"{estimate:.2f}" if isfinite(estimate) else "—"
    )


def _forest(
    rows: Sequence[Row],
    title: str,
    label: str,
    unit: str,
    rings: Sequence[float] = (),
    line: float | None = None,
) -> Picture:
    """Draw rows; rings are a second figure of each row, the line is what they are held against."""
    if not rows:
        return nothing("没有可画的率")
    with drawing(row_height(len(rows)) + 0.1) as (figure, (ax,)):
        if line is not None:
            ax.axvline(line, color=FAINT, linewidth=1.2, zorder=0)
        draw_rows(ax, rows)
        if len(rings) == len(rows):
            ax.scatter(rings, range(len(rows))[::-1], s=44, facecolors="none", edgecolors=INK,
                       linewidths=1, zorder=4)  # fmt: skip
        ax.set_xlim(left=0)
        ax.set_xlabel(f"{unit}　{label}" if unit else label)
        ax.set_title(title)
    frame = pd.DataFrame(
        {
            "name": [row.name for row in rows],
            "estimate": [row.estimate for row in rows],
            "low": [row.low for row in rows],
            "high": [row.high for row in rows],
        }
    )
    fields = (
        Field("name", "名称"),
        Field("estimate", "估计值", unit, "number", decimals=2),
        Field("low", "下限", unit, "number", decimals=2),
        Field("high", "上限", unit, "number", decimals=2),
    )
    known = [row for row in rows if isfinite(row.estimate)]
    said = ""
    if known:
        most, least = max(known, key=_estimate), min(known, key=_estimate)
        said = f"：最高 {most.name} {most.remark}，最低 {least.name} {least.remark}"
    alt = f"{title}，{len(rows)} 个{said}"
    return Picture(figure, alt, (release(frame, fields, load_policy()),))


def _estimate(row: Row) -> float:
    return row.estimate
