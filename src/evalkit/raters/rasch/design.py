"""Ratings made ready for the many-facet Rasch model: whole categories, scales, extreme scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.raters.rasch.likelihood import Floats, Ints
from evalkit.raters.ratings import CHINESE, RatingsError, checked

__all__ = ["MOST_CATEGORIES", "Coded", "Model", "coded", "listed", "too_many"]

Model = Literal["rating_scale", "partial_credit"]

STEPS = (1.0, 0.5, 0.25, 0.2, 0.1, 0.05, 0.01)
"""Distances between neighbouring scores that are recognised, the widest first."""
MOST_CATEGORIES = 256
"""More categories than that on one scale are a measurement, not a rating."""
WIDEST = 1_000_000
"""Categories from the lowest to the highest score, used or not."""
SHOWN = 8
"""How many names a message lists."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Ratings as numbers.

    Attributes
    ----------
    facets : tuple of str, length F
        Columns, the one whose measures raise scores first.
    names : tuple of tuple
        Elements of each facet, in the order in which they first came.
    codes : array, shape (F, N)
        Which element of each facet a rating belongs to.
    score, value : array, shape (N,)
        As written, and in whole steps above the lowest score of all.
    lowest : int
        The lowest score, in whole steps above zero.
    scale : array, shape (N,)
        Which scale a rating is on.
    scale_facet : str
        Facet whose elements have scales.
    members : tuple of tuple
        Elements of that facet that are on each scale.
    step : float
        Distance between neighbouring categories, in score points.
    rows : array, shape (N,)
        Where each rating stands in the frame that was given.
    """

    facets: tuple[str, ...]
    names: tuple[tuple[Any, ...], ...]
    codes: Ints
    score: Floats
    value: Ints
    lowest: int
    scale: Ints
    scale_facet: str
    members: tuple[tuple[Any, ...], ...]
    step: float
    rows: Ints

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of elements of each facet."""
        return tuple(len(each) for each in self.names)


def coded(
    ratings: pd.DataFrame,
    facets: Sequence[str],
    model: Model,
    maxima: Mapping[Any, float] | None,
    step: float | None,
) -> Coded:
    """Check ratings and code them."""
    facets = _facets(ratings, facets)
    frame = checked(ratings, (*facets, "score"))
    pairs = [pd.factorize(frame[name]) for name in facets]
    codes = np.vstack([code for code, _ in pairs]).astype(np.intp)
    names = tuple(tuple(found) for _, found in pairs)
    score = frame["score"].to_numpy(dtype=np.float64)
    width = _step(score) if step is None else _checked_step(score, step)
    if np.ptp(score) / width * len(set(frame[facets[-1]])) > WIDEST:
        raise RatingsError(
            too_many(f"分数从 {score.min():g} 到 {score.max():g}，每档 {width:g} 分")
        )
    facet = "item" if "item" in facets else facets[-1]
    place = facets.index(facet)
    if maxima is not None:
        _check_maxima(maxima, facet, names[place], codes[place], score)
    value = np.rint(score / width).astype(np.intp)
    lowest = int(value.min())
    value -= lowest
    groups, members = _scales(names[place], model, maxima)
    rows = np.flatnonzero(ratings["score"].notna().to_numpy())
    return Coded(
        facets=facets,
        names=names,
        codes=codes,
        score=score,
        value=value,
        lowest=lowest,
        scale=groups[codes[place]],
        scale_facet=facet,
        members=members,
        step=width,
        rows=rows,
    )


def _facets(ratings: pd.DataFrame, facets: Sequence[str]) -> tuple[str, ...]:
    names = [facets] if isinstance(facets, str) else list(facets)
    if names == ["unit", "judge", "item"] and isinstance(ratings, pd.DataFrame):
        # a panel that gives one mark a unit has no items
        names = names if "item" in ratings.columns else names[:2]
    if len(names) < 2 or len(set(names)) < len(names) or "score" in names:
        raise RatingsError(
            f"facets 是 {tuple(names)}。允许：两个或更多互不相同的列名（不含 score），"
            '例如 ("unit", "judge", "item")。'
        )
    positive = "unit" if "unit" in names else names[0]
    return (positive, *(name for name in names if name != positive))


def _step(score: Floats) -> float:
    """Return the widest step on which all scores lie."""
    for step in STEPS:
        if _lies_on(score, step).all():
            return step
    off = score[~_lies_on(score, STEPS[-1])][0]
    raise RatingsError(
        f"分数 {off:g} 不在等距的档上（试过 {'、'.join(f'{each:g}' for each in STEPS)} 分一档）。"
        "多面 Rasch 模型只用于分档评分；请用评委给出的原始分数，不要用平均分或换算后的分数。"
    )


def _checked_step(score: Floats, step: float) -> float:
    if not step > 0:
        raise RatingsError(f"step（每档的分值）是 {step}。允许：大于 0 的数，例如 0.5。")
    good = _lies_on(score, step)
    if not good.all():
        raise RatingsError(
            f"分数 {score[~good][0]:g} 不是每档 {step:g} 分的整数倍。请改正这个分数，或改小 step。"
        )
    return float(step)


def _lies_on(score: Floats, step: float) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.abs(score / step - np.rint(score / step)) < 1e-6
    return found


def _check_maxima(
    maxima: Mapping[Any, float], facet: str, names: Sequence[Any], codes: Ints, score: Floats
) -> None:
    word = CHINESE.get(facet, facet)
    missing = [name for name in names if name not in maxima]
    if missing:
        raise RatingsError(f"maxima 没有写明这些{word}的满分：{listed(missing)}。请补上。")
    top = np.array([float(maxima[name]) for name in names])
    over = score > top[codes] + 1e-9
    if over.any():
        place = int(np.argmax(over))
        raise RatingsError(
            f"{word} {names[codes[place]]} 有一个分数是 {score[place]:g}，"
            f"满分是 {top[codes[place]]:g}。"
            "超出满分的分数不能用；请退回评委改正。"
        )


def _scales(
    names: Sequence[Any], model: Model, maxima: Mapping[Any, float] | None
) -> tuple[Ints, tuple[tuple[Any, ...], ...]]:
    """Return which scale each element is on, and the elements of each scale."""
    if model == "partial_credit":
        return np.arange(len(names)), tuple((name,) for name in names)
    if maxima is None:
        return np.zeros(len(names), dtype=np.intp), (tuple(names),)
    groups, tops = pd.factorize(np.array([float(maxima[name]) for name in names]))
    members = [
        tuple(name for name, own in zip(names, groups, strict=True) if own == number)
        for number in range(len(tops))
    ]
    return groups.astype(np.intp), tuple(members)


def too_many(found: str) -> str:
    """Return the message for more categories than a rating scale has."""
    return (
        f"{found}，最多 {MOST_CATEGORIES} 档。多面 Rasch 模型只用于分档评分；"
        "请先把分数并成较少的档。"
    )


def listed(names: Iterable[object]) -> str:
    """Return the first names, and how many there are if there are more."""
    each = [str(name) for name in names]
    more = f"等 {len(each)} 个" if len(each) > SHOWN else ""
    return "、".join(each[:SHOWN]) + more
