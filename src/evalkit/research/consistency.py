"""Reliability of a scale on invented answers: how sure it is, and what spoils it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from evalkit.epidemiology import Interval
from evalkit.privacy import Field, Released, load_policy, release
from evalkit.research.answers import InventedAnswers, invented_answers
from evalkit.scales import ScaleReliability, reliability, score
from evalkit.scales.judge import StraightLining

__all__ = ["Consistency", "by_careless", "by_item", "by_part", "by_size", "score_summary"]


@dataclass(frozen=True, eq=False)
class Consistency:
    """Alphas side by side.

    Attributes
    ----------
    table : Released
        One row an alpha: name, items, papers, alpha with its limits, omega.
    names : tuple of str
        Names of the rows.
    interval : Interval
        The alphas with their limits (Feldt).
    """

    table: Released
    names: tuple[str, ...]
    interval: Interval


def by_part(result: ScaleReliability) -> Consistency:
    """Return alpha and omega of a scale's total and factors.

    Parameters
    ----------
    result : ScaleReliability
        Of :func:`evalkit.scales.reliability`.
    """
    return _collected(result.table.assign(name=result.table["title"]), result.level)


def by_size(scale: str, sizes: Sequence[int], *, seed: int = 2025) -> Consistency:
    """Return the alpha of invented papers of different numbers: the limits narrow, alpha does not.

    Parameters
    ----------
    scale : str
        Name of the scale.
    sizes : sequence of int
        Numbers of papers.
    seed : int
        Where the draws begin.
    """
    rows = [
        _total(f"{size:,} 份", reliability(scale, invented_answers(scale, size, seed=seed).frame))
        for size in sizes
    ]
    return _collected(pd.DataFrame(rows), 0.95)


def by_careless(
    scale: str,
    shares: Sequence[float],
    kind: Literal["random", "same"],
    *,
    papers: int = 800,
    seed: int = 2025,
    keep: bool = True,
) -> Consistency:
    """Return alpha with more and more careless papers among the others.

    Parameters
    ----------
    scale : str
        Name of the scale.
    shares : sequence of float
        Shares of careless papers.
    kind : {"random", "same"}
        Ticked at random, or with one answer throughout.
    papers : int
        How many papers in all.
    seed : int
        Where the draws begin.
    keep : bool
        Whether papers with one answer throughout are kept; else they are void, as by the rules.
    """
    rows = []
    for share in shares:
        answers = invented_answers(
            scale, papers, random=share if kind == "random" else 0.0,
            same=share if kind == "same" else 0.0, seed=seed,
        )  # fmt: skip
        lining: StraightLining | None = "ignore" if keep else None
        found = reliability(scale, answers.frame, straight_lining=lining)
        rows.append(_total(f"{100 * share:g}%", found))
    return _collected(pd.DataFrame(rows), 0.95)


def by_item(result: ScaleReliability) -> Released:
    """Return what each item adds to the total: its correlation with the rest, alpha without it.

    Parameters
    ----------
    result : ScaleReliability
        Of :func:`evalkit.scales.reliability`.
    """
    items = result.alphas["total"].table
    frame = items.assign(item=items["item"].astype(str))
    if "total" in result.omegas:
        frame["loading"] = result.omegas["total"].table["loading"].to_numpy()
    else:
        frame["loading"] = np.nan
    fields = (
        Field("item", "题号"),
        Field("mean", "均值", kind="number", decimals=2),
        Field("sd", "标准差", kind="number", decimals=2),
        Field("item_rest", "与其余各题之和的相关", kind="number", decimals=2),
        Field("alpha_without", "去掉该题后的 α", kind="number", decimals=3),
        Field("loading", "单因子载荷", kind="number", decimals=2),
    )
    return release(frame, fields, load_policy())


def score_summary(answers: InventedAnswers) -> Released:
    """Return how many of the papers are valid, positive, and hit an item about suicide."""
    table = score(answers.scale, answers.frame).table
    valid = table["valid"].to_numpy(dtype=bool)
    rows = [
        ("答卷", len(table)),
        ("有效", int(valid.sum())),
        ("作废", int((~valid).sum())),
        ("阳性（有效答卷中）", int(table.loc[valid, "positive"].fillna(False).astype(bool).sum())),
    ]
    if "suicide_item" in table:
        hits = table["suicide_item"].fillna(False).astype(bool)
        rows.append(("自杀条目有反应（含作废答卷）", int(hits.sum())))
    frame = pd.DataFrame(rows, columns=["what", "papers"]).astype({"papers": "Int64"})
    fields = (Field("what", "项目"), Field("papers", "份数", "份", "count"))
    return release(frame, fields, load_policy())


def _total(name: str, result: ScaleReliability) -> dict[str, object]:
    total = result.table.iloc[0]
    return {"name": name, **{str(key): value for key, value in total.items()}}


def _collected(table: pd.DataFrame, level: float) -> Consistency:
    fields = (
        Field("name", "部分或条件"),
        Field("items", "题数", "题", "count"),
        Field("papers", "有效答卷", "份", "count"),
        Field("alpha", "α", kind="number", decimals=3),
        Field("alpha_low", "95% 下限", kind="number", decimals=3),
        Field("alpha_high", "95% 上限", kind="number", decimals=3),
        Field("omega", "ω", kind="number", decimals=3),
    )
    alpha, low, high = (
        table[name].to_numpy(dtype=np.float64) for name in ("alpha", "alpha_low", "alpha_high")
    )
    source = "Feldt (1965), Psychometrika 30:357"
    interval = Interval(alpha, low, high, level, "Feldt 区间", source)
    names = tuple(str(name) for name in table["name"])
    return Consistency(release(table, fields, load_policy()), names, interval)
