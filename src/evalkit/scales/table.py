"""A block's sums and verdicts as columns, and the columns as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.scales.judge import VOIDS, Rules, Verdicts
from evalkit.scales.parts import Coding
from evalkit.scales.tally import Counts, Flags, Sum, Tally

__all__ = ["Scored", "columns_of", "measures", "table_of"]

_Columns = dict[str, NDArray[Any]]
_SEEN = 256
"""More than any paper has items: counts up to here fit beside each other into one number."""


@dataclass(frozen=True)
class Scored:
    """Papers scored: the table that users see, and why papers are void.

    Attributes
    ----------
    table : DataFrame
        One row a paper.
    voids : mapping of str to array of bool
        Reason → papers.
    """

    table: pd.DataFrame
    voids: Mapping[str, Flags]


def measures(rules: Rules) -> dict[str, str]:
    """Return the columns of the table that are scores, with their Chinese titles."""
    scale = rules.scale
    found = {"total": "总粗分" if scale.standard else "总分"}
    if scale.standard:
        found |= {"standard": "标准分", "index": "严重指数"}
    if scale.positive_item is not None:
        found |= {"mean": "总均分", "positive_items": "阳性项目数", "positive_mean": "阳性症状均分"}
    return found | {factor.code: factor.title for factor in scale.factors}


def columns_of(rules: Rules, sums: Tally, verdicts: Verdicts, off: NDArray[np.int16]) -> _Columns:
    """Return a block's columns as arrays; what is not known is masked only in the table."""
    scale = rules.scale
    down = scale.coding.lowest - Coding.named(rules.coding).lowest if scale.totals_as_given else 0
    prorated = verdicts.complete & (sums.missing > 0)
    columns: _Columns = {"total": _scaled(sums.total, down, whole=rules.missing == "void")}
    if scale.standard:
        columns["standard"] = verdicts.standard
        columns["index"] = _divided(sums.total.total, sums.total.given * scale.coding.highest)
    if scale.positive_item is not None:
        columns["mean"] = _mean(sums.total, down)
        columns["positive_items"] = sums.positive_items
        positive = sums.positive_total - down * sums.positive_items
        columns["positive_mean"] = _divided(positive, sums.positive_items)
    for factor, own in zip(scale.factors, sums.factors, strict=True):
        columns[factor.code] = _mean(own, down)
    if scale.lie:
        columns["lie_items"] = sums.lies
    if scale.auxiliary:
        columns["auxiliary"] = sums.auxiliary
    columns |= {"band": verdicts.band, "positive": verdicts.positive, "valid": verdicts.valid}
    flags = np.zeros(len(off), dtype=np.int64)
    for bit, void in enumerate(verdicts.voids.values()):
        flags |= void.astype(np.int64) << bit
    off = off.astype(np.int64)
    columns["reasons"] = (flags * _SEEN + (sums.missing - off).clip(0)) * _SEEN + off
    columns["missing"] = sums.missing
    columns["prorated"] = prorated
    columns["suicide_item"] = np.where(
        sums.suicide, np.int8(1), np.where(sums.suicide_unknown, np.int8(-1), np.int8(0))
    )
    columns["complete"] = verdicts.complete
    return columns


def table_of(
    rules: Rules, blocks: Sequence[_Columns], index: pd.Index, *, has_auxiliary: bool
) -> Scored:
    """Put blocks together into one table."""
    scale = rules.scale
    all_of = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    unknown = ~all_of.pop("complete")
    reasons = all_of["reasons"]
    table: dict[str, Any] = {}
    for name, values in all_of.items():
        if name == "band":
            codes = np.where(unknown, np.int8(-1), values)
            table[name] = pd.Categorical.from_codes(codes, pd.Index(scale.band_names), ordered=True)
        elif name == "positive":
            table[name] = pd.arrays.BooleanArray(values, unknown.copy())
        elif name == "reasons":
            table[name] = _reason_texts(scale.items, reasons, ~all_of["valid"])
        elif name == "suicide_item":
            asked = scale.suicide is not None
            unsaid = values < 0 if asked else np.ones(len(values), dtype=np.bool_)
            table[name] = pd.arrays.BooleanArray(values == 1, unsaid)
        elif name == "auxiliary" and not has_auxiliary:
            table[name] = pd.arrays.IntegerArray(values, np.ones(len(values), dtype=np.bool_))
        elif name in measures(rules) and values.dtype.kind == "i":
            table[name] = pd.arrays.IntegerArray(values, unknown.copy())
        elif name in measures(rules):
            values[unknown] = np.nan
            table[name] = values
        else:
            table[name] = values
    flags = reasons // _SEEN**2
    voids = {name: (flags >> bit & 1).astype(np.bool_) for bit, name in enumerate(VOIDS)}
    return Scored(pd.DataFrame(table, index=index, copy=False), voids)


def _reason_texts(items: int, codes: Counts, void: Flags) -> pd.Categorical[str]:
    """Say why papers are void; nothing for those that are not."""
    found, places = np.unique(np.where(void, codes, 0), return_inverse=True)
    texts = [_reason_text(items, int(code)) for code in found]
    names = list(dict.fromkeys(["", *texts]))
    which = np.array([names.index(text) for text in texts], dtype=np.int16)
    return pd.Categorical.from_codes(which[places.ravel()], pd.Index(names))


def _reason_text(items: int, code: int) -> str:
    rest, off = divmod(code, _SEEN)
    flags, gaps = divmod(rest, _SEEN)
    said = {
        "missing": f"缺答 {gaps} 题" if gaps < items else "全卷未答",
        "out_of_range": f"{off} 个答案超出范围",
        "lie_items": "测伪题全部选“是”",
    }
    named = [name for bit, name in enumerate(VOIDS) if flags >> bit & 1]
    return "；".join(said.get(name, VOIDS[name]) for name in named)


def _scaled(own: Sum, down: int, *, whole: bool) -> NDArray[Any]:
    if whole:
        return own.total - down * own.items
    return _divided(own.total * own.items, own.given) - down * own.items


def _mean(own: Sum, down: int) -> NDArray[np.float64]:
    return _divided(own.total - down * own.given, own.given)


def _divided(upper: Counts, lower: Counts) -> NDArray[np.float64]:
    """Divide; not a number where there is nothing to divide by."""
    result = np.full(len(upper), np.nan)
    np.divide(upper, lower, out=result, where=lower > 0)
    return result
