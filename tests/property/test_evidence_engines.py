"""Whatever stands in the tables, pandas, Arrow and DuckDB make the same figures of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.evidence.catalogue import (
    SCHOOL_SUBJECTS,
    SUBJECTS,
    metric_counts,
    school_counts,
)
from evalkit.evidence.metric import Subject
from evalkit.evidence.source import Source
from evalkit.evidence.terms import Terms
from evalkit.intake.frames import table_frame
from evalkit.ledger import Column, load_ledger

quick = settings(max_examples=6, deadline=None)

Convert = Callable[[pa.Table], Any]
Row = Mapping[str, Any]
KINDS = {
    "int": pa.int64(),
    "bool": pa.bool_(),
    "dec": pa.float64(),
    "money": pa.float64(),
    "pct": pa.float64(),
    "date": pa.timestamp("us"),
    "datetime": pa.timestamp("us"),
}
FRAMES = {
    pa.string(): pd.StringDtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
YEARS, COLLEGES = ("2023-2024", "2024-2025"), ("C01", "C02")
DAYS = [
    *(
        pd.Timestamp(2023, 8, 31) + timedelta(days=days)
        for days in (0, 1, 59, 60, 200, 365, 366, 367)
    ),
    pd.Timestamp(2025, 3, 1),
    pd.Timestamp(2025, 8, 31),
]
TEXTS = ("甲", "甲 ", "乙", "《乙》", "危机干预演练", "报送年度工作计划", "报送年度总结")
MONTHS = ("2023-08", "2023-09", "2023-10", "2024-01", "2024-08", "2024-09", "2024-10", "2025-03")
GRADES = ("2022级", "2023级", "2024级")


def of_column(column: Column) -> st.SearchStrategy[Any]:
    """What may stand in a column after intake, and rather often the same."""
    by_type: dict[str, st.SearchStrategy[Any]] = {
        "int": st.integers(0, 4),
        "bool": st.booleans(),
        "dec": st.integers(0, 8).map(lambda n: n / 2),
        "money": st.integers(-200, 2000).map(lambda n: n / 100),
        "pct": st.integers(0, 100).map(float),
        "date": st.sampled_from(DAYS),
        "datetime": st.builds(
            lambda day, minutes: day + timedelta(minutes=minutes),
            st.sampled_from(DAYS),
            st.integers(0, 1439),
        ),
        "ym": st.sampled_from(MONTHS),
        "grade": st.sampled_from(GRADES),
        "grades": st.sampled_from([*GRADES, "全体", "2023级、2024级"]),
    }
    if column.type == "enums":
        several = st.lists(st.sampled_from(column.allowed), min_size=1, max_size=3, unique=True)
        filled = several.map("、".join)
    elif column.allowed:
        filled = st.sampled_from(column.allowed)
    else:
        filled = by_type.get(column.type, st.sampled_from(TEXTS))
    return st.one_of(filled, filled, filled, st.none())


@cache
def schema_of(sheet: str) -> Mapping[str, pa.DataType]:
    """Return the columns of a sheet's table."""
    definition = load_ledger()[sheet]
    kinds = {c.name: KINDS.get(c.type, pa.string()) for c in definition.columns}
    names = [name for name in table_frame(definition, []).columns if name in kinds]
    keys = dict.fromkeys(("academic_year", "college_code"), pa.string())
    return keys | {name: kinds[name] for name in names if name not in keys}


def rows_of(sheet: str, columns: frozenset[str]) -> st.SearchStrategy[list[Row]]:
    """Rows in which the columns that figures are computed from have values."""
    definition = load_ledger()[sheet]
    drawn = {c.name: of_column(c) for c in definition.columns if c.name in columns}
    keys = {"academic_year": st.sampled_from(YEARS), "college_code": st.sampled_from(COLLEGES)}
    return st.lists(st.fixed_dictionaries(drawn | keys), max_size=6)


def needs_of(subject: Subject) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for metric in subject.metrics:
        for sheet, columns in metric.needs.items():
            found.setdefault(sheet, set()).update(columns)
    return {sheet: frozenset(columns) for sheet, columns in found.items()}


def table_of(rows: list[Any], kinds: Mapping[str, pa.DataType]) -> pa.Table:
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], kind) for name, kind in kinds.items()}
    )


TEXT, DAY = pa.string(), pa.timestamp("us")
CALENDAR = table_of(
    [
        {
            "academic_year": f"{start}-{start + 1}",
            "first_day": pd.Timestamp(start, 9, 1),
            "last_day": pd.Timestamp(start + 1, 8, 31),
            "first_start": pd.Timestamp(start, 9, 2),
            "second_start": pd.Timestamp(start + 1, 2, 20),
        }
        for start in (2023, 2024)
    ],
    {"academic_year": TEXT}
    | dict.fromkeys(("first_day", "last_day", "first_start", "second_start"), DAY),
)
DUE = table_of(
    [
        {
            "academic_year": year,
            "month": month,
            "due": pd.Timestamp(int(month[:4]), int(month[5:]), 28),
        }
        for year, months in zip(YEARS, (MONTHS[1:4], MONTHS[5:]), strict=True)
        for month in months
    ],
    {"academic_year": TEXT, "month": TEXT, "due": DAY},
)
TERMS = st.builds(
    Terms,
    observer_unit=st.sampled_from(["dorm", "class"]),
    participation_base=st.sampled_from(["required", "enrolled"]),
    training_year=st.sampled_from(["academic_year", "calendar_year"]),
    crisis_hours=st.sampled_from([None, 24]),
    withdrawn_certificates=st.sampled_from(["accepted", "not_accepted"]),
)


@st.composite
def sources(draw: st.DrawFn, subject: Subject) -> Source:
    """An Arrow source with rows in the sheets that a subject needs."""
    needs = needs_of(subject)
    tables = {
        sheet.name: table_of(
            draw(rows_of(sheet.name, needs[sheet.name])) if sheet.name in needs else [],
            schema_of(sheet.name),
        )
        for sheet in load_ledger().sheets
        if sheet.workbook != "judge"
    }
    there = [(year, code, name) for year in YEARS for code in COLLEGES for name in needs]
    kept = draw(st.lists(st.sampled_from(there), unique=True)) if draw(st.booleans()) else there
    columns = ("academic_year", "college_code", "sheet")
    handed_in = table_of(
        [dict(zip(columns, row, strict=True)) for row in kept], dict.fromkeys(columns, TEXT)
    )
    return Source(tables, CALENDAR, DUE, handed_in, draw(TERMS))


def held_by(source: Source, convert: Convert) -> Source:
    return replace(
        source,
        tables={name: convert(table) for name, table in source.tables.items()},
        calendar=convert(source.calendar),
        due_months=convert(source.due_months),
        handed_in=convert(source.handed_in),
    )


@pytest.fixture(scope="module")
def relation() -> Iterator[Convert]:
    duckdb = pytest.importorskip("duckdb", reason="没有安装 duckdb")
    with duckdb.connect() as connection:
        yield connection.from_arrow


def frame(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas(types_mapper=FRAMES.get)


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    # Sums of decimals may differ in their last digit: engines add up in orders of their own.
    pd.testing.assert_frame_equal(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("subject", SUBJECTS, ids=[subject.name for subject in SUBJECTS])
@given(data=st.data())
@quick
def test_engines_agree(subject: Subject, relation: Convert, data: st.DataObject) -> None:
    arrow = data.draw(sources(subject))
    expected = metric_counts(held_by(arrow, frame), [subject])
    assert_same(metric_counts(arrow, [subject]), expected)
    assert_same(metric_counts(held_by(arrow, relation), [subject]), expected)


@given(arrow=sources(SCHOOL_SUBJECTS[0]))
@quick
def test_engines_agree_on_the_school(relation: Convert, arrow: Source) -> None:
    expected = school_counts(held_by(arrow, frame))
    assert_same(school_counts(arrow), expected)
    assert_same(school_counts(held_by(arrow, relation)), expected)
