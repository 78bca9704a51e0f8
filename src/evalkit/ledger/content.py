"""What goes into one sheet of a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalkit.ledger.model import Sheet
from evalkit.ledger.styles import CellValue

__all__ = ["Filling", "Record", "check_records"]

Record = Mapping[str, CellValue]
"""A record maps machine names of columns to values; what is not given stays blank."""


@dataclass(frozen=True)
class Filling:
    """A sheet, and what stands in it before it goes out.

    ``fixed`` are columns whose values come from the school's own settings: where they are given,
    their cells stay locked. ``remark`` is put behind the sheet's note.
    """

    sheet: Sheet
    records: Sequence[Record] = ()
    fixed: frozenset[str] = frozenset()
    remark: str = ""


def check_records(sheet: Sheet, records: Sequence[Record]) -> None:
    """Refuse records with columns that the sheet does not have.

    Raises
    ------
    KeyError
        Naming the sheet and the columns.
    """
    unknown = {name for record in records for name in record} - {c.name for c in sheet.columns}
    if unknown:
        raise KeyError(f"{sheet.name}: {', '.join(sorted(unknown))}")
