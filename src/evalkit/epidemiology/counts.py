"""Counts as they come in: numbers, arrays or columns, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import DataError

__all__ = ["Counts", "Floats", "checked", "checked_level", "checked_pair", "one_column"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts and what they are part of, of one shape; ``scalar`` if both were single numbers."""

    count: Floats
    whole: Floats
    scalar: bool
    index: pd.Index | None


def checked(values: ArrayLike, name: str, *, lowest: float | None = 0.0) -> Floats:
    """Return values as floats.

    Raises
    ------
    DataError
        If one is no number, infinite, or below the lowest allowed.
    """
    if isinstance(values, (pd.Series, pd.DataFrame)) and values.isna().to_numpy().any():
        raise _missing(name)
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(
            f"{name}中有不是数字的内容。只能是数字；请先把文字改成数字，空白的行去掉。"
        ) from None
    if not np.isfinite(array).all():
        raise _missing(name)
    if lowest is not None and (array < lowest).any():
        raise DataError(
            f"{name}中有小于 {lowest:g} 的数：{array[array < lowest].flat[0]:g}。"
            f"允许：不小于 {lowest:g}。请核对数据。"
        )
    return array


def checked_pair(count: ArrayLike, whole: ArrayLike, *, bounded: bool = True) -> Counts:
    """Return counts and their wholes, broadcast against each other.

    Raises
    ------
    DataError
        If one is no number or negative, the shapes do not fit, or (if bounded) a count is larger
        than its whole.
    """
    x, n = checked(count, "计数"), checked(whole, "分母")
    try:
        x, n = np.broadcast_arrays(x, n)
    except ValueError:
        raise DataError(
            f"计数有 {np.size(x)} 个，分母有 {np.size(n)} 个，对不上。请给出同样多的计数和分母。"
        ) from None
    if bounded and (x > n).any():
        place = int(np.argmax(np.atleast_1d(x > n)))
        first = (np.atleast_1d(x)[place], np.atleast_1d(n)[place])
        raise DataError(
            f"第 {place + 1} 个计数 {first[0]:g} 大于分母 {first[1]:g}。"
            "计数不能大于分母；请核对数据。"
        )
    index = next((v.index for v in (count, whole) if isinstance(v, pd.Series)), None)
    return Counts(np.atleast_1d(x), np.atleast_1d(n), x.ndim == 0, index)


def checked_level(level: float) -> float:
    """Return the confidence level.

    Raises
    ------
    DataError
        If it does not lie between 0 and 1.
    """
    if not 0 < level < 1:
        raise DataError(f"置信水平是 {level:g}。允许：0 与 1 之间的小数，例如 0.95。")
    return level


def one_column(values: Floats, *, scalar: bool) -> Any:
    """Return a number if a number was given, otherwise the array."""
    return float(values[0]) if scalar else values


def _missing(name: str) -> DataError:
    return DataError(f"{name}中有空缺。请先去掉没有数据的行，或补上数字。")
