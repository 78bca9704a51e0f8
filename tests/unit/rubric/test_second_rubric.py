"""A second, quite different rubric: everything follows from its file, no line of code changes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from evalkit.ledger.score_sheet import score_sheet_definition
from evalkit.panel import PanelResult, evaluate, propose_stations
from evalkit.rubric import Rubric, ScoreSheet, faults_of, load_rubric

FILE = Path(__file__).parents[2] / "data" / "rubrics" / "community-2025.yaml"

# Scores in the order A1 A2 B1 B2 B3 C1 D1 D2.
ROOM_1 = {"J01": (23, 13, 18, 18, 9, 17, 6, 4), "J02": (22, 14, 18, 18, 9, 18, 5, 4)}
ROOM_2 = {"J01": (24, 13, 18, 17, 9, 17, 6, 4), "J02": (22, 14, 18, 18, 9, 18, 5, 4)}
ROOM_3 = {"J01": (20, 10, 15, 15, 8, 15, 4, 3), "J02": (20, 10, 16, 15, 8, 15, 4, 3)}


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(FILE)


def sheet(rubric: Rubric, judge: str, room: str, scores: tuple[int, ...]) -> ScoreSheet:
    given = {i.id: Decimal(s) for i, s in zip(rubric.indicators, scores, strict=True)}
    return ScoreSheet(judge, room, dict(given))


@pytest.fixture(scope="module")
def result(rubric: Rubric) -> PanelResult:
    return evaluate(
        [
            sheet(rubric, judge, room, scores)
            for room, judges in (("R1", ROOM_1), ("R2", ROOM_2), ("R3", ROOM_3))
            for judge, scores in judges.items()
        ],
        rubric,
    )


def test_loads(rubric: Rubric) -> None:
    assert [d.id for d in rubric.dimensions] == ["A", "B", "C", "D"]
    assert [i.id for i in rubric.indicators] == ["A1", "A2", "B1", "B2", "B3", "C1", "D1", "D2"]
    assert sum(i.points for i in rubric.indicators) == rubric.total == 120
    assert [c.id for c in rubric.criteria] == ["A1.a", "A1.b", "A2.a", "B1.a"]
    assert not rubric.blended


@pytest.mark.parametrize(
    ("score", "band"),
    [
        ("120", "领先"),
        ("108.1", "领先"),
        ("108", "稳健"),
        ("90", "一般"),
        ("72", "待改进"),
        ("0", "待改进"),
    ],
)
def test_upper_edge_belongs_to_the_band_below(rubric: Rubric, score: str, band: str) -> None:
    assert rubric.band(Decimal(score)).name == band


def test_band_intervals(rubric: Rubric) -> None:
    printed = [rubric.band_interval(band) for band in rubric.bands]
    assert printed == ["(108, 120]", "(90, 108]", "(72, 90]", "[0, 72]"]


@pytest.mark.parametrize(
    ("exact", "published"),
    [("90.25", "90.2"), ("90.35", "90.4"), ("90.251", "90.3"), ("90.05", "90.0"), ("120", "120.0")],
)
def test_half_even(rubric: Rubric, exact: str, published: str) -> None:
    assert str(rubric.publish(Fraction(exact))) == published


def test_score_sheet_is_checked_by_this_rubric(rubric: Rubric) -> None:
    wrong = sheet(rubric, "J01", "R1", (26, 13, 18, 18, 9, 17, 6, 4))
    half = sheet(rubric, "J01", "R1", (23, 13, 18, 18, 9, 17, 6, 4))
    half = ScoreSheet("J01", "R1", {**half.scores, "D2": Decimal("3.5")})
    assert [str(fault) for fault in (*faults_of(wrong, rubric), *faults_of(half, rubric))] == [
        (
            "[E G01] 评委 J01 对 R1 的评分表：“A1 藏书更新”的分数超过满分 25 分，填写的是“26”。"
            "允许：0 至 25 分，以 1 分为一档。处理：请评委重新评定这一项。"
        ),
        (
            "[E G03] 评委 J01 对 R1 的评分表：“D2 培训”的分数不在 1 分的档上，填写的是“3.5”。"
            "允许：0 至 4 分，以 1 分为一档。处理：请评委改为最接近本意的一档。"
        ),
    ]


def test_plain_mean_one_decimal_unrounded_band(result: PanelResult) -> None:
    found = [(r.college, r.rank, str(r.score), r.band, r.method_label) for r in result]
    assert found == [
        ("R1", 1, "108.0", "稳健", "直接平均"),
        ("R2", 2, "108.0", "稳健", "直接平均"),
        ("R3", 3, "90.5", "稳健", "直接平均"),
    ]


def test_tie_is_decided_by_this_rubrics_chain(result: PanelResult) -> None:
    assert result["R1"].tie_note == "与 R2 同为 108.0 分，按“B2 读者活动”的平均分排序"
    assert result.ties == ()


def test_award_of_this_rubric(rubric: Rubric, result: PanelResult) -> None:
    [award] = rubric.awards
    [nominee] = propose_stations(result, award)
    assert nominee.college == "R1"
    assert nominee.marks == (
        "未达领先等次，提请评审组审定",
        "与名单外的下一名 R2 相差 0.0 分，不足 1 分，建议评审组合议",
        "去掉其中一位评委后名单会变，建议评审组合议",
    )


def test_score_sheet_definition_follows(rubric: Rubric) -> None:
    columns = {column.name: column for column in score_sheet_definition(rubric).columns}
    names = [name for name in columns if name[0] == "s" and name != "signed_on"]
    assert names == ["sa1", "sa2", "sb1", "sb2", "sb3", "sc1", "sd1", "sd2"]
    assert [columns[name].maximum for name in names] == [25, 15, 20, 20, 10, 20, 6, 4]
    assert {columns[name].step for name in names} == {Decimal(1)}
    assert columns["sb2"].header == "B2 读者活动"
    assert columns["sb2"].note == "满分 20 分"
