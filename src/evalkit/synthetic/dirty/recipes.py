"""What each college does with its workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evalkit.synthetic.dirty import (
    contradictions,
    days,
    evenness,
    formulas,
    last_year,
    names,
    numbers,
    people,
    tables,
)
from evalkit.synthetic.dirty.book import Change
from evalkit.synthetic.dirty.plants import Plant, Rows

__all__ = ["CONTROL", "RECIPES", "Recipe"]

CONTROL = "C01"
"""The college that fills its workbook without a fault."""


def _as_drawn(_: Rows) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Recipe:
    """A college's file: its name, what is true there, the faults, and one sentence on them."""

    code: str
    file: str
    about: str
    prepare: Callable[[Rows], None] = _as_drawn
    plants: tuple[Plant, ...] = ()
    changes: tuple[Change, ...] = ()


RECIPES = (
    Recipe(CONTROL, "台账_2024-2025_C01.xlsx", "全部正确，用作对照"),
    Recipe(
        "C02", "台账_2024-2025_C02.xlsx", "日期、月份、学期和年级的各种写法",
        plants=days.PLANTS,
    ),
    Recipe(
        "C03", "台账_2024-2025_C03.xlsx", "数字、单位、百分数、空格的各种写法",
        numbers.prepare, numbers.PLANTS,
    ),
    Recipe(
        "C04", "台账_2024-2025_C04.xlsx", "人员、班级和选项的写法，漏填和重复",
        names.prepare, names.PLANTS,
    ),
    Recipe(
        "C05", "装备学院心理台账2024-2025.xlsx", "改动过的表格：合并、隐藏、改名、合计；文件名不对",
        tables.prepare, tables.PLANTS, tables.CHANGES,
    ),
    Recipe(
        "C06", "台账_2024-2025_C06.xls", "公式、1904 年日期、封面、与上一学年对不上；扩展名不对",
        plants=formulas.PLANTS,
        changes=(*formulas.CHANGES, last_year.expect, *people.COMMENT_CHANGES),
    ),
    Recipe(
        "C07", "台账_2024-2025_C07.xlsx", "各表另存为 GB18030 编码的 .csv；数字过于整齐；个人信息",
        evenness.prepare, (*evenness.PLANTS, *people.CSV_PLANTS),
    ),
    Recipe(
        "C08", "台账_2024-2025_C08.xlsx", "互相矛盾的数字和日期；不该有的个人信息；过长的表",
        contradictions.prepare, (*contradictions.PLANTS, *people.PLANTS), people.CHANGES,
    ),
)  # fmt: skip
