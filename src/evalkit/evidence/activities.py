"""Activities (S08): when, in which form, for how many. Articles 4 and 5; criteria 2.2.①, 2.2.②.

Every function takes a frame of any engine that narwhals knows and returns one of the same.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from evalkit.evidence.calendar import FIRST, SECOND, SchoolCalendar, midnight
from evalkit.evidence.engine import lazy, native

__all__ = ["FORMS", "by_form", "by_month", "themes_by_semester", "totals"]

FORMS = (
    "专题讲座",
    "心理主题班会",
    "个别与团体辅导",
    "谈心谈话",
    "普查测量",
    "档案建设",
    "行为训练/团体培训",
    "学术科研",
    "其他",
)
"""The nine forms of article 5, in its order."""


def _of_year(activities: IntoFrameT, calendar: SchoolCalendar) -> nw.LazyFrame[Any]:
    first, last = midnight(calendar.year.first_day), midnight(calendar.year.last_day)
    start = nw.col("start")
    return lazy(activities).filter((start >= first) & (start <= last))


def by_month(activities: IntoFrameT, calendar: SchoolCalendar) -> IntoFrameT:
    """Count activities and attendance by the month in which they began.

    Returns
    -------
    frame
        college_code, month (``YYYY-MM``), n_activities, n_attend (person-times). Months without
        an activity have no row.
    """
    start = nw.col("start")
    return native(
        _of_year(activities, calendar)
        .with_columns(month=start.dt.to_string("%Y-%m"))
        .group_by("college_code", "month")
        .agg(nw.len().alias("n_activities"), nw.col("n_attend").sum())
        .sort("college_code", "month"),
        activities,
    )


def by_form(activities: IntoFrameT, calendar: SchoolCalendar) -> IntoFrameT:
    """Count activities and attendance by form of work.

    Returns
    -------
    frame
        college_code, form, n_activities, n_attend (person-times).
    """
    return native(
        _of_year(activities, calendar)
        .filter(~nw.col("form").is_null())
        .group_by("college_code", "form")
        .agg(nw.len().alias("n_activities"), nw.col("n_attend").sum())
        .sort("college_code", "form"),
        activities,
    )


def totals(activities: IntoFrameT, calendar: SchoolCalendar) -> IntoFrameT:
    """Count a college's activities, theme activities and attendance in the year.

    Returns
    -------
    frame
        college_code, n_activities, n_themes, n_attend (person-times), n_forms (of nine).
    """
    return native(
        _of_year(activities, calendar)
        .with_columns(
            n_themes=nw.col("is_theme").cast(nw.Int64),
            unnamed=nw.col("form").is_null().cast(nw.Int64),
        )
        .group_by("college_code")
        .agg(
            nw.len().alias("n_activities"),
            nw.col("n_themes").sum(),
            nw.col("n_attend").sum(),
            nw.col("form").n_unique().alias("n_forms"),
            nw.col("unnamed").max(),
        )
        # A missing form counts among the different ones, but is none.
        .with_columns(n_forms=nw.col("n_forms") - nw.col("unnamed"))
        .drop("unnamed")
        .sort("college_code"),
        activities,
    )


def themes_by_semester(activities: IntoFrameT, calendar: SchoolCalendar) -> IntoFrameT:
    """Count theme activities that have both a plan and a summary, by semester.

    The date decides the semester, not what was typed; holidays belong to the semester before.

    Returns
    -------
    frame
        college_code, semester, n_themes.
    """
    second = nw.col("start") >= midnight(calendar.division)
    return native(
        _of_year(activities, calendar)
        .filter(nw.col("is_theme") & nw.col("has_plan") & nw.col("has_summary"))
        .with_columns(semester=nw.when(second).then(nw.lit(SECOND)).otherwise(nw.lit(FIRST)))
        .group_by("college_code", "semester")
        .agg(nw.len().alias("n_themes"))
        .sort("college_code", "semester"),
        activities,
    )
