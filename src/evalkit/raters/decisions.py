"""Decision studies: how dependable are means over other numbers of judges and items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from evalkit.raters.dependability import (
    as_row,
    check_wanted,
    checked_fixed,
    checked_numbers,
    coefficients,
    draws,
    fewest_judges,
    names_of,
)
from evalkit.raters.designs import design_of
from evalkit.raters.generalizability import GStudy
from evalkit.raters.ratings import RatingsError, checked_count, checked_level
from evalkit.raters.result import Result, between, figure

__all__ = ["DStudy", "d_study", "judges_needed"]

REFERENCE = "Brennan (2001), Generalizability Theory, chapter 4; Weerahandi (1993), JASA 88:899"


@dataclass(frozen=True, repr=False, eq=False)
class DStudy(Result):
    """Coefficients for chosen numbers of judges and items.

    Attributes
    ----------
    estimate : float or array of float
        Φ of each choice; a number if there is one.
    interval : tuple
        Its limits.
    level : float
        Confidence level.
    n : int
        Units of the G study.
    design : str
        Of the G study.
    fixed : tuple of str
        Facets whose levels are all there are.
    judges_needed : int or None
        Fewest judges that reach the wanted Φ, with the items of the first row; None if none was
        wanted or no number of judges reaches it.
    table : DataFrame
        One row a choice: ``judges`` and ``items`` (those of the design), universe, relative_error,
        absolute_error (variances, squared points), erho2, erho2_low, erho2_high, phi, phi_low,
        phi_high, sem_relative, sem_absolute (points), and judges_needed if a Φ was wanted.
    """

    title: ClassVar[str] = "决策研究（D 研究）"
    estimate: Any
    interval: tuple[Any, Any]
    level: float
    n: int
    design: str
    fixed: tuple[str, ...]
    judges_needed: int | None
    table: pd.DataFrame
    method: str
    reference: str = REFERENCE
    note: str = ""

    @property
    def phi(self) -> Any:
        """Index of dependability Φ: a number, or an array if several choices were given."""
        return _scalar(self.table["phi"])

    @property
    def erho2(self) -> Any:
        """Generalizability coefficient Eρ²: a number, or an array."""
        return _scalar(self.table["erho2"])

    def _sentence(self) -> str:
        first = self.table.iloc[0]
        names = {"judges": "位评委", "items": "个指标"}
        sizes = "、".join(
            f"{first[name]:g} {word}" for name, word in names.items() if name in first
        )
        more = f"；共 {len(self.table)} 种组合" if len(self.table) > 1 else ""
        limits = between((first["phi_low"], first["phi_high"]), self.level)
        needed = f"；达到要求的 Φ 至少要 {self.judges_needed} 位评委" if self.judges_needed else ""
        return (
            f"设计 {self.design}，{sizes}时 Eρ² = {figure(first['erho2'])}，"
            f"Φ = {figure(first['phi'])}{limits}{more}{needed}。"
        )


def d_study(
    g: GStudy,
    judges: int | Iterable[int] | None = None,
    items: int | Iterable[int] | None = None,
    *,
    phi: float | None = None,
    fixed: Iterable[str] = (),
    level: float = 0.95,
    n_draws: int = 4000,
    seed: int = 0,
) -> DStudy:
    r"""Return Eρ² and Φ of the mean over other numbers of judges and items.

    With components of which negative ones are taken as zero, and for each effect the product of
    the numbers of its facets other than units, :math:`n'`:

    .. math::
        \sigma^2(\delta) = \sum_{A \ni p,\, A \ne p} \frac{\sigma^2_A}{n'_A}, \quad
        \sigma^2(\Delta) = \sum_{A \ne p} \frac{\sigma^2_A}{n'_A}, \quad
        E\rho^2 = \frac{\sigma^2(p)}{\sigma^2(p) + \sigma^2(\delta)}, \quad
        \Phi = \frac{\sigma^2(p)}{\sigma^2(p) + \sigma^2(\Delta)}

    Effects of units with fixed facets alone count as the units' own; those of fixed facets alone
    drop out. A coefficient is 0 if units do not differ.

    Parameters
    ----------
    g : GStudy
        Components.
    judges, items : int or iterable of int, optional
        How many; each judges number with each items number. Those of the G study if not given. In
        ``p×(r:t)`` judges are those of one item.
    phi : float, optional
        A wanted Φ, for which the number of judges is sought.
    fixed : iterable of {"judge", "item"}
        Facets that are not a sample: the ten indicators of a rubric are all there are.
    level : float
        Confidence level.
    n_draws : int
        Draws behind the intervals; 0 for none.
    seed : int
        Start of the random numbers.

    Raises
    ------
    RatingsError
        If a number is not a positive integer, belongs to no facet of the design, or every facet
        is fixed.

    References
    ----------
    Brennan (2001), Generalizability Theory, chapter 4; Weerahandi (1993), J Am Stat Assoc 88:899.

    Notes
    -----
    Intervals are generalized confidence intervals: mean squares are drawn with their degrees of
    freedom (balanced data), or each component by the chi-square that has its variance (REML;
    approximate).

    Examples
    --------
    >>> from evalkit.raters.generalizability import g_study
    >>> ratings = pd.DataFrame({"unit": np.repeat([1, 2, 3], 2), "judge": [1, 2] * 3,
    ...                         "score": [9, 7, 6, 5, 3, 2]})
    >>> d_study(g_study(ratings), judges=[1, 2, 4]).table["phi"].round(4).tolist()
    [0.8824, 0.9375, 0.9677]
    """
    level, n_draws = checked_level(level), checked_count(n_draws)
    plan = design_of(g.design)
    held = checked_fixed(plan, fixed)
    numbers = checked_numbers(g, plan, judges, items)
    rows = [dict(zip(numbers, choice, strict=True)) for choice in product(*numbers.values())]
    found = coefficients(as_row(g.used), plan, rows, held)
    columns = {name: value[0] for name, value in found.items()}
    drawn = coefficients(draws(g, plan, n_draws, seed), plan, rows, held) if n_draws else {}
    tail = (1 - level) / 2
    limits = {
        name: np.quantile(drawn[name], [tail, 1 - tail], axis=0)
        if drawn
        else np.full((2, len(rows)), np.nan)
        for name in ("erho2", "phi")
    }
    table = pd.DataFrame(
        {
            **{name: [row[name] for row in rows] for name in numbers},
            "universe": columns["universe"],
            "relative_error": columns["relative_error"],
            "absolute_error": columns["absolute_error"],
            "erho2": columns["erho2"],
            "erho2_low": limits["erho2"][0],
            "erho2_high": limits["erho2"][1],
            "phi": columns["phi"],
            "phi_low": limits["phi"][0],
            "phi_high": limits["phi"][1],
            "sem_relative": np.sqrt(columns["relative_error"]),
            "sem_absolute": np.sqrt(columns["absolute_error"]),
        }
    )
    needed = None
    if phi is not None:
        check_wanted(plan, phi, held)
        counts = [fewest_judges(g, plan, row.get("items"), phi, held)[0] for row in rows]
        table["judges_needed"] = pd.array(counts, dtype="Int64")
        needed = counts[0]
    method = "负的方差分量按 0 计；" + (
        ("按均方的分布" if g.balanced and g.table["ms"].notna().all() else "按分量的近似正态分布")
        + f"抽样 {n_draws} 次的广义置信区间（种子 {seed}）"
        if n_draws
        else "未求区间"
    )
    return DStudy(
        _scalar(table["phi"]), (_scalar(table["phi_low"]), _scalar(table["phi_high"])), level,
        g.n, g.design, tuple(sorted(set(fixed))), needed, table, method, note=g.note,
    )  # fmt: skip


def judges_needed(
    g: GStudy, phi: float = 0.8, items: int | None = None, *, fixed: Iterable[str] = ()
) -> int:
    """Return the fewest judges whose mean reaches a wanted Φ.

    Parameters
    ----------
    g : GStudy
        Components of a design with judges.
    phi : float
        The wanted index of dependability, between 0 and 1.
    items : int, optional
        Number of items; that of the G study if not given.
    fixed : iterable of {"item"}
        As for :func:`d_study`.

    Raises
    ------
    RatingsError
        If the design has no judges, or no number of judges reaches the wanted Φ; the message says
        what can be reached.

    Examples
    --------
    >>> from evalkit.raters.generalizability import g_study
    >>> ratings = pd.DataFrame({"unit": np.repeat([1, 2, 3], 2), "judge": [1, 2] * 3,
    ...                         "score": [9, 7, 6, 5, 3, 2]})
    >>> judges_needed(g_study(ratings), phi=0.95)
    3
    """
    plan = design_of(g.design)
    held = checked_fixed(plan, fixed)
    check_wanted(plan, phi, held)
    number = checked_numbers(g, plan, 1, items).get("items", [None])[0]
    found, limit = fewest_judges(g, plan, number, phi, held)
    if found is None:
        mend = "请降低要求" + ("，或增加指标。" if "items" in names_of(plan).values() else "。")
        raise RatingsError(
            f"无论多少位评委，Φ 都到不了 {phi:g}：这个设计最多只能接近 {figure(limit)}。{mend}"
        )
    return found


def _scalar(values: pd.Series) -> Any:
    return float(values.iloc[0]) if len(values) == 1 else values.to_numpy()
