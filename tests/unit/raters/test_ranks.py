"""How sure ranks are: held against panels gone through one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise, product
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalkit import raters
from evalkit.raters import RatingsError, rank_uncertainty
from evalkit.raters.ranks_draws import draws_of

from .frames import long

Scores = list[list[float | None]]
FEW = "名次稳不稳，至少要有 2 个单位和 2 位评委才能看。请补齐评分。"


def by_rule(given: Sequence[Fraction], fewest: int = 5) -> Fraction:
    """The panel's rule, exactly."""
    kept = sorted(given)[1:-1] if len(given) >= fewest else given
    return sum(kept, Fraction(0)) / len(kept)


RULES: dict[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "trimmed": by_rule,
    "mean": lambda given: sum(given, Fraction(0)) / len(given),
    "median": lambda given: Fraction(median(given)),
}


def places(
    scores: Scores, judges: Sequence[int], rule: Callable[..., Fraction]
) -> list[int] | None:
    """Ranks if `judges` were the panel; None if a unit has no score."""
    given = [
        [Fraction(str(own[judge])) for judge in judges if own[judge] is not None] for own in scores
    ]
    if not all(given):
        return None
    points = [rule(each) for each in given]
    return [1 + sum(other > own for other in points) for own in points]


def chances(scores: Scores, rule: Callable[..., Fraction]) -> np.ndarray:
    """Chance of each rank (columns) of each unit, over all draws of judges."""
    judges, n = range(len(scores[0])), len(scores)
    found = np.zeros((n, n))
    for drawn in product(judges, repeat=len(judges)):
        ranks = places(scores, drawn, rule)
        if ranks is not None:
            found[range(n), np.array(ranks) - 1] += 1
    return found / found[0].sum()


# Recusals, ties, and half points that floats do not hold exactly.
PANEL: Scores = [
    [90.1, 88.3, None, 85.2, 91],
    [88.2, 88.4, 90.3, 86.1, None],
    [70, 75.5, 72, 71, 80],
    [89.7, 87.7, 90.1, 88.7, 87.7],
]


@pytest.mark.parametrize("estimator", RULES)
def test_chances_are_those_of_all_draws(estimator: Any) -> None:
    wanted = chances(PANEL, RULES[estimator])
    found = rank_uncertainty(long(PANEL), estimator=estimator)
    assert found.exact
    assert found.n_draws == 126 - 2  # 9 over 5, without five times J3 and five times J5
    rows = found.distribution.loc[["U1", "U2", "U3", "U4"]].to_numpy()
    assert rows == pytest.approx(wanted, abs=1e-12)
    table = found.table.set_index("unit").loc[["U1", "U2", "U3", "U4"]]
    assert table["p_top"].to_numpy() == pytest.approx(wanted[:, :2].sum(axis=1), abs=1e-12)
    assert table["p_rank"].to_numpy() == pytest.approx(
        wanted[range(4), table["rank"].to_numpy() - 1], abs=1e-12
    )


@pytest.mark.parametrize("estimator", RULES)
def test_leaving_out_a_judge_is_computing_without_the_judge(estimator: Any) -> None:
    found = rank_uncertainty(long(PANEL), estimator=estimator, n_boot=0)
    ranks = found.leave_one_out.pivot(index="left_out", columns="unit", values="rank")
    points = found.leave_one_out.pivot(index="left_out", columns="unit", values="score")
    for judge in range(5):
        rest = [other for other in range(5) if other != judge]
        assert ranks.loc[f"J{judge + 1}"].tolist() == places(PANEL, rest, RULES[estimator])
        given = [Fraction(str(PANEL[3][other])) for other in rest]
        assert points.loc[f"J{judge + 1}", "U4"] == pytest.approx(float(RULES[estimator](given)))
    spans = found.table.set_index("unit")
    assert spans["loo_low"].to_dict() == ranks.min().to_dict()
    assert spans["loo_high"].to_dict() == ranks.max().to_dict()


def test_chance_of_being_ahead_of_the_next() -> None:
    found = rank_uncertainty(long(PANEL), estimator="mean")
    order = [int(unit[1]) - 1 for unit in found.table["unit"]]
    ahead = np.zeros(3)
    total = 0
    for drawn in product(range(5), repeat=5):
        ranks = places(PANEL, drawn, RULES["mean"])
        if ranks is not None:
            total += 1
            ahead += [ranks[a] < ranks[b] for a, b in pairwise(order)]
    assert found.table["p_next"].to_numpy()[:3] == pytest.approx(ahead / total, abs=1e-12)
    assert np.isnan(found.table["p_next"].iloc[3])


def test_limits_leave_at_most_the_tails_outside() -> None:
    found = rank_uncertainty(long(PANEL), level=0.9)
    for row in found.table.itertuples():
        chance = found.distribution.loc[row.unit]
        assert chance.loc[: row.low - 1].sum() <= 0.05 + 1e-12
        assert chance.loc[: row.low].sum() > 0.05
        assert chance.loc[row.high + 1 :].sum() <= 0.05 + 1e-12
        assert chance.loc[row.high :].sum() > 0.05


def test_equal_scores_are_equal_though_floats_are_not() -> None:
    # 0.1 + 0.2 is not 0.3 in floats; all three means are 0.2.
    found = rank_uncertainty(long([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.2, 0.3, 0.1]]), n_boot=0)
    assert found.table["rank"].tolist() == [1, 1, 1]
    found = rank_uncertainty(
        long([[90.1, 90.2, 90.3], [90.2, 90.2, 90.2], [90.3, 90.2, 90.2]]), n_boot=0
    )
    assert found.table[["unit", "rank"]].to_numpy().tolist() == [["U3", 1], ["U1", 2], ["U2", 2]]


def test_published_scores_are_compared_half_up() -> None:
    # 90.125 and 90.13: equal at two places, half up; apart if exact or rounded half to even.
    scores = long([[90.12, 90.13, 90.12, 90.13], [90.13, 90.13, 90.13, 90.13]])
    assert rank_uncertainty(scores, n_boot=0).table["rank"].tolist() == [1, 2]
    assert rank_uncertainty(scores, decimals=2, n_boot=0).table["rank"].tolist() == [1, 1]
    assert rank_uncertainty(scores, decimals=3, n_boot=0).table["rank"].tolist() == [1, 2]


def test_the_plain_mean_decides_ties_where_it_is_asked_to() -> None:
    # Trimmed 90 each; the means differ by the extremes.
    scores = long([[80, 90, 90, 90, 95], [85, 90, 90, 90, 100], [70, 80, 80, 80, 80]])
    assert rank_uncertainty(scores, n_boot=0).table["rank"].tolist() == [1, 1, 3]
    found = rank_uncertainty(scores, ties="mean", n_boot=0).table
    assert found[["unit", "rank"]].to_numpy().tolist() == [["U2", 1], ["U1", 2], ["U3", 3]]


def test_trimming_follows_the_number_of_judges() -> None:
    scores = long([[92, 88.5, 90, 89.5, 95], [90, 92, 88, 91, None]])
    table = rank_uncertainty(scores, n_boot=0).table.set_index("unit")["score"]
    assert table.to_dict() == pytest.approx({"U1": 90.5, "U2": 90.25})
    two = rank_uncertainty(scores, trim=2, n_boot=0).table.set_index("unit")["score"]
    assert two["U1"] == pytest.approx(90)


def test_items_are_added_up_or_trimmed_one_by_one() -> None:
    rows = [
        (unit, judge, item, score)
        for unit, items in {"A": ([9, 1, 5], [5, 5, 5]), "B": ([5, 5, 6], [2, 8, 5])}.items()
        for item, own in enumerate(items)
        for judge, score in enumerate(own)
    ]
    frame = pd.DataFrame(rows, columns=["unit", "judge", "item", "score"])
    total = rank_uncertainty(frame, min_judges=3, n_boot=0).table.set_index("unit")["score"]
    assert total.to_dict() == {"A": 10, "B": 11}  # of 14, 6, 10; of 7, 13, 11
    each = rank_uncertainty(frame, min_judges=3, each="item", n_boot=0).table
    assert each.set_index("unit")["score"].to_dict() == {"A": 10, "B": 10}
    assert each["rank"].tolist() == [1, 1]


def test_random_draws_come_near_all_draws_and_repeat() -> None:
    exact = rank_uncertainty(long(PANEL))
    assert draws_of(5, 126, 0).exact
    drawn = rank_uncertainty(long(PANEL), n_boot=125, seed=3)
    assert not drawn.exact
    assert "随机抽取 125 次（种子 3）" in drawn.method
    again = rank_uncertainty(long(PANEL).sample(frac=1, random_state=1), n_boot=125, seed=3)
    units = list(drawn.table["unit"])
    assert (
        again.distribution.loc[units].to_numpy().tolist() == drawn.distribution.to_numpy().tolist()
    )
    far = np.abs(drawn.distribution - exact.distribution.loc[units]).to_numpy().max()
    assert 0 < far < 0.15


def test_draws_without_a_score_are_left_out_and_said() -> None:
    scores: Scores = [[9, None, None], [8, 8, 7], [6, 5, 7]]
    found = rank_uncertainty(long(scores))
    assert found.distribution.loc[["U1", "U2", "U3"]].to_numpy() == pytest.approx(
        chances(scores, RULES["mean"])
    )
    assert found.untested == ("J1",)
    assert found.note == (
        "去掉评委 J1 后有单位没有分数，未作这一检验。"
        "抽到的评委对某个单位全部回避的情形（30 %）未计入。"
    )
    assert set(found.leave_one_out["left_out"]) == {"J2", "J3"}


def test_words_say_what_is_sure_and_what_is_not() -> None:
    sure = rank_uncertainty(long([[90, 91, 92], [80, 81, 82], [60, 61, 62], [50, 51, 52]]))
    assert sure.words == (
        "按去极值平均（满 5 位评委时最高、最低分各去掉 1 个），同分并列，前 2 名是 U1、U2。\n"
        "去掉任何一位评委，前 2 名都是这些单位。\n"
        "假如另请一组同类的评委来评，仍在前 2 名的把握：U1 每次都是（很稳），U2 每次都是（很稳）；"
        "其他单位几乎没有机会进入。\n"
        "每个单位都明显领先于下一名。\n"
        "以上只看换一些评委会怎样，不改变任何得分、名次和奖项。"
    )
    assert sure.stable_top
    close = rank_uncertainty(long([[90, 91, 92], [80, 81, 70], [79, 78, 77], [50, 51, 52]]))
    assert not close.stable_top
    assert (
        "前 2 名会因一位评委而变：去掉评委 J3，U2 进入前 2 名，U3 退出。\n"
        "假如另请一组同类的评委来评，仍在前 2 名的把握：U1 每次都是（很稳），U3 约 70%（不太稳）；"
        "其他单位进入前 2 名的机会：U2 约 30%。\n" in close.words
    )
    assert "相邻名次拉不开差距、先后不宜细究的：第 2 至 3 名（U3、U2）" in close.words


def test_shows_itself() -> None:
    found = rank_uncertainty(long(PANEL), k=1)
    assert repr(found).startswith("<名次有多稳：4 个单位、5 位评委。按去极值平均")
    html = found._repr_html_()
    assert "<th>进入前 1 名的把握</th>" in html
    assert "Efron &amp; Tibshirani" in html
    assert found.estimate.to_dict() == dict(
        zip(found.table["unit"], found.table["rank"], strict=True)
    )
    assert list(found.interval.columns) == ["low", "high"]
    rank_uncertainty(long(PANEL), n_boot=0)._repr_html_()


def test_all_the_same_is_one_tie() -> None:
    found = rank_uncertainty(long([[80.0] * 3] * 4))
    assert found.table["rank"].tolist() == [1] * 4
    assert found.table["p_top"].tolist() == [1.0] * 4
    assert found.table[["low", "high"]].to_numpy().tolist() == [[1, 1]] * 4
    assert "前 2 名（含并列）是 U1、U2、U3、U4。" in found.words
    assert "第 1 名（U1、U2、U3、U4）" in found.words


@pytest.mark.parametrize(
    ("scores", "settings", "message"),
    [
        ([[90, 80]], {"k": 1},
         "现在有 1 个单位、2 位评委的分数。" + FEW),
        ([[90], [80]], {},
         "现在有 2 个单位、1 位评委的分数。" + FEW),
        ([[90, 80], [80, 70]], {"k": 3}, "k（前几名）是 3。允许：1 至 2（单位数）的整数。"),
        ([[90, 80], [80, 70]], {"k": True}, "k（前几名）是 True。允许：1 至 2（单位数）的整数。"),
        ([[90, 80], [80, 70]], {"estimator": "best"},
         "estimator 是“best”。允许：trimmed、mean、median。"),
        ([[90, 80], [80, 70]], {"ties": "vote"}, "ties 是“vote”。允许：shared、mean。"),
        ([[90, 80], [80, 70]], {"trim": 2, "min_judges": 4},
         ("满 4 位评委就去掉最高、最低分各 2 个，可能一个分数也不剩。"
          "请把 min_judges 设为 5 以上，或减小 trim。")),
        ([[90, 80], [80, 70]], {"level": 1}, "置信水平是 1。允许：0 与 1 之间的小数，例如 0.95。"),
        ([[90, 80], [80, 70]], {"each": "item"},
         ("评分表缺少“item”（指标）列。现有的列：unit、judge、score。"
          "请把相应的列改成这个名称，或补上这一列。")),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(
    scores: Scores, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(RatingsError) as caught:
        rank_uncertainty(long(scores), **settings)
    assert str(caught.value) == message


def test_duplicates_and_text_are_refused_as_everywhere() -> None:
    frame = long([[90, 80], [80, 70]])
    with pytest.raises(RatingsError, match="同一格有不止一个分数"):
        rank_uncertainty(pd.concat([frame, frame.iloc[[0]]]))
    with pytest.raises(RatingsError, match="不是数字"):
        rank_uncertainty(frame.assign(score=["90", 80, 80, 70]))


def test_a_unit_that_a_judge_alone_scored_has_a_documented_end() -> None:
    # Every judge is somebody's only one: nothing can be left out.
    found = rank_uncertainty(long([[90, None], [None, 80]]))
    assert found.untested == ("J1", "J2")
    assert found.table["loo_low"].isna().all()
    assert "无法检验去掉一位评委会怎样" in found.words
    assert found.table["p_rank"].tolist() == [1.0, 1.0]  # the only draws with both judges


def test_public_names() -> None:
    for name in ("rank_uncertainty", "sensitivity", "RankUncertainty", "Sensitivity"):
        assert name in raters.__all__
