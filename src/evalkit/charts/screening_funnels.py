"""Funnels of the warning levels' rates: which colleges differ by more than their size explains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from evalkit.charts.forest import shortened
from evalkit.charts.picture import Picture, drawing, nothing
from evalkit.charts.screening import RATES
from evalkit.charts.theme import ACCENT, FAINT, INK, MAIN, MUTED, WIDTH
from evalkit.epidemiology import Funnel, funnel
from evalkit.privacy import Released

__all__ = ["warning_funnels"]

LOOKS = ((MAIN, "o", 26), (ACCENT, "s", 30), (ACCENT, "D", 46))
"""Colour, marker and size: inside all limits, beyond the inner one, beyond both."""
STYLES = ("--", "-")
SAID, CROWD = 5, 12
"""Units beyond the limits that a panel, and the words about it, name; of a crowd only three."""
NAME = 9
"""Characters of a name in a panel."""
SMALL, LINE, MARK = 8.0, 11.0, 4.0
"""Points: size and height of the names in a panel, and half the width of a mark."""
HEIGHT = 3.1


def warning_funnels(table: Released, unit: str) -> Picture:
    """Draw each unit's warning rates against its size, with limits around the rate of all.

    Within the limits a unit differs from the whole by no more than chance explains; a small one may
    lie far from it. Units whose count is hidden are left out.

    Parameters
    ----------
    table : Released
        ``SchoolView.warnings()``: counts, rates and n_valid; the last row is the total.
    unit : str
        Column that names the rows.
    """
    frame = table.frame
    if not len(frame) or not frame[list(RATES)].iloc[:-1].notna().any(axis=None):
        return nothing("本学年没有可以显示的预警数据", table)
    names = [str(name) for name in frame[unit].iloc[:-1]]
    said = []
    with drawing(HEIGHT, columns=len(RATES)) as (figure, axes):
        for ax, (rate, title) in zip(axes, RATES.items(), strict=True):
            part, whole = table.field(rate).of or ("", "")
            known = frame[rate].notna() & frame[part].notna() & (frame[whole] > 0)
            shown = [row for row in range(len(names)) if known.iloc[row]]
            ax.set_title(title)
            hidden = len(names) - len(shown)
            if len(shown) < 2:
                _empty(ax)
                said.append(f"{title}可以显示的不足两个，未画")
                continue
            result = funnel(
                frame[part].iloc[shown].astype(int),
                frame[whole].iloc[shown].astype(int),
                unit=[names[row] for row in shown],
                target=_whole(frame, part, whole) if known.iloc[-1] else None,
            )
            _panel(ax, result)
            texts = {names[row]: table.text(row, rate) for row in shown}
            said.append(f"{title}{_words(result, texts)}{_left_out(hidden)}")
        levels = result.levels if said and len(shown) >= 2 else ()
        figure.legend(handles=_legend(levels), loc="outside lower center", ncols=5)
    return Picture(figure, f"预警率与人数的漏斗图：{'；'.join(said)}", (table,))


def _whole(frame: pd.DataFrame, part: str, whole: str) -> float:
    return float(frame[part].iloc[-1]) / float(frame[whole].iloc[-1])


def _panel(ax: Axes, result: Funnel) -> None:
    found = result.table
    sizes, values = found["whole"].to_numpy(dtype=float), 100 * found["value"].to_numpy(dtype=float)
    curve = result.curve(np.linspace(0.6 * sizes.min(), 1.06 * sizes.max(), 200))
    ax.axhline(100 * result.target, color=MUTED, linewidth=1.2)
    for level, style in zip(result.levels, STYLES, strict=True):
        for side in ("low", "high"):
            limit = 100 * curve[f"{side}_{100 * level:g}"]
            ax.plot(curve["whole"], limit, style, color=FAINT, linewidth=1.3)
    far = found["outside"].abs().to_numpy()
    for step, (colour, marker, size) in enumerate(LOOKS):
        here = far == step
        ax.scatter(sizes[here], values[here], color=colour, marker=marker, s=size, zorder=3)
    outer = f"{100 * result.levels[-1]:g}"
    low = min(float(values.min()), 100 * float(curve[f"low_{outer}"].min()))
    high = max(float(values.max()), 100 * float(curve[f"high_{outer}"].max()))
    pad = 0.07 * (high - low)
    ax.set_ylim(low - pad, high + pad)
    ax.set_xlim(0, 1.12 * sizes.max())
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}%" if value >= 0 else "")
    ax.tick_params(labelsize=SMALL)
    ax.set_xlabel("有效人次", fontsize=SMALL)
    _names(ax, found, values)


def _names(ax: Axes, found: pd.DataFrame, values: np.ndarray) -> None:
    """Name the units furthest beyond the limits, where there is room: upon no mark and no name."""
    width, height = 72 * WIDTH / len(RATES) * 0.85, 72 * (HEIGHT - 1.1)
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    across = (found["whole"].to_numpy(dtype=float) - left) / (right - left) * width
    up = (values - bottom) / (top - bottom) * height
    taken = [(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in zip(across, up, strict=True)]
    for row in _beyond(found):
        name = shortened(found["unit"].iloc[row], NAME)
        for dx, dy in _places(len(name) * SMALL):
            x, y = across[row] + dx, up[row] + dy
            box = (x, y - LINE / 2, x + len(name) * SMALL, y + LINE / 2)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            if inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                ax.annotate(
                    name, (found["whole"].iloc[row], values[row]), (dx, dy),
                    textcoords="offset points", va="center", fontsize=SMALL, color=INK,
                    bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.3},
                )  # fmt: skip
                break


def _places(long: float) -> list[tuple[float, float]]:
    """Return where a name's left end may stand beside its mark, in points, the best first."""
    beside, before = 7.0, -7.0 - long
    return [(x, y) for y in (0.0, LINE, -LINE)
            for x in (beside, before, -long / 2) if y or x != -long / 2]  # fmt: skip


def _meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])


def _beyond(found: pd.DataFrame) -> list[int]:
    """Return the rows beyond a limit that are named, the furthest first."""
    far = found["outside"].abs()
    order = sorted(range(len(found)), key=lambda row: (-far.iloc[row], -abs(found["z"].iloc[row])))
    return [row for row in order if far.iloc[row]][: SAID if len(found) <= CROWD else 3]


def _words(result: Funnel, texts: dict[str, str]) -> str:
    found, number = result.table, int((result.table["outside"] != 0).sum())
    if not number:
        return f"都在 {100 * result.levels[0]:g}% 控制限之内"
    parts = []
    for step in range(len(result.levels), 0, -1):
        here = [str(found["unit"].iloc[row]) for row in _beyond(found)
                if abs(found["outside"].iloc[row]) == step]  # fmt: skip
        if here:
            named = "、".join(f"{name} {texts[name]}" for name in here)
            parts.append(f"{named} 在 {100 * result.levels[step - 1]:g}% 控制限之外")
    rest = f"（共 {number} 个在限外）" if number > len(_beyond(found)) else ""
    return f"{'，'.join(parts)}{rest}"


def _left_out(hidden: int) -> str:
    return f"，{hidden} 个不显示" if hidden else ""


def _empty(ax: Axes) -> None:
    ax.text(0.5, 0.5, "可以显示的\n不足两个", ha="center", va="center", color=MUTED,
            transform=ax.transAxes)  # fmt: skip
    ax.set_xticks([])
    ax.set_yticks([])


def _legend(levels: Sequence[float]) -> list[Line2D]:
    lines = [
        Line2D([], [], color=FAINT, ls=style, label=f"{100 * level:g}% 控制限")
        for level, style in zip(levels, STYLES, strict=False)
    ]
    marks = [
        Line2D([], [], color=colour, marker=marker, ls="", ms=5, label=label)
        for (colour, marker, _), label in zip(LOOKS[1:], ("在内限之外", "在外限之外"), strict=True)
    ]
    return [Line2D([], [], color=MUTED, lw=1.2, label="全校"), *lines, *marks]
