"""What the views of a college and of the school have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from evalkit.privacy import Field, Released, release

if TYPE_CHECKING:
    from evalkit.assessment.figures import YearFigures
    from evalkit.assessment.model import Assessment
    from evalkit.workspace import AcademicYear

__all__ = ["View"]


@dataclass(frozen=True)
class View:
    """A part of an assessment whose tables are released for the assessment's audience."""

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
    ) -> Released:
        return release(
            frame,
            columns,
            self.assessment.audience,
            total=total,
            within=within,
            hidden=None if places is None else self._hidden(places),
        )

    def _hidden(self, places: Sequence[tuple[AcademicYear, Mapping[str, str]]]) -> pd.DataFrame:
        """Return what the years' plans hide in rows at these places (see ``Assessment.plans``)."""
        plans = self.assessment.plans
        masks = [plans[year].mask([place]) for year, place in places]
        return pd.concat(masks or [plans[self.assessment.year].mask([])], ignore_index=True)
