"""One college's year, as released tables and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from evalkit.assessment import fields
from evalkit.assessment.college_work import CollegeWork
from evalkit.assessment.guide import COLLEGE, page, public_names
from evalkit.assessment.scores import indicator_table
from evalkit.assessment.wording import Card, college_cards, college_conclusion
from evalkit.findings import Finding
from evalkit.panel import CollegeResult
from evalkit.privacy import Released
from evalkit.workspace import AcademicYear

__all__ = ["CollegeView"]


@dataclass(frozen=True)
class CollegeView(CollegeWork):
    """One college in one year. Methods return tables released for the assessment's audience.

    Those about its work are inherited from :class:`CollegeWork`, those about verdicts and metrics
    from :class:`evalkit.assessment.college_evidence.CollegeEvidence`.
    """

    def __dir__(self) -> list[str]:
        return public_names(self)

    def __repr__(self) -> str:
        return f"<CollegeView {self.code} {self.name} {self.assessment.year}>"

    def _repr_html_(self) -> str:
        year = self.assessment.year
        facts = {"学院": f"{self.code} {self.name}", "学年": year.name}
        facts |= {
            card.title: f"{card.value}（{card.remark}）" if card.remark else card.value
            for card in self.cards
        }
        return page(facts, COLLEGE)

    @property
    def result(self) -> CollegeResult | None:
        """The panel's result, if there is one."""
        panel = self.assessment.panel
        return panel[self.code] if panel is not None and self.code in panel else None

    @property
    def previous_result(self) -> CollegeResult | None:
        """Last year's result, if there is one."""
        panel = self.assessment.previous_panel
        return panel[self.code] if panel is not None and self.code in panel else None

    @property
    def conclusion(self) -> str:
        """The report's first paragraph: result, change, strengths and gaps, each with a number."""
        return college_conclusion(self)

    @property
    def cards(self) -> tuple[Card, ...]:
        """The figures that stand at the top of the report."""
        return college_cards(self)

    @property
    def instrument_changes(self) -> tuple[str, ...]:
        """Years whose screening used other instruments than the year before."""
        changed = []
        before: set[str] | None = None
        for year in self.assessment.years:
            table = self.assessment.figures[year].instruments
            used = set(table.loc[table["college_code"] == self.code, "instrument"])
            if before and used and used != before:
                changed.append(year.name)
            before = used or before
        return tuple(changed)

    @cached_property
    def totals(self) -> pd.Series:
        """Totals of the year (see ``YearFigures.by_college``); empty without a ledger."""
        return self._totals(self.assessment.year)

    def indicators(self) -> Released:
        """Score of each indicator beside the school's median and last year."""
        table = indicator_table(self.assessment, self.code)
        return self._release(table, fields.INDICATORS, topic="results")

    def trends(self) -> Released:
        """The main figures year by year."""
        return self._years(fields.TRENDS)

    @property
    def comments(self) -> tuple[str, ...]:
        """The judges' comments, in alphabetical order so that none can be traced.

        None where the audience may not see them.
        """
        panel = self.assessment.panel if self._sees("comments") else None
        sheets = panel.sheets if panel is not None else ()
        return tuple(sorted({s.comment for s in sheets if s.college == self.code and s.comment}))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was wrong in this college's ledger; nothing where the audience may not see it."""
        if not self._sees("findings"):
            return ()
        files = self.assessment.snapshot.files_of(self.code)
        return tuple(f for f in self.assessment.findings if f.location.file in files)

    def _totals(self, year: AcademicYear) -> pd.Series:
        table = self.assessment.figures[year].by_college
        rows = table[table["college_code"] == self.code]
        return self._open(rows.iloc[0]) if len(rows) else pd.Series(dtype="object")
