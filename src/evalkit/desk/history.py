"""The record of changes to a judge's sheet: lines that are added, never changed.

Each line carries the hash of the one before, so that a line that is changed or taken out shows.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from evalkit.desk.refusals import HistoryError

__all__ = ["Action", "Change", "Entry", "History", "Key", "values_after"]

Action = Literal["begin", "change", "outside", "submit", "reopen"]
_FIRST = "0" * 16

Key = tuple[str, str]
"""Code of the college (empty for the whole sheet), and what is changed of it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that became another; ``None`` is blank.

    ``key`` is an indicator's number, ``comment``, ``recused`` (``是`` or ``否``), ``signed_on``, or
    ``note:`` and an indicator's number for what is the judge's own and not in the workbook.
    """

    college: str
    key: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record.

    Attributes
    ----------
    number : int
        From one, without gaps.
    time : str
        UTC, as ISO 8601.
    by : str
        The judge's code, ``chair``, or ``workbook`` for what was changed outside.
    action : str
        ``begin`` (what stood in the workbook), ``change``, ``outside`` (the workbook was changed by
        another program), ``submit``, ``reopen``.
    changes : tuple of Change
        What became what.
    book : str
        SHA-256 of the workbook before this entry went into it.
    reason : str
        Why a sheet was opened again, or taken over.
    content : str
        For ``submit``: the hash of what was submitted.
    """

    number: int
    time: str
    by: str
    action: Action
    changes: tuple[Change, ...] = ()
    book: str = ""
    reason: str = ""
    content: str = ""

    def plain(self) -> dict[str, Any]:
        """Return the entry as it is written."""
        return {
            "number": self.number,
            "time": self.time,
            "by": self.by,
            "action": self.action,
            "changes": [[c.college, c.key, c.old, c.new] for c in self.changes],
            "book": self.book,
            "reason": self.reason,
            "content": self.content,
        }


class History:
    """A file with one entry a line.

    Parameters
    ----------
    path : Path
        The file; it need not be there yet.

    Raises
    ------
    HistoryError
        If the lines do not follow from each other.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries: list[Entry] = []
        self._last = _FIRST
        self._size = 0
        self.refresh()

    @property
    def entries(self) -> Sequence[Entry]:
        """All entries, oldest first."""
        return tuple(self._entries)

    def refresh(self) -> bool:
        """Read what others have added since; tell whether there was anything."""
        size = self.path.stat().st_size if self.path.is_file() else 0
        if size == self._size:
            return False
        if size < self._size:
            self._entries, self._last, self._size = [], _FIRST, 0
        with self.path.open("rb") as stream:
            stream.seek(self._size)
            raw = stream.read()
        # A line that a killed process left unfinished was never acknowledged: it is no entry.
        whole = raw[: raw.rfind(b"\n") + 1]
        for line in whole.splitlines():
            self._take(line)
        self._size += len(whole)
        return bool(whole)

    def add(
        self,
        time: str,
        by: str,
        action: Action,
        changes: Iterable[Change] = (),
        *,
        book: str = "",
        reason: str = "",
        content: str = "",
    ) -> Entry:
        """Write an entry to the disk and return it. The caller holds the sheet's lock."""
        entry = Entry(
            len(self._entries) + 1, time, by, action, tuple(changes), book, reason, content
        )
        line = json.dumps({**entry.plain(), "before": self._last}, ensure_ascii=False).encode()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        stream = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(stream, self._size)  # cuts off what a killed process left unfinished
            os.lseek(stream, self._size, os.SEEK_SET)
            _write_all(stream, line + b"\n")
            os.fsync(stream)
        finally:
            os.close(stream)
        self._take(line)
        self._size += len(line) + 1
        return entry

    def _take(self, line: bytes) -> None:
        number = len(self._entries) + 1
        try:
            raw: Mapping[str, Any] = json.loads(line)
            if raw["before"] != self._last or raw["number"] != number:
                raise ValueError(number)
            changes = tuple(Change(*each) for each in raw["changes"])
            entry = Entry(
                number,
                raw["time"],
                raw["by"],
                raw["action"],
                changes,
                raw["book"],
                raw["reason"],
                raw["content"],
            )
        except (ValueError, KeyError, TypeError):
            raise HistoryError.broken(self.path, number) from None
        self._entries.append(entry)
        self._last = hashlib.sha256(line).hexdigest()[:16]


def values_after(entries: Iterable[Entry]) -> dict[Key, str]:
    """Return what stands in the sheet after these entries; blanks are left out.

    Examples
    --------
    >>> first = Entry(1, "", "J01", "change", (Change("C01", "1.1", None, "8"),))
    >>> values_after([first, Entry(2, "", "J01", "change", (Change("C01", "1.1", "8", None),))])
    {}
    """
    values: dict[Key, str] = {}
    for entry in entries:
        for change in entry.changes:
            if change.new in (None, ""):
                values.pop((change.college, change.key), None)
            else:
                values[change.college, change.key] = str(change.new)
    return values


def _write_all(stream: int, content: bytes) -> None:
    while content:
        content = content[os.write(stream, content) :]
