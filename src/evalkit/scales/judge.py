"""From sums to bands, positive screens and validity: the scale's rules, compared exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evalkit.scales.conditions import Condition, read_condition
from evalkit.scales.definition import Scale
from evalkit.scales.tally import Counts, Flags, Sum, Tally

__all__ = ["VOIDS", "Missing", "Rules", "StraightLining", "Verdicts", "judge", "standard_score"]

Missing = Literal["void", "prorate"]
StraightLining = Literal["any", "above_lowest", "ignore"]

VOIDS = {
    "missing": "缺答",
    "out_of_range": "答案超出范围",
    "straight_lining": "各题答案全部相同",
    "too_fast": "作答过快",
    "lie_items": "测伪题",
}
"""Why a paper does not count, in the order in which it is said."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A scale and how it is to be applied.

    Attributes
    ----------
    scale : Scale
        With the disputed questions decided.
    coding : str
        How the answers are written.
    missing : {"void", "prorate"}
        What happens to papers with gaps.
    most_missing : Fraction
        Up to which share of gaps a paper is prorated.
    straight_lining : {"any", "above_lowest", "ignore"}
        Which papers with the same answer throughout are void.
    seconds_per_item : Fraction
        Below which time a paper is void, where times are known.
    """

    scale: Scale
    coding: str
    missing: Missing
    most_missing: Fraction
    straight_lining: StraightLining
    seconds_per_item: Fraction

    @property
    def gaps_allowed(self) -> int:
        """How many items may be missing."""
        if self.missing == "void":
            return 0
        return int(self.most_missing * self.scale.items)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What follows for each paper of a block.

    Attributes
    ----------
    voids : mapping of str to array of bool
        Reason → papers that are void for it.
    complete : array of bool
        Papers with as many answers as are needed to add them up.
    valid : array of bool
        Papers that count.
    positive : array of bool
        Meaningful for valid papers only.
    band : array of int8
        Place in ``scale.band_names``.
    standard : array of int
        Standard score; zero if the scale has none.
    """

    voids: Mapping[str, Flags]
    complete: Flags
    valid: Flags
    positive: Flags
    band: NDArray[np.int8]
    standard: Counts


def judge(
    rules: Rules,
    sums: Tally,
    items: NDArray[np.int8],
    *,
    off: NDArray[np.int16],
    seconds: NDArray[np.float64] | None,
    facts: Mapping[str, Flags],
) -> Verdicts:
    """Apply the rules to a block.

    Parameters
    ----------
    rules : Rules
        The rules.
    sums : Tally
        What the answers add up to.
    items : array of int8, shape (items, papers)
        The answers.
    off : array of int16, shape (papers,)
        Answers out of range.
    seconds : array of float, shape (papers,), optional
        How long the paper took; not a number where unknown.
    facts : mapping of str to array of bool
        What else is known of the person.
    """
    scale = rules.scale
    complete = (sums.missing <= rules.gaps_allowed) & sums.total.known
    voids = {
        "missing": ~complete & (sums.missing > off),
        "out_of_range": ~complete & (off > 0),
        "straight_lining": complete & _straight(rules, sums),
        "too_fast": _too_fast(rules, seconds, len(complete)),
        "lie_items": sums.lies >= (scale.lie.void_from if scale.lie else 1),
    }
    valid = complete & ~np.logical_or.reduce(list(voids.values()))
    standard = standard_score(scale, sums.total)
    ground = _Ground(scale, sums, items, standard, facts)
    positive = ground.any_of(scale.positive_rule(rules.coding))
    band = np.zeros(len(complete), dtype=np.int8)
    for place, own in enumerate(reversed(scale.bands)):
        if own.when:
            wanted = [read_condition(text) for text in own.when]
            band[ground.any_of(wanted, positive)] = place
    return Verdicts(voids, complete, valid, positive, band, standard)


def standard_score(scale: Scale, total: Sum) -> Counts:
    """Return the standard score, in whole numbers throughout: raw 42 × 1.25 is 52.5, then 53.

    Binary rounding would give 52 there, and put the paper below the border.
    """
    if scale.standard is None:
        return np.zeros(len(total.total), dtype=np.int64)
    upper = total.total * (total.items * scale.standard.times)
    lower = np.maximum(total.given, 1) * scale.standard.over
    up = scale.standard.rounding == "half_up"
    found: Counts = (2 * upper + lower) // (2 * lower) if up else upper // lower
    return found


def _straight(rules: Rules, sums: Tally) -> Flags:
    if rules.straight_lining == "ignore":
        return np.zeros(len(sums.same), dtype=np.bool_)
    return sums.same if rules.straight_lining == "any" else sums.above_lowest


def _too_fast(rules: Rules, seconds: NDArray[np.float64] | None, papers: int) -> Flags:
    if seconds is None:
        return np.zeros(papers, dtype=np.bool_)
    fast: Flags = seconds < float(rules.seconds_per_item * rules.scale.items)
    return fast


@dataclass(frozen=True, slots=True)
class _Ground:
    """What conditions are held against."""

    scale: Scale
    sums: Tally
    items: NDArray[np.int8]
    standard: Counts
    facts: Mapping[str, Flags]

    def any_of(self, rule: Sequence[tuple[Condition, ...]], positive: Flags | None = None) -> Flags:
        """Whether any of the rule's lines holds, all of whose parts have to."""
        found = np.zeros(self.items.shape[1], dtype=np.bool_)
        for parts in rule:
            found |= np.logical_and.reduce([self._holds(part, positive) for part in parts])
        return found

    def _holds(self, part: Condition, positive: Flags | None) -> Flags:
        nobody = np.zeros(self.items.shape[1], dtype=np.bool_)
        if part.subject == "positive":
            return nobody if positive is None else positive
        if part.subject == "fact":
            return self.facts.get(part.fact, nobody)
        if part.subject in ("factor", "key_factor"):
            mine = [
                _beyond(own.total, own.given, part)
                for factor, own in zip(self.scale.factors, self.sums.factors, strict=True)
                if part.subject == "factor" or factor.code in self.scale.key_factors
            ]
            either: Flags = np.logical_or.reduce(mine)
            return either
        if part.subject == "item":
            row = self.items[part.item - 1].astype(np.int64)
            return _beyond(row, np.ones_like(row), part)
        total = self.sums.total
        if part.subject == "total":
            return _beyond(total.total * total.items, total.given, part)
        if part.subject == "index":
            most = self.scale.coding.highest
            return _beyond(total.total, total.given * most, part)
        whole = {
            "standard": self.standard,
            "positive_items": self.sums.positive_items,
            "auxiliary": self.sums.auxiliary,
        }[part.subject]
        return _beyond(whole, np.ones_like(whole), part)


def _beyond(upper: Counts, lower: Counts, part: Condition) -> Flags:
    """Whether ``upper / lower`` reaches the border, without dividing; never if lower is zero."""
    left, right = upper * part.border.denominator, lower * part.border.numerator
    reached: Flags = left >= right if part.included else left > right
    return reached & (lower > 0)
