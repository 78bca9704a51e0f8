"""What students do for students (朋辈辅导, S18, S09). Criterion 2.5.③."""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.calendar import FIRST, SECOND
from evalkit.evidence.counting import tally_colleges, together
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.roster import of_roster
from evalkit.evidence.source import Frame, Source

__all__ = ["SUBJECT"]


def _count(source: Source) -> Frame:
    rows = source.of_year("peer_work", "date").with_columns(
        n_peer_attend=nw.col("n_attend"), n_peers_used=nw.col("n_peers")
    )
    semester = nw.col("semester")
    held = {
        "n_peer_activities_s1": semester == FIRST,
        "n_peer_activities_s2": semester == SECOND,
    }
    roster = {"n_roster": nw.col("in_year") == 1}
    return together(
        source,
        tally_colleges(source, rows, ["peer_work"], held, ["n_peer_attend", "n_peers_used"]),
        tally_colleges(source, of_roster(source), ["peer_roster"], roster),
    )


_CLAUSE = "附件1 2.5③：有效管理和运用学生心理工作者队伍，开展大学生朋辈辅导工作"

SUBJECT = Subject(
    "peer_work",
    "朋辈辅导",
    (
        Metric(
            "peer_activities_s1",
            "第一学期朋辈活动",
            "次",
            "n_peer_activities_s1",
            {"peer_work": ("date",)},
            _CLAUSE,
        ),
        Metric(
            "peer_activities_s2",
            "第二学期朋辈活动",
            "次",
            "n_peer_activities_s2",
            {"peer_work": ("date",)},
            _CLAUSE,
        ),
        Metric(
            "peer_attendance",
            "朋辈活动参与人次",
            "人次",
            "n_peer_attend",
            {"peer_work": ("date", "n_attend")},
            _CLAUSE,
            direction="none",
        ),
        Metric(
            "peers_active",
            "每名骨干参与组织次数",
            "次/人",
            "n_peers_used",
            {"peer_work": ("date", "n_peers"), "peer_roster": ("from_date", "to_date")},
            _CLAUSE,
            "n_roster",
            direction="none",
        ),
    ),
    _count,
)
