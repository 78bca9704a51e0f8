"""What is planted in the sample's last year is there, and only where it should be."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest

LAST = "2024-2025"
CODES = [f"C0{n}" for n in range(1, 9)]
FORMS = {
    "专题讲座", "心理主题班会", "个别与团体辅导", "谈心谈话", "普查测量", "档案建设",
    "行为训练/团体培训", "学术科研", "其他",
}  # fmt: skip


@pytest.fixture(scope="module")
def last(ledgers):
    return {code: ledgers[LAST, code] for code in CODES}


def _sum(rows, column):
    return sum(row[column] for row in rows)


def test_sizes(last):
    sizes = {code: book["base_info"][0]["n_students"] for code, book in last.items()}
    assert sizes == {
        "C01": 2240, "C02": 1180, "C03": 1450, "C04": 1860,
        "C05": 1620, "C06": 720, "C07": 1340, "C08": 1090,
    }  # fmt: skip
    assert sum(sizes.values()) == 11500
    for book in last.values():
        grades = Counter()
        for row in book["class_base"]:
            grades[row["grade"]] += row["n_in_class"]
        shares = [grades[f"{year}级"] / grades.total() for year in (2024, 2023, 2022)]
        assert shares == pytest.approx([0.36, 0.34, 0.30], abs=0.001)
        assert all(37 <= row["n_in_class"] <= 47 for row in book["class_base"])


def test_five_colleges_have_their_third_grade_away_in_the_second_semester(ledgers):
    for (year, code), book in ledgers.items():
        away = {row["grade"] for row in book["class_base"] if not row["on_campus_s2"]}
        third = {f"{int(year[:4]) - 2}级"}
        assert away == (third if code in {"C01", "C03", "C04", "C05", "C08"} else set())


def test_participation(last):
    totals = {
        code: (_sum(book["screening"], "n_valid"), _sum(book["screening"], "n_required"))
        for code, book in last.items()
    }
    assert totals["C01"] == (2239, 2240)
    rates = {code: Fraction(*pair) for code, pair in totals.items()}
    assert [code for code in CODES if rates[code] == 1] == ["C03", "C06"]
    for code in ("C01", "C02", "C04", "C05"):
        assert Fraction("0.98") <= rates[code] < 1
    assert Fraction("0.96") <= rates["C08"] <= Fraction("0.975")
    assert Fraction("0.92") <= rates["C07"] <= Fraction("0.94")


def test_participation_grows_over_the_years(ledgers):
    for code in CODES:
        rates = []
        for year in ("2022-2023", "2023-2024", LAST):
            rows = ledgers[year, code]["screening"]
            rates.append(Fraction(_sum(rows, "n_valid"), _sum(rows, "n_required")))
        assert rates == sorted(rates)
        assert rates[0] < rates[-1]


def test_warning_levels(ledgers):
    for (year, code), book in ledgers.items():
        rows = book["screening"]
        valid = _sum(rows, "n_valid")
        shares = [_sum(rows, name) / valid for name in ("n_l1", "n_l2", "n_l3")]
        planted = year == LAST and code in ("C02", "C06")
        assert planted or 0.015 <= shares[0] <= 0.06
        assert 0.08 <= shares[1] <= 0.16
        assert 0.15 <= shares[2] <= 0.28
        if not planted:
            assert 0.93 <= _sum(rows, "n_l1_interviewed") / _sum(rows, "n_l1") <= 1
        assert 0.65 <= _sum(rows, "n_l2_interviewed") / _sum(rows, "n_l2") <= 0.99
    assert _sum(ledgers[LAST, "C02"]["screening"], "n_l1") == 0
    assert _sum(ledgers[LAST, "C06"]["screening"], "n_l1") == 2


def test_one_college_changes_its_instrument(ledgers):
    for code in CODES:
        used = [
            {row["instrument"] for row in ledgers[year, code]["screening"]}
            for year in ("2022-2023", "2023-2024", LAST)
        ]
        current = {"中国大学生心理健康筛查量表"}
        assert used == ([{"SCL-90"}, {"SCL-90"}, current] if code == "C04" else [current] * 3)


def test_monthly_reports(last):
    on_time = {}
    for code, book in last.items():
        months = [row["month"] for row in book["monthly"]]
        assert len(months) == (9 if code == "C07" else 10)
        assert ("2024-12" in months) == (code != "C07")
        on_time[code] = sum(
            f"{row['submitted_on']:%Y-%m}" == row["month"] for row in book["monthly"]
        )
    assert on_time == {
        "C01": 9, "C02": 8, "C03": 10, "C04": 9, "C05": 7, "C06": 10, "C07": 6, "C08": 7,
    }  # fmt: skip


def test_one_college_sends_the_same_figures_for_four_months(last):
    dated = ("month", "submitted_on", "db_updated_on")
    for code, book in last.items():
        figures = [
            tuple(value for name, value in row.items() if name not in dated)
            for row in book["monthly"]
        ]
        longest = run = 1
        for one, two in pairwise(figures):
            run = run + 1 if one == two else 1
            longest = max(longest, run)
        assert longest == (4 if code == "C08" else 1)


def test_training_cells(last):
    found = {}
    for code, book in last.items():
        grades = {row["grade"] for row in book["class_base"]}
        here = {row["grade"] for row in book["class_base"] if row["on_campus_s2"]}
        held = {(r["semester"], r["grade"], r["peer_role"]) for r in book["peer_training"]}
        found[code] = (len(held), 2 * len(grades) + 2 * len(here))
    assert found == {
        "C01": (10, 10), "C02": (11, 12), "C03": (10, 10), "C04": (10, 10),
        "C05": (8, 10), "C06": (12, 12), "C07": (7, 12), "C08": (7, 10),
    }  # fmt: skip


def test_combined_trainings_are_a_row_for_each_grade(last):
    sizes = Counter(row["training_id"] for row in last["C07"]["peer_training"])
    assert max(sizes.values()) == 3
    for row in last["C07"]["peer_training"]:
        twins = [r for r in last["C07"]["peer_training"] if r["training_id"] == row["training_id"]]
        assert {r["date"] for r in twins} == {row["date"]}


def test_peers_cover_classes_and_dorms(last):
    bare = {}
    for code, book in last.items():
        classes = {row["class_name"] for row in book["class_base"]}
        served = {r["class_name"] for r in book["peer_roster"] if r["peer_role"] == "心理委员"}
        bare[code] = len(classes - served)
        dorms = {row["dorm"] for row in book["peer_roster"] if row["dorm"]}
        assert 0.85 <= len(dorms) / book["base_info"][0]["n_dorms"] <= 1
    assert bare == dict.fromkeys(CODES, 0) | {"C05": 1, "C07": 1}


def test_theme_activities_have_plan_and_summary(ledgers):
    for (year, code), book in ledgers.items():
        for semester in ("第一学期", "第二学期"):
            themes = [
                row for row in book["activities"] if row["is_theme"] and row["semester"] == semester
            ]
            missing = (year, code, semester) == (LAST, "C05", "第二学期")
            assert bool(themes) != missing
            assert all(row["has_plan"] and row["has_summary"] for row in themes)


def test_all_nine_forms_are_used(last):
    used = {row["form"] for book in last.values() for row in book["activities"]}
    assert used == FORMS
    attended = sorted(row["n_attend"] for book in last.values() for row in book["activities"])
    assert 75 <= attended[len(attended) // 2] <= 105


def test_activities_peak_in_their_months(ledgers):
    months = Counter(row["start"].month for book in ledgers.values() for row in book["activities"])
    assert set(months) <= {9, 10, 11, 12, 3, 4, 5, 6}
    assert min(months[3], months[5], months[10]) > max(months[6], months[11])


def test_heads(last):
    changed = [c for c in CODES if sum(r["role"] == "站长" for r in last[c]["staff"]) == 2]
    assert changed == ["C02"]
    late = [c for c in CODES if last[c]["head_form"][0]["submitted_on"].month != 9]
    assert late == ["C07"]
    untrained = []
    for code, book in last.items():
        head = book["base_info"][0]["head_name"]
        kinds = {row["kind"] for row in book["staff_training"] if row["name"] == head}
        if "专业培训" not in kinds:
            untrained.append(code)
    assert untrained == ["C07"]


def test_rooms_and_money(last):
    no_room = [c for c in CODES if not any(r["dedicated"] for r in last[c]["facilities"])]
    assert no_room == ["C07"]
    sources = {code: {row["source"] for row in last[code]["funds"]} for code in CODES}
    assert [c for c in CODES if "学院配套" not in sources[c]] == ["C07"]
    over = []
    for code in CODES:
        sums = Counter()
        for row in last[code]["funds"]:
            sums[row["entry_type"]] += row["amount"]
        if sums["支出"] > sums["预算"]:
            over.append(code)
    assert over == ["C08"]


def test_optional_sheets_are_empty_here_and_there(last):
    empty = {
        name: [code for code in CODES if not last[code][name]]
        for name in ("checks", "crisis", "peer_work", "research", "awards", "highlights")
    }
    assert empty == {
        "checks": ["C05"], "crisis": ["C06"], "peer_work": ["C07"], "research": ["C07", "C08"],
        "awards": ["C07"], "highlights": ["C07", "C08"],
    }  # fmt: skip


def test_trends_point_upward(ledgers):
    years = ("2022-2023", "2023-2024", LAST)
    for name in ("activities", "peer_training", "staff_training"):
        sums = [sum(len(ledgers[year, code][name]) for code in CODES) for year in years]
        assert sums == sorted(sums), name
