from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from evalkit.evidence import SchoolCalendar
from evalkit.intake.frames import table_frame
from evalkit.ledger import load_ledger
from evalkit.workspace import AcademicYear

Table = Callable[..., pd.DataFrame]
Plain = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def table() -> Table:
    """Sheet's name and rows → the frame as intake makes it. Rows are of C01 unless they say so."""
    ledger = load_ledger()

    def build(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
        empty = table_frame(ledger[name], [])
        strange = {key for row in rows for key in row} - set(empty.columns)
        if strange:
            raise KeyError(strange)
        given = [{"college_code": "C01", **row} for row in rows]
        return pd.DataFrame(
            {
                column: pd.Series([row.get(column) for row in given], dtype=empty[column].dtype)
                for column in empty.columns
            }
        )

    return build


@pytest.fixture(scope="session")
def plain() -> Plain:
    """Frame → its rows as tuples, in order; what is missing is ``None``."""

    def rows_of(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
        shown = frame[list(columns)] if columns else frame
        return [
            tuple(None if pd.isna(value) else value for value in row)
            for row in shown.itertuples(index=False)
        ]

    return rows_of


@pytest.fixture(scope="session")
def year() -> AcademicYear:
    return AcademicYear(2024)


@pytest.fixture(scope="session")
def calendar(year: AcademicYear) -> SchoolCalendar:
    return SchoolCalendar(
        year, date(2024, 9, 2), date(2025, 1, 12), date(2025, 2, 17), date(2025, 7, 6)
    )
