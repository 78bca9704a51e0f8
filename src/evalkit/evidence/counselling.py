"""Individual and group counselling (S13, S14). Criterion 2.3.

Volume is shown, never ranked: counting sessions would invite counting more of them.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from evalkit.evidence.calendar import SchoolCalendar, midnight
from evalkit.evidence.counting import enrolled, tally, tally_colleges, together
from evalkit.evidence.engine import lazy, native
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = [
    "SUBJECT",
    "by_channel",
    "by_month",
    "channel_table",
    "group_totals",
    "individual_totals",
    "month_table",
    "total_table",
]

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


def month_table(source: Source) -> Frame:
    """Add up individual sessions by month.

    Returns
    -------
    Frame
        The source's keys, month (``YYYY-MM``), n_sessions (person-times; missing where a row of
        the month does not say).
    """
    return tally(source.of_months("individual"), (*source.keys, "month"), {}, ["n_sessions"])


def channel_table(source: Source) -> Frame:
    """Add up individual sessions by channel.

    Returns
    -------
    Frame
        The source's keys, channel (missing where nobody said), n_sessions (person-times).
    """
    return tally(source.of_months("individual"), (*source.keys, "channel"), {}, ["n_sessions"])


def total_table(source: Source) -> Frame:
    """Add up individual counselling; zeros where the sheet was handed in without a row.

    Returns
    -------
    Frame
        The source's keys, n_clients (students, counted anew each month), n_sessions
        (person-times), n_records_ok, n_ref_centre, n_ref_hospital (students).
    """
    return tally_colleges(source, source.of_months("individual"), ["individual"], {}, _SUMS)


def _groups(source: Source) -> Frame:
    rows = source.of_year("group_work", "first_date").with_columns(
        n_group_attend=nw.col("n_attend")
    )
    return tally_colleges(
        source, rows, ["group_work"], {"n_groups": nw.lit(True)}, ["n_group_attend"]
    )


def _count(source: Source) -> Frame:
    return together(source, total_table(source), _groups(source), enrolled(source))


_SOURCE = "附件1 2.3：认真、积极开展个体与团体心理辅导工作"


def _metric(
    name: str,
    title: str,
    unit: str,
    part: str,
    whole: str | None,
    *sheets: tuple[str, tuple[str, ...]],
    times: int = 1,
) -> Metric:
    return Metric(
        name, title, unit, part, dict(sheets), _SOURCE, whole, times=times, direction="none"
    )


_STUDENTS = ("base_info", ("n_students",))

SUBJECT = Subject(
    "counselling",
    "心理辅导",
    (
        _metric(
            "sessions_per_1000",
            "每千名学生个体辅导人次",
            "人次/千人",
            "n_sessions",
            "n_students",
            ("individual", ("month", "n_sessions")),
            _STUDENTS,
            times=1000,
        ),
        _metric(
            "clients_per_1000",
            "每千名学生来访人数（逐月累计）",
            "人/千人",
            "n_clients",
            "n_students",
            ("individual", ("month", "n_clients")),
            _STUDENTS,
            times=1000,
        ),
        _metric(
            "sessions_per_client",
            "人均辅导次数（来访人数逐月累计）",
            "人次/人",
            "n_sessions",
            "n_clients",
            ("individual", ("month", "n_sessions", "n_clients")),
        ),
        _metric(
            "individual_sessions",
            "个体辅导人次",
            "人次",
            "n_sessions",
            None,
            ("individual", ("month", "n_sessions")),
        ),
        _metric("groups", "团体辅导", "个", "n_groups", None, ("group_work", ("first_date",))),
        _metric(
            "group_attendance",
            "团体辅导参与人次",
            "人次",
            "n_group_attend",
            None,
            ("group_work", ("first_date", "n_attend")),
        ),
        Metric(
            "records_complete",
            "辅导记录完整率",
            "%",
            "n_records_ok",
            {"individual": ("month", "n_records_ok", "n_sessions")},
            _SOURCE,
            "n_sessions",
            times=100,
        ),
    ),
    _count,
)
