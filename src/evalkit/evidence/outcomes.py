"""Research and awards of the year (S19, S20). Criteria 2.6, 3.1.②.

Outputs are listed and counted, never converted to points.
"""

from __future__ import annotations

import pandas as pd

from evalkit.evidence.calendar import SchoolCalendar, midnight

__all__ = ["awards_of_year", "by_person", "research_of_year", "totals"]


_NAMES = r"[、,，;；\s]+"


def _in_year(frame: pd.DataFrame, calendar: SchoolCalendar) -> pd.DataFrame:
    first, last = midnight(calendar.year.first_day), midnight(calendar.year.last_day)
    return frame[frame["date"].between(first, last)]


def research_of_year(research: pd.DataFrame, calendar: SchoolCalendar) -> pd.DataFrame:
    """Return the year's research, each title once.

    Returns
    -------
    DataFrame
        college_code, kind, title, level, date, status; in order of date.
    """
    rows = _in_year(research, calendar).sort_values(["college_code", "date"])
    plain = rows["title"].str.replace(r"[\s《》“”\"]", "", regex=True)
    rows = rows[~rows.assign(plain=plain).duplicated(["college_code", "plain"])]
    columns = ["college_code", "kind", "title", "level", "date", "status"]
    return rows[columns].reset_index(drop=True)


def awards_of_year(awards: pd.DataFrame, calendar: SchoolCalendar) -> pd.DataFrame:
    """Return the year's awards that have to do with mental health.

    Returns
    -------
    DataFrame
        college_code, title, owner_type, level, rank, issuer, date; in order of date. The winner's
        name is left out: it may be a student's.
    """
    rows = _in_year(awards, calendar)
    rows = rows[rows["relevant"].fillna(False)].sort_values(["college_code", "date"])
    columns = ["college_code", "title", "owner_type", "level", "rank", "issuer", "date"]
    return rows[columns].reset_index(drop=True)


def by_person(
    people: pd.DataFrame, research: pd.DataFrame, awards: pd.DataFrame, calendar: SchoolCalendar
) -> pd.DataFrame:
    """Count the year's outputs in which a person is named.

    Parameters
    ----------
    people : DataFrame
        With college_code and name.
    research, awards : DataFrame
        Rows of S19 (author) and S20 (owner); several names in a cell are told apart.
    calendar : SchoolCalendar
        The year.

    Returns
    -------
    DataFrame
        college_code, name, n_research, n_awards; one row a person.
    """
    papers = _in_year(research, calendar).rename(columns={"author": "name"})
    won = _in_year(awards, calendar).rename(columns={"owner": "name"})
    won = won[won["relevant"].fillna(False)]
    keys = ["college_code", "name"]
    result = people[keys].drop_duplicates()
    for rows, count in ((papers, "n_research"), (won, "n_awards")):
        single = rows[keys].assign(name=rows["name"].str.split(_NAMES)).explode("name")
        single["name"] = single["name"].astype("string").str.strip()
        counted = single.dropna().groupby(keys).size().rename(count).reset_index()
        result = result.merge(counted, on=keys, how="left")
        result[count] = result[count].fillna(0).astype("Int64")
    return result


def totals(research: pd.DataFrame, awards: pd.DataFrame, calendar: SchoolCalendar) -> pd.DataFrame:
    """Count a college's research and awards of the year.

    Returns
    -------
    DataFrame
        college_code, n_research, n_personal_awards, n_group_awards; colleges with none of them
        have no row.
    """
    won = awards_of_year(awards, calendar)
    personal = won["owner_type"].str.startswith("个人").fillna(False)
    table = pd.DataFrame(
        {
            "n_research": research_of_year(research, calendar).groupby("college_code").size(),
            "n_personal_awards": won[personal].groupby("college_code").size(),
            "n_group_awards": won[~personal].groupby("college_code").size(),
        }
    )
    return table.fillna(0).astype("Int64").rename_axis("college_code").reset_index()
