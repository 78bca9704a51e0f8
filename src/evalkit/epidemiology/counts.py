"""Counts as they come in: numbers, arrays or columns, checked and laid side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import DataError

__all__ = ["Counts", "Floats", "checked", "checked_level", "checked_pair", "names_of", "single"]

Floats = NDArray[np.float64]
_Column = TypeVar("_Column", pd.Series, pd.DataFrame)

_SOME = 3
"""Labels that a message names."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts and what they are part of, of one shape (1-D at least).

    ``scalar`` if both were single numbers; ``index`` and ``columns`` are the labels, if there were
    any.
    """

    count: Floats
    whole: Floats
    scalar: bool
    index: pd.Index | None = None
    columns: pd.Index | None = None

    def like(self, values: Floats) -> Any:
        """Return values as the counts came: a number, an array, a Series or a DataFrame."""
        if self.scalar:
            return float(values[0])
        if self.columns is not None:
            return pd.DataFrame(values, index=self.index, columns=self.columns)
        if self.index is not None:
            return pd.Series(values, index=self.index)
        return values

    @property
    def labels(self) -> pd.Index | None:
        """One label for each count, row after row; none if there were no labels."""
        if self.columns is not None and self.index is not None:
            return pd.MultiIndex.from_product([self.index, self.columns])
        return self.index


def checked(
    values: ArrayLike, name: str, *, lowest: float | None = 0.0, gaps: bool = False
) -> Floats:
    """Return values as floats.

    Parameters
    ----------
    values : array-like
        Numbers; a Series or DataFrame loses its labels.
    name : str
        What they are called in messages.
    lowest : float, optional
        The lowest number allowed.
    gaps : bool
        Whether some may be missing (NaN, NA, None).

    Raises
    ------
    DataError
        If one is no number, infinite, below the lowest allowed, or missing and may not be.
    """
    array = _floats(values, name)
    there = ~np.isnan(array)
    if not gaps and not there.all():
        raise DataError(f"{name}中有空缺。请先去掉没有数据的行，或补上数字。")
    if np.isinf(array).any():
        raise DataError(f"{name}中有无穷大。只能是有限的数；请核对数据。")
    if lowest is not None and (array[there] < lowest).any():
        raise DataError(
            f"{name}中有小于 {lowest:g} 的数：{array[there & (array < lowest)].flat[0]:g}。"
            f"允许：不小于 {lowest:g}。请核对数据。"
        )
    return array


def checked_pair(
    count: ArrayLike, whole: ArrayLike, *, bounded: bool = True, gaps: bool = False
) -> Counts:
    """Return counts and their wholes, broadcast against each other.

    Columns are laid side by side by their labels, whatever their order. A column of wholes (one
    for each row) serves all columns of a frame of counts.

    Raises
    ------
    DataError
        If one is no number, negative, or missing and may not be, labels or shapes do not fit, or
        (if bounded) a count is larger than its whole.
    """
    index, columns = _labels(count, whole)
    one, other = (_laid(values, index, columns) for values in (count, whole))
    x, n = checked(one, "计数", gaps=gaps), checked(other, "分母", gaps=gaps)
    try:
        x, n = np.broadcast_arrays(x, n)
    except ValueError:
        raise DataError(
            f"计数有 {np.size(x)} 个，分母有 {np.size(n)} 个，对不上。请给出同样多的计数和分母。"
        ) from None
    if bounded and (x > n).any():
        place = int(np.argmax(np.atleast_1d(x > n).ravel()))
        first = (np.atleast_1d(x).ravel()[place], np.atleast_1d(n).ravel()[place])
        raise DataError(
            f"第 {place + 1} 个计数 {first[0]:g} 大于分母 {first[1]:g}。"
            "计数不能大于分母；请核对数据。"
        )
    return Counts(np.atleast_1d(x), np.atleast_1d(n), x.ndim == 0, index, columns)


def checked_level(level: float) -> float:
    """Return the confidence level.

    Raises
    ------
    DataError
        If it does not lie between 0 and 1.
    """
    if isinstance(level, bool) or not isinstance(level, (int, float, np.number)):
        raise DataError(f"置信水平是“{level}”，不是数字。允许：0 与 1 之间的小数，例如 0.95。")
    if not 0 < level < 1:
        raise DataError(f"置信水平是 {level:g}。允许：0 与 1 之间的小数，例如 0.95。")
    return float(level)


def names_of(values: ArrayLike, number: int) -> list[Any]:
    """Return what a column calls its rows: its own labels, or 1, 2, ... if it has none."""
    if isinstance(values, pd.Series) and not isinstance(values.index, pd.RangeIndex):
        return list(values.index)
    return list(range(1, number + 1))


def single(pair: Counts, what: str) -> Counts:
    """Return counts that are one column.

    Raises
    ------
    DataError
        If they are a whole table.
    """
    if pair.count.ndim > 1:
        shape = " × ".join(map(str, pair.count.shape))
        raise DataError(f"{what}一次只处理一列数，现在是 {shape} 的表。请逐列给出。")
    return pair


def _floats(values: ArrayLike, name: str) -> Floats:
    try:
        if isinstance(values, (pd.Series, pd.DataFrame)):
            kinds = [values.dtype] if isinstance(values, pd.Series) else list(values.dtypes)
            if any(pd.api.types.is_datetime64_any_dtype(kind) for kind in kinds):
                raise TypeError
            return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
        array = np.asarray(values)
        if array.dtype.kind in "mMc":
            raise TypeError
        if array.dtype.kind == "O":
            array = np.where(pd.isna(array), np.nan, array)
        return np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(
            f"{name}中有不是数字的内容。只能是数字；请先把文字改成数字，空白的行去掉。"
        ) from None


def _labels(*values: ArrayLike) -> tuple[pd.Index | None, pd.Index | None]:
    """Return the labels of the rows and columns of the largest of some values."""
    for frame in values:
        if isinstance(frame, pd.DataFrame):
            return frame.index, frame.columns
    return next((v.index for v in values if isinstance(v, pd.Series)), None), None


def _laid(values: ArrayLike, index: pd.Index | None, columns: pd.Index | None) -> ArrayLike:
    """Return values in the order of the labels, one for each row (of a frame: or column)."""
    if isinstance(values, pd.DataFrame):
        by_row = values if index is None else _in_order(values, index)
        return by_row if columns is None else _in_order(by_row.T, columns).T
    if isinstance(values, pd.Series):
        across = (
            columns is not None and not _same(values.index, index) and _same(values.index, columns)
        )
        if across and columns is not None:
            return _in_order(values, columns)
        laid = values if index is None else _in_order(values, index)
        return laid if columns is None else laid.to_frame()
    if columns is not None and index is not None and np.shape(values) == (len(index),):
        return np.asarray(values)[:, None]
    return values


def _in_order(values: _Column, wanted: pd.Index) -> _Column:
    """Return rows in the order of the labels that are wanted.

    Raises
    ------
    DataError
        If they are not the same labels.
    """
    if values.index.equals(wanted):
        return values
    if len(values) != len(wanted):
        raise DataError(
            f"计数与分母的行数对不上：一边 {len(wanted)} 行，另一边 {len(values)} 行。"
            "请给出同样多的计数和分母。"
        )
    if not _same(values.index, wanted):
        odd = [*values.index.difference(wanted), *wanted.difference(values.index)]
        some = "、".join(str(label) for label in odd[:_SOME])
        said = f"只在一边有的：{some}" + ("等" if len(odd) > _SOME else "") if odd else "有重复的"
        raise DataError(
            f"计数与分母的行标签对不上，{said}。请使两边的标签相同、不重复，"
            "或用 .to_numpy() 去掉标签，按顺序对应。"
        )
    return values.loc[wanted]


def _same(one: pd.Index | None, other: pd.Index | None) -> bool:
    if one is None or other is None:
        return False
    if one.equals(other):
        return True
    unique = one.is_unique and other.is_unique
    return unique and len(one) == len(other) and bool(one.isin(other).all())
