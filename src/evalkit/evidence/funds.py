"""Money (S05): budget and spending by purpose. Criterion 1.2.③; article 6.

Amounts are added up in whole fen, so that two sums of the same money are equal.
"""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import enrolled, tally, tally_colleges, together
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = [
    "PURPOSES",
    "SUBJECT",
    "UNNAMED",
    "purpose_table",
]

PURPOSES = ("设施建设", "活动开展", "师资培训", "其他")
"""Article 6 names the first three."""
UNNAMED = "未注明用途"
"""Where money stands whose purpose was left blank or cannot be used: it is money all the same."""
_MONEY = ("budget", "college_budget", "spent", "spent_on_purposes")


def purpose_table(source: Source) -> Frame:
    """Add up budget and spending by purpose.

    Returns
    -------
    Frame
        The source's keys, category (of the sheet, or `UNNAMED`), budget, spent (yuan; missing
        where an entry has no amount, or does not say which of the two it is).
    """
    by = (*source.keys, "category")
    purpose = nw.col("category").fill_null(nw.lit(UNNAMED))
    named = _entries(source).with_columns(category=purpose)
    return tally(named, by, {}, ["budget", "spent"]).with_columns(nw.col("budget", "spent") / 100)


def _entries(source: Source) -> Frame:
    """Return the entries with their amounts in whole fen under each of `_MONEY`."""
    amount = (nw.col("amount") * 100 + 0.5).floor().cast(nw.Int64)
    kind = nw.col("entry_type")
    plan, expense = kind == "预算", kind == "支出"

    def of(condition: nw.Expr) -> nw.Expr:
        # What may be either is in neither sum, and makes both missing.
        none = nw.when(~kind.is_null()).then(nw.lit(0))
        return nw.when(condition).then(amount).otherwise(none)

    return source.table("funds").with_columns(
        budget=of(plan),
        college_budget=of(plan & (nw.col("source") == "学院配套")),
        spent=of(expense),
        spent_on_purposes=of(expense & nw.col("category").is_in(PURPOSES[:3])),
    )


def _count(source: Source) -> Frame:
    expense = nw.col("entry_type") == "支出"
    signed = nw.col("head_signed") & ~nw.col("voucher_no").is_null()
    counts = {"n_expenses": expense, "n_vouchered": expense & signed}
    added = tally_colleges(source, _entries(source), ["funds"], counts, _MONEY)
    return together(source, added.with_columns(nw.col(*_MONEY) / 100), enrolled(source))


_CLAUSE = "附件1 1.2③：有工作经费配套投入，能合理规划并使用好心理活动专项经费"

SUBJECT = Subject(
    "funds",
    "工作经费",
    (
        Metric(
            "college_budget",
            "学院配套经费预算",
            "元",
            "college_budget",
            {"funds": ("entry_type", "source", "amount")},
            _CLAUSE,
        ),
        Metric(
            "budget_execution",
            "预算执行率",
            "%",
            "spent",
            {"funds": ("entry_type", "amount")},
            _CLAUSE,
            "budget",
            times=100,
            direction="none",
        ),
        Metric(
            "purpose_share",
            "用于规定用途的支出比例",
            "%",
            "spent_on_purposes",
            {"funds": ("entry_type", "category", "amount")},
            "第六条：经费一般用于二级站设施建设、活动开展与师资培训",
            "spent",
            times=100,
        ),
        Metric(
            "vouchers",
            "支出凭证和审签齐全率",
            "%",
            "n_vouchered",
            {"funds": ("entry_type", "voucher_no", "head_signed")},
            "第六条：专款专用，有预算、有监管，并由站长具体负责落实",
            "n_expenses",
            times=100,
        ),
        Metric(
            "spending_per_student",
            "生均支出",
            "元/生",
            "spent",
            {"funds": ("entry_type", "amount"), "base_info": ("n_students",)},
            _CLAUSE,
            "n_students",
            direction="none",
        ),
    ),
    _count,
    decimals=_MONEY,
)
