from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl.styles import PatternFill

from evalkit.findings import Severity
from evalkit.intake.annotate import LIST_TAB


@pytest.fixture
def first_round(kit: Any) -> list[Any]:
    return [
        kit.fault("A2", what="表头不对"),
        kit.fault("B3"),
        kit.fault("B4", severity=Severity.INFO),
        kit.fault("E9", severity=Severity.WARNING),
        kit.fault("A1", "O'Neil 表"),
    ]


def test_without_findings_the_workbook_is_as_it_was(
    kit: Any, full: bytes, marked: Any, first_round: list[Any], tmp_path: Path
) -> None:
    source = tmp_path / "原.xlsx"
    source.write_bytes(full)
    once = marked(full, first_round)
    assert kit.state(once) != kit.state(source)
    back = marked(once.read_bytes(), [])
    assert kit.state(back) == kit.state(source)
    left = {name for name in kit.parts_of(back) if name.startswith("xl/comments/")}
    assert left == {"xl/comments/comment1.xml"}
    boxes = "xl/drawings/commentsDrawing1.vml"
    assert kit.parts_of(back)[boxes] == kit.parts_of(full)[boxes]


def test_a_second_round_shows_the_second_round_only(
    kit: Any, full: bytes, marked: Any, first_round: list[Any]
) -> None:
    second = [kit.fault("B4"), kit.fault("C4", severity=Severity.WARNING)]
    once = marked(full, first_round)
    twice = marked(once.read_bytes(), second)
    assert kit.state(twice) == kit.state(marked(full, second))
    workbook = kit.open(twice)
    assert workbook.sheetnames.count(LIST_TAB) == 1
    assert [row[0].value for row in workbook[LIST_TAB].iter_rows(min_row=5)] == [1, 2]


def test_marks_never_pile_up(kit: Any, full: bytes, marked: Any, first_round: list[Any]) -> None:
    copies = [marked(full, first_round)]
    for _ in range(3):
        copies.append(marked(copies[-1].read_bytes(), first_round))
    parts = [kit.parts_of(copy) for copy in copies]
    assert {frozenset(each) for each in parts} == {frozenset(parts[0])}
    assert len({each["xl/styles.xml"] for each in parts}) == 1
    assert len({each["xl/drawings/commentsDrawing1.vml"] for each in parts}) == 1
    assert len({repr(kit.state(copy)) for copy in copies}) == 1


def test_what_the_college_changed_in_between_stays(
    kit: Any, full: bytes, marked: Any, first_round: list[Any]
) -> None:
    workbook = kit.open(marked(full, first_round))
    page = workbook["活动"]
    page["B3"] = 200
    page["B3"].number_format = "0"
    page["B4"].comment.text = page["B4"].comment.text.replace("王老师", "李老师")
    page["C3"] = "新写的"
    back = kit.open(marked(kit.bytes_of(workbook), []))["活动"]
    assert (back["B3"].value, back["B3"].number_format) == (200, "0")
    assert kit.fill_of(back["B3"]) is None
    assert back["B4"].comment.text == "请李老师核对"
    assert back["C3"].value == "新写的"
    assert (kit.fill_of(back["A2"]), back["A2"].font.color.rgb) == ("1F5C7A", "00FFFFFF")


def test_an_answer_stays_beside_a_finding_that_is_still_there(
    kit: Any, plain: bytes, marked: Any
) -> None:
    findings = [kit.fault("B3"), kit.fault("B4", what="偏大", severity=Severity.WARNING)]
    workbook = kit.open(marked(plain, findings))
    workbook[LIST_TAB]["I5"] = "已经改正"
    workbook[LIST_TAB]["I6"] = "=属实"
    workbook[LIST_TAB]["I6"].data_type = "s"
    again = [kit.fault("C3", what="新的问题"), findings[1]]
    page = kit.open(marked(kit.bytes_of(workbook), again))[LIST_TAB]
    answers = {row[4].value: row[8].value for row in page.iter_rows(min_row=5)}
    assert answers == {"偏大。": "=属实", "新的问题。": None}
    assert page["I6"].data_type == "s"


def test_marks_go_even_if_the_list_has_been_deleted(kit: Any, plain: bytes, marked: Any) -> None:
    workbook = kit.open(marked(plain, [kit.fault("B3"), kit.fault("A2")]))
    del workbook[LIST_TAB]
    page = kit.open(marked(kit.bytes_of(workbook), []))["活动"]
    assert [kit.fill_of(page[a]) for a in ("A2", "B3")] == [None, None]
    assert [page[a].comment for a in ("A2", "B3")] == [None, None]


def test_moved_cells_are_cleared_where_they_are_now(kit: Any, plain: bytes, marked: Any) -> None:
    workbook = kit.open(marked(plain, [kit.fault("B3")]))
    page = workbook["活动"]
    page.move_range("A3:C4", rows=3)
    page["B6"]._style = page["B3"]._style
    back = kit.open(marked(kit.bytes_of(workbook), []))["活动"]
    assert [c.coordinate for row in back.iter_rows() for c in row if kit.fill_of(c)] == ["A2"]


def test_cells_in_our_colours_stay_where_we_have_not_been(kit: Any, marked: Any) -> None:
    workbook = kit.small()
    page = workbook.worksheets[0]
    page["C4"].fill = PatternFill("solid", fgColor="F8CFCB")
    back = kit.open(marked(kit.bytes_of(workbook), []))["活动"]
    assert kit.fill_of(back["C4"]) == "F8CFCB"
