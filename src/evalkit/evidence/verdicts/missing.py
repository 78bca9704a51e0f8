"""What is not there, by name: so that a college knows what to do, and a panel what to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from evalkit.evidence import (
    activities,
    monthly_reports,
    peer_training,
    peers,
    rules_meetings,
    tasks,
)
from evalkit.evidence.source import Frame, Source
from evalkit.evidence.verdicts.model import Names

__all__ = ["find_exempt", "find_missing"]


@dataclass(frozen=True, slots=True)
class _List:
    """A list of names: of which metric, what they are, and the rows and columns that give them."""

    metric: str
    title: str
    rows: Callable[[Source], Frame]
    columns: tuple[str, ...]


def _status(table: Callable[[Source], Frame], *wanted: str) -> Callable[[Source], Frame]:
    return lambda source: table(source).filter(nw.col("status").is_in(wanted))


def _absent_rules(source: Source) -> Frame:
    return rules_meetings.rule_type_table(source).filter(nw.col("present") == 0)


def _unreached(source: Source) -> Frame:
    return activities.audience_table(source).filter(nw.col("n_activities") == 0)


_timeliness, _cells, _tasks = (
    monthly_reports.timeliness_table,
    peer_training.cell_table,
    tasks.task_table,
)
_LISTS = (
    _List("rule_types", "缺少的制度类型", _absent_rules, ("place", "rule_type")),
    _List("tasks_done", "未完成的任务", _status(_tasks, "未完成"), ("task_id", "title")),
    _List("tasks_on_time", "迟交的任务", _status(_tasks, "迟交"), ("task_id", "title")),
    _List("audiences", "没有开展活动的人群", _unreached, ("audience",)),
    _List("monthly_received", "没有报送的月份", _status(_timeliness, "missing"), ("month",)),
    _List("monthly_on_time", "迟报的月份", _status(_timeliness, "late"), ("month",)),
    _List(
        "committee_coverage",
        "没有心理委员的班级",
        peers.uncovered_classes,
        ("grade", "class_name"),
    ),
    _List(
        "training_cells",
        "没有培训的年级和对象",
        _status(_cells, "missing"),
        ("semester", "grade", "peer_role"),
    ),
)
_LAST_ONLY = frozenset({"rule_types", "tasks_done", "tasks_on_time", "committee_coverage"})
"""Lists whose other columns only put the names in order."""


_EXEMPT = (
    _List(
        "training_cells",
        "免训（该年级第二学期不在校）",
        _status(_cells, "exempt"),
        ("semester", "grade", "peer_role"),
    ),
)


def find_missing(source: Source) -> Mapping[tuple[str, ...], Names]:
    """Return what is not there.

    Returns
    -------
    mapping
        (the source's keys, metric) → the names, in order; metrics of which nothing is missing are
        not there.
    """
    return _find(source, _LISTS)


def find_exempt(source: Source) -> Mapping[tuple[str, ...], Names]:
    """Return what need not be there, in the form of :func:`find_missing`."""
    return _find(source, _EXEMPT)


def _find(source: Source, lists: Sequence[_List]) -> dict[tuple[str, ...], Names]:
    found: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    keys = list(source.keys)
    for each in lists:
        rows = each.rows(source).select(*keys, *each.columns).collect("pyarrow")
        values: list[list[Any]] = [rows[name].to_list() for name in (*keys, *each.columns)]
        for row in zip(*values, strict=True):
            key = (*row[: len(keys)], each.metric)
            found.setdefault(key, []).append(row[len(keys) :])
    titles = {each.metric: each.title for each in lists}
    return {
        key: Names(key[-1], titles[key[-1]], _names(rows, last_only=key[-1] in _LAST_ONLY))
        for key, rows in found.items()
    }


def _names(rows: list[tuple[Any, ...]], *, last_only: bool) -> tuple[str, ...]:
    ordered = sorted(rows, key=lambda row: tuple((cell is None, cell) for cell in row))
    told = [
        str(row[-1]) if last_only else " ".join(str(cell) for cell in row if cell is not None)
        for row in ordered
        if row[-1] is not None
    ]
    return tuple(dict.fromkeys(told))
