"""Moments and months as typed → value and remarks, in the academic year 2024-2025."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from evalkit.findings import Severity
from evalkit.intake.cells import Context, Reading, Remark, clean
from evalkit.ledger import Column
from evalkit.workspace import AcademicYear

CONTEXT = Context(AcademicYear(2024))
DAY, MOMENT = date(2024, 9, 10), datetime(2024, 9, 10, 14, 30)  # noqa: DTZ001 -- as cells hold it
AT = Column(name="a", header="甲", type="datetime")
MONTH = Column(name="a", header="甲", type="ym")
MONTH_IN_YEAR = Column(name="a", header="甲", type="ym", in_year="E")
SERIAL = 45545 + 870 / 1440

READ: dict[str, tuple[Column, dict[Any, tuple[Any, ...]]]] = {
    "moments": (
        AT,
        {MOMENT: (MOMENT, ""), DAY: (datetime(2024, 9, 10), ""),  # noqa: DTZ001
         MOMENT.replace(tzinfo=UTC): (MOMENT, "")},
    ),
    "moments as text": (
        AT,
        dict.fromkeys(
            [
                "2024-09-10 14:30", "2024-09-10T14:30", "2024年9月10日 14:30",
                "2024/9/10  14:30:00", "2024年9月10日14时30分", "2024年9月10日14时30",
                "2024年9月10日下午2点半", "2024年9月10日下午2:30", "2024.9.10 14点30分",
                "2024/9/10 2:30 PM", "2024-9-10 2:30pm", "二〇二四年九月十日下午两点半",
                "20240910 14:30", "24.9.10 14:30", "2024年9月10日(星期二)14:30",
                "2024-09-10 14:30:00.000",
            ],
            (MOMENT, "D01I"),
        )
        | {
            "２０２４－０９－１０ １４：３０": (MOMENT, "N01I D01I"),
            "2024年9月10日 14：30": (MOMENT, "N01I D01I"),
            "2024-09-10 14:30:09": (MOMENT.replace(second=9), "D01I"),
            "2024年9月10日14时": (MOMENT.replace(minute=0), "D01I"),
            "2024年9月10日下午2点": (MOMENT.replace(minute=0), "D01I"),
            "2024年9月10日14点整": (MOMENT.replace(minute=0), "D01I"),
            "2024年9月10日14点一刻": (MOMENT.replace(minute=15), "D01I"),
            "2024年9月10日中午12点": (MOMENT.replace(hour=12, minute=0), "D01I"),
            "2024年9月10日中午1点": (MOMENT.replace(hour=13, minute=0), "D01I"),
            "2024年9月10日晚上8点": (MOMENT.replace(hour=20, minute=0), "D01I"),
            "2024年9月10日上午9点": (MOMENT.replace(hour=9, minute=0), "D01I"),
            "2024-09-10 12:10 AM": (MOMENT.replace(hour=0, minute=10), "D01I"),
            "2024-09-10 00:00": (MOMENT.replace(hour=0, minute=0), "D01I"),
            "9月10日 14:30": (MOMENT, "D01W"), "9月10日下午2点半": (MOMENT, "D01W"),
            "2024-09-10 14:30-16:00": (MOMENT, "D03W"),
            "9月10日14:30至16:00": (MOMENT, "D01W D03W"),
            SERIAL: (MOMENT, "D02I"), SERIAL + 0.0001: (MOMENT, "D02I"),
            f"{SERIAL:.6f}": (MOMENT, "D02I"), 45545.99999: (datetime(2024, 9, 11), "D02I"),  # noqa: DTZ001
        },
    ),
    "months": (MONTH, {"2024-09": ("2024-09", ""), date(2024, 9, 1): ("2024-09", ""),
                       DAY: ("2024-09", "D01I"), MOMENT: ("2024-09", "D01I")}),
    "months in other ways": (
        MONTH,
        dict.fromkeys(
            [
                "2024-9", "2024.09", "2024/9", "2024年9月", "2024 年 09 月", "202409", 202409.0,
                2024.9, "二〇二四年九月", "2024年9月份", "24年9月", "2024-09-10", "2024年9月10日",
                "2024.9.10",
            ],
            ("2024-09", "D01I"),
        )
        | {
            "２０２４年９月": ("2024-09", "N01I D01I"), "２０２４－０９": ("2024-09", "N01I"),
            " 2024-09": ("2024-09", "N06I"),
            "2024.10": ("2024-10", "D01I"), 2024.11: ("2024-11", "D01I"),
            45545.0: ("2024-09", "D02I"), "45545": ("2024-09", "D02I"),
            "9月": ("2024-09", "D01W"), "九月": ("2024-09", "D01W"), "3月": ("2025-03", "D01W"),
            "9月10日": ("2024-09", "D01W"), "十二月份": ("2024-12", "D01W"),
            "9-12月": ("2024-09", "D03W", date(2024, 12, 31)),
            "2024年9月-2025年1月": ("2024-09", "D03I", date(2025, 1, 31)),
        },
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[Column, dict[Any, str]]] = {
    "moments": (
        AT,
        dict.fromkeys(
            [
                "2024-09-10", "14:30", "2024-09-10 下午", "2024-09-10 24:30", "2024-09-10 14:60",
                45545.0, "45545", "2024年9月", "2024年9月 14:30", "9月10日", "甲", 5.0, True,
                time(14, 30), "2024-09-10 14", "2024年9月10日晚上12点", "2024-09-10T14:30Z",
                "2024-09-10 14:30+08:00", float("nan"), 1e300,
            ],
            "D01",
        )
        | {"2024-02-30 14:30": "D04", "2042-03-05 14:30": "D01 D04"},
    ),
    "months": (
        MONTH,
        dict.fromkeys(
            [
                "2024", 2024.0, 2024.1, 3.5, 9.0, "9", timedelta(hours=3), True, "甲", 1e300,
            ],
            "D01",
        )
        | {"2024-13": "D04", "2024-00": "D04", "24-09": "D04", "2042-03": "D04",
        date(2042, 3, 1): "D04"},
    ),
    "months of another year": (MONTH_IN_YEAR, {"2024-08": "D04", "2025年9月": "D01 D04"}),
}  # fmt: skip


def told(reading: Reading) -> str:
    return " ".join(f"{remark.code}{remark.severity}" for remark in reading.remarks)


@pytest.mark.parametrize(
    ("rules", "typed", "want"),
    [(rules, typed, want) for rules, row in READ.values() for typed, want in row.items()],
    ids=[f"{name}: {typed!r}" for name, (_, row) in READ.items() for typed in row],
)
def test_read(rules: Column, typed: object, want: tuple[Any, ...]) -> None:
    value, remarks, until = (*want, None)[:3]
    reading = clean(typed, rules, CONTEXT)
    assert (reading.value, type(reading.value)) == (value, type(value))
    assert told(reading) == remarks
    assert reading.until == until


@pytest.mark.parametrize(
    ("rules", "typed", "codes"),
    [(rules, typed, code) for rules, row in REFUSED.values() for typed, code in row.items()],
    ids=[f"{name}: {typed!r}" for name, (_, row) in REFUSED.items() for typed in row],
)
def test_refused(rules: Column, typed: object, codes: str) -> None:
    reading = clean(typed, rules, CONTEXT)
    assert (reading.value, reading.blank) == (None, False)
    assert " ".join(remark.code for remark in reading.remarks) == codes
    assert reading.remarks[-1].severity is Severity.ERROR


@pytest.mark.parametrize("typed", ["2024-09-10 14:30", "2024-09-10T14:30", "2024-09-10 14:30:00"])
def test_text_file_holds_text(typed: str) -> None:
    assert clean(typed, AT, Context(all_text=True)) == Reading(MOMENT)
    assert told(clean(f"{typed} ", AT, Context(all_text=True))) == "N06I"


@pytest.mark.parametrize("rules", [AT, MONTH])
def test_no_moment_is_blank(rules: Column) -> None:
    reading = clean("无", rules, CONTEXT)
    assert (reading.value, reading.blank, told(reading)) == (None, True, "N05I")


@pytest.mark.parametrize("rules", [AT, MONTH])
def test_monstrous_cells_are_refused(rules: Column) -> None:
    for typed in ("2024-" * 20_000, "9" * 100_000, " 9" * 50_000, 10**5000):
        assert told(clean(typed, rules, CONTEXT)) == "D01E"


CLOCK = "日期和时间，例如 2024-09-10 14:30"
MONTHLY = "年-月，例如 2024-09"


@pytest.mark.parametrize(
    ("rules", "typed", "remark"),
    [
        (
            AT, "甲",
            Remark(
                "D01", Severity.ERROR, "不是能识别的时间", CLOCK, "请按“年-月-日 时:分”重新填写",
            ),
        ),
        (
            AT, "2024-09-10",
            Remark(
                "D01", Severity.ERROR, "只写了日期，没有写几点几分", CLOCK,
                "请按“年-月-日 时:分”补上时间",
            ),
        ),
        (
            AT, "14:30",
            Remark(
                "D01", Severity.ERROR, "只写了时间，没有写日期", CLOCK,
                "请按“年-月-日 时:分”重新填写",
            ),
        ),
        (
            AT, "2024-09-10 14:30",
            Remark(
                "D01", Severity.INFO, "是其他写法的时间，读作“2024-09-10 14:30”", CLOCK,
                "无需处理；下次请按“年-月-日 时:分”填写",
            ),
        ),
        (
            AT, "9月10日 14:30",
            Remark(
                "D01", Severity.WARNING,
                "没有写年份，已按 2024-2025 学年补上，读作“2024-09-10 14:30”", CLOCK,
                "请核对，并补上年份",
            ),
        ),
        (
            AT, "18.10.15 14:30",
            Remark(
                "D01", Severity.WARNING, "的年份只写了两位，读作“2018-10-15 14:30”", CLOCK,
                "请核对，并写出四位的年份",
            ),
        ),
        (
            AT, "2024-09-10 14:30-16:00",
            Remark(
                "D03", Severity.WARNING, "写的是一段时间，按开始的时间读入，读作“2024-09-10 14:30”",
                CLOCK, "请核对，只填开始的时间",
            ),
        ),
        (
            AT, SERIAL,
            Remark(
                "D02", Severity.INFO, "是日期的序列号，读作“2024-09-10 14:30”", "日期格式的单元格",
                "无需处理；下次请把单元格设为“日期”格式",
            ),
        ),
        (
            MONTH, "甲",
            Remark("D01", Severity.ERROR, "不是能识别的月份", MONTHLY, "请按“年-月”重新填写"),
        ),
        (
            MONTH, 2024.1,
            Remark(
                "D01", Severity.ERROR,
                "写成了数字，末尾的 0 可能已经丢失，不能确定是 2024 年 1 月还是 2024 年 10 月",
                MONTHLY, "请按“年-月”重新填写",
            ),
        ),
        (
            MONTH, "2024年9月",
            Remark(
                "D01", Severity.INFO, "是其他写法的月份，读作“2024-09”", MONTHLY,
                "无需处理；下次请按“年-月”填写",
            ),
        ),
        (
            MONTH, DAY,
            Remark(
                "D01", Severity.INFO, "是一个日期，只用了年和月，读作“2024-09”", MONTHLY,
                "无需处理；下次请按“年-月”填写",
            ),
        ),
        (
            MONTH, "9月",
            Remark(
                "D01", Severity.WARNING, "没有写年份，已按 2024-2025 学年补上，读作“2024-09”",
                MONTHLY,
                "请核对，并补上年份",
            ),
        ),
    ],
)  # fmt: skip
def test_remark_says_what_is_allowed_and_what_to_do(
    rules: Column, typed: object, remark: Remark
) -> None:
    assert clean(typed, rules, CONTEXT).remarks == (remark,)
