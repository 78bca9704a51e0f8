"""Tables, cards and sentences as HTML. Whatever comes from people is shown as text, never run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Protocol

from evalkit.charts.carried import (
    FRAGMENT,
    NUMERIC,
    bundle,
    carried_table,
    cell,
    column,
    fields_of,
    inline,
    is_kept,
    listed,
    paragraph,
    plain,
    printed,
    table_block,
)
from evalkit.findings import Finding
from evalkit.privacy import Field, Released
from evalkit.privacy.released import MARK

__all__ = ["Fragment", "bullets", "cards", "findings", "panel_table", "prose", "table"]

WIDE = 10
"""Tables of so many columns are set in smaller type."""


_UNTOLD = (
    f"{MARK} 预警、转介等学生情况的数字、日期和编号，按隐私规则不在报告中显示；核对台账时可以看到。"
)
_DROPPED = "带删除线的为计分时去掉的最高分和最低分；“回避”表示评委不给所在学院评分，不计为零分。"


class _Card(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def remark(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a page. Shown by being the last value of a cell.

    ``html`` is its looks on the screen, ``blocks`` the same as plain data for the files
    (:mod:`evalkit.charts.carried`); without blocks, these are read from the HTML.
    """

    html: str
    blocks: tuple[Mapping[str, Any], ...] = ()

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, Any]:
        return {FRAGMENT: bundle(self.blocks)} if self.blocks else {}

    def _repr_html_(self) -> str:
        return f'<style class="ek-style">{_css()}</style>{self.html}'

    def __repr__(self) -> str:
        apart = re.sub(r"</t[dh]>(?=<t[dh])", " | ", self.html)
        lines = re.sub(r"</tr>", "\n", apart).split("\n")
        bare = (" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines)
        return "\n".join(line for line in bare if line)


@cache
def _css() -> str:
    return files("evalkit").joinpath("resources", "html", "fragments.css").read_text("utf-8")


def prose(text: str) -> Fragment:
    """Return paragraphs, numbered lists and **bold** words; anything else stands as it is."""
    parts, blocks = [], []
    for block in text.split("\n\n"):
        lines = block.splitlines()
        if lines and all(re.match(r"\d+\. ", line) for line in lines):
            items = [line.split(". ", 1)[1] for line in lines]
            parts.append(f"<ol>{''.join(f'<li>{_bold(item)}</li>' for item in items)}</ol>")
            blocks.append(listed([inline(item) for item in items], ordered=True))
        elif lines:
            parts.append(f"<p>{_bold(block)}</p>")
            blocks.append(paragraph(inline(block)))
    return Fragment(f'<div class="ek-prose">{"".join(parts)}</div>', tuple(blocks))


def bullets(texts: Iterable[str], otherwise: str = "无") -> Fragment:
    """Return a list of sentences, or one sentence if there is none."""
    items = list(texts)
    if not items:
        return Fragment(f"<p>{escape(otherwise)}</p>", (paragraph(plain(otherwise)),))
    html = "".join(f"<li>{escape(text)}</li>" for text in items)
    return Fragment(f"<ul>{html}</ul>", (listed([plain(item) for item in items]),))


def cards(items: Sequence[_Card]) -> Fragment:
    """Return headline figures side by side."""
    parts = (
        f'<div class="ek-card"><div class="ek-card-title">{escape(card.title)}</div>'
        f'<div class="ek-card-value">{escape(card.value)}</div>'
        f'<div class="ek-card-remark">{escape(card.remark) or "&nbsp;"}</div></div>'
        for card in items
    )
    shown = [{"title": c.title, "value": c.value, "remark": c.remark} for c in items]
    block = {"kind": "cards", "cards": shown}
    return Fragment(f'<div class="ek-cards">{"".join(parts)}</div>', (block,))


def table(
    released: Released,
    *,
    columns: Sequence[str] = (),
    otherwise: str = "本学年没有记录",
    caption: str = "",
) -> Fragment:
    """Return a released table.

    Parameters
    ----------
    released : Released
        The table.
    columns : sequence of str
        Which of its columns; all if empty.
    otherwise : str
        What to say if it has no rows, unless these are withheld from the audience.
    caption : str
        Its title in the files that are made of it; the heading above if not given.
    """
    if not len(released):
        return _none(released.withheld or otherwise)
    shown = fields_of(released, columns)
    kept = {field.name for field in shown if is_kept(released, field)}
    head = "".join(_head(f, f.name in kept) for f in shown)
    body = "".join(
        "<tr>" + "".join(_cell(released, row, f, f.name in kept) for f in shown) + "</tr>"
        for row in range(len(released))
    )
    wide = " ek-wide" if len(shown) >= WIDE else ""
    rows = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    note = f'<p class="ek-note">{escape(released.note)}</p>' if released.note else ""
    html = f"{_opened(caption, wide)}<table>{rows}</table>{note}</div>"
    return Fragment(html, (carried_table(released, columns, caption),))


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
        return _none(ranking.withheld or "本学年没有评审组评分")
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
        f'<th scope="col"{_align(fixed["rank"])}>名次</th><th scope="col">学院</th>'
        + "".join(f'<th scope="col" class="ek-num">{escape(judge)}</th>' for judge in judges)
        + '<th scope="col" class="ek-num">得分（分）</th><th scope="col">等次</th>'
    )
    rows, carried = [], []
    for row, college in enumerate(ranking.frame["college"]):
        scores = "".join(_total(cells.get((college, judge))) for judge in judges)
        carried.append(
            [
                ranking.text(row, "rank"),
                college,
                *(_carried_total(cells.get((college, judge))) for judge in judges),
                cell(ranking.text(row, "score"), "strong"),
                ranking.text(row, "band"),
            ]
        )
        rows.append(
            f'<tr><td class="ek-num">{escape(ranking.text(row, "rank"))}</td>'
            f"<td>{escape(college)}</td>{scores}"
            f'<td class="ek-num ek-strong">{escape(ranking.text(row, "score"))}</td>'
            f"<td>{escape(ranking.text(row, 'band'))}</td></tr>"
        )
    columns = [
        column("名次", kind=fixed["rank"].kind, keep=True),
        column("学院"),
        *(column(judge, kind="score", keep=True) for judge in judges),
        column("得分", "分", "score", keep=True),
        column("等次", keep=True),
    ]
    return Fragment(
        f"{_opened('评委总分')}<table><thead><tr>{head}</tr></thead>"
        f'<tbody>{"".join(rows)}</tbody></table><p class="ek-note">{_DROPPED}</p></div>',
        (table_block(columns, carried, _DROPPED),),
    )


def findings(items: Sequence[Finding], names: Mapping[str, str] | None = None) -> Fragment:
    """Return findings as a table: where, what, what is allowed, what to do; a note below marks."""
    if not items:
        return _none("没有发现数据问题")
    lines = [
        (
            finding.severity.chinese,
            _place(finding, names or {}),
            finding.what + (f"（{finding.value}）" if finding.value else ""),
            finding.rule,
            finding.mend,
        )
        for finding in items
    ]
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in line)}</tr>" for line in lines
    )
    note = _UNTOLD if any(MARK in text for line in lines for text in line) else ""
    ending = f'<p class="ek-note">{note}</p>' if note else ""
    titles = ("程度", "位置", "问题", "允许", "处理")
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    return Fragment(
        f"{_opened('数据问题')}<table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{ending}</div>",
        (table_block([column(title, keep=title == titles[0]) for title in titles], lines, note),),
    )


def _opened(label: str, wide: str = "") -> str:
    """Return the start of a table's box, which scrolls if it is too wide, by keyboard too."""
    named = escape(label or "表格", quote=True)
    return f'<div class="ek-table{wide}" tabindex="0" role="group" aria-label="{named}">'


def _none(text: str) -> Fragment:
    return Fragment(f'<p class="ek-none">{escape(text)}</p>', (paragraph(plain(text), "faint"),))


def _place(finding: Finding, names: Mapping[str, str]) -> str:
    where = finding.location
    file = names.get(where.file, where.file)
    return " › ".join(part for part in (file, where.sheet, where.cell) if part)


def _total(given: tuple[str, bool, bool] | None) -> str:
    if given is None:
        return '<td class="ek-num">—</td>'
    text, recused, dropped = given
    if recused:
        return '<td class="ek-num ek-faint">回避</td>'
    return f'<td class="ek-num{" ek-dropped" if dropped else ""}">{escape(text)}</td>'


def _carried_total(given: tuple[str, bool, bool] | None) -> str | dict[str, Any]:
    if given is None:
        return "—"
    text, recused, dropped = given
    return cell("回避", "faint") if recused else cell(text, "dropped" if dropped else "")


def _head(field: Field, keep: bool) -> str:
    unit = f'<br><span class="ek-unit">（{escape(field.unit)}）</span>' if field.unit else ""
    plain = "" if keep else ' class="ek-long"'
    return f'<th scope="col"{_align(field) or plain}>{escape(field.title)}{unit}</th>'


def _cell(released: Released, row: int, field: Field, keep: bool) -> str:
    shown = printed(released, row, field)
    if not isinstance(shown, str):
        dot = f'<span class="ek-dot" style="background:{shown["colour"]}"></span>'
        return f'<td class="ek-keep">{dot}{escape(shown["text"])}</td>'
    plain = ' class="ek-keep"' if keep else ""
    return f"<td{_align(field) or plain}>{escape(shown)}</td>"


def _align(field: Field) -> str:
    return ' class="ek-num"' if field.kind in NUMERIC else ""


def _bold(text: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(text))
