"""Where a year's screening does not compare with the year before."""

from __future__ import annotations

import re

import pandas as pd

from evalkit.assessment import Assessment

__all__ = ["BREAK_RULES", "find_breaks"]

BREAK_RULES = (
    "下列情形记为断点，前后的预警率不可直接比较，趋势线在此断开：换了测评工具，换了测评批次，"
    "换了台账模板，应测人数增减超过一半。"
)
_METRICS = ("participation", "l1_interviewed")
"""Metrics whose notes speak of the base and the waves, and of the instrument."""
_BASE = re.compile(r"分母由 [\d,]+ 变为 [\d,]+")


def find_breaks(assessment: Assessment, years: tuple[str, ...]) -> pd.DataFrame:
    """Return the breaks of some years, without numbers of students.

    Returns
    -------
    DataFrame
        academic_year, college (code), note; one row a college and year with a break.
    """
    trends = assessment.trends
    own = trends[
        trends["academic_year"].isin(list(years))
        & trends["metric"].isin(list(_METRICS))
        & (trends["break_note"] != "")
    ]
    rows = []
    for (year, college), notes in own.groupby(["academic_year", "college_code"], sort=True):
        parts = dict.fromkeys(part for note in notes["break_note"] for part in note.split("；"))
        note = "；".join(dict.fromkeys(_BASE.sub("应测人数增减超过一半", part) for part in parts))
        rows.append({"academic_year": str(year), "college": str(college), "note": note})
    return pd.DataFrame(rows, columns=["academic_year", "college", "note"], dtype="string")
