"""What holds for every cell and every column, whatever was typed."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evalkit.findings import Severity
from evalkit.intake.cells import Context, Reading, clean, is_blank
from evalkit.intake.cells.numerals import digits, numeral, rounded_numeral
from evalkit.ledger import Column
from evalkit.ledger.model import normalise
from evalkit.workspace import AcademicYear

D = Decimal


def column(kind: Any, name: str = "a", **rules: Any) -> Column:
    return Column(name=name, header="甲", type=kind, **rules)


COLUMNS = [
    column("str"), column("text"), column("str", people=True), column("id"),
    column("id", pattern=r"C\d{2,}"), column("str", pattern=r"1[3-9]\d{9}", private=True),
    column("id", name="college_code"), column("id", name="judge_college"),
    column("enum", allowed=("一级", "心理委员/观察员", "SCL-90", "精神障碍(已就医)")),
    column("enum"),
    column("enums", allowed=("谈心谈话", "心理委员/观察员", "其他")), column("enums"),
    column("bool"),
    column("int", unit="人", minimum=D(0), maximum=D(5000)), column("int"),
    column("dec", unit="㎡"),
    column("dec", private_where={"b": "甲"}), column("money", unit="元"), column("pct", unit="%"),
    column("date"), column("date", in_year="E"), column("date", in_year="W", private=True),
    column("datetime"), column("datetime", in_year="I"), column("ym"), column("ym", in_year="E"),
    column("grade"), column("grades"),
]  # fmt: skip
CONTEXTS = [
    Context(),
    Context(
        AcademicYear(2024),
        {normalise(text): "C01" for text in ("C01", "化工学院")},
        True,
        True,
        True,
    ),
    Context(AcademicYear(2024)),
]
PIECES = [
    *"0123456789０９.．,，、;；/-—–~～+%％:：()（）'TE年月日时点分半至到人次元千万亿百十一二三两〇零几约余多",
    " ", "\u00a0", "\u200b", "\n", "2024", "24", "45540", "13800138000", "上午", "下午", "星期一",
    "级", "大",
    "王芳", "张三", "欧阳", "C01", "谈心谈话", "心理委员/观察员", "一级", "SCL-90", "是", "无",
    "同上", "￥", "㎡",
]  # fmt: skip
cells = st.one_of(
    st.text(max_size=30),
    st.lists(st.sampled_from(PIECES), max_size=10).map("".join),
    st.floats(),
    st.floats(0, 70_000),
    st.integers(-(10**30), 10**30),
    st.integers(0, 10**9).map(float),
    st.decimals(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(timezones=st.none() | st.timezones()),
    st.times(),
    st.timedeltas(),
    st.binary(max_size=5),
)


def severe(reading: Reading) -> bool:
    return any(remark.severity is Severity.ERROR for remark in reading.remarks)


@settings(max_examples=600, deadline=None)
@given(cells, st.sampled_from(COLUMNS), st.sampled_from(CONTEXTS))
@example(timedelta.max, COLUMNS[0], CONTEXTS[0])
@example(10**5000, COLUMNS[0], CONTEXTS[0])
@example(D("sNaN"), COLUMNS[15], CONTEXTS[0])
def test_every_cell_becomes_a_reading(cell: object, rules: Column, context: Context) -> None:
    reading = clean(cell, rules, context)
    assert severe(reading) == (reading.value is None and not reading.blank)
    assert not (reading.blank and reading.value is not None)
    assert reading.value is not None or reading.until is None
    for remark in reading.remarks:
        assert all((remark.what, remark.rule, remark.mend))
        assert not any(text.endswith("。") for text in (remark.what, remark.rule, remark.mend))
    if is_blank(cell):
        assert reading.blank


@settings(max_examples=600, deadline=None)
@given(cells, st.sampled_from(COLUMNS), st.sampled_from(CONTEXTS))
def test_a_clean_value_is_not_changed_again(cell: object, rules: Column, context: Context) -> None:
    value = clean(cell, rules, context).value
    if value is not None:
        again = clean(value, rules, context)
        assert (again.value, type(again.value), again.until) == (value, type(value), None)
        assert all(remark.code == "D04" for remark in again.remarks)


DIGITS = "零一二三四五六七八九"


def _below_10_000(number: int) -> str:
    text, gap = "", False
    for weight, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // weight % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + unit
        gap = digit == 0
    return text


def spelled(number: int) -> str:
    """Return a number as it is written out in Chinese."""
    high, low = divmod(number, 10_000)
    if not number:
        return "零"
    if not high:
        return _below_10_000(low)
    return f"{_below_10_000(high)}万{'零' if 0 < low < 1000 else ''}{_below_10_000(low)}"


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 99_999_999) | st.integers(0, 20_000))
def test_numerals_are_read_as_they_are_written(number: int) -> None:
    text = spelled(number)
    assert numeral(text) == number
    financial = text.translate(
        str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
    )
    assert numeral(financial) == number
    if text.startswith("一十"):
        assert numeral(text[1:]) == number


@given(st.integers(100, 10**12))
def test_digits_one_by_one(number: int) -> None:
    text = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))
    assert numeral(text) == number
    assert digits(text) == str(number)


@pytest.mark.parametrize(
    "text",
    ["", "百", "万", "亿", "十十", "一百二百", "百千", "三五", "一二", "二十三十", "一百零", "零五",
    "零十",
     "一点", "点五", "三点五点六", "人", "一" * 25, "一百" * 10_000],
)  # fmt: skip
def test_no_numeral(text: str) -> None:
    assert numeral(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("一百五", 150), ("两万三", 23_000), ("三千五", 3500), ("一亿零五", 100_000_005),
    ("三点一四", "3.14"),
     ("廿五", 25), ("3千5百", 3500), ("1万2千", 12_000), ("一十二", 12), ("二〇", 20)],
)  # fmt: skip
def test_other_numerals(text: str, number: int | str) -> None:
    assert numeral(text) == D(number)


@pytest.mark.parametrize(
    ("text", "least"),
    [("十几", 10), ("二十几", 20), ("数十", 10), ("几百", 100), ("近百", 100), ("上千", 1000),
     ("数十万", 100_000), ("几", None), ("十", None)],
)  # fmt: skip
def test_rounded_numerals(text: str, least: int | None) -> None:
    assert rounded_numeral(text) == least


@pytest.mark.parametrize("rules", COLUMNS, ids=[f"{c.type}{i}" for i, c in enumerate(COLUMNS)])
def test_no_cell_takes_long(rules: Column) -> None:
    begin = time.perf_counter()
    for piece in (
        "9",
        "1 ",
        "1,",
        "一",
        "年",
        "-",
        "((",
        "（",
        "、",
        " ",
        "2024-",
        "张三 ",
        "13 ",
        "e9",
    ):
        for times in (60, 90, 30_000):
            for text in (piece * times, f"{piece * times}x", f"1{piece * times}"):
                clean(text, rules, CONTEXTS[1])
    assert time.perf_counter() - begin < 5
