"""Research and awards of the year (S19, S20). Criteria 2.6, 3.1.②.

Outputs are listed and counted, never converted to points.
"""

from __future__ import annotations

import re

import pandas as pd

from evalkit.evidence.calendar import SchoolCalendar, midnight

__all__ = ["awards_of_year", "by_person", "research_of_year", "totals"]

_SEPARATORS = re.compile(r"[、,，;；/\n]+")


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
    rows = rows[~rows.assign(title=_plain(rows["title"])).duplicated(["college_code", "title"])]
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
        Rows of S19 (author) and S20 (owner); several names in a cell are told apart, and a title
        that stands there twice counts once for each of its authors.
    calendar : SchoolCalendar
        The year.

    Returns
    -------
    DataFrame
        college_code, name, n_research, n_awards; one row a person.
    """
    papers = _in_year(research, calendar)
    papers = papers.assign(work=_plain(papers["title"]), cell=papers["author"])
    won = _in_year(awards, calendar)
    won = won[won["relevant"].fillna(False)]
    won = won.assign(work=won.index.astype("string"), cell=won["owner"])
    keys = ["college_code", "name"]
    result = people[keys].drop_duplicates()
    for rows, count in ((papers, "n_research"), (won, "n_awards")):
        named = pd.Series([_names(cell) for cell in rows["cell"]], rows.index, dtype="object")
        single = rows.assign(name=named).explode("name").astype({"name": "string"})
        single = single.dropna(subset="name").drop_duplicates([*keys, "work"])
        counted = single.groupby(keys).size().rename(count).reset_index()
        result = result.merge(counted, on=keys, how="left")
        result[count] = result[count].fillna(0).astype("Int64")
    return result


def _plain(titles: pd.Series) -> pd.Series:
    """Return titles as they are compared; rows without one are all different."""
    plain = titles.str.replace(r"[\s《》“”\"]", "", regex=True)
    return plain.fillna(pd.Series(titles.index, titles.index).astype("string"))


def _names(cell: object) -> list[str]:
    """Return the names in a cell; a space parts two names or stretches one, so both are there."""
    parts = _SEPARATORS.split(cell) if isinstance(cell, str) else []
    return sorted({name for part in parts for name in ("".join(part.split()), *part.split())})


def totals(research: pd.DataFrame, awards: pd.DataFrame, calendar: SchoolCalendar) -> pd.DataFrame:
    """Count a college's research and awards of the year.

    Returns
    -------
    DataFrame
        college_code, n_research, n_personal_awards, n_group_awards; colleges with none of them
        have no row. An award without a kind of winner is neither personal nor a group's.
    """
    won = awards_of_year(awards, calendar)
    personal = won["owner_type"].str.startswith("个人").fillna(False)
    group = won["owner_type"].eq("集体").fillna(False)
    table = pd.DataFrame(
        {
            "n_research": research_of_year(research, calendar).groupby("college_code").size(),
            "n_personal_awards": won[personal].groupby("college_code").size(),
            "n_group_awards": won[group].groupby("college_code").size(),
        }
    )
    return table.fillna(0).astype("Int64").rename_axis("college_code").reset_index()
