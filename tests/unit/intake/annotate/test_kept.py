from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from evalkit.intake.annotate import LIST_TAB, annotate

CHANGED = {
    "[Content_Types].xml",
    "docProps/app.xml",
    "docProps/core.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/comments/comment1.xml",
    "xl/drawings/commentsDrawing1.vml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",  # it was the sheet shown
}
ADDED = {"xl/worksheets/sheet4.xml"}


@pytest.fixture
def copy(kit: Any, full: bytes, tmp_path: Path) -> Path:
    source = tmp_path / "台账.xlsm"
    source.write_bytes(full)
    return annotate(source, [kit.fault("B3"), kit.fault("B4")], tmp_path / "反馈_台账.xlsm")


def test_all_other_parts_keep_their_bytes_and_their_order(
    kit: Any, full: bytes, copy: Path
) -> None:
    before, after = kit.parts_of(full), kit.parts_of(copy)
    assert [*after] == [*before, *ADDED]
    assert {name for name in before if before[name] != after[name]} == CHANGED
    kept = (
        "xl/vbaProject.bin",
        "xl/media/image1.png",
        "customXml/item1.xml",
        "xl/charts/chart1.xml",
    )
    assert all(after[name] == before[name] for name in kept)


def test_in_a_sheet_only_the_marked_cells_change(kit: Any, full: bytes, copy: Path) -> None:
    before, after = (
        etree.fromstring(kit.parts_of(content)["xl/worksheets/sheet1.xml"])
        for content in (full, copy)
    )
    for root in (before, after):
        for cell in root.iter("{*}c"):
            if cell.get("r") in ("B3", "B4"):
                cell.set("s", "any")
    assert etree.tostring(after, method="c14n") == etree.tostring(before, method="c14n")


def test_names_that_belong_to_a_sheet_move_with_it(kit: Any, copy: Path) -> None:
    root = etree.fromstring(kit.parts_of(copy)["xl/workbook.xml"])
    names = {(e.get("name"), e.get("localSheetId")): e.text for e in root.iter("{*}definedName")}
    assert names == {
        ("全局", None): "活动!$B$3",
        ("局部", "2"): "'O''Neil 表'!$A$1",
        ("_xlnm.Print_Titles", "1"): "'活动'!$1:$2",
        ("_xlnm.Print_Titles", "2"): "'O''Neil 表'!$1:$1",
        ("_xlnm._FilterDatabase", "0"): "'问题清单'!$A$4:$J$6",
        ("_xlnm.Print_Titles", "0"): "'问题清单'!$4:$4",
    }


def test_the_list_alone_is_shown_first(kit: Any, copy: Path) -> None:
    workbook = kit.open(copy)
    assert workbook.active.title == LIST_TAB
    shown = [page.title for page in workbook.worksheets if page.sheet_view.tabSelected]
    assert shown == [LIST_TAB]
    assert workbook.security.lockStructure
    assert workbook["活动"].protection.sheet
    assert [page.sheet_state for page in workbook.worksheets] == [*["visible"] * 3, "hidden"]


def test_nobodys_name_is_left_in_the_properties(kit: Any, copy: Path) -> None:
    properties = kit.open(copy).properties
    assert (properties.creator, properties.lastModifiedBy) == ("evalkit", "evalkit")
    assert properties.title == "台账"


def test_the_same_input_gives_the_same_bytes(kit: Any, full: bytes, copy: Path) -> None:
    again = copy.with_name("反馈_二.xlsm")
    annotate(copy.with_name("台账.xlsm"), [kit.fault("B3"), kit.fault("B4")], again)
    assert again.read_bytes() == copy.read_bytes()


def test_the_copy_never_takes_the_place_of_the_source(
    kit: Any, plain: bytes, tmp_path: Path
) -> None:
    source = tmp_path / "台账.xlsx"
    source.write_bytes(plain)
    link = tmp_path / "同一个文件.xlsx"
    link.hardlink_to(source)
    for target in (source, tmp_path / "别处" / ".." / "台账.xlsx", link):
        with pytest.raises(ValueError) as raised:  # noqa: PT011 -- the text is checked
            annotate(source, [kit.fault("B3")], target)
        assert str(raised.value) == "反馈文件不能写在原文件上，请换一个文件夹或文件名。"
    assert source.read_bytes() == plain


def test_a_button_of_the_colleges_keeps_its_place_in_the_drawing(
    kit: Any, plain: bytes, marked: Any
) -> None:
    drawing = (
        b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:'
        b'office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        b'<o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shape id="_x0000_s1030" '
        b'type="#_x0000_t201"><v:textbox><div>line<br>break</div></v:textbox>'
        b'<x:ClientData ObjectType="Button"><x:Row>2</x:Row><x:Column>1</x:Column>'
        b"</x:ClientData></v:shape></xml>"
    )
    parts = kit.parts_of(plain)
    parts["xl/drawings/vmlDrawing1.vml"] = drawing
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"<Default",
        b'<Default Extension="vml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/><Default',
        1,
    )
    base = "http://schemas.openxmlformats.org"
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        f'<Relationships xmlns="{base}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{base}/officeDocument/2006/relationships/vmlDrawing" '
        'Target="../drawings/vmlDrawing1.vml"/></Relationships>'
    ).encode()
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"</worksheet>",
        f'<legacyDrawing xmlns:r="{base}/officeDocument/2006/relationships" r:id="rId1"/>'
        "</worksheet>".encode(),
    )
    once = marked(kit.package_of(parts), [kit.fault("B3")])
    after = kit.parts_of(once)["xl/drawings/vmlDrawing1.vml"]
    assert after.startswith(drawing.removesuffix(b"</xml>"))
    assert b'id="_x0000_s1031"' in after
    back = marked(once.read_bytes(), [])
    assert b'ObjectType="Button"' in kit.parts_of(back)["xl/drawings/vmlDrawing1.vml"]
    assert b'ObjectType="Note"' not in kit.parts_of(back)["xl/drawings/vmlDrawing1.vml"]


def test_a_conversation_at_a_cell_is_kept(kit: Any, full: bytes, marked: Any) -> None:
    parts = kit.parts_of(full)
    thread = "xl/threadedComments/threadedComment1.xml"
    parts[thread] = b'<ThreadedComments><threadedComment ref="B4"/></ThreadedComments>'
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    kind = b"http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    link = b'<Relationship Id="rId77" Target="/%s" Type="%s"/>' % (thread.encode(), kind)
    parts[rels] = parts[rels].replace(b"</Relationships>", link + b"</Relationships>")
    once = marked(kit.package_of(parts), [kit.fault("B4")])
    back = marked(once.read_bytes(), [])
    for path in (once, back):
        after = kit.parts_of(path)
        assert (after[thread], after[rels]) == (parts[thread], parts[rels])
    assert kit.open(back)["活动"]["B4"].comment.text == "请王老师核对"
