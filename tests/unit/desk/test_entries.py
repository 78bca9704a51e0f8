from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.desk.entries import LONGEST, clean_text, score_text
from evalkit.desk.refusals import EntryError
from evalkit.rubric import Indicator

POINT = Indicator(id="2.4", name="危机干预", points=Decimal(15))
HALF = Decimal("0.5")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("8.5", "8.5"), ("８．５", "8.5"), (" 12 ", "12"), ("12.0", "12"), ("0", "0"), ("-0", "0"),
        ("1e1", "10"), (15, "15"), (7.5, "7.5"), (Decimal("3.50"), "3.5"), ("", None), (None, None),
        ("　", None),
    ],
)  # fmt: skip
def test_scores_are_kept_in_one_form(typed: str | float | None, kept: str | None) -> None:
    assert score_text(typed, POINT, HALF) == kept


ALLOWED = "没有保存。允许：0 至 15 分，以 0.5 分为一档。"


@pytest.mark.parametrize(
    ("typed", "what", "mend"),
    [
        ("15.5", "超过满分 15 分", "请重新评定这一项。"),
        ("-1", "低于 0 分", "请重新评定这一项。"),
        ("8.3", "不在 0.5 分的档上", "请改为最接近本意的一档。"),
        ("良好", "不是数字", "请只填数字，例如八分半写作 8.5。"),
    ],
)
def test_what_cannot_stand_is_refused_in_full_sentences(typed: str, what: str, mend: str) -> None:
    with pytest.raises(EntryError) as caught:
        score_text(typed, POINT, HALF)
    assert str(caught.value) == f"“2.4 危机干预”填的是“{typed}”，{what}，{ALLOWED}{mend}"


@pytest.mark.parametrize(
    "typed", ["nan", "inf", "-inf", "1e999999", "1e-999999", "9" * 5000, "8,5"]
)
def test_strange_numbers_are_refused(typed: str) -> None:
    with pytest.raises(EntryError):
        score_text(typed, POINT, HALF)


@given(st.text(max_size=40))
def test_no_text_becomes_a_score_out_of_range(typed: str) -> None:
    try:
        kept = score_text(typed, POINT, HALF)
    except EntryError:
        return
    assert kept is None or (0 <= Decimal(kept) <= 15 and Decimal(kept) % HALF == 0)


@given(st.text(max_size=200))
def test_texts_are_kept_once_and_for_all(typed: str) -> None:
    try:
        kept = clean_text(typed, "评语")
    except EntryError:
        return
    assert kept is None or clean_text(kept, "评语") == kept


def test_texts_that_cannot_stand() -> None:
    with pytest.raises(EntryError) as caught:
        clean_text("请联系 13800138000", "评语")
    assert str(caught.value) == "评语里有身份证号或手机号，没有保存。请删去个人信息，只写工作。"
    with pytest.raises(EntryError) as caught:
        clean_text("长" * (LONGEST + 1), "笔记")
    assert str(caught.value) == "笔记有 2001 字，超过 2000 字，没有保存。请写得短一些。"
