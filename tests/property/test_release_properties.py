"""What a reader can work out from a released table, played through."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.privacy import Audience, Field, Released, release

quick = settings(max_examples=80, deadline=None)

CASES = Field("cases", "一级预警", "人", "count", students=True)
RATE = Field("rate", "一级预警率", "", "percent", of=("cases", "tested"))
Cells = list[int | None]

cells = st.lists(
    st.one_of(st.integers(0, 6), st.sampled_from([0, 1, 4, 5, 40]), st.none()),
    min_size=1,
    max_size=7,
)
smalls = st.integers(2, 6)


def released(
    numbers: Sequence[int | None],
    small: int,
    *,
    total: bool = False,
    groups: Sequence[int] | None = None,
    tested: Sequence[int | None] | None = None,
) -> Released:
    frame = pd.DataFrame(
        {
            "cases": pd.array([*numbers], dtype="Int64"),
            "tested": pd.array([*(tested or [100] * len(numbers))], dtype="Int64"),
            "group": [*(groups or [0] * len(numbers))],
        }
    )
    return release(
        frame,
        (CASES, RATE),
        Audience(id="a", title="甲", small=small, base=20),
        total={} if total else None,
        within="group" if groups is not None else None,
    )


def hidden_of(table: Released) -> list[bool]:
    return [bool(gone) for gone in table.suppressed["cases"]]


def ways(together: int, among: int, most: int) -> int:
    """In how many ways a sum can be shared out among so many counts from 1 to `most`."""
    found = {0: 1}
    for _ in range(among):
        found = {
            s: sum(found.get(s - each, 0) for each in range(1, most + 1))
            for s in range(together + 1)
        }
    return found.get(together, 0)


def assert_safe(numbers: Cells, gone: Sequence[bool], small: int) -> None:
    """A reader who knows the total of these numbers learns none of the hidden ones from it."""
    hidden = [number or 0 for number, out in zip(numbers, gone, strict=True) if out]
    if hidden:
        assert len(hidden) > 1, "the only hidden count is the total less the others"
        assert sum(hidden) >= small, "together they are few, and the reader knows it"
        if all(0 < number < small for number in hidden):
            assert ways(sum(hidden), len(hidden), small - 1) > 1, "each can be worked out"


def can_be_made_safe(numbers: Cells, small: int) -> bool:
    """Whether hiding everything would be enough, the total being known elsewhere."""
    every = [number for number in numbers if number is not None]
    try:
        assert_safe(numbers, [number is not None for number in numbers], small)
    except AssertionError:
        return not any(every)
    return True


@quick
@given(cells, smalls, st.booleans())
def test_nothing_small_is_shown_and_nothing_shown_is_changed(
    numbers: Cells, small: int, total: bool
) -> None:
    table = released(numbers, small, total=total)
    values = [*table.frame["cases"]]
    given_values = [number for number in numbers if number is not None]
    whole: Cells = [sum(given_values) if given_values else None] if total else []
    for value, number, gone in zip(values, [*numbers, *whole], hidden_of(table), strict=True):
        if gone:
            assert number is not None
            assert pd.isna(value)
        elif number is None:
            assert pd.isna(value)
        else:
            assert value == number
            assert not 0 < number < small


@quick
@given(cells, smalls)
def test_total_below_gives_nothing_away(numbers: Cells, small: int) -> None:
    *gone, total_gone = hidden_of(released(numbers, small, total=True))
    together = sum(number or 0 for number in numbers)
    if total_gone:
        # Were all parts shown, they would add up to it.
        assert any(gone)
        assert not can_be_made_safe(numbers, small) or together < small
    else:
        assert not 0 < together < small
        assert_safe(numbers, gone, small)


@quick
@given(cells, smalls)
def test_total_known_elsewhere_gives_nothing_away(numbers: Cells, small: int) -> None:
    gone = hidden_of(released(numbers, small))
    if can_be_made_safe(numbers, small):
        assert_safe(numbers, gone, small)
    elif any(0 < (number or 0) < small for number in numbers):
        # The total is small itself, or says it all: what can be hidden beside it is.
        assert all(gone[place] for place, number in enumerate(numbers) if number)


@quick
@given(cells, smalls)
def test_without_small_counts_nothing_is_hidden(numbers: Cells, small: int) -> None:
    large = [number if not number or number >= small else number + small for number in numbers]
    table = released(large, small)
    assert not table.suppressed.to_numpy().any()
    assert table.note == ""


@quick
@given(cells, smalls)
def test_no_more_is_hidden_than_needed(numbers: Cells, small: int) -> None:
    """The largest count that is not small is hidden only if the others would not be enough."""
    gone = hidden_of(released(numbers, small))
    beside = [p for p, out in enumerate(gone) if out and not 0 < (numbers[p] or 0) < small]
    assert len(beside) <= 2
    larger = [p for p in beside if (numbers[p] or 0) >= small]
    assert len(larger) <= 1
    for place in larger:
        others = [number for p, number in enumerate(numbers) if p != place and not gone[p]]
        assert all(not number or number >= (numbers[place] or 0) for number in others)


@quick
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.one_of(st.integers(0, 6), st.just(40))),
        min_size=1,
        max_size=8,
    ),
    smalls,
)
def test_neither_the_groups_nor_the_whole_give_anything_away(
    rows: list[tuple[int, int]], small: int
) -> None:
    groups, numbers = [group for group, _ in rows], [number for _, number in rows]
    *gone, total_gone = hidden_of(released(numbers, small, total=True, groups=groups))
    left = [*gone]
    for group in set(groups):
        places = [place for place, each in enumerate(groups) if each == group]
        inside: Cells = [numbers[place] for place in places]
        if can_be_made_safe(inside, small):
            assert_safe(inside, [gone[place] for place in places], small)
            for place in places:  # the reader takes these groups off the total
                left[place] = False
    if not total_gone:
        assert_safe([*numbers], gone, small)
        assert_safe([*numbers], left, small)


@quick
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 30)), min_size=1, max_size=6), smalls)
def test_rates_say_no_more_than_the_counts(rows: list[tuple[int, int]], small: int) -> None:
    numbers, tested = [number for number, _ in rows], [number for _, number in rows]
    table = released(numbers, small, total=True, tested=tested)
    for place, gone in enumerate(hidden_of(table)):
        whole = [*tested, sum(tested)][place]
        rate_gone = bool(table.suppressed["rate"][place])
        assert rate_gone == (gone or 0 < whole < 20)
        assert pd.isna(table.frame["rate"][place]) == (rate_gone or whole == 0)


@quick
@given(cells, smalls, st.data())
def test_selection_shows_no_more(numbers: Cells, small: int, data: st.DataObject) -> None:
    table = released(numbers, small)
    keep = data.draw(
        st.lists(st.booleans(), min_size=len(numbers), max_size=len(numbers)), label="keep"
    )
    some = table.select(pd.Series(keep, dtype=bool))
    places = [place for place, kept in enumerate(keep) if kept]
    assert [some.text(row, "cases") for row in range(len(some))] == [
        table.text(place, "cases") for place in places
    ]
