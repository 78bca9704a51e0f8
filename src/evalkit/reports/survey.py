"""Which reports of a year are to be made, and why; the same answer for a run and for a look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.audiences import INTERNAL, load_policy
from evalkit.reports.fingerprint import Fingerprint, changes, damage, fingerprints
from evalkit.reports.manifest import Entry, Manifest
from evalkit.reports.material import Material, read_material
from evalkit.reports.plan import Job, folder_of, plan
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["Due", "Survey", "Wanted", "survey"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for.

    Attributes
    ----------
    only : tuple of str
        Colleges by code or name, or 全校; everything if empty.
    force : bool
        Whether to make again what has not changed.
    limit : int, optional
        How many to make at most.
    formats : tuple of str
        Which files of each report; those of the workspace's settings if empty.
    audience : str
        For whom: a name from the privacy policy.
    """

    only: tuple[str, ...] = ()
    force: bool = False
    limit: int | None = None
    formats: tuple[str, ...] = ()
    audience: str = INTERNAL


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is to be made, and why: Chinese phrases."""

    job: Job
    fingerprint: Fingerprint
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """What there is to do in a year's folder of reports.

    Attributes
    ----------
    folder : Path
        The folder.
    material : Material
        What the reports are made from.
    due : tuple of Due
        To be made now, in the order of the plan.
    later : tuple of Due
        Would be made too if there were no limit.
    kept : tuple of Job
        Nothing has changed for these.
    gone : mapping
        Reports of earlier runs that are no longer among the year's reports.
    audience : str
        For whom they are.
    """

    folder: Path
    material: Material
    due: tuple[Due, ...]
    later: tuple[Due, ...]
    kept: tuple[Job, ...]
    gone: Mapping[str, Entry]
    audience: str = INTERNAL

    @property
    def total(self) -> int:
        """Number of reports that were asked for."""
        return len(self.due) + len(self.later) + len(self.kept)


def survey(
    space: Workspace, year: AcademicYear, wanted: Wanted, manifest: Manifest | None = None
) -> Survey:
    """Hold what there is against what it would be made from now.

    Parameters
    ----------
    space, year
        Whose reports, and of which year.
    wanted : Wanted
        What is asked for.
    manifest : Manifest, optional
        What there is, if it was read already.

    Raises
    ------
    EvalkitError
        If there is no data, no such college or audience, a notebook is missing, or rules have
        faults.
    """
    audience = load_policy(wanted.audience)
    folder = folder_of(space, year, audience)
    manifest = Manifest.read(folder) if manifest is None else manifest
    material = read_material(space, year, audience.id)
    due: list[Due] = []
    kept: list[Job] = []
    jobs = plan(space, year, material.colleges, wanted.only, wanted.formats, audience)
    prints = fingerprints(space, material, jobs, audience.id)
    for job in jobs:
        now = prints[job.name]
        reasons = _reasons(job, now, manifest.entries.get(job.name), folder)
        if wanted.force and not reasons:
            reasons = ("没有变化，但要求重新生成",)
        if reasons:
            due.append(Due(job, now, reasons))
        else:
            kept.append(job)
    limit = len(due) if wanted.limit is None else wanted.limit
    names = {job.name for job in plan(space, year, material.colleges, audience=audience)}
    gone = {name: entry for name, entry in manifest.entries.items() if name not in names}
    return Survey(
        folder, material, tuple(due[:limit]), tuple(due[limit:]), tuple(kept), gone, audience.id
    )


def _reasons(job: Job, now: Fingerprint, entry: Entry | None, folder: Path) -> tuple[str, ...]:
    if entry is None:
        return ("还没有生成过",)
    changed: Sequence[str] = ()
    if entry.fingerprint["digest"] != now.digest:
        changed = changes(job, now.parts, entry.parts)
    if entry.status != "made":
        return ("上次没有生成", *changed)
    return (*changed, *damage(folder, entry.outputs))
