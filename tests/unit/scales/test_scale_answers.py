"""What answers may look like, and what is said about those that cannot be scored."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evalkit.errors import UnknownNameError
from evalkit.scales import AnswersError, load_scale, score
from evalkit.scales.columns import item_columns

PAPER = [0, 1, 2, 1, 0, 3, 1, 0, 0]
ITEMS = [f"q{item}" for item in range(1, 10)]


def frame(*papers: list[Any], columns: list[Any] | None = None) -> pd.DataFrame:
    return pd.DataFrame(list(papers) or [PAPER], columns=columns or ITEMS)


@pytest.mark.parametrize(
    "answers",
    [
        PAPER,
        [PAPER],
        tuple(PAPER),
        np.array([PAPER], dtype=np.uint8),
        np.array([PAPER], dtype=np.float32),
        np.array([PAPER], dtype=object),
        frame(),
        frame().astype("Int64"),
        frame().astype("category"),
        frame().astype(object),
        frame().map(Decimal),
        frame().astype("float64[pyarrow]"),
        frame()[ITEMS[::-1]],
        frame().assign(id=7, college="C01", q10_note=5),
        frame(columns=list(range(9))),
        frame(columns=list(range(1, 10))),
        frame(columns=[str(number) for number in range(1, 10)]),
        frame(columns=[f"第{number:02}题" for number in range(1, 10)]),
        frame(columns=[f"phq9_{number}" for number in range(1, 10)]),
        frame(columns=[f"Q{number}." for number in range(10, 19)]),
        frame(columns=list("abcdefghi")),
    ],
    ids=lambda answers: type(answers).__name__,
)
def test_all_these_are_the_same_paper(answers: Any) -> None:
    row = score("PHQ-9", answers).table.iloc[0]
    assert (row["total"], row["band"], bool(row["valid"])) == (8, "轻度", True)


def test_blanks_of_every_kind_are_blanks() -> None:
    columns = {
        "float": pd.Series([0, np.nan]),
        "Int64": pd.Series([0, pd.NA], dtype="Int64"),
        "object": pd.Series([0, None], dtype=object),
        "arrow": pd.Series([0, None], dtype="int8[pyarrow]"),
        "category": pd.Series([0, None], dtype="category"),
    }
    for kind, column in columns.items():
        answers = pd.DataFrame([PAPER, PAPER], columns=ITEMS).assign(q1=column)
        assert score("PHQ-9", answers).table["missing"].tolist() == [0, 1], kind
    masked = np.ma.masked_equal(np.array([PAPER]), 3)
    assert score("PHQ-9", masked).table["missing"].tolist() == [1]
    empty = pd.DataFrame([PAPER], columns=ITEMS).assign(q1=pd.Series([None], dtype=object))
    assert score("PHQ-9", empty).table["missing"].tolist() == [1]


def test_the_index_stays() -> None:
    answers = pd.DataFrame([PAPER, PAPER], columns=ITEMS, index=["甲", "乙"])
    assert score("PHQ-9", answers).table.index.tolist() == ["甲", "乙"]
    assert answers.equals(pd.DataFrame([PAPER, PAPER], columns=ITEMS, index=["甲", "乙"]))


def test_yes_and_no_may_be_true_and_false() -> None:
    answers = np.zeros((1, 60), dtype=bool)
    answers[0, :4] = True
    assert score("UPI", answers).table["total"].tolist() == [4]
    nullable = pd.DataFrame(answers, columns=range(1, 61)).astype("boolean")
    nullable.iloc[0, 0] = pd.NA
    assert score("UPI", nullable).table["missing"].tolist() == [1]


RANGE = "允许：0、1、2、3，缺答留空。"
MEND = '请改正；若这些值表示缺答，请先改为空白，或写明 out_of_range="blank" 按缺答处理。'
NUMBERS = "请先把选项文字换成数字，例如 answers.replace({…}) 或 pd.to_numeric。"
NAMES = (
    "允许：按题号命名的列（如 q1…q9 或 第1题…第9题），缺一题也不行；"
    "或用 items=[…] 按题号顺序写明各题的列名。"
)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            frame(PAPER, [0, 1, 99, 1, 0, 3, 1, 0, 2.5]),
            (
                "PHQ-9 的答案有 2 处不在允许的范围内。"
                "第一处：第 2 份答卷（行标签 1）第 3 题（列 q3）"
                f"是 99。{RANGE}出现的其他值：2.5、99。{MEND}"
            ),
        ),
        (
            frame([1, 2, 3, 2, 1, 4, 2, 1, 1]),
            (
                "PHQ-9 的答案有 1 处不在允许的范围内。"
                "第一处：第 1 份答卷（行标签 0）第 6 题（列 q6）"
                f"是 4。{RANGE}出现的其他值：4。"
                f'如果这份数据是 1-4 编码，请写明 coding="1-4"。{MEND}'
            ),
        ),
        (
            frame([np.inf, 1, 2, 1, 0, 3, 1, 0, -1]),
            (
                "PHQ-9 的答案有 2 处不在允许的范围内。"
                "第一处：第 1 份答卷（行标签 0）第 1 题（列 q1）"
                f"是 inf。{RANGE}出现的其他值：-1、inf。{MEND}"
            ),
        ),
        (
            frame(PAPER, [0, 1, "几天", 1, 0, 3, 1, 0, 0]),
            (
                "PHQ-9 第 3 题（列 q3）有不是数字的内容。第一处：第 2 份答卷（行标签 1）是“几天”。"
                f"允许：数字 0、1、2、3，缺答留空。{NUMBERS}"
            ),
        ),
        (
            [[str(answer) for answer in PAPER]],
            (
                "PHQ-9 第 1 题（列 1）有不是数字的内容。第一处：第 1 份答卷（行标签 0）是“0”。"
                f"允许：数字 0、1、2、3，缺答留空。{NUMBERS}"
            ),
        ),
        (
            frame().drop(columns="q4"),
            "没有找到 PHQ-9 的 9 道题。表中的列：q1、q2、q3、q5、q6、q7、q8、q9。" + NAMES,
        ),
        (
            frame().drop(columns="q4").assign(id=1),
            "没有找到 PHQ-9 的 9 道题。表中的列：q1、q2、q3、q5、q6、q7、q8、q9 等 9 列。" + NAMES,
        ),
        (
            pd.concat([frame(), frame(columns=[f"x{n}" for n in range(1, 10)])], axis=1),
            "有 2 组列都可能是 PHQ-9 的题目：q1…、x1…。请用 items=[…] 按题号顺序写明是哪些列。",
        ),
        (
            pd.concat([frame(), frame()], axis=1),
            "PHQ-9 的题目有重名的列（同一题号出现两次）。每题应各有一列；请先删去多余的列。",
        ),
        (frame().iloc[:0], "没有答卷：表中一行也没有。请给出至少一份 PHQ-9 答卷。"),
        ([], "没有答卷：表中一行也没有。请给出至少一份 PHQ-9 答卷。"),
        (
            [PAPER, PAPER[1:]],
            "各份答卷的题数不一样。PHQ-9 每份应有 9 题；请核对。",
        ),
        (
            np.zeros((5, 8)),
            (
                "答案的形状是 5 × 8。PHQ-9 应为“份数 × 题数”，题数为 9；"
                "请核对，每行一份答卷，每列一题。"
            ),
        ),
        (
            7,
            ("答案不是表格。PHQ-9 应为“份数 × 题数”，题数为 9；请核对，每行一份答卷，每列一题。"),
        ),
    ],
)
def test_answers_that_cannot_be_scored(answers: Any, message: str) -> None:
    with pytest.raises(AnswersError) as error:
        score("PHQ-9", answers)
    assert str(error.value) == message


def test_answers_out_of_range_can_count_as_blanks() -> None:
    answers = frame(PAPER, [0, 1, 99, 1, 0, 3, 1, np.nan, 2])
    table = score("PHQ-9", answers, out_of_range="blank").table
    assert table["valid"].tolist() == [True, False]
    assert table["reasons"].tolist() == ["", "缺答 1 题；1 个答案超出范围"]
    assert table["missing"].tolist() == [0, 2]
    assert table["suicide_item"].tolist() == [False, True]


def test_two_scales_in_one_table_are_told_apart_by_their_names() -> None:
    sds = pd.DataFrame([[1, 2] * 10], columns=[f"SDS_{n}" for n in range(1, 21)])
    sas = pd.DataFrame([[3, 2] * 10], columns=[f"SAS_{n}" for n in range(1, 21)])
    both = pd.concat([sas, sds], axis=1)
    assert score("SDS", both).table["total"].equals(score("SDS", sds).table["total"])
    assert score("SAS", both).table["total"].equals(score("SAS", sas).table["total"])


def test_items_name_the_columns() -> None:
    columns = list("jihgfedcb")
    answers = frame(columns=columns[::-1]).assign(a=9)
    table = score("PHQ-9", answers, items=columns).table
    assert table["suicide_item"].tolist() == [False]
    assert score("PHQ-9", answers, items=columns[::-1]).table["total"].tolist() == [8]
    for items, message in (
        (columns[1:], "items 给出了8 个列名。PHQ-9 需要 9 个列名，按题号顺序排列。"),
        ("bcdefghij", "items 给出了一个字符串。PHQ-9 需要 9 个列名，按题号顺序排列。"),
        ([*columns[:8], "j"], "items 中有重复的列名。每题应各有一列；请核对。"),
        (
            [*columns[:8], "z"],
            "没有找到第 9 题的列“z”。表中的列：b、c、d、e、f、g、h、i 等 10 列。请核对列名。",
        ),
    ):
        with pytest.raises(AnswersError) as error:
            score("PHQ-9", answers, items=items)
        assert str(error.value) == message
    with pytest.raises(AnswersError, match="数组没有列名，不能用 items。"):
        score("PHQ-9", [PAPER], items=ITEMS)


def test_columns_are_found_wherever_they_stand() -> None:
    scale = load_scale("UPI")
    names = ["id", *(f"u{n}" for n in range(64, 0, -1)), "x1"]
    assert item_columns(scale, names) == list(range(64, 0, -1))
    assert len(item_columns(scale, [f"u{n}" for n in range(1, 61)])) == 60


class TestCodingOfScl90:
    def test_a_five_or_a_zero_tells(self) -> None:
        answers = np.full((2, 90), 2)
        answers[:, 1] = 5
        assert score("SCL-90", answers).options["coding"] == "1-5"
        answers[:, 1] = 0
        assert score("SCL-90", answers).options["coding"] == "0-4"

    def test_neither_is_asked_back(self) -> None:
        with pytest.raises(AnswersError) as error:
            score("SCL-90", np.full((2, 90), 2))
        assert str(error.value) == (
            "SCL-90 的答案里既没有 0 也没有 5，分不清是 1-5 还是 0-4 编码。"
            '请核对问卷后写明 coding="1-5" 或 coding="0-4"。'
        )

    def test_both_cannot_be(self) -> None:
        answers = np.full((2, 90), 2)
        answers[0, :2] = 0, 5
        with pytest.raises(AnswersError) as error:
            score("SCL-90", answers)
        assert str(error.value) == (
            "SCL-90 的答案里既有 0 又有 5，不可能同是 1-5 或 0-4 编码。请先改正；"
            '若其中一种是录入错误，请写明 coding="1-5" 或 coding="0-4"，'
            '并写 out_of_range="blank" 把它按缺答处理。'
        )
        table = score("SCL-90", answers, coding="1–5", out_of_range="blank").table
        assert table["missing"].tolist() == [1, 0]

    def test_nothing_answered_needs_no_coding(self) -> None:
        table = score("SCL-90", np.full((1, 90), np.nan)).table
        assert table["reasons"].tolist() == ["全卷未答"]
        assert table["suicide_item"].isna().all()

    def test_totals_are_in_the_coding_given(self) -> None:
        answers = np.zeros((1, 90), dtype=int)
        answers[0, :71] = 1
        row = score("SCL-90", answers).table.iloc[0]
        assert (row["total"], row["positive"], row["positive_items"]) == (71, True, 71)
        assert row["mean"] == pytest.approx(71 / 90)
        assert row["positive_mean"] == 1
        assert row["somatization"] == pytest.approx(
            sum(item <= 71 for item in (1, 4, 12, 27, 40, 42, 48, 49, 52, 53, 56, 58)) / 12
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"coding": "1-5"}, "没有名为“1-5”的PHQ-9 编码。现有：0-3、1-4。"),
        ({"missing": "drop"}, "没有名为“drop”的缺答处理方式（missing）。现有：void、prorate。"),
        (
            {"straight_lining": "all"},
            "没有名为“all”的雷同作答规则（straight_lining）。现有：any、above_lowest、ignore。",
        ),
        (
            {"out_of_range": "clip"},
            "没有名为“clip”的超范围处理方式（out_of_range）。现有：error、blank。",
        ),
        (
            {"facts": {"treated": [True]}},
            "没有名为“treated”的PHQ-9 附加信息（facts）。现在还没有任何PHQ-9 附加信息（facts）。",
        ),
    ],
)
def test_settings_that_are_not_there(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        score("PHQ-9", [PAPER], **options)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"most_missing": 1.0}, "缺答比例上限 most_missing 是 1。允许：0 与 1 之间。"),
        (
            {"seconds_per_item": -1},
            "每题最少秒数 seconds_per_item 是 -1。允许：不小于 0 的数。",
        ),
        ({"seconds": [1, 2]}, "作答时间有 2 个值，答卷有 1 份，对不上。请核对。"),
        ({"seconds": [-3]}, "作答时间中有负数。允许：不小于 0 的秒数，不知道的留空。"),
        ({"seconds": ["快"]}, "作答时间中有不是数字的内容。允许：秒数，不知道的留空。"),
        (
            {"seconds": "duration"},
            "答案是数组，没有列“duration”。请把作答时间作为数组给出，每份一个值。",
        ),
    ],
)
def test_settings_that_make_no_sense(options: dict[str, Any], message: str) -> None:
    with pytest.raises(AnswersError, match="^" + re.escape(message) + "$"):
        score("PHQ-9", [PAPER], **options)
