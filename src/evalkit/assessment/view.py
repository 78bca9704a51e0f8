"""What the views of a college and of the school have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from evalkit.assessment import fields
from evalkit.privacy import Field, Level, Released, Topic, release

if TYPE_CHECKING:
    from evalkit.assessment.figures import YearFigures
    from evalkit.assessment.model import Assessment
    from evalkit.workspace import AcademicYear

__all__ = ["View"]


@dataclass(frozen=True)
class View:
    """A part of an assessment whose tables are released for the assessment's audience."""

    LEVEL: ClassVar[Level] = "college"
    """How fine its tables are, where they do not say otherwise."""

    assessment: Assessment

    @property
    def _figures(self) -> YearFigures:
        return self.assessment.figures[self.assessment.year]

    def _release(
        self,
        frame: pd.DataFrame,
        columns: Sequence[Field],
        *,
        total: Mapping[str, str] | None = None,
        within: str | None = None,
        places: Sequence[tuple[AcademicYear, Mapping[str, str]]] | None = None,
        topic: Topic | None = None,
        level: Level | None = None,
    ) -> Released:
        on_results = topic in ("results", "ranks", "judging", "heads")
        return release(
            frame,
            columns,
            self.assessment.audience,
            total=total,
            within=within,
            hidden=None if places is None else self._hidden(places),
            topic=topic,
            level=level or self.LEVEL,
            withheld=self.assessment.results_withheld if on_results else "",
        )

    def _open(self, totals: pd.Series) -> pd.Series:
        """Return totals without those that the audience may not see."""
        return totals if self._sees("risk") else totals.drop(fields.RISK_COUNTS, errors="ignore")

    def _sees(self, topic: Topic) -> bool:
        return self.assessment.audience.may_see(topic, self.LEVEL)

    def _hidden(self, places: Sequence[tuple[AcademicYear, Mapping[str, str]]]) -> pd.DataFrame:
        """Return what the years' plans hide in rows at these places (see ``Assessment.plans``)."""
        plans = self.assessment.plans
        masks = [plans[year].mask([place]) for year, place in places]
        return pd.concat(masks or [plans[self.assessment.year].mask([])], ignore_index=True)
