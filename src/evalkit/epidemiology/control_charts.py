"""Control charts for attributes: whether a process went on as before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evalkit.epidemiology.counts import Floats, checked, checked_pair
from evalkit.errors import DataError

__all__ = ["ControlChart", "c_chart", "np_chart", "p_chart", "u_chart"]

Kind = Literal["p", "np", "c", "u"]


@dataclass(frozen=True)
class ControlChart:
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
    table : DataFrame
        One row a sample: sample, value, low, high, beyond (outside the limits), in_run (belongs to
        a run of at least `run` on one side, from its `run`-th sample on), baseline.
    """

    kind: Kind
    centre: float
    sigmas: float
    run: int
    table: pd.DataFrame
    reference: str = "Montgomery, Introduction to Statistical Quality Control"

    @property
    def beyond(self) -> list[object]:
        """Samples outside the limits."""
        return list(self.table.loc[self.table["beyond"], "sample"])

    @property
    def runs(self) -> list[object]:
        """Samples at which a run on one side of the centre has reached the length of a signal."""
        return list(self.table.loc[self.table["in_run"], "sample"])

    @property
    def in_control(self) -> bool:
        """Whether there is no signal."""
        return not (self.table["beyond"].any() or self.table["in_run"].any())

    def __repr__(self) -> str:
        return (
            f"<ControlChart {self.kind}, {len(self.table)} samples, centre {self.centre:.4g}, "
            f"{len(self.beyond)} beyond limits, {len(self.runs)} in runs>"
        )


def p_chart(
    count: ArrayLike,
    n: ArrayLike,
    *,
    sample: Sequence[object] | None = None,
    baseline: ArrayLike | None = None,
    sigmas: float = 3.0,
    run: int = 7,
) -> ControlChart:
    r"""Chart proportions.

    The limits are :math:`\bar p \pm k \sqrt{\bar p (1 - \bar p) / n_i}`.

    Parameters
    ----------
    count, n : array-like, shape (t,)
        How many of how many, in time order.
    sample : sequence, optional
        Names of the samples; 1, 2, ... if not given.
    baseline : array-like of bool, shape (t,), optional
        Samples from which centre and limits are estimated; all if not given.
    sigmas : float
        Distance of the limits.
    run : int
        Length of a run that is a signal.

    Raises
    ------
    DataError
        If the counts do not fit or there is nothing to chart.

    Examples
    --------
    >>> p_chart([12, 15, 8, 10], 50).centre
    0.225
    """
    pair = checked_pair(count, n)
    if (pair.whole == 0).any():
        raise DataError("有样本的人数为 0，算不出比例。请先去掉没有人的样本。")
    chosen = _baseline(baseline, len(pair.count))
    centre = float(pair.count[chosen].sum() / pair.whole[chosen].sum())
    spread = np.sqrt(centre * (1 - centre) / pair.whole)
    value = pair.count / pair.whole
    return _chart("p", value, centre, spread, 1.0, sample, chosen, sigmas, run)


def np_chart(
    count: ArrayLike,
    n: float,
    *,
    sample: Sequence[object] | None = None,
    baseline: ArrayLike | None = None,
    sigmas: float = 3.0,
    run: int = 7,
) -> ControlChart:
    """Chart how many of samples of one size; see :func:`p_chart`.

    Parameters
    ----------
    count : array-like, shape (t,)
        How many.
    n : float
        Size of every sample.
    sample, baseline, sigmas, run
        As for :func:`p_chart`.

    Raises
    ------
    DataError
        If the samples differ in size (then :func:`p_chart` is the right one), or as there.
    """
    sizes = np.unique(checked(n, "样本人数"))
    if len(sizes) != 1:
        raise DataError("np 图要求每个样本的人数相同。人数不同的请用 p_chart。")
    pair = checked_pair(count, sizes[0])
    chosen = _baseline(baseline, len(pair.count))
    share = float(pair.count[chosen].mean() / sizes[0])
    size = float(sizes[0])
    spread = np.full(len(pair.count), np.sqrt(size * share * (1 - share)))
    return _chart("np", pair.count, size * share, spread, size, sample, chosen, sigmas, run)


def c_chart(
    count: ArrayLike,
    *,
    sample: Sequence[object] | None = None,
    baseline: ArrayLike | None = None,
    sigmas: float = 3.0,
    run: int = 7,
) -> ControlChart:
    """Chart counts of events over equal exposures; the limits are c̄ ± k √c̄.

    Parameters
    ----------
    count : array-like, shape (t,)
        Events.
    sample, baseline, sigmas, run
        As for :func:`p_chart`.

    Raises
    ------
    DataError
        If a count is negative or no number.
    """
    events = np.atleast_1d(checked(count, "计数"))
    chosen = _baseline(baseline, len(events))
    centre = float(events[chosen].mean())
    spread = np.full(len(events), np.sqrt(centre))
    return _chart("c", events, centre, spread, np.inf, sample, chosen, sigmas, run)


def u_chart(
    count: ArrayLike,
    exposure: ArrayLike,
    *,
    sample: Sequence[object] | None = None,
    baseline: ArrayLike | None = None,
    sigmas: float = 3.0,
    run: int = 7,
) -> ControlChart:
    """Chart events for each unit of exposure; the limits are ū ± k √(ū / e).

    Parameters
    ----------
    count, exposure : array-like, shape (t,)
        Events and exposures, such as students.
    sample, baseline, sigmas, run
        As for :func:`p_chart`.

    Raises
    ------
    DataError
        If the counts do not fit or an exposure is zero.
    """
    pair = checked_pair(count, exposure, bounded=False)
    if (pair.whole == 0).any():
        raise DataError("有样本的暴露量为 0，算不出率。请先去掉这样的样本。")
    chosen = _baseline(baseline, len(pair.count))
    centre = float(pair.count[chosen].sum() / pair.whole[chosen].sum())
    spread = np.sqrt(centre / pair.whole)
    value = pair.count / pair.whole
    return _chart("u", value, centre, spread, np.inf, sample, chosen, sigmas, run)


def _baseline(baseline: ArrayLike | None, number: int) -> np.ndarray:
    if number == 0:
        raise DataError("没有样本，画不出控制图。")
    if baseline is None:
        return np.ones(number, dtype=bool)
    chosen = np.asarray(baseline, dtype=bool)
    if chosen.shape != (number,) or not chosen.any():
        raise DataError(f"基线应当与 {number} 个样本一一对应，且至少选中一个。")
    return chosen


def _chart(
    kind: Kind,
    value: Floats,
    centre: float,
    spread: Floats,
    top: float,
    sample: Sequence[object] | None,
    baseline: np.ndarray,
    sigmas: float,
    run: int,
) -> ControlChart:
    if sigmas <= 0 or run < 2:
        raise DataError("控制限的倍数应大于 0，游程长度应不小于 2。")
    names = list(range(1, len(value) + 1)) if sample is None else list(sample)
    if len(names) != len(value):
        raise DataError(f"样本名称有 {len(names)} 个，数据有 {len(value)} 个，对不上。")
    low = np.maximum(centre - sigmas * spread, 0.0)
    high = np.minimum(centre + sigmas * spread, top)
    table = pd.DataFrame(
        {
            "sample": names,
            "value": value,
            "low": low,
            "high": high,
            "beyond": (value < low) | (value > high),
            "in_run": _run_lengths(np.sign(value - centre)) >= run,
            "baseline": baseline,
        }
    )
    return ControlChart(kind, centre, sigmas, run, table)


def _run_lengths(side: Floats) -> np.ndarray:
    """Return how long the run on one side is at each sample; on the centre there is none."""
    lengths = np.zeros(len(side), dtype=int)
    for place, here in enumerate(side):
        if here == 0:
            continue
        going_on = place > 0 and side[place - 1] == here
        lengths[place] = lengths[place - 1] + 1 if going_on else 1
    return lengths
