"""``evalkit metrics``: what it writes and says."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from evalkit.assessment import Assessment
from evalkit.cli.metrics import command
from evalkit.errors import StoreError
from evalkit.evidence.catalogue import SUBJECTS, metric_counts, metric_values

KEYS = ["school_code", "academic_year", "college_code", "metric"]
COLUMNS = [*KEYS, "part", "whole", "value", "state"]


def metrics(*arguments: object) -> Result:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def refusal(*arguments: object) -> str:
    with pytest.raises(click.UsageError) as caught:
        command.main([str(argument) for argument in arguments], standalone_mode=False)
    return caught.value.message


@pytest.fixture(scope="module")
def store(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample under two codes."""
    folder = tmp_path_factory.mktemp("province") / "全省"
    for school in ("S001", "S002"):
        result = metrics("--add-to", folder, "--school", school, "--workspace", sample)
        assert result.output == f"已把本校（{school}）的 31 张表加入 {folder}。\n"
    return folder


def test_a_workspace_as_csv(sample: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "指标.csv"
    result = metrics("--workspace", sample, "--subjects", "screening, tasks", "-o", path)
    assert result.output == f"已写入 168 行，7 项指标：{path}\n"
    assert path.read_bytes().startswith("\ufeffacademic_year,college_code,metric,".encode())
    table = pd.read_csv(path, encoding="utf-8-sig")
    assert list(table.columns) == COLUMNS[1:]
    own = table[(table["metric"] == "participation") & (table["academic_year"] == "2024-2025")]
    assert (own["part"] == 2239).sum() == 1
    assert own.loc[own["part"] == 2239, "value"].item() == pytest.approx(100 * 2239 / 2240)


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_a_store_gives_every_school_the_same_as_its_workspace(
    assessment: Assessment, store: Path, tmp_path: Path, engine: str
) -> None:
    path = tmp_path / "指标.parquet"
    result = metrics("--store", store, "--engine", engine, "--rubric", "station-2024", "-o", path)
    per_school = 24 * sum(len(subject.metrics) for subject in SUBJECTS)
    number = sum(len(subject.metrics) for subject in SUBJECTS)
    assert result.output == f"已写入 {2 * per_school:,} 行，{number} 项指标：{path}\n"
    table = pd.read_parquet(path)
    assert list(table.columns) == COLUMNS
    first, second = (table[table["school_code"] == code] for code in ("S001", "S002"))
    apart = [part.drop(columns="school_code").reset_index(drop=True) for part in (first, second)]
    pd.testing.assert_frame_equal(*apart)
    source = assessment.evidence.source
    own = metric_values(metric_counts(source), source.keys)
    told = first.drop(columns="school_code").merge(own, on=KEYS[1:], suffixes=("", "_own"))
    assert len(told) == per_school
    full = told[told["part"].notna()]
    assert (full["part"] == full["part_own"]).all()
    assert (full["value"].dropna() == full["value_own"].dropna()).all()
    changed = told[told["state"] != told["state_own"]]
    assert set(changed["state"]) == {"withheld"}
    assert set(changed["metric"]) <= {
        "l1_interviewed", "l2_interviewed", "care_plans", "care_followed", "care_owners",
        "care_measures", "care_overdue", "l1_referred", "crisis_hours", "crisis_in_limit",
        "crisis_records",
    }  # fmt: skip


def test_no_name_and_no_text_leaves_the_school(assessment: Assessment, store: Path) -> None:
    staff = assessment.evidence.source.tables["staff"].column("name").to_pylist()
    people = {name for name in staff if name}
    assert len(people) > 20
    columns = {}
    for place in sorted(store.iterdir()):
        table = pq.read_table(place / "S001.parquet")
        columns[place.name] = set(table.column_names)
        for column in table.columns:
            cells = {str(cell) for cell in column.to_pylist() if cell is not None}
            assert not {cell for cell in cells if cell in people}, place.name
    assert columns["staff"] >= {"name", "role", "background"}
    assert "chair" not in columns["rules_meetings"]
    assert "owner" not in columns["awards"]
    assert "work_history" not in columns["head_form"]
    assert not {c for names in columns.values() for c in names if c.startswith("source_")}
    numbers = pq.read_table(store / "staff" / "S001.parquet").column("name").to_pylist()
    assert len(set(numbers) - {None}) == len(people)


def test_adding_again_replaces_the_school_s_files_only(sample: Path, store: Path) -> None:
    before = {path: path.read_bytes() for path in store.rglob("*.parquet")}
    metrics("--add-to", store, "--school", "S002", "--workspace", sample)
    assert {path: path.read_bytes() for path in store.rglob("*.parquet")} == before


def test_what_the_store_does_not_hold_is_left_out_and_said(store: Path, tmp_path: Path) -> None:
    less = tmp_path / "store"
    shutil.copytree(store, less)
    shutil.rmtree(less / "centre_tasks")
    path = tmp_path / "指标.csv"
    result = metrics("--store", less, "--subjects", "tasks,checks", "-o", path)
    assert result.output.splitlines() == [
        "注意：没有“校级·任务清单”表（centre_tasks），没有计算“常规工作”的指标。",
        f"已写入 48 行，1 项指标：{path}",
    ]
    with pytest.raises(StoreError) as caught:
        metrics("--store", less, "--subjects", "tasks", "-o", path)
    assert str(caught.value) == "没有计算这些指标所需的表。请检查 --store 或 --subjects。"


def test_options_that_do_not_go_together(tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    assert refusal() == "请用 -o 写明结果文件，例如 -o 指标.parquet。"
    assert refusal("-o", "指标.xlsx") == "结果文件“指标.xlsx”应以 .parquet 或 .csv 结尾。"
    assert refusal("-o", out, "--engine", "pandas", "--memory", "2GB") == (
        "没有写 --store，不能与 --engine、--memory 同时用。"
    )
    assert refusal("-o", out, "--store", tmp_path, "--workspace", tmp_path) == (
        "写了 --store，计算的不是工作区，不能与 --workspace 同时用。"
    )
    assert refusal("-o", out, "--school", "S1") == "没有写 --add-to，不能与 --school 同时用。"
    assert refusal("--add-to", tmp_path, "--school", "S1", "-o", out) == (
        "--add-to 只加入数据，不计算，不能与 --output 同时用。"
    )
    assert refusal("--add-to", tmp_path, "--school", "我校") == (
        "请用 --school 写明本校代码：字母、数字、- 和 _，不超过 32 个。"
    )
    assert refusal("-o", out, "--store", tmp_path) == (
        f"“{out}”在数据文件夹 {tmp_path} 之内，会与其中的数据混在一起。请换一个文件夹。"
    )


def test_names_that_are_not_known(tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    message = refusal("-o", out, "--subjects", "screning")
    assert message.startswith("没有名为“screning”的指标组。您要的是不是“screening”？现有：")
    assert refusal("-o", out, "--audience", "all") == (
        "没有名为“all”的读者类别。现有：internal、panel、college、public。"
    )
    with pytest.raises(StoreError, match=r"^找不到数据仓库 "):
        metrics("--store", tmp_path / "nowhere", "-o", out)
    assert not out.exists()
