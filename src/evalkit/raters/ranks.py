"""How sure ranks are: other judges of the same kind, and one judge fewer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from evalkit.raters.ranks_draws import Draws, Ints, Panel, draws_of, panel_of
from evalkit.raters.ranks_result import RankUncertainty, percent
from evalkit.raters.ranks_rules import Each, Estimator, Rules, Ties, checked_first, rules_of
from evalkit.raters.ranks_words import words_of
from evalkit.raters.ratings import Floats, RatingsError, checked_count, checked_level

__all__ = ["rank_uncertainty"]


def rank_uncertainty(
    scores: pd.DataFrame,
    k: int = 2,
    *,
    estimator: Estimator = "trimmed",
    trim: int = 1,
    min_judges: int = 5,
    each: Each = "total",
    decimals: int | None = None,
    ties: Ties = "shared",
    level: float = 0.95,
    n_boot: int = 10_000,
    seed: int = 0,
) -> RankUncertainty:
    r"""Say how sure each rank is, and each place among the first k.

    Two questions. **One judge fewer**: the ranks are computed once more without each judge. **Other
    judges of the same kind**: as many judges as there are, are drawn from them with replacement,
    each with all that the judge gave and did not give (a recusal stays one), and ranks are computed
    by the same rules as if the drawn judges had been the panel. The share of draws is the chance of
    a rank; limits leave at most :math:`(1 - level) / 2` outside on either side.

    With few judges all draws are gone through, each with its multinomial chance (1,716 for seven
    judges, 6,435 for eight): the figures are then exact. Draws in which a unit has no score are
    left out, and the note says how many.

    Parameters
    ----------
    scores : DataFrame
        One row a score: unit, judge, score; several items are added up. A missing row or score is
        a recusal. More is better.
    k : int
        Number of first places (awards).
    estimator : {"trimmed", "mean", "median"}
        A unit's score from its judges' scores: the mean without the highest and the lowest if there
        are at least `min_judges`, the mean, or the median.
    trim, min_judges : int
        How many are left out at either end, and from how many judges on.
    each : {"total", "item"}
        Whether that is done with the judges' totals, or with each item, and the items then added up
        (as in diving).
    decimals : int, optional
        Places to which scores are published, half up, before they are compared.
    ties : {"shared", "mean"}
        Equal scores share the better rank (1, 2, 2, 4), or the plain mean of all judges decides
        first.
    level : float
        Level of the rank limits.
    n_boot : int
        Most draws; 0 for none.
    seed : int
        Start of the random numbers, where draws are random.

    Raises
    ------
    RatingsError
        If the scores cannot be used, there are fewer than two units or judges, a setting is out of
        range, or some unit has no score in any draw.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap; Goldstein and Spiegelhalter
    (1996), J R Stat Soc A 159:385; Hall and Miller (2009), Ann Stat 37:3929.

    Notes
    -----
    With k judges the draws' variance is :math:`(k - 1) / k` of the unbiased one: chances are a
    little too sure, the more so the fewer the judges. What all judges share (an unclear criterion,
    a halo) is not seen at all.

    Examples
    --------
    >>> scores = pd.DataFrame({"unit": list("ABC") * 3, "judge": np.repeat([1, 2, 3], 3),
    ...                        "score": [90, 88, 70, 85, 86, 72, 91, 87, 75]})
    >>> found = rank_uncertainty(scores, k=1)
    >>> found.table[["unit", "rank", "low", "high", "p_top"]].round(3)
      unit  rank  low  high  p_top
    0    A     1    1     2  0.963
    1    B     2    1     2  0.148
    2    C     3    3     3  0.000
    """
    rules = rules_of(estimator, trim, min_judges, each, decimals, ties)
    level, n_boot = checked_level(level), checked_count(n_boot)
    panel = panel_of(scores, each)
    n = len(panel.units)
    k = checked_first(k, n)
    everyone = np.ones((1, len(panel.judges)))
    ranks = panel.ranks(everyone, rules)[0]
    order = np.argsort(ranks, kind="stable")
    units = [panel.units[place] for place in order]
    drawn, chance, draws, lost = _drawn(panel, rules, n_boot, seed)
    distribution = _distribution(drawn, chance, n)[order]
    judges, left = _left_out(panel, rules)
    tested = left[:, 0] > 0
    table = pd.DataFrame(
        {
            "unit": units,
            "n_judges": panel.given.sum(axis=0)[order],
            "score": panel.values(everyone, rules)[0][order],
            "rank": ranks[order],
            **_limits(distribution, level),
            **_spans(left[tested][:, order]),
            "p_rank": _chances(distribution[np.arange(n), ranks[order] - 1]),
            "p_top": _chances(distribution[:, :k].sum(axis=1)),
            "p_next": _ahead(drawn[:, order], chance),
        }
    )
    top = _first(panel, ranks, k)
    changes = {
        judge: _first(panel, own, k)
        for judge, own, able in zip(judges, left, tested, strict=True)
        if able
    }
    untested = tuple(judge for judge in judges if judge not in changes)
    return RankUncertainty(
        table=table,
        distribution=pd.DataFrame(distribution, index=pd.Index(units), columns=range(1, n + 1)),
        leave_one_out=_left_out_table(panel, rules, judges, left),
        untested=untested,
        k=k,
        level=level,
        n=n,
        n_judges=len(panel.judges),
        n_scores=int(panel.given.sum()),
        n_draws=len(drawn),
        exact=draws.exact,
        stable_top=all(found == top for found in changes.values()),
        words=words_of(table, k, rules, changes),
        method=_method(rules, draws, n_boot, seed),
        note=panel.note + _note(untested, lost),
    )


def _drawn(panel: Panel, rules: Rules, n_boot: int, seed: int) -> tuple[Ints, Floats, Draws, float]:
    """Return ranks of shape (b, n), chances, all draws, and the chance of those without scores."""
    draws = draws_of(len(panel.judges), n_boot, seed)
    if not n_boot:
        return np.zeros((0, len(panel.units)), dtype=np.int64), np.zeros(0), draws, 0.0
    ranks = panel.ranks(draws.weights, rules)
    usable = ranks[:, 0] > 0
    if not usable.any():
        raise RatingsError(
            "无论抽到哪些评委，总有单位没有分数，无法估计名次的把握。请补齐评分，或设 n_boot=0。"
        )
    chance = draws.chance[usable]
    lost = 0.0 if usable.all() else float(draws.chance[~usable].sum())
    return ranks[usable], chance / chance.sum(), draws, lost


def _left_out(panel: Panel, rules: Rules) -> tuple[list[Any], Ints]:
    """Return the judges in the order of their names, and the ranks without each: shape (k, n)."""
    number = len(panel.judges)
    by_name = sorted(range(number), key=lambda place: _key(panel.judges[place]))
    ranks = panel.ranks((1.0 - np.eye(number))[by_name], rules)
    return [panel.judges[place] for place in by_name], ranks


def _left_out_table(panel: Panel, rules: Rules, judges: list[Any], ranks: Ints) -> pd.DataFrame:
    places = {judge: place for place, judge in enumerate(panel.judges)}
    weights = np.ones((len(judges), len(judges)))
    weights[np.arange(len(judges)), [places[judge] for judge in judges]] = 0.0
    frame = pd.DataFrame(
        {
            "left_out": [judge for judge in judges for _ in panel.units],
            "unit": list(panel.units) * len(judges),
            "score": panel.values(weights, rules).ravel(),
            "rank": ranks.ravel(),
        }
    )
    return frame[frame["rank"] > 0].reset_index(drop=True)


def _first(panel: Panel, ranks: Ints, k: int) -> set[Any]:
    return {unit for unit, rank in zip(panel.units, ranks, strict=True) if rank <= k}


def _distribution(drawn: Ints, chance: Floats, n: int) -> Floats:
    """Return the chance of each rank (columns) for each unit (rows)."""
    if not len(drawn):
        return np.full((n, n), np.nan)
    places = np.arange(n) * n + drawn - 1
    counts = np.bincount(places.ravel(), np.repeat(chance, n), minlength=n * n)
    return np.asarray(counts, dtype=np.float64).reshape(n, n)


def _limits(distribution: Floats, level: float) -> dict[str, Any]:
    """Return the ranks beyond which there is at most half of what the level leaves."""
    n = len(distribution)
    if np.isnan(distribution).any():
        return {name: pd.array([pd.NA] * n, dtype="Int64") for name in ("low", "high")}
    upto, tail = np.cumsum(distribution, axis=1), (1 - level) / 2
    # What adding up chances leaves must not decide.
    low = 1 + (upto <= tail + 1e-12).sum(axis=1)
    high = np.minimum(n, 1 + (upto < 1 - tail - 1e-12).sum(axis=1))
    return {"low": pd.array(low, dtype="Int64"), "high": pd.array(high, dtype="Int64")}


def _spans(ranks: Ints) -> dict[str, Any]:
    if not len(ranks):
        nothing = [pd.NA] * ranks.shape[1]
        return {name: pd.array(nothing, dtype="Int64") for name in ("loo_low", "loo_high")}
    low, high = ranks.min(axis=0), ranks.max(axis=0)
    return {"loo_low": pd.array(low, dtype="Int64"), "loo_high": pd.array(high, dtype="Int64")}


def _ahead(ordered: Ints, chance: Floats) -> Floats:
    """Return the chance of each unit to be ahead of the next; not a number for the last one."""
    found = np.full(ordered.shape[1], np.nan)
    if len(ordered):
        found[:-1] = chance @ (ordered[:, :-1] < ordered[:, 1:])
    return _chances(found)


def _chances(values: Floats) -> Floats:
    """Return chances, freed of what adding them up left beyond 0 and 1."""
    return np.where(values > 1 - 1e-12, 1.0, np.where(values < 1e-12, 0.0, values))


def _method(rules: Rules, draws: Draws, n_boot: int, seed: int) -> str:
    said = f"得分：{rules.words}；逐一去掉一位评委重算"
    if not n_boot:
        return f"{said}；未抽样"
    how = (
        f"全部 {len(draws.weights)} 种抽取结果逐一计算，按各自的概率加权"
        if draws.exact
        else f"随机抽取 {n_boot} 次（种子 {seed}）"
    )
    return f"{said}；对评委有放回抽样（回避随评委保留），{how}"


def _note(untested: tuple[Any, ...], lost: float) -> str:
    notes = []
    if untested:
        who = "、".join(str(judge) for judge in untested[:5])
        notes.append(f"去掉评委 {who} 后有单位没有分数，未作这一检验。")
    if lost:
        notes.append(f"抽到的评委对某个单位全部回避的情形（{percent(lost)}）未计入。")
    return "".join(notes)


def _key(judge: object) -> tuple[str, Any]:
    """Return what puts labels in order: numbers by size, others by their text."""
    if isinstance(judge, (int, float, np.number)):
        return "", float(judge)
    return type(judge).__name__, str(judge)
