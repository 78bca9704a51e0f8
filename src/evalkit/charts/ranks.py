"""Pictures of how sure ranks are."""

from __future__ import annotations

from math import isnan

from evalkit.charts.forest import row_height, shortened
from evalkit.charts.picture import Picture, drawing
from evalkit.charts.theme import ACCENT, FAINT, GRID, INK, MAIN, MUTED, PALE
from evalkit.privacy import Field, Released, load_policy, release
from evalkit.raters import RankUncertainty, Sensitivity

__all__ = ["order_sensitivity", "rank_intervals"]

METHODS = {
    "trimmed": "去极值\n平均",
    "mean": "直接\n平均",
    "median": "中位数",
    "standardised": "标准分",
    "adjusted": "扣除\n宽严",
    "rasch": "Rasch\n量值",
}

MOST_TICKS = 25


def rank_intervals(result: RankUncertainty) -> Picture:
    """Draw each unit's rank with the ranks that other panels, and one judge fewer, would give.

    Parameters
    ----------
    result : RankUncertainty
        Of :func:`evalkit.raters.rank_uncertainty`.
    """
    table, n = result.table, result.n
    places = list(range(n))[::-1]
    known = bool(table["low"].notna().all())
    with drawing(row_height(n) + 0.3) as (figure, (ax,)):
        ax.axvspan(0.5, result.k + 0.5, color=GRID, zorder=0)
        if known:
            low, high = table["low"].astype(float), table["high"].astype(float)
            ax.hlines(places, low - 0.22, high + 0.22, color=PALE, linewidth=9)
        if table["loo_low"].notna().all():
            low, high = table["loo_low"].astype(float), table["loo_high"].astype(float)
            ax.hlines(places, low - 0.12, high + 0.12, color=MAIN, linewidth=2.2)
        ax.scatter(table["rank"], places, color=MAIN, s=52, zorder=3)
        for place, chance in zip(places, table["p_top"], strict=True):
            ax.annotate(
                _percent(chance), (1.02, place), xycoords=ax.get_yaxis_transform(),
                va="center", ha="left", color=INK if chance >= 0.05 else MUTED,
                annotation_clip=False,
            )  # fmt: skip
        if known:
            ax.annotate(
                f"前 {result.k} 名\n的把握", (1.02, n - 0.3), xycoords=ax.get_yaxis_transform(),
                va="bottom", ha="left", color=MUTED, fontsize=8.5, annotation_clip=False,
            )  # fmt: skip
        ax.set_yticks(places, [shortened(unit) for unit in table["unit"]], color=INK)
        ax.set_xlim(0.4, n + 0.6)
        ax.set_ylim(-0.6, n - 0.4)
        step = max(1, -(-n // MOST_TICKS))
        ax.set_xticks(range(1, n + 1, step))
        ax.grid(axis="x")
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_xlabel(
            f"名次。点：现在；细线：去掉一位评委；宽带：另请同类评委（{100 * result.level:g}%）"
        )
        ax.set_title("名次有多稳")
    spans = f"{100 * result.level:g}% 区间"
    said = "；".join(
        f"{unit} 第 {rank} 名" + (f"（{spans}第 {low} 至 {high} 名）" if known else "")
        for unit, rank, low, high in table[["unit", "rank", "low", "high"]]
        .head(3)
        .itertuples(index=False)
    )
    return Picture(figure, f"名次区间图，{n} 个单位：{said}", (_ranks_table(result),), result.words)


def order_sensitivity(result: Sensitivity) -> Picture:
    """Draw the order under each method side by side, a line a unit.

    Parameters
    ----------
    result : Sensitivity
        Of :func:`evalkit.raters.sensitivity`. Methods that could not be computed are left out.
    """
    table, n = result.table, result.n
    methods = [name for name in result.methods if table[f"rank_{name}"].notna().all()]
    ranks = table[[f"rank_{name}" for name in methods]].astype(int).to_numpy()
    moved = ranks.max(axis=1) - ranks.min(axis=1)
    with drawing(row_height(n) + 0.35) as (figure, (ax,)):
        for own, far in zip(ranks, moved, strict=True):
            top = own.min() <= result.k
            colour = ACCENT if far >= 2 else MAIN if top else FAINT
            ax.plot(
                range(len(methods)), own, "o-", color=colour, ms=5.5,
                zorder=3 if far >= 2 else 2, linewidth=2 if top or far >= 2 else 1.4,
            )  # fmt: skip
        for column, side, where in ((0, -0.12, "right"), (len(methods) - 1, 0.12, "left")):
            for rank in sorted(set(ranks[:, column])):
                here = table.loc[ranks[:, column] == rank, "unit"]
                text = shortened("、".join(str(unit) for unit in here), 13)
                label = f"{text}  {rank}" if where == "right" else f"{rank}  {text}"
                ax.text(column + side, rank, label, ha=where, va="center", color=INK)
        ax.axhline(result.k + 0.5, color=MUTED, linestyle=":", linewidth=1.1)
        ax.set_ylim(n + 0.6, 0.4)
        ax.set_xlim(-1.35, len(methods) + 0.35)
        ax.set_yticks([])
        ax.set_xticks(range(len(methods)), [METHODS[name] for name in methods], color=INK)
        ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False)
        ax.spines[:].set_visible(False)
        ax.set_title(f"换一种算法，名次会怎样（{result.label}）")
        ax.set_xlabel(f"数字为名次；橙色：最好与最差相差 2 名以上；点线：前 {result.k} 名之下")
    still = int((moved == 0).sum())
    alt = f"{len(methods)} 种算法的名次对照：{n} 个单位中 {still} 个名次不变（{result.label}）"
    return Picture(figure, alt, (_orders_table(result, methods),), result.words)


def _percent(chance: float) -> str:
    if isnan(chance):
        return ""
    if chance in (0.0, 1.0):
        return f"{100 * chance:.0f}%"
    return ">99%" if chance > 0.99 else "<1%" if chance < 0.01 else f"{100 * chance:.0f}%"


def _ranks_table(result: RankUncertainty) -> Released:
    frame = result.table.assign(
        unit=result.table["unit"].astype(str),
        p_top=100 * result.table["p_top"],
        p_next=100 * result.table["p_next"],
    )
    fields = (
        Field("unit", "单位"),
        Field("rank", "名次", kind="count"),
        Field("score", "得分", "分", "number", decimals=2),
        Field("low", "区间：最好", kind="count"),
        Field("high", "区间：最差", kind="count"),
        Field("loo_low", "去掉一位评委：最好", kind="count"),
        Field("loo_high", "去掉一位评委：最差", kind="count"),
        Field("p_top", f"前 {result.k} 名的把握", "%", "number", decimals=0),
        Field("p_next", "领先下一行的把握", "%", "number", decimals=0),
    )
    return release(frame, fields, load_policy())


def _orders_table(result: Sensitivity, methods: list[str]) -> Released:
    frame = result.table.assign(unit=result.table["unit"].astype(str))
    fields = (
        Field("unit", "单位"),
        *(Field(f"rank_{m}", METHODS[m].replace("\n", ""), kind="count") for m in methods),
        Field("best", "最好", kind="count"),
        Field("worst", "最差", kind="count"),
    )
    return release(frame, fields, load_policy())
