"""The program's figures as plain mappings, to hold against those counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from .workbooks import Row

Values = dict[tuple[Any, ...], tuple[Any, ...]]


def told(frame: pd.DataFrame, keys: tuple[str, ...], values: tuple[str, ...]) -> Values:
    """What the program found, by its keys; every key once."""
    found: Values = {}
    for row in frame.to_dict("records"):
        key = tuple(row[name] for name in keys)
        if key in found:
            raise ValueError(key)
        found[key] = tuple(None if pd.isna(row[name]) else row[name] for name in values)
    return found


def by_college(figures: Any, *values: str) -> Values:
    return told(figures.by_college, ("college_code",), values)


def is_in_year(day: date | None, year: str) -> bool:
    start = int(year[:4])
    return day is not None and date(start, 9, 1) <= day <= date(start + 1, 8, 31)


def was_in_post(row: Row, year: str) -> bool:
    start = int(year[:4])
    begun = row["from_date"] is None or row["from_date"] <= date(start + 1, 8, 31)
    return begun and (row["to_date"] is None or row["to_date"] >= date(start, 9, 1))
