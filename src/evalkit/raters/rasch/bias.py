"""Bias: where ratings of a kind are higher or lower than measures of all facets explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.stats import chi2, t

from evalkit.errors import UnknownNameError
from evalkit.raters.rasch.extremes import inside, shifts
from evalkit.raters.rasch.likelihood import Floats, Ints, summed
from evalkit.raters.rasch.result import ManyFacetRasch
from evalkit.raters.ratings import CHINESE, RatingsError
from evalkit.raters.result import Result, figure, p_text

__all__ = ["Bias", "bias"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Bias(Result):
    """How far each combination's ratings are from what its elements' measures explain.

    Attributes
    ----------
    by : tuple of str
        Columns that were crossed.
    table : DataFrame
        One row a combination that occurs: the columns crossed, n (ratings), observed, expected
        and difference (mean scores), bias and se (logits; positive: scored **higher** than
        expected, in favour), t, df (n − 1), p (two-sided), p_holm (for all combinations together),
        extreme ("min" or "max" if all ratings are at one end: the sum was brought inside by 0.3).
    statistic, df, p : float, int, float
        Σ t², the number of combinations, and the chance of as much if there is no bias at all.
    """

    title: ClassVar[str] = "偏差分析"

    by: tuple[str, ...]
    table: pd.DataFrame
    statistic: float
    df: int
    p: float
    n: int
    method: str
    reference: str
    note: str

    @property
    def estimate(self) -> pd.Series:
        """Biases by combination, in logits."""
        return self.table.set_index(list(self.by))["bias"]

    def _sentence(self) -> str:
        crossed = " × ".join(CHINESE.get(name, name) for name in self.by)
        far = self.table[self.table["p_holm"] < 0.05]
        said = f"{crossed} 共 {len(self.table)} 种组合，全无偏差的检验 {p_text(self.p)}"
        if not len(far):
            return f"{said}；没有一种单独可以断定有偏差。"
        worst = far.iloc[int(np.argmax(far["t"].abs().to_numpy()))]
        which = "、".join(str(worst[name]) for name in self.by)
        way = "偏高" if worst["bias"] > 0 else "偏低"
        return (
            f"{said}；{len(far)} 种有偏差（Holm 校正后 p < 0.05），最明显的是 {which}："
            f"平均{way} {figure(abs(worst['difference']))} 分。"
        )


def bias(result: ManyFacetRasch, *by: str) -> Bias:
    r"""Ask whether ratings of a kind are higher or lower than the measures explain.

    For each combination of the columns' values one more parameter is estimated with all measures
    and thresholds fixed: the shift :math:`b` at which the expected sum of its ratings equals the
    observed one. Its standard error is :math:`1 / \sqrt{\sum W}` at that place, and
    :math:`t = b / se` has :math:`n - 1` degrees of freedom.

    Parameters
    ----------
    result : ManyFacetRasch
        The analysis.
    *by : str
        Columns to cross: facets (``"judge", "unit"``: does a judge favour a unit?), or any other
        column that stood in the ratings (``"judge", "college"``; ``"judge", "own_country"``).
        Ratings without a value there, and ratings of extreme elements, are left out.

    Returns
    -------
    Bias
        One row a combination.

    Raises
    ------
    UnknownNameError
        If there is no such column.
    RatingsError
        If no column was named, or one twice, or none of the ratings has a value.

    References
    ----------
    Linacre (1989), Many-Facet Rasch Measurement, ch. 9; Holm (1979), Scand J Stat 6:65.

    Examples
    --------
    >>> import pandas as pd
    >>> from evalkit.raters.rasch import many_facet_rasch
    >>> scores = {"A": [5, 4, 5, 3], "B": [3, 3, 2, 2], "C": [4, 1, 3, 2], "D": [2, 1, 1, 3]}
    >>> frame = pd.DataFrame(
    ...     [(u, j, s, u == "D" and j == 4) for u, own in scores.items()
    ...      for j, s in enumerate(own, 1)],
    ...     columns=["unit", "judge", "score", "own"],
    ... )
    >>> found = bias(many_facet_rasch(frame), "judge", "own")
    >>> found.table.loc[found.table["own"], ["judge", "difference"]].round(2)
       judge  difference
    4      4        1.54
    """
    _check(result, by)
    estimates = result.estimates
    keys = result.data[list(by)]
    rows = np.flatnonzero(estimates.active & keys.notna().all(axis=1).to_numpy())
    if not len(rows):
        raise RatingsError(
            f"{'、'.join(by)} 在所有参加估计的评分中都是空的，无法分析偏差。请补上这一列。"
        )
    group, cells = _cells(keys.iloc[rows])
    number = len(cells)
    low, high = (summed(group, own, number) for own in estimates.places.ends(rows))
    given = summed(group, estimates.places.given[rows], number)
    shift, information = shifts(
        estimates.places, rows, estimates.theta[rows], group, inside(given, low, high)
    )
    count = np.bincount(group, minlength=number)
    se = information**-0.5
    ratio = shift / se
    p = np.where(count > 1, 2 * t.sf(np.abs(ratio), np.maximum(count - 1, 1)), np.nan)
    observed = summed(group, estimates.coded.score[rows], number) / count
    expected = summed(group, estimates.moments.score[rows], number) / count
    table = cells.assign(
        n=count,
        observed=observed,
        expected=expected,
        difference=observed - expected,
        bias=shift,
        se=se,
        t=ratio,
        df=count - 1,
        p=p,
        p_holm=_holm(p),
        extreme=np.where(given >= high, "max", np.where(given <= low, "min", "")).astype(object),
    )
    statistic = float((ratio**2).sum())
    left = len(result.data) - len(rows)
    return Bias(
        by=by,
        table=table,
        statistic=statistic,
        df=number,
        p=float(chi2.sf(statistic, number)),
        n=len(rows),
        method="其余参数固定，逐个组合估计偏差（正：给分高于期望）",
        reference="Linacre (1989), Many-Facet Rasch Measurement; Holm (1979), Scand J Stat 6:65",
        note=f"有 {left} 个评分（极端分数，或没有所需的列值）未计入。" if left else "",
    )


def _check(result: ManyFacetRasch, by: tuple[str, ...]) -> None:
    if not by or len(set(by)) < len(by):
        raise RatingsError('请写明按哪些列分析偏差，每列一次，例如 bias(result, "judge", "unit")。')
    columns = [str(name) for name in result.data.columns]
    for name in by:
        if name not in columns:
            raise UnknownNameError.of("列", name, columns)


def _cells(keys: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
    """Return which combination each rating belongs to, and the combinations as they first came."""
    grouped = keys.groupby(list(keys.columns), sort=False, observed=True)
    cells = keys.drop_duplicates().reset_index(drop=True)
    return grouped.ngroup().to_numpy().astype(np.intp), cells


def _holm(p: Floats) -> Floats:
    """Return p values for all tests together, NaN where there is none."""
    found = np.full(len(p), np.nan)
    there = np.flatnonzero(~np.isnan(p))
    order = there[np.argsort(p[there], kind="stable")]
    number = len(order)
    steps = p[order] * np.arange(number, 0, -1)
    found[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if number else steps
    return found
