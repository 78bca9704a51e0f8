"""What is said of a college by holding it against the others: the only place where it happens.

A college's report changes with another college's data in nothing but what stands here: medians and
ranges of the school, the number of colleges, the college's rank, and what is hidden because another
college's small number could be worked out from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from evalkit.assessment.model import Assessment

__all__ = ["MEDIAN_FROM", "Comparison", "compare_with_school", "indicator_median", "school_ranges"]

MEDIAN_FROM = 5
"""A median over fewer colleges than this would say too much about single ones."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that a college's view reads from other colleges.

    Attributes
    ----------
    n_colleges : int
        Colleges with a result of the panel.
    rank : int, optional
        The college's.
    medians : mapping of str to Decimal or None
        Indicator number → the school's median as published; ``None`` for fewer than `MEDIAN_FROM`.
    texts : tuple of str
        The college's metrics as printed: what is hidden in them depends on others.
    """

    n_colleges: int
    rank: int | None
    medians: Mapping[str, Decimal | None]
    texts: tuple[str, ...]


def compare_with_school(assessment: Assessment, college: str) -> Comparison:
    """Return what the view of a college reads from the others."""
    panel = assessment.panel
    own = assessment.metrics
    return Comparison(
        0 if panel is None else len(panel),
        panel[college].rank if panel is not None and college in panel else None,
        {i.id: indicator_median(assessment, i.id) for i in assessment.rubric.indicators},
        tuple(own.loc[own["college_code"] == college, "text"]),
    )


def indicator_median(assessment: Assessment, indicator: str) -> Decimal | None:
    """Return the median of the panel's means on an indicator, as published.

    Returns
    -------
    Decimal, optional
        ``None`` for fewer than `MEDIAN_FROM` colleges.
    """
    means: list[Fraction] = [r.indicator_means[indicator] for r in assessment.panel or ()]
    return assessment.rubric.publish(median(means)) if len(means) >= MEDIAN_FROM else None


def school_ranges(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return the median and the range of each metric and year.

    Parameters
    ----------
    metrics : DataFrame
        academic_year, metric, value; values that are hidden are missing and do not count.

    Returns
    -------
    DataFrame
        academic_year, metric, n_colleges (that have the value), median, low, high; the last three
        are missing for fewer than `MEDIAN_FROM` colleges.
    """
    known = metrics.dropna(subset=["value"])
    groups = known.groupby(["academic_year", "metric"], sort=False)["value"]
    table = groups.agg(n_colleges="count", median="median", low="min", high="max").reset_index()
    shown = ["median", "low", "high"]
    return table.assign(**table[shown].where(table["n_colleges"] >= MEDIAN_FROM))
