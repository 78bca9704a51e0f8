from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from evalkit.errors import PanelError
from evalkit.panel import evaluate, propose_stations
from evalkit.rubric import Award, PanelRules, Rubric, ScoreSheet

Panel = Callable[..., list[ScoreSheet]]
SHAKEN = "去掉其中一位评委后名单会变，建议评审组合议"


@pytest.fixture
def award(rubric: Rubric) -> Award:
    return rubric.awards[0]


def test_the_first_two_by_rank(rubric: Rubric, panel: Panel, award: Award) -> None:
    result = evaluate(panel({"C01": "91 91", "C02": "85 85", "C03": "95 95"}), rubric)
    proposal = propose_stations(result, award)
    assert proposal.colleges == ("C03", "C01")
    assert proposal.runners_up == ("C02",)
    assert proposal.stable
    first, second = proposal
    assert (first.rank, first.score, first.band, first.margin) == (
        1,
        Decimal("95.00"),
        "优秀",
        Decimal("10.00"),
    )
    assert first.reasons == (
        "得分 95.00 分，等次优秀，排名第 1",
        "比名单外的下一名 C02 高 10.00 分",
    )
    assert first.marks == second.marks == ()
    assert "C01" in proposal
    assert "C02" not in proposal
    assert len(proposal) == 2


def test_below_the_awards_band(rubric: Rubric, panel: Panel, award: Award) -> None:
    result = evaluate(panel({"C01": "89 89", "C02": "95 95", "C03": "80 80"}), rubric)
    first, second = propose_stations(result, award)
    assert (second.college, second.marks) == ("C01", ("未达优秀等次，提请评审组审定",))
    assert first.marks == ()


def test_no_band_asked_for(rubric: Rubric, panel: Panel, award: Award) -> None:
    result = evaluate(panel({"C01": "50 50", "C02": "40 40", "C03": "30 30"}), rubric)
    free = award.model_copy(update={"band": None})
    assert [nominee.marks for nominee in propose_stations(result, free)] == [(), ()]


def test_a_close_call(rubric: Rubric, panel: Panel, award: Award) -> None:
    result = evaluate(panel({"C01": "95 95", "C02": "91.5 91.5", "C03": "91.5 91"}), rubric)
    first, second = propose_stations(result, award)
    assert first.marks == ()
    assert second.margin == Decimal("0.25")
    assert second.marks[0] == "与名单外的下一名 C03 相差 0.25 分，不足 0.5 分，建议评审组合议"


@pytest.mark.parametrize(("third", "marked"), [("91", False), ("91.5", True)])
def test_the_margin_itself_is_not_close(
    rubric: Rubric, panel: Panel, award: Award, third: str, marked: bool
) -> None:
    result = evaluate(panel({"C01": "95 95", "C02": "91.5 91.5", "C03": f"{third} 91"}), rubric)
    nominee = propose_stations(result, award).nominees[1]
    assert any("不足 0.5 分" in mark for mark in nominee.marks) is marked


def test_a_tie_at_the_border_is_the_panels(rubric: Rubric, panel: Panel, award: Award) -> None:
    result = evaluate(
        panel({"C01": "91 91", "C02": "95 95", "C03": "91 91", "C04": "80 80", "C05": "80 80"}),
        rubric,
    )
    proposal = propose_stations(result, award)
    assert [(n.college, n.rank, n.tied) for n in proposal] == [
        ("C02", 1, False),
        ("C01", 2, True),
        ("C03", 2, True),
    ]
    assert proposal.runners_up == ("C04", "C05")
    assert proposal.nominees[1].marks == ("并列，提请评审组表决",)
    assert proposal.nominees[1].reasons == (
        "得分 91.00 分，等次优秀，排名第 2",
        "比名单外的下一名 C04 高 11.00 分",
        "与 C03 同分，各项比较均相同，提请评审组表决",
    )


def test_a_tie_within_the_list_needs_no_vote(rubric: Rubric, panel: Panel, award: Award) -> None:
    result = evaluate(panel({"C01": "91 91", "C02": "91 91", "C03": "80 80"}), rubric)
    assert [(n.college, n.tied, n.marks) for n in propose_stations(result, award)] == [
        ("C01", False, ()),
        ("C02", False, ()),
    ]


def test_a_list_that_hangs_on_one_judge(rubric: Rubric, panel: Panel, award: Award) -> None:
    # Without J01, C03 comes before C02; C01 is safe.
    result = evaluate(panel({"C01": "96 96 96", "C02": "96 90 90", "C03": "90 91 91"}), rubric)
    proposal = propose_stations(result, award)
    assert not proposal.stable
    assert [(n.college, n.marks) for n in proposal] == [("C01", ()), ("C02", (SHAKEN,))]


def test_a_list_that_would_grow_without_one_judge(
    rubric: Rubric, panel: Panel, award: Award
) -> None:
    # Without J01, C02 and C03 are equal in everything.
    result = evaluate(panel({"C01": "96 96", "C02": "92 90", "C03": "90 90"}), rubric)
    proposal = propose_stations(result, award)
    assert proposal.colleges == ("C01", "C02")
    assert [SHAKEN in nominee.marks for nominee in proposal] == [False, True]


def test_provisional_and_the_callers_marks(rubric: Rubric, panel: Panel, award: Award) -> None:
    result = evaluate(panel({"C01": "96 96 -", "C02": "93 93 93", "C03": "80 80 80"}), rubric)
    proposal = propose_stations(
        result, award, {"C01": ["来源不全：缺实地调研"], "C03": ["未提名者的标记"]}
    )
    assert [nominee.marks for nominee in proposal] == [
        ("评分暂定：缺 J03 的评分", "来源不全：缺实地调研"),
        (),
    ]


def test_rounding_that_decides_the_band_is_marked(
    rubric: Rubric, panel: Panel, award: Award
) -> None:
    whole = PanelRules(**{**dict(rubric.panel), "decimals": 0})
    result = evaluate(
        panel({"C01": "89.5", "C02": "80"}), rubric.model_copy(update={"panel": whole})
    )
    [nominee] = propose_stations(result, award.model_copy(update={"number": 1}))
    assert nominee.marks == ("公布分数 90 为优秀，取整前为良好，请评审组留意",)


def test_fewer_colleges_than_awards(rubric: Rubric, panel: Panel, award: Award) -> None:
    proposal = propose_stations(evaluate(panel({"C01": "91"}), rubric), award)
    [nominee] = proposal
    assert nominee.margin is None
    assert nominee.reasons == ("得分 91.00 分，等次优秀，排名第 1", "全部学院都在名单内")
    assert proposal.runners_up == ()


def test_frame(rubric: Rubric, panel: Panel, award: Award) -> None:
    result = evaluate(panel({"C01": "89 89", "C02": "95 95", "C03": "80 80"}), rubric)
    assert propose_stations(result, award).frame().to_dict("records")[1] == {
        "rank": 2,
        "college_code": "C01",
        "score": Decimal("89.00"),
        "band": "良好",
        "margin": Decimal("9.00"),
        "tied": False,
        "reasons": "得分 89.00 分，等次良好，排名第 2；比名单外的下一名 C03 高 9.00 分",
        "marks": "未达优秀等次，提请评审组审定",
    }


def test_not_for_heads(rubric: Rubric, panel: Panel) -> None:
    result = evaluate(panel({"C01": "91"}), rubric)
    with pytest.raises(PanelError) as caught:
        propose_stations(result, rubric.awards[1])
    assert str(caught.value) == (
        "奖项“优秀二级心理辅导站站长”评的不是辅导站，不能用来推荐辅导站。请改用站长奖项的比较表。"
    )
