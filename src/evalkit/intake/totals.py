"""The rows of totals of a table, held against the rows that they add up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from evalkit.findings import Finding, Severity
from evalkit.intake.cells import Context, Value, clean
from evalkit.intake.headers import Header
from evalkit.ledger import Column
from evalkit.personal_data import masked
from evalkit.spreadsheets import RawSheet

__all__ = ["Totals"]

_ADDED = ("int", "money")
"""Types whose columns add up."""
_PARTIAL = re.compile(r"小\s*计|本\s*[页月期]|学期|\d\d级")
_NO_SUM = re.compile(r"平\s*均")


@dataclass(frozen=True, slots=True)
class _Total:
    number: int
    cells: Sequence[object]
    label: str
    rows_above: int


@dataclass(slots=True)
class Totals:
    """Gathers records and totals in their order, and compares them at the end.

    A total may add up what stands since the last total, everything above it, everything in the
    sheet, or what follows; only one that adds up none of these is told. One that repeats the last
    row's number is right too: the number of cases at the end of a month does not add up.
    """

    raw: RawSheet
    header: Header
    context: Context
    _records: list[tuple[Mapping[str, Value], frozenset[str]]] = field(default_factory=list)
    _totals: list[_Total] = field(default_factory=list)

    def record(self, values: Mapping[str, Value], unusable: frozenset[str]) -> None:
        """Take a record; ``unusable`` are columns in which something stood that says nothing."""
        self._records.append((values, unusable))

    def total(self, number: int, cells: Sequence[object], label: str) -> None:
        """Take a row of totals."""
        if not _NO_SUM.search(label):
            self._totals.append(_Total(number, cells, label, len(self._records)))

    def findings(self) -> Iterator[Finding]:
        """Say where a total and its rows disagree."""
        ends = [0, *(total.rows_above for total in self._totals), len(self._records)]
        for place, total in enumerate(self._totals):
            since, here, following = ends[place], ends[place + 1], ends[place + 2]
            whole, part = (0, here), (since, here)
            spans = [whole, part] if not _PARTIAL.search(total.label) else [part, whole]
            spans += [(0, len(self._records)), (here, following)]
            spans = [span for span in spans if span[0] < span[1]]
            if spans:
                yield from self._compared(total, spans)

    def _compared(self, total: _Total, spans: Sequence[tuple[int, int]]) -> Iterator[Finding]:
        for place, column in self.header.columns.items():
            if column.type not in _ADDED or column.private or place >= len(total.cells):
                continue
            typed = clean(total.cells[place], _unbounded(column), self.context).value
            if not isinstance(typed, (int, Decimal)):
                continue
            sums = [self._sum(column.name, span) for span in spans]
            last = self._records[total.rows_above - 1][0].get(column.name)
            if None in sums or typed in sums or (total.rows_above and typed == last):
                continue
            yield Finding(
                "T03",
                Severity.WARNING,
                self.raw.location(total.number, place),
                f"“{column.header}”的合计与各行之和不一致",
                masked(total.cells[place]),
                f"各行之和 {sums[0]:f}{column.unit}",
                "请核对是哪一行漏填或填错；系统以各行之和为准",
            )

    def _sum(self, name: str, span: tuple[int, int]) -> Decimal | None:
        """Return a column's sum over some records; ``None`` if one of them cannot be used."""
        total = Decimal(0)
        for values, unusable in self._records[span[0] : span[1]]:
            if name in unusable:
                return None
            value = values.get(name)
            if isinstance(value, (int, Decimal)):
                total += value
        return total


def _unbounded(column: Column) -> Column:
    return column.model_copy(update={"minimum": None, "maximum": None})
