"""What the centre asked for and got (X01). Criterion 2.1.①; never from a college's own words."""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import tally_colleges
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = ["IN_TIME", "LATE", "SUBJECT", "UNDONE", "task_table"]

IN_TIME, LATE, UNDONE = "按时完成", "迟交", "未完成"


def task_table(source: Source) -> Frame:
    """List the centre's tasks for each college.

    Returns
    -------
    frame
        The keys, task_id, title, issued, due, status, submitted_on, quality.
    """
    columns = ("task_id", "title", "issued", "due", "status", "submitted_on", "quality")
    return source.table("centre_tasks").select(*source.keys, *columns)


def _count(source: Source) -> Frame:
    status = nw.col("status")
    return tally_colleges(
        source,
        source.table("centre_tasks"),
        ("centre_tasks",),
        {
            # 不适用 is asked of nobody; without a status nobody can tell.
            "n_tasks": status.is_in((IN_TIME, LATE, UNDONE)),
            "n_tasks_done": status.is_in((IN_TIME, LATE)),
            "n_tasks_on_time": status == IN_TIME,
        },
    )


def _share(name: str, title: str, part: str, source: str) -> Metric:
    needs = {"centre_tasks": ("college_code", "status")}
    return Metric(name, title, "%", part, needs, source, "n_tasks", times=100)


SUBJECT = Subject(
    "tasks",
    "常规工作",
    (
        _share("tasks_done", "任务完成率", "n_tasks_done", "附件1 2.1①：完成各项常规工作"),
        _share(
            "tasks_on_time",
            "任务按时完成率",
            "n_tasks_on_time",
            "附件1 2.1①：按要求参与心理中心组织的各项活动",
        ),
    ),
    _count,
)
