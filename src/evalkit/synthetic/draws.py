"""Random draws that are the same everywhere, on every version of Python."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

__all__ = ["Draws", "share_out"]

T = TypeVar("T")


class Draws:
    """A stream of random draws, fixed by its key.

    Every subject of every college and year has a stream of its own, so that a change in one of
    them leaves the others as they were. Only ``Random.random`` is used below, because that is all
    that Python promises to keep from one version to the next.

    Parameters
    ----------
    *key : object
        What the stream belongs to, such as seed, college, year, subject.

    Examples
    --------
    >>> Draws(1, "C01").integer(1, 100) == Draws(1, "C01").integer(1, 100)
    True
    """

    def __init__(self, *key: object) -> None:
        self._random = Random("/".join(map(str, key)))  # noqa: S311 -- no secret depends on it

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a number between `low` and `high`."""
        return low + (high - low) * self._random.random()

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """Return whether something of this probability happens."""
        return self._random.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.integer(0, len(options) - 1)]

    def weighted(self, options: Mapping[T, float]) -> T:
        """Return one of the options, by their weights."""
        rest = self.uniform(0.0, sum(options.values()))
        for option, weight in options.items():
            rest -= weight
            if rest < 0:
                return option
        return list(options)[-1]

    def several(self, options: Sequence[T], number: int) -> list[T]:
        """Return that many different options, or all of them if there are not enough."""
        left = list(options)
        return [left.pop(self.integer(0, len(left) - 1)) for _ in range(min(number, len(left)))]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """Return the options in another order."""
        return self.several(options, len(options))

    def normal(self, mean: float, deviation: float) -> float:
        """Return a normally distributed number."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self._random.random()))
        return mean + deviation * radius * math.cos(math.tau * self._random.random())

    def lognormal(self, median: float, sigma: float) -> float:
        """Return a log-normally distributed number with this median."""
        return median * math.exp(self.normal(0.0, sigma))


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Split a whole number in proportion to weights; the parts add up exactly.

    Examples
    --------
    >>> share_out(10, [1, 1, 1])
    [4, 3, 3]
    """
    whole = math.fsum(weights)
    if not whole > 0:
        raise ValueError("weights must have a positive sum")
    exact = [total * weight / whole for weight in weights]
    parts = [math.floor(value) for value in exact]
    by_rest = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for place in by_rest[: total - sum(parts)]:
        parts[place] += 1
    return parts
