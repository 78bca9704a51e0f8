"""Figures that are too even."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest

from evalkit.intake.table import TableRead
from evalkit.ledger import Column, Sheet

Read = Callable[..., TableRead]
Texts = Callable[..., list[str]]
Ruled = Callable[..., Sheet]

MONTHLY = Sheet(
    id="S15",
    name="monthly",
    title="心理月报",
    workbook="college",
    columns=(
        Column(name="month", header="月份", type="ym"),
        Column(name="n_classes_due", header="应报班级数", type="int"),
        Column(name="n_mood", header="情绪问题人数", type="int"),
        Column(name="n_study", header="学业压力人数", type="int"),
        Column(name="zero_report", header="是否零报告", type="bool"),
    ),
)


def months(*figures: tuple[Any, ...], start: int = 1) -> list[dict[str, Any]]:
    names = [column.name for column in MONTHLY.columns]
    return [
        dict(zip(names, (f"2025-{n:02d}", *row), strict=True))
        for n, row in enumerate(figures, start=start)
    ]


class TestFlatMonths:
    FLAT = (18, 3, 5, False)

    def test_told_once_at_the_second_month(self, read: Read, texts: Texts) -> None:
        rows = months((18, 2, 5, False), *[self.FLAT] * 4, (18, 3, 6, False))
        assert texts(read(MONTHLY, rows)) == [
            (
                "[W C02] 台账.xlsx › 心理月报 › A7：2025-02、2025-03、2025-04、2025-05 "
                "这 4 个月的各项数字完全相同。允许：每个月按当月的实际情况填写。"
                "处理：请核对是否照抄了上一个月；确实相同的，请向校心理中心说明。"
            )
        ]

    def test_in_the_order_of_months(self, read: Read, texts: Texts) -> None:
        rows = months(*[self.FLAT] * 3)
        found = texts(read(MONTHLY, [rows[2], rows[0], rows[1]]))
        assert len(found) == 1
        assert found[0].startswith("[W C02] 台账.xlsx › 心理月报 › A7：2025-01、2025-02、2025-03 ")

    def test_two_runs(self, read: Read, texts: Texts) -> None:
        rows = months(*[self.FLAT] * 3, (1, 1, 1, False), *[self.FLAT] * 3)
        assert len(texts(read(MONTHLY, rows))) == 2

    @pytest.mark.parametrize(
        "rows",
        [
            months(*[FLAT] * 2, (18, 3, 6, False), FLAT),
            months(*[(18, 0, 0, True)] * 4),
            months(*[(None, None, None, False)] * 4),
            months(FLAT, FLAT) + months(FLAT, start=2),
        ],
    )
    def test_nothing_to_ask(self, read: Read, texts: Texts, rows: Sequence[dict[str, Any]]) -> None:
        assert texts(read(MONTHLY, rows)) == []

    def test_zero_report_that_is_none(self, read: Read, texts: Texts) -> None:
        assert len(texts(read(MONTHLY, months(*[(18, 3, 0, True)] * 3)))) == 1
        assert len(texts(read(MONTHLY, months(*[(18, 0, 0, False)] * 3)))) == 1

    def test_unusable_figures_are_not_the_same(self, read: Read, texts: Texts) -> None:
        rows = months(*[(18, None, 5, False)] * 3)
        assert len(texts(read(MONTHLY, rows))) == 1
        assert texts(read(MONTHLY, rows, ["C6"])) == []


TRAININGS = (
    Column(name="n_expected", header="应到人数", type="int"),
    Column(name="n_attend", header="实到人数", type="int"),
    Column(name="n_other", header="其他人数", type="int"),
    Column(name="rate", header="到训率", type="pct"),
)


def column_of(name: str, *values: object) -> list[dict[str, Any]]:
    return [{name: value} for value in values]


class TestTooEven:
    def question(self, cell: str, what: str) -> str:
        return (
            f"[I C04] 台账.xlsx › 测评 › {cell}：{what}。允许：按实际情况填写，不估算。"
            "处理：请核对；情况属实的无需改动。"
        )

    def test_all_rates_full(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        rows = column_of("rate", *[Decimal("100.00")] * 4)
        sheet = ruled(columns=TRAININGS)
        assert texts(read(sheet, rows)) == [self.question("D5", "“到训率”的 4 行全部是 100%")]
        assert texts(read(sheet, rows[:3])) == []
        assert texts(read(sheet, [*rows, {"rate": Decimal("99.9")}])) == []
        assert texts(read(sheet, [*rows, {"rate": None}])) == []

    def test_all_pairs_equal(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        rows = [{"n_expected": n, "n_attend": n} for n in (21, 32, 43, 54)]
        sheet = ruled(columns=TRAININGS)
        what = "“实到人数”的 4 行全部与“应到人数”相等"
        assert texts(read(sheet, rows)) == [self.question("B5", what)]
        assert texts(read(sheet, rows[:3])) == []
        assert texts(read(sheet, [*rows, {"n_expected": 9, "n_attend": 8}])) == []
        assert texts(read(sheet, [*rows, {"n_expected": 9, "n_attend": None}])) == []
        assert texts(read(sheet, [{"n_expected": 0, "n_attend": 0}] * 4)) == []

    def test_all_zero(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        sheet = ruled(columns=TRAININGS)
        rows = column_of("n_attend", *[0] * 8)
        assert texts(read(sheet, rows)) == [self.question("B5", "“实到人数”的 8 行全部是 0")]
        assert texts(read(sheet, rows[:7])) == []
        assert texts(read(sheet, [*rows, {"n_attend": 1}])) == []
        assert texts(read(sheet, column_of("n_other", *[0] * 8))) == []

    def test_all_rounded(self, read: Read, texts: Texts, ruled: Ruled) -> None:
        sheet = ruled(columns=TRAININGS)
        rows = column_of("n_other", 10, 20, 100, 50, 30, 20, 0, 40, 10)
        assert texts(read(sheet, rows)) == [self.question("C5", "“其他人数”的 8 个数全部是整十数")]
        assert texts(read(sheet, rows[:8])) == []
        assert texts(read(sheet, [*rows, {"n_other": 15}])) == []
        assert texts(read(sheet, column_of("n_attend", *[10] * 8))) == []

    def test_coded_sheets_and_forms_are_left_alone(
        self, read: Read, texts: Texts, ruled: Ruled
    ) -> None:
        rows = [{"n_expected": 20, "n_attend": 20, "rate": Decimal(100), "n_other": 10}] * 8
        assert len(texts(read(ruled(columns=TRAININGS), rows))) == 4
        assert texts(read(ruled(columns=TRAININGS, coded=True), rows)) == []
        assert texts(read(ruled(columns=TRAININGS, layout="form"), rows)) == []
