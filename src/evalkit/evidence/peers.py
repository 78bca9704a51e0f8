"""The peer network (S01, S09, S10): coverage and training. Criteria 1.3.②, 2.5.①, 2.5.②."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from evalkit.evidence.calendar import FIRST, SECOND, SchoolCalendar, midnight

__all__ = [
    "COMMITTEE",
    "FROM_ROSTER",
    "OBSERVER",
    "ROLES",
    "TrainingStatus",
    "coverage",
    "training_cells",
]

COMMITTEE, OBSERVER = "心理委员", "宿舍心理观察员"
ROLES = (COMMITTEE, OBSERVER)
FROM_ROSTER = ("n_classes_covered", "n_units_covered", "n_committee", "n_observers", "n_core")
"""The columns of :func:`coverage` that say nothing about a college without a roster."""
TrainingStatus = Literal["done", "missing", "exempt"]


def coverage(
    class_base: pd.DataFrame,
    peer_roster: pd.DataFrame,
    calendar: SchoolCalendar,
    *,
    observer_unit: Literal["dorm", "class"],
) -> pd.DataFrame:
    """Count the classes and dorms that had a committee member or observer in the year.

    Parameters
    ----------
    class_base, peer_roster : DataFrame
        Rows of S01 and S09.
    calendar : SchoolCalendar
        The year; only people in post on some day of it count.
    observer_unit : {"dorm", "class"}
        What an observer is expected for (open question Q6).

    Returns
    -------
    DataFrame
        college_code, n_classes, n_classes_covered, n_units, n_units_covered, n_committee,
        n_observers, n_core (members of the college's student organisation).
    """
    year = calendar.year
    active = peer_roster[
        (peer_roster["from_date"].isna() | (peer_roster["from_date"] <= midnight(year.last_day)))
        & (peer_roster["to_date"].isna() | (peer_roster["to_date"] >= midnight(year.first_day)))
    ]
    committee = active[active["peer_role"] == COMMITTEE]
    observers = active[active["peer_role"] == OBSERVER]
    classes = class_base.groupby("college_code")["class_name"].nunique()
    dorms = class_base.groupby("college_code")["n_dorms"].sum(min_count=1)
    known = class_base[["college_code", "class_name"]].drop_duplicates()
    unit = "dorm" if observer_unit == "dorm" else "class_name"
    table = pd.DataFrame(
        {
            "n_classes": classes,
            "n_classes_covered": _distinct(committee.merge(known), "class_name"),
            "n_units": dorms if observer_unit == "dorm" else classes,
            "n_units_covered": _distinct(observers, unit),
            "n_committee": _distinct(committee, "peer_id"),
            "n_observers": _distinct(observers, "peer_id"),
            "n_core": _distinct(active[~active["peer_role"].isin(ROLES)], "peer_id"),
        }
    ).loc[classes.index]
    counted = [name for name in table.columns if name != "n_units"]
    table[counted] = table[counted].fillna(0)
    # More dorms with an observer than dorms is a matter of counting, not more than all of them.
    table["n_units_covered"] = table[["n_units_covered", "n_units"]].min(axis=1, skipna=False)
    return table.astype("Int64").rename_axis("college_code").reset_index()


def _distinct(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame.groupby("college_code")[column].nunique()


def training_cells(
    class_base: pd.DataFrame, peer_training: pd.DataFrame, calendar: SchoolCalendar
) -> pd.DataFrame:
    """Say for each semester, grade and role whether there was a training.

    A grade counts as away in the second semester only if every one of its classes is marked so in
    the ledger. A session counts with at least one participant; its date decides the semester.

    Returns
    -------
    DataFrame
        college_code, semester, grade, peer_role, n_sessions, status (``done``, ``missing``,
        ``exempt``); one row a cell.
    """
    here = class_base["on_campus_s2"].fillna(True)
    grades = (
        class_base.assign(away=~here)
        .dropna(subset=["grade"])
        .groupby(["college_code", "grade"], as_index=False)
        .agg(away=("away", "all"))
    )
    cells = grades.merge(pd.DataFrame({"semester": [FIRST, SECOND]}), how="cross").merge(
        pd.DataFrame({"peer_role": list(ROLES)}), how="cross"
    )
    first, last = midnight(calendar.year.first_day), midnight(calendar.year.last_day)
    held = peer_training[
        peer_training["date"].between(first, last) & (peer_training["n_attend"].fillna(0) > 0)
    ]
    second = held["date"] >= midnight(calendar.division)
    held = held.assign(semester=second.map({True: SECOND, False: FIRST}))
    keys = ["college_code", "semester", "grade", "peer_role"]
    sessions = held.groupby(keys).size().rename("n_sessions").reset_index()
    result = cells.merge(sessions, on=keys, how="left")
    result["n_sessions"] = result["n_sessions"].fillna(0).astype("Int64")
    status = pd.Series("missing", index=result.index)
    status[result.pop("away") & (result["semester"] == SECOND)] = "exempt"
    status[result["n_sessions"] > 0] = "done"
    result = result.assign(status=status)[[*keys, "n_sessions", "status"]]
    return result.sort_values(keys, ignore_index=True)
