"""A trend of proportions over ordered groups: the Cochran–Armitage test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from evalkit.epidemiology.counts import checked, checked_pair, names_of, single
from evalkit.epidemiology.result import Result, figure, p_text
from evalkit.errors import DataError

__all__ = ["CochranArmitage", "cochran_armitage"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class CochranArmitage(Result):
    """Test for a linear trend in proportions.

    Attributes
    ----------
    statistic, df : float, int
        χ² with one degree of freedom, with the variance of R's ``prop.trend.test``.
    z : float
        Its signed root; above zero if the proportions rise with the score.
    p : float
        Two-sided.
    m2 : float
        Agresti's (N − 1) r².
    slope : float
        Change of the proportion for one step of the score.
    table : DataFrame
        One row a group: group, score, count, n, proportion, fitted (on the line of the slope).
    """

    title: ClassVar[str] = "Cochran–Armitage 趋势检验"

    statistic: float
    z: float
    p: float
    m2: float
    slope: float
    table: pd.DataFrame
    df: int = 1
    reference: str = "Cochran (1954), Biometrics 10:417; Armitage (1955), Biometrics 11:375"

    def _frame(self) -> pd.DataFrame:
        return self.table

    def _sentence(self) -> str:
        return (
            f"{len(self.table)} 个组，χ² = {figure(self.statistic)}，{p_text(self.p)}，"
            f"得分每增加 1，比例变化 {100 * self.slope:.3g} 个百分点"
        )


def cochran_armitage(
    count: ArrayLike, n: ArrayLike, score: ArrayLike | None = None
) -> CochranArmitage:
    r"""Test whether proportions rise or fall with a score.

    .. math::
        \chi^2 = \frac{[\sum s_i (x_i - n_i \bar p)]^2}
        {\bar p (1 - \bar p) [\sum n_i s_i^2 - (\sum n_i s_i)^2 / N]}

    Parameters
    ----------
    count, n : array-like or Series, shape (k,)
        How many of how many in each group; two Series are laid side by side by their labels.
    score : array-like, shape (k,), optional
        Scores of the groups; 0, 1, 2, ... if not given.

    Raises
    ------
    DataError
        If there are fewer than two groups, a number is missing, a group is empty, all or none are
        cases, or the scores do not differ.

    References
    ----------
    Agresti, Categorical Data Analysis, section 3.4. R: ``prop.trend.test``.

    Examples
    --------
    >>> test = cochran_armitage([83, 90, 129, 70], [86, 93, 136, 82], [1, 2, 3, 4])
    >>> round(test.statistic, 4), round(test.p, 6)
    (8.2249, 0.004132)
    """
    pair = single(checked_pair(count, n), "趋势检验")
    x, total = pair.count, pair.whole
    groups = len(x)
    points = (
        np.arange(groups, dtype=np.float64)
        if score is None
        else np.atleast_1d(checked(score, "得分", lowest=None))
    )
    if groups < 2 or points.shape != x.shape:
        raise DataError(f"需要至少两个组，且每组一个得分；现有 {groups} 组、{len(points)} 个得分。")
    if (total == 0).any():
        raise DataError("有一组的人数为 0。请先去掉或合并这一组。")
    number = total.sum()
    share = x.sum() / number
    middle = (total * points).sum() / number
    spread = (total * (points - middle) ** 2).sum()
    if share in (0.0, 1.0) or spread <= 0:
        raise DataError("各组的得分没有差别，或者全部、没有一人发生，无法检验趋势。")
    difference = ((points - middle) * (x - total * share)).sum()
    slope = float(difference / spread)
    z = difference / np.sqrt(share * (1 - share) * spread)
    table = pd.DataFrame(
        {
            "group": names_of(count, groups),
            "score": points,
            "count": x,
            "n": total,
            "proportion": x / total,
            "fitted": share + slope * (points - middle),
        }
    )
    return CochranArmitage(
        float(z**2),
        float(z),
        float(2 * norm.sf(abs(z))),
        float(z**2 * (number - 1) / number),
        slope,
        table,
    )
