"""The year's work of all colleges as the ledgers tell it, and the rules it is read by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from evalkit.assessment import fields
from evalkit.assessment.rows import activity_forms, activity_months, summed, with_ratios
from evalkit.assessment.view import View
from evalkit.findings import Severity
from evalkit.privacy import Field, Released
from evalkit.workspace import AcademicYear

__all__ = ["SchoolWork"]

Place = tuple[AcademicYear, Mapping[str, str]]
"""A year, and the college or grade that a row is about: see ``Assessment.plans``."""


@dataclass(frozen=True)
class SchoolWork(View):
    """Tables about the work of all colleges in one year; nothing in them comes from the panel."""

    @cached_property
    def totals(self) -> pd.Series:
        """Sums over all colleges that handed in a ledger, for computing with."""
        return self._figures.by_college.drop(columns="college_code").sum(min_count=1)

    def activities_by_month(self) -> Released:
        """Activities and attendance of the whole school by month, this year and last."""
        year = self.assessment.year
        before = self.assessment.figures.get(year.previous)
        past = None if before is None else before.activities_by_month
        frame = activity_months(self._figures.activities_by_month, year, past)
        return self._release(frame, fields.ACTIVITY_MONTHS)

    def activities_by_form(self) -> Released:
        """Activities and attendance of the whole school by each of the nine forms."""
        frame = activity_forms(self._figures.activities_by_form)
        return self._release(frame, fields.ACTIVITY_FORMS)

    def participation(self) -> Released:
        """Screening: who was due and who took part, by college, with the school's total."""
        columns = (fields.COLLEGE, *fields.SCREENING)
        return self._release(self._by_college(), columns, total={"college": "全校"})

    def participation_by_grade(self) -> Released:
        """Screening: who was due and who took part, by grade, with the school's total."""
        columns = (fields.GRADE, *fields.SCREENING)
        return self._release(self._by_grade(), columns, total={"grade": "全校"})

    def warnings(self) -> Released:
        """Screening: warning levels by college, with the school's total; small counts hidden."""
        columns, frame = (fields.COLLEGE, *fields.SCREENING_RATES), self._by_college()
        places = self._of_year([{"college_code": code} for code in frame["college_code"]])
        total = {"college": "全校"}
        return self._release(frame, columns, total=total, places=places, topic="risk")

    def warnings_by_grade(self) -> Released:
        """Screening: warning levels by grade, with the school's total."""
        columns, frame = (fields.GRADE, *fields.SCREENING_RATES), self._by_grade()
        places = self._of_year([{"grade": grade} for grade in frame["grade"]])
        return self._release(
            frame, columns, total={"grade": "全校"}, places=places, topic="risk", level="school"
        )

    def monthly_reports(self) -> Released:
        """The expected monthly reports of every college: on time, late, missing."""
        frame = self._figures.monthly
        return self._release(
            frame.assign(college=frame["college_code"].map(self.assessment.names)),
            (
                fields.COLLEGE,
                Field("month", "月份", kind="month"),
                Field("status", "情况"),
            ),
        )

    def work(self) -> Released:
        """Counselling, network, staff and funds of the colleges, side by side."""
        names = ("n_activities", "reach", "per_1000", "n_groups", "class_cover", "unit_cover")
        every = {f.name: f for f in (*fields.TRENDS, *fields.COUNSELLING, *fields.NETWORK)}
        return self._release(
            with_ratios(self._by_college()),
            (
                fields.COLLEGE,
                *(every[name] for name in (*names, "cells")),
                Field("per_head", "生均支出", "元", "number"),
                Field("n_research", "登记科研", "项", "count"),
            ),
        )

    def trends(self) -> Released:
        """The school's main figures year by year."""
        frame = pd.concat(
            summed(figures.by_college).assign(year=year.name)
            for year, figures in self.assessment.figures.items()
        )
        places: list[Place] = [(year, {}) for year in self.assessment.figures]
        columns = (fields.YEAR, *fields.TRENDS)
        return self._release(frame, columns, within="year", places=places, level="school")

    def trends_by_college(self) -> Released:
        """The main figures of every college, year by year."""
        parts = [
            figures.by_college.assign(year=year.name)
            for year, figures in self.assessment.figures.items()
        ]
        frame = with_ratios(pd.concat(parts, ignore_index=True))
        frame = frame.assign(college=frame["college_code"].map(self.assessment.names))
        columns = (fields.YEAR, fields.COLLEGE, *fields.TRENDS)
        places: list[Place] = [
            (AcademicYear.parse(year), {"college_code": code})
            for year, code in zip(frame["year"], frame["college_code"], strict=True)
        ]
        return self._release(frame, columns, within="year", places=places)

    def data_quality(self) -> Released:
        """Number of findings of each weight, by file."""
        findings = self.assessment.findings
        files = sorted({finding.location.file for finding in findings})
        rows = [
            {
                "file": file,
                **{
                    kind.name.lower(): sum(
                        f.location.file == file and f.severity is kind for f in findings
                    )
                    for kind in Severity
                },
            }
            for file in files
        ]
        names = [kind.name.lower() for kind in Severity]
        return self._release(
            pd.DataFrame(rows, columns=["file", *names]),
            (
                Field("file", "文件"),
                *(Field(k.name.lower(), k.chinese, "条", "count") for k in Severity),
            ),
            topic="findings",
        )

    def settings(self) -> Released:
        """The decisions on what the official text leaves open (Q1 to Q14).

        Where the centre's sheet gives no semester dates, what stands in for them is a decision too.
        """
        rows = [
            {
                "question": decision.question,
                "topic": decision.topic,
                "wording": decision.wording,
                "label": decision.label or str(decision.value),
                "reason": decision.reason,
            }
            for _, decision in self.assessment.rubric.settings.decisions()
        ]
        if self._figures.calendar.assumed:
            rows.append(_ASSUMED_CALENDAR)
        return self._release(
            pd.DataFrame(rows),
            (
                Field("question", "编号"),
                Field("topic", "问题"),
                Field("wording", "原文"),
                Field("label", "本学年的处理"),
                Field("reason", "理由"),
            ),
        )

    def provenance(self) -> Released:
        """What each year was read from, and by which rules."""
        return self._release(
            self.assessment.provenance,
            (
                Field("academic_year", "学年"),
                Field("snapshot", "数据快照"),
                Field("n_files", "材料", "份", "count"),
                Field("n_rows", "读入", "行", "count"),
                Field("error", "错误", "条", "count"),
                Field("warning", "提醒", "条", "count"),
                Field("ledger_version", "台账表式"),
                Field("rubric_version", "考核办法"),
            ),
            topic="findings",
        )

    def _of_year(self, places: list[dict[str, str]]) -> list[Place]:
        """Return the places of a table of the year, its total's last."""
        return [(self.assessment.year, place) for place in ([*places, {}] if places else [])]

    def _by_college(self) -> pd.DataFrame:
        table = self._figures.by_college
        return table.assign(college=table["college_code"].map(self.assessment.names))

    def _by_grade(self) -> pd.DataFrame:
        table = self._figures.screening_by_grade.drop(columns="college_code")
        return table.groupby("grade", as_index=False).sum()


_ASSUMED_CALENDAR = {
    "question": "校历",
    "topic": "两个学期的分界",
    "wording": "（校历中没有可用的学期起止日期）",
    "label": "以 2 月 1 日分界：此前为第一学期，此后为第二学期",
    "reason": "请校心理中心在“校级·校历与字典”表填写四个学期日期，补齐后以填写的为准",
}
