"""Pictures of scores: by indicator, ranking, heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D

from evalkit.charts.names import PAGE, head_height, head_names, row_names, row_step
from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.theme import ACCENT, BANDS, FAINT, GRID, INK, MAIN, MUTED, PALE, ink_on
from evalkit.privacy import Released
from evalkit.rubric import Rubric

__all__ = ["indicator_bars", "indicator_heatmap", "rank_stability", "ranking"]

WIDE = 12
"""Colleges that stand beside one another in the heat map."""
COLUMNS = 5.0
"""Inches that the columns of the heat map have together."""
RANKS = 15
"""Ranks that all have their tick."""

MARKS: tuple[tuple[str, str, tuple[dict[str, Any], ...]], ...] = (
    (
        "median",
        "|",
        (
            {"s": 230, "color": "white", "linewidths": 5.5},
            {"s": 170, "color": ACCENT, "linewidths": 2.4},
        ),
    ),
    ("previous", "o", ({"s": 26, "color": "white", "edgecolors": INK, "linewidths": 0.9},)),
)
"""What stands on a bar of scores; the median on white, so that a grey print shows it too."""

_RATES = LinearSegmentedColormap.from_list("rates", ["#f3e3d3", "#f7f5f0", "#cfe0e8", "#1f5c7a"])


def indicator_bars(table: Released) -> Picture:
    """Draw each indicator's score rate with the school's median and last year's.

    Parameters
    ----------
    table : Released
        ``CollegeView.indicators()``.
    """
    if not len(table):
        return nothing("本学年没有评审组评分", table)
    frame = table.frame
    points = frame["points"].astype(float)
    places = list(range(len(frame)))[::-1]
    with drawing(0.36 * len(frame) + 0.75) as (figure, (ax,)):
        ax.barh(places, 100, height=0.56, color=GRID)
        ax.barh(places, frame["rate"].astype(float), height=0.56, color=MAIN)
        for place, row in zip(places, frame.itertuples(), strict=True):
            ax.text(103, place, f"{row.mean} / {row.points}", va="center", fontsize=9.5, color=INK)
        for name, marker, looks in MARKS:
            known = frame[name].notna()
            rates = 100 * frame.loc[known, name].astype(float) / points[known]
            rows = [place for place, there in zip(places, known, strict=True) if there]
            for look in looks:
                ax.scatter(rates, rows, marker=marker, zorder=3, **look)
        ax.set_yticks(places, list(frame["indicator"]), color=INK)
        ax.set_xlim(0, 118)
        ax.set_ylim(-0.6, len(frame) - 0.4)
        ax.set_xticks([0, 20, 40, 60, 80, 100], ["0", "20", "40", "60", "80", "100%"])
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_title("各考评要点得分率（右侧为得分 / 满分）")
        handles = [
            Line2D([], [], marker="s", ls="", color=MAIN, ms=8, label="本学年"),
            Line2D([], [], marker="|", ls="", color=ACCENT, ms=12, mew=2.4, label="全校中位数"),
            Line2D([], [], marker="o", ls="", mfc="white", mec=INK, ms=5, label="上学年"),
        ]
        drawn = (True, frame["median"].notna().any(), frame["previous"].notna().any())
        handles = [handle for handle, there in zip(handles, drawn, strict=True) if there]
        figure.legend(handles=handles, loc="outside lower center", ncols=3)
    ordered = list(frame.sort_values("rate")["indicator"])
    least, best = ordered[0], ordered[-1]
    return Picture(figure, f"各考评要点得分率条形图：最高的是 {best}，最低的是 {least}", (table,))


def ranking(table: Released, rubric: Rubric) -> Picture:
    """Draw the colleges' scores in order, with the bands behind.

    Parameters
    ----------
    table : Released
        ``SchoolView.ranking()``.
    rubric : Rubric
        For the bands' edges.
    """
    if not len(table):
        return nothing("本学年没有评审组评分", table)
    frame = table.frame
    scores = frame["score"].astype(float)
    places = list(range(len(frame)))[::-1]
    total = float(rubric.total)
    low = max(0.0, min(scores.min() - 0.06 * total, float(rubric.bands[-2].lower)))
    colours = {band.name: _band_colour(place, rubric) for place, band in enumerate(rubric.bands)}
    step = row_step(len(frame), 0.38)
    with drawing(step * len(frame) + 0.8) as (figure, (ax,)):
        edges = [total, *(float(band.lower) for band in rubric.bands)]
        for place, band in enumerate(rubric.bands):
            left, right = max(edges[place + 1], low), edges[place]
            if right <= low:
                continue
            if place % 2 == 0:
                ax.axvspan(left, right, color="#f6f8fa", zorder=0)
            ax.text((left + right) / 2, len(frame) - 0.35, band.name, ha="center", color=MUTED)
        ax.hlines(places, low, scores, color=FAINT, linewidth=1.4, zorder=1)
        ax.scatter(scores, places, s=90, color=[colours[b] for b in frame["band"]], zorder=3)
        for place, score, text in zip(places, scores, frame["score"], strict=True):
            ax.text(score + 0.016 * (total - low), place, str(text), va="center", fontsize=9.5)
        names = [
            f"{rank}  {name}"
            for rank, name in zip(frame["rank"], row_names(frame["college"], step), strict=True)
        ]
        ax.set_yticks(places, names, color=INK)
        ax.set_xlim(low, total)
        ax.set_ylim(-0.6, len(frame) + 0.1)
        ax.set_xticks([edge for edge in edges if edge >= low])
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_title("名次与得分（分）")
    first = frame.iloc[0]
    return Picture(
        figure,
        f"名次图：第 1 名 {first['college']} {first['score']} 分，共 {len(frame)} 个学院",
        (table,),
    )


def indicator_heatmap(table: Released) -> Picture:
    """Draw the score rate of each indicator (rows) for each college (columns, best first).

    More than twelve colleges are the rows, and the indicators the columns.

    Parameters
    ----------
    table : Released
        ``SchoolView.indicator_rates()``.
    """
    if not len(table):
        return nothing("本学年没有评审组评分", table)
    frame = table.frame
    colleges = list(dict.fromkeys(frame["college"]))
    indicators = list(dict.fromkeys(frame["indicator"]))
    rates = frame.pivot(index="indicator", columns="college", values="rate")
    rates = rates.loc[indicators, colleges].astype(float)
    means = frame.pivot(index="indicator", columns="college", values="mean")
    means = means.loc[indicators, colleges]
    turned = len(colleges) > WIDE
    if turned:  # a college a row: numbers would not fit beside one another
        rates, means = rates.T, means.T
    rows, columns = list(map(str, rates.index)), list(map(str, rates.columns))
    head = head_height(columns, COLUMNS)
    step = row_step(len(rows), 0.36, PAGE - head)
    with drawing(step * len(rows) + 0.95 + head) as (figure, (ax,)):
        image = ax.imshow(rates.to_numpy(), cmap=_RATES, vmin=40, vmax=100, aspect="auto")
        shades = image.to_rgba(rates.to_numpy())
        for y in range(len(rows)):
            for x in range(len(columns)):
                ax.text(
                    x, y, str(means.iloc[y, x]), ha="center", va="center", fontsize=8.5,
                    color=ink_on(tuple(shades[y, x])),
                )  # fmt: skip
        head_names(ax, columns, COLUMNS)
        ax.set_yticks(range(len(rows)), row_names(rows, step) if turned else rows, color=INK)
        ax.set_xticks([x - 0.5 for x in range(1, len(columns))], minor=True)
        ax.set_yticks([y - 0.5 for y in range(1, len(rows))], minor=True)
        ax.grid(which="minor", color="white", linewidth=2)
        ax.tick_params(which="minor", length=0)
        ax.spines[:].set_visible(False)
        bar = figure.colorbar(image, ax=ax, shrink=0.6, pad=0.015, aspect=18)
        bar.set_ticks([40, 60, 80, 100], labels=["40%", "60%", "80%", "100%"])
        bar.outline.set_visible(False)
        bar.ax.set_title("得分率", fontsize=8.5, loc="left", color=MUTED)
    best, least = frame.iloc[frame["rate"].argmax()], frame.iloc[frame["rate"].argmin()]
    alt = (
        f"{len(indicators)} 个考评要点在 {len(colleges)} 个学院的得分热力图："
        f"得分率最高的是{best['college']}的 {best['indicator']}（{best['rate']:.1f}%），"
        f"最低的是{least['college']}的 {least['indicator']}（{least['rate']:.1f}%）"
    )
    return Picture(figure, alt, (table,))


def rank_stability(table: Released, order: Sequence[str]) -> Picture:
    """Draw the range of ranks of each college when any one judge is left out.

    Parameters
    ----------
    table : Released
        ``SchoolView.leave_one_out()``.
    order : sequence of str
        The colleges, best first; their place here is their rank with all judges.
    """
    if not len(table):
        return nothing("评委不足两位，不能做逐一去掉评委的检验", table)
    ranks = table.frame.groupby("college")["rank"].agg(["min", "max"]).astype(int)
    places = list(range(len(order)))[::-1]
    step = row_step(len(order), 0.34)
    with drawing(step * len(order) + 0.75) as (figure, (ax,)):
        low = ranks.loc[list(order), "min"].tolist()
        high = ranks.loc[list(order), "max"].tolist()
        ax.hlines(places, low, high, color=PALE, linewidth=7, capstyle="round")
        ax.scatter(low, places, color=MAIN, s=40, zorder=3)
        ax.scatter(high, places, color=MAIN, s=40, zorder=3)
        ax.set_yticks(places, row_names(order, step), color=INK)
        every = 1 if len(order) <= RANKS else 5
        ax.set_xticks(sorted({1, *range(every, len(order) + 1, every)}))
        ax.set_xlim(0.5, len(order) + 0.5)
        ax.grid(axis="x")
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_title("逐一去掉一位评委后名次的范围")
        ax.set_xlabel("名次")
    steady = sum(a == b for a, b in zip(low, high, strict=True))
    return Picture(
        figure, f"逐一去掉一位评委后，{len(order)} 个学院中有 {steady} 个名次不变", (table,)
    )


def _band_colour(place: int, rubric: Rubric) -> str:
    last = max(len(rubric.bands) - 1, 1)
    return BANDS[round(place * (len(BANDS) - 1) / last)]
