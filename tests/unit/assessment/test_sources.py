"""The tables of several years, side by side, as figures are computed from them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest

from evalkit.assessment import Assessment
from evalkit.assessment.details import DETAILS, count_detail
from evalkit.evidence.catalogue import metric_counts
from evalkit.evidence.source import Source

YEARS = ("2022-2023", "2023-2024", "2024-2025")


def handed_in(source: Source) -> set[tuple[str, str, str]]:
    return {tuple(row.values()) for row in source.handed_in.to_pylist()}


def test_every_year_has_its_rows(assessment: Assessment) -> None:
    source = assessment.evidence.source
    for name, table in source.tables.items():
        years = table.column("academic_year").to_pylist()
        expected = {
            year.name: snapshot.manifest["tables"][name]
            for year, snapshot in assessment.snapshots.items()
        }
        assert {year: years.count(year) for year in expected} == expected, name


def test_the_year_of_the_folder_counts_not_what_was_typed(assessment: Assessment) -> None:
    cover = assessment.evidence.source.tables["base_info"]
    assert cover.column_names.count("academic_year") == 1
    assert cover.column("academic_year").to_pylist() == [y for y in YEARS for _ in range(8)]


def test_calendar_and_due_months(assessment: Assessment) -> None:
    source = assessment.evidence.source
    assert source.calendar.to_pylist()[-1] == {
        "academic_year": "2024-2025",
        "first_day": pd.Timestamp(2024, 9, 1),
        "last_day": pd.Timestamp(2025, 8, 31),
        "first_start": pd.Timestamp(2024, 9, 2),
        "second_start": pd.Timestamp(2025, 2, 17),
    }
    due = [row for row in source.due_months.to_pylist() if row["academic_year"] == "2024-2025"]
    assert [row["month"] for row in due] == [
        "2024-09", "2024-10", "2024-11", "2024-12", "2025-01",
        "2025-03", "2025-04", "2025-05", "2025-06", "2025-07",
    ]  # fmt: skip
    assert due[4]["due"] == pd.Timestamp(2025, 1, 31)


def test_who_handed_in_what(assessment: Assessment, gaps: Assessment) -> None:
    full, few = handed_in(assessment.evidence.source), handed_in(gaps.evidence.source)
    codes = {f"C{number:02}" for number in range(1, 9)}
    assert {c for y, c, sheet in full if (y, sheet) == ("2024-2025", "screening")} == codes
    # What the centre wrote down speaks of every college.
    assert {c for y, c, sheet in full if (y, sheet) == ("2024-2025", "centre_tasks")} == codes
    assert {sheet for _, code, sheet in few if code == "C03"} == {"activities"}
    assert not [code for _, code, sheet in few if sheet == "centre_tasks"]


@pytest.fixture(scope="module")
def on_pandas(assessment: Assessment) -> Source:
    """The same tables as pandas frames."""
    source = assessment.evidence.source
    kinds = {
        pa.string(): pd.StringDtype(),
        pa.int64(): pd.Int64Dtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }

    def plain(table: pa.Table) -> pd.DataFrame:
        return table.to_pandas(types_mapper=kinds.get)

    return replace(
        source,
        tables={name: plain(table) for name, table in source.tables.items()},
        calendar=plain(source.calendar),
        due_months=plain(source.due_months),
        handed_in=plain(source.handed_in),
    )


def test_arrow_counts_as_pandas_does(assessment: Assessment, on_pandas: Source) -> None:
    pd.testing.assert_frame_equal(
        metric_counts(assessment.evidence.source), metric_counts(on_pandas), rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("name", DETAILS)
def test_details_on_arrow_and_on_pandas(
    name: str, assessment: Assessment, on_pandas: Source
) -> None:
    arrow = assessment.evidence.detail(name)
    other = count_detail(on_pandas, name)
    order = list(arrow.columns)
    pd.testing.assert_frame_equal(
        arrow.sort_values(order, ignore_index=True), other.sort_values(order, ignore_index=True)
    )
