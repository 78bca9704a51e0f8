"""Research, awards, highlights, sources: articles 4(七), 8; criteria 2.6 and 3.1."""

from __future__ import annotations

import re

from .workbooks import Book, Counts, number, share


def bare(title: str) -> str:
    """A title without the marks that one writer sets and another leaves out."""
    return re.sub(r"[《》“”\s]", "", title)


def count_research(book: Book) -> Counts:
    titles, surveys = set(), set()
    for row in book.of_year("S19", "date"):
        titles.add(bare(row["title"]))
        if row["kind"] == "调研报告":
            surveys.add(bare(row["title"]))
    personal = group = 0
    twice = set()
    for row in book.of_year("S20", "date"):
        if row["relevant"] == "是":
            personal += row["owner_type"] in ("个人(教师)", "个人(学生)")
            group += row["owner_type"] == "集体"
        if bare(row["title"]) in titles:
            twice.add(bare(row["title"]))
    return {
        "research": number(len(titles)),
        "surveys": number(len(surveys)),
        "personal_awards": number(personal),
        "group_awards": number(group),
        "counted_twice": number(len(twice)),
    }


def count_highlights(book: Book) -> Counts:
    rows = book.ledger["S22"]
    return {
        "highlights": number(len(rows)),
        "benefit": number(sum(row["n_benefit"] for row in rows)),
        "media": number(sum(row["n_media"] for row in rows)),
    }


def count_sources(book: Book) -> Counts:
    """Of article 8's sources other than the meeting: the visit, the daily log, the ledger."""
    visited = any(book.is_in_year(row["date"]) for row in book.of_college("X04"))
    logged = any(book.is_in_year(row["date"]) for row in book.of_college("X02"))
    return {"sources_present": share(visited + logged + bool(book.ledger), 3)}


def count_outcomes(book: Book) -> Counts:
    return {**count_research(book), **count_highlights(book), **count_sources(book)}


def count_school(books: list[Book]) -> Counts:
    """Article 10 and the staff of the whole school in one year; no college is judged by these."""
    plan = books[0].centre["X06"]
    students = full_time = 0
    for book in books:
        students += book.base["n_students"]
        full_time += len(
            {
                row["name"]
                for row in book.ledger["S06"]
                if row["role"] == "专职辅导员" and book.was_in_post(row)
            }
        )
    return {
        "centre_plan": number(len(plan)),
        "centre_supervision": number(
            sum(row["kind"] == "督导" and row["held"] == "是" for row in plan)
        ),
        "students_per_fulltime": share(students, full_time),
    }
