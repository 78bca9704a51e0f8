"""What the evidence says of one college."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from evalkit.assessment.comparison import Comparison, compare_with_school
from evalkit.assessment.disclosure import STUDENTS_BEHIND
from evalkit.assessment.improvements import improvements
from evalkit.assessment.view import View
from evalkit.errors import UnknownNameError
from evalkit.evidence.catalogue import SUBJECTS
from evalkit.evidence.verdicts import Verdict
from evalkit.privacy import Field, Released
from evalkit.workspace import College

__all__ = ["CollegeEvidence"]


@dataclass(frozen=True)
class CollegeEvidence(View):
    """A college's verdicts and metrics in one year."""

    LEVEL = "own"

    college: College

    @property
    def code(self) -> str:
        """The college's code."""
        return self.college.code

    @property
    def name(self) -> str:
        """The college's name."""
        return self.college.name

    @property
    def has_ledger(self) -> bool:
        """Whether the college handed in a ledger this year."""
        return self.code in self._figures.colleges

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdict on each criterion, in the rubric's order, if the audience may see them."""
        return self._judged if self._sees("verdicts") else ()

    @property
    def _judged(self) -> tuple[Verdict, ...]:
        every = self.assessment.verdicts_of(self.assessment.year)
        return tuple(verdict for verdict in every if verdict.college == self.college.code)

    @property
    def of_others(self) -> Comparison:
        """Everything in this view that follows from other colleges' data."""
        return compare_with_school(self.assessment, self.college.code)

    def verdict_table(self) -> Released:
        """Each criterion: whether it is met, on what that rests, what is missing."""
        texts = {criterion.id: criterion.text for criterion in self.assessment.rubric.criteria}
        rows = [
            {
                "criterion": f"{verdict.criterion} {texts[verdict.criterion].rstrip('；。')}",
                "state": verdict.state,
                "basis": verdict.basis,
                "missing": "；".join(str(each) for each in verdict.missing),
                "exempt": "；".join(str(each) for each in verdict.exempt),
                "contradictions": "；".join(verdict.contradictions),
                "human": verdict.human,
            }
            for verdict in self.verdicts
        ]
        columns = (
            Field("criterion", "考评细则"),
            Field("state", "结论"),
            Field("basis", "依据"),
            Field("missing", "缺少"),
            Field("exempt", "免"),
            Field("contradictions", "数据问题"),
            Field("human", "由评审组判断"),
        )
        frame = pd.DataFrame(rows, columns=[field.name for field in columns])
        return self._release(frame, columns, topic="verdicts")

    def evidence_table(self, *subjects: str) -> Released:
        """Each metric beside what is asked of it.

        Parameters
        ----------
        *subjects : str
            Names of ``evalkit.evidence.catalogue.SUBJECTS``, such as ``"peers"``: only their
            metrics, as far as the rubric asks for them; everything if there are none.
        """
        wanted = _metrics_of(subjects)
        rows = [
            {
                "criterion": verdict.criterion,
                "title": item.title,
                "value": item.value,
                "requirement": item.requirement,
                "basis": item.basis,
                "state": item.state,
            }
            for verdict in self._judged
            for item in verdict.items
            if not subjects or item.metric in wanted
        ]
        columns = (
            Field("criterion", "考评细则"),
            Field("title", "指标"),
            Field("value", "数值"),
            Field("requirement", "要求"),
            Field("basis", "依据"),
            Field("state", "结论", topic="verdicts"),
        )
        return self._release(pd.DataFrame(rows, columns=[f.name for f in columns]), columns)

    def improvements(self) -> Released:
        """What is to be mended (整改清单), with room for what is done, by whom and until when."""
        blank = {"measure": "", "person": "", "until": ""}
        rows = [
            {"number": number, "problem": each.problem, "criterion": each.criterion,
             "basis": each.basis, **blank}
            for number, each in enumerate(improvements(self), 1)
        ]  # fmt: skip
        columns = (
            Field("number", "序号", kind="number", decimals=0),
            Field("problem", "问题"),
            Field("criterion", "考评细则"),
            Field("basis", "依据"),
            Field("measure", "整改措施"),
            Field("person", "责任人"),
            Field("until", "完成时间"),
        )
        frame = pd.DataFrame(rows, columns=[field.name for field in columns])
        return self._release(frame, columns, topic="verdicts")

    def metric_trends(self) -> Released:
        """Every metric year by year, with what does not compare and the school's median."""
        table = self.assessment.trends
        own = table[table["college_code"] == self.college.code]
        if not self._sees("risk"):
            own = own[~own["metric"].isin(list(STUDENTS_BEHIND))]
        columns = (
            Field("academic_year", "学年"),
            Field("title", "指标"),
            Field("text", "数值"),
            Field("change", "较上学年", kind="number", decimals=2),
            Field("median", "全校中位数", kind="number", decimals=2),
            Field("low", "全校最低", kind="number", decimals=2),
            Field("high", "全校最高", kind="number", decimals=2),
            Field("break_note", "不可比的原因"),
        )
        return self._release(own[[field.name for field in columns]], columns)

    def discussion_table(self) -> Released:
        """Where panel and evidence point in opposite directions, each side in words."""
        table = self.assessment.discussion
        own = table[table["college_code"] == self.college.code]
        columns = (
            Field("label", "考评要点"),
            Field("panel", "评审组"),
            Field("evidence", "佐证"),
        )
        return self._release(own[[field.name for field in columns]], columns, topic="judging")


def _metrics_of(names: Sequence[str]) -> frozenset[str]:
    known = {subject.name: subject for subject in SUBJECTS}
    for name in names:
        if name not in known:
            raise UnknownNameError.of("佐证主题", name, list(known))
    return frozenset(metric.name for name in names for metric in known[name].metrics)
