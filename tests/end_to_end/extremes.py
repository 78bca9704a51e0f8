"""Schools that reports must bear: very long names, 2 and 60 activities, empty sheets, 3 or 30."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import openpyxl

from evalkit.ledger import load_ledger
from evalkit.synthetic import generate, invented_colleges
from evalkit.workspace import Workspace

__all__ = ["NAME", "YEAR", "extreme_school"]

YEAR = "2024-2025"
NAME = "现代精细化工与绿色材料智能制造工程技术产教融合示范特色产业第{:02d}学院"
"""34 characters."""
HEADER = 4
"""Rows of a sheet above its records."""


def extreme_school(root: Path, repository: Path, colleges: int) -> Workspace:
    """Invent a school in which every college has a very long name.

    Of the last year, C01 has 60 activities, C02 has two, and C03 left all optional sheets empty.
    """
    data = root / "data"
    generate(data, colleges=colleges, years=2)
    shutil.copytree(repository / "notebooks", root / "notebooks")
    lines = ['[school]\nname = "示例化工职业学院"\nfictional = true\n']
    lines.append(f'[years]\n"2023-2024" = "partial"\n"{YEAR}" = "assessed"\n')
    lines += [
        f'[[colleges]]\ncode = "{each.code}"\nname = "{NAME.format(number)}"\n'
        f'aliases = ["{each.name}"]\n'
        for number, each in enumerate(invented_colleges(colleges), 1)
    ]
    (root / "evalkit.toml").write_text("\n".join(lines), "utf-8")
    tabs = {sheet.name: sheet.tab for sheet in load_ledger().of("college")}
    _activities(_ledger(data, "C01"), tabs["activities"], 60)
    _activities(_ledger(data, "C02"), tabs["activities"], 2)
    optional = [sheet.tab for sheet in load_ledger().of("college") if not sheet.core]
    _emptied(_ledger(data, "C03"), optional)
    return Workspace.find(root)


def _ledger(data: Path, code: str) -> Path:
    return data / YEAR / f"台账_{YEAR}_{code}.xlsx"


def _activities(path: Path, tab: str, number: int) -> None:
    """Leave so many activities, or fill up with copies on other days."""
    book = openpyxl.load_workbook(path)
    page = book[tab]
    rows = list(page.iter_rows(min_row=HEADER + 1, values_only=True))
    records = [row for row in rows if row[0]]
    columns = [cell.value for cell in page[HEADER]]
    start, end = columns.index("start"), columns.index("end")
    page.delete_rows(HEADER + 1, len(rows))
    for place in range(number):
        record = list(records[place % len(records)])
        record[0] = f"A{place + 1:03d}"
        if place >= len(records):
            first = date(2024, 9, 2) if record[1] == "第一学期" else date(2025, 3, 3)
            record[start], record[end] = first + timedelta(days=place), None
        page.append(record)
    book.save(path)
    book.close()


def _emptied(path: Path, tabs: list[str]) -> None:
    book = openpyxl.load_workbook(path)
    for tab in tabs:
        book[tab].delete_rows(HEADER + 1, book[tab].max_row)
    book.save(path)
    book.close()
