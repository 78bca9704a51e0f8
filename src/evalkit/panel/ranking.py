"""Ranks, and what decides between equal scores. The last tie is the panel's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evalkit.panel.totals import Tally
from evalkit.rubric import Rubric

__all__ = ["Standing", "comparisons", "count_first_places", "standings", "tie_labels"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A college's place in the order.

    Parameters
    ----------
    rank : int
        1 + the number of colleges that are strictly better (1, 2, 2, 4).
    equal_until : mapping of str to int or None
        For each college with the same score, the place in the chain of the comparison that decides
        between the two; ``None`` if none does.
    """

    rank: int
    equal_until: Mapping[str, int | None]

    @property
    def tied_with(self) -> tuple[str, ...]:
        """The colleges from which no comparison tells this one apart."""
        return tuple(college for college, place in self.equal_until.items() if place is None)


def count_first_places(tallies: Sequence[Tally]) -> dict[str, int]:
    """Count, for each college, the judges who gave it their highest total.

    A judge who gave the highest total to several colleges counts for each of them.
    """
    counts = {tally.college: 0 for tally in tallies}
    for judge in {judge for tally in tallies for judge in tally.totals}:
        given = {tally.college: tally.totals[judge] for tally in tallies if judge in tally.totals}
        best = max(given.values())
        for college, total in given.items():
            counts[college] += total == best
    return counts


def tie_labels(rubric: Rubric) -> tuple[str, ...]:
    """Return the rubric's chain of comparisons in Chinese, as printed."""
    fixed = {"untrimmed_mean": "未去极值的平均分", "first_places": "评为第一名的评委人数"}
    return tuple(
        fixed.get(tie) or f"“{rubric.indicator(tie.partition(':')[2]).label}”的平均分"
        for tie in rubric.panel.ties
    )


def comparisons(tally: Tally, first_places: int, rubric: Rubric) -> tuple[Fraction, ...]:
    """Return what the rubric's chain compares, in its order; more is better."""
    fixed = {
        "untrimmed_mean": tally.untrimmed_mean,
        "first_places": Fraction(first_places),
    }
    return tuple(
        fixed[tie] if tie in fixed else tally.indicator_means[tie.partition(":")[2]]
        for tie in rubric.panel.ties
    )


def standings(keys: Mapping[str, Sequence[Fraction]]) -> dict[str, Standing]:
    """Rank colleges by score and then by the chain of comparisons.

    Parameters
    ----------
    keys : mapping of str to sequence of Fraction
        College → its published score, followed by what the chain compares.

    Returns
    -------
    dict of str to Standing
        Standard competition ranks; colleges that are equal in everything share one.

    Examples
    --------
    >>> keys = {"C01": (90, 3), "C02": (91, 1), "C03": (90, 3), "C04": (90, 2)}
    >>> {college: standing.rank for college, standing in standings(keys).items()}
    {'C01': 2, 'C02': 1, 'C03': 2, 'C04': 4}
    """
    exact = {college: tuple(key) for college, key in keys.items()}
    return {
        college: Standing(
            rank=1 + sum(other > key for other in exact.values()),
            equal_until={
                rival: _first_difference(key[1:], other[1:])
                for rival, other in sorted(exact.items())
                if rival != college and other[0] == key[0]
            },
        )
        for college, key in exact.items()
    }


def _first_difference(one: Sequence[Fraction], other: Sequence[Fraction]) -> int | None:
    for place, (mine, theirs) in enumerate(zip(one, other, strict=True)):
        if mine != theirs:
            return place
    return None
