"""Activities (S08): when, in which form, for whom. Articles 4 and 5; criteria 2.2.①, 2.2.②.

An activity counts in the year and semester in which it began, by its date.
"""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.calendar import FIRST, SECOND
from evalkit.evidence.counting import enrolled, flag, tally, tally_colleges, together, zeros
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = [
    "AUDIENCES",
    "FORMS",
    "SUBJECT",
    "audience_table",
    "form_table",
    "month_table",
    "theme_table",
]

FORMS = (
    "专题讲座",
    "心理主题班会",
    "个别与团体辅导",
    "谈心谈话",
    "普查测量",
    "档案建设",
    "行为训练/团体培训",
    "学术科研",
    "其他",
)
"""The nine forms of article 5, in its order."""
AUDIENCES = (
    "新生",
    "毕业生",
    "实习生",
    "学业困难",
    "经济困难",
    "家庭变故",
    "女生",
    "学生骨干",
    "教职工",
    "家长",
)
"""The ledger's groups that something can be held for; what is for 全体 is for none of them."""


def month_table(source: Source) -> Frame:
    """Count activities and attendance by the month in which they began.

    Returns
    -------
    Frame
        The source's keys, month (``YYYY-MM``), n_activities, n_attend (person-times; missing where
        an activity of the month does not say). Months without an activity have no row.
    """
    rows = source.of_year("activities", "start")
    named = rows.with_columns(month=nw.col("start").dt.to_string("%Y-%m"))
    return tally(named, (*source.keys, "month"), {"n_activities": nw.lit(True)}, ["n_attend"])


def form_table(source: Source) -> Frame:
    """Count activities and attendance by form of work.

    Returns
    -------
    Frame
        The source's keys, form, n_activities, n_attend (person-times). Forms that were not used
        have no row.
    """
    rows = source.of_year("activities", "start").filter(~nw.col("form").is_null())
    return tally(rows, (*source.keys, "form"), {"n_activities": nw.lit(True)}, ["n_attend"])


def audience_table(source: Source) -> Frame:
    """Count activities and attendance by the group that they were for.

    Returns
    -------
    Frame
        The source's keys, audience, n_activities, n_attend (person-times): a row for each of
        `AUDIENCES` and each college that handed in the sheet. An activity for several groups counts
        for each of them.
    """
    held = {f"held_{place}": _is_for(name) for place, name in enumerate(AUDIENCES)}
    attended = {
        f"attended_{place}": nw.when(_is_for(name)).then(nw.col("n_attend")).otherwise(nw.lit(0))
        for place, name in enumerate(AUDIENCES)
    }
    rows = source.of_year("activities", "start").with_columns(**attended)
    wide = tally_colleges(source, rows, ["activities"], held, list(attended))
    return nw.concat(
        [
            wide.select(
                *source.keys,
                audience=nw.lit(name),
                n_activities=nw.col(f"held_{place}"),
                n_attend=nw.col(f"attended_{place}"),
            )
            for place, name in enumerate(AUDIENCES)
        ]
    )


def theme_table(source: Source) -> Frame:
    """Count theme activities by semester.

    Returns
    -------
    Frame
        The source's keys, semester, n_themes (those with plan and summary), n_announced (with or
        without them).
    """
    rows = source.of_year("activities", "start").filter(nw.col("is_theme"))
    return tally(
        rows,
        (*source.keys, "semester"),
        {"n_themes": _has_both_papers(), "n_announced": nw.lit(True)},
    )


def _has_both_papers() -> nw.Expr:
    return nw.col("has_plan") & nw.col("has_summary")


def _is_for(audience: str) -> nw.Expr:
    # No group's name is part of another's.
    return nw.col("audience").str.contains(audience, literal=True)


def _count(source: Source) -> Frame:
    keys = list(source.keys)
    rows = source.of_year("activities", "start")
    theme = nw.col("is_theme") & _has_both_papers()
    held = tally_colleges(
        source,
        rows,
        ["activities"],
        {
            "n_activities": nw.lit(True),
            "n_themes_s1": theme & (nw.col("semester") == FIRST),
            "n_themes_s2": theme & (nw.col("semester") == SECOND),
        },
        ["n_attend"],
    )
    used = rows.filter(nw.col("form").is_in(FORMS)).select(*keys, "form").unique()
    forms = used.group_by(*keys).agg(nw.len().alias("n_forms"))
    names = [f"group_{place}" for place in range(len(AUDIENCES))]
    groups = {name: _is_for(group) for name, group in zip(names, AUDIENCES, strict=True)}
    reached = (
        rows.select(*keys, **{name: flag(group) for name, group in groups.items()})
        .group_by(*keys)
        .agg(nw.col(*names).max())
        .select(*keys, n_audiences=nw.sum_horizontal(*names))
    )
    return together(
        source,
        held.with_columns(
            n_forms_expected=nw.lit(len(FORMS)), n_audiences_expected=nw.lit(len(AUDIENCES))
        ),
        zeros(source, forms, ["activities"], ["n_forms"]),
        zeros(source, reached, ["activities"], ["n_audiences"]),
        enrolled(source),
    )


_THEME = "附件1 2.2②：每学期至少组织开展一次主题宣教活动，有规划有总结"
_THEME_NEEDS = {"activities": ("start", "is_theme", "has_plan", "has_summary")}

SUBJECT = Subject(
    "activities",
    "宣教活动",
    (
        Metric(
            "audiences",
            "专项教育覆盖的人群",
            "%",
            "n_audiences",
            {"activities": ("start", "audience")},
            "附件1 2.2①：按需要开展针对各类人群的专项教育工作",
            "n_audiences_expected",
            times=100,
        ),
        Metric(
            "reach",
            "生均参与人次",
            "人次/生",
            "n_attend",
            {"activities": ("start", "n_attend"), "base_info": ("n_students",)},
            "附件1 2.2①：按需要开展针对各类人群的专项教育工作",
            "n_students",
            direction="none",
        ),
        Metric(
            "forms",
            "采用的工作形式",
            "%",
            "n_forms",
            {"activities": ("start", "form")},
            "第五条：九种主要形式",
            "n_forms_expected",
            times=100,
            direction="none",
        ),
        Metric("themes_s1", "第一学期主题宣教活动", "次", "n_themes_s1", _THEME_NEEDS, _THEME),
        Metric("themes_s2", "第二学期主题宣教活动", "次", "n_themes_s2", _THEME_NEEDS, _THEME),
        Metric(
            "activities",
            "活动场数",
            "场",
            "n_activities",
            {"activities": ("start",)},
            "第四条（二）：开展有特色的心理健康教育宣传普及活动",
            direction="none",
        ),
    ),
    _count,
)
