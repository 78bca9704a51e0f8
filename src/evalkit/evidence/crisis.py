"""Crises (S17, coded) and drills (S03, S07). Criterion 2.4.④; article 4(五).

How many crises there were says nothing good or bad about a college; how soon they were reported and
whether the record is complete does. The limit stands in another document (Q10): without it no
report is in time or late. Without a crisis nothing of this applies.
"""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import day_number, tally_colleges, together, zeros
from evalkit.evidence.engine import group_median
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.rules_meetings import RULE
from evalkit.evidence.source import Frame, Source

__all__ = ["SUBJECT"]

_TOPIC = "危机"
_DAY = 24 * 60


def _minute(moment: str) -> nw.Expr:
    clock = nw.col(moment).dt
    return day_number(moment) * _DAY + clock.hour() * 60 + clock.minute()


def _events(source: Source) -> Frame:
    keys = source.keys
    minutes = _minute("reported_at") - _minute("found_at")
    rows = source.of_year("crisis", "found_at").with_columns(hours=minutes / 60)
    limit = source.terms.crisis_hours
    counted = tally_colleges(
        source,
        rows,
        ("crisis",),
        {
            "n_events": nw.lit(True),
            "n_complete": nw.col("record_complete"),
            "n_in_limit": nw.col("hours") <= (limit or 0),
            "n_untimed": nw.col("hours").is_null(),
        },
    )
    middle = group_median(rows, keys, "hours", "crisis_hours")
    none = nw.col("n_events") == 0
    known = none if limit is None else nw.col("n_untimed") == 0
    return counted.join(middle, on=list(keys), how="left").with_columns(
        n_in_limit=nw.when(known).then(nw.col("n_in_limit"))
    )


def _drills(source: Source) -> Frame:
    """Count the year's events about crises: a title and a day are one, however many were there."""
    keys = source.keys
    title, summary = nw.col("title"), nw.col("summary")
    of_meeting = title.str.contains(_TOPIC, literal=True) | summary.str.contains(
        _TOPIC, literal=True
    )
    meetings = source.of_year("rules_meetings", "date").filter(of_meeting)
    held = meetings.filter(nw.col("kind").is_null() | (nw.col("kind") != RULE))
    trainings = source.of_year("staff_training", "start").filter(
        title.str.contains(_TOPIC, literal=True)
    )
    events = nw.concat(
        [
            held.select(*keys, "title", day="date"),
            trainings.select(*keys, "title", day="start"),
        ]
    ).unique()
    counted = events.group_by(*keys).agg(nw.len().alias("n_drills"))
    return zeros(source, counted, ("rules_meetings", "staff_training"), ("n_drills",))


def _count(source: Source) -> Frame:
    return together(source, _events(source), _drills(source))


_IN_TIME = "附件1 2.4④：危机干预及时、到位；第四条（五）"

SUBJECT = Subject(
    "crisis",
    "危机干预",
    (
        Metric(
            "crisis_hours",
            "危机上报用时的中位数",
            "小时",
            "crisis_hours",
            {"crisis": ("found_at", "reported_at")},
            _IN_TIME,
            only_if="n_events",
            direction="lower",
        ),
        Metric(
            "crisis_in_limit",
            "危机按时限上报率",
            "%",
            "n_in_limit",
            {"crisis": ("found_at", "reported_at")},
            _IN_TIME,
            "n_events",
            times=100,
        ),
        Metric(
            "crisis_records",
            "危机干预记录完整率",
            "%",
            "n_complete",
            {"crisis": ("found_at", "record_complete")},
            "附件1 2.4④：动态监管机制完备",
            "n_events",
            times=100,
        ),
        Metric(
            "drills",
            "危机干预演练与培训",
            "次",
            "n_drills",
            {
                "rules_meetings": ("kind", "title", "date", "summary"),
                "staff_training": ("title", "start"),
            },
            "附件1 2.4④：熟悉心理危机干预流程",
        ),
    ),
    _count,
    decimals=("crisis_hours",),
)
