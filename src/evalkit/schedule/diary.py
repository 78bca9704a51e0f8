"""What the schedule remembers: what a timer has done, who was reminded, what a snapshot says.

It is kept in ``<snapshots>/schedule.json``. Whatever cannot be read is taken for not remembered:
things are then looked up, or done, once more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from evalkit.outputs import write_text
from evalkit.workspace import Workspace

__all__ = ["FILE", "Diary"]

FILE = "schedule.json"
FORMAT = 1


@dataclass
class Diary:
    """The schedule's memory of a workspace.

    Attributes
    ----------
    done, reminded : dict
        Name of an item → day on which a timer did it, or people were reminded of it (ISO).
    snapshots : dict
        Academic year → what its newest snapshot says (see :mod:`evalkit.schedule.record`).
    """

    path: Path
    done: dict[str, str] = field(default_factory=dict)
    reminded: dict[str, str] = field(default_factory=dict)
    snapshots: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, space: Workspace) -> Diary:
        """Read a workspace's diary; an empty one if there is none that can be used."""
        path = space.snapshots / FILE
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                return cls(path)
            parts = [dict(content[key]) for key in ("done", "reminded", "snapshots")]
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path)
        return cls(path, *parts)

    def note_done(self, name: str, on: date) -> None:
        """Note that an item was done."""
        self.done[name] = on.isoformat()

    def note_reminded(self, name: str, on: date) -> None:
        """Note that people were reminded of an item."""
        self.reminded[name] = on.isoformat()

    def write(self) -> None:
        """Write it, whole or not at all."""
        content = {
            "format": FORMAT,
            "done": self.done,
            "reminded": self.reminded,
            "snapshots": self.snapshots,
        }
        write_text(self.path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
