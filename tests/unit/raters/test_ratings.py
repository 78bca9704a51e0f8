from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalkit import raters
from evalkit.errors import DataError
from evalkit.raters.ratings import RatingsError, checked, matrix

from .frames import long, random_panel

GOOD = long([[8, 7, 6], [5, 6, 7], [9, 8, 8], [4, 5, 3]])

Statistic = Callable[[pd.DataFrame], Any]
PANELS: dict[str, Statistic] = {
    "icc": raters.icc,
    "nominal": lambda r: raters.krippendorff_alpha(r, "nominal"),
    "ordinal": lambda r: raters.krippendorff_alpha(r, "ordinal"),
    "interval": lambda r: raters.krippendorff_alpha(r, "interval"),
    "ratio": lambda r: raters.krippendorff_alpha(r, "ratio"),
    "w": raters.kendall_w,
    "g": raters.g_study,
    "alpha": raters.cronbach_alpha,
}
NUMERIC = {name: each for name, each in PANELS.items() if name != "nominal"}
CORRELATIONS: dict[str, Statistic] = {
    "pairwise": raters.pairwise_correlations,
    "rest": raters.judge_vs_rest,
}
ALL = PANELS | CORRELATIONS


def message(statistic: Statistic, ratings: Any) -> str:
    with pytest.raises(RatingsError) as caught:
        statistic(ratings)
    assert isinstance(caught.value, DataError)
    return str(caught.value)


@pytest.mark.parametrize("name", ALL)
def test_good_ratings_do_and_show_themselves(name: str) -> None:
    found = ALL[name](GOOD)
    assert repr(found).startswith(f"<{found.title}：")
    html = found._repr_html_()
    assert "<table" in html
    assert found.reference.split(";")[0].replace("&", "&amp;").split("'")[0] in html
    assert len(found.table) >= 1
    assert found.interval[0] <= found.estimate <= found.interval[1] or name in ("w", "nominal")


@pytest.mark.parametrize("name", ALL)
def test_no_frame(name: str) -> None:
    assert "pandas.DataFrame" in message(ALL[name], [[1, 2], [3, 4]])


@pytest.mark.parametrize("name", [*NUMERIC, *CORRELATIONS])
def test_text_is_no_score(name: str) -> None:
    bad = GOOD.astype({"score": object})
    bad.loc[4, "score"] = "八分"
    assert message(ALL[name], bad) == (
        "评分表第 5 行的分数是“八分”，不是数字。分数只能是数字；请把文字改成数字，没有分数就留空。"
    )


def test_numbers_as_text_are_not_guessed() -> None:
    assert "第 1 行的分数是“8.0”" in message(raters.icc, GOOD.assign(score="8.0"))


@pytest.mark.parametrize("name", [*NUMERIC, *CORRELATIONS])
@pytest.mark.parametrize("infinite", [np.inf, -np.inf])
def test_infinite(name: str, infinite: float) -> None:
    bad = GOOD.astype({"score": float})
    bad.loc[2, "score"] = infinite
    assert "第 3 行的分数是无穷大" in message(ALL[name], bad)


@pytest.mark.parametrize("name", ALL)
def test_twice_the_same_cell(name: str) -> None:
    text = message(ALL[name], pd.concat([GOOD, GOOD.head(2)]))
    assert "同一格有不止一个分数：单位 U1、评委 J1；这样重复的行共 2 行" in text


@pytest.mark.parametrize("name", ALL)
def test_no_judge_column(name: str) -> None:
    assert "缺少“judge”（评委）列" in message(ALL[name], GOOD[["unit", "score"]])


def test_what_is_missing_and_what_is_there() -> None:
    assert message(raters.icc, GOOD.rename(columns={"unit": "学院"})) == (
        "评分表缺少“unit”（单位）列。现有的列：学院、judge、score。"
        "请把相应的列改成这个名称，或补上这一列。"
    )


@pytest.mark.parametrize("name", ALL)
def test_nothing_in_it(name: str) -> None:
    empty = GOOD.assign(score=np.nan)
    assert "没有一个分数" in message(ALL[name], empty)
    assert "没有一个分数" in message(ALL[name], GOOD.head(0))


@pytest.mark.parametrize("name", ALL)
def test_a_score_of_nobody(name: str) -> None:
    bad = GOOD.copy()
    bad.loc[3, "judge"] = None
    assert "第 4 行有分数，却没有“judge”（评委）" in message(ALL[name], bad)


@pytest.mark.parametrize("name", ALL)
def test_one_judge(name: str) -> None:
    message(ALL[name], GOOD[GOOD["judge"] == "J1"])


@pytest.mark.parametrize("name", PANELS)
def test_one_unit(name: str) -> None:
    if name in ("nominal", "ordinal", "interval", "ratio"):
        one = ALL[name](GOOD[GOOD["unit"] == "U1"])
        assert one.estimate == pytest.approx(0)  # all disagreement is within the one unit
    else:
        message(ALL[name], GOOD[GOOD["unit"] == "U1"])


@pytest.mark.parametrize("name", PANELS)
def test_all_scores_the_same(name: str) -> None:
    message(ALL[name], GOOD.assign(score=7))


@pytest.mark.parametrize("name", CORRELATIONS)
def test_constant_scores_have_no_correlation(name: str) -> None:
    found = ALL[name](GOOD.assign(score=7.3))
    assert found.table["pearson"].isna().all()
    assert np.isnan(found.estimate)
    assert "没有相关系数" in found.note


@pytest.mark.parametrize("name", ALL)
def test_a_judge_without_scores_is_left_out_and_named(name: str) -> None:
    more = pd.concat([GOOD, GOOD[GOOD["judge"] == "J1"].assign(judge="J9", score=np.nan)])
    found, without = ALL[name](more), ALL[name](GOOD)
    assert found.estimate == without.estimate
    if name not in ("alpha",):
        assert "评委：J9" in found.note


@pytest.mark.parametrize("name", ALL)
def test_kinds_of_numbers(name: str) -> None:
    expected = ALL[name](GOOD).estimate
    for kind in ("Int64", "Float32", "int8", "float32", "category"):
        assert ALL[name](GOOD.astype({"score": kind})).estimate == pytest.approx(expected)
    exact = GOOD.assign(score=[Decimal(str(each)) for each in GOOD["score"]])
    assert ALL[name](exact).estimate == pytest.approx(expected)
    gap = GOOD.astype({"score": "Int64"})
    gap.loc[1, "score"] = pd.NA
    assert ALL[name](gap).n <= ALL[name](GOOD).n


@pytest.mark.parametrize("name", ALL)
def test_labels_of_any_kind(name: str) -> None:
    expected = ALL[name](GOOD)
    other = GOOD.assign(
        unit=pd.Categorical(GOOD["unit"], categories=["U9", "U4", "U3", "U2", "U1"]),
        judge=GOOD["judge"].str[1:].astype(int),
    )
    assert ALL[name](other).estimate == pytest.approx(expected.estimate)


def test_inputs_are_not_written_to() -> None:
    before = GOOD.copy()
    for statistic in ALL.values():
        statistic(GOOD)
    pd.testing.assert_frame_equal(GOOD, before)


def test_items_are_added_up_and_parts_are_missing_as_a_whole() -> None:
    ratings = random_panel(5, 4, 3)
    laid_out = matrix(ratings)
    by_hand = ratings.pivot_table(index="unit", columns="judge", values="score", aggfunc="sum")
    assert laid_out.values == pytest.approx(by_hand.to_numpy())
    assert laid_out.note == "3 个指标的分数相加为一个分数。"
    part = matrix(ratings.drop(index=0))
    assert np.isnan(part.values[part.rows.index(0), part.columns.index(0)])
    assert int(part.there.sum()) == 19
    assert "1 格缺一部分指标的分数，整格按缺失处理。" in part.note


def test_judges_are_averaged() -> None:
    ratings = random_panel(5, 4, 3)
    by_hand = ratings.pivot_table(index="unit", columns="item", values="score", aggfunc="mean")
    assert matrix(ratings, "unit", "item").values == pytest.approx(by_hand.to_numpy())


def test_no_cell_is_whole() -> None:
    ratings = random_panel(2, 2, 2)
    diagonal = ratings[(ratings["judge"] + ratings["unit"]) % 2 == ratings["item"]]
    assert "2 个指标分数是齐的" in message(raters.icc, diagonal)


def test_categories_are_not_added_up() -> None:
    ratings = random_panel(5, 4, 3)
    with pytest.raises(RatingsError, match="类别不能相加"):
        raters.krippendorff_alpha(ratings, "nominal")


def test_checked_keeps_order_and_columns() -> None:
    found = checked(GOOD.assign(extra=1).iloc[::-1], ("judge", "unit", "score"))
    assert list(found.columns) == ["judge", "unit", "score"]
    assert found["unit"].tolist() == GOOD["unit"].tolist()[::-1]
    assert found["score"].dtype == np.float64
