from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl.styles import PatternFill

from evalkit.findings import Severity

RED, AMBER, BLUE = "F8CFCB", "FCE7B6", "D3E6F6"


def test_a_faulty_cell_is_coloured_and_explained(kit: Any, plain: bytes, marked: Any) -> None:
    page = kit.open(marked(plain, [kit.fault("B3")]))["活动"]
    assert kit.fill_of(page["B3"]) == RED
    assert page["B3"].number_format == "0.00"
    assert page["B3"].comment.author == "evalkit"
    assert page["B3"].comment.text == (
        "【核对反馈】错误\n"
        "“人数”里写了单位。\n"
        "填写的是：约200人\n"
        "允许：整数，不带单位。\n"
        "处理：请只填数字，例如 200。"
    )
    others = [cell for cell in kit.cells(page) if cell.coordinate != "B3"]
    assert [c.coordinate for c in others if c.comment or kit.fill_of(c)] == ["A2"]


@pytest.mark.parametrize(
    ("severity", "colour", "word"),
    [
        (Severity.ERROR, RED, "错误"),
        (Severity.WARNING, AMBER, "警告"),
        (Severity.INFO, BLUE, "提示"),
    ],
)
def test_each_severity_has_its_colour(
    kit: Any, plain: bytes, marked: Any, severity: Severity, colour: str, word: str
) -> None:
    cell = kit.open(marked(plain, [kit.fault("B4", severity=severity)]))["活动"]["B4"]
    assert kit.fill_of(cell) == colour
    assert cell.comment.text.split("\n")[0] == f"【核对反馈】{word}"


def test_findings_of_one_cell_share_a_comment_and_the_gravest_colour(
    kit: Any, plain: bytes, marked: Any
) -> None:
    findings = [
        kit.fault(
            "B3", severity=Severity.INFO, what="用了全角数字", value="", rule="", mend="不必处理"
        ),
        kit.fault("B3"),
    ]
    cell = kit.open(marked(plain, findings))["活动"]["B3"]
    assert kit.fill_of(cell) == RED
    assert cell.comment.text == (
        "【核对反馈】共 2 处\n"
        "1. 错误：“人数”里写了单位。\n"
        "填写的是：约200人\n"
        "允许：整数，不带单位。\n"
        "处理：请只填数字，例如 200。\n"
        "2. 提示：用了全角数字。\n"
        "处理：不必处理。"
    )


def test_many_findings_of_a_cell_end_with_a_pointer_to_the_list(
    kit: Any, plain: bytes, marked: Any
) -> None:
    findings = [kit.fault("B3", code=f"N{n:02}") for n in range(9)]
    text = kit.open(marked(plain, findings))["活动"]["B3"].comment.text
    assert text.startswith("【核对反馈】共 9 处\n1. 错误：")
    assert text.endswith("\n另有 3 处，请看“问题清单”。")


def test_light_writing_on_a_dark_cell_becomes_dark(kit: Any, plain: bytes, marked: Any) -> None:
    cell = kit.open(marked(plain, [kit.fault("A2")]))["活动"]["A2"]
    assert (kit.fill_of(cell), cell.font.color.rgb, cell.font.b) == (RED, "FF1F2A37", True)


def test_a_blank_cell_is_made_with_the_look_of_its_column(kit: Any, marked: Any) -> None:
    workbook = kit.small()
    page = workbook.worksheets[0]
    page.column_dimensions["E"].number_format = "yyyy-mm-dd"
    page.row_dimensions[4].fill = PatternFill("solid", fgColor="EEF7EE")
    page.row_dimensions[4].height = 30
    findings = [kit.fault(cell) for cell in ("E3", "E4", "E40", "XFD1048576", "A1")]
    page = kit.open(marked(kit.bytes_of(workbook), findings))["活动"]
    assert [kit.fill_of(page[f"E{row}"]) for row in (3, 4, 40)] == [RED] * 3
    assert (page["E3"].number_format, page["E4"].number_format) == ("yyyy-mm-dd", "General")
    assert kit.fill_of(page["XFD1048576"]) == RED
    assert page.row_dimensions[4].height == 30
    assert (page["A3"].value, page["B4"].value, page["C3"].value) == ("讲座", 40, "=1+1")


def test_a_merged_range_is_marked_where_it_is_seen(kit: Any, marked: Any) -> None:
    workbook = kit.small()
    workbook.worksheets[0].merge_cells("A3:A5")
    findings = [kit.fault("A4"), kit.fault("A5", code="T01", what="合并了单元格")]
    path = marked(kit.bytes_of(workbook), findings)
    workbook = kit.open(path)
    assert kit.fill_of(workbook["活动"]["A3"]) == RED
    assert workbook["活动"]["A3"].comment.text.startswith("【核对反馈】共 2 处\n")
    assert [str(area) for area in workbook["活动"].merged_cells.ranges] == ["A3:A5"]
    assert kit.links(workbook["问题清单"]) == {"D5": "'活动'!A3", "D6": "'活动'!A3"}
    assert [workbook["问题清单"][f"D{row}"].value for row in (5, 6)] == ["A4", "A5"]


def test_the_colleges_own_comment_stays_before_ours(kit: Any, full: bytes, marked: Any) -> None:
    page = kit.open(marked(full, [kit.fault("B4"), kit.fault("B3")]))["活动"]
    assert page["B4"].comment.text == (
        "请王老师核对\n\n"
        "【核对反馈】错误\n"
        "“人数”里写了单位。\n"
        "填写的是：约200人\n"
        "允许：整数，不带单位。\n"
        "处理：请只填数字，例如 200。"
    )
    assert (page["B4"].comment.author, page["B3"].comment.author) == ("张老师", "evalkit")


def test_a_box_is_large_enough_for_its_text(kit: Any, full: bytes, marked: Any) -> None:
    path = marked(full, [kit.fault("B4", mend="很长的说明" * 40), kit.fault("B3")])
    drawing = next(v for k, v in kit.parts_of(path).items() if k.endswith(".vml")).decode()
    assert drawing.count('ObjectType="Note"') == 2
    # The college's box began in column C and was 89 by 40 pixels.
    own, ours = [part.split("<")[0] for part in drawing.split("Anchor>")[1::2]]
    left, _, top, _, right, _, bottom, _ = (int(n) for n in own.split(","))
    assert right - left >= 5
    assert bottom - top >= 12
    assert ours == "2, 15, 1, 10, 7, 52, 6, 16"


def test_no_box_is_lost_beside_hidden_columns(kit: Any, marked: Any) -> None:
    workbook = kit.small()
    page = workbook.worksheets[0]
    page.column_dimensions.group("D", "XFD", hidden=True)
    path = marked(kit.bytes_of(workbook), [kit.fault("C3")])
    drawing = next(v for k, v in kit.parts_of(path).items() if k.endswith(".vml")).decode()
    assert "<x:Anchor>0, 0, 1, 10, 2, 64, 6, 16</x:Anchor>" in drawing


def test_the_source_is_left_alone(kit: Any, plain: bytes, marked: Any, tmp_path: Path) -> None:
    marked(plain, [kit.fault("B3")])
    assert (tmp_path / "0.xlsx").read_bytes() == plain
