"""Screening, monthly reports, counselling, care: the sample's figures worked out by hand.

Plain loops over plain cells, by one who has read the measures only.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from evalkit.assessment import Assessment

from .by_hand.figures import Values, by_college, is_in_year, told
from .by_hand.workbooks import COLLEGES, YEARS

REPORT_MONTHS = (9, 10, 11, 12, 1, 3, 4, 5, 6, 7)
COUNTS = ("n_enrolled", "n_exempt", "n_required", "n_valid", "n_l1", "n_l2", "n_l3",
          "n_l1_interviewed", "n_l2_interviewed", "n_files")  # fmt: skip

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
    status: Values = {}
    sums: Values = {}
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
    groups: Values = {}
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


# Priority care: 2.4.③.


@pytest.mark.parametrize("year", YEARS)
def test_priority_care(year: str, ledgers: Any, figures: Any) -> None:
    expected: Values = {}
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
