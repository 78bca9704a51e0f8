"""Pictures of rates and counts: funnels, control charts, intervals, trends with breaks.

A result knows counts, and a picture of a small count gives it away. Counts of students are released
(:func:`evalkit.privacy.release`) before they are drawn, and what is suppressed is left out of the
picture; say ``students=False`` of counts that are about no student (activities, returned reports).
Results of rates alone hold no counts: compute them from released tables.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from evalkit.charts.forest import shortened
from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.rates import intervals, standardised, trend
from evalkit.charts.tendency import proportion_trend, series_trend
from evalkit.charts.theme import ACCENT, INK, MAIN, MUTED, PALE
from evalkit.epidemiology import ControlChart, Funnel
from evalkit.privacy import Audience, Field, Released, load_policy, release

__all__ = [
    "control_chart",
    "funnel",
    "intervals",
    "proportion_trend",
    "series_trend",
    "standardised",
    "trend",
]

KINDS = {"p": "比例", "np": "人数", "c": "次数", "u": "率"}

OTHER_RULES = ("two_of_three", "four_of_five", "six_in_trend")

STYLES = ("--", "-", "-.", ":")
WARM = "#d98a4e"
"""Beyond an inner limit only."""

SAID = 5
"""Names in the words about a picture."""

MOST_NAMES = 12
"""Units of a funnel that are named, those outside its limits first; fewer in a crowd."""

CROWD = 40


def funnel(
    result: Funnel, *, title: str = "", students: bool = True, audience: Audience | None = None
) -> Picture:
    """Draw units against their size, with limits that narrow as units grow.

    Parameters
    ----------
    result : Funnel
        Of :func:`evalkit.epidemiology.funnel`.
    title : str
        What the values are: ``"一级预警率"``.
    students : bool
        Whether the counts are of students about whom something sensitive is said.
    audience : Audience, optional
        For whom small counts are suppressed; readers within the school if not given.
    """
    proportion = result.kind == "proportion"
    released = _funnel_table(result, students, audience or load_policy())
    shown = result.table[released.frame["count"].notna().to_numpy()]
    if not len(shown):
        return nothing("各单位的人数都太少，按隐私规则不显示")
    scale = 100.0 if proportion else 1.0
    sizes = shown["whole"].to_numpy(dtype=float)
    curve = result.curve(np.linspace(0.5 * sizes.min(), 1.05 * sizes.max(), 400))
    values = scale * shown["value"].to_numpy(dtype=float)
    far = shown["outside"].abs().to_numpy()
    with drawing(4.2) as (figure, (ax,)):
        ax.axhline(scale * result.target, color=MUTED, linewidth=1.2)
        handles = [Line2D([], [], color=MUTED, lw=1.2, label="总体")]
        for level, style in zip(result.levels, STYLES, strict=False):
            for side in ("low", "high"):
                limit = scale * curve[f"{side}_{100 * level:g}"]
                ax.plot(curve["whole"], limit, style, color=PALE, linewidth=1.5)
            words = f"{100 * level:g}% 控制限"
            handles.append(Line2D([], [], color=PALE, ls=style, label=words))
        colours = [ACCENT if k == len(result.levels) else WARM if k else MAIN for k in far]
        ax.scatter(sizes, values, color=colours, s=36, zorder=3)
        _name_points(ax, shown, values, far)
        ax.set_ylim(*_window(values, scale * curve.iloc[80], result.levels[-1], proportion))
        ax.set_xlim(0, 1.1 * sizes.max())
        ax.set_xlabel("人数" if proportion else "期望数")
        ax.set_ylabel("%" if proportion else "观察 / 期望")
        ax.set_title(title or ("比例的漏斗图" if proportion else "比值的漏斗图"))
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    outer = [str(unit) for unit in shown.loc[far == len(result.levels), "unit"]]
    named = "、".join(outer[:SAID]) + (f" 等 {len(outer)} 个" if len(outer) > SAID else "")
    said = f"{named} 在最外的控制限之外" if outer else "都在最外的控制限之内"
    hidden = len(result.table) - len(shown)
    more = f"，{hidden} 个人数过少未画" if hidden else ""
    return Picture(figure, f"漏斗图，{len(shown)} 个单位{more}：{said}", (released,))


def control_chart(
    result: ControlChart,
    *,
    title: str = "",
    students: bool = True,
    audience: Audience | None = None,
) -> Picture:
    """Draw samples in time order with centre and limits; signals are marked.

    Parameters
    ----------
    result : ControlChart
        Of :func:`evalkit.epidemiology.p_chart`, ``np_chart``, ``c_chart`` or ``u_chart``.
    title : str
        What the values are.
    students : bool
        Whether ``np`` and ``c`` count students (or their events) of whom something sensitive is
        said; small ones are then gaps. Proportions and rates must come from released counts.
    audience : Audience, optional
        For whom small counts are suppressed.
    """
    released = _chart_table(result, students, audience or load_policy())
    table = result.table
    hidden = released.frame["value"].isna().to_numpy(dtype=bool)
    scale = 100.0 if result.kind == "p" else 1.0
    values = np.where(hidden, np.nan, scale * table["value"].to_numpy(dtype=float))
    places = np.arange(len(table))
    with drawing(3.6) as (figure, (ax,)):
        for side in ("low", "high"):
            ax.step(places, scale * table[side], where="mid", color=PALE, linewidth=1.5)
        ax.axhline(scale * result.centre, color=MUTED, linewidth=1.2)
        ax.plot(places, values, "o-", color=MAIN, ms=4.5, linewidth=1.3)
        beyond, run = (table[name].to_numpy(dtype=bool) & ~hidden for name in ("beyond", "in_run"))
        others = [rule for rule in OTHER_RULES if rule in result.rules]
        other = table[others].any(axis=1).to_numpy(dtype=bool) & ~hidden
        ax.scatter(places[beyond], values[beyond], color=ACCENT, s=52, zorder=3)
        ax.scatter(places[run], values[run], marker="s", s=76, facecolors="none",
                   edgecolors=ACCENT, linewidths=1.4, zorder=3)  # fmt: skip
        if others:
            ax.scatter(places[other], values[other], marker="D", s=110, facecolors="none",
                       edgecolors=WARM, linewidths=1.2, zorder=2)  # fmt: skip
        if not table["baseline"].all():
            ax.plot(places[table["baseline"]], np.full(int(table["baseline"].sum()), 0.02), "|",
                    color=MUTED, ms=6, transform=ax.get_xaxis_transform())  # fmt: skip
        step = max(1, -(-len(table) // 16))
        names = [shortened(name, 9) for name in table["sample"]]
        long = max(len(name) for name in names) > 4
        ax.set_xticks(places[::step], names[::step], rotation=35 if long else 0,
                      ha="right" if long else "center")  # fmt: skip
        ax.set_ylabel("%" if result.kind == "p" else "")
        ax.set_title(title or f"{KINDS[result.kind]}的控制图（{result.kind} 图）")
        handles = [
            Line2D([], [], color=MUTED, lw=1.2, label="中心线"),
            Line2D([], [], color=PALE, label=f"{result.sigmas:g} 倍标准差控制限"),
            Line2D([], [], marker="o", ls="", color=ACCENT, label="超出控制限"),
            Line2D([], [], marker="s", ls="", mfc="none", mec=ACCENT, ms=8,
                   label=f"连续 {result.run} 个在同侧"),
        ]  # fmt: skip
        if others:
            handles.append(Line2D([], [], marker="D", ls="", mfc="none", mec=WARM, ms=8,
                                  label="其他判异规则"))  # fmt: skip
        if not table["baseline"].all():
            handles.append(Line2D([], [], marker="|", ls="", color=MUTED, label="基线样本"))
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    signals = int((beyond | run | other).sum())
    said = f"{signals} 个有信号" if signals else "没有信号"
    more = f"，{int(hidden.sum())} 个数目过小未画" if hidden.any() else ""
    return Picture(figure, f"{result.kind} 控制图，{len(table)} 个样本{more}，{said}", (released,))


def _name_points(
    ax: Axes, shown: pd.DataFrame, values: NDArray[np.float64], far: NDArray[np.int64]
) -> None:
    """Name all units if they are few, else those outside the limits, the furthest first."""
    units, sizes = shown["unit"].tolist(), shown["whole"].tolist()
    away = np.abs(shown["z"].to_numpy(dtype=float))
    most = MOST_NAMES if len(shown) <= CROWD else SAID
    for place in np.lexsort((-away, -far))[:most]:
        if far[place] or len(shown) <= MOST_NAMES:
            left = sizes[place] > 0.8 * max(sizes)
            ax.annotate(
                shortened(units[place], 10), (sizes[place], values[place]),
                (-4 if left else 4, 4), textcoords="offset points",
                ha="right" if left else "left", fontsize=8.5, color=INK,
            )  # fmt: skip


def _window(
    values: NDArray[np.float64], limits: pd.Series, level: float, proportion: bool
) -> tuple[float, float]:
    """Return the axis: from zero, but for high values that differ little from below them."""
    low = min(float(values.min()), float(limits[f"low_{100 * level:g}"]))
    high = max(float(values.max()), float(limits[f"high_{100 * level:g}"]))
    pad = 0.08 * (high - low if low > 0.5 * high else high)
    top = high + max(pad, 1e-9)
    return (low - pad if low > 0.5 * high else 0.0), min(top, 100 + pad) if proportion else top


def _funnel_table(result: Funnel, students: bool, audience: Audience) -> Released:
    """Release the counts; where the denominator is too small for a rate, the count goes too."""
    proportion = result.kind == "proportion"
    frame = result.table.assign(unit=result.table["unit"].astype(str))
    whole = frame["whole"] if proportion else frame["whole"].round(6)
    few = proportion & students & (frame["whole"] < audience.base)
    frame = frame.assign(whole=whole, count=frame["count"].mask(few))
    fields = [
        Field("unit", "单位"),
        Field("count", "观察数", kind="count", students=students),
        Field(
            "whole", "人数" if proportion else "期望数", kind="count" if proportion else "number"
        ),
    ]
    if proportion:
        fields.append(Field("rate", "率", "%", "percent", students=students, of=("count", "whole")))
    return release(frame, fields, audience)


def _chart_table(result: ControlChart, students: bool, audience: Audience) -> Released:
    counted = result.kind in ("np", "c")
    scale = 100.0 if result.kind == "p" else 1.0
    table = result.table
    frame = pd.DataFrame(
        {
            "sample": table["sample"].astype(str),
            "value": scale * table["value"],
            "low": scale * table["low"],
            "high": scale * table["high"],
            "beyond": table["beyond"],
            "in_run": table["in_run"],
            "signal": table["signal"],
        }
    )
    unit = "%" if result.kind == "p" else ""
    fields = (
        Field("sample", "样本"),
        Field("value", KINDS[result.kind], unit, "count", students=students)
        if counted
        else Field("value", KINDS[result.kind], unit, "number", decimals=2),
        Field("low", "下限", unit, "number", decimals=2),
        Field("high", "上限", unit, "number", decimals=2),
        Field("beyond", "超出控制限", kind="flag"),
        Field("in_run", "同侧游程", kind="flag"),
        Field("signal", "有信号", kind="flag"),
    )
    return release(frame, fields, audience)
