"""Sheets as colleges send them back: where the header stands, what is a row, what is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from evalkit.intake.table import TableRead, find_sheet, read_table
from evalkit.intake.workbook import RawSheet, open_workbook
from evalkit.ledger import Column, Ledger, Sheet
from evalkit.ledger.workbook import write_workbook
from evalkit.outputs import save_workbook

Filled = Callable[[Sequence[Sequence[object]]], RawSheet]

CALLS = Sheet(
    id="S90",
    name="calls",
    title="热线记录",
    workbook="college",
    key=("call_id",),
    columns=(
        Column(name="call_id", header="编号", type="id", required="always", note="例如“H01”"),
        Column(name="day", header="日期", type="date", required="always", aliases=("来电日期",)),
        Column(
            name="minutes",
            header="时长（分钟）",
            type="int",
            unit="分钟",
            minimum=Decimal(1),
            maximum=Decimal(240),
        ),
        Column(name="remark", header="说明", type="text"),
    ),
)
STAFF = Sheet(
    id="S92",
    name="team",
    title="人员",
    workbook="college",
    key=("name", "role"),
    columns=(
        Column(name="name", header="姓名", type="str", private_where={"role": "学生"}),
        Column(name="role", header="角色", type="enum", allowed=("教师", "学生")),
        Column(name="certificate", header="证书编号", type="int", private=True),
    ),
)
FORM = Sheet(
    id="S91",
    name="hotline",
    title="热线概况",
    workbook="college",
    layout="form",
    columns=(
        Column(name="number", header="号码", type="str", required="always", note="填固定电话"),
        Column(name="opened_on", header="开通日期", type="date"),
        Column(name="mode", header="形式", type="enum", allowed=("人工", "录音")),
    ),
)
HEADER = ("编号", "日期", "时长（分钟）", "说明")
FIRST = ("H01", date(2024, 9, 5), 20, "学业")
SECOND = ("H02", date(2024, 9, 6), 30, None)


def values(read: TableRead) -> list[tuple[object, ...]]:
    return [tuple(row.values.values()) for row in read.rows]


def texts(read: TableRead) -> list[str]:
    return [str(finding) for finding in read.findings]


class TestHeader:
    @pytest.mark.parametrize("above", [0, 2, 8, 14])
    def test_found_wherever_it_stands(self, filled: Filled, above: int) -> None:
        titles = [("示例学院 热线记录", None), ("请一行填一次来电。",)] * 7
        read = read_table(filled([*titles[:above], HEADER, FIRST]), CALLS)
        assert values(read) == [FIRST]
        assert read.findings == ()
        assert read.rows[0].number == above + 2
        assert read.rows[0].cells["minutes"] == f"C{above + 2}"

    def test_not_looked_for_below_the_fifteenth_row(self, filled: Filled) -> None:
        read = read_table(filled([*[("示例学院",)] * 15, HEADER, FIRST]), CALLS)
        assert values(read) == []
        assert texts(read) == [
            (
                "[E H02] 台账.xlsx › 甲：前 15 行中没有找到表头。"
                "允许：含有以下各列的一行：编号、日期。处理：请使用下发的模板，不要改动表头。"
            )
        ]

    def test_none_at_all(self, filled: Filled) -> None:
        read = read_table(filled([FIRST, SECOND]), CALLS)
        assert read.rows == ()
        assert [f.code for f in read.findings] == ["H02"]

    def test_empty_sheet(self, filled: Filled) -> None:
        assert [f.code for f in read_table(filled([]), CALLS).findings] == ["H02"]

    @pytest.mark.parametrize(
        "header",
        [
            ("编 号", "日　期", "时长(分钟)", "说明 "),
            ("编号*", "来电日期", "【时长】分钟", "说明："),
            ("call_id", "day", "minutes", "REMARK"),
        ],
    )
    def test_spelling_of_a_header(self, filled: Filled, header: tuple[str, ...]) -> None:
        assert values(read_table(filled([header, FIRST]), CALLS)) == [FIRST]

    def test_columns_in_another_order(self, filled: Filled) -> None:
        read = read_table(filled([HEADER[::-1], FIRST[::-1]]), CALLS)
        assert read.rows[0].values == dict(
            zip(("call_id", "day", "minutes", "remark"), FIRST, strict=True)
        )
        assert read.rows[0].cells["call_id"] == "D2"

    def test_machine_names_below_are_no_row(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, ("call_id", "day", "minutes", "remark"), FIRST]), CALLS)
        assert (values(read), read.findings) == ([FIRST], ())

    def test_machine_names_know_renamed_headers(self, filled: Filled) -> None:
        renamed = ("流水", "日子", "时长（分钟）", "说明")
        read = read_table(filled([renamed, ("call_id", "day", "minutes", "remark"), FIRST]), CALLS)
        assert (values(read), read.findings) == ([FIRST], ())

    def test_machine_names_know_better_than_exchanged_headers(self, filled: Filled) -> None:
        exchanged = ("编号", "日期", "说明", "备忘")
        read = read_table(filled([exchanged, ("call_id", "day", None, "remark"), FIRST]), CALLS)
        assert read.rows[0].values == {"call_id": "H01", "day": date(2024, 9, 5), "remark": "学业"}
        assert texts(read) == [
            (
                "[I T04] 台账.xlsx › 甲 › C1：模板中没有这一列，没有读取，填写的是“说明”。"
                "允许：模板中的列。处理：无需处理；若是改了表头的列，请改回原名。"
            )
        ]

    def test_unknown_column_is_kept_aside_and_listed(self, filled: Filled) -> None:
        rows = [
            ("示例学院",),
            ("编号", "序号13800138000", "日期", "备注1"),
            ("call_id", None, "day", None),
            ("H01", "甲", date(2024, 9, 5), "乙"),
        ]
        read = read_table(filled(rows), CALLS)
        assert read.unknown == ("序号******", "备注1")
        assert [(str(f.location), f.value) for f in read.findings] == [
            ("台账.xlsx › 甲 › B2", "序号******"),
            ("台账.xlsx › 甲 › D2", "备注1"),
        ]
        assert values(read) == [("H01", date(2024, 9, 5))]

    def test_missing_required_column(self, filled: Filled) -> None:
        read = read_table(filled([("编号", "说明"), ("H01", "学业")]), CALLS)
        assert texts(read) == [
            (
                "[E H03] 台账.xlsx › 甲 › 第 1 行：缺少“日期”一列。"
                "允许：模板中的必填列都要保留。处理：请补上“日期”一列并填写。"
            )
        ]
        assert values(read) == [("H01", "学业")]

    def test_repeated_in_the_middle(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, FIRST, HEADER, SECOND]), CALLS)
        assert (values(read), read.findings) == ([FIRST, SECOND], ())


class TestRows:
    def test_blank_rows_are_passed_over(self, filled: Filled) -> None:
        rows = [HEADER, FIRST, (None, " ", "/", "—"), (), SECOND, ("", None)]
        read = read_table(filled(rows), CALLS)
        assert (values(read), read.findings) == ([FIRST, SECOND], ())
        assert [row.number for row in read.rows] == [2, 5]

    def test_numbered_but_unfilled_rows_are_blank(self, filled: Filled) -> None:
        rows = [("序号", *HEADER), (1, *FIRST), (2, None, None, None, None), (3,)]
        read = read_table(filled(rows), CALLS)
        assert values(read) == [FIRST]
        assert [f.code for f in read.findings] == ["T04"]

    @pytest.mark.parametrize(
        ("row", "what"),
        [
            (("合计", None, 50), "合计行"),
            ((None, "小 计：", 50), "合计行"),
            (("总计", None, 50), "合计行"),
            (("填表人：王某", None, "审核人：李某"), "签名行"),
            (("负责人:", None, None), "签名行"),
            (("签字：", None, None), "签名行"),
            (("注：时长按整分钟计", None, None), "说明行"),
            ((None, "说明： 只计学生来电"), "说明行"),
        ],
    )
    def test_totals_signatures_and_notes_are_left_out_and_named(
        self, filled: Filled, row: tuple[object, ...], what: str
    ) -> None:
        read = read_table(filled([HEADER, FIRST, row, SECOND]), CALLS)
        assert values(read) == [FIRST, SECOND]
        assert texts(read) == [
            (
                f"[I T03] 台账.xlsx › 甲 › 第 3 行：这一行是{what}，没有作为数据读取。"
                "允许：数据行。处理：无需处理；若是数据，请去掉这些字样。"
            )
        ]

    @pytest.mark.parametrize(
        "remark", ["注：家长代打", "说明：重复来电", "审核人：李某", "合计 3 次"]
    )
    def test_record_whose_remark_begins_like_a_note(self, filled: Filled, remark: str) -> None:
        row = ("H01", date(2024, 9, 5), 20, remark)
        read = read_table(filled([HEADER, row]), CALLS)
        assert (values(read), read.findings) == ([row], ())

    def test_required_cell_left_blank(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, (None, date(2024, 9, 5), 20, None)]), CALLS)
        assert texts(read) == [
            "[E V01] 台账.xlsx › 甲 › A2：“编号”没有填写。允许：例如“H01”。处理：请补填。"
        ]
        assert values(read) == [(None, date(2024, 9, 5), 20, None)]

    def test_row_shorter_than_its_header(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, ("H01",)]), CALLS)
        assert texts(read) == [
            "[E V01] 台账.xlsx › 甲 › B2：“日期”没有填写。允许：必须填写。处理：请补填。"
        ]

    def test_unusable_cell_spoils_only_itself(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, ("H01", "9月5日", 300, "学业"), SECOND]), CALLS)
        assert texts(read) == [
            (
                "[E D01] 台账.xlsx › 甲 › B2：“日期”不是能识别的日期，填写的是“9月5日”。"
                "允许：日期，例如 2024-09-10。处理：请按“年-月-日”重新填写，并核对这一天是否存在。"
            ),
            (
                "[E V03] 台账.xlsx › 甲 › C2：“时长（分钟）”超出允许范围，填写的是“300”。"
                "允许：1 至 240分钟。处理：请核对后改正。"
            ),
        ]
        assert values(read) == [("H01", None, None, "学业"), SECOND]

    def test_personal_number_is_not_read_and_not_echoed(self, filled: Filled) -> None:
        row = ("H01", date(2024, 9, 5), 20, "电话１３８００１３８０００")
        read = read_table(filled([HEADER, row]), CALLS)
        assert texts(read) == [
            (
                "[E P01] 台账.xlsx › 甲 › D2：“说明”中有身份证号或手机号，填写的是“电话******”。"
                "允许：不含身份证号和手机号的内容。处理：请删去号码；佐证材料由学院自己保管。"
            )
        ]
        assert read.rows[0].values["remark"] is None

    def test_bounds_are_left_to_the_rubric_if_asked(self, filled: Filled) -> None:
        raw = filled([HEADER, ("H01", date(2024, 9, 5), 300, None)])
        read = read_table(raw, CALLS, bounded=False)
        assert (read.findings, read.rows[0].values["minutes"]) == ((), 300)


class TestKeys:
    def test_repeated(self, filled: Filled) -> None:
        again = ("H01", date(2024, 9, 7), 5, None)
        read = read_table(filled([HEADER, FIRST, SECOND, again]), CALLS)
        assert texts(read) == [
            (
                "[E V05] 台账.xlsx › 甲 › A4：“编号”与第 2 行重复，填写的是“H01”。"
                "允许：同一张表中不得重复。处理：请核对：重复的删去一行，编号写错的改正。"
            )
        ]
        assert len(read.rows) == 3

    def test_blank_is_not_repeated(self, filled: Filled) -> None:
        blank = (None, date(2024, 9, 7), 5, None)
        read = read_table(filled([HEADER, blank, blank]), CALLS)
        assert [f.code for f in read.findings] == ["V01", "V01"]

    def test_names_of_students_are_not_echoed(self, filled: Filled) -> None:
        rows = [
            ("姓名", "角色"),
            ("王某", "教师"),
            ("李某", "学生"),
            ("王某", "教师"),
            ("李某", "学生"),
        ]
        read = read_table(filled(rows), STAFF)
        assert [(f.code, str(f.location), f.value) for f in read.findings] == [
            ("V05", "台账.xlsx › 甲 › A4", "王某、教师"),
            ("V05", "台账.xlsx › 甲 › A5", "学生"),
        ]


def test_private_column_is_checked_and_dropped(filled: Filled) -> None:
    rows = [("姓名", "角色", "证书编号"), ("王某", "教师", 1234), ("赵某", "教师", "第1234号")]
    read = read_table(filled(rows), STAFF)
    assert [row.values["certificate"] for row in read.rows] == [None, None]
    assert texts(read) == [
        (
            "[E N02] 台账.xlsx › 甲 › C3：“证书编号”不是数字。"
            "允许：只填数字。处理：请删去文字和单位，只留数字。"
        )
    ]


class TestForm:
    ROWS = (
        ("示例学院 热线概况",),
        ("number", "号码", "023-68123456", "必填"),
        ("opened_on", "开通日期", "2024年9月5日"),
        ("mode", "形式", "人工"),
    )

    def test_value_follows_its_label(self, filled: Filled) -> None:
        read = read_table(filled(self.ROWS), FORM)
        assert read.findings == ()
        assert len(read.rows) == 1
        assert read.rows[0].values == {
            "number": "023-68123456",
            "opened_on": date(2024, 9, 5),
            "mode": "人工",
        }
        assert read.rows[0].cells == {"number": "C2", "opened_on": "C3", "mode": "C4"}

    def test_without_machine_names_and_in_another_order(self, filled: Filled) -> None:
        rows = [row[1:3] for row in self.ROWS[:0:-1]]
        read = read_table(filled(rows), FORM)
        assert read.rows[0].values["number"] == "023-68123456"
        assert read.rows[0].cells["number"] == "B3"

    def test_value_that_reads_like_a_label(self, filled: Filled) -> None:
        rows = [("号码", "形式"), ("形式", "号码"), ("开通日期", date(2024, 9, 5))]
        read = read_table(filled(rows), FORM)
        assert read.rows[0].values["number"] == "形式"
        assert texts(read) == [
            (
                "[E V02] 台账.xlsx › 甲 › B2：“形式”不在可选范围内，填写的是“号码”。"
                "允许：人工、录音。处理：请从下拉列表中选择。"
            )
        ]

    def test_required_value_left_blank(self, filled: Filled) -> None:
        rows = [*self.ROWS[:1], ("number", "号码", None, "必填"), *self.ROWS[2:]]
        assert texts(read_table(filled(rows), FORM)) == [
            "[E V01] 台账.xlsx › 甲 › C2：“号码”没有填写。允许：填固定电话。处理：请补填。"
        ]

    def test_missing_label(self, filled: Filled) -> None:
        rows = [row for row in self.ROWS if row[0] != "number"]
        assert texts(read_table(filled(rows), FORM)) == [
            (
                "[E H03] 台账.xlsx › 甲：缺少“号码”一项。"
                "允许：模板中的必填项都要保留。处理：请补上“号码”并填写。"
            )
        ]

    def test_nothing_recognised_is_no_row(self, filled: Filled) -> None:
        read = read_table(filled([("示例学院",)]), FORM)
        assert read.rows == ()
        assert [f.code for f in read.findings] == ["H03"]


class TestFindSheet:
    @pytest.mark.parametrize(
        "tab",
        [
            "S90 热线记录",
            "S90",
            "s90",
            "热线记录",
            "calls",
            "S90calls",
            "S90-热线 记录",
            "2024 热线记录",
        ],
    )
    def test_by_number_title_or_machine_name(self, tab: str) -> None:
        sheets = [RawSheet("a.xlsx", name, []) for name in ("S91 热线概况", tab, "_lists")]
        assert find_sheet(sheets, CALLS) is sheets[1]

    def test_its_own_name_goes_before_a_likeness(self) -> None:
        sheets = [RawSheet("a.xlsx", name, []) for name in ("旧热线记录", "S90 热线记录")]
        assert find_sheet(sheets, CALLS) is sheets[1]

    def test_none(self) -> None:
        assert find_sheet([RawSheet("a.xlsx", "热线记录（旧）", [])], CALLS) is None


class TestWorkbooks:
    def test_template_filled_and_read_back(self, tmp_path: Path, ledger: Ledger) -> None:
        sheet = ledger["S08"]
        record = {
            "activity_id": "A001",
            "start": date(2024, 10, 12),
            "title": "=心理讲座",
            "n_attend": 120,
            "has_plan": True,
        }
        workbook = write_workbook([(sheet, [record])], heading="示例学院")
        sheets, findings = open_workbook(save_workbook(workbook, tmp_path / "a.xlsx"))
        assert findings == []
        assert [page.name for page in sheets] == ["S08 活动台账", "_lists"]
        read = read_table(sheets[0], sheet)
        assert {name: read.rows[0].values[name] for name in record} == record
        assert read.rows[0].number == 5

    def test_tab_with_a_personal_number(self, tmp_path: Path) -> None:
        workbook = openpyxl.Workbook()
        workbook.worksheets[0].title = "王某13800138000"
        workbook.save(tmp_path / "a.xlsx")
        assert [page.name for page in open_workbook(tmp_path / "a.xlsx")[0]] == ["王某******"]

    @pytest.mark.parametrize("content", [b"", b"\x00\xff" * 400, b"PK\x03\x04" + b"x" * 300])
    def test_file_that_is_no_workbook(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(content)
        sheets, findings = open_workbook(path)
        assert sheets == []
        assert [str(finding) for finding in findings] == [
            (
                "[E F01] a.xlsx：文件损坏或不是工作簿，无法读取。"
                "允许：能用 Excel 或 WPS 打开、没有密码的 .xlsx 文件。"
                "处理：请用 Excel 或 WPS 打开后另存为 .xlsx，再重新提交。"
            )
        ]

    def test_sheet_that_is_too_large_is_not_read(self, tmp_path: Path) -> None:
        workbook = openpyxl.Workbook()
        workbook.worksheets[0].title = "甲"
        workbook.worksheets[0].cell(1, 401, "远")
        workbook.create_sheet("乙").cell(20_001, 1, "深")
        workbook.create_sheet("丙").cell(1, 400, "近")
        workbook.save(tmp_path / "a.xlsx")
        sheets, findings = open_workbook(tmp_path / "a.xlsx")
        assert [page.name for page in sheets] == ["丙"]
        assert [str(finding) for finding in findings] == [
            f"[E F06] a.xlsx › {tab}：工作表过大，没有读取。允许：至多 20000 行、400 列。"
            "处理：请删去数据之外的空行空列（连同格式）后重新提交。"
            for tab in ("甲", "乙")
        ]
