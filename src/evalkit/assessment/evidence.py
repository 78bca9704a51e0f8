"""What the ledgers of several years say, exact: for computing with, not for showing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from evalkit.assessment.details import count_detail
from evalkit.assessment.sources import build_source, read_calendars
from evalkit.evidence import SchoolCalendar
from evalkit.evidence.catalogue import (
    SCHOOL_SUBJECTS,
    metric_counts,
    metric_values,
    school_counts,
)
from evalkit.evidence.source import KEYS, Source
from evalkit.evidence.verdicts.missing import find_exempt, find_missing
from evalkit.evidence.verdicts.model import Names, Passage
from evalkit.evidence.verdicts.passages import find_passages
from evalkit.evidence.verdicts.requirements import catalogue
from evalkit.intake import Snapshot
from evalkit.rubric import Rubric
from evalkit.workspace import AcademicYear

__all__ = ["Evidence"]

REGISTERS = frozenset(
    {"base_info", "class_base", "staff", "screening", "checks", "plan_items", "centre_tasks"}
)
"""Sheets that no college with students can leave empty: an empty one is no data."""

Place = tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """The counts and metrics of every year and college.

    Attributes
    ----------
    snapshots : mapping of AcademicYear to Snapshot
        The frozen years.
    rubric : Rubric
        Its settings decide what the measures leave open.
    """

    snapshots: Mapping[AcademicYear, Snapshot]
    rubric: Rubric

    @cached_property
    def calendars(self) -> Mapping[AcademicYear, SchoolCalendar]:
        """Semester dates of each year."""
        return read_calendars(self.snapshots)

    @cached_property
    def source(self) -> Source:
        """The tables of all years."""
        return build_source(self.snapshots, self.calendars, self.rubric)

    @cached_property
    def counts(self) -> pd.DataFrame:
        """academic_year, college_code and every count; a row for each college and year."""
        every = [
            (year.name, college.code)
            for year, snapshot in self.snapshots.items()
            for college in snapshot.colleges
        ]
        grid = pd.DataFrame(every, columns=list(KEYS), dtype="string")
        return grid.merge(metric_counts(self.source), on=list(KEYS), how="left")

    @cached_property
    def values(self) -> pd.DataFrame:
        """academic_year, college_code, metric, part, whole, value, state; exact, not rounded.

        Where there is nothing to divide by because a register is empty, there is no data: a college
        has students, classes and staff whether it lists them or not.
        """
        values = metric_values(self.counts, KEYS)
        doubtful = values[values["state"] == "not_applicable"]
        unfilled = [
            place
            for place, year, college, metric in zip(
                doubtful.index,
                doubtful["academic_year"],
                doubtful["college_code"],
                doubtful["metric"],
                strict=True,
            )
            if any((year, college, sheet) not in self.passages for sheet in _registers(metric))
        ]
        values.loc[unfilled, "state"] = "no_data"
        return values

    @cached_property
    def school_values(self) -> pd.DataFrame:
        """academic_year, metric, part, whole, value, state of the school as a whole."""
        return metric_values(school_counts(self.source), list(KEYS[:1]), SCHOOL_SUBJECTS)

    def detail(self, name: str) -> pd.DataFrame:
        """Return a detail table of all years, by its name in ``details.DETAILS``."""
        if name not in self._details:
            self._details[name] = count_detail(self.source, name)
        return self._details[name]

    @cached_property
    def _details(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def passages(self) -> Mapping[Place, tuple[Passage, ...]]:
        """(year, college, sheet) → the cells that are there."""
        widths = {
            (year.name, page["file"], page["tab"]): (page["first"], page["last"])
            for year, snapshot in self.snapshots.items()
            for page in snapshot.manifest["pages"]
            if page["first"]
        }
        return find_passages(self.source, self.source.tables, widths)

    @cached_property
    def missing(self) -> Mapping[Place, Names]:
        """(year, college, metric) → what is not there, by name."""
        return find_missing(self.source)

    @cached_property
    def exempt(self) -> Mapping[Place, Names]:
        """(year, college, metric) → what need not be there, by name."""
        return find_exempt(self.source)


def _registers(metric: str) -> frozenset[str]:
    return REGISTERS.intersection(catalogue()[metric].needs)
