"""Verdicts on hand-made values: each state, each kind of requirement, every word."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from evalkit.evidence.catalogue import find_metric
from evalkit.evidence.terms import Terms
from evalkit.evidence.verdicts import Item, Measured, Names, Passage, Verdict, decide, judge
from evalkit.evidence.verdicts.judge import is_met
from evalkit.evidence.verdicts.requirements import catalogue, faults_of_requirements
from evalkit.evidence.verdicts.wording import requirement_text, share_text, value_text
from evalkit.rubric import Criterion, Requirement, load_rubric

NO_DATA = Measured(None, None, "no_data", "无数据")
NOT_APPLICABLE = Measured(0, 0, "not_applicable", "不适用")


def of(metric: str, part: float, whole: float | None = None) -> Measured:
    return Measured(part, whole, "known", value_text(find_metric(metric), part, whole, "known"))


def criterion(*requirements: dict[str, Any], human: str = "") -> Criterion:
    return Criterion(
        id="9.9",
        text="某。",
        evidence=tuple(Requirement.model_validate(each) for each in requirements),
        human=human,
    )


def items(point: Criterion, measured: dict[str, Measured], terms: Terms | None = None) -> list[str]:
    return [str(item) for item in judge(point, measured, catalogue(), terms or Terms())]


def built_in(number: str) -> Criterion:
    return next(each for each in load_rubric().criteria if each.id == number)


class TestValuesInWords:
    @pytest.mark.parametrize(
        ("part", "whole", "text"),
        [
            (2239, 2240, "99.95%（2,239/2,240）"),
            (2240, 2240, "100%（2,240/2,240）"),
            (0, 12, "0.00%（0/12）"),
            (1_999_999, 2_000_000, "99.99%（1,999,999/2,000,000）"),
        ],
    )
    def test_a_share_is_cut_off_never_rounded(self, part: int, whole: int, text: str) -> None:
        assert value_text(find_metric("participation"), part, whole, "known") == text

    def test_other_units(self) -> None:
        assert value_text(find_metric("dedicated_rooms"), 1200, None, "known") == "1,200 间"
        assert value_text(find_metric("college_budget"), 9011, None, "known") == "9,011.00 元"
        assert value_text(find_metric("crisis_hours"), 1.25, None, "known") == "1.2 小时"
        assert value_text(find_metric("reach"), 30, 40, "known") == "0.75 人次/生"
        assert value_text(find_metric("purpose_share"), 66.6, 99.9, "known") == "66.66%"
        assert value_text(find_metric("head_background"), 1, None, "known") == "是"
        assert value_text(find_metric("head_background"), 0, None, "known") == "否"

    def test_no_value(self) -> None:
        assert value_text(find_metric("participation"), None, 10, "no_data") == "无数据"
        assert value_text(find_metric("participation"), 0, 0, "not_applicable") == "不适用"

    def test_more_than_everything(self) -> None:
        assert share_text(Fraction(5), Fraction(4)) == "125.00%"


class TestRequirementsInWords:
    @pytest.mark.parametrize(
        ("metric", "limits", "text"),
        [
            ("participation", {"at_least": "all"}, "应为 100%"),
            ("participation", {"at_least": 98.5}, "不少于 98.5%"),
            ("themes_s1", {"at_least": 1}, "不少于 1 次"),
            ("college_budget", {"above": 0}, "多于 0 元"),
            ("head_gap_days", {"equals": 0}, "应为 0 天"),
            ("head_background", {"equals": 1}, "应为“是”"),
            ("head_background", {"equals": 0}, "应为“否”"),
            ("budget_execution", {"at_least": 50, "at_most": 100}, "不少于 50%，不超过 100%"),
            ("themes_s1", {"at_least": 100, "wording": "多多益善"}, "多多益善"),
        ],
    )
    def test_limits(self, metric: str, limits: dict[str, Any], text: str) -> None:
        requirement = Requirement.model_validate({"metric": metric, "basis": "text", **limits})
        assert requirement_text(requirement, find_metric(metric)) == text

    def test_nothing_is_asked_of_what_is_only_listed(self) -> None:
        assert requirement_text(Requirement(metric="reach", show=True), find_metric("reach")) == ""


class TestLimits:
    def test_all_is_an_equality_of_whole_numbers(self) -> None:
        every = Requirement(metric="participation", at_least="all", basis="text")
        metric = find_metric("participation")
        assert not is_met(every, metric, 2239, 2240)
        assert is_met(every, metric, 2240, 2240)
        assert not is_met(every, metric, 10**15 - 1, 10**15)

    def test_a_share_below_a_number_by_a_hair(self) -> None:
        metric = find_metric("participation")
        least = Requirement.model_validate(
            {"metric": "participation", "at_least": 98, "basis": "reference"}
        )
        assert is_met(least, metric, 98, 100)
        assert not is_met(least, metric, 979_999, 1_000_000)

    def test_more_than_nothing(self) -> None:
        metric = find_metric("college_budget")
        some = Requirement.model_validate({"metric": "college_budget", "above": 0, "basis": "text"})
        assert not is_met(some, metric, 0.0, None)
        assert is_met(some, metric, 0.01, None)

    def test_money_is_what_it_says(self) -> None:
        # Ten times ten fen in binary is not one yuan.
        spent = sum([0.1] * 10)
        assert spent != 1.0
        metric = find_metric("purpose_share")
        every = Requirement(metric="purpose_share", at_least="all", basis="reference")
        assert is_met(every, metric, spent, 1.0)

    def test_between_two_limits(self) -> None:
        metric = find_metric("budget_execution")
        span = Requirement.model_validate(
            {"metric": "budget_execution", "at_least": 50, "at_most": 100, "query": True}
        )
        inside = [is_met(span, metric, part, 100) for part in (49, 50, 100, 101)]
        assert inside == [False, True, True, False]


class TestItems:
    def test_each_state_in_words(self) -> None:
        point = criterion(
            {"metric": "participation", "at_least": "all", "basis": "text"},
            {"metric": "files_complete", "at_least": "all", "basis": "text"},
            {"metric": "checks_complete", "at_least": "all", "basis": "reference"},
            {"metric": "crisis_records", "at_least": "all", "basis": "reference"},
            {"metric": "flat_run", "at_most": 2, "query": True},
            {"metric": "reach", "show": True},
        )
        found = {
            "participation": of("participation", 2239, 2240),
            "files_complete": of("files_complete", 2240, 2240),
            "crisis_records": NOT_APPLICABLE,
            "flat_run": of("flat_run", 4),
            "reach": of("reach", 30, 40),
        }
        assert items(point, found) == [
            "参测率 99.95%（2,239/2,240）（规定值：应为 100%，未达标）",
            "建档率 100%（2,240/2,240）（规定值：应为 100%，达标）",
            "排查完成率 无数据（参照值：应为 100%，无数据）",
            "危机干预记录完整率 不适用（参照值：应为 100%，不适用）",
            "数字完全相同的连续月份 4 月（核对：不超过 2 月，提请核实）",
            "生均参与人次 0.75 人次/生",
        ]

    def test_a_query_that_has_nothing_to_ask(self) -> None:
        point = criterion({"metric": "flat_run", "at_most": 2, "query": True})
        assert items(point, {"flat_run": of("flat_run", 2)}) == [
            "数字完全相同的连续月份 2 月（核对：不超过 2 月）"
        ]
        assert items(point, {}) == ["数字完全相同的连续月份 无数据（核对：不超过 2 月）"]

    def test_participation_among_the_enrolled_if_so_decided(self) -> None:
        point = criterion({"metric": "participation", "at_least": "all", "basis": "text"})
        found = {
            "participation": of("participation", 90, 90),
            "participation_gross": of("participation_gross", 90, 100),
        }
        assert items(point, found) == ["参测率 100%（90/90）（规定值：应为 100%，达标）"]
        assert items(point, found, Terms(participation_base="enrolled")) == [
            "参测率（以在籍人数计） 90.00%（90/100）（规定值：应为 100%，未达标）"
        ]

    def test_no_report_is_late_without_a_limit(self) -> None:
        point = criterion({"metric": "crisis_in_limit", "at_least": "all", "basis": "reference"})
        (item,) = judge(point, {"crisis_in_limit": NO_DATA}, catalogue(), Terms())
        assert (item.value, item.state, item.decides) == ("上报时限尚未录入", "人工评定", False)
        assert decide([item]) == ("人工评定", "")
        limited = judge(point, {"crisis_in_limit": NO_DATA}, catalogue(), Terms(crisis_hours=2))
        assert decide(limited) == ("无数据", "参照值")

    def test_no_crisis_is_not_applicable(self) -> None:
        point = built_in("2.4.④")
        names = ("crisis_in_limit", "crisis_records", "crisis_hours")
        none = dict.fromkeys(names, NOT_APPLICABLE)
        found = judge(point, {**none, "drills": of("drills", 2)}, catalogue(), Terms())
        assert decide(found) == ("不适用", "参照值")

    def test_two_semesters(self) -> None:
        point = built_in("2.2.②")
        one = {"themes_s1": of("themes_s1", 3), "themes_s2": of("themes_s2", 0)}
        both = {"themes_s1": of("themes_s1", 1), "themes_s2": of("themes_s2", 1)}
        assert decide(judge(point, one, catalogue(), Terms())) == ("部分达标", "规定值")
        assert decide(judge(point, both, catalogue(), Terms())) == ("达标", "规定值")


def item(state: str, basis: str = "规定值", decides: bool = True) -> Item:
    return Item("m", "某", "1", "要求", basis, state, decides)  # type: ignore[arg-type]


class TestWholeCriterion:
    @pytest.mark.parametrize(
        ("states", "whole"),
        [
            (["达标", "达标"], "达标"),
            (["达标", "不适用"], "达标"),
            (["达标", "未达标"], "部分达标"),
            (["达标", "无数据"], "部分达标"),
            (["未达标", "未达标"], "未达标"),
            (["未达标", "无数据"], "未达标"),
            (["无数据", "无数据"], "无数据"),
            (["无数据", "不适用"], "无数据"),
            (["不适用"], "不适用"),
            ([], "人工评定"),
        ],
    )
    def test_from_its_items(self, states: list[str], whole: str) -> None:
        assert decide([item(state) for state in states])[0] == whole

    def test_the_texts_own_requirements_decide_alone(self) -> None:
        own, chosen = item("达标"), item("未达标", "参照值")
        assert decide([own, chosen]) == ("达标", "规定值")
        assert decide([chosen]) == ("未达标", "参照值")
        assert decide([item("不适用"), chosen]) == ("不适用", "规定值")

    def test_queries_and_lists_decide_nothing(self) -> None:
        assert decide([item("提请核实", "", decides=False)]) == ("人工评定", "")


def test_a_verdict_in_words() -> None:
    verdict = Verdict(
        "2024-2025", "C03", "2.5.②", "未达标", "规定值",
        (item("未达标"), Item("reach", "生均参与人次", "无数据", "", "", "", False)),
        (Passage("台账.xlsx", "S10 骨干培训", "第 5—7、9 行"),),
        (Names("training_cells", "没有培训的年级和对象", ("第二学期 2023级 心理委员",)),),
        (Names("training_cells", "免训（该年级第二学期不在校）", ("第二学期 2022级 心理委员",)),),
        ("台账.xlsx › S10 骨干培训 › J7 应为：实到人数不超过应到人数（C03）",),
        "培训的质量",
    )  # fmt: skip
    assert str(verdict) == (
        "2.5.② 未达标（依据规定值）。某 1（规定值：要求，未达标）。"
        "没有培训的年级和对象：第二学期 2023级 心理委员。"
        "免训（该年级第二学期不在校）：第二学期 2022级 心理委员。"
        "数据问题：台账.xlsx › S10 骨干培训 › J7 应为：实到人数不超过应到人数（C03）。"
        "由评审组判断：培训的质量。"
    )
    assert str(verdict.passages[0]) == "台账.xlsx › S10 骨干培训 › 第 5—7、9 行"


class TestTheRubric:
    def test_every_metric_of_the_built_in_one_exists(self) -> None:
        assert faults_of_requirements(load_rubric()) == []

    def test_every_criterion_has_evidence_and_something_for_people(self) -> None:
        for each in load_rubric().criteria:
            assert each.evidence, each.id
            assert each.human, each.id

    def test_which_criteria_the_text_itself_decides(self) -> None:
        by_text = [
            each.id
            for each in load_rubric().criteria
            if any(r.basis == "text" for r in each.evidence)
        ]
        assert by_text == [
            "1.1.②", "1.2.①", "1.2.②", "1.2.③", "1.3.①", "1.3.②", "2.1.②", "2.2.②", "2.3",
            "2.4.①", "2.5.②", "3.1.②",
        ]  # fmt: skip

    def test_the_number_of_students_found_asks_nothing(self) -> None:
        counted = {"n_l1", "n_l2", "n_active", "n_events", "n_clients", "n_sessions"}
        for each in load_rubric().criteria:
            for requirement in each.evidence:
                metric = catalogue()[requirement.metric]
                existence = requirement.at_least == 1 and metric.name == "individual_sessions"
                assert not requirement.decides or metric.part not in counted or existence

    def test_faults_with_their_paths(self) -> None:
        rubric = load_rubric()
        wrong = criterion(
            {"metric": "particpation", "at_least": "all", "basis": "text"},
            {"metric": "students_per_fulltime", "at_most": 4000, "basis": "text"},
            {"metric": "themes_s1", "at_least": "all", "basis": "text"},
            {"metric": "zzzz", "show": True},
        )
        dimension = rubric.dimensions[0]
        indicator = dimension.indicators[1].model_copy(update={"criteria": (wrong,)})
        indicators = (dimension.indicators[0], indicator)
        changed = rubric.model_copy(
            update={"dimensions": (dimension.model_copy(update={"indicators": indicators}),)}
        )
        where = "dimensions[0].indicators[1].criteria[0].evidence"
        assert faults_of_requirements(changed) == [
            f"{where}[0].metric: 没有名为“particpation”的指标，您要的是不是“participation”",
            (
                f"{where}[1].metric: “students_per_fulltime”是全校的指标，"
                "不能用来评价一个学院，请删去这一行"
            ),
            f"{where}[2].at_least: “第一学期主题宣教活动”没有分母，不能要求 all，请填一个数",
            f"{where}[3].metric: 没有名为“zzzz”的指标，请检查拼写",
        ]
