"""ICC, alpha, W and correlations where the answer is plain to see."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evalkit import raters
from evalkit.raters import RatingsError

from .frames import long, random_panel

AGREED = long([[2, 2, 2], [5, 5, 5], [9, 9, 9], [4, 4, 4]])
SHIFTED = long([[2, 3, 4], [5, 6, 7], [9, 10, 11], [4, 5, 6]])


def test_judges_who_agree() -> None:
    found = raters.icc(AGREED)
    assert (found.table[["estimate", "low", "high"]] == 1).all(axis=None)
    assert (found.table["p"] == 0).all()
    for level in ("nominal", "ordinal", "interval", "ratio"):
        alpha = raters.krippendorff_alpha(AGREED, level)
        assert alpha.estimate == 1
        assert alpha.interval == (1, 1)
    assert raters.kendall_w(AGREED).estimate == pytest.approx(1)
    assert raters.pairwise_correlations(AGREED).interval == (1, 1)
    assert raters.cronbach_alpha(AGREED).estimate == pytest.approx(1)


def test_judges_who_agree_with_gaps() -> None:
    found = raters.icc(AGREED.drop(index=[0, 7]))
    assert found.table["estimate"].to_numpy() == pytest.approx(np.ones(6))
    assert found.components["residual"] == 0
    assert raters.krippendorff_alpha(AGREED.drop(index=[0, 7])).estimate == 1


def test_severity_is_no_inconsistency() -> None:
    found = raters.icc(SHIFTED)
    assert found["ICC3"].estimate == pytest.approx(1)
    assert found["ICC2"].estimate < 0.95
    gaps = raters.icc(SHIFTED.drop(index=[0, 7]))
    assert gaps["ICC3"].interval == (1, 1)
    assert gaps.components["judge"] == pytest.approx(1, rel=1e-4)


def test_units_that_do_not_differ() -> None:
    found = raters.icc(long([[1, 2, 3], [2, 3, 1], [3, 1, 2]]))
    assert found["ICC1"].estimate == pytest.approx(-0.5)
    assert np.isnan(found["ICC1k"].estimate)
    assert "—" in found._repr_html_()


def test_names_of_forms() -> None:
    found = raters.icc(SHIFTED, form="icc(c,1)")
    assert found.form == "ICC3"
    for name in ("ICC2k", "ICC(2,k)", "ICC(A,k)", "icc ( 2, K )"):
        assert found[name] == found["ICC2k"]
    with pytest.raises(RatingsError, match="没有“ICC4”这种组内相关系数。允许：ICC1、"):
        raters.icc(SHIFTED, form="ICC4")


def test_limits_widen_with_the_level() -> None:
    panel = random_panel(8, 5)
    wide, narrow = raters.icc(panel, level=0.99), raters.icc(panel, level=0.8)
    assert (wide.table["low"] < narrow.table["low"]).all()
    assert (wide.table["high"] > narrow.table["high"]).all()
    with pytest.raises(RatingsError, match="置信水平是 95。"):
        raters.icc(panel, level=95)


def test_every_unit_with_judges_of_its_own() -> None:
    """Shrout and Fleiss's first case with its own labels: the one-way forms, as if shared."""
    shared = long([[9, 7, 8], [4, 5, 3], [6, 6, 8], [2, 1, 3]])
    own = shared.assign(judge=shared["unit"] + shared["judge"])
    found, expected = raters.icc(own), raters.icc(shared)
    for form in ("ICC1", "ICC1k"):
        mine, theirs = found[form], expected[form]
        assert (mine.estimate, *mine.interval) == pytest.approx((theirs.estimate, *theirs.interval))
        assert (mine.F, mine.p) == pytest.approx((theirs.F, theirs.p))
    assert np.isnan(found["ICC2"].estimate)
    assert found.form == "ICC1k"
    with pytest.raises(RatingsError, match="每个单位都只有一个分数"):
        raters.icc(own.groupby("unit").head(1))


def test_gaps_hardly_matter_in_a_large_panel() -> None:
    panel = random_panel(300, 12, seed=1)
    full, some = raters.icc(panel), raters.icc(panel.sample(frac=0.95, random_state=1))
    for form in full.table["form"]:
        mine, theirs = some[form], full[form]
        assert (mine.estimate, *mine.interval) == pytest.approx(
            (theirs.estimate, *theirs.interval), abs=0.02
        )


def test_a_category_that_nobody_used_changes_nothing() -> None:
    kinds = pd.CategoricalDtype([1, 2, 3, 4, 5])
    panel = long([[1, 1], [2, 2], [4, 5], [5, 5]])
    for level in ("nominal", "ordinal"):
        assert (
            raters.krippendorff_alpha(panel.astype({"score": kinds}), level).estimate
            == raters.krippendorff_alpha(panel, level).estimate
        )


def test_categories_may_be_text() -> None:
    panel = long([[1, 1], [2, 2], [1, 2], [3, 3]])
    named = panel.assign(score=panel["score"].map({1: "优秀", 2: "良好", 3: "合格"}))
    found = raters.krippendorff_alpha(named, "nominal")
    assert found.estimate == raters.krippendorff_alpha(panel, "nominal").estimate
    assert found.values.set_index("value")["count"].to_dict() == {"优秀": 3, "良好": 3, "合格": 2}


def test_what_alpha_refuses() -> None:
    panel = long([[1, 1], [2, 2], [1, 2], [3, 3]])
    with pytest.raises(RatingsError, match="没有“metric”这种测量水平。允许：nominal（名义）"):
        raters.krippendorff_alpha(panel, "metric")  # type: ignore[arg-type]
    with pytest.raises(RatingsError, match="有负的分数 -1"):
        raters.krippendorff_alpha(panel.assign(score=panel["score"] - 2), "ratio")
    with pytest.raises(RatingsError, match="没有一个单位有两位以上评委的分数"):
        raters.krippendorff_alpha(panel.drop(index=[0, 2, 5, 7]))
    with pytest.raises(RatingsError, match="抽样次数是 -1"):
        raters.krippendorff_alpha(panel, n_boot=-1)


def test_interval_of_alpha_can_be_left_out_and_hangs_on_the_seed() -> None:
    panel = random_panel(10, 4)
    assert np.isnan(raters.krippendorff_alpha(panel, n_boot=0).interval[0])
    same = [raters.krippendorff_alpha(panel, seed=seed).interval for seed in (1, 1, 2)]
    assert same[0] == same[1] != same[2]


def test_w_leaves_units_out_that_a_judge_did_not_score() -> None:
    panel = random_panel(8, 4)
    found = raters.kendall_w(panel.drop(index=[0, 5]))
    assert found.n == 6
    assert found.note == "2 个单位有评委没有评分，未计入：0、1。"
    expected = raters.kendall_w(panel[panel["unit"] > 1])
    assert found.estimate == pytest.approx(expected.estimate)
    with pytest.raises(RatingsError, match="全部评委都评了分的有 0 个"):
        raters.kendall_w(panel[panel["unit"] % 4 != panel["judge"]])


def test_w_of_opposite_orders_is_zero() -> None:
    found = raters.kendall_w(long([[1, 3], [2, 2], [3, 1]]))
    assert found.estimate == 0
    assert found.p_permutation == pytest.approx(1)


def test_correlations_need_three_shared_units() -> None:
    panel = long([[1, 2, 3], [2, 3, 5], [4, 4, None], [5, 7, None]])
    found = raters.pairwise_correlations(panel)
    assert found.table["pearson"].isna().tolist() == [False, True, True]
    assert "2 行没有相关系数" in found.note
    square = found.matrix("kendall")
    assert square.loc["J1", "J2"] == square.loc["J2", "J1"] == pytest.approx(1)
    with pytest.raises(RatingsError, match="没有“tau”这种相关"):
        found.matrix("tau")


def test_means_that_differ_by_a_hair_are_constant() -> None:
    panel = long([[5, 0.1, 0.2, 0.3], [6, 0.3, 0.2, 0.1], [8, 0.2, 0.1, 0.3]])
    assert np.isnan(raters.judge_vs_rest(panel).table["pearson"].iloc[0])


@pytest.mark.slow
def test_limits_of_icc_with_gaps_cover_as_often_as_they_say() -> None:
    random = np.random.default_rng(7)
    n, k = 15, 5
    true = {"ICC1": 1 / 2.3, "ICC2": 1 / 2.3, "ICC3": 1 / 2}
    hits = dict.fromkeys(true, 0)
    for _ in range(500):
        scores = random.normal(size=(n, k)) + random.normal(size=(n, 1))
        scores += 0.3**0.5 * random.normal(size=(1, k))
        scores[random.random((n, k)) < 0.1] = np.nan
        units, judges = np.indices((n, k))
        found = raters.icc(
            pd.DataFrame({"unit": units.ravel(), "judge": judges.ravel(), "score": scores.ravel()})
        )
        for form, value in true.items():
            low, high = found[form].interval
            hits[form] += low <= value <= high
    assert all(0.91 < each / 500 < 0.98 for each in hits.values()), hits
