"""The centre's workbook of the sample."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest

from evalkit.rubric import load_rubric
from evalkit.synthetic import invented_colleges

CODES = [f"C0{n}" for n in range(1, 9)]
INDICATORS = {indicator.id for indicator in load_rubric().indicators}


def test_it_has_five_sheets(centre):
    for book in centre.values():
        assert list(book) == [
            "centre_tasks", "daily_log", "calendar_dict", "site_visits", "training_plan"
        ]  # fmt: skip


def test_training_plan_holds_supervision_in_both_semesters(centre):
    for year, book in centre.items():
        held = [row for row in book["training_plan"] if row["held"]]
        assert {row["kind"] for row in held} == {"培训", "督导"}
        for row in book["training_plan"]:
            assert (row["held_on"] is not None) == row["held"]
        for row in held:
            assert f"{row['held_on']:%Y-%m}" == row["planned_month"]
        assert {row["held_on"].year for row in held if row["kind"] == "督导"} == {
            int(year[:4]), int(year[5:])
        }  # fmt: skip


def test_tasks_are_twenty_for_each_college_and_dates_fit(centre):
    for book in centre.values():
        rows = book["centre_tasks"]
        assert Counter(row["college_code"] for row in rows) == dict.fromkeys(CODES, 20)
        assert len({row["task_id"] for row in rows}) == 20
        titles = {row["title"] for row in rows}
        assert {"报送年度工作计划", "报送年度工作总结", "报送站长登记表"} <= titles
        for row in rows:
            assert row["issued"] <= row["due"]
            if row["status"] == "未完成":
                assert row["submitted_on"] is None
                assert row["quality"] is None
                continue
            assert row["issued"] <= row["submitted_on"]
            assert (row["submitted_on"] > row["due"]) == (row["status"] == "迟交")


def test_head_forms_come_on_the_day_that_ledgers_say(centre, ledgers):
    for year, book in centre.items():
        for row in book["centre_tasks"]:
            if row["title"] == "报送站长登记表":
                form = ledgers[year, row["college_code"]]["head_form"][0]
                assert row["submitted_on"] == form["submitted_on"]


def test_daily_log(centre):
    for year, book in centre.items():
        rows = book["daily_log"]
        counts = Counter(row["college_code"] for row in rows)
        assert set(counts) == set(CODES)
        assert min(counts.values()) >= 30
        assert {row["rubric_item"] for row in rows} == INDICATORS
        first, last = date(int(year[:4]), 9, 1), date(int(year[5:]), 8, 31)
        assert all(first <= row["date"] <= last for row in rows)
    good = defaultdict(list)
    for row in centre["2024-2025"]["daily_log"]:
        good[row["college_code"]].append(row["polarity"] == "正面")
    shares = {code: sum(several) / len(several) for code, several in good.items()}
    assert shares["C03"] > shares["C02"] > shares["C07"]


def test_one_college_in_the_middle_was_not_visited(centre):
    visited = {row["college_code"] for row in centre["2024-2025"]["site_visits"]}
    assert set(CODES) - visited == {"C02"}
    for year in ("2022-2023", "2023-2024"):
        assert {row["college_code"] for row in centre[year]["site_visits"]} == set(CODES)
    for book in centre.values():
        assert {row["rubric_item"] for row in book["site_visits"]} <= INDICATORS


def test_calendar(centre):
    for year, book in centre.items():
        values = {row["key"]: row["value"] for row in book["calendar_dict"]}
        dates = [
            date.fromisoformat(values[key])
            for key in ("sem1_start", "sem1_end", "sem2_start", "sem2_end")
        ]
        assert dates == sorted(dates)
        assert (dates[0].year, dates[3].year) == (int(year[:4]), int(year[5:]))
        months = [values[f"report_month_{place}"] for place in range(1, 11)]
        assert months == sorted(months)
        assert [int(month[5:]) for month in months] == [9, 10, 11, 12, 1, 3, 4, 5, 6, 7]
        aliases = {r["value"]: r["canonical"] for r in book["calendar_dict"] if r["key"] == "alias"}
        assert aliases == {c.aliases[0]: c.code for c in invented_colleges(8)}


def test_calendars_differ_from_year_to_year(terms):
    starts = {(dates["sem2_start"].month, dates["sem2_start"].day) for dates in terms.values()}
    assert len(starts) == 3


@pytest.mark.parametrize("year", ["2022-2023", "2023-2024", "2024-2025"])
def test_summaries_are_received_before_the_middle_of_july(centre, year):
    for row in centre[year]["centre_tasks"]:
        if row["title"] == "报送年度工作总结":
            assert row["submitted_on"] <= date(int(year[5:]), 7, 15)
