"""All figures of one year that reports draw, computed when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from evalkit.assessment.evidence import Evidence
from evalkit.evidence import SchoolCalendar, outcomes
from evalkit.evidence.source import KEYS
from evalkit.evidence.sources import CENTRE_SHEETS
from evalkit.intake import Snapshot
from evalkit.workspace import AcademicYear

__all__ = ["YearFigures"]

_COUNTED = (
    "n_activities", "n_attend", "n_forms",
    "n_due", "n_in", "n_on_time",
    "n_groups", "n_group_attend",
    "n_cells", "n_cells_done",
    "n_staff", "n_qualified", "n_trained", "hours",
    "budget", "spent",
    "n_active", "n_with_plan", "n_with_measure", "n_contacts_due", "n_contacts_done",
    "n_research", "n_personal_awards", "n_group_awards",
)  # fmt: skip
"""Counts that metrics are made of and tables show too."""


@dataclass(frozen=True)
class YearFigures:
    """One year's figures, over all colleges. Frames carry ``college_code``.

    A college that handed in no ledger has no row: no data is not zero.
    """

    evidence: Evidence
    year: AcademicYear

    @property
    def snapshot(self) -> Snapshot:
        """The frozen year."""
        return self.evidence.snapshots[self.year]

    @property
    def calendar(self) -> SchoolCalendar:
        """The year's semester dates."""
        return self.evidence.calendars[self.year]

    def table(self, name: str) -> pd.DataFrame:
        """Return the ledger's sheet of this machine name, over all colleges."""
        return self.snapshot.table(name)

    @cached_property
    def colleges(self) -> tuple[str, ...]:
        """Codes of the colleges that handed in a ledger, whichever of its sheets it has."""
        names = [name for name in self.snapshot.manifest["tables"] if name not in CENTRE_SHEETS]
        return tuple(sorted({code for name in names for code in self.snapshot.handed_in(name)}))

    @property
    def activities_by_month(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.activities.month_table`."""
        return self._detail("month")

    @property
    def activities_by_form(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.activities.form_table`."""
        return self._detail("form")

    @property
    def activities_by_audience(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.activities.audience_table`."""
        return self._detail("audience")

    @property
    def themes_by_semester(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.activities.theme_table`."""
        return self._detail("theme")

    @property
    def screening_by_grade(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.screening.grade_table`."""
        return self._detail("grade")

    @property
    def instruments(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.screening.instrument_table`."""
        return self._detail("instrument")

    @property
    def monthly(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.monthly_reports.timeliness_table`."""
        return self._detail("timeliness")

    @property
    def counselling_by_month(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.counselling.month_table`."""
        return self._detail("counselling_month")

    @property
    def counselling_by_channel(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.counselling.channel_table`."""
        return self._detail("channel")

    @property
    def training_cells(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.peer_training.cell_table`."""
        return self._detail("cell")

    @property
    def funds_by_purpose(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.funds.purpose_table`."""
        return self._detail("purpose")

    @property
    def research(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.outcomes.research_table`."""
        return self._detail("research")

    @property
    def awards(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.outcomes.award_table`."""
        return self._detail("award")

    @cached_property
    def heads(self) -> pd.DataFrame:
        """See ``staff.head_table``; with n_research and n_awards of ``outcomes.by_person``."""
        table = self.table
        found = self._detail("head").astype({"form_in_september": "boolean"})
        own = outcomes.by_person(found, table("research"), table("awards"), self.calendar)
        result = found.merge(own, on=["college_code", "name"], how="left", validate="one_to_one")
        result = self._only_if(result, "staff_training", "n_trainings")
        result = self._only_if(result, "research", "n_research")
        return self._only_if(result, "awards", "n_awards")

    @cached_property
    def by_college(self) -> pd.DataFrame:
        """One row a college with every total: the sums behind cards, comparisons and trends.

        A figure whose sheet a college did not hand in is missing; a sheet handed in empty is zero;
        a sum in which a number is missing is missing.
        """
        counts = self._of_year(self.evidence.counts)
        announced = self.themes_by_semester.groupby("college_code")["n_announced"].sum()
        codes = pd.Index(self.snapshot.handed_in("activities"), dtype="string", name="college_code")
        themes = announced.rename("n_themes").reindex(codes, fill_value=0).reset_index()
        parts = [
            counts[["college_code", "n_students", *_COUNTED]],
            themes,
            *(self._detail(name) for name in ("screening", "counselling_total", "coverage")),
        ]
        result = pd.DataFrame({"college_code": list(self.colleges)}, dtype="string")
        for part in parts:
            result = result.merge(part, on="college_code", how="left", validate="one_to_one")
        return result

    def _detail(self, name: str) -> pd.DataFrame:
        return self._of_year(self.evidence.detail(name))

    def _of_year(self, frame: pd.DataFrame) -> pd.DataFrame:
        here = frame["academic_year"] == self.year.name
        return frame[here].drop(columns=KEYS[0]).reset_index(drop=True)

    def _only_if(self, frame: pd.DataFrame, sheet: str, column: str) -> pd.DataFrame:
        """Take out what a sheet says of colleges that did not hand it in: no data is not zero."""
        there = frame["college_code"].isin(self.snapshot.handed_in(sheet))
        return frame.assign(**{column: frame[column].where(there)})
