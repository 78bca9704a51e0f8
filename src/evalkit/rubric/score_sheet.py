"""One judge's scores for one college, and the rules by which it is accepted or returned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from evalkit.findings import Finding, Location, Severity
from evalkit.rubric.model import Rubric

__all__ = ["ScoreSheet", "faults_of"]


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """One judge's scores for one college (评分表): a number for each indicator, or a recusal.

    Parameters
    ----------
    judge, college : str
        Codes such as ``"J01"`` and ``"C03"``.
    scores : mapping of str to Decimal or None
        Indicator number → points; ``None`` where the cell is blank.
    recused : bool
        The judge stands back (回避) and gives no score. That is a blank, never a zero.
    judge_type : {"校内", "校外"}
        Internal or external.
    judge_college : str, optional
        The college that the judge belongs to; ``None`` for external judges.
    total_reported : Decimal, optional
        The total that the judge wrote down.
    comment : str
        Comment for the college.
    file, sheet, row : str, str, int
        Where it was read.
    cells : mapping of str to str
        Address of each value's cell, by indicator number, and under ``"total"``, ``"recused"``.
    """

    judge: str
    college: str
    scores: Mapping[str, Decimal | None]
    recused: bool = False
    judge_type: Literal["校内", "校外"] = "校内"
    judge_college: str | None = None
    total_reported: Decimal | None = None
    comment: str = ""
    file: str = ""
    sheet: str | None = None
    row: int | None = None
    cells: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def total(self) -> Decimal:
        """Sum of the scores, exact (points).

        Raises
        ------
        ValueError
            If a score is missing: a partial sum is not a total.
        """
        given = [score for score in self.scores.values() if score is not None]
        if not given or len(given) != len(self.scores):
            raise ValueError(f"score sheet {self.judge}/{self.college} is incomplete")
        return sum(given, Decimal(0))

    def location(self, key: str | None = None) -> Location:
        """Return where the value of an indicator stands, or the whole row."""
        row = f"第 {self.row} 行" if self.row else None
        name = self.file or f"评委 {self.judge} 对 {self.college} 的评分表"
        return Location(name, self.sheet, self.cells.get(key, row) if key else row)


def faults_of(sheet: ScoreSheet, rubric: Rubric) -> list[Finding]:
    """Check a score sheet against the rubric.

    A sheet with any finding is returned to its judge and not used; nothing is ever clipped,
    filled in or rounded to fit.

    Returns
    -------
    list of Finding
        Empty if the sheet can be used. Codes: ``G01`` above the maximum, ``G02`` below zero,
        ``G03`` off the step, ``G04`` missing, ``G05`` wrong total, ``G06`` recused but scored,
        ``G07`` own college and not recused, ``G08`` not an indicator of this rubric.
    """
    if sheet.recused:
        return list(_recused_but_scored(sheet, rubric))
    if sheet.judge_college is not None and sheet.judge_college == sheet.college:
        scored = any(score is not None for score in sheet.scores.values())
        return [
            Finding(
                "G07",
                Severity.ERROR,
                sheet.location("recused"),
                f"评委 {sheet.judge} 属于 {sheet.college}，"
                + ("却给本学院评了分" if scored else "却没有标明回避"),
                "否",
                "评委对所在学院应当回避",
                "请把“是否回避”改为“是”，并清空这一行的分数",
            )
        ]
    faults = [*_scores(sheet, rubric), *_unknown(sheet, rubric)]
    if not faults:
        faults += _wrong_total(sheet)
    return faults


def _recused_but_scored(sheet: ScoreSheet, rubric: Rubric) -> Iterator[Finding]:
    for indicator in rubric.indicators:
        score = sheet.scores.get(indicator.id)
        if score is not None:
            yield Finding(
                "G06",
                Severity.ERROR,
                sheet.location(indicator.id),
                f"已标明回避，“{indicator.label}”却有分数",
                str(score),
                "回避的评委不评分，分数留空",
                "请清空这一行的分数；若并不回避，请把“是否回避”改为“否”并评完全部要点",
            )


def _scores(sheet: ScoreSheet, rubric: Rubric) -> Iterator[Finding]:
    step = rubric.panel.step
    for indicator in rubric.indicators:
        score = sheet.scores.get(indicator.id)
        allowed = f"0 至 {indicator.points} 分，以 {step} 分为一档"
        where = sheet.location(indicator.id)

        def fault(
            code: str,
            what: str,
            mend: str,
            *,
            label: str = indicator.label,
            allowed: str = allowed,
            where: Location = where,
            value: str = "" if score is None else str(score),
        ) -> Finding:
            what = f"“{label}”{what}"
            return Finding(code, Severity.ERROR, where, what, value, allowed, mend)

        if score is None or score.is_nan():
            yield fault("G04", "没有分数", "请评委补评；不评分的请标明回避")
        elif score > indicator.points:
            yield fault("G01", f"的分数超过满分 {indicator.points} 分", "请评委重新评定这一项")
        elif score < 0:
            yield fault("G02", "的分数低于 0 分", "请评委重新评定这一项")
        elif score % step:
            yield fault("G03", f"的分数不在 {step} 分的档上", "请评委改为最接近本意的一档")


def _unknown(sheet: ScoreSheet, rubric: Rubric) -> Iterator[Finding]:
    known = {indicator.id for indicator in rubric.indicators}
    for name in sheet.scores:
        if name not in known:
            yield Finding(
                "G08",
                Severity.ERROR,
                sheet.location(name),
                f"考核办法中没有编号为“{name}”的考评要点",
                str(sheet.scores[name]),
                "、".join(sorted(known)),
                "请使用本学年下发的评分表",
            )


def _wrong_total(sheet: ScoreSheet) -> list[Finding]:
    if sheet.total_reported is None or sheet.total_reported == sheet.total:
        return []
    return [
        Finding(
            "G05",
            Severity.ERROR,
            sheet.location("total"),
            f"合计与各项之和 {sheet.total} 分不符",
            str(sheet.total_reported),
            "合计等于各考评要点分数之和",
            "请评委核对是合计算错，还是某一项填错",
        )
    ]
