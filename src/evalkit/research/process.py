"""Process and outcome over colleges: what a handful of units can say, and what it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from evalkit.epidemiology import Interval
from evalkit.evidence.catalogue import find_metric
from evalkit.privacy import Field, Released, release
from evalkit.research.permutations import detectable_correlation, orders
from evalkit.research.study import ScreeningStudy

__all__ = ["PROCESS", "Associations", "associations"]

PROCESS = (
    "reach", "activities", "sessions_per_1000", "training_cells", "training_hours",
    "committee_coverage", "monthly_on_time", "spending_per_student",
)  # fmt: skip
"""Metrics of the colleges' work that say nothing about single students."""

FEWEST = 5

_FIELDS = (
    Field("title", "工作指标"),
    Field("n", "学院", "个", "count"),
    Field("rho", "Spearman ρ", kind="number", decimals=2),
    Field("p", "p（排列检验）", kind="number", decimals=3),
    Field("p_all", "p（多项校正）", kind="number", decimals=3),
    Field("r", "Pearson r", kind="number", decimals=2),
    Field("low", "95% 下限", kind="number", decimals=2),
    Field("high", "95% 上限", kind="number", decimals=2),
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Associations:
    """Correlations of process metrics with an outcome over colleges: exploratory.

    Attributes
    ----------
    table : Released
        One row a metric: title, number of colleges, Spearman's rho, its exact permutation p,
        Pearson's r with Fisher's limits, and p corrected for the number of metrics (``p_all``).
    frame : DataFrame
        The same, unrounded.
    units : int
        Colleges.
    detectable : float
        The correlation that so many colleges show with 80 % power.
    expected_largest : float
        Mean of the largest absolute rho of all metrics if none had to do with the outcome.
    outcome : str
        What the outcome is, in Chinese.
    why : str
        Why there is nothing to compare; the table has no rows then.
    """

    table: Released
    frame: pd.DataFrame
    units: int
    detectable: float
    expected_largest: float
    outcome: str
    why: str = ""

    @property
    def interval(self) -> Interval:
        """Pearson's r of each metric with Fisher's limits, in the order of the table."""
        r, low, high = (self.frame[name].to_numpy(dtype=float) for name in ("r", "low", "high"))
        return Interval(r, low, high, 0.95, "Fisher z 区间", "Fisher (1921), Metron 1:3")

    @property
    def names(self) -> tuple[str, ...]:
        """Titles of the metrics, in the order of the table."""
        return tuple(self.frame["title"])

    @property
    def words(self) -> str:
        """What was found, in Chinese."""
        if self.why:
            return self.why
        first = self.frame.iloc[0]
        few = int((self.frame["p_all"] < 0.05).sum())
        clear = f"{few} 项校正后 p < 0.05" if few else "没有一项在多项校正后 p < 0.05"
        return (
            f"{self.units} 个学院、{len(self.frame)} 项工作指标与{self.outcome}的相关，"
            f"最强的是“{first['title']}”，Spearman ρ = {first['rho']:.2f}".replace("-", "−")
            + f"，排列检验 p = {first['p']:.3f}，多项校正后 p = {first['p_all']:.3f}。{clear}。"
            f"即使全部指标都与{self.outcome}无关，最大的 |ρ| 平均也有 {self.expected_largest:.2f}；"
            f"{self.units} 个学院要有八成把握看出一个相关，它的绝对值须达到 {self.detectable:.2f}。"
        )


def associations(
    study: ScreeningStudy, outcome: str = "n_l1", metrics: Sequence[str] = PROCESS
) -> Associations:
    """Correlate metrics of the colleges' work with a rate, over the colleges of the study's year.

    The outcome is put into every order (or, of more than eight colleges, into 40,320 drawn ones);
    p is the share of orders in which the correlation is at least as far from zero. For all metrics
    together it is the share in which any of them is (Westfall and Young 1993).

    Parameters
    ----------
    study : ScreeningStudy
        The study. Colleges whose rate may not be shown are left out.
    outcome : str
        A key of ``LEVEL_NAMES``.
    metrics : sequence of str
        Names of metrics.

    Returns
    -------
    Associations
        With ``why`` if fewer than five colleges have the outcome, or no metric differs among them.

    Raises
    ------
    UnknownNameError
        If there is no such metric or outcome.
    """
    rates = study.rates(outcome)
    names = {study.college(code): code for code in study.assessment.names}
    codes = [names[name] for name in rates.names]
    if len(codes) < FEWEST:
        why = f"只有 {len(codes)} 个学院的{rates.title}可以显示，不足 {FEWEST} 个，不作比较。"
        return _nothing(study, len(codes), rates.title, why)
    y = np.asarray(rates.interval.estimate, dtype=np.float64)
    known = study.assessment.metrics
    known = known[known["academic_year"] == study.year]
    columns: dict[str, Floats] = {}
    for metric in dict.fromkeys(metrics):
        find_metric(metric)
        own = known[known["metric"] == metric].set_index("college_code")["value"].reindex(codes)
        values = own.to_numpy("float64", na_value=np.nan)
        # What is missing somewhere, or everywhere the same, has no order to compare.
        if not np.isnan(values).any() and len(set(values)) > 1:
            columns[metric] = values
    if not columns or len(set(y)) == 1:
        why = "没有一项在各学院之间有差别而又不缺数的指标，不作比较。"
        return _nothing(study, len(codes), rates.title, why)
    ways, _ = orders(len(y))
    ranks = _standard(rankdata(y)[ways])
    rho = np.array([ranks @ _standard(rankdata(values)) for values in columns.values()])
    own_rho = rho[:, 0]
    edge = 1e-12
    p = (np.abs(rho) >= np.abs(own_rho)[:, None] - edge).mean(axis=1)
    largest = np.abs(rho).max(axis=0)
    p_all = (largest[None, :] >= np.abs(own_rho)[:, None] - edge).mean(axis=1)
    rows = []
    for place, (metric, values) in enumerate(columns.items()):
        r = float(_standard(values) @ _standard(y))
        low, high = _fisher(r, len(y))
        rows.append(
            {
                "metric": metric, "title": find_metric(metric).title, "n": len(y),
                "rho": float(own_rho[place]), "p": float(p[place]), "p_all": float(p_all[place]),
                "r": r, "low": low, "high": high,
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows).sort_values("p", kind="stable", ignore_index=True)
    return Associations(
        release(frame, _FIELDS, study.audience),
        frame,
        len(y),
        detectable_correlation(len(y)),
        float(largest.mean()),
        rates.title,
    )


def _nothing(study: ScreeningStudy, units: int, outcome: str, why: str) -> Associations:
    names = ("metric", "title", "n", "rho", "p", "p_all", "r", "low", "high")
    frame = pd.DataFrame({name: [] for name in names})
    table = release(frame, _FIELDS, study.audience)
    reach = detectable_correlation(units)
    return Associations(table, frame, units, reach, float("nan"), outcome, why)


def _standard(values: Floats) -> Floats:
    """Return values centred and of length one, so that products are correlations."""
    centred = values - values.mean(axis=-1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).sum(axis=-1, keepdims=True)))


def _fisher(r: float, n: int) -> tuple[float, float]:
    if abs(r) >= 1 or n < 4:
        return float("nan"), float("nan")
    half = norm.isf(0.025) / sqrt(n - 3)
    return tanh(atanh(r) - half), tanh(atanh(r) + half)
