from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from evalkit.errors import DataError
from evalkit.privacy import Audience, Field, Released, load_policy, release
from evalkit.privacy.audit import Audit, Leak, audit, audit_cells
from evalkit.privacy.cells import TOTAL, Cell, Cells, Linked, Sum

INTERNAL = load_policy()
COLLEGE = Field("college", "学院")
GRADE = Field("grade", "年级")
CASES = Field("n", "一级预警", "人", "count", students=True)
RATE = Field("rate", "一级预警率", "", "percent", of=("n", "tested"))
ADDS = ("college", "grade")


def table(
    by: Field,
    names: Sequence[str],
    counts: Sequence[int | None],
    total: str | None = None,
    tested: int = 100,
    audience: Audience = INTERNAL,
) -> Released:
    frame = pd.DataFrame(
        {
            by.name: [*names],
            "n": pd.array([*counts], dtype="Int64"),
            "tested": pd.array([tested] * len(names), dtype="Int64"),
        }
    )
    fields = (by, CASES, RATE)
    return release(frame, fields, audience, total={by.name: total} if total else None)


def school(counts: Sequence[int | None]) -> Linked:
    return Linked(
        table(COLLEGE, "甲乙丙丁戊己庚"[: len(counts)], counts, "全校"),
        {"college": "college"},
        {"grade": TOTAL},
        {"college": "全校"},
    )


def own(name: str, counts: Sequence[int | None]) -> Linked:
    return Linked(
        table(GRADE, "一二三四"[: len(counts)], counts, "全院"),
        {"grade": "grade"},
        {"college": name},
        {"grade": "全院"},
    )


def grades(counts: Sequence[int | None]) -> Linked:
    return Linked(
        table(GRADE, "一二三四"[: len(counts)], counts, "全校"),
        {"grade": "grade"},
        {"college": TOTAL},
        {"grade": "全校"},
    )


class TestOneTable:
    @pytest.mark.parametrize("counts", [[3, 40, 20], [1, 2, 40, 20], [3, 0, 0], [7, 8], [2, 2]])
    def test_release_leaks_nothing(self, counts: list[int]) -> None:
        assert audit([school(counts)], ADDS).leaks == ()

    def test_what_was_looked_at_is_counted(self) -> None:
        assert audit([school([3, 40, 20])], ADDS) == Audit(4, 2, ())

    def test_no_table(self) -> None:
        assert audit([]) == Audit(0, 0, ())

    def test_nothing_adds_up_across_years(self) -> None:
        year = Field("year", "学年")
        frame = pd.DataFrame({"year": ["2023-2024", "2024-2025"], "n": [3, 40]})
        shown = release(frame, (year, CASES), INTERNAL, within="year")
        assert audit([Linked(shown, {"year": "year"})], ADDS) == Audit(2, 1, ())


class TestTogether:
    def test_complement_that_can_be_read_elsewhere(self) -> None:
        # The school hides 丙 so that 甲 cannot be worked out; 丙 shows its own total.
        found = audit([school([3, 40, 20]), own("丙", [9, 11])], ADDS)
        [leak] = found.leaks
        assert leak == Leak(Cell.at("n", {"college": "甲", "grade": TOTAL}), 3, 3)
        assert str(leak) == "n（甲、合计）虽已隐去，仍可推算出就是 3"

    def test_totals_of_grades_give_a_college_away(self) -> None:
        tables = [
            own("甲", [3, 30, 20]),
            own("乙", [9, 11, 12]),
            grades([12, 41, 32]),
            school([53, 32]),
        ]
        leaks = audit(tables, ADDS).leaks
        assert [(leak.cell.place[1][1], leak.least, leak.most) for leak in leaks] == [("一", 3, 3)]

    def test_range_below_the_threshold_is_a_leak_too(self) -> None:
        # All that is known of 甲's first grade is that it is among the four of the school's.
        cells = Cells()
        one, rest, both = (Cell.at("n", {"c": name}) for name in ("甲", "乙", TOTAL))
        cells.hide(one)
        cells.hide(rest)
        cells.show(both, 4)
        cells.sums = [Sum(both, (one, rest))]
        leaks = audit_cells(cells, 5).leaks
        assert [(leak.least, leak.most) for leak in leaks] == [(0, 4), (0, 4)]
        assert str(leaks[0]).endswith("仍可推算出至多 4")
        assert audit_cells(cells, 4).leaks == ()

    def test_tables_without_a_common_total_say_nothing_of_each_other(self) -> None:
        assert audit([own("甲", [3, 30, 20]), own("乙", [9, 11, 12])], ADDS).leaks == ()

    def test_part_that_is_in_no_table_hides_the_others(self) -> None:
        # 甲's first grade is one of 12 of whom the others may be anyone's.
        assert audit([own("甲", [3, 30, 20]), grades([12, 41, 32])], ADDS).leaks == ()

    def test_grade_that_a_college_does_not_have_is_zero_there(self) -> None:
        tables = [
            own("甲", [3, 30, 20]),
            own("乙", [9, 11]),
            grades([12, 41, 20]),
            school([53, 20]),
        ]
        assert [leak.most for leak in audit(tables, ADDS).leaks] == [3]

    def test_small_denominators_are_known_to_everyone(self) -> None:
        few = table(COLLEGE, "甲乙丙", [2, 3, 3], "全校", tested=3)
        linked = Linked(few, {"college": "college"}, totals={"college": "全校"})
        assert audit([linked], ["college"]).leaks == ()

    def test_threshold_is_the_audience_s(self) -> None:
        public = load_policy("public")
        shown = table(COLLEGE, "甲乙丙", [9, 40, 20], "全校", audience=public)
        linked = Linked(shown, {"college": "college"}, {"grade": TOTAL}, {"college": "全校"})
        assert audit([linked], ADDS) == Audit(4, 2, ())
        assert [leak.most for leak in audit([linked, own("丙", [20])], ADDS).leaks] == [9]


class TestWhatCannotBe:
    def test_contradicting_tables(self) -> None:
        with pytest.raises(
            DataError, match="同一个数在不同的表中不一样：n（乙、合计） 一处是 40，另一处是 41"
        ):
            audit([school([30, 40, 20]), own("乙", [20, 21])], ADDS)

    def test_total_that_is_none(self) -> None:
        wrong = Linked(table(COLLEGE, "甲乙丙", [30, 40, 9]), {"college": "college"},
                       totals={"college": "丙"})  # fmt: skip
        with pytest.raises(DataError, match="n（合计）与各部分之和不符"):
            audit([wrong], ["college"])

    def test_hidden_counts_that_cannot_be(self) -> None:
        cells = Cells()
        one, rest, both = (Cell.at("n", {"c": name}) for name in ("甲", "乙", TOTAL))
        cells.hide(one)
        cells.show(rest, 9)
        cells.show(both, 4)
        cells.sums = [Sum(both, (one, rest))]
        with pytest.raises(DataError, match="没有任何一组数能同时满足所有的合计"):
            audit_cells(cells, 5)

    def test_other_dimensions(self) -> None:
        other = Linked(table(COLLEGE, "甲乙", [30, 40]), {"college": "college"})
        with pytest.raises(DataError, match="要一起审核的表维度不同：college；college、grade"):
            audit([other, own("乙", [20, 21])], ADDS)
