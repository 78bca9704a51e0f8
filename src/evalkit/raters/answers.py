"""Answers of people to items: from wide or long frames, and their covariances with gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from evalkit.raters.ratings import Floats, RatingsError, matrix

__all__ = ["Answers", "Covariance", "Missing", "answers_of", "covariance"]

Missing = Literal["pairwise", "listwise", "em"]

LABELS = ("unit", "id")
"""Columns of a wide frame that name a person and are no items."""

STEPS = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Answers of n people to k items, not a number where there is none.

    Attributes
    ----------
    values : array of float, shape (n, k)
        Reversed items have their sign turned.
    given : array of float, shape (n, k)
        The answers as they came.
    items : tuple, length k
        Their labels.
    note : str
        What was done to the frame.
    """

    values: Floats
    given: Floats
    items: tuple[Any, ...]
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class Covariance:
    """Covariances of items.

    Attributes
    ----------
    values : array of float, shape (k, k)
        Covariances.
    n : float
        People that they rest on; with pairwise deletion the mean over the entries.
    method : str
        How gaps were dealt with.
    """

    values: Floats
    n: float
    method: str


def answers_of(
    data: pd.DataFrame, items: Iterable[Any] | None = None, reverse: Iterable[Any] = ()
) -> Answers:
    """Return answers, people in rows and items in columns.

    A frame with a column ``score`` and a column ``unit`` is **long**: its items are the column
    ``item``, or, if it has none, ``judge`` (agreement of judges is their internal consistency).
    Several judges of a unit and item are averaged. Any other frame is **wide**: a row a person, a
    column an item; columns ``unit`` and ``id`` are labels and left out.

    Parameters
    ----------
    data : DataFrame
        Wide or long.
    items : iterable, optional
        The items to take; all of them if not given.
    reverse : iterable
        Items that run the other way. Their answers are taken with the opposite sign, which is all
        that covariances need of a reversal.

    Raises
    ------
    RatingsError
        If the frame cannot be used, an item is not there, is text or infinite, or fewer than two
        people answered.
    """
    if not isinstance(data, pd.DataFrame):
        raise RatingsError(
            f"答案应是一张数据表（pandas.DataFrame），现在是 {type(data).__name__}。"
            "请整理成一行一人、一列一题的宽表，或一行一个分数的长表（unit、item、score）。"
        )
    items = None if items is None else tuple(items)
    long = {"score", "unit"} <= {str(name) for name in data.columns}
    values, names, note = _long(data) if long else _wide(data, items)
    if items is not None:
        _check_known(items, names)
        values, names = values[:, [names.index(each) for each in items]], items
    turned = tuple([reverse] if isinstance(reverse, str) else reverse)
    _check_known(turned, names)
    if len(names) < 2:
        raise RatingsError(f"至少需要 2 道题，现在有 {len(names)} 道。请核对列名或 items 参数。")
    there = ~np.isnan(values).all(axis=1)
    given: Floats = values[there]
    values = given * np.where([name in turned for name in names], -1.0, 1.0)
    if not there.all():
        note += f"{int((~there).sum())} 人一题未答，未计入。"
    unanswered = np.asarray(np.isnan(values).all(axis=0))
    empty = [str(name) for name, none in zip(names, unanswered, strict=True) if none]
    if empty:
        raise RatingsError(f"没有一个人回答过“{'、'.join(empty[:5])}”。请去掉这些题或补上答案。")
    if len(values) < 2:
        raise RatingsError(f"至少需要 2 个人的答案，现在有 {len(values)} 人。")
    return Answers(values, given, names, note)


def _long(data: pd.DataFrame) -> tuple[Floats, tuple[Any, ...], str]:
    has_items = "item" in data.columns and bool(data["item"].notna().any())
    laid_out = matrix(data, "unit", "item" if has_items else "judge")
    return laid_out.values, laid_out.columns, laid_out.note


def _wide(data: pd.DataFrame, items: Sequence[Any] | None) -> tuple[Floats, tuple[Any, ...], str]:
    names = tuple(name for name in data.columns if str(name) not in LABELS)
    if len(set(names)) < len(names):
        raise RatingsError("有两列同名，分不清是哪一题。请给每一题不同的列名。")
    if items is not None:
        # Columns that are no items may hold anything.
        _check_known(items, names)
        names = tuple(items)
    values = np.full((len(data), len(names)), np.nan)
    for place, name in enumerate(names):
        values[:, place] = _column(data[name])
    return values, names, ""


def covariance(answers: Answers, missing: Missing = "pairwise") -> Covariance:
    """Return the covariances of items.

    Parameters
    ----------
    answers : Answers
        People by items.
    missing : {"pairwise", "listwise", "em"}
        Each pair of items from the people who answered both; only people who answered everything;
        or the maximum likelihood estimate under normality, which uses every answer and is right
        if gaps depend on what was answered only. It is scaled by n − 1, as the others are.

    Raises
    ------
    RatingsError
        If too few people answered, or no item varies.

    References
    ----------
    Dempster, Laird and Rubin (1977), J R Stat Soc B 39:1; Little and Rubin, Statistical Analysis
    with Missing Data.
    """
    if missing not in get_args(Missing):
        raise RatingsError(
            f"没有“{missing}”这种处理缺失的方法。允许：pairwise（成对）、listwise（整行）、em（极大似然）。"
        )
    values = answers.values
    gaps = np.isnan(values)
    if not gaps.any():
        found = Covariance(np.cov(values, rowvar=False), len(values), "没有缺失")
    elif missing == "listwise":
        whole = values[~gaps.any(axis=1)]
        if len(whole) < 2:
            raise RatingsError(
                f'答全所有题的只有 {len(whole)} 人，无法整行计算。请用 missing="pairwise" 或 "em"。'
            )
        method = f"只用答全的 {len(whole)} 人（整行删除）"
        found = Covariance(np.cov(whole, rowvar=False), len(whole), method)
    else:
        found = _pairwise(values, answers.items) if missing == "pairwise" else _by_em(values)
    # What is left of answers that are all the same is no variance.
    table = found.values
    same = np.diag(table) <= 1e-24 * np.nanmax(values**2, axis=0)
    if same.all():
        raise RatingsError("每一题所有人的答案都相同，没有差异可言。请核对数据。")
    table[same, :] = table[:, same] = 0.0
    return found


def _pairwise(values: Floats, items: Sequence[Any]) -> Covariance:
    there = (~np.isnan(values)).astype(np.float64)
    number = there.T @ there
    if (number < 2).any():
        one, other = np.argwhere(number < 2)[0]
        raise RatingsError(
            f"同时回答“{items[one]}”和“{items[other]}”的不足 2 人，求不出它们的协方差。"
            "请去掉其中一题，或补上答案。"
        )
    x = np.nan_to_num(values - np.nanmean(values, axis=0))
    # Both items' means are those of the people who answered both.
    sums = x.T @ there
    products = x.T @ x - sums * sums.T / number
    method = "成对删除（每两题用同时答了这两题的人）"
    return Covariance(products / (number - 1), float(number.mean()), method)


def _by_em(values: Floats) -> Covariance:
    gaps = np.isnan(values)
    n, k = values.shape
    patterns, member = np.unique(gaps, axis=0, return_inverse=True)
    groups = [(gap, values[member.ravel() == place]) for place, gap in enumerate(patterns)]
    scale = np.nanstd(values, axis=0)
    scale[scale == 0] = 1.0
    mean = np.nanmean(values, axis=0)
    table = np.diag(scale**2)
    for _ in range(STEPS):
        sums, products = np.zeros(k), np.zeros((k, k))
        for gap, rows in groups:
            filled = rows - mean
            if gap.any():
                seen = ~gap
                inside = table[np.ix_(seen, seen)]
                # Few people may leave the seen items' covariances without an inverse.
                slopes = np.linalg.pinv(inside, hermitian=True) @ table[np.ix_(seen, gap)]
                filled = filled.copy()
                filled[:, gap] = filled[:, seen] @ slopes
                rest = table[np.ix_(gap, gap)] - table[np.ix_(gap, seen)] @ slopes
                products[np.ix_(gap, gap)] += len(rows) * rest
            sums += filled.sum(axis=0)
            products += filled.T @ filled
        step = sums / n
        changed = products / n - np.outer(step, step)
        moved = max(
            float(np.max(np.abs(step) / scale)),
            float(np.max(np.abs(changed - table) / np.outer(scale, scale))),
        )
        mean, table = mean + step, changed
        if moved < 1e-10:
            break
    else:
        raise RatingsError(
            '缺失太多，极大似然（EM）没有收敛。请去掉缺失多的题，或用 missing="pairwise"。'
        )
    return Covariance(table * n / (n - 1), float(n), "极大似然（EM），用到每一个答案")


def _check_known(wanted: Sequence[Any], names: Sequence[Any]) -> None:
    unknown = [str(name) for name in wanted if name not in names]
    if unknown:
        raise RatingsError(
            f"没有“{'、'.join(unknown[:5])}”这道题。现有：{'、'.join(map(str, names[:30]))}。"
        )


def _column(answers: pd.Series) -> Floats:
    """Return one item's answers as floats."""
    kind = answers.dtype
    if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind):
        found = answers.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        text = next((each for each in answers if isinstance(each, str)), None)
        try:
            found = np.array([np.nan if pd.isna(each) else float(each) for each in answers])
        except (TypeError, ValueError):
            text = text or "其他内容"
        if text is not None:
            raise RatingsError(
                f"“{answers.name}”一列有不是数字的内容：“{text}”。答案只能是数字，没有答就留空；"
                "不是题目的列请先去掉，或用 items 指明哪些列是题目。"
            )
    if np.isinf(found).any():
        raise RatingsError(f"“{answers.name}”一列有无穷大。答案只能是有限的数，没有答就留空。")
    return found
