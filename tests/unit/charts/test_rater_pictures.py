"""Pictures of the statistics of judging: what they say, and that nothing falls off the edge."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from evalkit import raters
from evalkit.charts import Picture
from evalkit.charts import raters as pictures
from evalkit.charts.facets import _apart
from evalkit.errors import UnknownNameError

from .edges import edges


def panel(units: int = 6, judges: int = 5, items: int = 3, seed: int = 1) -> pd.DataFrame:
    """Half points, a recusal of each of the first two judges."""
    random = np.random.default_rng(seed)
    able, severe = np.linspace(9, 5, units), random.normal(0, 0.7, judges)
    rows = [
        (f"学院{u + 1}", f"J{j + 1:02d}", f"s{i}", np.rint(2 * (able[u] - severe[j] + e)) / 2)
        for u in range(units)
        for j in range(judges)
        if u != j or j > 1
        for i in range(items)
        for e in [random.normal(0, 0.8)]
    ]
    return pd.DataFrame(rows, columns=["unit", "judge", "item", "score"])


SCORES = panel()
DRAWN: dict[str, Callable[[], Picture]] = {
    "ranks": lambda: pictures.rank_intervals(raters.rank_uncertainty(SCORES)),
    "orders": lambda: pictures.order_sensitivity(raters.sensitivity(SCORES, rasch=True)),
    "agreement": lambda: pictures.agreement(
        raters.icc(SCORES), raters.krippendorff_alpha(SCORES, n_boot=50),
        raters.kendall_w(SCORES, n_boot=50), raters.cronbach_alpha(SCORES),
        raters.mcdonald_omega(SCORES),
    ),
    "components": lambda: pictures.components(raters.g_study(SCORES)),
    "d_curve": lambda: pictures.d_curve(
        raters.d_study(raters.g_study(SCORES), judges=range(1, 9), n_draws=200)
    ),
    "correlations": lambda: pictures.correlations(raters.pairwise_correlations(SCORES)),
    "rest": lambda: pictures.judge_correlations(raters.judge_vs_rest(SCORES)),
    "wright": lambda: pictures.wright_map(raters.many_facet_rasch(SCORES)),
    "severity": lambda: pictures.severity(raters.many_facet_rasch(SCORES)),
    "bias": lambda: pictures.bias(
        raters.bias(raters.many_facet_rasch(SCORES), "judge", "unit")
    ),
    "many": lambda: pictures.wright_map(raters.many_facet_rasch(panel(40, 7, 2))),
    "many ranks": lambda: pictures.rank_intervals(
        raters.rank_uncertainty(panel(40, 7, 2), n_boot=200)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_each_result_has_its_picture(name: str) -> None:
    picture = DRAWN[name]()
    first = picture.png()
    assert len(first) > 4000
    assert DRAWN[name]().png() == first
    assert len(picture.alt) > 8
    assert not edges(picture)
    (table,) = picture.data
    assert len(table) > 0
    assert not table.suppressed.to_numpy().any()


def test_ranks_are_said_and_the_words_stand_below() -> None:
    result = raters.rank_uncertainty(SCORES)
    picture = pictures.rank_intervals(result)
    assert picture.alt.startswith("名次区间图，6 个单位：学院1 第 1 名（95% 区间第 1 至 ")
    assert picture.caption == result.words
    table = picture.data[0]
    assert table.text(0, "unit") == "学院1"
    assert table.text(0, "rank") == "1"
    assert [field.header for field in table.fields][-2:] == [
        "前 2 名的把握（%）",
        "领先下一行的把握（%）",
    ]


def test_ranks_without_draws_have_no_band() -> None:
    picture = pictures.rank_intervals(raters.rank_uncertainty(SCORES, n_boot=0))
    assert picture.alt.startswith("名次区间图，6 个单位：学院1 第 1 名；")
    assert picture.data[0].text(0, "low") == "—"


def test_orders_carry_their_label() -> None:
    picture = pictures.order_sensitivity(raters.sensitivity(SCORES))
    assert picture.alt.startswith("5 种算法的名次对照：6 个单位中 ")
    assert picture.alt.endswith("（研究用，不作为考核结果）")
    assert "研究用，不作为考核结果" in picture.figure.axes[0].get_title("left")


def test_methods_that_do_not_exist_are_not_drawn() -> None:
    apart = pd.DataFrame({"unit": list("ABCD"), "judge": [1, 1, 2, 2], "score": [90, 80, 70, 60]})
    picture = pictures.order_sensitivity(raters.sensitivity(apart))
    assert picture.alt.startswith("4 种算法的名次对照")
    assert "rank_adjusted" not in picture.data[0].frame


def test_agreement_of_nothing_says_so() -> None:
    assert pictures.agreement().alt == "没有可画的一致性系数"


def test_an_icc_without_limits_still_stands() -> None:
    # Units do not differ at all: the lower limit of the mean is minus infinity.
    flat = pd.DataFrame(
        {"unit": list("AABB"), "judge": [1, 2, 1, 2], "score": [1.0, 3.0, 3.0, 1.0]}
    )
    picture = pictures.agreement(raters.icc(flat))
    assert len(picture.png()) > 4000
    assert picture.alt.startswith("一致性系数图：一位评委（ICC 2,1） ")


def test_how_many_judges_are_enough_is_said() -> None:
    found = raters.d_study(raters.g_study(SCORES), judges=range(1, 11), n_draws=0)
    picture = pictures.d_curve(found, wanted=0.8)
    enough = int(found.table.loc[found.table["phi"] >= 0.8, "judges"].min())
    assert picture.alt.endswith(f"，达到 0.8 需要 {enough} 位评委")
    assert "要求" not in "".join(
        text.get_text() for text in pictures.d_curve(found, wanted=None).figure.axes[0].texts
    )


def test_curves_of_several_numbers_of_items_stand_beside_each_other() -> None:
    g = raters.g_study(panel(6, 4, 3).query("unit not in ['学院1', '学院2']"), "p×i×r")
    found = raters.d_study(g, judges=[1, 2, 4, 8], items=[3, 6], n_draws=0)
    picture = pictures.d_curve(found)
    labels = [line.get_label() for line in picture.figure.axes[0].get_lines()]
    assert {"Φ，3 个指标", "Φ，6 个指标", "Eρ²（只看先后）"} <= set(labels)


def test_severity_names_the_ends() -> None:
    result = raters.many_facet_rasch(SCORES)
    order = result.judges.sort_values("measure")["judge"].tolist()
    alt = f"评委宽严图，共 5 个：最严的是 {order[-1]}，最宽的是 {order[0]}"
    assert pictures.severity(result).alt == alt
    assert pictures.severity(result, "item").figure.axes[0].get_title("left") == "指标的量值"
    with pytest.raises(UnknownNameError):
        pictures.severity(result, "country")


def test_bias_counts_what_is_certain() -> None:
    found = raters.bias(raters.many_facet_rasch(SCORES), "judge", "unit")
    picture = pictures.bias(found)
    certain = int((found.table["p_holm"] < 0.05).sum())
    assert picture.alt == f"偏差图，评委 × 单位 共 28 种组合，{certain} 种在校正后仍有偏差"
    assert len(picture.data[0]) == 16


@pytest.mark.parametrize(
    ("places", "wanted"),
    [
        ([0.0, 1.0, 2.0], [0.0, 1.0, 2.0]),
        ([1.0, 1.0], [0.75, 1.25]),
        ([1.0, 1.1, 1.2, 4.0], [0.6, 1.1, 1.6, 4.0]),
        ([0.0, 0.0, 0.0], [-0.25, 0.25, 0.75]),  # not below the edge
    ],
)
def test_labels_move_apart_and_no_further(places: list[float], wanted: list[float]) -> None:
    assert _apart(places, 0.5, -0.5, 5.0) == pytest.approx(wanted)
