"""Pictures of activities and counselling: by month, by form."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.theme import ACCENT, FAINT, INK, MAIN, PALE
from evalkit.charts.tiles import month_name
from evalkit.privacy import Released

__all__ = ["activities_by_form", "activities_by_month", "counselling_by_month"]


def activities_by_month(table: Released) -> Picture:
    """Draw the number of activities and the attendance of each month, last year's number behind."""
    frame = table.frame
    if not frame["n_activities"].fillna(0).sum():
        return nothing("本学年没有活动记录", table)
    places = range(len(frame))
    with drawing(3.6, rows=2) as (figure, (above, below)):
        before = frame["previous"]
        if before.notna().any():
            above.bar(places, before.astype(float), width=0.82, color=FAINT)
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
            handles = [Patch(color=MAIN, label="本学年"), Patch(color=FAINT, label="上学年")]
            above.legend(handles=handles, loc="upper right", bbox_to_anchor=(1, 1.28), ncols=2)
    top = frame["month"].tolist()[int(frame["n_activities"].argmax())]
    total = int(frame["n_activities"].sum())
    return Picture(figure, f"活动按月分布：全学年 {total} 场，最多的月份是 {top}", (table,))


def activities_by_form(table: Released) -> Picture:
    """Draw the number of activities in each of the nine forms, with attendance in words."""
    frame = table.frame
    if not frame["n_activities"].fillna(0).sum():
        return nothing("本学年没有活动记录", table)
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


def counselling_by_month(table: Released) -> Picture:
    """Draw individual counselling sessions by month."""
    frame = table.frame
    if not frame["n_sessions"].fillna(0).sum():
        return nothing("本学年没有个体辅导记录", table)
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


def _bar_labels(ax: Axes, places: Sequence[int] | range, counts: pd.Series) -> None:
    for place, count in zip(places, counts, strict=True):
        if not pd.isna(count) and count:
            ax.annotate(f"{int(count):,}", (place, int(count)), (0, 2), ha="center", va="bottom",
                        textcoords="offset points", fontsize=8.5)  # fmt: skip


def _months(ax: Axes, months: pd.Series) -> None:
    ax.set_xticks(range(len(months)), [month_name(month) for month in months])
    ax.set_xlim(-0.6, len(months) - 0.4)
