"""What people type into a cell, and what becomes of it: one table a type of column."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from evalkit.intake.clean import Problem, clean, is_blank, masked
from evalkit.ledger import Column
from evalkit.ledger.model import ColumnType

D = Decimal
DAY, MOMENT = date(2024, 9, 5), datetime(2024, 9, 5, 14, 30)  # noqa: DTZ001 -- as cells hold it


def column(kind: ColumnType, **rules: Any) -> Column:
    return Column(name="a", header="甲", type=kind, **rules)


ID = column("id", pattern=r"C\d{2,}")
YEAR = column("str", pattern=r"\d{4}-\d{4}")
LEVEL = column("enum", allowed=("一级", "精神障碍(已就医)", "心理委员/观察员"))
MEASURES = column("enums", allowed=("谈心谈话", "转介医院", "个人(学生)"))
COUNT = column("int", unit="人", minimum=D(0), maximum=D(5000))
YEARS = column("dec", unit="年", minimum=D(0))
SCORE = column("dec", unit="分")
MONEY = column("money", unit="元")
SHARE = column("pct", unit="%", minimum=D(0), maximum=D(100))

ACCEPTED: dict[str, tuple[Column, dict[Any, Any]]] = {
    "text": (
        column("text"),
        {
            " 讲座 ": "讲座",
            "Ａ楼": "Ａ楼",
            2024.0: "2024",
            2025.1: "2025.1",
            "=1+1": "=1+1",
            "无": "无",
            "电话 023-68123456": "电话 023-68123456",
            "编号 20240512001": "编号 20240512001",
        },
    ),
    "id": (ID, {"C01": "C01", " C01\u200b": "C01", "Ｃ０１": "C01", "\ufeffC012\u00a0": "C012"}),
    "id without pattern": (column("id"), {101.0: "101", "００７": "007"}),
    "str with pattern": (YEAR, {"2024-2025": "2024-2025", "２０２４－２０２５": "2024-2025"}),
    "enum": (
        LEVEL,
        {
            "一级": "一级",
            " 一级 ": "一级",
            "精神障碍（已就医）": "精神障碍(已就医)",
            "心理委员／观察员": "心理委员/观察员",
        },
    ),
    "enums": (
        MEASURES,
        {
            "谈心谈话": "谈心谈话",
            "谈心谈话、转介医院": "谈心谈话、转介医院",
            "转介医院,谈心谈话": "转介医院、谈心谈话",
            "谈心谈话；个人（学生）": "谈心谈话、个人(学生)",
            "谈心谈话\n转介医院\n": "谈心谈话、转介医院",
            "谈心谈话、谈心谈话": "谈心谈话",
            "、": None,
        },
    ),
    "bool": (
        column("bool"),
        {
            "是": True, "有": True, "√": True, "✓": True, "Y": True, "yes": True, True: True,
            "否": False, "无": False, "×": False, "N": False, "No": False, False: False,
        },
    ),
    "int": (
        COUNT,
        {
            120.0: 120, 0.0: 0, "0": 0, "120": 120, "１２０": 120, "120人": 120, "120 人": 120,
            "１２０人": 120, "1,200": 1200, "1，200": 1200, "1 200": 1200, "120.0": 120,
            " 120\u00a0": 120, "+5": 5, 5000.0: 5000,
        },
    ),
    "dec": (
        YEARS,
        {
            0.5: D("0.5"), 0.1: D("0.1"), 8.3: D("8.3"), "0.5年": D("0.5"), "１２．５": D("12.5"),
            ".5": D("0.5"), "5.": D(5), "1,234.5": D("1234.5"), 0.1 + 0.2: D("0.3"),
        },
    ),
    "money": (
        MONEY,
        {12.3: D("12.3"), "12,345.60元": D("12345.60"), "-20": D(-20), -20.5: D("-20.5")},
    ),
    "pct": (SHARE, {98.0: D(98), "98%": D(98), "９８．５％": D("98.5"), 0.98: D("0.98")}),
    "date": (
        column("date"),
        {
            DAY: DAY, MOMENT: DAY, 45540.0: DAY, 45540.75: DAY, 20240905.0: DAY,
            "2024-09-05": DAY, "2024-9-5": DAY, "2024.9.5": DAY, "2024/09/05": DAY,
            "2024年9月5日": DAY, "2024 年 9 月 5 日": DAY, "2024年9月5": DAY, "20240905": DAY,
            "２０２４－０９－０５": DAY, " 2024.09.05 ": DAY, "2024-02-29": date(2024, 2, 29),
        },
    ),
    "datetime": (
        column("datetime"),
        {
            MOMENT: MOMENT, DAY: datetime(2024, 9, 5), "2024-09-05 14:30": MOMENT,  # noqa: DTZ001
            "2024-09-05T14:30": MOMENT, "2024年9月5日 14：30": MOMENT, "2024/9/5  14:30:00": MOMENT,
            "20240905 14:30:09": MOMENT.replace(second=9),
        },
    ),
    "ym": (
        column("ym"),
        {
            "2024-09": "2024-09", "2024-9": "2024-09", "2024.10": "2024-10", "2024/9": "2024-09",
            "2024年9月": "2024-09", "2024 年 09 月": "2024-09", "２０２４年９月": "2024-09",
            "202409": "2024-09", 202409.0: "2024-09", 2024.9: "2024-09", 2024.11: "2024-11",
            DAY: "2024-09", MOMENT: "2024-09",
        },
    ),
    "grade": (
        column("grade"),
        {
            "2024级": "2024级", "2024": "2024级", "24级": "2024级", "24": "2024级",
            2024.0: "2024级", 24.0: "2024级", "2024 级": "2024级", "２０２４级": "2024级",
            "2020": "2020级", "20": "2020级",
        },
    ),
    "grades": (
        column("grades"),
        {
            "2023级、2024级": "2023级、2024级", "23,24级": "2023级、2024级", 2024.0: "2024级",
            "24级；2024级": "2024级", "全体": "全体", "、": None,
        },
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[Column, dict[Any, str]]] = {
    "text": (
        column("text"),
        {
            "联系13800138000": "P01",
            "１３８００１３８０００": "P01",
            "138-0013-8000": "P01",
            "+86 138 0013 8000": "P01",
            13800138000.0: "P01",
            "50010119990307001x": "P01",
            "500101 19990307 0012": "P01",
            "５００１０１１９９９０３０７００１Ｘ": "P01",
        },
    ),
    "id": (ID, {"C1": "V04", "c01": "V04", "C 01": "V04", "化学": "V04", "C13800138000": "P01"}),
    "str with pattern": (YEAR, {"2024": "V04", "2024/2025": "V04", 2024.0: "V04"}),
    "enum": (LEVEL, {"1级": "V02", "一级、二级": "V02", "一 级": "V02", 1.0: "V02"}),
    "enums": (MEASURES, {"谈心": "V02", "谈心谈话、送医": "V02", "谈心谈话/转介医院": "V02"}),
    "bool": (column("bool"), {"部分": "V02", "是否": "V02", 1.0: "V02", "1": "V02"}),
    "int": (
        COUNT,
        {
            "约200": "N02", "200余人": "N02", "60+": "N02", "2次": "N02", "3千": "N02",
            "三十二": "N02", "12.5": "N02", 12.5: "N02", "1,2": "N02", "3，4": "N02",
            "12 5": "N02", "1_0": "N02",
            "1e3": "N02", "5-8": "N02", "无": "N02", "人": "N02", "NaN": "N02", "Infinity": "N02",
            DAY: "N02", True: "N02", "9" * 20: "N02", 1e20: "N02",
            "-1": "V03", 5001.0: "V03", 13800138000.0: "P01",
        },
    ),
    "dec": (
        YEARS,
        {
            "0,5": "N02", "0，5": "N02", "一年": "N02", "1.2.3": "N02", "1.5-2": "N02", ".": "N02",
            "2.02405E+11": "N02", float("inf"): "N02", float("nan"): "N02", -0.5: "V03",
        },
    ),
    "money": (MONEY, {"1.2万元": "N02", "￥200": "N02"}),
    "pct": (SHARE, {"98％以上": "N02", 101.0: "V03", "-1%": "V03"}),
    "date": (
        column("date"),
        {
            "3月5日": "D01", "3.5": "D01", "2024.9": "D01", "2024-02-30": "D01",
            "2023-02-29": "D01", "2024-13-01": "D01", "2024.5.20-25": "D01", "9-12月": "D01",
            "九月五日": "D01",
            "24-9-5": "D01", 5.0: "D01", True: "D01", time(14, 30): "D01", 2024.0: "D01",
        },
    ),
    "datetime": (
        column("datetime"),
        {
            "2024-09-05": "D01", "14:30": "D01", "2024-09-05 下午": "D01",
            "2024-09-05 24:30": "D01", "2024-02-30 14:30": "D01",
            "2024-09-05 14:60": "D01", 45540.6: "D01",
        },
    ),
    "ym": (
        column("ym"),
        {
            "9月": "D01", "2024": "D01", "2024-13": "D01", "2024-00": "D01", 2024.1: "D01",
            45540.0: "D01", "2024-09-05": "D01", "24-09": "D01", timedelta(hours=3): "D01",
        },
    ),
    "grade": (
        column("grade"),
        {"大三": "K02", "一年级": "K02", "1999级": "K02", "24-25级": "K02", 2024.5: "K02"},
    ),
    "grades": (
        column("grades"),
        {"大一": "K02", "2024级、大二": "K02", "全体、2024级": "K02", "2023-2024级": "K02"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "typed", "value"),
    [(rules, typed, value) for rules, row in ACCEPTED.values() for typed, value in row.items()],
    ids=[f"{name}: {typed!r}" for name, (_, row) in ACCEPTED.items() for typed in row],
)
def test_accepted(rules: Column, typed: object, value: object) -> None:
    read, problem = clean(typed, rules)
    assert problem is None
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("rules", "typed", "code"),
    [(rules, typed, code) for rules, row in REFUSED.values() for typed, code in row.items()],
    ids=[f"{name}: {typed!r}" for name, (_, row) in REFUSED.items() for typed in row],
)
def test_refused(rules: Column, typed: object, code: str) -> None:
    value, problem = clean(typed, rules)
    assert value is None
    assert problem is not None
    assert problem.code == code


@pytest.mark.parametrize(
    "typed", [None, "", "  ", "/", "-", "－", "—", "——", "暂无", "N/A", "\u200b"]
)
@pytest.mark.parametrize("rules", [entry[0] for entry in ACCEPTED.values()], ids=list(ACCEPTED))
def test_blank_is_neither_zero_nor_no(rules: Column, typed: object) -> None:
    assert is_blank(typed)
    assert clean(typed, rules) == (None, None)


@pytest.mark.parametrize("typed", [0.0, 0, False, "0", "无", "否"])
def test_zero_and_no_are_not_blank(typed: object) -> None:
    assert not is_blank(typed)


@pytest.mark.parametrize(
    ("rules", "typed", "problem"),
    [
        (ID, "c1", Problem("V04", "写法不合要求", r"符合“C\d{2,}”的编号", "请按模板的写法改正")),
        (
            column("id", pattern=r"C\d{2,}", note="例如“C03”"),
            "c1",
            Problem("V04", "写法不合要求", "例如“C03”", "请按模板的写法改正"),
        ),
        (
            MEASURES,
            "谈心谈话、送医 13800138000",
            Problem(
                "V02",
                "“送医 ******”不在可选范围内",
                "谈心谈话、转介医院、个人(学生)，可选多项，用顿号隔开",
                "请改为可选项",
            ),
        ),
        (
            COUNT,
            "约5",
            Problem("N02", "不是数字", "只填数字（单位：人）", "请删去文字和单位，只留数字"),
        ),
        (COUNT, 1.5, Problem("N02", "不是整数", "以“人”为单位的整数", "请核对后改为整数")),
        (
            COUNT,
            1e16,
            Problem("N02", "的数字过长", "整数部分不超过 15 位的数字", "请核对后改正"),
        ),
        (COUNT, 5001.0, Problem("V03", "超出允许范围", "0 至 5000人", "请核对后改正")),
        (YEARS, -1.0, Problem("V03", "超出允许范围", "不小于 0年", "请核对后改正")),
        (
            column("int", maximum=D(3)),
            4.0,
            Problem("V03", "超出允许范围", "不大于 3", "请核对后改正"),
        ),
        (
            column("text"),
            "13800138000",
            Problem(
                "P01",
                "中有身份证号或手机号",
                "不含身份证号和手机号的内容",
                "请删去号码；佐证材料由学院自己保管",
            ),
        ),
    ],
)  # fmt: skip
def test_problem_says_what_is_allowed_and_what_to_do(
    rules: Column, typed: object, problem: Problem
) -> None:
    assert clean(typed, rules) == (None, problem)


def test_private_columns_may_hold_numbers_of_persons() -> None:
    mobile = column("str", pattern=r"1[3-9]\d{9}", private=True)
    assert clean("138 0013 8000", mobile)[1] is not None
    assert clean(13800138000.0, mobile) == ("13800138000", None)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("身份证 110101199003070012", "身份证 ******"),
        ("11010119900307001X，电话13800138000", "******，电话******"),
        ("110101 19900307 0012", "******"),
        (13800138000.0, "******"),
        (110101199003070012.0, "******"),
        ("138 0013 8000", "******"),
        ("８６１３８００１３８０００（王）", "******（王）"),
        ("008613800138000", "******"),
        ("１２０人，电话１３８００１３８０００", "１２０人，电话******"),
        ("20240512001", "20240512001"),
        ("023-68123456", "023-68123456"),
        ("2024-09-05", "2024-09-05"),
        (7.0, "7"),
        (7.5, "7.5"),
        ("甲\n乙\t丙", "甲 乙 丙"),
        ("长" * 41, "长" * 40 + "…"),
        ("长" * 40, "长" * 40),
    ],
)
def test_masked(cell: object, shown: str) -> None:
    assert masked(cell) == shown
