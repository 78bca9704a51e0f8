"""Files that are not read: each with its own words. And what is told of files that are."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from evalkit.spreadsheets import Book
from evalkit.spreadsheets.cfb import MAGIC, Streams, with_stream
from evalkit.spreadsheets.properties import names_a_person

ALLOWED = "能用 Excel 或 WPS 打开、没有密码的 .xlsx 文件（也可以是 .xlsm、.xls、.ods 或 .csv）"
REPAIR = "请用 Excel 或 WPS 打开原文件检查，另存为 .xlsx 后重新提交；若打不开，请从备份中找回"
SAVE_AS = "请用 Excel 或 WPS 打开它，选“另存为”，类型选 .xlsx，再重新提交"
DAMAGED = "F01", "文件已损坏，无法读取", REPAIR
PASSWORD = (
    "T08",
    "文件设了打开密码，无法读取",
    "请用 Excel 或 WPS 打开文件，在“文件—信息—保护工作簿”中去掉密码，保存后重新提交",
)
HTML = "T08", "文件其实是网页（HTML），不是工作簿，没有读取", SAVE_AS
PICTURE = (
    "T08",
    "文件其实是图片，不是工作簿，没有读取",
    "请提交填写台账的原工作簿（.xlsx），不要提交截图或照片",
)
ARCHIVE = "T08", "文件其实是压缩包，没有读取", "请先解压，把里面的工作簿（.xlsx）单独提交"
WORD = (
    "T08",
    "文件其实是文字文稿（如 Word），不是工作簿，没有读取",
    "请把内容填入下发的 .xlsx 模板后提交",
)
SLIDES = (
    "T08",
    "文件其实是演示文稿（如 PowerPoint），不是工作簿，没有读取",
    "请把内容填入下发的 .xlsx 模板后提交",
)
WPS = (
    "T08",
    "文件是 WPS 自有的格式（.et 或 .wps），无法读取",
    "请用 WPS 打开它，选“另存为”，类型选 .xlsx，再重新提交",
)
OTHER = "T08", "文件不是工作簿，没有读取", "请提交填写台账的工作簿（.xlsx）"
CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def texts(book: Book) -> list[str]:
    return [str(finding) for finding in book.findings]


def refused(name: str, outcome: tuple[str, str, str], allowed: str = ALLOWED) -> list[str]:
    code, what, mend = outcome
    return [f"[E {code}] {name}：{what}。允许：{allowed}。处理：{mend}。"]


@pytest.mark.parametrize(("name", "data", "outcome"), [
    ("台账.xlsx", b"", ("F01", "文件是空的，里面没有任何内容",
                        "请检查原文件，重新保存并确认上传完整后再提交")),
    ("台账.csv", b" \r\n\t", ("F01", "文件是空的，里面没有任何内容",
                              "请检查原文件，重新保存并确认上传完整后再提交")),
    ("台账.xlsx", b"PK\x03\x04 and no more", DAMAGED),
    ("台账.xlsx", MAGIC, DAMAGED),
    ("台账.xlsx", bytes(1000), DAMAGED),
    ("台账.xlsx", b"hello", DAMAGED),
    ("台账.xlsx", b"%PDF-1.7", ("T08", "文件其实是 PDF，不是工作簿，没有读取",
                                "请提交填写台账的原工作簿（.xlsx），不要提交导出的 PDF")),
    ("台账.csv", b"\x89PNG\r\n\x1a\n", PICTURE),
    ("台账.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", PICTURE),
    ("台账.xlsx", b"GIF89a", PICTURE),
    ("台账.xlsx", b"BM\x0a\0\0\0\0\0\0\0", PICTURE),
    ("台账.xlsx", b"RIFF\0\0\0\0WEBPVP8 ", PICTURE),
    ("台账.xlsx", b"\0\0\0\x18ftypheic", PICTURE),
    ("台账.xlsx", b"\0\0\0\x18ftypisom", OTHER),
    ("台账.rar", b"Rar!\x1a\x07\x01\0", ARCHIVE),
    ("台账.xlsx", b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    ("台账.xlsx", b"\x1f\x8b\x08\0", ARCHIVE),
    ("台账.xlsx", b"BZh91AY&SY", ARCHIVE),
    ("台账.zip", b"PK\x05\x06" + bytes(18), ARCHIVE),
    ("台账.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>", HTML),
    ("台账.xls", "\ufeff\r\n<!DOCTYPE html>\n<table>".encode(), HTML),
    ("台账.xls", '<?xml version="1.0"?><!-- x --><HTML xmlns="y">'.encode("utf-16"), HTML),
    ("台账.xls", b"<!-- -->" * 400 + b"<a>", DAMAGED),
    ("台账.xls", b"<table border=1><tr><td>1", HTML),
    ("台账.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", HTML),
    ("台账.xls", b'<?xml?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
     ("T08", "文件是“XML 表格”，不是工作簿，没有读取", SAVE_AS)),
    ("台账.xml", b'<?xml version="1.0"?><a/>', OTHER),
    ("台账.doc", b"{\\rtf1", WORD),
    ("台账.et", b"\1\2\3\4 something of its own", WPS),
    ("台账.xls", with_stream("EncryptedPackage", b"x"), PASSWORD),
    ("台账.xlsx", with_stream("WordDocument", b"x"), WORD),
    ("台账.xls", with_stream("PowerPoint Document", b"x"), SLIDES),
    ("台账.et", with_stream("ET", b"x"), WPS),
    ("台账.wps", with_stream("Content", b"x"), WPS),
    ("台账.xls", with_stream("Content", b"x"), OTHER),
    ("台账.xls", with_stream("Workbook", bytes.fromhex("2f00060000000000000000")), PASSWORD),
    ("台账.xls", with_stream("Workbook", b""), ("F01", "文件里没有可以读取的工作表", REPAIR)),
])  # fmt: skip
def test_what_is_no_workbook(
    reading: Any, name: str, data: bytes, outcome: tuple[str, str, str]
) -> None:
    book = reading(data, name)

    assert texts(book) == refused(name, outcome)
    assert (book.format, book.sheets) == (None, ())


ENCRYPTED = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
ODF = b"application/vnd.oasis.opendocument."


@pytest.mark.parametrize(("parts", "outcome"), [
    ({"a.txt": b"x"}, ARCHIVE),
    ({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}, WORD),
    ({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<x/>"}, SLIDES),
    ({"[Content_Types].xml": b"<Types/>", "xl/styles.xml": b"<x/>"}, DAMAGED),
    ({"xl/workbook.xml": b"<html/>"}, DAMAGED),
    ({"xl/workbook.xml": b"<workbook"}, DAMAGED),
    ({"xl/workbook.xml": b'<?xml version="1.0" encoding="UTF-9"?><workbook/>'}, DAMAGED),
    ({"xl/workbook.xml": b"<workbook/>"}, ("F01", "文件里没有可以读取的工作表", REPAIR)),
    ({"xl/workbook.bin": b"x"}, DAMAGED),
    ({"mimetype": ODF + b"text"}, WORD),
    ({"mimetype": ODF + b"presentation"}, SLIDES),
    ({"mimetype": ODF + b"graphics"}, OTHER),
    ({"mimetype": ODF + b"spreadsheet"}, DAMAGED),
    ({"mimetype": ODF + b"spreadsheet", "META-INF/manifest.xml": ENCRYPTED}, PASSWORD),
    ({"mimetype": ODF + b"spreadsheet", "content.xml": b"<a/>"},
     ("F01", "文件里没有可以读取的工作表", REPAIR)),
    ({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><workbook/>'},
     ("F01", "文件内部含有工作簿里不会有的声明（DTD），为安全起见没有读取", REPAIR)),
    ({"mimetype": ODF + b"spreadsheet", "content.xml": b"<!DOCTYPE a><a/>"},
     ("F01", "文件内部含有工作簿里不会有的声明（DTD），为安全起见没有读取", REPAIR)),
])  # fmt: skip
def test_containers_of_something_else(
    reading: Any, parts: dict[str, bytes], outcome: tuple[str, str, str]
) -> None:
    assert texts(reading(parts)) == refused("台账.xlsx", outcome)


def test_an_encrypted_entry_is_a_password(workbook: Any, reading: Any, zipped: Any) -> None:
    data = bytearray(zipped(workbook({"甲": CELL})))
    place = -1
    while (place := data.find(b"PK\x01\x02", place + 1)) >= 0:
        data[place + 8] |= 1

    assert texts(reading(bytes(data))) == refused("台账.xlsx", PASSWORD)


@pytest.mark.parametrize(
    "data", ["台账,人数\n甲,3\n".encode()[:-6] + b"\xff\xff\xff", b"\xff\xfea"]
)
def test_a_csv_in_no_known_encoding(reading: Any, data: bytes) -> None:
    outcome = (
        "F01",
        "文件中的文字编码无法识别，无法读取",
        "请用 Excel 或 WPS 打开原文件，另存为 .xlsx，再重新提交",
    )
    allowed = "UTF-8 或 GB18030（GBK）编码的 .csv 文件，最好是 .xlsx 文件"

    assert texts(reading(data, "台账.csv")) == refused("台账.csv", outcome, allowed)


def test_utf_8_with_one_broken_byte_is_not_read_as_gibberish(reading: Any) -> None:
    data = (
        ("学院,人数\n" + "精细化工学院,3\n" * 50).encode().replace("工".encode(), b"\xe5\xb7,", 1)
    )

    assert reading(data, "台账.csv").sheets == ()


@pytest.mark.parametrize("xml", [
    '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v>',
    '<row r="1"><c r="A0"><v>1</v></c></row>',
    '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"/>',
    '<row r="0"><c><v>1</v></c></row>',
    '<row r="1"><c r="ABCD1"><v>1</v></c></row>',
    '<row r="1"><c r="A1"><z>1</z></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>',
])  # fmt: skip
def test_a_damaged_sheet_costs_no_other(workbook: Any, reading: Any, xml: str) -> None:
    book = reading(workbook({"甲": xml, "乙": CELL}))

    assert texts(book) == [
        (
            f"[E F01] 台账.xlsx › 甲：工作表已损坏，无法读取。允许：{ALLOWED}。"
            "处理：请用 Excel 或 WPS 打开检查这张表，另存为 .xlsx 后重新提交。"
        )
    ]
    assert [(s.name, s.grid) for s in book.sheets] == [("乙", [[1.0]])]


def test_a_sheet_whose_part_is_missing(workbook: Any, reading: Any) -> None:
    parts = workbook({"甲": CELL, "乙": CELL})
    del parts["xl/worksheets/sheet1.xml"]

    book = reading(parts)

    assert [f.what for f in book.findings] == ["工作表已损坏，无法读取"]
    assert [s.name for s in book.sheets] == ["乙"]


NAMED = [
    (
        "[I P02] 台账.xlsx：文件属性中留有作者或最后修改者的姓名。允许：文件中不留个人姓名和批注。"
        "处理：本次无需处理；以后提交前，请在“文件—信息—检查文档”中删去个人信息。"
    )
]


@pytest.mark.parametrize(("properties", "told"), [
    ("<c><creator></creator></c>", []),
    ("<c><dc:creator>openpyxl</dc:creator></c>", []),
    ("<c><creator>evalkit</creator><lastModifiedBy>Evalkit</lastModifiedBy></c>", []),
    ("<c><creator>evalkit</creator><cp:lastModifiedBy>某人</cp:lastModifiedBy></c>", NAMED),
    ("<c><dc:creator>某人</dc:creator></c>", NAMED),
    ("<c><dc:creator>某人", []),
])  # fmt: skip
def test_names_in_the_properties(
    workbook: Any, reading: Any, properties: str, told: list[str]
) -> None:
    parts = workbook({"甲": CELL}, **{"docProps/core.xml": properties.encode()})
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="p" Type="http://x/core-properties" Target="docProps/core.xml"/>'
        b"</Relationships>",
    )

    assert texts(reading(parts)) == told


def test_a_name_in_the_properties_of_an_ods(spreadsheet: Any, reading: Any) -> None:
    meta = '<m xmlns:dc="d"><dc:creator>某人</dc:creator></m>'.encode()
    book = reading(spreadsheet('<table:table table:name="甲"/>', **{"meta.xml": meta}), "台账.ods")

    assert [f.what for f in book.findings] == ["文件属性中留有作者或最后修改者的姓名"]


def test_a_name_in_the_properties_of_an_xls() -> None:
    def summary(identity: int, name: bytes) -> Streams:
        text = struct.pack("<II", 30, len(name) + 1) + name + b"\0"
        section = struct.pack("<IIII", 16 + len(text), 1, identity, 16) + text
        raw = bytes(44) + struct.pack("<I", 48) + section
        return Streams(with_stream("\x05SummaryInformation", raw))

    assert names_a_person(summary(4, "某人".encode("gb18030")))
    assert names_a_person(summary(8, b"Somebody"))
    assert not names_a_person(summary(4, b"openpyxl"))
    assert not names_a_person(summary(2, b"Title"))


@pytest.mark.parametrize(("authors", "count"), [
    (["某人"], 2), (["evalkit"], 0), (["evalkit", "某人"], 1), ([], 2),
])  # fmt: skip
def test_comments(workbook: Any, reading: Any, authors: list[str], count: int) -> None:
    listed = "".join(f"<author>{author}</author>" for author in authors)
    comments = (
        f"<comments><authors>{listed}</authors><commentList>"
        f'<comment ref="A1" authorId="0"/><comment ref="A2" authorId="{len(authors) - 1}"/>'
        "</commentList></comments>"
    )
    relations = (
        b'<Relationships><Relationship Id="c" Type="http://x/comments"'
        b' Target="../comments1.xml"/></Relationships>'
    )
    book = reading(
        workbook(
            {"甲": CELL},
            **{
                "xl/worksheets/_rels/sheet1.xml.rels": relations,
                "xl/comments1.xml": comments.encode(),
            },
        )
    )

    assert [(str(f.location), f.what) for f in book.findings] == (
        [("台账.xlsx › 甲", f"这张表有 {count} 处批注，批注没有读取")] if count else []
    )
