"""The border between a caller's frame (pandas, DuckDB, Spark) and narwhals' expressions."""

from __future__ import annotations

from typing import Any, cast

import narwhals as nw
from narwhals.typing import IntoFrameT

__all__ = ["lazy", "native"]


def lazy(frame: IntoFrameT) -> nw.LazyFrame[Any]:
    """Return the frame for narwhals' expressions, lazy where its engine is."""
    return cast("nw.LazyFrame[Any]", nw.from_native(cast("Any", frame)).lazy())


def native(result: nw.LazyFrame[Any], like: IntoFrameT) -> IntoFrameT:  # noqa: ARG001 -- typing
    """Return a result as the engine of `like` has it."""
    return cast("IntoFrameT", result.to_native())
