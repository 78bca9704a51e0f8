"""The pictures on a college's page as SVG: large type, few marks, the same bytes each time.

One unit is one pixel of a screen of 1920 by 1080. Nothing is smaller than 20 units, which on a
screen two metres wide can be read from six metres: 20/1080 of its height are 2 cm.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from evalkit.privacy import Released

__all__ = ["HEIGHT", "WIDTH", "activities", "calendar", "participation", "training"]

WIDTH, HEIGHT = 556, 308
INK, MUTED, FAINT, MAIN, PALE, ACCENT = (
    "#1f2a37", "#4d5965", "#c3ccd6", "#1f5c7a", "#a9c8d8", "#b84d22",
)  # fmt: skip
_FORMS = 4
_STATUS = {
    "on_time": ("按时", "#2f7d6b", "#ffffff"),
    "late": ("迟交", "#e8b04a", "#1f2a37"),
    "missing": ("未交", "#8f2d12", "#ffffff"),
    "undated": ("不明", "#959fab", "#000000"),
    "done": ("✓", "#2f7d6b", "#ffffff"),
    "exempt": ("免", "#dfe4ea", "#1f2a37"),
}


def activities(months: Released, forms: Released) -> str:
    """Return activities by month (columns) and the forms used most (names with numbers)."""
    if not len(months):
        return _nothing("活动：没有交来台账")
    counts = [int(n) for n in months.frame["n_activities"].fillna(0)]
    total, most = sum(counts), max([*counts, 1])
    parts = []
    step = 320 / len(counts)
    for place, (month, number) in enumerate(zip(months.frame["month"], counts, strict=True)):
        x, tall = place * step, 176 * number / most
        parts.append(_box(x + 3, 256 - tall, step - 6, tall, MAIN))
        parts.append(_text(x + step / 2, 284, str(int(str(month)[-2:])), 20, MUTED, "middle"))
        if number:
            parts.append(_text(x + step / 2, 248 - tall, str(number), 20, INK, "middle"))
    parts.append(f'<path d="M0 256H320" stroke="{FAINT}" stroke-width="2"/>')
    parts.append(_text(0, 306, "月份", 20, MUTED))
    used = [
        (str(form), int(n))
        for form, n in zip(forms.frame["form"], forms.frame["n_activities"].fillna(0), strict=True)
        if n
    ]
    used.sort(key=lambda each: -each[1])
    longest = max([n for _, n in used] + [1])
    for place, (form, number) in enumerate(used[:_FORMS]):
        y = 78 + 58 * place
        parts.append(_text(348, y, form, 20, MUTED))
        parts.append(_box(348, y + 8, 150 * number / longest, 20, PALE))
        parts.append(_text(356 + 150 * number / longest, y + 26, str(number), 22, INK))
    said = "、".join(f"{form} {number}" for form, number in used[:_FORMS])
    return _picture(
        f"活动 {total} 场：按月、按形式", parts, f"{_monthly(months, counts)}；形式：{said}"
    )


def participation(table: Released) -> str:
    """Return who took part in the screening by grade, against the line of 100 %."""
    rows = [
        (
            table.text(row, "grade"),
            table.text(row, "participation"),
            table.frame["participation"].iloc[row],
        )
        for row in range(len(table))
    ]
    if not rows:
        return _nothing("普测参测率：无数据")
    known = [float(value) for _, _, value in rows if not pd.isna(value)]
    low = min([90, *(5 * int((value - 1) // 5) for value in known)])
    low = max(low, 0)
    left, right = 120, 420
    step = min(56.0, 200 / len(rows))
    parts = [
        f'<path d="M{right} 56V262" stroke="{ACCENT}" stroke-width="4" stroke-dasharray="10 6"/>',
        _text(right, 288, "100%", 20, ACCENT, "middle"),
        _text(left, 288, f"{low}%", 20, MUTED, "middle"),
    ]
    for place, (grade, text, value) in enumerate(rows):
        y = 72 + step * (place + 0.5)
        parts.append(_text(0, y + 8, grade, 24, INK))
        parts.append(f'<path d="M{left} {y:.1f}H{right}" stroke="{FAINT}" stroke-width="2"/>')
        if not pd.isna(value):
            x = left + (right - left) * (float(value) - low) / (100 - low)
            fill = MAIN if text == "100%" else ACCENT
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="{fill}"/>')
        parts.append(_text(WIDTH, y + 9, text, 26, INK, "end"))
    return _picture("普测参测率（应为 100%）", parts, "，".join(f"{g} {t}" for g, t, _ in rows))


def calendar(table: Released) -> str:
    """Return the expected monthly reports, a cell each: on time, late, missing."""
    rows = list(zip(table.frame["month"], table.frame["status"], strict=True))
    if not rows:
        return _nothing("月报：无数据")
    across = 5 if len(rows) <= 10 else 6
    down = -(-len(rows) // across)
    wide, tall = WIDTH / across, min(112.0, 236 / down)
    parts, said = [], []
    for place, (month, status) in enumerate(rows):
        text, fill, ink = _STATUS.get(str(status), ("—", FAINT, INK))
        x, y = wide * (place % across), 56 + tall * (place // across)
        label = f"{int(str(month)[-2:])}月"
        parts.append(_box(x + 3, y + 3, wide - 6, tall - 6, fill))
        parts.append(_text(x + wide / 2, y + tall / 2 - 8, label, 24, ink, "middle"))
        parts.append(_text(x + wide / 2, y + tall / 2 + 26, text, 26, ink, "middle"))
        said.append(f"{label}{text}")
    on_time = sum(status == "on_time" for _, status in rows)
    return _picture(f"月报：按时 {on_time} / 应报 {len(rows)}", parts, "，".join(said))


def training(table: Released) -> str:
    """Return the training of peers: a row a grade, a column a semester and role."""
    frame = table.frame
    if not len(frame):
        return _nothing("骨干培训：无数据")
    grades = sorted({str(grade) for grade in frame["grade"]})
    pairs = zip(frame["semester"].map(str), frame["peer_role"].map(str), strict=True)
    columns = sorted(set(pairs), key=lambda each: (each[0] != "第一学期", *each))
    found = {
        (str(g), str(s), str(r)): str(status)
        for g, s, r, status in zip(
            frame["grade"], frame["semester"], frame["peer_role"], frame["status"], strict=True
        )
    }
    left, top = 92, 118
    wide, tall = (WIDTH - left) / len(columns), min(62.0, 190 / len(grades))
    parts, said = [], []
    for place, (semester, role) in enumerate(columns):
        x = left + wide * (place + 0.5)
        if place == 0 or columns[place - 1][0] != semester:
            same = sum(each[0] == semester for each in columns)
            middle = left + wide * (place + same / 2)
            parts.append(_text(middle, 76, semester, 22, INK, "middle"))
        short = role.removeprefix("宿舍").removeprefix("心理")
        parts.append(_text(x, 106, short[-3:] if len(short) > 3 else short, 20, MUTED, "middle"))
    for line, grade in enumerate(grades):
        y = top + tall * line
        parts.append(_text(0, y + tall / 2 + 8, grade, 24, INK))
        for place, (semester, role) in enumerate(columns):
            status = found.get((grade, semester, role), "")
            text, fill, ink = _STATUS.get(status, ("—", FAINT, INK))
            text = "×" if status == "missing" else text
            x = left + wide * place
            parts.append(_box(x + 3, y + 3, wide - 6, tall - 6, fill))
            parts.append(_text(x + wide / 2, y + tall / 2 + 9, text, 26, ink, "middle"))
            word = {"×": "未训", "✓": "已训"}.get(text, text)
            said.append(f"{grade}{semester}{role}{word}")
    asked = [status for status in found.values() if status != "exempt"]
    done = sum(status == "done" for status in asked)
    return _picture(f"骨干培训：已训 {done} / 应训 {len(asked)}", parts, "，".join(said))


def _monthly(months: Released, counts: Sequence[int]) -> str:
    return "，".join(f"{m} {n} 场" for m, n in zip(months.frame["month"], counts, strict=True) if n)


def _picture(title: str, parts: Sequence[str], said: str) -> str:
    label = escape(f"{title}。{said}。", quote=True)
    head = _text(0, 30, title, 28, INK)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f"{head}{''.join(parts)}</svg>"
    )


def _nothing(title: str) -> str:
    said = _text(WIDTH / 2, 186, "无数据", 36, MUTED, "middle")
    return _picture(title, [_box(0, 56, WIDTH, 236, "#f1f4f7"), said], "无数据")


def _box(x: float, y: float, wide: float, tall: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{fill}"/>'


def _text(x: float, y: float, text: str, size: int, fill: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
