"""What a college should mend (整改清单): each criterion that its evidence does not meet in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalkit.evidence.verdicts import Verdict

if TYPE_CHECKING:
    from evalkit.assessment.college_evidence import CollegeEvidence

__all__ = ["Improvement", "improvements"]

_NAMED = 8
"""How many missing things a problem names; the others are counted."""
_FAILED = ("未达标", "部分达标", "无数据")


@dataclass(frozen=True, slots=True)
class Improvement:
    """One thing to mend. What is done about it, by whom and until when is the college's to write.

    Attributes
    ----------
    problem : str
        In words.
    criterion : str
        Its number, and the name of the indicator that it belongs to.
    basis : str
        What it is held against.
    names : tuple of str
        Everything that is missing, by name.
    """

    problem: str
    criterion: str
    basis: str
    names: tuple[str, ...]


def improvements(view: CollegeEvidence) -> tuple[Improvement, ...]:
    """Return what follows from a college's verdicts, in the order of the rubric.

    A college without a ledger has one row, that says so.
    """
    if not view.has_ledger:
        problem = "本学年没有交来可以读取的台账，各项工作没有数据"
        return (Improvement(problem, "全部考评要点", "管理办法第八条：台账查阅", ()),)
    labels = {c.id: i.name for i in view.assessment.rubric.indicators for c in i.criteria}
    return tuple(
        Improvement(
            _problem(verdict),
            f"{verdict.criterion} {labels[verdict.criterion]}",
            _basis(verdict),
            tuple(name for each in verdict.missing for name in each.names),
        )
        for verdict in view.verdicts
        if verdict.state in _FAILED
    )


def _problem(verdict: Verdict) -> str:
    failed = [
        f"{item.title}为 {item.value}" if item.value[0].isdigit() else f"{item.title}：{item.value}"
        for item in verdict.items
        if item.decides and item.state in ("未达标", "无数据")
    ]
    parts = ["，".join(failed)] if failed else [f"结论为{verdict.state}"]
    parts += [f"{each.title}：{_short(each.names)}" for each in verdict.missing]
    return "；".join(parts)


def _basis(verdict: Verdict) -> str:
    asked = dict.fromkeys(
        f"{item.title}：{item.requirement}（{item.basis}）" if item.basis else item.requirement
        for item in verdict.items
        if item.decides and item.state in ("未达标", "无数据") and item.requirement
    )
    return "；".join(asked) or f"考核办法 {verdict.criterion}"


def _short(names: Sequence[str]) -> str:
    listed = "、".join(names[:_NAMED])
    return listed if len(names) <= _NAMED else f"{listed}等 {len(names)} 项"
