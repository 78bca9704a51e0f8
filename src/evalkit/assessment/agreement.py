"""How far the judges agree, in words for those who decide. A diagnosis: it changes no score."""

from __future__ import annotations

import pandas as pd

from evalkit.panel import PanelResult
from evalkit.raters import RatingsError, icc, kendall_w

__all__ = ["agreement_words"]

_WORDS = ((0.9, "很高"), (0.75, "较高"), (0.5, "一般"), (-float("inf"), "偏低"))
"""Borders of an intraclass correlation: Koo and Li (2016), J Chiropr Med 15:155."""


def agreement_words(panel: PanelResult | None) -> str:
    """Return what the judges' totals say about their agreement, as Markdown."""
    if panel is None:
        return "本学年没有评审组评分。"
    ratings = _totals(panel)
    try:
        forms = icc(ratings)
        order = kendall_w(ratings)
    except RatingsError as error:
        return f"评委之间是否一致无法检验：{error}"
    table = forms.table.set_index("form")
    group, single = table.loc["ICC2k"], table.loc["ICC2"]
    word = next(name for least, name in _WORDS if group["estimate"] >= least)
    means = ratings.groupby("judge")["score"].mean()
    reliable = (
        f"**全组平均分的可靠程度{word}**：ICC(2,k) 为 {group['estimate']:.3f}"
        f"（95% 置信区间 {group['low']:.3f} 至 {group['high']:.3f}，1 为完全可靠）；"
        f"只请一位评委时为 {single['estimate']:.3f}。"
    )
    alike = (
        f"**名次的看法**：各位评委所排次序的一致系数（Kendall W）为 {order.estimate:.3f}，"
        "1 为完全相同，0 为毫无关系。"
    )
    severity = (
        f"**宽严**：评委给分的平均数最高 {means.max():.1f} 分，最低 {means.min():.1f} 分，"
        f"相差 {means.max() - means.min():.1f} 分。各学院由同一组评委评分时，宽严不影响名次；"
        "有评委回避的学院会受到影响。"
    )
    return "\n\n".join((reliable, alike, severity))


def _totals(panel: PanelResult) -> pd.DataFrame:
    """Return each judge's total for each college; a recused pair has no row."""
    table = panel.judge_frame().dropna(subset=["total"])
    return pd.DataFrame(
        {
            "unit": table["college_code"],
            "judge": table["judge_id"],
            "score": table["total"].astype(float),
        }
    )
