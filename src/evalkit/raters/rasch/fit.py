"""The maximum of the likelihood for ratings that are not extreme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.raters.rasch.design import Coded, listed
from evalkit.raters.rasch.likelihood import Floats, Ints, Problem, prepared
from evalkit.raters.rasch.newton import DRIFT, Solution, maximise
from evalkit.raters.ratings import CHINESE, RatingsError

__all__ = ["Fitted", "fit", "given_places"]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The maximum, and what it is of.

    Attributes
    ----------
    problem, solution : Problem, Solution
        Ratings that were estimated from, sorted by scale, and the maximum.
    rows : array
        Which of all ratings they are.
    kept : tuple of array
        Which elements of each facet they speak of.
    n_parameters : int
        Number of free parameters.
    """

    problem: Problem
    solution: Solution
    rows: Ints
    kept: tuple[Ints, ...]
    n_parameters: int


def fit(
    design: Coded,
    active: NDArray[np.bool_],
    values: tuple[Ints, ...],
    scales: tuple[Floats, ...],
    tolerance: float,
    limit: int,
) -> Fitted:
    """Maximise the likelihood of the ratings that are not set aside."""
    rows = np.flatnonzero(active)
    rows = rows[np.lexsort((design.codes[0, rows], design.scale[rows]))]
    kept, elements, start = [], [], 0
    for codes, size in zip(design.codes[:, rows], design.sizes, strict=True):
        there = np.flatnonzero(np.bincount(codes, minlength=size))
        number = np.zeros(size, dtype=np.intp)
        number[there] = np.arange(len(there))
        elements.append(number[codes] + start)
        kept.append(there)
        start += len(there)
    present = np.unique(design.scale[rows])
    renumbered = np.searchsorted(present, design.scale[rows])
    problem = prepared(
        tuple(len(each) for each in kept),
        signs_of(design),
        np.vstack(elements),
        given_places(design, rows, values),
        renumbered,
        tuple(scales[each] for each in present),
    )
    n_parameters = sum(problem.sizes) - len(kept) + 1 + int(problem.offsets[-1])
    if len(rows) <= n_parameters:
        raise RatingsError(
            f"去掉极端分数后有 {len(rows)} 个评分，要估计的参数有 {n_parameters} 个，评分太少。"
            "请补充评分，或减少方面（facets），或用 rating_scale 让各指标共用阈值。"
        )
    facet = design.facets.index(design.scale_facet)
    measures, steps = _start(problem, facet)
    solution = maximise(problem, measures, steps, tolerance=tolerance, limit=limit)
    _check_finite(design, solution, kept, tolerance)
    return Fitted(problem, solution, rows, tuple(kept), n_parameters)


def signs_of(design: Coded) -> Floats:
    return np.array([1.0, *([-1.0] * (len(design.facets) - 1))])


def given_places(design: Coded, rows: Ints, values: tuple[Ints, ...]) -> Ints:
    """Return which used category each rating is in, brought inside the ends."""
    found = np.zeros(len(rows), dtype=np.intp)
    order = np.argsort(design.scale[rows], kind="stable")
    bounds = np.searchsorted(design.scale[rows][order], np.arange(len(values) + 1))
    for scale, own in enumerate(values):
        here = order[bounds[scale] : bounds[scale + 1]]
        if len(own):
            given = np.clip(design.value[rows[here]], own[0], own[-1])
            found[here] = np.searchsorted(own, given)
    return found


def _start(problem: Problem, scaled: int) -> tuple[Floats, Floats]:
    """Return the maximum for elements that differ in nothing: each scale's own frequencies."""
    measures, steps = np.zeros(sum(problem.sizes)), np.zeros(int(problem.offsets[-1]))
    for scale, categories in enumerate(problem.scales):
        blocks = [each for each in problem.blocks if each.scale == scale]
        logs = np.log(np.sum([each.counts for each in blocks], axis=0))
        slope = (logs[-1] - logs[0]) / categories[-1]
        thresholds = categories * slope - (logs - logs[0])
        steps[problem.offsets[scale] : problem.offsets[scale + 1]] = thresholds[1:-1]
        for each in blocks:
            measures[np.unique(problem.elements[scaled, each.rows])] = problem.signs[scaled] * slope
    return measures, steps


def _check_finite(
    design: Coded, solution: Solution, kept: Sequence[Ints], tolerance: float
) -> None:
    """Raise if there is no maximum at finite measures, or it was not reached."""
    if solution.gradient > tolerance and not solution.flat:
        raise RatingsError(
            f"迭代 {solution.iterations} 次后还没有收敛：观察与期望之差最大 "
            f"{solution.gradient:.2g}，要求 {tolerance:.2g}。请增大 limit 或放宽 tolerance。"
        )
    if np.abs(solution.drift).max() <= DRIFT:
        return
    lines, start = [], 0
    for facet, own, places in zip(design.facets, design.names, kept, strict=True):
        drift = solution.drift[start : start + len(places)]
        groups = _apart(drift)
        if len(groups) > 1:
            names = (f"（{listed(own[place] for place in places[group])}）" for group in groups)
            lines.append(f"{CHINESE.get(facet, facet)}{'、'.join(names)}")
        start += len(places)
    about = "\n".join(
        ["下列各组（量值从低到高）之间没有交错：", *(f"  {line}" for line in lines), ""]
    )
    raise RatingsError(
        f"有些量值趋于无穷大，没有有限的估计。{about if lines else ''}"
        "多半是评分太少，或一组对象的分数总是高过另一组，相差多少无从知道。"
        "请补充评分，或分组计算，或改用档数较少的量表。"
    )


def _apart(drift: Floats) -> list[Ints]:
    """Return elements in groups that run away from each other, the lowest first."""
    order = np.argsort(drift, kind="stable")
    gaps = np.diff(drift[order]) > max(DRIFT, float(np.ptp(drift)) / 10)
    return [np.sort(part) for part in np.split(order, np.flatnonzero(gaps) + 1) if len(part)]
