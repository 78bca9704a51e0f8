"""Individual and group counselling (S13, S14). Criterion 2.3.

Volume is shown, never ranked: counting sessions would invite counting more of them.
"""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import enrolled, tally, tally_colleges, together
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = [
    "SUBJECT",
    "channel_table",
    "month_table",
    "total_table",
]

_SUMS = ("n_clients", "n_sessions", "n_records_ok", "n_ref_centre", "n_ref_hospital")


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
