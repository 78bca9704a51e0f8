"""The committed sample as plain rows, read with nothing of the package but its definitions."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from evalkit.ledger import load_ledger

Row = dict[str, object]
Book = dict[str, list[Row]]
SAMPLE = Path(__file__).parents[3] / "data" / "sample"


def _value(cell: object) -> object:
    if cell == "":
        return None
    if cell in ("是", "否"):
        return cell == "是"
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


def read_book(path: Path) -> Book:
    """Return each sheet's rows by machine name, a form as a single row."""
    names = {sheet.tab: sheet for sheet in load_ledger().sheets}
    book: Book = {}
    workbook = CalamineWorkbook.from_path(path)
    for tab in workbook.sheet_names:
        if tab.startswith("_"):
            continue
        grid = workbook.get_sheet_by_name(tab).to_python(skip_empty_area=False)
        if tab in names and names[tab].layout == "form":
            book[names[tab].name] = [{str(row[0]): _value(row[2]) for row in grid[2:]}]
            continue
        header = [str(cell) for cell in grid[3]]
        rows = [dict(zip(header, map(_value, row), strict=True)) for row in grid[4:]]
        name = names[tab].name if tab in names else "score_sheet"
        book[name] = [row for row in rows if any(value is not None for value in row.values())]
    return book


@pytest.fixture(scope="session")
def sample_folder() -> Path:
    return SAMPLE


@pytest.fixture(scope="session")
def ledgers() -> dict[tuple[str, str], Book]:
    """(year, college) → sheet → rows."""
    return {
        (path.parent.name, path.stem.rpartition("_")[2]): read_book(path)
        for path in sorted(SAMPLE.glob("*/台账_*.xlsx"))
    }


@pytest.fixture(scope="session")
def centre() -> dict[str, Book]:
    """Year → sheet → rows."""
    return {path.parent.name: read_book(path) for path in sorted(SAMPLE.glob("*/校级_*.xlsx"))}


@pytest.fixture(scope="session")
def judged() -> dict[str, dict[str, list[Row]]]:
    """Year → judge → rows."""
    found: dict[str, dict[str, list[Row]]] = {}
    for path in sorted(SAMPLE.glob("*/评分表_*.xlsx")):
        year, judge = path.parent.name, path.stem.rpartition("_")[2]
        found.setdefault(year, {})[judge] = read_book(path)["score_sheet"]
    return found


@pytest.fixture(scope="session")
def first_round() -> dict[str, list[Row]]:
    """Judge → rows as they first came in."""
    return {
        path.stem.rpartition("_")[2]: read_book(path)["score_sheet"]
        for path in sorted(SAMPLE.glob("*/第一轮退回/*.xlsx"))
    }


@pytest.fixture(scope="session")
def terms(centre: dict[str, Book]) -> dict[str, dict[str, date]]:
    """Year → sem1_start and so on."""
    return {
        year: {
            str(row["key"]): date.fromisoformat(str(row["value"]))
            for row in book["calendar_dict"]
            if str(row["key"]).startswith("sem")
        }
        for year, book in centre.items()
    }
