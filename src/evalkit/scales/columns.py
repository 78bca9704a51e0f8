"""Which columns of a table are a scale's items."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from evalkit.errors import DataError
from evalkit.scales.definition import Scale

__all__ = ["AnswersError", "item_columns", "placed"]

_NUMBERED = re.compile(r"(?P<head>.*\D)?(?P<number>\d+)(?P<tail>\D*)", re.DOTALL)
_Group = tuple[str, str]


class AnswersError(DataError):
    """Answers that a scale cannot be scored from."""


def item_columns(
    scale: Scale, names: Sequence[Hashable], items: Sequence[Hashable] | None = None
) -> list[int]:
    """Find the items among the columns of a table.

    Items are, in this order of preference: the columns that `items` names; the columns whose names
    differ in nothing but the number, which runs from 1 (or from 0) to the last item, such as
    ``q1`` ... ``q20``, ``第01题`` ... ``第20题`` or ``D1`` ... ``D9``, wherever they stand; all
    columns, if there are exactly as many as items and their names are not numbered.

    Parameters
    ----------
    scale : Scale
        The scale.
    names : sequence
        Names of the table's columns.
    items : sequence, optional
        Names of the items' columns, in the order of the items.

    Returns
    -------
    list of int
        Place of each item's column.

    Raises
    ------
    AnswersError
        If the items are not there, or there are several possibilities.

    Examples
    --------
    >>> from evalkit.scales import load_scale
    >>> item_columns(load_scale("GAD-7"), ["id", "a7", "a6", "a5", "a4", "a3", "a2", "a1", "b1"])
    [7, 6, 5, 4, 3, 2, 1]
    """
    if items is not None:
        return _named(scale, names, items)
    groups = _groups(names)
    fitting = {key: places for key, group in groups.items() if (places := _fit(scale, group))}
    if len(fitting) > 1:
        own = {key: places for key, places in fitting.items() if _speaks_of(scale, key)}
        fitting = own if len(own) == 1 else fitting
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    if fitting:
        listed = "、".join(f"{head}1{tail}…" for head, tail in fitting)
        raise AnswersError(
            f"有 {len(fitting)} 组列都可能是 {scale.name} 的题目：{listed}。"
            "请用 items=[…] 按题号顺序写明是哪些列。"
        )
    plain = not groups or (len(groups) == 1 and sum(map(len, groups.values())) == len(names))
    if plain and len(names) in scale.sizes:
        return list(range(len(names)))
    raise _not_found(scale, names)


def placed(names: Sequence[Hashable], wanted: Hashable, what: str) -> int:
    """Return the place of one column.

    Raises
    ------
    AnswersError
        If it is not there, or more than once.
    """
    places = [place for place, name in enumerate(names) if name == wanted]
    if len(places) == 1:
        return places[0]
    found = "没有找到" if not places else f"有 {len(places)} 个重名的"
    raise AnswersError(f"{found}{what}列“{wanted}”。表中的列：{_listed(names)}。请核对列名。")


def _named(scale: Scale, names: Sequence[Hashable], items: Sequence[Hashable]) -> list[int]:
    if isinstance(items, str) or len(items) not in scale.sizes:
        found = "一个字符串" if isinstance(items, str) else f"{len(items)} 个列名"
        raise AnswersError(
            f"items 给出了{found}。{scale.name} 需要 {_sizes(scale)} 个列名，按题号顺序排列。"
        )
    if len(set(items)) != len(items):
        raise AnswersError("items 中有重复的列名。每题应各有一列；请核对。")
    return [placed(names, item, f"第 {number} 题的") for number, item in enumerate(items, 1)]


def _groups(names: Sequence[Hashable]) -> dict[_Group, dict[int, list[int]]]:
    """Sort numbered columns by what surrounds the number: (before, after) → number → places."""
    groups: dict[_Group, dict[int, list[int]]] = {}
    for place, name in enumerate(names):
        found = _NUMBERED.fullmatch(str(name).strip())
        if found:
            key = (found["head"] or "", found["tail"])
            groups.setdefault(key, {}).setdefault(int(found["number"]), []).append(place)
    return groups


def _fit(scale: Scale, group: dict[int, list[int]]) -> list[int]:
    first = min(group)
    numbers = sorted(group)
    whole = numbers == list(range(first, first + len(numbers)))
    if first > 1 or not whole or len(numbers) not in scale.sizes:
        return []
    if any(len(places) > 1 for places in group.values()):
        raise AnswersError(
            f"{scale.name} 的题目有重名的列（同一题号出现两次）。每题应各有一列；请先删去多余的列。"
        )
    return [group[number][0] for number in numbers]


def _speaks_of(scale: Scale, key: _Group) -> bool:
    around = re.sub(r"[\s_.\-]+", "", "".join(key)).casefold()
    names = (scale.name, scale.title, *scale.aliases)
    return any(re.sub(r"[\s\-]+", "", name).casefold() in around for name in names)


def _sizes(scale: Scale) -> str:
    return " 或 ".join(map(str, scale.sizes))


def _listed(names: Sequence[Hashable]) -> str:
    shown = "、".join(str(name) for name in names[:8]) or "（没有列）"
    return f"{shown} 等 {len(names)} 列" if len(names) > 8 else shown


def _not_found(scale: Scale, names: Sequence[Hashable]) -> AnswersError:
    last = scale.items
    return AnswersError(
        f"没有找到 {scale.name} 的 {_sizes(scale)} 道题。表中的列：{_listed(names)}。"
        f"允许：按题号命名的列（如 q1…q{last} 或 第1题…第{last}题），缺一题也不行；"
        "或用 items=[…] 按题号顺序写明各题的列名。"
    )
