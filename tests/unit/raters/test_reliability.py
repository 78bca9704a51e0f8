from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evalkit import raters
from evalkit.raters import RatingsError

from .frames import random_panel


def answers(people: int = 60, items: int = 4, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    values = random.normal(size=(people, 1)) + random.normal(size=(people, items))
    return pd.DataFrame(values, columns=[f"q{number}" for number in range(1, items + 1)])


def test_wide_and_long_are_the_same() -> None:
    wide = answers()
    long = wide.assign(unit=range(len(wide))).melt("unit", var_name="item", value_name="score")
    for statistic in (raters.cronbach_alpha, raters.mcdonald_omega):
        assert statistic(wide).estimate == pytest.approx(statistic(long).estimate)
        assert statistic(wide).interval == pytest.approx(statistic(long).interval)
        named = statistic(wide.assign(id=range(len(wide))))
        assert named.estimate == statistic(wide).estimate


def test_judges_take_the_items_place() -> None:
    panel = random_panel(20, 5)[["unit", "judge", "score"]]
    icc = raters.icc(panel)["ICC3k"]
    found = raters.cronbach_alpha(panel)
    assert (found.estimate, *found.interval) == pytest.approx((icc.estimate, *icc.interval))


def test_reversed_items() -> None:
    wide = answers()
    turned = wide.assign(q2=7 - wide["q2"])
    for statistic in (raters.cronbach_alpha, raters.mcdonald_omega):
        assert statistic(turned, reverse=["q2"]).estimate == pytest.approx(statistic(wide).estimate)
        assert "“q2”" in statistic(turned).note
    table = raters.cronbach_alpha(turned, reverse="q2").table.set_index("item")
    assert table.loc["q2", "mean"] == pytest.approx(turned["q2"].mean())


def test_item_columns() -> None:
    wide = answers()
    row = raters.cronbach_alpha(wide).table.set_index("item").loc["q3"]
    rest = wide.drop(columns="q3")
    assert row["item_rest"] == pytest.approx(wide["q3"].corr(rest.sum(axis=1)))
    assert row["alpha_without"] == pytest.approx(raters.cronbach_alpha(rest).estimate)


@pytest.mark.parametrize("missing", ["pairwise", "listwise", "em"])
def test_gaps(missing: str) -> None:
    wide = answers(400)
    gaps = wide.mask(np.random.default_rng(1).random(wide.shape) < 0.1)
    for statistic in (raters.cronbach_alpha, raters.mcdonald_omega):
        found = statistic(gaps, missing=missing)
        assert found.estimate == pytest.approx(statistic(wide).estimate, abs=0.03)
        assert found.interval[0] < found.estimate < found.interval[1]
        assert "没有缺失" not in found.method


def test_people_without_answers_are_left_out() -> None:
    wide = answers()
    more = pd.concat([wide, pd.DataFrame([[np.nan] * 4], columns=wide.columns)])
    found = raters.cronbach_alpha(more)
    assert found.estimate == raters.cronbach_alpha(wide).estimate
    assert found.note == "1 人一题未答，未计入。"


def test_what_is_refused() -> None:
    wide = answers()
    cases = {
        "至少需要 2 道题，现在有 1 道": wide[["q1"]],
        "至少需要 2 个人的答案，现在有 1 人": wide.head(1),
        "没有一个人回答过“q2”": wide.assign(q2=np.nan),
        "每一题所有人的答案都相同": wide * 0 + 3.3,
        "“q2”一列有无穷大": wide.assign(q2=np.inf),
        "“q2”一列有不是数字的内容：“是”": wide.assign(q2="是"),
        "有两列同名": pd.concat([wide, wide], axis=1),
    }
    for text, bad in cases.items():
        for statistic in (raters.cronbach_alpha, raters.mcdonald_omega):
            with pytest.raises(RatingsError, match=text):
                statistic(bad)
    with pytest.raises(RatingsError, match="没有“q9”这道题。现有：q1、q2、q3、q4"):
        raters.cronbach_alpha(wide, ["q1", "q9"])
    with pytest.raises(RatingsError, match="没有“mean”这种处理缺失的方法"):
        raters.cronbach_alpha(wide.mask(wide > 1), missing="mean")  # type: ignore[arg-type]
    with pytest.raises(RatingsError, match="没有“pca”这种解法"):
        raters.mcdonald_omega(wide, solution="pca")  # type: ignore[arg-type]


def test_an_item_that_does_not_vary() -> None:
    wide = answers().assign(q2=3.3)
    table = wide.cov().to_numpy()
    found = raters.cronbach_alpha(wide)
    assert found.estimate == pytest.approx(4 / 3 * (1 - np.trace(table) / table.sum()))
    assert np.isnan(found.standardised)
    assert found.note == "“q2”所有人的答案都相同，没有标准化的 α。"
    with pytest.raises(RatingsError, match="“q2”所有人的答案都相同，没有载荷可言"):
        raters.mcdonald_omega(wide)


def test_pairwise_covariances_that_contradict_each_other() -> None:
    wide = pd.DataFrame({"a": [np.nan, 0, 0.5], "b": [0, 0, 0.5]})
    with pytest.raises(RatingsError, match="互相矛盾"):
        raters.cronbach_alpha(wide)
    assert raters.cronbach_alpha(wide, missing="listwise").estimate == pytest.approx(1)


def test_items_that_cancel() -> None:
    wide = answers()
    with pytest.raises(RatingsError, match="互相抵消"):
        raters.cronbach_alpha(pd.DataFrame({"a": wide["q1"], "b": -wide["q1"]}))


def test_two_items_have_no_factor() -> None:
    with pytest.raises(RatingsError, match="一个因子至少需要 3 道题，现在有 2 道"):
        raters.mcdonald_omega(answers(items=2))


def test_items_that_repeat() -> None:
    wide = answers()
    with pytest.raises(RatingsError, match="相关矩阵不正定"):
        raters.mcdonald_omega(wide.assign(q5=wide["q1"]))
    assert raters.mcdonald_omega(wide.assign(q5=wide["q1"]), solution="minres").estimate < 1


def test_pairs_that_nobody_answered() -> None:
    wide = answers()
    wide.loc[wide.index < 30, "q1"] = np.nan
    wide.loc[wide.index >= 30, "q2"] = np.nan
    with pytest.raises(RatingsError, match="同时回答“q1”和“q2”的不足 2 人"):
        raters.cronbach_alpha(wide)
    with pytest.raises(RatingsError, match="答全所有题的只有 0 人"):
        raters.cronbach_alpha(wide, missing="listwise")


def test_an_improper_solution_is_said() -> None:
    table = np.array(
        [[1, 0.9, 0.9, 0.1], [0.9, 1, 0.7, 0.1], [0.9, 0.7, 1, 0.1], [0.1, 0.1, 0.1, 1]]
    )
    random = np.random.default_rng(0)
    raw = random.normal(size=(50, 4))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False))).T
    found = raters.mcdonald_omega(pd.DataFrame(white @ np.linalg.cholesky(table).T))
    assert "Heywood" in found.note
    assert 0 < found.estimate < 1


@pytest.mark.slow
def test_limits_of_omega_cover_as_often_as_they_say() -> None:
    random = np.random.default_rng(7)
    loadings = np.array([0.9, 0.8, 0.6, 0.5, 0.7])
    common = loadings.sum() ** 2
    true = common / (common + 5)
    hits = 0
    for _ in range(500):
        sample = random.normal(size=(100, 1)) * loadings + random.normal(size=(100, 5))
        low, high = raters.mcdonald_omega(pd.DataFrame(sample)).interval
        hits += low <= true <= high
    assert 0.925 < hits / 500 < 0.975
