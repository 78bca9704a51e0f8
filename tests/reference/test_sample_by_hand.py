"""The sample's figures, worked out from the workbooks by one who has read the measures only.

Plain loops over plain cells, slow and obvious. Nothing of the program is used but its results, to
hold against these.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from evalkit.assessment import Assessment

YEARS = ("2022-2023", "2023-2024", "2024-2025")
COLLEGES = tuple(f"C{number:02}" for number in range(1, 9))
REPORT_MONTHS = (9, 10, 11, 12, 1, 3, 4, 5, 6, 7)
COUNTS = ("n_enrolled", "n_exempt", "n_required", "n_valid", "n_l1", "n_l2", "n_l3",
          "n_l1_interviewed", "n_l2_interviewed", "n_files")  # fmt: skip

Row = dict[str, Any]
Counts = dict[tuple[Any, ...], tuple[Any, ...]]


@pytest.fixture(scope="module")
def figures(assessment: Assessment) -> Callable[[str], Any]:
    by_name = {year.name: figures for year, figures in assessment.figures.items()}
    return lambda year: by_name[year]


def told(frame: pd.DataFrame, keys: tuple[str, ...], values: tuple[str, ...]) -> Counts:
    """What the program found, by its keys; every key once."""
    found = {}
    for row in frame.to_dict("records"):
        key = tuple(row[name] for name in keys)
        assert key not in found
        found[key] = tuple(None if pd.isna(row[name]) else row[name] for name in values)
    return found


def by_college(figures: Any, *values: str) -> Counts:
    return told(figures.by_college, ("college_code",), values)


def is_in_year(day: date | None, year: str) -> bool:
    start = int(year[:4])
    return day is not None and date(start, 9, 1) <= day <= date(start + 1, 8, 31)


# Activities: articles 4 and 5, 2.2.


@pytest.mark.parametrize("year", YEARS)
def test_activities(year: str, ledgers: Any, figures: Any) -> None:
    months: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    forms: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for college in COLLEGES:
        for row in ledgers[year][college]["S08"]:
            if is_in_year(row["start"], year):
                month = f"{row['start'].year}-{row['start'].month:02d}"
                for table, key in ((months, (college, month)), (forms, (college, row["form"]))):
                    table[key][0] += 1
                    table[key][1] += row["n_attend"]
    counts = ("n_activities", "n_attend")
    found = figures(year)
    assert told(found.activities_by_month, ("college_code", "month"), counts) == {
        key: tuple(value) for key, value in months.items()
    }
    assert told(found.activities_by_form, ("college_code", "form"), counts) == {
        key: tuple(value) for key, value in forms.items()
    }
    assert by_college(found, *counts, "n_forms") == {
        (college,): (
            sum(value[0] for key, value in forms.items() if key[0] == college),
            sum(value[1] for key, value in forms.items() if key[0] == college),
            sum(key[0] == college for key in forms),
        )
        for college in COLLEGES
    }


@pytest.mark.parametrize("year", YEARS)
def test_themes(year: str, ledgers: Any, second_semester: Any, figures: Any) -> None:
    complete: Counter[Any] = Counter()
    every: Counter[Any] = Counter()
    for college in COLLEGES:
        for row in ledgers[year][college]["S08"]:
            if is_in_year(row["start"], year) and row["is_theme"] == "是":
                every[college] += 1
                if row["has_plan"] == "是" and row["has_summary"] == "是":
                    second = row["start"] >= second_semester[year]
                    complete[college, "第二学期" if second else "第一学期"] += 1
    found = figures(year)
    assert told(found.themes_by_semester, ("college_code", "semester"), ("n_themes",)) == {
        key: (number,) for key, number in complete.items()
    }
    assert by_college(found, "n_themes") == {(code,): (every[code],) for code in COLLEGES}


# Screening: 2.4.①.


@pytest.mark.parametrize("year", YEARS)
def test_screening(year: str, ledgers: Any, figures: Any) -> None:
    grades: dict[Any, list[int]] = defaultdict(lambda: [0] * len(COUNTS))
    colleges: dict[Any, list[int]] = defaultdict(lambda: [0] * len(COUNTS))
    for college in COLLEGES:
        for row in ledgers[year][college]["S11"]:
            for place, name in enumerate(COUNTS):
                grades[college, row["grade"]][place] += row[name]
                colleges[college,][place] += row[name]
    found = figures(year)
    assert told(found.screening_by_grade, ("college_code", "grade"), COUNTS) == {
        key: tuple(sums) for key, sums in grades.items()
    }
    assert by_college(found, *COUNTS) == {key: tuple(sums) for key, sums in colleges.items()}


def test_one_student_short_is_not_complete(ledgers: Any, assessment: Assessment) -> None:
    required = valid = 0
    for row in ledgers["2024-2025"]["C01"]["S11"]:
        required += row["n_required"]
        valid += row["n_valid"]
    assert (valid, required) == (2239, 2240)
    assert math.floor(Fraction(valid, required) * 10_000) == 9995
    view = assessment.college("C01")
    table = view.participation()
    assert table.frame["grade"].iloc[-1] == "全院"
    assert table.text(len(table) - 1, "participation") == "99.95%"
    assert [card.value for card in view.cards if card.title == "普测参测率"] == ["99.95%"]


@pytest.mark.parametrize("year", YEARS)
def test_participation_as_printed(year: str, ledgers: Any, assessment: Assessment) -> None:
    # Only the assessed year has a view; the years before stand in its trends.
    for college in COLLEGES:
        required = valid = 0
        for row in ledgers[year][college]["S11"]:
            required += row["n_required"]
            valid += row["n_valid"]
        cut = math.floor(Fraction(valid, required) * 10_000)
        printed = "100%" if valid == required else f"{cut // 100}.{cut % 100:02d}%"
        trends = assessment.college(college).trends()
        place = list(trends.frame["year"]).index(year)
        assert trends.text(place, "participation") == printed


@pytest.mark.parametrize("year", YEARS)
def test_instruments(year: str, ledgers: Any, figures: Any) -> None:
    used = {
        (college, row["instrument"])
        for college in COLLEGES
        for row in ledgers[year][college]["S11"]
    }
    assert set(told(figures(year).instruments, ("college_code", "instrument"), ())) == used


# Monthly reports: 2.4.②; due each month of teaching, by its last day.


@pytest.mark.parametrize("year", YEARS)
def test_monthly_reports(year: str, ledgers: Any, figures: Any) -> None:
    status: Counts = {}
    sums: Counts = {}
    for college in COLLEGES:
        came = punctual = 0
        for month in REPORT_MONTHS:
            calendar_year = int(year[:4]) + (month < 9)
            last = date(calendar_year, month, monthrange(calendar_year, month)[1])
            label = f"{calendar_year}-{month:02d}"
            state = "missing"
            for row in ledgers[year][college]["S15"]:
                if row["month"] == label:
                    came += 1
                    state = "on_time" if row["submitted_on"] <= last else "late"
                    punctual += state == "on_time"
            status[college, label] = (state,)
        sums[college,] = (len(REPORT_MONTHS), came, punctual)
    found = figures(year)
    assert told(found.monthly, ("college_code", "month"), ("status",)) == status
    assert by_college(found, "n_due", "n_in", "n_on_time") == sums


# Counselling: 2.3.


@pytest.mark.parametrize("year", YEARS)
def test_counselling(year: str, ledgers: Any, figures: Any) -> None:
    names = ("n_clients", "n_sessions", "n_records_ok", "n_ref_centre", "n_ref_hospital")
    months: Counter[Any] = Counter()
    channels: Counter[Any] = Counter()
    sums: dict[Any, list[int]] = {}
    groups: Counts = {}
    for college in COLLEGES:
        sums[college,] = [0] * len(names)
        for row in ledgers[year][college]["S13"]:
            months[college, row["month"]] += row["n_sessions"]
            channels[college, row["channel"]] += row["n_sessions"]
            for place, name in enumerate(names):
                sums[college,][place] += row[name]
        met = [row for row in ledgers[year][college]["S14"] if is_in_year(row["first_date"], year)]
        groups[college,] = (len(met), sum(row["n_attend"] for row in met))
    found = figures(year)
    assert told(found.counselling_by_month, ("college_code", "month"), ("n_sessions",)) == {
        key: (number,) for key, number in months.items()
    }
    assert told(found.counselling_by_channel, ("college_code", "channel"), ("n_sessions",)) == {
        key: (number,) for key, number in channels.items()
    }
    assert by_college(found, *names) == {key: tuple(value) for key, value in sums.items()}
    assert by_college(found, "n_groups", "n_group_attend") == groups


# The peer network: 1.3.②, 2.5.


def was_in_post(row: Row, year: str) -> bool:
    start = int(year[:4])
    begun = row["from_date"] is None or row["from_date"] <= date(start + 1, 8, 31)
    return begun and (row["to_date"] is None or row["to_date"] >= date(start, 9, 1))


@pytest.mark.parametrize("year", YEARS)
def test_network(year: str, ledgers: Any, figures: Any) -> None:
    expected: Counts = {}
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
    status: Counts = {}
    sums: Counts = {}
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
    expected: Counts = {}
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
    expected: Counts = {}
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


# Money: 1.2.③, article 6.


@pytest.mark.parametrize("year", YEARS)
def test_funds(year: str, ledgers: Any, figures: Any) -> None:
    fen: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for college in COLLEGES:
        for row in ledgers[year][college]["S05"]:
            place = ("预算", "支出").index(row["entry_type"])
            for key in ((college, row["category"]), (college,)):
                fen[key][place] += round(row["amount"] * 100)
    found = figures(year)
    money = ("budget", "spent")
    purposes = told(found.funds_by_purpose, ("college_code", "category"), money)
    totals = by_college(found, *money)
    in_fen = {
        key: [round(yuan * 100) for yuan in sums] for key, sums in {**purposes, **totals}.items()
    }
    assert in_fen == dict(fen)


# Priority care: 2.4.③.


@pytest.mark.parametrize("year", YEARS)
def test_priority_care(year: str, ledgers: Any, figures: Any) -> None:
    expected: Counts = {}
    for college in COLLEGES:
        active = [row for row in ledgers[year][college]["S16"] if row["status"] == "在册"]
        dated = [row for row in active if row["n_due"] is not None]
        expected[college,] = (
            len(active),
            sum(row["has_plan"] == "是" for row in active),
            sum(bool(row["measures"]) for row in active),
            sum(row["n_due"] for row in dated),
            sum(min(row["n_done"], row["n_due"]) for row in dated),
        )
    columns = ("n_active", "n_with_plan", "n_with_measure", "n_contacts_due", "n_contacts_done")
    assert by_college(figures(year), *columns) == expected


# Research and awards: 2.6, 3.1.②.


@pytest.mark.parametrize("year", YEARS)
def test_research_and_awards(year: str, ledgers: Any, figures: Any) -> None:
    expected: Counts = {}
    for college in COLLEGES:
        titles = {
            re.sub(r"[《》“”\s]", "", row["title"])
            for row in ledgers[year][college]["S19"]
            if is_in_year(row["date"], year)
        }
        personal = group = 0
        for row in ledgers[year][college]["S20"]:
            if row["relevant"] == "是" and is_in_year(row["date"], year):
                personal += row["owner_type"] in ("个人(教师)", "个人(学生)")
                group += row["owner_type"] == "集体"
        expected[college,] = (len(titles), personal, group)
    columns = ("n_research", "n_personal_awards", "n_group_awards")
    assert by_college(figures(year), *columns) == expected


@pytest.mark.parametrize("year", YEARS)
def test_students(year: str, ledgers: Any, figures: Any) -> None:
    assert by_college(figures(year), "n_students") == {
        (college,): (ledgers[year][college]["S00"][0]["n_students"],) for college in COLLEGES
    }
