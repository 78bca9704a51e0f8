"""What the figures about ranks mean, in words for people who decide and do not compute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from evalkit.raters.ranks_rules import Rules

__all__ = ["chance_words", "names_of", "words_of"]

SHOWN = 6
"""How many names a sentence lists."""

CLEAR = 0.8
"""Two neighbours are told apart from this chance on that the one is ahead."""

WORTH_SAYING = 0.05
"""A unit outside the first places is named from this chance on that it could be among them."""


def words_of(table: pd.DataFrame, k: int, rules: Rules, changes: Mapping[Any, set[Any]]) -> str:
    """Return the sentences, one a line.

    Parameters
    ----------
    table : DataFrame
        As of :class:`evalkit.raters.ranks.RankUncertainty`.
    k : int
        Number of first places.
    rules : Rules
        How scores were made.
    changes : mapping
        Judge left out → units then among the first k.
    """
    top = list(table.loc[table["rank"] <= k, "unit"])
    shared = "（含并列）" if len(top) > k else ""
    lines = [f"按{rules.words}，前 {k} 名{shared}是 {names_of(top)}。"]
    lines.append(_one_fewer(set(top), k, changes))
    if table["p_top"].notna().all():
        lines.append(_others(table, k))
        lines.append(_neighbours(table))
    lines.append("以上只看换一些评委会怎样，不改变任何得分、名次和奖项。")
    return "\n".join(line for line in lines if line)


def names_of(units: Iterable[Any]) -> str:
    """Return names, the first few of many.

    Examples
    --------
    >>> names_of(["甲", "乙"]), names_of(range(9))
    ('甲、乙', '0、1、2、3、4、5等 9 个')
    """
    each = [str(unit) for unit in units]
    return "、".join(each[:SHOWN]) + (f"等 {len(each)} 个" if len(each) > SHOWN else "")


def chance_words(chance: float) -> str:
    """Return a chance in words, with its figure; never all or nothing unless it is.

    Examples
    --------
    >>> chance_words(1), chance_words(0.996), chance_words(0.64), chance_words(0.004)
    ('每次都是（很稳）', '99% 以上（很稳）', '约 64%（不太稳）', '不到 1%（很小）')
    """
    if chance >= 1:
        return "每次都是（很稳）"
    sure = (
        "很稳" if chance >= 0.95
        else "较稳" if chance >= CLEAR
        else "不太稳" if chance >= 0.5
        else "不稳" if chance >= 0.2
        else "很小"
    )  # fmt: skip
    if chance > 0.99:
        return f"99% 以上（{sure}）"
    return f"不到 1%（{sure}）" if chance < 0.01 else f"约 {100 * chance:.0f}%（{sure}）"


def _one_fewer(top: set[Any], k: int, changes: Mapping[Any, set[Any]]) -> str:
    if not changes:
        return "每位评委都是某个单位唯一的评分人，无法检验去掉一位评委会怎样。"
    moved = {judge: found for judge, found in changes.items() if found != top}
    if not moved:
        return f"去掉任何一位评委，前 {k} 名都是这些单位。"
    parts = []
    for judge, found in list(moved.items())[:3]:
        come, go = names_of(_sorted(found - top)), names_of(_sorted(top - found))
        said = "，".join(
            [*([f"{come} 进入前 {k} 名"] if come else []), *([f"{go} 退出"] if go else [])]
        )
        parts.append(f"去掉评委 {judge}，{said}")
    more = f"；这样的评委共 {len(moved)} 位" if len(moved) > len(parts) else ""
    return f"前 {k} 名会因一位评委而变：{'；'.join(parts)}{more}。"


def _others(table: pd.DataFrame, k: int) -> str:
    inside, outside = table[table["rank"] <= k], table[table["rank"] > k]
    shown = inside.head(SHOWN)
    said = "，".join(
        f"{unit} {chance_words(chance)}"
        for unit, chance in zip(shown["unit"], shown["p_top"], strict=True)
    )
    rivals = outside[outside["p_top"] >= WORTH_SAYING].sort_values(
        "p_top", ascending=False, kind="stable"
    )
    close = "，".join(
        f"{unit} 约 {100 * chance:.0f}%"
        for unit, chance in zip(rivals["unit"][:SHOWN], rivals["p_top"][:SHOWN], strict=True)
    )
    return f"假如另请一组同类的评委来评，仍在前 {k} 名的把握：{said}；" + (
        f"其他单位进入前 {k} 名的机会：{close}。" if close else "其他单位几乎没有机会进入。"
    )


def _neighbours(table: pd.DataFrame) -> str:
    """Name the stretches of the order in which each unit is barely ahead of the next."""
    groups: list[list[int]] = []
    for place, ahead in enumerate(table["p_next"].iloc[:-1]):
        if ahead >= CLEAR:
            continue
        if groups and groups[-1][-1] == place:
            groups[-1].append(place + 1)
        else:
            groups.append([place, place + 1])
    if not groups:
        return "每个单位都明显领先于下一名。"
    ranks, units = table["rank"].tolist(), table["unit"].tolist()
    parts = [
        f"第 {ranks[group[0]]}"
        + (f" 至 {ranks[group[-1]]}" if ranks[group[-1]] > ranks[group[0]] else "")
        + f" 名（{names_of(units[place] for place in group)}）"
        for group in groups
    ]
    return f"相邻名次拉不开差距、先后不宜细究的：{'；'.join(parts)}。"


def _sorted(units: Iterable[Any]) -> list[Any]:
    return sorted(units, key=str)
