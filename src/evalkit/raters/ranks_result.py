"""The result about ranks, and how it shows itself."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

import pandas as pd

from evalkit.raters.result import Result

__all__ = ["RankUncertainty", "percent"]

REFERENCE = (
    "Efron & Tibshirani (1993), An Introduction to the Bootstrap; "
    "Goldstein & Spiegelhalter (1996), J R Stat Soc A 159:385; Hall & Miller (2009), "
    "Ann Stat 37:3929"
)


@dataclass(frozen=True, repr=False, eq=False)
class RankUncertainty(Result):
    """How sure each rank is, and each place among the first k.

    Attributes
    ----------
    table : DataFrame
        One row a unit, best first: unit, n_judges, score (points), rank (competition ranks),
        low and high (limits of the rank over other panels), loo_low and loo_high (best and worst
        rank when one judge is left out), p_rank (chance of the same rank), p_top (of a rank among
        the first k), p_next (of being strictly ahead of the unit in the next row; not a number in
        the last one).
    distribution : DataFrame, shape (n, n)
        Units in rows, ranks 1 to n in columns: chances.
    leave_one_out : DataFrame
        One row a judge left out and unit: left_out, unit, score, rank.
    untested : tuple
        Judges who cannot be left out because a unit would have no score.
    k, level : int, float
        Number of first places; level of the rank limits.
    n, n_judges, n_scores : int
        Units, judges, judges' scores of units.
    n_draws, exact : int, bool
        Panels that were drawn, and whether they are all that there are.
    stable_top : bool
        Whether the same units are among the first k, whichever judge is left out.
    words : str
        What it means, in sentences without a technical term.
    """

    title: ClassVar[str] = "名次有多稳"

    table: pd.DataFrame
    distribution: pd.DataFrame
    leave_one_out: pd.DataFrame
    untested: tuple[Any, ...]
    k: int
    level: float
    n: int
    n_judges: int
    n_scores: int
    n_draws: int
    exact: bool
    stable_top: bool
    words: str
    method: str
    reference: str = REFERENCE
    note: str = ""

    @property
    def estimate(self) -> pd.Series:
        """Ranks by unit."""
        return self.table.set_index("unit")["rank"]

    @property
    def interval(self) -> pd.DataFrame:
        """Limits of the ranks by unit."""
        return self.table.set_index("unit")[["low", "high"]]

    def _sentence(self) -> str:
        return f"{self.n} 个单位、{self.n_judges} 位评委。{self.words.replace(chr(10), '')}"

    def _repr_html_(self) -> str:
        headers = {
            "unit": "单位", "n_judges": "评委数", "score": "得分", "rank": "名次",
            "limits": f"名次的 {100 * self.level:g} % 区间", "loo": "去掉一位评委后的名次",
            "p_top": f"进入前 {self.k} 名的把握", "p_next": "领先下一行的把握",
        }  # fmt: skip
        shown = self.table.assign(
            score=[f"{value:.3f}" for value in self.table["score"]],
            limits=_ranges(self.table["low"], self.table["high"]),
            loo=_ranges(self.table["loo_low"], self.table["loo_high"]),
            p_top=[percent(value) for value in self.table["p_top"]],
            p_next=[percent(value) for value in self.table["p_next"]],
        )[list(headers)].rename(columns=headers)
        lines = [f"<p><strong>{escape(self.title)}</strong></p>"]
        lines += [f"<p>{escape(line)}</p>" for line in self.words.splitlines()]
        lines.append(shown.to_html(index=False, escape=True, border=0))
        lines.append(f"<p>方法：{escape(self.method)}。出处：{escape(self.reference)}。</p>")
        if self.note:
            lines.append(f"<p>说明：{escape(self.note)}</p>")
        return "\n".join(lines)


def _ranges(low: pd.Series, high: pd.Series) -> list[str]:
    return [
        "—" if pd.isna(first) else str(first) if first == last else f"{first}–{last}"
        for first, last in zip(low, high, strict=True)
    ]


def percent(value: float) -> str:
    """Return a chance as it is printed: all or nothing only if it is.

    Examples
    --------
    >>> percent(1.0), percent(0.996), percent(0.64), percent(float("nan"))
    ('100 %', '99 % 以上', '64 %', '—')
    """
    if value != value:
        return "—"
    if value in (0.0, 1.0):
        return f"{100 * value:.0f} %"
    if value > 0.99 or value < 0.01:
        return "99 % 以上" if value > 0.5 else "不到 1 %"
    return f"{100 * value:.0f} %"
