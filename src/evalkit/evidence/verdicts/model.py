"""Verdicts (佐证结论): what the evidence says of one criterion, and everything behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "NOT_APPLICABLE",
    "NO_DATA",
    "Basis",
    "Item",
    "ItemState",
    "Names",
    "Passage",
    "State",
    "Verdict",
]

NO_DATA, NOT_APPLICABLE = "无数据", "不适用"

State = Literal["达标", "部分达标", "未达标", "无数据", "不适用", "人工评定"]
ItemState = Literal["达标", "未达标", "无数据", "不适用", "人工评定", "提请核实", ""]
"""Of one requirement; empty where nothing is asked, or where a query has nothing to ask."""
Basis = Literal["规定值", "参照值", ""]


@dataclass(frozen=True, slots=True)
class Item:
    """One metric beside what is asked of it.

    Attributes
    ----------
    metric, title : str
        Machine name and Chinese title.
    value : str
        As printed for the audience.
    requirement : str
        In words; empty for a metric that is only listed.
    basis : str
        规定值 (the text gives it) or 参照值 (the school chose it).
    state : str
        What follows.
    decides : bool
        Whether the verdict depends on it.
    """

    metric: str
    title: str
    value: str
    requirement: str
    basis: Basis
    state: ItemState
    decides: bool

    def __str__(self) -> str:
        lead = self.basis or ("" if self.decides or not self.requirement else "核对")
        asked = "：".join(part for part in (lead, self.requirement) if part)
        remark = "，".join(part for part in (asked, self.state) if part)
        return f"{self.title} {self.value}（{remark}）" if remark else f"{self.title} {self.value}"


@dataclass(frozen=True, slots=True)
class Passage:
    """Rows of a sheet that a figure was counted from.

    ``rows`` is empty for a form, and for coded sheets: how many rows those have is how many
    students they speak of.
    """

    file: str
    sheet: str
    rows: str = ""

    def __str__(self) -> str:
        return " › ".join(part for part in (self.file, self.sheet, self.rows) if part)


@dataclass(frozen=True, slots=True)
class Names:
    """What is missing or exempt, by name: months, classes, training cells, rules, tasks."""

    metric: str
    title: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.title}：{'、'.join(self.names)}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says of one criterion for one college and year. It is never a score.

    Attributes
    ----------
    academic_year, college, criterion : str
        Name of the year, code of the college, number of the criterion.
    state : str
        See :func:`evalkit.evidence.verdicts.decide`.
    basis : str
        Whether the state rests on what the text says (规定值) or on the school's choice (参照值).
    items : tuple of Item
        One for each metric, in the rubric's order.
    passages : tuple of Passage
        The rows behind the metrics.
    missing, exempt : tuple of Names
        What is not there, and what need not be, by name.
    contradictions : tuple of str
        Open findings about the sheets that the metrics come from.
    human : str
        What stays for people to judge.
    """

    academic_year: str
    college: str
    criterion: str
    state: State
    basis: Basis
    items: tuple[Item, ...]
    passages: tuple[Passage, ...] = ()
    missing: tuple[Names, ...] = ()
    exempt: tuple[Names, ...] = ()
    contradictions: tuple[str, ...] = ()
    human: str = ""

    def __str__(self) -> str:
        head = f"{self.criterion} {self.state}"
        parts = [f"{head}（依据{self.basis}）" if self.basis else head]
        # A metric that is only listed says nothing where there is none.
        told = [i for i in self.items if i.requirement or i.value not in (NO_DATA, NOT_APPLICABLE)]
        parts += ["；".join(str(item) for item in told)] if told else []
        parts += [str(each) for each in (*self.missing, *self.exempt)]
        parts += [f"数据问题：{'；'.join(self.contradictions)}"] if self.contradictions else []
        parts += [f"由评审组判断：{self.human}"] if self.human else []
        return "。".join(parts) + "。"
