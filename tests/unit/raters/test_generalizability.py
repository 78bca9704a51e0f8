from __future__ import annotations

import numpy as np
import pytest

from evalkit import raters
from evalkit.raters import RatingsError

from .frames import long, random_panel


@pytest.mark.parametrize(
    ("name", "design"),
    [("pxr", "p×r"), ("P * R", "p×r"), ("p x i x r", "p×i×r"), ("p×r×i", "p×i×r"),
     ("p×（r：t）", "p×(r:t)"), ("px(r:i)", "p×(r:t)"), ("p·i", "p×i")],
)  # fmt: skip
def test_names_of_designs(name: str, design: str) -> None:
    assert raters.g_study(random_panel(5, 3, 2), name).design == design


def test_unknown_design() -> None:
    with pytest.raises(RatingsError) as caught:
        raters.g_study(random_panel(4, 3), "r:p")
    assert str(caught.value) == (
        "没有“r:p”这种设计。允许：p×r、p×i、p×i×r、p×(r:t)"
        "（p 单位 unit，r 评委 judge，i 或 t 指标 item；× 也可以写成 x）。"
    )


def test_two_facets_are_the_components_of_icc() -> None:
    panel = random_panel(9, 4)
    g, icc = raters.g_study(panel), raters.icc(panel)
    assert list(g.components.values()) == pytest.approx(list(icc.components.values()))
    d = raters.d_study(g, judges=[1, 4])
    assert d.phi == pytest.approx([icc["ICC2"].estimate, icc["ICC2k"].estimate])
    assert d.erho2 == pytest.approx([icc["ICC3"].estimate, icc["ICC3k"].estimate])


@pytest.mark.parametrize("design", ["p×r", "p×i×r", "p×(r:t)"])
def test_gaps_are_met_by_likelihood(design: str) -> None:
    panel = random_panel(12, 5, 3, seed=2)
    full = raters.g_study(panel, design, estimator="reml")
    some = raters.g_study(panel.drop(index=[3, 50, 99]), design)
    assert (full.balanced, some.balanced) == (True, False)
    assert some.table[["df", "ss", "ms"]].isna().all(axis=None)
    assert "REML" in some.method
    for effect, value in some.components.items():
        assert value == pytest.approx(full[effect], rel=0.25, abs=0.1)
    assert (some.table["component"] >= 0).all()
    with pytest.raises(RatingsError, match="不能用期望均方"):
        raters.g_study(panel.drop(index=[3, 50, 99]), design, estimator="anova")


def test_unequal_numbers_of_judges_in_items() -> None:
    panel = random_panel(12, 5, 3, seed=2)
    uneven = panel[(panel["item"] > 0) | (panel["judge"] < 3)]
    found = raters.g_study(uneven, "p×(r:t)")
    assert not found.balanced
    assert found.sizes["judge"] == pytest.approx(3 / (1 / 3 + 2 / 5))
    assert 0 < raters.d_study(found).phi < 1


def test_facets_with_one_level() -> None:
    with pytest.raises(RatingsError, match="设计 p×i×r 中，评分表只有 1 个指标"):
        raters.g_study(random_panel(5, 3, 1), "p×i×r")
    nested = random_panel(5, 3, 3)
    with pytest.raises(RatingsError, match="每个指标只有 1 个评委"):
        raters.g_study(nested[nested["judge"] == nested["item"]], "p×(r:t)")
    with pytest.raises(RatingsError, match="缺少“item”（指标）列"):
        raters.g_study(long([[1, 2], [3, 4]]), "p×i×r")


def test_what_cannot_be_told_apart() -> None:
    panel = random_panel(6, 3, 2)
    diagonal = panel[(panel["unit"] + panel["judge"]) % 3 == 0]
    with pytest.raises(RatingsError, match="不能把各方差分量分开"):
        raters.g_study(diagonal, "p×i×r")


def test_effects_by_name() -> None:
    found = raters.g_study(random_panel(6, 3, 2), "p×i×r")
    assert found["pir"] == found["pir,e"]
    with pytest.raises(RatingsError, match="没有效应“pt”。现有：p、i、r、pi、pr、ir、pir,e"):
        found["pt"]


def test_units_that_do_not_differ_have_no_dependability() -> None:
    found = raters.g_study(long([[1, 2, 3], [2, 3, 1], [3, 1, 2]]))
    assert found["p"] < 0
    d = raters.d_study(found, judges=range(1, 6))
    assert (d.table[["erho2", "phi"]] == 0).all(axis=None)
    with pytest.raises(RatingsError, match=r"Φ 都到不了 0\.8：这个设计最多只能接近 0\.000"):
        raters.judges_needed(found)


def test_judges_needed_are_enough_and_no_more() -> None:
    found = raters.g_study(random_panel(20, 5, 4, seed=3), "p×i×r")
    for wanted in (0.5, 0.7, 0.75):
        number = raters.judges_needed(found, wanted, items=6)
        table = raters.d_study(found, judges=[number, max(number - 1, 1)], items=6, n_draws=0)
        assert table.phi[0] >= wanted
        assert number == 1 or table.phi[1] < wanted
        asked = raters.d_study(found, judges=1, items=6, phi=wanted)
        assert asked.judges_needed == number
        assert asked.table["judges_needed"].tolist() == [number]


def test_a_phi_that_is_hit_exactly_needs_no_further_judge() -> None:
    found = raters.g_study(random_panel(20, 5, seed=3))
    for number in range(1, 60):
        phi = raters.d_study(found, judges=number, n_draws=0).phi
        assert raters.judges_needed(found, phi) == number


def test_more_judges_cannot_make_up_for_items() -> None:
    found = raters.g_study(random_panel(20, 5, 4, seed=3), "p×i×r")
    limit = raters.d_study(found, judges=10**9, items=4, n_draws=0).phi
    with pytest.raises(RatingsError, match="请降低要求，或增加指标。"):
        raters.judges_needed(found, (1 + limit) / 2, items=4)
    asked = raters.d_study(found, judges=3, items=4, phi=(1 + limit) / 2, n_draws=0)
    assert asked.judges_needed is None
    assert asked.table["judges_needed"].isna().all()


def test_fixed_items_are_the_units_own() -> None:
    found = raters.g_study(random_panel(20, 5, 4, seed=3), "p×i×r")
    row = raters.d_study(found, judges=5, items=4, fixed=["item"], n_draws=0).table.iloc[0]
    parts = found.used
    own = parts["p"] + parts["pi"] / 4
    noise = parts["pr"] / 5 + parts["pir,e"] / 20
    assert row["erho2"] == pytest.approx(own / (own + noise))
    assert row["phi"] == pytest.approx(own / (own + noise + parts["r"] / 5 + parts["ir"] / 20))
    with pytest.raises(RatingsError, match="至少要有一面是随机的"):
        raters.d_study(found, fixed=["item", "judge"])
    with pytest.raises(RatingsError, match="没有可以固定的“year”"):
        raters.d_study(found, fixed="year")


def test_intervals_cover_their_estimates_and_can_be_left_out() -> None:
    panel = random_panel(30, 5, 4, seed=3)
    for ratings in (panel, panel.drop(index=[0, 9])):
        table = raters.d_study(raters.g_study(ratings, "p×i×r"), judges=[1, 3, 5]).table
        assert (table["phi_low"] < table["phi"]).all()
        assert (table["phi"] < table["phi_high"]).all()
    assert np.isnan(raters.d_study(raters.g_study(panel), n_draws=0).interval[0])


def test_numbers_that_make_no_sense() -> None:
    found = raters.g_study(random_panel(6, 3))
    for bad in (0, 2.5, True, -1):
        with pytest.raises(RatingsError, match="允许：1、2、3"):
            raters.d_study(found, judges=bad)  # type: ignore[arg-type]
    with pytest.raises(RatingsError, match="评委数是空的"):
        raters.d_study(found, judges=[])
    with pytest.raises(RatingsError, match="没有指标这一面"):
        raters.d_study(found, items=3)
    with pytest.raises(RatingsError, match="没有随机的评委"):
        raters.judges_needed(raters.g_study(random_panel(6, 1, 3), "p×i"))
    with pytest.raises(RatingsError, match="要求的 Φ是 1"):
        raters.judges_needed(found, 1)


def test_no_residual_at_all() -> None:
    found = raters.g_study(long([[1, 2, None], [4, 5, 6], [7, 8, 9]]))
    assert found["pr"] == 0
    assert found["p"] == pytest.approx(9, rel=1e-4)
    assert found["r"] == pytest.approx(1, rel=1e-4)
