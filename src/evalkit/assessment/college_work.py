"""What a college did in a year, as its ledger tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from evalkit.assessment import fields
from evalkit.assessment.college_evidence import CollegeEvidence
from evalkit.assessment.rows import activity_forms, activity_months, ordered_months, with_ratios
from evalkit.evidence.activities import AUDIENCES
from evalkit.evidence.funds import PURPOSES
from evalkit.privacy import Field, Released, Topic
from evalkit.workspace import AcademicYear

__all__ = ["CollegeWork"]


@dataclass(frozen=True)
class CollegeWork(CollegeEvidence):
    """A college's activities, screening, counselling, peers, people, funds and results."""

    def activities_by_month(self) -> Released:
        """Activities and attendance by month, this year and last; empty without the sheet."""
        year = self.assessment.year
        before = self.assessment.figures.get(year.previous)
        past = None
        if before is not None and self.code in before.snapshot.handed_in("activities"):
            past = self._of(before.activities_by_month)
        frame = activity_months(self._of(self._figures.activities_by_month), year, past)
        return self._release(self._if_handed_in(frame, "activities"), fields.ACTIVITY_MONTHS)

    def activities_by_form(self) -> Released:
        """Activities and attendance by each of the nine forms; empty without the sheet."""
        frame = activity_forms(self._of(self._figures.activities_by_form))
        return self._release(self._if_handed_in(frame, "activities"), fields.ACTIVITY_FORMS)

    def activities_by_audience(self) -> Released:
        """Activities and attendance by the group that they were for; empty without the sheet."""
        own = self._of(self._figures.activities_by_audience)
        frame = pd.DataFrame({"audience": list(AUDIENCES)}, dtype="string")
        frame = frame.merge(own, on="audience", how="left")
        frame = self._if_handed_in(frame, "activities")
        return self._release(frame, fields.ACTIVITY_AUDIENCES)

    def participation(self) -> Released:
        """Screening: who was due and who took part, by grade, with the college's total."""
        return self._by_grade(fields.SCREENING)

    def warnings(self) -> Released:
        """Screening: warning levels by grade, with the college's total; small counts hidden."""
        return self._by_grade(fields.SCREENING_RATES, topic="risk")

    def monthly_reports(self) -> Released:
        """The expected monthly reports: on time, late, missing."""
        return self._release(
            self._of(self._figures.monthly),
            (
                Field("month", "月份", kind="month"),
                Field("due", "期限", kind="date"),
                Field("submitted_on", "报送日期", kind="date"),
                Field("status", "情况"),
            ),
        )

    def counselling_by_month(self) -> Released:
        """Individual counselling sessions by month; empty without the sheet."""
        own = self._of(self._figures.counselling_by_month)
        frame = ordered_months(own, self.assessment.year, ["n_sessions"])
        return self._release(
            self._if_handed_in(frame, "individual"),
            (
                Field("month", "月份", kind="month"),
                Field("n_sessions", "个体辅导", "人次", "count"),
            ),
        )

    def counselling_by_channel(self) -> Released:
        """Individual counselling sessions by channel; empty without the sheet."""
        frame = self._of(self._figures.counselling_by_channel)
        frame = frame.sort_values(["n_sessions", "channel"], ascending=[False, True])
        return self._release(
            self._if_handed_in(frame, "individual"),
            (Field("channel", "方式"), Field("n_sessions", "个体辅导", "人次", "count")),
        )

    def counselling(self) -> Released:
        """Counselling of the year, beside last year's."""
        return self._years(fields.COUNSELLING, last=2)

    def network(self) -> Released:
        """The peer network of the year, beside last year's."""
        unit = self.assessment.rubric.settings.observer_unit.value
        title = "宿舍" if unit == "dorm" else "应配观察员的班级"
        columns = [replace(f, title=title) if f.name == "n_units" else f for f in fields.NETWORK]
        return self._years(columns, last=2)

    def training_cells(self) -> Released:
        """Training by semester, grade and role: held, missing, exempt."""
        return self._release(
            self._of(self._figures.training_cells),
            (
                Field("semester", "学期"),
                Field("grade", "年级"),
                Field("peer_role", "培训对象"),
                Field("n_sessions", "场次", "场", "count"),
                Field("status", "情况"),
            ),
        )

    def staff(self) -> Released:
        """Staff and training of the year, beside last year's."""
        return self._years(fields.STAFF, last=2)

    def funds(self) -> Released:
        """Budget and spending by purpose, with the total; empty without the sheet."""
        own = self._of(self._figures.funds_by_purpose)
        others = [purpose for purpose in own["category"] if purpose not in PURPOSES]
        rows = pd.DataFrame({"category": [*PURPOSES, *others]}, dtype="string")
        frame = rows.merge(own, on="category", how="left")
        frame[["budget", "spent"]] = frame[["budget", "spent"]].fillna(0.0)
        frame = self._if_handed_in(frame, "funds")
        return self._release(frame, fields.FUNDS, total={"category": "合计"})

    def priority_care(self) -> Released:
        """Priority-care students: how they are looked after; counts small enough are hidden."""
        return self._years(fields.CARE, last=2, topic="risk")

    def research(self) -> Released:
        """Research of the year."""
        return self._release(
            self._of(self._figures.research),
            (
                Field("kind", "类别"),
                Field("title", "题目"),
                Field("level", "级别"),
                Field("date", "日期", kind="date"),
                Field("status", "状态"),
            ),
        )

    def awards(self) -> Released:
        """Awards of the year that have to do with mental health, without the winners' names."""
        return self._release(
            self._of(self._figures.awards),
            (
                Field("title", "奖项"),
                Field("owner_type", "获奖者"),
                Field("level", "级别"),
                Field("rank", "等次"),
                Field("issuer", "颁奖单位"),
                Field("date", "日期", kind="date"),
            ),
        )

    def _of(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["college_code"] == self.code].drop(columns="college_code")

    def _by_grade(self, columns: Sequence[Field], *, topic: Topic | None = None) -> Released:
        frame = self._of(self._figures.screening_by_grade)
        counts = [field.name for field in columns if field.of is None]
        # Without one grade's numbers the others do not make a total.
        total = None if frame[counts].isna().any(axis=None) else {"grade": "全院"}
        year = self.assessment.year
        places = [(year, {"college_code": self.code, "grade": str(g)}) for g in frame["grade"]]
        if total is not None and places:
            places.append((year, {"college_code": self.code}))
        columns = (fields.GRADE, *columns)
        return self._release(frame, columns, total=total, places=places, topic=topic)

    def _years(
        self, columns: Sequence[Field], last: int | None = None, *, topic: Topic | None = None
    ) -> Released:
        years = self.assessment.years[-last:] if last else self.assessment.years
        parts = [
            self._of(table.by_college).assign(year=year.name)
            for year in years
            if self.code in (table := self.assessment.figures[year]).colleges
        ]
        empty = self._figures.by_college.iloc[:0].assign(year=pd.Series(dtype="string"))
        frame = with_ratios(pd.concat(parts) if parts else empty)
        # Years stand side by side, not in a total: nothing can be worked out across them.
        places = [(AcademicYear.parse(y), {"college_code": self.code}) for y in frame["year"]]
        columns = (fields.YEAR, *columns)
        return self._release(frame, columns, within="year", places=places, topic=topic)

    def _if_handed_in(self, frame: pd.DataFrame, sheet: str) -> pd.DataFrame:
        """Return the frame, or none of its rows: without the sheet, its zeros mean nothing."""
        return frame if self.code in self._figures.snapshot.handed_in(sheet) else frame.iloc[:0]
