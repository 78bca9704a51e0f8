"""Figures of the whole school (X06, S00, S06). Article 10. They never judge a college."""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import enrolled, tally, tally_colleges
from evalkit.evidence.engine import lazy
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.posts import clean_staff, members
from evalkit.evidence.source import Frame, Source

__all__ = ["SUBJECT", "training_plan_table"]


def training_plan_table(source: Source) -> Frame:
    """List the centre's trainings and supervisions.

    Returns
    -------
    frame
        The keys without college_code, plan_id, planned_month, title, kind, audience, expert,
        n_invited, held, held_on.
    """
    columns = (
        "plan_id",
        "planned_month",
        "title",
        "kind",
        "audience",
        "expert",
        "n_invited",
        "held",
        "held_on",
    )
    return source.table("training_plan").select(*source.years, *columns)


def _planned(source: Source) -> Frame:
    """Count the centre's events; none in a year in which it handed in an empty plan."""
    years = source.years
    supervised = (nw.col("kind") == "督导") & nw.col("held")
    counted = tally(
        source.table("training_plan"),
        years,
        {"n_plan_events": nw.lit(True), "n_supervision_held": supervised},
    )
    there = source.colleges("training_plan").select(*years).unique()
    filled = there.join(counted, on=years, how="left")
    return filled.with_columns(nw.col("n_plan_events", "n_supervision_held").fill_null(0))


def _people(source: Source) -> Frame:
    """Add up students and full-time staff; a sum is missing where a college's number is."""
    keys, years = list(source.keys), source.years
    staff = members(source, clean_staff(source))
    full_time = {"n_fulltime": nw.col("full_time") == 1}
    staffed = tally_colleges(source, staff, ("staff",), full_time)
    everyone = source.everyone
    known = everyone.join(enrolled(source), on=keys, how="left").join(staffed, on=keys, how="left")
    return tally(known, years, {}, ["n_students", "n_fulltime"])


def _count(source: Source) -> Frame:
    years = source.years
    every = lazy(source.handed_in).select(*years).unique()
    planned, people = _planned(source), _people(source)
    return every.join(planned, on=years, how="left").join(people, on=years, how="left")


SUBJECT = Subject(
    "school",
    "校心理中心",
    (
        Metric(
            "centre_plan",
            "校心理中心安排的培训与督导",
            "次",
            "n_plan_events",
            {"training_plan": ("plan_id",)},
            "第十条：校心理中心制定二级站队伍培训规划",
            level="school",
        ),
        Metric(
            "centre_supervision",
            "校心理中心举办的督导",
            "次",
            "n_supervision_held",
            {"training_plan": ("kind", "held")},
            "第十条：定期邀请校内外专家进行督导",
            level="school",
        ),
        Metric(
            "students_per_fulltime",
            "全校每名站内专职辅导员对应的学生数",
            "人/人",
            "n_students",
            {"base_info": ("n_students",), "staff": ("name", "role", "from_date", "to_date")},
            "附件1 1.2①：人员配备",
            "n_fulltime",
            direction="none",
            level="school",
        ),
    ),
    _count,
)
