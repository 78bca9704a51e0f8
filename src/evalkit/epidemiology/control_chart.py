"""A control chart as a result, and how it is made of values, a centre and their spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evalkit.epidemiology.counts import Floats, names_of
from evalkit.epidemiology.result import Result, figure
from evalkit.epidemiology.run_rules import RULES, Flags, Rule, broken_rules
from evalkit.errors import DataError, UnknownNameError

__all__ = ["USUAL", "ControlChart", "baseline_of", "chart_of", "sample_names"]

Kind = Literal["p", "np", "c", "u"]

USUAL: tuple[Rule, ...] = ("beyond", "in_run")
"""Rules that count if none are named."""


@dataclass(frozen=True, repr=False, eq=False)
class ControlChart(Result):
    """Samples in time order, with the centre and limits that they are held against.

    Attributes
    ----------
    kind : {"p", "np", "c", "u"}
        Proportion, number, count, or count for each unit of exposure.
    centre : float
        The process' mean, from the baseline.
    sigmas : float
        Distance of the limits, in standard deviations.
    run : int
        Length of a run on one side of the centre that is a signal.
    rules : tuple of str
        Which of the rules count as signals.
    table : DataFrame
        One row a sample: sample, value, low, high, baseline, ``signal`` (breaks one of `rules`),
        and for each rule whether the sample completes what it forbids:

        - ``beyond``: outside the limits;
        - ``in_run``: the `run`-th or a later one of a run on one side of the centre;
        - ``two_of_three``: two of the last three beyond two thirds of the way to the limit, on
          one side;
        - ``four_of_five``: four of the last five beyond one third of the way, on one side;
        - ``six_in_trend``: six in a row that rise, or fall, without a break.
    """

    title: ClassVar[str] = "控制图"

    kind: Kind
    centre: float
    sigmas: float
    run: int
    table: pd.DataFrame
    rules: tuple[Rule, ...] = USUAL
    reference: str = (
        "Montgomery, Introduction to Statistical Quality Control; "
        "Western Electric (1956); Nelson (1984), J Qual Technol 16:237"
    )

    @property
    def beyond(self) -> list[object]:
        """Samples outside the limits."""
        return list(self.table.loc[self.table["beyond"], "sample"])

    @property
    def runs(self) -> list[object]:
        """Samples at which a run on one side of the centre has reached the length of a signal."""
        return list(self.table.loc[self.table["in_run"], "sample"])

    @property
    def signals(self) -> Mapping[Rule, list[object]]:
        """Rule → samples that complete what it forbids; all rules, whatever counts."""
        return {rule: list(self.table.loc[self.table[rule], "sample"]) for rule in RULES}

    @property
    def in_control(self) -> bool:
        """Whether there is no signal by the rules that count."""
        return not self.table["signal"].any()

    def _frame(self) -> pd.DataFrame:
        return self.table

    def _sentence(self) -> str:
        return (
            f"{self.kind} 图，{len(self.table)} 个样本，中心 {figure(self.centre)}，"
            f"{len(self.beyond)} 个在控制限外，{len(self.runs)} 个在同侧游程中"
        )


def baseline_of(baseline: ArrayLike | None, number: int) -> Flags:
    """Return which samples the centre is estimated from.

    Raises
    ------
    DataError
        If there is no sample, or not one mark for each.
    """
    if number == 0:
        raise DataError("没有样本，画不出控制图。")
    if baseline is None:
        return np.ones(number, dtype=bool)
    chosen = np.asarray(baseline, dtype=bool)
    if chosen.shape != (number,) or not chosen.any():
        raise DataError(f"基线应当与 {number} 个样本一一对应，且至少选中一个。")
    return chosen


def sample_names(sample: Sequence[object] | None, count: ArrayLike, number: int) -> list[object]:
    """Return the samples' names: those given, or the labels of the counts.

    Raises
    ------
    DataError
        If there are not as many names as samples.
    """
    names = names_of(count, number) if sample is None else list(sample)
    if len(names) != number:
        raise DataError(f"样本名称有 {len(names)} 个，数据有 {number} 个，对不上。")
    return names


def chart_of(
    kind: Kind,
    value: Floats,
    centre: float,
    spread: Floats,
    top: float,
    names: list[object],
    baseline: Flags,
    sigmas: float,
    run: int,
    rules: Sequence[Rule],
) -> ControlChart:
    """Return the chart of values around a centre.

    Parameters
    ----------
    kind : {"p", "np", "c", "u"}
        Which chart.
    value, spread : array of float, shape (t,)
        Samples, and their standard deviations by chance.
    centre, top : float
        The process' mean, and the largest value possible.
    names, baseline, sigmas, run, rules
        As for :func:`evalkit.epidemiology.p_chart`.

    Raises
    ------
    DataError
        If a setting is out of range.
    UnknownNameError
        If there is no such rule.
    """
    if not sigmas > 0 or run < 2:
        raise DataError("控制限的倍数应大于 0，游程长度应不小于 2。")
    for rule in rules:
        if rule not in RULES:
            raise UnknownNameError.of("判异规则", str(rule), list(RULES))
    low = np.maximum(centre - sigmas * spread, 0.0)
    high = np.minimum(centre + sigmas * spread, top)
    broken = broken_rules(value, centre, spread * sigmas, (low, high), run)
    signal = np.any([broken[rule] for rule in rules], axis=0) if rules else np.zeros_like(baseline)
    table = pd.DataFrame({"sample": names, "value": value, "low": low, "high": high})
    table = table.assign(**dict(broken), signal=signal, baseline=baseline)
    return ControlChart(kind, centre, sigmas, run, table, tuple(rules))
