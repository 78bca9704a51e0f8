"""From the maximum of the likelihood to everything that is estimated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evalkit.raters.rasch.design import Coded
from evalkit.raters.rasch.extremes import Places, estimate_extremes
from evalkit.raters.rasch.fit import Fitted, given_places
from evalkit.raters.rasch.likelihood import Floats, Ints, Moments, moments
from evalkit.raters.rasch.set_aside import SetAside
from evalkit.raters.rasch.tables import Estimates

__all__ = ["estimated"]

ENDS = {-1: "min", 0: "constant", 1: "max"}


def estimated(
    design: Coded,
    active: NDArray[np.bool_],
    order: Sequence[SetAside],
    values: tuple[Ints, ...],
    scales: tuple[Floats, ...],
    fitted: Fitted,
    free: str,
) -> Estimates:
    """Centre the measures, estimate what was set aside, and compute every rating's moments."""
    problem, solution = fitted.problem, fitted.solution
    signs, starts = problem.signs, problem.starts
    measures = [np.full(size, np.nan) for size in design.sizes]
    for facet, own in enumerate(fitted.kept):
        measures[facet][own] = solution.measures[starts[facet] : starts[facet + 1]]
    loose = design.facets.index(free)
    for facet, own in enumerate(fitted.kept):
        if facet != loose:
            mean = float(measures[facet][own].mean())
            measures[facet] -= mean
            measures[loose] += signs[loose] * signs[facet] * mean
    places, covariance = _places(design, values, scales, fitted)
    ends = [np.full(size, "", dtype=object) for size in design.sizes]
    for facet, own in enumerate(measures):
        ends[facet][np.isnan(own)] = "indirect"
    for each in order:
        ends[each.facet][each.elements] = [ENDS[int(end)] for end in each.end]
    information = estimate_extremes(places, signs, design.codes, measures, order, active)
    found = _moments(design, places, signs, measures)
    for facet, codes in enumerate(design.codes):
        sums = np.bincount(codes[active], found.variance[active], design.sizes[facet])
        own = ends[facet] == ""
        information[facet][own] = sums[own]
    return Estimates(
        design,
        places,
        signs,
        tuple(measures),
        tuple(information),
        active,
        tuple(ends),
        found,
        covariance,
    )


def _places(
    design: Coded, values: tuple[Ints, ...], scales: tuple[Floats, ...], fitted: Fitted
) -> tuple[Places, tuple[Floats, ...]]:
    """Return the scales at their thresholds, and the covariance of these."""
    problem, solution = fitted.problem, fitted.solution
    # a scale of which nothing is left has one category, which says nothing
    categories = tuple(own if len(own) else np.zeros(1) for own in scales)
    scores = tuple(
        ((own + design.lowest) * design.step if len(own) else np.full(1, np.nan)).astype(np.float64)
        for own in values
    )
    thresholds = [np.zeros(len(own)) for own in categories]
    covariance = [np.zeros((len(own), len(own))) for own in categories]
    for number, scale in enumerate(np.unique(design.scale[fitted.rows])):
        part = slice(problem.offsets[number], problem.offsets[number + 1])
        thresholds[scale] = problem.cumulative(solution.steps, number)
        covariance[scale][1:-1, 1:-1] = solution.step_covariance[part, part]
    starts = np.cumsum([0, *(len(own) for own in categories)])
    at = given_places(design, np.arange(len(design.value)), values)
    given = np.concatenate(categories)[starts[design.scale] + at]
    return Places(design.scale, given, categories, tuple(thresholds), scores), tuple(covariance)


def _moments(design: Coded, places: Places, signs: Floats, measures: Sequence[Floats]) -> Moments:
    parts = zip(signs, measures, design.codes, strict=True)
    theta = np.sum([sign * own[code] for sign, own, code in parts], axis=0)
    informative = np.array([len(own) > 1 for own in places.scales])
    known = ~np.isnan(theta) & informative[design.scale]
    part = moments(
        theta[known], design.scale[known], places.scales, places.thresholds, places.scores
    )
    found = Moments(*(np.full(len(theta), np.nan) for _ in range(4)))
    found.mean[known], found.variance[known] = part.mean, part.variance
    found.fourth[known], found.score[known] = part.fourth, part.score
    return found
