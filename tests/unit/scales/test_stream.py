"""More papers than fit into memory: the same sums, whole files or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evalkit.scales import AnswersError, score, score_batches, score_parquet
from evalkit.scales.pieces import batches_of

ITEMS = [f"q{item}" for item in range(1, 91)]


def school(papers: int = 400, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    complaints = rng.beta(0.8, 4, (papers, 1))
    answers = 1 + rng.binomial(4, complaints, (papers, 90)).astype(np.int8)
    frame = pd.DataFrame(answers, columns=ITEMS)
    gaps = rng.random(papers) < 0.1
    frame["q7"] = frame["q7"].astype("Int8").where(~gaps)
    frame["college"] = pd.Categorical(rng.choice(["C01", "C02", "C03"], papers))
    frame["year"] = rng.choice([2023, 2024], papers)
    frame["seconds"] = rng.uniform(100, 900, papers)
    frame["treated"] = rng.random(papers) < 0.05
    return frame.assign(student=np.arange(papers))


OPTIONS: dict[str, Any] = {
    "classes": "two_classes",
    "missing": "prorate",
    "seconds": "seconds",
    "facts": {"treated": "treated"},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "screening.parquet"
    school().to_parquet(path, index=False)
    return path


def test_a_file_comes_to_what_its_table_comes_to(file: Path, tmp_path: Path) -> None:
    whole = score("SCL-90", school(), **OPTIONS)
    out = tmp_path / "scores" / "scored.parquet"
    summary = score_parquet("SCL-90", file, out=out, keep=["student"], batch_rows=37, **OPTIONS)
    pd.testing.assert_frame_equal(summary.table, whole.summary.table, rtol=1e-12)
    pd.testing.assert_frame_equal(summary.bands, whole.summary.bands)
    pd.testing.assert_frame_equal(summary.voids, whole.summary.voids)
    assert (summary.options, summary.sources, summary.notes) == (
        whole.options,
        whole.sources,
        whole.notes,
    )
    scored = pd.read_parquet(out)
    assert list(scored.columns) == ["student", *whole.table.columns]
    assert scored["student"].tolist() == list(range(400))
    wanted = whole.table.assign(reasons=whole.table["reasons"].astype(str))
    pd.testing.assert_frame_equal(
        scored.drop(columns="student"), wanted, check_dtype=False, check_categorical=False
    )
    assert list(out.parent.iterdir()) == [out]


def test_groups_are_counted_apart(file: Path) -> None:
    frame = school()
    summary = score_parquet("SCL-90", file, by=["college", "year"], batch_rows=50, **OPTIONS)
    table = summary.table.set_index(["college", "year"])
    assert len(table) == 6
    for key, own in frame.groupby(["college", "year"], observed=True):
        alone = score("SCL-90", own, coding="1-5", **OPTIONS).summary.table.iloc[0]
        for column in ("papers", "valid", "void", "positive", "suicide_item", "prorated"):
            assert table.loc[key, column] == alone[column]
        assert table.loc[key, "depression_mean"] == pytest.approx(alone["depression_mean"])
        assert table.loc[key, "total_sd"] == pytest.approx(alone["total_sd"])
    bands = summary.bands
    assert bands["band"].tolist() == ["未列入", "B类", "A类"] * 6
    assert bands.groupby(["college", "year"])["papers"].sum().tolist() == table["valid"].tolist()
    assert repr(summary).endswith("，6 组>")
    assert set(summary.measures.columns) == {
        "college",
        "year",
        "measure",
        "title",
        "n",
        "mean",
        "sd",
    }


def test_a_missing_group_is_a_group() -> None:
    frame = school(60).assign(college=["C01", None, "C02"] * 20)
    table = score_batches("SCL-90", [frame[:31], frame[31:]], by="college", **OPTIONS).table
    assert table["papers"].tolist() == [20, 20, 20]
    assert table["college"].isna().tolist() == [False, False, True]


def test_folders_and_several_files(tmp_path: Path) -> None:
    for number, seed in enumerate((1, 2)):
        school(seed=seed).to_parquet(tmp_path / f"{number}.parquet", index=False)
    both = pd.concat([school(seed=1), school(seed=2)], ignore_index=True)
    wanted = score("SCL-90", both).summary.table
    paths = sorted(tmp_path.glob("*.parquet"))
    for source in (tmp_path, paths, [str(path) for path in paths]):
        pd.testing.assert_frame_equal(score_parquet("SCL-90", source).table, wanted, rtol=1e-12)


def test_many_small_pieces_add_up() -> None:
    frame = school(90)
    pieces = (frame[start : start + 1] for start in range(90))
    many = score_batches("SCL-90", pieces, by="college", coding="1-5").table
    pd.testing.assert_frame_equal(
        many, score_batches("SCL-90", [frame], by="college").table, rtol=1e-12
    )


def test_the_coding_is_looked_for_in_the_whole_file(tmp_path: Path) -> None:
    frame = pd.DataFrame(np.full((100, 90), 2, dtype=np.int8), columns=ITEMS)
    path = tmp_path / "late.parquet"
    frame.to_parquet(path)
    with pytest.raises(AnswersError, match="既没有 0 也没有 5，分不清是 1-5 还是 0-4 编码"):
        score_parquet("SCL-90", path, batch_rows=10)
    frame.iloc[95, 3] = 0
    frame.to_parquet(path)
    assert score_parquet("SCL-90", path, batch_rows=10).options["coding"] == "0-4"
    frame.iloc[96, 3] = 5
    frame.to_parquet(path)
    with pytest.raises(AnswersError) as error:
        score_parquet("SCL-90", path, batch_rows=95)
    assert "SCL-90 的答案里既有 0 又有 5" in str(error.value)
    with pytest.raises(AnswersError) as error:
        score_parquet("SCL-90", path, batch_rows=10, out_of_range="blank")
    assert str(error.value) == (
        "分批计分时把超范围的答案按缺答处理，就无法从后面的答案看出编码。"
        '请写明 coding="1-5" 或 coding="0-4"。'
    )


def test_a_fault_names_the_row_of_the_file_and_leaves_nothing_behind(tmp_path: Path) -> None:
    frame = school(100)
    frame["q7"] = frame["q7"].fillna(1)
    frame.loc[73, "q12"] = 9
    path, out = tmp_path / "wrong.parquet", tmp_path / "out" / "scored.parquet"
    frame.to_parquet(path)
    with pytest.raises(AnswersError) as error:
        score_parquet("SCL-90", path, out=out, batch_rows=30)
    assert "第一处：第 74 份答卷（行标签 73）第 12 题（列 q12）是 9。" in str(error.value)
    assert list(out.parent.iterdir()) == []


def test_an_older_result_survives_a_fault(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "scored.parquet"
    score_parquet("SCL-90", file, out=out)
    before = out.read_bytes()
    with pytest.raises(AnswersError) as error:
        score_parquet("SCL-90", file, out=out, keep=["college"], by="nothing")
    assert str(error.value).startswith("没有找到列“nothing”。")
    assert out.read_bytes() == before
    assert pq.read_metadata(out).num_rows == 400


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("missing.parquet", "没有找到文件 {}/missing.parquet。请核对路径。"),
        (
            "text.parquet",
            (
                "文件 {}/text.parquet 不是可以读取的 Parquet 文件。"
                "请用 DataFrame.to_parquet 等重新导出。"
            ),
        ),
        ("empty", "没有找到 Parquet 文件：{}/empty。请核对路径。"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, source: str, message: str) -> None:
    (tmp_path / "text.parquet").write_text("q1,q2\n")
    (tmp_path / "empty").mkdir()
    with pytest.raises(AnswersError) as error:
        score_parquet("SCL-90", tmp_path / source)
    assert str(error.value) == message.format(tmp_path)


def test_nothing_at_all() -> None:
    with pytest.raises(AnswersError) as error:
        score_batches("SCL-90", [school().iloc[:0]])
    assert str(error.value) == "没有答卷：各批都是空的。请给出至少一份 SCL-90 答卷。"


def test_kept_columns_must_not_hide_scores(tmp_path: Path) -> None:
    path = tmp_path / "same.parquet"
    school(20).assign(total=1).to_parquet(path)
    with pytest.raises(AnswersError) as error:
        score_parquet("SCL-90", path, out=tmp_path / "out.parquet", keep=["total"])
    assert str(error.value) == ("要保留的列“total”与计分结果的列同名。请先改名，或不要保留这一列。")
    assert [each.name for each in tmp_path.iterdir()] == ["same.parquet"]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """A reader over all row groups at once would keep the bytes of those it has passed."""
    path = tmp_path / "long.parquet"
    rng = np.random.default_rng(1)
    answers = rng.integers(0, 4, (120_000, 9)).astype(np.int8)
    frame = pd.DataFrame(answers, columns=ITEMS[:9])
    frame.to_parquet(path, row_group_size=2000)
    held = [
        pa.total_allocated_bytes() for batch in batches_of([path], ITEMS[:9], 2000) if len(batch)
    ]
    assert len(held) == 60
    assert max(held[50:]) <= 1.5 * max(held[:10])
    summary = score_parquet("PHQ-9", path, batch_rows=2000)
    pd.testing.assert_frame_equal(summary.table, score("PHQ-9", frame).summary.table, rtol=1e-12)
