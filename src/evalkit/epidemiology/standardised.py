"""Standardised rates and ratios as results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from evalkit.epidemiology.result import Result, figure

__all__ = ["StandardisedRate", "StandardisedRatio"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class StandardisedRate(Result):
    """A directly standardised rate, times ``multiplier``, with Dobson's limits.

    Attributes
    ----------
    estimate, low, high : float, or Series of float
        Numbers for one unit; a number a unit if there were columns of units. The limits are not
        a number where there were no events: the method has none then.
    level : float
        The confidence level.
    count, crude : float, or Series of float
        Events in the strata with a weight, and the rate as it is.
    multiplier : float
        1000 for a rate in 1,000.
    strata : DataFrame
        One row a stratum (and unit): unit, stratum, count, n, rate (times multiplier), weight
        (share of the standard population).
    """

    title: ClassVar[str] = "直接标准化率"

    estimate: Any
    low: Any
    high: Any
    level: float
    count: Any
    crude: Any
    multiplier: float
    strata: pd.DataFrame
    method: str = "直接标准化率，Dobson 区间（以 Byar 区间为基础）"
    reference: str = "Dobson et al. (1991), Stat Med 10:457"

    @property
    def table(self) -> pd.DataFrame:
        """One row a unit: estimate, low, high, count, crude."""
        return _units(self, ("estimate", "low", "high", "count", "crude"))

    def _frame(self) -> pd.DataFrame:
        return self.table

    def _sentence(self) -> str:
        return _said(self)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class StandardisedRatio(Result):
    """Observed over expected events, times ``multiplier``, with its limits.

    Attributes
    ----------
    estimate, low, high : float, or Series of float
        Numbers for one unit; a number a unit if there were columns of units.
    level : float
        The confidence level.
    observed, expected : float, or Series of float
        Events, and those that the reference's rates would give.
    multiplier : float
        100 for a ratio in per cent.
    method : str
        How the limits were computed.
    """

    title: ClassVar[str] = "间接标准化比"

    estimate: Any
    low: Any
    high: Any
    level: float
    observed: Any
    expected: Any
    multiplier: float
    method: str
    reference: str = "Breslow & Day (1987), Statistical Methods in Cancer Research II"

    @property
    def table(self) -> pd.DataFrame:
        """One row a unit: estimate, low, high, observed, expected."""
        return _units(self, ("estimate", "low", "high", "observed", "expected"))

    def _frame(self) -> pd.DataFrame:
        return self.table

    def _sentence(self) -> str:
        return _said(self)


def _units(result: StandardisedRate | StandardisedRatio, names: tuple[str, ...]) -> pd.DataFrame:
    index = result.estimate.index if isinstance(result.estimate, pd.Series) else None
    columns = {name: np.atleast_1d(getattr(result, name)) for name in names}
    return pd.DataFrame(columns, index=index)


def _said(result: StandardisedRate | StandardisedRatio) -> str:
    if np.size(result.estimate) > 1:
        return f"{np.size(result.estimate):,} 个单位，{result.method}，{100 * result.level:g}%"
    row = result.table.iloc[0]
    return (
        f"{figure(row['estimate'])}（{figure(row['low'])} 至 {figure(row['high'])}），"
        f"{result.method}，{100 * result.level:g}%"
    )
