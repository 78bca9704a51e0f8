"""What the evidence says of all colleges, side by side and without any order of merit."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from evalkit.assessment import fields
from evalkit.assessment.view import View
from evalkit.privacy import Field, Released

__all__ = ["SchoolEvidence"]


@dataclass(frozen=True)
class SchoolEvidence(View):
    """Verdicts of all colleges in one year."""

    def verdict_matrix(self) -> Released:
        """Each criterion's state for each college; a row a criterion, a column a college."""
        assessment = self.assessment
        verdicts = assessment.verdicts_of(assessment.year)
        told = {verdict.criterion for verdict in verdicts}
        rows: dict[str, dict[str, str]] = {
            criterion.id: {} for criterion in assessment.rubric.criteria if criterion.id in told
        }
        for verdict in verdicts:
            rows[verdict.criterion][verdict.college] = verdict.state
        codes = [college.code for college in assessment.colleges]
        frame = pd.DataFrame(
            [{"criterion": criterion, **states} for criterion, states in rows.items()],
            columns=["criterion", *codes],
        )
        named = [Field(college.code, college.name) for college in assessment.colleges]
        columns = (Field("criterion", "考评细则"), *named)
        return self._release(frame, columns, topic="verdicts")

    def discussion_table(self) -> Released:
        """Where panel and evidence point in opposite directions, each side in words."""
        columns = (
            fields.COLLEGE,
            Field("label", "考评要点"),
            Field("panel", "评审组"),
            Field("evidence", "佐证"),
        )
        frame = self.assessment.discussion[[field.name for field in columns]]
        return self._release(frame, columns, topic="judging")
