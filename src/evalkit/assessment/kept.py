"""An assessment that is already loaded, for as long as nothing that it came from has changed.

Reports that are made in processes forked from one that has loaded the assessment need not load it
again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evalkit.assessment.model import Assessment
from evalkit.intake import freeze
from evalkit.ledger import load_ledger
from evalkit.privacy import Audience
from evalkit.rubric import load_rubric
from evalkit.workspace import FILE_NAME, AcademicYear, Workspace

__all__ = ["TREND_YEARS", "forget", "recall", "remember", "years_beside"]

TREND_YEARS = 5
"""How many years, the assessed one included, are held side by side."""

_State = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    assessment: Assessment
    state: _State


_kept: list[_Kept] = []


def remember(assessment: Assessment) -> None:
    """Let later loads in this process, and in those forked from it, return this assessment.

    They do so for the same workspace, year and audience, as long as the inputs and the files with
    rules are as they are now and the snapshots are still there. Only names, sizes and times of
    change are looked at. An assessment whose inputs have changed since it was loaded is not kept.
    """
    state = _state(assessment.workspace, assessment.year)
    _kept[:] = [each for each in _kept if not _same(each.assessment, assessment)]
    if _is_current(assessment):
        _kept.append(_Kept(assessment, state))


def forget() -> None:
    """Let later loads read everything anew."""
    _kept.clear()


def recall(space: Workspace, year: AcademicYear, audience: Audience) -> Assessment | None:
    """Return the remembered assessment, if there is one and nothing has changed."""
    for each in _kept:
        found = each.assessment
        if (found.workspace, found.year, found.audience) != (space, year, audience):
            continue
        whole = all((s.folder / "manifest.json").is_file() for s in found.snapshots.values())
        if whole and each.state == _state(space, year):
            return found
    return None


def years_beside(space: Workspace, year: AcademicYear) -> list[AcademicYear]:
    """Return the years that are held side by side with this one, itself included, oldest first."""
    return [other for other in space.years() if other <= year][-TREND_YEARS:]


def _is_current(assessment: Assessment) -> bool:
    space = assessment.workspace
    ledger, rubric = load_ledger(space.ledger), load_rubric(space.rubric)
    return all(
        freeze(space, year, ledger=ledger, rubric=rubric).id == snapshot.id
        for year, snapshot in assessment.snapshots.items()
    )


def _same(one: Assessment, other: Assessment) -> bool:
    return (one.workspace, one.year, one.audience) == (other.workspace, other.year, other.audience)


def _state(space: Workspace, year: AcademicYear) -> _State:
    """Return name, size and time of change of every file that an assessment is loaded from."""
    places = [space.root / FILE_NAME, *(space.inputs(other) for other in years_beside(space, year))]
    places += [path for path in (space.rubric, space.ledger) if isinstance(path, Path)]
    return tuple(_facts(path) for place in places for path in _files(place))


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(path for path in place.rglob("*") if path.is_file())
    return [place] if place.is_file() else []


def _facts(path: Path) -> tuple[str, int, int]:
    found = path.stat()
    return str(path), found.st_size, found.st_mtime_ns
