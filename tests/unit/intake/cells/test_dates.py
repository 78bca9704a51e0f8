"""Days as typed → value, last day and remarks, in the academic year 2024-2025."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from evalkit.findings import Severity
from evalkit.intake.cells import Context, Reading, Remark, clean
from evalkit.ledger import Column
from evalkit.workspace import AcademicYear

CONTEXT = Context(AcademicYear(2024))
DAY = date(2024, 9, 5)
MARCH, MARCH_9 = date(2025, 3, 5), date(2025, 3, 9)
MAY_20, MAY_25 = date(2025, 5, 20), date(2025, 5, 25)


def column(**rules: Any) -> Column:
    return Column(name="a", header="日期", type="date", **rules)


PLAIN = column()

READ: dict[str, tuple[Column, dict[Any, tuple[Any, ...]]]] = {
    "dates": (PLAIN, {DAY: (DAY, ""), datetime(2024, 9, 5): (DAY, ""),  # noqa: DTZ001
                      datetime(2024, 9, 5, 14, 30): (DAY, "D01I")}),  # noqa: DTZ001
    "full dates": (
        PLAIN,
        dict.fromkeys(
            [
                "2024-09-05", "2024-9-5", "2024.9.5", "2024/09/05", "2024年9月5日", "20240905",
                "2024 年 9 月 5 日", "2024年9月5", "2024年9月5号", " 2024.09.05 ", "2024\\9\\5",
                "2024。9。5", "2024、9、5", "2024 - 09 - 05", "2024–09–05", "2024年9.5",
                "2024.9月5日", "'2024-09-05", "2024-09-05\u200b", "2024.09.05.",
                "2024-09-05 星期四", "2024年9月5日 星期四 14:30", "2024-09-05 14:30",
                "2024-09-05 00:00:00", "2024-09-05T14:30", "2024年9月5日14:30-16:00",
                "2024年9月5日下午", "2024年9月5日下午2点半", "2024.9.5上午9:00～11:00",
                "2024-09-05 2:30 PM", "24.9.5", "24年9月5日", "24/9/5", "二〇二四年九月五日",
                "二○二四年九月五日", "二零二四年九月五日", 20240905.0,
            ],
            (DAY, "D01I"),
        )
        | dict.fromkeys(
            ["２０２４－０９－０５", "２０２４．９．５", "２０２４年９月５日", "2024-9-5（周四）"],
            (DAY, "N01I D01I"),
        ),
    ),
    "other days": (
        PLAIN,
        {
            "2024-02-29": (date(2024, 2, 29), "D01I"),
            "二〇二四年十二月三十一日": (date(2024, 12, 31), "D01I"),
            "18.10.15": (date(2018, 10, 15), "D01W"),
            "18年10月15日": (date(2018, 10, 15), "D01W"),
        },
    ),
    "no year": (
        PLAIN,
        dict.fromkeys(
            [
                "3月5日", "3.5", "3/5", "3-5", "03-05", "3月5号", "三月五日", "3月5", "3.5日", 3.5,
                3.05, "3 月 5 日", "3月5日下午2点",
            ],
            (MARCH, "D01W"),
        )
        | {"３月５日": (MARCH, "N01I D01W")}
        | {
            "9月5日": (DAY, "D01W"), "十二月三十一日": (date(2024, 12, 31), "D01W"),
            "8月31日": (date(2025, 8, 31), "D01W"), "元月一日": (date(2025, 1, 1), "D01W"),
            "十月十号": (date(2024, 10, 10), "D01W"), "9月二十五": (date(2024, 9, 25), "D01W"),
            3.25: (date(2025, 3, 25), "D01W"), 12.31: (date(2024, 12, 31), "D01W"),
            3.4: (date(2025, 3, 4), "D01W"), "3.1": (date(2025, 3, 1), "D01W"),
            "3.10": (date(2025, 3, 10), "D01W"),
        },
    ),
    "month": (
        PLAIN,
        dict.fromkeys(
            [
                "2024.9", "2024年9月", "2024-09", "2024/9", "202409", "9月", "九月", "9月份",
                "2024年9月底", 2024.9, 202409.0,
            ],
            (date(2024, 9, 1), "D01W"),
        )
        | {2024.11: (date(2024, 11, 1), "D01W"), "24年9月": (date(2024, 9, 1), "D01W")},
    ),
    "serial number": (
        PLAIN,
        {45540.0: (DAY, "D02I"), 45540.75: (DAY, "D02I"), "45540": (DAY, "D02I"),
         "45540.5": (DAY, "D02I")},
    ),
    "span": (
        PLAIN,
        {
            "2025-03-05 至 2025-03-09": (MARCH, "D03I", MARCH_9),
            "2025年3月5日至9日": (MARCH, "D03I", MARCH_9),
            "2025年3月5日起至2025年3月9日止": (MARCH, "D03I", MARCH_9),
            "2025.3.5～2025.3.9": (MARCH, "D03I", MARCH_9),
            "2025-03-05 到 03-09": (MARCH, "D03I", MARCH_9),
            "2025.5.20—25": (MAY_20, "D03I", MAY_25),
            "2025.5.20——25": (MAY_20, "D03I", MAY_25),
            "2025.5.20–25日": (MAY_20, "D03I", MAY_25),
            "2025.5.20-5.25": (MAY_20, "D03I", MAY_25),
            "2025-05-20-25": (MAY_20, "D03I", MAY_25),
            "2025.5.20−2025.5.25": (MAY_20, "D03I", MAY_25),
            "20250520-20250525": (MAY_20, "D03I", MAY_25),
            "二〇二五年五月二十日至二十五日": (MAY_20, "D03I", MAY_25),
            "3月5日-3月9日": (MARCH, "D03W", MARCH_9),
            "3月5日-9日": (MARCH, "D03W", MARCH_9),
            "3月5-9日": (MARCH, "D03W", MARCH_9),
            "3.5~3.9": (MARCH, "D03W", MARCH_9),
            "3.5-9": (MARCH, "D03W", MARCH_9),
            "12.28-1.3": (date(2024, 12, 28), "D03W", date(2025, 1, 3)),
            "2024.12.28-1.3": (date(2024, 12, 28), "D03I", date(2025, 1, 3)),
            "2025.3.5-2025.3.5": (MARCH, "D03I", MARCH),
            "9-12月": (date(2024, 9, 1), "D03W", date(2024, 12, 31)),
            "9月至次年1月": (None, "D01E"),
            "9月-1月": (date(2024, 9, 1), "D03W", date(2025, 1, 31)),
            "2024年9-12月": (date(2024, 9, 1), "D03W", date(2024, 12, 31)),
            "2024.9-2025.1": (date(2024, 9, 1), "D03W", date(2025, 1, 31)),
            "2024.5.6-3.1": (None, "D03E"),
            "２０２５．３．５～３．９": (MARCH, "N01I D03I", MARCH_9),
        },
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[Column, dict[Any, str]]] = {
    "not a date": (
        PLAIN,
        dict.fromkeys(
            [
                "甲", 5.0, True, time(14, 30), timedelta(days=3), 2024.0, "2024", "5日", "14:30",
                "3-5日", "3-5-9", "2024.5-6", "3/5/2024", "2024年3月5、6日", "十一",
                "2024.5.20-2025", -3.5, 3.456, float("nan"), float("inf"), 1e300, "10-12-15",
                61000.0, 19999.0, b"2024-09-05",
            ],
            "D01",
        ),
    ),
    "lost zero": (PLAIN, dict.fromkeys([3.1, 3.2, 3.3, 12.1, 2024.1], "D01")),
    "impossible": (
        PLAIN,
        dict.fromkeys(
            [
                "2023-02-29", "2024-02-30", "2024-13-01", "20240230", "2月30日", "2024.5.20-32",
                "13.5", "2024-00-10", "2024年13月", 20240230.0, 24.9, "0000-01-01",
            ],
            "D04",
        ),
    ),
    "backwards": (PLAIN, {"2025.5.20-4.25": "D03", "3月9日-3月5日": "D03"}),
    "another age": (
        PLAIN,
        {date(2042, 3, 5): "D04", date(1949, 10, 1): "D04", date(2027, 1, 1): "D04",
         "2042-03-05": "D01 D04", "1900-01-01": "D01 D04"},
    ),
    "same": (PLAIN, {"同上": "N05", "〃": "N05"}),
    "personal": (PLAIN, {"13800138000": "P01", 13800138000.0: "P01"}),
    "outside the year": (
        column(in_year="E"),
        {date(2024, 8, 31): "D04", "2025.9.1": "D01 D04", "2025.8.30-9.2": "D03 D04"},
    ),
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
    assert (reading.value, reading.until, reading.blank) == (None, None, False)
    assert " ".join(remark.code for remark in reading.remarks) == codes
    assert reading.remarks[-1].severity is Severity.ERROR


@pytest.mark.parametrize(
    ("typed", "severity", "kept"), [("E", "E", False), ("W", "W", True), ("I", "I", True)]
)
def test_day_outside_the_year_weighs_what_the_column_says(
    typed: str, severity: str, kept: bool
) -> None:
    rules = column(in_year=typed)
    for day in (date(2024, 9, 1), date(2025, 8, 31)):
        assert clean(day, rules, CONTEXT) == Reading(day)
    for day in (date(2024, 8, 31), date(2025, 9, 1)):
        reading = clean(day, rules, CONTEXT)
        assert told(reading) == f"D04{severity}"
        assert reading.value == (day if kept else None)
        assert clean(day, rules) == Reading(day)
        assert clean(day, PLAIN, CONTEXT) == Reading(day)


def test_without_an_academic_year() -> None:
    assert told(clean("3月5日", PLAIN)) == "D01E"
    assert told(clean(3.5, PLAIN)) == "D01E"
    assert clean("2024.5.20-5.25", PLAIN).until == date(2024, 5, 25)
    assert (clean("24.9.5", PLAIN).value, told(clean("24.9.5", PLAIN))) == (DAY, "D01W")
    assert clean(date(2101, 1, 1), PLAIN).value is None


def test_day_numbers_from_1904() -> None:
    reading = clean(44078.0, PLAIN, Context(date1904=True))
    assert (reading.value, told(reading)) == (DAY, "D02I")


def test_text_file_holds_text() -> None:
    in_csv = Context(all_text=True)
    assert clean("2024-09-05", PLAIN, in_csv) == Reading(DAY)
    assert told(clean("2024-09-05 ", PLAIN, in_csv)) == "N06I"
    assert told(clean("2024.9.5", PLAIN, in_csv)) == "D01I"


@pytest.mark.parametrize("typed", ["/", "—", "－", "暂无", "N/A", "无", "没有", "至今"])
def test_no_day_is_blank(typed: str) -> None:
    reading = clean(typed, PLAIN, CONTEXT)
    assert (reading.value, reading.blank, told(reading)) == (None, True, "N05I")


@pytest.mark.parametrize("typed", ["2024-" * 20_000, "9" * 100_000, " 9" * 50_000, "至" * 200])
def test_monstrous_cells_are_refused(typed: str) -> None:
    assert told(clean(typed, PLAIN, CONTEXT)) == "D01E"


FORM = "日期，例如 2024-09-10"


@pytest.mark.parametrize(
    ("rules", "typed", "remark"),
    [
        (
            PLAIN, "甲",
            Remark(
                "D01", Severity.ERROR, "不是能识别的日期", FORM,
                "请按“年-月-日”重新填写，并核对这一天是否存在",
            ),
        ),
        (
            PLAIN, 3.1,
            Remark(
                "D01", Severity.ERROR,
                "写成了数字，末尾的 0 可能已经丢失，不能确定是 3 月 1 日还是 3 月 10 日", FORM,
                "请按“年-月-日”重新填写",
            ),
        ),
        (
            PLAIN, "10-12-15",
            Remark(
                "D01", Severity.ERROR, "的年份只写了两位，不能确定是年还是月", FORM,
                "请按“年-月-日”重新填写，写出四位的年份",
            ),
        ),
        (
            PLAIN, "2024-02-30",
            Remark(
                "D04", Severity.ERROR, "写的日期不存在", "日历上有的日期",
                "请核对后按“年-月-日”重新填写",
            ),
        ),
        (
            PLAIN, date(2042, 3, 5),
            Remark(
                "D04", Severity.ERROR, "的年份 2042 不合情理", "1950 年至 2026 年之间的日期",
                "请核对年份后改正",
            ),
        ),
        (
            column(in_year="E"), date(2024, 3, 5),
            Remark(
                "D04", Severity.ERROR, "不在 2024-2025 学年内，属于 2023-2024 学年",
                "2024-09-01 至 2025-08-31",
                "请核对年份；若确实是其他学年的事，请填到那一学年的台账中",
            ),
        ),
        (
            column(in_year="W"), date(2024, 3, 5),
            Remark(
                "D04", Severity.WARNING, "不在 2024-2025 学年内，属于 2023-2024 学年",
                "2024-09-01 至 2025-08-31", "请核对年份；若没有写错，无需处理",
            ),
        ),
        (
            PLAIN, "5.20-4.25",
            Remark(
                "D03", Severity.ERROR, "中结束日期早于开始日期", "开始日期在前，结束日期在后",
                "请核对两个日期后重新填写",
            ),
        ),
        (
            PLAIN, "2025.3.5-3.9",
            Remark(
                "D03", Severity.INFO, "写的是一段时间，读作“2025-03-05 至 2025-03-09”", FORM,
                "无需处理；下次请分开填写起止日期",
            ),
        ),
        (
            PLAIN, "3.5-3.9",
            Remark(
                "D03", Severity.WARNING,
                "写的是一段时间，没有写年份，已按 2024-2025 学年补上，"
                "读作“2025-03-05 至 2025-03-09”",
                FORM, "请核对，并补上年份",
            ),
        ),
        (
            PLAIN, "2024年9-12月",
            Remark(
                "D03", Severity.WARNING,
                "写的是一段时间，只写到月，已按首尾两天读入，读作“2024-09-01 至 2024-12-31”",
                FORM, "请核对，并补上日",
            ),
        ),
        (
            PLAIN, "3月5日",
            Remark(
                "D01", Severity.WARNING, "没有写年份，已按 2024-2025 学年补上，读作“2025-03-05”",
                FORM,
                "请核对，并补上年份",
            ),
        ),
        (
            PLAIN, "2024年9月",
            Remark(
                "D01", Severity.WARNING, "只写到月，已按当月 1 日读入，读作“2024-09-01”", FORM,
                "请核对，并补上日",
            ),
        ),
        (
            PLAIN, "9月",
            Remark(
                "D01", Severity.WARNING,
                "没有写年份和日，年份已按 2024-2025 学年补上，日按当月 1 日，读作“2024-09-01”",
                FORM,
                "请核对，并补上年份和日",
            ),
        ),
        (
            PLAIN, "18.10.15",
            Remark(
                "D01", Severity.WARNING, "的年份只写了两位，读作“2018-10-15”", FORM,
                "请核对，并写出四位的年份",
            ),
        ),
        (
            PLAIN, "2024.9.5",
            Remark(
                "D01", Severity.INFO, "是其他写法的日期，读作“2024-09-05”", FORM,
                "无需处理；下次请按“年-月-日”填写",
            ),
        ),
        (
            PLAIN, datetime(2024, 9, 5, 8),  # noqa: DTZ001
            Remark("D01", Severity.INFO, "中的时间没有读取，只用了日期", FORM, "无需处理"),
        ),
        (
            PLAIN, 45540.0,
            Remark(
                "D02", Severity.INFO, "是日期的序列号，读作“2024-09-05”", "日期格式的单元格",
                "无需处理；下次请把单元格设为“日期”格式",
            ),
        ),
        (
            PLAIN, "至今",
            Remark(
                "N05", Severity.INFO, "写的是“至今”，按没有填写处理", "没有日期时留空",
                "无需处理；若这一格本应填写，请补填",
            ),
        ),
    ],
)  # fmt: skip
def test_remark_says_what_is_allowed_and_what_to_do(
    rules: Column, typed: object, remark: Remark
) -> None:
    assert clean(typed, rules, CONTEXT).remarks == (remark,)


def test_missing_year_without_an_academic_year_is_told() -> None:
    assert clean("3月5日", PLAIN).remarks == (
        Remark("D01", Severity.ERROR, "没有写年份", FORM, "请按“年-月-日”重新填写，写出年份"),
    )


def test_private_days_are_not_told() -> None:
    secret = column(private=True, in_year="W")
    assert [remark.what for remark in clean("2024年3月", secret, CONTEXT).remarks] == [
        "只写到月，已按当月 1 日读入",
        "不在 2024-2025 学年内",
    ]
    assert clean(date(2042, 1, 1), secret, CONTEXT).remarks[0].what == "的年份不合情理"
