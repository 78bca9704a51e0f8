"""What epidemiology refuses, what it returns for columns, and what it does at the ends."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evalkit import epidemiology as epi
from evalkit.errors import DataError


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
def test_all_of_them(method: object) -> None:
    low, high = method(20, 20)  # type: ignore[operator]
    assert 0.8 < low < 1
    assert high == 1.0


@pytest.mark.parametrize(
    ("count", "n", "message"),
    [
        (5, 4, "第 1 个计数 5 大于分母 4。计数不能大于分母；请核对数据。"),
        (-1, 4, "计数中有小于 0 的数：-1。允许：不小于 0。请核对数据。"),
        ([1, None], [2, 2], "计数中有空缺。请先去掉没有数据的行，或补上数字。"),
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


def test_levels_that_cannot_be() -> None:
    with pytest.raises(DataError, match="置信水平是 95。允许：0 与 1 之间的小数"):
        epi.wilson(1, 2, level=95)


def test_a_funnel_without_students() -> None:
    with pytest.raises(DataError, match="有分母为 0 的单位，画不进漏斗图。"):
        epi.funnel([1, 0], [10, 0])


def test_a_funnel_says_who_is_outside() -> None:
    result = epi.funnel([10, 11, 9, 60], [100, 100, 100, 100], unit=["甲", "乙", "丙", "丁"])
    assert dict(zip(result.table["unit"], result.table["outside"], strict=True)) == {
        "甲": -2,
        "乙": -1,
        "丙": -2,
        "丁": 2,
    }
    curve = result.curve([50, 400])
    assert (curve["high_99.8"] > curve["high_95"]).all()
    assert curve["high_95"][0] > curve["high_95"][1]
    assert (
        repr(result)
        == "<Funnel proportion, 4 units, target 0.225, phi 14.1, 3 beyond 99.8 % limits>"
    )


def test_overdispersed_limits_are_wider() -> None:
    counts, sizes = [10, 40, 25, 5], [100, 100, 100, 100]
    plain = epi.funnel(counts, sizes, limits="normal")
    for kind in ("multiplicative", "additive"):
        wide = epi.funnel(counts, sizes, overdispersion=kind)  # type: ignore[arg-type]
        assert (wide.table["high_95"] > plain.table["high_95"]).all()
        assert (wide.table["z"].abs() < plain.table["z"].abs()).all()


def test_a_chart_without_a_baseline_of_its_own_length() -> None:
    with pytest.raises(DataError, match="基线应当与 3 个样本一一对应，且至少选中一个。"):
        epi.c_chart([1, 2, 3], baseline=[True])


def test_runs_stop_at_the_centre() -> None:
    chart = epi.c_chart([1, 1, 2, 1, 1, 3, 3, 4], run=2, sigmas=9)
    assert chart.centre == 2
    assert chart.runs == [2, 5, 7, 8]
    assert not chart.in_control


def test_direct_standardisation_by_hand() -> None:
    rate = epi.directly_standardised_rate([10, 20], [1000, 500], [2, 2], multiplier=1000)
    assert rate.estimate == pytest.approx(25)
    assert rate.crude == pytest.approx(20)
    variance = 0.25 * 10 / 1000**2 + 0.25 * 20 / 500**2
    low, high = epi.byar(30)
    assert rate.low == pytest.approx(25 + 1000 * (variance / 30) ** 0.5 * (low - 30))
    assert rate.high == pytest.approx(25 + 1000 * (variance / 30) ** 0.5 * (high - 30))


def test_a_stratum_without_persons_cannot_be_weighted() -> None:
    with pytest.raises(DataError, match="有一层没有人数，却有标准人口的权重"):
        epi.directly_standardised_rate([1, 0], [10, 0], [1, 1])


def test_a_short_stretch_says_nothing() -> None:
    table = epi.trend(["2022", "2023", "2024"], [1.0, float("nan"), 3.0], breaks=["2024"]).table
    assert list(table["note"]) == ["不足三个数，不作趋势判断"] * 2
    assert table["slope"].isna().all()
    with pytest.raises(DataError, match="断点“2030”不在时间之中。"):
        epi.trend([2024, 2025], [1, 2], breaks=[2030])


def test_a_constant_series_has_no_trend() -> None:
    test = epi.mann_kendall([3, 3, 3, 3])
    assert (test.s, test.z, test.p) == (0, 0, 1)
    assert epi.sen_slope([3, 3, 3]).estimate == 0
