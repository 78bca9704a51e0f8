"""What can be told about a year without opening a workbook: its snapshots, checks and reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from evalkit.reports.clock import beijing
from evalkit.reports.manifest import Manifest, Run
from evalkit.schedule.diary import Diary
from evalkit.schedule.semesters import KEYS, Semesters, semesters_of
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["Record", "SnapshotFacts", "day_of", "record_of"]

_CAME = ("按时完成", "迟交")
"""What the centre notes of a task that was done (X01)."""


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """What the newest snapshot of a year says; the last four count colleges.

    Attributes
    ----------
    snapshot : str
        Its id.
    days : dict
        Semester dates as the centre's sheet gives them.
    colleges : int
        Those that are assessed.
    ledgers, head_forms, plans, summaries : int
        From which this came.
    """

    snapshot: str
    days: dict[str, str]
    colleges: int
    ledgers: int
    head_forms: int
    plans: int
    summaries: int


@dataclass(frozen=True, slots=True)
class Record:
    """What can be told about a year.

    Attributes
    ----------
    year : AcademicYear
        The year.
    semesters : Semesters
        Given, or assumed.
    facts : SnapshotFacts, optional
        Of the newest snapshot.
    inputs : bool
        Whether its folder holds any file.
    looked : tuple of date
        Days of the checks, and of the runs that brought all reports up to date.
    checked : str, optional
        Id of the snapshot that was checked last.
    reported : str, optional
        Id of the snapshot to which the last run brought all reports; ``None`` if it did not.
    """

    year: AcademicYear
    semesters: Semesters
    facts: SnapshotFacts | None
    inputs: bool
    looked: tuple[date, ...]
    checked: str | None
    reported: str | None


def record_of(space: Workspace, year: AcademicYear, diary: Diary) -> Record:
    """Return what can be told about a year; `diary` spares reading the same snapshot again."""
    facts = _snapshot_facts(space.snapshots / year.name, year, diary)
    manifest = Manifest.read(space.reports / year.name)
    checks = _checks(space.snapshots / year.name)
    runs = [run.moment for run in manifest.runs if _is_complete(run, manifest)]
    return Record(
        year,
        semesters_of(facts.days if facts is not None else {}, year),
        facts,
        _has_inputs(space.inputs(year)),
        tuple(sorted({day_of(moment) for moment in (*runs, *(time for _, time in checks))})),
        checks[-1][0] if checks else None,
        _reported(manifest, year),
    )


def day_of(moment: datetime) -> date:
    """Return the day that it is in China at a moment."""
    return date.fromisoformat(beijing(moment)[:10])


def _has_inputs(folder: Path) -> bool:
    """Whether there is any file that the intake would not pass over."""
    return folder.is_dir() and any(
        path.is_file()
        and not path.name.startswith((".", "~"))
        and path.suffix.casefold() not in (".md", ".tmp")
        for path in folder.iterdir()
    )


def _snapshot_facts(folder: Path, year: AcademicYear, diary: Diary) -> SnapshotFacts | None:
    manifests = folder.glob("[!.]*/manifest.json")
    newest = max(manifests, key=lambda path: (path.stat().st_mtime_ns, str(path)), default=None)
    if newest is None:
        return None
    known = diary.snapshots.get(year.name, {})
    if known.get("snapshot") == newest.parent.name:
        try:
            return SnapshotFacts(**known)
        except TypeError:  # of another version
            pass
    try:
        facts = _read_snapshot(newest)
    except (OSError, ValueError, KeyError, TypeError):  # torn, or of another version: tells nothing
        return None
    diary.snapshots[year.name] = asdict(facts)
    return facts


def _read_snapshot(path: Path) -> SnapshotFacts:
    manifest = json.loads(path.read_text(encoding="utf-8"))
    folder = path.parent
    entries = _rows(folder, "calendar_dict", "key", "value")
    tasks = _rows(folder, "centre_tasks", "college_code", "title", "status")
    return SnapshotFacts(
        snapshot=folder.name,
        days={str(row["key"]): str(row["value"]) for row in entries if row["key"] in KEYS},
        colleges=len(manifest["colleges"]),
        ledgers=len({each["code"] for each in manifest["inputs"] if each["kind"] == "college"}),
        head_forms=len({row["college_code"] for row in _rows(folder, "head_form", "college_code")}),
        plans=_came(tasks, "计划"),
        summaries=_came(tasks, "总结"),
    )


def _rows(folder: Path, table: str, *columns: str) -> list[Mapping[str, Any]]:
    path = folder / f"{table}.parquet"
    if not path.is_file():
        return []
    import pyarrow.parquet as pq  # a quarter of a second, and only for a new snapshot

    with pq.ParquetFile(path) as file:  # pq.read_table would bring pandas along
        rows: list[Mapping[str, Any]] = file.read(columns=list(columns)).to_pylist()
    return rows


def _came(tasks: Iterable[Mapping[str, Any]], word: str) -> int:
    return len(
        {
            row["college_code"]
            for row in tasks
            if "年度" in (row["title"] or "") and word in row["title"] and row["status"] in _CAME
        }
    )


def _checks(folder: Path) -> list[tuple[str, datetime]]:
    """Return snapshot and time of each check; ``intake.rounds`` would bring pandas along."""
    log = folder / "rounds.jsonl"
    found: list[tuple[str, datetime]] = []
    for line in log.read_text(encoding="utf-8").splitlines() if log.is_file() else ():
        try:
            entry = json.loads(line)
            found.append((str(entry["snapshot"]), datetime.fromisoformat(entry["time"])))
        except (ValueError, TypeError, KeyError):
            continue
    return found


def _reported(manifest: Manifest, year: AcademicYear) -> str | None:
    """Return the snapshot of the last run, if all reports are as it would have them.

    A report's own entry does not tell: one that nothing has changed for keeps its old snapshot.
    """
    if not manifest.runs or not _is_complete(manifest.runs[-1], manifest):
        return None
    if any(entry.status != "made" for entry in manifest.entries.values()):
        return None
    snapshot = manifest.facts.get("snapshots", {}).get(year.name)
    return None if snapshot is None else str(snapshot)


def _is_complete(run: Run, manifest: Manifest) -> bool:
    return (run.status, run.failed) == ("done", 0) and run.due + run.kept >= len(manifest.entries)
