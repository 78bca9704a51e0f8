"""The store of many invented schools: always the same, and what it is made of can be got back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.synthetic.store import RECORDS, write_store

COLLEGES = [f"C{number:02d}" for number in range(1, 13)]
N = {
    "n_enrolled": 40, "n_exempt": 2, "n_valid": 37, "n_l1": 3, "n_l2": 5, "n_l3": 8,
    "n_l1_interviewed": 2, "n_l2_interviewed": 4, "n_files": 36,
}  # fmt: skip


def large_school() -> dict[str, pa.Table]:
    year = "2024-2025"
    waves = [
        {"academic_year": year, "college_code": code, "wave": "春季普测", "grade": "2023级", **N}
        for code in COLLEGES
    ]
    return {
        "base_info": pa.table(
            {
                "academic_year": [year] * 12,
                "college_code": COLLEGES,
                "college_name": [f"{code}学院" for code in COLLEGES],
                "source_row": list(range(12)),
            }
        ),
        "training_plan": pa.table(
            {
                "academic_year": [year, year],
                "college_code": pa.nulls(2, pa.string()),
                "title": ["督导", "讲座"],
            }
        ),
        "screening": pa.Table.from_pylist(waves),
        "calendar": pa.table({"academic_year": [year]}),
    }


def digests(folder: Path) -> Mapping[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def test_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_store(large_school(), tmp_path / "first", schools=3)
    again = write_store(large_school(), tmp_path / "again", schools=3)
    write_store(large_school(), tmp_path / "other", schools=3, seed=7)
    assert first == again
    assert digests(tmp_path / "first") == digests(tmp_path / "again")
    assert digests(tmp_path / "first") != digests(tmp_path / "other")


def test_schools_are_made_of_different_colleges_under_codes_of_their_own(tmp_path: Path) -> None:
    written = write_store(large_school(), tmp_path, schools=103)
    assert sorted(path.name for path in (tmp_path / "base_info").iterdir()) == [
        "part-001.parquet",
        "part-002.parquet",
    ]
    cover = pq.read_table(tmp_path / "base_info").to_pandas()
    assert len(cover) == written["base_info"]
    assert "source_row" not in cover.columns
    assert cover["school_code"].unique().tolist() == [f"S{n:04d}" for n in range(1, 104)]
    for _, own in cover.groupby("school_code"):
        assert own["college_code"].tolist() == COLLEGES[: len(own)]
        assert own["college_name"].is_unique
        assert 8 <= len(own) <= 11
    assert cover.groupby("school_code")["college_name"].agg(tuple).nunique() > 100


def test_rows_of_the_school_as_a_whole_are_every_school_s(tmp_path: Path) -> None:
    write_store(large_school(), tmp_path, schools=2)
    plan = pq.read_table(tmp_path / "training_plan").to_pylist()
    assert [(row["school_code"], row["college_code"], row["title"]) for row in plan] == [
        ("S0001", None, "督导"),
        ("S0001", None, "讲座"),
        ("S0002", None, "督导"),
        ("S0002", None, "讲座"),
    ]
    assert pq.read_table(tmp_path / "calendar").to_pylist() == [
        {"school_code": "S0001", "academic_year": "2024-2025"},
        {"school_code": "S0002", "academic_year": "2024-2025"},
    ]


def test_records_add_up_to_the_sheet_and_stand_in_no_order(tmp_path: Path) -> None:
    written = write_store(large_school(), tmp_path, schools=1)
    assert not (tmp_path / "screening").exists()
    records = pq.read_table(tmp_path / RECORDS).to_pandas()
    assert len(records) == written[RECORDS] == 40 * written["base_info"]
    assert set(records["wave"]) == {"春季普测"}
    assert not records["college_code"].is_monotonic_increasing
    for _, own in records.groupby("college_code"):
        warned = own[own["valid"] == 1].groupby("level")
        assert warned.size().to_dict() == {0: 21, 1: 3, 2: 5, 3: 8}
        assert warned["interviewed"].sum().to_dict() == {0: 0, 1: 2, 2: 4, 3: 0}
        assert own[["exempt", "valid", "filed"]].sum().to_dict() == {
            "exempt": 2,
            "valid": 37,
            "filed": 36,
        }
        assert not (own["exempt"] & own["valid"]).any()
