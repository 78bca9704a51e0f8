"""How a panel makes scores and ranks of what its judges gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from evalkit.raters.ratings import RatingsError, checked_count

__all__ = ["Each", "Estimator", "Rules", "Ties", "checked_first", "rules_of"]

Estimator = Literal["trimmed", "mean", "median"]
Each = Literal["total", "item"]
Ties = Literal["shared", "mean"]

ESTIMATORS = {"trimmed": "去极值平均", "mean": "直接平均", "median": "中位数"}


@dataclass(frozen=True, slots=True)
class Rules:
    """How a panel makes scores and ranks of its judges' totals.

    Attributes
    ----------
    estimator : {"trimmed", "mean", "median"}
        What is taken of the judges' scores.
    trim : int
        Highest and lowest scores that the trimmed mean leaves out, each.
    min_judges : int
        With fewer judges nothing is left out.
    each : {"total", "item"}
        Whether it is taken of the judges' totals, or of each item, and then added up.
    decimals : int or None
        Places to which scores are published (half up) before they are compared; exact if None.
    ties : {"shared", "mean"}
        Equal scores share a rank, or the plain mean decides first.
    """

    estimator: Estimator = "trimmed"
    trim: int = 1
    min_judges: int = 5
    each: Each = "total"
    decimals: int | None = None
    ties: Ties = "shared"

    @property
    def words(self) -> str:
        """The rules in Chinese."""
        said = ESTIMATORS[self.estimator]
        if self.estimator == "trimmed":
            said += f"（满 {self.min_judges} 位评委时最高、最低分各去掉 {self.trim} 个）"
        if self.each == "item":
            said = f"逐项{said}后相加"
        if self.decimals is not None:
            said += f"，四舍五入到 {self.decimals} 位小数后比较"
        return said + ("，同分并列" if self.ties == "shared" else "，同分的再比全部评委的平均分")


def rules_of(
    estimator: Estimator, trim: int, min_judges: int, each: Each, decimals: int | None, ties: Ties
) -> Rules:
    """Return the rules.

    Raises
    ------
    RatingsError
        If one is not among those allowed, or trimming would leave nothing.
    """
    for name, value, allowed in (
        ("estimator", estimator, get_args(Estimator)),
        ("each", each, get_args(Each)),
        ("ties", ties, get_args(Ties)),
    ):
        if value not in allowed:
            raise RatingsError(f"{name} 是“{value}”。允许：{'、'.join(allowed)}。")
    checked_count(trim, "trim（最高、最低分各去掉的个数）")
    checked_count(min_judges, "min_judges（去极值所需的评委数）")
    if decimals is not None:
        checked_count(decimals, "decimals（公布的小数位数）")
    if estimator == "trimmed" and min_judges <= 2 * trim:
        raise RatingsError(
            f"满 {min_judges} 位评委就去掉最高、最低分各 {trim} 个，可能一个分数也不剩。"
            f"请把 min_judges 设为 {2 * trim + 1} 以上，或减小 trim。"
        )
    return Rules(estimator, int(trim), int(min_judges), each, decimals, ties)


def checked_first(k: int, n: int) -> int:
    """Return how many first places are meant.

    Raises
    ------
    RatingsError
        If it is no whole number from 1 to the number of units.
    """
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or not 1 <= k <= n:
        raise RatingsError(f"k（前几名）是 {k}。允许：1 至 {n}（单位数）的整数。")
    return int(k)
