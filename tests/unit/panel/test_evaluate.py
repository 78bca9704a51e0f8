from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from evalkit.errors import PanelError, UnknownNameError
from evalkit.panel import evaluate
from evalkit.rubric import Decision, PanelRules, Rubric, ScoreSheet, Source

Panel = Callable[..., list[ScoreSheet]]


def with_settings(rubric: Rubric, **values: str) -> Rubric:
    decisions = {name: Decision(value=value) for name, value in values.items()}
    return rubric.model_copy(update={"settings": rubric.settings.model_copy(update=decisions)})


def with_ties(rubric: Rubric, *ties: str) -> Rubric:
    rules = PanelRules(**{**dict(rubric.panel), "ties": ties})
    return rubric.model_copy(update={"panel": rules})


@pytest.fixture
def blended(rubric: Rubric) -> Rubric:
    weights = {"panel": "0.7", "daily_log": "0.3"}
    sources = tuple(
        Source(id=s.id, name=s.name, weight=Decimal(weights.get(s.id, "0"))) for s in rubric.sources
    )
    return rubric.model_copy(update={"sources": sources})


class TestScores:
    def test_every_number_of_a_college(self, rubric: Rubric, panel: Panel) -> None:
        found = evaluate(panel({"C01": "83.5 84.5 80 81.5 90"}), rubric)["C01"]
        assert found.n_judges == 5
        assert found.untrimmed_mean == Fraction("83.9")
        assert found.dropped == ("J05", "J03")
        assert found.panel_mean == found.exact == Fraction(499, 6)
        assert found.score == Decimal("83.17")
        assert str(found.score) == "83.17"
        assert found.band == found.band_published == found.band_unrounded == "良好"
        assert not found.band_differs
        assert found.rank == 1
        assert found.first_places == 5
        assert found.source_scores == {}
        assert found.notes == ()

    def test_sheets_in_any_order_and_from_any_iterable(self, rubric: Rubric, panel: Panel) -> None:
        sheets = panel({"C01": "95 95 90 88 88", "C02": "90 回避 91 89 92 93"})
        mixed = [*sheets[1::2], *sheets[::-2]]
        assert len(mixed) == len(sheets)
        assert mixed != sheets
        assert evaluate(iter(mixed), rubric) == evaluate(sheets, rubric)

    def test_a_recused_judge_is_blank_and_not_zero(self, rubric: Rubric, panel: Panel) -> None:
        found = evaluate(panel({"C01": "回避 90 92 88 91"}), rubric)["C01"]
        assert found.recused == ("J01",)
        assert found.missing == ()
        assert found.n_judges == 4
        assert str(found.score) == "90.25"
        assert found.method_label == "未去极值(n<5)"
        assert not found.provisional

    def test_a_missing_judge_makes_it_provisional(self, rubric: Rubric, panel: Panel) -> None:
        sheets = panel({"C01": "90 92 - 88 91", "C02": "90 92 88 88 -"})
        found = evaluate(sheets, rubric)
        assert found.judges == ("J01", "J02", "J03", "J04", "J05")
        assert found["C01"].missing == ("J03",)
        assert found["C01"].provisional_note == "暂定：缺 J03 的评分"
        assert found["C02"].provisional_note == "暂定：缺 J05 的评分"
        assert found.provisional

    def test_the_list_of_judges_says_who_is_missing(self, rubric: Rubric, panel: Panel) -> None:
        sheets = panel({"C01": "90 92 88"})
        assert not evaluate(sheets, rubric).provisional
        found = evaluate(sheets, rubric, judges=["J05", "J04", "J03", "J02", "J01"])
        assert found.judges == ("J01", "J02", "J03", "J04", "J05")
        assert found["C01"].notes == ("暂定：缺 J04、J05 的评分",)


class TestBands:
    def test_rounding_may_decide_the_band(self, rubric: Rubric, panel: Panel) -> None:
        exact_step = rubric.model_copy(
            update={"panel": PanelRules(**{**dict(rubric.panel), "step": Decimal("0.001")})}
        )
        # 8.5 less five thousandths.
        sheets = panel({"C01": "90"}, {("J01", "C01"): {"1.1": "8.495"}})
        found = evaluate(sheets, exact_step)
        college = found["C01"]
        assert college.exact == Fraction("89.995")
        assert (college.band_published, college.band_unrounded) == ("优秀", "良好")
        assert college.band == "优秀"
        assert college.notes == ("公布分数 90.00 为优秀，取整前为良好",)
        assert found.band_divergences == (college,)
        other = evaluate(sheets, with_settings(exact_step, band_compares="unrounded"))
        assert other["C01"].band == "良好"
        assert other["C01"].band_differs

    def test_upper_edges(self, rubric: Rubric, panel: Panel) -> None:
        upper = with_settings(rubric, band_edges="upper_included")
        assert evaluate(panel({"C01": "90"}), upper)["C01"].band == "良好"


class TestTies:
    def test_untrimmed_mean_decides(self, rubric: Rubric, panel: Panel) -> None:
        found = evaluate(
            panel(
                {"C03": "88 88 88.5 89 90", "C05": "85 88 88.5 89 90.5", "C01": "80 80 80 80 80"}
            ),
            rubric,
        )
        assert [(r.college, r.rank, str(r.score)) for r in found] == [
            ("C03", 1, "88.50"),
            ("C05", 2, "88.50"),
            ("C01", 3, "80.00"),
        ]
        assert found["C03"].tie_note == "与 C05 同为 88.50 分，按未去极值的平均分排序"
        assert found["C05"].tie_note == "与 C03 同为 88.50 分，按未去极值的平均分排序"
        assert found["C01"].tie_note == ""
        assert found.ties == ()

    def test_an_indicator_decides(self, rubric: Rubric, panel: Panel) -> None:
        # 2.4 goes up and 2.2 down by half a point: same total, better on 2.4.
        changed = {("J01", "C02"): {"2.4": "12.5", "2.2": "11.5"}}
        found = evaluate(panel({"C01": "80", "C02": "80"}, changed), rubric)
        assert [(r.college, r.rank) for r in found] == [("C02", 1), ("C01", 2)]
        assert found["C01"].tie_note == (
            "与 C02 同为 80.00 分，按“2.4 危机干预及重点关注学生工作”的平均分排序"
        )

    def test_first_places_decide(self, rubric: Rubric, panel: Panel) -> None:
        sheets = panel({"C01": "90 80", "C02": "85 85"})
        found = evaluate(sheets, with_ties(rubric, "first_places"))
        assert [r.rank for r in found] == [1, 1]
        sheets = panel({"C01": "90 75 75", "C02": "80 80 80"})
        found = evaluate(sheets, with_ties(rubric, "first_places"))
        assert [(r.college, r.first_places, r.rank) for r in found] == [
            ("C02", 2, 1),
            ("C01", 1, 2),
        ]
        assert found["C02"].tie_note == "与 C01 同为 80.00 分，按评为第一名的评委人数排序"

    def test_the_last_tie_is_the_panels(self, rubric: Rubric, panel: Panel) -> None:
        found = evaluate(panel({"C05": "90", "C03": "90", "C01": "95", "C02": "70"}), rubric)
        assert [(r.college, r.rank) for r in found] == [
            ("C01", 1),
            ("C03", 2),
            ("C05", 2),
            ("C02", 4),
        ]
        assert found["C03"].tied_with == ("C05",)
        assert found["C03"].tie_note == "与 C05 同分，各项比较均相同，提请评审组表决"
        assert found.ties == (("C03", "C05"),)

    def test_partly_decided(self, rubric: Rubric, panel: Panel) -> None:
        changed = {("J01", "C03"): {"2.4": "12.5", "2.2": "11.5"}}
        found = evaluate(panel({"C01": "80", "C02": "80", "C03": "80"}, changed), rubric)
        assert [(r.college, r.rank) for r in found] == [("C03", 1), ("C01", 2), ("C02", 2)]
        assert found["C01"].tie_note == (
            "与 C03 同为 80.00 分，按“2.4 危机干预及重点关注学生工作”的平均分排序；"
            "与 C02 同分，各项比较均相同，提请评审组表决"
        )
        assert found["C03"].tie_note == (
            "与 C01、C02 同为 80.00 分，按“2.4 危机干预及重点关注学生工作”的平均分排序"
        )

    def test_without_a_chain_equal_scores_stay_equal(self, rubric: Rubric, panel: Panel) -> None:
        found = evaluate(panel({"C01": "80 90", "C02": "90 80"}), with_ties(rubric))
        assert found["C02"].tie_note == "与 C01 同分，提请评审组表决"
        assert found.ties == (("C01", "C02"),)

    def test_scores_are_compared_as_published(self, rubric: Rubric, panel: Panel) -> None:
        # 271/3 and 90.33 differ before rounding; published they are equal, and the chain decides
        # for the one that is lower before rounding.
        rules = PanelRules(
            **{**dict(rubric.panel), "step": Decimal("0.01"), "ties": ("indicator:2.4",)}
        )
        # 8.5 and 13.5 in a total of 91 become 7.99 and 14: one hundredth less, better on 2.4.
        changed = {("J03", "C02"): {"1.1": "7.99", "2.4": "14"}}
        found = evaluate(
            panel({"C01": "90 90 91", "C02": "90 90 91"}, changed),
            rubric.model_copy(update={"panel": rules}),
        )
        assert found["C01"].exact > found["C02"].exact
        assert [(r.college, r.rank, str(r.score)) for r in found] == [
            ("C02", 1, "90.33"),
            ("C01", 2, "90.33"),
        ]


class TestTrim:
    def test_uneven_trimming_is_told(self, rubric: Rubric, panel: Panel) -> None:
        found = evaluate(
            panel({"C01": "90 90 90 90 90", "C02": "回避 80 80 80 80", "C03": "70 70 70 70 70"}),
            rubric,
        )
        assert found.trim_uneven
        assert found.trim_warning == (
            "各学院计分方法不一致：C01、C03 去掉 1 个最高分、1 个最低分；C02 未去极值(n<5)。"
            "两种方法的得分一同排名，请评审组留意。"
        )

    @pytest.mark.parametrize("given", ["90 90 90 90 90", "90 90 90 90"])
    def test_even_trimming_is_not(self, rubric: Rubric, panel: Panel, given: str) -> None:
        found = evaluate(panel({"C01": given, "C02": given}), rubric)
        assert not found.trim_uneven
        assert found.trim_warning == ""


class TestBlend:
    def test_the_panels_part_is_not_rounded(self, blended: Rubric, panel: Panel) -> None:
        found = evaluate(
            panel({"C01": "90 90 91"}),
            blended,
            source_scores={"C01": {"daily_log": Decimal("89.215"), "ledger": Decimal(1)}},
        )["C01"]
        assert found.panel_mean == Fraction(271, 3)
        assert found.exact == Fraction(7, 10) * Fraction(271, 3) + Fraction("26.7645")
        assert str(found.score) == "90.00"
        assert (found.band, found.band_unrounded) == ("优秀", "良好")
        assert found.source_scores == {"daily_log": Decimal("89.215")}

    def test_other_sources_without_a_weight_are_not_read(
        self, rubric: Rubric, panel: Panel
    ) -> None:
        given = {"C01": {"daily_log": Decimal(-1)}}
        assert evaluate(panel({"C01": "80"}), rubric, source_scores=given)["C01"].exact == 80

    def test_missing_and_out_of_range(self, blended: Rubric, panel: Panel) -> None:
        with pytest.raises(PanelError) as caught:
            evaluate(
                panel({"C01": "90", "C02": "90", "C03": "90", "C04": "90"}),
                blended,
                source_scores={
                    "C01": {"daily_log": Decimal("100.5")},
                    "C02": {"ledger": Decimal(90)},
                    "C03": {"daily_log": Decimal("NaN")},
                    "C04": {"daily_log": Decimal(100)},
                },
            )
        assert str(caught.value) == (
            "有 3 处问题需要先处理，尚未计算任何得分：\n"
            "  [E G14] 日常工作评价记录 › C01：C01 的“日常工作评价记录”（daily_log）得分超出范围，"
            "填写的是“100.5”。允许：0 至 100 分。"
            "处理：请核对这一得分，并折算为与考核办法总分相同的分制。\n"
            "  [E G13] 日常工作评价记录 › C02：C02 没有“日常工作评价记录”（daily_log）的得分。"
            "允许：0 至 100 分；考核办法规定这一来源的权重为 0.3。"
            "处理：请补上这一得分；若不再计入，请修改考核办法中的权重。\n"
            "  [E G14] 日常工作评价记录 › C03：C03 的“日常工作评价记录”（daily_log）得分超出范围，"
            "填写的是“NaN”。允许：0 至 100 分。"
            "处理：请核对这一得分，并折算为与考核办法总分相同的分制。"
        )


class TestRefusals:
    def test_nothing_to_add_up(self, rubric: Rubric) -> None:
        with pytest.raises(PanelError) as caught:
            evaluate([], rubric)
        assert str(caught.value) == (
            "没有可以计分的评分表。请先把评委交来的评分表放进数据文件夹，检查通过后再计分。"
        )
        assert caught.value.findings == ()

    def test_every_finding_at_once(self, rubric: Rubric, panel: Panel) -> None:
        sheets = panel({"C01": "90 90", "C02": "回避 回避"})
        first, second, *others = sheets
        bad = replace(first, scores={**first.scores, "1.1": Decimal("9.5")})
        again = replace(second, file="评分表_J02(1).xlsx", sheet="J01 评委评分表", row=9)
        with pytest.raises(PanelError) as caught:
            evaluate([bad, second, again, *others], rubric, judges=["J01", "J03"])
        found = caught.value.findings
        assert [finding.code for finding in found] == ["G01", "G09", "G11", "G11", "G11", "G12"]
        assert str(caught.value) == "\n".join(
            ["有 6 处问题需要先处理，尚未计算任何得分：", *(f"  {finding}" for finding in found)]
        )
        assert str(found[1]) == (
            "[E G09] 评分表_J02(1).xlsx › J01 评委评分表 › 第 9 行："
            "评委 J02 对 C01 已在别处评过分（评委 J02 对 C01 的评分表）。"
            "允许：每位评委对每个学院只评一次。处理：请评委确认以哪一份为准，移走另一份。"
        )
        assert str(found[2]) == (
            "[E G11] 评委 J02 对 C01 的评分表：评委不在本学年评审组名单中，填写的是“J02”。"
            "允许：J01、J03。处理：请核对评委编号；确为评审组成员的，请补入名单。"
        )
        assert str(found[5]) == (
            "[E G12] 评委 J01 对 C02 的评分表：C02 只有回避记录，没有一位评委评分。"
            "允许：每个学院至少有一位评委评分。处理：请收齐评分表，或请评审组另行安排评委。"
        )

    def test_a_recusal_beside_a_score_is_refused_too(self, rubric: Rubric, panel: Panel) -> None:
        [scored] = panel({"C01": "90"})
        [recused] = panel({"C01": "回避"})
        with pytest.raises(PanelError, match="评委 J01 对 C01 已在别处评过分"):
            evaluate([scored, recused], rubric)

    def test_an_unknown_college(self, rubric: Rubric, panel: Panel) -> None:
        found = evaluate(panel({"C01": "90"}), rubric)
        assert "C01" in found
        assert "C10" not in found
        with pytest.raises(UnknownNameError) as caught:
            _ = found["C10"]
        assert str(caught.value) == "没有名为“C10”的学院评分结果。现有：C01。"
