"""The year's work: articles 4(一), 4(二), 5; criteria 2.1, 2.2 and 2.3."""

from __future__ import annotations

from .workbooks import Book, Counts, number, share

FORMS = 9
# 全体 is not one of 各类人群: what is for everybody is not 专项 for anybody.
AUDIENCES = ("新生", "毕业生", "实习生", "学业困难", "经济困难", "家庭变故", "女生", "学生骨干",
             "教职工", "家长")  # fmt: skip
PLAN = "报送年度工作计划"
SUMMARY = "报送年度工作总结"


def late_or_missing_tasks(book: Book) -> tuple[set[str], set[str]]:
    late, missing = set(), set()
    for row in book.of_college("X01"):
        if row["status"] == "迟交":
            late.add(row["title"])
        if row["status"] == "未完成":
            missing.add(row["title"])
    return late, missing


def count_tasks(book: Book) -> Counts:
    given = [row for row in book.of_college("X01") if row["status"] != "不适用"]
    done = on_time = 0
    reports = {PLAN: [0, 0, 0], SUMMARY: [0, 0, 0]}
    for row in given:
        done += row["status"] in ("按时完成", "迟交")
        in_time = row["status"] == "按时完成"
        on_time += in_time
        if row["title"] in reports:
            reports[row["title"]][0] += in_time
            reports[row["title"]][1] += row["status"] in ("按时完成", "迟交")
            reports[row["title"]][2] += 1
    return {
        "tasks_done": share(done, len(given)),
        "tasks_on_time": share(on_time, len(given)),
        "plan_received": share(*reports[PLAN][1:]),
        "summary_received": share(*reports[SUMMARY][1:]),
        "plan_in_time": share(*reports[PLAN][::2]),
        "summary_in_time": share(*reports[SUMMARY][::2]),
    }


def count_plan_items(book: Book) -> Counts:
    points = due = done = traced = 0
    for row in book.ledger["S02"]:
        if row["status"] != "取消":
            due += 2
        if row["status"] == "已完成":
            points += 2
            done += 1
            traced += row["evidence_no"] is not None
        if row["status"] == "部分完成":
            points += 1
    return {"plan_completion": share(points, due), "plan_traceable": share(traced, done)}


def audiences_without_activity(book: Book) -> set[str]:
    left = set(AUDIENCES)
    for row in book.of_year("S08", "start"):
        left -= set(row["audience"].split("、"))
    return left


def count_activities(book: Book) -> Counts:
    held = attended = 0
    forms = set()
    themes = {1: 0, 2: 0}
    for row in book.of_year("S08", "start"):
        held += 1
        attended += row["n_attend"]
        forms.add(row["form"])
        if row["is_theme"] == "是" and row["has_plan"] == "是" and row["has_summary"] == "是":
            for semester in (1, 2):
                themes[semester] += book.is_in_semester(row["start"], semester)
    return {
        "activities": number(held),
        "reach": share(attended, book.base["n_students"]),
        "forms": share(len(forms), FORMS),
        "audiences": share(len(AUDIENCES) - len(audiences_without_activity(book)), len(AUDIENCES)),
        "themes_s1": number(themes[1]),
        "themes_s2": number(themes[2]),
    }


def count_counselling(book: Book) -> Counts:
    sessions = clients = recorded = 0
    for row in book.ledger["S13"]:
        sessions += row["n_sessions"]
        clients += row["n_clients"]
        recorded += row["n_records_ok"]
    groups = book.of_year("S14", "first_date")
    students = book.base["n_students"]
    return {
        "individual_sessions": number(sessions),
        "sessions_per_1000": share(sessions, students),
        "clients_per_1000": share(clients, students),
        "sessions_per_client": share(sessions, clients),
        "records_complete": share(recorded, sessions),
        "groups": number(len(groups)),
        "group_attendance": number(sum(row["n_attend"] for row in groups)),
    }


def count_work(book: Book) -> Counts:
    return {
        **count_tasks(book),
        **count_plan_items(book),
        **count_activities(book),
        **count_counselling(book),
    }
