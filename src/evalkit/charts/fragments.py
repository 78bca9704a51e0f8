"""Tables, cards and sentences as HTML. Whatever comes from people is shown as text, never run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Protocol

from evalkit.charts.theme import STATUS
from evalkit.findings import Finding
from evalkit.privacy import Field, Released

__all__ = ["Fragment", "bullets", "cards", "findings", "panel_table", "prose", "table"]

_NUMERIC = {"count", "score", "change", "number", "money", "percent"}
SHORT = 12
WIDE = 10


class _Card(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def remark(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a page. Shown by being the last value of a cell."""

    html: str

    def _repr_html_(self) -> str:
        return f'<style class="ek-style">{_css()}</style>{self.html}'

    def __repr__(self) -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", self.html).split())


@cache
def _css() -> str:
    return files("evalkit").joinpath("resources", "html", "fragments.css").read_text("utf-8")


def prose(text: str) -> Fragment:
    """Return paragraphs, numbered lists and **bold** words; anything else stands as it is."""
    parts = []
    for block in text.split("\n\n"):
        lines = block.splitlines()
        if lines and all(re.match(r"\d+\. ", line) for line in lines):
            items = "".join(f"<li>{_bold(line.split('. ', 1)[1])}</li>" for line in lines)
            parts.append(f"<ol>{items}</ol>")
        elif lines:
            parts.append(f"<p>{_bold(block)}</p>")
    return Fragment(f'<div class="ek-prose">{"".join(parts)}</div>')


def bullets(texts: Iterable[str], otherwise: str = "无") -> Fragment:
    """Return a list of sentences, or one sentence if there is none."""
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return Fragment(f"<ul>{items}</ul>" if items else f"<p>{escape(otherwise)}</p>")


def cards(items: Sequence[_Card]) -> Fragment:
    """Return headline figures side by side."""
    parts = (
        f'<div class="ek-card"><div class="ek-card-title">{escape(card.title)}</div>'
        f'<div class="ek-card-value">{escape(card.value)}</div>'
        f'<div class="ek-card-remark">{escape(card.remark) or "&nbsp;"}</div></div>'
        for card in items
    )
    return Fragment(f'<div class="ek-cards">{"".join(parts)}</div>')


def table(
    released: Released, *, columns: Sequence[str] = (), otherwise: str = "本学年没有记录"
) -> Fragment:
    """Return a released table.

    Parameters
    ----------
    released : Released
        The table.
    columns : sequence of str
        Which of its columns; all if empty.
    otherwise : str
        What to say if it has no rows.
    """
    if not len(released):
        return Fragment(f'<p class="ek-none">{escape(otherwise)}</p>')
    shown = [f for f in released.fields if not columns or f.name in columns]
    kept = {f.name for f in shown if f.kind in _NUMERIC or _is_short(released, f)}
    head = "".join(_head(f, f.name in kept) for f in shown)
    body = "".join(
        "<tr>" + "".join(_cell(released, row, f, f.name in kept) for f in shown) + "</tr>"
        for row in range(len(released))
    )
    wide = " ek-wide" if len(shown) >= WIDE else ""
    rows = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    note = f'<p class="ek-note">{escape(released.note)}</p>' if released.note else ""
    return Fragment(f'<div class="ek-table{wide}"><table>{rows}</table>{note}</div>')


def panel_table(totals: Released, ranking: Released) -> Fragment:
    """Return the sheet of totals: judges side by side, those left out struck through.

    Parameters
    ----------
    totals : Released
        ``SchoolView.judge_totals()``.
    ranking : Released
        ``SchoolView.ranking()``; gives the order of the rows.
    """
    if not len(ranking):
        return Fragment('<p class="ek-none">本学年没有评审组评分</p>')
    judges = sorted(set(totals.frame["judge"]))
    cells = {
        (college, judge): (totals.text(row, "total"), bool(recused), bool(dropped))
        for row, (college, judge, recused, dropped) in enumerate(
            zip(*(totals.frame[c] for c in ("college", "judge", "recused", "dropped")), strict=True)
        )
    }
    names = ("rank", "college", "score", "band")
    fixed = {name: ranking.field(name) for name in names}
    head = (
        f"<th{_align(fixed['rank'])}>名次</th><th>学院</th>"
        + "".join(f'<th class="ek-num">{escape(judge)}</th>' for judge in judges)
        + '<th class="ek-num">得分（分）</th><th>等次</th>'
    )
    rows = []
    for row, college in enumerate(ranking.frame["college"]):
        scores = "".join(_total(cells.get((college, judge))) for judge in judges)
        rows.append(
            f'<tr><td class="ek-num">{escape(ranking.text(row, "rank"))}</td>'
            f"<td>{escape(college)}</td>{scores}"
            f'<td class="ek-num ek-strong">{escape(ranking.text(row, "score"))}</td>'
            f"<td>{escape(ranking.text(row, 'band'))}</td></tr>"
        )
    return Fragment(
        f'<div class="ek-table"><table><thead><tr>{head}</tr></thead>'
        f'<tbody>{"".join(rows)}</tbody></table><p class="ek-note">带删除线的为计分时去掉的'
        "最高分和最低分；“回避”表示评委不给所在学院评分，不计为零分。</p></div>"
    )


def findings(items: Sequence[Finding], names: Mapping[str, str] | None = None) -> Fragment:
    """Return findings as a table: where, what, what is allowed, what to do."""
    if not items:
        return Fragment('<p class="ek-none">没有发现数据问题</p>')
    rows = "".join(
        f"<tr><td>{escape(finding.severity.chinese)}</td>"
        f"<td>{escape(_place(finding, names or {}))}</td><td>{escape(finding.what)}"
        f"{escape(f'（{finding.value}）') if finding.value else ''}</td>"
        f"<td>{escape(finding.rule)}</td><td>{escape(finding.mend)}</td></tr>"
        for finding in items
    )
    head = "".join(f"<th>{title}</th>" for title in ("程度", "位置", "问题", "允许", "处理"))
    return Fragment(
        f'<div class="ek-table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _place(finding: Finding, names: Mapping[str, str]) -> str:
    where = finding.location
    file = names.get(where.file, where.file)
    return " › ".join(part for part in (file, where.sheet, where.cell) if part)


def _total(cell: tuple[str, bool, bool] | None) -> str:
    if cell is None:
        return '<td class="ek-num">—</td>'
    text, recused, dropped = cell
    if recused:
        return '<td class="ek-num ek-faint">回避</td>'
    return f'<td class="ek-num{" ek-dropped" if dropped else ""}">{escape(text)}</td>'


def _head(field: Field, keep: bool) -> str:
    unit = f'<br><span class="ek-unit">（{escape(field.unit)}）</span>' if field.unit else ""
    plain = "" if keep else ' class="ek-long"'
    return f"<th{_align(field) or plain}>{escape(field.title)}{unit}</th>"


def _is_short(released: Released, field: Field) -> bool:
    """Whether every text of a column is short enough to stay on one line."""
    texts = (released.text(row, field.name) for row in range(len(released)))
    return all(len(text) <= SHORT for text in texts)


def _cell(released: Released, row: int, field: Field, keep: bool) -> str:
    text = released.text(row, field.name)
    if field.name == "status" and text in STATUS:
        colour, word = STATUS[text]
        dot = f'<span class="ek-dot" style="background:{colour}"></span>'
        return f'<td class="ek-keep">{dot}{escape(word)}</td>'
    plain = ' class="ek-keep"' if keep else ""
    return f"<td{_align(field) or plain}>{escape(text)}</td>"


def _align(field: Field) -> str:
    return ' class="ek-num"' if field.kind in _NUMERIC else ""


def _bold(text: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(text))
