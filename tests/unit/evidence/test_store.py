"""A store of many schools gives the figures of its schools, whichever engine counts them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from evalkit.assessment import Assessment
from evalkit.errors import StoreError
from evalkit.evidence import activities, monthly_reports, screening
from evalkit.evidence.catalogue import SUBJECTS, metric_counts, metric_values
from evalkit.evidence.metric import Subject
from evalkit.evidence.records import screening_from_records
from evalkit.evidence.store import Engine, open_store, tables_of
from evalkit.synthetic.store import write_store

SOME = (screening.SUBJECT, activities.SUBJECT, monthly_reports.SUBJECT)


@pytest.fixture(scope="module")
def store(assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two schools made of the sample's colleges, in its last year."""
    source = assessment.evidence.source
    frame = {
        "calendar": source.calendar,
        "due_months": source.due_months,
        "handed_in": source.handed_in,
    }
    last = {
        name: table.filter(pc.field("academic_year") == "2024-2025")
        for name, table in ({**source.tables} | frame).items()
    }
    folder = tmp_path_factory.mktemp("store")
    write_store(last, folder, schools=2)
    return folder


def expected(assessment: Assessment, store: Path, subjects: tuple[Subject, ...]) -> pd.DataFrame:
    """The sample's own values, for each college in the store that was made of it."""
    source = assessment.evidence.source
    values = metric_values(metric_counts(source, subjects), source.keys, subjects)
    names = {college.code: college.name for college in assessment.colleges}
    values = values[values["academic_year"] == "2024-2025"]
    values = values.assign(college_name=values.pop("college_code").map(names))
    cover = pq.read_table(store / "base_info").to_pandas()
    codes = cover[["school_code", "college_code", "college_name"]].astype("string")
    return in_order(codes.merge(values, on="college_name").drop(columns="college_name"))


def counted(store: Path, engine: Engine, subjects: tuple[Subject, ...]) -> pd.DataFrame:
    with open_store(store, engine) as source:
        return in_order(metric_values(metric_counts(source, subjects), source.keys, subjects))


def in_order(values: pd.DataFrame) -> pd.DataFrame:
    keys = ["school_code", "academic_year", "college_code", "metric"]
    ordered = values[[*keys, "part", "whole", "value", "state"]].astype({"metric": "string"})
    return ordered.sort_values(keys, ignore_index=True)


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_every_metric_is_that_of_the_college(
    assessment: Assessment, store: Path, engine: Engine
) -> None:
    values = counted(store, engine, SUBJECTS)
    assert len(values) == 16 * sum(len(subject.metrics) for subject in SUBJECTS)
    pd.testing.assert_frame_equal(values, expected(assessment, store, SUBJECTS), check_dtype=False)


@pytest.mark.slow
@pytest.mark.spark
def test_spark_counts_the_same(assessment: Assessment, store: Path) -> None:
    pytest.importorskip("pyspark", reason="没有安装 pyspark（evalkit[cluster]）")
    if shutil.which("java") is None:
        pytest.skip("没有安装 Java")
    values = counted(store, "spark", SOME)
    pd.testing.assert_frame_equal(values, expected(assessment, store, SOME), check_dtype=False)


def test_one_student_who_stayed_away_is_seen_among_the_records(store: Path) -> None:
    values = counted(store, "duckdb", (screening.SUBJECT,))
    told = values[values["metric"] == "participation"]
    one_away = told[told["part"] == told["whole"] - 1]
    assert one_away[["part", "whole"]].drop_duplicates().to_numpy().tolist() == [[2239, 2240]]
    assert (one_away["value"] < 100).all()


def test_records_are_added_up_by_hand(tmp_path: Path) -> None:
    def record(*marks: int | None, grade: str = "2024级") -> dict[str, object]:
        given = {"school_code": "S1", "academic_year": "2024-2025", "college_code": "C01"}
        names = ("exempt", "valid", "level", "interviewed", "filed")
        return {**given, "wave": "新生普测", "grade": grade, **dict(zip(names, marks, strict=True))}

    records = [
        record(0, 1, 1, 1, 1),
        record(0, 1, 1, 0, 1),
        record(0, 1, 2, 1, 1),
        record(0, 1, 3, None, 1),  # interviews are asked for at level 1 and 2
        record(0, 1, 0, None, 0),
        record(0, 0, 1, 1, 0),  # an invalid record has no level
        record(0, 0, None, None, 0),
        record(1, 0, None, None, 0),
        record(0, 1, None, None, 1, grade="2023级"),  # its level is not known
        record(0, 1, 2, None, 1, grade="2023级"),  # whether interviewed is not known
        record(None, 1, 0, None, 1, grade="2023级"),
    ]
    table = pa.Table.from_pylist(records)
    pq.write_table(table, tmp_path / "records.parquet", store_schema=False)
    frames = (table, pd.read_parquet(tmp_path / "records.parquet", dtype_backend="numpy_nullable"))
    for frame in frames:
        rows = screening_from_records(frame).sort("grade").collect("pyarrow").to_native()
        older, younger = rows.to_pylist()
        told = {name: count for name, count in younger.items() if name.startswith("n_")}
        assert told == {
            "n_enrolled": 8, "n_exempt": 1, "n_required": 7, "n_valid": 5, "n_files": 4,
            "n_l1": 2, "n_l2": 1, "n_l3": 1, "n_l1_interviewed": 1, "n_l2_interviewed": 1,
        }  # fmt: skip
        unknown = {name for name, count in older.items() if count is None}
        assert unknown == {
            "n_exempt", "n_required", "n_l1", "n_l2", "n_l3", "n_l1_interviewed",
            "n_l2_interviewed",
        }  # fmt: skip
        assert (older["n_enrolled"], older["n_valid"], older["n_files"]) == (3, 3, 3)
        whole = screening_from_records(frame, by=()).collect("pyarrow").to_native().to_pylist()
        assert whole == [
            {
                "school_code": "S1", "academic_year": "2024-2025", "college_code": "C01",
                "n_enrolled": 11, "n_valid": 8, "n_files": 7, **dict.fromkeys(unknown),
            }
        ]  # fmt: skip


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_records_need_not_tell_wave_and_grade(store: Path, tmp_path: Path, engine: Engine) -> None:
    plain = tmp_path / "store"
    shutil.copytree(store, plain)
    file = plain / "screening_records" / "part-001.parquet"
    records = pq.read_table(file)
    assert {"wave", "grade"} < set(records.column_names)
    pq.write_table(records.drop_columns(["wave", "grade"]), file, store_schema=False)
    figures = [counted(place, engine, (screening.SUBJECT,)) for place in (store, plain)]
    assert len(figures[0]) == 16 * len(screening.SUBJECT.metrics)
    pd.testing.assert_frame_equal(*figures)


def test_only_what_is_asked_for_is_read(store: Path, tmp_path: Path) -> None:
    broken = tmp_path / "store"
    shutil.copytree(store, broken)
    place = broken / "activities"
    (place / "part-001.parquet").write_bytes(b"PAR1 no more")
    assert len(counted(broken, "duckdb", (screening.SUBJECT,))) == 16 * 5
    with (
        open_store(broken, "duckdb") as source,
        pytest.raises(StoreError, match="无法读取数据仓库中的表") as caught,
    ):
        metric_counts(source, [activities.SUBJECT])
    message = str(caught.value)
    assert message.startswith(
        f"无法读取数据仓库中的表 {place}：其中有文件损坏，或者各文件的列不一致（"
    )
    assert message.endswith("）。请重新生成或换掉这个文件夹里的文件。")


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_a_table_without_its_columns_is_refused(
    store: Path, tmp_path: Path, engine: Engine
) -> None:
    poor = tmp_path / "store"
    shutil.copytree(store, poor)
    file = poor / "screening_records" / "part-001.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["filed", "college_code"]), file)
    with open_store(poor, engine) as source, pytest.raises(StoreError) as caught:
        metric_counts(source, [screening.SUBJECT])
    assert str(caught.value) == (
        f"数据仓库中的表 {file.parent} 缺少 college_code、filed 列，无法计算。请补上后再运行。"
    )


def test_folders_that_are_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        tables_of(tmp_path / "nowhere")
    assert str(caught.value) == (
        f"找不到数据仓库 {tmp_path / 'nowhere'}。请检查 --store 后面的路径。"
    )
    (tmp_path / "calendar").mkdir()
    (tmp_path / "due_months").mkdir()
    pq.write_table(pa.table({"month": ["2024-09"]}), tmp_path / "due_months" / "one.parquet")
    with pytest.raises(StoreError) as caught:
        tables_of(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} 不是一个完整的数据仓库：缺少 calendar、handed_in。"
        "每张表一个子文件夹，内有 .parquet 文件；用 evalkit metrics --add-to 可以生成。"
    )


@pytest.mark.parametrize(
    ("engine", "package", "extra"), [("duckdb", "duckdb", "store"), ("spark", "pyspark", "cluster")]
)
def test_an_engine_that_is_not_installed(
    store: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine, package: str, extra: str
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(StoreError) as caught, open_store(store, engine):
        pass
    assert str(caught.value) == (
        f"没有安装 {package}，不能用它计算。请安装 evalkit[{extra}]，或用 --engine 换一个引擎。"
    )


def test_a_memory_limit_that_is_none(store: Path) -> None:
    with pytest.raises(StoreError) as caught, open_store(store, "duckdb", memory="很多"):
        pass
    message = str(caught.value)
    assert message.startswith("DuckDB 不接受内存上限“很多”：")
    assert message.endswith("。请写成 2GB 这样的形式。")


def test_a_memory_limit_that_is_too_low(store: Path) -> None:
    with (
        pytest.raises(StoreError) as caught,
        open_store(store, "duckdb", memory="1MB") as source,
    ):
        nw.from_native(source.table("screening").to_native()).collect("pyarrow")
    assert str(caught.value) == (
        "内存上限 1MB 不够，没有算完。请用 --memory 加大，或用 --subjects 分几次计算。"
    )
