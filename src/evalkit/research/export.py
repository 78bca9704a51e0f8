"""From a workspace, or a platform's coded records, to the files of an extract."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from evalkit.assessment import Assessment, load_assessment
from evalkit.errors import DataError, NoDataError, StoreError, UnknownNameError
from evalkit.evidence.records import RECORD_COLUMNS
from evalkit.evidence.store import RECORDS
from evalkit.research.breaks import find_breaks
from evalkit.research.extract import LEVELS, Extract, make_extract
from evalkit.research.files import write_extract
from evalkit.research.form import FormFacts
from evalkit.research.screening import rows_from_records, rows_from_snapshots
from evalkit.workspace import AcademicYear, Workspace

__all__ = ["Exported", "export"]


@dataclass(frozen=True, eq=False)
class Exported:
    """What was written: the extract, and its files."""

    extract: Extract
    files: tuple[Path, ...]


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
        The workspace; its data folder may hold ``screening_records`` (Parquet files).
    store : Path, optional
        A store of many schools with ``screening_records``, in the place of the workspace.
    school : str, optional
        Code of the school in the store; need not be given if there is only one.

    Raises
    ------
    EvalkitError
        If a name is unknown, there is no such data, or the threshold is too low.
    """
    if level not in LEVELS:
        mend = "班级一级的数据不提供：一个班约 40 人，几乎每一格都不足人数下限。"
        raise UnknownNameError.of("级别", level, list(LEVELS), mend)
    wanted = tuple(dict.fromkeys(years))
    if not wanted:
        raise DataError("没有写学年。请逐个写明获准使用的学年，例如 2023-2024,2024-2025。")
    if store is not None:
        if named:
            raise DataError("数据仓库中只有学院代码，没有名称。请不要同时写 --store 和 --named。")
        found = _from_records(store / RECORDS, wanted, school, level)
        outside = store
    else:
        space = workspace if isinstance(workspace, Workspace) else Workspace.find(workspace)
        found = _from_workspace(space, wanted, school, level)
        outside = space.data
    if folder.resolve().is_relative_to(outside.resolve()):
        raise DataError(
            f"“{folder}”在数据文件夹 {outside} 之内，会与其中的数据混在一起。请换一个文件夹。"
        )
    extract = make_extract(
        found.rows,
        k=k,
        names=found.names if named else None,
        breaks=found.breaks,
        records=found.records,
    )
    return Exported(extract, tuple(write_extract(extract, folder, found.facts, found.sources)))


def _from_workspace(
    space: Workspace, years: Sequence[str], school: str | None, level: str
) -> _Found:
    parsed = [space.year(name) for name in years]
    records = space.data / RECORDS
    if level == "records":
        found = _from_records(records, years, school, level)
        facts = _facts(space, found.facts.snapshots)
        listed = {college.code: college.name for college in space.colleges}
        return _Found(found.rows, facts, found.sources, records=found.records, names=listed)
    loaded = _assessments(space, parsed)
    snapshots = {year: loaded[year].snapshots[year] for year in sorted(loaded)}
    names: dict[str, str] = {}
    for assessment in loaded.values():
        names |= assessment.names
    breaks = [find_breaks(loaded[year], (year.name,)) for year in sorted(loaded)]
    ids = [(year.name, snapshot.id) for year, snapshot in snapshots.items()]
    return _Found(
        rows_from_snapshots(snapshots, sorted(snapshots)),
        _facts(space, ids),
        {"snapshots": dict(ids)},
        pd.concat(breaks, ignore_index=True),
        names=names,
    )


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
    files = sorted(place.glob("*.parquet")) if place.is_dir() else []
    if not files:
        raise NoDataError(
            f"没有逐条记录：{place} 中没有 .parquet 文件。"
            "逐条提取要有测评平台的编码记录，一行一名学生的一次测评，"
            f"列为 {'、'.join(RECORD_COLUMNS)}；没有的，请改用 --level college-grade-wave。"
        )
    tables, hashes = [], {}
    for path in files:
        table = _read(path, years, school)
        if len(table):
            tables.append(table)
            hashes[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    if not tables:
        whose = f"学校 {school} 在" if school else ""
        raise NoDataError(
            f"{place} 中没有{whose} {'、'.join(years)} 学年的记录。请检查学年和学校代码。"
        )
    merged = pa.concat_tables(tables)
    schools = sorted(set(merged.column("school_code").unique().to_pylist()))
    if len(schools) > 1:
        some = "、".join(schools[:5]) + "等" * (len(schools) > 5)
        raise DataError(
            f"记录中有 {len(schools)} 所学校（{some}）。一次只提取一所："
            "请用 --school 写明学校代码。"
        )
    missing = sorted(set(years) - set(merged.column("academic_year").unique().to_pylist()))
    if missing:
        raise NoDataError(f"{place} 中没有 {'、'.join(missing)} 学年的记录。请去掉这些学年。")
    frame = merged.to_pandas(types_mapper=_NULLABLE.get)
    short = [(name, digest[:12]) for name, digest in hashes.items()]
    return _Found(
        rows_from_records(frame),
        FormFacts(f"学校 {schools[0]}　", "", False, short),
        {"records": hashes},
        records=frame if level == "records" else None,
    )


_NULLABLE = {pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype()}


def _read(path: Path, years: Sequence[str], school: str | None) -> pa.Table:
    try:
        dataset = ds.dataset(path, format="parquet")
        missing = [name for name in RECORD_COLUMNS if name not in dataset.schema.names]
        if missing:
            raise StoreError(f"{path} 缺少 {'、'.join(missing)} 列，无法提取。请补上后再运行。")
        texts, marks = RECORD_COLUMNS[:5], RECORD_COLUMNS[5:]
        wanted = pc.field("academic_year").cast(pa.string()).isin(list(years))
        if school is not None:
            wanted &= pc.field("school_code").cast(pa.string()) == school
        table = dataset.to_table(columns=list(RECORD_COLUMNS), filter=wanted)
        kinds = [*((name, pa.string()) for name in texts), *((name, pa.int64()) for name in marks)]
        return table.cast(pa.schema(kinds))
    except pa.ArrowInvalid as error:
        raise StoreError(
            f"无法读取 {path}：文件损坏，或列的类型不对（{str(error).splitlines()[0]}）。"
            "学校、学年、学院、年级、批次应为文字，其余为 0 至 3 的整数。请换掉这个文件。"
        ) from None
