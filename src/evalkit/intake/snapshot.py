"""What was read and accepted for a year, frozen: every later step reads this and no workbook.

A snapshot is a folder ``<snapshots>/<year>/<id>`` with one Parquet file a table and a
``manifest.json``. Its id is a hash of the inputs' bytes and of the rules by which they were read,
so equal inputs give the same snapshot, and a changed input gives a new one beside the old.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.errors import EvalkitError, NoDataError
from evalkit.findings import Finding, Location, Severity
from evalkit.intake.files import Candidate, list_files
from evalkit.intake.frames import PROVENANCE
from evalkit.intake.seals import seals_digest
from evalkit.intake.year import LastYear, YearIntake, read_year
from evalkit.ledger import Ledger, load_ledger
from evalkit.outputs import owner_only, write_text
from evalkit.rubric import Rubric, ScoreSheet, load_rubric
from evalkit.workspace import AcademicYear, College, Workspace

__all__ = ["LockedSnapshotsError", "Snapshot", "freeze"]

FORMAT = 3
"""Raised when the same inputs would give other tables; old snapshots are then left alone."""

CARRIED_OVER = ("class_base",)
"""Sheets against whose rows of last year this year's are held."""


class LockedSnapshotsError(EvalkitError):
    """The snapshots are encrypted: nothing is read, and no new ones are made beside them."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"数据快照已经加密（{path}），不能读取，也没有另做。请先运行 evalkit unlock 解密；"
            "用完后可以再运行 evalkit lock。"
        )


@dataclass(frozen=True)
class Snapshot:
    """A frozen year.

    Attributes
    ----------
    id : str
        Twelve hexadecimal digits, printed in every report made from it.
    folder : Path
        Where its files are.
    manifest : mapping
        Inputs with hashes, versions of the rules, colleges, judges, number of rows and findings.
    """

    id: str
    year: AcademicYear
    folder: Path
    manifest: Mapping[str, Any]

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Frame by machine name of the ledger's sheet (see ``evalkit.intake.frames``)."""
        return {name: self.table(name) for name in self.manifest["tables"]}

    def table(self, name: str) -> pd.DataFrame:
        """Read one table by its machine name."""
        path = self.folder / f"{name}.parquet"
        # Threads of the reader's would outlive it, and a process with threads cannot be forked.
        with pq.ParquetFile(path, pre_buffer=False) as file:
            table: pd.DataFrame = file.read(use_threads=False).to_pandas(use_threads=False)
        return table

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What was wrong in the inputs."""
        rows = json.loads((self.folder / "findings.json").read_text(encoding="utf-8"))
        return tuple(
            Finding(
                row["code"],
                Severity(row["severity"]),
                Location(**row["location"]),
                row["what"],
                row["value"],
                row["rule"],
                row["mend"],
            )
            for row in rows
        )

    @cached_property
    def score_sheets(self) -> tuple[ScoreSheet, ...]:
        """The accepted score sheets."""
        rows = json.loads((self.folder / "score_sheets.json").read_text(encoding="utf-8"))
        return tuple(
            ScoreSheet(
                **{
                    **row,
                    "scores": {
                        key: None if score is None else Decimal(score)
                        for key, score in row["scores"].items()
                    },
                    "total_reported": (
                        None if row["total_reported"] is None else Decimal(row["total_reported"])
                    ),
                }
            )
            for row in rows
        )

    @property
    def colleges(self) -> tuple[College, ...]:
        """The assessed colleges."""
        return tuple(College.model_validate(item) for item in self.manifest["colleges"])

    def handed_in(self, table: str) -> tuple[str, ...]:
        """Return the codes of the colleges whose workbook had this sheet, if only empty."""
        return tuple(self.manifest["handed_in"].get(table, ()))

    def files_of(self, college: str) -> frozenset[str]:
        """Return the names of a college's files; the usual one if none came."""
        files = {
            item["file"]
            for item in self.manifest["inputs"]
            if (item["kind"], item["code"]) == ("college", college)
        }
        return frozenset(files or {f"台账_{self.year}_{college}.xlsx"})

    @property
    def judges(self) -> tuple[str, ...]:
        """Codes of the judges who handed in a workbook."""
        return tuple(self.manifest["judges"])

    @property
    def returned(self) -> tuple[tuple[str, str], ...]:
        """Judge and college of each score sheet that went back."""
        return tuple((judge, college) for judge, college in self.manifest["returned"])


def freeze(
    workspace: Workspace,
    year: AcademicYear,
    *,
    ledger: Ledger | None = None,
    rubric: Rubric | None = None,
) -> Snapshot:
    """Return the snapshot of a year's inputs as they are now; make it if there is none yet.

    Raises
    ------
    LockedSnapshotsError
        If the snapshots are encrypted.
    NoDataError
        If the year's folder holds no ledger.
    DefinitionError
        If the rubric or the ledger's definition has faults.
    """
    if workspace.locked_snapshots.is_file() and not workspace.snapshots.exists():
        raise LockedSnapshotsError(workspace.locked_snapshots)
    ledger = load_ledger(workspace.ledger) if ledger is None else ledger
    rubric = load_rubric(workspace.rubric) if rubric is None else rubric
    files = list_files(workspace, year)
    last_year = _last_year(workspace, year, ledger, rubric)
    name = _identify(workspace, year, files, last_year, ledger, rubric)
    folder = workspace.snapshots / year.name / name
    if not (folder / "manifest.json").is_file():
        read = read_year(workspace, year, ledger, rubric, last_year=last_year, files=files)
        _write(folder, name, read, ledger, rubric)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return Snapshot(name, year, folder, manifest)


def _last_year(
    workspace: Workspace, year: AcademicYear, ledger: Ledger, rubric: Rubric
) -> LastYear:
    """Return what this year is held against: last year's rows of the sheets that carry over."""
    folder = workspace.inputs(year.previous)
    if not folder.is_dir():
        return {}
    try:
        snapshot = freeze(workspace, year.previous, ledger=ledger, rubric=rubric)
    except NoDataError:
        return {}
    found: dict[str, dict[str, list[dict[str, object]]]] = {}
    for name in CARRIED_OVER:
        if name not in snapshot.manifest["tables"]:
            continue
        frame = snapshot.table(name).drop(columns=list(PROVENANCE)).astype(object)
        for row in frame.where(frame.notna(), None).to_dict("records"):
            code = str(row.pop("college_code"))
            found.setdefault(code, {}).setdefault(name, []).append(
                {str(column): value for column, value in row.items()}
            )
    return found


def _identify(
    workspace: Workspace,
    year: AcademicYear,
    files: tuple[list[Candidate], list[Finding]],
    last_year: LastYear,
    ledger: Ledger,
    rubric: Rubric,
) -> str:
    candidates, others = files
    facts = {
        "format": FORMAT,
        "year": year.name,
        "inputs": {item.path.name: item.sha256 for item in candidates},
        "others": [str(finding) for finding in others],
        "last_year": _digest(json.dumps(last_year, default=str, sort_keys=True)),
        "colleges": [college.model_dump(mode="json") for college in workspace.colleges],
        "ledger": _digest(ledger.model_dump_json()),
        "rubric": _digest(rubric.model_dump_json()),
    }
    seals = seals_digest(workspace.inputs(year))
    if seals:
        facts["seals"] = seals
    return _digest(json.dumps(facts, sort_keys=True))[:12]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _write(folder: Path, name: str, read: YearIntake, ledger: Ledger, rubric: Rubric) -> None:
    """Write all files into a folder of another name, then give it its own: whole or absent."""
    with owner_only():
        _write_whole(folder, name, read, ledger, rubric)


def _write_whole(folder: Path, name: str, read: YearIntake, ledger: Ledger, rubric: Rubric) -> None:
    part = folder.with_name(f".{name}.{token_hex(4)}.part")
    part.mkdir(parents=True)
    try:
        for table, frame in read.tables.items():
            content = pa.Table.from_pandas(frame, preserve_index=False)
            pq.write_table(content, part / f"{table}.parquet", compression="zstd")
        findings = [asdict(finding) for finding in read.findings]
        write_text(part / "findings.json", _json(findings))
        write_text(part / "score_sheets.json", _json([_plain(s) for s in read.score_sheets]))
        write_text(part / "manifest.json", _json(_manifest(name, read, ledger, rubric)))
        if folder.exists():  # a torn one from before; a whole one would have been used
            shutil.rmtree(folder)
        part.rename(folder)
    except OSError:
        if not (folder / "manifest.json").is_file():
            raise  # otherwise another process has just made the same snapshot
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _manifest(name: str, read: YearIntake, ledger: Ledger, rubric: Rubric) -> dict[str, object]:
    return {
        "snapshot": name,
        "format": FORMAT,
        "academic_year": read.year.name,
        "ledger": {"version": ledger.version, "sha256": _digest(ledger.model_dump_json())},
        "rubric": {
            "id": rubric.id,
            "version": rubric.version,
            "sha256": _digest(rubric.model_dump_json()),
        },
        "inputs": [
            {"file": i.file, "kind": i.kind, "code": i.code, "sha256": i.sha256}
            for i in read.inputs
        ],
        "colleges": [college.model_dump(mode="json") for college in read.colleges],
        "judges": list(read.judges),
        "returned": [list(pair) for pair in read.returned],
        "pages": [asdict(page) for page in read.pages],
        "tables": {table: len(frame) for table, frame in read.tables.items()},
        "handed_in": {table: list(codes) for table, codes in sorted(read.handed_in.items())},
        "findings": {
            severity.value: sum(f.severity is severity for f in read.findings)
            for severity in Severity
        },
    }


def _plain(sheet: ScoreSheet) -> dict[str, object]:
    """Return an accepted score sheet as JSON keeps it: decimals as text, so nothing is lost."""
    return {
        "judge": sheet.judge,
        "college": sheet.college,
        "scores": {k: None if v is None else str(v) for k, v in sheet.scores.items()},
        "recused": sheet.recused,
        "judge_type": sheet.judge_type,
        "judge_college": sheet.judge_college,
        "total_reported": None if sheet.total_reported is None else str(sheet.total_reported),
        "comment": sheet.comment,
        "file": sheet.file,
        "sheet": sheet.sheet,
        "row": sheet.row,
        "cells": dict(sheet.cells),
    }


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
