"""Priority-care students (S16, coded): process figures only. Criterion 2.4.③.

How many there are says nothing good or bad about a college; whether each has a plan, an owner and
was followed up does.
"""

from __future__ import annotations

import pandas as pd

__all__ = ["totals"]


def totals(key_students: pd.DataFrame) -> pd.DataFrame:
    """Count a college's active cases and how they are looked after.

    Returns
    -------
    DataFrame
        college_code, n_active, n_with_plan, n_with_measure (students), n_due, n_done (follow-up
        contacts; done never counts beyond due, case by case; cases without both numbers are left
        out of both).
    """
    active = key_students[key_students["status"] == "在册"]
    due = active["n_due"]
    done = active[["n_done", "n_due"]].min(axis=1, skipna=False)
    return (
        active.assign(
            n_active=1,
            n_with_plan=active["has_plan"].fillna(False).astype("Int64"),
            n_with_measure=active["measures"].notna().astype("Int64"),
            n_due=due.where(done.notna(), 0),
            n_done=done.fillna(0),
        )
        .groupby("college_code", as_index=False)[
            ["n_active", "n_with_plan", "n_with_measure", "n_due", "n_done"]
        ]
        .sum()
        .astype({"n_active": "Int64", "n_due": "Int64", "n_done": "Int64"})
    )
