"""Forms: labels with their values, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from evalkit.intake.cells import Context
from evalkit.intake.sheets import read_sheet
from evalkit.intake.table import TableRead
from evalkit.ledger import Column, Ledger, Sheet
from evalkit.spreadsheets import RawSheet
from evalkit.workspace import AcademicYear

Filled = Callable[..., RawSheet]

FORM = Sheet(
    id="S91",
    name="hotline",
    title="热线概况",
    workbook="college",
    layout="form",
    columns=(
        Column(name="number", header="号码", type="str", required="always", note="填固定电话"),
        Column(name="opened_on", header="开通日期", type="date"),
        Column(
            name="mode", header="形式", type="enum", allowed=("人工", "录音"), aliases=("类型",)
        ),
        Column(name="head", header="负责人", type="str", aliases=("站长", "姓名"), people=True),
        Column(name="reach", header="覆盖人数", type="int", unit="人"),
    ),
)
TITLE = ("示例学院 热线概况",)
ROWS = (
    TITLE,
    ("number", "号码", "023-68123456", "必填"),
    ("opened_on", "开通日期", date(2024, 9, 5)),
    ("mode", "形式", "人工"),
)
GOOD = {"number": "023-68123456", "opened_on": date(2024, 9, 5), "mode": "人工"}


def read_form(raw: RawSheet, sheet: Sheet = FORM) -> TableRead:
    return read_sheet(raw, sheet, Context(AcademicYear(2024)))


def values(read: TableRead) -> dict[str, object]:
    (row,) = read.rows
    return {name: value for name, value in row.values.items() if value is not None}


def texts(read: TableRead) -> list[str]:
    return [str(finding) for finding in read.findings]


class TestLabels:
    def test_value_follows(self, filled: Filled) -> None:
        read = read_form(filled(ROWS))
        assert (values(read), read.findings, read.usable) == (GOOD, (), True)
        assert read.rows[0].cells == {"number": "C2", "opened_on": "C3", "mode": "C4"}
        assert read.rows[0].number == 1

    def test_without_machine_names_and_in_another_order(self, filled: Filled) -> None:
        read = read_form(filled([row[1:3] for row in ROWS[:0:-1]]))
        assert values(read) == GOOD
        assert read.rows[0].cells["number"] == "B3"

    def test_several_in_a_row(self, filled: Filled) -> None:
        rows = [TITLE, ("号码", "12345", "形式", "人工", "开通日期", date(2024, 9, 5))]
        read = read_form(filled(rows))
        assert values(read) == {**GOOD, "number": "12345"}
        assert read.rows[0].cells == {"number": "B2", "opened_on": "F2", "mode": "D2"}

    def test_merged_labels_and_values(self, filled: Filled) -> None:
        rows = [
            ("号码", None, "12345", None, None, "形式", "人工"),
            ("开通日期", None, None, date(2024, 9, 5)),
        ]
        merged = ((0, 0, 0, 1), (0, 2, 0, 4), (1, 0, 1, 2), (1, 3, 1, 6))
        read = read_form(filled(rows, merged=merged))
        assert values(read) == {**GOOD, "number": "12345"}
        assert read.rows[0].cells == {"number": "C1", "mode": "G1", "opened_on": "D2"}

    def test_merged_labels_of_which_the_file_says_nothing(self, filled: Filled) -> None:
        rows = [("号码", None, "12345", None, "形式", None, "人工"), ("负责人", None, None, "王某")]
        read = read_form(filled(rows))
        assert values(read) == {"number": "12345", "mode": "人工", "head": "王某"}
        assert read.rows[0].cells == {"number": "C1", "mode": "G1", "head": "D2"}

    def test_blank_value_is_not_taken_from_the_notes(self, filled: Filled) -> None:
        rows = [("号码", None, "必填；填固定电话"), ("number", "号码", None, "话务台")]
        read = read_form(filled(rows))
        assert values(read) == {}
        assert [f.code for f in read.findings] == ["V01"]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("号码：12345", {"number": "12345"}),
            ("号 码： 12345 ", {"number": "12345"}),
            ("号码：12345  负责人：王某", {"number": "12345", "head": "王某"}),
            (
                "号码：12345　开通日期：2024-09-05",
                {"number": "12345", "opened_on": date(2024, 9, 5)},
            ),
            ("单位：某学院  号码：12345", {"number": "12345"}),
            ("负责人：王某（签字：）", {"head": "王某（签字：）"}),
            ("开通日期：2024-09-05 08:30", {"opened_on": date(2024, 9, 5)}),
            ("负责人：______  号码：12345", {"number": "12345"}),
            ("负责人：\n号码：12345", {"number": "12345"}),
            ("号码：12345；类型：人工", {"number": "12345", "mode": "人工"}),
            ("提示：号码要填固定电话", {}),
        ],
    )
    def test_label_and_value_in_one_cell(
        self, filled: Filled, text: str, expected: dict[str, object]
    ) -> None:
        read = read_form(filled([TITLE, (text,), ("覆盖人数", 3)]))
        assert values(read) == {**expected, "reach": 3}

    def test_address_of_a_value_beside_its_label_in_one_cell(self, filled: Filled) -> None:
        read = read_form(filled([TITLE, (None, "号码：12345")]))
        assert read.rows[0].cells == {"number": "B2"}

    def test_colon_with_the_value_in_the_next_cell(self, filled: Filled) -> None:
        assert values(read_form(filled([("号码：", "12345"), ("*形式:", "人工")]))) == {
            "number": "12345",
            "mode": "人工",
        }

    def test_decorated(self, filled: Filled) -> None:
        rows = [("1.号码（必填）", "12345"), ("覆盖人数（人）", 30), ("② 形式", "人工")]
        assert values(read_form(filled(rows))) == {"number": "12345", "mode": "人工", "reach": 30}

    def test_own_label_goes_before_an_alias(self, filled: Filled) -> None:
        rows = [("姓名", "李某"), ("号码", "12345"), ("负责人", "王某")]
        read = read_form(filled(rows))
        assert values(read) == {"number": "12345", "head": "王某"}

    def test_first_of_two_equal_labels_counts(self, filled: Filled) -> None:
        assert values(read_form(filled([("号码", "1"), ("号码", "2")])))["number"] == "1"

    def test_value_that_reads_like_a_label(self, filled: Filled) -> None:
        rows = [("号码", "形式"), ("形式", "人工"), ("mode", "形式", "录音")]
        read = read_form(filled(rows))
        assert values(read) == {"number": "形式", "mode": "人工"}

    def test_value_that_reads_like_its_own_label(self, filled: Filled) -> None:
        rows = [("number", "号码", "12345"), ("head", "负责人", "站长", "必填"), ("姓名", "姓名")]
        read = read_form(filled(rows))
        assert values(read) == {"number": "12345", "head": "站长"}

    def test_nothing_behind_the_label(self, filled: Filled) -> None:
        read = read_form(filled([("形式", "人工"), (None, "号码")]))
        assert texts(read) == [
            "[E V01] 台账.xlsx › 甲 › C2：“号码”没有填写。允许：填固定电话。处理：请补填。"
        ]


class TestFaults:
    def test_required_value_left_blank(self, filled: Filled) -> None:
        rows = [*ROWS[:1], ("number", "号码", None, "必填"), *ROWS[2:]]
        assert texts(read_form(filled(rows))) == [
            "[E V01] 台账.xlsx › 甲 › C2：“号码”没有填写。允许：填固定电话。处理：请补填。"
        ]

    def test_missing_label(self, filled: Filled) -> None:
        assert texts(read_form(filled(ROWS[2:]))) == [
            (
                "[E H03] 台账.xlsx › 甲：缺少“号码”一项。"
                "允许：模板中的必填项都要保留。处理：请补上“号码”并填写。"
            )
        ]

    def test_value_that_cannot_be_used(self, filled: Filled) -> None:
        read = read_form(filled([*ROWS[:3], ("mode", "形式", "语音")]))
        assert texts(read) == [
            (
                "[E V02] 台账.xlsx › 甲 › C4：“形式”不在可选范围内，填写的是“语音”。"
                "允许：人工、录音。处理：请从下拉列表中选择。"
            )
        ]
        assert values(read) == {name: GOOD[name] for name in ("number", "opened_on")}

    def test_formula_without_a_result(self, filled: Filled) -> None:
        read = read_form(filled([("号码", None)], faults={(0, 1): "no_result"}))
        assert [(f.code, f.location.cell) for f in read.findings] == [("T06", "B1")]

    def test_nothing_recognised(self, filled: Filled) -> None:
        read = read_form(filled([TITLE]))
        assert (read.rows, read.usable) == ((), False)
        assert [f.code for f in read.findings] == ["H03"]

    def test_empty_sheet(self, filled: Filled) -> None:
        assert read_form(filled([])).usable is False


class TestRegistrationForm:
    """Annex 2 of the measures, as its pages look when they are typed into a spreadsheet."""

    ROWS = (
        ("某职业学院",),
        ("二级学院心理辅导站站长登记表",),
        ("姓  名", "王某", "性  别", "女", "所在部门/学院", "化学工程学院"),
        ("职称/职务", "讲师/辅导员", "最高学历", "硕士", "所学专业", "心理学"),
        ("QQ邮箱", "jia@example.com", None, "手  机", "13800138000", None),
        ("咨询资质", "心理咨询师二级", None, "证书编号", "甲-2016", None),
        ("工作经历", "例：2009.09-2013.06    xx学校   担任专职辅导员\n2010.09-至今 本校 辅导员"),
        ("心理相关培训经历", "例：20XX年X月，XX培训，XX举办，XX主讲，共计X学时"),
        ("二级学院意见", "                   签字：   （盖章）\n         年   月   日"),
        ("报送日期：2024年9月12日   报送份数：1份   学院存档份数：1份",),
    )
    MERGED = (
        (0, 0, 0, 5), (1, 0, 1, 5), (4, 1, 4, 2), (4, 4, 4, 5), (5, 1, 5, 2), (5, 4, 5, 5),
        (6, 1, 6, 5), (7, 1, 7, 5), (8, 1, 8, 5), (9, 0, 9, 5),
    )  # fmt: skip

    @pytest.mark.parametrize("merged", [MERGED, ()], ids=["merged", "as in csv"])
    def test_is_read(
        self, filled: Filled, ledger: Ledger, merged: tuple[tuple[int, int, int, int], ...]
    ) -> None:
        read = read_form(filled(self.ROWS, merged=merged), ledger["head_form"])
        assert values(read) == {
            "name": "王某",
            "gender": "女",
            "college_name": "化学工程学院",
            "title": "讲师/辅导员",
            "degree": "硕士",
            "major": "心理学",
            "email": "jia@example.com",
            "mobile": "13800138000",
            "certificate": "心理咨询师二级",
            "cert_no": "甲-2016",
            "work_history": "2010.09-至今 本校 辅导员",
            "submitted_on": date(2024, 9, 12),
            "n_copies_centre": 1,
            "n_copies_college": 1,
        }
        # What is only printed there was not filled in.
        blank = [(f.code, f.location.cell) for f in read.findings if f.severity == "E"]
        assert blank == [("V01", "B8"), ("V01", "B9")]
        assert "13800138000" not in str(read.findings)

    @pytest.mark.parametrize(
        ("first", "second", "certificate", "number"),
        [
            (("☑心理咨询师二级", "甲-1"), ("□其他相关证书", None), "心理咨询师二级", "甲-1"),
            (("□心理咨询师二级", None), ("√ 其他相关证书", "乙-2"), "其他相关证书", "乙-2"),
            (("□心理咨询师二级", None), ("□其他相关证书", None), None, None),
            (("其他相关证书", "乙-2"), (None, None), "其他相关证书", "乙-2"),
        ],
    )
    def test_boxes_that_are_ticked(
        self,
        filled: Filled,
        ledger: Ledger,
        first: tuple[str, str | None],
        second: tuple[str, str | None],
        certificate: str | None,
        number: str | None,
    ) -> None:
        rows = [("姓名", "王某", None), ("咨询资质\n证书编号", *first), (None, *second)]
        read = read_form(filled(rows, merged=((1, 0, 2, 0),)), ledger["head_form"])
        assert read.rows[0].values.get("certificate") == certificate
        assert read.rows[0].values.get("cert_no") == number
