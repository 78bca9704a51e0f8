"""Rooms (S04). Criterion 1.2.②: one that is separate and for this work alone; no area is set."""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import enrolled, tally_colleges, together
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = ["SUBJECT"]


def _count(source: Source) -> Frame:
    rooms = tally_colleges(
        source,
        source.table("facilities"),
        ("facilities",),
        {"n_dedicated_rooms": nw.col("dedicated")},
        ["area_m2"],
    )
    return together(source, rooms, enrolled(source))


SUBJECT = Subject(
    "facilities",
    "场地设施",
    (
        Metric(
            "dedicated_rooms",
            "独立专用场地",
            "间",
            "n_dedicated_rooms",
            {"facilities": ("dedicated",)},
            "附件1 1.2②：有相对独立和专用的场地设施",
        ),
        Metric(
            "area_per_1000",
            "每千名学生的场地面积",
            "㎡/千人",
            "area_m2",
            {"facilities": ("area_m2",), "base_info": ("n_students",)},
            "附件1 1.2②：有相对独立和专用的场地设施",
            "n_students",
            times=1000,
            direction="none",
        ),
    ),
    _count,
    decimals=("area_m2",),
)
