"""What stands of a sheet once everything is checked: its columns, without what is private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evalkit.intake.reads import Row, TableRead
from evalkit.ledger import Column

__all__ = ["Columns", "columns_of"]


@dataclass(frozen=True, slots=True)
class Columns:
    """A sheet's accepted values, column by column.

    ``usable`` is false where the sheet as a whole says nothing; it then counts as not handed in.
    """

    file: str
    tab: str
    usable: bool
    numbers: Sequence[int]
    """Row of each record in the sheet, from one."""
    values: Mapping[str, Sequence[object]]

    def __len__(self) -> int:
        return len(self.numbers)

    def of(self, column: str) -> Sequence[object]:
        """Return a column's values; all missing if the sheet does not have it."""
        found = self.values.get(column)
        return [None] * len(self.numbers) if found is None else found


def columns_of(read: TableRead) -> Columns:
    """Return a sheet's columns; private values stay behind."""
    rows = read.rows
    values = {
        column.name: _values(rows, column) for column in read.sheet.columns if not column.private
    }
    return Columns(read.file, read.tab, read.usable, [row.number for row in rows], values)


def _values(rows: Sequence[Row], column: Column) -> list[object]:
    name = column.name
    if column.private_where:
        return [None if row.private(column) else row.values.get(name) for row in rows]
    found: list[object] = [row.values.get(name) for row in rows]
    if column.type in ("dec", "money", "pct"):
        return [float(value) if isinstance(value, (Decimal, int)) else None for value in found]
    return found
