"""Activities, money, research, awards: the sample's figures worked out by hand.

Plain loops over plain cells, by one who has read the measures only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

import pytest

from .by_hand.figures import Values, by_college, is_in_year, told
from .by_hand.workbooks import COLLEGES, YEARS

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


# Research and awards: 2.6, 3.1.②.


@pytest.mark.parametrize("year", YEARS)
def test_research_and_awards(year: str, ledgers: Any, figures: Any) -> None:
    expected: Values = {}
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
