"""What stands out in the way judges scored. For discussion only: nothing here changes a score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from evalkit.panel.result import CollegeResult, PanelResult
from evalkit.rubric import Rubric

__all__ = ["judge_severity", "spread", "straight_lining"]

WIDE = Fraction(15, 100)
"""A range of totals above this share of the rubric's total is called wide."""

OUTLIER_SD = 2


def judge_severity(result: PanelResult) -> pd.DataFrame:
    """Return how much more or less each judge gives than the panel as a whole.

    The mean, over the colleges that the judge scored, of the judge's total minus the mean of all
    judges' totals for that college. Positive: lenient; negative: severe.

    Returns
    -------
    DataFrame
        ``judge_id``, ``n_colleges``, ``mean_deviation`` (float, points); one row for each judge who
        gave scores.
    """
    rows = []
    for judge in result.judges:
        found = [_deviation(each, judge) for each in result if judge in each.totals]
        if found:
            average = sum(found, Fraction(0)) / len(found)
            rows.append((judge, len(found), float(average)))
    return pd.DataFrame(rows, columns=["judge_id", "n_colleges", "mean_deviation"])


def spread(result: PanelResult) -> pd.DataFrame:
    r"""Return how far the judges are apart on each college.

    A range is wide above 15 points per 100 of the rubric's total. A judge is an outlier on a
    college when the total is more than two standard deviations from the college's mean. The
    standard deviation is that of all judges around the colleges' means,
    :math:`s^2 = \sum_c \sum_j (T_{cj} - \bar T_c)^2 / \sum_c (n_c - 1)`: with few judges, one
    college alone cannot show an outlier.

    Returns
    -------
    DataFrame
        ``college_code``, ``n_judges``, ``lowest``, ``highest``, ``range`` (Decimal, points),
        ``wide`` (bool), ``outlier_judges`` (codes, joined by 、); ordered by rank.
    """
    variance = _variance(result)
    return pd.DataFrame(
        [
            {
                "college_code": each.college,
                "n_judges": each.n_judges,
                "lowest": low,
                "highest": high,
                "range": high - low,
                "wide": Fraction(high - low) > WIDE * Fraction(result.rubric.total),
                "outlier_judges": "、".join(
                    judge
                    for judge in each.totals
                    if _deviation(each, judge) ** 2 > OUTLIER_SD**2 * variance
                ),
            }
            for each, low, high in (
                (each, min(each.totals.values()), max(each.totals.values())) for each in result
            )
        ]
    )


def straight_lining(result: PanelResult) -> pd.DataFrame:
    """Return which judges gave everything, or every college, the same.

    ``same_share``: in each college that the judge scored, every indicator's score is within one
    step of the judge's share of the total for that college (90 of 100 → nine tenths of every
    maximum). ``n_identical``: the largest number of colleges with exactly the same scores on all
    indicators. A judge is flagged for the same share, or if at least two, and at least half, of the
    colleges have identical scores.

    Returns
    -------
    DataFrame
        ``judge_id``, ``n_colleges``, ``same_share`` (bool), ``n_identical``, ``flagged`` (bool);
        one row for each judge who gave scores.
    """
    rows = []
    for judge in result.judges:
        given = [each.scores[judge] for each in result if judge in each.scores]
        if not given:
            continue
        same_share = all(_same_share(scores, result.rubric) for scores in given)
        alike = Counter(tuple(sorted(scores.items())) for scores in given)
        n_identical = max(alike.values())
        repeated = n_identical >= 2 and 2 * n_identical >= len(given)
        rows.append((judge, len(given), same_share, n_identical, same_share or repeated))
    columns = ["judge_id", "n_colleges", "same_share", "n_identical", "flagged"]
    return pd.DataFrame(rows, columns=columns)


def _deviation(each: CollegeResult, judge: str) -> Fraction:
    return Fraction(each.totals[judge]) - each.untrimmed_mean


def _variance(result: PanelResult) -> Fraction:
    def squares() -> Iterator[Fraction]:
        for each in result:
            for judge in each.totals:
                yield _deviation(each, judge) ** 2

    freedom = sum(each.n_judges - 1 for each in result)
    return sum(squares(), Fraction(0)) / freedom if freedom else Fraction(0)


def _same_share(scores: Mapping[str, Decimal], rubric: Rubric) -> bool:
    share = sum(map(Fraction, scores.values()), Fraction(0)) / Fraction(rubric.total)
    return all(
        abs(Fraction(scores[indicator.id]) - share * Fraction(indicator.points))
        <= Fraction(rubric.panel.step)
        for indicator in rubric.indicators
    )
