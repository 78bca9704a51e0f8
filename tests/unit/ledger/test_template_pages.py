"""What goes out blank: cover, grey row, rules of the year, locks, forms as on paper."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from evalkit.ledger import OUR_TABS, Column, Ledger, Sheet, load_ledger
from evalkit.ledger.model import Workbook
from evalkit.ledger.workbook import Cover, Filling, write_template
from evalkit.outputs import workbook_bytes
from evalkit.workspace import AcademicYear

YEAR = AcademicYear(2024)
FILE = "台账_2024-2025_C03.xlsx"
ROOMS = Sheet(
    id="S90",
    name="rooms",
    title="房间",
    workbook="college",
    core=True,
    rows="一行一间房",
    note="请列出房间。",
    key=("room",),
    columns=(
        Column(name="room", header="房号", type="str", required="always", note="例如“A101”"),
        Column(name="area", header="面积", type="dec", minimum=Decimal(4), unit="㎡"),
    ),
)
VISITS = Sheet(
    id="S91",
    name="visits",
    title="来访",
    workbook="college",
    coded=True,
    rows="一行一次",
    columns=(
        Column(name="day", header="日期", type="date", required="always", in_year="E"),
        Column(name="met", header="见面时间", type="datetime", in_year="W",
               example="2024-10-12 09:30"),
        Column(name="month", header="月份", type="ym", in_year="E"),
        Column(name="grade", header="年级", type="grade"),
        Column(name="grades", header="涉及年级", type="grades"),
        Column(name="room", header="地点", type="str", refers="rooms.room"),
        Column(name="people", header="在场", type="str", refers="rooms.room", people=True),
        Column(name="score", header="评分", type="dec", minimum=Decimal(0), maximum=Decimal(5),
               step=Decimal("0.5")),
        Column(name="n", header="人数", type="int", example="12"),
        Column(name="topic", header="考评要点", type="str"),
    ),
)  # fmt: skip
CARD = Sheet(
    id="S92",
    name="card",
    title="登记卡",
    workbook="college",
    layout="form",
    rows="一张一人",
    note="请填写。",
    columns=(
        Column(name="code", header="代码", type="id", required="always"),
        Column(name="since", header="建立日期", type="date"),
        Column(name="head", header="负责人", type="str", required="always"),
        Column(
            name="history",
            header="经历",
            type="text",
            required="always",
            note="一行一段，例如“2009.09-2013.06 某校”",
        ),
        Column(name="college_opinion", header="学院意见", type="text"),
        Column(name="copies", header="份数", type="int", minimum=Decimal(0)),
    ),
)


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    fillings = [
        Filling(ROOMS, [{"room": "A101"}], frozenset({"room"}), "【沿用】"),
        Filling(VISITS),
        Filling(CARD, [{"code": "C03"}], frozenset({"code"})),
    ]
    workbook = write_template(
        fillings,
        heading="测试学院 2024-2025 学年",
        footer="甲&乙学校 2024-2025 学年",
        year=YEAR,
        cover=Cover("college", FILE, "已沿用。"),
        offers={"topic": ["1.1", "1.2"]},
    )
    return openpyxl.load_workbook(BytesIO(workbook_bytes(workbook)))


def rule(page: Worksheet, column: str) -> DataValidation:
    (found,) = [r for r in page.data_validations.dataValidation if f"{column}6" in str(r.sqref)]
    return found


def test_tabs_and_their_colours(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["填写说明", "S90 房间", "S91 来访", "S92 登记卡", "_lists"]
    assert "填写说明" in OUR_TABS
    colours = [page.sheet_properties.tabColor for page in book.worksheets[:4]]
    assert [colour.rgb[2:] for colour in colours if colour] == [
        "C8963E", "1F5C7A", "A23B52", "B8C2CC",
    ]  # fmt: skip
    assert book.security.lockStructure
    assert book["_lists"].sheet_state == "hidden"


def test_properties_name_nobody(book: openpyxl.Workbook) -> None:
    properties = book.properties
    assert (properties.creator, properties.lastModifiedBy) == ("evalkit", None)
    assert properties.title == "测试学院 2024-2025 学年"


def test_cover_says_who_fills_what_and_what_never_to_write(book: openpyxl.Workbook) -> None:
    page = book["填写说明"]
    texts = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value]
    assert texts[0] == "测试学院 2024-2025 学年　学院台账填写说明"
    assert "◆ 已沿用。" in texts
    assert f"交回时文件名请保持“{FILE}”，不要另加字样。" in texts
    assert (
        "任何一格都不要写学生的姓名、学号、身份证号和手机号。学生、学生骨干和个案一律用编号；"
        "姓名与编号的对照表由学院专人保管，不随本工作簿报送。发现这类内容的表会整张退回。"
    ) in texts
    listed = {row[0].value: row for row in page.iter_rows() if row[0].value in book.sheetnames}
    assert [row[1].value for row in listed.values()] == ["核心", "可选 · 用编号", "可选"]
    assert listed["S90 房间"][2].value == "一行一间房"
    link = listed["S90 房间"][0].hyperlink
    assert link is not None
    assert link.location == "'S90 房间'!A1"
    assert not listed["S90 房间"][3].protection.locked
    (deadline,) = [row[1] for row in page.iter_rows() if row[0].value == "交回的截止日期"]
    assert (deadline.value, deadline.protection.locked) == (None, False)


def test_grey_row_shows_an_example_and_is_locked(book: openpyxl.Workbook) -> None:
    page = book["S91 来访"]
    shown = [cell.value for cell in page[5]]
    assert shown[0] == "例：2024-10-12"
    assert [str(value) for value in shown[1:5]] == [
        "2024-10-12 09:30:00", "2024-10", "2024级", "2023级、2024级",
    ]  # fmt: skip
    assert shown[8] == 12
    assert all(cell.protection.locked for cell in page[5])
    assert book["S90 房间"]["A5"].value == "例：A101"


def test_examples_move_with_the_year() -> None:
    later = write_template(
        [Filling(VISITS)],
        heading="甲",
        footer="甲",
        year=AcademicYear(2026),
        cover=Cover("college", FILE),
    )
    page = later["S91 来访"]
    assert [str(cell.value) for cell in page[5]][:4] == [
        "例：2026-10-12", "2026-10-12 09:30:00", "2026-10", "2026级",
    ]  # fmt: skip


def test_what_is_filled_is_unlocked_and_nothing_is_stored_for_it(book: openpyxl.Workbook) -> None:
    page = book["S91 来访"]
    assert page.max_row == 5
    assert page.protection.sheet
    assert page.protection.password is None
    allowed = page.protection
    # False: not forbidden.
    assert not any((allowed.insertRows, allowed.deleteRows, allowed.sort, allowed.formatColumns))
    assert not page.column_dimensions["A"].protection.locked
    assert page["A3"].protection.locked
    assert page["A4"].protection.locked
    # To the right nothing can be typed, but a row can be deleted: its cells are not locked.
    right = page.column_dimensions["K"]
    assert (right.min, right.max, right.hidden, right.protection.locked) == (11, 16384, True, False)
    assert page.freeze_panes == "B6"


def test_filled_in_beforehand(book: openpyxl.Workbook) -> None:
    page = book["S90 房间"]
    assert page["A2"].value == "请列出房间。　【沿用】"
    assert [cell.value for cell in page[6]] == ["A101", None]
    assert page["A6"].protection.locked
    assert not page["B6"].protection.locked


def test_days_months_and_grades_of_the_year(book: openpyxl.Workbook) -> None:
    page = book["S91 来访"]
    day, met, month = rule(page, "A"), rule(page, "B"), rule(page, "C")
    assert (day.type, day.formula1, day.formula2, day.errorStyle) == (
        "date", "45536", "45900", "stop",
    )  # fmt: skip
    assert day.error == (
        "请写作“2024-10-12”这样的日期，一格只写一个。本学年为 2024-09-01 至 2025-08-31。"
    )
    assert (met.formula2, met.errorStyle) == ("45900.99999", "warning")
    assert met.error == (
        "请写作“2024-10-12 21:30”这样的日期和时间，一格只写一个。"
        "本学年为 2024-09-01 至 2025-08-31。确实不在本学年的，可以继续。"
    )
    assert (month.type, month.errorStyle) == ("list", "stop")
    assert month.error == "请从下拉列表中选择，或写作“2024-09”。"
    lists = book["_lists"]

    def options(listed: DataValidation) -> list[object]:
        cells = str(listed.formula1).partition("!")[2].replace("$", "")
        return [cell.value for row in lists[cells] for cell in row]

    assert options(month)[0] == "2024-09"
    assert options(month)[-1] == "2025-08"
    assert options(rule(page, "D")) == ["2024级", "2023级", "2022级", "2021级", "2020级"]
    assert rule(page, "D").errorStyle == "warning"
    assert options(rule(page, "E"))[0] == "全体"
    assert not rule(page, "E").showErrorMessage
    assert options(rule(page, "J")) == ["1.1", "1.2"]


def test_other_sheets_feed_drop_downs_that_do_not_block(book: openpyxl.Workbook) -> None:
    page = book["S91 来访"]
    room, people = rule(page, "F"), rule(page, "G")
    cells = "'S90 房间'!$A$6:$A$2000"
    assert room.formula1 == f"OFFSET('S90 房间'!$A$6,0,0,MAX(1,COUNTA({cells})),1)"
    assert (room.errorStyle, room.showErrorMessage) == ("warning", True)
    assert room.error == (
        "另一张表里还没有这个地点。写法须与那张表完全相同；确实无误的，可以继续。"
    )
    assert people.formula1 == room.formula1
    assert not people.showErrorMessage


def test_steps_and_keys(book: openpyxl.Workbook) -> None:
    score, key = rule(book["S91 来访"], "H"), rule(book["S90 房间"], "A")
    assert score.type == "custom"
    assert score.formula1 == ("AND(ISNUMBER(H6),H6>=0,H6<=5,ABS(H6/0.5-ROUND(H6/0.5,0))<0.000001)")
    assert score.error == "请填 0 至 5 之间的数，不带单位，以 0.5 为一档"
    assert (key.type, key.formula1, key.errorStyle) == (
        "custom", "COUNTIF($A$6:$A$2000,A6)<2", "warning",
    )  # fmt: skip


def test_required_cells_of_a_begun_row_are_coloured(book: openpyxl.Workbook) -> None:
    page = book["S91 来访"]
    rules = {
        str(cells.sqref): [r.formula[0] for r in found]
        for cells, found in page.conditional_formatting._cf_rules.items()
    }
    assert rules == {
        "A6:A2000": ["AND(COUNTA($A6:$J6)>0,LEN(TRIM(A6))=0)"],
        "A6:J2000": ["COUNTA($A6:$J6)>0"],
    }


def test_print_set_up(book: openpyxl.Workbook) -> None:
    page = book["S91 来访"]
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == "$1:$3"
    foot = page.oddFooter
    assert foot.left.text == "甲&&乙学校 2024-2025 学年"
    assert foot.center.text == "第 &P 页，共 &N 页"
    assert foot.right.text == "S91 来访"


def test_a_form_looks_as_on_paper(book: openpyxl.Workbook) -> None:
    page = book["S92 登记卡"]
    values = [[cell.value for cell in row[:4]] for row in page.iter_rows(min_row=3)]
    assert values == [
        ["代码＊", "C03", "建立日期", None],
        ["负责人＊", None, None, None],
        ["经历＊", None, None, None],
        [None, "例：2009.09-2013.06 某校", None, None],
        ["学院意见", None, None, None],
        [None, "签字：　　　　　　　　（盖章）　　　　　　年　　月　　日", None, None],
        ["份数", None, None, None],
    ]
    merged = {str(cells) for cells in page.merged_cells.ranges}
    assert {"A5:A6", "B5:D5", "B6:D6", "A7:A8", "B7:D7", "B9:D9"} <= merged
    assert page["B3"].protection.locked
    assert all(not page[cell].protection.locked for cell in ("D3", "B4", "B5", "B7", "B9"))
    # The hints stand beside the paper.
    assert page["F3"].value == "【代码】必填\n【建立日期】选填"
    assert page.print_area == "'S92 登记卡'!$A$1:$D$9"
    assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("portrait", 1)


def test_the_whole_ledger_fits() -> None:
    ledger: Ledger = load_ledger()
    kinds: tuple[Workbook, ...] = ("college", "centre")
    for kind in kinds:
        fillings = [Filling(sheet) for sheet in ledger.of(kind)]
        written = write_template(
            fillings,
            heading="甲",
            footer="甲",
            year=YEAR,
            cover=Cover(kind, FILE),
        )
        for filling in fillings:
            page = written[filling.sheet.tab]
            rules = page.data_validations.dataValidation
            # Excel shows at most 255 characters of a hint, 225 of an error, 32 of a title.
            assert all(len(r.prompt or "") <= 255 for r in rules), filling.sheet.id
            assert all(len(r.error or "") <= 225 for r in rules), filling.sheet.id
            if filling.sheet.layout == "table":
                assert page.max_row == 5, filling.sheet.id
                assert str(page["A5"].value).startswith("例：")
