from __future__ import annotations

import pandas as pd
import pytest

from evalkit.errors import DataError
from evalkit.privacy import Field, load_policy, release
from evalkit.privacy.cells import TOTAL, Cell, Sum
from evalkit.privacy.plan import plan_release
from evalkit.privacy.protect import protect

INTERNAL = load_policy()
CASES = Field("n", "一级预警", "人", "count", students=True)


def row(*counts: int) -> tuple[dict[Cell, int], list[Sum]]:
    parts = [Cell.at("n", {"c": str(place)}) for place in range(len(counts))]
    total = Cell.at("n", {"c": TOTAL})
    return {**dict(zip(parts, counts, strict=True)), total: sum(counts)}, [Sum(total, (*parts,))]


def hidden(counts: dict[Cell, int], sums: list[Sum], small: int = 5, exact: int = 10**6) -> str:
    found = protect(counts, sums, small, exact_at_most=exact).hidden
    return "".join(sorted(cell.place[0][1] for cell in found))


class TestProtect:
    @pytest.mark.parametrize("exact", [0, 10**6])
    @pytest.mark.parametrize(
        ("counts", "gone"),
        [
            ((3, 40, 20, 0), "02"),  # the smallest that helps, no zero
            ((3, 4, 40), "01"),
            ((1, 2, 40, 20), "013"),
            ((9, 40, 20), ""),
            ((3, 0, 0), "*0"),  # a zero would have to stay uncertain itself
            ((3,), "*0"),
            ((0, 0), ""),
        ],
    )
    def test_one_row(self, counts: tuple[int, ...], gone: str, exact: int) -> None:
        assert hidden(*row(*counts), exact=exact) == gone

    def test_method_is_told(self) -> None:
        counts, sums = row(3, 40, 20)
        assert protect(counts, sums, 5).method == "exact"
        assert protect(counts, sums, 5, exact_at_most=0).method == "heuristic"
        assert protect(counts, sums, 3).method == "none"

    def test_what_is_known_anyway_does_not_help(self) -> None:
        counts, sums = row(3, 40, 20)
        parts = sorted(counts)
        found = protect(counts, sums, 5, fixed=[parts[0], parts[3]])
        assert found.hidden == {parts[1], parts[2]}

    def test_nothing_left_to_hide_behind(self) -> None:
        counts, sums = row(3, 40, 20)
        others = [cell for cell, count in counts.items() if count != 3]
        with pytest.raises(DataError, match="隐去后仍可推算出不足 5"):
            protect(counts, sums, 5, fixed=others)

    def test_denominator_bounds_what_can_be_made_uncertain(self) -> None:
        counts, sums = row(2, 2, 9)
        most = dict(zip(counts, [3, 3, 30, 36], strict=True))
        assert len(protect(counts, sums, 5, most=most).hidden) == 2

    def test_sums_that_do_not_add_up(self) -> None:
        counts, sums = row(3, 40)
        counts[sums[0].total] = 44
        with pytest.raises(DataError, match="n（合计）是 44，各部分之和是 43"):
            protect(counts, sums, 5)


class TestPlan:
    FRAME = pd.DataFrame(
        {
            "college": pd.array([*"甲甲乙乙丙丙"], dtype="string"),
            "grade": pd.array([*"一二一二一二"], dtype="string"),
            "n": pd.array([3, 9, 40, 30, 20, 50], dtype="Int64"),
            "tested": pd.array([100] * 6, dtype="Int64"),
        }
    )

    def test_a_rectangle_goes(self) -> None:
        plan = plan_release(self.FRAME, ["college", "grade"], ["n"], INTERNAL)
        assert {tuple(v for _, v in cell.place) for cell in plan.hidden} == {
            ("甲", "一"), ("甲", "二"), ("丙", "一"), ("丙", "二"),
        }  # fmt: skip
        assert plan.methods == {"n": "exact"}

    def test_tables_hide_what_the_plan_says(self) -> None:
        plan = plan_release(
            self.FRAME, ["college", "grade"], ["n"], INTERNAL, wholes={"n": "tested"}
        )
        own = self.FRAME[self.FRAME["college"] == "丙"]
        places = [{"college": "丙", "grade": "一"}, {"college": "丙", "grade": "二"}]
        fields = (Field("grade", "年级"), CASES)
        mask = plan.mask([*places, {"college": "丙"}])
        shown = release(own, fields, INTERNAL, total={"grade": "全院"}, hidden=mask)
        assert [shown.text(place, "n") for place in range(3)] == ["—*", "—*", "70"]
        assert plan.mask([{}])["n"].tolist() == [False]
        assert plan.mask([])["n"].tolist() == []

    def test_small_counts_go_whatever_the_plan_says(self) -> None:
        mask = pd.DataFrame({"n": [False, False]})
        frame = pd.DataFrame({"n": pd.array([3, None], dtype="Int64")})
        shown = release(frame, (CASES,), INTERNAL, hidden=mask)
        assert [shown.text(place, "n") for place in range(2)] == ["—*", "—"]

    def test_counts_without_a_plan_are_decided_as_ever(self) -> None:
        frame = pd.DataFrame({"n": [3, 40, 20]})
        shown = release(frame, (CASES,), INTERNAL, hidden=pd.DataFrame({"m": [False] * 3}))
        assert [shown.text(place, "n") for place in range(3)] == ["—*", "40", "—*"]

    def test_mask_of_another_table(self) -> None:
        mask = pd.DataFrame({"n": [False] * 2})
        with pytest.raises(DataError, match="有 2 行。允许：3 行"):
            release(pd.DataFrame({"n": [3, 40, 20]}), (CASES,), INTERNAL, hidden=mask)

    def test_rows_of_a_place_are_added_up_and_no_data_stays_so(self) -> None:
        frame = pd.concat([self.FRAME, self.FRAME]).reset_index(drop=True)
        frame.loc[[1, 7], "n"] = pd.NA
        plan = plan_release(frame, ["college", "grade"], ["n"], INTERNAL)
        assert plan.hidden == frozenset()
        few = plan_release(self.FRAME.assign(n=self.FRAME["n"].mask(self.FRAME["n"] == 9)),
                           ["college", "grade"], ["n"], INTERNAL)  # fmt: skip
        assert Cell.at("n", {"college": "甲", "grade": "二"}) not in few.hidden
        assert Cell.at("n", {"college": "甲", "grade": TOTAL}) in few.hidden

    def test_empty(self) -> None:
        plan = plan_release(self.FRAME.iloc[:0], ["college", "grade"], ["n"], INTERNAL)
        assert (plan.hidden, plan.methods) == (frozenset(), {"n": "none"})

    def test_impossible_counts(self) -> None:
        frame = self.FRAME.assign(n=[101, 1, 1, 1, 1, 1])
        with pytest.raises(DataError, match="甲、一的 n 是 101。允许：0 至分母（100）"):
            plan_release(frame, ["college", "grade"], ["n"], INTERNAL, wholes={"n": "tested"})

    def test_unknown_dimension(self) -> None:
        plan = plan_release(self.FRAME, ["college", "grade"], ["n"], INTERNAL)
        with pytest.raises(DataError, match="没有“year”这个维度。允许：college、grade"):
            plan.mask([{"year": "2024-2025"}])
