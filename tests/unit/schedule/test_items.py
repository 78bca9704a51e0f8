from __future__ import annotations

from datetime import date

from evalkit.schedule.items import Item, items_of
from evalkit.schedule.semesters import Semesters
from evalkit.workspace import AcademicYear, ScheduleSettings

YEAR = AcademicYear(2024)
SEMESTERS = Semesters(date(2024, 9, 2), date(2025, 1, 12), date(2025, 2, 17), date(2025, 7, 6))
MONTHS = (9, 10, 11, 12, 1, 3, 4, 5, 6, 7)


DEFAULTS = ScheduleSettings()


def items(settings: ScheduleSettings = DEFAULTS, days: int = 0) -> tuple[Item, ...]:
    return items_of(YEAR, SEMESTERS, settings, MONTHS, days)


def found(name: str, settings: ScheduleSettings, days: int = 0) -> tuple[str, str]:
    item = next(item for item in items(settings, days) if item.name == f"2024-2025/{name}")
    return item.start.isoformat(), item.due.isoformat()


def test_a_year() -> None:
    year = [
        (item.name.removeprefix("2024-2025/"), str(item.start), str(item.due)) for item in items()
    ]
    assert year == [
        ("head_forms", "2024-09-02", "2024-09-30"),
        ("plan", "2024-09-02", "2024-09-30"),
        ("monthly-2024-09", "2024-10-10", "2024-10-10"),
        ("monthly-2024-10", "2024-11-05", "2024-11-05"),
        ("monthly-2024-11", "2024-12-04", "2024-12-04"),
        ("monthly-2024-12", "2025-01-06", "2025-01-06"),
        ("semester-1", "2025-01-12", "2025-01-15"),
        ("monthly-2025-01", "2025-02-07", "2025-02-07"),
        ("monthly-2025-03", "2025-04-03", "2025-04-03"),
        ("monthly-2025-04", "2025-05-08", "2025-05-08"),
        ("templates", "2025-06-03", "2025-06-30"),
        ("monthly-2025-05", "2025-06-05", "2025-06-05"),
        ("summary", "2025-07-01", "2025-07-15"),
        ("monthly-2025-06", "2025-07-03", "2025-07-03"),
        ("semester-2", "2025-07-06", "2025-07-09"),
        ("yearly", "2025-07-07", "2025-08-31"),
        ("monthly-2025-07", "2025-08-05", "2025-08-05"),
        ("corrections", "2025-09-01", "2025-09-30"),
    ]


def test_what_they_say() -> None:
    said = {item.kind: (item.title, item.basis, item.command) for item in items()}
    assert said == {
        "head_forms": (
            "报送二级心理辅导站站长登记表", "办法第九条", "evalkit check --year 2024-2025"
        ),
        "plan": ("报送年度工作计划", "附件1 2.1②", "evalkit check --year 2024-2025"),
        "monthly": (
            "核对 2025 年 7 月的心理月报", "附件1 2.4②", "evalkit report --year 2024-2025"
        ),
        "semester": (
            "核对第二学期的主题宣教活动和各年级朋辈培训", "附件1 2.2②、2.5②",
            "evalkit report --year 2024-2025",
        ),
        "templates": (
            "下发台账、校级记录和评分表", "", "evalkit template --year 2024-2025 -o 下发"
        ),
        "summary": ("报送年度工作总结", "附件1 2.1②", "evalkit check --year 2024-2025"),
        "yearly": (
            "生成学年报告（只用核对过的快照）", "办法第八条", "evalkit report --year 2024-2025"
        ),
        "corrections": (
            "对照学院报告核对改进事项并销号", "", "evalkit report --year 2024-2025"
        ),
    }  # fmt: skip


def test_a_timer_does_what_needs_no_people() -> None:
    assert {item.kind for item in items() if item.automatic} == {"monthly", "semester", "yearly"}


def test_a_later_deadline_of_the_monthly_reports_moves_the_check() -> None:
    # The report of October is on time until 5 November.
    assert found("monthly-2024-10", DEFAULTS, days=5) == ("2024-11-08", "2024-11-08")


def test_dates_are_the_schools_own() -> None:
    settings = ScheduleSettings(
        monthly_work_day=1, semester_work_days=0, head_forms="09-20", plan="10-31",
        templates="05-20", summary="06-30", yearly="07-20", corrections="10-15",
    )  # fmt: skip
    assert found("monthly-2024-09", settings) == ("2024-10-08", "2024-10-08")
    assert found("semester-1", settings) == ("2025-01-12", "2025-01-12")
    assert found("head_forms", settings) == ("2024-09-02", "2024-09-20")
    assert found("plan", settings) == ("2024-09-02", "2024-10-31")
    assert found("templates", settings) == ("2025-05-06", "2025-05-20")
    assert found("summary", settings) == ("2025-06-03", "2025-06-30")
    assert found("yearly", settings) == ("2025-07-07", "2025-07-20")
    assert found("corrections", settings) == ("2025-09-01", "2025-10-15")


def test_nothing_begins_after_its_last_day() -> None:
    settings = ScheduleSettings(head_forms="09-01", yearly="06-30")
    assert found("head_forms", settings) == ("2024-09-01", "2024-09-01")
    assert found("yearly", settings) == ("2025-06-30", "2025-06-30")
