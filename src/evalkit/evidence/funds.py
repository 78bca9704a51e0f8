"""Money (S05): budget and spending by purpose. Criterion 1.2.③; article 6."""

from __future__ import annotations

import narwhals as nw
from narwhals.typing import IntoFrameT

from evalkit.evidence.engine import lazy, native

__all__ = ["PURPOSES", "UNNAMED", "by_purpose", "totals"]

PURPOSES = ("设施建设", "活动开展", "师资培训", "其他")
"""Article 6 names the first three."""
UNNAMED = "未注明用途"
"""Where money stands whose purpose was left blank or cannot be used: it is money all the same."""


def by_purpose(funds: IntoFrameT) -> IntoFrameT:
    """Add up budget and spending by purpose.

    Returns
    -------
    frame
        college_code, category (of the sheet, or `UNNAMED`), budget, spent (yuan).
    """
    purpose = nw.col("category").fill_null(nw.lit(UNNAMED))
    named = native(lazy(funds).with_columns(category=purpose), funds)
    return _sums(named, "college_code", "category")


def totals(funds: IntoFrameT) -> IntoFrameT:
    """Add up a college's budget and spending.

    Returns
    -------
    frame
        college_code, budget, spent (yuan).
    """
    return _sums(funds, "college_code")


def _sums(funds: IntoFrameT, *keys: str) -> IntoFrameT:
    def of(kind: str) -> nw.Expr:
        return nw.when(nw.col("entry_type") == kind).then(nw.col("amount")).otherwise(nw.lit(0.0))

    return native(
        lazy(funds)
        .with_columns(budget=of("预算"), spent=of("支出"))
        .group_by(*keys)
        .agg(nw.col("budget", "spent").sum())
        .sort(*keys),
        funds,
    )
