"""Screening, monthly reports, priority care, crises: articles 4(四), (五), (七); criterion 2.4."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from fractions import Fraction
from statistics import median

from .workbooks import Book, Count, Counts, Row, number, share

MONTHS = (9, 10, 11, 12, 1, 3, 4, 5, 6, 7)
REPORTED = ("n_study", "n_relation", "n_love", "n_mood", "n_family", "n_other", "n_key_new",
            "n_key_closed", "n_key_end")  # fmt: skip
ZERO = Fraction(0)
LONGEST_WAIT = {"一级": 7, "二级": 14, "三级": 30}


def count_screening(book: Book) -> Counts:
    names = ("n_enrolled", "n_required", "n_valid", "n_files", "n_l1", "n_l1_interviewed", "n_l2",
             "n_l2_interviewed")  # fmt: skip
    sums = dict.fromkeys(names, 0)
    for row in book.ledger["S11"]:
        for name in names:
            sums[name] += row[name]
    checked = required = 0
    for row in book.of_year("S12", "start"):
        checked += row["n_checked"]
        required += row["n_required"]
    return {
        "participation": share(sums["n_valid"], sums["n_required"]),
        "participation_gross": share(sums["n_valid"], sums["n_enrolled"]),
        "files_complete": share(sums["n_files"], sums["n_required"]),
        "l1_interviewed": share(sums["n_l1_interviewed"], sums["n_l1"]),
        "l2_interviewed": share(sums["n_l2_interviewed"], sums["n_l2"]),
        # A college that had nothing to check would be odd: an empty sheet tells nothing.
        "checks_complete": share(checked, required) if required else (ZERO, ZERO, "no_data"),
    }


def due_months(book: Book) -> list[date]:
    """The last day of each month that a report is due for."""
    days = []
    for month in MONTHS:
        year = book.first_day.year + (month < 9)
        days.append(date(year, month, monthrange(year, month)[1]))
    return days


def months_reported_late(book: Book) -> set[str]:
    reports = reports_by_month(book)
    late = set()
    for last in due_months(book):
        row = reports.get(f"{last:%Y-%m}")
        if row is not None and row["submitted_on"] > last:
            late.add(row["month"])
    return late


def reports_by_month(book: Book) -> dict[str, Row]:
    return {row["month"]: row for row in book.ledger["S15"]}


def months_not_reported(book: Book) -> set[str]:
    return {f"{day:%Y-%m}" for day in due_months(book)} - set(reports_by_month(book))


def count_monthly_reports(book: Book) -> Counts:
    reports = reports_by_month(book)
    came = on_time = classes = classes_due = updated = balanced = checked = 0
    run = longest = 0
    before: Row | None = None
    for last in due_months(book):
        row = reports.get(f"{last:%Y-%m}")
        if row is not None:
            came += 1
            on_time += row["submitted_on"] <= last
            classes += row["n_classes_in"]
            classes_due += row["n_classes_due"]
            updated += f"{row['db_updated_on']:%Y-%m}" == row["month"]
            same = before is not None and all(row[name] == before[name] for name in REPORTED)
            run = run + 1 if same else 1
            longest = max(longest, run)
            if before is not None:
                checked += 1
                expected = before["n_key_end"] + row["n_key_new"] - row["n_key_closed"]
                balanced += row["n_key_end"] == expected
        before = row
    return {
        "monthly_received": share(came, len(MONTHS)),
        "monthly_on_time": share(on_time, len(MONTHS)),
        "classes_reported": share(classes, classes_due),
        "database_updated": share(updated, len(MONTHS)),
        "months_balanced": share(balanced, checked),
        "flat_run": number(longest),
    }


def count_priority_care(book: Book) -> Counts:
    active = [row for row in book.ledger["S16"] if row["status"] == "在册"]
    seen_on = min(book.last_day, book.base["filled_on"])
    plans = owners = helped = done = due = overdue = 0
    for row in active:
        plans += row["has_plan"] == "是"
        owners += row["owner"] is not None
        helped += row["measures"] is not None
        if row["n_due"] is not None:
            done += min(row["n_done"], row["n_due"])
            due += row["n_due"]
        overdue += (seen_on - row["last_contact"]).days > LONGEST_WAIT[row["level"]]
    severe = [row for row in book.ledger["S16"] if row["level"] == "一级"]
    referred = 0
    for row in severe:
        measures = (row["measures"] or "").split("、")
        referred += "转介校中心" in measures or "转介医院" in measures
    return {
        "care_plans": share(plans, len(active)),
        "care_owners": share(owners, len(active)),
        "care_measures": share(helped, len(active)),
        "care_followed": share(done, due),
        "care_overdue": share(overdue, len(active)),
        "l1_referred": share(referred, len(severe)),
    }


def hours_until_reported(row: Row) -> Fraction:
    found: datetime = row["found_at"]
    seconds = (row["reported_at"] - found).total_seconds()
    return Fraction(int(seconds), 3600)


def count_crises(book: Book) -> Counts:
    events = [row for row in book.ledger["S17"] if book.is_in_year(row["found_at"].date())]
    complete = sum(row["record_complete"] == "是" for row in events)
    drills = set()
    for row in book.of_year("S03", "date"):
        if row["kind"] != "制度文件" and "危机" in row["title"] + row["summary"]:
            drills.add((row["date"], row["title"]))
    for row in book.of_year("S07", "start"):
        if "危机" in row["title"]:
            drills.add((row["start"], row["title"]))
    hours = [hours_until_reported(row) for row in events]
    # Another document sets the limit (Q10): until it is entered, nobody knows who kept it.
    in_limit: Count = (None, Fraction(len(events)), "no_data") if events else share(0, 0)
    return {
        "crisis_hours": number(median(hours)) if events else (None, None, "not_applicable"),
        "crisis_in_limit": in_limit,
        "crisis_records": share(complete, len(events)),
        "drills": number(len(drills)),
    }


def count_care(book: Book) -> Counts:
    return {
        **count_screening(book),
        **count_monthly_reports(book),
        **count_priority_care(book),
        **count_crises(book),
    }
