"""Rules that tell a process that has changed from one that varies by chance."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evalkit.epidemiology.counts import Floats

__all__ = ["RULES", "Flags", "Rule", "broken_rules"]

Flags = NDArray[np.bool_]
Rule = Literal["beyond", "in_run", "two_of_three", "four_of_five", "six_in_trend"]

RULES: tuple[Rule, ...] = ("beyond", "in_run", "two_of_three", "four_of_five", "six_in_trend")

_TREND = 6


def broken_rules(
    value: Floats, centre: float, reach: Floats, limits: tuple[Floats, Floats], run: int
) -> dict[Rule, Flags]:
    """Return for each rule at which samples it is broken.

    Parameters
    ----------
    value : array of float, shape (t,)
        Samples in time order.
    centre : float
        The process' mean.
    reach : array of float, shape (t,)
        Distance of the limits from the centre, before they are cut at what is possible.
    limits : pair of array of float, shape (t,)
        The limits.
    run : int
        Length of a run on one side that is too long.

    References
    ----------
    Western Electric (1956), Statistical Quality Control Handbook; Nelson (1984), J Qual Technol
    16:237. The zones of both lie at one and two thirds of the way to limits of three sigma.
    """
    apart = value - centre
    # A share of whole numbers that equals the centre may miss it by a hair in floating point.
    apart = np.where(np.abs(apart) <= 1e-12 * max(abs(centre), 1e-300), 0.0, apart)
    return {
        "beyond": (value < limits[0]) | (value > limits[1]),
        "in_run": _lengths(np.sign(apart)) >= run,
        "two_of_three": _some_of(apart, 2 / 3 * reach, 2, 3),
        "four_of_five": _some_of(apart, 1 / 3 * reach, 4, 5),
        "six_in_trend": _trend(value),
    }


def _some_of(apart: Floats, zone: Floats, least: int, among: int) -> Flags:
    """Return where a sample and those before it lie beyond a zone often enough, on one side."""
    found = np.zeros(len(apart), dtype=bool)
    for out in (apart > zone, apart < -zone):
        summed = np.convolve(out.astype(int), np.ones(among, dtype=int))[: len(out)]
        found |= out & (summed >= least)
    return found


def _trend(value: Floats) -> Flags:
    """Return where six samples in a row have risen, or fallen: five steps of one direction."""
    steps = _lengths(np.sign(np.diff(value)))
    return np.concatenate([[False], steps >= _TREND - 1])[: len(value)]


def _lengths(side: Floats) -> NDArray[np.int64]:
    """Return how long the run on one side is at each sample; on the centre there is none."""
    lengths = np.zeros(len(side), dtype=np.int64)
    for place, here in enumerate(side):
        if here == 0:
            continue
        going_on = place > 0 and side[place - 1] == here
        lengths[place] = lengths[place - 1] + 1 if going_on else 1
    return lengths
