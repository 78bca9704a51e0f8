"""An executed notebook as one document: what every file format is made from."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evalkit.export.blocks import Block, Code, Figure, Heading, Items, Quote, Table, plain
from evalkit.export.bundles import FIGURE, FRAGMENT, figure, fragment
from evalkit.export.characters import visible
from evalkit.export.drawings import drawing_size, safe_drawing
from evalkit.export.foreign import data_picture, html_blocks
from evalkit.export.images import KINDS, as_png, size_of
from evalkit.export.markdown import markdown_blocks

if TYPE_CHECKING:  # it takes a second to import, and is nothing but a dictionary
    from nbformat import NotebookNode

__all__ = ["ReportDocument", "read_document"]

LEFT_OUT = frozenset({"parameters", "injected-parameters", "remove_cell", "remove-cell"})
"""Tags of cells that are no part of the report."""
OUTPUTS_LEFT_OUT = frozenset({"remove_output", "remove-output"})
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_BARE = re.compile(r"<[\w.]+(?: [^<>]*)?>")
LONGEST = 60
"""Characters; longer headings make no caption."""

DRAWING = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A report before it becomes a file.

    Attributes
    ----------
    title : str
        Headline.
    header : str
        Above the title and on each page: school and year.
    footer : tuple of str
        At the end: provenance, notices.
    author : str
        Who answers for it, for the file's properties.
    blocks : tuple of Block
        The content: headings begin with level 1 and leave out none; tables and figures are
        numbered and have captions.
    """

    title: str
    header: str
    footer: tuple[str, ...]
    author: str
    blocks: tuple[Block, ...]

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings of the first level."""
        firsts = (each for each in self.blocks if isinstance(each, Heading) and each.level == 1)
        return tuple(plain(heading.runs) for heading in firsts)


def read_document(
    notebook: NotebookNode,
    *,
    title: str = "",
    header: str = "",
    footer: Sequence[str] = (),
    author: str = "",
    otherwise: str = "",
) -> ReportDocument:
    r"""Return the document of an executed notebook. Code is left out, texts and outputs are kept.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; not changed.
    title, header, author : str
        See :class:`ReportDocument`. What is not given is looked up in the notebook's metadata
        under ``evalkit``; the title last in its first heading.
    footer : sequence of str
        Likewise.
    otherwise : str
        The title if there is no other.

    Examples
    --------
    >>> import nbformat
    >>> cells = [nbformat.v4.new_markdown_cell("# 报告\n\n## 结论\n\n甲")]
    >>> document = read_document(nbformat.v4.new_notebook(cells=cells))
    >>> document.title, document.sections
    ('报告', ('结论',))
    """
    said = notebook.get("metadata", {}).get("evalkit", {})
    said = said if isinstance(said, Mapping) else {}
    blocks = [block for cell in notebook.get("cells", []) for block in _cell(cell)]
    own = next((each for each in blocks if isinstance(each, Heading) and each.level == 1), None)
    if own is not None:
        blocks = [block for block in blocks if block is not own]
    lines = said.get("footer", ())
    lines = lines if isinstance(lines, Sequence) and not isinstance(lines, str) else ()
    own_title = plain(own.runs).strip() if own is not None else ""
    title = title or str(said.get("title", "")) or own_title
    return ReportDocument(
        title=visible(title or otherwise or "报告"),
        header=visible(header or str(said.get("header", ""))),
        footer=tuple(visible(str(line)) for line in (footer or lines)),
        author=visible(author or str(said.get("author", ""))),
        blocks=tuple(_numbered(_levelled(blocks))),
    )


def _cell(cell: Mapping[str, Any]) -> Iterator[Block]:
    tags = set(cell.get("metadata", {}).get("tags") or ())
    if tags & LEFT_OUT:
        return
    source = cell.get("source", "")
    if cell.get("cell_type") == "markdown":
        attached = cell.get("attachments") or {}
        yield from markdown_blocks(source, lambda a, w: _picture(a, w, attached))
    elif cell.get("cell_type") == "code" and not tags & OUTPUTS_LEFT_OUT:
        for output in cell.get("outputs", []):
            yield from _output(output)


def _picture(address: str, words: str, attached: Mapping[str, Any]) -> Figure | None:
    """Return a picture of a Markdown cell that is within the notebook."""
    if address.startswith("attachment:"):
        bundle = attached.get(address.removeprefix("attachment:"), {})
        return next((found for kind in KINDS if (found := _image(bundle, kind, words))), None)
    return data_picture(address, words)


def _output(output: Mapping[str, Any]) -> Iterator[Block]:
    match output.get("output_type"):
        case "stream":
            yield from _code(_joined(output.get("text", "")))
        case "error":
            text = "\n".join(str(line) for line in output.get("traceback") or ())
            text = text or f"{output.get('ename', '')}: {output.get('evalue', '')}"
            yield from _code(text, error=True)
        case "display_data" | "execute_result":
            data = output.get("data") or {}
            details = output.get("metadata") or {}
            yield from _best(data, details if isinstance(details, Mapping) else {})


def _best(data: Mapping[str, Any], details: Mapping[str, Any]) -> Iterable[Block]:
    """Return the blocks of the format of an output from which most can be made."""
    if (blocks := fragment(data.get(FRAGMENT))) is not None:
        return blocks
    if (drawn := figure(data.get(FIGURE), data.get(DRAWING))) is not None:
        return (drawn,)
    words = _joined(data.get("text/plain", ""))
    if "text/html" in data and (blocks := html_blocks(_joined(data["text/html"]))):
        return blocks
    if "text/markdown" in data:
        return markdown_blocks(_joined(data["text/markdown"]), data_picture)
    alt = "" if _BARE.fullmatch(words.strip()) else words.strip()
    if drawn := _drawing(data.get(DRAWING), alt):
        return (drawn,)
    for kind in KINDS:
        own = details.get(kind)
        own = own if isinstance(own, Mapping) else {}
        if found := _image(data, kind, str(own.get("alt", "")) or alt, own):
            return (found,)
    if "text/latex" in data:
        return tuple(_code(_joined(data["text/latex"])))
    return tuple(_code(words))


def _drawing(svg: object, words: str) -> Figure | None:
    """Return a drawing that carries nothing beside itself."""
    try:
        safe = safe_drawing(_joined(svg))
        width, height = drawing_size(safe)
    except ValueError:
        return None
    words = visible(words)
    return Figure(b"", "", safe, width, height, alt=words, caption=words)


def _image(
    data: Mapping[str, Any], kind: str, words: str, said: Mapping[str, Any] | None = None
) -> Figure | None:
    """Return a picture of a bundle. Its words are its caption, and its text for the blind."""
    if kind not in data:
        return None
    try:
        image = base64.b64decode(_joined(data[kind]))
        width, height = size_of(image)
        if kind not in ("image/png", "image/jpeg"):
            image, kind = as_png(image), "image/png"
    except (ValueError, binascii.Error):
        return None
    wanted = (said or {}).get("width")
    if isinstance(wanted, int) and 0 < wanted < width:
        width, height = wanted, max(round(height * wanted / width), 1)
    words = visible(words)
    return Figure(image, kind, "", width, height, alt=words, caption=words)


def _code(text: str, *, error: bool = False) -> Iterator[Block]:
    shown = visible(_ANSI.sub("", text)).strip("\n")
    if shown.strip():
        yield Code(shown, error=error)


def _joined(text: object) -> str:
    """Return a text of a notebook, which may be split into lines."""
    if isinstance(text, Sequence) and not isinstance(text, str):
        return "".join(str(part) for part in text)
    return str(text)


def _levelled(blocks: Sequence[Block]) -> Iterator[Block]:
    """Let headings begin with level 1 and never skip a level, as outlines of files want it."""
    open_: list[int] = []
    for block in blocks:
        if isinstance(block, Heading):
            while open_ and open_[-1] >= block.level:
                open_.pop()
            open_.append(block.level)
            yield replace(block, level=len(open_))
        else:
            yield block


def _numbered(blocks: Iterable[Block]) -> Iterator[Block]:
    """Number tables and figures; those without a caption take the heading above."""
    counts: Counter[str] = Counter()
    used: Counter[str] = Counter()
    heading = ""
    for block in blocks:
        if isinstance(block, Heading):
            heading = plain(block.runs).strip()
            heading = heading if len(heading) <= LONGEST else ""
        yield _with_number(block, counts, used, heading)


def _with_number(block: Block, counts: Counter[str], used: Counter[str], heading: str) -> Block:
    if isinstance(block, Items):
        items = (
            tuple(_with_number(each, counts, used, heading) for each in item)
            for item in block.items
        )
        return replace(block, items=tuple(items))
    if isinstance(block, Quote):
        return Quote(tuple(_with_number(each, counts, used, heading) for each in block.blocks))
    if isinstance(block, Table):
        counts["table"] += 1
        caption = block.caption or heading
        used[caption] += 1
        if caption and used[caption] > 1:
            caption = f"{caption}（{used[caption]}）"
        return replace(block, number=counts["table"], caption=caption)
    if isinstance(block, Figure):
        counts["figure"] += 1
        number = counts["figure"]
        caption = block.caption or heading
        alt = block.alt or (f"“{heading}”一节的图" if heading else f"图 {number}")
        data = tuple(replace(table, caption=table.caption or caption) for table in block.data)
        return replace(block, number=number, caption=caption, alt=alt, data=data)
    return block
