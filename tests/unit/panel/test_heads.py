from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from evalkit.errors import PanelError
from evalkit.panel import (
    HeadCandidate,
    HeadComparison,
    PanelResult,
    compare_heads,
    evaluate,
    propose_stations,
)
from evalkit.rubric import Decision, Rubric, ScoreSheet

Panel = Callable[..., list[ScoreSheet]]
TOTALS = {"C01": "95 95", "C02": "92 92", "C03": "88 88", "C04": "85 85"}


def head(college: str, **changes: int | bool | None) -> HeadCandidate:
    good = HeadCandidate(
        college=college,
        name=f"站长{college[-1]}",
        months_in_post=24,
        form_in_september=True,
        n_trainings=2,
        n_awards=1,
        n_research=0,
        n_positive_log=3,
        n_negative_log=0,
    )
    return replace(good, **changes)  # type: ignore[arg-type]


@pytest.fixture
def result(rubric: Rubric, panel: Panel) -> PanelResult:
    return evaluate(panel(TOTALS), rubric)


def compare(result: PanelResult, *candidates: HeadCandidate) -> HeadComparison:
    station, award = result.rubric.awards
    return compare_heads(result, award, candidates, propose_stations(result, station))


def names(comparison: HeadComparison) -> list[str]:
    return [each.candidate.college for each in comparison.suggested]


def test_all_candidates_in_the_order_of_their_stations(result: PanelResult) -> None:
    found = compare(result, *(head(c) for c in ("C04", "C02", "C03", "C01")))
    assert [each.candidate.college for each in found] == ["C01", "C02", "C03", "C04"]
    assert len(found) == 4
    assert names(found) == ["C01", "C02"]
    first, _, third, _ = found
    assert first.reasons == (
        "所在站得分 95.00 分，等次优秀，排名第 1",
        "任职时间：24 个月",
        "九月登记表：已报送",
        "专业培训：2 次",
        "个人获奖：1 项",
        "研究成果：0 项",
        "日常工作评价正面记录：3 条",
        "日常工作评价负面记录：0 条",
    )
    assert first.marks == ()
    assert third.eligible
    assert not third.suggested
    assert third.marks == ("所在站未获推荐",)


@pytest.mark.parametrize(
    ("changes", "marks"),
    [
        ({"months_in_post": 5}, ("任职不足 6 个月",)),
        ({"months_in_post": None}, ("任职时间无数据",)),
        ({"form_in_september": False}, ("未在九月报送登记表",)),
        ({"form_in_september": None}, ("九月登记表无数据",)),
        ({"n_trainings": 0}, ("本学年没有专业培训记录",)),
        ({"n_trainings": None}, ("专业培训无数据",)),
        (
            {"months_in_post": 0, "form_in_september": None, "n_trainings": 0},
            ("任职不足 6 个月", "九月登记表无数据", "本学年没有专业培训记录"),
        ),
    ],
)
def test_a_condition_that_is_not_shown(
    result: PanelResult, changes: dict[str, int | bool | None], marks: tuple[str, ...]
) -> None:
    found = compare(result, head("C01", **changes), head("C02"), head("C03"), head("C04"))
    assert names(found) == ["C02", "C03"]
    assert found.heads[0].candidate.college == "C01"
    assert found.heads[0].marks == marks
    assert not found.heads[0].eligible


def test_six_months_are_enough(result: PanelResult) -> None:
    assert names(compare(result, head("C01", months_in_post=6))) == ["C01"]


def test_other_facts_may_be_unknown(result: PanelResult) -> None:
    found = compare(result, head("C01", n_awards=None, n_negative_log=None))
    [only] = found.suggested
    assert only.marks == ()
    assert "个人获奖：无数据" in only.reasons
    assert "日常工作评价负面记录：无数据" in only.reasons


def test_independent_heads_are_suggested_and_marked(result: PanelResult) -> None:
    found = compare(result, head("C01"), head("C02", n_trainings=0), head("C03"))
    assert [(each.candidate.college, each.marks) for each in found.suggested] == [
        ("C01", ()),
        ("C03", ("所在站未获推荐",)),
    ]


def test_heads_of_nominated_stations_only(result: PanelResult) -> None:
    settings = result.rubric.settings.model_copy(
        update={"head_award": Decision(value="same_station")}
    )
    strict = evaluate(result.sheets, result.rubric.model_copy(update={"settings": settings}))
    found = compare(strict, head("C01"), head("C02", n_trainings=0), head("C03"))
    assert names(found) == ["C01"]
    assert found.heads[2].marks == ("所在站未获推荐",)
    assert not found.heads[2].eligible


def test_a_tie_at_the_border(rubric: Rubric, panel: Panel) -> None:
    tied = evaluate(panel({"C01": "95 95", "C02": "88 88", "C03": "88 88", "C04": "80 80"}), rubric)
    found = compare(tied, *(head(c) for c in TOTALS))
    assert [(each.candidate.college, each.tied, each.marks) for each in found.suggested] == [
        ("C01", False, ()),
        ("C02", True, ("并列，提请评审组表决",)),
        ("C03", True, ("并列，提请评审组表决",)),
    ]


def test_two_heads_of_one_college(result: PanelResult) -> None:
    former = replace(head("C02"), name="前任")
    found = compare(result, head("C01"), head("C02"), former, head("C03"))
    assert [(each.candidate.name, each.tied) for each in found.suggested] == [
        ("站长1", False),
        ("站长2", True),
        ("前任", True),
    ]


def test_a_close_call(rubric: Rubric, panel: Panel) -> None:
    close = evaluate(panel({"C01": "95 95", "C02": "92 92", "C03": "92 91.5"}), rubric)
    found = compare(close, head("C01"), head("C02"), head("C03"))
    assert found.suggested[1].marks == (
        "所在站与名单外下一位候选人所在站 C03 相差 0.25 分，不足 0.5 分，建议评审组合议",
    )


def test_a_station_without_scores_or_with_some_to_come(rubric: Rubric, panel: Panel) -> None:
    some = evaluate(panel({"C01": "95 -", "C02": "92 92"}), rubric)
    found = compare(some, head("C09"), head("C01"))
    assert [(each.candidate.college, each.marks) for each in found] == [
        ("C01", ("所在站评分暂定：缺 J02 的评分",)),
        ("C09", ("所在站没有评审得分",)),
    ]
    last = found.heads[1]
    assert (last.station_rank, last.station_score, last.station_band) == (None, None, None)
    assert not last.eligible


def test_frame(result: PanelResult) -> None:
    candidates = (head("C03", n_awards=None, form_in_september=None), head("C01"))
    frame = compare(result, *candidates).frame()
    first, second = frame.to_dict("records")
    assert first == {
        "college_code": "C01",
        "name": "站长1",
        "station_rank": 1,
        "station_score": Decimal("95.00"),
        "station_band": "优秀",
        "station_nominated": True,
        "months_in_post": 24,
        "form_in_september": True,
        "n_trainings": 2,
        "n_awards": 1,
        "n_research": 0,
        "n_positive_log": 3,
        "n_negative_log": 0,
        "eligible": True,
        "suggested": True,
        "tied": False,
        "reasons": "所在站得分 95.00 分，等次优秀，排名第 1；任职时间：24 个月；"
        "九月登记表：已报送；专业培训：2 次；个人获奖：1 项；研究成果：0 项；"
        "日常工作评价正面记录：3 条；"
        "日常工作评价负面记录：0 条",
        "marks": "",
    }
    assert pd.isna(second["n_awards"])
    assert pd.isna(second["form_in_september"])
    assert second["n_research"] == 0
    assert str(frame["n_awards"].dtype) == "Int64"
    assert str(frame["form_in_september"].dtype) == "boolean"
    assert second["marks"] == "九月登记表无数据；所在站未获推荐"


def test_no_candidates(result: PanelResult) -> None:
    found = compare(result)
    assert found.suggested == ()
    assert found.frame().empty
    assert list(found.frame().columns)[:3] == ["college_code", "name", "station_rank"]


def test_not_for_stations(result: PanelResult) -> None:
    station = result.rubric.awards[0]
    with pytest.raises(PanelError) as caught:
        compare_heads(result, station, [], propose_stations(result, station))
    assert str(caught.value) == (
        "奖项“优秀二级心理辅导站”评的不是站长，不能用来比较站长。请改用辅导站奖项的推荐名单。"
    )
