"""Every format that is read, by its content and not by its name."""

from __future__ import annotations

import struct
from datetime import date, datetime
from typing import Any

import pytest

from evalkit.spreadsheets import Book, address

CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'

ROWS = [
    ["活动台账（虚构数据）", "", "", ""],
    ["日期", "活动名称", "人数", "占比"],
    [date(2024, 10, 10), "心理讲座", 120, ""],
    [date(2024, 11, 5), "团体辅导", 0, ""],
    [datetime.fromisoformat("2024-11-05 14:30"), "主题班会", 35.5, True],
    ["", "合计", 155.5, ""],
]
ERRORS = {(2, 3): "error", (3, 3): "error", (5, 0): "error", (5, 3): "error"}
COMMENT = (
    "[I P02] 台账.{} › 活动台账：这张表有 1 处批注，批注没有读取。允许：文件中不留个人姓名和批注。"
    "处理：本次无需处理；批注中若有要上报的内容，请填入单元格，并删去批注。"
)


def texts(book: Book) -> list[str]:
    return [str(finding) for finding in book.findings]


def misnamed(name: str, ending: str, form: str) -> str:
    return (
        f"[I T08] {name}：{ending}，内容其实是 .{form} 格式，已按内容读取。"
        "允许：扩展名与内容一致的 .xlsx 文件。"
        "处理：无需处理；下次请用 Excel 或 WPS 另存为 .xlsx，不要直接改扩展名。"
    )


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_file_of_libreoffice(small: Any, reading: Any, ending: str) -> None:
    book = reading(small(ending), f"台账.{ending}")

    assert book.format == ending
    assert texts(book) == [COMMENT.format(ending)]
    assert [(s.name, s.hidden) for s in book.sheets] == [
        ("活动台账", False), ("隐藏页", True), ("空表", False),
    ]  # fmt: skip
    first, second, third = book.sheets
    assert first.grid == ROWS
    assert first.faults == ERRORS
    assert (first.merged, first.hidden_rows, first.hidden_columns) == (((0, 0, 0, 3),), {3}, {3})
    assert second.grid == [["", "", ""], ["", "", ""], ["", "", "藏"]]
    assert third.grid == []


def test_xlsx_keeps_the_order_of_its_tabs(workbook: Any, reading: Any) -> None:
    book = reading(workbook({"乙": CELL, "甲": "", "丙": CELL}))

    assert (book.format, texts(book)) == ("xlsx", [])
    assert [(s.name, s.grid) for s in book.sheets] == [("乙", [[1.0]]), ("甲", []), ("丙", [[1.0]])]
    assert str(book.sheets[0].location(6, 10)) == "台账.xlsx › 乙 › K7"


def test_macros_are_not_run_and_this_is_said(workbook: Any, reading: Any) -> None:
    book = reading(workbook({"甲": CELL}, **{"xl/vbaProject.bin": b"x"}), "台账.xlsm")

    assert (book.format, book.sheets[0].grid) == ("xlsm", [[1.0]])
    assert texts(book) == [
        (
            "[I T08] 台账.xlsm：文件含有宏，宏没有运行，只读取了单元格中的内容。"
            "允许：不含宏的 .xlsx 文件。处理：无需处理；下次请另存为 .xlsx。"
        )
    ]


def test_xlsm_without_macros_needs_no_word(workbook: Any, reading: Any) -> None:
    kinds = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled"/></Types>'
    book = reading(workbook({"甲": CELL}, **{"[Content_Types].xml": kinds}), "台账.xlsm")

    assert (book.format, texts(book)) == ("xlsm", [])


@pytest.mark.parametrize(("name", "ending"), [
    ("台账.xls", "文件名以 .xls 结尾"),
    ("台账.et", "文件名以 .et 结尾"),
    ("台账", "文件名没有扩展名"),
])  # fmt: skip
def test_xlsx_by_another_name(workbook: Any, reading: Any, name: str, ending: str) -> None:
    book = reading(workbook({"甲": CELL}), name)

    assert (book.format, book.sheets[0].grid) == ("xlsx", [[1.0]])
    assert texts(book) == [misnamed(name, ending, "xlsx")]


def test_et_that_is_an_xls(small: Any, reading: Any) -> None:
    book = reading(small("xls"), "台账.et")

    assert (book.format, len(book.sheets)) == ("xls", 3)
    assert texts(book)[1:] == [misnamed("台账.et", "文件名以 .et 结尾", "xls")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(reading: Any, encoding: str, delimiter: str) -> None:
    rows = [
        ["姓名", "备注；说明", "人数"],
        ["甲", f'"有{delimiter}和""引号""\n换行"', "007"],
        ["", "", "3.5"],
    ]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)

    book = reading(data, "台账.csv")

    assert (book.format, texts(book), book.sheets[0].name) == ("csv", [], "台账")
    assert book.sheets[0].grid == [
        ["姓名", "备注；说明", "人数"],
        ["甲", f'有{delimiter}和"引号"\n换行', "007"],
        ["", "", "3.5"],
    ]


def test_csv_with_long_fields_and_nul(reading: Any) -> None:
    book = reading(("甲," + "长" * 300_000 + ",\0\r\n\r\n乙").encode(), "台账.csv")

    assert book.sheets[0].grid == [["甲", "长" * 300_000, "\0"], ["", "", ""], ["乙", "", ""]]


def test_csv_saved_as_xls(reading: Any) -> None:
    book = reading("姓名,人数\n甲,3\n".encode("gb18030"), "台账.xls")

    assert book.sheets[0].grid == [["姓名", "人数"], ["甲", "3"]]
    assert texts(book) == [misnamed("台账.xls", "文件名以 .xls 结尾", "csv")]


def _record(kind: int, body: bytes) -> bytes:
    lead = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return lead + bytes([len(body)]) + body


def _xlsb(row: int = 0, column: int = 1, count: int = 1) -> dict[str, bytes]:
    cell = _record(0, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0)) + _record(
        5, struct.pack("<IId", column, 0, 12.5)
    )
    listed, relations = b"", ""
    for number in range(1, count + 1):
        strings = b"".join(
            struct.pack("<I", len(text)) + text.encode("utf-16-le") for text in (f"r{number}", "甲")
        )
        listed += _record(156, struct.pack("<II", 0, number) + strings)
        relations += (
            f'<Relationship Id="r{number}" Type="http://x/worksheet"'
            f' Target="worksheets/sheet{number}.bin"/>'
        )
    reach = _record(148, struct.pack("<IIII", row, row, column, column))
    sheet = (
        _record(129, b"") + reach + _record(145, b"") + cell + _record(146, b"") + _record(130, b"")
    )
    return {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": b'<Relationships><Relationship Id="a" Type="http://x/officeDocument"'
        b' Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f"<Relationships>{relations}</Relationships>".encode(),
        "xl/workbook.bin": _record(131, b"")
        + _record(143, b"")
        + listed
        + _record(144, b"")
        + _record(132, b""),
        **{f"xl/worksheets/sheet{n}.bin": sheet for n in range(1, count + 1)},
    }


def test_xlsb(reading: Any) -> None:
    book = reading(_xlsb(), "台账.xlsb")

    assert (book.format, texts(book)) == ("xlsb", [])
    assert [(s.name, s.grid) for s in book.sheets] == [("甲", [["", 12.5]])]


@pytest.mark.parametrize("parts", [_xlsb(row=20_000), _xlsb(column=400)])
def test_xlsb_beyond_the_bounds(reading: Any, parts: dict[str, bytes]) -> None:
    book = reading(parts, "台账.xlsb")

    assert (book.sheets, [f.what for f in book.findings]) == ((), ["工作表过大，没有读取"])


@pytest.mark.parametrize(("row", "column", "name"), [
    (6, 10, "K7"), (0, 0, "A1"), (0, 25, "Z1"), (0, 26, "AA1"), (0, 701, "ZZ1"), (0, 702, "AAA1"),
    (1_048_575, 16_383, "XFD1048576"),
])  # fmt: skip
def test_addresses(row: int, column: int, name: str) -> None:
    assert address(row, column) == name


def test_hidden_rows_spans_and_errors_of_an_ods(spreadsheet: Any, reading: Any) -> None:
    book = reading(
        spreadsheet(
            '<table:table table:name="甲"><table:table-column table:number-columns-repeated="2"/>'
            '<table:table-column table:visibility="collapse"'
            ' table:number-columns-repeated="16382"/>'
            '<table:table-row table:visibility="filter" table:number-rows-repeated="2">'
            '<table:table-cell office:value-type="float" office:value="1"'
            ' table:number-columns-repeated="3"/></table:table-row><table:table-row>'
            '<table:table-cell table:formula="of:=1"/><table:table-cell office:value-type="float"'
            ' office:value="2" table:formula="of:=\'file:///x.ods\'#$a.A1"/>'
            '<table:table-cell table:number-columns-repeated="9"/></table:table-row></table:table>'
        ),
        "台账.ods",
    )

    (sheet,) = book.sheets
    assert sheet.grid == [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], ["", 2.0, ""]]
    assert sheet.faults == {(2, 0): "no_result", (2, 1): "external"}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({0, 1}, {2})
