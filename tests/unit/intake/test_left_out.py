"""Rows that are no records, in words as people type them."""

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

COSTS = Sheet(
    id="S90",
    name="costs",
    title="经费",
    workbook="college",
    columns=(
        Column(name="kind", header="类别", type="str", required="always"),
        Column(name="day", header="日期", type="date"),
        Column(name="amount", header="金额", type="money", unit="元"),
        Column(name="n", header="人数", type="int", unit="人"),
        Column(name="memo", header="摘要", type="text"),
    ),
)
HEADER = ("类别", "日期", "金额", "人数", "摘要")
DAY = date(2024, 9, 5)
FIRST = ("讲座", DAY, 100, 30, "讲课费")
SECOND = ("沙龙", DAY, 50.5, 20, None)


def read_table(raw: RawSheet, sheet: Sheet = COSTS) -> TableRead:
    return read_sheet(raw, sheet, Context(AcademicYear(2024)))


def kinds(read: TableRead) -> list[object]:
    return [row.values["kind"] for row in read.rows]


def told(read: TableRead) -> list[tuple[str, str, str | None]]:
    return [(f.code, f.severity.value, f.location.cell) for f in read.findings]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (("合计", None, 150.5, 50), "合计行"),
        ((None, "小 计：", 150.5), "合计行"),
        (("总计", None, 150.5), "合计行"),
        (("本页小计", None, 150.5), "合计行"),
        (("第一学期合计", None, 150.5), "合计行"),
        (("全院总计（元）", None, 150.5), "合计行"),
        (("合计金额", None, "150.5元"), "合计行"),
        (("合计：150.5元",), "合计行"),
        (("讲座类合计", None, 150.5), "合计行"),
        (("共计", None, 150.5, 50, "共计"), "合计行"),
        (("平均", None, 75.25), "合计行"),
        ((2, None, 150.5, None, "合计"), "合计行"),
        (("填表人：王某", None, "审核人：李某"), "签名行"),
        (("填 表 人：", "王某"), "签名行"),
        (("填报人", "王某", "审核人", "李某"), "签名行"),
        (("制表：王某",), "签名行"),
        (("负责人:", None, None), "签名行"),
        (("负责人（签字）：",), "签名行"),
        (("学院（盖章）：",), "签名行"),
        (("单位负责人（签章）：______",), "签名行"),
        (("填表日期：2025年6月30日",), "签名行"),
        (("签字：", None, None), "签名行"),
        (("注：金额按实际支出计",), "说明行"),
        (("注1：金额按实际支出计",), "说明行"),
        (("备注：", "只计本年"), "说明行"),
        (("※ 金额按实际支出计",), "说明行"),
        (("填表说明：一行填一笔",), "说明行"),
        ((None, "说明： 只计本年支出"), "说明行"),
        (("注意事项：请勿合并单元格",), "说明行"),
    ],
)
def test_left_out_and_named(filled: Filled, row: tuple[object, ...], what: str) -> None:
    read = read_table(filled([HEADER, FIRST, SECOND, row]))
    assert kinds(read) == ["讲座", "沙龙"]
    assert [str(finding) for finding in read.findings] == [
        (
            f"[I T03] 台账.xlsx › 甲 › 第 4 行：这一行是{what}，没有作为数据读取。"
            "允许：数据行。处理：无需处理；若是数据，请去掉这些字样。"
        )
    ]


@pytest.mark.parametrize(
    "row",
    [
        ("讲座", DAY, 5, 1, "注：家长参加"),
        ("讲座", DAY, 5, 1, "说明：第二次"),
        ("讲座", DAY, 5, 1, "审核人：李某"),
        ("讲座", DAY, 5, 1, "合计 3 次"),
        ("讲座", DAY, 5, 1, "讲课费与场地费合计"),
        ("统计培训", DAY, 5, 1, None),
        ("设计比赛合计奖金", DAY, 5, 1, None),
        ("负责人培训", DAY, 5, 1, None),
        ("签名墙", DAY, 5, 1, None),
        ("注册心理师年费", DAY, 5, 1, None),
        ("示例学院讲座", DAY, 5, 1, None),
        ("例会", DAY, 5, 1, None),
        ("平均分奖励", DAY, 5, 1, None),
        ("审核与修订制度", None, None, None, None),
        ("类别", DAY, 5, 1, None),
    ],
)
def test_records_that_only_sound_like_it(filled: Filled, row: tuple[object, ...]) -> None:
    read = read_table(filled([HEADER, FIRST, row]))
    assert kinds(read) == ["讲座", row[0]]
    assert read.findings == ()


@pytest.mark.parametrize(
    "first",
    [
        "例：讲座",
        "例: 讲座",
        "例如：讲座",
        "（示例）讲座",
        "【例】讲座",
        "示例：讲座",
        "示例1：讲座",
        "示例",
        "样例",
    ],
)
def test_examples_of_the_template_are_passed_over_in_silence(filled: Filled, first: str) -> None:
    read = read_table(filled([HEADER, (first, DAY, 999, 1), FIRST]))
    assert (kinds(read), read.findings) == (["讲座"], ())


def test_repeated_header(filled: Filled) -> None:
    rows = [HEADER, FIRST, HEADER, SECOND, ("kind", "day", "amount", "n", "memo")]
    read = read_table(filled(rows))
    assert kinds(read) == ["讲座", "沙龙"]
    assert [str(finding) for finding in read.findings] == [
        f"[I T02] 台账.xlsx › 甲 › 第 {row} 行：这一行是重复的表头，没有作为数据读取。"
        "允许：数据行。处理：无需处理；若是数据，请去掉这些字样。"
        for row in (3, 5)
    ]


def test_repeated_header_with_a_column_of_sums(filled: Filled, score_table: Sheet) -> None:
    header = tuple(column.header for column in score_table.columns)
    read = read_table(filled([header, header]), score_table)
    assert [finding.code for finding in read.findings] == ["T02"]


def test_repeated_header_of_two_rows(filled: Filled) -> None:
    upper, lower = ("类别", "日期", "支出", "", "摘要"), ("", "", "金额", "人数", "")
    merged = ((0, 2, 0, 3), (3, 2, 3, 3))
    read = read_table(filled([upper, lower, FIRST, upper, lower, SECOND], merged=merged))
    assert kinds(read) == ["讲座", "沙龙"]
    assert told(read) == [("T02", "I", "第 4 行"), ("T02", "I", "第 5 行")]


def test_lines_after_a_note_belong_to_it(filled: Filled) -> None:
    rows = [
        HEADER,
        FIRST,
        ("注：1. 金额按实际支出计",),
        ("2. 一行填一笔",),
        ("金额以元为单位，保留两位小数",),
        ("填表人：王某",),
        (None, None, None, None, DAY),
    ]
    read = read_table(filled(rows))
    assert kinds(read) == ["讲座"]
    assert told(read) == [("T03", "I", f"第 {row} 行") for row in (3, 4, 5, 6, 7)]


def test_section_title_over_the_columns(filled: Filled) -> None:
    rows = [HEADER, ("一、第一学期",), FIRST, ("二、第二学期",), SECOND]
    read = read_table(filled(rows, merged=((1, 0, 1, 4), (3, 0, 3, 4))))
    assert kinds(read) == ["讲座", "沙龙"]
    assert told(read) == [("T03", "I", "第 2 行"), ("T03", "I", "第 4 行")]


def test_note_beside_the_table_is_no_record(filled: Filled) -> None:
    rows = [(*HEADER, None, "附记"), FIRST, (None,) * 5 + (None, "以下空白")]
    assert kinds(read_table(filled(rows))) == ["讲座"]


class TestTotals:
    def wrong(self, cell: str, header: str, value: str, total: str) -> str:
        return (
            f"[W T03] 台账.xlsx › 甲 › {cell}：“{header}”的合计与各行之和不一致，"
            f"填写的是“{value}”。允许：各行之和 {total}。"
            "处理：请核对是哪一行漏填或填错；系统以各行之和为准。"
        )

    def warned(self, read: TableRead) -> list[str]:
        return [str(finding) for finding in read.findings if finding.severity == "W"]

    def test_that_disagree(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, FIRST, SECOND, ("合计", None, 151, "60人")]))
        assert self.warned(read) == [
            self.wrong("C4", "金额", "151", "150.5元"),
            self.wrong("D4", "人数", "60人", "50人"),
        ]

    def test_subtotals_are_not_counted_twice(self, filled: Filled) -> None:
        rows = [
            HEADER,
            FIRST,
            SECOND,
            ("小计", None, 150.5, 50),
            FIRST,
            ("小计", None, 100, 31),
            ("总计", None, 250.5, 80),
        ]
        read = read_table(filled(rows))
        assert self.warned(read) == [self.wrong("D6", "人数", "31", "30人")]

    def test_grand_total_that_counts_twice_is_told(self, filled: Filled) -> None:
        rows = [HEADER, FIRST, SECOND, ("小计", None, 150.5), ("总计", None, 301)]
        read = read_table(filled(rows))
        assert self.warned(read) == [self.wrong("C5", "金额", "301", "150.5元")]

    def test_total_by_semester_and_running_total(self, filled: Filled) -> None:
        rows = [HEADER, FIRST, ("第一学期合计", None, 100), SECOND, ("第二学期合计", None, 50.5)]
        assert self.warned(read_table(filled([*rows, ("累计", None, 150.5)]))) == []

    @pytest.mark.parametrize("amount", [100, 150.5])
    def test_total_above_its_rows(self, filled: Filled, amount: float) -> None:
        rows = [HEADER, ("小计", None, amount), FIRST, ("小计", None, 50.5), SECOND]
        assert self.warned(read_table(filled(rows))) == []

    def test_number_that_does_not_add_up_may_be_repeated(self, filled: Filled) -> None:
        rows = [
            HEADER,
            ("九月", None, None, 12),
            ("十月", None, None, 14),
            ("合计", None, None, 14),
        ]
        assert self.warned(read_table(filled(rows))) == []

    def test_blank_counts_nothing_and_unusable_says_nothing(self, filled: Filled) -> None:
        rows = [HEADER, FIRST, ("沙龙", DAY, None, "若干"), ("合计", None, 100, 99)]
        read = read_table(filled(rows))
        assert self.warned(read) == []

    def test_merged_number_counts_once(self, filled: Filled) -> None:
        rows = [HEADER, FIRST, ("沙龙", DAY, None, 20), ("合计", None, 100, 50)]
        read = read_table(filled(rows, merged=((1, 2, 2, 2),)))
        assert [f.code for f in read.findings if f.severity == "W"] == ["T01"]

    def test_average_is_no_sum(self, filled: Filled) -> None:
        assert self.warned(read_table(filled([HEADER, FIRST, SECOND, ("平均", None, 75)]))) == []

    def test_total_without_rows(self, filled: Filled) -> None:
        read = read_table(filled([HEADER, ("合计", None, 0, 0)]))
        assert (read.rows, told(read)) == ((), [("T03", "I", "第 2 行")])

    def test_total_beyond_the_range_of_a_cell(self, filled: Filled, ledger: Ledger) -> None:
        sheet = ledger["class_base"]
        header = [column.header for column in sheet.columns]
        classes = [("2024级", "", f"化工24{n:02}班", 60, 8, "是", "") for n in range(1, 30)]
        total = ("合计", "", "", 29 * 60, 29 * 8, "", "")
        assert self.warned(read_table(filled([header, *classes, total]), sheet)) == []
