from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evalkit.findings import Severity
from evalkit.intake.annotate import LIST_TAB, MARKER, annotate

E, W, I = Severity  # noqa: E741 -- as they are written everywhere


def rows_of(page: Any) -> list[list[object]]:
    return [[cell.value for cell in row[:9]] for row in page.iter_rows()]


def test_the_first_tab_lists_every_finding(kit: Any, full: bytes, tmp_path: Path) -> None:
    source = tmp_path / "台账_2024-2025_C03.xlsm"
    source.write_bytes(full)
    findings = [
        kit.fault("B3", severity=W),
        kit.fault(
            "第 9 行", severity=I, what="合计行没有读取", value="合计", rule="", mend="不必处理"
        ),
        kit.fault("B3", what="与别处不一致", value="=1+1", rule="不大于 100", mend="请核对"),
        kit.fault(None, "名单", I, what="这张表是隐藏的", value="", rule="", mend="不必处理"),
        kit.fault(
            "A1", "O'Neil 表", what="表头缺少“日期”", value="", rule="与模板一致", mend="请补上"
        ),
        kit.fault("A1", "没有的表", what="缺少这张表", value="", rule="", mend="请补交"),
        kit.fault(None, None, W, what="文件名不对", value="C3", rule="C03", mend="请改名"),
        kit.fault("B7", "图表", I, what="图表没有读取", value="", rule="", mend="不必处理"),
    ]
    path = annotate(
        source, findings, tmp_path / "反馈.xlsm", heading="示例学院 2024-2025 学年 第一轮"
    )
    workbook = kit.open(path)
    assert workbook.sheetnames == [LIST_TAB, "活动", "O'Neil 表", "图表", "名单"]
    assert workbook.active.title == LIST_TAB
    page = workbook[LIST_TAB]
    greeting = (
        "您好！“台账_2024-2025_C03.xlsm”已经核对完毕，有 8 处请您看一看。有问题的单元格已经"
        "涂色并加了批注，点击“单元格”一栏可以直接跳转。请直接在本文件中改正，在“处理情况”"
        "一栏写明结果，再把本文件发回。谢谢！"
    )
    assert rows_of(page) == [
        ["示例学院 2024-2025 学年 第一轮　问题清单", *[None] * 8],
        [greeting, *[None] * 8],
        [
            "错误 3 处：不改正就不能采用", None, None, None,
            "警告 2 处：已经采用，请核对是否属实", None,
            "提示 3 处：已经按规则处理，供您知晓", None, None,
        ],
        ["序号", "等级", "工作表", "单元格", "问题", "填写的内容", "允许的填法", "处理办法",
         "处理情况"],
        [1, "警告", "（整个文件）", "—", "文件名不对。", "C3", "C03。", "请改名。", None],
        [2, "错误", "活动", "B3", "与别处不一致。", "=1+1", "不大于 100。", "请核对。", None],
        [3, "警告", "活动", "B3", "“人数”里写了单位。", "约200人", "整数，不带单位。",
         "请只填数字，例如 200。", None],
        [4, "提示", "活动", "第 9 行", "合计行没有读取。", "合计", None, "不必处理。", None],
        [5, "错误", "O'Neil 表", "A1", "表头缺少“日期”。", None, "与模板一致。", "请补上。", None],
        [6, "提示", "图表", "B7", "图表没有读取。", None, None, "不必处理。", None],
        [7, "提示", "名单（已隐藏）", "整张表", "这张表是隐藏的。", None, None, "不必处理。", None],
        [8, "错误", "没有的表", "A1", "缺少这张表。", None, None, "请补交。", None],
    ]  # fmt: skip
    assert kit.links(page) == {
        "D6": "'活动'!B3",
        "D7": "'活动'!B3",
        "D8": "'活动'!A9",
        "D9": "'O''Neil 表'!A1",
        "D11": "'名单'!A1",
    }


def test_the_list_is_ready_to_print(kit: Any, plain: bytes, marked: Any) -> None:
    page = kit.open(marked(plain, [kit.fault("B3"), kit.fault("B4", severity=I)]))[LIST_TAB]
    setup = page.page_setup
    assert (setup.orientation, setup.paperSize) == ("landscape", 9)
    assert (setup.fitToWidth, setup.fitToHeight) == (1, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$4:$4"
    assert (page.freeze_panes, page.auto_filter.ref) == ("A5", "A4:J6")
    assert page["E5"].alignment.wrap_text
    assert page["E5"].font.name == "微软雅黑"
    assert (kit.fill_of(page["B5"]), kit.fill_of(page["B6"])) == ("F8CFCB", "D3E6F6")
    assert page.column_dimensions["J"].hidden
    assert page["J1"].value == MARKER


def test_no_finding_gives_a_friendly_sheet(kit: Any, plain: bytes, marked: Any) -> None:
    page = kit.open(marked(plain, []))[LIST_TAB]
    assert [row[0] for row in rows_of(page)] == [
        "问题清单",
        "您好！“0.xlsx”已经核对完毕，没有发现需要改正的地方。谢谢您的认真填写！",
    ]


def test_text_stays_text(kit: Any, plain: bytes, marked: Any) -> None:
    values = [
        "=1+1",
        "+86",
        "-5",
        "@A1",
        "a\x00\x0b\ud800b",
        "_x0041_",
        "长" * 40_000,
        "𠮷" * 20_000,
    ]
    findings = [kit.fault(f"B{n}", value=value, code=f"N{n}") for n, value in enumerate(values, 3)]
    path = marked(plain, findings)
    page = kit.open(path)[LIST_TAB]
    found = [page[f"F{row}"] for row in range(5, 13)]
    assert {cell.data_type for cell in found} == {"s"}
    assert all(cell.quotePrefix for cell in found)
    assert [cell.value for cell in found[:6]] == [
        "=1+1", "+86", "-5", "@A1", "ab", "_x005F_x0041_",
    ]  # fmt: skip
    assert [len(c.value.encode("utf-16-le")) // 2 for c in found[6:]] == [32_767, 32_765]
    assert b"<f>" not in kit.parts_of(path)["xl/worksheets/sheet2.xml"]


def test_a_sheet_of_the_colleges_with_that_name_stays(kit: Any, marked: Any) -> None:
    workbook = kit.small()
    workbook.create_sheet("问题清单")["A1"] = "学院自己的"
    found = kit.open(marked(kit.bytes_of(workbook), [kit.fault("A1", "问题清单")]))
    assert found.sheetnames == ["问题清单（反馈）", "活动", "问题清单"]
    assert found["问题清单"]["A1"].value == "学院自己的"
    assert kit.links(found["问题清单（反馈）"]) == {"D5": "'问题清单'!A1"}


def test_sheets_are_known_by_their_masked_name(kit: Any, marked: Any) -> None:
    workbook = kit.small()
    for title in ("王 13800138000", "甲 13900139000", "甲 13700137000"):
        workbook.create_sheet(title)["A1"] = "x"
    findings = [kit.fault("A1", "王 ******"), kit.fault("A1", "甲 ******", code="P01")]
    path = marked(kit.bytes_of(workbook), findings)
    found = kit.open(path)
    assert kit.fill_of(found["王 13800138000"]["A1"]) == "F8CFCB"
    # Two sheets are shown alike: neither is marked, rather than the wrong one.
    assert kit.fill_of(found["甲 13900139000"]["A1"]) is None
    assert kit.fill_of(found["甲 13700137000"]["A1"]) is None
    page = found[LIST_TAB]
    assert kit.links(page) == {"D5": "'王 13800138000'!A1"}
    texts = json.dumps([cell.value for row in page.iter_rows() for cell in row])
    assert "13800138000" not in texts
