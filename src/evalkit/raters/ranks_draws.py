"""Scores of many panels at once: one row of judges' weights a panel, exact up to the division."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import ceil, comb, factorial, log10
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from evalkit.raters.ranks_rules import Each, Rules
from evalkit.raters.ratings import Floats, RatingsError, checked, matrix

__all__ = ["Draws", "Ints", "Panel", "draws_of", "panel_of"]

Ints = NDArray[np.int64]

BATCH = 4_000_000
"""Numbers held at once."""

NOISE = 2.0**-50
"""Relative size of what arithmetic leaves; finer differences between scores are none."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Judges by columns (a unit each, or a unit and item), as decimals and on a grid of integers.

    Attributes
    ----------
    scores : array of float, shape (k, c)
        Not a number where a judge gave none.
    steps : array of float, shape (k, c)
        (score − lowest) ÷ unit as integers, so that sums are exact and equal scores are equal.
    lowest, unit : float
        Of the grid.
    owner : array of int, shape (c,)
        Number of the unit that a column belongs to; columns of a unit stand together.
    units, judges : tuple
        Labels.
    note : str
        What was done to the frame.
    """

    scores: Floats
    steps: Floats
    lowest: float
    unit: float
    owner: NDArray[np.intp]
    units: tuple[Any, ...]
    judges: tuple[Any, ...]
    note: str

    @property
    def given(self) -> NDArray[np.bool_]:
        """Whether a judge scored a unit, shape (k, n)."""
        there = ~np.isnan(self.scores)
        starts = np.searchsorted(self.owner, np.arange(len(self.units)))
        found: NDArray[np.bool_] = np.logical_or.reduceat(there, starts, axis=1)
        return found

    def values(self, weights: Floats, rules: Rules) -> Floats:
        """Return the units' scores, in points, for weights of shape (b, k): shape (b, n)."""
        return np.concatenate(
            [self._summed(each) for each in _centres(self.scores, weights, rules)]
        )

    def ranks(self, weights: Floats, rules: Rules) -> Ints:
        """Return competition ranks of shape (b, n); 0 in all of a row where a unit has no score."""
        plain = Rules("mean", each=rules.each)
        found = []
        for start, values in self._on_grid(weights, rules):
            missing = np.asarray(np.isnan(values).any(axis=1))
            keys: Floats = np.where(missing[:, None], 0.0, values)
            if rules.decimals is not None:
                keys = self._published(keys, rules.decimals)
            if rules.ties == "mean":
                rows = weights[start : start + len(values)]
                means = np.concatenate([each for _, each in self._on_grid(rows, plain)])
                means = np.where(missing[:, None], 0.0, means)
                behind: Floats = rankdata(means, "dense", axis=1)
                keys = rankdata(keys, "dense", axis=1) * (len(self.units) + 1.0) + behind
            places = rankdata(-keys, "min", axis=1).astype(np.int64)
            places[missing] = 0
            found.append(places)
        return np.concatenate(found)

    def _on_grid(self, weights: Floats, rules: Rules) -> Iterator[tuple[int, Floats]]:
        start = 0
        for each in _centres(self.steps, weights, rules):
            # An integer by an integer is rounded alike whenever the quotient is the same; sums of
            # quotients are brought back to the grid.
            values = self._summed(each)
            yield start, values if rules.each == "total" else np.rint(values)
            start += len(each)

    def _summed(self, values: Floats) -> Floats:
        if len(self.owner) == len(self.units):
            return values
        starts = np.searchsorted(self.owner, np.arange(len(self.units)))
        found: Floats = np.add.reduceat(values, starts, axis=1)
        return found

    def _published(self, values: Floats, decimals: int) -> Floats:
        columns = np.bincount(self.owner, minlength=len(self.units))
        scale = 10.0**decimals
        points = values * (self.unit * scale) + columns * (self.lowest * scale)
        # Half up; what arithmetic takes off an exact half is given back.
        found: Floats = np.floor(points + 0.5 + 1e-6)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Panels drawn with replacement from the judges, and the chance of each.

    ``exact`` says whether they are all that there are.
    """

    weights: Floats
    chance: Floats
    exact: bool


def panel_of(scores: pd.DataFrame, each: Each = "total") -> Panel:
    """Lay scores out, judges in rows.

    Judges are ordered by the scores they gave, so that random numbers fall alike whatever their
    names and however the rows came.

    Raises
    ------
    RatingsError
        As :func:`evalkit.raters.ratings.matrix`; if there are fewer than two units or judges.
    """
    if each == "item":
        values, owner, units, judges, note = _by_item(scores)
    else:
        laid_out = matrix(scores)
        values, units, judges = laid_out.values.T, laid_out.rows, laid_out.columns
        owner, note = np.arange(len(units)), laid_out.note
    if len(units) < 2 or len(judges) < 2:
        raise RatingsError(
            f"现在有 {len(units)} 个单位、{len(judges)} 位评委的分数。"
            "名次稳不稳，至少要有 2 个单位和 2 位评委才能看。请补齐评分。"
        )
    by_name = sorted(range(len(judges)), key=lambda place: str(judges[place]))
    sums = np.sort(values[by_name], axis=1)
    order = np.array(by_name)[np.lexsort(sums.T[::-1])]
    values = values[order]
    lowest, spread = float(np.nanmin(values)), float(np.nanmax(values) - np.nanmin(values))
    size = max(spread * len(judges) * NOISE, float(np.nanmax(np.abs(values))) * 1e-12, 1e-300)
    unit = 10.0 ** ceil(log10(size))
    return Panel(
        scores=values,
        steps=np.rint((values - lowest) / unit),
        lowest=lowest,
        unit=unit,
        owner=np.asarray(owner, dtype=np.intp),
        units=tuple(units),
        judges=tuple(judges[place] for place in order),
        note=note,
    )


def draws_of(judges: int, n_boot: int, seed: int) -> Draws:
    r"""Return panels of as many judges, drawn with replacement.

    There are :math:`\binom{2k - 1}{k}` of them up to order, 1,716 for seven judges: where that is
    no more than `n_boot`, each is there once with its chance :math:`k! / (k^k \prod w_j!)`, and
    nothing is left to luck.

    Examples
    --------
    >>> found = draws_of(2, 100, 0)
    >>> found.weights.tolist(), found.chance.tolist()
    ([[2.0, 0.0], [1.0, 1.0], [0.0, 2.0]], [0.25, 0.5, 0.25])
    """
    if comb(2 * judges - 1, judges) <= n_boot:
        chosen = np.array(list(combinations_with_replacement(range(judges), judges)))
        weights = (chosen[:, :, None] == np.arange(judges)).sum(axis=1)
        factorials = np.array([factorial(number) for number in range(judges + 1)], dtype=np.float64)
        ways = factorials[judges] / factorials[weights].prod(axis=1)
        return Draws(weights.astype(np.float64), ways / float(judges) ** judges, exact=True)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(judges, np.full(judges, 1 / judges), size=n_boot)
    return Draws(drawn.astype(np.float64), np.full(n_boot, 1 / max(n_boot, 1)), exact=False)


def _by_item(scores: pd.DataFrame) -> tuple[Floats, Any, Any, Any, str]:
    """Lay out judges by units and items; an item that a unit lacks leaves it without a score."""
    frame = checked(scores, ("unit", "judge", "item", "score"))
    unit, units = pd.factorize(frame["unit"])
    judge, judges = pd.factorize(frame["judge"])
    item, items = pd.factorize(frame["item"])
    values = np.full((len(judges), len(units) * len(items)), np.nan)
    values[judge, unit * len(items) + item] = frame["score"]
    empty = np.isnan(values).all(axis=0)
    if empty.any():
        place = int(np.argmax(empty))
        raise RatingsError(
            f"单位 {units[place // len(items)]} 的指标 {items[place % len(items)]} "
            "没有一位评委评分，逐项计分时加不出总分。请补齐，或去掉这个指标。"
        )
    owner = np.repeat(np.arange(len(units)), len(items))
    return values, owner, tuple(units), tuple(judges), ""


def _centres(values: Floats, weights: Floats, rules: Rules) -> Iterator[Floats]:
    """Yield means, trimmed means or medians of the columns, batch by batch of the weights.

    A judge of weight two counts as two judges with the same scores. In the order of its scores,
    the weights that lie between the t-th lowest and the t-th highest are kept: none are cut for a
    mean, all but one or two for a median.
    """
    order = np.argsort(values, axis=0)
    ordered = np.take_along_axis(values, order, axis=0)
    there = ~np.isnan(ordered)
    ordered = np.where(there, ordered, 0.0)
    some = max(1, BATCH // values.size)
    for start in range(0, len(weights), some):
        own = weights[start : start + some][:, order] * there
        upto = np.cumsum(own, axis=1)
        number = upto[:, -1]
        if rules.estimator == "median":
            cut = np.floor((np.maximum(number, 1) - 1) / 2)
        elif rules.estimator == "trimmed":
            cut = np.where(number >= rules.min_judges, float(rules.trim), 0.0)
        else:
            cut = np.zeros_like(number)
        last, first = (number - cut)[:, None], cut[:, None]
        kept = np.maximum(np.minimum(upto, last) - np.maximum(upto - own, first), 0.0)
        total, left = (kept * ordered).sum(axis=1), number - 2 * cut
        yield np.divide(total, left, out=np.full_like(total, np.nan), where=left > 0)
