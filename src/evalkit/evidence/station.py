"""How a station is run (S00, S06, S21, S23). Criterion 1.1.②; articles 3, 4(八) and 9.

Exactly one head is to be in post on every day of the year. Without a date of appointment a head is
taken to have been there before it, without a last day to be there still.
"""

from __future__ import annotations

from datetime import timedelta

import narwhals as nw

from evalkit.evidence.counting import day_number, flag, spelled, tally_colleges, together
from evalkit.evidence.engine import lazy
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.posts import HEAD, clean_staff, members
from evalkit.evidence.source import Frame, Source
from evalkit.evidence.staff import september_forms

__all__ = ["SUBJECT"]

_DAYS = ("n_head_gap_days", "n_head_overlap_days")


def _days_with_heads(source: Source, staff: Frame) -> Frame:
    """Count the year's days without a head and those with more than one.

    Each beginning adds one head and each day after a last one takes one off; between two such days
    nothing changes. The year itself begins and ends with no change.
    """
    keys = list(source.keys)
    first, last = nw.col("first_day"), nw.col("last_day")
    begun, left = nw.col("from_date"), nw.col("to_date")
    clipped = staff.filter(nw.col("role") == HEAD).select(
        *keys,
        begun=nw.when(begun > first).then(begun).otherwise(first),
        left=nw.when(left < last).then(left).otherwise(last),
    )
    heads = clipped.filter(nw.col("begun") <= nw.col("left"))
    years = source.colleges("staff").join(lazy(source.calendar), on=source.years, how="inner")

    def changes(rows: Frame, day: nw.Expr, change: int) -> Frame:
        return rows.select(*keys, day=day.cast(nw.Int64), change=nw.lit(change).cast(nw.Int64))

    days = (
        nw.concat(
            [
                changes(years, day_number("first_day"), 0),
                changes(years, day_number("last_day") + 1, 0),
                changes(heads, day_number("begun"), 1),
                changes(heads, day_number("left") + 1, -1),
            ]
        )
        .group_by(*keys, "day")
        .agg(nw.col("change").sum())
    )
    others = days.rename({"day": "other_day"})
    other, change, day = nw.col("other_day"), nw.col("change"), nw.col("day")
    spans = (
        days.select(*keys, "day")
        .join(others, on=keys, how="inner")
        .with_columns(
            so_far=nw.when(other <= day).then(change).otherwise(nw.lit(0)),
            next_day=nw.when(other > day).then(other),
        )
        .group_by(*keys, "day")
        .agg(nw.col("so_far").sum(), nw.col("next_day").min())
        .filter(~nw.col("next_day").is_null())
        .with_columns(length=nw.col("next_day") - day)
    )
    n_heads, length = nw.col("so_far"), nw.col("length")
    return (
        spans.with_columns(
            n_head_gap_days=nw.when(n_heads == 0).then(length).otherwise(nw.lit(0)),
            n_head_overlap_days=nw.when(n_heads > 1).then(length).otherwise(nw.lit(0)),
        )
        .group_by(*keys)
        .agg(nw.col(*_DAYS).sum())
    )


def _archivists(source: Source) -> Frame:
    """Return the keys and name of each college's archivist (S00), where it is given."""
    named = source.table("base_info").select(*source.keys, name=spelled("archivist_name"))
    return named.filter(~nw.col("name").is_null()).unique()


def _archivist_on_staff(source: Source, persons: Frame) -> Frame:
    keys = list(source.keys)
    names = persons.filter(~nw.col("name").is_null()).select(*keys, "name", found=nw.lit(1))
    held = _archivists(source).join(names, on=[*keys, "name"], how="left")
    held = held.with_columns(n_archivist_on_staff=flag(nw.col("found") == 1))
    there = held.group_by(*keys).agg(nw.col("n_archivist_on_staff").max())
    return there.join(source.colleges("staff"), on=keys, how="semi")


def _copies(source: Source) -> Frame:
    centre, college = nw.col("n_copies_centre"), nw.col("n_copies_college")
    rows = source.table("head_form").filter(~centre.is_null() & ~college.is_null())
    flagged = rows.with_columns(head_form_copies=flag((centre >= 1) & (college >= 1)))
    return flagged.group_by(*source.keys).agg(nw.col("head_form_copies").max())


def _new_heads(source: Source, staff: Frame) -> Frame:
    """Return the keys and name of each head who took over within the year.

    Whoever began on its first day did only if another one is listed who was there until then; a
    second term of the same head is no change.
    """
    keys = list(source.keys)
    first, last, begun = nw.col("first_day"), nw.col("last_day"), nw.col("from_date")
    heads = staff.filter(nw.col("role") == HEAD)
    began = heads.filter((begun >= first) & (begun <= last)).select(
        *keys, "name", "from_date", "first_day"
    )
    until = nw.col("to_date") + nw.lit(timedelta(days=1))
    lately = heads.filter(nw.col("to_date").is_null() | (until >= first)).select(
        *keys, other_name="name", other_begun="from_date"
    )
    name, other, other_begun = nw.col("name"), nw.col("other_name"), nw.col("other_begun")
    earlier = other_begun.is_null() | (other_begun < begun)
    return (
        began.join(lately, on=keys, how="left")
        .with_columns(
            same=flag(earlier & (other == name)),
            another=flag(earlier & (other.is_null() | name.is_null() | (other != name))),
        )
        .group_by(*keys, "name", "from_date", "first_day")
        .agg(nw.col("same", "another").max())
        .filter((nw.col("another") == 1) | ((nw.col("same") == 0) & (begun > first)))
        .select(*keys, "name")
    )


def _new_archivists(source: Source, staff: Frame) -> Frame:
    """Return the keys and name of each archivist whose first row in S06 began within the year.

    On its first day the year before may have seen the change.
    """
    keys = list(source.keys)
    first, last, begun = nw.col("first_day"), nw.col("last_day"), nw.col("from_date")
    since = (
        staff.with_columns(undated=flag(begun.is_null()))
        .group_by(*keys, "name", "first_day", "last_day")
        .agg(nw.col("from_date").min(), nw.col("undated").max())
    )
    late = (nw.col("undated") == 0) & (begun > first) & (begun <= last)
    known = _archivists(source).join(since, on=[*keys, "name"], how="inner")
    return known.filter(late).select(*keys, "name")


def _handovers(source: Source, staff: Frame) -> Frame:
    keys = list(source.keys)
    kind, to_person = nw.col("kind"), nw.col("to_person")
    witnessed = nw.col("signed") & ~nw.col("witness").is_null() & ~to_person.is_null()
    recorded = (
        source.table("confidentiality")
        .filter((kind == "换岗交接") & witnessed)
        .select(*keys, name=spelled("to_person"), recorded=nw.lit(1))
        .unique()
    )
    heads = _new_heads(source, staff)
    keepers = _new_archivists(source, staff).join(heads, on=[*keys, "name"], how="anti")
    changes = nw.concat([heads, keepers]).join(recorded, on=[*keys, "name"], how="left")
    return tally_colleges(
        source,
        changes,
        ("staff", "base_info", "confidentiality"),
        {"n_role_changes": nw.lit(True), "n_handovers_recorded": nw.col("recorded") == 1},
    )


def _pledged(source: Source, persons: Frame) -> Frame:
    keys = list(source.keys)
    kind = nw.col("kind")
    own = (kind == "保密承诺书") & nw.col("signed") & ~nw.col("person").is_null()
    pledges = source.table("confidentiality").filter(own)
    names = pledges.select(*keys, name=spelled("person"), signed=nw.lit(1)).unique()
    held = persons.select(*keys, "name").join(names, on=[*keys, "name"], how="left")
    named = nw.col("signed") == 1
    return tally_colleges(source, held, ("confidentiality", "staff"), {"n_pledged": named})


def _count(source: Source) -> Frame:
    staff = clean_staff(source)
    persons = members(source, staff)
    return together(
        source,
        _days_with_heads(source, staff),
        _archivist_on_staff(source, persons),
        september_forms(source).rename({"form_in_september": "head_form_in_september"}),
        _copies(source),
        _handovers(source, staff),
        tally_colleges(source, persons, ("staff",), {"n_staff": nw.lit(True)}),
        _pledged(source, persons),
    )


_ARTICLE_9 = "第九条：一式两份，一份于每学年九月份报送校心理中心，另一份学院自行存档"
_IN_POST = {"staff": ("role", "from_date", "to_date")}

SUBJECT = Subject(
    "station",
    "专人管理",
    (
        Metric(
            "head_gap_days",
            "没有站长在任的天数",
            "天",
            "n_head_gap_days",
            _IN_POST,
            "第三条：二级站设站长 1 人；附件1 1.1②",
            direction="lower",
        ),
        Metric(
            "head_overlap_days",
            "多位站长同时在任的天数",
            "天",
            "n_head_overlap_days",
            _IN_POST,
            "第三条：二级站设站长 1 人；附件1 1.1②",
            direction="lower",
        ),
        Metric(
            "archivist_on_staff",
            "档案专管人是站内人员",
            "是/否",
            "n_archivist_on_staff",
            {"base_info": ("archivist_name",), "staff": ("name", "role", "from_date", "to_date")},
            "第四条（八）：实行专人管理、专人负责；附件1 1.1②",
        ),
        Metric(
            "head_form_in_september",
            "站长登记表在九月报送",
            "是/否",
            "head_form_in_september",
            {"head_form": ("submitted_on",)},
            _ARTICLE_9,
        ),
        Metric(
            "head_form_copies",
            "站长登记表一式两份",
            "是/否",
            "head_form_copies",
            {"head_form": ("n_copies_centre", "n_copies_college")},
            _ARTICLE_9,
        ),
        Metric(
            "handovers_recorded",
            "换岗交接有记录的比例",
            "%",
            "n_handovers_recorded",
            {
                "staff": ("name", "role", "from_date"),
                "base_info": ("archivist_name",),
                "confidentiality": ("kind", "to_person", "witness", "signed"),
            },
            "第四条（八）：换岗时工作交接流程；附件1 1.1②",
            "n_role_changes",
            times=100,
        ),
        Metric(
            "pledges",
            "保密承诺书签订率",
            "%",
            "n_pledged",
            {
                "staff": ("name", "role", "from_date", "to_date"),
                "confidentiality": ("kind", "person", "signed"),
            },
            "第四条（八）：建立和健全保密制度",
            "n_staff",
            times=100,
        ),
    ),
    _count,
)
