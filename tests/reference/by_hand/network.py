"""The peer network: article 4(六); criteria 1.3.② and 2.5."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median

from .workbooks import Book, Counts, number, share, was_in_post_on

COMMITTEE = "心理委员"
OBSERVER = "宿舍心理观察员"
CORE = "院级心理组织骨干"
OPEN = ("自荐竞选", "民主推选")

Cell = tuple[str, str, str]


def covered(book: Book, role: str, unit: str, day: date | None = None) -> set[str]:
    """Classes or rooms with somebody in post, on a day or at any time of the year."""
    return {
        row[unit]
        for row in book.ledger["S09"]
        if row["peer_role"] == role
        and (book.was_in_post(row) if day is None else was_in_post_on(row, day))
    }


def all_classes(book: Book) -> set[str]:
    return {row["class_name"] for row in book.ledger["S01"]}


def classes_without_committee(book: Book) -> set[str]:
    return all_classes(book) - covered(book, COMMITTEE, "class_name")


def count_coverage(book: Book) -> Counts:
    first = book.first_day.year
    moments = {
        "committee_coverage": None,
        "committee_coverage_autumn": date(first, 10, 30),
        "committee_coverage_spring": date(first + 1, 4, 30),
        "committee_by_deadline": book.semester_start(1) + timedelta(days=30),
    }
    classes = all_classes(book)
    n_rooms = sum(row["n_dorms"] for row in book.ledger["S01"])
    counts: Counts = {}
    for name, day in moments.items():
        with_committee = classes & covered(book, COMMITTEE, "class_name", day)
        with_observer = covered(book, OBSERVER, "dorm", day)
        counts[name] = share(len(with_committee), len(classes))
        observers = name.replace("committee_by", "observers_by").replace("committee", "observer")
        counts[observers] = share(len(with_observer), n_rooms)
    core = {
        row["peer_id"]
        for row in book.ledger["S09"]
        if row["peer_role"] == CORE and book.was_in_post(row)
    }
    counts["core_members"] = number(len(core))
    whole = all(
        counts[name][0] == counts[name][1] for name in ("committee_coverage", "observer_coverage")
    )
    counts["network_complete"] = number(bool(core) and whole)
    return counts


def days_without_committee(book: Book, name: str) -> int:
    days = 0
    day = book.first_day
    rows = [
        row
        for row in book.ledger["S09"]
        if row["peer_role"] == COMMITTEE and row["class_name"] == name
    ]
    while day <= book.last_day:
        days += not any(was_in_post_on(row, day) for row in rows)
        day += timedelta(days=1)
    return days


def count_selection(book: Book) -> Counts:
    in_post = openly = appraised = 0
    for row in book.ledger["S09"]:
        if book.was_in_post(row):
            in_post += 1
            openly += row["selection"] in OPEN
            appraised += row["appraisal"] not in (None, "未考核")
    vacant = [days_without_committee(book, name) for name in all_classes(book)]
    return {
        "selected_openly": share(openly, in_post),
        "peers_appraised": share(appraised, in_post),
        "vacancy_days": number(median(vacant)),
    }


def training_cells(book: Book) -> dict[Cell, str]:
    """Semester × grade × role: held, missing, or exempt (免) for a grade away on internship."""
    cells = {}
    for grade in {row["grade"] for row in book.ledger["S01"]}:
        is_here = any(
            row["grade"] == grade and row["on_campus_s2"] == "是" for row in book.ledger["S01"]
        )
        for semester, title in ((1, "第一学期"), (2, "第二学期")):
            for role in (COMMITTEE, OBSERVER):
                held = any(
                    book.is_in_semester(row["date"], semester)
                    and (row["grade"], row["peer_role"]) == (grade, role)
                    and row["n_attend"] > 0
                    for row in book.ledger["S10"]
                )
                away = semester == 2 and not is_here
                state = "done" if held else "exempt" if away else "missing"
                cells[title, grade, role] = state
    return cells


def count_training(book: Book) -> Counts:
    states = list(training_cells(book).values())
    attended = expected = 0
    for row in book.of_year("S10", "date"):
        attended += row["n_attend"]
        expected += row["n_expected"]
    return {
        "training_cells": share(states.count("done"), len(states) - states.count("exempt")),
        "training_attendance": share(attended, expected),
    }


def count_peer_work(book: Book) -> Counts:
    attended = organisers = 0
    for row in book.of_year("S18", "date"):
        attended += row["n_attend"]
        organisers += row["n_peers"]
    roster = sum(book.was_in_post(row) for row in book.ledger["S09"])
    counts = {
        "peer_attendance": number(attended),
        "peers_active": share(organisers, roster),
    }
    for semester in (1, 2):
        held = sum(book.is_in_semester(row["date"], semester) for row in book.ledger["S18"])
        counts[f"peer_activities_s{semester}"] = number(held)
    return counts


def count_network(book: Book) -> Counts:
    return {
        **count_coverage(book),
        **count_selection(book),
        **count_training(book),
        **count_peer_work(book),
    }
