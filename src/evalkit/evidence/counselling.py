"""Individual and group counselling (S13, S14). Criterion 2.3.

Volume is shown, never ranked: counting sessions would invite counting more of them.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from evalkit.evidence.calendar import SchoolCalendar, midnight
from evalkit.evidence.engine import lazy, native

__all__ = ["by_channel", "by_month", "group_totals", "individual_totals"]

_SUMS = ("n_clients", "n_sessions", "n_records_ok", "n_ref_centre", "n_ref_hospital")


def _of_year(individual: IntoFrameT, calendar: SchoolCalendar) -> nw.LazyFrame[Any]:
    labels = [calendar.year.month_label(month) for month in calendar.year.months]
    return lazy(individual).filter(nw.col("month").is_in(labels))


def by_month(individual: IntoFrameT, calendar: SchoolCalendar) -> IntoFrameT:
    """Add up individual sessions by month.

    Returns
    -------
    frame
        college_code, month (``YYYY-MM``), n_sessions (person-times).
    """
    return native(
        _of_year(individual, calendar)
        .group_by("college_code", "month")
        .agg(nw.col("n_sessions").sum())
        .sort("college_code", "month"),
        individual,
    )


def by_channel(individual: IntoFrameT, calendar: SchoolCalendar) -> IntoFrameT:
    """Add up individual sessions by channel.

    Returns
    -------
    frame
        college_code, channel, n_sessions (person-times).
    """
    return native(
        _of_year(individual, calendar)
        .group_by("college_code", "channel")
        .agg(nw.col("n_sessions").sum())
        .sort("college_code", "channel"),
        individual,
    )


def individual_totals(individual: IntoFrameT, calendar: SchoolCalendar) -> IntoFrameT:
    """Add up a college's individual counselling.

    Returns
    -------
    frame
        college_code, n_clients (counted anew each month), n_sessions (person-times),
        n_records_ok, n_ref_centre, n_ref_hospital (students).
    """
    return native(
        _of_year(individual, calendar)
        .group_by("college_code")
        .agg(nw.col(*_SUMS).sum())
        .sort("college_code"),
        individual,
    )


def group_totals(group_work: IntoFrameT, calendar: SchoolCalendar) -> IntoFrameT:
    """Count a college's groups that first met in the year, and their attendance.

    Returns
    -------
    frame
        college_code, n_groups, n_group_attend (person-times).
    """
    first, last = midnight(calendar.year.first_day), midnight(calendar.year.last_day)
    begun = nw.col("first_date")
    return native(
        lazy(group_work)
        .filter((begun >= first) & (begun <= last))
        .group_by("college_code")
        .agg(nw.len().alias("n_groups"), nw.col("n_attend").sum().alias("n_group_attend"))
        .sort("college_code"),
        group_work,
    )
