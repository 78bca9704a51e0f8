"""Tables as rows of cells, out of markup, charts of Office, lists of values and plain text."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest

__all__ = [
    "COUNT",
    "LazyTable",
    "Table",
    "begins_value",
    "chart_tables",
    "columns_table",
    "markup_tables",
    "text_tables",
]

COUNT = r"\s*(\d{1,3})(?:\.0+)?\s*(?:人次|人|名|例)?\s*"
"""Expression for a cell that says how many people: its number, with a unit or without."""
_BEGINS_VALUE = re.compile(r"\s*(?:[\d—\-*<≤·.%+]|$)")

_ENDS = re.compile(r"<(/?)(?:\w+:)?(?:table|tbl)\b[^>]*>", re.IGNORECASE)
_ROW = re.compile(r"<(?:\w+:)?tr\b", re.IGNORECASE)
_CELL = re.compile(r"<(?:\w+:)?(?:td|th|tc)\b([^>]*)>", re.IGNORECASE)
_WIDE = re.compile(
    r"\bcolspan=[\"']?(\d+)|<w:gridSpan w:val=\"(\d+)\"|\bgridSpan=\"(\d+)\"", re.IGNORECASE
)
_HIGH = re.compile(r"\browspan=[\"']?(\d+)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_SERIES = re.compile(r"<c:ser>.*?</c:ser>", re.DOTALL)
_POINTS = {
    part: re.compile(rf"<c:{part}>.*?</c:{part}>", re.DOTALL) for part in ("tx", "cat", "val")
}
_POINT = re.compile(r"<c:pt\b[^>]*\bidx=\"(\d+)\"[^>]*>.*?<c:v>([^<]*)</c:v>", re.DOTALL)
_MISFITS = 2
"""Lines in a row that may have other cells than the header: its own second line, a remark."""
_MOST_WIDE = 2000
"""Cells of a row that are looked at."""
_SPLITS = ("\t", "|", ",", None)
_VALUE = re.compile(r"[-+−]?[\d,.]+%?|[—\-]\*?|<\d+|nan|NaN|None|<NA>")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a file.

    Attributes
    ----------
    rows : sequence of sequences of str
        Its cells, headers among them, each at its column.
    numbers, letters : sequence of str, optional
        How rows and columns of a worksheet are called: ``"7"``, ``"C"``.
    """

    rows: Sequence[Sequence[str]]
    numbers: Sequence[str] = ()
    letters: Sequence[str] = ()

    def address(self, row: int, column: int) -> str:
        """Return how people call a cell."""
        if self.letters:
            return f"{self.letters[column]}{self.numbers[row]}"
        return f"表格第 {row + 1} 行第 {column + 1} 列"


def begins_value(text: str) -> bool:
    """Whether a cell holds a value, or nothing: then it is no header, and ends none."""
    return _BEGINS_VALUE.match(text) is not None


@dataclass(frozen=True, slots=True)
class LazyTable:
    """A table that is taken apart only if it may hold what is looked for.

    Attributes
    ----------
    raw : str
        What it is read from, as it stands in the file.
    read : callable
        Takes it apart.
    """

    raw: str
    read: Callable[[], Table]


def markup_tables(text: str) -> Iterator[LazyTable]:
    """Yield the tables of a web page, a Word document or a slide; those within others first."""
    begun: list[tuple[int, list[str]]] = []
    for match in _ENDS.finditer(text):
        if not match[1]:
            if begun:
                begun[-1][1].append(text[begun[-1][0] : match.start()])
            begun.append((match.end(), []))
        elif begun:
            start, parts = begun.pop()
            yield _unread([*parts, text[start : match.start()]])
            if begun:  # what stands in the outer one goes on here
                begun[-1] = match.end(), begun[-1][1]
    if begun:  # those that nothing ends
        begun[-1][1].append(text[begun[-1][0] :])
        yield from (_unread(parts) for _, parts in reversed(begun))


def _unread(parts: Sequence[str]) -> LazyTable:
    raw = "".join(parts)
    return LazyTable(raw, partial(_markup_table, raw))


def _markup_table(raw: str) -> Table:
    hanging: dict[int, tuple[int, str]] = {}
    return Table([_cells(line, hanging) for line in _ROW.split(raw)[1:]])


def _cells(line: str, hanging: dict[int, tuple[int, str]]) -> list[str]:
    """Return a row's cells; `hanging` holds those that reach into it from above."""
    row: list[str] = []

    def take_hanging() -> None:
        while (above := hanging.get(len(row))) is not None:
            left, text = above
            if left == 1:
                del hanging[len(row)]
            else:
                hanging[len(row)] = left - 1, text
            row.append(text)

    _, *found = _CELL.split(line)
    for attributes, inner in zip(found[::2], found[1::2], strict=True):
        take_hanging()
        text = " ".join(html.unescape(_TAG.sub("", inner)).split())
        # A Word cell says in its properties how wide it is, a web page's in its tag.
        wide = _number(_WIDE.search(attributes) or _WIDE.search(inner[:300]))
        high = _number(_HIGH.search(attributes))
        for _ in range(min(wide, _MOST_WIDE - len(row))):
            if high > 1:
                hanging[len(row)] = high - 1, text
            row.append(text)
    take_hanging()
    return row


def _number(match: re.Match[str] | None) -> int:
    return 1 if match is None else max(1, int(next(filter(None, match.groups()))))


def chart_tables(text: str) -> Iterator[Table]:
    """Yield the values that a chart of Office keeps beside its workbook, a table each series."""
    for series in _SERIES.finditer(text):
        parts = {}
        for name, pattern in _POINTS.items():
            found = pattern.search(series[0])
            points = _POINT.findall(found[0]) if found else ()
            parts[name] = {int(place): html.unescape(value) for place, value in points}
        title = "".join(parts["tx"].values())
        rows = [["", title]]
        rows += [[parts["cat"].get(place, ""), value] for place, value in parts["val"].items()]
        yield Table(rows)


def text_tables(
    text: str, mentions: re.Pattern[str], is_label: Callable[[str], bool]
) -> Iterator[tuple[int, Table]]:
    """Yield what looks like a table below a line with a label: frames as printed, CSV, Markdown.

    Parameters
    ----------
    text : str
        The text.
    mentions : Pattern
        What a line has to have in it to be looked at.
    is_label : callable
        Whether a word is a label.

    Yields
    ------
    tuple of int and Table
        Where the header begins; header and rows. Where blanks part the cells, the last ones of a
        row count, for the first ones of a printed frame have no header.
    """
    place = 0
    while (match := mentions.search(text, place)) is not None:
        start = text.rfind("\n", 0, match.start()) + 1
        place = _line_end(text, start)
        line = text[start:place]
        for split in _SPLITS:
            header = _parts(line, split)
            if len(header) > 1 and any(map(is_label, header)):
                rows, place = _rows_after(text, place, header, split)
                if rows:
                    yield start, Table([header, *rows])
                break


def _rows_after(
    text: str, place: int, header: Sequence[str], split: str | None
) -> tuple[list[list[str]], int]:
    """Return the rows that fit a header, up to a line that does not, and where they end."""
    rows: list[list[str]] = []
    if split is None and any(map(_VALUE.fullmatch, header)):
        return rows, place
    end, misfits = place, 0
    while end < len(text) and misfits <= _MISFITS:
        start, end = end + 1, _line_end(text, end + 1)
        row = _parts(text[start:end], split)
        if split is None:
            row = row[-len(header) :]
        fits = len(row) == len(header)
        if fits and (split is not None or all(map(_VALUE.fullmatch, row[1:]))):
            rows.append(row)
            place, misfits = end, 0
        else:
            misfits += 1
    return rows, place


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _parts(line: str, split: str | None) -> list[str]:
    if split is None:
        return line.split()
    if split not in line:
        return []
    parts = line.split(split)
    if '"' in line:
        with suppress(csv.Error):  # a cell of more than 131,072 characters
            parts = next(csv.reader([line], delimiter=split))
    return [part.strip() for part in parts]


def columns_table(names: Sequence[object], columns: Iterable[Sequence[object]]) -> Table:
    """Return the table of columns, which need not be of one length, below their names."""
    rows = zip_longest(*columns, fillvalue="")
    return Table([[str(each) for each in row] for row in (names, *rows)])
