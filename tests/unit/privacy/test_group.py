from __future__ import annotations

import numpy as np
import pytest

from evalkit.privacy.group import given_away, suppress


@pytest.mark.parametrize(
    ("counts", "small", "gone"),
    [
        ([], 5, []),
        ([40, 20], 5, []),
        ([3, 40, 20, 0], 5, [0, 2]),
        ([3, 20, 20, 0], 5, [0, 1]),  # of equal ones the first
        ([4, 4, 0], 5, [0, 1, 2]),  # zeros last
        ([2, 0, 0], 5, [0, 1]),  # small as a whole
    ],
)
def test_suppress(counts: list[float], small: int, gone: list[int]) -> None:
    assert np.flatnonzero(suppress(np.array(counts, dtype=np.float64), small)).tolist() == gone


@pytest.mark.parametrize(
    ("hidden", "small", "given"),
    [
        ([], 5, False),
        ([9], 5, True),
        ([1, 2], 5, True),
        ([3, 20], 5, False),
        ([1] * 5, 5, True),  # the least that five can come to
        ([4, 4], 5, True),  # the most
        ([4, 3], 5, False),
        ([2, 2, 0, 0], 3, False),  # not all of them are small
        ([5, 1, 0], 3, False),
    ],
)
def test_given_away(hidden: list[float], small: int, given: bool) -> None:
    assert given_away(np.array(hidden, dtype=np.float64), small) is given


def test_a_lower_bound_of_the_sum() -> None:
    assert not given_away(np.array([1.0, 2.0]), 5, least=3)
