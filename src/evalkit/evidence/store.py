"""A store of many schools: Parquet files that pandas, DuckDB or Spark count.

A store is a folder with one folder for each table: the ledger's sheets by machine name,
``calendar``, ``due_months`` and ``handed_in`` (see :class:`evalkit.evidence.source.Source`), each
holding any number of Parquet files whose rows carry school_code, academic_year and (but for the
calendar's) college_code. Coded records of a screening platform may stand in ``screening_records``
in the place of the sheet ``screening``; they are added up to one row for each college and year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from evalkit.errors import StoreError
from evalkit.evidence.records import COLLEGE_COLUMNS, screening_from_records
from evalkit.evidence.source import STORE_KEYS, Source
from evalkit.evidence.terms import Terms
from evalkit.spark import spark_session

__all__ = ["ENGINES", "RECORDS", "Engine", "open_store", "tables_of"]

Engine = Literal["pandas", "duckdb", "spark"]
ENGINES: tuple[Engine, ...] = ("pandas", "duckdb", "spark")
RECORDS = "screening_records"
_FRAME = ("calendar", "due_months", "handed_in")

Read = Callable[[Path, Sequence[str] | None], Any]
"""A folder and the columns that are wanted, or all → a frame of the engine. Columns that are not
there are left out, and others may be there as well."""


def tables_of(folder: Path) -> Mapping[str, Path]:
    """Return the folders of a store's tables by name.

    Raises
    ------
    StoreError
        If the folder is no store.
    """
    if not folder.is_dir():
        raise StoreError(f"找不到数据仓库 {folder}。请检查 --store 后面的路径。")
    found = {
        place.name: place
        for place in sorted(folder.iterdir())
        if place.is_dir() and next(place.glob("*.parquet"), None) is not None
    }
    missing = [name for name in _FRAME if name not in found]
    if missing:
        raise StoreError(
            f"{folder} 不是一个完整的数据仓库：缺少 {'、'.join(missing)}。"
            "每张表一个子文件夹，内有 .parquet 文件；用 evalkit metrics --add-to 可以生成。"
        )
    return found


@contextmanager
def open_store(
    folder: Path,
    engine: Engine = "duckdb",
    *,
    terms: Terms | None = None,
    memory: str | None = None,
    master: str = "local[2]",
) -> Iterator[Source]:
    """Open a store for counting.

    Parameters
    ----------
    folder : Path
        The store; it is only read.
    engine : {"pandas", "duckdb", "spark"}
        What counts. pandas reads a table wholly into memory; DuckDB and Spark do not.
    terms : Terms, optional
        The decisions on what the measures leave open; the defaults if not given.
    memory : str, optional
        Most memory for DuckDB or Spark's driver, such as ``"2GB"``; DuckDB puts the rest on disk.
    master : str
        Spark's master: ``"local[2]"``, ``"spark://host:7077"``.

    Yields
    ------
    Source
        With the keys of a store. Its frames end with the context.

    Raises
    ------
    StoreError
        If the folder is no store, or the engine is not installed.
    SparkError
        If Spark does not start.
    """
    tables = tables_of(folder)
    opened = {"pandas": _pandas, "duckdb": _duckdb, "spark": _spark}[engine]
    with opened(memory, master) as read:
        calendar, due, handed_in = (_read(read, tables[name]) for name in _FRAME)
        yield Source(_Tables(tables, read), calendar, due, handed_in, terms or Terms(), STORE_KEYS)


class _Tables(Mapping[str, Any]):
    """The tables by name, each read when it is first asked for."""

    def __init__(self, places: Mapping[str, Path], read: Read) -> None:
        self._places = {name: place for name, place in places.items() if name not in _FRAME}
        records = self._places.pop(RECORDS, None)
        if records is not None:
            self._places["screening"] = records
        self._records, self._read = records, read
        self._frames: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._frames:
            place = self._places[name]
            frame = _read(self._read, place)
            if place == self._records:
                # No metric asks for waves and grades: to tell them apart takes half the time again.
                frame = screening_from_records(frame, by=()).to_native()
            self._frames[name] = frame
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _read(read: Read, place: Path) -> Any:
    keys = [key for key in STORE_KEYS if key != "college_code" or place.name not in _FRAME[:2]]
    records = place.name == RECORDS
    try:
        frame = read(place, COLLEGE_COLUMNS if records else None)
    except Exception as error:  # pandas, DuckDB and Spark report in classes of their own
        raise StoreError(
            f"无法读取数据仓库中的表 {place}：其中有文件损坏，或者各文件的列不一致"
            f"（{str(error).splitlines()[0]}）。请重新生成或换掉这个文件夹里的文件。"
        ) from None
    expected = COLLEGE_COLUMNS if records else keys
    missing = [name for name in expected if name not in frame.columns]
    if missing:
        raise StoreError(
            f"数据仓库中的表 {place} 缺少 {'、'.join(missing)} 列，无法计算。请补上后再运行。"
        )
    return frame


@contextmanager
def _pandas(memory: str | None, master: str) -> Iterator[Read]:  # noqa: ARG001 -- one signature
    import pandas as pd
    import pyarrow.parquet as pq

    def read(place: Path, columns: Sequence[str] | None) -> pd.DataFrame:
        if columns is not None:
            there = pq.ParquetDataset(place).schema.names
            columns = [name for name in columns if name in there]
        return pd.read_parquet(place, columns=columns, dtype_backend="numpy_nullable")

    yield read


@contextmanager
def _duckdb(memory: str | None, master: str) -> Iterator[Read]:  # noqa: ARG001 -- one signature
    try:
        import duckdb
    except ImportError:
        raise _not_installed("duckdb", "store") from None
    with TemporaryDirectory(prefix="evalkit-") as spill:
        # Nobody relies on the order of rows, and keeping it takes memory.
        settings: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": spill,
            "preserve_insertion_order": False,
        }
        if memory is not None:
            settings["memory_limit"] = memory
        try:
            connection = duckdb.connect(config=settings)
        except duckdb.Error as error:
            raise StoreError(
                f"DuckDB 不接受内存上限“{memory}”：{error}。请写成 2GB 这样的形式。"
            ) from None
        with connection:
            try:
                yield lambda place, _: connection.read_parquet(str(place / "*.parquet"))
            except duckdb.OutOfMemoryException:
                limit = memory or "（本机内存的五分之四）"
                raise StoreError(
                    f"内存上限 {limit} 不够，没有算完。"
                    "请用 --memory 加大，或用 --subjects 分几次计算。"
                ) from None


@contextmanager
def _spark(memory: str | None, master: str) -> Iterator[Read]:
    try:
        import pyspark  # noqa: F401 -- only whether it is there
    except ImportError:
        raise _not_installed("pyspark", "cluster") from None
    with spark_session(master, "evalkit metrics", memory=memory) as session:
        yield lambda place, _: session.read.parquet(str(place))


def _not_installed(package: str, extra: str) -> StoreError:
    return StoreError(
        f"没有安装 {package}，不能用它计算。请安装 evalkit[{extra}]，或用 --engine 换一个引擎。"
    )
