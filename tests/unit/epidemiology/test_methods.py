"""Funnels, charts, standardisation, trends: what they refuse and what they say."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, theilslopes

from evalkit import epidemiology as epi
from evalkit.errors import DataError, UnknownNameError


def refusal(call: Callable[[], object], kind: type[Exception] = DataError) -> str:
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


class TestFunnel:
    def test_without_students(self) -> None:
        assert refusal(lambda: epi.funnel([1, 0], [10, 0])) == (
            "有分母为 0 的单位，画不进漏斗图。请先去掉没有学生的单位。"
        )

    def test_says_who_is_outside(self) -> None:
        result = epi.funnel([10, 11, 9, 60], [100] * 4, unit=["甲", "乙", "丙", "丁"])
        assert dict(zip(result.table["unit"], result.table["outside"], strict=True)) == {
            "甲": -2, "乙": -1, "丙": -2, "丁": 2,
        }  # fmt: skip
        curve = result.curve([50, 400])
        assert (curve["high_99.8"] > curve["high_95"]).all()
        assert curve["high_95"][0] > curve["high_95"][1]
        assert repr(result) == ("<漏斗图：4 个单位，中心 0.225，φ = 14.09，3 个在 99.8% 控制限外>")

    def test_takes_columns_with_their_labels(self) -> None:
        counts = pd.Series({"甲": 4, "乙": 9})
        result = epi.funnel(counts, pd.Series({"乙": 90, "甲": 40}))
        assert result.table[["unit", "whole"]].values.tolist() == [["甲", 40], ["乙", 90]]

    def test_all_of_them_is_not_beyond_what_chance_allows(self) -> None:
        """With 999 in 1,000 most colleges of 300 have all: that is no signal."""
        result = epi.funnel([300, 300, 297], [300, 300, 300], target=0.999)
        assert binom.pmf(300, 300, 0.999) > 0.7
        assert result.table["outside"].tolist()[:2] == [0, 0]
        assert (epi.funnel([5, 9], [5, 9]).table["outside"] == 0).all()
        assert (epi.funnel([0, 0], [5, 9]).table["outside"] == 0).all()

    def test_overdispersed_limits_are_wider(self) -> None:
        counts, sizes = [10, 40, 25, 5], [100, 100, 100, 100]
        plain = epi.funnel(counts, sizes, limits="normal")
        for kind in ("multiplicative", "additive"):
            wide = epi.funnel(counts, sizes, overdispersion=kind)  # type: ignore[arg-type]
            assert (wide.table["high_95"] > plain.table["high_95"]).all()
            assert (wide.table["z"].abs() < plain.table["z"].abs()).all()

    @pytest.mark.parametrize(
        ("scale", "kind", "there", "back"),
        [
            ("arcsine", "proportion", lambda v: np.arcsin(np.sqrt(v)), lambda u: np.sin(u) ** 2),
            ("sqrt", "ratio", np.sqrt, np.square),
            ("log", "ratio", np.log, np.exp),
        ],
    )
    def test_scales(self, scale: str, kind: str, there: object, back: object) -> None:
        """By the variances of the delta method: 1/4n, 1/4E, 1/E."""
        counts, sizes = np.array([20.0, 30, 45, 12]), np.array([60.0, 70, 80, 90])
        found = epi.funnel(
            counts, sizes, kind=kind, scale=scale, overdispersion="additive", target=0.4  # type: ignore[arg-type]
        )  # fmt: skip
        deviation = {"arcsine": 0.5, "sqrt": 0.5, "log": 1 / 0.4**0.5}[scale] / np.sqrt(sizes)
        z = (there(counts / sizes) - there(0.4)) / deviation  # type: ignore[operator]
        assert found.phi == pytest.approx(np.mean(np.clip(z, *np.quantile(z, [0.1, 0.9])) ** 2))
        spread = np.sqrt(deviation**2 + found.tau2)
        high = back(there(0.4) + 1.959963984540054 * spread)  # type: ignore[operator]
        assert found.table["high_95"].to_numpy() == pytest.approx(high)

    def test_refuses(self) -> None:
        pair = ([1, 2], [10, 20])
        assert refusal(lambda: epi.funnel(*pair, kind="rate"), UnknownNameError) == (  # type: ignore[arg-type]
            "没有名为“rate”的类型（kind）。现有：proportion、ratio。"
        )
        assert refusal(lambda: epi.funnel(*pair, scale="sqrt")) == (
            "尺度 sqrt 不适用于比例。允许：identity、arcsine。"
        )
        assert refusal(lambda: epi.funnel([0, 2], [10, 20], kind="ratio", scale="log")) == (
            '有的单位计数为 0，取不了对数。请改用 scale="sqrt"。'
        )
        assert refusal(lambda: epi.funnel([1, None], [10, 20])) == (
            "计数中有空缺。请先去掉没有数据的行，或补上数字。"
        )
        assert refusal(lambda: epi.funnel([[1, 2]], [[10, 20]])) == (
            "漏斗图一次只处理一列数，现在是 1 × 2 的表。请逐列给出。"
        )
        assert refusal(lambda: epi.funnel(*pair, unit=["甲"])) == (
            "单位名称有 1 个，数据有 2 行，对不上。"
        )
        assert refusal(lambda: epi.funnel(*pair, levels=[95])) == (
            "控制限的水平应在 0 与 1 之间，例如 0.95。"
        )


class TestControlCharts:
    def test_a_baseline_of_another_length(self) -> None:
        assert refusal(lambda: epi.c_chart([1, 2, 3], baseline=[True])) == (
            "基线应当与 3 个样本一一对应，且至少选中一个。"
        )

    def test_runs_stop_at_the_centre(self) -> None:
        chart = epi.c_chart([1, 1, 2, 1, 1, 3, 3, 4], run=2, sigmas=9)
        assert chart.centre == 2
        assert chart.runs == [2, 5, 7, 8]
        assert not chart.in_control

    def test_the_other_rules_by_hand(self) -> None:
        """Centre 9 and sigma 3, so the zones begin above 12 and 15."""
        values = [9, 16, 9, 16, 9, 9, 13, 13, 9, 13, 13, 3, 5, 7, 8, 10, 11]
        chart = epi.c_chart([9] * 30 + values, baseline=[True] * 30 + [False] * 17)
        assert (chart.centre, chart.table["high"][0]) == (9, 18)
        place = {rule: [int(str(n)) - 30 for n in names] for rule, names in chart.signals.items()}
        assert place == {
            "beyond": [],
            "in_run": [],
            "two_of_three": [4],
            "four_of_five": [11],
            "six_in_trend": [17],
        }
        assert chart.in_control
        strict = epi.c_chart(
            [9] * 30 + values, baseline=[True] * 30 + [False] * 17,
            rules=["beyond", "two_of_three", "six_in_trend"],
        )  # fmt: skip
        assert list(strict.table.loc[strict.table["signal"], "sample"]) == [34, 47]
        assert not strict.in_control

    def test_samples_are_named_by_a_column(self) -> None:
        months = pd.Series([3, 9, 4], index=["9月", "10月", "11月"])
        assert list(epi.u_chart(months, [1, 2, 1]).table["sample"]) == ["9月", "10月", "11月"]
        assert list(epi.c_chart(months.reset_index(drop=True)).table["sample"]) == [1, 2, 3]

    def test_shares_that_equal_the_centre_are_on_it(self) -> None:
        chart = epi.p_chart([1, 10, 100], [3, 30, 300], run=2)
        assert chart.runs == []

    def test_none_and_all(self) -> None:
        assert epi.p_chart([0, 0], 10).in_control
        assert epi.np_chart([10, 10], 10).in_control
        assert epi.c_chart([0, 0]).in_control

    def test_refuses(self) -> None:
        assert refusal(lambda: epi.p_chart([1, 2], 5, rules=["nelson"]), UnknownNameError) == (  # type: ignore[list-item]
            "没有名为“nelson”的判异规则。"
            "现有：beyond、in_run、two_of_three、four_of_five、six_in_trend。"
        )
        assert refusal(lambda: epi.p_chart([0, 2], [0, 5])) == (
            "有样本的人数为 0，算不出比例。请先去掉没有人的样本。"
        )
        assert refusal(lambda: epi.np_chart([1, 2], [5, 6])) == (
            "np 图要求每个样本的人数相同。人数不同的请用 p_chart。"
        )
        assert refusal(lambda: epi.u_chart([1, 2], [0, 6])) == (
            "有样本的暴露量为 0，算不出率。请先去掉这样的样本。"
        )
        assert refusal(lambda: epi.c_chart([])) == "没有样本，画不出控制图。"
        assert refusal(lambda: epi.c_chart([1, float("nan")])) == (
            "计数中有空缺。请先去掉没有数据的行，或补上数字。"
        )


class TestStandardisation:
    def test_direct_by_hand(self) -> None:
        rate = epi.directly_standardised_rate([10, 20], [1000, 500], [2, 2], multiplier=1000)
        assert rate.estimate == pytest.approx(25)
        assert rate.crude == pytest.approx(20)
        variance = 0.25 * 10 / 1000**2 + 0.25 * 20 / 500**2
        low, high = epi.byar(30)
        assert rate.low == pytest.approx(25 + 1000 * (variance / 30) ** 0.5 * (low - 30))
        assert rate.high == pytest.approx(25 + 1000 * (variance / 30) ** 0.5 * (high - 30))
        assert rate.strata.values.tolist() == [[1, 1, 10, 1000, 10, 0.5], [1, 2, 20, 500, 40, 0.5]]
        assert rate.table[["estimate", "count"]].values.tolist() == [[rate.estimate, 30]]

    def test_the_units_own_weights_give_the_crude_rate_and_byars_limits(self) -> None:
        rate = epi.directly_standardised_rate([10, 20], [1000, 500], [1000, 500])
        assert rate.estimate == pytest.approx(rate.crude)
        low, high = epi.byar(30, 1500)
        assert (rate.low, rate.high) == (pytest.approx(low), pytest.approx(high))

    def test_columns_of_units(self) -> None:
        grades = ["一年级", "二年级"]
        counts = pd.DataFrame({"甲": [10, 20], "乙": [3, 4]}, index=grades)
        sizes = pd.DataFrame({"乙": [100, 90], "甲": [1000, 500]}, index=grades)
        weights = pd.Series([3, 1], index=grades[::-1])
        rate = epi.directly_standardised_rate(counts, sizes, weights)
        for unit in ("甲", "乙"):
            alone = epi.directly_standardised_rate(counts[unit], sizes[unit], [1, 3])
            assert rate.estimate[unit] == pytest.approx(alone.estimate)
            assert rate.table.loc[unit, "low"] == pytest.approx(alone.low)
        rates = pd.Series([0.02, 0.01], index=grades[::-1])
        ratio = epi.indirectly_standardised_ratio(counts, sizes, rates)
        assert ratio.observed.to_dict() == {"甲": 30, "乙": 7}
        alone = epi.indirectly_standardised_ratio(30, [1000, 500], [0.01, 0.02])
        assert ratio.table.loc["甲"].to_numpy() == pytest.approx(alone.table.iloc[0].to_numpy())
        totals = epi.indirectly_standardised_ratio(pd.Series({"乙": 7, "甲": 30}), sizes, rates)
        pd.testing.assert_frame_equal(totals.table.loc[["甲", "乙"]], ratio.table.loc[["甲", "乙"]])

    def test_a_ratio_by_expected_events_or_by_counts_of_the_reference(self) -> None:
        by_rates = epi.indirectly_standardised_ratio([20, 10], [1000, 500], [0.01, 0.02])
        by_counts = epi.indirectly_standardised_ratio(30, [1000, 500], [50, 40], [5000, 2000])
        by_events = epi.indirectly_standardised_ratio(30, 20)
        for found in (by_rates, by_counts, by_events):
            assert (found.estimate, found.expected) == (1.5, 20)
            assert (found.low, found.high) == tuple(epi.byar(30, 20))

    def test_methods_of_the_limits(self) -> None:
        exact = epi.indirectly_standardised_ratio(3, 2, method="exact", multiplier=100)
        assert (exact.low, exact.high) == pytest.approx(
            tuple(100 * x for x in epi.exact_poisson(3, 2))
        )
        normal = epi.indirectly_standardised_ratio(3, 2, method="normal")
        assert (normal.low, normal.high) == (0.0, pytest.approx((3 + 1.959964 * 3**0.5) / 2))
        assert refusal(
            lambda: epi.indirectly_standardised_ratio(3, 2, method="wald"),  # type: ignore[arg-type]
            UnknownNameError,
        ).startswith("没有名为“wald”的区间的求法。")

    def test_no_events(self) -> None:
        rate = epi.directly_standardised_rate([0, 0], [10, 20], [1, 1])
        assert rate.estimate == 0
        assert np.isnan([rate.low, rate.high]).all()
        ratio = epi.indirectly_standardised_ratio(0, 2)
        assert (ratio.estimate, ratio.low) == (0, 0)
        assert ratio.high == epi.byar(0, 2).high > 0

    def test_refuses(self) -> None:
        direct = epi.directly_standardised_rate
        assert refusal(lambda: direct([1, 0], [10, 0], [1, 1])) == (
            "有一层没有人数，却有标准人口的权重，无法标准化。请合并这一层。"
        )
        assert direct([1, 0], [10, 0], [1, 0]).estimate == 0.1
        assert refusal(lambda: direct([1, 2], [10, 20], [1])) == (
            "标准人口有 1 层，数据有 2 层，对不上。请逐层给出。"
        )
        assert refusal(lambda: direct([1], [10], [0])) == "标准人口全部为 0，无法标准化。"
        ratio = epi.indirectly_standardised_ratio
        assert refusal(lambda: ratio(1, [10], [0])) == "按参照率计算的期望数为 0，求不出比值。"
        assert refusal(lambda: ratio(1, [10], None, [5])) == (
            "参照人口要与参照的发生数一同给出，且每层都大于 0。请核对。"
        )


class TestTrends:
    def test_a_short_stretch_says_nothing(self) -> None:
        found = epi.trend(["2022", "2023", "2024"], [1.0, None, 3.0], breaks=["2024"])
        assert list(found.table["note"]) == ["不足三个数，不作趋势判断"] * 2
        assert found.table["slope"].isna().all()
        assert found.points["stretch"].tolist() == [1, 1, 2]
        assert refusal(lambda: epi.trend([2024, 2025], [1, 2], breaks=[2030])) == (
            "断点“2030”不在时间之中。"
        )

    def test_stretches_have_lines_of_their_own(self) -> None:
        found = epi.trend(range(8), [1, 2, 3, 4, 20, 18, 16, 14], breaks=[4])
        assert found.table["slope"].tolist() == [1, -2]
        assert found.points["fitted"].tolist() == [1, 2, 3, 4, 20, 18, 16, 14]

    def test_a_constant_series_has_no_trend(self) -> None:
        test = epi.mann_kendall([3, 3, 3, 3])
        assert (test.s, test.z, test.p) == (0, 0, 1)
        assert np.isnan(test.tau)
        assert epi.sen_slope([3, 3, 3]).estimate == 0

    def test_mann_kendall_tells_its_pairs(self) -> None:
        series = pd.Series([5, 3, 8, 8, 1], index=list("abcde"))
        test = epi.mann_kendall(series)
        assert list(test.table["t"]) == list("abcde")
        assert test.table["rises"].sum() - test.table["falls"].sum() == test.s == -1
        shuffled = epi.mann_kendall(series.iloc[[2, 0, 4, 1, 3]].to_numpy(), [3, 1, 5, 2, 4])
        assert (shuffled.s, shuffled.p) == (test.s, test.p)

    def test_variance_is_that_of_all_orders(self) -> None:
        y = [1, 2, 2, 3, 3, 3]
        every = [
            sum(np.sign(b - a) for a, b in itertools.combinations(order, 2))
            for order in itertools.permutations(y)
        ]
        assert epi.mann_kendall(y).variance == pytest.approx(np.var(every))

    def test_slopes_are_scipys(self) -> None:
        draw = np.random.default_rng(1)
        t, y = np.sort(draw.uniform(0, 9, 25)), draw.normal(size=25)
        slope, _, low, high = theilslopes(y, t, alpha=0.9)
        found = epi.sen_slope(y, t, 0.9)
        assert found.estimate == pytest.approx(slope)
        assert tuple(found) == pytest.approx((low, high))
        assert list(found.table) == ["t", "value", "fitted"]

    def test_gaps_are_left_out(self) -> None:
        gaps = pd.Series([1, pd.NA, 3, 4], dtype="Int64")
        assert epi.mann_kendall(gaps).n == 3
        assert epi.sen_slope(gaps).estimate == 1

    def test_cochran_armitage_tells_its_groups(self) -> None:
        cases = pd.Series([3, 6, 9], index=["轻", "中", "重"])
        test = epi.cochran_armitage(cases, 30)
        assert test.table["group"].tolist() == ["轻", "中", "重"]
        assert test.table["fitted"].tolist() == pytest.approx([0.1, 0.2, 0.3])
        assert test.slope == pytest.approx(0.1)
        assert test.z > 0 > epi.cochran_armitage(cases[::-1], 30).z

    def test_refuses(self) -> None:
        assert refusal(lambda: epi.mann_kendall([1, 2])) == ("只有 2 个数，判断趋势至少需要 3 个。")
        assert refusal(lambda: epi.mann_kendall([1, 2, 3], [1, 1, 2])) == (
            "有的时间不止一个数，分不出先后。请先合并，每个时间一个数。"
        )
        assert refusal(lambda: epi.sen_slope([1, 2], [3, 3])) == (
            "至少需要两个不同时间的数，才能求斜率。"
        )
        assert refusal(lambda: epi.sen_slope([1, 2, "高"])) == (
            "数值中有不是数字的内容。只能是数字；请先把文字改成数字，空白的行去掉。"
        )
        for call in (epi.sen_slope, lambda y, level: epi.trend([1, 2, 3], y, level=level)):
            assert "置信水平是 95。" in refusal(lambda f=call: f([1, 2, 3], level=95))
        assert refusal(lambda: epi.cochran_armitage([1, 2], [9, 0])) == (
            "第 2 个计数 2 大于分母 0。计数不能大于分母；请核对数据。"
        )
        assert refusal(lambda: epi.cochran_armitage([1, 0], [9, 0])) == (
            "有一组的人数为 0。请先去掉或合并这一组。"
        )
        assert refusal(lambda: epi.cochran_armitage([0, 0], [9, 9])) == (
            "各组的得分没有差别，或者全部、没有一人发生，无法检验趋势。"
        )
