"""Rows as reports need them: every month of the year, every form, ratios beside their counts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from evalkit.evidence.activities import FORMS
from evalkit.workspace import AcademicYear

__all__ = ["activity_forms", "activity_months", "ordered_months", "summed", "with_ratios"]

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
        As ``YearFigures.by_college``.

    Returns
    -------
    DataFrame
        With reach (person-times per student), per_1000 (sessions per 1,000 students), hours_each
        (training hours per member of staff), per_head (yuan per student).
    """
    return totals.assign(**{name: _ratio(totals, name) for name in _RATIOS})


def summed(by_college: pd.DataFrame) -> pd.DataFrame:
    """Return one row with the sums over all colleges and the ratios of :func:`with_ratios`.

    A college counts in a ratio if both of its parts are known, so that one without data does not
    stand there as one that did nothing.
    """
    sums = by_college.drop(columns="college_code").sum(min_count=1).to_frame().T.convert_dtypes()
    ratios = {}
    for name, (part, whole, _) in _RATIOS.items():
        known = by_college[[part, whole]].dropna().sum().to_frame().T
        ratios[name] = _ratio(known, name)
    return sums.assign(**ratios)


_RATIOS = {
    "reach": ("n_attend", "n_students", 1),
    "per_1000": ("n_sessions", "n_students", 1000),
    "hours_each": ("hours", "n_staff", 1),
    "per_head": ("spent", "n_students", 1),
}


def _ratio(totals: pd.DataFrame, name: str) -> pd.Series:
    part, whole, times = _RATIOS[name]
    divisor = totals[whole].astype("Float64")
    return times * totals[part].astype("Float64") / divisor.where(divisor > 0)
