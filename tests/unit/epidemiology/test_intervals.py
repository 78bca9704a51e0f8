"""Intervals: what they refuse, what they return for columns, and what they do at the ends."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, poisson

from evalkit import epidemiology as epi
from evalkit.errors import DataError

Method = Callable[..., epi.Interval]


def test_columns_keep_their_labels() -> None:
    counts = pd.Series([3, 0], index=["甲", "乙"])
    interval = epi.wilson(counts, pd.Series([40, 20], index=["甲", "乙"]))
    assert list(interval.table.index) == ["甲", "乙"]
    assert interval.table.loc["甲", "low"] == pytest.approx(0.0258, abs=1e-4)
    assert interval.table.loc["乙", ["estimate", "low"]].tolist() == [0.0, 0.0]


def test_nothing_to_divide_by_has_no_interval() -> None:
    for method in (epi.wilson, epi.clopper_pearson):
        assert np.isnan(list(method(0, 0))).all()
        assert np.isnan(method(0, 0).estimate)
    assert np.isnan(epi.byar(0, exposure=0).estimate)


@pytest.mark.parametrize("method", [epi.wilson, epi.clopper_pearson])
def test_none_and_all_of_them(method: Method) -> None:
    low, high = method(20, 20)
    assert 0.8 < low < 1
    assert high == 1.0
    low, high = method(0, 20)
    assert low == 0.0
    assert 0 < high < 0.2


@pytest.mark.parametrize("method", [epi.wilson, epi.clopper_pearson, epi.byar, epi.exact_poisson])
def test_wider_the_surer_and_both_sides_of_the_estimate(method: Method) -> None:
    widths = []
    for level in (0.5, 0.8, 0.95, 0.998):
        found = method(7, 60, level)
        assert found.estimate == pytest.approx(7 / 60)
        assert found.low < found.estimate < found.high
        widths.append(found.high - found.low)
    assert widths == sorted(widths)


@pytest.mark.parametrize("method", [epi.wilson, epi.clopper_pearson, epi.byar, epi.exact_poisson])
def test_huge_counts(method: Method) -> None:
    """Normal theory holds at 10⁹ of 4·10⁹ to five places of the interval's width."""
    low, high = method(10**9, 4 * 10**9)
    share = 0.75 if method in (epi.wilson, epi.clopper_pearson) else 1.0
    assert (high - low) / 2 == pytest.approx(1.959964 * (share * 0.25 / (4e9)) ** 0.5, rel=1e-4)


def test_exact_tails() -> None:
    """At the limits the chance of the count, or of a more extreme one, is half of what is left."""
    low, high = epi.clopper_pearson(7, 60, 0.9)
    assert binom.sf(6, 60, low) == pytest.approx(0.05)
    assert binom.cdf(7, 60, high) == pytest.approx(0.05)
    low, high = epi.exact_poisson(7, level=0.9)
    assert poisson.sf(6, low) == pytest.approx(0.05)
    assert poisson.cdf(7, high) == pytest.approx(0.05)


class TestFrames:
    """Columns and tables come back as they went in."""

    counts = pd.DataFrame({"l1": [1, 2], "l2": [3, 4]}, index=["甲", "乙"])
    sizes = pd.Series([50, 40], index=["乙", "甲"])

    def test_columns_of_another_order_are_laid_side_by_side(self) -> None:
        low = epi.wilson(self.counts["l1"], self.sizes).low
        assert list(low.index) == ["甲", "乙"]
        assert low["甲"] == epi.wilson(1, 40).low
        assert low["乙"] == epi.wilson(2, 50).low

    def test_one_denominator_for_all_columns(self) -> None:
        found = epi.wilson(self.counts, self.sizes)
        assert found.high.loc["乙", "l2"] == epi.wilson(4, 50).high
        assert list(found.table.index) == [("甲", "l1"), ("甲", "l2"), ("乙", "l1"), ("乙", "l2")]
        assert found.table.loc[("甲", "l2"), "low"] == epi.wilson(3, 40).low
        as_list = epi.wilson(self.counts, [40, 50])
        pd.testing.assert_frame_equal(as_list.low, found.low)
        by_column = epi.wilson(self.counts, pd.Series({"l2": 80, "l1": 70}))
        assert by_column.low.loc["乙", "l2"] == epi.wilson(4, 80).low

    def test_tables_of_tables(self) -> None:
        found = epi.byar(self.counts, self.counts[["l2", "l1"]] * 10)
        assert found.estimate.to_numpy().tolist() == [[0.1, 0.1], [0.1, 0.1]]

    def test_arrays_of_two_dimensions(self) -> None:
        found = epi.exact_poisson([[0, 1], [2, 3]], [[1], [2]])
        assert found.low.shape == (2, 2)
        assert len(found.table) == 4
        assert found.low[1, 1] == epi.exact_poisson(3, 2).low

    def test_what_is_missing_stays_missing(self) -> None:
        counts = pd.Series([3, pd.NA, 5], dtype="Int64")
        found = epi.wilson(counts, pd.Series([40, 30, pd.NA], dtype="Int64"))
        assert found.low.isna().tolist() == [False, True, True]
        assert np.isnan(epi.byar([1, None]).high).tolist() == [False, True]

    def test_labels_that_do_not_fit(self) -> None:
        with pytest.raises(DataError) as error:
            epi.wilson(self.counts["l1"], pd.Series([9, 9], index=["甲", "丙"]))
        assert str(error.value) == (
            "计数与分母的行标签对不上，只在一边有的：丙、乙。请使两边的标签相同、不重复，"
            "或用 .to_numpy() 去掉标签，按顺序对应。"
        )
        with pytest.raises(DataError, match="计数与分母的行数对不上：一边 2 行，另一边 1 行。"):
            epi.wilson(self.counts["l1"], self.sizes.head(1))
        twice = pd.Series([9, 9], index=["甲", "甲"])
        with pytest.raises(DataError, match="行标签对不上"):
            epi.wilson(twice, self.sizes)


def test_results_say_what_they_are() -> None:
    assert (
        repr(epi.wilson(81, 263)) == "<置信区间：0.308（0.2553 至 0.3662），Wilson 得分区间，95%>"
    )
    many = epi.byar(pd.Series(range(30)))
    assert repr(many) == "<置信区间：30 个，Byar 近似区间，95%>"
    page = many._repr_html_()
    assert "另有 10 行，见 .table。" in page
    assert "出处：Breslow &amp; Day 1987。" in page


@pytest.mark.parametrize(
    ("count", "n", "message"),
    [
        (5, 4, "第 1 个计数 5 大于分母 4。计数不能大于分母；请核对数据。"),
        (-1, 4, "计数中有小于 0 的数：-1。允许：不小于 0。请核对数据。"),
        (1, float("inf"), "分母中有无穷大。只能是有限的数；请核对数据。"),
        (
            pd.Series(pd.to_datetime(["2024-01-01"])),
            4,
            "计数中有不是数字的内容。只能是数字；请先把文字改成数字，空白的行去掉。",
        ),
        ("三", 4, "计数中有不是数字的内容。只能是数字；请先把文字改成数字，空白的行去掉。"),
        (
            [1, 2, 3],
            [4, 5],
            "计数有 3 个，分母有 2 个，对不上。请给出同样多的计数和分母。",
        ),
    ],
)
def test_counts_that_cannot_be(count: object, n: object, message: str) -> None:
    with pytest.raises(DataError) as error:
        epi.wilson(count, n)  # type: ignore[arg-type]
    assert str(error.value) == message


@pytest.mark.parametrize("method", [epi.wilson, epi.clopper_pearson, epi.byar, epi.exact_poisson])
@pytest.mark.parametrize("level", [95, 0, 1, -0.5, float("nan")])
def test_levels_that_cannot_be(method: Method, level: float) -> None:
    with pytest.raises(DataError) as error:
        method(1, 2, level)
    said = f"置信水平是 {level:g}。允许：0 与 1 之间的小数，例如 0.95。"
    assert str(error.value) == said


def test_a_level_that_is_no_number() -> None:
    with pytest.raises(DataError) as error:
        epi.wilson(1, 2, "95%")  # type: ignore[arg-type]
    assert str(error.value) == "置信水平是“95%”，不是数字。允许：0 与 1 之间的小数，例如 0.95。"
