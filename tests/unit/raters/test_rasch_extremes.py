"""Extreme scores, and designs that fall apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evalkit.raters.rasch import connected_subsets, many_facet_rasch
from evalkit.raters.ratings import RatingsError

from .test_rasch import panel

FRAME = panel()


class TestExtremes:
    def test_they_do_not_touch_the_others(self) -> None:
        frame = pd.concat(
            [
                FRAME,
                FRAME[FRAME["unit"] == "U1"].assign(unit="best", score=5),
                FRAME[FRAME["unit"] == "U1"].assign(unit="worst", score=0),
            ]
        )
        plain, result = many_facet_rasch(FRAME), many_facet_rasch(frame)
        units = result.units.set_index("unit")
        assert units["extreme"].to_dict() | {"best": "max", "worst": "min"} == (
            units["extreme"].to_dict()
        )
        assert result.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
        own = units.drop(["best", "worst"])
        assert own["measure"].to_numpy() == pytest.approx(plain.units["measure"], abs=1e-9)
        assert units.loc["best", "measure"] > own["measure"].max()
        assert units.loc["worst", "measure"] < own["measure"].min()
        assert np.isnan(units.loc["best", "infit"])
        sums = result.data.groupby("unit")[["score", "expected"]].sum()
        assert sums.loc["best", "expected"] == pytest.approx(100 - 0.3, abs=1e-8)
        assert sums.loc["worst", "expected"] == pytest.approx(0.3, abs=1e-8)
        assert result.note == (
            "单位 worst 分数全在最低档或不高于其余所有对象，按加 0.3 档估计。"
            "单位 best 分数全在最高档或不低于其余所有对象，按减 0.3 档估计。"
        )

    def test_an_extreme_judge(self) -> None:
        """Severity of a judge who gives everybody full marks: very low."""
        mild = FRAME[FRAME["judge"] == "J0"].assign(judge="mild", score=5)
        result = many_facet_rasch(pd.concat([FRAME, mild]))
        judges = result.judges.set_index("judge")
        assert judges.loc["mild", "extreme"] == "max"
        assert judges.loc["mild", "measure"] < judges["measure"].drop("mild").min()

    def test_one_after_the_other(self) -> None:
        """Without the best unit's ratings another judge's are all at one end."""
        extra = pd.DataFrame(
            [
                *((("best", f"J{j}", f"I{i}", 5.0)) for j in range(5) for i in range(4)),
                *((("best", "late", f"I{i}", 5.0)) for i in range(4)),
                *((("U1", "late", f"I{i}", 0.0)) for i in range(4)),
            ],
            columns=FRAME.columns,
        )
        result = many_facet_rasch(pd.concat([FRAME, extra]))
        assert result.units.set_index("unit").loc["best", "extreme"] == "max"
        late = result.judges.set_index("judge").loc["late"]
        assert late["extreme"] == "min"
        assert late["measure"] > result.judges["measure"].iloc[:5].max()

    def test_only_extreme_partners(self) -> None:
        """A judge who saw the best and the worst unit only is estimated after them."""
        extra = [
            FRAME[FRAME["unit"] == "U1"].assign(unit="best", score=5),
            FRAME[FRAME["unit"] == "U1"].assign(unit="worst", score=0),
        ]
        seen = pd.concat([each[each["judge"] == "J0"] for each in extra]).assign(judge="late")
        result = many_facet_rasch(pd.concat([FRAME, *extra, seen]))
        late = result.judges.set_index("judge").loc["late"]
        assert late["extreme"] == "indirect"
        assert np.isfinite(late["measure"])
        sums = result.data[result.data["judge"] == "late"]["residual"].sum()
        assert sums == pytest.approx(0, abs=1e-8)
        assert "评委 late 只与极端分数的对象有评分，据其估计。" in result.note

    def test_an_item_that_says_nothing(self) -> None:
        frame = FRAME.assign(score=FRAME["score"].where(FRAME["item"] != "I2", 4))
        result = many_facet_rasch(frame, "partial_credit")
        row = result.items.set_index("item").loc["I2"]
        assert (row["extreme"], row["n"], row["observed"]) == ("constant", 40, 4)
        assert np.isnan(row["measure"])
        assert result.items["measure"].mean() == pytest.approx(0, abs=1e-12)
        assert "指标 I2 只用了一档，没有量值。" in result.note
        assert result.n == 120
        shared = many_facet_rasch(frame)
        assert np.isfinite(shared.items["measure"]).all()

    def test_dichotomous(self) -> None:
        result = many_facet_rasch(FRAME.assign(score=(FRAME["score"] > 2).astype(int)))
        assert result.thresholds["threshold"].iloc[1] == 0
        assert result.gradient < 1e-8


class TestConnection:
    other = FRAME.assign(unit="V" + FRAME["unit"], judge="K" + FRAME["judge"])

    def test_disconnected(self) -> None:
        frame = pd.concat([FRAME, self.other.assign(item="X" + FRAME["item"])])
        with pytest.raises(RatingsError) as raised:
            many_facet_rasch(frame)
        assert str(raised.value) == (
            "评分分成互不相连的 2 个子集，子集之间无法比较高低：\n"
            "  1. 单位 U0、U1、U2、U3、U4、U5、U6、U7；评委 J0、J1、J2、J3、J4；"
            "指标 I0、I1、I2、I3\n"
            "  2. 单位 VU0、VU1、VU2、VU3、VU4、VU5、VU6、VU7；评委 KJ0、KJ1、KJ2、KJ3、KJ4；"
            "指标 XI0、XI1、XI2、XI3\n"
            "请让至少一位评委同时评两个子集中的对象，或用 connected_subsets 分开后逐个计算。"
        )
        subsets = connected_subsets(frame)
        assert subsets.groupby("subset").size().to_dict() == {1: 17, 2: 17}
        for _, rows in subsets[subsets["facet"] == "unit"].groupby("subset"):
            part = frame[frame["unit"].isin(rows["element"])]
            assert many_facet_rasch(part).n == 160

    def test_the_same_items_do_not_connect(self) -> None:
        """Judges who share no unit: severe judges or weak units, nobody can tell."""
        frame = pd.concat([FRAME, self.other])
        with pytest.raises(RatingsError, match=r"(?s)2 个子集.*2\. 单位 VU0.*评委 KJ0"):
            many_facet_rasch(frame)
        subsets = connected_subsets(frame).set_index(["facet", "element"])["subset"]
        assert subsets["unit", "U0"] == subsets["judge", "J0"] == 1
        assert subsets["unit", "VU0"] == subsets["judge", "KJ4"] == 2
        assert (subsets["item"] == 0).all()

    def test_one_shared_unit_connects(self) -> None:
        link = FRAME[(FRAME["unit"] == "U3") & (FRAME["judge"] == "J0")].assign(judge="KJ0")
        result = many_facet_rasch(pd.concat([FRAME, self.other, link]))
        assert result.gradient < 1e-8
        assert (connected_subsets(pd.concat([FRAME, self.other, link]))["subset"] == 1).all()

    def test_judges_nested_in_items(self) -> None:
        frame = FRAME[FRAME["judge"].str[1] == FRAME["item"].str[1]]
        with pytest.raises(RatingsError, match=r"(?s)4 个子集.*1\. 评委 J0；指标 I0\n"):
            many_facet_rasch(frame)

    def test_linked_by_an_extreme_unit_only(self) -> None:
        link = FRAME[(FRAME["unit"] == "U3")].assign(unit="best", score=5)
        frame = pd.concat([FRAME, self.other, link, link.assign(judge="K" + link["judge"])])
        with pytest.raises(RatingsError, match="去掉全是最低分或全是最高分的对象以后，余下的连不"):
            many_facet_rasch(frame)

    def test_tied_in_a_less_simple_way(self) -> None:
        """Day = judge + item, as age, period and cohort: all linked, yet no slope is known."""
        day = FRAME["judge"].str[1].astype(int) + FRAME["item"].str[1].astype(int)
        frame = FRAME.assign(day=day)
        with pytest.raises(RatingsError) as raised:
            many_facet_rasch(frame, facets=("unit", "judge", "item", "day"))
        message = str(raised.value)
        assert message.startswith(
            "几个方面混在一起，分不清是谁的高低。只有同一组之内可以比较，共 17"
        )
        assert "  1. 评委 J0\n" in message
        assert message.endswith("请让评委交叉评分，或在 facets 中去掉其中一个方面。")
        assert (connected_subsets(frame, ("unit", "judge", "item", "day"))["subset"] == 1).all()
