"""The roster of peers (S09) against the classes and dorms (S01): who covers what, and when.

A class or dorm is covered by whoever holds the post; without a date of beginning or end the post
was held before or is held still.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import narwhals as nw

from evalkit.evidence.counting import flag, tally, tally_colleges, zeros
from evalkit.evidence.engine import lazy
from evalkit.evidence.source import Frame, Source

__all__ = [
    "COMMITTEE",
    "CORE",
    "IN_YEAR",
    "OBSERVER",
    "ROLES",
    "classes",
    "count_covered",
    "in_post",
    "of_roster",
]

COMMITTEE, OBSERVER, CORE = "心理委员", "宿舍心理观察员", "院级心理组织骨干"
ROLES = (COMMITTEE, OBSERVER)
IN_YEAR = {"": "in_year"}
_COLUMNS = ("peer_id", "peer_role", "class_name", "dorm", "selection", "appraisal")


def classes(source: Source) -> Frame:
    """Return each class of S01 once: the keys, class_name, grade, n_dorms."""
    return (
        source.table("class_base")
        .drop_nulls("class_name")
        .group_by(*source.keys, "class_name")
        .agg(nw.col("grade", "n_dorms").max())
    )


def of_roster(source: Source) -> Frame:
    """Return the people of S09 with their time in post and the days that matter.

    Returns
    -------
    Frame
        The keys, peer_id, peer_role, class_name, dorm, selection, appraisal; first_day and last_day
        of the year, autumn (30 October), spring (30 April), deadline of the selection; since and
        until (in post, within the year; of others since is after until), in_year (1 or 0).
    """
    days = lazy(source.calendar).select(
        *source.years,
        "first_day",
        "last_day",
        autumn=_day("first_day", "10-30"),
        spring=_day("last_day", "04-30"),
        deadline=nw.col("first_start") + nw.lit(timedelta(days=source.terms.selection_days)),
    )
    roster = source.table("peer_roster").select(*source.keys, *_COLUMNS, "from_date", "to_date")
    return (
        roster.join(days, on=source.years, how="inner")
        .with_columns(
            since=nw.max_horizontal("from_date", "first_day"),
            until=nw.min_horizontal("to_date", "last_day"),
        )
        .with_columns(in_year=in_post("first_day", "last_day"))
    )


def in_post(first: str, last: str) -> nw.Expr:
    """Return 1 for who was in post on some day between two of the year, both included."""
    return flag((nw.col("since") <= nw.col(last)) & (nw.col("until") >= nw.col(first)))


def _day(of_year: str, day: str) -> nw.Expr:
    year = nw.col(of_year).dt.to_string("%Y")
    return nw.concat_str(year, nw.lit(f"-{day}")).str.to_datetime(format="%Y-%m-%d")


def count_covered(source: Source, roster: Frame, flags: Mapping[str, str] = IN_YEAR) -> Frame:
    """Count classes with a committee member and units (dorms or classes) with an observer.

    Parameters
    ----------
    source : Source
        Rows of S01 and S09.
    roster : Frame
        As :func:`of_roster` returns it, with the columns that `flags` name.
    flags : mapping of str to str
        Suffix of the counts → column of the roster that is 1 for those who count.

    Returns
    -------
    Frame
        The source's keys, n_classes, n_units, and n_classes_covered and n_units_covered with each
        suffix. Only colleges that handed in S01; what is covered is missing where S09 was not.
    """
    keys = list(source.keys)
    known = classes(source)
    by_dorm = source.terms.observer_unit == "dorm"
    size = tally_colleges(source, known, ["class_base"], {"n_classes": nw.lit(True)}, ["n_dorms"])
    units = nw.col("n_dorms" if by_dorm else "n_classes")
    result = size.select(*keys, "n_classes", n_units=units)
    for role, unit, name in (
        (COMMITTEE, "class_name", "n_classes_covered"),
        (OBSERVER, "dorm" if by_dorm else "class_name", "n_units_covered"),
    ):
        by = [*keys, unit]
        held = roster.filter(nw.col("peer_role") == role).drop_nulls(unit)
        held = held.group_by(*by).agg(nw.col(*flags.values()).max())
        if unit == "class_name":
            held = held.join(known.select(*by), on=by, how="semi")
        there = {f"{name}{suffix}": nw.col(column) == 1 for suffix, column in flags.items()}
        counted = zeros(source, tally(held, keys, there), ["peer_roster"], list(there))
        result = result.join(counted, on=keys, how="left")
    # More dorms with an observer than dorms is a matter of counting, not more than all of them.
    names = [f"n_units_covered{suffix}" for suffix in flags]
    over = {name: nw.col(name) > nw.col("n_units") for name in names}
    return result.with_columns(
        **{
            name: nw.when(more).then(nw.col("n_units")).otherwise(nw.col(name))
            for name, more in over.items()
        }
    )
