"""What the answers of a block add up to. Whole numbers only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.scales.answers import BLANK
from evalkit.scales.definition import Scale

__all__ = ["Counts", "Flags", "Sum", "Tally", "reverse", "tally"]

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]
_Rows = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Sum:
    """Answers added up: ``given`` answers out of ``items`` come to ``total``.

    If some are missing, ``total × items / given`` stands for the whole.
    """

    total: Counts
    given: Counts
    items: int

    @property
    def known(self) -> Flags:
        """Whether there is any answer at all."""
        return self.given > 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums of a block's papers, in the scale's first coding.

    Attributes
    ----------
    total : Sum
        Of the scored items, reversed ones turned round.
    factors : tuple of Sum
        Of each factor.
    missing : array of int
        Items without an answer, auxiliary ones apart.
    positive_items, positive_total : array of int
        How many items are positive, and their sum.
    lies, auxiliary : array of int
        Lie items and auxiliary items that were affirmed.
    suicide, suicide_unknown : array of bool
        An item about suicide was affirmed; none was, but one was not answered.
    same, above_lowest : array of bool
        All answers that were given are the same; and not the lowest one.
    """

    total: Sum
    factors: tuple[Sum, ...]
    missing: Counts
    positive_items: Counts
    positive_total: Counts
    lies: Counts
    auxiliary: Counts
    suicide: Flags
    suicide_unknown: Flags
    same: Flags
    above_lowest: Flags


def tally(scale: Scale, items: _Rows) -> Tally:
    """Add up a block.

    Parameters
    ----------
    scale : Scale
        The key.
    items : array of int8, shape (items, papers)
        Answers in the scale's first coding.
    """
    papers = items.shape[1]
    blank = items == BLANK
    whole = not blank.any()
    worth = items if whole else np.where(blank, 0, items)
    keyed = reverse(scale, items)
    value = keyed if whole else np.where(blank, 0, keyed)
    required = slice(0, scale.items)

    def sum_of(numbers: Iterable[int]) -> Sum:
        rows = _places(numbers)
        gaps = 0 if whole else _count(blank[rows])
        return Sum(
            _add(value[rows]),
            np.full(papers, len(rows), dtype=np.int64) - gaps,
            len(rows),
        )

    def affirmed(numbers: Iterable[int], lowest: int) -> Counts:
        rows = _places(numbers)
        return _count(worth[rows] >= lowest) if len(rows) else np.zeros(papers, dtype=np.int64)

    positive_items = positive_total = np.zeros(papers, dtype=np.int64)
    if scale.positive_item is not None:
        rows = value[_places(scale.scored)]
        positive = rows >= scale.positive_item
        positive_items = _count(positive)
        positive_total = _add(rows * positive)
    asked = scale.suicide.items if scale.suicide else ()
    hits = affirmed(asked, scale.suicide.lowest_hit if scale.suicide else 0)
    unknown = blank[_places(asked)].any(axis=0) if asked else np.zeros(papers, dtype=np.bool_)
    same, above = _straight(items[required], blank[required], scale.coding.lowest)
    return Tally(
        total=sum_of(scale.scored),
        factors=tuple(sum_of(factor.items) for factor in scale.factors),
        missing=np.zeros(papers, dtype=np.int64) if whole else _count(blank[required]),
        positive_items=positive_items,
        positive_total=positive_total,
        lies=affirmed(scale.lie.items if scale.lie else (), 1),
        auxiliary=affirmed(scale.auxiliary if len(items) > scale.items else (), 1),
        suicide=hits > 0,
        suicide_unknown=unknown & (hits == 0),
        same=same,
        above_lowest=above,
    )


def reverse(scale: Scale, items: _Rows) -> _Rows:
    """Turn the reversed items round; blanks stay blanks."""
    if not scale.reversed:
        return items
    rows = _places(scale.reversed)
    keyed = items.copy()
    ends = np.int8(scale.coding.lowest + scale.coding.highest)
    keyed[rows] = np.where(items[rows] == BLANK, np.int8(BLANK), ends - items[rows])
    return keyed


def _straight(items: _Rows, blank: Flags, lowest: int) -> tuple[Flags, Flags]:
    highest_given = items.max(axis=0)
    # A blank is below every answer: it must not make an even row look uneven.
    lowest_given = np.where(blank, np.int8(127), items).min(axis=0)
    same = highest_given == lowest_given
    return same, same & (highest_given > lowest)


def _places(numbers: Iterable[int]) -> NDArray[np.intp]:
    return np.array([number - 1 for number in numbers], dtype=np.intp)


def _count(flags: Flags) -> Counts:
    # Sums of bytes are added in bytes: a scale has at most 90 items, far from 255.
    found: Counts = flags.view(np.uint8).sum(axis=0, dtype=np.uint8).astype(np.int64)
    return found


def _add(rows: _Rows) -> Counts:
    # No total comes near 32,767, and narrow sums are quick.
    found: Counts = rows.sum(axis=0, dtype=np.int16).astype(np.int64)
    return found
