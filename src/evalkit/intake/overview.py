"""A checked year at a glance: who handed in, what is wrong with it, how usable it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from evalkit.findings import Finding, Severity
from evalkit.intake.quality import college_quality, sheet_quality
from evalkit.intake.snapshot import Snapshot
from evalkit.ledger import Ledger

__all__ = ["Overview", "Sender", "SenderKind", "Senders", "State", "overview"]

SenderKind = Literal["college", "centre", "judge", "other"]
State = Literal["齐全", "待更正", "未交"]

_KINDS: tuple[SenderKind, ...] = ("college", "centre", "judge", "other")
_CODE = re.compile(r"(?<![A-Za-z0-9])([CJ]\d{2,})(?![0-9])", re.ASCII)
_CELL = re.compile(r"([A-Z]{1,3})(\d+)|第 ?(\d+) ?行")
_Key = tuple[SenderKind, str]


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever hands in: a college, the centre, a judge; ``other`` are files of unknown origin.

    ``score`` is the data quality, which only colleges have. ``state`` is 未交 if nothing came,
    待更正 if an error is open, a core sheet is missing or a file's origin is unknown, else 齐全.
    """

    kind: SenderKind
    code: str
    name: str
    files: tuple[str, ...]
    errors: int
    warnings: int
    infos: int
    score: float | None
    state: State

    @property
    def title(self) -> str:
        """Code and name, as people call it."""
        return f"{self.code} {self.name}".strip()


class Senders:
    """Tells whose a file is."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.colleges: dict[str, str] = {c["code"]: c["name"] for c in manifest["colleges"]}
        self._known: dict[str, _Key] = {
            item["file"]: (item["kind"], item["code"]) for item in manifest["inputs"]
        }

    @property
    def files(self) -> Mapping[str, _Key]:
        """Kind and code of each file that was read."""
        return self._known

    def of(self, file: str) -> _Key:
        """Return kind and code: by what was read, else by what the file's name says."""
        if file in self._known:
            return self._known[file]
        code = _CODE.search(file)
        if code is not None and code[1] in self.colleges:
            return "college", code[1]
        if code is not None and code[1].startswith("J"):
            return "judge", code[1]
        return ("centre", "") if file.startswith("校级") else ("other", "")

    def titled(self, college: object) -> str:
        """Return a college's code and name."""
        return f"{college} {self.colleges.get(str(college), '')}".strip()

    def name(self, key: _Key) -> str:
        """Return what the sender is called."""
        kind, code = key
        names = {"centre": "校级材料", "judge": "评委", "other": "其他文件"}
        return self.colleges.get(code, "") if kind == "college" else names[kind]


@dataclass(frozen=True)
class Overview:
    """What :func:`overview` returns.

    Attributes
    ----------
    snapshot : Snapshot
        The year.
    senders : tuple of Sender
        Colleges in their order, then the centre, the judges, and files of unknown origin.
    quality : DataFrame
        Of the colleges among them (see :func:`evalkit.intake.quality.sheet_quality`).
    findings : tuple of Finding
        By sender, file and sheet; in a sheet errors come first, then from the top down.
    n_files : int
        How many files were read.
    """

    snapshot: Snapshot
    senders: tuple[Sender, ...]
    quality: pd.DataFrame
    findings: tuple[Finding, ...]
    n_files: int

    @cached_property
    def owners(self) -> Senders:
        """Tells whose a file is."""
        return Senders(self.snapshot.manifest)

    def count(self, severity: Severity) -> int:
        """Return the number of findings of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def in_order(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return findings in the order in which this overview has its own."""
        return tuple(sorted(findings, key=lambda f: _order(f, self.owners)))


def overview(snapshot: Snapshot, ledger: Ledger, codes: Collection[str] = ()) -> Overview:
    """Sum up a snapshot for the centre.

    Parameters
    ----------
    snapshot : Snapshot
        The year.
    ledger : Ledger
        The definition by which it was read.
    codes : collection of str
        Colleges to look at; if empty, everybody who handed in or should have.
    """
    owners = Senders(snapshot.manifest)
    quality = sheet_quality(snapshot.manifest, snapshot.findings, ledger)
    findings = snapshot.findings
    if codes:
        findings = tuple(f for f in findings if _is_of(owners.of(f.location.file), codes))
        quality = quality[quality["college_code"].isin([*codes])].reset_index(drop=True)
    inputs = [file for file, key in owners.files.items() if not codes or _is_of(key, codes)]
    ordered = tuple(sorted(findings, key=lambda f: _order(f, owners)))
    return Overview(
        snapshot, tuple(_senders(owners, inputs, ordered, quality, codes)), quality, ordered,
        len(inputs),
    )  # fmt: skip


def _is_of(key: _Key, codes: Collection[str]) -> bool:
    return key[0] == "college" and key[1] in codes


def _senders(
    owners: Senders,
    inputs: Iterable[str],
    findings: Iterable[Finding],
    quality: pd.DataFrame,
    codes: Collection[str],
) -> Iterable[Sender]:
    by_sender: dict[_Key, list[Finding]] = {
        ("college", code): [] for code in owners.colleges if not codes or code in codes
    }
    files: dict[_Key, list[str]] = {}
    for file in inputs:
        files.setdefault(owners.of(file), []).append(file)
        by_sender.setdefault(owners.of(file), [])
    for finding in findings:
        by_sender.setdefault(owners.of(finding.location.file), []).append(finding)
    scores = college_quality(quality).set_index("college_code")["score"]
    lacking = quality[quality["core"] & (quality["state"] == "missing")]["college_code"]
    incomplete = {*lacking}
    for key in sorted(by_sender, key=lambda key: _KINDS.index(key[0])):
        own = by_sender[key]
        errors, warnings, infos = (sum(f.severity is s for f in own) for s in Severity)
        kind, code = key
        score = scores.get(code) if kind == "college" else None
        state: State = "齐全"
        if kind == "college" and key not in files and all(f.code == "F03" for f in own):
            state = "未交"
        elif errors or kind == "other" or (kind == "college" and code in incomplete):
            state = "待更正"
        yield Sender(
            kind, code, owners.name(key), tuple(files.get(key, ())), errors, warnings, infos,
            None if pd.isna(score) else float(score), state,
        )  # fmt: skip


def _order(finding: Finding, owners: Senders) -> tuple[object, ...]:
    where = finding.location
    kind, code = owners.of(where.file)
    colleges = [*owners.colleges]
    place = colleges.index(code) if kind == "college" else 0
    match = _CELL.fullmatch(where.cell or "")
    row, column = (int(match[2] or match[3]), match[1] or "") if match else (0, "")
    return (
        _KINDS.index(kind), place, code, where.file, where.sheet or "",
        [*Severity].index(finding.severity), row, len(column), column, finding.code, finding.what,
    )  # fmt: skip
