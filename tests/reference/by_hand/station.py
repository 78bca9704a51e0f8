"""The station: articles 3, 4(三), 4(八), 6, 9, 10; criteria 1.1, 1.2 and 1.3.①."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from .workbooks import Book, Counts, Row, decimal, number, share, was_in_post_on

RULES = ("保密", "档案交接", "危机干预", "职责分工", "心理委员管理", "谈心值班")
STAFF = ("站长", "副站长", "兼职心理咨询师", "专职辅导员", "兼职辅导员")
FIELDS = ("心理学", "教育学", "医学")
PURPOSES = ("设施建设", "活动开展", "师资培训")


def missing_rules(book: Book) -> set[str]:
    """Kinds of rule of which none was in force by the end of the year."""
    missing = set(RULES)
    for row in book.ledger["S03"]:
        if row["kind"] == "制度文件" and row["date"] <= book.last_day:
            missing.discard(row["rule_type"])
    return missing


def count_rules_and_meetings(book: Book) -> Counts:
    counts = {"rule_types": share(len(RULES) - len(missing_rules(book)), len(RULES))}
    for name, kind in (("leader_meetings", "党政联席会/总支会"), ("seminars", "工作研讨")):
        for semester in (1, 2):
            held = 0
            for row in book.ledger["S03"]:
                held += row["kind"] == kind and book.is_in_semester(row["date"], semester)
            counts[f"{name}_s{semester}"] = number(held)
    return counts


def count_heads(book: Book) -> tuple[int, int]:
    """Days of the year without a head, and days with more than one."""
    gap = overlap = 0
    day = book.first_day
    while day <= book.last_day:
        heads = 0
        for row in book.ledger["S06"]:
            heads += row["role"] == "站长" and was_in_post_on(row, day)
        gap += heads == 0
        overlap += heads > 1
        day += timedelta(days=1)
    return gap, overlap


def count_handovers(book: Book) -> tuple[int, int]:
    """Changes of head in the year, and those with a signed and witnessed record."""
    recorded = changes = 0
    heads = [row for row in book.ledger["S06"] if row["role"] == "站长"]
    for old in heads:
        for new in heads:
            follows = old["to_date"] is not None and old["to_date"] <= new["from_date"]
            if new["name"] == old["name"] or not follows or not book.is_in_year(new["from_date"]):
                continue
            changes += 1
            for row in book.ledger["S21"]:
                recorded += (
                    row["kind"] == "换岗交接"
                    and (row["from_person"], row["to_person"]) == (old["name"], new["name"])
                    and row["witness"] is not None
                    and row["signed"] == "是"
                )
    return recorded, changes


def staff_in_post(book: Book) -> dict[str, list[Row]]:
    """The rows of everybody on the station's staff this year; students are not staff."""
    people: dict[str, list[Row]] = {}
    for row in book.ledger["S06"]:
        if row["role"] != "学生干部" and book.was_in_post(row):
            people.setdefault(row["name"].replace(" ", ""), []).append(row)
    return people


def count_responsibilities(book: Book) -> Counts:
    gap, overlap = count_heads(book)
    form = book.ledger["S23"][0]
    staff = staff_in_post(book)
    signed = {
        row["person"]
        for row in book.ledger["S21"]
        if row["kind"] == "保密承诺书" and row["signed"] == "是"
    }
    september = (book.first_day.year, 9)
    return {
        "head_gap_days": number(gap),
        "head_overlap_days": number(overlap),
        "archivist_on_staff": number(book.base["archivist_name"] in staff),
        "head_form_in_september": number(
            (form["submitted_on"].year, form["submitted_on"].month) == september
        ),
        "head_form_copies": number(form["n_copies_centre"] >= 1 and form["n_copies_college"] >= 1),
        "handovers_recorded": share(*count_handovers(book)),
        "pledges": share(len(signed & set(staff)), len(staff)),
    }


def is_qualified(rows: list[Row]) -> bool:
    return any(row["background"] in FIELDS or row["certificate"] != "无" for row in rows)


def is_counsellor(rows: list[Row]) -> bool:
    return any(row["role"] == "兼职心理咨询师" or row["certificate"] != "无" for row in rows)


def count_staff(book: Book) -> Counts:
    staff = staff_in_post(book)
    dedicated = [name for name, rows in staff.items() if any(row["role"] in STAFF for row in rows)]
    counsellors = [name for name, rows in staff.items() if is_counsellor(rows)]
    qualified = [name for name, rows in staff.items() if is_qualified(rows)]
    head = staff[book.base["head_name"]]
    trained, supervisions, hours, head_trainings = set(), set(), Fraction(0), 0
    for row in book.of_year("S07", "start"):
        if row["name"] in staff:
            trained.add(row["name"])
            hours += decimal(row["hours"])
            if row["kind"] == "督导":
                supervisions.add((row["start"], row["title"]))
            head_trainings += row["kind"] == "专业培训" and row["name"] == book.base["head_name"]
    return {
        "dedicated_staff": number(len(dedicated)),
        "students_per_counsellor": share(book.base["n_students"], len(counsellors)),
        "qualified_staff": share(len(qualified), len(staff)),
        "trained_staff": share(len(trained), len(staff)),
        "training_hours": share(hours, len(staff)),
        "supervision": number(len(supervisions)),
        "head_trainings": number(head_trainings),
        "head_background": number(
            any(row["background"] in FIELDS or (row["years"] or 0) > 0 for row in head)
        ),
        "head_is_counsellor": number(any(row["role"] == "兼职心理咨询师" for row in head)),
    }


def count_rooms(book: Book) -> Counts:
    dedicated, area = 0, Fraction(0)
    for row in book.ledger["S04"]:
        dedicated += row["dedicated"] == "是"
        area += decimal(row["area_m2"])
    return {
        "dedicated_rooms": number(dedicated),
        "area_per_1000": share(area, book.base["n_students"]),
    }


def count_funds(book: Book) -> Counts:
    budget = from_college = spent = on_purposes = Fraction(0)
    lines = vouchered = 0
    for row in book.ledger["S05"]:
        amount = decimal(row["amount"])
        if row["entry_type"] == "预算":
            budget += amount
            from_college += amount if row["source"] == "学院配套" else 0
        else:
            spent += amount
            on_purposes += amount if row["category"] in PURPOSES else 0
            lines += 1
            vouchered += row["voucher_no"] is not None and row["head_signed"] == "是"
    return {
        "college_budget": number(from_college),
        "budget_execution": share(spent, budget),
        "purpose_share": share(on_purposes, spent),
        "vouchers": share(vouchered, lines),
        "spending_per_student": share(spent, book.base["n_students"]),
    }


def count_station(book: Book) -> Counts:
    return {
        **count_rules_and_meetings(book),
        **count_responsibilities(book),
        **count_staff(book),
        **count_rooms(book),
        **count_funds(book),
    }
