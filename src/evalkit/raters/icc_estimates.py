"""The six intraclass correlations of units by judges: complete, with gaps, judges apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from evalkit.raters.icc_forms import Squares, averaged, estimates_of, limits_of, ratio
from evalkit.raters.incomplete import adjusted, variance_ratio_limits
from evalkit.raters.mean_squares import mean_squares
from evalkit.raters.ratings import Floats, RatingsError
from evalkit.raters.reml import restricted_likelihood

__all__ = ["Estimated", "estimate_forms"]

REFERENCE = (
    "Shrout & Fleiss (1979), Psychol Bull 86:420; McGraw & Wong (1996), Psychol Methods 1:30"
)
REFERENCE_MISSING = (
    f"{REFERENCE}; Patterson & Thompson (1971), Biometrika 58:545; "
    "Harville & Fenech (1985), Biometrics 41:137"
)

UNIT, JUDGE = frozenset({"unit"}), frozenset({"judge"})


@dataclass(frozen=True, slots=True, eq=False)
class Estimated:
    """Estimates of the six forms, limits of shape (6, 2), and for each F, df1, df2, p."""

    squares: Squares
    components: dict[str, float]
    estimates: Floats
    limits: Floats
    tests: list[tuple[float, float, float, float]]
    method: str
    reference: str

    @property
    def separable(self) -> bool:
        """Whether judges could be told apart from the residual."""
        return self.components["residual"] == self.components["residual"]


def estimate_forms(values: Floats, level: float) -> Estimated:
    """Return the six forms of scores of n units by k judges, not a number where missing.

    Raises
    ------
    RatingsError
        If every unit has one score only, or the components cannot be told apart.
    """
    if not np.isnan(values).any():
        return _complete(values, level)
    if adjusted(values).df_residual <= 0:
        return _one_way(values, level)
    return _incomplete(values, level)


def _complete(values: Floats, level: float) -> Estimated:
    n, k = values.shape
    found = mean_squares(values, ("unit", "judge"), (UNIT, JUDGE, UNIT | JUDGE))
    # What is left of differences that cancel is no variance.
    ss = np.where(found.ss < 1e-24 * found.ss.sum(), 0.0, found.ss)
    between_, judges, residual = (float(each) for each in ss / found.df)
    within = float(ss[1] + ss[2]) / (n * (k - 1))
    squares = Squares(between_, within, judges, residual, n, k, n * (k - 1), (n - 1) * (k - 1))
    estimates = estimates_of(squares)
    limits = limits_of(squares, estimates, level)
    f1, f3 = ratio(between_, within), ratio(between_, residual)
    components = {
        "unit": (between_ - residual) / k,
        "judge": (judges - residual) / n,
        "residual": residual,
    }
    tests = _tests(f1, f3, n - 1, squares.df_within, n - 1, squares.df_residual)
    method = "数据齐全：方差分析的均方；ICC1、ICC3 为 F 分布的精确区间，ICC2 为 Satterthwaite 区间"
    return Estimated(squares, components, estimates, limits, tests, method, REFERENCE)


def _incomplete(values: Floats, level: float) -> Estimated:
    n, k = values.shape
    units, judges = np.nonzero(~np.isnan(values))
    found = restricted_likelihood(values[units, judges], [units, judges]).values
    unit, judge, residual = (float(each) for each in found)
    fit = adjusted(values)
    # Where least squares leaves nothing, the iteration comes near zero and not to it.
    unit = unit if fit.ss_units > 0 else 0.0
    residual = residual if fit.ss_residual > 0 else 0.0
    number = len(units)

    def implied(rows: float, columns: float) -> Squares:
        return Squares(
            columns * unit + residual, judge + residual, rows * judge + residual, residual,
            rows, columns, number - n, fit.df_residual,
        )  # fmt: skip

    full = implied(n, k)
    estimates = estimates_of(full)
    worth = implied(
        _harmonic(fit.incidence.sum(axis=0)),
        _harmonic(fit.incidence.sum(axis=1)),
    )
    limits = limits_of(worth, estimates_of(worth), level)
    low, high = (_correlation(ratio) for ratio in variance_ratio_limits(fit, level))
    limits[2] = low, high
    limits[:3] = np.maximum(limits[:3], -1 / (k - 1))
    limits[3:] = averaged(limits[:3], k)
    limits[:, 0] = np.fmin(limits[:, 0], estimates)
    limits[:, 1] = np.fmax(limits[:, 1], estimates)
    f1 = ratio(worth.between, worth.within)
    tests = _tests(f1, fit.f, n - 1, worth.df_within, fit.df_units, fit.df_residual)
    method = (
        f"{n * k - number} 格缺失：双向随机模型的方差分量用限制极大似然（REML）估计，"
        "ICC 由方差分量得出；ICC2、ICC3 的 F 检验为扣除评委后的精确检验，"
        "ICC3 为 Harville–Fenech 精确区间，ICC1、ICC2 为近似区间"
    )
    components = {"unit": unit, "judge": judge, "residual": residual}
    method += (
        f"；评委平均的形式指全部 {k} 位评委的平均，实际每个单位平均有 {worth.k:.3g} 位（调和平均）"
    )
    return Estimated(full, components, estimates, limits, tests, method, REFERENCE_MISSING)


def _one_way(values: Floats, level: float) -> Estimated:
    """Judges that cannot be told apart from the residual: the one-way model alone."""
    there = ~np.isnan(values)
    per_unit = there.sum(axis=1)
    n, number = len(values), int(there.sum())
    if number - n < 1:
        raise RatingsError(
            "每个单位都只有一个分数，看不出评委之间是否一致。至少要有一个单位由两位评委评分。"
        )
    means = np.nanmean(values, axis=1)
    ss_within = float(np.nansum((values - means[:, None]) ** 2))
    k = _harmonic(per_unit)
    # The unweighted mean square between units: with equal numbers the usual one.
    between_ = k * float(np.var(means, ddof=1))
    within = ss_within / (number - n)
    squares = Squares(between_, within, np.nan, np.nan, n, k, number - n, np.nan)
    estimates = estimates_of(squares)
    limits = limits_of(squares, estimates, level)
    f1 = ratio(between_, within)
    tests = _tests(f1, np.nan, n - 1, number - n, np.nan, np.nan)
    components = {"unit": (between_ - within) / k, "judge": np.nan, "residual": np.nan}
    equal = len(set(per_unit.tolist())) == 1
    method = "评委与误差无法分开（各单位的评委几乎不重合）：只有单向模型的 ICC1 与 ICC1k，" + (
        "F 分布的精确区间" if equal else "用各单位均值的未加权均方与调和平均人数，近似区间"
    )
    reference = f"{REFERENCE}; Thomas & Hultquist (1978), Ann Stat 6:582"
    return Estimated(squares, components, estimates, limits, tests, method, reference)


def _harmonic(counts: Floats) -> float:
    """Return the harmonic mean of counts."""
    return float(len(counts) / (1.0 / counts).sum())


def _tests(
    f1: float, f3: float, df1: float, df_within: float, df3: float, df_residual: float
) -> list[tuple[float, float, float, float]]:
    """Return F, its degrees of freedom and p of the six forms."""
    one = (f1, df1, df_within, float(f_distribution.sf(f1, df1, df_within)))
    two = (f3, df3, df_residual, float(f_distribution.sf(f3, df3, df_residual)))
    return [one, two, two, one, two, two]


def _correlation(ratio: float) -> float:
    return 1.0 if np.isinf(ratio) else ratio / (1 + ratio)
