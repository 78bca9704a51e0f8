"""Research and awards of the year (S19, S20). Criteria 2.6, 3.1.②; article 4(七).

Outputs are listed and counted, never converted to points.
"""

from __future__ import annotations

import re

import narwhals as nw
import pandas as pd

from evalkit.evidence.calendar import SchoolCalendar, midnight
from evalkit.evidence.counting import tally_colleges, together, zeros
from evalkit.evidence.engine import in_order
from evalkit.evidence.metric import Metric, Subject
from evalkit.evidence.source import Frame, Source

__all__ = [
    "SUBJECT",
    "award_table",
    "by_person",
    "research_table",
]

_SEPARATORS = re.compile(r"[、,，;；/\n]+")


def _in_year(frame: pd.DataFrame, calendar: SchoolCalendar) -> pd.DataFrame:
    first, last = midnight(calendar.year.first_day), midnight(calendar.year.last_day)
    return frame[frame["date"].between(first, last)]


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


def _compared() -> nw.Expr:
    """Return titles as they are compared: without spaces and quotation marks."""
    return nw.col("title").str.replace_all('[\\s\u00a0\u3000《》“”"]', "")


def research_table(source: Source) -> Frame:
    """Return the year's research; what is there twice with one kind and title stands once.

    Returns
    -------
    frame
        The keys, kind, title, level, date, status. The earliest entry of a title is kept; rows
        without a title are all different.
    """
    columns = ("kind", "title", "level", "date", "status")
    group = [*source.keys, "kind", "work"]
    rows = source.of_year("research", "date").select(*source.keys, *columns, work=_compared())
    untitled = nw.col("work").is_null()
    dated = in_order(rows.filter(~untitled), first=nw.col("date").min().over(*group))
    earliest = dated.filter(nw.col("date") == nw.col("first")).group_by(*group)
    # Of two entries of one day either would do; the least is the same on every engine.
    titled = earliest.agg(nw.col("title", "level", "date", "status").min())
    wanted = [*source.keys, *columns]
    return nw.concat([titled.select(wanted), rows.filter(untitled).select(wanted)])


def award_table(source: Source) -> Frame:
    """Return the year's awards that have to do with mental health.

    Returns
    -------
    frame
        The keys, title, owner_type, level, rank, issuer, date. The winner's name is left out: it
        may be a student's. Two winners of one award are two rows.
    """
    rows = source.of_year("awards", "date").filter(nw.col("relevant"))
    columns = ("title", "owner_type", "level", "rank", "issuer", "date")
    return rows.select(*source.keys, *columns)


def _count(source: Source) -> Frame:
    keys = list(source.keys)
    research, awards = research_table(source), award_table(source)
    kind = nw.col("kind")
    found = {"n_research": nw.lit(True), "n_surveys": kind == "调研报告"}
    winner = nw.col("owner_type")
    won = {
        "n_personal_awards": winner.is_in(("个人(教师)", "个人(学生)")),
        "n_group_awards": winner == "集体",
    }
    titles = [
        rows.select(*keys, work=_compared()).filter(~nw.col("work").is_null()).unique()
        for rows in (research, awards)
    ]
    both = titles[0].join(titles[1], on=[*keys, "work"], how="inner")
    twice = both.group_by(*keys).agg(nw.len().alias("n_counted_twice"))
    return together(
        source,
        tally_colleges(source, research, ("research",), found),
        tally_colleges(source, awards, ("awards",), won),
        zeros(source, twice, ("research", "awards"), ("n_counted_twice",)),
    )


_RESEARCH = "附件1 2.6：参与心理健康教育工作的理论和实践研究"
_AWARDS = "附件1 3.1②：个人与集体有获得与心理健康工作相关的奖项或科研成果"
_AWARD = {"awards": ("owner_type", "date", "relevant")}

SUBJECT = Subject(
    "outcomes",
    "科研与获奖",
    (
        Metric(
            "research",
            "科研成果",
            "项",
            "n_research",
            {"research": ("kind", "title", "date")},
            _RESEARCH,
        ),
        Metric(
            "surveys",
            "调研报告",
            "项",
            "n_surveys",
            {"research": ("kind", "title", "date")},
            "附件1 2.6：积极开展大学生心理健康状况和对策措施的调研；第四条（七）",
        ),
        Metric("personal_awards", "个人获奖", "项", "n_personal_awards", _AWARD, _AWARDS),
        Metric("group_awards", "集体获奖", "项", "n_group_awards", _AWARD, _AWARDS),
        Metric(
            "counted_twice",
            "科研与获奖中重复填报的成果",
            "项",
            "n_counted_twice",
            {"research": ("title", "date"), "awards": ("title", "date", "relevant")},
            _AWARDS,
            direction="lower",
        ),
    ),
    _count,
)
