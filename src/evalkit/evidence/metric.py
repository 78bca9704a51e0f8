"""Metrics (指标值): what each is called, needs and comes from, and how its value is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from evalkit.evidence.source import Frame, Source

__all__ = ["Direction", "Metric", "Subject"]

Direction = Literal["higher", "lower", "none"]
"""Which way is better. ``none``: neither, such as the number of crises or of sessions."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a college, as a share of two counts or a single one.

    Attributes
    ----------
    name, title : str
        Machine name and Chinese title.
    unit : str
        As printed: ``"%"``, ``"人次/生"``, ``"是/否"`` (value 1 or 0), ``"天"``.
    part : str
        The count above the line, a column of the subject's result.
    whole : str, optional
        The count below the line. Where it is zero the metric is 不适用.
    times : int
        What the quotient is multiplied by: 100 for ``"%"``, 1000 for figures per 1,000 students.
    needs : mapping of str to tuple of str
        Sheet → columns that it is computed from. A college that did not hand in one of the sheets
        has 无数据.
    direction : Direction
        Which way is better.
    source : str
        Where the measures speak of it, in Chinese.
    level : {"college", "school"}
        A figure of the school's level never judges a college.
    only_if : str, optional
        A count without which there is nothing to say: where it is zero the metric is 不适用.
    """

    name: str
    title: str
    unit: str
    part: str
    needs: Mapping[str, tuple[str, ...]]
    source: str
    whole: str | None = None
    times: int = 1
    direction: Direction = "higher"
    level: Literal["college", "school"] = "college"
    only_if: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A group of metrics that are counted together.

    Attributes
    ----------
    name, title : str
        Name of the module, and its Chinese title.
    metrics : tuple of Metric
        In the order of the measures.
    count : callable
        Source → lazy frame with the source's keys and every ``part``, ``whole`` and ``only_if`` of
        the metrics, one row for each college that handed in what the subject needs. Pure.
    decimals : tuple of str
        Counts that are no whole numbers: money, hours, medians.
    """

    name: str
    title: str
    metrics: tuple[Metric, ...]
    count: Callable[[Source], Frame]
    decimals: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[str, ...]:
        """Names of the counts that the metrics are made of, each once."""
        named = [n for m in self.metrics for n in (m.part, m.whole, m.only_if) if n is not None]
        return tuple(dict.fromkeys(named))
