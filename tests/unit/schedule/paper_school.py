"""A school's workspace whose snapshots, checks and runs are what the test says."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import dedent

import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.workspace import Workspace

CALENDAR = {
    "sem1_start": "2024-09-02",
    "sem1_end": "2025-01-12",
    "sem2_start": "2025-02-17",
    "sem2_end": "2025-07-06",
}


@dataclass
class School:
    """A workspace under construction."""

    root: Path
    settings: str = ""

    @property
    def space(self) -> Workspace:
        text = f'[school]\nname = "社区大学"\n{dedent(self.settings)}'
        (self.root / "evalkit.toml").write_text(text, encoding="utf-8")
        return Workspace.find(self.root)

    def hand_in(self, year: str = "2024-2025") -> None:
        folder = self.root / "data" / year
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"台账_{year}_C01.xlsx").write_bytes(b"x")

    def freeze(
        self,
        snapshot: str = "aaaaaaaaaaaa",
        year: str = "2024-2025",
        *,
        colleges: int = 3,
        calendar: Mapping[str, str] = CALENDAR,
        ledgers: Sequence[str] = (),
        head_forms: Sequence[str] = (),
        tasks: Sequence[tuple[str, str, str]] = (),
        seen: int = 1,
    ) -> None:
        """Leave a snapshot; the one with the highest `seen` is the newest."""
        folder = self.root / ".evalkit" / "snapshots" / year / snapshot
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "calendar_dict.parquet", [*calendar.items()], "key", "value")
        _write(folder / "head_form.parquet", [(code,) for code in head_forms], "college_code")
        _write(folder / "centre_tasks.parquet", tasks, "college_code", "title", "status")
        manifest = folder / "manifest.json"
        content = {
            "colleges": [{"code": f"C{n:02d}"} for n in range(1, colleges + 1)],
            "inputs": [{"kind": "college", "code": code} for code in ledgers]
            + [{"kind": "centre", "code": ""}],
        }
        manifest.write_text(json.dumps(content), encoding="utf-8")
        os.utime(manifest, (seen, seen))

    def check(self, day: str, snapshot: str = "aaaaaaaaaaaa", year: str = "2024-2025") -> None:
        """Note a check on the morning of a day in China, when it is still night in Greenwich."""
        log = self.root / ".evalkit" / "snapshots" / year / "rounds.jsonl"
        log.parent.mkdir(parents=True, exist_ok=True)
        before = date.fromordinal(date.fromisoformat(day).toordinal() - 1)
        line = json.dumps({"snapshot": snapshot, "time": f"{before}T22:30:00+00:00"})
        with log.open("a", encoding="utf-8") as stream:
            stream.write(f"{line}\n")

    def report(
        self,
        day: str,
        snapshot: str = "aaaaaaaaaaaa",
        year: str = "2024-2025",
        *,
        status: str = "done",
        due: int = 2,
        failed: int = 0,
    ) -> None:
        """Note a run of ``evalkit report`` on a folder of two reports."""
        folder = self.root / "reports" / year
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "manifest.json"
        runs = json.loads(path.read_text())["runs"] if path.is_file() else []
        run = {
            "started": f"{day}T02:00:00+00:00", "host": "h", "pid": 1, "due": due, "kept": 0,
            "made": due - failed, "failed": failed, "seconds": 1.0, "status": status,
        }  # fmt: skip
        entry = {
            "title": "", "status": "made", "message": "", "notebook": "", "parameters": {},
            "fingerprint": {"parts": {}, "digest": "", "data": ""}, "snapshots": {year: "0"},
            "inputs": {}, "outputs": [], "started": "", "seconds": 1.0, "peak_mb": None,
        }  # fmt: skip
        bad = {**entry, "status": "failed"}
        content = {
            "format": 2, "snapshots": {year: snapshot}, "runs": [*runs, run],
            "reports": {"学校报告": entry, "汇总": bad if failed else entry},
        }  # fmt: skip
        path.write_text(json.dumps(content), encoding="utf-8")


def _write(path: Path, rows: Sequence[tuple[str, ...]], *columns: str) -> None:
    arrays = [pa.array([row[n] for row in rows], pa.string()) for n in range(len(columns))]
    pq.write_table(pa.table(dict(zip(columns, arrays, strict=True))), path)
