"""What the evidence says of each criterion, of all colleges side by side."""

from __future__ import annotations

from evalkit.charts.names import head_height, head_names
from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.theme import INK, VERDICTS, ink_on
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
COLUMNS = 6.6
"""Inches that the columns have together."""


def verdict_matrix(table: Released) -> Picture:
    """Draw the verdict on each criterion (rows) for each college (columns).

    Parameters
    ----------
    table : Released
        ``SchoolView.verdict_matrix()``.
    """
    colleges = [field for field in table.fields if field.name != "criterion"]
    if not len(table) or not colleges:
        return nothing("本学年没有佐证结论", table)
    rows = list(table.frame["criterion"])
    names = [field.title for field in colleges]
    with drawing(0.255 * len(rows) + 1.1 + head_height(names, COLUMNS)) as (figure, (ax,)):
        for row in range(len(rows)):
            place = len(rows) - 1 - row
            for column, field in enumerate(colleges):
                state = table.text(row, field.name)
                colour = VERDICTS.get(state, "white")
                ax.bar(column, 0.86, width=0.94, bottom=place - 0.43, color=colour, linewidth=0)
                ax.text(
                    column, place, SIGNS.get(state, ""), ha="center", va="center",
                    fontsize=9, color=ink_on(colour),
                )  # fmt: skip
        head_names(ax, names, COLUMNS)
        ax.set_yticks(range(len(rows)), rows[::-1], color=INK)
        ax.set_xlim(-0.55, len(colleges) - 0.45)
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.spines[:].set_visible(False)
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
