"""What a college's report reads, proved: other colleges' ledgers change, and no view notices."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evalkit.assessment import Assessment, CollegeView, load_assessment
from evalkit.intake import Snapshot
from evalkit.privacy import Released
from evalkit.reports.reads import material_of, reads
from evalkit.reports.scope import COMPARED
from evalkit.workspace import AcademicYear

COLLEGE = "C03"
Change = Callable[[AcademicYear, str, pd.DataFrame], pd.DataFrame]
With = Callable[[Assessment, Change], Assessment]


@pytest.fixture
def with_tables(tmp_path: Path) -> With:
    """Return what makes an assessment as it would be if the tables of its snapshots were others."""

    def make(assessment: Assessment, change: Change) -> Assessment:
        snapshots = {}
        for year, snapshot in assessment.snapshots.items():
            folder = tmp_path / year.name
            shutil.copytree(snapshot.folder, folder)
            for name, table in snapshot.tables.items():
                changed = pa.Table.from_pandas(change(year, name, table), preserve_index=False)
                pq.write_table(changed, folder / f"{name}.parquet")
            snapshots[year] = Snapshot(snapshot.id, year, folder, snapshot.manifest)
        return replace(assessment, snapshots=snapshots)

    return make


def of_others(table: pd.DataFrame) -> pd.Series:
    """Mark the rows that colleges other than `COLLEGE` wrote."""
    return table["college_code"].notna() & (table["college_code"] != COLLEGE)


def is_ledger(table: pd.DataFrame) -> bool:
    """Whether a table comes from the colleges' ledgers."""
    return bool(table["source_file"].str.startswith("台账").any())


def without_half(year: AcademicYear, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Take out every other row of the others' ledgers."""
    if not is_ledger(table):
        return table
    others = of_others(table).to_numpy(dtype=bool)
    return table[~others | (others.cumsum() % 2 == 0)].reset_index(drop=True)


def with_other_values(year: AcademicYear, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Change every number, date, flag and text of the others' ledgers."""
    if not is_ledger(table):
        return table
    table, others = table.copy(), of_others(table)
    for column in table.columns.difference(["college_code", "source_file", "grade"]):
        kind = table[column].dtype
        if kind == "boolean":
            table.loc[others, column] = ~table.loc[others, column]
        elif kind in ("Int64", "Float64"):
            table.loc[others, column] += 3
        elif pd.api.types.is_datetime64_any_dtype(kind):
            table.loc[others, column] += pd.Timedelta(days=40)
        else:
            table.loc[others, column] = table.loc[others, column] + "改"
    return table


def without_others(year: AcademicYear, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Take out the others' ledgers altogether."""
    return table[~of_others(table)].reset_index(drop=True) if is_ledger(table) else table


def shown(view: CollegeView) -> Iterator[tuple[str, Any]]:
    """Return everything that a notebook can get from a view, as it is printed."""
    for name, member in inspect.getmembers(type(view)):
        if name.startswith("_") or name in ("assessment", "college"):
            continue
        if isinstance(member, (property, cached_property)):
            value = getattr(view, name)
        elif inspect.isfunction(member) and _asks_for_nothing(member):
            value = member(view)
        else:
            continue
        if isinstance(value, Released):
            fields = [field.name for field in value.fields]
            value = [[value.text(row, name) for name in fields] for row in range(len(value))]
        elif isinstance(value, pd.Series):
            value = value.astype("string").to_dict()
        yield name, value


def _asks_for_nothing(method: Callable[..., Any]) -> bool:
    _self, *others = inspect.signature(method).parameters.values()
    return all(other.kind is other.VAR_POSITIONAL for other in others)


CHANGES = [without_half, with_other_values, without_others]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_views_read_nothing_else_of_other_ledgers(
    assessment: Assessment, with_tables: With, change: Change
) -> None:
    other = with_tables(assessment, change)
    before, after = dict(shown(assessment.college(COLLEGE))), dict(shown(other.college(COLLEGE)))
    assert len(before) >= 20
    noticed = {name for name in before if repr(after[name]) != repr(before[name])}
    assert noticed <= COMPARED
    known, now = reads(assessment), reads(other)
    parts = {part for part in known[COLLEGE] if now[COLLEGE][part] != known[COLLEGE][part]}
    assert parts == ({"compared"} if noticed else set())
    different = {reader for reader in known if now[reader] != known[reader]}
    assert different >= {"school", *(f"C0{number}" for number in range(1, 9))} - {COLLEGE}


def test_views_do_read_their_own_ledger(assessment: Assessment, with_tables: With) -> None:
    """Else the test above would prove nothing."""

    def change(year: AcademicYear, name: str, table: pd.DataFrame) -> pd.DataFrame:
        own = (table["college_code"] == COLLEGE).fillna(False)
        return table[~own].reset_index(drop=True) if name == "activities" else table

    before = dict(shown(assessment.college(COLLEGE)))
    after = dict(shown(with_tables(assessment, change).college(COLLEGE)))
    different = {name for name in before if repr(after[name]) != repr(before[name])}
    assert {"activities_by_form", "activities_by_month", "cards", "totals"} <= different


RISK = ("screening", "individual", "key_students", "crisis")
"""Sheets that say something about students at risk."""


def with_other_risks(year: AcademicYear, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Change what the college says of students at risk, and leave the rest as it is."""
    own = (table["college_code"] == COLLEGE).fillna(False)
    if name not in RISK:
        return table
    if name in ("key_students", "crisis"):
        return table[~own].reset_index(drop=True)
    table = table.copy()
    for column in ("n_l1", "n_l2", "n_l3", "n_l1_interviewed", "n_l2_interviewed",
                   "n_ref_centre", "n_ref_hospital"):  # fmt: skip
        if column in table:
            table.loc[own, column] += 7
    return table


def test_the_public_notices_nothing_of_students_at_risk(
    sample: Path, assessment: Assessment, with_tables: With
) -> None:
    public = load_assessment("2024-2025", workspace=sample, audience="public")
    other = with_tables(public, with_other_risks)
    before, after = dict(shown(public.college(COLLEGE))), dict(shown(other.college(COLLEGE)))
    noticed = {name for name in before if repr(after[name]) != repr(before[name])}
    assert noticed == set()
    # Else this would prove nothing: those within the school do notice.
    changed = replace(other, audience=assessment.audience)
    within, then = dict(shown(assessment.college(COLLEGE))), dict(shown(changed.college(COLLEGE)))
    noticed = {name for name in within if repr(then[name]) != repr(within[name])}
    assert noticed >= {
        "counselling", "evidence_table", "priority_care", "totals", "trends", "verdict_table",
        "warnings",
    }  # fmt: skip


def test_one_cell_of_one_year(assessment: Assessment, with_tables: With) -> None:
    def change(year: AcademicYear, name: str, table: pd.DataFrame) -> pd.DataFrame:
        if (year.name, name) != ("2023-2024", "activities"):
            return table
        table = table.copy()
        first = table.index[table["college_code"] == COLLEGE][0]
        table.loc[first, "place"] = "另一间教室"
        return table

    before, after = reads(assessment), reads(with_tables(assessment, change))
    parts = {
        (reader, part)
        for reader, known in before.items()
        for part in known
        if after[reader][part] != known[part]
    }
    assert parts == {(COLLEGE, "own:2023-2024"), ("school", "school:2023-2024")}


def test_the_calendar_is_everybodys(assessment: Assessment, with_tables: With) -> None:
    def change(year: AcademicYear, name: str, table: pd.DataFrame) -> pd.DataFrame:
        return table.iloc[1:] if name == "calendar_dict" else table

    before, after = reads(assessment), reads(with_tables(assessment, change))
    assert all(after[reader] != before[reader] for reader in before)
    assert all(after[f"C0{number}"]["shared"] != before["C01"]["shared"] for number in range(1, 9))


def _with_manifest(assessment: Assessment, **facts: Any) -> Assessment:
    snapshots = dict(assessment.snapshots)
    now = assessment.snapshot
    snapshots[now.year] = replace(now, manifest={**now.manifest, **facts})
    return replace(assessment, snapshots=snapshots)


def test_sheets_that_were_not_handed_in(assessment: Assessment) -> None:
    handed_in: Mapping[str, list[str]] = assessment.snapshot.manifest["handed_in"]
    without = {name: [c for c in codes if c != COLLEGE] for name, codes in handed_in.items()}
    before, after = reads(assessment), reads(_with_manifest(assessment, handed_in=without))
    parts = {
        (reader, part)
        for reader, known in before.items()
        for part in known
        if after[reader][part] != known[part] and part != "compared"
    }
    assert parts == {(COLLEGE, "own:2024-2025"), ("school", "school:2024-2025")}


def test_score_sheets_are_everybodys(assessment: Assessment) -> None:
    other = replace(assessment.snapshot)
    first, *rest = assessment.snapshot.score_sheets
    vars(other)["score_sheets"] = (replace(first, comment="另一条意见"), *rest)
    changed = replace(assessment, snapshots={**assessment.snapshots, other.year: other})
    before, after = reads(assessment), reads(changed)
    assert all(after[reader] != before[reader] for reader in before)


def test_what_was_wrong_in_the_files(assessment: Assessment) -> None:
    findings = assessment.snapshot.findings
    own = [f for f in findings if f.location.file in assessment.snapshot.files_of(COLLEGE)]
    other = replace(assessment.snapshot)
    vars(other)["findings"] = tuple(f for f in findings if f not in own)
    changed = replace(assessment, snapshots={**assessment.snapshots, other.year: other})
    before, after = reads(assessment), reads(changed)
    expected = {COLLEGE, "school"} if own else set()
    assert {reader for reader in before if after[reader] != before[reader]} == expected


def test_material(assessment: Assessment) -> None:
    material = material_of(assessment, compares=False)
    assert material.snapshots == {
        year.name: snapshot.id for year, snapshot in assessment.snapshots.items()
    }
    assert material.colleges == assessment.colleges
    assert len(material.inputs) == 9 + 16 + 16
    assert material.inputs[0] == {
        "year": "2022-2023",
        "file": "台账_2022-2023_C01.xlsx",
        "kind": "college",
        "code": "C01",
        "sha256": assessment.snapshots[AcademicYear(2022)].manifest["inputs"][0]["sha256"],
    }
    assert (material.errors, material.returned) == (0, ())
    assert set(material.reads["C01"]) == {
        "shared", "hidden", "own:2022-2023", "own:2023-2024", "own:2024-2025",
    }  # fmt: skip
