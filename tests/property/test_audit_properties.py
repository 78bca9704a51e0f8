"""The audit against every possible table, and plans that the audit finds nothing in."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.privacy import Audience
from evalkit.privacy.audit import audit_cells
from evalkit.privacy.cells import TOTAL, Cell, Cells, Sum
from evalkit.privacy.plan import plan_release
from evalkit.privacy.protect import protect

quick = settings(max_examples=60, deadline=None)

ROWS, COLUMNS = "甲乙", "一二三"
PLACES = [*product([*ROWS, TOTAL], [*COLUMNS, TOTAL])]
MOST = 5
"""The largest count of the tables that are tried one by one."""


def cell(place: tuple[str, str]) -> Cell:
    return Cell.at("n", {"a": place[0], "b": place[1]})


def filled(numbers: list[int]) -> dict[Cell, int]:
    inner = dict(zip(product(ROWS, COLUMNS), numbers, strict=True))
    return {
        cell(place): sum(
            n
            for at, n in inner.items()
            if all(p in (TOTAL, a) for p, a in zip(place, at, strict=True))
        )
        for place in PLACES
    }


SUMS = [
    *(Sum(cell((TOTAL, b)), tuple(cell((a, b)) for a in ROWS)) for b in [*COLUMNS, TOTAL]),
    *(Sum(cell((a, TOTAL)), tuple(cell((a, b)) for b in COLUMNS)) for a in [*ROWS, TOTAL]),
]


INNER = np.indices((MOST + 1,) * (len(ROWS) * len(COLUMNS))).reshape(len(ROWS) * len(COLUMNS), -1)
EVERY = {
    cell(place): sum(
        INNER[number]
        for number, at in enumerate(product(ROWS, COLUMNS))
        if all(p in (TOTAL, a) for p, a in zip(place, at, strict=True))
    )
    for place in PLACES
}
"""Each cell's count in every table with inner counts up to the largest."""


inner = st.lists(st.integers(0, 3), min_size=6, max_size=6)
hide = st.lists(st.sampled_from(PLACES), min_size=1, max_size=8, unique=True)


@settings(max_examples=100, deadline=None)
@given(inner, hide, st.integers(2, 5))
def test_ranges_are_those_of_all_tables_that_fit(
    numbers: list[int], hidden: list[tuple[str, str]], small: int
) -> None:
    truth = filled(numbers)
    gone = {cell(place) for place in hidden}
    shown = {at: count for at, count in truth.items() if at not in gone}
    bounds = {at: MOST if TOTAL not in dict(at.place).values() else None for at in gone}
    fits = np.ones(INNER.shape[1], dtype=bool)
    for at, count in shown.items():
        fits &= EVERY[at] == count
    leaks = {leak.cell: leak for leak in audit_cells(Cells(shown, bounds, SUMS), small).leaks}
    for at in gone:
        low, high = EVERY[at][fits].min(), EVERY[at][fits].max()
        assert (at in leaks) == (high < min(small, bounds[at] or small))
        if at in leaks:
            assert (leaks[at].least, leaks[at].most) == (low, high)


counts = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 40)), min_size=6, max_size=6)


@quick
@given(counts, st.integers(2, 10), st.sampled_from([0, 10**6]))
def test_what_is_protected_has_no_leak(numbers: list[int], small: int, exact: int) -> None:
    truth = filled(numbers)
    found = protect(truth, SUMS, small, exact_at_most=exact)
    assert {at for at, count in truth.items() if 0 < count < small} <= found.hidden
    shown = {at: count for at, count in truth.items() if at not in found.hidden}
    assert audit_cells(Cells(shown, dict.fromkeys(found.hidden), SUMS), small).leaks == ()


@quick
@given(counts, st.integers(2, 10))
def test_without_small_counts_nothing_goes(numbers: list[int], small: int) -> None:
    large = [number if not number or number >= small else number + small for number in numbers]
    assert protect(filled(large), SUMS, small).hidden == frozenset()


@settings(max_examples=15, deadline=None)
@given(counts, st.integers(2, 6))
def test_exact_means_that_no_fewer_would_do(numbers: list[int], small: int) -> None:
    """Showing any one of the counts that went along gives a small one away."""
    truth = filled(numbers)
    found = protect(truth, SUMS, small)
    if found.method != "exact":
        return
    for at in found.hidden:
        if 0 < truth[at] < small:
            continue
        rest = dict.fromkeys(found.hidden - {at})
        shown = {each: count for each, count in truth.items() if each not in rest}
        assert audit_cells(Cells(shown, rest, SUMS), small).leaks


@quick
@given(counts, st.permutations(range(6)))
def test_order_of_the_rows_does_not_matter(numbers: list[int], order: list[int]) -> None:
    frame = pd.DataFrame([*product(ROWS, COLUMNS)], columns=["a", "b"]).assign(n=numbers)
    audience = Audience(id="a", title="甲", small=5, base=20)
    plans = [plan_release(each, ["a", "b"], ["n"], audience) for each in (frame, frame.iloc[order])]
    assert plans[0].hidden == plans[1].hidden
