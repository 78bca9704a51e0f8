"""What the reader tells of an .xlsx sheet beyond its values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from evalkit.spreadsheets import Book

Sheet = Callable[[str], Book]
STYLES = (
    b'<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


def one(book: Book) -> Any:
    assert [str(f) for f in book.findings] == []
    (sheet,) = book.sheets
    return sheet


def test_merged_ranges_reach_no_further_than_the_cells(sheet: Sheet) -> None:
    read = one(
        sheet(
            '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="C3"><v>2</v></c></row>'
            '</sheetData><mergeCells count="3"><mergeCell ref="A1:B2"/><mergeCell ref="C1:XFD2"/>'
            '<mergeCell ref="A9:B9"/><mergeCell ref="A3"/></mergeCells></worksheet>'
        )
    )

    assert read.merged == ((0, 0, 1, 1), (0, 2, 1, 2))


def test_ranges_that_overlap_again_and_again_do_not_pile_up(sheet: Sheet) -> None:
    areas = '<mergeCell ref="A1:B2"/>' * 1000
    read = one(
        sheet(
            '<worksheet><sheetData><row r="2"><c r="B2"><v>1</v></c></row></sheetData>'
            f"<mergeCells>{areas}</mergeCells></worksheet>"
        )
    )

    assert read.merged == ((0, 0, 1, 1),)


def test_hidden_rows_and_columns(sheet: Sheet) -> None:
    read = one(
        sheet(
            '<worksheet><cols><col min="2" max="3" width="0" hidden="1"/>'
            '<col hidden="true" min="5" max="16384"/><col min="4" max="4" hidden="0"/></cols>'
            '<sheetData><row hidden="1" r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="2" hidden="0"><c r="F2"><v>1</v></c></row>'
            '<row r="3" spans="1:2" hidden="true"><c r="A3"><v>1</v></c></row>'
            '<row r="9" hidden="1"/></sheetData></worksheet>'
        )
    )

    assert read.hidden_rows == {0, 2}
    assert read.hidden_columns == {1, 2, 4, 5}


def test_hidden_tabs(workbook: Any, reading: Any) -> None:
    parts = workbook({"甲": "", "乙": "", "丙": ""})
    listed = parts["xl/workbook.xml"].replace(
        'name="乙"'.encode(), 'state="hidden" name="乙"'.encode()
    )
    listed = listed.replace('name="丙"'.encode(), 'state="veryHidden" name="丙"'.encode())

    book = reading({**parts, "xl/workbook.xml": listed})

    assert [(s.name, s.hidden) for s in book.sheets] == [("甲", False), ("乙", True), ("丙", True)]


@pytest.mark.parametrize(("properties", "system", "day"), [
    ("", False, date(2024, 3, 5)),
    ('<workbookPr date1904="0"/>', False, date(2024, 3, 5)),
    ('<workbookPr date1904="1"/>', True, date(2028, 3, 6)),
    ('<workbookPr date1904="true"/>', True, date(2028, 3, 6)),
])  # fmt: skip
def test_date_systems(
    workbook: Any, reading: Any, properties: str, system: bool, day: date
) -> None:
    parts = workbook({"甲": '<row r="1"><c r="A1" s="1"><v>45356</v></c></row>'}, properties)
    relations = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="s" Type="http://x/styles" Target="/xl/styles.xml"/></Relationships>',
    )

    book = reading({**parts, "xl/_rels/workbook.xml.rels": relations, "xl/styles.xml": STYLES})

    assert (one(book).date1904, one(book).grid) == (system, [[day]])


@pytest.mark.parametrize(("cell", "fault", "value"), [
    ('<c r="A1"><f>B1*2</f><v>6</v></c>', None, 6.0),
    ('<c r="A1"><f>B1*2</f></c>', "no_result", ""),
    ('<c r="A1"><f>B1*2</f><v></v></c>', "no_result", ""),
    ('<c r="A1"><f>B1*2</f><v/></c>', "no_result", ""),
    ('<c r="A1" t="str"><f>IF(B1,"","x")</f><v></v></c>', None, ""),
    ('<c r="A1" t="str"><f>B1</f><v>文</v></c>', None, "文"),
    ('<c r="A1" t="e"><f>#REF!+1</f><v>#REF!</v></c>', "error", ""),
    ('<c r="A1" t="e"><v>#DIV/0!</v></c>', "error", ""),
    ('<c r="A1" s="0" t="e"><f>NA()</f><v>#N/A</v></c>', "error", ""),
    ('<c r="A1" t="e"><f>X()</f><v>#SPILL!</v></c>', "error", ""),
    ('<c r="A1" t="e"><f>X()</f><v>#BLOCKED!</v></c>', "error", ""),
    ('<c r="A1" t="str"><v>#N/A</v></c>', None, "#N/A"),
    ('<c r="A1"><f>[1]Sheet1!A1</f><v>6</v></c>', "external", 6.0),
    ('<c r="A1"><f>SUM(\'[2]汇总 (2)\'!A1:A9)</f><v>6</v></c>', "external", 6.0),
    ("<c r=\"A1\"><f>&apos;[2]it''s&apos;!A1</f><v>6</v></c>", "external", 6.0),
    ('<c r="A1"><f>1+[1]汇总!A1</f><v>6</v></c>', "external", 6.0),
    ('<c r="A1"><f>[1]!总数</f><v>6</v></c>', "external", 6.0),
    ('<c r="A1"><f>[1]汇总!A1</f></c>', "no_result", ""),
    ('<c r="A1" t="e"><f>[1]汇总!A1</f><v>#REF!</v></c>', "error", ""),
    ('<c r="A1"><f>SUM(人数[2024])</f><v>6</v></c>', None, 6.0),
    ('<c r="A1"><f>LEN("[1]a!b")</f><v>6</v></c>', None, 6.0),
    ('<c r="A1"><f>LEN(&quot;[1]a!b&quot;)</f><v>6</v></c>', None, 6.0),
    ('<c r="A1"><f t="array" ref="A1:A2">B1:B2*2</f><v>6</v></c>', None, 6.0),
    ('<c r="A1"><f t="shared" ref="A1:A2" si="0">[1]汇总!A1</f><v>6</v></c>', "external", 6.0),
    ('<c r="A1"><f t="dataTable" ref="A1:A2" dt2D="1" r1="B1"/><v>6</v></c>', None, 6.0),
    ('<c r="A1">\n <f>B1</f>\n <v>6</v>\n</c>', None, 6.0),
    ('<c r="A1"><v>6</v><f>B1</f></c>', None, 6.0),
    ("<c r='A1' t='e'><f>B1</f><v>#REF!</v></c>", "error", ""),
    ('<c t="e"><f>B1</f><v>#REF!</v></c>', "error", ""),
    ('<c r="A1"><f><![CDATA[[1]汇总!A1]]></f><v>6</v></c>', "external", 6.0),
    ('<c r="A1"><!-- <f>1</f> --><v>6</v></c>', None, 6.0),
    ('<x:c r="A1" xmlns:x="y"><x:f>B1</x:f></x:c>', "no_result", ""),
])  # fmt: skip
def test_formulas(sheet: Sheet, cell: str, fault: str | None, value: object) -> None:
    read = one(sheet(f'<row r="1">{cell}<c r="B1"><v>3</v></c></row>'))

    assert read.faults == ({(0, 0): fault} if fault else {})
    assert read.grid == [[value, 3.0]]


def test_a_shared_formula_is_external_in_all_its_cells(sheet: Sheet) -> None:
    read = one(
        sheet(
            '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="3">[1]汇总!A1</f><v>1</v></c></row>'
            '<row r="2"><c r="A2"><f t="shared" si="3"/><v>2</v></c></row>'
            '<row r="3"><c r="A3"><f t="shared" si="3"></f></c></row>'
        )
    )

    assert read.faults == {(0, 0): "external", (1, 0): "external", (2, 0): "no_result"}


@pytest.mark.parametrize(("xml", "grid"), [
    ('<row><c><v>1</v></c></row><row><c><v>2</v></c><c t="b"><v>1</v></c></row>',
     [[1.0, ""], [2.0, True]]),
    ('<c r="B2" t="inlineStr"><is><r><t>富</t></r><r><t xml:space="preserve"> 文</t></r></is></c>',
     [["", ""], ["", "富 文"]]),
    ('<row r="1"><c r="A1" t="inlineStr"><is><t>&lt;a&gt; &amp;amp; b</t></is></c></row>',
     [["<a> &amp; b"]]),
    (('<!-- 注 --><row r="1"><c r="A1" t="inlineStr"><is><t>&lt;a&gt; &amp;amp; b&#13;</t>'
     "<rPh><t>x</t></rPh></is></c></row>"), [["<a> &amp; b\r"]]),
    ('<!-- 注 --><row r="3"><c t="str"><v>甲</v></c><c r="C3"><v>1</v></c></row>',
     [["", "", ""], ["", "", ""], ["甲", "", 1.0]]),
    ('<c r="A1"><v>1</v></c>', [[1.0]]),
])  # fmt: skip
def test_shapes_of_cells(sheet: Sheet, xml: str, grid: list[list[object]]) -> None:
    assert one(sheet(xml)).grid == grid


def test_prefixes_strict_namespaces_and_unusual_places(reading: Any, zipped: Any) -> None:
    strict = "http://purl.oclc.org/ooxml"
    relation = f'Type="{strict}/officeDocument/relationships'
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "_rels\\.rels": (
            f'<Relationships><Relationship Id="a" {relation}/officeDocument"'
            ' Target="/Daten/Buch.xml"/></Relationships>'
        ).encode(),
        "Daten/Buch.xml": (
            f'<x:workbook xmlns:x="{strict}/spreadsheetml/main" xmlns:q="{strict}/r">'
            '<x:sheets><x:sheet name="甲" sheetId="7" q:id="b"/><x:sheet name="图" q:id="c"/>'
            "</x:sheets></x:workbook>"
        ).encode(),
        "Daten/_rels/Buch.xml.rels": (
            f'<Relationships><Relationship Id="b" {relation}/worksheet" Target="../Blatt.XML"/>'
            f'<Relationship Id="c" {relation}/chartsheet" Target="bild.xml"/>'
            f'<Relationship Id="d" {relation}/sharedStrings" Target="/Texte.xml"/></Relationships>'
        ).encode(),
        "Texte.xml": "<x:sst xmlns:x='y'><x:si><x:t>共享</x:t></x:si></x:sst>".encode(),
        "blatt.xml": (
            f'<x:worksheet xmlns:x="{strict}/spreadsheetml/main"><x:cols>'
            '<x:col min="2" max="2" hidden="1"/></x:cols><x:sheetData><x:row r="1" hidden="1">'
            '<x:c r="A1" t="s"><x:v>0</x:v></x:c>'
            '<x:c r="B1" t="e"><x:f>1</x:f><x:v>#N/A</x:v></x:c>'
            '<x:c r="XFD9" s="1"/></x:row></x:sheetData><x:mergeCells><x:mergeCell ref="A1:B1"/>'
            "</x:mergeCells></x:worksheet>"
        ).encode(),
    }

    read = one(reading(parts))

    assert (read.name, read.grid, read.faults) == ("甲", [["共享", ""]], {(0, 1): "error"})
    assert (read.merged, read.hidden_rows, read.hidden_columns) == (((0, 0, 0, 1),), {0}, {1})


def test_parts_in_utf_16(workbook: Any, reading: Any) -> None:
    parts = workbook({"甲": '<row r="1"><c r="A1" t="inlineStr"><is><t>文</t></is></c></row>'})
    name = "xl/worksheets/sheet1.xml"
    declared = '<?xml version="1.0" encoding="UTF-16"?>' + parts[name].decode()

    assert one(reading({**parts, name: declared.encode("utf-16")})).grid == [["文"]]


def test_a_personal_number_in_a_tabs_name_is_masked(workbook: Any, reading: Any) -> None:
    book = reading(workbook({"甲13800138000": ""}))

    assert book.sheets[0].name == "甲******"
