"""Spreadsheet files of any kind, read within bounds of time and memory.

Knows nothing of ledgers. Whatever a file is or does, the outcome is a :class:`Book` with sheets
of raw cells, or with findings that say why there are none. The bounds are those of
:mod:`evalkit.spreadsheets.bounds`: 64 MiB a file, 512 MiB unpacked, 200 sheets, 20,000 rows and
400 columns of used cells a sheet, 4,000,000 cells a file, 60 seconds a file and 1,536 MiB of
memory for each reading process. A sheet beyond them is left out with a finding; blank cells
beyond them do no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.spreadsheets.model import Area, Book, CellFault, Format, RawSheet, address

if TYPE_CHECKING:
    from evalkit.spreadsheets.pool import read_book, read_books

__all__ = [
    "Area",
    "Book",
    "CellFault",
    "Format",
    "RawSheet",
    "address",
    "read_book",
    "read_books",
]


def __getattr__(name: str) -> object:
    # A reading process imports this package too, and has no use for what starts processes.
    if name in ("read_book", "read_books"):
        from evalkit.spreadsheets import pool

        return getattr(pool, name)
    raise AttributeError(name)
