"""What the evidence says of each criterion, of all colleges side by side."""

from __future__ import annotations

from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.scores import folded
from evalkit.charts.theme import INK, VERDICTS
from evalkit.privacy import Released

__all__ = ["verdict_matrix"]

SIGNS = {
    "达标": "●",
    "部分达标": "◐",
    "未达标": "○",
    "提请核实": "?",
    "人工评定": "人",
    "无数据": "—",
    "不适用": "免",
}
"""What stands on the colour, for grey prints and the colour-blind."""


def verdict_matrix(table: Released) -> Picture:
    """Draw the verdict on each criterion (rows) for each college (columns).

    Parameters
    ----------
    table : Released
        ``SchoolView.verdict_matrix()``.
    """
    colleges = [field for field in table.fields if field.name != "criterion"]
    if not len(table) or not colleges:
        return nothing("本学年没有佐证结论")
    rows = list(table.frame["criterion"])
    with drawing(0.255 * len(rows) + 1.5) as (figure, (ax,)):
        for row in range(len(rows)):
            place = len(rows) - 1 - row
            for column, field in enumerate(colleges):
                state = table.text(row, field.name)
                ax.bar(
                    column, 0.86, width=0.94, bottom=place - 0.43,
                    color=VERDICTS.get(state, "white"), linewidth=0,
                )  # fmt: skip
                light = state in ("部分达标", "不适用")
                ax.text(
                    column, place, SIGNS.get(state, ""), ha="center", va="center",
                    fontsize=9, color=INK if light else "white",
                )  # fmt: skip
        ax.set_xticks(range(len(colleges)), [folded(field.title) for field in colleges], color=INK)
        ax.set_yticks(range(len(rows)), rows[::-1], color=INK)
        ax.set_xlim(-0.55, len(colleges) - 0.45)
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.spines[:].set_visible(False)
        ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False)
        used = {table.text(row, field.name) for row in range(len(rows)) for field in colleges}
        legend = "　".join(f"{SIGNS[state]} {state}" for state in VERDICTS if state in used)
        ax.set_xlabel(legend, loc="left", labelpad=8, color=INK)
    counted = {
        state: sum(
            table.text(row, field.name) == state for row in range(len(rows)) for field in colleges
        )
        for state in VERDICTS
    }
    told = "，".join(f"{state} {number} 处" for state, number in counted.items() if number)
    alt = f"{len(rows)} 条考评细则在 {len(colleges)} 个学院的佐证结论：{told}"
    return Picture(figure, alt, (table,))
