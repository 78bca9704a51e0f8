"""manifest.json: what was made, from what, by which rules and versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from evalkit.assessment import Assessment
from evalkit.outputs import write_text
from evalkit.reports.execute import Made

__all__ = ["write_manifest"]

PACKAGES = ("evalkit", "matplotlib", "nbconvert", "openpyxl", "pandas", "papermill")


def write_manifest(
    path: Path,
    assessment: Assessment,
    made: Sequence[Made],
    summary: Path | None,
    *,
    started: datetime,
    seconds: float,
) -> Path:
    """Write the manifest; the only place where times are kept.

    Reports of an earlier run that this run was not asked for keep their entries as long as their
    files are still the same.
    """
    reports = _kept(path, {result.job.name for result in made})
    reports |= {result.job.name: _report(result, path.parent) for result in made}
    content = {
        "school": assessment.workspace.school,
        "academic_year": assessment.year.name,
        "fictional": assessment.workspace.fictional,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "snapshots": {year.name: snap.id for year, snap in assessment.snapshots.items()},
        "inputs": assessment.snapshot.manifest["inputs"],
        "rubric": assessment.snapshot.manifest["rubric"],
        "ledger": assessment.snapshot.manifest["ledger"],
        "audience": assessment.audience.id,
        "findings": assessment.snapshot.manifest["findings"],
        "versions": {name: version(name) for name in PACKAGES},
        "summary": None if summary is None else _file(summary),
        "reports": dict(sorted(reports.items())),
    }
    return write_text(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _report(made: Made, folder: Path) -> dict[str, object]:
    return {
        "title": made.job.title,
        "status": "made" if made.error is None else "failed",
        "error": made.error,
        "notebook": made.job.notebook.name,
        "notebook_sha256": _sha256(made.job.notebook),
        "parameters": made.job.parameters,
        "seconds": round(made.seconds, 2),
        "outputs": [_file(file) for file in made.files if file.parent == folder],
    }


def _kept(path: Path, replaced: set[str]) -> dict[str, object]:
    try:
        before = json.loads(path.read_text(encoding="utf-8"))["reports"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {
        name: entry
        for name, entry in before.items()
        if name not in replaced
        and entry["outputs"]
        and all(_unchanged(path.parent, output) for output in entry["outputs"])
    }


def _unchanged(folder: Path, output: dict[str, str]) -> bool:
    file = folder / output["file"]
    return file.is_file() and _sha256(file) == output["sha256"]


def _file(path: Path) -> dict[str, str]:
    return {"file": path.name, "sha256": _sha256(path)}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
