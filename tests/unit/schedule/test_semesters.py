from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from evalkit.evidence.calendar import SchoolCalendar
from evalkit.schedule.semesters import Semesters, semesters_of
from evalkit.workspace import AcademicYear

YEAR = AcademicYear(2024)
GIVEN = {
    "sem1_start": "2024-09-02",
    "sem1_end": "2025-01-12",
    "sem2_start": "2025-02-17",
    "sem2_end": "2025-07-06",
}


def test_what_the_sheet_gives() -> None:
    assert semesters_of({**GIVEN, "alias": "化工系"}, YEAR) == Semesters(
        date(2024, 9, 2), date(2025, 1, 12), date(2025, 2, 17), date(2025, 7, 6)
    )


def test_without_a_sheet_the_ends_are_assumed_late() -> None:
    assert semesters_of({}, YEAR) == Semesters(
        date(2024, 9, 1), date(2025, 1, 31), date(2025, 2, 1), date(2025, 7, 15), assumed=True
    )


@pytest.mark.parametrize(
    "slip",
    [
        {},
        {"sem1_end": "2025-01-12 00:00:00"},
        {"sem1_end": ""},
        {"sem1_end": "一月中旬"},
        {"sem1_end": "2025-02-30"},
        {"sem2_start": "2024-02-17"},
        {"sem1_start": "2025-09-02", "sem1_end": "2026-01-12", "sem2_start": "2026-02-17",
         "sem2_end": "2026-07-06"},
        {"sem2_end": "2024-07-06"},
        {"sem1_end": "2025-03-01"},
    ],
)  # fmt: skip
def test_agrees_with_the_evidence(slip: dict[str, str]) -> None:
    entries = GIVEN | slip
    table = pd.DataFrame({"key": list(entries), "value": list(entries.values())})
    theirs, ours = SchoolCalendar.from_table(table, YEAR), semesters_of(entries, YEAR)
    assert ours.assumed is theirs.assumed
    if not ours.assumed:
        assert (ours.first_start, ours.first_end, ours.second_start, ours.second_end) == (
            theirs.first_start, theirs.first_end, theirs.second_start, theirs.second_end
        )  # fmt: skip
