from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from evalkit.ledger import Column, Sheet, load_ledger
from evalkit.ledger.model import normalise
from evalkit.ledger.workbook import FIRST_ROW, Record, write_workbook
from evalkit.outputs import CachedValues, workbook_bytes

HEADING = "示例学院 2024-2025 学年"

TABLE = Sheet(
    id="S90",
    name="calls",
    title="热线·记录",
    workbook="college",
    note="请一行填一次来电。",
    columns=(
        Column(
            name="call_id", header="编号", type="id", required="always", note="例如“H01”，不能重复"
        ),
        Column(name="called_at", header="来电时间", type="datetime"),
        Column(name="day", header="日期", type="date"),
        Column(name="month", header="月份", type="ym"),
        Column(name="channel", header="渠道", type="enum", allowed=("电话", "网络")),
        Column(name="topics", header="议题", type="enums", allowed=("学业", "人际", "其他")),
        Column(
            name="followed",
            header="是否回访",
            type="bool",
            required="conditional",
            when="来电未结束时必填",
        ),
        Column(
            name="minutes",
            header="时长",
            type="int",
            unit="分钟",
            minimum=Decimal(1),
            maximum=Decimal(240),
        ),
        Column(name="cost", header="费用", type="money", unit="元", minimum=Decimal(0)),
        Column(name="discount", header="折扣", type="pct", unit="%", maximum=Decimal(100)),
        Column(name="again", header="是否再次来电", type="bool"),
        Column(name="remark", header="说明", type="text"),
    ),
)
FORM = Sheet(
    id="S91",
    name="hotline",
    title="热线概况",
    workbook="college",
    layout="form",
    note="请填写热线的基本情况。",
    columns=(
        Column(name="number", header="号码", type="str", required="always", note="填固定电话"),
        Column(name="opened_on", header="开通日期", type="date"),
        Column(name="mode", header="形式", type="enum", allowed=("人工", "录音")),
    ),
)
CALLS: list[Record] = [
    {
        "call_id": "007",
        "called_at": datetime.fromisoformat("2024-10-12 21:30"),
        "day": date(2024, 10, 12),
        "month": "2024-10",
        "channel": "电话",
        "topics": ("学业", "人际"),
        "followed": True,
        "minutes": 25,
        "cost": Decimal("12.30"),
        "discount": Decimal("98.5"),
        "remark": "=1+1",
    },
    {"call_id": "+8", "followed": False, "remark": "#N/A"},
]


def _read_back(content: Sequence[tuple[Sheet, Sequence[Record]]]) -> openpyxl.Workbook:
    written = write_workbook(content, heading=HEADING, example="数据为虚构。")
    return openpyxl.load_workbook(BytesIO(workbook_bytes(written)))


def _rules(page: Worksheet) -> dict[str, DataValidation]:
    return {str(rule.sqref): rule for rule in page.data_validations.dataValidation}


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return _read_back([(TABLE, CALLS), (FORM, [{"number": "=8", "mode": "人工"}])])


@pytest.fixture
def table(book: openpyxl.Workbook) -> Worksheet:
    return book["S90 热线记录"]


@pytest.fixture
def form(book: openpyxl.Workbook) -> Worksheet:
    return book["S91 热线概况"]


def test_sheets_stand_in_order_and_the_lists_are_hidden(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["S90 热线记录", "S91 热线概况", "_lists"]
    assert book["_lists"].sheet_state == "hidden"
    assert book.active is book["S90 热线记录"]
    assert book.security.lockStructure


def test_a_table_has_title_note_header_machine_names_and_rows(table: Worksheet) -> None:
    assert table["A1"].value == "示例学院 2024-2025 学年　热线·记录"
    assert table["A2"].value == "请一行填一次来电。　数据为虚构。"
    assert [c.value for c in table[3]] == [
        "编号＊", "来电时间", "日期", "月份", "渠道", "议题", "是否回访\n（＊）", "时长", "费用",
        "折扣", "是否再次来电", "说明",
    ]  # fmt: skip
    # The marks are for the eye: a header is compared without them.
    read = [normalise(str(cell.value)) for cell in table[3]]
    assert read == [normalise(column.header) for column in TABLE.columns]
    assert [c.value for c in table[4]] == [c.name for c in TABLE.columns]
    assert table.row_dimensions[4].hidden
    assert not table.row_dimensions[3].hidden
    assert FIRST_ROW == 5
    assert [c.value for c in table[5]] == [
        "007",
        datetime.fromisoformat("2024-10-12 21:30"),
        datetime.fromisoformat("2024-10-12"),
        "2024-10",
        "电话",
        "学业、人际",
        "是",
        25,
        12.3,
        98.5,
        None,
        "=1+1",
    ]
    assert table.max_row == 6
    assert table.freeze_panes == "B5"
    assert {str(cells) for cells in table.merged_cells.ranges} == {"A1:L1", "A2:K2"}


def test_text_stays_text_whatever_it_begins_with(table: Worksheet, form: Worksheet) -> None:
    texts = {cell.value: cell.data_type for cell in (table["L5"], table["L6"], form["C3"])}
    assert texts == {"=1+1": "s", "#N/A": "s", "=8": "s"}
    assert table["A6"].value == "+8"


def test_yes_and_no_are_written_in_chinese_and_blank_stays_blank(table: Worksheet) -> None:
    assert [table["G5"].value, table["G6"].value, table["K5"].value] == ["是", "否", None]


def test_rows_still_blank_have_the_format_of_their_column(table: Worksheet) -> None:
    formats = {
        column.name: table.column_dimensions[letter].number_format
        for column, letter in zip(TABLE.columns, "ABCDEFGHIJKL", strict=True)
    }
    assert formats == {
        "call_id": "@",
        "called_at": "yyyy-mm-dd hh:mm",
        "day": "yyyy-mm-dd",
        "month": "@",
        "channel": "@",
        "topics": "@",
        "followed": "@",
        "minutes": "0",
        "cost": "#,##0.00",
        "discount": '0.00"%"',
        "again": "@",
        "remark": "@",
    }
    assert [c.number_format for c in table[5]] == list(formats.values())


def test_a_form_has_one_label_a_row_with_its_value_and_a_hint(form: Worksheet) -> None:
    assert form["A1"].value == "示例学院 2024-2025 学年　热线概况"
    assert form["A2"].value == "请填写热线的基本情况。　数据为虚构。"
    assert [[cell.value for cell in row] for row in form.iter_rows(min_row=3)] == [
        ["number", "号码", "=8", "必填；填固定电话"],
        ["opened_on", "开通日期", None, "选填"],
        ["mode", "形式", "人工", "选填"],
    ]
    assert form.column_dimensions["A"].hidden
    assert form["C4"].number_format == "yyyy-mm-dd"


def test_drop_downs_refer_to_the_hidden_lists(book: openpyxl.Workbook) -> None:
    rules = _rules(book["S90 热线记录"])
    channel, followed, again = rules["E5:E2000"], rules["G5:G2000"], rules["K5:K2000"]
    assert (channel.type, channel.formula1) == ("list", "_lists!$A$1:$A$2")
    assert channel.error == "请从下拉列表中选择：电话、网络"
    assert (followed.type, followed.formula1) == ("list", "_lists!$B$1:$B$2")
    assert again.formula1 == followed.formula1
    assert _rules(book["S91 热线概况"])["C5"].formula1 == "_lists!$C$1:$C$2"
    assert [[cell.value for cell in row] for row in book["_lists"].iter_rows()] == [
        ["电话", "是", "人工"],
        ["网络", "否", "录音"],
    ]


def test_numbers_are_held_to_their_bounds_while_typing(table: Worksheet) -> None:
    rules = _rules(table)
    found = [
        (r.type, r.operator, r.formula1, r.formula2, r.error)
        for r in (rules["H5:H2000"], rules["I5:I2000"], rules["J5:J2000"])
    ]
    assert found == [
        ("whole", "between", "1", "240", "请填 1 至 240 之间的整数，不带单位"),
        ("decimal", "between", "0", "999999999", "请填不小于 0 的数，不带单位"),
        ("decimal", "between", "-999999999", "100", "请填不大于 100 的数，不带单位"),
    ]


def test_a_day_has_to_be_a_day(table: Worksheet) -> None:
    rules = _rules(table)
    found = [
        (r.type, r.formula1, r.formula2, r.error) for r in (rules["B5:B2000"], rules["C5:C2000"])
    ]
    assert found == [
        (
            "date",
            "18264",
            "73050.99999",
            "请写作“2024-10-12 21:30”这样的日期和时间，一格只写一个。",
        ),
        ("date", "18264", "73050", "请写作“2024-10-12”这样的日期，一格只写一个。"),
    ]


def test_whoever_fills_a_cell_is_told_how(table: Worksheet) -> None:
    prompts = {r.promptTitle: r.prompt for r in table.data_validations.dataValidation}
    assert prompts == {
        "编号": "必填；例如“H01”，不能重复",
        "来电时间": "选填",
        "日期": "选填",
        "月份": "选填",
        "渠道": "选填",
        "议题": "选填；可填多项，用“、”隔开：学业、人际、其他",
        "是否回访": "来电未结束时必填",
        "时长": "选填；单位：分钟",
        "费用": "选填；单位：元",
        "折扣": "选填；单位：%",
        "是否再次来电": "选填",
        "说明": "选填",
    }


def test_the_note_gets_the_height_it_needs() -> None:
    narrow = TABLE.model_copy(update={"columns": TABLE.columns[:1], "note": "请" * 120})
    page = _read_back([(narrow, [])])["S90 热线记录"]
    # A narrow table is widened to 96; 120 + 7 characters of double width take three lines of it.
    assert page.column_dimensions["A"].width == 96
    assert page.row_dimensions[2].height == 3 * 15
    assert not page.merged_cells.ranges


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(KeyError, match="calls: caller, nmae"):
        write_workbook([(TABLE, [{"nmae": "甲"}, {"caller": "乙"}])], heading=HEADING)


def test_the_same_content_gives_the_same_bytes() -> None:
    def build() -> bytes:
        content: list[tuple[Sheet, list[Record]]]
        content = [(sheet, []) for sheet in load_ledger().of("college")]
        return workbook_bytes(write_workbook([(TABLE, CALLS), *content], heading=HEADING))

    assert build() == build()


def test_values_of_formulas_can_be_read_without_calculating() -> None:
    written = write_workbook([(TABLE, CALLS)], heading=HEADING)
    page = written["S90 热线记录"]
    page["N5"] = "=SUM(H5:H504)"
    page["N6"] = '=IF(H5>20,"长","短")'
    cached: CachedValues = {"S90 热线记录": {"N5": 25, "N6": "长"}}
    content = BytesIO(workbook_bytes(written, cached))
    shown = openpyxl.load_workbook(content, data_only=True)["S90 热线记录"]
    assert [shown["N5"].value, shown["N6"].value, shown["L5"].value] == [25, "长", "=1+1"]
    formulas = openpyxl.load_workbook(content)["S90 热线记录"]
    assert formulas["N5"].value == "=SUM(H5:H504)"


def test_every_sheet_of_the_ledger_can_be_written_out_empty() -> None:
    ledger = load_ledger()
    book = _read_back([(sheet, []) for sheet in ledger.sheets])
    assert book.sheetnames == [*(sheet.tab for sheet in ledger.sheets), "_lists"]
    for sheet in ledger.sheets:
        rules = book[sheet.tab].data_validations.dataValidation
        # Excel shows at most 255 characters of a hint.
        assert [r.promptTitle for r in rules] == [c.header for c in sheet.columns], sheet.id
        assert all(len(r.prompt) < 255 for r in rules), sheet.id
