"""The bounds: what lies beyond them ends in a finding, and blanks beyond them do no harm."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from evalkit.spreadsheets import Book, bounds
from evalkit.spreadsheets.cfb import with_stream

CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
DELETE = (
    "请选中数据下方的全部空行，右键“删除”，再选中数据右侧的全部空列，同样“删除”"
    "（只按 Delete 键清除内容不够），保存后重新提交"
)
SPLIT = "请删去与台账无关的工作表、图片和附件，另存为 .xlsx 后重新提交"
LARGE = "[E F06] {} › {}：工作表过大，没有读取。允许：至多 20000 行、400 列。处理：" + DELETE + "。"


def texts(book: Book) -> list[str]:
    return [str(finding) for finding in book.findings]


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    """Every one of these is answered in the stated time."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < bounds.SECONDS


def test_the_documented_bounds() -> None:
    assert (bounds.MAX_ROWS, bounds.MAX_COLUMNS, bounds.MAX_SHEETS) == (20_000, 400, 200)
    assert (bounds.MAX_FILE, bounds.MAX_UNPACKED) == (64 * 2**20, 512 * 2**20)
    assert (bounds.MAX_CELLS, bounds.SECONDS, bounds.MAX_MEMORY) == (4_000_000, 60, 1536 * 2**20)


@pytest.mark.parametrize("cell", [
    '<c r="XFD1048576"><v>1</v></c>', '<c r="A20001"><v>1</v></c>', '<c r="OK1"><v>1</v></c>',
    '<c r="OJ20001" t="inlineStr"><is><t>x</t></is></c>', '<c r="AAA1"><f>1</f></c>',
    '<c r="PA2"><v>1</v></c>', '<c r="A100000"><v>1</v></c>', "<!-- --><c r='OK1'><v>1</v></c>",
    "<x:c r='A20001'><x:v>1</x:v></x:c>", '<c r="ZZZ9999999"><v>1</v></c>',
])  # fmt: skip
def test_used_cells_beyond_the_bounds(workbook: Any, reading: Any, cell: str) -> None:
    book = reading(workbook({"甲": f"{CELL}<row>{cell}</row>", "乙": CELL}))

    assert texts(book) == [LARGE.format("台账.xlsx", "甲")]
    assert [(s.name, s.grid) for s in book.sheets] == [("乙", [[1.0]])]


@pytest.mark.parametrize("cell", [
    '<c r="XFD1048576"/>', '<c r="XFD1048576" s="1"/>', '<c r="A20001" s="1"></c>',
    '<c r="OK1" s="1">\n</c>', '<c r="OK1" s="1"/></row><row r="2"><c r="A2" s="1"/>',
    "<c r='OK1' s='1'/>", '<x:c r="A20001" s="1"/>',
])  # fmt: skip
def test_blank_cells_beyond_the_bounds_do_no_harm(workbook: Any, reading: Any, cell: str) -> None:
    book = reading(workbook({"甲": f"{CELL}<row>{cell}</row>"}))

    assert (texts(book), book.sheets[0].grid) == ([], [[1.0]])


def test_the_last_cell_within_the_bounds(workbook: Any, reading: Any) -> None:
    book = reading(
        workbook({"甲": f'{CELL}<c r="A20000"><v>2</v></c>', "乙": '<c r="OJ1"><v>3</v></c>'})
    )

    assert [(len(s.grid), len(s.grid[0])) for s in book.sheets] == [(20_000, 1), (1, 400)]


def test_a_million_formatted_blank_rows(workbook: Any, reading: Any) -> None:
    blank = "".join(
        f'<row r="{n}" s="1" customFormat="1" ht="15"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>'
        for n in range(2, 1_048_577)
    )
    book = reading(workbook({"甲": CELL + blank}))

    assert (texts(book), book.sheets[0].grid) == ([], [[1.0]])


def test_all_cells_of_a_file_together(workbook: Any, reading: Any) -> None:
    corner = '<c r="A1"><v>1</v></c><c r="CV20000"><v>1</v></c>'
    book = reading(workbook({"甲": corner, "乙": corner, "丙": corner, "丁": CELL}))

    assert [(s.name, len(s.grid)) for s in book.sheets] == [("甲", 20_000), ("乙", 20_000)]
    many = (
        "：文件中的单元格过多，这张表没有读取。允许：一个文件的各张表合计不超过 400 万个单元格。"
        "处理：请删去各表数据之外的行和列，以及与台账无关的工作表，保存后重新提交。"
    )
    assert texts(book) == [f"[E F06] 台账.xlsx › {name}{many}" for name in ("丙", "丁")]


def test_too_many_sheets(workbook: Any, reading: Any, spreadsheet: Any) -> None:
    what = (
        "[E F06] 台账.xlsx：工作表超过 200 张，没有读取。允许：不超过 200 张工作表。"
        f"处理：{SPLIT}。"
    )
    tables = "".join(f'<table:table table:name="{n}"/>' for n in range(201))

    assert texts(reading(workbook({str(n): CELL for n in range(201)}))) == [what]
    assert texts(reading(spreadsheet(tables))) == [what]
    assert len(reading(workbook({str(n): CELL for n in range(200)})).sheets) == 200


def bomb(parts: dict[str, bytes], name: str) -> bytes:
    """Add 600 MiB of nothing to a file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, data in parts.items():
            if other != name:
                archive.writestr(other, data)
        with archive.open(name, "w", force_zip64=True) as entry:
            for _ in range(600):
                entry.write(bytes(2**20))
    return buffer.getvalue()


def test_a_zip_bomb_in_a_sheet(workbook: Any, reading: Any) -> None:
    book = reading(bomb(workbook({"甲": CELL}), "xl/worksheets/sheet1.xml"))

    assert texts(book) == [
        (
            "[E F06] 台账.xlsx：文件解压后超过 512 MiB，没有读取。"
            f"允许：解压后不超过 512 MiB 的文件。处理：{SPLIT}。"
        )
    ]


def test_a_zip_bomb_in_a_part_that_is_not_read(workbook: Any, reading: Any) -> None:
    book = reading(bomb(workbook({"甲": CELL}), "xl/media/image1.png"))

    assert (texts(book), book.sheets[0].grid) == ([], [[1.0]])


@pytest.mark.parametrize("declared", [0, 10, 2**31])
def test_a_zip_that_lies_about_sizes(
    workbook: Any, reading: Any, zipped: Any, declared: int
) -> None:
    data = bytearray(zipped(workbook({"甲": CELL}, **{"xl/workbook.xml": bytes(100 * 2**20)})))
    directory = data.find(b"PK\x01\x02")
    while data[directory + 46 :].find(b"xl/workbook.xml") != 0:
        directory = data.find(b"PK\x01\x02", directory + 4)
    data[directory + 24 : directory + 28] = struct.pack("<I", declared)

    book = reading(bytes(data))

    assert [f.code for f in book.findings] == ["F06" if declared == 2**31 else "F01"]


def test_a_zip_with_thousands_of_entries(reading: Any, zipped: Any) -> None:
    assert texts(reading({f"xl/{n}.xml": b"" for n in range(10_001)})) == [
        (
            "[E F06] 台账.xlsx：文件内部的部件超过 10000 个，没有读取。"
            f"允许：内部部件不超过 10000 个的文件。处理：{SPLIT}。"
        )
    ]


def test_a_zip_whose_entries_overlap(workbook: Any, reading: Any) -> None:
    parts = workbook({str(n): CELL for n in range(100)})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        entries = {entry.filename: entry for entry in archive.infolist()}
        first = entries["xl/worksheets/sheet1.xml"]
        for number in range(2, 101):
            entry = entries[f"xl/worksheets/sheet{number}.xml"]
            entry.header_offset = first.header_offset

    assert len(reading(buffer.getvalue()).sheets) == 100


@pytest.mark.parametrize("twice", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_with_an_entry_twice(workbook: Any, reading: Any, twice: str) -> None:
    parts = workbook({"甲": CELL})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(twice, b"<!DOCTYPE a>")
        for name, data in parts.items():
            archive.writestr(name, data)

    assert reading(buffer.getvalue()).sheets[0].grid == [[1.0]]


def test_one_long_text_in_many_cells(workbook: Any, reading: Any) -> None:
    cells = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(1, 2001))
    parts = workbook({"甲": cells, "乙": CELL})
    parts["xl/sharedStrings.xml"] = b"<sst><si><t>" + b"x" * 2**20 + b"</t></si></sst>"
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="t" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )

    book = reading(parts)

    assert texts(book) == [
        (
            "[E F06] 台账.xlsx › 甲：文件内容过多，读取时内存不足。允许：与台账模板大小相近的文件。"
            f"处理：{SPLIT}。"
        )
    ]
    assert [s.name for s in book.sheets] == ["乙"]


def test_deep_nesting(sheet: Any) -> None:
    deep = "<a>" * 300_000 + "</a>" * 300_000

    assert sheet(f"{CELL}{deep}").sheets[0].grid == [[1.0]]
    assert sheet(f"<!-- -->{CELL}{deep}").sheets[0].grid == [[1.0]]


def test_entities_are_never_expanded(workbook: Any, reading: Any) -> None:
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghij"))
    declared = f'<!DOCTYPE x [<!ENTITY a "ha">{entities}]>'
    laughs = f"{declared}<worksheet><sheetData>&j;</sheetData></worksheet>"

    for encoding in ("utf-8", "utf-16"):
        parts = workbook({"甲": CELL})
        parts["xl/worksheets/sheet1.xml"] = laughs.encode(encoding)
        assert [f.what for f in reading(parts).findings] == [
            "文件内部含有工作簿里不会有的声明（DTD），为安全起见没有读取"
        ]


TABLE = '<table:table table:name="{}">{}</table:table>'
ONE = '<table:table-cell office:value-type="float" office:value="1"{}/>'
ROW = "<table:table-row{}>{}</table:table-row>"
BLANK = '<table:table-cell table:number-columns-repeated="16384"/>'


@pytest.mark.parametrize("rows", [
    ROW.format(' table:number-rows-repeated="1048576"', ONE.format("")),
    ROW.format("", ONE.format(' table:number-columns-repeated="16384"')),
    ROW.format(' table:number-rows-repeated="1048575"', BLANK) + ROW.format("", ONE.format("")),
    ROW.format("", BLANK + ONE.format("")),
])  # fmt: skip
def test_repeats_in_an_ods_beyond_the_bounds(spreadsheet: Any, reading: Any, rows: str) -> None:
    tables = TABLE.format("甲", rows) + TABLE.format(
        "乙", f"<table:table-row>{ONE.format('')}</table:table-row>"
    )
    book = reading(spreadsheet(tables), "台账.ods")

    assert texts(book) == [LARGE.format("台账.ods", "甲")]
    assert [(s.name, s.grid) for s in book.sheets] == [("乙", [[1.0]])]


def test_blank_repeats_of_an_ods_do_no_harm(spreadsheet: Any, reading: Any) -> None:
    row = f"<table:table-row>{ONE.format('')}{BLANK}</table:table-row>"
    rest = f'<table:table-row table:number-rows-repeated="999999999">{BLANK}</table:table-row>'
    book = reading(spreadsheet(TABLE.format("甲", row * 15_000 + rest)), "台账.ods")

    assert (texts(book), len(book.sheets[0].grid), len(book.sheets[0].grid[0])) == ([], 15_000, 1)


def test_all_cells_of_an_ods_together(spreadsheet: Any, reading: Any) -> None:
    cell = ONE.format(' table:number-columns-repeated="150"')
    row = f'<table:table-row table:number-rows-repeated="20000">{cell}</table:table-row>'
    tables = "".join(TABLE.format(name, row) for name in "甲乙")
    book = reading(spreadsheet(tables), "台账.ods")

    assert [s.name for s in book.sheets] == ["甲"]
    assert [f.what for f in book.findings] == ["文件中的单元格过多，这张表没有读取"]


@pytest.mark.parametrize("wrong", ["-1", "x", "99999999999999999999", "１"])
def test_repeats_of_an_ods_that_are_no_numbers(spreadsheet: Any, reading: Any, wrong: str) -> None:
    cell = ONE.format(f' table:number-columns-repeated="{wrong}"')
    rows = f"<table:table-row>{cell}</table:table-row>"

    book = reading(spreadsheet(TABLE.format("甲", rows)), "台账.ods")

    assert [f.what for f in book.findings] == ["文件已损坏，无法读取"]


@pytest.mark.parametrize(("text", "rows"), [
    ("1\n" * 20_000, 20_000), ("1\n" * 20_000 + "\n,,\n" * 99, 20_000),
    ("1\n" * 20_001, 0), ("\n" * 20_000 + "1", 0),
    ("," * 399 + "1", 1), ("," * 400 + "1", 0), ("1" + "," * 10_000_000, 1),
])  # fmt: skip
def test_csv(reading: Any, text: str, rows: int) -> None:
    book = reading(text.encode(), "台账.csv")

    assert texts(book) == ([] if rows else [LARGE.format("台账.csv", "").replace(" › ：", "：")])
    assert [len(s.grid) for s in book.sheets] == ([rows] if rows else [])


def biff(*cells: tuple[int, int]) -> bytes:
    """Make an .xls of two sheets: one with numbers at these places, one with a number in A1."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def opening(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 6))

    def number(row: int, column: int) -> bytes:
        return record(0x203, struct.pack("<HHHd", row, column, 15, 1.0))

    sheets = [
        b"".join([opening(0x10), *(number(*cell) for cell in places), record(0x0A)])
        for places in (cells, [(0, 0)])
    ]

    def globals_(offsets: list[int]) -> bytes:
        listed = [
            record(0x85, struct.pack("<IBBBB", at, 0, 0, 1, 0) + name.encode())
            for at, name in zip(offsets, "AB", strict=True)
        ]
        return b"".join([opening(5), *listed, record(0x0A)])

    start = len(globals_([0, 0]))
    return with_stream("Workbook", globals_([start, start + len(sheets[0])]) + b"".join(sheets))


def test_xls(reading: Any) -> None:
    book = reading(biff((0, 1), (19_999, 0)), "台账.xls")

    assert texts(book) == []
    assert [(s.name, len(s.grid), len(s.grid[0])) for s in book.sheets] == [
        ("A", 20_000, 2), ("B", 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("cell", [(20_000, 0), (65_535, 255), (0, 400), (0, 65_535)])
def test_xls_beyond_the_bounds(reading: Any, cell: tuple[int, int]) -> None:
    book = reading(biff((0, 0), cell), "台账.xls")

    assert texts(book) == [LARGE.format("台账.xls", "A")]
    assert [(s.name, s.grid) for s in book.sheets] == [("B", [[1.0]])]


def test_an_xls_whose_chains_bite_their_tails(small: Any, reading: Any) -> None:
    data = small("xls")
    first = struct.unpack_from("<I", data, 76)[0]
    table = (first + 1) * 512
    for target in range(12):
        chained = bytearray(data)
        for place in range(128):
            chained[table + 4 * place : table + 4 * place + 4] = struct.pack("<I", target)
        book = reading(bytes(chained), "台账.xls")
        assert book.sheets or book.findings
    endless = bytearray(data)
    endless[68:72] = struct.pack("<I", 0)  # further tables, chained in a ring
    reading(bytes(endless), "台账.xls")
