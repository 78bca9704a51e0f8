"""Screening (S11): participation, warning levels, interviews. Criterion 2.4.①.

Participation is Σ n_valid / Σ n_required over the required waves; it is complete only if the two
sums are equal as whole numbers. A sum is missing where one of its numbers is: what a blank cell
leaves out would look like students who stayed away.
"""

from __future__ import annotations

from typing import Any

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
    graded = lazy(screening).filter(~nw.col("grade").is_null())
    return native(_sums(graded, "college_code", "grade"), screening)


def totals(screening: IntoFrameT) -> IntoFrameT:
    """Add up a college's counts.

    Returns
    -------
    frame
        college_code and each of `COUNTS` (students).
    """
    return native(_sums(lazy(screening), "college_code"), screening)


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


def _sums(screening: nw.LazyFrame[Any], *keys: str) -> nw.LazyFrame[Any]:
    blank = {f"{name}_blank": nw.col(name).is_null().cast(nw.Int64) for name in COUNTS}
    summed = (
        screening.with_columns(**blank)
        .group_by(*keys)
        .agg(nw.col(*COUNTS).sum(), nw.col(*blank).max())
    )
    # Both sides of participation go together, so that a school's sums still fit each other.
    sides = ("n_required", "n_valid")
    both = (nw.col("n_required_blank") == 0) & (nw.col("n_valid_blank") == 0)
    whole = {
        name: nw.when(both if name in sides else nw.col(f"{name}_blank") == 0).then(nw.col(name))
        for name in COUNTS
    }
    return summed.with_columns(**whole).drop(*blank).sort(*keys)
