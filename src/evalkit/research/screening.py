"""The screening of some years as the extract needs it: from snapshots, or from coded records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from evalkit.evidence.records import RECORD_COLUMNS, screening_from_records
from evalkit.intake import Snapshot
from evalkit.research.lattice import COUNTS, PLACE
from evalkit.workspace import AcademicYear

__all__ = ["ROW", "rows_from_records", "rows_from_snapshots"]

ROW = ("academic_year", *PLACE)
_TEXTS = ("instrument", "month_start", "month_end")


def rows_from_snapshots(
    snapshots: Mapping[AcademicYear, Snapshot], years: Sequence[AcademicYear]
) -> pd.DataFrame:
    """Return the rows of 普测统计 of some years, one for each college, grade and wave.

    Returns
    -------
    DataFrame
        `ROW`, instrument, month_start, month_end (``YYYY-MM``), and the counts (``Int64``). Rows
        without a grade or wave are left out; a count is missing where one of the numbers that it
        sums up is.
    """
    parts = [
        snapshots[year].table("screening").assign(academic_year=year.name)
        for year in years
        if "screening" in snapshots[year].manifest["tables"]
    ]
    columns = [*ROW, *_TEXTS, *COUNTS]
    if not parts:
        return pd.DataFrame(columns=columns)
    table = pd.concat(parts, ignore_index=True).rename(columns={"college_code": "college"})
    table = table.dropna(subset=list(ROW)).assign(
        month_start=table["start"].dt.strftime("%Y-%m"),
        month_end=table["end"].dt.strftime("%Y-%m"),
    )
    grouped = table.groupby(list(ROW), sort=True)
    counts = grouped[list(COUNTS)].agg(_sum)
    texts = grouped[list(_TEXTS)].agg(_joined)
    joined: pd.DataFrame = texts.join(counts).reset_index()[columns]
    return joined.astype(dict.fromkeys(COUNTS, "Int64"))


def rows_from_records(records: Any) -> pd.DataFrame:
    """Add coded records of one school up to such rows; see :mod:`evalkit.evidence.records`.

    Returns
    -------
    DataFrame
        As :func:`rows_from_snapshots`; records do not tell instruments and months.
    """
    frame = nw.from_native(records).lazy().select(*RECORD_COLUMNS)
    summed: pd.DataFrame = screening_from_records(frame.to_native()).collect("pandas").to_native()
    table = summed.rename(columns={"college_code": "college"}).dropna(subset=list(ROW))
    kept = table.assign(**dict.fromkeys(_TEXTS, ""))[[*ROW, *_TEXTS, *COUNTS]]
    kinds = dict.fromkeys(COUNTS, "Int64") | dict.fromkeys(ROW, "string")
    typed: pd.DataFrame = kept.astype(kinds)
    return typed.sort_values(list(ROW), ignore_index=True)


def _sum(column: pd.Series) -> object:
    return pd.NA if column.isna().any() else column.sum()


def _joined(column: pd.Series) -> str:
    return "、".join(sorted(set(column.dropna().astype(str))))
