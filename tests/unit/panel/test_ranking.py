from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from evalkit.panel.ranking import comparisons, count_first_places, standings, tie_labels
from evalkit.panel.totals import add_up
from evalkit.rubric import Rubric, ScoreSheet

Panel = Callable[..., list[ScoreSheet]]


def test_competition_ranks() -> None:
    scores = {"A": 88, "B": 90, "C": 88, "D": 88, "E": 70}
    found = standings({name: (Fraction(score),) for name, score in scores.items()})
    assert {name: place.rank for name, place in found.items()} == {
        "A": 2,
        "B": 1,
        "C": 2,
        "D": 2,
        "E": 5,
    }
    assert found["C"].tied_with == ("A", "D")
    assert found["B"].tied_with == ()


def test_the_chain_is_tried_from_left_to_right() -> None:
    found = standings(
        {
            "A": (Fraction(88), Fraction(87), Fraction(14)),
            "B": (Fraction(88), Fraction(89), Fraction(10)),
            "C": (Fraction(88), Fraction(87), Fraction(15)),
            "D": (Fraction(88), Fraction(87), Fraction(15)),
        }
    )
    assert {name: place.rank for name, place in found.items()} == {"B": 1, "C": 2, "D": 2, "A": 4}
    assert found["A"].equal_until == {"B": 0, "C": 1, "D": 1}
    assert found["C"].equal_until == {"A": 1, "B": 0, "D": None}
    assert found["C"].tied_with == ("D",)


def test_a_higher_score_beats_the_whole_chain() -> None:
    found = standings(
        {"A": (Fraction("88.01"), Fraction(0)), "B": (Fraction("88.00"), Fraction(99))}
    )
    assert (found["A"].rank, found["B"].rank) == (1, 2)
    assert found["A"].equal_until == {}


def test_first_places_are_shared(rubric: Rubric, panel: Panel) -> None:
    sheets = panel({"C01": "90 90 80", "C02": "90 85 回避", "C03": "70 85 79"})
    tallies = [
        add_up(college, [sheet for sheet in sheets if sheet.college == college], rubric)
        for college in ("C01", "C02", "C03")
    ]
    # J01 puts C01 and C02 first, J02 and J03 put C01 first; J03 does not score C02.
    assert count_first_places(tallies) == {"C01": 3, "C02": 1, "C03": 0}


def test_what_the_built_in_chain_compares(rubric: Rubric, panel: Panel) -> None:
    assert tie_labels(rubric) == (
        "未去极值的平均分",
        "“2.4 危机干预及重点关注学生工作”的平均分",
        "“3.1 工作特色与成效”的平均分",
        "评为第一名的评委人数",
    )
    sheets = panel({"C01": "80 80"}, {("J01", "C01"): {"2.4": "15"}, ("J02", "C01"): {"3.1": "10"}})
    found = add_up("C01", sheets, rubric)
    # Spread over the indicators, 80 gives 12 for 2.4 and 12 for 3.1.
    assert comparisons(found, 7, rubric) == (
        Fraction(83 + 78, 2),
        Fraction(15 + 12, 2),
        Fraction(12 + 10, 2),
        Fraction(7),
    )
