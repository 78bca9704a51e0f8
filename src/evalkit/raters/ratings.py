"""Ratings as they come in: one row a score, checked, and laid out as units by judges."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import DataError

__all__ = [
    "Floats",
    "Matrix",
    "RatingsError",
    "checked",
    "checked_count",
    "checked_level",
    "matrix",
]

Floats = NDArray[np.float64]

Label = Literal["unit", "judge", "item"]

CHINESE = {"unit": "单位", "judge": "评委", "item": "指标", "score": "分数"}
"""What the columns are called in messages."""

SHOWN = 5
"""How many examples a message lists."""


class RatingsError(DataError):
    """Ratings that a statistic cannot be computed from."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """One score for each row and column, not a number where there is none.

    Attributes
    ----------
    values : array of float (of object, if they are categories), shape (n, k)
        Rows and columns that hold no score at all are left out.
    rows, columns : tuple, lengths n and k
        Labels, in the order in which they first came with a score.
    note : str
        What was done to get one score a cell, and what was left out; Chinese, empty if nothing.
    """

    values: NDArray[Any]
    rows: tuple[Any, ...]
    columns: tuple[Any, ...]
    note: str = ""

    @property
    def there(self) -> NDArray[np.bool_]:
        """Which cells hold a score."""
        return ~np.asarray(pd.isna(self.values), dtype=np.bool_)

    @property
    def complete(self) -> bool:
        """Whether no cell is missing."""
        return bool(self.there.all())

    @property
    def n_scores(self) -> int:
        """Number of cells that hold a score."""
        return int(self.there.sum())


def checked(
    ratings: pd.DataFrame,
    columns: Sequence[str] = ("unit", "judge", "score"),
    *,
    numeric: bool = True,
) -> pd.DataFrame:
    """Return the asked columns of the rows that hold a score.

    A row without a score (NaN, None, NA) says that the cell is missing and is left out. Integers,
    floats, booleans, decimals and fractions are scores; text never is, even if it looks like one.

    Parameters
    ----------
    ratings : DataFrame
        One row a score; other columns may stand beside.
    columns : sequence of str
        Columns that are needed: labels, and ``score``. A cell is one combination of the labels.
    numeric : bool
        Whether scores must be finite numbers. If not, they are categories and returned as they
        are.

    Returns
    -------
    DataFrame
        The columns in the order asked for, a fresh index, scores as float (if numeric).

    Raises
    ------
    RatingsError
        If a column is missing or there twice, a label is missing, a score is text or infinite,
        a cell has two scores, or there is no score at all.

    Examples
    --------
    >>> frame = pd.DataFrame({"unit": ["A", "A"], "judge": [1, 2], "score": [8, None]})
    >>> checked(frame)
      unit  judge  score
    0    A      1    8.0
    """
    if not isinstance(ratings, pd.DataFrame):
        raise RatingsError(
            f"评分应是一张数据表（pandas.DataFrame），现在是 {type(ratings).__name__}。"
            f"请整理成一行一个分数的长表，列名为{_listed(columns)}。"
        )
    _check_columns(ratings, columns)
    labels = [name for name in columns if name != "score"]
    frame = ratings[list(columns)].reset_index(drop=True)
    scores = _numbers(frame["score"]) if numeric else frame["score"].astype(object)
    there = scores.notna()
    if not there.any():
        raise RatingsError(
            f"评分表有 {len(frame)} 行，但没有一个分数。请填好“score”（分数）一列后再算。"
        )
    for name in labels:
        _check_label(frame, name, there)
    kept = {name: frame.loc[there, name].astype(object) for name in labels}
    result = pd.DataFrame({**kept, "score": scores[there]}).infer_objects()
    _check_once(result, labels)
    return result[list(columns)].reset_index(drop=True)


def matrix(
    ratings: pd.DataFrame,
    rows: Label = "unit",
    columns: Label = "judge",
    *,
    numeric: bool = True,
) -> Matrix:
    """Lay ratings out with one score for each row and column.

    Where the frame knows a third label (several items beside units and judges, several judges
    beside units and items), one rule makes one score of the several, and the note says so: items
    are **added up** (a judge's score of a unit is the judge's total), judges are **averaged**. A
    cell of which a part is missing is missing as a whole: a sum of fewer items is another number.

    Parameters
    ----------
    ratings : DataFrame
        One row a score.
    rows, columns : {"unit", "judge", "item"}
        What stands in the rows and in the columns.
    numeric : bool
        Whether scores must be numbers; categories cannot be added up.

    Raises
    ------
    RatingsError
        As :func:`checked`; if nothing is complete, or categories would have to be added.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"unit": list("AABB"), "judge": [1, 2, 1, 2], "score": [8, 7, 5, 6]}
    ... )
    >>> matrix(frame).values
    array([[8., 7.],
           [5., 6.]])
    """
    third: Label = next(name for name in ("item", "judge", "unit") if name not in (rows, columns))
    has_third = (
        isinstance(ratings, pd.DataFrame)
        and third in ratings.columns
        and bool(ratings[third].notna().to_numpy().any())
    )
    names = [rows, columns, *([third] if has_third else []), "score"]
    frame = checked(ratings, names, numeric=numeric)
    notes: list[str] = []
    if has_third:
        frame, notes = _one_score(frame, rows, columns, third, numeric=numeric)
    first, row_names = pd.factorize(frame[rows])
    second, column_names = pd.factorize(frame[columns])
    values = np.full(
        (len(row_names), len(column_names)), np.nan, dtype=float if numeric else object
    )
    values[first, second] = frame["score"].to_numpy()
    for name, kept in ((rows, row_names), (columns, column_names)):
        gone = [each for each in pd.unique(ratings[name].dropna()) if each not in set(kept)]
        if gone:
            notes.append(f"没有可用分数、未计入的{CHINESE[name]}：{_listed(gone)}。")
    return Matrix(values, tuple(row_names), tuple(column_names), "".join(notes))


def checked_level(level: float, name: str = "置信水平") -> float:
    """Return the confidence level.

    Raises
    ------
    RatingsError
        If it does not lie between 0 and 1.
    """
    if not 0 < level < 1:
        raise RatingsError(f"{name}是 {level}。允许：0 与 1 之间的小数，例如 0.95。")
    return float(level)


def checked_count(number: int, name: str = "抽样次数") -> int:
    """Return how often to resample.

    Raises
    ------
    RatingsError
        If it is no whole number, or negative.
    """
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < 0:
        raise RatingsError(f"{name}是 {number}。允许：0（不抽样）或正整数，例如 1000。")
    return int(number)


def _check_columns(ratings: pd.DataFrame, columns: Sequence[str]) -> None:
    present = [str(name) for name in ratings.columns]
    missing = [name for name in columns if name not in present]
    if missing:
        found = f"现有的列：{_listed(present)}。" if present else "这张表没有任何列。"
        raise RatingsError(
            f"评分表缺少{_listed([f'“{name}”（{CHINESE.get(name, name)}）' for name in missing])}"
            f"列。{found}请把相应的列改成这个名称，或补上这一列。"
        )
    double = [name for name in columns if present.count(name) > 1]
    if double:
        raise RatingsError(f"评分表有不止一列叫“{double[0]}”。请只留一列，其余的改名或删去。")


def _check_label(frame: pd.DataFrame, name: str, there: pd.Series) -> None:
    blank = frame[name].isna() & there
    if blank.any():
        place = int(np.argmax(blank.to_numpy()))
        raise RatingsError(
            f"评分表第 {place + 1} 行有分数，却没有“{name}”（{CHINESE.get(name, name)}）。"
            "每个分数都要写明是谁给谁的；请补上，或删去这一行。"
        )


def _check_once(frame: pd.DataFrame, labels: list[str]) -> None:
    double = frame.duplicated(labels)
    if double.any():
        first = frame.loc[double, labels].iloc[0]
        cell = "、".join(f"{CHINESE.get(name, name)} {first[name]}" for name in labels)
        raise RatingsError(
            f"同一格有不止一个分数：{cell}；这样重复的行共 {int(double.sum())} 行。"
            f"每个{'、'.join(CHINESE.get(name, name) for name in labels)}的组合只能有一个分数；"
            "请删去重复的行。"
        )


def _numbers(scores: pd.Series) -> pd.Series:
    """Return scores as floats, not a number where there is none."""
    if isinstance(scores.dtype, pd.CategoricalDtype):
        scores = scores.astype(scores.cat.categories.dtype)
    kind = scores.dtype
    if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind):
        found = scores.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        found = np.array([_number(each, row) for row, each in enumerate(scores, 1)])
    if np.isinf(found).any():
        place = int(np.argmax(np.isinf(found)))
        raise RatingsError(
            f"评分表第 {place + 1} 行的分数是无穷大。分数只能是有限的数；请改正，没有分数就留空。"
        )
    return pd.Series(found, index=scores.index, name="score")


def _number(score: object, row: int) -> float:
    if score is None or score is pd.NA or score is pd.NaT:
        return float("nan")
    if isinstance(score, (numbers.Real, Decimal, np.bool_)):
        return float(score)
    raise RatingsError(
        f"评分表第 {row} 行的分数是“{score}”，不是数字。分数只能是数字；"
        "请把文字改成数字，没有分数就留空。"
    )


def _one_score(
    frame: pd.DataFrame, rows: str, columns: str, third: str, *, numeric: bool
) -> tuple[pd.DataFrame, list[str]]:
    """Make one score of several items or judges, where all are there."""
    number = int(frame[third].nunique())
    if number == 1:
        return frame[[rows, columns, "score"]], []
    if not numeric:
        raise RatingsError(
            f"评分表有 {number} 个{CHINESE[third]}，类别不能相加。请先选定一个{CHINESE[third]}，"
            f'例如 ratings[ratings["{third}"] == {frame[third].iloc[0]!r}]。'
        )
    groups = frame.groupby([rows, columns], sort=False, observed=True)["score"]
    cells = (groups.sum() if third == "item" else groups.mean()).reset_index()
    whole = (groups.size() == number).to_numpy()
    verb = "相加" if third == "item" else "取平均"
    note = f"{number} 个{CHINESE[third]}的分数{verb}为一个分数。"
    if not whole.any():
        raise RatingsError(
            f"没有一格{CHINESE[rows]}×{CHINESE[columns]}的 {number} 个{CHINESE[third]}分数是齐的，"
            f"无法{verb}。请先选定一个{CHINESE[third]}，或补齐分数。"
        )
    if not whole.all():
        note += f"{int((~whole).sum())} 格缺一部分{CHINESE[third]}的分数，整格按缺失处理。"
    return cells[whole], [note]


def _listed(names: Iterable[object]) -> str:
    each = [str(name) for name in names]
    more = f"等 {len(each)} 个" if len(each) > SHOWN else ""
    return "、".join(each[:SHOWN]) + more
