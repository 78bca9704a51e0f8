"""Rounds of correction: which snapshots of a year there were, and when.

Snapshots hold no times, so that the same inputs give the same bytes. When each was first seen
stands beside them, in ``<snapshots>/<year>/rounds.jsonl``: one line a round, with ``snapshot`` and
``time``. A round's number is its place in that file. Lines are only ever appended, each by one
write, so that two processes cannot spoil one another's; the reader passes over a line that was
torn, and over one that repeats the snapshot before it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from evalkit.errors import NoDataError, UnknownNameError
from evalkit.intake.snapshot import Snapshot
from evalkit.workspace import AcademicYear

__all__ = ["Round", "find_round", "list_rounds", "record_round"]

LOG = "rounds.jsonl"
_BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Round:
    """One state of a year's inputs, and when it was first checked (UTC)."""

    number: int
    snapshot: str
    time: datetime
    folder: Path
    """Of the snapshot."""

    @property
    def beijing(self) -> str:
        """The time as clocks in China show it, wherever the program runs."""
        return f"{self.time.astimezone(_BEIJING):%Y-%m-%d %H:%M}"

    def open(self) -> Snapshot:
        """Return the round's snapshot.

        Raises
        ------
        NoDataError
            If it has been deleted.
        """
        manifest = self.folder / "manifest.json"
        if not manifest.is_file():
            raise NoDataError(
                f"第 {self.number} 轮的快照 {self.snapshot} 已经不在 {self.folder.parent} 中，"
                "无法查看。请从备份恢复这个文件夹，或换一轮比较。"
            )
        content = json.loads(manifest.read_text(encoding="utf-8"))
        year = AcademicYear.parse(content["academic_year"])
        return Snapshot(self.snapshot, year, self.folder, content)


def record_round(folder: Path, snapshot: str, *, now: datetime | None = None) -> Round:
    """Note that a snapshot is the present state of a year, unless it was so already.

    Parameters
    ----------
    folder : Path
        The year's folder of snapshots.
    snapshot : str
        Its id.
    now : datetime, optional
        The time to note; the present time if not given.
    """
    known = list_rounds(folder)
    if not known or known[-1].snapshot != snapshot:
        time = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        line = json.dumps({"snapshot": snapshot, "time": time}) + "\n"
        _append(folder / LOG, line)
        known = list_rounds(folder)
    return next(found for found in reversed(known) if found.snapshot == snapshot)


def list_rounds(folder: Path) -> tuple[Round, ...]:
    """Return the rounds of a year, the first one first; none if nothing was ever noted."""
    log = folder / LOG
    rounds: list[Round] = []
    for line in log.read_text(encoding="utf-8").splitlines() if log.is_file() else ():
        try:
            entry = json.loads(line)
            snapshot, time = str(entry["snapshot"]), datetime.fromisoformat(entry["time"])
        except (ValueError, TypeError, KeyError):
            continue
        if not rounds or rounds[-1].snapshot != snapshot:
            rounds.append(Round(len(rounds) + 1, snapshot, time, folder / snapshot))
    return tuple(rounds)


def find_round(rounds: Sequence[Round], wanted: str) -> Round:
    """Return the round of this number, or whose snapshot's id begins so.

    Raises
    ------
    UnknownNameError
        If there is none, or more than one snapshot begins so.
    """
    by_number = [found for found in rounds if str(found.number) == wanted]
    by_id = [found for found in rounds if wanted and found.snapshot.startswith(wanted.lower())]
    found = by_number or by_id
    if len({item.snapshot for item in found}) == 1:
        return found[-1]
    mend = "请写轮次的序号，或快照编号的前几位；不止一个快照这样开头时请多写几位。"
    listed = [f"{item.number} {item.snapshot}" for item in rounds]
    raise UnknownNameError.of("轮次", wanted, listed, mend)


def _append(log: Path, line: str) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    # A line that was torn before must not swallow this one.
    torn = log.is_file() and not log.read_bytes().endswith(b"\n") and log.stat().st_size > 0
    stream = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(stream, f"\n{line}".encode() if torn else line.encode())
    finally:
        os.close(stream)
