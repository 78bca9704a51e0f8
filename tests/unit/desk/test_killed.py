"""A process that is killed while it enters loses at most the entry that was not acknowledged."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from decimal import Decimal

import openpyxl
import pytest

from evalkit.desk import open_sheet
from evalkit.workspace import Workspace

YEAR = "2024-2025"
WORK = """
import sys
from evalkit.desk import open_sheet
from evalkit.workspace import Workspace
sheet = open_sheet(Workspace.find(sys.argv[1]), "2024-2025", "J02")
print("ready", flush=True)
for turn in range(int(sys.argv[2]), 10_000):
    college, value = f"C0{turn % 3 + 1}", str(turn % 15)
    sheet.set_score(college, "2.4", value)
    print(turn, flush=True)
"""


def _run_and_kill(space: Workspace, start: int, seconds: float) -> int:
    """Enter from `start` on, kill after so long; return the last acknowledged turn."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, str(space.root), str(start)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()
        said = process.stdout.read().splitlines(keepends=True)
    return int(said[-1]) if said and said[-1].endswith("\n") else start - 1


def _kills(space: Workspace, times: int) -> None:
    start, draw = 0, random.Random(times)  # noqa: S311
    for _ in range(times):
        last = _run_and_kill(space, start, draw.uniform(0, 0.4))
        sheet = open_sheet(space, YEAR, "J02")
        rows = {row.college: row.scores.get("2.4") for row in sheet.state.rows}
        # Whatever was acknowledged stands there, and at most one entry more.
        wanted = {
            f"C0{turn % 3 + 1}": Decimal(turn % 15)
            for turn in range(last - 2, last + 1)
            if turn >= 0
        }
        further = {**wanted, f"C0{(last + 1) % 3 + 1}": Decimal((last + 1) % 15)}
        found = {college: score for college, score in rows.items() if score is not None}
        assert found in (wanted, further)
        page = openpyxl.load_workbook(sheet.places.workbook)["J01 评委评分表"]
        column = next(cell.column_letter for cell in page[4] if cell.value == "s24")
        shown = {page[f"A{n}"].value: page[f"{column}{n}"].value for n in (6, 7, 8)}
        assert {c: Decimal(str(v)) for c, v in shown.items() if v is not None} == found
        assert "outside" not in {entry.action for entry in sheet.history}
        assert not list(sheet.places.workbook.parent.glob("*.part"))
        start = last + 1 if found == wanted else last + 2


def test_killed_processes_lose_nothing_that_was_acknowledged(space: Workspace) -> None:
    _kills(space, 2)


@pytest.mark.slow
def test_killed_processes_lose_nothing_forty_times(space: Workspace) -> None:
    _kills(space, 40)
