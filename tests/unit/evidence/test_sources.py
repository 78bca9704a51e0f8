"""What figures are computed from: the year decides, the sheet must have been handed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals as nw
import pytest

from evalkit.errors import UnknownNameError
from evalkit.evidence.source import Source

Plain = Callable[..., list[tuple[Any, ...]]]
Build = Callable[..., Source]


@pytest.mark.parametrize(
    ("day", "semester"),
    [
        ("2024-08-31", None),
        ("2024-09-01", "第一学期"),
        ("2025-01-20", "第一学期"),
        ("2025-02-16", "第一学期"),
        ("2025-02-17", "第二学期"),
        ("2025-08-31", "第二学期"),
        ("2025-08-31 09:30", "第二学期"),
        ("2025-09-01", None),
        (None, None),
    ],
)
def test_the_date_decides_year_and_semester(
    source: Build, rows_of: Plain, day: str | None, semester: str | None
) -> None:
    rows = source({"activities": [{"start": day, "semester": "第一学期"}]})
    found = rows_of(rows.of_year("activities", "start"), "college_code", "semester")
    assert found == ([] if semester is None else [("C01", semester)])


def test_each_year_has_its_own_calendar(source: Build, rows_of: Plain) -> None:
    rows = source(
        {
            "activities": [
                {"start": "2024-02-20", "academic_year": "2023-2024"},
                {"start": "2025-02-20"},
                {"start": "2024-02-20"},
            ]
        }
    )
    assert rows_of(rows.of_year("activities", "start"), "academic_year", "semester") == [
        ("2023-2024", "第一学期"),
        ("2024-2025", "第二学期"),
    ]


@pytest.mark.parametrize(
    ("month", "within"),
    [("2024-08", False), ("2024-09", True), ("2025-08", True), ("2025-09", False), (None, False)],
)
def test_months_of_the_year(source: Build, rows_of: Plain, month: str | None, within: bool) -> None:
    rows = source({"individual": [{"month": month}]})
    assert rows_of(rows.of_months("individual"), "month") == ([(month,)] if within else [])


def test_a_sheet_that_is_not_there(source: Build) -> None:
    with pytest.raises(UnknownNameError, match="activitys"):
        source({}).table("activitys")


def test_zero_nothing_and_missing(source: Build, rows_of: Plain) -> None:
    rows = source(
        {"checks": [{"n_checked": 5}, {"n_checked": None, "college_code": "C02"}]},
        handed_in={"checks": ["C01", "C02", "C03"], "funds": ["C04"]},
    )
    counted = rows.table("checks").select(*rows.keys, "n_checked")
    assert rows_of(
        rows.complete(counted, "checks", ["n_checked"]), "college_code", "n_checked"
    ) == [
        ("C01", 5),
        ("C02", None),
        ("C03", 0),
    ]


def test_colleges_of_a_sheet(source: Build, rows_of: Plain) -> None:
    rows = source({"checks": [{}, {}]}, handed_in={"checks": ["C02", "C01"], "funds": ["C02"]})
    assert rows_of(rows.colleges("checks"), "college_code") == [("C01",), ("C02",)]
    assert rows_of(rows.colleges("funds"), "college_code") == [("C02",)]
    assert rows_of(rows.colleges("staff").select(nw.len())) == [(0,)]
