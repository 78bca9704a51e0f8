"""What came of a report: its files, or the reason why there are none; its line in the manifest."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.engine.warm import Outcome
from evalkit.outputs import write_bytes
from evalkit.reports.fingerprint import sha256_of
from evalkit.reports.manifest import Entry
from evalkit.reports.material import Material
from evalkit.reports.plan import Job
from evalkit.reports.raw_tables import has_raw_tables
from evalkit.reports.survey import Due, Survey

if TYPE_CHECKING:
    from evalkit.privacy.gate import Gate  # slow to import, and often nothing is due

__all__ = ["Made", "entry_of", "settle"]

_NOT_KEPT = "（运行过的 notebook 里有不该公开的内容，没有保留。）"


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one report.

    Attributes
    ----------
    job : Job
        The report.
    files : tuple of Path
        What was written; of a failed report the notebook with the error, if there is one.
    error : str, optional
        Why it was not made, in Chinese.
    detail : str
        For whoever looks after the program: traceback, what a dying process left.
    seconds : float
        How long it took.
    peak : int, optional
        Bytes of memory that it took, where the system tells.
    """

    job: Job
    files: tuple[Path, ...]
    error: str | None
    detail: str
    seconds: float
    peak: int | None


def settle(job: Job, outcome: Outcome, folder: Path, journal: Path, gate: Gate) -> Made:
    """Put the folder in order after a report's process has ended, and say what came of it.

    Of a report that failed only the notebook with the error is left: files of an earlier run are
    removed, so that nobody takes them for new. Where it names a person it is not left either, and
    what is told is masked.
    """
    failed = folder / job.failed_file
    if outcome.status == "done":
        failed.unlink(missing_ok=True)
        files = tuple(folder / file for file in job.files)
        return Made(job, files, None, "", outcome.seconds, outcome.peak)
    for file in job.files:
        (folder / file).unlink(missing_ok=True)
    message, detail = gate.masked(outcome.message), gate.masked(outcome.detail)
    if not failed.is_file() and journal.is_file():
        from evalkit.engine.execute import rebuild  # needs papermill

        with suppress(ValueError):  # it died before it had begun
            notebook = rebuild(journal, outcome.message, outcome.detail)
            content = _notebook_bytes(notebook)
            if has_raw_tables(notebook) or gate.look({failed.name: content}):
                message += _NOT_KEPT
            else:
                write_bytes(failed, content)
    files = (failed,) if failed.is_file() else ()
    return Made(job, files, message, detail, outcome.seconds, outcome.peak)


def entry_of(due: Due, made: Made, found: Survey, started: str) -> Entry:
    """Return what the manifest says about a report."""
    job = due.job
    return Entry(
        title=job.title,
        status="made" if made.error is None else "failed",
        message=made.error or "",
        notebook="" if job.notebook is None else job.notebook.name,
        parameters=job.parameters,
        fingerprint={
            "digest": due.fingerprint.digest,
            "data": due.fingerprint.data,
            "parts": dict(due.fingerprint.parts),
        },
        snapshots=dict(found.material.snapshots),
        inputs=_inputs(job, found.material),
        outputs=tuple(
            {"file": file.name, "size": file.stat().st_size, "sha256": sha256_of(file)}
            for file in made.files
        ),
        started=started,
        seconds=round(made.seconds, 2),
        peak_mb=None if made.peak is None else round(made.peak / 2**20),
    )


def _inputs(job: Job, material: Material) -> dict[str, str]:
    """Return the files that a report reads: of a college, not the ledgers of the others."""
    return {
        f"{item['year']}/{item['file']}": item["sha256"]
        for item in material.inputs
        if job.college is None or item["kind"] != "college" or item["code"] == job.college
    }


def _notebook_bytes(notebook: object) -> bytes:
    import nbformat

    text: str = nbformat.writes(notebook)
    return f"{text}\n".encode()
