from __future__ import annotations

from decimal import Decimal

import pytest

from evalkit.rubric import Rubric, ScoreSheet, faults_of, load_rubric

GOOD = {
    "1.1": "8", "1.2": "8.5", "1.3": "6", "2.1": "5", "2.2": "13",
    "2.3": "9", "2.4": "14", "2.5": "8.5", "2.6": "4", "3.1": "12.5",
}  # fmt: skip
CELLS = {name: f"{letter}7" for name, letter in zip(GOOD, "FGHIJKLMNO", strict=True)}
CELLS |= {"total": "P7", "recused": "E7"}


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric()


def sheet(
    changes: dict[str, str | None] | None = None,
    *,
    recused: bool = False,
    home: str | None = "C01",
    total: str | None = "88.5",
) -> ScoreSheet:
    scores = {**GOOD, **(changes or {})}
    return ScoreSheet(
        judge="J03",
        college="C05",
        scores={name: None if s is None else Decimal(s) for name, s in scores.items()},
        recused=recused,
        judge_college=home,
        total_reported=None if total is None else Decimal(total),
        file="评分表_2024-2025_J03.xlsx",
        sheet="J01 评委评分表",
        row=7,
        cells=CELLS,
    )


def found(sheet: ScoreSheet, rubric: Rubric) -> list[str]:
    return [str(fault) for fault in faults_of(sheet, rubric)]


def place(cell: str) -> str:
    return f"评分表_2024-2025_J03.xlsx › J01 评委评分表 › {cell}"


def test_a_good_sheet(rubric: Rubric) -> None:
    good = sheet()
    assert faults_of(good, rubric) == []
    assert good.total == Decimal("88.5")


@pytest.mark.parametrize("total", [None, "88.5", "88.50"])
def test_a_total_may_be_left_out_and_written_either_way(rubric: Rubric, total: str | None) -> None:
    assert faults_of(sheet(total=total), rubric) == []


@pytest.mark.parametrize(("name", "points"), [("1.1", "9"), ("1.1", "0"), ("3.1", "15")])
def test_the_ends_of_the_scale_are_allowed(rubric: Rubric, name: str, points: str) -> None:
    assert faults_of(sheet({name: points}, total=None), rubric) == []


def test_g01_above_the_maximum(rubric: Rubric) -> None:
    assert found(sheet({"1.3": "7.5"}), rubric) == [
        (
            f"[E G01] {place('H7')}：“1.3 队伍建设”的分数超过满分 7 分，填写的是“7.5”。"
            "允许：0 至 7 分，以 0.5 分为一档。处理：请评委重新评定这一项。"
        )
    ]


def test_g02_below_zero(rubric: Rubric) -> None:
    assert found(sheet({"2.6": "-0.5"}), rubric) == [
        (
            f"[E G02] {place('N7')}：“2.6 理论和实践研究”的分数低于 0 分，填写的是“-0.5”。"
            "允许：0 至 5 分，以 0.5 分为一档。处理：请评委重新评定这一项。"
        )
    ]


def test_g03_off_the_step(rubric: Rubric) -> None:
    assert found(sheet({"2.4": "13.25"}), rubric) == [
        (
            f"[E G03] {place('L7')}：“2.4 危机干预及重点关注学生工作”的分数不在 0.5 分的档上，"
            "填写的是“13.25”。允许：0 至 15 分，以 0.5 分为一档。处理：请评委改为最接近本意的一档。"
        )
    ]


@pytest.mark.parametrize(("missing", "shown"), [(None, ""), ("NaN", "，填写的是“NaN”")])
def test_g04_missing(rubric: Rubric, missing: str | None, shown: str) -> None:
    assert found(sheet({"1.2": missing}), rubric) == [
        (
            f"[E G04] {place('G7')}：“1.2 条件保障”没有分数{shown}。"
            "允许：0 至 9 分，以 0.5 分为一档。处理：请评委补评；不评分的请标明回避。"
        )
    ]


def test_g05_wrong_total(rubric: Rubric) -> None:
    assert found(sheet(total="89"), rubric) == [
        (
            f"[E G05] {place('P7')}：合计与各项之和 88.5 分不符，填写的是“89”。"
            "允许：合计等于各考评要点分数之和。处理：请评委核对是合计算错，还是某一项填错。"
        )
    ]


def test_g06_recused_but_scored(rubric: Rubric) -> None:
    blank = dict.fromkeys(GOOD)
    assert faults_of(sheet(blank, recused=True, home="C05", total=None), rubric) == []
    assert found(sheet({**blank, "2.3": "0"}, recused=True, total=None), rubric) == [
        (
            f"[E G06] {place('K7')}：已标明回避，“2.3 心理辅导”却有分数，填写的是“0”。"
            "允许：回避的评委不评分，分数留空。"
            "处理：请清空这一行的分数；若并不回避，请把“是否回避”改为“否”并评完全部要点。"
        )
    ]


@pytest.mark.parametrize(
    ("scores", "what"),
    [({}, "却给本学院评了分"), (dict.fromkeys(GOOD), "却没有标明回避")],
)
def test_g07_own_college(rubric: Rubric, scores: dict[str, str | None], what: str) -> None:
    assert found(sheet(scores, home="C05"), rubric) == [
        (
            f"[E G07] {place('E7')}：评委 J03 属于 C05，{what}，填写的是“否”。"
            "允许：评委对所在学院应当回避。"
            "处理：请把“是否回避”改为“是”，并清空这一行的分数。"
        )
    ]


def test_g08_not_an_indicator(rubric: Rubric) -> None:
    assert found(sheet({"4.1": "3"}), rubric) == [
        (
            f"[E G08] {place('第 7 行')}：考核办法中没有编号为“4.1”的考评要点，填写的是“3”。"
            "允许：1.1、1.2、1.3、2.1、2.2、2.3、2.4、2.5、2.6、3.1。处理：请使用本学年下发的评分表。"
        )
    ]


def test_every_fault_is_listed(rubric: Rubric) -> None:
    bad = sheet({"1.1": "9.5", "1.2": "-1", "1.3": "6.3", "2.1": None, "9.9": "1"}, total="1")
    assert [fault.code for fault in faults_of(bad, rubric)] == ["G01", "G02", "G03", "G04", "G08"]


def test_nothing_is_clipped(rubric: Rubric) -> None:
    high = sheet({"1.1": "99"}, total=None)
    faults_of(high, rubric)
    assert high.scores["1.1"] == 99
    assert high.total == Decimal("179.5")


@pytest.mark.parametrize("scores", [{"2.1": None}, dict.fromkeys(GOOD)])
def test_a_partial_sum_is_not_a_total(scores: dict[str, str | None]) -> None:
    with pytest.raises(ValueError, match="score sheet J03/C05 is incomplete"):
        _ = sheet(scores).total


def test_place_without_a_file() -> None:
    assert str(ScoreSheet("J03", "C05", {}).location("1.1")) == "评委 J03 对 C05 的评分表"
