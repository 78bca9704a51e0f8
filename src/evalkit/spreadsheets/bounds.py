"""How much of a file is read at most.

No ledger comes near these bounds. They are there so that a broken or hostile file ends in a
finding and not in a hang or a full memory.
"""

from __future__ import annotations

__all__ = [
    "MAX_CELLS",
    "MAX_COLUMNS",
    "MAX_ENTRIES",
    "MAX_FILE",
    "MAX_MEMORY",
    "MAX_ROWS",
    "MAX_SHEETS",
    "MAX_UNPACKED",
    "SECONDS",
]

MIB = 1024 * 1024

MAX_ROWS, MAX_COLUMNS = 20_000, 400
"""Used cells of a sheet lie within so many rows and columns; blank ones beyond are ignored."""

MAX_CELLS = 4_000_000
"""Cells of all sheets of a file together, from A1 to the last used cell of each."""

MAX_SHEETS = 200

MAX_FILE = 64 * MIB

MAX_ENTRIES = 10_000
"""Entries in a zip container."""

MAX_UNPACKED = 512 * MIB
"""Bytes of all parts that are read, unpacked; also of a sheet's text, copied to each cell."""

SECONDS = 60.0
"""Time to read one file, the start of the reading process included."""

MAX_MEMORY = 1536 * MIB
"""Address space of a reading process, where the platform can limit it."""
