"""All figures of one year, computed from its snapshot when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from evalkit.evidence import (
    SchoolCalendar,
    activities,
    counselling,
    funds,
    monthly_reports,
    outcomes,
    peers,
    people,
    priority_care,
    screening,
)
from evalkit.intake import Snapshot
from evalkit.rubric import Rubric

__all__ = ["YearFigures"]


@dataclass(frozen=True)
class YearFigures:
    """One year's evidence, over all colleges. Frames carry ``college_code``.

    A college that handed in no ledger has no row: no data is not zero.
    """

    snapshot: Snapshot
    rubric: Rubric

    def table(self, name: str) -> pd.DataFrame:
        """Return the ledger's sheet of this machine name, over all colleges."""
        return self.snapshot.tables[name]

    @cached_property
    def calendar(self) -> SchoolCalendar:
        """The year's semester dates."""
        return SchoolCalendar.from_table(self.table("calendar_dict"), self.snapshot.year)

    @cached_property
    def colleges(self) -> tuple[str, ...]:
        """Codes of the colleges that handed in a ledger, whichever of its sheets it has."""
        tables = self.snapshot.tables
        return tuple(sorted({code for name in tables for code in self.snapshot.handed_in(name)}))

    @cached_property
    def students(self) -> pd.DataFrame:
        """college_code, n_students, from the cover sheet; missing where it is."""
        codes = pd.DataFrame({"college_code": list(self.colleges)}, dtype="string")
        cover = self.table("base_info")[["college_code", "n_students"]]
        return codes.merge(cover, on="college_code", how="left", validate="one_to_one")

    @cached_property
    def activities_by_month(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.activities.by_month`."""
        return activities.by_month(self.table("activities"), self.calendar)

    @cached_property
    def activities_by_form(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.activities.by_form`."""
        return activities.by_form(self.table("activities"), self.calendar)

    @cached_property
    def themes_by_semester(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.activities.themes_by_semester`."""
        return activities.themes_by_semester(self.table("activities"), self.calendar)

    @cached_property
    def screening_by_grade(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.screening.by_grade`."""
        return screening.by_grade(self.table("screening"))

    @cached_property
    def instruments(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.screening.instruments`."""
        return screening.instruments(self.table("screening"))

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.monthly_reports.timeliness`."""
        rule = self.rubric.settings.monthly_reports.value
        return monthly_reports.timeliness(
            self.table("monthly"),
            self.snapshot.handed_in("monthly"),
            self.calendar,
            months=rule.months,
            deadline_days=rule.deadline_days,
        )

    @cached_property
    def counselling_by_month(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.counselling.by_month`."""
        return counselling.by_month(self.table("individual"), self.calendar)

    @cached_property
    def counselling_by_channel(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.counselling.by_channel`."""
        return counselling.by_channel(self.table("individual"), self.calendar)

    @cached_property
    def training_cells(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.peers.training_cells`."""
        classes = self.table("class_base")
        known = classes["college_code"].isin(self.snapshot.handed_in("peer_training"))
        return peers.training_cells(classes[known], self.table("peer_training"), self.calendar)

    @cached_property
    def funds_by_purpose(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.funds.by_purpose`."""
        return funds.by_purpose(self.table("funds"))

    @cached_property
    def heads(self) -> pd.DataFrame:
        """See ``people.heads``; with n_research and n_awards of ``outcomes.by_person``."""
        table, calendar = self.table, self.calendar
        found = people.heads(table("staff"), table("staff_training"), table("head_form"), calendar)
        own = outcomes.by_person(found, table("research"), table("awards"), calendar)
        result = found.merge(own, on=["college_code", "name"], how="left", validate="one_to_one")
        result = self._only_if(result, "staff_training", "n_trainings")
        result = self._only_if(result, "research", "n_research")
        return self._only_if(result, "awards", "n_awards")

    @cached_property
    def research(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.outcomes.research_of_year`."""
        return outcomes.research_of_year(self.table("research"), self.calendar)

    @cached_property
    def awards(self) -> pd.DataFrame:
        """See :func:`evalkit.evidence.outcomes.awards_of_year`."""
        return outcomes.awards_of_year(self.table("awards"), self.calendar)

    @cached_property
    def by_college(self) -> pd.DataFrame:
        """One row a college with every total: the sums behind cards, comparisons and trends.

        Columns are those of the ``totals`` functions of ``evalkit.evidence``, of
        ``peers.coverage``, and n_students, n_cells, n_cells_done (training cells that are due and
        held). A figure whose sheet a college did not hand in is missing; a sheet handed in
        empty is zero.
        """
        calendar, table = self.calendar, self.table
        care = priority_care.totals(table("key_students"))
        outputs = outcomes.totals(table("research"), table("awards"), calendar)
        personal = ["n_personal_awards", "n_group_awards"]
        coverage = peers.coverage(
            table("class_base"),
            table("peer_roster"),
            calendar,
            observer_unit=self.rubric.settings.observer_unit.value,
        )
        staff = people.staff_totals(
            table("staff"),
            table("staff_training"),
            calendar,
            withdrawn_certificates=self.rubric.settings.withdrawn_certificates.value,
        )
        parts = [
            self._counted(activities.totals(table("activities"), calendar), "activities"),
            screening.totals(table("screening")),
            monthly_reports.totals(self.monthly),
            self._counted(
                counselling.individual_totals(table("individual"), calendar), "individual"
            ),
            self._counted(counselling.group_totals(table("group_work"), calendar), "group_work"),
            self._only_if(coverage, "peer_roster", *peers.FROM_ROSTER),
            _cell_totals(self.training_cells),
            self._only_if(staff, "staff_training", "n_trained", "hours"),
            self._counted(funds.totals(table("funds")), "funds"),
            self._counted(
                care.rename(columns={"n_due": "n_contacts_due", "n_done": "n_contacts_done"}),
                "key_students",
            ),
            self._counted(outputs.drop(columns=personal), "research"),
            self._counted(outputs.drop(columns="n_research"), "awards"),
        ]
        result = self.students
        for part in parts:
            result = result.merge(part, on="college_code", how="left", validate="one_to_one")
        return result

    def _counted(self, totals: pd.DataFrame, sheet: str) -> pd.DataFrame:
        """Give one row to each college that handed in the sheet: zeros if it is empty."""
        codes = pd.Index(self.snapshot.handed_in(sheet), dtype="string")
        counts = totals.select_dtypes("integer").columns
        nullable = totals.astype(dict.fromkeys(counts, "Int64"))
        indexed = nullable.set_index("college_code").reindex(codes)
        return indexed.fillna(0).rename_axis("college_code").reset_index()

    def _only_if(self, frame: pd.DataFrame, sheet: str, *columns: str) -> pd.DataFrame:
        """Take out what a sheet says of colleges that did not hand it in: no data is not zero."""
        there = frame["college_code"].isin(self.snapshot.handed_in(sheet))
        return frame.assign(**{name: frame[name].where(there) for name in columns})


def _cell_totals(cells: pd.DataFrame) -> pd.DataFrame:
    due = cells[cells["status"] != "exempt"]
    return (
        due.assign(n_cells=1, n_cells_done=(due["status"] == "done").astype("Int64"))
        .groupby("college_code", as_index=False)[["n_cells", "n_cells_done"]]
        .sum()
        .astype({"n_cells": "Int64", "n_cells_done": "Int64"})
    )
