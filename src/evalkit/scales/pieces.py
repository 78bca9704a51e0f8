"""Parquet files piece by piece: in, and out again whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.scales.columns import AnswersError

__all__ = ["Writer", "batches_of", "opened", "parquet_files"]


class Writer:
    """The table of single papers, whole or absent."""

    def __init__(self, path: Path, keep: Sequence[str]) -> None:
        self.path, self.keep = path, list(dict.fromkeys(keep))
        self.part = path.with_name(f".{path.name}.{token_hex(4)}.part")
        self.writer: Any = None

    def __enter__(self) -> Writer:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self

    def write(self, batch: pa.RecordBatch, table: pd.DataFrame) -> None:
        """Append a piece: kept columns as they were, then the scores."""
        twice = [name for name in self.keep if name in table.columns]
        if twice:
            raise AnswersError(
                f"要保留的列“{twice[0]}”与计分结果的列同名。请先改名，或不要保留这一列。"
            )
        # Reasons differ from piece to piece; a file has one set of categories.
        scores = pa.Table.from_pandas(
            table.assign(reasons=table["reasons"].astype(str)), preserve_index=False
        )
        kept = [batch.column(batch.schema.get_field_index(name)) for name in self.keep]
        whole = pa.Table.from_arrays([*kept, *scores.columns], [*self.keep, *scores.column_names])
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.part, whole.schema)
        self.writer.write_table(whole)

    def __exit__(self, kind: object, *_: object) -> None:
        if self.writer is not None:
            self.writer.close()
            if kind is None:
                self.part.replace(self.path)
        self.part.unlink(missing_ok=True)


def parquet_files(source: str | Path | Sequence[str | Path]) -> list[Path]:
    """Return the files that are meant, folders opened.

    Raises
    ------
    AnswersError
        If there is none.
    """
    given = [Path(source)] if isinstance(source, (str, Path)) else [Path(path) for path in source]
    paths = [
        file
        for path in given
        for file in (sorted(path.glob("*.parquet")) if path.is_dir() else [path])
    ]
    if not paths:
        shown = "、".join(map(str, given)) or "（没有给出路径）"
        raise AnswersError(f"没有找到 Parquet 文件：{shown}。请核对路径。")
    return paths


def opened(path: Path) -> pq.ParquetFile:
    """Open a file.

    Raises
    ------
    AnswersError
        If it is not there, or no Parquet file.
    """
    try:
        return pq.ParquetFile(path)
    except FileNotFoundError:
        raise AnswersError(f"没有找到文件 {path}。请核对路径。") from None
    except (pa.ArrowInvalid, OSError):
        raise AnswersError(
            f"文件 {path} 不是可以读取的 Parquet 文件。请用 DataFrame.to_parquet 等重新导出。"
        ) from None


def batches_of(paths: Sequence[Path], columns: list[str], rows: int) -> Iterator[pa.RecordBatch]:
    """Yield the files' rows, not more than so many at a time; every file has the columns."""
    for path in paths:
        with opened(path) as file:
            missing = [name for name in columns if name not in file.schema_arrow.names]
            if missing:
                raise AnswersError(
                    f"文件 {path} 缺少列“{missing[0]}”，而第一个文件有。请让各文件的列一致。"
                )
            # One row group at a time: over several, the reader keeps the bytes of all before.
            for group in range(file.num_row_groups):
                for batch in file.iter_batches(rows, row_groups=[group], columns=columns):
                    if batch.num_rows:
                        yield batch
