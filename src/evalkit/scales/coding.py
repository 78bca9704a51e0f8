"""How answers are written as numbers: as somebody says, or as the answers show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalkit.errors import UnknownNameError
from evalkit.scales.columns import AnswersError
from evalkit.scales.definition import Scale
from evalkit.scales.parts import Coding

__all__ = ["ambiguous", "coding_of", "recognised"]


def coding_of(scale: Scale, columns: Sequence[NDArray[Any]], coding: str | None) -> str:
    """Return how answers are written.

    Raises
    ------
    UnknownNameError
        If the scale has no such coding.
    AnswersError
        If two codings are in use and the answers do not tell which one it is.
    """
    if coding is not None:
        name = str(coding).replace("–", "-").replace("—", "-").replace("~", "-").replace(" ", "")
        if name not in scale.codings:
            raise UnknownNameError.of(f"{scale.name} 编码", str(coding), scale.codings)
        return name
    if not scale.detect_coding:
        return scale.codings[0]
    first, other = scale.codings
    low, high = Coding.named(other).lowest, Coding.named(first).highest
    found = recognised(scale, columns)
    if len(found) == 2:
        raise AnswersError(
            f"{scale.name} 的答案里既有 {low} 又有 {high}，不可能同是 {first} 或 {other} 编码。"
            f'请先改正；若其中一种是录入错误，请写明 coding="{first}" 或 coding="{other}"，'
            '并写 out_of_range="blank" 把它按缺答处理。'
        )
    if not found and not all(_empty(column) for column in columns):
        raise ambiguous(scale)
    return found[0] if found else first


def recognised(scale: Scale, columns: Sequence[NDArray[Any]]) -> tuple[str, ...]:
    """Return the codings that the answers show: by an answer which only one of the two has."""
    first, other = scale.codings
    low, high = Coding.named(other).lowest, Coding.named(first).highest
    signs = {first: high, other: low}
    return tuple(
        name
        for name, sign in signs.items()
        if any(bool((column == sign).any()) for column in columns)
    )


def ambiguous(scale: Scale) -> AnswersError:
    """Say that the answers do not tell the coding."""
    first, other = scale.codings
    low, high = Coding.named(other).lowest, Coding.named(first).highest
    return AnswersError(
        f"{scale.name} 的答案里既没有 {low} 也没有 {high}，分不清是 {first} 还是 {other} 编码。"
        f'请核对问卷后写明 coding="{first}" 或 coding="{other}"。'
    )


def _empty(column: NDArray[Any]) -> bool:
    return column.dtype.kind == "f" and bool(np.isnan(column).all())
