"""Screening (S11): participation, warning levels, interviews. Criterion 2.4.①.

Participation is Σ n_valid / Σ n_required over the required waves; it is complete only if the two
sums are equal as whole numbers.
"""

from __future__ import annotations

import narwhals as nw
from narwhals.typing import IntoFrameT

from evalkit.evidence.engine import lazy, native

__all__ = ["COUNTS", "by_grade", "instruments", "totals"]

COUNTS = (
    "n_enrolled",
    "n_exempt",
    "n_required",
    "n_valid",
    "n_l1",
    "n_l2",
    "n_l3",
    "n_l1_interviewed",
    "n_l2_interviewed",
    "n_files",
)


def by_grade(screening: IntoFrameT) -> IntoFrameT:
    """Add up the counts of a college's grades over the waves of the year.

    Returns
    -------
    frame
        college_code, grade, and each of `COUNTS` (students).
    """
    return native(
        lazy(screening)
        .filter(~nw.col("grade").is_null())
        .group_by("college_code", "grade")
        .agg(nw.col(*COUNTS).sum())
        .sort("college_code", "grade"),
        screening,
    )


def totals(screening: IntoFrameT) -> IntoFrameT:
    """Add up a college's counts.

    Returns
    -------
    frame
        college_code and each of `COUNTS` (students).
    """
    return native(
        lazy(screening).group_by("college_code").agg(nw.col(*COUNTS).sum()).sort("college_code"),
        screening,
    )


def instruments(screening: IntoFrameT) -> IntoFrameT:
    """List which instruments a college used; rates before and after a change do not compare.

    Returns
    -------
    frame
        college_code, instrument; each pair once.
    """
    return native(
        lazy(screening)
        .filter(~nw.col("instrument").is_null())
        .select("college_code", "instrument")
        .unique()
        .sort("college_code", "instrument"),
        screening,
    )
