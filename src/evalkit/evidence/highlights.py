"""What a college itself is proud of (S22). Criterion 3.1.①: for people to judge, never counted."""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import tally_colleges
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = ["SUBJECT"]


def _count(source: Source) -> Frame:
    rows = source.table("highlights")
    every = {"n_highlights": nw.lit(True)}
    return tally_colleges(source, rows, ("highlights",), every, ["n_benefit", "n_media"])


def _shown(name: str, title: str, unit: str, part: str, column: str) -> Metric:
    source = "附件1 3.1①：工作有创新、有特色、有亮点"
    return Metric(name, title, unit, part, {"highlights": (column,)}, source, direction="none")


SUBJECT = Subject(
    "highlights",
    "特色亮点",
    (
        _shown("highlights", "自报特色亮点", "项", "n_highlights", "title"),
        _shown("benefit", "特色工作受益人次", "人次", "n_benefit", "n_benefit"),
        _shown("media", "校级以上报道", "篇", "n_media", "n_media"),
    ),
    _count,
)
