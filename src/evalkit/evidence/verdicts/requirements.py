"""Whether what a rubric asks for can be answered by the metrics that there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache

from evalkit.definitions import path_text
from evalkit.evidence.catalogue import SCHOOL_SUBJECTS, metrics
from evalkit.evidence.metric import Metric
from evalkit.rubric import Requirement, Rubric

__all__ = ["catalogue", "faults_of_requirements"]


@cache
def catalogue() -> Mapping[str, Metric]:
    """Return the metrics of a college by name."""
    return {metric.name: metric for metric in metrics()}


def faults_of_requirements(rubric: Rubric) -> list[str]:
    """Check a rubric's requirements against the metrics that there are.

    Returns
    -------
    list of str
        Every fault with its path in the rubric file, as in
        ``dimensions[0].indicators[1].criteria[0].evidence[2].metric: ...``; empty if there is none.
    """
    return [
        f"{path_text([*path, 'evidence', place, key])}: {what}"
        for path, requirements in _requirements(rubric)
        for place, requirement in enumerate(requirements)
        for key, what in _faults(requirement)
    ]


def _requirements(
    rubric: Rubric,
) -> Iterator[tuple[list[str | int], tuple[Requirement, ...]]]:
    for d, dimension in enumerate(rubric.dimensions):
        for i, indicator in enumerate(dimension.indicators):
            for c, criterion in enumerate(indicator.criteria):
                path: list[str | int] = ["dimensions", d, "indicators", i, "criteria", c]
                yield path, criterion.evidence


def _faults(requirement: Requirement) -> Iterator[tuple[str, str]]:
    name = requirement.metric
    metric = catalogue().get(name)
    if metric is None:
        if any(name == m.name for subject in SCHOOL_SUBJECTS for m in subject.metrics):
            yield "metric", f"“{name}”是全校的指标，不能用来评价一个学院，请删去这一行"
            return
        close = difflib.get_close_matches(name, catalogue(), n=1, cutoff=0.6)
        guess = f"您要的是不是“{close[0]}”" if close else "请检查拼写"
        yield "metric", f"没有名为“{name}”的指标，{guess}"
        return
    if requirement.at_least == "all" and metric.whole is None:
        yield "at_least", f"“{metric.title}”没有分母，不能要求 all，请填一个数"
