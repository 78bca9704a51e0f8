"""Coded records of a screening platform, as they lie in files: Parquet or CSV."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from evalkit.errors import DataError, NoDataError, StoreError
from evalkit.evidence.records import RECORD_COLUMNS

__all__ = ["CodedRecords", "read_coded_records"]

_TEXTS, _MARKS = RECORD_COLUMNS[:5], RECORD_COLUMNS[5:]
_HEADERS = dict(
    zip(
        ("学校代码", "学年", "学院代码", "年级", "批次", "免测", "有效", "等级", "已访谈", "建档"),
        RECORD_COLUMNS,
        strict=True,
    )
)
_SCHOOL = "school_code"
_MOST = {"level": 3}
"""Highest value of a mark; 1 for the others."""
_NULLABLE = {pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype()}
_SUFFIXES = (".parquet", ".csv")


@dataclass(frozen=True, eq=False)
class CodedRecords:
    """Records of one school.

    Attributes
    ----------
    frame : DataFrame
        One row a student and wave: the columns of :data:`evalkit.evidence.records.RECORD_COLUMNS`.
    school : str
        Its code; empty if the records do not tell.
    hashes : mapping of str to str
        Name of each file that was used → SHA-256.
    """

    frame: pd.DataFrame
    school: str
    hashes: Mapping[str, str]


def read_coded_records(place: Path, years: Sequence[str], school: str | None) -> CodedRecords:
    """Read the records of some years; columns that are not needed are not read.

    Parameters
    ----------
    place : Path
        A ``.parquet`` or ``.csv`` file (UTF-8 or GB18030; machine names or Chinese headers), or a
        folder of such files.
    years : sequence of str
        Academic years.
    school : str, optional
        Code of the school; need not be given if there is only one.

    Raises
    ------
    NoDataError
        If there are no files, or no records of one of the years.
    StoreError
        If a file cannot be read, lacks a column, or holds a value that is none.
    DataError
        If the records are of several schools and none was named.
    """
    files = [place] if place.is_file() else []
    if place.is_dir():
        files = sorted(path for path in place.iterdir() if path.suffix.lower() in _SUFFIXES)
    if not files:
        raise NoDataError(
            f"没有逐条记录：{place} 中没有 .parquet 或 .csv 文件。"
            "逐条提取要有测评平台的编码记录，一行一名学生的一次测评，"
            f"列为 {'、'.join(RECORD_COLUMNS)}；没有的，请改用 --level college-grade-wave。"
            "台账中的重点关爱、危机个案虽有编码，每个学院只有几十人、几例，逐条给出就能认出人来，"
            "不提供。"
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
    schools = sorted(set(merged.column(_SCHOOL).unique().to_pylist()))
    if len(schools) > 1:
        some = "、".join(schools[:5]) + "等" * (len(schools) > 5)
        raise DataError(
            f"记录中有 {len(schools)} 所学校（{some}）。一次只提取一所："
            "请用 --school 写明学校代码。"
        )
    missing = sorted(set(years) - set(merged.column("academic_year").unique().to_pylist()))
    if missing:
        raise NoDataError(f"{place} 中没有 {'、'.join(missing)} 学年的记录。请去掉这些学年。")
    return CodedRecords(merged.to_pandas(types_mapper=_NULLABLE.get), schools[0], hashes)


def _read(path: Path, years: Sequence[str], school: str | None) -> pa.Table:
    try:
        if path.suffix.lower() == ".csv":
            dataset = ds.dataset(_csv(path))
        else:
            dataset = ds.dataset(path, format="parquet")
        known = {_HEADERS.get(name, name): name for name in dataset.schema.names}
        needed = [name for name in RECORD_COLUMNS if name != _SCHOOL or school is not None]
        missing = [name for name in needed if name not in known]
        if missing:
            raise StoreError(f"{path} 缺少 {'、'.join(missing)} 列，无法提取。请补上后再运行。")
        wanted = pc.field(known["academic_year"]).cast(pa.string()).isin(list(years))
        if school is not None:
            wanted &= pc.field(known[_SCHOOL]).cast(pa.string()) == school
        columns = {
            name: pc.field(known[name]) if name in known else pc.scalar("")
            for name in RECORD_COLUMNS
        }
        table = dataset.to_table(columns=columns, filter=wanted)
        kinds = [*((name, pa.string()) for name in _TEXTS), *((n, pa.int64()) for n in _MARKS)]
        table = table.cast(pa.schema(kinds))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise StoreError(
            f"无法读取 {path}：文件损坏，或列的类型不对（{str(error).splitlines()[0]}）。"
            "学校、学年、学院、年级、批次应为文字，其余为 0 至 3 的整数。请换掉这个文件。"
        ) from None
    for name in _MARKS:
        low, high = pc.min_max(table.column(name)).as_py().values()
        most = _MOST.get(name, 1)
        if low is not None and (low < 0 or high > most):
            raise StoreError(
                f"{path} 的 {name} 列有 {low if low < 0 else high}。允许：0 至 {most} 的整数，"
                "不知道的留空。请改正后再运行。"
            )
    return table


def _csv(path: Path) -> pa.Table:
    """Return a CSV file as text; numbers are made of it with the types of the columns."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    try:
        frame = pd.read_csv(io.StringIO(text), dtype="string", skipinitialspace=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise StoreError(f"无法读取 {path}：不是 CSV 表格（{error}）。请换掉这个文件。") from None
    stripped = frame.rename(columns=lambda name: str(name).strip())
    return pa.Table.from_pandas(stripped, preserve_index=False)
