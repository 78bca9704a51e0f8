"""The panel's results, worked out from the score sheets with fractions and plain loops."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from typing import Any

import pytest

from evalkit.assessment import Assessment

YEARS = ("2023-2024", "2024-2025")
COLLEGES = tuple(f"C{number:02}" for number in range(1, 9))
INDICATORS = ("s11", "s12", "s13", "s21", "s22", "s23", "s24", "s25", "s26", "s31")

Row = dict[str, Any]
Results = dict[str, tuple[str, str, int, tuple[str, ...]]]


def rounded(exact: Fraction) -> str:
    """Two decimals, half up."""
    hundredths = math.floor(exact * 100 + Fraction(1, 2))
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def band(score: Fraction) -> str:
    for lower, name in ((90, "优秀"), (80, "良好"), (70, "中等"), (60, "合格")):
        if score >= lower:
            return name
    return "不合格"


def panel_by_hand(rows: list[Row]) -> Results:
    """College → score, band, rank, the totals that were left out, lowest first."""
    totals: dict[str, dict[str, Fraction]] = defaultdict(dict)
    items: dict[str, list[dict[str, Fraction]]] = defaultdict(list)
    for row in rows:
        if row["recused"] != "是":
            scores = {name: Fraction(str(row[name])) for name in INDICATORS}
            totals[row["college_code"]][row["judge_id"]] = sum(scores.values(), Fraction(0))
            items[row["college_code"]].append(scores)
    keys: dict[str, tuple[Fraction, ...]] = {}
    dropped: dict[str, tuple[str, ...]] = {}
    for college, given in totals.items():
        ordered = sorted(given, key=lambda judge: given[judge])
        kept = ordered
        if len(ordered) >= 5:
            kept = ordered[1:-1]
        dropped[college] = tuple(judge for judge in ordered if judge not in kept)
        mean = sum((given[judge] for judge in kept), Fraction(0)) / len(kept)
        keys[college] = (
            Fraction(rounded(mean)),
            sum(given.values(), Fraction(0)) / len(given),
            *(sum(one[name] for one in items[college]) / len(given) for name in ("s24", "s31")),
        )
    return {
        college: (
            rounded(key[0]),
            band(key[0]),
            1 + sum(other > key for other in keys.values()),
            tuple(str(totals[college][judge]) for judge in dropped[college]),
        )
        for college, key in keys.items()
    }


@pytest.mark.parametrize("year", YEARS)
def test_panel(year: str, score_rows: dict[str, list[Row]], assessment: Assessment) -> None:
    expected = panel_by_hand(score_rows[year])
    assert set(expected) == set(COLLEGES)
    (panel,) = [result for of, result in assessment.panels.items() if of.name == year]
    found = {
        result.college: (
            str(result.score),
            result.band,
            result.rank,
            tuple(str(Fraction(result.totals[judge])) for judge in reversed(result.dropped)),
        )
        for result in panel
    }
    assert found == expected


def test_no_scores_before_the_measures(
    score_rows: dict[str, list[Row]], assessment: Assessment
) -> None:
    assert [year.name for year in assessment.panels] == [*score_rows] == [*YEARS]


def test_the_tie_of_the_sample(score_rows: dict[str, list[Row]]) -> None:
    results = panel_by_hand(score_rows["2024-2025"])
    assert results["C01"][0] == results["C04"][0]
    assert {results["C01"][2], results["C04"][2]} == {3, 4}
    assert results["C06"][:2] == ("90.00", "优秀")
