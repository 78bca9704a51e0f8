"""A report as one HTML file that needs nothing else: no network, no font, no code."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined, Template

from evalkit.export.blocks import (
    Block,
    Cards,
    Cell,
    Code,
    Column,
    Figure,
    Heading,
    Items,
    Paragraph,
    Quote,
    Run,
    Table,
    plain,
)
from evalkit.export.document import ReportDocument, read_document
from evalkit.export.drawings import inlined
from evalkit.export.fonts import embedded_font
from evalkit.export.layout import parts_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["html_document", "html_page"]

WIDE = 10
"""Tables of so many columns are set in smaller type."""
FAMILY = "evalkit"
"""What the style sheets call the embedded font."""
SHORT = 12
"""Tables of so few rows are kept on one page."""
PRINTED = 510.0
"""Points: width of the text on A4 with the margins of the style sheet."""
_TAG = re.compile(r"<[^>]+>")


def html_page(notebook: NotebookNode, *, title: str, header: str, footer: Sequence[str]) -> str:
    """Return the page of an executed notebook; see :func:`html_document`.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; code and prompts are left out, outputs and texts are kept.
    title : str
        For the window and the first line.
    header : str
        Above the title: school and year.
    footer : sequence of str
        Lines at the end: provenance, notices.
    """
    return html_document(read_document(notebook, title=title, header=header, footer=footer))


def html_document(document: ReportDocument) -> str:
    """Return the page of a report.

    Whatever the report says stands there as text: no script, style or frame of an output gets
    in. Headings of the first level are numbered ``s1``, ``s2`` ... to jump to.

    Parameters
    ----------
    document : ReportDocument
        The report.
    """
    sections = [
        {"anchor": f"s{number}", "title": title}
        for number, title in enumerate(document.sections, 1)
    ]
    page = _template().render(
        title=document.title,
        header=document.header,
        footer=document.footer,
        body="\n".join(_sectioned(document.blocks)),
        sections=sections,
        font="",
        css=_css(),
    )
    font = embedded_font(_TAG.sub(" ", page) + document.title)
    return page.replace('url("")', f'url("{font}")', 1)


@cache
def _css() -> str:
    folder = files("evalkit").joinpath("resources", "html")
    names = ("fragments.css", "report.css")
    return "".join(folder.joinpath(name).read_text("utf-8") for name in names)


@cache
def _template() -> Template:
    source = files("evalkit").joinpath("resources", "html", "report.html.j2").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(source)


def _sectioned(blocks: Sequence[Block]) -> Iterator[str]:
    sections = 0
    for place, block in enumerate(blocks):
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        if isinstance(block, Heading):
            level = min(block.level + 1, 6)  # the page's title is the first
            anchor = ""
            if block.level == 1:
                sections += 1
                anchor = f' id="s{sections}"'
            yield f"<h{level}{anchor}>{escape(plain(block.runs).strip())}</h{level}>"
        else:
            yield _block(block, leads=isinstance(following, Table | Figure))


def _block(block: Block, *, leads: bool = False) -> str:
    match block:
        case Paragraph():
            kind = ' class="ek-none"' if block.faint else ' class="ek-lead"' if leads else ""
            return f"<p{kind}>{_runs(block.runs)}</p>"
        case Items():
            return _items(block)
        case Quote():
            return f"<blockquote>{_blocks(block.blocks)}</blockquote>"
        case Code():
            kind = ' class="ek-error"' if block.error else ""
            return f"<pre{kind}>{escape(block.text)}</pre>"
        case Cards():
            return _cards(block)
        case Table():
            return _table(block)
        case Figure():
            return _figure(block)
        case Heading():
            return f"<p><strong>{_runs(block.runs)}</strong></p>"
        case _:
            return "<hr>"


def _blocks(blocks: Sequence[Block]) -> str:
    return "".join(_block(block) for block in blocks)


def _items(block: Items) -> str:
    items = []
    for item in block.items:
        tight = len(item) > 0 and isinstance(item[0], Paragraph)
        first = _runs(item[0].runs) if tight and isinstance(item[0], Paragraph) else ""
        items.append(f"<li>{first}{_blocks(item[1:] if tight else item)}</li>")
    tag = "ol" if block.ordered else "ul"
    start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    return f"<{tag}{start}>{''.join(items)}</{tag}>"


def _runs(runs: Sequence[Run]) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    shown = escape(run.text).replace("\n", "<br>")
    for wanted, tag in (
        (run.code, "code"),
        (run.bold, "strong"),
        (run.italic, "em"),
        (run.struck, "del"),
    ):
        shown = f"<{tag}>{shown}</{tag}>" if wanted else shown
    return f'<a href="{escape(run.link)}">{shown}</a>' if run.link else shown


def _cards(block: Cards) -> str:
    cards = (
        f'<div class="ek-card"><div class="ek-card-title">{escape(card.title)}</div>'
        f'<div class="ek-card-value">{escape(card.value)}</div>'
        f'<div class="ek-card-remark">{escape(card.remark) or "&nbsp;"}</div></div>'
        for card in block.cards
    )
    return f'<div class="ek-cards">{"".join(cards)}</div>'


def _figure(block: Figure) -> str:
    if block.svg:
        drawing = inlined(block.svg, f"f{block.number}-", block.alt, FAMILY)
        return (
            f'<figure class="ek-figure">{drawing}'
            f"<figcaption>{escape(block.label)}</figcaption></figure>"
        )
    encoded = base64.b64encode(block.image).decode("ascii")
    return (
        f'<figure class="ek-figure"><img alt="{escape(block.alt)}" width="{block.width}" '
        f'height="{block.height}" src="data:{block.kind};base64,{encoded}">'
        f"<figcaption>{escape(block.label)}</figcaption></figure>"
    )


def _table(block: Table) -> str:
    parts = parts_of(block, PRINTED)
    shown = _rows(block, block.label, parts[0].size)
    if len(parts) == 1:
        return shown
    # On the screen it scrolls; on paper it stands in parts.
    printed = "".join(_rows(part.table, part.label, part.size) for part in parts)
    return f'<div class="ek-screen">{shown}</div><div class="ek-print">{printed}</div>'


def _rows(block: Table, label: str, size: float) -> str:
    head = "".join(map(_head, block.columns))
    body = "".join(f"<tr>{''.join(map(_cell, row, block.columns))}</tr>\n" for row in block.rows)
    note = f'<p class="ek-note">{escape(block.note)}</p>' if block.note else ""
    label = escape(label)
    kind = "ek-table"
    if len(block.columns) >= WIDE:
        kind += " ek-wide"
    if len(block.rows) <= SHORT:
        kind += " ek-short"
    # On a narrow screen any table scrolls; who moves by keyboard must be able to reach it.
    reach = f'tabindex="0" role="group" aria-label="{label}"'
    return (
        f'<div class="{kind}" style="--print:{size}pt" {reach}><table><caption>{label}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>{note}</div>"
    )


def _head(column: Column) -> str:
    unit = f'<br><span class="ek-unit">（{escape(column.unit)}）</span>' if column.unit else ""
    kind = "ek-num" if column.right else "" if column.keep else "ek-long"
    named = f' class="{kind}"' if kind else ""
    # An empty header cell is not announced as a header of nothing.
    if not column.title and not unit:
        return f"<td{named}></td>"
    return f'<th scope="col"{named}>{escape(column.title)}{unit}</th>'


def _cell(cell: Cell, column: Column) -> str:
    kinds = ["ek-num"] if column.right else ["ek-keep"] if column.keep else []
    if cell.mark in ("strong", "faint", "dropped"):
        kinds.append(f"ek-{cell.mark}")
    named = f' class="{" ".join(kinds)}"' if kinds else ""
    words = escape(cell.text).replace("\n", "<br>")
    if cell.mark == "dot":
        words = f'<span class="ek-dot" style="background:{cell.colour}"></span>{words}'
    return f"<td{named}>{words}</td>"
