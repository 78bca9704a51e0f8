"""Pictures of tiles: monthly reports and training, done or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from evalkit.charts.names import listed, row_names, row_step
from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.theme import INK, STATUS, ink_on
from evalkit.privacy import Released

__all__ = ["month_name", "monthly_calendar", "training_matrix"]

SIGNS = {"on_time": "", "late": "迟", "missing": "未", "undated": "?"}
"""What stands on the tiles of many units, so that a grey print can be read too."""


def monthly_calendar(table: Released, unit: str | None = None) -> Picture:
    """Draw the expected monthly reports as tiles: on time, late, missing.

    Parameters
    ----------
    table : Released
        With month and status, in the order of the year.
    unit : str, optional
        Column that names the rows of tiles; one row if not given.
    """
    if not len(table):
        return nothing("本学年没有月报数据", table)
    frame = table.frame
    months = list(dict.fromkeys(frame["month"]))
    units = list(dict.fromkeys(frame[unit])) if unit else [""]
    statuses = [s for s in ("on_time", "late", "missing", "undated") if s in set(frame["status"])]
    step = row_step(len(units), 0.36)
    with drawing(step * len(units) + 0.85) as (figure, (ax,)):
        for row in _records(table):
            x = months.index(row["month"])
            y = len(units) - 1 - (units.index(row[unit]) if unit else 0)
            colour, word = STATUS[row["status"]]
            _tile(ax, x, y, colour, SIGNS[row["status"]] if unit else word)
        _grid_axes(ax, [month_name(month) for month in months], row_names(units, step))
        handles = [Patch(color=STATUS[s][0], label=STATUS[s][1]) for s in statuses]
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
        ax.set_title("月报报送情况")
    counts = "，".join(f"{STATUS[s][1]} {(frame['status'] == s).sum()} 份" for s in statuses)
    missing = frame.loc[frame["status"] == "missing"]
    places = [
        f"{row[unit] if unit else ''}{month_name(row['month'])}" for _, row in missing.iterrows()
    ]
    return Picture(figure, f"月报报送情况：{counts}{_named(places, '未交的')}", (table,))


def training_matrix(table: Released) -> Picture:
    """Draw training by semester and role (rows) and grade (columns): held, missing, exempt."""
    if not len(table):
        return nothing("没有班级基数，无法列出应训的年级", table)
    frame = table.frame
    grades = sorted(set(frame["grade"]))
    rows = list(dict.fromkeys(zip(frame["semester"], frame["peer_role"], strict=True)))
    labels = [f"{semester}　{role}" for semester, role in rows]
    colours = {**STATUS, "missing": (STATUS["missing"][0], "缺")}
    with drawing(0.36 * len(rows) + 0.75) as (figure, (ax,)):
        for cell in _records(table):
            y = len(rows) - 1 - rows.index((cell["semester"], cell["peer_role"]))
            colour, word = colours[cell["status"]]
            text = f"{cell['n_sessions']} 场" if cell["status"] == "done" else word
            _tile(ax, grades.index(cell["grade"]), y, colour, text)
        _grid_axes(ax, grades, labels)
        ax.set_title("心理委员与宿舍心理观察员培训（每学期每个年级至少一次）")
    missing = frame.loc[frame["status"] == "missing", ["semester", "grade", "peer_role"]]
    due = int((frame["status"] != "exempt").sum())
    places = ["".join(row) for row in missing.itertuples(index=False)]
    alt = f"骨干培训矩阵：应训 {due} 格，缺 {len(missing)} 格{_named(places, '缺的')}"
    return Picture(figure, alt, (table,))


def month_name(month: str) -> str:
    """Return ``"9月"`` for ``"2024-09"``."""
    return f"{int(month[5:])}月"


def _named(places: Sequence[str], what: str) -> str:
    return f"；{what}是{listed(places, '处')}" if places else ""


def _records(table: Released) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.frame.to_dict("records")]


def _tile(ax: Axes, x: float, y: float, colour: str, text: str) -> None:
    ax.bar(x, 0.86, width=0.92, bottom=y - 0.43, color=colour)
    if text:
        ax.text(x, y, text, ha="center", va="center", color=ink_on(colour), fontsize=9)


def _grid_axes(ax: Axes, columns: Sequence[str], rows: Sequence[str]) -> None:
    ax.set_xticks(range(len(columns)), list(columns), color=INK)
    ax.set_yticks(range(len(rows)), list(rows)[::-1], color=INK)
    ax.set_xlim(-0.55, len(columns) - 0.45)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.spines[:].set_visible(False)
    ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False)
