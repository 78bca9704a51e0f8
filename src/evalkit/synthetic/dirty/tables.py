"""Tables that people rebuilt: merged, hidden, renamed, added up (T01 to T05, H01 to H05)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from evalkit.ledger.workbook import FIRST_ROW
from evalkit.synthetic.dirty.book import HEADER_ROW, Book
from evalkit.synthetic.dirty.plants import Plant, Rows, instead

__all__ = ["CHANGES", "PLANTS", "prepare"]

PLANTS = (
    Plant("K01", "E", "base_info", 0, "college_code", instead("C60"), "学院代码写错了"),
    Plant("", "I", "base_info", 0, "filled_by", lambda name: name, "填报人写法正确", kept=True),
)
_PLACE = "学术报告厅"
_HEADS = {
    "n_l1": ("一级", "预警人数"),
    "n_l1_interviewed": ("一级", "已访谈"),
    "n_l2": ("二级", "预警人数"),
    "n_l2_interviewed": ("二级", "已访谈"),
}
_ORDER = (
    "wave", "instrument", "start", "end", "grade", "n_enrolled", "n_exempt", "exempt_reason",
    "n_required", "n_first", "n_valid", "n_l1", "n_l1_interviewed", "n_l2", "n_l2_interviewed",
    "n_l3", "n_to_key", "n_files", "rate_reported",
)  # fmt: skip


def prepare(rows: Rows) -> None:
    """Let three activities on different days share a place."""
    for record in rows["activities"][2:5]:
        record["place"] = _PLACE


def _merge(book: Book) -> None:
    page = book.page("activities")
    first, last = (book.address("activities", row, "place") for row in (2, 4))
    page.merge_cells(f"{first}:{last}")
    book.expect("T01", "I", "activities", first, note="三项活动的地点合并成一格")
    first, last = (book.address("group_work", row, "n_attend") for row in (0, 2))
    book.page("group_work").merge_cells(f"{first}:{last}")
    book.expect("T01", "W", "group_work", first, note="三个团体的人次合并成一个数")


def _titles_above(book: Book) -> None:
    """Put letterhead and remarks above a table without hidden machine names."""
    name = "rules_meetings"
    head = [["示例化工职业学院"], ["心理辅导站会议与制度一览表"], [], ["（请各站如实填写）"]]
    columns = [column.header for column in book.sheets[name].columns]
    lines: list[Sequence[object]] = [*head, columns, *_records(book, name)]
    page = _anew(book, name, lines)
    page.merge_cells("A1:H1")
    page.merge_cells("A2:H2")


def _two_row_header(book: Book) -> None:
    name = "screening"
    upper: list[object] = []
    lower: list[object] = []
    for column in _ORDER:
        group, text = _HEADS.get(column, ("", ""))
        upper.append(group if group and group not in upper else None)
        lower.append(text or None)
        if not group:
            upper[-1] = book.sheets[name].column(column).header
    page = _anew(book, name, [["普测统计表"], upper, lower, *_records(book, name, _ORDER)])
    for group in ("一级", "二级"):
        place = upper.index(group) + 1
        page.merge_cells(start_row=2, end_row=2, start_column=place, end_column=place + 1)


def _repeated_header(book: Book) -> None:
    name = "staff_training"
    headers: list[object] = [column.header for column in book.sheets[name].columns]
    records = [*_records(book, name)]
    lines: list[Sequence[object]] = [["培训督导情况"], headers, *records[:6], headers, *records[6:]]
    _anew(book, name, lines)
    book.expect("T02", "I", name, "第 9 行", note="打印分页时把表头又抄了一遍")


def _totals(book: Book) -> None:
    name = "individual"
    columns = [column.name for column in book.sheets[name].columns]
    headers: list[object] = [column.header for column in book.sheets[name].columns]
    records = [*_records(book, name)]
    half = len(records) // 2
    counted = [place for place, column in enumerate(columns) if column.startswith("n_")]
    lines: list[Sequence[object]] = [
        headers,
        *records[:half],
        _sum("小计", records[:half], counted),
        *records[half:],
        _sum("小计", records[half:], counted),
        _sum("合 计：", records, counted),
        ["注：以上数据截至六月底。"],
        ["填表人：张三　审核人：李四"],
    ]
    _anew(book, name, lines)
    number = len(lines)
    for row, note in (
        (half + 2, "第一学期之后有小计"),
        (number - 3, "第二学期之后有小计"),
        (number - 2, "表末有合计，数是对的"),
        (number - 1, "表末有注释"),
        (number, "表末有签名"),
    ):
        book.expect("T03", "I", name, f"第 {row} 行", note=note)


def _grand_total(book: Book) -> None:
    name = "peer_work"
    row = len(book.rows[name])
    page: Any = book.page(name)
    page[f"A{FIRST_ROW + row}"] = "总计"
    total = sum(int(str(record["n_attend"])) for record in book.rows[name])
    page[book.address(name, row, "n_attend")] = total
    book.expect("T03", "I", name, f"第 {FIRST_ROW + row} 行", note="表末有总计，数是对的")


def _wrong_total(book: Book) -> None:
    name = "funds"
    row = len(book.rows[name])
    total = sum((Decimal(str(record["amount"])) for record in book.rows[name]), Decimal(0))
    page: Any = book.page(name)
    page[f"A{FIRST_ROW + row}"] = "合计"
    place = book.address(name, row, "amount")
    page[place] = total + 100
    book.expect("T03", "I", name, f"第 {FIRST_ROW + row} 行", note="表末有合计")
    book.expect("T03", "W", name, place, note="合计比各行之和多一百元")


def _columns(book: Book) -> None:
    page: Any = book.page("plan_items")
    page[book.header("plan_items", "task")] = (
        "要做的事（由各站自己写）"  # known by its machine name
    )
    place = book.header("plan_items", "rubric_item")
    page[place] = "指标号"
    page[_below(place)] = None
    book.expect("T04", "I", "plan_items", place, note="改了表头，也删了机器名")
    last = len(book.sheets["plan_items"].columns)
    for more, header in enumerate(("备注", "备注.1"), 1):
        place = f"{get_column_letter(last + more)}{HEADER_ROW}"
        page[place] = header
        page[f"{get_column_letter(last + more)}{FIRST_ROW}"] = "已核对"
        book.expect("T04", "I", "plan_items", place, note="自己加了备注列")
    page = book.page("research")
    place = f"{get_column_letter(len(book.sheets['research'].columns) + 1)}{HEADER_ROW}"
    page[place] = "经费（万元）"
    book.expect("T04", "I", "research", place, note="自己加了一列")
    page = book.page("facilities")
    place = f"{get_column_letter(len(book.sheets['facilities'].columns) + 1)}{HEADER_ROW}"
    page[place], page[place.replace(str(HEADER_ROW), str(FIRST_ROW))] = "面积", 20
    book.expect("T04", "W", "facilities", place, note="同一个表头出现了两次")
    _empty(book, "facilities", "equipment")  # an optional column: there is nothing to say
    _empty(book, "confidentiality", "signed")
    book.expect("H03", "E", "confidentiality", f"第 {HEADER_ROW} 行", note="删去了一个必填的列")


def _hidden(book: Book) -> None:
    page: Any = book.page("peer_roster")
    last = FIRST_ROW + len(book.rows["peer_roster"]) - 1
    letter = get_column_letter(len(book.sheets["peer_roster"].columns))
    page.auto_filter.ref = f"A{HEADER_ROW}:{letter}{last}"
    for row in range(FIRST_ROW + 5, FIRST_ROW + 8):
        page.row_dimensions[row].hidden = True
    book.expect("T05", "I", "peer_roster", f"第 {FIRST_ROW + 5} 行", note="筛选之后没有恢复")
    place = book.header("peer_training", "trainer")
    book.page("peer_training").column_dimensions[place[0]].hidden = True
    book.expect("T05", "I", "peer_training", place, note="隐藏了一列")
    book.page("checks").sheet_state = "hidden"
    book.expect("T05", "I", "checks", note="隐藏了整张表")
    page = book.page("awards")
    grey = PatternFill("solid", fgColor="EEEEEE")
    below = FIRST_ROW + len(book.rows["awards"])
    for row in range(below, below + 1000):
        page.cell(row, 1).fill = copy(grey)  # a thousand blank rows: nothing to say


def _sheets(book: Book) -> None:
    del book.workbook[book.sheets["head_form"].tab]
    book.expect("H01", "W", "head_form", note="删去了一张核心表")
    page: Any = book.page("highlights")
    for place in range(1, len(book.sheets["highlights"].columns) + 1):
        page.cell(HEADER_ROW, place).value = f"第{place}栏"
        page.cell(HEADER_ROW + 1, place).value = None
    book.expect("H02", "E", "highlights", note="表头全改了")
    draft = book.workbook.create_sheet("草稿")
    draft["B2"] = "下周再补"
    book.expect("H05", "I", "草稿", note="留下了一张草稿")
    page = book.page("awards")
    page.title = "全院荣誉一览"
    book.expect("H05", "I", "全院荣誉一览", note="改了工作表的名字")
    copied = book.workbook.create_sheet("场地旧表")
    for column, definition in enumerate(book.sheets["facilities"].columns, 1):
        copied.cell(1, column, definition.header)
    copied["A2"] = "旧接待室"
    book.expect("H05", "W", "场地旧表", note="同一种表交了两张")


def _records(book: Book, sheet: str, columns: Sequence[str] = ()) -> Iterator[list[object]]:
    """Yield a sheet's records as people type them, without formats."""
    names = columns or [column.name for column in book.sheets[sheet].columns]
    for record in book.rows[sheet]:
        yield [_typed(record.get(name)) for name in names]


def _typed(value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, (tuple, list)) else value


def _anew(book: Book, sheet: str, lines: Sequence[Sequence[object]]) -> Any:
    """Put a page of one's own in the place of the template's."""
    old = book.page(sheet)
    place, title = book.workbook.index(old), old.title
    book.workbook.remove(old)
    page = book.workbook.create_sheet(title, place)
    for row, line in enumerate(lines, 1):
        for column, value in enumerate(line, 1):
            page.cell(row, column).value = value
    return page


def _sum(label: str, records: Sequence[Sequence[object]], places: Sequence[int]) -> list[object]:
    line: list[object] = [label, *[None] * (len(records[0]) - 1)]
    for place in places:
        line[place] = sum(int(str(record[place])) for record in records)
    return line


def _below(place: str) -> str:
    return f"{place.rstrip('0123456789')}{HEADER_ROW + 1}"


def _empty(book: Book, sheet: str, column: str) -> None:
    page: Any = book.page(sheet)
    letter = book.header(sheet, column).rstrip("0123456789")
    for row in range(HEADER_ROW, FIRST_ROW + len(book.rows[sheet])):
        page[f"{letter}{row}"].value = None


CHANGES = (
    _merge,
    _titles_above,
    _two_row_header,
    _repeated_header,
    _totals,
    _grand_total,
    _wrong_total,
    _columns,
    _hidden,
    _sheets,
)
