"""From a workspace, or a platform's coded records, to the files of an extract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from evalkit.assessment import Assessment, load_assessment
from evalkit.errors import DataError, NoDataError, UnknownNameError
from evalkit.evidence.store import RECORDS
from evalkit.privacy.gate import Gate, gate_of
from evalkit.research.breaks import find_breaks
from evalkit.research.coded import read_coded_records
from evalkit.research.extract import LEVELS, Extract, make_extract
from evalkit.research.files import write_extract
from evalkit.research.form import FormFacts
from evalkit.research.screening import rows_from_records, rows_from_snapshots
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["Exported", "export"]


@dataclass(frozen=True, eq=False)
class Exported:
    """What was written: the extract, its files, and from which snapshots (year → id)."""

    extract: Extract
    files: tuple[Path, ...]
    snapshots: Mapping[str, str]


@dataclass(frozen=True)
class _Found:
    """What an extract is made of, before anything is taken out."""

    rows: pd.DataFrame
    facts: FormFacts
    sources: Mapping[str, Any]
    breaks: pd.DataFrame | None = None
    records: pd.DataFrame | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def export(
    folder: Path,
    *,
    years: Sequence[str],
    level: str = "college-grade-wave",
    k: int | None = None,
    named: bool = False,
    workspace: str | Path | Workspace = ".",
    store: Path | None = None,
    school: str | None = None,
    records: Path | None = None,
) -> Exported:
    """Write the researcher's extract.

    Parameters
    ----------
    folder : Path
        Where to.
    years : sequence of str
        Academic years, such as ``"2024-2025"``; at least one.
    level : {"college-grade-wave", "records"}
        What was approved.
    k : int, optional
        The threshold; that of the privacy policy for the public if not given.
    named : bool
        Whether colleges are named.
    workspace : str, Path or Workspace
        The workspace; its data folder may hold ``screening_records`` (Parquet or CSV files).
    store : Path, optional
        A store of many schools with ``screening_records``, in the place of the workspace.
    school : str, optional
        Code of the school in the store; need not be given if there is only one.
    records : Path, optional
        A platform's file, or folder of files, for the workspace, in the place of its
        ``screening_records``; also for counts, which then come from the records.

    Raises
    ------
    EvalkitError
        If a name is unknown, there is no such data, the threshold is too low, or a file would name
        a person.
    """
    if level not in LEVELS:
        mend = "班级一级的数据不提供：一个班约 40 人，几乎每一格都不足人数下限。"
        raise UnknownNameError.of("级别", level, list(LEVELS), mend)
    wanted = tuple(dict.fromkeys(years))
    if not wanted:
        raise DataError("没有写学年。请逐个写明获准使用的学年，例如 2023-2024,2024-2025。")
    if store is not None:
        if records is not None:
            raise DataError("数据仓库里已有编码记录。请不要同时写 --store 和 --records。")
        if named:
            raise DataError("数据仓库中只有学院代码，没有名称。请不要同时写 --store 和 --named。")
        found = _from_records(store / RECORDS, wanted, school, level)
        outside, gate = store, Gate()  # a store holds codes and counts, and no names
    else:
        space = workspace if isinstance(workspace, Workspace) else Workspace.find(workspace)
        found = _from_workspace(space, wanted, records, school, level)
        outside, gate = space.data, gate_of(space)
    for source in [outside] if records is None else [outside, records]:
        if folder.resolve().is_relative_to(source.resolve()):
            raise DataError(
                f"“{folder}”在数据文件夹 {source} 之内，会与其中的数据混在一起。请换一个文件夹。"
            )
    extract = make_extract(
        found.rows,
        k=k,
        names=found.names if named else None,
        breaks=found.breaks,
        records=found.records,
    )
    files = write_extract(extract, folder, found.facts, found.sources, gate.below(extract.k))
    return Exported(extract, tuple(files), dict(found.facts.snapshots))


def _from_workspace(
    space: Workspace, years: Sequence[str], records: Path | None, school: str | None, level: str
) -> _Found:
    if level == "records" or records is not None:
        return _records_of(space, years, records or space.data / RECORDS, school, level)
    parsed = [space.year(name) for name in years]
    loaded = _assessments(space, parsed)
    snapshots = {year: loaded[year].snapshots[year] for year in sorted(loaded)}
    names: dict[str, str] = {}
    for assessment in loaded.values():
        names |= assessment.names
    ids = [(year.name, snapshot.id) for year, snapshot in snapshots.items()]
    return _Found(
        rows_from_snapshots(snapshots, sorted(snapshots)),
        _facts(space, ids),
        {"snapshots": dict(ids)},
        _breaks_of(loaded),
        names=names,
    )


def _records_of(
    space: Workspace, years: Sequence[str], place: Path, school: str | None, level: str
) -> _Found:
    """Return the school's own records; breaks are those of its ledgers, if they are there."""
    found = _from_records(place, years, school, level)
    having = [year for year in _years_with_ledgers(space) if year.name in years]
    loaded = _assessments(space, having) if len(having) == len(years) else {}
    return _Found(
        found.rows,
        _facts(space, found.facts.snapshots),
        found.sources,
        _breaks_of(loaded) if loaded else None,
        records=found.records,
        names={college.code: college.name for college in space.colleges},
    )


def _years_with_ledgers(space: Workspace) -> tuple[AcademicYear, ...]:
    try:
        return space.years()
    except NoDataError:  # a platform's records alone will do
        return ()


def _breaks_of(loaded: Mapping[AcademicYear, Assessment]) -> pd.DataFrame:
    parts = [find_breaks(loaded[year], (year.name,)) for year in sorted(loaded)]
    return pd.concat(parts, ignore_index=True)


def _assessments(space: Workspace, years: Sequence[AcademicYear]) -> dict[AcademicYear, Assessment]:
    """Return an assessment that holds each year, as few as do."""
    found: dict[AcademicYear, Assessment] = {}
    for year in sorted(years, reverse=True):
        if year not in found:
            loaded = load_assessment(year.name, workspace=space)
            found |= {other: loaded for other in years if other in loaded.snapshots}
    return found


def _facts(space: Workspace, snapshots: Sequence[tuple[str, str]]) -> FormFacts:
    return FormFacts(space.school, space.centre, space.fictional, snapshots)


def _from_records(place: Path, years: Sequence[str], school: str | None, level: str) -> _Found:
    found = read_coded_records(place, years, school)
    short = [(name, digest[:12]) for name, digest in found.hashes.items()]
    return _Found(
        rows_from_records(found.frame),
        FormFacts(f"学校 {found.school}　" if found.school else "", "", False, short),
        {"records": dict(found.hashes)},
        records=found.frame if level == "records" else None,
    )
