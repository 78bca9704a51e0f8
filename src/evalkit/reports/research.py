"""The research notebooks of a workspace as files to read, and to go on writing in.

Unlike a year's packet they are made anew each time: whoever writes a paper changes the notebook.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from evalkit.engine.warm import Task, run
from evalkit.errors import UnknownNameError, WorkspaceError
from evalkit.outputs import write_bytes
from evalkit.reports.lock import hold
from evalkit.reports.made import Made, settle
from evalkit.reports.plan import Job
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["FOLDER", "ResearchOrder", "add_missing_notebooks", "make_research", "research_jobs"]

FOLDER = "research"
"""Of the notebooks in the folder of notebooks, and of what is made of them in a year's reports."""
MAKE, WARM = "evalkit.reports.research_work:make", "evalkit.reports.research_work:warm"


@dataclass(frozen=True, slots=True)
class ResearchOrder:
    """What the process that runs a research notebook is told.

    Attributes
    ----------
    job : Job
        The notebook and its files.
    settings : mapping
        Further parameters; those that the notebook does not have are left out.
    workspace : Path
        Folder of the workspace.
    folder : Path
        Where the files go.
    journal : Path
        Where the notebook's progress is written down.
    """

    job: Job
    settings: Mapping[str, object]
    workspace: Path
    folder: Path
    journal: Path


def add_missing_notebooks(space: Workspace, names: Sequence[str]) -> tuple[Path, ...]:
    """Put notebooks that come with the package into a workspace that lacks them.

    Parameters
    ----------
    space : Workspace
        The workspace.
    names : sequence of str
        Those that are asked for; if empty, all, but only where there is no research notebook yet:
        who took one out does not get it back.

    Returns
    -------
    tuple of Path
        Those that were added; nothing is overwritten.
    """
    place = space.notebooks / FOLDER
    wanted = {name.removesuffix(".ipynb") for name in names}
    if not wanted and any(place.glob("*.ipynb")):
        return ()
    return tuple(
        write_bytes(place / path.name, path.read_bytes())
        for path in sorted(_bundled().glob("*.ipynb"))
        if (not wanted or path.stem in wanted) and not (place / path.name).exists()
    )


def research_jobs(
    space: Workspace, year: AcademicYear, names: Sequence[str], formats: Sequence[str]
) -> tuple[Job, ...]:
    """Return the notebooks to run, and the files that come of them.

    Parameters
    ----------
    space, year
        Whose, and of which year.
    names : sequence of str
        Names of notebooks without ``.ipynb``; all of the workspace if empty.
    formats : sequence of str
        Kinds of files.

    Raises
    ------
    UnknownNameError
        If there is no such notebook.
    WorkspaceError
        If there is none at all.
    """
    place = space.notebooks / FOLDER
    paths = {path.stem: path for path in sorted(place.glob("*.ipynb"))}
    if not paths:
        raise WorkspaceError(
            f"{place} 中没有研究 notebook。请从别的工作区复制，或写好后放进这个文件夹。"
        )
    wanted = [name.removesuffix(".ipynb") for name in names]
    for name in wanted:
        if name not in paths:
            raise UnknownNameError.of("研究 notebook", name, list(paths))
    common = {"workspace": _relative(space, place), "academic_year": year.name}
    return tuple(
        Job(
            "school",
            name,
            _title(paths[name]),
            tuple(f"{name}.{kind}" for kind in dict.fromkeys(formats)),
            paths[name],
            dict(common),
        )
        for name in dict.fromkeys(wanted or paths)
    )


def make_research(
    space: Workspace,
    year: AcademicYear,
    jobs: Sequence[Job],
    settings: Mapping[str, object],
    *,
    side_by_side: int,
) -> Iterator[Made]:
    """Run notebooks, each in a process of its own; yield what came of each when it is there.

    Parameters
    ----------
    space, year
        Whose, and of which year.
    jobs : sequence of Job
        Of :func:`research_jobs`.
    settings : mapping
        Further parameters of the notebooks, such as ``k``.
    side_by_side : int
        How many at a time.

    Raises
    ------
    LockedError
        If another run is at work in the folder.
    EvalkitError
        If the year has no data.
    """
    # Both slow to import.
    from evalkit.privacy.gate import gate_of
    from evalkit.research.extract import checked_k

    folder = space.reports / year.name / FOLDER
    with hold(folder), TemporaryDirectory(prefix=".evalkit-") as name:
        k = settings.get("k")
        gate = gate_of(space).below(checked_k(k if isinstance(k, int) else None))
        tasks = []
        for job in jobs:
            (folder / job.failed_file).unlink(missing_ok=True)  # of an earlier run
            journal = Path(name) / f"{job.name}.jsonl"
            order = ResearchOrder(job, settings, space.root, folder, journal)
            tasks.append(
                Task(
                    job.name,
                    MAKE,
                    {"order": order},
                    seconds=space.report.seconds,
                    memory=space.report.memory_mb * 2**20,
                )
            )
        ready = {"workspace": space.root, "year": year.name, "gate": gate}
        by_name = {job.name: job for job in jobs}
        with closing(run(tasks, jobs=side_by_side, warm=[(WARM, ready)])) as outcomes:
            for outcome in outcomes:
                job = by_name[outcome.task.name]
                yield settle(job, outcome, folder, Path(name) / f"{job.name}.jsonl", gate)


def _bundled() -> Path:
    """Return the folder of the notebooks that come with the package, installed or not."""
    resources = Path(str(files("evalkit").joinpath("resources")))
    installed = resources / "notebooks" / FOLDER
    return installed if installed.is_dir() else resources.parents[2] / "notebooks" / FOLDER


def _relative(space: Workspace, place: Path) -> str:
    """Return the way from the notebooks to the workspace, so that no file holds a local path."""
    try:
        return Path(os.path.relpath(space.root, place)).as_posix()
    except ValueError:  # on another drive
        return str(space.root)


def _title(path: Path) -> str:
    """Return a notebook's first heading, or its name."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        lines = [line for cell in cells for line in "".join(cell["source"]).splitlines()]
    except (ValueError, KeyError, TypeError):
        raise WorkspaceError(
            f"{path} 不是 notebook，或已经损坏。请换掉这个文件，或把它移出文件夹。"
        ) from None
    return next((line.removeprefix("# ") for line in lines if line.startswith("# ")), path.stem)
