"""What is on record about the stations' heads, for the panel to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from evalkit.assessment import fields
from evalkit.panel import HeadCandidate
from evalkit.privacy import Field

if TYPE_CHECKING:
    from evalkit.assessment.figures import YearFigures

__all__ = ["HEAD_COLUMNS", "head_candidates"]

HEAD_COLUMNS = (
    Field("suggested", "建议"),
    Field("name", "站长"),
    fields.COLLEGE,
    Field("station_rank", "名次", kind="count"),
    Field("station_score", "得分", "分", "score"),
    Field("months_in_post", "任职", "月", "count"),
    Field("form_in_september", "九月登记", kind="flag"),
    Field("n_trainings", "专业培训", "次", "count"),
    Field("n_awards", "获奖", "项", "count"),
    Field("n_research", "科研", "项", "count"),
    Field("n_positive_log", "日志正面", "条", "count"),
    Field("n_negative_log", "日志负面", "条", "count"),
    Field("marks", "提请注意"),
)


def head_candidates(figures: YearFigures) -> list[HeadCandidate]:
    """Return each station's head at the end of the year with what the ledgers and the log say."""
    log = figures.table("daily_log")
    return [
        HeadCandidate(
            college=row["college_code"],
            name=row["name"],
            months_in_post=_whole(row["months_in_post"]),
            form_in_september=None
            if pd.isna(row["form_in_september"])
            else bool(row["form_in_september"]),
            n_trainings=_whole(row["n_trainings"]),
            n_awards=_whole(row["n_awards"]),
            n_research=_whole(row["n_research"]),
            n_positive_log=_entries(log, row["college_code"], "正面"),
            n_negative_log=_entries(log, row["college_code"], "负面"),
        )
        for row in figures.heads.to_dict("records")
    ]


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(str(value))


def _entries(log: pd.DataFrame, college: str, polarity: str) -> int | None:
    """Count a college's entries of a kind; a college of which nothing was noted has no number."""
    own = log[log["college_code"] == college]
    return int((own["polarity"] == polarity).sum()) if len(own) else None
