"""What was read from a sheet: its rows, and what there is to say about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evalkit.findings import Finding
from evalkit.intake.cells import Value
from evalkit.ledger import Column, Sheet

__all__ = ["Row", "TableRead"]


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its values by column, and the address of each value's cell.

    Private values are among them as long as checks need them; no frame takes them over.
    """

    values: Mapping[str, Value]
    cells: Mapping[str, str]
    number: int
    """Row in the sheet, from one."""

    def private(self, column: Column) -> bool:
        """Whether the column's value must not leave the workbook; when in doubt, it must not."""
        rules = column.private_where.items()
        return column.private or any(self.values.get(n) in (text, None) for n, text in rules)


@dataclass(frozen=True, slots=True)
class TableRead:
    """What was read from one sheet.

    ``usable`` is false where the sheet as a whole says nothing: no header was found, or personal
    data block it. It then counts as not handed in.
    """

    sheet: Sheet
    tab: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    unknown: tuple[str, ...] = ()
    """Headers that the definition does not know; their cells were not read."""
    usable: bool = True
    excluded: tuple[Row, ...] = ()
    """Records of another year: not counted, but there to be referred to."""
    file: str = ""
    """Name of the file; the sheets of one ledger may come in several .csv files."""
