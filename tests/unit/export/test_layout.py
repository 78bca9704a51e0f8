"""Tables on a page: they fit, whatever is in them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.export.blocks import Cell, Column, Table
from evalkit.export.fonts import text_width
from evalkit.export.layout import PADDING, ZERO, break_long, parts_of

PAGE = 481.0


def _table(rows: list[list[str]], *, right: bool = False) -> Table:
    columns = tuple(Column(f"列{n}", right=right, keep=right) for n in range(len(rows[0])))
    return Table(columns, tuple(tuple(Cell(text) for text in row) for row in rows), note="注")


def test_a_small_table_stays_whole_in_large_type() -> None:
    (part,) = parts_of(_table([["甲", "1"], ["乙", "2"]]), PAGE)
    assert part.size == 9.5
    assert sum(part.widths) == pytest.approx(PAGE)
    assert part.table.note == "注"


def test_a_wide_table_is_set_smaller_before_it_is_cut() -> None:
    fits = _table([["1,234.56"] * 11], right=True)
    (part,) = parts_of(fits, PAGE)
    assert part.size < 9.5
    parts = parts_of(_table([["学院名称"] + ["1,234.56"] * 40], right=True), PAGE)
    assert len(parts) > 1
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert all(part.table.columns[0].title == "列0" for part in parts)
    titles = [column.title for part in parts for column in part.table.columns[1:]]
    assert titles == [f"列{n}" for n in range(1, 41)]
    assert [part.table.note for part in parts][:-1] == [""] * (len(parts) - 1)
    counts = [len(part.table.columns) for part in parts]
    assert max(counts) - min(counts) <= 1


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 30).flatmap(
        lambda n: st.lists(
            st.lists(st.text("甲乙aW1，. ", max_size=60), min_size=n, max_size=n),
            min_size=1,
            max_size=4,
        )
    ),
    st.booleans(),
)
def test_every_table_fits_and_loses_nothing(rows: list[list[str]], right: bool) -> None:
    table = _table(rows, right=right)
    parts = parts_of(table, PAGE)
    shown: list[Column] = []
    for part in parts:
        assert sum(part.widths) == pytest.approx(PAGE)
        assert len(part.widths) == len(part.table.columns)
        assert all(width > PADDING for width in part.widths)
        assert all(len(row) == len(part.widths) for row in part.table.rows)
        shown += [column for column in part.table.columns if column not in shown]
    assert shown == list(table.columns)


@given(st.text("aW1.-", min_size=1, max_size=80), st.floats(1, 20))
def test_long_words_can_be_broken_and_stay_the_same(word: str, width: float) -> None:
    broken = break_long(word, width)
    assert broken.replace(ZERO, "") == word
    if text_width(word) > width:
        assert max(text_width(piece) for piece in broken.split(ZERO)) <= max(width, 1.0)
