"""What stands in the sample's cells, and nothing more."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

YEARS = ("2022-2023", "2023-2024", "2024-2025")
COLLEGES = tuple(f"C{number:02}" for number in range(1, 9))
SHEETS = {"S00", "S01", "S05", "S06", "S07", "S08", "S09", "S10", "S11", "S13", "S14", "S15", "S16",
          "S19", "S20", "S23"}  # fmt: skip
FORMS = ("S00", "S23")

Row = dict[str, Any]
Ledger = dict[str, list[Row]]


def plain(value: Any) -> Any:
    """A cell without its time of day, which no sheet used here has."""
    return value.date() if isinstance(value, datetime) else value


def read(path: Path, wanted: set[str]) -> Ledger:
    book = openpyxl.load_workbook(path, read_only=True)
    sheets = {}
    for page in book.worksheets:
        name = page.title.split(" ")[0]
        if name not in wanted:
            continue
        cells = [[plain(cell) for cell in row] for row in page.iter_rows(values_only=True)]
        if name in FORMS:
            sheets[name] = [{row[0]: row[2] for row in cells[2:] if row[0]}]
        else:
            rows = (dict(zip(cells[3], row, strict=False)) for row in cells[4:])
            sheets[name] = [row for row in rows if any(v is not None for v in row.values())]
    book.close()
    return sheets


@pytest.fixture(scope="session")
def ledgers(sample: Path) -> dict[str, dict[str, Ledger]]:
    folder = sample / "data" / "sample"
    return {
        year: {
            college: read(folder / year / f"台账_{year}_{college}.xlsx", SHEETS)
            for college in COLLEGES
        }
        for year in YEARS
    }


@pytest.fixture(scope="session")
def second_semester(sample: Path) -> dict[str, date]:
    """First day of the second semester, as the centre's calendar has it."""
    found = {}
    for year in YEARS:
        centre = read(sample / "data" / "sample" / year / f"校级_{year}.xlsx", {"X03"})
        for row in centre["X03"]:
            if row["key"] == "sem2_start":
                found[year] = date.fromisoformat(row["value"])
    return found


@pytest.fixture(scope="session")
def score_rows(sample: Path) -> dict[str, list[Row]]:
    """The judges' rows of each year that has any."""
    folder = sample / "data" / "sample"
    return {
        year: [row for path in paths for row in read(path, {"J01"})["J01"]]
        for year in YEARS
        if (paths := sorted((folder / year).glob(f"评分表_{year}_J*.xlsx")))
    }
