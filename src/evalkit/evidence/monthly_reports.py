"""Monthly reports (S15): which came, and whether in time. Criterion 2.4.②."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from evalkit.evidence.calendar import SchoolCalendar

__all__ = ["Status", "timeliness", "totals"]

Status = Literal["on_time", "late", "missing", "undated"]


def timeliness(
    monthly: pd.DataFrame,
    colleges: Sequence[str],
    calendar: SchoolCalendar,
    *,
    months: Sequence[int],
    deadline_days: int,
) -> pd.DataFrame:
    """Say for each college and expected month whether its report came in time.

    Parameters
    ----------
    monthly : DataFrame
        Rows of S15 with college_code, month (``YYYY-MM``), submitted_on.
    colleges : sequence of str
        Codes of the colleges that handed in a ledger.
    calendar : SchoolCalendar
        The year.
    months : sequence of int
        Calendar months that a report is due for.
    deadline_days : int
        Days after the month's last day until which a report is on time.

    Returns
    -------
    DataFrame
        college_code, month, due (last day), submitted_on, status: ``on_time``, ``late``,
        ``missing`` (no row), ``undated`` (a row without a usable date); one row a college and
        month, in the order of the year.
    """
    labels = [calendar.year.month_label(month) for month in months]
    due = [pd.Timestamp(calendar.due_date(month, deadline_days)) for month in months]
    wanted = pd.DataFrame({"month": labels, "due": due}).astype({"due": "datetime64[us]"})
    grid = pd.DataFrame({"college_code": list(colleges)}, dtype="string").merge(wanted, how="cross")
    came = (
        monthly[["college_code", "month", "submitted_on"]]
        .sort_values("submitted_on")
        .drop_duplicates(["college_code", "month"])
        .assign(received=True)
    )
    result = grid.merge(came, on=["college_code", "month"], how="left")
    received = result.pop("received").notna()
    status = pd.Series("missing", index=result.index)
    status[received] = "undated"
    dated = received & result["submitted_on"].notna()
    status[dated] = "late"
    status[dated & (result["submitted_on"] <= result["due"])] = "on_time"
    return result.assign(status=status)


def totals(timely: pd.DataFrame) -> pd.DataFrame:
    """Count due, received and timely reports of each college.

    Parameters
    ----------
    timely : DataFrame
        As returned by :func:`timeliness`.

    Returns
    -------
    DataFrame
        college_code, n_due, n_in, n_on_time.
    """
    return (
        timely.assign(
            n_due=pd.array([1] * len(timely), dtype="Int64"),
            n_in=(timely["status"] != "missing").astype("Int64"),
            n_on_time=(timely["status"] == "on_time").astype("Int64"),
        )
        .groupby("college_code", as_index=False)[["n_due", "n_in", "n_on_time"]]
        .sum()
    )
