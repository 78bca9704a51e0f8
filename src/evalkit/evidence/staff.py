"""Staff and their training (S06, S07, S00, S23). Criteria 1.2.①, 1.3.①; articles 4, 9, 10."""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.counting import (
    enrolled,
    flag,
    spelled,
    tally,
    tally_colleges,
    together,
    zeros,
)
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.posts import clean_staff, members, station_heads
from evalkit.evidence.source import Frame, Source

__all__ = ["SUBJECT", "head_table", "september_forms"]


def _head_trainings(source: Source, heads: Frame) -> Frame:
    """Count the professional trainings of each head (article 10, Q8).

    By academic year, those of the year. By calendar year, those of the calendar year that ends
    within the academic year, as far as the ledgers of the source reach back.
    """
    keys = list(source.keys)
    if source.terms.training_year == "academic_year":
        rows = source.of_year("staff_training", "start").select(*keys, "name", "kind")
        on = keys
    else:
        on = [key for key in keys if key != "academic_year"]
        rows = source.table("staff_training").select(*on, "name", "kind", "start")
    professional = rows.filter(nw.col("kind") == "专业培训").with_columns(name=spelled("name"))
    own = heads.select(*keys, "name", "first_day").join(professional, on=[*on, "name"], how="inner")
    if source.terms.training_year == "calendar_year":
        own = own.filter(nw.col("start").dt.year() == nw.col("first_day").dt.year())
    return own.group_by(*keys).agg(nw.len().alias("n_head_trainings"))


def head_table(source: Source) -> Frame:
    """Describe each station's head at the end of the year.

    Returns
    -------
    frame
        The keys, name, months_in_post (whole months up to the year's last day; missing if the date
        of appointment is), n_trainings (professional trainings, see Q8), form_in_september (1 or
        0; missing if no dated form was handed in). Colleges without a head at the end of the year,
        or without its name, have no row.
    """
    keys = list(source.keys)
    since, last = nw.col("from_date").dt, nw.col("last_day").dt
    months = (last.year() - since.year()) * 12 + last.month() - since.month()
    begun_on_first = flag(since.day() <= 1)
    heads = station_heads(source, clean_staff(source)).filter(
        nw.col("lasting") == nw.col("last_day")
    )
    described = heads.with_columns(months_in_post=months + begun_on_first)
    trained = described.join(_head_trainings(source, heads), on=keys, how="left")
    return (
        trained.join(september_forms(source), on=keys, how="left")
        .with_columns(n_trainings=nw.col("n_head_trainings").fill_null(0).cast(nw.Int64))
        .select(*keys, "name", "months_in_post", "n_trainings", "form_in_september")
    )


def september_forms(source: Source) -> Frame:
    """Say whether a head's form was submitted in the September that begins the year (article 9).

    Returns
    -------
    frame
        The keys and form_in_september (1 or 0); only colleges with a dated form.
    """
    day = nw.col("submitted_on")
    rows = source.dated("head_form").filter(~day.is_null())
    year = day.dt.year() == nw.col("first_day").dt.year()
    flagged = rows.with_columns(form_in_september=flag(year & (day.dt.month() == 9)))
    return flagged.group_by(*source.keys).agg(nw.col("form_in_september").max())


def _trained(source: Source, staff: Frame) -> Frame:
    names = staff.filter(~nw.col("name").is_null()).select(*source.keys, "name")
    rows = source.of_year("staff_training", "start").select(*source.keys, "name", "hours")
    own = rows.with_columns(name=spelled("name")).join(names, on=[*source.keys, "name"], how="semi")
    by_person = tally(own, [*source.keys, "name"], {}, ["hours"])
    everyone = {"n_trained": nw.lit(True)}
    return tally_colleges(source, by_person, ("staff_training", "staff"), everyone, ["hours"])


def _supervised(source: Source) -> Frame:
    """Count supervision events: several people at one are one."""
    rows = source.of_year("staff_training", "start").filter(nw.col("kind") == "督导")
    events = rows.select(*source.keys, "title", "start").unique()
    counted = events.group_by(*source.keys).agg(nw.len().alias("n_supervisions"))
    return zeros(source, counted, ("staff_training",), ("n_supervisions",))


def _count(source: Source) -> Frame:
    keys = list(source.keys)
    rows = clean_staff(source)
    staff, heads = members(source, rows), station_heads(source, rows)
    counted = tally_colleges(
        source,
        staff,
        ("staff",),
        {
            "n_staff": nw.lit(True),
            "n_dedicated": nw.col("dedicated") == 1,
            "n_counsellors": nw.col("counsellor") == 1,
            "n_qualified": nw.col("qualified") == 1,
        },
    )
    suited = nw.when(nw.col("suited") == 1).then(nw.lit(1))
    known = suited.otherwise(nw.when(nw.col("unsuited") == 1).then(nw.lit(0)))
    named = heads.select(*keys, "name").join(staff, on=[*keys, "name"], how="inner")
    described = named.select(*keys, head_background=known, head_is_counsellor="is_counsellor")
    trainings = _head_trainings(source, heads)
    return together(
        source,
        enrolled(source),
        counted,
        _trained(source, staff),
        zeros(source, trainings, ("staff_training", "staff"), ("n_head_trainings",)),
        _supervised(source),
        described,
    )


_STAFF = {"staff": ("name", "role", "from_date", "to_date")}
_QUALIFIED = {"staff": ("name", "role", "background", "certificate", "from_date", "to_date")}
_HEAD = {"staff": ("name", "role", "background", "years", "from_date", "to_date")}
_TRAINED = "附件1 1.3①：培训到位"

SUBJECT = Subject(
    "staff",
    "站内人员",
    (
        Metric(
            "dedicated_staff",
            "负责心理工作的人员",
            "人",
            "n_dedicated",
            _STAFF,
            "附件1 1.2①：有专门负责心理健康教育工作的人员",
        ),
        Metric(
            "students_per_counsellor",
            "每名兼职心理咨询师或持证人员对应的学生数",
            "人/人",
            "n_students",
            {"base_info": ("n_students",), "staff": (*_STAFF["staff"], "certificate")},
            "附件1 1.2①：人员配备",
            "n_counsellors",
            direction="none",
        ),
        Metric(
            "qualified_staff",
            "有相关专业背景或持证的人员占比",
            "%",
            "n_qualified",
            _QUALIFIED,
            "附件1 1.3①：拥有相关专业背景或持心理培训相关证书的人员",
            "n_staff",
            times=100,
        ),
        Metric(
            "trained_staff",
            "参加过培训的人员占比",
            "%",
            "n_trained",
            _STAFF | {"staff_training": ("name", "start")},
            _TRAINED,
            "n_staff",
            times=100,
        ),
        Metric(
            "training_hours",
            "人均培训学时",
            "学时/人",
            "hours",
            _STAFF | {"staff_training": ("name", "start", "hours")},
            _TRAINED,
            "n_staff",
        ),
        Metric(
            "head_trainings",
            "站长参加专业培训",
            "次",
            "n_head_trainings",
            _STAFF | {"staff_training": ("name", "kind", "start")},
            "第十条：二级站长每年至少要参加一次专业培训",
        ),
        Metric(
            "supervision",
            "接受督导",
            "次",
            "n_supervisions",
            {"staff_training": ("title", "kind", "start")},
            "第四条（三）：接受校心理中心的指导和督导",
        ),
        Metric(
            "head_background",
            "站长有相关学科背景或工作经历",
            "是/否",
            "head_background",
            _HEAD,
            "第九条：具有心理学、教育学、医学等相关学科背景或具有心理健康教育工作经历",
        ),
        Metric(
            "head_is_counsellor",
            "站长是兼职心理咨询师",
            "是/否",
            "head_is_counsellor",
            _STAFF,
            "第九条：担任兼职心理咨询师的教师优先考虑",
            direction="none",
        ),
    ),
    _count,
    decimals=("hours",),
)
