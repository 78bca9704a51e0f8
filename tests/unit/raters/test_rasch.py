"""Many-facet Rasch: what it makes of ratings, and how it shows it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalkit.errors import EvalkitError, UnknownNameError
from evalkit.raters.rasch import ManyFacetRasch, many_facet_rasch
from evalkit.raters.ratings import RatingsError


def panel(
    units: int = 8, judges: int = 5, items: int = 4, *, top: int = 5, seed: int = 1
) -> pd.DataFrame:
    """Return ratings from 0 to `top`, units rising, judges more and more severe."""
    chance = np.random.default_rng(seed)
    rows = [
        (f"U{u}", f"J{j}", f"I{i}", float(np.clip(np.rint(raw), 0, top)))
        for u in range(units)
        for j in range(judges)
        for i in range(items)
        for raw in [top * (0.2 + 0.6 * u / units - 0.1 * j / judges) + chance.normal(0, top / 6)]
    ]
    return pd.DataFrame(rows, columns=["unit", "judge", "item", "score"])


@pytest.fixture(scope="module")
def result() -> ManyFacetRasch:
    return many_facet_rasch(panel())


class TestIdentification:
    def test_units_and_items_are_centred(self, result: ManyFacetRasch) -> None:
        assert result.free == "judge"
        assert result.units["measure"].mean() == pytest.approx(0, abs=1e-12)
        assert result.items["measure"].mean() == pytest.approx(0, abs=1e-12)
        assert result.thresholds["threshold"].sum() == pytest.approx(0, abs=1e-12)

    def test_another_facet_free(self, result: ManyFacetRasch) -> None:
        other = many_facet_rasch(panel(), free="unit")
        assert other.judges["measure"].mean() == pytest.approx(0, abs=1e-12)
        assert other.log_likelihood == pytest.approx(result.log_likelihood, rel=1e-12)
        shift = other.units["measure"] - result.units["measure"]
        assert np.ptp(shift) < 1e-9

    def test_directions(self, result: ManyFacetRasch) -> None:
        """Able units, severe judges, difficult items have high measures."""
        mean = panel().groupby("judge")["score"].mean()
        severity = result.judges.set_index("judge")["measure"]
        assert severity.corr(mean) < -0.99
        assert result.units["measure"].corr(result.units["observed"]) > 0.99


class TestMaximum:
    def test_expected_sums_are_the_observed(self, result: ManyFacetRasch) -> None:
        for facet in result.facets:
            sums = result.data.groupby(facet)["residual"].sum()
            assert sums.abs().max() < 1e-8

    def test_expected_counts_are_the_observed(self) -> None:
        """Of every category of every item in the partial credit model."""
        result = many_facet_rasch(panel(), model="partial_credit")
        assert result.gradient < 1e-8
        theta = result.estimates.theta
        for scale, item in enumerate(result.items["item"]):
            rows = (result.data["item"] == item).to_numpy()
            steps = result.thresholds[result.thresholds["scale"] == scale + 1]
            cumulative = steps["threshold"].fillna(0).cumsum().to_numpy()
            weight = np.exp(np.outer(theta[rows], np.arange(len(steps))) - cumulative)
            expected = (weight / weight.sum(axis=1, keepdims=True)).sum(axis=0)
            assert expected == pytest.approx(steps["count"].to_numpy(), abs=1e-7)

    def test_standard_errors_of_thresholds(self) -> None:
        """As the curvature of the likelihood, profiled over everything else, has them."""
        frame = panel(12, 6, 4, top=2)
        result = many_facet_rasch(frame)
        from evalkit.raters.rasch.likelihood import one_pass, prepared

        design = result.estimates.coded
        starts = np.cumsum([0, *design.sizes])
        problem = prepared(
            design.sizes,
            np.array([1.0, -1.0, -1.0]),
            design.codes + starts[:-1, None],
            design.value,
            design.scale,
            (np.arange(3.0),),
        )
        x = np.concatenate([*result.estimates.measures, [result.estimates.places.thresholds[0][1]]])

        def gradient(point: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
            there = one_pass(problem, point[:-1], point[-1:])
            return np.concatenate([there.gradient, there.step_gradient])

        h = 1e-5
        columns = [(gradient(x + h * e) - gradient(x - h * e)) / (2 * h) for e in np.eye(len(x))]
        variance = np.linalg.pinv(-np.array(columns), rcond=1e-6)[-1, -1]
        assert result.thresholds["se"].iloc[1] == pytest.approx(variance**0.5, rel=1e-5)

    def test_fit_by_the_formulas(self, result: ManyFacetRasch) -> None:
        """Infit and outfit of a judge, from the table of residuals."""
        data = result.data
        rows = data[data["judge"] == "J2"]
        variance = (rows["residual"] / rows["z"]) ** 2
        row = result.judges.set_index("judge").loc["J2"]
        assert row["outfit"] == pytest.approx((rows["z"] ** 2).mean())
        assert row["infit"] == pytest.approx((rows["residual"] ** 2).sum() / variance.sum())
        assert row["se"] == pytest.approx(variance.sum() ** -0.5)


class TestScales:
    def test_half_points_openly(self, result: ManyFacetRasch) -> None:
        half = many_facet_rasch(panel().assign(score=lambda rows: rows["score"] / 2))
        assert half.step == 0.5
        assert half.note == "分数每 0.5 分为一档，已化为整数档（除以 0.5）。"
        assert half.log_likelihood == pytest.approx(result.log_likelihood, rel=1e-12)
        assert half.units["fair"].to_numpy() == pytest.approx(result.units["fair"] / 2)

    def test_given_step(self) -> None:
        result = many_facet_rasch(panel(), step=0.5)
        assert result.step == 0.5
        with pytest.raises(RatingsError, match="分数 3 不是每档 2 分的整数倍"):
            many_facet_rasch(panel().assign(score=3.0), step=2)

    def test_unequal_maxima(self) -> None:
        frame = panel(20, 5, 4, top=4)
        long = frame["item"].isin(["I0", "I1"])
        frame = frame.assign(score=frame["score"] * np.where(long, 2, 1) + np.where(long, 1, 0))
        maxima = {"I0": 10, "I1": 10, "I2": 4, "I3": 4}
        shared = many_facet_rasch(frame, maxima=maxima)
        assert shared.thresholds.groupby("scale")["item"].first().tolist() == ["I0、I1", "I2、I3"]
        assert shared.note.startswith("有没用过的中间档（指标 I0、I1）")
        own = many_facet_rasch(frame, "partial_credit")
        assert own.log_likelihood > shared.log_likelihood
        assert own.n_parameters > shared.n_parameters
        undeclared = many_facet_rasch(frame)
        assert "按同一量表处理；满分不同请给出 maxima" in undeclared.note

    def test_above_the_maximum(self) -> None:
        with pytest.raises(RatingsError, match="指标 I0 有一个分数是 5，满分是 4"):
            many_facet_rasch(panel(), maxima=dict.fromkeys(["I0", "I1", "I2", "I3"], 4))
        with pytest.raises(RatingsError, match="maxima 没有写明这些指标的满分：I2、I3"):
            many_facet_rasch(panel(), maxima={"I0": 5, "I1": 5})

    def test_unused_categories(self, result: ManyFacetRasch) -> None:
        """Kept: a score counts what it is; collapsed: its place among the used ones."""
        frame = panel().replace({"score": {4.0: 6.0, 5.0: 8.0}})
        kept, collapsed = many_facet_rasch(frame), many_facet_rasch(frame, unused="collapse")
        table = kept.thresholds
        assert table.loc[table["count"] > 0, "count"].tolist() == (
            result.thresholds["count"].tolist()
        )
        assert table.loc[table["count"] == 0, "score"].tolist() == [4, 5, 7]
        assert table.loc[table["count"] == 0, "threshold"].isna().all()
        assert "保留原位、概率为 0" in kept.note
        sums = kept.data.groupby("unit")["residual"].sum()
        assert sums.abs().max() < 1e-8
        assert "已并掉" in collapsed.note
        assert collapsed.log_likelihood == pytest.approx(result.log_likelihood, rel=1e-12)
        assert collapsed.units["measure"].to_numpy() == pytest.approx(result.units["measure"])

    def test_a_category_that_only_one_unit_has(self) -> None:
        """Above all others on every item: no finite estimate, set aside and marked."""
        frame = panel()
        top = frame["unit"] == "U7"
        frame = frame.assign(score=frame["score"].where(~top, 6 + frame["score"] % 3))
        result = many_facet_rasch(frame)
        row = result.units.set_index("unit").loc["U7"]
        assert row["extreme"] == "max"
        assert row["measure"] > result.units["measure"].drop(7).max()
        assert result.n == len(frame) - 20


class TestFacets:
    def test_without_items(self) -> None:
        frame = panel(items=1).drop(columns="item")
        result = many_facet_rasch(frame)
        assert result.facets == ("unit", "judge")
        with pytest.raises(UnknownNameError, match="没有名为“item”的方面。现有：unit、judge。"):
            _ = result.items

    def test_other_names_and_more_facets(self) -> None:
        frame = panel(6, 6, 3).rename(columns={"unit": "diver"})
        frame["day"] = np.where(frame.index % 2, "一", "二")
        result = many_facet_rasch(frame, facets=("diver", "judge", "item", "day"))
        assert list(result.of("day").columns[:2]) == ["day", "n"]
        assert result.summary["facet"].tolist() == ["diver", "judge", "item", "day"]
        sums = result.data.groupby("day")["residual"].sum()
        assert sums.abs().max() < 1e-8

    def test_one_judge_one_unit(self) -> None:
        """A facet of one element is a constant; the others are estimated."""
        frame = panel(10, 4, 4)
        one = many_facet_rasch(frame[frame["judge"] == "J1"])
        assert len(one.judges) == 1
        assert one.summary.set_index("facet").loc["judge", "df"] == 0
        assert np.isnan(one.summary.set_index("facet").loc["judge", "p"])
        assert "评委 1 个；" in repr(one)

    def test_missing_pairs_and_scores(self) -> None:
        frame = panel()
        frame = frame[~((frame["unit"] == "U1") & (frame["judge"] == "J1"))]
        frame.loc[frame.index[:3], "score"] = np.nan
        result = many_facet_rasch(frame)
        assert result.n == len(frame) - 3
        assert len(result.data) == result.n
        assert result.units.set_index("unit")["n"].to_dict()["U1"] == 16

    def test_other_columns_stay_beside(self) -> None:
        frame = panel().assign(college=lambda rows: rows["unit"].str[-1], note="x")
        result = many_facet_rasch(frame)
        assert {"college", "note", "expected", "residual", "z"} <= set(result.data.columns)


class TestShows:
    def test_residuals(self, result: ManyFacetRasch) -> None:
        rows = result.residuals(3)
        assert list(rows.columns) == [
            "unit", "judge", "item", "score", "expected", "residual", "z",
        ]  # fmt: skip
        assert rows["z"].abs().is_monotonic_decreasing
        assert rows["z"].abs().iloc[0] == pytest.approx(result.data["z"].abs().max())
        assert len(result.residuals(None)) == result.n

    def test_repr(self, result: ManyFacetRasch) -> None:
        assert repr(result).startswith("<多面 Rasch 模型：160 个评分；单位 8 个，分离信度 0.")
        html = result._repr_html_()
        assert "<table" in html
        assert "联合极大似然（牛顿法），评定量表模型" in html
        assert "Linacre (1989)" in html

    def test_estimate_and_interval(self, result: ManyFacetRasch) -> None:
        wide = many_facet_rasch(panel(), level=0.99)
        assert result.estimate["unit", "U3"] == result.units["measure"].iloc[3]
        assert (wide.interval["high"] > result.interval["high"]).all()
        assert (wide.interval["low"] < result.interval["low"]).all()


FRAME = panel()
BAD: dict[str, tuple[Any, str]] = {
    "constant": (FRAME.assign(score=3), "160 个分数全是 3，分不出高低"),
    "all extreme": (
        FRAME.assign(score=np.where(FRAME["unit"].isin(["U0", "U1"]), 0, 5)),
        "逐步去掉分数全在最低档或全在最高档的对象以后，没有评分可以用来估计",
    ),
    "duplicated": (pd.concat([FRAME, FRAME.head(2)]), "同一格有不止一个分数：单位 U0"),
    "text": (FRAME.assign(score=FRAME["score"].astype(str)), "不是数字"),
    "infinite": (FRAME.assign(score=np.inf), "无穷大"),
    "nothing": (FRAME.assign(score=np.nan), "没有一个分数"),
    "empty": (FRAME.head(0), "没有一个分数"),
    "one": (FRAME.head(1), "1 个分数全是"),
    "no judge": (FRAME.drop(columns="judge"), "评分表缺少“judge”"),
    "not a frame": ([1, 2], "评分应是一张数据表"),
    "thirds": (FRAME.assign(score=FRAME["score"] / 3), "不在等距的档上"),
    "measurements": (FRAME.assign(score=np.arange(160) * 1e5), "最多 256 档"),
    "many": (FRAME.assign(score=np.arange(160) ** 1.0 * 3 % 401), "参数有"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("model", ["rating_scale", "partial_credit"])
def test_what_cannot_be_estimated(name: str, model: Any) -> None:
    frame, message = BAD[name]
    with pytest.raises(EvalkitError, match=message):
        many_facet_rasch(frame, model)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"model": "rasch"}, "model 是“rasch”"),
        ({"unused": "drop"}, "unused 是“drop”"),
        ({"facets": ("unit",)}, "facets 是 \\('unit',\\)"),
        ({"facets": ("unit", "unit")}, "互不相同的列名"),
        ({"free": "college"}, "free 是“college”。允许：unit、judge、item 之一。"),
        ({"step": 0}, "step（每档的分值）是 0"),
        ({"level": 1.5}, "置信水平是 1.5"),
        ({"limit": 1}, "迭代 1 次后还没有收敛"),
    ],
)
def test_settings(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(RatingsError, match=message):
        many_facet_rasch(FRAME, **settings)


def test_separated_groups_are_named() -> None:
    """Two good units always above two bad ones: how far, nobody can tell."""
    rows = [
        (f"U{u}", f"J{j}", f"I{i}", 2 * (u > 1) + (u + i + j * i) % 2)
        for u in range(4)
        for j in range(4)
        for i in range(3)
    ]
    frame = pd.DataFrame(rows, columns=["unit", "judge", "item", "score"])
    with pytest.raises(RatingsError) as raised:
        many_facet_rasch(frame)
    assert str(raised.value) == (
        "有些量值趋于无穷大，没有有限的估计。下列各组（量值从低到高）之间没有交错：\n"
        "  单位（U0、U1）、（U2、U3）\n"
        "多半是评分太少，或一组对象的分数总是高过另一组，相差多少无从知道。"
        "请补充评分，或分组计算，或改用档数较少的量表。"
    )
