from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date

import pytest
from paper_school import CALENDAR, School

from evalkit.schedule.agenda import Entry, agenda
from evalkit.schedule.diary import Diary
from evalkit.workspace import AcademicYear

ALL = ("C01", "C02", "C03")


def entry(school: School, on: str, name: str) -> Entry:
    plan = agenda(school.space, date.fromisoformat(on))
    return next(found for found in plan.entries if found.item.name == name)


def state(school: School, on: str, name: str) -> tuple[str, str]:
    found = entry(school, on, name)
    return found.state, found.note


OCTOBER, YEARLY = "2024-2025/monthly-2024-10", "2024-2025/yearly"


class TestMonthlyCheck:
    @pytest.fixture(autouse=True)
    def _files(self, school: School) -> None:
        school.hand_in()

    @pytest.mark.parametrize(
        ("on", "expected"), [("2024-11-04", "未到"), ("2024-11-05", "应办"), ("2024-11-06", "逾期")]
    )
    def test_before_on_and_after_its_day(self, school: School, on: str, expected: str) -> None:
        assert state(school, on, OCTOBER) == (expected, "")

    def test_a_check_on_its_day_by_the_clock_of_china(self, school: School) -> None:
        school.check("2024-11-05")
        assert state(school, "2024-11-06", OCTOBER) == ("已办", "2024-11-05 核对或生成")

    def test_a_check_too_early(self, school: School) -> None:
        school.check("2024-11-04")
        assert state(school, "2024-11-06", OCTOBER) == ("逾期", "")

    def test_a_check_that_is_still_to_come(self, school: School) -> None:
        school.check("2024-12-01")
        assert state(school, "2024-11-06", OCTOBER) == ("逾期", "")

    def test_a_run_that_made_the_reports(self, school: School) -> None:
        school.report("2024-11-20")
        assert state(school, "2024-11-21", OCTOBER) == ("已办", "2024-11-20 核对或生成")

    @pytest.mark.parametrize(
        ("status", "due", "failed"), [("interrupted", 2, 0), ("done", 2, 1), ("done", 1, 0)]
    )
    def test_a_run_that_did_not(self, school: School, status: str, due: int, failed: int) -> None:
        school.report("2024-11-20", status=status, due=due, failed=failed)
        assert state(school, "2024-11-21", OCTOBER) == ("逾期", "")

    def test_a_timer_did_it(self, school: School) -> None:
        diary = Diary.read(school.space)
        diary.note_done(OCTOBER, date(2024, 11, 5))
        diary.write()
        assert state(school, "2024-11-06", OCTOBER) == ("已办", "")


def test_without_files_there_is_nothing_to_check(school: School) -> None:
    note = "2024-2025 学年还没有材料"
    assert state(school, "2024-11-05", OCTOBER) == ("应办", note)
    assert state(school, "2024-11-06", OCTOBER) == ("待确认", note)
    assert state(school, "2025-07-20", YEARLY) == ("应办", note)


def test_a_note_among_the_files_is_no_file(school: School) -> None:
    folder = school.root / "data" / "2024-2025"
    folder.mkdir(parents=True)
    for name in ("说明.md", "~$台账_2024-2025_C01.xlsx", ".DS_Store"):
        (folder / name).write_bytes(b"x")
    assert state(school, "2024-11-05", OCTOBER) == ("应办", "2024-2025 学年还没有材料")


class TestYearlyReport:
    @pytest.fixture(autouse=True)
    def _files(self, school: School) -> None:
        school.hand_in()
        school.freeze()

    def test_nobody_has_checked_the_files(self, school: School) -> None:
        note = "材料还没有用 evalkit check 核对过"
        assert state(school, "2025-07-06", YEARLY) == ("未到", note)
        assert state(school, "2025-07-07", YEARLY) == ("应办", note)
        assert state(school, "2025-09-01", YEARLY) == ("逾期", note)

    def test_made_from_what_was_checked(self, school: School) -> None:
        school.check("2025-07-02")
        assert state(school, "2025-07-07", YEARLY) == ("应办", "快照 aaaaaaaaaaaa")
        school.report("2025-07-03")
        assert state(school, "2025-07-06", YEARLY) == ("未到", "快照 aaaaaaaaaaaa")
        assert state(school, "2025-07-07", YEARLY) == ("已办", "快照 aaaaaaaaaaaa")

    def test_made_from_something_else(self, school: School) -> None:
        school.check("2025-07-02")
        school.report("2025-07-03", "bbbbbbbbbbbb")
        assert state(school, "2025-07-07", YEARLY) == ("应办", "快照 aaaaaaaaaaaa")

    @pytest.mark.parametrize(("due", "failed"), [(2, 1), (1, 0)])
    def test_made_in_part(self, school: School, due: int, failed: int) -> None:
        school.check("2025-07-02")
        school.report("2025-07-03", due=due, failed=failed)
        assert state(school, "2025-07-07", YEARLY) == ("应办", "快照 aaaaaaaaaaaa")

    def test_checked_again_since(self, school: School) -> None:
        school.check("2025-07-02")
        school.report("2025-07-08")
        school.check("2025-07-09", "bbbbbbbbbbbb")
        assert state(school, "2025-07-10", YEARLY) == ("应办", "快照 bbbbbbbbbbbb")

    def test_a_timer_found_nothing_to_make_anew(self, school: School) -> None:
        school.check("2025-07-09", "bbbbbbbbbbbb")
        diary = Diary.read(school.space)
        diary.note_done(f"{YEARLY}@bbbbbbbbbbbb", date(2025, 7, 10))
        diary.write()
        assert state(school, "2025-07-10", YEARLY) == ("已办", "快照 bbbbbbbbbbbb")


class TestWhatPeopleHandIn:
    HEADS = "2024-2025/head_forms"

    def test_no_snapshot_tells(self, school: School) -> None:
        assert state(school, "2024-09-30", self.HEADS) == ("应办", "")
        assert state(school, "2024-10-01", self.HEADS) == ("待确认", "")

    def test_a_snapshot_without_any_tells_nothing(self, school: School) -> None:
        school.freeze()
        assert state(school, "2024-10-01", self.HEADS) == ("待确认", "")

    def test_some_are_missing(self, school: School) -> None:
        school.freeze(head_forms=("C01", "C03", "C03"))
        note = "3 个学院中有 2 个已报送"
        assert state(school, "2024-09-30", self.HEADS) == ("应办", note)
        assert state(school, "2024-10-01", self.HEADS) == ("逾期", note)

    def test_all_came(self, school: School) -> None:
        school.freeze(head_forms=ALL)
        assert state(school, "2024-09-10", self.HEADS) == ("已办", "3 个学院中有 3 个已报送")

    def test_plan_and_summary_are_what_the_centre_noted(self, school: School) -> None:
        plans = [(code, "报送年度工作计划", "按时完成") for code in ALL]
        summaries = [
            ("C01", "报送年度工作总结", "迟交"),
            ("C02", "报送年度工作总结", "未完成"),
            ("C03", "报送活动总结", "按时完成"),
        ]
        school.freeze(tasks=[*plans, *summaries])
        assert state(school, "2025-07-16", "2024-2025/plan") == ("已办", "3 个学院中有 3 个已报送")
        note = "3 个学院中有 1 个已报送"
        assert state(school, "2025-07-16", "2024-2025/summary") == ("逾期", note)

    def test_templates_went_out_if_ledgers_came_in(self, school: School) -> None:
        templates = "2024-2025/templates"
        assert state(school, "2025-07-01", templates) == ("待确认", "")
        school.freeze(ledgers=("C02",))
        assert state(school, "2025-06-03", templates) == ("已办", "已有 1 个学院交来台账")

    def test_a_last_day_that_is_off(self, school: School) -> None:
        # 30 September 2023 lay in the holidays.
        found = state(school, "2023-09-20", "2023-2024/head_forms")
        assert found == ("应办", "期限当天不是工作日，请提前办理")


class TestNewestSnapshot:
    def test_its_calendar_counts(self, school: School) -> None:
        school.freeze("aaaaaaaaaaaa", seen=2)
        school.freeze("bbbbbbbbbbbb", calendar={**CALENDAR, "sem1_end": "2025-01-19"}, seen=3)
        school.freeze("cccccccccccc", calendar={}, seen=1)
        assert entry(school, "2025-01-01", "2024-2025/semester-1").item.start == date(2025, 1, 19)

    def test_it_is_read_once(self, school: School) -> None:
        school.freeze(head_forms=ALL)
        assert state(school, "2024-09-10", "2024-2025/head_forms")[0] == "已办"
        table = next(school.root.rglob("head_form.parquet"))
        table.write_bytes(b"not read again")
        assert state(school, "2024-09-10", "2024-2025/head_forms")[0] == "已办"

    def test_a_diary_that_cannot_be_used_is_written_anew(self, school: School) -> None:
        school.freeze(head_forms=ALL)
        path = school.root / ".evalkit" / "snapshots" / "schedule.json"
        for content in ("{", '{"format": 0}', '{"format": 1, "done": 3}'):
            path.write_text(content, encoding="utf-8")
            assert state(school, "2024-09-10", "2024-2025/head_forms")[0] == "已办"
            assert json.loads(path.read_text(encoding="utf-8"))["format"] == 1

    @pytest.mark.parametrize(
        ("file", "content"),
        [
            ("manifest.json", b"{"),
            ("manifest.json", b"{}"),
            ("manifest.json", b"[]"),
            ("calendar_dict.parquet", b"torn"),
        ],
    )
    def test_one_that_cannot_be_read_tells_nothing(
        self, school: School, file: str, content: bytes
    ) -> None:
        school.freeze(head_forms=ALL)
        next(school.root.rglob(file)).write_bytes(content)
        plan = agenda(school.space, date(2024, 11, 5))
        assert plan.records[AcademicYear(2024)].facts is None
        assert len(plan.statements) == 1

    def test_one_without_the_columns_tells_nothing(self, school: School) -> None:
        school.freeze(head_forms=ALL)
        snapshot = next(school.root.rglob("calendar_dict.parquet"))
        snapshot.write_bytes(snapshot.with_name("head_form.parquet").read_bytes())
        plan = agenda(school.space, date(2024, 11, 5))
        assert plan.records[AcademicYear(2024)].facts is None

    def test_what_an_older_program_noted_of_it_is_read_again(self, school: School) -> None:
        school.freeze(head_forms=ALL)
        diary = Diary.read(school.space)
        diary.snapshots["2024-2025"] = {"snapshot": "aaaaaaaaaaaa", "pages": 3}
        diary.write()
        assert state(school, "2024-09-10", "2024-2025/head_forms")[0] == "已办"


class TestWhichYears:
    def names(self, school: School, on: str, days: int = 0) -> set[str]:
        plan = agenda(school.space, date.fromisoformat(on), days=days)
        return {found.item.name for found in plan.entries if "monthly" not in found.item.name}

    def test_of_the_year_before_what_lasts(self, school: School) -> None:
        school.hand_in()
        names = self.names(school, "2025-09-10")
        assert {name for name in names if name.startswith("2024-2025")} == {
            "2024-2025/summary", "2024-2025/yearly", "2024-2025/corrections"
        }  # fmt: skip
        assert "2025-2026/head_forms" in names

    def test_nothing_of_a_year_without_files(self, school: School) -> None:
        names = self.names(school, "2025-09-10")
        assert {name[:9] for name in names} == {"2025-2026"}

    def test_nothing_of_a_year_that_is_only_compared_with(self, school: School) -> None:
        school.settings = '[years]\n"2024-2025" = "baseline"'
        school.hand_in()
        assert {name[:9] for name in self.names(school, "2025-09-10")} == {"2025-2026"}

    def test_the_next_year_if_it_begins_by_then(self, school: School) -> None:
        assert {name[:9] for name in self.names(school, "2025-08-20", 11)} == {"2024-2025"}
        assert {name[:9] for name in self.names(school, "2025-08-20", 12)} == {
            "2024-2025", "2025-2026"
        }  # fmt: skip


def test_within_some_days(school: School) -> None:
    school.hand_in()
    school.freeze(head_forms=ALL)
    plan = agenda(school.space, date(2024, 11, 5), days=30)
    found = [(entry.item.name.partition("/")[2], entry.state) for entry in plan.within(30)]
    assert found == [
        ("monthly-2024-09", "逾期"),
        ("monthly-2024-10", "应办"),
        ("monthly-2024-11", "未到"),
    ]
    found = [(entry.item.name.partition("/")[2], entry.state) for entry in plan.within(36)]
    assert found == [
        ("head_forms", "已办"),
        ("plan", "待确认"),
        ("monthly-2024-09", "逾期"),
        ("monthly-2024-10", "应办"),
        ("monthly-2024-11", "未到"),
    ]


class TestStatements:
    def test_none_where_everything_is_known(self, school: School) -> None:
        school.freeze()
        assert agenda(school.space, date(2024, 11, 5)).statements == ()

    def test_no_calendar(self, school: School) -> None:
        (said,) = agenda(school.space, date(2024, 11, 5)).statements
        assert said == (
            "2024-2025 学年还没有可用的校历（校级记录的“校历与字典”），学期末暂按 "
            "2025-01-31 和 2025-07-15 推算；"
            "填写校历并运行 evalkit check 后，日期会随之改正。"
        )

    def test_no_holidays(self, school: School) -> None:
        school.freeze(
            year="2098-2099",
            calendar={
                key: f"20{98 + int(day[:4]) - 2024}{day[4:]}" for key, day in CALENDAR.items()
            },
        )
        (said,) = agenda(school.space, date(2098, 11, 5)).statements
        assert said.startswith("2098 年、2099 年的放假和调休安排不在程序所带的数据中（到 ")
        assert said.endswith(
            " 年为止），工作日暂按周一至周五推算；安排公布后，请维护人员更新 chinesecalendar。"
        )


def test_a_look_is_light(school: School) -> None:
    """Neither pandas nor the engine is needed, and for a known snapshot not even Arrow."""
    school.freeze()
    code = """
import sys
from datetime import date
from pathlib import Path
from evalkit.schedule.run import run_due
from evalkit.workspace import Workspace
run_due(Workspace.find(sys.argv[1]), make=None, say=print, warn=print, on=date(2024, 9, 10))
print(*sorted({"pandas", "numpy", "pyarrow", "nbformat", "openpyxl", "smtplib"} & set(sys.modules)))
"""
    said = [
        subprocess.run(
            [sys.executable, "-c", code, str(school.space.root)],
            capture_output=True, text=True, encoding="utf-8", check=True,
            env={**os.environ, "PYTHONUTF8": "1"},
        ).stdout.splitlines()
        for _ in range(2)
    ]  # fmt: skip
    quiet = "2024-09-10 没有到期要生成的报告。下一次：2024-10-10，核对 2024 年 9 月的心理月报。"
    assert said == [[quiet, "numpy pyarrow"], [quiet, ""]]
