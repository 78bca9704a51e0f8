"""The peer network (S01, S09): who covers what, and how they were chosen.

Criteria 1.3.② and 2.5.①; article 4(六).
"""

from __future__ import annotations

from typing import Literal

import narwhals as nw

from evalkit.evidence.counting import day_number, flag, tally_colleges, together
from evalkit.evidence.engine import group_median, in_order, lazy
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.roster import (
    COMMITTEE,
    CORE,
    OBSERVER,
    ROLES,
    classes,
    count_covered,
    in_post,
    of_roster,
)
from evalkit.evidence.source import Frame, Source

__all__ = [
    "COMMITTEE",
    "OBSERVER",
    "OPEN",
    "ROLES",
    "SUBJECT",
    "TrainingStatus",
    "coverage_table",
    "uncovered_classes",
]

OPEN = ("自荐竞选", "民主推选")
"""Ways of selection in which the students had a say."""
TrainingStatus = Literal["done", "missing", "exempt"]


def coverage_table(source: Source) -> Frame:
    """Count the classes and dorms that had a committee member or observer in the year.

    Returns
    -------
    Frame
        The source's keys, n_classes, n_classes_covered, n_units, n_units_covered, n_committee,
        n_observers, n_core (people of the roster): in post on some day of the year. What the
        roster says is missing where it was not handed in.
    """
    roster, role = of_roster(source), nw.col("peer_role")
    people = roster.filter(nw.col("in_year") == 1).drop_nulls("peer_id")
    roles = {"n_committee": COMMITTEE, "n_observers": OBSERVER, "n_core": CORE}
    counted = tally_colleges(
        source,
        people.select(*source.keys, "peer_role", "peer_id").unique(),
        ["peer_roster"],
        {name: role == kind for name, kind in roles.items()},
    )
    return together(source, count_covered(source, roster), counted)


def uncovered_classes(source: Source) -> Frame:
    """List the classes that had no committee member on any day of the year.

    Returns
    -------
    Frame
        The source's keys, grade (missing where the sheet does not say), class_name; only of
        colleges that handed in the roster.
    """
    by = [*source.keys, "class_name"]
    covered = of_roster(source).filter(nw.col("peer_role") == COMMITTEE, nw.col("in_year") == 1)
    return (
        classes(source)
        .join(source.colleges("peer_roster"), on=list(source.keys), how="semi")
        .join(covered.select(*by).unique(), on=by, how="anti")
        .select(*source.keys, "grade", "class_name")
    )


def _vacancies(source: Source, roster: Frame) -> Frame:
    """Return the median of the classes' days in the year without a committee member."""
    keys = list(source.keys)
    by = [*keys, "class_name"]
    known = classes(source).join(source.colleges("peer_roster"), on=keys, how="semi")
    held = nw.col("until") - nw.max_horizontal(nw.col("since"), nw.col("before") + 1) + 1
    # One row for each day of beginning, since those who follow are told by the order of the rows.
    begun = (
        roster.filter(nw.col("peer_role") == COMMITTEE, nw.col("since") <= nw.col("until"))
        .drop_nulls("class_name")
        .with_columns(since=day_number("since"), until=day_number("until"))
        .group_by(*by, "since")
        .agg(nw.col("until").max())
    )
    reached = in_order(begun, reached=nw.col("until").cum_max().over(*by, order_by="since"))
    before = nw.col("reached").shift(1).over(*by, order_by="since")
    days = (
        in_order(reached, before=before)
        .with_columns(held=held)
        .with_columns(held=nw.col("held") * flag(nw.col("held") > 0))
        .group_by(*by)
        .agg(nw.col("held").sum())
    )
    year = lazy(source.calendar).select(
        *source.years, n_days=day_number("last_day") - day_number("first_day") + 1
    )
    vacant = nw.col("n_days") - nw.col("held").fill_null(value=0)
    classes_days = (
        known.join(days, on=by, how="left")
        .join(year, on=source.years, how="inner")
        .with_columns(vacant=vacant)
    )
    return group_median(classes_days, keys, "vacant", "vacancy_days")


_FLAGS = {
    "": "in_year",
    "_autumn": "in_autumn",
    "_spring": "in_spring",
    "_by_deadline": "by_deadline",
}


def _people(source: Source, roster: Frame) -> Frame:
    here = nw.col("in_year") == 1
    return tally_colleges(
        source,
        roster,
        ["peer_roster"],
        {
            "n_peers": here,
            "n_selected_openly": here & nw.col("selection").is_in(OPEN),
            "n_appraised": here & (nw.col("appraisal") != "未考核"),
        },
    )


def _core(source: Source, roster: Frame) -> Frame:
    here = roster.filter(nw.col("peer_role") == CORE, nw.col("in_year") == 1)
    people = here.drop_nulls("peer_id").select(*source.keys, "peer_id").unique()
    return tally_colleges(source, people, ["peer_roster"], {"n_core": nw.lit(True)})


def _count(source: Source) -> Frame:
    roster = of_roster(source).with_columns(
        in_autumn=in_post("autumn", "autumn"),
        in_spring=in_post("spring", "spring"),
        by_deadline=in_post("deadline", "deadline"),
    )
    counts = together(
        source,
        count_covered(source, roster, _FLAGS),
        _core(source, roster),
        _people(source, roster),
        _vacancies(source, roster),
    )
    core, on_class, on_unit = (
        nw.col(name) for name in ("n_core", "n_classes_covered", "n_units_covered")
    )
    complete = (on_class == nw.col("n_classes")) & (on_unit == nw.col("n_units"))
    # A network over no class at all is no network that could be complete.
    told = ~(core + on_class + on_unit + nw.col("n_units")).is_null() & (nw.col("n_classes") > 0)
    return counts.with_columns(network_complete=nw.when(told).then(flag((core > 0) & complete)))


_NETWORK = "附件1 1.3②：设有院级学生心理组织，各班级设有心理委员、宿舍心理观察员"
_SELECTION = "附件1 2.5①：心理骨干、心理委员、宿舍心理观察员遴选工作到位"
_DATES = ("from_date", "to_date")
_PEER = ("peer_role", "class_name", *_DATES)
_FOR_CLASSES = {"class_base": ("class_name",), "peer_roster": _PEER}
_FOR_UNITS = {"class_base": ("class_name", "n_dorms"), "peer_roster": (*_PEER, "dorm")}


def _on_classes(name: str, title: str, suffix: str, source: str = _NETWORK) -> Metric:
    part = f"n_classes_covered{suffix}"
    return Metric(name, title, "%", part, _FOR_CLASSES, source, "n_classes", times=100)


def _on_units(name: str, title: str, suffix: str, source: str = _NETWORK) -> Metric:
    part = f"n_units_covered{suffix}"
    return Metric(name, title, "%", part, _FOR_UNITS, source, "n_units", times=100)


def _of_people(name: str, title: str, part: str, column: str, source: str) -> Metric:
    needs = {"peer_roster": (column, *_DATES)}
    return Metric(name, title, "%", part, needs, source, "n_peers", times=100)


SUBJECT = Subject(
    "peers",
    "学生骨干队伍",
    (
        Metric(
            "core_members",
            "院级心理组织骨干",
            "人",
            "n_core",
            {"peer_roster": ("peer_id", "peer_role", *_DATES)},
            _NETWORK,
        ),
        _on_classes("committee_coverage", "心理委员班级覆盖率", ""),
        _on_units("observer_coverage", "宿舍心理观察员覆盖率", ""),
        _on_classes("committee_coverage_autumn", "心理委员班级覆盖率（10月30日）", "_autumn"),
        _on_classes("committee_coverage_spring", "心理委员班级覆盖率（4月30日）", "_spring"),
        _on_units("observer_coverage_autumn", "宿舍心理观察员覆盖率（10月30日）", "_autumn"),
        _on_units("observer_coverage_spring", "宿舍心理观察员覆盖率（4月30日）", "_spring"),
        Metric(
            "network_complete",
            "三级工作网络健全",
            "是/否",
            "network_complete",
            {**_FOR_UNITS, "peer_roster": ("peer_id", *_FOR_UNITS["peer_roster"])},
            "附件1 1.3②：“三级工作网络”健全；第四条（一）",
        ),
        _on_classes("committee_by_deadline", "按期选出心理委员的班级", "_by_deadline", _SELECTION),
        _on_units(
            "observers_by_deadline", "按期选出观察员的宿舍或班级", "_by_deadline", _SELECTION
        ),
        _of_people(
            "selected_openly",
            "自荐竞选或民主推选的骨干",
            "n_selected_openly",
            "selection",
            _SELECTION,
        ),
        Metric(
            "vacancy_days",
            "班级心理委员空缺天数（中位数）",
            "天",
            "vacancy_days",
            _FOR_CLASSES,
            _SELECTION,
            direction="lower",
        ),
        _of_people(
            "peers_appraised",
            "骨干考核率",
            "n_appraised",
            "appraisal",
            "第四条（六）：心理委员、宿舍心理观察员的选拔、培训和考核",
        ),
    ),
    _count,
    decimals=("vacancy_days",),
)
