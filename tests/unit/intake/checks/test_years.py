"""This year's classes against last year's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evalkit.intake.checks import Checked
from evalkit.intake.table import TableRead
from evalkit.ledger import Sheet

Read = Callable[..., TableRead]
Check = Callable[..., Checked]
Texts = Callable[..., list[str]]


def row(grade: str, class_name: str | None, n_in_class: int | None = 41) -> dict[str, Any]:
    return {"grade": grade, "class_name": class_name, "n_in_class": n_in_class}


NOW = [row("2024级", "化工2401班"), row("2023级", "化工2301班"), row("2022级", "化工2201班")]


def test_vanished_class(read: Read, check: Check, class_base: Sheet) -> None:
    last = [
        row("2023级", "化工2301班"),
        row("2023级", "化工2302班"),
        row("2022级", "化工2205班"),
        row("2021级", "化工2101班"),
    ]
    checked = check(read(class_base, NOW), before={"class_base": last})
    assert [str(finding) for finding in checked.findings] == [
        (
            "[W Y01] 台账.xlsx › 班级基数：上一学年的 2 个班级在本学年的表中找不到，"
            "填写的是“化工2302班、化工2205班”。允许：2022级及以后的班级仍应在校，包括外出实习的班级。"
            "处理：请补上这些班级；已撤销、合并或改名的，请告诉校心理中心。"
        )
    ]
    assert checked.spoilt == frozenset()


def test_another_spelling_is_the_same_class(read: Read, texts: Texts, class_base: Sheet) -> None:
    assert texts(read(class_base, NOW), before={"class_base": [row("2023级", "化工23-1")]}) == []


def test_changed_grade(read: Read, check: Check, class_base: Sheet) -> None:
    last = [row("2022级", "化工2301班")]
    checked = check(read(class_base, NOW), before={"class_base": last})
    assert [str(finding) for finding in checked.findings] == [
        (
            "[E Y02] 台账.xlsx › 班级基数 › A6：“年级”与上一学年不同，填写的是“2023级”。"
            "允许：上一学年为2022级，一个班级的入学年份不会改变。"
            "处理：请核对后改正；若是上一学年填错，请告诉校心理中心。"
        )
    ]
    assert checked.spoilt == {("class_base", 6, "grade")}


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [(40, 28, False), (40, 27, True), (40, 52, False), (40, 53, True), (None, 40, False),
     (0, 40, False), (40, None, False)],
)  # fmt: skip
def test_changed_number(
    read: Read, check: Check, class_base: Sheet, before: int | None, now: int | None, told: bool
) -> None:
    read_now = read(class_base, [row("2023级", "化工2301班", now)])
    checked = check(read_now, before={"class_base": [row("2023级", "化工2301班", before)]})
    assert [str(finding) for finding in checked.findings] == [
        (
            "[I Y03] 台账.xlsx › 班级基数 › C5：“班级人数”与上一学年相差超过 30%，"
            f"填写的是“上一学年 {before}，本学年 {now}”。允许：学籍系统中的人数。"
            "处理：请核对；情况属实的无需改动。"
        )
    ] * told
    assert checked.spoilt == frozenset()


def test_nothing_to_hold_against(read: Read, texts: Texts, class_base: Sheet) -> None:
    last = {"class_base": [row("2023级", "化工2302班")]}
    unreadable = [*NOW, row("2023级", None)]
    assert texts(read(class_base, NOW)) == []
    assert texts(read(class_base, NOW), before={}) == []
    assert texts(read(class_base, NOW), before={"class_base": [{"class_name": None}]}) == []
    assert texts(read(class_base, []), before=last) == []
    assert texts(read(class_base, NOW, usable=False), before=last) == []
    # The class that is missed may be the one whose name cannot be read.
    assert texts(read(class_base, unreadable, ["B8"]), before=last) == []


def test_many_vanished_classes_are_not_all_named(
    read: Read, check: Check, class_base: Sheet
) -> None:
    last = [row("2023级", f"化工23{n:02d}班") for n in range(2, 30)]
    (finding,) = check(read(class_base, NOW), before={"class_base": last}).findings
    assert finding.what == "上一学年的 28 个班级在本学年的表中找不到"
    assert finding.value.endswith("、化工2321班等")
