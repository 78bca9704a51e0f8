from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from evalkit.errors import PanelError
from evalkit.panel import evaluate, leave_one_judge_out
from evalkit.rubric import Rubric, ScoreSheet, Source

Panel = Callable[..., list[ScoreSheet]]


def test_without_each_judge(rubric: Rubric, panel: Panel) -> None:
    out = leave_one_judge_out(panel({"C01": "92 80 80", "C02": "82 82 82"}), rubric)
    assert [r.college for r in out.full] == ["C01", "C02"]
    assert list(out.without) == ["J01", "J02", "J03"]
    assert [str(out.without["J01"][c].score) for c in ("C01", "C02")] == ["80.00", "82.00"]
    assert out.top(1) == ("C01",)
    assert out.top(1, "J01") == ("C02",)
    assert not out.stable_top(1)
    assert out.stable_top(2)
    assert out.untested == ()


def test_frame(rubric: Rubric, panel: Panel) -> None:
    frame = leave_one_judge_out(panel({"C01": "92 80", "C02": "82 82"}), rubric).frame()
    assert list(frame.columns) == ["left_out", "college_code", "score", "rank", "band"]
    assert [tuple(row) for row in frame.itertuples(index=False)] == [
        ("J01", "C02", Decimal("82.00"), 1, "良好"),
        ("J01", "C01", Decimal("80.00"), 2, "良好"),
        ("J02", "C01", Decimal("92.00"), 1, "优秀"),
        ("J02", "C02", Decimal("82.00"), 2, "良好"),
    ]


def test_band_changes(rubric: Rubric, panel: Panel) -> None:
    out = leave_one_judge_out(panel({"C01": "95 89 89", "C02": "85 85 85"}), rubric)
    assert out.full["C01"].band == "优秀"
    assert out.band_changes == {"C01": {"J01": "良好"}}


def test_the_rule_is_applied_to_those_who_remain(rubric: Rubric, panel: Panel) -> None:
    out = leave_one_judge_out(panel({"C01": "92 88.5 90 89.5 95"}), rubric)
    assert out.full["C01"].method == "trimmed_mean"
    assert {result["C01"].method_label for result in out.without.values()} == {"未去极值(n<5)"}
    assert str(out.without["J05"]["C01"].score) == "90.00"


def test_a_tie_at_the_border_belongs_to_the_top(rubric: Rubric, panel: Panel) -> None:
    out = leave_one_judge_out(panel({"C01": "90 90", "C02": "80 80", "C03": "80 80"}), rubric)
    assert out.top(1) == ("C01",)
    assert out.top(2) == out.top(3) == ("C01", "C02", "C03")


def test_a_judge_who_alone_scored_a_college_cannot_be_left_out(
    rubric: Rubric, panel: Panel
) -> None:
    out = leave_one_judge_out(panel({"C01": "90 85", "C02": "80 回避"}), rubric)
    assert out.untested == ("J01",)
    assert list(out.without) == ["J02"]


def test_judges_without_any_score_are_not_left_out(rubric: Rubric, panel: Panel) -> None:
    sheets = panel({"C01": "90 85 回避"})
    out = leave_one_judge_out(sheets, rubric, judges=["J01", "J02", "J03", "J04"])
    assert list(out.without) == ["J01", "J02"]
    assert out.without["J01"]["C01"].missing == ("J04",)


def test_no_judge_to_leave_out(rubric: Rubric, panel: Panel) -> None:
    out = leave_one_judge_out(panel({"C01": "90"}), rubric)
    assert out.without == {}
    assert out.frame().empty
    assert list(out.frame().columns) == ["left_out", "college_code", "score", "rank", "band"]


def test_other_sources_stay_in(rubric: Rubric, panel: Panel) -> None:
    half = tuple(
        Source(id=s.id, name=s.name, weight=Decimal(5 * (s.id in ("panel", "ledger"))) / 10)
        for s in rubric.sources
    )
    blended = rubric.model_copy(update={"sources": half})
    scores = {"C01": {"ledger": Decimal(60)}}
    out = leave_one_judge_out(panel({"C01": "90 80"}), blended, source_scores=scores)
    assert str(out.without["J01"]["C01"].score) == "70.00"
    with pytest.raises(PanelError, match="C01 没有“台账查阅”（ledger）的得分"):
        leave_one_judge_out(panel({"C01": "90 80"}), blended)


def test_full_is_the_plain_result(rubric: Rubric, panel: Panel) -> None:
    sheets = panel({"C01": "92 80 80", "C02": "82 82 82"})
    assert leave_one_judge_out(sheets, rubric).full == evaluate(sheets, rubric)
