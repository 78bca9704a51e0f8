from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from evalkit.panel import evaluate, judge_severity, spread, straight_lining
from evalkit.rubric import Rubric, ScoreSheet

Panel = Callable[..., list[ScoreSheet]]


def test_severity_is_the_mean_deviation_on_the_colleges_scored(
    rubric: Rubric, panel: Panel
) -> None:
    sheets = panel({"C01": "90 84 87", "C02": "80 回避 76"})
    frame = judge_severity(evaluate(sheets, rubric, judges=["J01", "J02", "J03", "J04"]))
    # C01: mean 87, so +3, -3, 0; C02: mean 78, so +2 and -2.
    assert [tuple(row) for row in frame.itertuples(index=False)] == [
        ("J01", 2, 2.5),
        ("J02", 1, -3.0),
        ("J03", 2, -1.0),
    ]
    assert list(frame.columns) == ["judge_id", "n_colleges", "mean_deviation"]


@pytest.mark.parametrize(("high", "wide"), [("95", False), ("95.5", True)])
def test_a_range_above_fifteen_points_is_wide(
    rubric: Rubric, panel: Panel, high: str, wide: bool
) -> None:
    [row] = spread(evaluate(panel({"C01": f"80 85 {high}"}), rubric)).to_dict("records")
    assert row == {
        "college_code": "C01",
        "n_judges": 3,
        "lowest": Decimal(80),
        "highest": Decimal(high),
        "range": Decimal(high) - 80,
        "wide": wide,
        "outlier_judges": "",
    }


def test_a_judge_far_from_the_others(rubric: Rubric, panel: Panel) -> None:
    frame = spread(
        evaluate(
            panel(
                {
                    "C01": "90 90 91 89 78",
                    "C02": "85 86 85 84 85",
                    "C03": "88 88 87 88 88",
                    "C04": "80 80 81 80 80",
                }
            ),
            rubric,
        )
    )
    found = dict(zip(frame["college_code"], frame["outlier_judges"], strict=True))
    assert found == {"C01": "J05", "C02": "", "C03": "", "C04": ""}


@pytest.mark.parametrize("given", ["90", "90 90 90"])
def test_nobody_stands_out_where_all_agree(rubric: Rubric, panel: Panel, given: str) -> None:
    [row] = spread(evaluate(panel({"C01": given}), rubric)).to_dict("records")
    assert (row["range"], row["wide"], row["outlier_judges"]) == (0, False, "")


def straight(
    rubric: Rubric, panel: Panel, changes: dict[tuple[str, str], dict[str, str]]
) -> dict[str, tuple[object, ...]]:
    totals = {"C01": "90 90", "C02": "85 85", "C03": "80 80", "C04": "75 75"}
    frame = straight_lining(evaluate(panel(totals, changes), rubric))
    assert list(frame.columns) == [
        "judge_id",
        "n_colleges",
        "same_share",
        "n_identical",
        "flagged",
    ]
    return {row[0]: tuple(row[1:]) for row in frame.itertuples(index=False)}


def test_the_same_share_of_every_maximum(rubric: Rubric, panel: Panel) -> None:
    # The scores are spread in proportion; J02 departs from it on one indicator of one college.
    found = straight(rubric, panel, {("J02", "C03"): {"2.2": "14", "2.4": "10"}})
    assert found == {"J01": (4, True, 1, True), "J02": (4, False, 1, False)}


def test_one_step_from_the_share_is_still_the_same(rubric: Rubric, panel: Panel) -> None:
    # 80 of 100: 12 of 15 exactly. One step up and down is within, two are not.
    near = {("J01", "C03"): {"2.2": "12.5", "2.4": "11.5"}}
    far = {("J01", "C03"): {"2.2": "13", "2.4": "11"}}
    assert straight(rubric, panel, near)["J01"] == (4, True, 1, True)
    assert straight(rubric, panel, far)["J01"] == (4, False, 1, False)


def test_identical_rows(rubric: Rubric, panel: Panel) -> None:
    row = {
        "1.1": "9", "1.2": "7", "1.3": "5", "2.1": "5", "2.2": "12",
        "2.3": "10", "2.4": "11", "2.5": "9", "2.6": "3", "3.1": "14",
    }  # fmt: skip
    other = row | {"1.1": "8"}
    twice = {
        ("J02", "C01"): row,
        ("J02", "C02"): row,
        ("J02", "C03"): other,
        ("J02", "C04"): other | {"1.2": "5"},
    }
    assert straight(rubric, panel, twice)["J02"] == (4, False, 2, True)
    once = {**twice, ("J02", "C02"): row | {"1.3": "3"}}
    assert straight(rubric, panel, once)["J02"] == (4, False, 1, False)


def test_judges_without_scores_do_not_appear(rubric: Rubric, panel: Panel) -> None:
    result = evaluate(panel({"C01": "90 回避"}), rubric)
    assert list(straight_lining(result)["judge_id"]) == ["J01"]
    assert list(judge_severity(result)["judge_id"]) == ["J01"]


def test_scores_stay_as_they_are(rubric: Rubric, panel: Panel) -> None:
    sheets = panel({"C01": "90 90 91 89 60", "C02": "85 86 85 84 85"})
    result = evaluate(sheets, rubric)
    for diagnostic in (judge_severity, spread, straight_lining):
        diagnostic(result)
    assert result == evaluate(sheets, rubric)
