"""What the processes that make reports are told; light, because it is written by the command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.audiences import INTERNAL
from evalkit.engine.warm import Task
from evalkit.reports.plan import Job
from evalkit.reports.survey import Survey
from evalkit.workspace import Workspace

if TYPE_CHECKING:
    from evalkit.privacy.gate import Gate  # slow to import, and often nothing is due

__all__ = ["MAKE", "WARM", "Order", "journal_of", "tasks_of", "warm_up_of"]

MAKE, WARM = "evalkit.reports.work:make", "evalkit.reports.work:warm"


@dataclass(frozen=True, slots=True)
class Order:
    """What the process of a report is told.

    Attributes
    ----------
    job : Job
        The report.
    workspace : Path
        Folder of the workspace.
    year : str
        The academic year.
    snapshots : mapping
        Year → id of the snapshot from which the plan was made.
    data : str
        Stands for what the report reads of them, and is printed in it.
    folder : Path
        Where its files go.
    journal : Path
        Where the notebook's progress is written down.
    audience : str
        For whom it is.
    """

    job: Job
    workspace: Path
    year: str
    snapshots: Mapping[str, str]
    data: str
    folder: Path
    journal: Path
    audience: str = INTERNAL


def tasks_of(space: Workspace, found: Survey, place: Path) -> list[Task]:
    """Return a task for each report that is due; `place` is a folder for what will not be kept."""
    material = found.material
    return [
        Task(
            due.job.name,
            MAKE,
            {
                "order": Order(
                    due.job,
                    space.root,
                    material.year.name,
                    dict(material.snapshots),
                    due.fingerprint.data,
                    found.folder,
                    journal_of(due.job, place),
                    found.audience,
                )
            },
            seconds=space.report.seconds,
            memory=space.report.memory_mb * 2**20,
        )
        for due in found.due
    ]


def warm_up_of(space: Workspace, found: Survey, gate: Gate) -> tuple[str, Mapping[str, object]]:
    """Return what is done once for all reports, with its arguments."""
    material = found.material
    arguments: dict[str, object] = {
        "workspace": space.root,
        "year": material.year.name,
        "snapshots": dict(material.snapshots),
        "audience": found.audience,
        "gate": gate,
    }
    return WARM, arguments


def journal_of(job: Job, place: Path) -> Path:
    """Return where a notebook's progress is written down."""
    return place / f"{job.college or job.kind}.journal"
