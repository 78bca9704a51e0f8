"""Rates that may be shown, with how sure they are."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.epidemiology import Funnel, Interval, funnel
from evalkit.errors import DataError
from evalkit.privacy import Released

__all__ = ["Rates"]


@dataclass(frozen=True, eq=False)
class Rates:
    """Rates of some units.

    Attributes
    ----------
    table : Released
        One row a unit: name, count, whole, rate, and the interval's limits (``low``, ``high``, %).
    names : tuple of str
        Units whose rate may be shown.
    interval : Interval
        Of these, in their order (Wilson, 95 %).
    count, whole : tuple of int
        Their counts and denominators.
    n_hidden : int
        How many units are not shown.
    title : str
        What the rates are, in Chinese.
    """

    table: Released
    names: tuple[str, ...]
    interval: Interval
    count: tuple[int, ...]
    whole: tuple[int, ...]
    n_hidden: int
    title: str

    def text(self, name: str) -> str:
        """Return a unit's rate with its limits as a sentence has it."""
        if name not in self.names:
            return f"{name}人数过少，不显示"
        place = self.names.index(name)
        value, low, high = (
            100 * float(each[place])
            for each in (self.interval.estimate, self.interval.low, self.interval.high)
        )
        return f"{value:.2f}%（95% 置信区间 {low:.2f}%—{high:.2f}%）"

    def funnel(self) -> Funnel:
        """Compare the units with all of them together, by exact limits.

        Raises
        ------
        DataError
            If no unit may be shown.
        """
        if not self.names:
            raise DataError(f"{self.title}：各单位人数都过少，不作比较。请换一个指标或学年。")
        return funnel(list(self.count), list(self.whole), unit=list(self.names))
