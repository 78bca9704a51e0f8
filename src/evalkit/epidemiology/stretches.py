"""A series over time, cut where a change makes it incomparable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evalkit.epidemiology.counts import Floats, checked, checked_level
from evalkit.epidemiology.result import Result
from evalkit.epidemiology.trends import mann_kendall, sen_slope
from evalkit.errors import DataError

__all__ = ["Trend", "trend"]


@dataclass(frozen=True, repr=False, eq=False)
class Trend(Result):
    """A series cut at its breaks; nothing is compared across one.

    Attributes
    ----------
    breaks : tuple
        Times at which a new stretch begins.
    level : float
        Confidence level of the slopes.
    table : DataFrame
        One row a stretch: start, end, n, slope, low, high, p (Mann–Kendall), and a note where a
        stretch is too short for a statement.
    points : DataFrame
        One row a time: t, value (missing where there was none), stretch (1, 2, ...), fitted (of
        the stretch's own slope; missing where it has none).
    """

    title: ClassVar[str] = "分段趋势"

    breaks: tuple[object, ...]
    level: float
    table: pd.DataFrame
    points: pd.DataFrame
    reference: str = "Sen 1968; Mann 1945"

    def _frame(self) -> pd.DataFrame:
        return self.table

    def _sentence(self) -> str:
        return f"{len(self.points)} 个时间，{len(self.breaks)} 个断点，{len(self.table)} 段"


def trend(
    t: Sequence[object],
    y: ArrayLike,
    *,
    breaks: Sequence[object] = (),
    level: float = 0.95,
) -> Trend:
    """Describe a series stretch by stretch, cut where a change makes it incomparable.

    Parameters
    ----------
    t : sequence, length n
        Times in order, such as academic years.
    y : array-like, shape (n,)
        Values; a missing one (suppressed, no data) is a gap.
    breaks : sequence
        Times at which a new stretch begins: a new instrument, a new denominator.
    level : float
        Confidence level of the slopes.

    Raises
    ------
    DataError
        If a break is none of the times, or lengths do not fit.

    References
    ----------
    Sen (1968), J Am Stat Assoc 63:1379; Mann (1945), Econometrica 13:245.

    Examples
    --------
    >>> result = trend(range(2016, 2025), [9, 8, 8, 7, 7, 12, 11, 11, 10], breaks=[2021])
    >>> result.table[["start", "end", "n"]].values.tolist()
    [[2016, 2020, 5], [2021, 2024, 4]]
    """
    checked_level(level)
    times = list(t)
    series = np.atleast_1d(checked(y, "数值", lowest=None, gaps=True))
    if len(times) != len(series):
        raise DataError(f"数值有 {len(series)} 个，时间有 {len(times)} 个，对不上。")
    if not times:
        raise DataError("没有数，看不出趋势。请至少给出一个时间的数。")
    unknown = [str(each) for each in breaks if each not in times]
    if unknown:
        raise DataError(f"断点“{'、'.join(unknown)}”不在时间之中。")
    starts = sorted({0, *(times.index(each) for each in breaks)})
    rows, parts = [], []
    for number, (start, end) in enumerate(
        zip(starts, [*starts[1:], len(times)], strict=True), start=1
    ):
        row, fitted = _stretch(times[start:end], series[start:end], start, level)
        rows.append(row)
        own = {"t": times[start:end], "value": series[start:end], "stretch": number}
        parts.append(pd.DataFrame({**own, "fitted": fitted}))
    points = pd.concat(parts, ignore_index=True)
    return Trend(tuple(breaks), float(level), pd.DataFrame(rows), points)


def _stretch(
    times: list[object], series: Floats, first: int, level: float
) -> tuple[dict[str, object], Floats]:
    number = int((~np.isnan(series)).sum())
    row: dict[str, object] = {"start": times[0], "end": times[-1], "n": number}
    if number < 3:
        nothing = dict.fromkeys(("slope", "low", "high", "p"), float("nan"))
        none = np.full(len(series), np.nan)
        return {**row, **nothing, "note": "不足三个数，不作趋势判断"}, none
    places = np.arange(first, first + len(series), dtype=np.float64)
    slope = sen_slope(series, places, level)
    test = mann_kendall(series)
    note = "年数少，检验的把握很小" if number < 8 else ""
    told = {"slope": slope.estimate, "low": slope.low, "high": slope.high, "p": test.p}
    return {**row, **told, "note": note}, slope.intercept + slope.estimate * places
