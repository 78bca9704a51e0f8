"""Where a sheet's header stands, and which column of the definition each place holds.

A header is found by the names in it, in any of the first rows. It may take two rows (a group over
several columns, such as 一级预警 over 人数 and 已访谈), and may be followed by a row of machine
names, which know better than what people have renamed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evalkit.intake.header_names import LONGEST, Meaning, is_machine_name, meaning_of
from evalkit.ledger import Column, Sheet
from evalkit.ledger.model import normalise
from evalkit.personal_data import masked
from evalkit.spreadsheets import RawSheet

__all__ = ["HEADER_ROWS", "Header", "find_header", "is_header"]

HEADER_ROWS = 15
"""How far down a header is looked for."""

Names = Mapping[str, Column]
Texts = Sequence[tuple[str, ...]]
"""At each place the texts by which its header may be known, the best first."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header: where it ends, and what stands at which place (columns from zero).

    ``unknown`` are places whose text the definition does not know; ``twice`` those whose column
    stands at another place already. ``rows`` are the header's own rows, normalised.
    """

    last: int
    first_row: int
    columns: Mapping[int, Column]
    unknown: Mapping[int, str]
    twice: Mapping[int, Column]
    rows: tuple[tuple[str, ...], ...] = ()

    def repeated_by(self, filled: Sequence[object], cells: Sequence[object]) -> bool:
        """Whether a row, with what is filled in it, says what one of the header's rows says."""
        if len(filled) < 2 or not all(type(c) is str and len(c) <= LONGEST for c in filled):
            return False
        said = [(p, normalise(c)) for p, c in enumerate(cells) if isinstance(c, str) and c.strip()]
        return any(all(p < len(row) and row[p] == text for p, text in said) for row in self.rows)


def find_header(raw: RawSheet, sheet: Sheet) -> Header | None:
    """Return the header that names the most columns, or ``None``."""
    found = _where(raw, sheet)
    if found is None:
        return None
    top, depth = found
    names = sheet.by_name
    texts = _texts(raw.grid, raw, top, depth)
    last = top + depth - 1
    if depth == 1 and top > 0 and _is_machine_row(raw.grid[top], names):
        last = top - 1  # what people see, and may have changed, stands above
        # What stands above the machine names has no name of its own, but may be data.
        texts = [here or above for here, above in _both(texts, _one_row(raw.grid[top - 1]))]
    columns, twice = _match(texts, names)
    first = top + depth
    while first < len(raw.grid) and _is_machine_row(raw.grid[first], names):
        below, _ = _match(_one_row(raw.grid[first]), names)
        renamed = {column.name for column in below.values()}
        columns = {p: c for p, c in columns.items() if c.name not in renamed} | below
        first += 1
    shown = {place: masked("".join(parts[0].split())) for place, parts in enumerate(texts) if parts}
    unknown = {p: text for p, text in shown.items() if p not in columns and p not in twice}
    twice = {place: column for place, column in twice.items() if place not in columns}
    rows = tuple(
        tuple(map(normalise, _row_texts(raw.grid[number]))) for number in range(top, top + depth)
    )
    return Header(last, first, dict(sorted(columns.items())), unknown, twice, rows)


def is_header(filled: Sequence[object], sheet: Sheet) -> bool:
    """Whether most of what is filled in a row are names of columns."""
    if len(filled) < min(2, len(sheet.columns)) or not all(type(cell) is str for cell in filled):
        return False
    found = {m.column.name for c in filled if (m := meaning_of(str(c), sheet.by_name)) is not None}
    return len(found) * 2 > len(filled)


def _where(raw: RawSheet, sheet: Sheet) -> tuple[int, int] | None:
    """Return the first row of the best header, and how many rows it takes."""
    names, grid = sheet.by_name, raw.grid
    best: tuple[int, int, int] | None = None
    for depth in (1, 2):
        for top in range(min(HEADER_ROWS, len(grid)) + 1 - depth):
            if depth == 2 and not _may_be_second(grid[top + 1]):
                continue
            hits = len(_match(_texts(grid, raw, top, depth), names)[0])
            # At equal hits the shallower and the upper one: what lies below may be a record.
            if hits >= min(2, len(sheet.columns)) and (best is None or hits > best[0]):
                best = (hits, top, depth)
            if hits == len(sheet.columns):
                return top, depth
    return None if best is None else best[1:]


def _may_be_second(cells: Sequence[object]) -> bool:
    """Whether a row holds nothing but text; a record has numbers or days."""
    return all(isinstance(cell, str) for cell in cells if cell is not None)


def _is_machine_row(cells: Sequence[object], names: Names) -> bool:
    texts = [cell for cell in _row_texts(cells) if cell]
    known = sum(is_machine_name(text, names) for text in texts)
    return known > 0 and known * 2 > len(texts)


def _row_texts(cells: Sequence[object]) -> list[str]:
    """Return the cells that may be headers; no header is so long as a title or a note."""
    return [
        cell if isinstance(cell, str) and len(cell) <= LONGEST and cell.strip() else ""
        for cell in cells
    ]


def _one_row(cells: Sequence[object]) -> Texts:
    return [(text,) if text else () for text in _row_texts(cells)]


def _both(first: Texts, second: Texts) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for place in range(max(len(first), len(second))):
        yield (
            first[place] if place < len(first) else (),
            second[place] if place < len(second) else (),
        )


def _texts(grid: Sequence[Sequence[object]], raw: RawSheet, top: int, depth: int) -> Texts:
    if depth == 1:
        return _one_row(grid[top])
    upper, lower = _row_texts(grid[top]), _row_texts(grid[top + 1])
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    times = Counter(normalise(text) for text in lower if text)
    found: list[tuple[str, ...]] = []
    for group, text in zip(_groups(raw, top, upper, lower), lower, strict=True):
        if not (group and text):
            found.append((text or group,) if text or group else ())
            continue
        # What stands below several groups says nothing without its group.
        alone = (text,) if times[normalise(text)] == 1 else ()
        found.append((f"{group}{text}", f"{text}{group}", *alone))
    return found


def _groups(raw: RawSheet, top: int, upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return the upper row with each group over all its columns.

    Where the file knows merged ranges, these say how far a group reaches; where it does not
    (.csv), a group reaches to the next text above.
    """
    groups = list(upper)
    ranges = [(left, right) for row, left, _, right in raw.merged if row == top and right > left]
    for left, right in ranges:
        if left < len(upper):
            groups[left : right + 1] = [upper[left]] * (min(right + 1, len(upper)) - left)
    if not ranges:
        for place in range(1, len(groups)):
            if not upper[place] and lower[place] and lower[place - 1]:
                groups[place] = groups[place - 1]
    return groups


def _match(texts: Texts, names: Names) -> tuple[dict[int, Column], dict[int, Column]]:
    """Return the column at each place, and the places of columns that stand elsewhere too."""
    known: dict[int, list[Meaning]] = {}
    for place, readings in enumerate(texts):
        meanings = [m for text in readings if (m := meaning_of(text, names)) is not None]
        if meanings:
            known[place] = meanings
    found: dict[int, Column] = {}
    taken: set[str] = set()
    for turn in range(max(map(len, known.values()), default=0)):
        # A column's own header goes before its aliases, wherever it stands.
        asking = sorted(
            (meanings[turn].rank, place)
            for place, meanings in known.items()
            if place not in found and turn < len(meanings)
        )
        for _, place in asking:
            column = known[place][turn].column
            if column.name not in taken:
                found[place] = column
                taken.add(column.name)
    return found, {p: meanings[0].column for p, meanings in known.items() if p not in found}
