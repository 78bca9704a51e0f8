"""Indicator means of a college beside the school's median and last year's."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from evalkit.assessment.comparison import indicator_median

if TYPE_CHECKING:
    from evalkit.assessment.model import Assessment

__all__ = ["indicator_table"]


def indicator_table(assessment: Assessment, college: str) -> pd.DataFrame:
    """Return one row an indicator; empty if the panel has no score for the college.

    Returns
    -------
    DataFrame
        indicator (number and name), id, points, mean, rate (percent of the points), median (of
        the school; missing for fewer than five colleges), previous, change. Points are
        rounded once, as published.
    """
    panel, before = assessment.panel, assessment.previous_panel
    columns = ["indicator", "id", "points", "mean", "rate", "median", "previous", "change"]
    if panel is None or college not in panel:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in columns})
    publish = assessment.rubric.publish
    rows = []
    for indicator in assessment.rubric.indicators:
        mean = panel[college].indicator_means[indicator.id]
        past: Fraction | None = None
        if before is not None and college in before:
            past = before[college].indicator_means.get(indicator.id)
        rows.append(
            {
                "indicator": indicator.label,
                "id": indicator.id,
                "points": indicator.points,
                "mean": publish(mean),
                "rate": float(100 * mean / Fraction(indicator.points)),
                "median": indicator_median(assessment, indicator.id),
                "previous": None if past is None else publish(past),
                "change": None if past is None else publish(mean) - publish(past),
            }
        )
    return pd.DataFrame(rows, columns=columns)
