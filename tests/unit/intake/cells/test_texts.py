"""Texts and codes as typed → value and remarks; what is blank; what must never be told."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from evalkit.findings import Severity
from evalkit.intake.cells import Context, Reading, Remark, clean, is_blank
from evalkit.ledger import Column
from evalkit.ledger.model import ColumnType


def column(kind: ColumnType, **rules: Any) -> Column:
    return Column(name="a", header="甲", type=kind, **rules)


TEXT, SHORT = column("text"), column("str")
ID = column("id", pattern=r"C\d{2,}")
FREE_ID = column("id")
YEAR = column("str", pattern=r"\d{4}-\d{4}")

READ: dict[str, tuple[Column, dict[Any, tuple[Any, str]]]] = {
    "text": (
        TEXT,
        {
            "讲座": ("讲座", ""), " 讲座 ": ("讲座", "N06I"), "讲\u200b座": ("讲座", "N06I"),
            "讲座\x00": ("讲座", "N06I"), "讲\ufeff座\u00a0": ("讲座", "N06I"),
            "第一行\n第二行": ("第一行\n第二行", ""), "Ａ楼，１２０人": ("Ａ楼，１２０人", ""),
            "=1+1": ("=1+1", ""), "无": ("无", ""), "'90后'心理": ("'90后'心理", ""),
            "2.02405E+11": ("2.02405E+11", ""),
            2024.0: ("2024", ""), 2025.1: ("2025.1", ""), date(2024, 9, 5): ("2024-09-05", ""),
            time(14, 30): ("14:30:00", ""),
            "电话 023-68123456": ("电话 023-68123456", ""),
            "编号 20240512001": ("编号 20240512001", ""),
            "长" * 5000: ("长" * 5000, ""), "同上一次的讲座": ("同上一次的讲座", ""),
        },
    ),
    "str": (SHORT, {"'2024001": ("2024001", "N06I"), "’90后": ("’90后", ""), 101.0: ("101", "")}),
    "id": (
        ID,
        {
            "C01": ("C01", ""), " C01\u200b": ("C01", "N06I"), "'C01": ("C01", "N06I"),
            "Ｃ０１": ("C01", "N01I"), "\ufeffC012\u00a0": ("C012", "N06I"),
        },
    ),
    "id without pattern": (FREE_ID,
    {101.0: ("101", ""), "００７": ("007", "N01I"), "3E12": ("3E12", "")}),
    "str with pattern": (
        YEAR, {"2024-2025": ("2024-2025", ""), "２０２４－２０２５": ("2024-2025", "N01I")},
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[Column, dict[Any, str]]] = {
    "text": (
        TEXT,
        {
            "联系13800138000": "P01", "１３８００１３８０００": "P01", "138-0013-8000": "P01",
            "+86 138 0013 8000": "P01", 13800138000.0: "P01", "50010119990307001x": "P01",
            "500101 19990307 0012": "P01", "５００１０１１９９９０３０７００１Ｘ": "P01",
            "138\u200b00138000": "P01", "138\u00a00013\u00a08000": "P01",
            110101199003070012.0: "P01", 1e15: "N07", float("nan"): "V04", float("inf"): "V04",
            "同上": "N05", "〃": "N05", b"x": "V04",
        },
    ),
    "str": (SHORT, {"2.02405E+11": "N07", "1e+10": "N07"}),
    "id": (
        ID,
        {
            "C1": "V04", "c01": "V04", "C 01": "V04", "化学": "V04", "C13800138000": "P01",
            "2.02405E+11": "N07", 1e16: "N07", "C" + "1" * 100_000: "V04",
        },
    ),
    "id without pattern": (FREE_ID, {"甲" * 300: "V04"}),
    "str with pattern": (YEAR, {"2024": "V04", "2024/2025": "V04", 2024.0: "V04"}),
}  # fmt: skip


def told(reading: Reading) -> str:
    return " ".join(f"{remark.code}{remark.severity}" for remark in reading.remarks)


@pytest.mark.parametrize(
    ("rules", "typed", "value", "remarks"),
    [(rules, typed, *want) for rules, row in READ.values() for typed, want in row.items()],
    ids=[f"{name}: {typed!r:.40}" for name, (_, row) in READ.items() for typed in row],
)
def test_read(rules: Column, typed: object, value: object, remarks: str) -> None:
    reading = clean(typed, rules)
    assert (reading.value, type(reading.value)) == (value, str)
    assert told(reading) == remarks


@pytest.mark.parametrize(
    ("rules", "typed", "codes"),
    [(rules, typed, code) for rules, row in REFUSED.values() for typed, code in row.items()],
    ids=[f"{name}: {typed!r:.40}" for name, (_, row) in REFUSED.items() for typed in row],
)
def test_refused(rules: Column, typed: object, codes: str) -> None:
    reading = clean(typed, rules)
    assert (reading.value, reading.blank) == (None, False)
    assert " ".join(remark.code for remark in reading.remarks) == codes
    assert reading.remarks[-1].severity is Severity.ERROR


BLANKS = [
    None, "", "  ", "\n", "/", "／", "-", "－", "—", "——", "–", "--", "\\", "暂无", "N/A", "n/a ",
    "\u200b",
]  # fmt: skip
KINDS: list[ColumnType] = [
    "str", "text", "id", "enum", "enums", "bool", "int", "dec", "money", "pct", "date", "ym",
    "datetime", "grade", "grades",
]  # fmt: skip


@pytest.mark.parametrize("typed", BLANKS)
def test_blank_is_neither_zero_nor_no(typed: object) -> None:
    marked = isinstance(typed, str) and bool(typed.strip("\u200b \n"))
    assert is_blank(typed)
    for kind in KINDS:
        reading = clean(typed, column(kind))
        assert (reading.value, reading.blank) == (None, True)
        tells = marked and kind in ("int", "dec", "money", "pct", "date", "ym", "datetime")
        assert told(reading) == ("N05I" if tells else "")


@pytest.mark.parametrize(
    "typed", [0.0, 0, False, "0", "无", "否", "-1", "一", "甲/", date(2024, 9, 5)]
)
def test_what_says_something_is_not_blank(typed: object) -> None:
    assert not is_blank(typed)


@pytest.mark.parametrize("kind", KINDS)
def test_same_as_above_is_never_guessed(kind: ColumnType) -> None:
    assert told(clean("同上", column(kind))) == "N05E"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("typed", ["联系 138 0013 8000", "50010119990307001x", 13800138000.0])
def test_personal_numbers_are_refused_and_never_told(kind: ColumnType, typed: object) -> None:
    reading = clean(typed, column(kind, allowed=("甲",)))
    assert told(reading) == "P01E"
    assert "8000" not in repr(reading)
    assert "5001" not in repr(reading)


def test_private_columns_may_hold_numbers_of_persons() -> None:
    mobile = column("str", pattern=r"1[3-9]\d{9}", private=True)
    assert told(clean("138 0013 8000", mobile)) == "V04E"
    assert "138" not in repr(clean("138 0013 8000", mobile))
    assert clean(13800138000.0, mobile) == Reading("13800138000")
    assert clean("13800138000", mobile) == Reading("13800138000")


@pytest.mark.parametrize(
    ("rules", "typed", "remark"),
    [
        (
            ID, "c1",
            Remark("V04", Severity.ERROR, "写法不合要求", r"符合“C\d{2,}”的编号",
            "请按模板的写法改正"),
        ),
        (
            column("id", pattern=r"C\d{2,}", note="例如“C03”"), "c 03",
            Remark("V04", Severity.ERROR, "写法不合要求", "例如“C03”", "若是指“C03”，请照此改正"),
        ),
        (
            FREE_ID, "甲" * 201,
            Remark("V04", Severity.ERROR, "写法不合要求", "不超过 200 字的编号",
            "请按模板的写法改正"),
        ),
        (
            TEXT, b"x",
            Remark("V04", Severity.ERROR, "不是文字", "文字", "请按模板的写法重新填写"),
        ),
        (
            TEXT, " 讲座",
            Remark(
                "N06", Severity.INFO, "前后或中间有多余的空格或看不见的字符，已经去掉",
                "不含多余空格的内容", "无需处理",
            ),
        ),
    ],
)  # fmt: skip
def test_remark_says_what_is_allowed_and_what_to_do(
    rules: Column, typed: object, remark: Remark
) -> None:
    assert clean(typed, rules, Context()).remarks == (remark,)


def test_mark_behind_an_apostrophe() -> None:
    assert clean("'-", FREE_ID) == Reading(None, blank=True)
    assert told(clean("'同上", FREE_ID)) == "N05E"


def test_moment_in_a_text_column_is_its_text() -> None:
    assert clean(datetime(2024, 9, 5, 14, 30), TEXT).value == "2024-09-05 14:30:00"  # noqa: DTZ001
