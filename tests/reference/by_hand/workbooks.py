"""What stands in the sample's cells, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl

YEARS = ("2022-2023", "2023-2024", "2024-2025")
COLLEGES = tuple(f"C{number:02}" for number in range(1, 9))
FORMS = ("S00", "S23")

Row = dict[str, Any]
Sheets = dict[str, list[Row]]

# A figure is a part and, where it is a share, a whole; the last says whether there is one at all.
Count = tuple[Fraction | None, Fraction | None, str]
Counts = dict[str, Count]


def number(value: float | Fraction) -> Count:
    return Fraction(value), None, "known"


def share(part: float | Fraction, whole: float | Fraction) -> Count:
    """A part of a whole; where there is no whole, there is nothing to be a part of."""
    return Fraction(part), Fraction(whole), "known" if whole else "not_applicable"


def decimal(cell: float) -> Fraction:
    """The number that a person typed, not the binary one next to it."""
    return Fraction(str(cell))


def plain(name: str, value: Any) -> Any:
    """A date without its time of day, unless the column asks for one."""
    return value.date() if isinstance(value, datetime) and not name.endswith("_at") else value


def read(path: Path, kinds: str) -> Sheets:
    """The sheets whose code begins with one of these letters: S, X or J."""
    book = openpyxl.load_workbook(path, read_only=True)
    sheets: Sheets = {}
    for page in book.worksheets:
        name = page.title.split(" ")[0]
        if name[0] not in kinds:
            continue
        cells: list[tuple[Any, ...]] = list(page.iter_rows(values_only=True))
        if name in FORMS:
            sheets[name] = [{row[0]: plain(row[0], row[2]) for row in cells[2:] if row[0]}]
        else:
            rows = [
                {key: plain(key, cell) for key, cell in zip(cells[3], row, strict=False) if key}
                for row in cells[4:]
            ]
            sheets[name] = [row for row in rows if any(v is not None for v in row.values())]
    book.close()
    return sheets


@dataclass(frozen=True)
class Book:
    """One college's ledger of one year, with what the centre wrote down in that year."""

    year: str
    college: str
    ledger: Sheets = field(repr=False)
    centre: Sheets = field(repr=False)

    @property
    def base(self) -> Row:
        return self.ledger["S00"][0]

    @property
    def first_day(self) -> date:
        return date(int(self.year[:4]), 9, 1)

    @property
    def last_day(self) -> date:
        return date(int(self.year[:4]) + 1, 8, 31)

    def semester_start(self, semester: int) -> date:
        (day,) = [
            row["value"] for row in self.centre["X03"] if row["key"] == f"sem{semester}_start"
        ]
        return date.fromisoformat(day)

    def is_in_year(self, day: date | None) -> bool:
        return day is not None and self.first_day <= day <= self.last_day

    def is_in_semester(self, day: date, semester: int) -> bool:
        """The second begins on its day in the calendar; the first is all that comes before."""
        second = day >= self.semester_start(2)
        return self.is_in_year(day) and second == (semester == 2)

    def of_year(self, sheet: str, column: str) -> list[Row]:
        return [row for row in self.ledger[sheet] if self.is_in_year(row[column])]

    def of_college(self, sheet: str) -> list[Row]:
        """The centre's rows about this college."""
        return [row for row in self.centre[sheet] if row["college_code"] == self.college]

    def was_in_post(self, row: Row) -> bool:
        """On one day of the year at least."""
        until = row["to_date"]
        return row["from_date"] <= self.last_day and (until is None or until >= self.first_day)


def was_in_post_on(row: Row, day: date) -> bool:
    return row["from_date"] <= day and (row["to_date"] is None or day <= row["to_date"])


def read_books(folder: Path) -> dict[tuple[str, str], Book]:
    """Every ledger of the sample, by year and college."""
    books = {}
    for year in YEARS:
        centre = read(folder / year / f"校级_{year}.xlsx", "X")
        for college in COLLEGES:
            ledger = read(folder / year / f"台账_{year}_{college}.xlsx", "S")
            books[year, college] = Book(year, college, ledger, centre)
    return books
