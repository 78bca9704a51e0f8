"""Numbers of persons: seen through every disguise, and never shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.personal_data import has_personal_number, masked

HIDDEN = [
    "13800138000",
    "138 0013 8000",
    "138-0013-8000",
    "+86 13800138000",
    "１３８００１３８０００",
    "138\u200b00138000",
    "138\u00a00013\u30008000",
    "000000199003070012",
    "000000 19900307 001X",
    "００００００１９９００３０７００１ｘ",
    "0000001990\ufeff03070012",
]
SHOWN = ["共 120 人", "电话 023-68123456", "编号 20240512001", "113800138000", "1" * 19, "", "=1+1"]


@pytest.mark.parametrize("number", HIDDEN)
def test_numbers_of_persons_are_masked_wherever_they_stand(number: str) -> None:
    assert has_personal_number(number)
    assert masked(number).strip("+ ") == "******"
    assert masked(f"张三{number}；见附件") in ("张三******；见附件", "张三+******；见附件")


@pytest.mark.parametrize("text", SHOWN)
def test_other_numbers_stay_as_they_were_typed(text: str) -> None:
    assert not has_personal_number(text)
    assert masked(text) == text


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (2024.0, "2024"),
        (13800138000.0, "******"),
        (2025.1, "2025.1"),
        (None, "None"),
        ("换\n行\x07", "换 行 "),
        ("长" * 50, "长" * 40 + "…"),
    ],
)
def test_what_is_shown_of_other_cells(cell: object, shown: str) -> None:
    assert masked(cell) == shown


def test_number_of_thousands_of_digits() -> None:
    assert masked(10**5000) == "……"


@given(st.text(), st.sampled_from(HIDDEN), st.text())
def test_no_number_comes_through(before: str, number: str, after: str) -> None:
    shown = masked(f"{before}，{number}，{after}", most=10_000)
    assert number not in shown
    assert not has_personal_number(shown)
