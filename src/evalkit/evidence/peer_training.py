"""Training of committee members and observers (S10, S01). Criterion 2.5.②.

A cell is a semester, a grade and a role. A session counts for the grade of its row only: one that
was held for two grades stands in two rows.
"""

from __future__ import annotations

import narwhals as nw

from evalkit.evidence.calendar import FIRST, SECOND
from evalkit.evidence.counting import flag, tally_colleges, together
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.roster import ROLES
from evalkit.evidence.source import Frame, Source

__all__ = ["SUBJECT", "cell_table"]

_ATTENDANCE = ("n_trained_attend", "n_trained_expected")


def cell_table(source: Source) -> Frame:
    """Say for each semester, grade and role whether there was a training.

    A grade is away in the second semester only if every one of its classes is marked so in S01. A
    session counts with at least one participant; its date decides the semester.

    Returns
    -------
    Frame
        The source's keys, semester, grade, peer_role, n_sessions, status (``done``, ``missing``,
        ``exempt``); a row for each cell of the colleges that handed in S01 and S10.
    """
    by = [*source.keys, "semester", "grade", "peer_role"]
    grades = _grades(source)
    cells = nw.concat(
        [
            grades.with_columns(semester=nw.lit(semester), peer_role=nw.lit(role))
            for semester in (FIRST, SECOND)
            for role in ROLES
        ]
    )
    held = source.of_year("peer_training", "date").filter(nw.col("n_attend") > 0)
    sessions = held.group_by(*by).agg(nw.len().alias("n_sessions"))
    away = (nw.col("here") == 0) & (nw.col("semester") == SECOND)
    status = (
        nw.when(nw.col("n_sessions") > 0)
        .then(nw.lit("done"))
        .when(away)
        .then(nw.lit("exempt"))
        .otherwise(nw.lit("missing"))
    )
    return (
        cells.join(sessions, on=by, how="left")
        .with_columns(n_sessions=nw.col("n_sessions").fill_null(0), status=status)
        .select(*by, "n_sessions", "status")
    )


def _grades(source: Source) -> Frame:
    here = flag(nw.col("on_campus_s2").fill_null(True))
    return (
        source.table("class_base")
        .drop_nulls("grade")
        .with_columns(here=here)
        .group_by(*source.keys, "grade")
        .agg(nw.col("here").max())
        .join(source.colleges("peer_training"), on=list(source.keys), how="semi")
    )


def _count(source: Source) -> Frame:
    status = nw.col("status")
    cells = {"n_cells": status != "exempt", "n_cells_done": status == "done"}
    rows = source.of_year("peer_training", "date").with_columns(
        n_trained_attend=nw.col("n_attend"), n_trained_expected=nw.col("n_expected")
    )
    return together(
        source,
        tally_colleges(source, cell_table(source), ["peer_training", "class_base"], cells),
        tally_colleges(source, rows, ["peer_training"], {}, _ATTENDANCE),
    )


_CLAUSE = "附件1 2.5②：每学期对每个年级心理委员、宿舍心理观察员至少开展一次培训"

SUBJECT = Subject(
    "peer_training",
    "骨干培训",
    (
        Metric(
            "training_cells",
            "学期、年级、对象培训完成率",
            "%",
            "n_cells_done",
            {
                "peer_training": ("date", "peer_role", "grade", "n_attend"),
                "class_base": ("grade", "on_campus_s2"),
            },
            _CLAUSE,
            "n_cells",
            times=100,
        ),
        Metric(
            "training_attendance",
            "骨干培训到训率",
            "%",
            "n_trained_attend",
            {"peer_training": ("date", "n_attend", "n_expected")},
            _CLAUSE,
            "n_trained_expected",
            times=100,
        ),
    ),
    _count,
)
