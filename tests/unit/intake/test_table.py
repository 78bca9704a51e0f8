"""A table as colleges send it back: what is a row, what is read, what is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from evalkit.intake.cells import Context
from evalkit.intake.sheets import read_sheet
from evalkit.intake.table import TableRead
from evalkit.ledger import Column, Sheet
from evalkit.spreadsheets import RawSheet
from evalkit.workspace import AcademicYear

Filled = Callable[..., RawSheet]

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
        Column(name="name", header="姓名", type="str", private_where={"role": "学生"}, people=True),
        Column(name="role", header="角色", type="enum", allowed=("教师", "学生")),
        Column(name="certificate", header="证书编号", type="int", private=True),
    ),
)
EVENTS = Sheet(
    id="S93",
    name="events",
    title="活动",
    workbook="college",
    columns=(
        Column(
            name="start", header="开始", type="date", required="always", until="end", in_year="E"
        ),
        Column(name="end", header="结束", type="date", until=""),
        Column(name="title", header="名称", type="text", required="always"),
        Column(name="n", header="人数", type="int"),
    ),
)
HEADER = ("编号", "日期", "时长（分钟）", "说明")
DAY = date(2024, 9, 5)
FIRST = ("H01", DAY, 20, "学业")
SECOND = ("H02", date(2024, 9, 6), 30, None)


def read_table(raw: RawSheet, sheet: Sheet = CALLS, *, scored: bool = False) -> TableRead:
    return read_sheet(raw, sheet, Context(AcademicYear(2024)), scored=scored)


def values(read: TableRead) -> list[tuple[object, ...]]:
    return [tuple(row.values.values()) for row in read.rows]


def texts(read: TableRead) -> list[str]:
    return [str(finding) for finding in read.findings]


class TestColumns:
    def test_where_each_value_stands(self, filled: Filled) -> None:
        read = read_table(filled([("示例学院",), HEADER, FIRST]))
        assert (values(read), read.findings, read.usable) == ([FIRST], (), True)
        assert (read.tab, read.file, read.rows[0].number) == ("甲", "台账.xlsx", 3)
        assert read.rows[0].cells["minutes"] == "C3"

    def test_beyond_column_z(self, filled: Filled) -> None:
        blank = [None] * 24
        read = read_table(filled([(*blank, *HEADER), (*blank, *FIRST)]))
        assert read.rows[0].cells["remark"] == "AB2"

    def test_no_header(self, filled: Filled) -> None:
        read = read_table(filled([FIRST, SECOND]))
        assert (read.rows, read.usable) == ((), False)
        assert texts(read) == [
            (
                "[E H02] 台账.xlsx › 甲：前 15 行中没有找到表头。"
                "允许：含有以下各列的一行：编号、日期。处理：请使用下发的模板，不要改动表头。"
            )
        ]

    def test_empty_sheet(self, filled: Filled) -> None:
        assert [f.code for f in read_table(filled([])).findings] == ["H02"]

    def test_header_without_rows_is_an_empty_table(self, filled: Filled) -> None:
        read = read_table(filled([HEADER]))
        assert (read.rows, read.findings, read.usable) == ((), (), True)

    def test_in_another_order(self, filled: Filled) -> None:
        read = read_table(filled([HEADER[::-1], FIRST[::-1]]))
        assert read.rows[0].values == dict(
            zip(("call_id", "day", "minutes", "remark"), FIRST, strict=True)
        )
        assert read.rows[0].cells["call_id"] == "D2"

    def test_unknown_ones_are_kept_aside_and_listed(self, filled: Filled) -> None:
        rows = [("编号", "序号", "日期", "备注1"), ("H01", "甲", DAY, "乙")]
        read = read_table(filled(rows))
        assert read.unknown == ("序号", "备注1")
        assert texts(read)[0] == (
            "[I T04] 台账.xlsx › 甲 › B1：模板中没有这一列，没有读取，填写的是“序号”。"
            "允许：模板中的列。处理：无需处理；若是改了表头的列，请改回原名。"
        )
        assert [(f.code, f.location.cell) for f in read.findings] == [("T04", "B1"), ("T04", "D1")]
        assert values(read) == [("H01", DAY)]

    def test_without_a_header_are_told_if_there_is_anything(self, filled: Filled) -> None:
        read = read_table(filled([(*HEADER, None, None), (*FIRST, " ", "补报")]))
        assert texts(read) == [
            (
                "[I T04] 台账.xlsx › 甲 › F1：这一列没有表头，没有读取。"
                "允许：模板中的列。处理：无需处理；若是模板中的列，请补上表头。"
            )
        ]

    def test_missing_required_one(self, filled: Filled) -> None:
        read = read_table(filled([("编号", "说明"), ("H01", "学业")]))
        assert texts(read) == [
            (
                "[E H03] 台账.xlsx › 甲 › 第 1 行：缺少“日期”一列。"
                "允许：模板中的必填列都要保留。处理：请补上“日期”一列并填写。"
            )
        ]
        assert values(read) == [("H01", "学业")]

    def test_twice(self, filled: Filled) -> None:
        read = read_table(filled([("来电日期", "编号", "日期"), (DAY, "H01", DAY)]))
        assert texts(read) == [
            (
                "[W T04] 台账.xlsx › 甲 › A1：“日期”这一列出现了不止一次，只读了 C 列。"
                "允许：每一列只出现一次。处理：请核对这几列的内容，保留一列。"
            )
        ]
        assert read.rows[0].cells == {"call_id": "B2", "day": "C2"}


class TestRows:
    def test_blank_ones_are_passed_over(self, filled: Filled) -> None:
        rows = [HEADER, FIRST, (None, " ", "/", "—"), (), SECOND, ("", None), *[()] * 1000]
        read = read_table(filled(rows))
        assert (values(read), read.findings) == ([FIRST, SECOND], ())
        assert [row.number for row in read.rows] == [2, 5]

    def test_numbered_beforehand_in_a_column_of_their_own(self, filled: Filled) -> None:
        rows = [("序号", *HEADER), (1, *FIRST), (2, None, None, None, None), (3,)]
        read = read_table(filled(rows))
        assert values(read) == [FIRST]
        assert [f.code for f in read.findings] == ["T04"]

    def test_numbered_beforehand_in_the_key(self, filled: Filled) -> None:
        rows = [HEADER, FIRST, ("H02",), ("H03", None, "/")]
        read = read_table(filled(rows))
        assert values(read) == [FIRST]
        assert texts(read) == [
            (
                "[I T05] 台账.xlsx › 甲 › 第 3 行：第 3、4 行只有编号，没有其他内容，按空行处理。"
                "允许：没有内容的行留空。处理：无需处理；若有漏填，请补填。"
            )
        ]

    def test_required_cell_left_blank(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, (None, DAY, 20, None), ("H02", None, 5)]))
        assert texts(read) == [
            "[E V01] 台账.xlsx › 甲 › A2：“编号”没有填写。允许：例如“H01”。处理：请补填。",
            "[E V01] 台账.xlsx › 甲 › B3：“日期”没有填写。允许：必须填写。处理：请补填。",
        ]
        assert values(read)[0] == (None, DAY, 20, None)

    def test_unusable_cell_spoils_only_itself(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, ("H01", "9月31日", 300, "学业"), SECOND]))
        assert [(f.code, f.severity, f.location.cell, f.value) for f in read.findings] == [
            ("D04", "E", "B2", "9月31日"),
            ("V03", "E", "C2", "300"),
        ]
        assert values(read) == [("H01", None, None, "学业"), SECOND]

    def test_cleaned_value_is_told(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, ("H01", "2024.9.5", "２０", "学业")]))
        assert values(read) == [FIRST]
        assert texts(read) == [
            (
                "[I D01] 台账.xlsx › 甲 › B2：“日期”是其他写法的日期，读作“2024-09-05”，"
                "填写的是“2024.9.5”。允许：日期，例如 2024-09-10。"
                "处理：无需处理；下次请按“年-月-日”填写。"
            ),
            (
                "[I N01] 台账.xlsx › 甲 › C2：“时长（分钟）”中有全角字符，已按半角读入，"
                "填写的是“２０”。允许：数字、字母和标点用半角。处理：无需处理；下次请切换到半角输入。"
            ),
        ]

    def test_day_is_shown_as_its_sheet_shows_it(self, filled: Filled) -> None:
        midnight = datetime.fromisoformat("2042-09-05")
        timed = datetime.fromisoformat("2024-09-05 14:30")
        rows = [HEADER, ("H01", midnight, 20), ("H02", timed, 5)]
        read = read_table(filled(rows))
        assert [f.value for f in read.findings] == ["2042-09-05", "2024-09-05 14:30"]

    def test_bounds_are_left_to_the_rubric_if_asked(self, filled: Filled) -> None:
        raw = filled([HEADER, ("H01", DAY, 300, None)])
        assert read_table(raw).rows[0].values["minutes"] is None
        read = read_table(raw, scored=True)
        assert (read.findings, read.rows[0].values["minutes"]) == ((), 300)

    def test_1904_is_known(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, ("H01", 44078, 20)], date1904=True))
        assert read.rows[0].values["day"] == date(2024, 9, 5)


class TestFormulas:
    def test_each_kind(self, filled: Filled) -> None:
        faults = {(1, 1): "no_result", (1, 2): "error", (2, 2): "external", (3, 2): "external"}
        rows = [HEADER, ("H01", None, None, None), ("H02", DAY, 30), ("H03", DAY, None)]
        read = read_table(filled(rows, faults=faults))
        no_result = (
            "是公式，但文件中没有保存计算结果。允许：数字或文字。"
            "处理：请用 Excel 或 WPS 打开，保存一次再提交，或直接填写结果。"
        )
        assert texts(read) == [
            f"[E T06] 台账.xlsx › 甲 › B2：“日期”{no_result}",
            (
                "[E T06] 台账.xlsx › 甲 › C2：“时长（分钟）”的公式出错，显示为错误值。"
                "允许：能算出结果的公式，或直接填写的数字。处理：请改正公式，或直接填写结果。"
            ),
            (
                "[W T06] 台账.xlsx › 甲 › C3：“时长（分钟）”的公式引用了另一个文件，"
                "读取的是上次保存的结果。允许：直接填写的数字，或只引用本文件的公式。"
                "处理：请核对结果，并改为直接填写。"
            ),
            f"[E T06] 台账.xlsx › 甲 › C4：“时长（分钟）”{no_result}",
        ]
        assert values(read) == [
            ("H01", None, None, None),
            ("H02", DAY, 30, None),
            ("H03", DAY, None, None),
        ]

    def test_row_of_nothing_but_formulas_is_not_blank(self, filled: Filled) -> None:
        faults = dict.fromkeys([(1, 0), (1, 1)], "no_result")
        read = read_table(filled([HEADER, (None,) * 4], faults=faults))
        assert len(read.rows) == 1
        assert [f.code for f in read.findings] == ["T06", "T06"]


class TestKeys:
    def test_repeated(self, filled: Filled) -> None:
        again = ("H01", date(2024, 9, 7), 5, None)
        read = read_table(filled([HEADER, FIRST, SECOND, again]))
        assert texts(read) == [
            (
                "[E V05] 台账.xlsx › 甲 › A4：“编号”与第 2 行重复，填写的是“H01”。"
                "允许：同一张表中不得重复。处理：请核对：重复的删去一行，编号写错的改正。"
            )
        ]
        assert len(read.rows) == 3

    def test_blank_is_not_repeated(self, filled: Filled) -> None:
        blank = (None, DAY, 5, None)
        read = read_table(filled([HEADER, blank, blank]))
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


class TestPrivate:
    def test_value_is_checked_kept_for_the_checks_and_never_shown(self, filled: Filled) -> None:
        rows = [("姓名", "角色", "证书编号"), ("王某", "教师", 123), ("赵某", "教师", "甲123")]
        read = read_table(filled(rows), STAFF)
        assert [row.values["certificate"] for row in read.rows] == [123, None]
        assert [(f.code, f.severity, f.location.cell, f.value) for f in read.findings] == [
            ("N02", "E", "C3", "")
        ]
        assert "甲123" not in str(read.findings)

    def test_cleaned_name_of_a_student_is_not_shown(self, filled: Filled) -> None:
        read = read_table(filled([("姓名", "角色"), ("李 小红", "学生")]), STAFF)
        assert read.rows[0].values["name"] == "李小红"
        assert [(f.code, f.value) for f in read.findings] == [("K04", "")]
        assert "小红" not in str(read.findings)


class TestHidden:
    def test_rows_and_columns_are_read_and_told_once(self, filled: Filled) -> None:
        raw = filled(
            [HEADER, FIRST, SECOND, ("H03", DAY, 5, "家庭"), ()],
            hidden_rows=[1, 2, 4],
            hidden_columns=[2, 3, 9],
        )
        read = read_table(raw)
        assert len(read.rows) == 3
        assert texts(read) == [
            (
                "[I T05] 台账.xlsx › 甲 › 第 2 行：第 2、3 行被隐藏或筛选掉了，已照常读取。"
                "允许：所有的行都可见。处理：请取消隐藏和筛选，核对这些行是否应当保留。"
            ),
            (
                "[I T05] 台账.xlsx › 甲 › C1：“时长（分钟）、说明”列被隐藏，已照常读取。"
                "允许：所有的列都可见。处理：请取消隐藏，核对内容。"
            ),
        ]

    def test_blank_hidden_column_is_no_matter(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, SECOND], hidden_columns=[3]))
        assert read.findings == ()

    def test_hidden_machine_names_are_no_matter(self, filled: Filled) -> None:
        rows = [HEADER, ("call_id", "day", "minutes", "remark"), FIRST]
        assert read_table(filled(rows, hidden_rows=[1])).findings == ()

    def test_many_rows_are_counted(self, filled: Filled) -> None:
        rows = [(f"H{n:02}", DAY, 5, None) for n in range(30)]
        (finding,) = read_table(filled([HEADER, *rows], hidden_rows=range(1, 31))).findings
        listed = "、".join(map(str, range(2, 22)))
        assert finding.what == f"第 {listed}等 30 行被隐藏或筛选掉了，已照常读取"

    def test_hidden_tab(self, filled: Filled) -> None:
        assert texts(read_table(filled([HEADER, FIRST], hidden=True))) == [
            (
                "[I T05] 台账.xlsx › 甲：这张工作表被隐藏，已照常读取。"
                "允许：所有的表都可见。处理：请取消隐藏，核对内容。"
            )
        ]


class TestMerged:
    def test_numbered_row_in_a_range_is_a_record(self, filled: Filled) -> None:
        rows = [HEADER, ("H01", DAY, 60, "学业"), ("H02",), ("H03", None, None, "家庭")]
        read = read_table(filled(rows, merged=((1, 1, 3, 1), (1, 2, 2, 2), (1, 3, 2, 3))))
        assert values(read) == [
            ("H01", DAY, 60, "学业"),
            ("H02", DAY, None, "学业"),
            ("H03", DAY, None, "家庭"),
        ]
        assert [f.code for f in read.findings] == ["T01", "T01", "T01"]

    def test_each_range_is_told_once(self, filled: Filled) -> None:
        rows = [
            HEADER,
            ("H01", DAY, 60, "甲"),
            ("H02", None, None, "乙"),
            ("H03", None, None, "丙"),
        ]
        read = read_table(filled(rows, merged=((1, 1, 3, 1), (1, 2, 3, 2))))
        assert values(read) == [
            ("H01", DAY, 60, "甲"),
            ("H02", DAY, None, "乙"),
            ("H03", DAY, None, "丙"),
        ]
        assert texts(read) == [
            (
                "[I T01] 台账.xlsx › 甲 › B2：“日期”是合并单元格，各行按同一内容读取，"
                "填写的是“2024-09-05”。允许：一行填一条，不合并单元格。"
                "处理：请取消合并，逐行填写。"
            ),
            (
                "[W T01] 台账.xlsx › 甲 › C2：“时长（分钟）”是合并单元格，"
                "数字只计入第一行，其余各行按空白处理，填写的是“60”。"
                "允许：一行填一条，不合并单元格。处理：请取消合并，分别填写每一行的数字。"
            ),
        ]

    def test_rows_of_one_merged_key_are_not_repeated(self, filled: Filled) -> None:
        rows = [HEADER, ("H01", DAY, 10), (None, DAY, 20), ("H01", DAY, 5), ("H01", DAY, 5)]
        read = read_table(filled(rows, merged=((1, 0, 2, 0),)))
        assert [row.values["call_id"] for row in read.rows] == ["H01"] * 4
        assert [(f.code, f.location.cell) for f in read.findings] == [
            ("T01", "A2"),
            ("V05", "A4"),
            ("V05", "A5"),
        ]

    def test_record_merged_over_whole_rows_is_one_record(self, filled: Filled) -> None:
        merged = tuple((1, place, 3, place) for place in range(4))
        read = read_table(filled([HEADER, FIRST, (), (), SECOND], merged=merged))
        assert (values(read), read.findings) == ([FIRST, SECOND], ())

    def test_range_to_the_right_says_nothing_of_the_second_column(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, ("H01", DAY, 5, None)], merged=((1, 0, 1, 1),)))
        assert values(read) == [("H01", DAY, 5, None)]

    def test_unusable_cell_is_told_once(self, filled: Filled) -> None:
        rows = [HEADER, ("H01", "乱写", 5), ("H02", None, 6)]
        read = read_table(filled(rows, merged=((1, 1, 2, 1),)))
        assert [row.values["day"] for row in read.rows] == [None, None]
        assert [f.code for f in read.findings] == ["D01", "T01"]

    def test_header_merged_into_the_rows_is_no_content(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, FIRST], merged=((0, 0, 1, 0),)))
        assert values(read) == [FIRST]


class TestDays:
    def test_span_in_one_cell_fills_the_last_day(self, filled: Filled) -> None:
        rows = [("开始", "结束", "名称"), ("2025-03-05至2025-03-09", None, "讲座")]
        read = read_table(filled(rows), EVENTS)
        assert values(read) == [(date(2025, 3, 5), date(2025, 3, 9), "讲座")]
        assert {f.severity for f in read.findings} <= {"I"}

    def test_span_without_a_column_for_its_last_day(self, filled: Filled) -> None:
        read = read_table(filled([("开始", "名称"), ("2025-03-05至2025-03-09", "讲座")]), EVENTS)
        assert read.rows[0].values["end"] == date(2025, 3, 9)
        assert read.rows[0].cells["end"] == "A2"

    def test_span_that_belongs_nowhere(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, ("H01", "2025-03-05至2025-03-09", 5)]), CALLS)
        assert values(read) == [("H01", date(2025, 3, 5), 5, None)]
        assert texts(read)[-1] == (
            "[W D03] 台账.xlsx › 甲 › B2：“日期”一格写了起止两个日期，只取了前一个。"
            "允许：一格一个日期。处理：请只填一个日期；跨几天的，分别填写起止日期。"
        )

    def test_span_beside_another_last_day(self, filled: Filled) -> None:
        rows = [
            ("开始", "结束", "名称"),
            ("2025-03-05至2025-03-09", date(2025, 3, 9), "讲座"),
            ("2025-03-05至2025-03-09", date(2025, 3, 10), "沙龙"),
            ("2025-03-05至2025-03-09", "乱写", "影展"),
        ]
        read = read_table(filled(rows), EVENTS)
        warned = [f for f in read.findings if f.severity != "I"]
        assert [(f.code, f.location.cell) for f in warned] == [
            ("D03", "A3"),
            ("D01", "B4"),
            ("D03", "A4"),
        ]
        assert [row.values["end"] for row in read.rows] == [
            date(2025, 3, 9),
            date(2025, 3, 10),
            None,
        ]

    def test_rows_of_another_year_are_left_out_and_listed(self, filled: Filled) -> None:
        rows = [
            ("开始", "名称", "人数"),
            (date(2024, 3, 5), "讲座", 30),
            (date(2024, 9, 5), "沙龙", 20),
            (date(2025, 9, 2), "影展", 40),
            ("合计", None, 90),
        ]
        read = read_table(filled(rows), EVENTS)
        assert [row.values["title"] for row in read.rows] == ["沙龙"]
        assert [(f.code, f.severity, f.location.cell) for f in read.findings] == [
            ("D04", "E", "A2"),
            ("D04", "E", "A4"),
            ("T03", "I", "第 5 行"),
            ("D06", "W", "第 2 行"),
        ]
        assert texts(read)[-1] == (
            "[W D06] 台账.xlsx › 甲 › 第 2 行：第 2、4 行的日期不在本学年内，这 2 行没有计入。"
            "允许：本学年 9 月 1 日至次年 8 月 31 日的事项。"
            "处理：请核对日期；确属其他学年的，请移到那一学年的台账。"
        )
