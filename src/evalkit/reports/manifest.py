"""manifest.json: what was made, from what, by which rules and versions, and when.

It is the only file of a packet that holds times. It is written anew after each report, whole or not
at all, so that a run that was broken off goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from evalkit.outputs import write_text

__all__ = ["FILE", "Entry", "Manifest", "Run"]

FILE = "manifest.json"
FORMAT = 2
RUNS = 20
"""How many runs are remembered."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says about one report.

    Attributes
    ----------
    title : str
        Headline.
    status : str
        ``made`` or ``failed``.
    message : str
        Why it failed, in Chinese; empty if it was made.
    notebook : str
        File name of the template; empty for the workbook.
    parameters : dict
        What it was run with.
    fingerprint : dict
        ``digest`` of all, ``data`` (what is printed in the report), and the named ``parts``.
    snapshots : dict
        Year → id of the snapshot from which it was made.
    inputs : dict
        ``<year>/<file>`` → hash, of the files that it reads.
    outputs : tuple of dict
        ``file``, ``size``, ``sha256`` of what was written.
    started : str
        When (UTC).
    seconds : float
        How long it took.
    peak_mb : int, optional
        Memory that it took, where the system tells.
    """

    title: str
    status: str
    message: str
    notebook: str
    parameters: Mapping[str, str]
    fingerprint: Mapping[str, Any]
    snapshots: Mapping[str, str]
    inputs: Mapping[str, str]
    outputs: Sequence[Mapping[str, Any]]
    started: str
    seconds: float
    peak_mb: int | None

    def plain(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def parts(self) -> Mapping[str, str]:
        """The named parts of the fingerprint."""
        parts: Mapping[str, str] = self.fingerprint["parts"]
        return parts


@dataclass(slots=True)
class Run:
    """One run of the command.

    ``status``: ``running``, ``done``, ``interrupted`` or ``failed`` (before the reports' turn
    came). A run that is ``running`` while nobody holds the folder was killed.
    """

    started: str
    host: str
    pid: int
    due: int
    kept: int
    made: int = 0
    failed: int = 0
    seconds: float = 0.0
    status: str = "running"

    @property
    def moment(self) -> datetime:
        """When it began."""
        return datetime.fromisoformat(self.started)

    def plain(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass
class Manifest:
    """The manifest of a folder of reports."""

    path: Path
    facts: dict[str, Any] = field(default_factory=lambda: {"format": FORMAT})
    runs: list[Run] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    _lines: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a folder; an empty one if there is none that can be used."""
        path = folder / FILE
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                return cls(path)
            entries = {name: Entry(**entry) for name, entry in content.pop("reports").items()}
            runs = [Run(**run) for run in content.pop("runs")]
        except (OSError, ValueError, KeyError, TypeError):  # none yet: everything is made
            return cls(path)
        return cls(path, content, runs, entries)

    def put(self, name: str, entry: Entry) -> None:
        """Note what became of a report."""
        self.entries[name] = entry
        self._lines.pop(name, None)

    def drop(self, name: str) -> Entry:
        """Forget a report."""
        self._lines.pop(name, None)
        return self.entries.pop(name)

    def write(self) -> Path:
        """Write it, one line a report and a run."""
        self.runs = self.runs[-RUNS:]
        for name, entry in self.entries.items():
            if name not in self._lines:
                self._lines[name] = f"  {_text(name)}: {_text(entry.plain())}"
        head = json.dumps(self.facts, ensure_ascii=False, indent=1)[1:-2]
        runs = ",\n".join(f"  {_text(run.plain())}" for run in self.runs)
        reports = ",\n".join(self._lines[name] for name in sorted(self.entries))
        content = f'{{{head},\n "runs": [\n{runs}\n ],\n "reports": {{\n{reports}\n }}\n}}\n'
        return write_text(self.path, content)


def _text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
