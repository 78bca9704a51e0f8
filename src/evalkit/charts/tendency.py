"""Pictures of tests for trend: proportions over ordered groups, a series with Sen's slope."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from evalkit.charts.forest import shortened
from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.theme import ACCENT, MAIN
from evalkit.epidemiology import CochranArmitage, MannKendall, SenSlope, sen_slope, wilson
from evalkit.epidemiology.result import p_text
from evalkit.privacy import Audience, Field, load_policy, release

__all__ = ["proportion_trend", "series_trend"]

MOST_TICKS = 14


def proportion_trend(
    result: CochranArmitage,
    *,
    title: str = "",
    students: bool = True,
    audience: Audience | None = None,
) -> Picture:
    """Draw the proportions of groups with Wilson's intervals against their scores, and the line.

    Parameters
    ----------
    result : CochranArmitage
        Of :func:`evalkit.epidemiology.cochran_armitage`.
    title : str
        What the proportions are.
    students : bool
        Whether the counts are of students about whom something sensitive is said; groups with
        small ones are then left out.
    audience : Audience, optional
        For whom small counts are suppressed; readers within the school if not given.
    """
    audience = audience or load_policy()
    fields = [
        Field("group", "组别"),
        Field("score", "得分", kind="number", decimals=2),
        Field("count", "人数", kind="count", students=students),
        Field("n", "合计", kind="count"),
        Field("rate", "比例", "%", "percent", students=students, of=("count", "n")),
    ]
    table = result.table
    few = students & (table["n"] < audience.base)
    frame = table.assign(group=table["group"].astype(str), count=table["count"].mask(few))
    released = release(frame, fields, audience)
    shown = table[released.frame["count"].notna().to_numpy()]
    if not len(shown):
        return nothing("各组的人数都太少，按隐私规则不显示")
    limits = wilson(shown["count"].to_numpy(), shown["n"].to_numpy())
    with drawing(3.4) as (figure, (ax,)):
        ax.plot(table["score"], 100 * table["fitted"], "--", color=ACCENT, linewidth=1.3)
        ax.vlines(shown["score"], 100 * limits.low, 100 * limits.high, color=MAIN, linewidth=1.5)
        ax.plot(shown["score"], 100 * shown["proportion"], "o", color=MAIN, ms=6)
        ax.set_xticks(table["score"], [shortened(name, 9) for name in table["group"]])
        ax.set_ylim(bottom=0)
        ax.set_ylabel("%")
        ax.set_title(title or "比例随得分的变化")
        handles = [
            Line2D([], [], color=MAIN, marker="o", label="比例与 95% 置信区间（Wilson）"),
            Line2D([], [], color=ACCENT, ls="--", label="线性趋势"),
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=2)
    way = "上升" if result.slope > 0 else "下降" if result.slope < 0 else "不变"
    hidden = len(table) - len(shown)
    more = f"，{hidden} 组人数过少未画" if hidden else ""
    alt = f"比例趋势图，{len(shown)} 组{more}：随得分{way}，{p_text(result.p)}"
    return Picture(figure, alt, (released,))


def series_trend(result: MannKendall | SenSlope, *, title: str = "", unit: str = "") -> Picture:
    """Draw a series with the line of Sen's slope.

    Parameters
    ----------
    result : MannKendall or SenSlope
        Of :func:`evalkit.epidemiology.mann_kendall` or ``sen_slope``, from released values.
    title, unit : str
        What the values are, and their unit.
    """
    table = result.table
    if isinstance(result, SenSlope):
        places, slope = table["t"].to_numpy(dtype=np.float64), result
        low, high = (f"{limit:.3g}" for limit in slope)
        said = f"每步变化 {slope.estimate:.3g}（{100 * slope.level:g}% 区间 {low} 至 {high}）"
    else:
        places = np.arange(len(table), dtype=np.float64)
        slope = sen_slope(table["value"].to_numpy(), places)
        said = f"τ = {result.tau:.3g}，{p_text(result.p)}"
    with drawing(3.3) as (figure, (ax,)):
        ax.plot(places, table["value"], "o-", color=MAIN, ms=4.5, linewidth=1.2)
        ax.plot(places, slope.intercept + slope.estimate * places, "--", color=ACCENT)
        if isinstance(result, MannKendall):
            step = max(1, -(-len(table) // MOST_TICKS))
            ax.set_xticks(places[::step], [shortened(name, 9) for name in table["t"][::step]])
        ax.set_ylabel(unit)
        ax.set_title(title or "数列的变化")
        handles = [
            Line2D([], [], color=MAIN, marker="o", ms=4.5, label="各时间的值"),
            Line2D([], [], color=ACCENT, ls="--", label="Sen 斜率"),
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=2)
    frame = pd.DataFrame(
        {
            "t": [f"{name:g}" if isinstance(name, float) else str(name) for name in table["t"]],
            "value": table["value"].to_numpy(),
            "fitted": slope.intercept + slope.estimate * places,
        }
    )
    fields = (
        Field("t", "时间"),
        Field("value", "值", unit, "number", decimals=3),
        Field("fitted", "斜率线", unit, "number", decimals=3),
    )
    alt = f"趋势图，{len(table)} 个值：{said}"
    return Picture(figure, alt, (release(frame, fields, load_policy()),))
