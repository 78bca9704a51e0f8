"""A form: labels with their values to the right, wherever in the sheet they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evalkit.findings import Finding, Severity
from evalkit.intake.cell_findings import Cell, read_cell
from evalkit.intake.cells import Context, Value, is_blank
from evalkit.intake.header_names import Meaning, is_machine_name, meaning_of
from evalkit.intake.reads import Row, TableRead
from evalkit.ledger import Column, Sheet
from evalkit.spreadsheets import RawSheet, address

__all__ = ["Place", "form_places", "read_form"]

_COLON = re.compile("[:：]")
_BREAKS = " \t\r\n\u3000:：,，;；。_＿"
_PADDING = " \t\r\n\u3000_＿,，;；。"
_LONGEST_INLINE = 2000
_PRINTED = re.compile(r"\s*例\s*[:：]")
_BOX = re.compile("[□☐☑☒■]")
_TICKED = re.compile(r"[☑☒■√✓✔]\s*([^□☐☑☒■√✓✔\s、；;]+)")
_SIGN_HERE = re.compile(r"(?:签\s*[字名章]|[(（]?\s*[盖公]\s*章\s*[)）]?|[年月日\s:：_＿])+")
_HELP = re.compile(r"\s*(?:必填|选填|填|请|例|[(（]?(?:必填|选填))")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form's value stands: row and column from zero, and what stands there."""

    row: int
    column: int
    cell: object


def form_places(raw: RawSheet, sheet: Sheet) -> dict[str, Place]:
    """Return the place of each column's value.

    A label may stand behind its machine name, several may share a row, and label and value may be
    merged over several cells or share one cell (``报送日期：2024-09-10``). Of two labels the
    column's own header goes before an alias, and then the first one counts.
    """
    best: dict[str, tuple[int, Place]] = {}
    for rank, column, place in _Labels(raw, sheet).found():
        if column.name not in best or rank < best[column.name][0]:
            best[column.name] = rank, place
    return {name: place for name, (_, place) in best.items()}


def read_form(
    raw: RawSheet, sheet: Sheet, context: Context, places: Mapping[str, Place]
) -> TableRead:
    """Read a form by its definition: one record, whose values stand in these places."""
    values: dict[str, Value] = {}
    addresses: dict[str, str] = {}
    findings: list[Finding] = []
    for column in sheet.columns:
        place = places.get(column.name)
        if place is None:
            continue
        cell = Cell(raw, place.row, place.column, place.cell)
        reading, faults = read_cell(cell, column, context, coded=sheet.coded)
        values[column.name] = reading.value
        addresses[column.name] = address(place.row, place.column)
        findings += faults
    findings += _missing_labels(raw, sheet, places)
    rows = (Row(values, addresses, 1),) if addresses else ()
    return TableRead(sheet, raw.name, rows, tuple(findings), usable=bool(addresses), file=raw.file)


class _Labels:
    """The labels of a form, with their values."""

    def __init__(self, raw: RawSheet, sheet: Sheet) -> None:
        self._raw, self._names = raw, sheet.by_name
        self._right_end = {(top, left): right for top, left, _bottom, right in raw.merged}
        self._taken: set[tuple[int, int]] = set()

    def found(self) -> Iterator[tuple[int, Column, Place]]:
        """Yield how surely a label names its column, the column, and the place of the value."""
        for row, cells in enumerate(self._raw.grid):
            for place, cell in enumerate(cells):
                # What is the value of one label is not the label of another.
                if (row, place) in self._taken or not isinstance(cell, str):
                    continue
                two = self._two_labels(cell)
                if two is not None:
                    yield from self._two_values(row, place, two)
                    continue
                meaning = meaning_of(cell, self._names)
                if meaning is not None:
                    value = self._value(row, place, cells, meaning.column)
                    self._taken.add((row, value.column))
                    yield meaning.rank, meaning.column, value
                elif len(cell) <= _LONGEST_INLINE and _COLON.search(cell):
                    for rank, column, text in self._inline(cell):
                        yield rank, column, Place(row, place, text)

    def _two_labels(self, text: str) -> tuple[Meaning, Meaning] | None:
        """Return the labels that share a cell line by line, as in 咨询资质 over 证书编号."""
        lines = [line for line in text.split("\n") if line.strip()] if "\n" in text else []
        found = [m for line in lines if (m := meaning_of(line, self._names)) is not None]
        if len(lines) != 2 or len(found) != 2 or found[0].column is found[1].column:
            return None
        return found[0], found[1]

    def _two_values(
        self, row: int, label: int, meanings: tuple[Meaning, Meaning]
    ) -> Iterator[tuple[int, Column, Place]]:
        """Yield both values: side by side behind the labels, in the row with the ticked box."""
        place = self._behind(row, label)
        last = next(
            (end for top, left, end, _ in self._raw.merged if (top, left) == (row, label)), row
        )
        rows = range(row, last + 1)
        chosen = next((r for r in rows if _is_ticked(self._cell(r, place))), row)
        for meaning, at in zip(meanings, (place, self._behind(chosen, place)), strict=True):
            self._taken |= {(r, at) for r in rows}
            value = _said(self._cell(chosen, at))
            yield meaning.rank, meaning.column, Place(chosen, at, value)

    def _cell(self, row: int, place: int) -> object:
        cells = self._raw.grid[row]
        return cells[place] if place < len(cells) else ""

    def _value(self, row: int, label: int, cells: Sequence[object], column: Column) -> Place:
        place = self._behind(row, label)
        machine = is_machine_name(str(cells[label]), self._names)
        if machine and place < len(cells) and self._column_of(cells[place]) is column:
            place = self._behind(row, place)
        if not machine and not self._raw.merged and place < len(cells) and is_blank(cells[place]):
            # Without merged ranges (.csv) a wide label has blank cells behind it.
            place = self._next_filled(cells, place) or place
        return Place(row, place, _said(cells[place]) if place < len(cells) else "")

    def _behind(self, row: int, place: int) -> int:
        return self._right_end.get((row, place), place) + 1

    def _next_filled(self, cells: Sequence[object], place: int) -> int | None:
        for later in range(place + 1, len(cells)):
            cell = cells[later]
            if is_blank(cell):
                continue
            if self._column_of(cell) is not None or (isinstance(cell, str) and _HELP.match(cell)):
                return None
            return later
        return None

    def _column_of(self, cell: object) -> Column | None:
        meaning = meaning_of(cell, self._names) if isinstance(cell, str) else None
        return None if meaning is None else meaning.column

    def _inline(self, text: str) -> Iterator[tuple[int, Column, str]]:
        """Yield the labels and values in one cell, such as ``填报人：王某  审核人：李某``."""
        found: list[tuple[Meaning, int, int]] = []
        for colon in _COLON.finditer(text):
            # Only the first label may hold spaces: 姓 名：
            start = 0 if not found else _last_word(text, colon.start())
            meaning = meaning_of(text[start : colon.start()], self._names)
            if meaning is None and not found:
                start = _last_word(text, colon.start())
                meaning = meaning_of(text[start : colon.start()], self._names)
            if meaning is not None:
                found.append((meaning, start, colon.end()))
        ends = [*(start for _, start, _ in found[1:]), len(text)]
        for (meaning, _, after), end in zip(found, ends, strict=False):
            value = text[after:end].strip(_PADDING)
            if not is_blank(value):
                yield meaning.rank, meaning.column, value


def _said(cell: object) -> object:
    """Return what was filled in: not the printed example, nor where to sign."""
    if not isinstance(cell, str):
        return cell
    if _BOX.search(cell) or _is_ticked(cell):
        return "、".join(match[1] for match in _TICKED.finditer(cell))
    kept = "\n".join(line for line in cell.split("\n") if not _PRINTED.match(line))
    return "" if _SIGN_HERE.fullmatch(kept) else kept


def _is_ticked(cell: object) -> bool:
    return isinstance(cell, str) and _TICKED.search(cell) is not None


def _last_word(text: str, end: int) -> int:
    """Return where the word begins that ends here; a colon or a mark ends a word as well."""
    return max(text.rfind(mark, 0, end) for mark in _BREAKS) + 1


def _missing_labels(raw: RawSheet, sheet: Sheet, places: Mapping[str, Place]) -> Iterator[Finding]:
    for column in sheet.columns:
        if column.name not in places and column.required == "always":
            yield Finding(
                "H03",
                Severity.ERROR,
                raw.location(),
                f"缺少“{column.header}”一项",
                "",
                "模板中的必填项都要保留",
                f"请补上“{column.header}”并填写",
            )
