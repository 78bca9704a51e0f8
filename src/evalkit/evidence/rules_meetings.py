"""Rules in force and meetings (S03). Criteria 1.1.① and 1.1.③."""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.calendar import FIRST, SECOND
from evalkit.evidence.counting import tally_colleges, zeros
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = ["RULE_TYPES", "SUBJECT", "rule_type_table"]

RULE_TYPES = ("保密", "档案交接", "危机干预", "职责分工", "心理委员管理", "谈心值班")
"""The rules that a station is expected to have (1.1.①)."""

RULE, LEADERS, SEMINAR = "制度文件", "党政联席会/总支会", "工作研讨"


def _in_force(source: Source) -> Frame:
    """List the types of rules that were issued by the end of the year, each once a college."""
    # A date that cannot be read does not take a rule out of force.
    issued = nw.col("date").is_null() | (nw.col("date") <= nw.col("last_day"))
    kinds = (nw.col("kind") == RULE) & nw.col("rule_type").is_in(RULE_TYPES)
    rules = source.dated("rules_meetings").filter(kinds & issued)
    return rules.select(*source.keys, "rule_type").unique()


def rule_type_table(source: Source) -> Frame:
    """Say for each college and expected type of rule whether it is in force.

    Returns
    -------
    frame
        The keys, place (from 1, in the order of `RULE_TYPES`), rule_type, present (1 or 0); only
        colleges that handed the sheet in.
    """
    colleges = source.colleges("rules_meetings")
    expected = [
        colleges.with_columns(place=nw.lit(place), rule_type=nw.lit(rule_type))
        for place, rule_type in enumerate(RULE_TYPES, 1)
    ]
    found = _in_force(source).with_columns(present=nw.lit(1))
    grid = nw.concat(expected).join(found, on=[*source.keys, "rule_type"], how="left")
    return grid.with_columns(nw.col("present").fill_null(0).cast(nw.Int64))


def _count(source: Source) -> Frame:
    kind, semester = nw.col("kind"), nw.col("semester")
    sheet = ("rules_meetings",)
    held = tally_colleges(
        source,
        source.of_year("rules_meetings", "date"),
        sheet,
        {
            "n_leader_meetings_s1": (kind == LEADERS) & (semester == FIRST),
            "n_leader_meetings_s2": (kind == LEADERS) & (semester == SECOND),
            "n_seminars_s1": (kind == SEMINAR) & (semester == FIRST),
            "n_seminars_s2": (kind == SEMINAR) & (semester == SECOND),
        },
    )
    rules = _in_force(source).group_by(*source.keys).agg(nw.len().alias("n_rule_types"))
    full = held.join(
        zeros(source, rules, sheet, ("n_rule_types",)), on=list(source.keys), how="left"
    )
    return full.with_columns(n_rule_types_expected=nw.lit(len(RULE_TYPES)))


def _meetings(name: str, title: str, source: str) -> tuple[Metric, Metric]:
    needs = {"rules_meetings": ("kind", "date")}
    return (
        Metric(f"{name}_s1", f"第一学期{title}", "次", f"n_{name}_s1", needs, source),
        Metric(f"{name}_s2", f"第二学期{title}", "次", f"n_{name}_s2", needs, source),
    )


SUBJECT = Subject(
    "rules_meetings",
    "制度与会议",
    (
        *_meetings("leader_meetings", "研究心理工作的学院会议", "附件1 1.1①：学院领导重视"),
        Metric(
            "rule_types",
            "制度完备率",
            "%",
            "n_rule_types",
            {"rules_meetings": ("kind", "date", "rule_type")},
            "附件1 1.1①：机制健全、制度完备",
            "n_rule_types_expected",
            times=100,
        ),
        *_meetings("seminars", "工作研讨", "附件1 1.1③：定期组织各种形式的工作研讨"),
    ),
    _count,
)
