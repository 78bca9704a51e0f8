"""The border between a caller's frame (pandas, DuckDB, Spark) and narwhals' expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import narwhals as nw
import pandas as pd
import pyarrow as pa
from narwhals.typing import IntoFrameT

__all__ = ["NULLABLE", "group_median", "in_order", "lazy"]

NULLABLE = {
    pa.string(): pd.StringDtype(),
    pa.large_string(): pd.StringDtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
"""Arrow's types → those of pandas that keep a blank a blank."""


def lazy(frame: IntoFrameT) -> nw.LazyFrame[Any]:
    """Return the frame for narwhals' expressions, lazy where its engine is."""
    return cast("nw.LazyFrame[Any]", nw.from_native(cast("Any", frame)).lazy())


def in_order(frame: nw.LazyFrame[Any], **columns: nw.Expr) -> nw.LazyFrame[Any]:
    """Add columns whose expressions look at the other rows of a group (``over``).

    On Arrow these are unknown, or put together by a join that may change the order of the rows
    without saying so; on pandas' own nullable columns some blanks cannot be put back in their
    places. Both take this step on Arrow's columns in a pandas frame.
    """
    if frame.implementation.is_pyarrow():
        return _arrow(_pandas(frame).with_columns(**columns))
    if frame.implementation.is_pandas():
        added = _arrow(_pandas(frame).with_columns(**columns)).collect().to_native()
        return lazy(added.to_pandas(types_mapper=NULLABLE.get))
    return frame.with_columns(**columns)


def group_median(
    frame: nw.LazyFrame[Any], by: Sequence[str], column: str, name: str
) -> nw.LazyFrame[Any]:
    """Return the median of a column for each group, under a name of its own.

    Arrow only estimates medians of groups; of a source that is made of it, pandas takes this step.
    """
    middle = nw.col(column).median().alias(name)
    if not frame.implementation.is_pyarrow():
        return frame.group_by(*by).agg(middle)
    return _arrow(_pandas(frame.select(*by, column)).group_by(*by).agg(middle))


def _pandas(frame: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    table: pa.Table = frame.collect("pyarrow").to_native()
    rows: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return nw.from_native(rows)


def _arrow(frame: nw.DataFrame[Any]) -> nw.LazyFrame[Any]:
    table = pa.Table.from_pandas(frame.to_native(), preserve_index=False)
    return lazy(table.replace_schema_metadata(None))
