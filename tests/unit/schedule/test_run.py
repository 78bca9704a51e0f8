"""What a timer's daily call does: a stand-in makes the reports, the mail is real."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from paper_school import School
from post_office import PostOffice, open_office

from evalkit.errors import EvalkitError
from evalkit.reports import material
from evalkit.reports.fingerprint import Fingerprint
from evalkit.reports.made import Made
from evalkit.reports.material import Material
from evalkit.reports.plan import Job
from evalkit.reports.runner import Packet
from evalkit.reports.survey import Due, Survey
from evalkit.schedule.diary import Diary
from evalkit.schedule.run import run_due
from evalkit.workspace import AcademicYear

SCHOOL = Job("school", "学校报告", "报告", ("学校报告.html",), None, {})
OTHER = Job("summary", "汇总", "汇总表", ("汇总.xlsx",), None, {})


def packet(year: AcademicYear, error: str | None = None, later: tuple[Due, ...] = ()) -> Packet:
    facts = Material(year, {}, (), {}, (), 0, ())
    found = Survey(Path("reports"), facts, (), later, (OTHER,), {})
    return Packet(found, (Made(SCHOOL, (), error, "", 1.0, None),), (), 1.0)


@dataclass
class Clerk:
    """Calls the daily run, and remembers what it said and made."""

    school: School
    answer: Callable[[AcademicYear], Packet] = packet
    years: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    def make(self, year: AcademicYear) -> Packet:
        self.years.append(year.name)
        return self.answer(year)

    def call(self, day: str) -> bool:
        self.years, self.said, self.warned = [], [], []
        return run_due(
            self.school.space, self.make, self.said.append, self.warned.append,
            on=date.fromisoformat(day),
        )  # fmt: skip


@pytest.fixture
def clerk(school: School) -> Clerk:
    school.hand_in()
    school.freeze()
    return Clerk(school)


@pytest.fixture
def office(school: School) -> Generator[PostOffice, None, None]:
    with open_office("none") as opened:
        school.settings = f"""
            [mail]
            host = "127.0.0.1"
            port = {opened.port}
            security = "none"
            from = "a@school.cn"
            to = ["b@school.cn"]
        """
        yield opened


def subjects(office: PostOffice) -> list[str]:
    return [
        letter["Subject"].removeprefix("社区大学二级心理辅导站考核：") for letter in office.letters
    ]


class TestMonths:
    def test_on_the_day_and_not_again(self, clerk: Clerk) -> None:
        assert clerk.call("2024-10-09")
        assert (clerk.years, clerk.said) == (
            [],
            ["2024-10-09 没有到期要生成的报告。下一次：2024-10-10，核对 2024 年 9 月的心理月报。"],
        )
        assert clerk.call("2024-10-10")
        assert (clerk.years, clerk.said, clerk.warned) == (["2024-2025"], [], [])
        assert Diary.read(clerk.school.space).done == {"2024-2025/monthly-2024-09": "2024-10-10"}
        assert clerk.call("2024-10-10")
        assert clerk.years == []
        assert clerk.said == [
            "2024-10-10 没有到期要生成的报告。下一次：2024-11-05，核对 2024 年 10 月的心理月报。"
        ]

    def test_a_day_that_was_missed_is_made_up_for_at_once(self, clerk: Clerk) -> None:
        assert clerk.call("2025-01-20")
        assert clerk.years == ["2024-2025"]
        assert set(Diary.read(clerk.school.space).done) == {
            *(f"2024-2025/monthly-2024-{month:02}" for month in (9, 10, 11, 12)),
            "2024-2025/semester-1",
        }
        assert clerk.call("2025-01-21")
        assert clerk.years == []

    def test_without_files_nothing_is_made(self, clerk: Clerk) -> None:
        assert clerk.call("2025-10-20")
        assert "2025-2026" not in clerk.years

    def test_failures_are_tried_again_the_next_day(self, clerk: Clerk) -> None:
        clerk.answer = lambda year: packet(year, "出错")
        assert not clerk.call("2024-10-10")
        clerk.answer = packet
        assert clerk.call("2024-10-11")
        assert clerk.years == ["2024-2025"]
        assert clerk.call("2024-10-12")
        assert clerk.years == []

    def test_what_was_put_off_is_made_the_next_day(self, clerk: Clerk) -> None:
        put_off = Due(OTHER, Fingerprint({}, "", ""), ("还没有生成过",))
        clerk.answer = lambda year: packet(year, later=(put_off,))
        assert clerk.call("2024-10-10")
        assert clerk.call("2024-10-11")
        assert clerk.years == ["2024-2025"]

    def test_what_stops_the_run_is_said(self, clerk: Clerk) -> None:
        def refuse(year: AcademicYear) -> Packet:
            raise EvalkitError("另一个程序正在生成报告。")

        clerk.answer = refuse
        assert not clerk.call("2024-10-10")
        assert clerk.warned == ["另一个程序正在生成报告。"]
        assert Diary.read(clerk.school.space).done == {}


class TestYearlyReport:
    """From the snapshot that was checked last, and from nothing else."""

    @pytest.fixture(autouse=True)
    def _months_are_done(self, clerk: Clerk) -> None:
        clerk.call("2025-07-06")

    @pytest.fixture
    def now(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
        """What snapshot the files would give now."""
        state = {"2024-2025": "aaaaaaaaaaaa"}

        def read_material(space: object, year: AcademicYear) -> Material:
            return Material(year, dict(state), (), {}, (), 0, ())

        monkeypatch.setattr(material, "read_material", read_material)
        return state

    MEND = "请先运行 evalkit check --year 2024-2025 核对；核对之后，下一次定时运行会生成报告。"

    def test_waits_for_a_check(self, clerk: Clerk) -> None:
        assert clerk.call("2025-07-07")
        assert clerk.years == []
        assert clerk.said == [f"2024-2025 学年的材料还没有核对过，没有生成学年报告。{self.MEND}"]

    @pytest.mark.usefixtures("now")
    def test_made_from_what_was_checked(self, clerk: Clerk) -> None:
        clerk.school.check("2025-07-07")
        assert clerk.call("2025-07-07")
        assert clerk.years == ["2024-2025"]
        assert "2024-2025/yearly@aaaaaaaaaaaa" in Diary.read(clerk.school.space).done
        assert clerk.call("2025-07-08")
        assert clerk.years == []

    def test_waits_while_the_files_differ(self, clerk: Clerk, now: dict[str, str]) -> None:
        clerk.school.check("2025-07-07")
        now["2024-2025"] = "bbbbbbbbbbbb"
        assert clerk.call("2025-07-07")
        assert clerk.years == []
        (said,) = clerk.said
        assert said == (
            "2024-2025 学年的材料或规则在上次核对（快照 aaaaaaaaaaaa）之后有改动，"
            f"没有生成学年报告。{self.MEND}"
        )
        clerk.school.check("2025-07-08", "bbbbbbbbbbbb")
        assert clerk.call("2025-07-08")
        assert clerk.years == ["2024-2025"]

    def test_made_again_after_another_check(self, clerk: Clerk, now: dict[str, str]) -> None:
        clerk.school.check("2025-07-07")
        clerk.call("2025-07-07")
        now["2024-2025"] = "bbbbbbbbbbbb"
        assert clerk.call("2025-07-08")
        assert clerk.years == []
        clerk.school.check("2025-07-09", "bbbbbbbbbbbb")
        assert clerk.call("2025-07-09")
        assert clerk.years == ["2024-2025"]

    def test_july_is_not_made_from_other_files_either(
        self, clerk: Clerk, now: dict[str, str]
    ) -> None:
        clerk.school.check("2025-07-07")
        clerk.call("2025-07-07")
        now["2024-2025"] = "bbbbbbbbbbbb"
        assert clerk.call("2025-08-05")
        assert clerk.years == []
        assert len(clerk.said) == 1

    @pytest.mark.usefixtures("now")
    def test_also_when_the_next_year_has_begun(self, clerk: Clerk) -> None:
        clerk.school.check("2025-09-10")
        assert clerk.call("2025-09-10")
        assert clerk.years == ["2024-2025"]

    def test_material_that_cannot_be_read(
        self, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(space: object, year: AcademicYear) -> Material:
            raise EvalkitError("台账定义有 1 处问题。")

        monkeypatch.setattr(material, "read_material", fail)
        clerk.school.check("2025-07-07")
        assert not clerk.call("2025-07-07")
        assert (clerk.years, clerk.warned) == ([], ["台账定义有 1 处问题。"])


class TestMail:
    def test_success(self, clerk: Clerk, office: PostOffice) -> None:
        clerk.call("2024-10-10")
        assert subjects(office) == ["生成了 1 份报告（2024-10-10）"]
        text = office.letters[0].get_content()
        assert "到期事项：\n  · 核对 2024 年 9 月的心理月报\n" in text
        assert "生成了 1 份：\n  · 学校报告\n另有 1 份没有变化，没有重新生成。\n" in text

    def test_failure(self, clerk: Clerk, office: PostOffice) -> None:
        clerk.answer = lambda year: packet(year, "第 3 个代码单元格出错")
        assert not clerk.call("2024-10-10")
        assert subjects(office) == ["有 1 份报告没有生成（2024-10-10）"]
        assert "  · 学校报告：第 3 个代码单元格出错\n" in office.letters[0].get_content()

    def test_an_unexpected_error_is_mailed_without_its_words(
        self, clerk: Clerk, office: PostOffice
    ) -> None:
        def break_down(year: AcademicYear) -> Packet:
            raise KeyError("张三")

        clerk.answer = break_down
        with pytest.raises(KeyError):
            clerk.call("2024-10-10")
        assert subjects(office) == ["报告没有生成（2024-10-10）"]
        text = office.letters[0].get_content()
        assert "张三" not in text
        assert (
            "  · 程序遇到意料之外的错误（KeyError）。"
            "请在那台电脑上运行 evalkit report --year 2024-2025 查看。\n"
        ) in text

    @pytest.mark.parametrize(
        ("on", "error", "expected"),
        [
            ('["failure"]', None, []),
            ('["failure"]', "出错", ["有 1 份报告没有生成（2024-10-10）"]),
            ('["success"]', "出错", []),
            ("[]", None, []),
        ],
    )
    def test_only_what_is_wanted(
        self, clerk: Clerk, office: PostOffice, on: str, error: str | None, expected: list[str]
    ) -> None:
        clerk.school.settings += f"    on = {on}\n"
        clerk.answer = lambda year: packet(year, error)
        clerk.call("2024-10-10")
        assert clerk.years == ["2024-2025"]
        assert subjects(office) == expected

    def test_nothing_on_a_quiet_day(self, clerk: Clerk, office: PostOffice) -> None:
        clerk.school.settings += '    on = ["failure", "success"]\n'
        clerk.call("2024-09-20")
        assert office.letters == []

    def test_reminders_go_out_once(self, clerk: Clerk, office: PostOffice) -> None:
        clerk.call("2024-09-01")
        assert office.letters == []
        clerk.call("2024-09-02")
        assert subjects(office) == ["有 2 件事应办（2024-09-02）"]
        assert clerk.years == []
        assert "站长登记表（办法第九条），2024-09-30 前" in office.letters[0].get_content()
        clerk.call("2024-09-03")
        assert len(office.letters) == 1

    def test_a_reminder_that_could_not_be_sent_is_sent_the_next_day(
        self, clerk: Clerk, office: PostOffice
    ) -> None:
        office.answer = "451 try again"
        assert clerk.call("2024-09-02")
        (warned,) = clerk.warned
        assert warned == (
            f"邮件服务器 127.0.0.1:{office.port} 没有收下邮件（451 try again），邮件没有发出。"
            "请把这句话告诉管理邮件的人员。"
        )
        office.answer = "250 OK"
        clerk.call("2024-09-03")
        assert subjects(office) == ["有 2 件事应办（2024-09-03）"]

    def test_waiting_is_told_once_for_each_check(self, clerk: Clerk, office: PostOffice) -> None:
        for day in ("2025-07-06", "2025-07-07", "2025-07-08"):
            clerk.call(day)
        assert subjects(office)[1:] == ["有 1 件事应办（2025-07-07）"]
        assert "以下报告到期，但要等人工处理：\n  · 2024-2025 学年的材料还没有核对过" in (
            office.letters[1].get_content()
        )

    @pytest.mark.parametrize("error", [None, "出错"])
    def test_mail_that_fails_changes_nothing_else(self, clerk: Clerk, error: str | None) -> None:
        clerk.school.settings = """
            [mail]
            host = "smtp..invalid"
            port = 2525
            from = "a@school.cn"
            to = ["b@school.cn"]
        """
        clerk.answer = lambda year: packet(year, error)
        assert clerk.call("2024-10-10") is (error is None)
        (warned,) = clerk.warned
        assert warned == (
            "邮件服务器 smtp..invalid:2525 连接不上或中途断开（没有这个主机名），邮件没有发出。"
            "请核对 evalkit.toml 中 [mail] 的 host、port 和 security，以及网络。"
        )
