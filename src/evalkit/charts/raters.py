"""Pictures of the statistics of judging: one for each result of :mod:`evalkit.raters`.

They take the results themselves. Scores of judges say nothing of any student, so there is nothing
to suppress in them; the table behind each picture is released all the same.
"""

from __future__ import annotations

from math import isfinite

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from evalkit.charts.facets import bias, severity, wright_map
from evalkit.charts.forest import Row, draw_rows, row_height, shortened
from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.ranks import order_sensitivity, rank_intervals
from evalkit.charts.theme import ACCENT, FAINT, GRID, INK, MAIN, MUTED, PALE
from evalkit.privacy import Field, load_policy, release
from evalkit.raters import (
    ICC,
    CronbachAlpha,
    DStudy,
    GStudy,
    JudgeVsRest,
    KendallW,
    KrippendorffAlpha,
    McDonaldOmega,
    PairwiseCorrelations,
)

__all__ = [
    "agreement",
    "bias",
    "components",
    "correlations",
    "d_curve",
    "judge_correlations",
    "order_sensitivity",
    "rank_intervals",
    "severity",
    "wright_map",
]

Agreement = ICC | KrippendorffAlpha | KendallW | CronbachAlpha | McDonaldOmega

BORDERS = (0.5, 0.75, 0.9)
"""Poor, moderate, good, excellent: Koo and Li (2016), J Chiropr Med 15:155."""

_SIGNED = LinearSegmentedColormap.from_list("signed", ["#c4572b", "#f7f5f0", "#1f5c7a"])


def agreement(*results: Agreement) -> Picture:
    """Draw coefficients of agreement side by side, each with its interval.

    Parameters
    ----------
    *results : ICC, KrippendorffAlpha, KendallW, CronbachAlpha or McDonaldOmega
        In the order in which they are to stand; of an ICC one judge and the mean of all are drawn.
    """
    rows = [row for result in results for row in _coefficients(result)]
    if not rows:
        return nothing("没有可画的一致性系数")
    with drawing(row_height(len(rows)) + 0.15) as (figure, (ax,)):
        for border in BORDERS:
            ax.axvline(border, color=FAINT, linestyle=":", linewidth=1.1, zorder=0)
        floor = min([0.0, *(row.estimate - 0.1 for row in rows if isfinite(row.estimate))])
        draw_rows(ax, rows, lowest=floor, highest=1.0)
        ax.set_xlim(floor, 1.0)
        ax.set_xlabel("0 为毫无关系，1 为完全一致；点线：0.5、0.75、0.9。横线为置信区间")
        ax.set_title("评委之间的一致程度")
    said = "；".join(f"{row.name} {row.remark}" for row in rows)
    columns = ["name", "estimate", "low", "high"]
    frame = pd.DataFrame(
        [[getattr(row, name) for name in columns] for row in rows], columns=columns
    )
    fields = (
        Field("name", "系数"),
        Field("estimate", "估计值", kind="number", decimals=3),
        Field("low", "下限", kind="number", decimals=3),
        Field("high", "上限", kind="number", decimals=3),
    )
    return Picture(figure, f"一致性系数图：{said}", (release(frame, fields, load_policy()),))


def d_curve(result: DStudy, wanted: float | None = 0.8) -> Picture:
    """Draw Φ and Eρ² against the number of judges (or of items, if the design has no judges).

    Parameters
    ----------
    result : DStudy
        Of :func:`evalkit.raters.d_study` with several numbers.
    wanted : float, optional
        A line at the Φ that is wanted.
    """
    table = result.table
    across = "judges" if "judges" in table else "items"
    numbers = sorted(set(table["items"])) if {"judges", "items"} <= set(table) else [0]
    lines = [
        (number, (table[table["items"] == number] if number else table).sort_values(across))
        for number in numbers
    ]
    with drawing(3.3) as (figure, (ax,)):
        if wanted is not None:
            ax.axhline(wanted, color=ACCENT, linestyle=":", linewidth=1.3)
            ax.text(1.01, wanted, f"要求 {wanted:g}", color=ACCENT, va="center",
                    transform=ax.get_yaxis_transform(), fontsize=9)  # fmt: skip
        for place, (number, own) in enumerate(lines):
            last = place == len(lines) - 1
            x, phi = own[across].to_numpy(), own["phi"].to_numpy()
            if last:
                ax.fill_between(x, own["phi_low"], own["phi_high"], color=PALE, alpha=0.45, lw=0)
                ax.plot(x, own["erho2"], "--", color=MUTED, label="Eρ²（只看先后）")
            label = f"Φ，{number} 个指标" if number else "Φ（看分数高低）"
            ax.plot(x, phi, "o-", color=MAIN, ms=4.5, alpha=1 if last else 0.45, label=label)
        ax.set_ylim(0, 1.02)
        ticks = sorted(set(table[across]))
        ax.set_xticks(ticks[:: -(-len(ticks) // 20)])
        ax.set_xlabel("评委人数" if across == "judges" else "指标个数")
        ax.grid(axis="y")
        ax.set_title(f"{'评委' if across == 'judges' else '指标'}越多，平均分越可靠")
        figure.legend(loc="outside lower center", ncols=3)
    reached = lines[-1][1]
    said = f"Φ 从 {reached['phi'].min():.2f} 到 {reached['phi'].max():.2f}"
    if wanted is not None and (reached["phi"] >= wanted).any():
        fewest = int(reached.loc[reached["phi"] >= wanted, across].min())
        said += f"，达到 {wanted:g} 需要 {fewest} {'位评委' if across == 'judges' else '个指标'}"
    names = [name for name in ("judges", "items") if name in table]
    fields = (
        *(Field(n, "评委数" if n == "judges" else "指标数", kind="count") for n in names),
        Field("phi", "Φ", kind="number", decimals=3),
        Field("phi_low", "Φ 下限", kind="number", decimals=3),
        Field("phi_high", "Φ 上限", kind="number", decimals=3),
        Field("erho2", "Eρ²", kind="number", decimals=3),
        Field("sem_absolute", "测量标准误", "分", "number", decimals=2),
    )
    return Picture(figure, f"决策研究曲线：{said}", (release(table, fields, load_policy()),))


def components(result: GStudy) -> Picture:
    """Draw what each source adds to the differences between scores, in percent.

    Parameters
    ----------
    result : GStudy
        Of :func:`evalkit.raters.g_study`; negative components are drawn as none.
    """
    table = result.table
    places = list(range(len(table)))[::-1]
    with drawing(0.34 * len(table) + 0.85) as (figure, (ax,)):
        colours = [MAIN if effect == "p" else PALE for effect in table["effect"]]
        ax.barh(places, table["percent"], height=0.6, color=colours)
        for place, percent in zip(places, table["percent"], strict=True):
            ax.text(percent + 1, place, f"{percent:.1f}%", va="center")
        names = [f"{s}（{e}）" for s, e in zip(table["source"], table["effect"], strict=True)]
        ax.set_yticks(places, names, color=INK)
        ax.set_xlim(0, 112)
        ax.set_xticks([])
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_title("分数的差异从哪里来（方差的百分比）")
    most = table.iloc[int(table["percent"].argmax())]
    fields = (
        Field("source", "来源"),
        Field("effect", "效应"),
        Field("component", "方差分量", "分²", "number", decimals=3),
        Field("low", "下限", "分²", "number", decimals=3),
        Field("high", "上限", "分²", "number", decimals=3),
        Field("percent", "占比", "%", "number"),
    )
    alt = f"方差来源图：最大的是{most['source']}，占 {most['percent']:.1f}%"
    return Picture(figure, alt, (release(table, fields, load_policy()),))


def correlations(result: PairwiseCorrelations, kind: str = "pearson") -> Picture:
    """Draw the correlation of every pair of judges.

    Parameters
    ----------
    result : PairwiseCorrelations
        Of :func:`evalkit.raters.pairwise_correlations`.
    kind : {"pearson", "spearman", "kendall"}
        Which of them.
    """
    square = result.matrix(kind)
    size = len(square)
    with drawing(min(0.42 * size + 1.1, 7.0)) as (figure, (ax,)):
        image = ax.imshow(square.to_numpy(), cmap=_SIGNED, vmin=-1, vmax=1, aspect="auto")
        if size <= 16:
            _figures(ax, square)
        names = [shortened(judge, 8) for judge in square.index]
        ax.set_xticks(range(size), names, color=INK)
        ax.set_yticks(range(size), names, color=INK)
        ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False)
        ax.spines[:].set_visible(False)
        bar = figure.colorbar(image, ax=ax, shrink=0.6, pad=0.015, aspect=18)
        bar.outline.set_visible(False)
        title = {"pearson": "Pearson 相关", "spearman": "Spearman 相关", "kendall": "Kendall τ-b"}
        ax.set_title(f"评委两两之间的 {title[kind]}")
    pairs = result.table.dropna(subset=kind)
    alt = f"{size} 位评委两两相关的热力图"
    if len(pairs):
        least = pairs.iloc[int(pairs[kind].argmin())]
        alt += f"，最低的是 {least['judge_1']} 与 {least['judge_2']}（{least[kind]:.2f}）"
    frame = result.table.assign(
        judge_1=result.table["judge_1"].astype(str), judge_2=result.table["judge_2"].astype(str)
    )
    fields = (
        Field("judge_1", "评委"),
        Field("judge_2", "评委"),
        Field("n", "共同评分的单位", kind="count"),
        *(Field(name, title[name], kind="number", decimals=3) for name in title),
    )
    return Picture(figure, alt, (release(frame, fields, load_policy()),))


def judge_correlations(result: JudgeVsRest) -> Picture:
    """Draw the correlation of each judge with the mean of the others, the lowest last.

    Parameters
    ----------
    result : JudgeVsRest
        Of :func:`evalkit.raters.judge_vs_rest`.
    """
    table = result.table.dropna(subset="pearson").sort_values("pearson", ascending=False)
    if not len(table):
        return nothing("没有评委与其余评委的相关可画")
    rows = [
        Row(shortened(judge), r, low, high, f"{difference:+.1f} 分".replace("-", "−"))
        for judge, r, low, high, difference in table[
            ["judge", "pearson", "low", "high", "difference"]
        ].itertuples(index=False)
    ]
    floor = min(0.0, float(table["pearson"].min()) - 0.1)
    with drawing(row_height(len(rows)) + 0.1) as (figure, (ax,)):
        draw_rows(ax, rows, lowest=floor, highest=1.0)
        ax.axvline(0, color=GRID, zorder=0)
        ax.set_xlim(floor, 1.0)
        ax.set_xlabel("与其余评委均分的 Pearson 相关；右侧为平均给分与其余评委之差")
        ax.set_title("每位评委与其余评委是否看法一致")
    fields = (
        Field("judge", "评委"),
        Field("n", "单位数", kind="count"),
        Field("pearson", "相关", kind="number", decimals=3),
        Field("low", "下限", kind="number", decimals=3),
        Field("high", "上限", kind="number", decimals=3),
        Field("difference", "平均之差", "分", "number", decimals=2),
    )
    released = release(table.assign(judge=table["judge"].astype(str)), fields, load_policy())
    alt = (
        f"评委与其余评委的相关：{len(rows)} 位，最低的是 {rows[-1].name}（{rows[-1].estimate:.2f}）"
    )
    return Picture(figure, alt, (released,))


def _coefficients(result: Agreement) -> list[Row]:
    if isinstance(result, ICC):
        forms = {"ICC2": "一位评委（ICC 2,1）", "ICC2k": f"{result.k} 位平均（ICC 2,k）"}
        return [_row(name, result[f].estimate, result[f].interval) for f, name in forms.items()]
    names = {
        KrippendorffAlpha: "Krippendorff α",
        KendallW: "排序一致（Kendall W）",
        CronbachAlpha: "Cronbach α",
        McDonaldOmega: "McDonald ω",
    }
    return [_row(names[type(result)], result.estimate, result.interval)]


def _row(name: str, estimate: float, interval: tuple[float, float]) -> Row:
    return Row(name, estimate, *interval, f"{estimate:.2f}" if isfinite(estimate) else "—")


def _figures(ax: Axes, square: pd.DataFrame) -> None:
    for row, own in enumerate(square.to_numpy()):
        for column, value in enumerate(own):
            if row != column and value == value:
                colour = "white" if abs(value) > 0.7 else INK
                ax.text(column, row, f"{value:.2f}", ha="center", va="center", color=colour,
                        fontsize=8.5)  # fmt: skip
