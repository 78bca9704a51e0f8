"""Whatever can be held against something else in a ledger of the sample agrees with it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest

from evalkit.ledger import load_ledger

MONTHS = [9, 10, 11, 12, 1, 3, 4, 5, 6, 7]


def _day(value):
    return value.date() if isinstance(value, datetime) else value


def _label(year, month):
    start = int(year[:4])
    return f"{start if month >= 9 else start + 1}-{month:02d}"


def test_every_college_hands_in_all_sheets_every_year(ledgers):
    years = ("2022-2023", "2023-2024", "2024-2025")
    assert set(ledgers) == {(year, f"C0{n}") for year in years for n in range(1, 9)}
    wanted = {sheet.name for sheet in load_ledger().of("college")}
    optional = {"checks", "crisis", "peer_work", "research", "awards", "highlights"}
    for book in ledgers.values():
        assert set(book) == wanted
        assert all(book[name] for name in wanted - optional)


def test_cells_fit_their_columns(ledgers, centre):
    for (_, code), book in [*ledgers.items(), *((("", year), b) for year, b in centre.items())]:
        for sheet in load_ledger().sheets:
            if sheet.name not in book:
                continue
            for row in book[sheet.name]:
                assert set(row) == {column.name for column in sheet.columns}
                for column in sheet.columns:
                    value = row[column.name]
                    where = (code, sheet.name, column.name, value)
                    if value is None:
                        assert column.required != "always", where
                        continue
                    if column.type == "enum":
                        assert value in column.allowed, where
                    if column.type == "enums":
                        assert set(value.split("、")) <= set(column.allowed), where
                    if column.type in ("int", "dec", "money", "pct"):
                        assert isinstance(value, int if column.type == "int" else (int, float))
                        assert column.minimum is None or value >= column.minimum, where
                        assert column.maximum is None or value <= column.maximum, where
                    if column.type == "ym":
                        assert re.fullmatch(r"\d{4}-\d{2}", value), where
                    if column.type == "bool":
                        assert isinstance(value, bool), where
                    if column.type == "date":
                        assert isinstance(value, date), where
                    if column.type == "datetime":
                        assert isinstance(value, datetime), where
                    if column.pattern is not None:
                        assert re.fullmatch(column.pattern, str(value)), where


def test_keys_are_unique(ledgers, centre):
    for book in [*ledgers.values(), *centre.values()]:
        for name, rows in book.items():
            key = load_ledger()[name].key
            if key:
                counts = Counter(tuple(row[part] for part in key) for row in rows)
                assert max(counts.values(), default=1) == 1, (name, counts.most_common(1))


def test_cover_sheet_adds_up(ledgers):
    for (year, code), book in ledgers.items():
        cover, classes, staff = book["base_info"][0], book["class_base"], book["staff"]
        names = {row["name"] for row in staff}
        assert (cover["academic_year"], cover["college_code"]) == (year, code)
        assert cover["n_students"] == sum(row["n_in_class"] for row in classes)
        freshmen = [row["n_in_class"] for row in classes if row["grade"] == f"{year[:4]}级"]
        assert cover["n_freshmen"] == sum(freshmen)
        assert cover["n_classes"] == len(classes)
        assert cover["n_dorms"] == sum(row["n_dorms"] for row in classes)
        assert cover["n_dorms"] >= cover["n_students"] / 10
        assert cover["n_counsellors"] == len({row["counsellor"] for row in classes})
        heads = [row for row in staff if row["role"] == "站长" and row["to_date"] is None]
        assert [row["name"] for row in heads] == [cover["head_name"]]
        assert {cover["archivist_name"], cover["filled_by"]} <= names
        assert cover["reviewed_by"] != cover["filled_by"]
        assert all(20 <= row["n_in_class"] <= 60 for row in classes)
        assert len({row["grade"] for row in classes}) == 3


def test_dates_lie_in_the_year_and_are_in_order(ledgers):
    before = {"from_date", "to_date", "opened_on"}
    pairs = [
        ("activities", "start", "end"), ("staff_training", "start", "end"),
        ("screening", "start", "end"), ("checks", "start", "reported_on"),
        ("key_students", "opened_on", "last_contact"), ("key_students", "opened_on", "closed_on"),
        ("staff", "from_date", "to_date"), ("peer_roster", "from_date", "to_date"),
        ("crisis", "found_at", "reported_at"), ("crisis", "found_at", "first_action_at"),
        ("crisis", "found_at", "closed_on"),
    ]  # fmt: skip
    for (year, _), book in ledgers.items():
        first, last = date(int(year[:4]), 9, 1), date(int(year[5:]), 8, 31)
        filled = _day(book["base_info"][0]["filled_on"])
        for sheet in load_ledger().of("college"):
            for row in book[sheet.name]:
                for column in sheet.columns:
                    value = row[column.name]
                    if column.type not in ("date", "datetime") or value is None:
                        continue
                    day = _day(value)
                    assert day <= filled, (sheet.name, column.name, day, filled)
                    if column.name in before or row.get("kind") == "制度文件":
                        continue
                    assert first <= day <= last, (sheet.name, column.name, day)
        for name, early, late in pairs:
            for row in book[name]:
                if row[late] is not None:
                    assert _day(row[early]) <= _day(row[late]), (name, row)
        for row in book["activities"]:
            assert row["end"] is None or (row["end"] - row["start"]).days <= 60


def test_semesters_agree_with_dates(ledgers, terms):
    dated = {
        "activities": "start", "peer_training": "date", "group_work": "first_date",
        "checks": "start", "peer_work": "date", "plan_items": "done_on",
    }  # fmt: skip
    for (year, _), book in ledgers.items():
        dates = terms[year]
        for name, column in dated.items():
            for row in book[name]:
                if row[column] is None:
                    continue
                day = row[column]
                number = "1" if row["semester"] == "第一学期" else "2"
                assert dates[f"sem{number}_start"] <= day <= dates[f"sem{number}_end"], (name, row)
        for row in book["plan_items"]:
            month = int(row["due_month"][5:])
            assert (row["semester"] == "第一学期") == (month >= 9 or month == 1)


def test_people_are_known(ledgers):
    for book in ledgers.values():
        staff = {row["name"] for row in book["staff"]}
        known = staff | {row["counsellor"] for row in book["class_base"]}
        for name, column in (
            ("staff_training", "name"), ("individual", "counsellor"), ("peer_work", "supervisor"),
            ("confidentiality", "person"), ("plan_items", "owner"), ("peer_training", "trainer"),
        ):  # fmt: skip
            assert {row[column] for row in book[name]} <= staff, name
        assert {row["owner"] for row in book["key_students"]} <= known
        assert book["head_form"][0]["name"] == book["base_info"][0]["head_name"]
        students = {row["name"] for row in book["staff"] if row["role"] == "学生干部"}
        assert students <= {row["peer_id"] for row in book["peer_roster"]}
        pledged = {row["person"] for row in book["confidentiality"] if row["kind"] == "保密承诺书"}
        assert pledged == staff - students


def test_plan_items_point_to_evidence(ledgers):
    for book in ledgers.values():
        activities = {row["activity_id"] for row in book["activities"]}
        for row in book["plan_items"]:
            done = row["status"] == "已完成"
            assert (row["done_on"] is not None) == done
            assert (row["evidence_no"] is not None) == done
            if done:
                assert row["evidence_no"] in activities or row["evidence_no"].endswith(".pdf")


def test_meetings_and_rules_are_complete(ledgers):
    for book in ledgers.values():
        for row in book["rules_meetings"]:
            rule = row["kind"] == "制度文件"
            assert (row["rule_type"] is not None) == rule
            assert (row["chair"] is None) == rule
            assert (row["n_attend"] is None) == rule
            assert len(row["summary"]) >= 10


def test_money_is_exact_and_traceable(ledgers):
    for (_, code), book in ledgers.items():
        activities = {row["activity_id"]: row for row in book["activities"]}
        spent, budget = Decimal(0), Decimal(0)
        for row in book["funds"]:
            amount = Decimal(str(row["amount"]))
            assert amount > 0
            assert amount == amount.quantize(Decimal("0.01"))
            if row["entry_type"] == "预算":
                budget += amount
                continue
            spent += amount
            assert row["voucher_no"]
            assert (row["activity_id"] is not None) == (row["category"] == "活动开展")
            if row["activity_id"] is not None:
                assert row["date"] >= activities[row["activity_id"]]["start"]
        assert 3 <= spent / book["base_info"][0]["n_students"] <= 15, code
        assert Decimal("0.55") <= spent / budget <= Decimal("1.04"), code


def test_activities_are_plausible(ledgers):
    for book in ledgers.values():
        students = book["base_info"][0]["n_students"]
        for row in book["activities"]:
            assert 1 <= row["n_attend"] <= students
        assert len({row["start"] for row in book["activities"]}) == len(book["activities"])
        assert len({row["title"] for row in book["activities"]}) == len(book["activities"])
        for semester in ("第一学期", "第二学期"):
            assert 4 <= sum(row["semester"] == semester for row in book["activities"]) <= 15


def test_peers_belong_to_classes_and_dorms(ledgers):
    for book in ledgers.values():
        classes = {row["class_name"]: row for row in book["class_base"]}
        dorms = defaultdict(set)
        for row in book["peer_roster"]:
            assert row["grade"] == classes[row["class_name"]]["grade"]
            assert (row["dorm"] is not None) == (row["peer_role"] == "宿舍心理观察员")
            if row["dorm"] is not None:
                dorms[row["class_name"]].add(row["dorm"])
        for name, used in dorms.items():
            assert len(used) <= classes[name]["n_dorms"]
        assert sum(map(len, dorms.values())) == len(set().union(*dorms.values()))


def test_trainings_of_peers_agree_with_the_roster(ledgers):
    for book in ledgers.values():
        serving = Counter(
            (row["grade"], row["peer_role"])
            for row in book["peer_roster"]
            if row["to_date"] is None
        )
        here = {row["grade"] for row in book["class_base"] if row["on_campus_s2"]}
        for row in book["peer_training"]:
            assert row["n_expected"] == serving[row["grade"], row["peer_role"]]
            assert 0 < row["n_attend"] <= row["n_expected"]
            assert row["semester"] == "第一学期" or row["grade"] in here


def test_screening_adds_up(ledgers):
    for (year, _), book in ledgers.items():
        classes = book["class_base"]
        for row in book["screening"]:
            enrolled = sum(c["n_in_class"] for c in classes if c["grade"] == row["grade"])
            assert row["n_enrolled"] == enrolled
            assert row["n_required"] == row["n_enrolled"] - row["n_exempt"]
            assert row["n_exempt"] <= 0.05 * row["n_enrolled"]
            reasons = [int(n) for n in re.findall(r"(\d+) 人", row["exempt_reason"] or "")]
            assert sum(reasons) == row["n_exempt"]
            assert row["n_first"] <= row["n_valid"] <= row["n_required"]
            assert row["n_l1"] + row["n_l2"] + row["n_l3"] <= row["n_valid"]
            assert row["n_l1_interviewed"] <= row["n_l1"]
            assert row["n_l2_interviewed"] <= row["n_l2"]
            assert row["n_to_key"] <= row["n_l1_interviewed"] + row["n_l2_interviewed"]
            assert row["n_files"] <= row["n_valid"]
            exact = Decimal(row["n_valid"]) / row["n_required"] * 100
            typed = Decimal(str(row["rate_reported"]))
            assert 0 <= exact - typed < Decimal("0.01")
            assert (typed == 100) == (row["n_valid"] == row["n_required"])
            assert (row["wave"] == "新生普测") == (row["start"].month == 10)
        autumn = [row["grade"] for row in book["screening"] if row["wave"] == "新生普测"]
        assert autumn == [f"{year[:4]}级"]


def test_checks_agree_with_the_register(ledgers):
    for (year, _), book in ledgers.items():
        first = date(int(year[:4]), 9, 1)
        found = [
            row["opened_on"]
            for row in book["key_students"]
            if row["found_by"] == "排查" and row["opened_on"] >= first
        ]
        assert sum(row["n_new"] for row in book["checks"]) == len(found)
        for row in book["checks"]:
            assert row["n_checked"] <= row["n_required"]
            assert row["zero_report"] == (row["n_new"] == 0)


def test_individual_counselling_adds_up(ledgers):
    for book in ledgers.values():
        rows, students = book["individual"], book["base_info"][0]["n_students"]
        for row in rows:
            assert 1 <= row["n_clients"] <= row["n_sessions"]
            assert row["n_new"] <= row["n_clients"]
            assert row["n_records_ok"] <= row["n_sessions"]
            assert row["n_ref_centre"] + row["n_ref_hospital"] <= row["n_clients"]
        sessions = sum(row["n_sessions"] for row in rows)
        clients = sum(row["n_clients"] for row in rows)
        referred = sum(row["n_ref_centre"] + row["n_ref_hospital"] for row in rows)
        assert 15 <= sessions / students * 1000 <= 90
        assert 1.8 <= sessions / clients <= 3.0
        assert 3 <= referred / students * 1000 <= 9


def test_groups_add_up(ledgers):
    for book in ledgers.values():
        assert 2 <= len(book["group_work"]) <= 10
        for row in book["group_work"]:
            assert row["n_attend"] <= row["n_members"] * row["n_meetings"]


def test_monthly_reports_balance_with_the_register(ledgers):
    for (year, _), book in ledgers.items():
        first = date(int(year[:4]), 9, 1)
        cases = book["key_students"]
        classes = book["class_base"]
        at_end = sum(row["opened_on"] < first for row in cases)
        for row in book["monthly"]:
            month = int(row["month"][5:])
            new = [c for c in cases if c["opened_on"] >= first and c["opened_on"].month == month]
            closed = [c for c in cases if c["closed_on"] and c["closed_on"].month == month]
            at_end += len(new) - len(closed)
            assert (row["n_key_new"], row["n_key_closed"]) == (len(new), len(closed))
            assert row["n_key_end"] == at_end
            here = [c for c in classes if c["on_campus_s2"] or month in (9, 10, 11, 12, 1)]
            assert row["n_classes_due"] == len(here)
            assert 0.85 * len(here) - 0.5 <= row["n_classes_in"] <= len(here)
            assert f"{row['db_updated_on']:%Y-%m}" == row["month"]
            assert row["submitted_on"] >= row["db_updated_on"]
            worries = sum(v for k, v in row.items() if k in WORRIES)
            assert row["zero_report"] == (worries == 0 and not new)
        assert at_end == sum(row["status"] == "在册" for row in cases)
        labels = [row["month"] for row in book["monthly"]]
        assert labels == [label for m in MONTHS if (label := _label(year, m)) in labels]


WORRIES = ("n_study", "n_relation", "n_love", "n_mood", "n_family", "n_other")


def test_priority_care_is_coherent(ledgers):
    for book in ledgers.values():
        grades = {row["grade"] for row in book["class_base"]}
        students = book["base_info"][0]["n_students"]
        assert 0.01 <= len(book["key_students"]) / students <= 0.03
        for row in book["key_students"]:
            assert row["grade"] in grades
            assert (row["closed_on"] is not None) == (row["status"] != "在册")
            assert row["closed_on"] is None or row["last_contact"] <= row["closed_on"]
            if row["level"] == "一级":
                assert {"转介校中心", "转介医院"} & set(row["measures"].split("、"))


def test_screening_brings_students_into_the_register(ledgers):
    for (year, _), book in ledgers.items():
        first = date(int(year[:4]), 9, 1)
        found = Counter(
            (row["grade"], row["opened_on"].month >= 9)
            for row in book["key_students"]
            if row["found_by"] == "普测" and row["opened_on"] >= first
        )
        for row in book["screening"]:
            assert row["n_to_key"] == found.pop((row["grade"], row["wave"] == "新生普测"), 0)
        assert not found


def test_crises_and_awards_stay_in_range(ledgers):
    for book in ledgers.values():
        assert len(book["crisis"]) <= 6
        assert len(book["awards"]) <= 6
        assert len(book["research"]) <= 4
        assert len(book["highlights"]) <= 3
        assert all(len(row["title"]) <= 30 for row in book["highlights"])


def test_no_student_is_named_and_no_number_could_be_somebodys(ledgers):
    for (_, code), book in ledgers.items():
        names = {row["name"] for row in book["staff"] if row["role"] != "学生干部"}
        names |= {row["counsellor"] for row in book["class_base"]}
        for row in book["awards"]:
            if row["owner_type"] == "个人(学生)":
                assert re.fullmatch(r".+班学生 \d+ 人", row["owner"])
            elif row["owner_type"] == "个人(教师)":
                assert row["owner"] in names
        assert {row["author"] for row in book["research"]} <= names
        for name, rows in book.items():
            for row in rows:
                for column, value in row.items():
                    found = re.findall(r"1[3-9]\d{9}|\d{17}[\dXx]", str(value))
                    allowed = (name, column) == ("head_form", "mobile")
                    assert bool(found) == allowed, (name, column, value)
        form = book["head_form"][0]
        assert re.fullmatch(r"1380000\d{4}", str(form["mobile"]))
        assert str(form["email"]) == f"zhanzhang.{code.lower()}@example.com"
        for line in form["training_history"].splitlines():
            assert re.fullmatch(r"\d{4}年\d{1,2}月，.+，.+主办，.+主讲，共计[\d.]+学时", line)


def test_what_goes_from_year_to_year(ledgers):
    for code in sorted({code for _, code in ledgers}):
        for early, late in (("2022-2023", "2023-2024"), ("2023-2024", "2024-2025")):
            one, two = ledgers[early, code], ledgers[late, code]
            before = {row["class_name"]: row for row in one["class_base"]}
            after = {row["class_name"]: row for row in two["class_base"]}
            kept = set(before) & set(after)
            assert {before[name]["grade"] for name in kept} == {
                f"{int(early[:4])}级",
                f"{int(early[:4]) - 1}级",
            }
            for name in kept:
                assert 0 <= before[name]["n_in_class"] - after[name]["n_in_class"] <= 1
                assert before[name]["n_dorms"] == after[name]["n_dorms"]
            people = {row["name"] for row in one["staff"] if row["role"] != "学生干部"}
            still = {row["name"] for row in two["staff"] if row["role"] != "学生干部"}
            assert len(people & still) >= 0.6 * len(people)
            open_cases = {r["case_code"] for r in one["key_students"] if r["status"] == "在册"}
            first = date(int(late[:4]), 9, 1)
            taken = {r["case_code"] for r in two["key_students"] if r["opened_on"] < first}
            assert open_cases == taken


@pytest.mark.parametrize("year", ["2022-2023", "2023-2024", "2024-2025"])
def test_one_head_in_post_on_every_day(ledgers, year):
    for code in sorted({code for _, code in ledgers}):
        book = ledgers[year, code]
        heads = sorted(
            (row for row in book["staff"] if row["role"] == "站长"), key=lambda r: r["from_date"]
        )
        assert heads[0]["from_date"] <= date(int(year[:4]), 9, 1)
        for old, new in pairwise(heads):
            assert (new["from_date"] - old["to_date"]).days == 1
            (record,) = [r for r in book["confidentiality"] if r["kind"] == "换岗交接"]
            assert (record["from_person"], record["to_person"]) == (old["name"], new["name"])
            assert record["witness"] not in (None, old["name"], new["name"])
            assert record["signed"]
        assert heads[-1]["to_date"] is None
