"""Which workbooks list no student, so that they need not be opened for each run.

Kept are digests of such files, and the names of staff in them, which documents may hold. A file
that names a student is read each time: no student's name is written down anywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from evalkit.ledger import Ledger
from evalkit.outputs import owner_only, write_text

__all__ = ["RosterMemory"]

_FORMAT = 1
"""Raised when the same workbook would give other names."""


class RosterMemory:
    """What is remembered of workbooks without students.

    Parameters
    ----------
    path : Path
        The file; it may be absent, torn, or of other rules: then nothing is remembered.
    ledger : Ledger
        By it names of staff are told from those of students.
    """

    def __init__(self, path: Path, ledger: Ledger) -> None:
        self._path = path
        self._rules = hashlib.sha256(ledger.model_dump_json().encode()).hexdigest()
        self._known: dict[str, list[str]] = {}
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            if (kept["format"], kept["rules"]) == (_FORMAT, self._rules):
                self._known = {str(key): list(map(str, names)) for key, names in kept["files"]}
        except (OSError, ValueError, KeyError, TypeError):
            self._known = {}

    def staff(self, digest: str) -> frozenset[str] | None:
        """Return the names of staff in a file without students; ``None`` if it has to be read."""
        names = self._known.get(digest)
        return None if names is None else frozenset(names)

    def keep(self, found: Sequence[tuple[str, frozenset[str]]]) -> None:
        """Remember these files without students, by digest, and forget all others."""
        files = sorted((digest, sorted(names)) for digest, names in found)
        if dict(files) != self._known:
            content = {"format": _FORMAT, "rules": self._rules, "files": files}
            with owner_only():
                write_text(self._path, json.dumps(content, ensure_ascii=False) + "\n")
