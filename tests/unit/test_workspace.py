from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from evalkit.errors import DefinitionError, NoDataError, UnknownNameError, WorkspaceError
from evalkit.workspace import AcademicYear, College, Workspace

SCHOOL = '[school]\nname = "示例学院"\n'


def workspace(root: Path, text: str = SCHOOL) -> Workspace:
    (root / "evalkit.toml").write_text(text, encoding="utf-8")
    return Workspace.find(root)


def faults(root: Path, text: str) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        workspace(root, SCHOOL + text)
    return list(caught.value.faults)


class TestAcademicYear:
    def test_from_september_to_august(self) -> None:
        year = AcademicYear.parse("2024-2025")
        assert (year.name, str(year)) == ("2024-2025", "2024-2025")
        assert (year.first_day, year.last_day) == (date(2024, 9, 1), date(2025, 8, 31))
        assert [year.month_label(month) for month in year.months] == [
            "2024-09", "2024-10", "2024-11", "2024-12", "2025-01", "2025-02",
            "2025-03", "2025-04", "2025-05", "2025-06", "2025-07", "2025-08",
        ]  # fmt: skip

    def test_order(self) -> None:
        year = AcademicYear(2024)
        assert year.previous == AcademicYear(2023)
        assert year.previous < year
        assert max(AcademicYear(2022), year) == year

    @pytest.mark.parametrize(
        "text",
        [
            "2024",
            "2024-2026",
            "2025-2024",
            "2024-25",
            "2024_2025",
            "2024-2025\n",
            "２０２４-２０２５",
        ],
    )
    def test_other_spellings_are_no_year(self, text: str) -> None:
        with pytest.raises(ValueError, match=re.escape(text)):
            AcademicYear.parse(text)


class TestSettings:
    def test_what_needs_not_be_said(self, tmp_path: Path) -> None:
        read = workspace(tmp_path)
        assert (read.school, read.centre) == ("示例学院", "心理健康教育与咨询中心")
        assert not read.fictional
        assert read.colleges == ()
        assert read.jobs == 2
        assert read.data == tmp_path / "data"
        assert read.notebooks == tmp_path / "notebooks"
        assert read.reports == tmp_path / "reports"
        assert read.snapshots == tmp_path / ".evalkit" / "snapshots"
        assert (read.rubric, read.ledger) == ("station-2024", None)
        assert read.status(AcademicYear(2024)) == "assessed"

    def test_everything_said(self, tmp_path: Path) -> None:
        read = workspace(
            tmp_path,
            '[school]\nname = "甲"\ncentre = "乙"\nfictional = true\n'
            '[paths]\ndata = "in"\nnotebooks = "nb"\nreports = "out"\nsnapshots = "kept"\n'
            'rubric = "rules/own.yaml"\nledger = "rules/ledger"\n'
            "[report]\njobs = 4\n"
            '[years]\n"2022-2023" = "baseline"\n'
            '[[colleges]]\ncode = "C01"\nname = "化学工程学院"\naliases = ["化工学院"]\n',
        )
        assert (read.school, read.centre, read.fictional, read.jobs) == ("甲", "乙", True, 4)
        assert read.inputs(AcademicYear(2024)) == tmp_path / "in" / "2024-2025"
        assert read.notebooks == tmp_path / "nb"
        assert read.reports == tmp_path / "out"
        assert read.snapshots == tmp_path / "kept"
        assert read.rubric == tmp_path / "rules" / "own.yaml"
        assert read.ledger == tmp_path / "rules" / "ledger"
        assert read.status(AcademicYear(2022)) == "baseline"
        assert read.colleges == (College(code="C01", name="化学工程学院", aliases=("化工学院",)),)

    def test_mark_that_windows_puts_before_the_text(self, tmp_path: Path) -> None:
        assert workspace(tmp_path, "\ufeff" + SCHOOL).school == "示例学院"

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("[paths]\ndata = 3\n", 'paths.data: 应为文字；数字请加引号，例如 "1.1"，现为 3'),
            ("[report]\njobs = 0\n", "report.jobs: 应不小于 1，现为 0"),
            ("[scholl]\na = 1\n", "scholl: 不认识这一项，请检查拼写或删去"),
            (
                '[years]\n"2024-2026" = "assessed"\n',
                "years.2024-2026: 学年应写作“2024-2025”，后一年等于前一年加一",
            ),
            (
                '[years]\n"2024" = "assessed"\n',
                "years.2024: 学年应写作“2024-2025”，后一年等于前一年加一",
            ),
            (
                '[years]\n"2024-2025" = "done"\n',
                "years.2024-2025: 只能是 'assessed'、'partial'、'baseline'，现为 'done'",
            ),
            (
                '[[colleges]]\ncode = "X1"\nname = "甲"\n',
                r"colleges[0].code: 写法不合要求（应符合 ^C\d{2,}$），现为 'X1'",
            ),
            (
                '[[colleges]]\ncode = "C01"\nname = "甲"\naliases = 5\n',
                "colleges[0].aliases: 应为列表，现为 5",
            ),
            (
                '[[colleges]]\ncode = "C01"\nname = "甲"\naliases = "化工"\n',
                "colleges[0].aliases: 应为列表，现为 '化工'",
            ),
            (
                '[[colleges]]\ncode = ["C01"]\nname = "甲"\n',
                'colleges[0].code: 应为文字；数字请加引号，例如 "1.1"',
            ),
        ],
    )
    def test_fault_with_its_path(self, tmp_path: Path, text: str, fault: str) -> None:
        assert faults(tmp_path, text) == [fault]

    def test_colleges_that_are_no_list(self, tmp_path: Path) -> None:
        with pytest.raises(DefinitionError) as caught:
            workspace(tmp_path, "colleges = 5\n" + SCHOOL)
        assert caught.value.faults == ("colleges: 应为列表，现为 5",)

    def test_two_colleges_without_a_code(self, tmp_path: Path) -> None:
        text = '[[colleges]]\nname = "甲"\n[[colleges]]\nname = "乙"\n'
        assert faults(tmp_path, text) == [
            "colleges[0].code: 缺少这一项",
            "colleges[1].code: 缺少这一项",
        ]

    def test_code_or_name_given_to_two_colleges(self, tmp_path: Path) -> None:
        text = (
            '[[colleges]]\ncode = "C01"\nname = "甲"\naliases = ["化工"]\n'
            '[[colleges]]\ncode = "C01"\nname = "化工"\n'
        )
        assert faults(tmp_path, text) == [
            "colleges[0].code: 学院代码“C01”重复",
            "colleges[0]: 名称或别名“化工”被不止一个学院使用",
            "colleges[1].code: 学院代码“C01”重复",
            "colleges[1]: 名称或别名“化工”被不止一个学院使用",
        ]

    def test_college_that_repeats_its_own_name_as_an_alias(self, tmp_path: Path) -> None:
        text = SCHOOL + '[[colleges]]\ncode = "C01"\nname = "甲"\naliases = ["甲"]\n'
        assert workspace(tmp_path, text).colleges[0].aliases == ("甲",)

    def test_faults_of_both_kinds_at_once(self, tmp_path: Path) -> None:
        text = '[report]\njobs = 0\n[years]\n"2024" = "assessed"\n'
        assert faults(tmp_path, text) == [
            "report.jobs: 应不小于 1，现为 0",
            "years.2024: 学年应写作“2024-2025”，后一年等于前一年加一",
        ]

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (b"[school\n", "第 1 行第 8 列：不是合格的 TOML，请检查引号、括号与等号"),
            (b'[school]\nname = "a', "文件末尾：不是合格的 TOML，请检查引号、括号与等号"),
            ("名 = 1".encode("gb18030"), "文件不是 UTF-8 编码，请另存为 UTF-8"),
        ],
    )
    def test_file_that_cannot_be_read(self, tmp_path: Path, content: bytes, fault: str) -> None:
        path = tmp_path / "evalkit.toml"
        path.write_bytes(content)
        with pytest.raises(DefinitionError) as caught:
            Workspace.find(tmp_path)
        assert str(caught.value) == f"工作区设置 {path} 有 1 处问题，请逐条改正：\n  1. {fault}"


class TestFind:
    def test_nearest_folder_above(self, tmp_path: Path) -> None:
        workspace(tmp_path)
        below = tmp_path / "data" / "2024-2025"
        below.mkdir(parents=True)
        assert Workspace.find(below).root == tmp_path
        inner = tmp_path / "inner"
        inner.mkdir()
        workspace(inner)
        assert Workspace.find(inner).root == inner

    def test_from_a_file_or_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        workspace(tmp_path)
        assert Workspace.find(tmp_path / "evalkit.toml").root == tmp_path
        assert Workspace.find(str(tmp_path / "none" / "deeper")).root == tmp_path

    def test_none(self, tmp_path: Path) -> None:
        with pytest.raises(WorkspaceError) as caught:
            Workspace.find(tmp_path)
        assert str(caught.value) == str(WorkspaceError.not_found(tmp_path))


class TestYears:
    def test_folders_that_are_years_in_order(self, tmp_path: Path) -> None:
        read = workspace(tmp_path)
        for name in (
            "2024-2025",
            "2022-2023",
            "2023-2024",
            "2024-2026",
            "模板",
            "２０２１-２０２２",
        ):
            (read.data / name).mkdir(parents=True)
        (read.data / "2021-2022").write_text("no folder", encoding="utf-8")
        assert [y.name for y in read.years()] == ["2022-2023", "2023-2024", "2024-2025"]
        assert read.year().name == "2024-2025"
        assert read.year("2022-2023") == AcademicYear(2022)

    def test_unknown_year(self, tmp_path: Path) -> None:
        read = workspace(tmp_path)
        (read.data / "2024-2025").mkdir(parents=True)
        with pytest.raises(UnknownNameError) as caught:
            read.year("2024-2026")
        assert str(caught.value) == (
            "没有名为“2024-2026”的学年。您要的是不是“2024-2025”？现有：2024-2025。"
            f"要新增学年，请在 {read.data} 下建立同名文件夹，并放入该学年的台账。"
        )

    @pytest.mark.parametrize("made", [True, False])
    def test_no_year(self, tmp_path: Path, made: bool) -> None:
        read = workspace(tmp_path)
        if made:
            read.data.mkdir()
        with pytest.raises(NoDataError) as caught:
            read.year()
        assert str(caught.value) == str(NoDataError.empty_folder(read.data))
