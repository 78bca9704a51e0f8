"""Pictures of a many-facet Rasch analysis: the Wright map, severity, bias."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from evalkit.charts.forest import Row, draw_rows, row_height, shortened
from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.theme import ACCENT, FAINT, GRID, INK, MAIN, MUTED, PALE
from evalkit.privacy import Field, Released, load_policy, release
from evalkit.raters import Bias, ManyFacetRasch

__all__ = ["bias", "severity", "wright_map"]

NAMES = {"unit": "单位", "judge": "评委", "item": "指标"}
MEANING = {"unit": "得分高 ↑", "judge": "严格 ↑", "item": "难得分 ↑"}

MOST_LABELS = 26
"""Elements of a facet that are named; of more there is a histogram."""

MOST_THRESHOLDS = 12

LINE = 0.17
"""Height in inches of a line of small type."""

MOST_ROWS = 16
"""Combinations that a picture of bias shows."""

MISFIT = (0.5, 1.5)
"""Mean squares between which ratings are productive for measurement (Linacre 2002)."""


def wright_map(result: ManyFacetRasch) -> Picture:
    """Draw the elements of all facets on one scale: who is able, severe, difficult.

    Parameters
    ----------
    result : ManyFacetRasch
        Of :func:`evalkit.raters.many_facet_rasch`. Elements without a measure are left out.
    """
    known = result.table.dropna(subset="measure")
    if not len(known):
        return nothing("没有一个量值可画")
    steps = result.thresholds.dropna(subset="threshold")
    some = len(steps) and steps["scale"].nunique() == 1 and len(steps) <= MOST_THRESHOLDS
    shown = [facet for facet in result.facets if (known["facet"] == facet).any()]
    low, high = _range(known["measure"])
    if some:
        low, high = min(low, steps["threshold"].min()), max(high, steps["threshold"].max())
    edge = 0.06 * (high - low)
    most = max(min(int((known["facet"] == facet).sum()), MOST_LABELS) for facet in shown)
    height = max(0.24 * most + 1.3, 3.4)
    with drawing(height, len(shown) + bool(some)) as (figure, axes):
        span = (low - edge, high + edge)
        gap = LINE * (span[1] - span[0]) / (height - 0.8)
        for place, ax in enumerate(axes):
            ax.axhline(0, color=GRID, linewidth=1, zorder=0)
            ax.set_xticks([])
            ax.spines["bottom"].set_visible(False)
            if place:
                ax.spines["left"].set_visible(False)
                ax.set_yticks([])
        for ax, facet in zip(axes, shown, strict=False):
            own = known[known["facet"] == facet]
            if len(own) <= MOST_LABELS:
                _labels(ax, own["measure"], [shortened(x, 10) for x in own["element"]], span, gap)
                ends = own.loc[own["extreme"] != "", "measure"]
                ax.scatter([0] * len(ends), ends, s=22, color="white", edgecolors=MAIN, zorder=3,
                           clip_on=False)  # fmt: skip
            else:
                counts, edges = np.histogram(own["measure"], bins=24, range=(low, high))
                ax.barh(edges[:-1], counts, np.diff(edges), align="edge", color=PALE)
                ax.set_xlabel(f"共 {len(own)} 个")
            ax.set_title(f"{NAMES.get(facet, facet)}　{MEANING.get(facet, '严格 ↑')}", fontsize=9.5)
            ax.set_ylim(*span)
        if some:
            words = [f"达到 {score:g} 分" for score in steps["score"]]
            _labels(axes[-1], steps["threshold"], words, span, gap)
            axes[-1].set_title("阈值", fontsize=9.5)
            axes[-1].set_ylim(*span)
        if (known["extreme"] != "").any():
            axes[0].set_xlabel("空心点：极端分数", loc="left")
        axes[0].set_ylabel("logit")
    said = []
    for facet in shown:
        own = known[known["facet"] == facet].sort_values("measure", kind="stable")
        name = NAMES.get(facet, facet)
        said.append(f"{name}从 {own['element'].iloc[0]} 到 {own['element'].iloc[-1]}")
    return Picture(
        figure, f"Wright 图（同一尺度上，由低到高）：{'；'.join(said)}", (_measures(result, known),)
    )


def severity(result: ManyFacetRasch, facet: str = "judge") -> Picture:
    """Draw each judge's severity with its interval, the most severe first.

    Parameters
    ----------
    result : ManyFacetRasch
        Of :func:`evalkit.raters.many_facet_rasch`.
    facet : str
        Another facet, if asked for.
    """
    table = result.of(facet).dropna(subset="measure").sort_values("measure", ascending=False)
    name = NAMES.get(facet, facet)
    if not len(table):
        return nothing(f"没有{name}的量值")
    rows = [
        Row(
            shortened(label),
            measure,
            low,
            high,
            f"{fair:.2f}　{infit:.2f}" if infit == infit else f"{fair:.2f}　—",
            ACCENT if infit == infit and not MISFIT[0] <= infit <= MISFIT[1] else MAIN,
        )
        for label, measure, low, high, fair, infit in table[
            [facet, "measure", "low", "high", "fair", "infit"]
        ].itertuples(index=False)
    ]
    with drawing(row_height(len(rows)) + 0.2) as (figure, (ax,)):
        ax.axvline(float(table["measure"].mean()), color=FAINT, linewidth=1.2, zorder=0)
        draw_rows(ax, rows)
        ax.annotate(
            "公平均分　infit", (1.01, len(rows) - 0.35), xycoords=ax.get_yaxis_transform(),
            va="bottom", color=MUTED, fontsize=8.5, annotation_clip=False,
        )  # fmt: skip
        ax.set_xlabel(
            f"logit，越靠右越严；竖线为平均。横线为 {100 * result.level:g}% 区间；"
            f"橙色：infit 在 {MISFIT[0]} 至 {MISFIT[1]} 之外"
        )
        ax.set_title(f"{name}的宽严" if facet == "judge" else f"{name}的量值")
    first, last = table[facet].iloc[0], table[facet].iloc[-1]
    alt = f"{name}宽严图，共 {len(rows)} 个：最严的是 {first}，最宽的是 {last}"
    return Picture(
        figure, alt, (_measures(result, table.assign(facet=facet, element=table[facet])),)
    )


def bias(result: Bias) -> Picture:
    """Draw the combinations whose ratings are furthest from what measures explain.

    Parameters
    ----------
    result : Bias
        Of :func:`evalkit.raters.bias`; the sixteen with the largest t, whatever its sign.
    """
    order = np.argsort(-result.table["t"].abs().to_numpy(), kind="stable")[:MOST_ROWS]
    table = result.table.iloc[order]
    rows = [
        Row(
            " × ".join(shortened(row[name], 10) for name in result.by),
            row["bias"],
            row["bias"] - 1.96 * row["se"],
            row["bias"] + 1.96 * row["se"],
            f"{row['difference']:+.2f} 分".replace("-", "−"),
            ACCENT if row["p_holm"] < 0.05 else MAIN,
        )
        for row in table.to_dict("records")
    ]
    crossed = " × ".join(NAMES.get(name, name) for name in result.by)
    with drawing(row_height(len(rows)) + 0.1) as (figure, (ax,)):
        ax.axvline(0, color=FAINT, linewidth=1.2, zorder=0)
        draw_rows(ax, rows)
        ax.set_xlabel("logit，右：给分高于期望。橙色：Holm 校正后 p < 0.05；右侧为平均高出的分数")
        more = f"（共 {len(result.table)} 种，偏差最明显的 {len(rows)} 种）"
        ax.set_title(f"偏差：{crossed}{more if len(result.table) > len(rows) else ''}")
    far = int((result.table["p_holm"] < 0.05).sum())
    alt = f"偏差图，{crossed} 共 {len(result.table)} 种组合，{far} 种在校正后仍有偏差"
    fields = (
        *(Field(name, NAMES.get(name, name)) for name in result.by),
        Field("n", "评分数", kind="count"),
        Field("difference", "平均高出", "分", "number", decimals=2),
        Field("bias", "偏差", "logit", "number", decimals=2),
        Field("se", "标准误", "logit", "number", decimals=2),
        Field("p_holm", "p（Holm）", kind="number", decimals=3),
    )
    labels = {name: table[name].astype(str) for name in result.by}
    return Picture(figure, alt, (release(table.assign(**labels), fields, load_policy()),))


def _range(values: pd.Series) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 1, high + 1)


def _labels(
    ax: Axes, places: pd.Series, names: Sequence[str], span: tuple[float, float], gap: float
) -> None:
    """Write names at their places, moved apart where they would overlap."""
    named = sorted(zip(places, names, strict=True), key=lambda each: each[0])
    moved = _apart([place for place, _ in named], gap, *span)
    for (place, name), at in zip(named, moved, strict=True):
        ax.plot([0, 0.06], [place, place], color=MAIN, linewidth=1.4)
        ax.plot([0.06, 0.16], [place, at], color=FAINT, linewidth=0.8)
        ax.text(0.19, at, name, va="center", fontsize=8.5, color=INK)
    ax.set_xlim(0, 1)


def _apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return rising places at least a gap apart, as near to the given ones as that allows.

    Neighbours that are too close become one block, which stands at the mean of what its members
    want (pool adjacent violators).
    """
    blocks: list[tuple[float, int]] = []  # where the lowest member would stand, members
    for number, place in enumerate(places):
        start, size = place - number * gap, 1
        while blocks and blocks[-1][0] >= start:
            before, count = blocks.pop()
            start = (before * count + start * size) / (count + size)
            size += count
        blocks.append((start, size))
    found = [start for start, size in blocks for _ in range(size)]
    top = high - gap / 2 - (len(found) - 1) * gap
    bottom = low + gap / 2
    return [min(max(start, bottom), max(top, bottom)) + k * gap for k, start in enumerate(found)]


def _measures(result: ManyFacetRasch, table: pd.DataFrame) -> Released:
    frame = table.assign(
        facet=table["facet"].map(lambda facet: NAMES.get(facet, facet)),
        element=table["element"].astype(str),
    )
    fields = (
        Field("facet", "方面"),
        Field("element", "名称"),
        Field("n", "评分数", kind="count"),
        Field("observed", "平均分", "分", "number", decimals=2),
        Field("fair", "公平均分", "分", "number", decimals=2),
        Field("measure", "量值", "logit", "number", decimals=2),
        Field("se", "标准误", "logit", "number", decimals=2),
        Field("infit", "infit", kind="number", decimals=2),
        Field("outfit", "outfit", kind="number", decimals=2),
    )
    order = {facet: place for place, facet in enumerate(result.facets)}
    keys = table["facet"].map(order)
    ordered = frame.iloc[np.lexsort((-frame["measure"], keys))]
    return release(ordered, fields, load_policy())
