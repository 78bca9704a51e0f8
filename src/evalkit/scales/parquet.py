"""Parquet files of any size, scored in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pandas as pd

from evalkit.scales.answers import OutOfRange, read_answers
from evalkit.scales.coding import ambiguous, coding_of, recognised
from evalkit.scales.columns import AnswersError, item_columns, placed
from evalkit.scales.judge import Missing, StraightLining
from evalkit.scales.pieces import Writer, batches_of, opened, parquet_files
from evalkit.scales.settings import Settings, settings_of
from evalkit.scales.stream import Stream, names_of, refuse_unseen
from evalkit.scales.summary import ScaleSummary

__all__ = ["score_parquet"]


def score_parquet(
    name: str,
    source: str | Path | Sequence[str | Path],
    *,
    out: str | Path | None = None,
    keep: Sequence[str] = (),
    by: str | Sequence[str] = (),
    batch_rows: int = 65_536,
    items: Sequence[str] | None = None,
    coding: str | None = None,
    missing: Missing = "void",
    most_missing: float = 0.1,
    straight_lining: StraightLining | None = None,
    out_of_range: OutOfRange = "error",
    seconds: str | None = None,
    seconds_per_item: float = 2,
    facts: Mapping[str, str] | None = None,
    **choices: str,
) -> ScaleSummary:
    """Score Parquet files of any size in bounded memory.

    Parameters
    ----------
    name : str
        The scale, as in :func:`score`.
    source : path or sequence of paths
        A file, a folder (all ``*.parquet`` in it, by name), or several. All have the same columns.
    out : path, optional
        Parquet file for the table of single papers, written whole or not at all.
    keep : sequence of str
        Columns of the source that go into `out` beside the scores.
    by : column name or names
        Groups that are counted apart.
    batch_rows : int
        How many papers are held at a time.
    coding : str, optional
        As in :func:`score`; SCL-90: recognised from the files if not given.
    items, missing, most_missing, straight_lining, out_of_range, seconds_per_item, **choices
        As in :func:`score`.
    seconds, facts
        As in :func:`score`, as names of columns.

    Returns
    -------
    ScaleSummary
        What all papers come to.

    Raises
    ------
    AnswersError, UnknownNameError
        As :func:`score` does; also if a file is missing or is no Parquet file.
    """
    if batch_rows < 1:
        raise AnswersError(f"每批行数 batch_rows 是 {batch_rows}。允许：不小于 1 的整数。")
    settings = settings_of(
        name,
        coding=coding,
        missing=missing,
        most_missing=most_missing,
        straight_lining=straight_lining,
        out_of_range=out_of_range,
        seconds_per_item=seconds_per_item,
        choices=choices,
    )
    scale, groups = settings.scale, tuple(str(column) for column in names_of(by))
    paths = parquet_files(source)
    schema = opened(paths[0]).schema_arrow
    wanted = [schema.names[place] for place in item_columns(scale, schema.names, items)]
    others = [*groups, *keep, *([seconds] if seconds else []), *(facts or {}).values()]
    for column in others:
        placed(schema.names, column, "")
    columns = list(dict.fromkeys([*wanted, *others]))
    stream = Stream(settings, groups, wanted, seconds, facts or {})
    if settings.coding is None and scale.detect_coding:
        refuse_unseen(settings)
        stream.rules = settings.rules(_seen_coding(settings, paths, wanted, batch_rows))
        stream.columns = len(wanted)
    with ExitStack() as stack:
        writer = stack.enter_context(Writer(Path(out), keep)) if out is not None else None
        for batch in batches_of(paths, columns, batch_rows):
            frame = batch.to_pandas()
            frame.index = pd.RangeIndex(stream.papers, stream.papers + len(frame))
            table = stream.take(frame)
            if writer is not None:
                writer.write(batch, table)
        return stream.summary()


def _seen_coding(settings: Settings, paths: Sequence[Path], items: list[str], rows: int) -> str:
    """Look for the first answer that only one coding has; later ones fall out of its range."""
    scale = settings.scale
    for batch in batches_of(paths, items, rows):
        read = read_answers(scale, batch.to_pandas(), items)
        if recognised(scale, read.columns):
            return coding_of(scale, read.columns, None)
    raise ambiguous(scale)
