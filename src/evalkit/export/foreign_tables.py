"""Tables in HTML, as pandas and others write them: spans are filled, numbers are told by looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evalkit.export.blocks import Cell, Column, Table
from evalkit.export.numbers import is_number

__all__ = ["table_of", "words_of"]

MOST = 100_000
"""Cells; of a larger table the first rows are taken, and the note says so."""


def table_of(element: Any) -> Table | None:
    """Return an HTML table, None if it has no cell.

    Parameters
    ----------
    element : lxml element
        The ``table``.
    """
    head, body = _rows(element)
    grid, cut = _grid([*head, *body])
    if not grid:
        return None
    width = max(len(row) for row in grid)
    filled = [row + [""] * (width - len(row)) for row in grid]
    heads, lines = filled[: len(head)], filled[len(head) :]
    titles = [_title(column) for column in zip(*heads, strict=True)] if heads else [""] * width
    columns = []
    for place, title in enumerate(titles):
        shown = [text for line in lines if (text := line[place])]
        numbers = bool(shown) and all(is_number(text) for text in shown)
        columns.append(Column(title, right=numbers, keep=numbers))
    note = f"表格过大，只列出前 {len(lines):,} 行。" if cut else ""
    caption = " ".join(
        " ".join(each.itertext()).strip() for each in element.iterchildren("caption")
    )
    rows = tuple(tuple(Cell(text) for text in line) for line in lines)
    return Table(tuple(columns), rows, note=note, caption=caption)


def _rows(element: Any) -> tuple[list[Any], list[Any]]:
    """Return the rows of the header and the others."""
    head: list[Any] = []
    body: list[Any] = []
    for child in element:
        if child.tag == "thead":
            head.extend(child.iterchildren("tr"))
        elif child.tag in ("tbody", "tfoot"):
            body.extend(child.iterchildren("tr"))
        elif child.tag == "tr":
            body.append(child)
    if not head and body and all(cell.tag == "th" for cell in body[0]):
        head, body = body[:1], body[1:]
    return head, body


def _grid(rows: list[Any]) -> tuple[list[list[str]], bool]:
    """Return the texts of all cells; what spans several places stands in each of them."""
    grid: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column → rows still to fill, text
    total = 0
    for row in rows:
        line: list[str] = []
        cells = row.iterchildren("td", "th")
        for text, wide, high in (_spans(cell) for cell in cells):
            _fill(line, hanging)
            for _ in range(wide):
                if high > 1:
                    hanging[len(line)] = (high - 1, text)
                line.append(text)
        _fill(line, hanging)
        total += len(line)
        if total > MOST:
            return grid, True
        grid.append(line)
    return grid, False


def _fill(line: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    while (place := len(line)) in hanging:
        left, text = hanging.pop(place)
        if left > 1:
            hanging[place] = (left - 1, text)
        line.append(text)


def _spans(cell: Any) -> tuple[str, int, int]:
    return _text(cell), _span(cell, "colspan", 1000), _span(cell, "rowspan", 65534)


def _span(cell: Any, name: str, most: int) -> int:
    given = cell.get(name, "1").strip()
    # More digits than any table has columns are no number that is meant.
    return min(max(int(given), 1), most) if given.isdecimal() and len(given) < 9 else 1


def _text(cell: Any) -> str:
    return " ".join(words_of(cell, " ").split())


def words_of(element: Any, line_end: str) -> str:
    """Return the text of an element without scripts; `line_end` stands for ``<br>``."""
    return "".join(_texts(element, line_end))


def _texts(element: Any, line_end: str) -> Iterator[str]:
    if element.tag in ("script", "style") or not isinstance(element.tag, str):
        return
    yield line_end if element.tag == "br" else element.text or ""
    for child in element:
        yield from _texts(child, line_end)
        yield child.tail or ""


def _title(column: tuple[str, ...]) -> str:
    """Return the header of a column: of several rows the different texts, from above."""
    title = " · ".join(dict.fromkeys(text for text in column if text))
    return title.replace(" （", "（")
