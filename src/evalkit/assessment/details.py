"""The detail tables that reports draw: what each is called, how it is counted and ordered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from evalkit.evidence import (
    activities,
    counselling,
    funds,
    monthly_reports,
    outcomes,
    peer_training,
    peers,
    screening,
    staff,
)
from evalkit.evidence.source import Frame, Source

__all__ = ["DETAILS", "count_detail"]

DETAILS: Mapping[str, tuple[Callable[[Source], Frame], tuple[str, ...]]] = {
    "month": (activities.month_table, ("month",)),
    "form": (activities.form_table, ("form",)),
    "audience": (activities.audience_table, ("audience",)),
    "theme": (activities.theme_table, ("semester",)),
    "screening": (screening.SUBJECT.count, ()),
    "grade": (screening.grade_table, ("grade",)),
    "instrument": (screening.instrument_table, ("instrument",)),
    "timeliness": (monthly_reports.timeliness_table, ("month",)),
    "counselling_month": (counselling.month_table, ("month",)),
    "counselling_total": (counselling.total_table, ()),
    "channel": (counselling.channel_table, ("channel",)),
    "coverage": (peers.coverage_table, ()),
    "cell": (peer_training.cell_table, ("semester", "grade", "peer_role")),
    "purpose": (funds.purpose_table, ("category",)),
    "research": (outcomes.research_table, ("date", "title")),
    "award": (outcomes.award_table, ("date", "title")),
    "head": (staff.head_table, ()),
}
"""Name → the table, and the columns that put a college's rows in order."""


def count_detail(source: Source, name: str) -> pd.DataFrame:
    """Return a detail table of all years.

    Returns
    -------
    DataFrame
        The source's keys and the table's columns, sorted. Text is ``string``, whole numbers
        ``Int64``, other numbers ``Float64``, days timestamps.
    """
    table, order = DETAILS[name]
    counted: pa.Table = table(source).collect("pyarrow").to_native()
    frame: pd.DataFrame = counted.to_pandas(types_mapper=_nullable)
    # Engines have whole numbers with gaps between them as other numbers.
    frame = frame.astype({name: "Int64" for name in frame if str(name).startswith("n_")})
    return frame.sort_values([*source.keys, *order], ignore_index=True, kind="stable")


def _nullable(kind: pa.DataType) -> Any:
    if pa.types.is_integer(kind):
        return pd.Int64Dtype()
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pd.Float64Dtype()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.StringDtype()
    return pd.BooleanDtype() if pa.types.is_boolean(kind) else None
