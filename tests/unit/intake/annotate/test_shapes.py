"""Packages of other shapes than usual: edited all the same, or given up for the values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from evalkit.intake.annotate import LIST_TAB, annotate, package
from evalkit.spreadsheets.model import Book, RawSheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def prefixed(content: bytes) -> bytes:
    """All tags of the main namespace behind an ``x:``."""
    text = content.decode().replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    return re.sub(r"<(/?)(?=[A-Za-z])(?!\w+:)", r"<\1x:", text).encode()


def strict(content: bytes) -> bytes:
    text = content.decode()
    text = text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    return text.replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships").encode()


def test_prefixes_are_kept(kit: Any, full: bytes, marked: Any) -> None:
    parts = kit.parts_of(full)
    for name in ("xl/workbook.xml", "xl/styles.xml", "xl/comments/comment1.xml"):
        parts[name] = prefixed(parts[name])
    sheet = parts["xl/worksheets/sheet1.xml"]
    head, _, tail = sheet.partition(b"<extLst>")
    parts["xl/worksheets/sheet1.xml"] = (
        prefixed(head)
        + b"<x:extLst>"
        + tail.replace(b"<ext ", b"<x:ext ").replace(
            b"</ext></extLst></worksheet>", b"</x:ext></x:extLst></x:worksheet>"
        )
    )
    path = marked(kit.package_of(parts), [kit.fault("B3"), kit.fault("B4"), kit.fault("E9")])
    page = kit.open(path)["活动"]
    assert [kit.fill_of(page[a]) for a in ("B3", "B4", "E9")] == ["F8CFCB"] * 3
    assert page["B4"].comment.text.startswith("请王老师核对\n\n【核对反馈】错误\n")
    written = kit.parts_of(path)["xl/worksheets/sheet1.xml"]
    assert re.search(rb"<(?!x:|x14:|xm:|/|\?)", written) is None


def test_strict_documents_stay_strict(kit: Any, full: bytes, marked: Any) -> None:
    parts = {name: strict(content) if name.endswith((".xml", ".rels")) else content
             for name, content in kit.parts_of(full).items()}  # fmt: skip
    path = marked(kit.package_of(parts), [kit.fault("B3"), kit.fault("B4")])
    after = kit.parts_of(path)
    assert not [name for name, content in after.items() if MAIN.encode() in content]
    assert not [name for name, content in after.items() if OFFICE.encode() in content]
    loose = {name: content.replace(b"http://purl.oclc.org/ooxml/spreadsheetml/main", MAIN.encode())
             .replace(b"http://purl.oclc.org/ooxml/officeDocument/relationships", OFFICE.encode())
             for name, content in after.items()}  # fmt: skip
    copy = path.with_name("loose.xlsx")
    copy.write_bytes(kit.package_of(loose))
    workbook = kit.open(copy)
    assert workbook.sheetnames[0] == LIST_TAB
    assert kit.fill_of(workbook["活动"]["B3"]) == "F8CFCB"
    assert workbook["活动"]["B4"].comment.text.startswith("请王老师核对\n\n【核对反馈】")


def test_sheets_in_odd_places_are_found(kit: Any, plain: bytes, marked: Any) -> None:
    parts = kit.parts_of(plain)
    parts["Folder/The Sheet.XML"] = parts.pop("xl/worksheets/sheet1.xml")
    parts["book.xml"] = parts.pop("xl/workbook.xml")
    parts["_rels/book.xml.rels"] = re.sub(
        rb'Target="[^"]*sheet1.xml"',
        b'Target="/folder/the%20sheet.xml"',
        parts.pop("xl/_rels/workbook.xml.rels"),
    )
    parts["_rels/book.xml.rels"] = re.sub(
        rb'Target="(?:/xl/)?((?:styles|theme|shared)[^"]*)"', rb'Target="/xl/\1"',
        parts["_rels/book.xml.rels"],
    )  # fmt: skip
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/workbook.xml", b"/book.xml")
    parts["[Content_Types].xml"] = (
        parts["[Content_Types].xml"]
        .replace(b"/xl/workbook.xml", b"/book.xml")
        .replace(b"/xl/worksheets/sheet1.xml", b"/Folder/The%20Sheet.XML")
    )
    after = kit.parts_of(marked(kit.package_of(parts), [kit.fault("B3")]))
    assert "worksheets/sheet1.xml" in after
    assert "【核对反馈】".encode() in after["comments1.xml"]
    assert after["Folder/The Sheet.XML"] != parts["Folder/The Sheet.XML"]


def test_cells_without_addresses_are_counted(kit: Any, plain: bytes, marked: Any) -> None:
    parts = kit.parts_of(plain)
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb'(<(?:c|row)[^>]*?) r="[A-Z]*\d+"', rb"\1", sheet)
    page = kit.open(marked(kit.package_of(parts), [kit.fault("B3"), kit.fault("E2")]))["活动"]
    assert (page["B3"].value, kit.fill_of(page["B3"])) == ("约200人", "F8CFCB")
    assert (page["C2"].value, kit.fill_of(page["E2"])) == ("说明", "F8CFCB")
    assert page["B4"].value == 40


def test_a_workbook_without_styles_gets_some(kit: Any, plain: bytes, marked: Any) -> None:
    parts = kit.parts_of(plain)
    del parts["xl/styles.xml"]
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        parts[name] = re.sub(
            rb"<(?:Override|Relationship)[^>]*styles\.xml[^>]*/>", b"", parts[name]
        )
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb' s="\d+"', b"", parts["xl/worksheets/sheet1.xml"])
    page = kit.open(marked(kit.package_of(parts), [kit.fault("B3")]))["活动"]
    assert kit.fill_of(page["B3"]) == "F8CFCB"
    assert kit.fill_of(page["B4"]) is None


BOOK = Book(
    "台账.xlsx", "xlsx", (RawSheet("台账.xlsx", "活动", [["名称"], ["", ""], ["", "约200人"]]),), ()
)
REMARK = (
    "说明：原文件“台账.xlsx”的格式无法保留，本文件是按它的内容另外生成的，"
    "只有数据和标记；您可以在本文件中改正，也可以在原文件中改正。"
)


def _replaced(name: str, old: bytes, new: bytes) -> Any:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    return change


@pytest.mark.parametrize(
    "change",
    [
        _replaced("xl/worksheets/sheet1.xml", b"</worksheet>", b""),
        _replaced(
            "xl/worksheets/sheet1.xml", b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'
        ),
        _replaced("xl/worksheets/sheet1.xml", b"sheetData", b"otherData"),
        _replaced("xl/worksheets/sheet1.xml", b'<row r="4"', b'<row r="1"'),
        _replaced("xl/worksheets/sheet1.xml", b'r="C3"', b'r="A3"'),
        _replaced("xl/worksheets/sheet1.xml", b'r="C3"', b'r="C3:D3"'),
        _replaced("xl/worksheets/sheet1.xml", b'<row r="4"', b'<row r="four"'),
        _replaced("xl/workbook.xml", b"<sheets>", b"<sheets><sheet/>"),
        _replaced("xl/workbook.xml", b'sheetId="1"', b'sheetId="one"'),
        _replaced("xl/workbook.xml", MAIN.encode(), b"urn:other"),
        lambda parts: parts.pop("[Content_Types].xml"),
        lambda parts: parts.pop("xl/worksheets/sheet1.xml"),
        lambda parts: parts.update({"XL/Workbook.xml": b""}),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_safely_comes_back_as_values(
    kit: Any, plain: bytes, tmp_path: Path, change: Any
) -> None:
    parts = kit.parts_of(plain)
    change(parts)
    source = tmp_path / "台账.xlsx"
    source.write_bytes(kit.package_of(parts))
    findings = [kit.fault("B3"), kit.fault("D3")]
    path = annotate(source, findings, tmp_path / "反馈.xlsx", book=BOOK)
    workbook = kit.open(path)
    assert workbook.sheetnames == [LIST_TAB, "活动"]
    assert workbook[LIST_TAB]["A2"].value.split("\n")[1] == REMARK
    assert (workbook["活动"]["B3"].value, kit.fill_of(workbook["活动"]["B3"])) == (
        "约200人",
        "F8CFCB",
    )


def test_damaged_archives_come_back_as_values(kit: Any, full: bytes, tmp_path: Path) -> None:
    source = tmp_path / "台账.xlsx"
    middle = len(full) // 3
    for number, content in enumerate(
        (b"", b"PK\x03\x04", full[:-30], full[:middle] + b"\x00" * 9 + full[middle + 9 :])
    ):
        source.write_bytes(content)
        path = annotate(source, [kit.fault("B3")], tmp_path / f"{number}.xlsx", book=BOOK)
        assert kit.open(path)["活动"]["B3"].value == "约200人"


def test_an_archive_that_unfolds_without_end_is_not_unfolded(
    kit: Any, plain: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "MOST_BYTES", 2**20)
    source = tmp_path / "台账.xlsx"
    source.write_bytes(kit.package_of({**kit.parts_of(plain), "large": b"\x00" * 2**20}))
    path = annotate(source, [kit.fault("B3")], tmp_path / "反馈.xlsx", book=BOOK)
    assert kit.open(path)["活动"]["B3"].value == "约200人"


def test_without_the_book_the_file_is_read_again(kit: Any, tmp_path: Path) -> None:
    source = tmp_path / "台账.csv"
    source.write_text("名称,人数\n讲座,约200人\n", encoding="utf-8")
    path = annotate(source, [kit.fault("B2", "台账")], tmp_path / "反馈.xlsx")
    workbook: Workbook = kit.open(path)
    assert workbook.sheetnames == [LIST_TAB, workbook.sheetnames[1]]
    assert workbook.worksheets[1]["B2"].value == "约200人"
