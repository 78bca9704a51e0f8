"""Cells as spreadsheets hold them: the number that is printed, never another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from evalkit.export.blocks import Cell, Column, Table
from evalkit.export.numbers import Value, is_number, values_of


def _values(kind: str, *texts: str) -> list[Value]:
    table = Table((Column("列", kind=kind),), tuple((Cell(text),) for text in texts))
    return [row[0] for row in values_of(table)]


@pytest.mark.parametrize(
    ("kind", "text", "value", "number_format"),
    [
        ("count", "1,234", 1234, "#,##0"),
        ("count", "0", 0, "0"),
        ("score", "92.90", Decimal("92.90"), "0.00"),
        ("change", "+0.30", Decimal("0.30"), "+0.00;−0.00;0.00"),
        ("change", "−1.05", Decimal("-1.05"), "0.00;−0.00;0.00"),
        ("percent", "99.95%", Decimal("0.9995"), "0.00%"),
        ("percent", "100%", Decimal(1), "0%"),
        ("money", "1,234,567.80", Decimal("1234567.80"), "#,##0.00"),
        ("date", "2025-02-28", date(2025, 2, 28), "yyyy-mm-dd"),
        ("date", "2025-02-30", "2025-02-30", "@"),
        ("month", "2025-02", "2025-02", "@"),
        ("count", "—*", "—*", "@"),
        ("count", "—", "—", "@"),
        ("text", "123", "123", "@"),
        ("text", "=1+1", "=1+1", "@"),
        ("auto", "007", "007", "@"),
        ("auto", "12345678901234567890", "12345678901234567890", "@"),
        ("auto", "2024-2025", "2024-2025", "@"),
    ],
)
def test_one_cell(kind: str, text: str, value: object, number_format: str) -> None:
    assert _values(kind, text) == [Value(value, number_format)]  # type: ignore[arg-type]


def test_a_column_that_nobody_named_is_numbers_only_as_a_whole() -> None:
    assert [each.value for each in _values("auto", "1", "—", "2.5")] == [1, "—", Decimal("2.5")]
    assert [each.value for each in _values("auto", "1", "甲")] == ["1", "甲"]
    assert [each.value for each in _values("auto", "", "NaN")] == ["", "NaN"]


@pytest.mark.parametrize("text", ["1,23", "1,2345", "1e5", "½", "１２", "1.", ".5", "--1", "+"])
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert not is_number(text)
