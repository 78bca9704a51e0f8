"""Options, several options, yes and no, as typed → value and remarks."""

from __future__ import annotations

from typing import Any

import pytest

from evalkit.findings import Severity
from evalkit.intake.cells import Reading, Remark, clean
from evalkit.ledger import Column
from evalkit.ledger.model import ColumnType


def column(kind: ColumnType, **rules: Any) -> Column:
    return Column(name="a", header="甲", type=kind, **rules)


LEVEL = column("enum", allowed=("一级", "精神障碍(已就医)", "心理委员/观察员", "SCL-90", "1.1"))
TWINS = column("enum", allowed=("甲 乙", "甲乙"))
MEASURES = column(
    "enums", allowed=("谈心谈话", "转介医院", "个人(学生)", "心理委员/观察员", "24小时陪护")
)
YES = column("bool")

READ: dict[str, tuple[Column, dict[Any, tuple[Any, str]]]] = {
    "enum": (
        LEVEL,
        {
            "一级": ("一级", ""), " 一级 ": ("一级", "N06I"), "一级\u200b": ("一级", "N06I"),
            "精神障碍（已就医）": ("精神障碍(已就医)", "N01I"), "一 级": ("一级", "N01I"),
            "心理委员／观察员": ("心理委员/观察员", "N01I"), "scl-90": ("SCL-90", "N01I"),
            "SCL—90": ("SCL-90", "N01I"), 1.1: ("1.1", ""),
        },
    ),
    "options alike": (TWINS, {"甲 乙": ("甲 乙", ""), "甲乙": ("甲乙", "")}),
    "enums": (
        MEASURES,
        {
            "谈心谈话": ("谈心谈话", ""), "谈心谈话、转介医院": ("谈心谈话、转介医院", ""),
            "谈心谈话;转介医院": ("谈心谈话、转介医院", ""),
            "谈心谈话；转介医院": ("谈心谈话、转介医院", ""),
            "转介医院,谈心谈话": ("转介医院、谈心谈话", "N01I"),
            "谈心谈话；个人（学生）": ("谈心谈话、个人(学生)", "N01I"),
            "谈心谈话\n转介医院\n": ("谈心谈话、转介医院", "N01I"),
            "谈心谈话 转介医院": ("谈心谈话、转介医院", "N01I"),
            "谈心谈话/转介医院": ("谈心谈话、转介医院", "N01I"),
            "心理委员/观察员/转介医院": ("心理委员/观察员、转介医院", "N01I"),
            "转介医院/心理委员／观察员、24 小时陪护": ("转介医院、心理委员/观察员、24小时陪护",
            "N01I"),
            " 谈心谈话": ("谈心谈话", "N06I"),
            "谈心谈话、谈心谈话": ("谈心谈话", "V02I"),
            "谈心谈话,谈心谈话": ("谈心谈话", "V02I N01I"),
            "谈心谈话、": ("谈心谈话", ""),
        },
    ),
    "bool": (
        YES,
        {
            "是": (True, ""), "有": (True, ""), "√": (True, ""), "✓": (True, ""), "Y": (True, ""),
            "yes": (True, ""), True: (True, ""), "✔️": (True, "N06I"), "是 ": (True, "N06I"),
            "否": (False, ""), "无": (False, ""), "×": (False, ""), "N": (False, ""),
            "No": (False, ""), False: (False, ""), "Ｎ": (False, "N01I"),
        },
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[Column, dict[Any, str]]] = {
    "enum": (LEVEL, {"1级": "V02", "一级、二级": "V02", 1.0: "V02", float("nan"): "V02",
                     "甲" * 100_000: "V02", b"x": "V02"}),
    "options alike": (TWINS, {"甲  乙": "V02"}),
    "enums": (MEASURES, {"谈心": "V02", "谈心谈话、送医": "V02", "谈心谈话/送医": "V02", 5.0: "V02",
                         "谈心谈话转介医院": "V02", "甲、" * 50_000: "V02",
                         "/" * 1000 + "甲": "V02"}),
    "bool": (YES, {"部分": "V02", "是否": "V02", 1.0: "V02", "1": "V02", "甲" * 100_000: "V02"}),
}  # fmt: skip


def told(reading: Reading) -> str:
    return " ".join(f"{remark.code}{remark.severity}" for remark in reading.remarks)


@pytest.mark.parametrize(
    ("rules", "typed", "value", "remarks"),
    [(rules, typed, *want) for rules, row in READ.values() for typed, want in row.items()],
    ids=[f"{name}: {typed!r}" for name, (_, row) in READ.items() for typed in row],
)
def test_read(rules: Column, typed: object, value: object, remarks: str) -> None:
    reading = clean(typed, rules)
    assert (reading.value, type(reading.value)) == (value, type(value))
    assert told(reading) == remarks


@pytest.mark.parametrize(
    ("rules", "typed", "codes"),
    [(rules, typed, code) for rules, row in REFUSED.values() for typed, code in row.items()],
    ids=[f"{name}: {typed!r:.20}" for name, (_, row) in REFUSED.items() for typed in row],
)
def test_refused(rules: Column, typed: object, codes: str) -> None:
    reading = clean(typed, rules)
    assert (reading.value, reading.blank) == (None, False)
    assert " ".join(remark.code for remark in reading.remarks) == codes
    assert reading.remarks[-1].severity is Severity.ERROR


def test_marks_without_options_are_blank() -> None:
    assert clean("、", MEASURES) == Reading(None, blank=True)


OPTIONS = "谈心谈话、转介医院、个人(学生)、心理委员/观察员、24小时陪护，可选多项，用顿号隔开"


@pytest.mark.parametrize(
    ("rules", "typed", "remark"),
    [
        (
            TWINS, "丙",
            Remark("V02", Severity.ERROR, "不在可选范围内", "甲 乙、甲乙", "请从下拉列表中选择"),
        ),
        (
            LEVEL, "精神障碍(就医)",
            Remark(
                "V02", Severity.ERROR, "不在可选范围内",
                "一级、精神障碍(已就医)、心理委员/观察员、SCL-90、1.1",
                "请从下拉列表中选择；是不是“精神障碍(已就医)”？",
            ),
        ),
        (
            MEASURES, "谈心谈话、送医",
            Remark("V02", Severity.ERROR, "“送医”不在可选范围内", OPTIONS, "请改为可选项"),
        ),
        (
            MEASURES.model_copy(update={"private": True}), "送医",
            Remark("V02", Severity.ERROR, "填写的内容不在可选范围内", OPTIONS, "请改为可选项"),
        ),
        (
            MEASURES, "转介医院/谈心谈话",
            Remark(
                "N01", Severity.INFO, "的写法与选项略有不同，已按选项读入",
                "与选项完全相同的文字，多项用顿号隔开",
                "无需处理；下次请从列表中选择，多项用顿号隔开",
            ),
        ),
        (
            MEASURES, "谈心谈话、谈心谈话",
            Remark("V02", Severity.INFO, "中有重复的选项，只算一次", "每个选项只写一次",
            "无需处理"),
        ),
        (
            LEVEL, "一 级",
            Remark(
                "N01", Severity.INFO, "的写法与选项略有不同，已按选项读入", "与选项完全相同的文字",
                "无需处理；下次请从下拉列表中选择",
            ),
        ),
        (YES, "部分", Remark("V02", Severity.ERROR, "应填是或否", "是、否", "请从下拉列表中选择")),
    ],
)  # fmt: skip
def test_remark_says_what_is_allowed_and_what_to_do(
    rules: Column, typed: object, remark: Remark
) -> None:
    assert clean(typed, rules).remarks == (remark,)
