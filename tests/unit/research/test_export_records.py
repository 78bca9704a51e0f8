"""The extract of coded records: of a school's own platform, files in its data folder or named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from evalkit.assessment import Assessment
from evalkit.errors import DataError, NoDataError, StoreError
from evalkit.privacy.scan.model import ExposureError
from evalkit.research.screening import rows_from_records, rows_from_snapshots

from .exporting import hashes, refusal, run
from .invented import invented_records


@pytest.fixture(scope="module")
def records(assessment: Assessment) -> pd.DataFrame:
    years = [year for year in assessment.years if year.start >= 2023]
    rows = rows_from_snapshots(assessment.snapshots, years)
    return invented_records(rows[rows["college"].isin(["C04", "C06"])])


@pytest.fixture(scope="module")
def space(sample: Path, tmp_path_factory: pytest.TempPathFactory, records: pd.DataFrame) -> Path:
    root = tmp_path_factory.mktemp("records") / "space"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("reports"))
    place = root / "data" / "sample" / "screening_records"
    place.mkdir()
    records.to_parquet(place / "platform.parquet", index=False)
    return root


def test_in_its_data_folder(space: Path, tmp_path: Path) -> None:
    options = ("--level", "records", "--workspace", space)
    years = ("--years", "2023-2024", "--years", "2024-2025")
    run(*years, *options, "--named", "-o", tmp_path / "a")
    run(*years, *options, "--named", "-o", tmp_path / "b")
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")
    table = pq.read_table(tmp_path / "a" / "records.parquet").to_pandas()
    assert set(table["academic_year"]) == {"2023-2024", "2024-2025"}
    assert set(table["college_name"]) == {"数字技术学院", "建筑艺术学院"}
    assert table.groupby(["academic_year", "college", "grade", "wave"]).size().min() >= 10
    text = (tmp_path / "a" / "codebook.md").read_text("utf-8")
    assert "测评工具由SCL-90改为中国大学生心理健康筛查量表" in text
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text("utf-8"))
    assert list(manifest["sources"]["records"]) == ["platform.parquet"]
    assert manifest["school"] == "示例化工职业学院"


def test_the_records_show_what_the_counts_of_the_ledgers_show(
    space: Path, records: pd.DataFrame, tmp_path: Path
) -> None:
    """Both extracts in one hand add nothing to either: they hide the same places."""
    place = tmp_path / "all.parquet"
    whole = rows_from_records(records)
    records.to_parquet(place, index=False)
    options = ("--years", "2024-2025", "--workspace", space, "--records", place)
    run(*options, "--level", "records", "-o", tmp_path / "records")
    run(*options, "-o", tmp_path / "counts")
    single = pq.read_table(tmp_path / "records" / "records.parquet").to_pandas()
    counts = pq.read_table(tmp_path / "counts" / "screening.parquet").to_pandas()
    keys = ["college", "grade", "wave"]
    assert len(counts) == len(whole[whole["academic_year"] == "2024-2025"])
    told = single.groupby(keys)["level"].agg(lambda levels: int((levels == 1).sum()))
    for place_of, number in told.items():
        row = counts.set_index(keys).loc[place_of]
        assert number == (0 if pd.isna(row["n_l1"]) else row["n_l1"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_as_csv_with_chinese_headers(
    space: Path, records: pd.DataFrame, tmp_path: Path, encoding: str
) -> None:
    heads = ["学年", "学院代码", "年级", "批次", "免测", "有效", "等级", "已访谈", "建档"]
    table = records.drop(columns="school_code").set_axis(heads, axis=1)
    place = tmp_path / "平台记录.csv"
    table.assign(姓名="张三", 学号="2024").to_csv(place, index=False, encoding=encoding)
    options = ("--years", "2024-2025", "--level", "records", "--workspace", space)
    run(*options, "--records", place, "-o", tmp_path / "csv")
    run(*options, "-o", tmp_path / "parquet")
    one, other = (
        pq.read_table(tmp_path / kind / "records.parquet").to_pandas()
        for kind in ("csv", "parquet")
    )
    pd.testing.assert_frame_equal(one, other)
    assert "张三" not in (tmp_path / "csv" / "records.csv").read_text("utf-8-sig")


def test_breaks_that_are_not_known_are_said_to_be(
    space: Path, records: pd.DataFrame, tmp_path: Path
) -> None:
    place = tmp_path / "old.parquet"
    records.assign(academic_year="2019-2020").to_parquet(place, index=False)
    run("--years", "2019-2020", "--level", "records", "--workspace", space, "--records", place,
        "-o", tmp_path / "x")  # fmt: skip
    text = (tmp_path / "x" / "codebook.md").read_text("utf-8")
    assert "数据来自测评平台的编码记录，其中没有测评工具和月份，看不出断点。" in text
    assert "所选学年没有发现断点" not in text


def test_what_is_refused(space: Path, records: pd.DataFrame, tmp_path: Path) -> None:
    place = tmp_path / "r.csv"
    options = ("--years", "2024-2025", "--level", "records", "--workspace", space,
               "--records", place, "-o", tmp_path / "x")  # fmt: skip
    records.assign(level=7).to_csv(place, index=False)
    assert refusal(StoreError, *options) == (
        f"{place} 的 level 列有 7。允许：0 至 3 的整数，不知道的留空。请改正后再运行。"
    )
    records.drop(columns="wave").to_csv(place, index=False)
    assert refusal(StoreError, *options) == (f"{place} 缺少 wave 列，无法提取。请补上后再运行。")
    records.assign(level="重").to_csv(place, index=False)
    assert refusal(StoreError, *options).startswith(f"无法读取 {place}：文件损坏，或列的类型")
    named = records.assign(wave="王小明13800138000")
    named.to_csv(place, index=False)
    assert "有不该出现的个人信息，没有写出" in refusal(ExposureError, *options)
    assert not (tmp_path / "x").exists()
    both = ("--store", space / "data" / "sample")
    assert refusal(DataError, *options, *both) == (
        "数据仓库里已有编码记录。请不要同时写 --store 和 --records。"
    )


def test_a_workspace_without_records(sample: Path, tmp_path: Path) -> None:
    text = refusal(NoDataError, "--years", "2024-2025", "--level", "records",
                   "--workspace", sample, "-o", tmp_path / "x")  # fmt: skip
    place = sample / "data" / "sample" / "screening_records"
    assert text == (
        f"没有逐条记录：{place} 中没有 .parquet 或 .csv 文件。"
        "逐条提取要有测评平台的编码记录，一行一名学生的一次测评，列为 school_code、academic_year、"
        "college_code、grade、wave、exempt、valid、level、interviewed、filed；"
        "没有的，请改用 --level college-grade-wave。台账中的重点关爱、危机个案虽有编码，"
        "每个学院只有几十人、几例，逐条给出就能认出人来，不提供。"
    )
