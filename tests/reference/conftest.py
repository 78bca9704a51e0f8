"""The sample's workbooks, read once, and the program's figures to hold against them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evalkit.assessment import Assessment

from .by_hand.workbooks import YEARS, Book, Row, Sheets, read, read_books


@pytest.fixture(scope="session")
def books(sample: Path) -> dict[tuple[str, str], Book]:
    return read_books(sample / "data" / "sample")


@pytest.fixture(scope="session")
def ledgers(books: dict[tuple[str, str], Book]) -> dict[str, dict[str, Sheets]]:
    found: dict[str, dict[str, Sheets]] = {year: {} for year in YEARS}
    for (year, college), book in books.items():
        found[year][college] = book.ledger
    return found


@pytest.fixture(scope="session")
def second_semester(books: dict[tuple[str, str], Book]) -> dict[str, date]:
    """First day of the second semester, as the centre's calendar has it."""
    return {year: books[year, "C01"].semester_start(2) for year in YEARS}


@pytest.fixture(scope="session")
def score_rows(sample: Path) -> dict[str, list[Row]]:
    """The judges' rows of each year that has any."""
    folder = sample / "data" / "sample"
    return {
        year: [row for path in paths for row in read(path, "J")["J01"]]
        for year in YEARS
        if (paths := sorted((folder / year).glob(f"评分表_{year}_J*.xlsx")))
    }


@pytest.fixture(scope="session")
def figures(assessment: Assessment) -> Callable[[str], Any]:
    by_name = {year.name: figures for year, figures in assessment.figures.items()}
    return lambda year: by_name[year]
