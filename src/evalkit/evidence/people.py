"""Staff and their training (S06, S07, S23). Criteria 1.1.②, 1.2.①, 1.3.①; articles 9 and 10."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from evalkit.evidence.calendar import SchoolCalendar, midnight

__all__ = ["heads", "staff_totals"]

HEAD, STUDENT = "站长", "学生干部"
_BACKGROUNDS = ("心理学", "教育学", "医学")
_WITHDRAWN = ("国家二级心理咨询师", "国家三级心理咨询师")


def _in_post(staff: pd.DataFrame, calendar: SchoolCalendar) -> pd.DataFrame:
    first, last = midnight(calendar.year.first_day), midnight(calendar.year.last_day)
    begun = staff["from_date"].isna() | (staff["from_date"] <= last)
    staying = staff["to_date"].isna() | (staff["to_date"] >= first)
    return staff[begun & staying]


def _in_year(training: pd.DataFrame, calendar: SchoolCalendar) -> pd.DataFrame:
    first, last = midnight(calendar.year.first_day), midnight(calendar.year.last_day)
    return training[training["start"].between(first, last)]


def _spelled(frame: pd.DataFrame) -> pd.DataFrame:
    """Take the spaces out of names: “王 芳” and “王芳” are one person."""
    return frame.assign(name=frame["name"].str.replace(r"\s+", "", regex=True))


def staff_totals(
    staff: pd.DataFrame,
    staff_training: pd.DataFrame,
    calendar: SchoolCalendar,
    *,
    withdrawn_certificates: Literal["accepted", "not_accepted"] = "accepted",
) -> pd.DataFrame:
    """Count a station's staff, the qualified among them, and their training.

    Qualified means a background in psychology, education or medicine, or any certificate, in any
    of a person's rows. Students are not staff.

    Parameters
    ----------
    staff, staff_training : DataFrame
        Rows of S06 and S07.
    calendar : SchoolCalendar
        The year.
    withdrawn_certificates : {"accepted", "not_accepted"}
        Whether a counsellor's certificate that is no longer issued qualifies (open question Q11).

    Returns
    -------
    DataFrame
        college_code, n_staff, n_qualified, n_trained (staff with at least one training in the
        year), hours (sum of training hours of staff).
    """
    own = _spelled(_in_post(staff, calendar))
    own = own[(own["role"] != STUDENT).fillna(True)]
    worthless = ("无", *(_WITHDRAWN if withdrawn_certificates == "not_accepted" else ()))
    certified = own["certificate"].notna() & ~own["certificate"].isin(worthless)
    own = own.assign(qualified=own["background"].isin(_BACKGROUNDS) | certified)
    own = own.sort_values("qualified", ascending=False, kind="stable")
    own = own[own["name"].isna() | ~own.duplicated(["college_code", "name"])]
    known = own[["college_code", "name"]].dropna()
    training = _spelled(_in_year(staff_training, calendar)).merge(known)
    trained = training.groupby("college_code")["name"].nunique()
    table = pd.DataFrame(
        {
            "n_staff": own.groupby("college_code").size(),
            "n_qualified": own.groupby("college_code")["qualified"].sum(),
            "n_trained": trained,
            "hours": training.groupby("college_code")["hours"].sum(),
        }
    )
    counts = ["n_staff", "n_qualified", "n_trained"]
    table[counts] = table[counts].fillna(0).astype("Int64")
    table["hours"] = table["hours"].fillna(0).astype("Float64")
    return table.rename_axis("college_code").reset_index()


def heads(
    staff: pd.DataFrame,
    staff_training: pd.DataFrame,
    head_form: pd.DataFrame,
    calendar: SchoolCalendar,
) -> pd.DataFrame:
    """Describe each station's head at the end of the year.

    Returns
    -------
    DataFrame
        college_code, name, months_in_post (whole months up to 31 August; missing if the date of
        appointment is), n_trainings (professional trainings in the year), form_in_september
        (missing if no form was handed in). Colleges without a head, or without its name, have no
        row. Of two heads in post the one appointed last stands here.
    """
    last = midnight(calendar.year.last_day)
    own = staff[
        (staff["role"] == HEAD) & (staff["from_date"].isna() | (staff["from_date"] <= last))
    ]
    own = own[own["to_date"].isna() | (own["to_date"] >= last)]
    own = _spelled(own).dropna(subset="name").sort_values("from_date", na_position="first")
    own = own.drop_duplicates("college_code", keep="last")
    since = own["from_date"]
    months = (last.year - since.dt.year) * 12 + last.month - since.dt.month
    own = own.assign(months_in_post=(months + (since.dt.day <= 1)).astype("Int64"))
    own = own[["college_code", "name", "months_in_post"]]
    training = _spelled(_in_year(staff_training, calendar))
    training = training[training["kind"] == "专业培训"]
    counted = training.groupby(["college_code", "name"]).size().rename("n_trainings").reset_index()
    result = own.merge(counted, on=["college_code", "name"], how="left")
    result["n_trainings"] = result["n_trainings"].fillna(0).astype("Int64")
    submitted = head_form.dropna(subset=["submitted_on"])
    september = submitted["submitted_on"].dt.strftime("%Y-%m") == f"{calendar.year.start}-09"
    form = september.groupby(submitted["college_code"]).any().rename("form_in_september")
    result = result.merge(form.reset_index(), on="college_code", how="left")
    result["form_in_september"] = result["form_in_september"].astype("boolean")
    return result.sort_values("college_code", ignore_index=True)
