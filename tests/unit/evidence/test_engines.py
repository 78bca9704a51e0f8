"""The sample gives the same figures whichever engine holds its tables."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from evalkit.assessment import Assessment
from evalkit.assessment.evidence import Evidence
from evalkit.evidence.catalogue import SUBJECTS, metric_counts, school_counts
from evalkit.evidence.metric import Subject
from evalkit.evidence.source import Source

Convert = Callable[[pa.Table], Any]
BY_NAME = {subject.name: subject for subject in SUBJECTS}
FRAMES = {
    pa.string(): pd.StringDtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


@pytest.fixture(scope="module")
def arrow(assessment: Assessment) -> Source:
    """Three years of eight colleges."""
    return Evidence(assessment.snapshots, assessment.rubric).source


def held_by(source: Source, convert: Convert) -> Source:
    return replace(
        source,
        tables={name: convert(table) for name, table in source.tables.items()},
        calendar=convert(source.calendar),
        due_months=convert(source.due_months),
        handed_in=convert(source.handed_in),
    )


@pytest.fixture(scope="module")
def frames(arrow: Source) -> Source:
    return held_by(arrow, lambda table: table.to_pandas(types_mapper=FRAMES.get))


@pytest.fixture(scope="module")
def relations(arrow: Source) -> Iterator[Source]:
    duckdb = pytest.importorskip("duckdb", reason="没有安装 duckdb")
    with duckdb.connect() as connection:
        yield held_by(arrow, connection.from_arrow)


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    # Sums of decimals may differ in their last digit: engines add up in orders of their own.
    pd.testing.assert_frame_equal(found, expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", BY_NAME)
def test_pandas_arrow_and_duckdb_agree(
    arrow: Source, frames: Source, relations: Source, name: str
) -> None:
    subject = BY_NAME[name]
    expected = metric_counts(frames, [subject])
    assert len(expected) == 24
    assert_same(metric_counts(arrow, [subject]), expected)
    assert_same(metric_counts(relations, [subject]), expected)


def test_figures_of_the_school_agree(arrow: Source, frames: Source, relations: Source) -> None:
    expected = school_counts(frames)
    assert expected["academic_year"].tolist() == ["2022-2023", "2023-2024", "2024-2025"]
    assert_same(school_counts(arrow), expected)
    assert_same(school_counts(relations), expected)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("没有安装 Java")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sql = pytest.importorskip("pyspark.sql", reason="没有安装 pyspark")
        session = (
            sql.SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.log.level", "ERROR")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.default.parallelism", "1")
            # Plans over a few dozen rows: compiling and adapting them takes longer than running.
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.sql.autoBroadcastJoinThreshold", "-1")
            .config("spark.sql.constraintPropagation.enabled", "false")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .getOrCreate()
        )
    yield session
    session.stop()


@pytest.mark.slow
@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")
def test_spark_agrees(arrow: Source, spark: Any) -> None:
    cluster = held_by(arrow, lambda table: spark.createDataFrame(table))
    different: list[Subject] = []
    for subject in SUBJECTS:
        try:
            assert_same(metric_counts(cluster, [subject]), metric_counts(arrow, [subject]))
        except AssertionError:
            different.append(subject)
    assert [subject.name for subject in different] == []
    assert_same(school_counts(cluster), school_counts(arrow))
