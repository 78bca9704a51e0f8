"""What is known of a paper beside its answers: how long it took, facts about the person."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import UnknownNameError
from evalkit.scales.columns import AnswersError, placed
from evalkit.scales.definition import Scale
from evalkit.scales.tally import Flags

__all__ = ["Known", "known_facts", "known_seconds"]

Known = Hashable | ArrayLike
"""The name of a column, or one value a paper."""


def known_seconds(seconds: Known, frame: pd.DataFrame | None, papers: int) -> NDArray[np.float64]:
    """Return how long each paper took; not a number where unknown."""
    column = _one_each(seconds, frame, papers, "作答时间")
    try:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise AnswersError("作答时间中有不是数字的内容。允许：秒数，不知道的留空。") from None
    if (values < 0).any():
        raise AnswersError("作答时间中有负数。允许：不小于 0 的秒数，不知道的留空。")
    return values


def known_facts(
    scale: Scale, facts: Mapping[str, Known], frame: pd.DataFrame | None, papers: int
) -> dict[str, Flags]:
    """Return what is known of each person beside the answers; unknown is no."""
    found: dict[str, Flags] = {}
    for name, known in facts.items():
        if name not in scale.facts:
            raise UnknownNameError.of(f"{scale.name} 附加信息（facts）", str(name), scale.facts)
        column = _one_each(known, frame, papers, f"“{scale.facts[name]}”")
        said = column.dropna()
        if not said.isin([0, 1]).all():
            raise AnswersError(
                f"“{scale.facts[name]}”中有“{said[~said.isin([0, 1])].iloc[0]}”。"
                "允许：是 1（True）、否 0（False），不知道的留空。"
            )
        found[name] = (column == 1).fillna(False).to_numpy(dtype=np.bool_)
    return found


def _one_each(known: Known, frame: pd.DataFrame | None, papers: int, what: str) -> pd.Series:
    if isinstance(known, Hashable) and not isinstance(known, (bytes,)):
        if frame is None:
            raise AnswersError(f"答案是数组，没有列“{known}”。请把{what}作为数组给出，每份一个值。")
        column = frame.iloc[:, placed(list(frame.columns), known, what)]
    else:
        column = pd.Series(np.asarray(known)) if not isinstance(known, pd.Series) else known
    if len(column) != papers:
        raise AnswersError(f"{what}有 {len(column)} 个值，答卷有 {papers} 份，对不上。请核对。")
    return column
