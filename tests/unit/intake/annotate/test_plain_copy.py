from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from evalkit.findings import Finding, Location, Severity
from evalkit.intake.annotate import LIST_TAB, annotate, annotated_name
from evalkit.spreadsheets.model import Book, RawSheet


def book_of(*sheets: RawSheet) -> Book:
    return Book("台账.ods", "ods", sheets, ())


def sheet_of(grid: Any, name: str = "活动", **more: Any) -> RawSheet:
    return RawSheet("台账.ods", name, grid, **more)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "台账.ods"
    path.write_bytes(b"PK whatever")
    return path


def test_values_stay_what_they_are(kit: Any, source: Path) -> None:
    grid = [
        ["=1+1", "+86", "-", "@A1", "#REF!", " 讲座\n二 "],
        [1, 2.5, Decimal("3.10"), True, 10**17, float("inf")],
        [
            date(2024, 9, 1),
            datetime.fromisoformat("2024-09-01 08:30"),
            time(9, 0),
            date(1899, 1, 1),
            None,
            "",
        ],
    ]
    target = source.with_name("反馈.xlsx")
    annotate(source, [kit.fault("B1")], target, book=book_of(sheet_of(grid)))
    page = kit.open(target)["活动"]
    found = [[cell.value for cell in row] for row in page.iter_rows()]
    assert found == [
        ["=1+1", "+86", "-", "@A1", "#REF!", " 讲座\n二 "],
        [1, 2.5, 3.1, True, "100000000000000000", "inf"],
        [
            datetime.fromisoformat("2024-09-01"),
            datetime.fromisoformat("2024-09-01 08:30"),
            time(9, 0),
            "1899-01-01",
            None,
            None,
        ],
    ]
    assert {cell.data_type for cell in page[1]} == {"s"}
    assert [cell.quotePrefix for cell in page[1]] == [True] * 4 + [False] * 2
    assert page["A3"].number_format == "yyyy-mm-dd"
    assert kit.fill_of(page["B1"]) == "F8CFCB"


def test_what_was_merged_or_hidden_still_is(kit: Any, source: Path) -> None:
    sheets = (
        sheet_of([["a"]], "甲", hidden=True),
        sheet_of(
            [["标题", "", ""], ["x", "y", "z"]],
            merged=((0, 0, 0, 2), (0, 1, 1, 1), (5, 0, 1_000_000, 300)),
            hidden_rows=frozenset({1}),
            hidden_columns=frozenset({2}),
        ),
    )
    target = source.with_name("反馈.xlsx")
    annotate(source, [kit.fault("B1")], target, book=book_of(*sheets))
    workbook = kit.open(target)
    page = workbook["活动"]
    assert [str(area) for area in page.merged_cells.ranges] == ["A1:C1"]
    assert page.row_dimensions[2].hidden
    assert page.column_dimensions["C"].hidden
    assert workbook["甲"].sheet_state == "hidden"
    assert kit.fill_of(page["A1"]) == "F8CFCB"


def test_names_that_no_tab_can_have_are_mended(kit: Any, source: Path) -> None:
    names = ("a/b:c", "a_b_c", "长" * 40, "'", "A_B_C")
    sheets = [sheet_of([[name]], name) for name in names]
    findings = [kit.fault("A1", name) for name in names]
    target = source.with_name("反馈.xlsx")
    annotate(source, findings, target, book=book_of(*sheets))
    workbook = kit.open(target)
    assert workbook.sheetnames[1:] == ["a_b_c", "a_b_c(2)", "长" * 31, "表", "A_B_C(3)"]
    assert [page["A1"].value for page in workbook.worksheets[1:]] == [*names]
    assert [kit.fill_of(page["A1"]) for page in workbook.worksheets[1:]] == ["F8CFCB"] * 5
    assert [workbook[LIST_TAB][f"C{row}"].value for row in range(5, 10)] == [*names]


def test_an_unreadable_file_comes_back_as_a_list(kit: Any, source: Path) -> None:
    fault = Finding(
        "F01", Severity.ERROR, Location("台账.ods"), "文件设了密码，无法读取", "",
        "没有密码的文件", "请去掉密码后重新提交",
    )  # fmt: skip
    target = annotate(source, [fault], source.with_name("反馈.xlsx"), book=book_of())
    workbook = kit.open(target)
    assert workbook.sheetnames == [LIST_TAB, "原文件"]
    assert workbook["原文件"]["A1"].value == "原文件无法读取，请看“问题清单”。"
    assert workbook[LIST_TAB]["E5"].value == "文件设了密码，无法读取。"


def test_all_sheets_hidden_leaves_one_to_be_seen(kit: Any, source: Path) -> None:
    sheets = [sheet_of([["a"]], name, hidden=True) for name in ("甲", "乙")]
    target = annotate(source, [], source.with_name("反馈.xlsx"), book=book_of(*sheets))
    assert [p.sheet_state for p in kit.open(target).worksheets] == ["visible", "visible", "hidden"]


def test_a_plain_copy_with_macros_name_opens_as_such(kit: Any, source: Path) -> None:
    target = annotate(source, [], source.with_name("反馈.xlsm"), book=book_of(sheet_of([["a"]])))
    types = kit.parts_of(target)["[Content_Types].xml"].decode()
    (kind,) = re.findall(r'<Override (?=[^>]*workbook\.xml)[^>]*ContentType="([^"]*)"', types)
    assert kind == "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("台账_2024-2025_C03.xlsx", "反馈_台账_2024-2025_C03.xlsx"),
        ("台账_2024-2025_C03.XLS", "反馈_台账_2024-2025_C03.xlsx"),
        ("台账_2024-2025_C03.xlsm", "反馈_台账_2024-2025_C03.xlsm"),
        ("反馈_台账_2024-2025_C03.xlsx", "反馈_台账_2024-2025_C03.xlsx"),
        ("台账", "反馈_台账.xlsx"),
        ("台账.最终版.csv", "反馈_台账.最终版.xlsx"),
    ],
)
def test_name_of_the_copy(name: str, wanted: str) -> None:
    assert annotated_name(name) == wanted
