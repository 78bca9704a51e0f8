"""Answers as they come in: a table or an array, checked and cut into blocks of small numbers."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pandas.api.types import infer_dtype

from evalkit.scales.columns import AnswersError, item_columns
from evalkit.scales.definition import Scale
from evalkit.scales.parts import Coding

__all__ = [
    "BLANK",
    "Answers",
    "Block",
    "OutOfRange",
    "read_answers",
]

OutOfRange = Literal["error", "blank"]
BLANK = -1
"""Stands for no answer in a block."""

_BLOCK = 16_384
"""Papers worked on together: small enough for the processor's cache, large enough for numpy."""

_NUMBERS = {"integer", "floating", "mixed-integer-float", "decimal", "empty"}


@dataclass(frozen=True, slots=True)
class Block:
    """Some papers, in the scale's first coding.

    Attributes
    ----------
    start, stop : int
        Which papers.
    items : array of int8, shape (items, papers)
        Answers; :data:`BLANK` where there is none.
    off : array of int16, shape (papers,)
        How many answers of each paper lie outside the range and were left out.
    """

    start: int
    stop: int
    items: NDArray[np.int8]
    off: NDArray[np.int16]


@dataclass(frozen=True)
class Answers:
    """Checked columns, one an item.

    Attributes
    ----------
    scale : Scale
        The scale.
    columns : tuple of array, each of shape (papers,)
        Whole numbers or floats; not a number where there is no answer.
    names : tuple of str
        The columns' names, for messages.
    index : Index
        Labels of the papers.
    before : int
        How many papers came before these, if they are a piece of something larger.
    """

    scale: Scale
    columns: tuple[NDArray[Any], ...]
    names: tuple[str, ...]
    index: pd.Index
    before: int = 0

    def __len__(self) -> int:
        return len(self.index)

    def blocks(self, coding: str, out_of_range: OutOfRange) -> Iterator[Block]:
        """Yield the papers block by block.

        Parameters
        ----------
        coding : str
            How the answers are written, such as ``"0-4"``.
        out_of_range : {"error", "blank"}
            What to do with answers that the coding does not have.

        Raises
        ------
        AnswersError
            If there are such answers and they are not to be left out.
        """
        given = Coding.named(coding)
        shift = self.scale.coding.lowest - given.lowest
        for start in range(0, len(self), _BLOCK):
            stop = min(start + _BLOCK, len(self))
            block = self._block(start, stop, given, shift)
            if out_of_range == "error" and block.off.any():
                raise self._outside(given)
            yield block

    def shows(self, answer: int) -> bool:
        """Whether anybody gave this answer."""
        return any(bool((column == answer).any()) for column in self.columns)

    def _block(self, start: int, stop: int, given: Coding, shift: int) -> Block:
        items = np.zeros((len(self.columns), stop - start), dtype=np.int8)
        off = np.zeros(stop - start, dtype=np.int16)
        for row, column in zip(items, self.columns, strict=True):
            part = column[start:stop]
            inside = _inside(part, given)
            if inside.all():
                np.copyto(row, part, casting="unsafe")
                row += np.int8(shift)
                continue
            np.copyto(row, part, casting="unsafe", where=inside)
            row += np.int8(shift)
            row[~inside] = BLANK
            off += ~(inside | _blank(part))
        return Block(start, stop, items, off)

    def _outside(self, given: Coding) -> AnswersError:
        wrong = [~(_inside(column, given) | _blank(column)) for column in self.columns]
        firsts = [int(np.argmax(mask)) if mask.any() else len(self) for mask in wrong]
        item = int(np.argmin(firsts))
        paper = firsts[item]
        count = sum(int(mask.sum()) for mask in wrong)
        values = {
            float(value)
            for column, mask in zip(self.columns, wrong, strict=True)
            for value in np.unique(column[mask])[:20]
        }
        return AnswersError(
            f"{self.scale.name} 的答案有 {count} 处不在允许的范围内。"
            f"第一处：第 {self.before + paper + 1} 份答卷"
            f"（行标签 {self.index[paper]}）第 {item + 1} 题"
            f"（列 {self.names[item]}）是 {self.columns[item][paper]:g}。"
            f"允许：{'、'.join(map(str, range(given.lowest, given.highest + 1)))}，缺答留空。"
            f"出现的其他值：{'、'.join(f'{value:g}' for value in sorted(values)[:6])}。"
            f"{_other_coding(self.scale, given, values)}"
            '请改正；若这些值表示缺答，请先改为空白，或写明 out_of_range="blank" 按缺答处理。'
        )


def read_answers(
    scale: Scale,
    answers: pd.DataFrame | ArrayLike,
    items: Sequence[Hashable] | None = None,
    *,
    before: int = 0,
) -> Answers:
    """Take a table or an array of answers.

    Parameters
    ----------
    scale : Scale
        The scale.
    answers : DataFrame, or array-like of shape (papers, items) or (items,)
        One row a paper. Whole numbers; a missing value where there is no answer.
    items : sequence, optional
        Names of the items' columns.
    before : int
        How many papers came before these.

    Raises
    ------
    AnswersError
        If there are no papers, columns do not fit the scale, or hold something else than numbers.
    """
    frame = answers if isinstance(answers, pd.DataFrame) else _frame(scale, answers, items)
    if not len(frame):
        raise AnswersError(f"没有答卷：表中一行也没有。请给出至少一份 {scale.name} 答卷。")
    places = item_columns(scale, list(frame.columns), items)
    names = tuple(str(frame.columns[place]) for place in places)
    columns = tuple(
        _numbers(scale, frame.iloc[:, place], number, before)
        for number, place in enumerate(places, 1)
    )
    return Answers(scale, columns, names, frame.index, before)


def _frame(scale: Scale, answers: ArrayLike, items: Sequence[Hashable] | None) -> pd.DataFrame:
    if isinstance(answers, np.ma.MaskedArray):
        answers = np.where(np.ma.getmaskarray(answers), np.nan, answers.data)
    try:
        array = answers if isinstance(answers, np.ndarray) else np.asarray(answers)
    except ValueError:
        raise AnswersError(
            f"各份答卷的题数不一样。{scale.name} 每份应有 {_either(scale)} 题；请核对。"
        ) from None
    if array.dtype.kind in "US":
        # A list that mixes numbers and texts becomes all text in numpy: keep what was given.
        array = np.asarray(answers, dtype=object)
    array = array[np.newaxis] if array.ndim == 1 and array.size else array
    if array.ndim == 1:
        return pd.DataFrame()
    if array.ndim != 2 or array.shape[1] not in scale.sizes:
        shape = " × ".join(map(str, array.shape))
        found = f"答案的形状是 {shape}" if shape else "答案不是表格"
        raise AnswersError(
            f"{found}。{scale.name} 应为“份数 × 题数”，题数为 {_either(scale)}；"
            "请核对，每行一份答卷，每列一题。"
        )
    if items is not None:
        raise AnswersError("数组没有列名，不能用 items。请把列按题号顺序排好，或改用 DataFrame。")
    return pd.DataFrame(array, columns=range(1, array.shape[1] + 1))


def _numbers(scale: Scale, column: pd.Series, item: int, before: int) -> NDArray[Any]:
    """Return a column as numbers, without looking at their size."""
    dtype = column.dtype
    yes_no = scale.coding.highest - scale.coding.lowest == 1
    if isinstance(dtype, np.dtype) and dtype.kind in "iuf":
        return np.asarray(column)
    if isinstance(dtype, np.dtype) and dtype.kind == "b" and yes_no:
        return np.asarray(column).view(np.int8)
    column = column.astype("object")
    kind = infer_dtype(column, skipna=True)
    if kind in _NUMBERS or (kind == "boolean" and yes_no):
        return column.where(column.notna(), np.nan).to_numpy(dtype=np.float64)
    raise _not_a_number(scale, column, item, before)


def _not_a_number(scale: Scale, column: pd.Series, item: int, before: int) -> AnswersError:
    wrong = [
        place
        for place, value in enumerate(column.notna() & ~column.map(_is_number))
        if value
    ]  # fmt: skip
    paper = wrong[0] if wrong else 0
    allowed = "、".join(map(str, range(scale.coding.lowest, scale.coding.highest + 1)))
    return AnswersError(
        f"{scale.name} 第 {item} 题（列 {column.name}）有不是数字的内容。"
        f"第一处：第 {before + paper + 1} 份答卷（行标签 {column.index[paper]}）"
        f"是“{column.iloc[paper]}”。允许：数字 {allowed}，缺答留空。"
        "请先把选项文字换成数字，例如 answers.replace({…}) 或 pd.to_numeric。"
    )


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, (bool, np.bool_))


def _inside(part: NDArray[Any], given: Coding) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (part >= given.lowest) & (part <= given.highest)
    if part.dtype.kind == "f":
        inside &= part == np.rint(part)
    return inside


def _blank(part: NDArray[Any]) -> NDArray[np.bool_]:
    return np.isnan(part) if part.dtype.kind == "f" else np.zeros(len(part), dtype=np.bool_)


def _either(scale: Scale) -> str:
    return " 或 ".join(map(str, scale.sizes))


def _other_coding(scale: Scale, given: Coding, values: set[float]) -> str:
    for name in scale.codings:
        other = Coding.named(name)
        if name != str(given) and all(other.lowest <= value <= other.highest for value in values):
            return f'如果这份数据是 {name} 编码，请写明 coding="{name}"。'
    return ""
