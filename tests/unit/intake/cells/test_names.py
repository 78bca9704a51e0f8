"""Names of persons, colleges and grades as typed → value and remarks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from evalkit.findings import Severity
from evalkit.intake.cells import Context, Reading, Remark, clean
from evalkit.ledger import Column
from evalkit.ledger.model import normalise
from evalkit.workspace import AcademicYear

CONTEXT = Context(
    AcademicYear(2024),
    {
        normalise(text): code
        for code, texts in {
            "C01": ("C01", "化学工程学院", "化工学院", "化工系"),
            "C02": ("C02", "智能制造与汽车学院", "智造学院"),
        }.items()
        for text in texts
    },
)
PEOPLE = Column(name="host", header="主讲人", type="str", people=True)
COLLEGE = Column(name="college_code", header="学院代码", type="id", pattern=r"C\d{2,}")
HOME = Column(name="judge_college", header="所在学院", type="id")
GRADE = Column(name="grade", header="年级", type="grade")
GRADES = Column(name="grades", header="面向年级", type="grades")

READ: dict[str, tuple[Column, dict[Any, tuple[Any, str]]]] = {
    "people": (
        PEOPLE,
        {
            "王芳": ("王芳", ""), "张三、李四": ("张三、李四", ""),
            "阿依古丽·买买提": ("阿依古丽·买买提", ""),
            " 王芳 ": ("王芳", "N06I"), "王\u200b芳": ("王芳", "N06I"),
            "王 芳": ("王芳", "K04I"), "王　芳": ("王芳", "K04I"), "王 小芳": ("王小芳", "K04I"),
            "王 小 芳": ("王小芳", "K04I"), "欧阳 娜": ("欧阳娜", "K04I"),
            "欧阳 娜娜": ("欧阳娜娜", "K04I"),
            "李 明、王 芳": ("李明、王芳", "K04I"),
            "张三、李四；王五": ("张三、李四、王五", "T07I"), "张三,李四": ("张三、李四", "T07I"),
            "张三\n李四": ("张三、李四", "T07I"), "张三\r\n李四\n": ("张三、李四", "T07I"),
            "张三/李四": ("张三、李四", "T07I"), "张三 李四": ("张三、李四", "T07I"),
            "张三 李四 王五": ("张三、李四、王五", "T07I"),
            "张三　李小四　欧阳娜娜": ("张三、李小四、欧阳娜娜", "T07I"),
            "张三；王 芳": ("张三、王芳", "K04I T07I"), "张三、": ("张三", "T07I"),
            "王芳 教授": ("王芳 教授", ""), "心理中心 王芳": ("心理中心 王芳", ""),
            "张三 李 四": ("张三 李 四", ""), "John Smith": ("John Smith", ""),
            "王芳（校心理中心、讲师）": ("王芳（校心理中心、讲师）", ""),
            "王芳（校心理中心、讲师），李四": ("王芳（校心理中心、讲师）、李四", "T07I"),
            "（王芳、李四": ("（王芳、李四", ""), 5.0: ("5", ""),
        },
    ),
    "college": (
        COLLEGE,
        {
            "C01": ("C01", ""), " C01": ("C01", "N06I"), "Ｃ０１": ("C01", "N01I"),
            "c01": ("C01", "K01I"),
            "化学工程学院": ("C01", "K01I"), "化工系 ": ("C01", "K01I"),
            "智造学院": ("C02", "K01I"),
        },
    ),
    "home of a judge": (
        HOME,
        {"C02": ("C02", ""), "校外": ("校外", ""), "无": ("无", ""), "机关": ("机关", ""),
         " 校外": ("校外", "N06I"), "化工学院": ("C01", "K01I")},
    ),
    "grade": (
        GRADE,
        {"2024级": ("2024级", "")}
        | dict.fromkeys(
            [
                "2024", "24级", "24", 2024.0, 24.0, "2024 级", "２０２４级", "大一", "一年级",
                "大1", "2024级本科", "2024级新生", "二〇二四级", "二四级", "二零二四级", " 2024级",
            ],
            ("2024级", "K02I"),
        )
        | {"大三": ("2022级", "K02I"), "三年级": ("2022级", "K02I"), "2018级": ("2018级", "")},
    ),
    "grades": (
        GRADES,
        {
            "2023级、2024级": ("2023级、2024级", ""), "全体": ("全体", ""),
            "2024级": ("2024级", ""),
            "23,24级": ("2023级、2024级", "K02I"), 2024.0: ("2024级", "K02I"),
            "24级；2024级": ("2024级", "K02I"), "2024级、2024级": ("2024级", "K02I"),
            "2023级 2024级": ("2023级、2024级", "K02I"),
            "2023 级/2024 级": ("2023级、2024级", "K02I"), "大一、大二": ("2024级、2023级", "K02I"),
            "全院": ("全体", "K02I"), "所有年级": ("全体", "K02I"),
        },
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[Column, dict[Any, str]]] = {
    "people": (PEOPLE,
    {b"x": "V04", float("nan"): "V04", "张三 13800138000": "P01", "同上": "N05"}),
    "college": (
        COLLEGE,
        {"C77": "K01", "化学学院": "K01", "校外": "K01", 1.0: "K01", "甲" * 100_000: "K01",
        b"x": "K01"},
    ),
    "home of a judge": (HOME, {"C77": "K01", "校医院": "K01"}),
    "grade": (
        GRADE,
        {
            "1999级": "K02", "24-25级": "K02", 2024.5: "K02", "2017级": "K02", "2025级": "K02",
            "高三": "K02", "2024届": "K02", date(2024, 9, 1): "K02", "甲" * 100_000: "K02",
            float("nan"): "K02", "大六": "K02",
        },
    ),
    "grades": (
        GRADES,
        {"全体、2024级": "K02", "2023-2024级": "K02", "2024级、2030级": "K02",
        "甲" * 100_000: "K02"},
    ),
}  # fmt: skip


def told(reading: Reading) -> str:
    return " ".join(f"{remark.code}{remark.severity}" for remark in reading.remarks)


@pytest.mark.parametrize(
    ("rules", "typed", "value", "remarks"),
    [(rules, typed, *want) for rules, row in READ.values() for typed, want in row.items()],
    ids=[f"{name}: {typed!r}" for name, (_, row) in READ.items() for typed in row],
)
def test_read(rules: Column, typed: object, value: object, remarks: str) -> None:
    reading = clean(typed, rules, CONTEXT)
    assert (reading.value, type(reading.value)) == (value, str)
    assert told(reading) == remarks


@pytest.mark.parametrize(
    ("rules", "typed", "codes"),
    [(rules, typed, code) for rules, row in REFUSED.values() for typed, code in row.items()],
    ids=[f"{name}: {typed!r:.20}" for name, (_, row) in REFUSED.items() for typed in row],
)
def test_refused(rules: Column, typed: object, codes: str) -> None:
    reading = clean(typed, rules, CONTEXT)
    assert (reading.value, reading.blank) == (None, False)
    assert " ".join(remark.code for remark in reading.remarks) == codes
    assert reading.remarks[-1].severity is Severity.ERROR


def test_without_a_list_of_colleges_codes_are_texts() -> None:
    assert clean("C77", COLLEGE) == Reading("C77")
    assert told(clean("化学工程学院", COLLEGE)) == "V04E"
    assert clean("校医院", HOME) == Reading("校医院")


def test_without_an_academic_year() -> None:
    assert clean("2012级", GRADE) == Reading("2012级")
    assert told(clean("大三", GRADE)) == "K02E"
    assert told(clean("大三", GRADES)) == "K02E"


@pytest.mark.parametrize(("rules", "typed"), [(PEOPLE, "、"), (PEOPLE, "—、"), (GRADES, "、")])
def test_marks_alone_are_blank(rules: Column, typed: str) -> None:
    assert clean(typed, rules, CONTEXT) == Reading(None, blank=True)


ENTRY = "入学年份加“级”，例如 2024级"


@pytest.mark.parametrize(
    ("rules", "typed", "remark"),
    [
        (
            PEOPLE, "张三；李四",
            Remark(
                "T07", Severity.INFO, "中写了不止一人，已用顿号隔开", "姓名，多人用顿号隔开",
                "无需处理；下次请用顿号隔开",
            ),
        ),
        (
            PEOPLE, "王 芳",
            Remark("K04", Severity.INFO, "的姓名中有空格，已经去掉", "姓名中不含空格", "无需处理"),
        ),
        (
            PEOPLE, b"x",
            Remark("V04", Severity.ERROR, "不是姓名", "姓名，多人用顿号隔开", "请重新填写姓名"),
        ),
        (
            COLLEGE, "化工学院",
            Remark(
                "K01", Severity.INFO, "写的不是学院代码，已按学院字典读作“C01”", "学院字典中的代码",
                "无需处理；下次请填“C01”",
            ),
        ),
        (
            COLLEGE, "化学学院",
            Remark(
                "K01", Severity.ERROR, "在学院字典中没有找到", "C01、C02",
                "请核对学院代码或名称；若是指“化学工程学院”，请填“C01”",
            ),
        ),
        (
            HOME, "校医院",
            Remark(
                "K01", Severity.ERROR, "在学院字典中没有找到", "C01、C02，或无、校外、机关",
                "请核对学院代码或名称",
            ),
        ),
        (
            GRADE, "甲",
            Remark("K02", Severity.ERROR, "不是能识别的年级", ENTRY, "请改为入学年份"),
        ),
        (
            GRADE, "2030级",
            Remark(
                "K02", Severity.ERROR, "的入学年份不合情理：2024-2025 学年不会有“2030级”的学生",
                "2018级 至 2024级", "请核对入学年份后改正",
            ),
        ),
        (
            GRADE, "大三",
            Remark("K02", Severity.INFO, "的年级写法已经统一，读作“2022级”", ENTRY, "无需处理"),
        ),
        (
            GRADES, "甲、2024级",
            Remark(
                "K02", Severity.ERROR, "有不能识别的年级", "年级，例如 2023级、2024级，或全体",
                "请改为入学年份，用顿号隔开",
            ),
        ),
        (
            GRADES, "23,24级",
            Remark(
                "K02", Severity.INFO, "的年级写法已经统一，读作“2023级、2024级”",
                "年级，例如 2023级、2024级，或全体", "无需处理",
            ),
        ),
    ],
)  # fmt: skip
def test_remark_says_what_is_allowed_and_what_to_do(
    rules: Column, typed: object, remark: Remark
) -> None:
    assert clean(typed, rules, CONTEXT).remarks == (remark,)


def test_standing_without_an_academic_year_is_told() -> None:
    assert clean("大三", GRADE).remarks == (
        Remark(
            "K02", Severity.ERROR, "写的是在读的年级，不知道是哪一年入学", ENTRY, "请改为入学年份"
        ),
    )
