"""The year's plan and summary (S02, X01). Criterion 2.1.②; article 4(一).

Whether plan and summary came, and in time, is what the centre noted: the text asks for both and
names no day, which is the centre's to set. How much of the plan was done is
Σ points / Σ points due, two for an item that is done, one for an item that is partly done.
"""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import tally_colleges, together
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source
from evalkit.evidence.tasks import IN_TIME, LATE, UNDONE

__all__ = ["SUBJECT", "item_table"]

DONE, PARTLY, NOT_DONE = "已完成", "部分完成", "未完成"
_YEARLY = "年度(?:心理|健康|教育|工作|辅导站|二级)*"


def item_table(source: Source) -> Frame:
    """List the items of each college's plan and what became of them.

    Returns
    -------
    frame
        The keys, plan_id, semester, task, rubric_item, due_month, status, done_on, evidence_no.
    """
    columns = ("plan_id", "semester", "task", "rubric_item", "due_month", "status", "done_on")
    return source.table("plan_items").select(*source.keys, *columns, "evidence_no")


def _reported(source: Source) -> Frame:
    title, status = nw.col("title"), nw.col("status")
    asked = status.is_in((IN_TIME, LATE, UNDONE))
    received, in_time = status.is_in((IN_TIME, LATE)), status.is_in((IN_TIME,))
    plan = title.str.contains(f"{_YEARLY}(?:总结(?:和|与|及|、))?计划")
    summary = title.str.contains(f"{_YEARLY}(?:计划(?:和|与|及|、))?总结")
    return tally_colleges(
        source,
        source.table("centre_tasks"),
        ("centre_tasks",),
        {
            "n_plans_due": plan & asked,
            "n_plans_received": plan & received,
            "n_plans_in_time": plan & in_time,
            "n_summaries_due": summary & asked,
            "n_summaries_received": summary & received,
            "n_summaries_in_time": summary & in_time,
        },
    )


def _items(source: Source) -> Frame:
    status = nw.col("status")
    done = status == DONE
    counted = tally_colleges(
        source,
        source.table("plan_items"),
        ("plan_items",),
        {
            "n_items_done": done,
            "n_partly": status == PARTLY,
            "n_not_cancelled": status.is_in((DONE, PARTLY, NOT_DONE)),
            "n_items_traced": done & ~nw.col("evidence_no").is_null(),
        },
    )
    return counted.with_columns(
        n_plan_points=2 * nw.col("n_items_done") + nw.col("n_partly"),
        n_plan_points_due=2 * nw.col("n_not_cancelled"),
    )


def _count(source: Source) -> Frame:
    return together(source, _reported(source), _items(source))


_TASKS = {"centre_tasks": ("college_code", "title", "status")}


def _paper(name: str, title: str, part: str) -> Metric:
    if part.startswith("n_plans"):
        whole, source = "n_plans_due", "附件1 2.1②：每学年初制定工作计划；第四条（一）"
    else:
        whole, source = "n_summaries_due", "附件1 2.1②：学年末进行工作总结；第四条（一）"
    return Metric(name, title, "%", part, _TASKS, source, whole, times=100)


SUBJECT = Subject(
    "plans",
    "计划与总结",
    (
        _paper("plan_received", "报送年度计划", "n_plans_received"),
        _paper("summary_received", "报送年度总结", "n_summaries_received"),
        _paper("plan_in_time", "年度计划按时报送", "n_plans_in_time"),
        _paper("summary_in_time", "年度总结按时报送", "n_summaries_in_time"),
        Metric(
            "plan_completion",
            "计划完成率",
            "%",
            "n_plan_points",
            {"plan_items": ("status",)},
            "附件1 2.1②：学年末对照检查完成情况",
            "n_plan_points_due",
            times=100,
        ),
        Metric(
            "plan_traceable",
            "已完成任务的佐证率",
            "%",
            "n_items_traced",
            {"plan_items": ("status", "evidence_no")},
            "附件1 2.1②：学年末对照检查完成情况",
            "n_items_done",
            times=100,
        ),
    ),
    _count,
)
