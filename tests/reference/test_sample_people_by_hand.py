"""Students, staff, heads and peers: the sample's figures worked out by hand.

Plain loops over plain cells, by one who has read the measures only.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from .by_hand.figures import Values, by_college, is_in_year, told, was_in_post
from .by_hand.workbooks import COLLEGES, YEARS

# The peer network: 1.3.②, 2.5.


@pytest.mark.parametrize("year", YEARS)
def test_network(year: str, ledgers: Any, figures: Any) -> None:
    expected: Values = {}
    for college in COLLEGES:
        ledger = ledgers[year][college]
        classes = {row["class_name"] for row in ledger["S01"]}
        n_dorms = sum(row["n_dorms"] for row in ledger["S01"])
        with_committee, with_observer = set(), set()
        people: dict[str, set[str]] = defaultdict(set)
        for row in ledger["S09"]:
            if was_in_post(row, year):
                people[row["peer_role"]].add(row["peer_id"])
                if row["peer_role"] == "心理委员" and row["class_name"] in classes:
                    with_committee.add(row["class_name"])
                if row["peer_role"] == "宿舍心理观察员":
                    with_observer.add(row["dorm"])
        assert len(with_observer) <= n_dorms
        expected[college,] = (
            len(classes),
            len(with_committee),
            n_dorms,
            len(with_observer),
            len(people["心理委员"]),
            len(people["宿舍心理观察员"]),
            len(people["院级心理组织骨干"]),
        )
    columns = ("n_classes", "n_classes_covered", "n_units", "n_units_covered", "n_committee",
               "n_observers", "n_core")  # fmt: skip
    assert by_college(figures(year), *columns) == expected


@pytest.mark.parametrize("year", YEARS)
def test_training_cells(year: str, ledgers: Any, second_semester: Any, figures: Any) -> None:
    status: Values = {}
    sums: Values = {}
    for college in COLLEGES:
        ledger = ledgers[year][college]
        due = done = 0
        for grade in {row["grade"] for row in ledger["S01"]}:
            here = any(
                row["grade"] == grade and row["on_campus_s2"] == "是" for row in ledger["S01"]
            )
            for semester in ("第一学期", "第二学期"):
                for role in ("心理委员", "宿舍心理观察员"):
                    held = 0
                    for row in ledger["S10"]:
                        second = row["date"] >= second_semester[year]
                        held += (
                            is_in_year(row["date"], year)
                            and second == (semester == "第二学期")
                            and row["grade"] == grade
                            and row["peer_role"] == role
                            and row["n_attend"] > 0
                        )
                    exempt = semester == "第二学期" and not here and not held
                    due += not exempt
                    done += held > 0
                    state = "done" if held else "exempt" if exempt else "missing"
                    status[college, semester, grade, role] = (held, state)
        sums[college,] = (due, done)
    found = figures(year)
    keys = ("college_code", "semester", "grade", "peer_role")
    assert told(found.training_cells, keys, ("n_sessions", "status")) == status
    assert by_college(found, "n_cells", "n_cells_done") == sums


# Staff and the station's head: 1.2.①, 1.3.①, articles 9 and 10.


@pytest.mark.parametrize("year", YEARS)
def test_staff(year: str, ledgers: Any, figures: Any) -> None:
    expected: Values = {}
    for college in COLLEGES:
        qualified: dict[str, bool] = defaultdict(bool)
        for row in ledgers[year][college]["S06"]:
            if row["role"] != "学生干部" and was_in_post(row, year):
                qualified[row["name"]] |= (
                    row["background"] in ("心理学", "教育学", "医学")
                    or row["certificate"] not in (None, "无")
                )  # fmt: skip
        trained, hours = set(), 0.0
        for row in ledgers[year][college]["S07"]:
            if row["name"] in qualified and is_in_year(row["start"], year):
                trained.add(row["name"])
                hours += row["hours"]
        expected[college,] = (len(qualified), sum(qualified.values()), len(trained), hours)
    assert by_college(figures(year), "n_staff", "n_qualified", "n_trained", "hours") == expected


def whole_months(since: date, year: str) -> int:
    """Months that are over by the end of 31 August, counted one by one."""
    months, over = 0, date(int(year[:4]) + 1, 9, 1)
    while True:
        number = since.year * 12 + since.month - 1 + months + 1
        last = monthrange(number // 12, number % 12 + 1)[1]
        if date(number // 12, number % 12 + 1, min(since.day, last)) > over:
            return months
        months += 1


@pytest.mark.parametrize("year", YEARS)
def test_heads(year: str, ledgers: Any, figures: Any) -> None:
    expected: Values = {}
    end = date(int(year[:4]) + 1, 8, 31)
    for college in COLLEGES:
        ledger = ledgers[year][college]
        (head,) = [
            row
            for row in ledger["S06"]
            if row["role"] == "站长"
            and row["from_date"] <= end
            and (row["to_date"] is None or row["to_date"] >= end)
        ]
        trainings = [
            row
            for row in ledger["S07"]
            if row["name"] == head["name"]
            and row["kind"] == "专业培训"
            and is_in_year(row["start"], year)
        ]
        form = ledger["S23"][0]["submitted_on"]
        papers = [
            row
            for row in ledger["S19"]
            if head["name"] in re.split("[、，,;；]", row["author"])
            and is_in_year(row["date"], year)
        ]
        won = [
            row
            for row in ledger["S20"]
            if head["name"] in re.split("[、，,;；]", row["owner"] or "")
            and row["relevant"] == "是"
            and is_in_year(row["date"], year)
        ]
        expected[college,] = (
            head["name"],
            whole_months(head["from_date"], year),
            len(trainings),
            (form.year, form.month) == (int(year[:4]), 9),
            len(papers),
            len(won),
        )
    columns = ("name", "months_in_post", "n_trainings", "form_in_september", "n_research",
               "n_awards")  # fmt: skip
    assert told(figures(year).heads, ("college_code",), columns) == expected


@pytest.mark.parametrize("year", YEARS)
def test_students(year: str, ledgers: Any, figures: Any) -> None:
    assert by_college(figures(year), "n_students") == {
        (college,): (ledgers[year][college]["S00"][0]["n_students"],) for college in COLLEGES
    }
