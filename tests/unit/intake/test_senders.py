"""Whose a file is: by its name, by its content, and never by a guess."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.files import Candidate, Kind
from evalkit.intake.senders import Identified, identify
from evalkit.ledger import Ledger, Sheet
from evalkit.ledger.model import normalise
from evalkit.spreadsheets import Book, RawSheet
from evalkit.workspace import AcademicYear

Filled = Callable[..., RawSheet]
Whose = Callable[..., Identified]

NAMES = {
    normalise(text): code
    for text, code in {
        "C01": "C01",
        "化工学院": "C01",
        "化工系": "C01",
        "C02": "C02",
        "精细化工学院": "C02",
        "C03": "C03",
        "机电学院": "C03",
    }.items()
}
COVER = [("基础信息",), ("学年", "2024-2025"), ("学院全称", "机电学院"), ("学院代码", "C03")]
MEETINGS = [("类别", "名称/议题", "日期", "涉及心理工作内容")]
BROKEN = Finding("F01", Severity.ERROR, Location("x"), "文件损坏", "", "", "")


@pytest.fixture
def whose(ledger: Ledger, score_table: Sheet) -> Whose:
    """Files as (name, kind, code, part, sheets) → what is made of them."""

    def make(*files: tuple[str, Kind | None, str, str, Sequence[RawSheet]]) -> Identified:
        candidates = [
            Candidate(Path("/in", name), "0" * 64, kind, code, part)
            for name, kind, code, part, _ in files
        ]
        books = {
            Path("/in", name): Book(name, "xlsx", tuple(sheets), () if sheets else (BROKEN,))
            for name, _, _, _, sheets in files
        }
        look = books.__getitem__
        return identify(candidates, look, ledger, score_table, NAMES, AcademicYear(2024))

    return make


def senders(identified: Identified) -> list[tuple[str, str, str]]:
    return [(item.path.name, item.kind, item.code) for item in identified.inputs]


def told(identified: Identified) -> list[tuple[str, str]]:
    return [(f.code, f.location.file) for f in identified.findings]


class TestByName:
    def test_of_each_kind(self, whose: Whose, filled: Filled) -> None:
        sheets = [filled([("x",)])]
        identified = whose(
            ("台账_2024-2025_C01.xlsx", "college", "C01", "", sheets),
            ("校级_2024-2025.xlsx", "centre", "", "", sheets),
            ("评分表_2024-2025_J01.xlsx", "judge", "J01", "", sheets),
        )
        assert senders(identified) == [
            ("台账_2024-2025_C01.xlsx", "college", "C01"),
            ("校级_2024-2025.xlsx", "centre", ""),
            ("评分表_2024-2025_J01.xlsx", "judge", "J01"),
        ]
        assert (identified.findings, identified.aside) == ((), frozenset())

    def test_code_in_the_name_goes_before_the_cover(self, whose: Whose, filled: Filled) -> None:
        cover = [filled(COVER, name="S00 基础信息")]
        identified = whose(("台账_2024-2025_C01.xlsx", "college", "C01", "", cover))
        assert senders(identified) == [("台账_2024-2025_C01.xlsx", "college", "C01")]

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("化工学院台账.xlsx", "C01"),
            ("化工系 台账（最终版）.xlsx", "C01"),
            ("精细化工学院台账.xlsx", "C02"),
            ("台账-机电学院(1).xlsx", "C03"),
        ],
    )
    def test_name_of_the_college(self, whose: Whose, filled: Filled, name: str, code: str) -> None:
        identified = whose((name, "college", "", "", [filled([("x",)])]))
        assert senders(identified) == [(name, "college", code)]
        assert [str(finding) for finding in identified.findings] == [
            (
                f"[I T08] {name}：文件名与规定的不同，已按 {code} 的台账读取。"
                f"允许：台账_2024-2025_{code}.xlsx。"
                "处理：请核对是不是这一份；下次请按规定的文件名提交。"
            )
        ]

    @pytest.mark.parametrize(
        "name", ["化工学院、机电学院台账.xlsx", "台账.xlsx", "外语学院台账.xlsx"]
    )
    def test_that_says_nothing_for_certain(self, whose: Whose, filled: Filled, name: str) -> None:
        identified = whose((name, "college", "", "", [filled([("x",)])]))
        assert (senders(identified), told(identified)) == ([], [("F05", name)])


class TestByContent:
    @pytest.mark.parametrize("kind", ["college", None])
    @pytest.mark.parametrize("tab", ["S00 基础信息", "Sheet1"])
    def test_code_on_the_cover(
        self, whose: Whose, filled: Filled, ledger: Ledger, kind: Kind | None, tab: str
    ) -> None:
        rows = [(column.header, None) for column in ledger["base_info"].columns]
        cover = [*COVER, *rows[3:]]
        identified = whose(("台账.xlsx", kind, "", "", [filled(cover, name=tab)]))
        assert senders(identified) == [("台账.xlsx", "college", "C03")]

    @pytest.mark.parametrize(
        ("given", "code"), [("机电学院", "C03"), ("化工系", "C01"), ("外语学院", None)]
    )
    def test_name_on_the_cover(
        self, whose: Whose, filled: Filled, given: str, code: str | None
    ) -> None:
        cover = [filled([("学院全称", given), ("学院代码", None)], name="基础信息")]
        identified = whose(("台账.xlsx", "college", "", "", cover))
        assert senders(identified) == ([("台账.xlsx", "college", code)] if code else [])

    def test_other_file_of_a_college_is_no_ledger(self, whose: Whose, filled: Filled) -> None:
        name = "机电学院考勤.xlsx"
        identified = whose(
            ("台账_2024-2025_C03.xlsx", "college", "C03", "", [filled(COVER)]),
            (name, None, "", "", [filled([("日期", "人员"), ("9月1日", "王某")])]),
        )
        assert senders(identified) == [("台账_2024-2025_C03.xlsx", "college", "C03")]
        assert told(identified) == [("F05", name)]

    def test_ledger_called_after_its_college_only(self, whose: Whose, filled: Filled) -> None:
        sheets = [filled(MEETINGS, name="S03 制度与会议")]
        identified = whose(("机电学院.xlsx", None, "", "", sheets))
        assert senders(identified) == [("机电学院.xlsx", "college", "C03")]

    @pytest.mark.parametrize("kind", ["judge", None])
    @pytest.mark.parametrize("tab", ["J01 评委评分表", "Sheet1"])
    def test_judge_of_the_rows(
        self, whose: Whose, filled: Filled, score_table: Sheet, kind: Kind | None, tab: str
    ) -> None:
        header = [column.header for column in score_table.columns]
        sheet = filled([header, ["J07", "校外"], ["J07", "校外"], ["合计"]], name=tab)
        identified = whose(("打分.xlsx", kind, "", "", [sheet]))
        assert senders(identified) == [("打分.xlsx", "judge", "J07")]
        assert str(identified.findings[0]) == (
            "[I T08] 打分.xlsx：文件名与规定的不同，已按评委 J07 的评分表读取。"
            "允许：评分表_2024-2025_J07.xlsx。"
            "处理：请核对是不是这一份；下次请按规定的文件名提交。"
        )

    def test_several_judges_in_a_file(
        self, whose: Whose, filled: Filled, score_table: Sheet
    ) -> None:
        header = [column.header for column in score_table.columns]
        sheet = filled([header, ["J07"], ["J08"]], name="J01 评委评分表")
        assert senders(whose(("评分表.xlsx", "judge", "", "", [sheet]))) == []

    @pytest.mark.parametrize("tab", ["X03 校级·校历与字典", "Sheet1"])
    def test_centre(self, whose: Whose, filled: Filled, tab: str) -> None:
        sheet = filled([("键", "值", "标准值"), ("alias", "化工", "C01")], name=tab)
        identified = whose(("心理中心.xlsx", None, "", "", [sheet]))
        assert senders(identified) == [("心理中心.xlsx", "centre", "")]
        assert "已按校心理中心的工作簿读取" in str(identified.findings[0])

    def test_file_that_cannot_be_read_says_why(self, whose: Whose) -> None:
        identified = whose(("新建.xlsx", None, "", "", []))
        assert (senders(identified), identified.findings) == ([], (BROKEN,))

    def test_file_that_cannot_be_read_of_a_known_sender(self, whose: Whose) -> None:
        identified = whose(("台账_2024-2025_C03.xlsx", "college", "C03", "", []))
        assert senders(identified) == [("台账_2024-2025_C03.xlsx", "college", "C03")]


class TestSeveral:
    def test_both_are_left_aside(self, whose: Whose, filled: Filled) -> None:
        sheets = [filled(COVER)]
        identified = whose(
            ("台账_2024-2025_C01.xlsx", "college", "C01", "", sheets),
            ("台账_2024-2025_C03 (1).xlsx", "college", "C03", "", sheets),
            ("台账_2024-2025_C03.xlsx", "college", "C03", "", sheets),
        )
        assert senders(identified) == [("台账_2024-2025_C01.xlsx", "college", "C01")]
        assert identified.aside == {("college", "C03")}
        one, other = "台账_2024-2025_C03 (1).xlsx", "台账_2024-2025_C03.xlsx"
        assert [str(f) for f in identified.findings if f.code == "F02"] == [
            f"[E F02] {here}：学院 C03 交来了 2 份文件（另有“{there}”），都没有读取。"
            "允许：一个学年一份。处理：请确认以哪一份为准，把其余的移出这个文件夹。"
            for here, there in ((one, other), (other, one))
        ]

    def test_judges_and_centre(self, whose: Whose, filled: Filled) -> None:
        sheets = [filled([("x",)])]
        identified = whose(
            ("校级.xlsx", "centre", "", "", sheets),
            ("校级_2024-2025.xlsx", "centre", "", "", sheets),
            ("评分表_2024-2025_J01.ods", "judge", "J01", "", sheets),
            ("评分表_2024-2025_J01.xls", "judge", "J01", "", sheets),
            ("评分表_2024-2025_J01.xlsx", "judge", "J01", "", sheets),
        )
        assert identified.inputs == ()
        assert identified.aside == {("centre", ""), ("judge", "J01")}
        what = [f.what for f in identified.findings if f.code == "F02"]
        assert what[0] == "校心理中心交来了 2 份文件（另有“校级_2024-2025.xlsx”），都没有读取"
        assert what[2] == (
            "评委 J01 交来了 3 份文件"
            "（另有“评分表_2024-2025_J01.xls”、“评分表_2024-2025_J01.xlsx”），都没有读取"
        )

    def test_told_by_content_as_well(self, whose: Whose, filled: Filled) -> None:
        cover = [filled(COVER, name="S00 基础信息")]
        identified = whose(
            ("台账_2024-2025_C03.xlsx", "college", "C03", "", cover),
            ("新建.xlsx", None, "", "", cover),
        )
        assert identified.aside == {("college", "C03")}

    def test_sheets_saved_one_by_one_are_one_ledger(self, whose: Whose, filled: Filled) -> None:
        sheets = [filled([("x",)])]
        names = ("台账_2024-2025_C03_活动台账.csv", "台账_2024-2025_C03_经费台账.csv")
        identified = whose(
            *((name, "college", "C03", part, sheets)
              for name, part in zip(names, ("活动台账", "经费台账"), strict=True))
        )  # fmt: skip
        assert [name for name, _, _ in senders(identified)] == list(names)
        assert identified.findings == ()

    @pytest.mark.parametrize("parts", [("活动台账", "活动台账 "), ("", "活动台账")])
    def test_the_same_sheet_twice(
        self, whose: Whose, filled: Filled, parts: tuple[str, str]
    ) -> None:
        sheets = [filled([("x",)])]
        identified = whose(
            ("a.csv", "college", "C03", parts[0], sheets),
            ("b.csv", "college", "C03", parts[1], sheets),
        )
        assert (identified.inputs, identified.aside) == ((), {("college", "C03")})

    def test_workbook_and_sheets_of_it(self, whose: Whose, filled: Filled) -> None:
        sheets = [filled([("x",)])]
        identified = whose(
            ("台账_2024-2025_C03.xlsx", "college", "C03", "", sheets),
            ("台账_2024-2025_C03_活动台账.csv", "college", "C03", "活动台账", sheets),
        )
        assert identified.aside == {("college", "C03")}
