"""What a report was made from, in named parts, and why it has to be made again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.audiences import INTERNAL
from evalkit.reports.material import (
    SCHOOL_READS,
    Material,
    digest,
    ledger_digest,
    rubric_digest,
)
from evalkit.reports.plan import Job
from evalkit.reports.program import policy_digest, program_digest, versions
from evalkit.reports.scope import Scope, scope_of
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["Fingerprint", "changes", "damage", "fingerprints", "sha256_of"]

_PACKAGE = "package:"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a report is made from.

    Attributes
    ----------
    parts : mapping
        Name of the part → hash, or version of a package. ``own:<year>``, ``shared``,
        ``school:<year>`` are what it reads of the snapshots.
    data : str
        Twelve hexadecimal digits that stand for the parts which come from the snapshots, printed
        in the report. Reports that nothing has changed for keep theirs when other files change.
    digest : str
        Of all parts.
    """

    parts: Mapping[str, str]
    data: str
    digest: str


def fingerprints(
    space: Workspace, material: Material, jobs: Sequence[Job], audience: str = INTERNAL
) -> dict[str, Fingerprint]:
    """Return the fingerprint of each report, by its name, as it would be made now."""
    common = {
        "rubric": rubric_digest(space),
        "ledger": ledger_digest(space),
        "audience": digest([audience, policy_digest()]),
        "settings": digest(_settings(space, material)),
        "program": program_digest(),
        **{_PACKAGE + name: number for name, number in versions().items()},
    }
    paths = {job.notebook for job in jobs if job.notebook is not None}
    notebooks = {path: (sha256_of(path), scope_of(path)) for path in paths}
    found = {}
    for job in jobs:
        content, scope = ("", None) if job.notebook is None else notebooks[job.notebook]
        data = _data(material, job, scope)
        parts = {
            "notebook": content,
            "parameters": digest([job.parameters, job.title]),
            "formats": digest(job.files),
            **data,
            **common,
        }
        found[job.name] = Fingerprint(parts, digest(data)[:12], digest(parts))
    return found


def _data(material: Material, job: Job, scope: Scope | None) -> dict[str, str]:
    """Return the parts of the snapshots that a report reads."""
    own = dict(material.reads[job.college or SCHOOL_READS])
    if job.college is None:
        return own
    if scope == "own":
        own.pop("compared", None)
    return own if scope != "everything" else {**own, **material.reads[SCHOOL_READS]}


def changes(job: Job, now: Mapping[str, str], before: Mapping[str, str]) -> tuple[str, ...]:
    """Say what has changed since a report was made: one Chinese phrase for each thing.

    Parameters
    ----------
    job : Job
        The report.
    now, before : mapping
        Parts of its fingerprint.
    """
    changed = [name for name in dict.fromkeys([*now, *before]) if now.get(name) != before.get(name)]
    phrases = []
    for name in changed:
        kind, _, detail = name.partition(":")
        if name.startswith(_PACKAGE):
            phrases.append(f"{detail} 的版本由 {before.get(name, '无')} 变为 {now.get(name, '无')}")
        else:
            notebook = "" if job.notebook is None else job.notebook.name
            phrases.append(_PHRASES[kind].format(year=detail, notebook=notebook))
    return tuple(phrases)


_PHRASES = {
    "notebook": "报告模板 {notebook} 有改动",
    "parameters": "报告的参数或标题有变化",
    "formats": "要输出的文件有变化",
    "own": "本学院 {year} 学年的数据有变化",
    "hidden": "按隐私规则要隐去的人数有变化",
    "compared": "与其他学院的比较（全校中位数、范围等）有变化",
    "shared": "评审组评分或全校共用的数据有变化",
    "school": "全校 {year} 学年的数据有变化",
    "rubric": "考核办法有改动",
    "ledger": "台账定义有改动",
    "audience": "读者范围的规则有改动",
    "settings": "工作区设置有变化",
    "program": "evalkit 程序有更新",
}


def damage(folder: Path, outputs: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Say which of a report's files are no longer what was written; empty if all are."""
    phrases = []
    for output in outputs:
        file = folder / output["file"]
        if not file.is_file():
            phrases.append(f"文件 {file.name} 不在了")
        elif file.stat().st_size != output["size"] or sha256_of(file) != output["sha256"]:
            phrases.append(f"文件 {file.name} 被改动过")
    return tuple(phrases)


def sha256_of(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _settings(space: Workspace, material: Material) -> list[object]:
    """Return the settings that a report shows or follows."""
    years = {name: space.status(AcademicYear.parse(name)) for name in material.snapshots}
    return [space.school, space.centre, space.fictional, years]
