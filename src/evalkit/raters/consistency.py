"""What alpha and omega are computed from: covariances, loadings, and notes on items."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm

from evalkit.raters.answers import Answers
from evalkit.raters.one_factor import loading_covariance
from evalkit.raters.ratings import Floats, RatingsError

__all__ = [
    "alpha_of",
    "constant_note",
    "contrary_note",
    "correlations_of",
    "item_rows",
    "omega_limits",
    "omega_of",
    "opposite_note",
    "standardised",
]


def alpha_of(table: Floats) -> float:
    """Return alpha from covariances.

    Raises
    ------
    RatingsError
        If the sum does not vary, or no answers can have such covariances.
    """
    k, total, own = len(table), float(table.sum()), float(np.trace(table))
    if total > (1 + 1e-9) * k * own:
        raise RatingsError(
            "成对删除得到的协方差互相矛盾（α 大于 1）：共同作答的人太少。"
            '请改用 missing="em" 或 "listwise"，或补上答案。'
        )
    if total <= 1e-12 * own:
        raise RatingsError(
            "各题相加后没有差异（互相抵消），α 没有意义。请检查有没有题需要反向计分（reverse）。"
        )
    return k / (k - 1) * (1 - own / total)


def standardised(table: Floats) -> tuple[float, float]:
    """Return alpha of standardised items and their mean correlation, if every item varies."""
    if (np.diag(table) == 0).any():
        return float("nan"), float("nan")
    correlations = correlations_of(table)
    total, k = float(correlations.sum()), len(table)
    mean = (total - k) / (k * (k - 1))
    return (alpha_of(correlations) if total > 1e-12 * k else float("nan")), mean


def constant_note(answers: Answers, table: Floats) -> str:
    """Name the items that do not vary."""
    same = np.diag(table) == 0
    names = [str(item) for item, no in zip(answers.items, same, strict=True) if no]
    return f"“{'、'.join(names)}”所有人的答案都相同，没有标准化的 α。" if names else ""


def correlations_of(table: Floats) -> Floats:
    """Return the correlations that belong to covariances."""
    spread = np.sqrt(np.diag(table))
    found: Floats = table / np.outer(spread, spread)
    np.fill_diagonal(found, 1.0)
    return found


def item_rows(answers: Answers, table: Floats) -> pd.DataFrame:
    """Return what each item does for the sum."""
    k, variances = len(table), np.diag(table)
    shared = table.sum(axis=1) - variances
    rest = table.sum() - variances - 2 * shared
    able = rest > 1e-12 * np.trace(table)
    alone = able & (variances > 0)
    length = np.sqrt(np.where(alone, variances * rest, 1.0))
    without = np.full(k, np.nan)
    if k > 2:
        share = (np.trace(table) - variances) / np.where(able, rest, 1.0)
        without = np.where(able, (k - 1) / (k - 2) * (1 - share), np.nan)
    given = pd.DataFrame(answers.given)
    return pd.DataFrame(
        {
            "item": list(answers.items),
            "n": given.count().to_numpy(),
            "mean": given.mean().to_numpy(),
            "sd": given.std(ddof=1).to_numpy(),
            "item_rest": np.where(alone, shared / length, np.nan),
            "alpha_without": without,
        }
    )


def contrary_note(rows: pd.DataFrame) -> str:
    """Name the items that go against the sum of the others."""
    names = [str(item) for item in rows.loc[rows["item_rest"] < 0, "item"]]
    return _turn(names, "与其余题之和负相关") if names else ""


def opposite_note(rows: pd.DataFrame) -> str:
    """Name the items whose loading is negative."""
    names = [str(item) for item in rows.loc[rows["loading"] < 0, "item"]]
    return _turn(names, "的载荷为负") if names else ""


def _turn(names: list[str], what: str) -> str:
    return f"“{'、'.join(names)}”{what}，是否需要反向计分（reverse）？"


def omega_of(loadings: Floats, own: Floats) -> float:
    """Return omega from loadings and uniquenesses."""
    common = float(loadings.sum()) ** 2
    return common / (common + float(own.sum()))


def omega_limits(
    omega: float, loadings: Floats, own: Floats, n: float, level: float
) -> tuple[float, float]:
    """Return limits of omega by the delta method on the logit scale."""
    if not 0 < omega < 1:
        return float("nan"), float("nan")
    total, rest = float(loadings.sum()), float(own.sum())
    whole = total**2 + rest
    slope = np.concatenate(
        [
            np.full(len(loadings), 2 * total * rest / whole**2),
            np.full(len(own), -(total**2) / whole**2),
        ]
    )
    variance = float(slope @ loading_covariance(loadings, own, n) @ slope)
    half = norm.isf((1 - level) / 2) * np.sqrt(max(variance, 0.0)) / (omega * (1 - omega))
    return float(expit(logit(omega) - half)), float(expit(logit(omega) + half))
