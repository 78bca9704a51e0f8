"""Rows as reports need them: every month of the year, every form, ratios beside their counts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evalkit.evidence.activities import FORMS
from evalkit.workspace import AcademicYear

__all__ = ["activity_forms", "activity_months", "ordered_months", "with_ratios"]

_COUNTS = ("n_activities", "n_attend")


def activity_months(
    now: pd.DataFrame, year: AcademicYear, before: pd.DataFrame | None
) -> pd.DataFrame:
    """Return activities and attendance of every month, beside last year's number of activities.

    Parameters
    ----------
    now, before : DataFrame
        As ``YearFigures.activities_by_month``, of this year and the one before; ``None`` if
        nothing is known about the one before.
    year : AcademicYear
        The year.
    """
    frame = ordered_months(now, year, _COUNTS)
    if before is None:
        return frame.assign(previous=pd.array([pd.NA] * len(frame), dtype="Int64"))
    past = ordered_months(before, year.previous, ["n_activities"])
    return frame.assign(previous=past["n_activities"])


def activity_forms(activities: pd.DataFrame) -> pd.DataFrame:
    """Return activities and attendance of each of the nine forms, unused ones included.

    Parameters
    ----------
    activities : DataFrame
        As ``YearFigures.activities_by_form``.
    """
    sums = activities.groupby("form")[list(_COUNTS)].sum().reindex(list(FORMS))
    return sums.fillna(0).astype("Int64").rename_axis("form").reset_index()


def ordered_months(frame: pd.DataFrame, year: AcademicYear, counts: Sequence[str]) -> pd.DataFrame:
    """Return one row a month, September to August, zero where nothing happened.

    Parameters
    ----------
    frame : DataFrame
        With month (``YYYY-MM``) and the counts; of a college whose sheet was handed in.
    year : AcademicYear
        The year.
    counts : sequence of str
        Columns to add up.
    """
    labels = [year.month_label(month) for month in year.months]
    sums = frame.groupby("month")[list(counts)].sum().reindex(labels)
    return sums.fillna(0).astype("Int64").rename_axis("month").reset_index()


def with_ratios(totals: pd.DataFrame) -> pd.DataFrame:
    """Add what is no share of a count: attendance and sessions per student, hours per head.

    Parameters
    ----------
    totals : DataFrame
        As ``YearFigures.by_college``, or sums of its rows.

    Returns
    -------
    DataFrame
        With reach (person-times per student), per_1000 (sessions per 1,000 students), hours_each
        (training hours per member of staff), per_head (yuan per student).
    """
    students = totals["n_students"].astype("Float64")
    students = students.where(students > 0)
    staff = totals["n_staff"].astype("Float64")
    return totals.assign(
        reach=totals["n_attend"].astype("Float64") / students,
        per_1000=1000 * totals["n_sessions"].astype("Float64") / students,
        hours_each=totals["hours"].astype("Float64") / staff.where(staff > 0),
        per_head=totals["spent"].astype("Float64") / students,
    )
