"""The panel: who judges, what each judge gives, and the planted exact results.

All arithmetic is in half points, as whole numbers: 90.00 as the mean of five totals is 900.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evalkit.rubric import Rubric
from evalkit.synthetic.college_year import CollegeYear
from evalkit.synthetic.draws import Draws
from evalkit.synthetic.plan import EXACT, TIED

__all__ = ["Judge", "panel_of", "scores_of"]

_SEVERITIES = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
_NOISE = 2.0
_STRAIGHT = "J06"
"""The judge who gives every indicator the same share of its points."""

_HOMES = ("C05", "C08", "C02")
"""Colleges that judges come from, the first two that there are; never one with a planted score."""

Totals = dict[str, int]
"""Half points by judge."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A judge: code, and the college that the judge belongs to."""

    code: str
    external: bool
    college: str | None

    @property
    def home(self) -> str:
        """What the sheet says about where the judge comes from."""
        return self.college or ("校外" if self.external else "无")


def panel_of(codes: Sequence[str]) -> tuple[Judge, ...]:
    """Return the seven judges: four internal, up to two of them from assessed colleges.

    Examples
    --------
    >>> [judge.college for judge in panel_of(["C01", "C02", "C03", "C04", "C05"])][:3]
    ['C05', 'C02', None]
    """
    homes = [code for code in _HOMES if code in codes][: 2 if len(codes) > 2 else len(codes) - 1]
    places: list[str | None] = [*homes, *([None] * (7 - len(homes)))]
    return tuple(Judge(f"J{number:02d}", number > 4, home) for number, home in enumerate(places, 1))


def scores_of(
    colleges: Sequence[CollegeYear], judges: Sequence[Judge], rubric: Rubric
) -> dict[tuple[str, str], dict[str, int]]:
    """Return all scores of a year.

    Returns
    -------
    dict
        (judge, college) → indicator → half points. Recused pairs are left out.
    """
    first = colleges[0]
    severity = Draws(first.seed, "severity").shuffled(_SEVERITIES)
    offsets = {judge.code: each for judge, each in zip(judges, severity, strict=True)}
    totals = {here.code: _totals(here, judges, offsets, rubric) for here in colleges}
    if first.age == 0:
        _plant(totals, len(colleges))
    return {
        (judge, here.code): _items(here, judge, total, rubric)
        for here in colleges
        for judge, total in totals[here.code].items()
    }


def _totals(
    here: CollegeYear, judges: Sequence[Judge], offsets: Mapping[str, float], rubric: Rubric
) -> Totals:
    """Draw the totals, then move them together so that they gather at the planned quality."""
    draws = here.draws("totals")
    scoring = [judge.code for judge in judges if judge.college != here.code]
    drawn = {code: offsets[code] + draws.normal(0.0, _NOISE) for code in scoring}
    middle = sorted(drawn.values())[1:-1]
    shift = here.profile.quality - sum(middle) / len(middle)
    totals = {code: min(round(2 * (value + shift)), 197) for code, value in drawn.items()}
    if _STRAIGHT in totals:
        totals[_STRAIGHT] = _straight_total(totals[_STRAIGHT], rubric)
    return totals


def _plant(totals: dict[str, Totals], n_colleges: int) -> None:
    """Make one college end at exactly 90.00 and two others at the same score."""
    if n_colleges < 6:
        return
    _adjust(totals[EXACT], 2 * 90 * 5)
    one, other = (totals[code] for code in TIED)
    _adjust(other, sum(sorted(one.values())[1:-1]))
    if sum(one.values()) == sum(other.values()):
        # The untrimmed mean must tell them apart: an extreme moves outward, the middle stays.
        highest = max(other.values())
        upward = any(other[code] == highest for code in _movable(other))
        other[_edge(other, 1 if upward else -1)] += 1 if upward else -1


def _movable(totals: Totals) -> list[str]:
    return [code for code in sorted(totals) if code != _STRAIGHT]


def _edge(totals: Totals, step: int) -> str:
    """Return the movable judge with the highest total if `step` is up, else with the lowest."""
    return max(_movable(totals), key=lambda code: (step * totals[code], code))


def _adjust(totals: Totals, goal: int) -> None:
    """Move middle totals by half points until they add up to `goal`; extremes only if they must."""
    turn = 0
    while difference := goal - sum(sorted(totals.values())[1:-1]):
        step = 1 if difference > 0 else -1
        low, *_, high = sorted(totals, key=lambda code: (totals[code], code))
        within = [
            code
            for code in _movable(totals)
            if code not in (low, high) and totals[low] <= totals[code] + step <= totals[high]
        ]
        totals[within[turn % len(within)] if within else _edge(totals, step)] += step
        turn += 1


def _items(here: CollegeYear, judge: str, total: int, rubric: Rubric) -> dict[str, int]:
    """Split a total over the indicators by what is strong and weak at the college."""
    if judge == _STRAIGHT:
        return _straight(total, rubric)
    draws = here.draws(f"items {judge}")
    most = _most(rubric)
    level = total / sum(most.values())
    wanted = {}
    for indicator, points in most.items():
        shift = 0.07 * (indicator in here.profile.strong) - 0.09 * (indicator in here.profile.weak)
        share = level + shift * (1.0 - 0.5 * level) + draws.normal(0.0, 0.03)
        wanted[indicator] = min(max(share, 0.3), 1.0) * points
    items = {indicator: round(value) for indicator, value in wanted.items()}
    while difference := total - sum(items.values()):
        step = 1 if difference > 0 else -1
        free = [i for i in items if 0 <= items[i] + step <= most[i]]
        # Where the rounded score is furthest on the other side of what was wanted.
        items[max(free, key=lambda i: (step * (wanted[i] - items[i]) / most[i], i))] += step
    return items


def _straight(total: int, rubric: Rubric) -> dict[str, int]:
    """Give every indicator the same share of its points, as near as half points allow."""
    most = _most(rubric)
    level = total / sum(most.values())
    return {indicator: min(int(points * level + 0.5), points) for indicator, points in most.items()}


def _straight_total(total: int, rubric: Rubric) -> int:
    """Return the nearest total at which equal shares add up to that very total."""
    nearby = sorted(range(sum(_most(rubric).values()) + 1), key=lambda each: abs(each - total))
    return next(each for each in nearby if sum(_straight(each, rubric).values()) == each)


def _most(rubric: Rubric) -> dict[str, int]:
    return {each.id: int(each.points / Decimal("0.5")) for each in rubric.indicators}
