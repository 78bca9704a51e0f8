"""A year's packet: what is due is made, each report in a process of its own, and noted."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from evalkit.audiences import load_policy
from evalkit.engine.warm import Task, run
from evalkit.reports.clock import now
from evalkit.reports.cluster import run_on_cluster
from evalkit.reports.fingerprint import sha256_of
from evalkit.reports.lock import hold
from evalkit.reports.made import Made, entry_of, settle
from evalkit.reports.manifest import Manifest, Run
from evalkit.reports.orders import journal_of, tasks_of, warm_up_of
from evalkit.reports.plan import Job
from evalkit.reports.program import versions
from evalkit.reports.released import UNLOGGED, log_released
from evalkit.reports.survey import Due, Survey, Wanted, survey
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["Packet", "Watch", "make_packet"]

PLACE = ".evalkit-"
"""How folders begin whose content is not kept."""


class Watch:
    """Whoever wants to know how a run gets on; overrides what it cares for."""

    def planned(self, found: Survey) -> None:
        """Be told what will be made and what is kept, before anything is made."""

    def started(self, job: Job) -> None:
        """Be told that a report is being made."""

    def ended(self, made: Made) -> None:
        """Be told what came of a report."""


@dataclass(frozen=True, slots=True)
class Packet:
    """What a run came to.

    Attributes
    ----------
    found : Survey
        What there was to do.
    made : tuple of Made
        In the order in which they ended.
    removed : tuple of str
        Names of files that were removed because they belong to no report any more.
    seconds : float
        How long the run took.
    """

    found: Survey
    made: tuple[Made, ...]
    removed: tuple[str, ...]
    seconds: float

    @property
    def failed(self) -> tuple[Made, ...]:
        """The reports that could not be made."""
        return tuple(made for made in self.made if made.error is not None)

    @property
    def unmade(self) -> tuple[Due, ...]:
        """The reports whose turn did not come, because the run was to stop at the first failure."""
        done = {made.job.name for made in self.made}
        return tuple(due for due in self.found.due if due.job.name not in done)

    @property
    def complete(self) -> bool:
        """Whether everything that was due has been made."""
        return not self.failed and not self.unmade


def make_packet(
    space: Workspace,
    year: AcademicYear,
    wanted: Wanted = Wanted(),  # noqa: B008 -- frozen
    *,
    jobs: int | None = None,
    master: str | None = None,
    stop_at_first: bool = False,
    watch: Watch | None = None,
) -> Packet:
    """Make the reports of a year that are due. A failing report does not stop the others.

    Parameters
    ----------
    space, year
        Whose reports, and of which year.
    wanted : Wanted
        What is asked for.
    jobs : int, optional
        How many at a time on this machine; the workspace's setting if not given.
    master : str, optional
        Spark's master, whose workers are to make them; this machine alone if not given.
    stop_at_first : bool
        Whether to stop at the first report that fails.
    watch : Watch, optional
        Is told how it gets on.

    Raises
    ------
    LockedError
        If another run is at work in the folder.
    EvalkitError
        If there is no data, no such college, a notebook is missing, rules have faults, or Spark
        does not start.
    """
    watch = watch or Watch()
    begun = time.monotonic()
    found = survey(space, year, wanted)
    if not found.due and not (found.gone and not wanted.only):
        watch.planned(found)
        _log_what_is_left(space, found.folder)
        return Packet(found, (), (), time.monotonic() - begun)
    with hold(found.folder):
        manifest = Manifest.read(found.folder)
        # Another run may have made some of them meanwhile.
        found = survey(space, year, wanted, manifest)
        watch.planned(found)
        _clear(found.folder)
        removed = () if wanted.only else _remove(found, manifest)
        made: list[Made] = []
        record = Run(now(), socket.gethostname(), os.getpid(), len(found.due), len(found.kept))
        manifest.runs.append(record)
        manifest.facts |= {**_facts(space, found), UNLOGGED: True}
        manifest.write()
        try:
            with closing(
                _make(space, found, manifest, jobs or space.jobs, master, watch)
            ) as coming:
                for each in coming:
                    made.append(each)
                    record.made += each.error is None
                    record.failed += each.error is not None
                    record.seconds = round(time.monotonic() - begun, 2)
                    manifest.write()
                    watch.ended(each)
                    if stop_at_first and each.error is not None:
                        break
            log_released(space, manifest)
            record.status = "done"
        except BaseException as error:
            record.status = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            raise
        finally:
            _clear(found.folder)
            record.seconds = round(time.monotonic() - begun, 2)
            manifest.write()
    return Packet(found, tuple(made), removed, time.monotonic() - begun)


def _make(
    space: Workspace,
    found: Survey,
    manifest: Manifest,
    jobs: int,
    master: str | None,
    watch: Watch,
) -> Generator[Made, None, None]:
    """Make what is due; note each in the manifest, without writing it."""
    from evalkit.privacy.gate import gate_of  # slow to import, and often nothing is due

    due = {each.job.name: each for each in found.due}
    started: dict[str, str] = {}

    def on_start(task: Task) -> None:
        job = due[task.name].job
        started[job.name] = now()
        watch.started(job)

    for each in found.due:
        (found.folder / each.job.failed_file).unlink(missing_ok=True)  # of an earlier run
    # Workers on other machines see what is in the folder of reports.
    shared = None if master is None else found.folder
    with TemporaryDirectory(prefix=PLACE, dir=shared) as name:
        place = Path(name)
        tasks = tasks_of(space, found, place)
        # Once for all reports, wherever they are made.
        gate = gate_of(space, jobs).below(load_policy(found.audience).small)
        warm = [warm_up_of(space, found, gate)]
        if master is None:
            coming = run(tasks, jobs=jobs, warm=warm, started=on_start)
        else:
            coming = run_on_cluster(tasks, warm=warm, master=master, place=place, started=on_start)
        with closing(coming) as outcomes:
            for outcome in outcomes:
                each = due[outcome.task.name]
                made = settle(each.job, outcome, found.folder, journal_of(each.job, place), gate)
                begun = started.setdefault(each.job.name, now())
                manifest.put(each.job.name, entry_of(each, made, found, begun))
                yield made


def _log_what_is_left(space: Workspace, folder: Path) -> None:
    """Note in the log what a run made that was ended before it could."""
    if UNLOGGED in Manifest.read(folder).facts:
        with hold(folder):
            manifest = Manifest.read(folder)
            log_released(space, manifest)
            manifest.write()


def _facts(space: Workspace, found: Survey) -> dict[str, object]:
    """Return what the manifest says about the packet as a whole."""
    material = found.material
    return {
        "school": space.school,
        "academic_year": material.year.name,
        "fictional": space.fictional,
        "audience": found.audience,
        "snapshots": dict(material.snapshots),
        "inputs": [dict(item) for item in material.inputs],
        "errors_in_inputs": material.errors,
        "versions": {"evalkit": version("evalkit"), **versions()},
    }


def _clear(folder: Path) -> None:
    """Remove what a killed run has left half written."""
    for part in folder.glob(".*.part"):
        part.unlink(missing_ok=True)
    for place in folder.glob(f"{PLACE}*"):
        shutil.rmtree(place, ignore_errors=True)


def _remove(found: Survey, manifest: Manifest) -> tuple[str, ...]:
    """Remove what belongs to no report any more: nobody must take it for this year's state.

    A file that somebody has changed is somebody's work, and stays.
    """
    removed = []
    for name in found.gone:
        for output in manifest.drop(name).outputs:
            path = found.folder / output["file"]
            if path.is_file() and sha256_of(path) == output["sha256"]:
                path.unlink()
                removed.append(path.name)
    return tuple(removed)
