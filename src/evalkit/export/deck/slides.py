"""The deck as a PowerPoint file with native tables and charts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from pptx import Presentation

from evalkit.export.deck import shapes
from evalkit.export.deck.content import STATES, CollegePage, Deck, lines_of
from evalkit.export.deck.plain_text import plain
from evalkit.export.deck.shapes import add_bars, add_dots, add_line, add_table, add_text, px
from evalkit.export.office_package import fixed_package
from evalkit.privacy import Released

__all__ = ["deck_slides"]

ROWS, NAMES, LINES = 12, 16, 7
LONG = 30
"""Names of more characters are written smaller."""
_TITLE_ONLY = 5
_REPORT = {
    "on_time": ("按时", "2F7D6B"),
    "late": ("迟交", "E8B04A"),
    "missing": ("未交", "8F2D12"),
    "undated": ("不明", "959FAB"),
}
_TRAINING = {"done": ("✓", "2F7D6B"), "missing": ("×", "8F2D12"), "exempt": ("免", "DFE4EA")}


def deck_slides(deck: Deck) -> bytes:
    """Return the deck as a .pptx file, the same bytes each time.

    Charts are native and carry their numbers; a deck without results has no score in any part.
    """
    file = Presentation()
    file.slide_width, file.slide_height = px(1920), px(1080)
    _cover(file, deck, [deck.school, *([deck.mark] if deck.mark else [])], deck.title)
    for part in _cut(deck.rules, LINES):
        slide = _slide(file, deck, "评审规则")
        add_text(slide, (60, 170, 1800, 820), [f"{n}. {t}" for n, t in enumerate(part, 1)], 40)
    for part in _cut(deck.recusals, ROWS):
        rows = [("学院", "回避的评委"), *part]
        slide = _slide(file, deck, "回避名单")
        add_table(slide, (60, 180, 1800, 62 * len(rows)), rows, (1200, 600), 34)
    for part in _cut(deck.order, NAMES):
        slide = _slide(file, deck, "汇报顺序（抽签）")
        for column, own in enumerate(_cut(part, NAMES // 2)):
            lines = [f"{place}. {name}" for place, name in own]
            add_text(slide, (60 + 920 * column, 180, 880, 800), lines, 38)
    for page in deck.pages:
        _college(file, deck, page)
    if deck.results is not None:
        _results(file, deck)
    properties = file.core_properties
    properties.title, properties.author = plain(deck.title)[:255], ""
    properties.last_modified_by, properties.revision = "", 1
    properties.created = properties.modified = datetime(2024, 1, 1)  # noqa: DTZ001 -- no zone there
    stream = io.BytesIO()
    file.save(stream)
    return fixed_package(stream.getvalue())


def _cover(file: Any, deck: Deck, lines: Sequence[str], title: str) -> None:
    slide = file.slides.add_slide(file.slide_layouts[_TITLE_ONLY])
    add_line(slide, (60, 260, 18, 560))
    add_text(slide, (120, 280, 1720, 260), [title], 76, title=True, middle=True)
    add_text(slide, (120, 570, 1720, 220), lines, 46, colour=shapes.MUTED)
    _foot(slide, deck)


def _slide(file: Any, deck: Deck, title: str, size: float = 56) -> Any:
    slide = file.slides.add_slide(file.slide_layouts[_TITLE_ONLY])
    add_text(slide, (48, 30, 1824, 100), [title], size, colour=shapes.MAIN, title=True, middle=True)
    add_line(slide, (60, 134, 1800, 4))
    _foot(slide, deck)
    return slide


def _foot(slide: Any, deck: Deck) -> None:
    text = f"{deck.footer}　{deck.mark}" if deck.mark else deck.footer
    add_text(slide, (48, 1034, 1824, 40), [text], 20, colour=shapes.MUTED)


def _college(file: Any, deck: Deck, page: CollegePage) -> None:
    slide = _slide(file, deck, f"{page.place}. {page.name}", 56 if len(page.name) <= 18 else 34)
    slide.shapes.title.width = px(1100)
    facts = f"站长 {page.head[:8]}　站内 {page.n_staff} 人　学生 {page.n_students} 人"
    add_text(slide, (1150, 50, 722, 80), [facts], 30, middle=True)
    _evidence(slide, page)
    _activities(slide, page)
    _participation(slide, page.participation)
    _reports(slide, page.reports)
    _training(slide, page.training)
    more = page.n_points - len(page.points)
    points = [*page.points, *([f"另有 {more} 条，见学院报告"] if more else [])] or ["没有"]
    highlights = [f"{n}. {text}" for n, text in enumerate(page.highlights, 1)] or ["没有填报"]
    for left, title, lines in (
        (48, "特色亮点（学院自报）", [_short(line, 30) for line in highlights]),
        (972, "× 规定要求中没有达到的", [_short(line, 34) for line in points]),
    ):
        add_text(slide, (left, 806, 900, 40), [title], 26, colour=shapes.MAIN)
        add_text(slide, (left, 846, 900, 180), lines, 25, fill="F4F7FA")


def _evidence(slide: Any, page: CollegePage) -> None:
    across = max(len(item.states) for item in page.evidence)
    rows, fills = [], []
    for item in page.evidence:
        spare = across - len(item.states)
        rows.append(
            [_short(item.label, 17), *(STATES[s][0] for _, s in item.states), *[""] * spare]
        )
        colours = [STATES[state][1].lstrip("#").upper() for _, state in item.states]
        fills.append([None, *colours, *[None] * spare])
    add_text(slide, (48, 146, 660, 40), ["考评要点的台账佐证（不是评分）"], 26, colour=shapes.MAIN)
    said = "；".join(
        f"{item.label}：{'、'.join(f'{n}{state}' for n, state in item.states)}"
        for item in page.evidence
    )
    widths = [660 - 52 * across, *[52] * across]
    add_table(slide, (48, 192, 660, 540), rows, widths, 22, fills=fills, head=False, said=said)
    legend = "✓ 达标　◐ 部分达标　× 未达标　? 无数据　— 不适用　评 人工评定"
    add_text(slide, (48, 748, 680, 40), [legend], 20, colour=shapes.MUTED)


def _activities(slide: Any, page: CollegePage) -> None:
    months, forms = page.months, page.forms
    if not len(months):
        add_text(slide, (740, 200, 556, 80), ["活动：没有交来台账"], 28, colour=shapes.MUTED)
        return
    counts = [int(n) for n in months.frame["n_activities"].fillna(0)]
    labels = [str(int(str(month)[-2:])) for month in months.frame["month"]]
    said = "，".join(f"{m}月 {n} 场" for m, n in zip(labels, counts, strict=True) if n)
    values = list(zip(labels, counts, strict=True))
    add_bars(slide, (736, 146, 330, 320), f"活动 {sum(counts)} 场（月）", values, said=said)
    names = forms.frame["form"]
    used = sorted(
        (
            (str(form), int(n))
            for form, n in zip(names, forms.frame["n_activities"].fillna(0), strict=True)
            if n
        ),
        key=lambda each: -each[1],
    )[:4]
    if used:
        said = "，".join(f"{form} {n} 场" for form, n in used)
        add_bars(slide, (1066, 146, 240, 320), "按形式", used, across=True, said=said)


def _participation(slide: Any, table: Released) -> None:
    frame = table.frame
    rows = [(table.text(r, "grade"), table.text(r, "participation")) for r in range(len(table))]
    if not rows:
        add_text(slide, (1320, 200, 552, 80), ["普测参测率：无数据"], 28, colour=shapes.MUTED)
        return
    # As printed, so that 2,239 of 2,240 is no 100 % here either.
    values = [
        (grade, None if pd.isna(value) else float(text.rstrip("%")))
        for (grade, text), value in zip(rows, frame["participation"], strict=True)
    ]
    said = "，".join(f"{grade} {text}" for grade, text in rows)
    add_dots(slide, (1316, 146, 556, 320), "普测参测率（虚线为 100%）", values, said=said)


def _reports(slide: Any, table: Released) -> None:
    found = [
        (f"{int(str(month)[-2:])}月", *_REPORT.get(str(status), ("—", "DFE4EA")))
        for month, status in zip(table.frame["month"], table.frame["status"], strict=True)
    ]
    title = "月报：无数据"
    if found:
        on_time = sum(text == "按时" for _, text, _ in found)
        title = f"月报：按时 {on_time} / 应报 {len(found)}"
        across = 5 if len(found) <= 10 else 6
        lines = [found[start : start + across] for start in range(0, len(found), across)]
        lines[-1] = [*lines[-1], *[("", "", "FFFFFF")] * (across - len(lines[-1]))]
        rows = [[f"{month}\n{text}".strip() for month, text, _ in line] for line in lines]
        fills = [[fill for _, _, fill in line] for line in lines]
        said = "，".join(f"{month}{text}" for month, text, _ in found)
        add_table(
            slide, (740, 524, 556, 230), rows, [556 / across] * across, 22,
            fills=fills, head=False, said=said,
        )  # fmt: skip
    add_text(slide, (740, 476, 556, 44), [title], 26)


def _training(slide: Any, table: Released) -> None:
    frame = table.frame
    found = {
        (str(g), str(s), str(r)): str(status)
        for g, s, r, status in zip(
            frame["grade"], frame["semester"], frame["peer_role"], frame["status"], strict=True
        )
    }
    asked = [status for status in found.values() if status != "exempt"]
    done = sum(status == "done" for status in asked)
    title = f"骨干培训：已训 {done} / 应训 {len(asked)}" if found else "骨干培训：无数据"
    add_text(slide, (1320, 476, 552, 44), [title], 26)
    if not found:
        return
    grades = sorted({grade for grade, _, _ in found})
    columns = sorted({(s, r) for _, s, r in found}, key=lambda c: (c[0] != "第一学期", *c))
    head = [
        f"{s.removesuffix('学期')}{r.removeprefix('宿舍').removeprefix('心理')}" for s, r in columns
    ]
    rows, fills = [["年级", *head]], [["E9EFF3"] * (len(columns) + 1)]
    for grade in grades:
        cells = [_TRAINING.get(found.get((grade, *c), ""), ("—", "DFE4EA")) for c in columns]
        rows.append([grade, *(text for text, _ in cells)])
        fills.append(["FFFFFF", *(fill for _, fill in cells)])
    said = "，".join(
        f"{g}{s}{r}{ {'done': '已训', 'missing': '未训', 'exempt': '免'}.get(status, '不明') }"
        for (g, s, r), status in found.items()
    )
    widths = [92, *[460 / len(columns)] * len(columns)]
    add_table(slide, (1320, 524, 552, 230), rows, widths, 20, fills=fills, head=False, said=said)


def _results(file: Any, deck: Deck) -> None:
    results = deck.results
    if results is None:
        return
    _cover(file, deck, ["评分表已收齐并复核后再往下翻"], "评审结果")
    for part in _cut(results.rows, ROWS)[::-1]:
        slide = _slide(file, deck, "评审汇总")
        rows: list[Sequence[str]] = [
            ("名次", "学院", "得分", "等次"),
            *((r.rank, r.college, r.score, r.band) for r in part),
        ]
        size = 34 if max(len(row.college) for row in part) <= LONG else 26
        add_table(slide, (60, 170, 1800, 64 * len(rows)), rows, (160, 1160, 240, 240), size)
    for title, pages in (("等次", results.bands), (deck.mark or "表彰名单", results.awards)):
        for part in pages:
            slide = _slide(file, deck, title)
            lines = [max(lines_of(names) * 52, 70) + 20 for _, names in part]
            box = (60, 170, 1800, sum(lines))
            add_table(slide, box, part, (440, 1360), 32, head=False, heights=lines)
    for part in _cut(results.decisions, 5):
        slide = _slide(file, deck, "提请评审组留意和决定")
        add_text(slide, (60, 170, 1800, 840), part, 36)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _cut(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
