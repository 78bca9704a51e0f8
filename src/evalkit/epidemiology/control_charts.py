"""Control charts for attributes: whether a process went on as before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from evalkit.epidemiology.control_chart import (
    USUAL,
    ControlChart,
    baseline_of,
    chart_of,
    sample_names,
)
from evalkit.epidemiology.counts import checked, checked_pair, single
from evalkit.epidemiology.run_rules import Rule
from evalkit.errors import DataError

__all__ = ["c_chart", "np_chart", "p_chart", "u_chart"]


def p_chart(
    count: ArrayLike,
    n: ArrayLike,
    *,
    sample: Sequence[object] | None = None,
    baseline: ArrayLike | None = None,
    sigmas: float = 3.0,
    run: int = 7,
    rules: Sequence[Rule] = USUAL,
) -> ControlChart:
    r"""Chart proportions.

    The limits are :math:`\bar p \pm k \sqrt{\bar p (1 - \bar p) / n_i}`, cut at 0 and 1.

    Parameters
    ----------
    count, n : array-like or Series, shape (t,)
        How many of how many, in time order; two Series are laid side by side by their labels.
    sample : sequence, optional
        Names of the samples; if not given, the labels of a Series, or 1, 2, ...
    baseline : array-like of bool, shape (t,), optional
        Samples from which centre and limits are estimated; all if not given.
    sigmas : float
        Distance of the limits.
    run : int
        Length of a run that is a signal.
    rules : sequence of str
        Which rules count as signals: ``"beyond"``, ``"in_run"``, ``"two_of_three"``,
        ``"four_of_five"``, ``"six_in_trend"``. The table has all of them; each one more raises
        the number of false alarms.

    Raises
    ------
    DataError
        If the counts do not fit, one is missing, or there is nothing to chart.
    UnknownNameError
        If there is no such rule.

    References
    ----------
    Montgomery, Introduction to Statistical Quality Control, section 7.2. R: ``qcc::qcc``.

    Examples
    --------
    >>> p_chart([12, 15, 8, 10], 50).centre
    0.225
    """
    pair = single(checked_pair(count, n), "控制图")
    if (pair.whole == 0).any():
        raise DataError("有样本的人数为 0，算不出比例。请先去掉没有人的样本。")
    chosen = baseline_of(baseline, len(pair.count))
    centre = float(pair.count[chosen].sum() / pair.whole[chosen].sum())
    spread = np.sqrt(centre * (1 - centre) / pair.whole)
    value = pair.count / pair.whole
    names = sample_names(sample, count, len(value))
    return chart_of("p", value, centre, spread, 1.0, names, chosen, sigmas, run, rules)


def np_chart(
    count: ArrayLike,
    n: ArrayLike,
    *,
    sample: Sequence[object] | None = None,
    baseline: ArrayLike | None = None,
    sigmas: float = 3.0,
    run: int = 7,
    rules: Sequence[Rule] = USUAL,
) -> ControlChart:
    r"""Chart how many of samples of one size; see :func:`p_chart`.

    The limits are :math:`n \bar p \pm k \sqrt{n \bar p (1 - \bar p)}`.

    Parameters
    ----------
    count : array-like or Series, shape (t,)
        How many.
    n : number, or array-like of equal numbers
        Size of every sample.
    sample, baseline, sigmas, run, rules
        As for :func:`p_chart`.

    Raises
    ------
    DataError
        If the samples differ in size (then :func:`p_chart` is the right one), or as there.

    References
    ----------
    As for :func:`p_chart`.

    Examples
    --------
    >>> np_chart([12, 15, 8, 10], 50).centre
    11.25
    """
    sizes = np.unique(checked(n, "样本人数"))
    if len(sizes) != 1:
        raise DataError("np 图要求每个样本的人数相同。人数不同的请用 p_chart。")
    size = float(sizes[0])
    if size == 0:
        raise DataError("样本的人数为 0，算不出比例。请核对样本人数。")
    pair = single(checked_pair(count, size), "控制图")
    chosen = baseline_of(baseline, len(pair.count))
    share = float(pair.count[chosen].mean() / size)
    spread = np.full(len(pair.count), np.sqrt(size * share * (1 - share)))
    names = sample_names(sample, count, len(pair.count))
    return chart_of("np", pair.count, size * share, spread, size, names, chosen, sigmas, run, rules)


def c_chart(
    count: ArrayLike,
    *,
    sample: Sequence[object] | None = None,
    baseline: ArrayLike | None = None,
    sigmas: float = 3.0,
    run: int = 7,
    rules: Sequence[Rule] = USUAL,
) -> ControlChart:
    r"""Chart counts of events over equal exposures.

    The limits are :math:`\bar c \pm k \sqrt{\bar c}`.

    Parameters
    ----------
    count : array-like or Series, shape (t,)
        Events.
    sample, baseline, sigmas, run, rules
        As for :func:`p_chart`.

    Raises
    ------
    DataError
        If a count is negative, missing or no number.

    References
    ----------
    Montgomery, Introduction to Statistical Quality Control, section 7.3. R: ``qcc::qcc``.

    Examples
    --------
    >>> c_chart([4, 6, 5, 5]).centre
    5.0
    """
    pair = single(checked_pair(count, 1.0, bounded=False), "控制图")
    chosen = baseline_of(baseline, len(pair.count))
    centre = float(pair.count[chosen].mean())
    spread = np.full(len(pair.count), np.sqrt(centre))
    names = sample_names(sample, count, len(pair.count))
    return chart_of("c", pair.count, centre, spread, np.inf, names, chosen, sigmas, run, rules)


def u_chart(
    count: ArrayLike,
    exposure: ArrayLike,
    *,
    sample: Sequence[object] | None = None,
    baseline: ArrayLike | None = None,
    sigmas: float = 3.0,
    run: int = 7,
    rules: Sequence[Rule] = USUAL,
) -> ControlChart:
    r"""Chart events for each unit of exposure.

    The limits are :math:`\bar u \pm k \sqrt{\bar u / e_i}`.

    Parameters
    ----------
    count, exposure : array-like or Series, shape (t,)
        Events and exposures, such as students.
    sample, baseline, sigmas, run, rules
        As for :func:`p_chart`.

    Raises
    ------
    DataError
        If the counts do not fit, one is missing, or an exposure is zero.

    References
    ----------
    As for :func:`c_chart`.

    Examples
    --------
    >>> u_chart([10, 12, 8], [5, 5, 5]).centre
    2.0
    """
    pair = single(checked_pair(count, exposure, bounded=False), "控制图")
    if (pair.whole == 0).any():
        raise DataError("有样本的暴露量为 0，算不出率。请先去掉这样的样本。")
    chosen = baseline_of(baseline, len(pair.count))
    centre = float(pair.count[chosen].sum() / pair.whole[chosen].sum())
    spread = np.sqrt(centre / pair.whole)
    value = pair.count / pair.whole
    names = sample_names(sample, count, len(value))
    return chart_of("u", value, centre, spread, np.inf, names, chosen, sigmas, run, rules)
