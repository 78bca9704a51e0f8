"""``evalkit research export``: what it writes and says."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import click
import docx
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from evalkit.assessment import Assessment
from evalkit.errors import DataError, EvalkitError, NoDataError, StoreError, UnknownNameError
from evalkit.research.lattice import COUNTS, TABLES
from evalkit.research.screening import rows_from_records, rows_from_snapshots

from .exporting import hashes, refusal, run
from .invented import invented_records, invented_rows

YEARS = "2022-2023,2023-2024,2024-2025"


@pytest.fixture(scope="module")
def folder(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("export") / "提取"
    result = run("--years", YEARS, "--workspace", sample, "-o", place)
    first, second = result.output.splitlines()
    assert re.fullmatch(
        r"已导出 2022-2023、2023-2024、2024-2025 学年，7 张表 177 行，隐去 \d+ 格（k = 10），"
        r"共 20 个文件：.*提取",
        first,
    )
    assert second == "请先填写并签署“数据使用承诺书.docx”，再把数据交给研究人员。"
    return place


def test_again_gives_the_same_bytes(folder: Path, sample: Path, tmp_path: Path) -> None:
    run("--years", "2024-2025、2023-2024 2022-2023", "--workspace", sample, "-o", tmp_path / "再")
    assert hashes(folder) == hashes(tmp_path / "再")


def test_the_formats_say_the_same(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "extract.xlsx")
    assert book.sheetnames == [*TABLES, "codebook", "breaks"]
    for name in TABLES:
        raw = (folder / f"{name}.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        csv = pd.read_csv(io.BytesIO(raw), dtype=str, keep_default_na=False)
        parquet = pq.read_table(folder / f"{name}.parquet").to_pandas()
        assert list(csv) == list(parquet)
        numbers = parquet[list(COUNTS)].astype("Int64").astype("string").fillna("")
        assert (csv[list(COUNTS)].to_numpy() == numbers.to_numpy()).all()
        sheet = list(book[name].iter_rows(min_row=3, values_only=True))
        assert list(sheet[0]) == list(csv)
        for typed, row in zip(csv.to_dict("records"), sheet[1:], strict=True):
            gone = typed["suppressed"].split("、") if typed["suppressed"] else []
            for column, cell in zip(csv, row, strict=True):
                if column in gone:
                    assert (cell, typed[column]) == ("—*", "")
                else:
                    assert ("" if cell is None else str(cell)) == typed[column]


def test_no_day_and_no_class_and_no_name_is_in_it(folder: Path, assessment: Assessment) -> None:
    text = "".join(p.read_text("utf-8-sig") for p in folder.glob("*.csv"))
    assert not re.search(r"\d{4}-\d{2}-\d{2}", text)
    assert "班级" not in text
    assert not any(name in text for name in assessment.names.values())
    months = pd.read_csv(folder / "screening.csv", encoding="utf-8-sig")["month_start"]
    assert months.str.fullmatch(r"\d{4}-\d{2}").all()


def test_codebook_tells_every_column(folder: Path) -> None:
    book = pd.read_csv(folder / "codebook.csv", encoding="utf-8-sig", keep_default_na=False)
    assert list(book) == ["table", "column", "title", "unit", "type", "source", "note"]
    told = book.groupby("table")["column"].agg(list).to_dict()
    assert told == {n: list(pq.read_schema(folder / f"{n}.parquet").names) for n in TABLES}
    assert (book[["title", "type", "source"]] != "").all().all()
    counts = book[book["column"].isin(list(COUNTS))]
    assert set(counts["unit"]) == {"人"}
    text = (folder / "codebook.md").read_text("utf-8")
    assert "| 2024-2025 | C04 | 测评工具由SCL-90改为中国大学生心理健康筛查量表 |" in text
    assert "大于 0 且小于 10 的学生人数一律隐去" in text


def test_form_can_be_signed_and_has_no_date(folder: Path) -> None:
    form = docx.Document(str(folder / "数据使用承诺书.docx"))
    text = "\n".join(paragraph.text for paragraph in form.paragraphs)
    cells = [cell.text for table in form.tables for row in table.rows for cell in row.cells]
    assert text.startswith("学生心理普测数据使用承诺书\n（虚构学校的示例数据）")
    assert "任何学生人数不小于 10" in text
    assert "2022-2023、2023-2024、2024-2025" in cells
    assert cells.count("　　　　年　　月　　日") == 3
    assert form.core_properties.modified.year == 2024
    with zipfile.ZipFile(folder / "数据使用承诺书.docx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(2024, 1, 1, 0, 0, 0)}


def test_manifest_lists_every_file(folder: Path, assessment: Assessment) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert {file["name"]: file["sha256"] for file in manifest["files"]} == {
        name: digest for name, digest in hashes(folder).items() if name != "manifest.json"
    }
    assert manifest["settings"] == {
        "level": "college-grade-wave",
        "level_title": "学院 × 年级 × 批次（汇总人数）",
        "years": YEARS.split(","),
        "k": 10,
        "named": False,
    }
    ids = {year.name: snapshot.id for year, snapshot in assessment.snapshots.items()}
    assert manifest["sources"] == {"snapshots": ids}
    assert manifest["rows"]["screening"] == 75


def test_named_and_other_threshold(folder: Path, sample: Path, tmp_path: Path) -> None:
    place = tmp_path / "n"
    run("--years", YEARS, "--named", "--k", 5, "--workspace", sample, "-o", place)
    table = pq.read_table(place / "screening.parquet").to_pandas()
    assert table["college_name"].iloc[0] == "精细化工学院"
    other = pq.read_table(folder / "screening.parquet").to_pandas()
    assert table["n_l1"].notna().sum() > other["n_l1"].notna().sum()
    assert not table["n_l1"].between(1, 4).any()


def test_an_earlier_extract_is_replaced(sample: Path, tmp_path: Path) -> None:
    place = tmp_path / "place"
    run("--years", "2024-2025", "--named", "--workspace", sample, "-o", place)
    (place / "笔记.txt").write_text("留着", encoding="utf-8")
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    manifest["files"].append({"name": "old.csv"})
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (place / "old.csv").write_text("旧", encoding="utf-8")
    run("--years", "2024-2025", "--workspace", sample, "-o", place)
    assert not (place / "old.csv").exists()
    assert (place / "笔记.txt").exists()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = invented_rows(8, years=2)
    records = invented_records(rows)
    folder = tmp_path_factory.mktemp("store") / "screening_records"
    folder.mkdir()
    records.to_parquet(folder / "S1.parquet", index=False)
    records.assign(school_code="S2").to_parquet(folder / "S2.parquet", index=False)
    return folder.parent


def test_records_of_a_store(store: Path, tmp_path: Path) -> None:
    options = ("--level", "records", "--store", store, "--school", "S1", "--k", 5)
    run("--years", "2022-2023", *options, "-o", tmp_path / "a")
    run("--years", "2022-2023", *options, "-o", tmp_path / "b")
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")
    table = pq.read_table(tmp_path / "a" / "records.parquet").to_pandas()
    assert list(table) == [
        "record", "academic_year", "college", "grade", "wave", "level", "interviewed", "suppressed",
    ]  # fmt: skip
    assert table["record"].is_unique
    assert set(table["academic_year"]) == {"2022-2023"}
    assert table.groupby(["college", "grade", "wave"]).size().min() >= 5
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text("utf-8"))
    assert list(manifest["sources"]["records"]) == ["S1.parquet"]
    assert not (tmp_path / "a" / "screening.csv").exists()
    text = (tmp_path / "a" / "codebook.md").read_text("utf-8")
    assert "只含有效答卷" in text


def test_counts_of_a_store_are_those_of_its_records(store: Path, tmp_path: Path) -> None:
    run("--years", "2023-2024", "--store", store, "--school", "S2", "-o", tmp_path / "a")
    table = pq.read_table(tmp_path / "a" / "screening.parquet").to_pandas()
    rows = invented_rows(8, years=2)
    own = rows[rows["academic_year"] == "2023-2024"]
    assert table["n_required"].dropna().sum() <= own["n_required"].sum()
    assert len(table) == len(own)


def test_years_may_be_given_several_times(sample: Path, tmp_path: Path) -> None:
    options = ("--workspace", sample, "-o")
    run("--years", "2023-2024", "--years", "2024-2025", *options, tmp_path / "a")
    run("--years", "2024-2025，2023-2024", *options, tmp_path / "b")
    run("--year", "2024-2025", "--years", "2023-2024;2024-2025", *options, tmp_path / "c")
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b") == hashes(tmp_path / "c")
    table = pq.read_table(tmp_path / "a" / "annual_school.parquet").to_pandas()
    assert list(table["academic_year"]) == ["2023-2024", "2024-2025"]


def test_rows_from_records_are_those_of_the_sheet() -> None:
    rows = invented_rows(21, years=2)
    found = rows_from_records(invented_records(rows))
    keys = ["academic_year", "college", "grade", "wave"]
    own = rows[rows["n_required"] > 0].sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(found[[*keys, *COUNTS]], own[[*keys, *COUNTS]])


def test_a_count_is_missing_where_a_number_of_its_sum_is(assessment: Assessment) -> None:
    snapshot = assessment.snapshot
    rows = rows_from_snapshots({assessment.year: snapshot}, [assessment.year])
    assert rows["n_l1"].notna().all()
    assert len(rows) == len(snapshot.table("screening"))


def test_what_is_refused(sample: Path, store: Path, tmp_path: Path) -> None:
    at = ("--workspace", sample, "-o", tmp_path / "x")
    assert refusal(click.UsageError, "-o", tmp_path) == (
        "请用 --years 写明获准使用的学年，例如 --years 2023-2024,2024-2025。"
    )
    assert refusal(click.UsageError, "--years", "2024-2025") == (
        "请用 -o 写明写入的文件夹，例如 -o 提取。"
    )
    assert refusal(UnknownNameError, "--years", "2024-2025", "--level", "class", *at) == (
        "没有名为“class”的级别。现有：college-grade-wave、records。"
        "班级一级的数据不提供：一个班约 40 人，几乎每一格都不足人数下限。"
    )
    assert "没有名为“2019-2020”的学年" in refusal(UnknownNameError, "--years", "2019-2020", *at)
    assert "人数下限 k 是 3" in refusal(DataError, "--years", "2024-2025", "--k", 3, *at)
    inside = sample / "data" / "sample" / "x"
    assert refusal(DataError, "--years", "2024-2025", "--workspace", sample, "-o", inside) == (
        f"“{inside}”在数据文件夹 {sample / 'data' / 'sample'} 之内，会与其中的数据混在一起。"
        "请换一个文件夹。"
    )
    more = ("--store", store, "-o", tmp_path / "x")
    assert refusal(DataError, "--years", "2022-2023", *more) == (
        "记录中有 2 所学校（S1、S2）。一次只提取一所：请用 --school 写明学校代码。"
    )
    assert "数据仓库中只有学院代码" in refusal(DataError, "--years", "2022-2023", "--named", *more)
    assert "没有学校 S9 在 2022-2023 学年的记录" in refusal(
        NoDataError, "--years", "2022-2023", "--school", "S9", *more
    )
    assert "没有 2030-2031 学年的记录。请去掉这些学年。" in refusal(
        NoDataError, "--years", "2022-2023,2030-2031", "--school", "S1", *more
    )
    assert not (tmp_path / "x").exists()


def test_a_foreign_manifest_and_broken_records_are_left_alone(sample: Path, tmp_path: Path) -> None:
    place = tmp_path / "别人的"
    place.mkdir()
    (place / "manifest.json").write_text('{"files": []}', encoding="utf-8")
    text = refusal(EvalkitError, "--years", "2024-2025", "--workspace", sample, "-o", place)
    assert text.startswith(f"文件夹 {place} 里有一份不是由本命令写的 manifest.json，没有写入。")
    records = tmp_path / "store" / "screening_records"
    records.mkdir(parents=True)
    (records / "a.parquet").write_bytes(b"PAR1 nothing")
    assert "无法读取" in refusal(
        StoreError, "--years", "2024-2025", "--store", tmp_path / "store", "-o", tmp_path / "o"
    )
    pd.DataFrame({"school_code": ["S1"]}).to_parquet(records / "a.parquet")
    assert "缺少 academic_year、college_code" in refusal(
        StoreError, "--years", "2024-2025", "--store", tmp_path / "store", "-o", tmp_path / "o"
    )
