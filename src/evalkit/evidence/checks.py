"""Rounds of looking for students at risk (摸底排查, S12). Criterion 2.4.①."""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import tally_colleges
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = ["SUBJECT"]

_COUNTS = ("n_checked", "n_check_required")


def _count(source: Source) -> Frame:
    rows = source.table("checks").with_columns(n_check_required=nw.col("n_required"))
    return tally_colleges(source, rows, ["checks"], {}, _COUNTS)


SUBJECT = Subject(
    "checks",
    "摸底排查",
    (
        Metric(
            "checks_complete",
            "排查完成率",
            "%",
            "n_checked",
            {"checks": ("n_checked", "n_required")},
            "附件1 2.4①：按要求开展普测与摸底排查",
            "n_check_required",
            times=100,
        ),
    ),
    _count,
)
