"""Decisions on what the official text leaves open, as named settings.

Each setting answers one open question (Q1 to Q14). Its topic, wording and reason are printed in
the school's report, so that nobody has to guess which reading was used. The defaults below are
used where a rubric file says nothing.

All of them change what is computed, but for ``network_terms`` and ``priority_care_terms``: these
two say how a word of the text is read, and are recorded and printed.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Decision", "MonthlyReports", "Settings"]

T = TypeVar("T")
Month = Annotated[int, Field(ge=1, le=12)]
Days = Annotated[int, Field(ge=1, le=366)]


class Decision(BaseModel, Generic[T]):
    """The decision on one open question.

    ``question`` is its number, ``wording`` what the official text says, ``value`` what was
    decided, ``label`` the decision in words, ``reason`` why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    value: T
    question: str = ""
    topic: str = ""
    wording: str = ""
    label: str = ""
    reason: str = ""


class MonthlyReports(BaseModel):
    """Which months a monthly report is due for, and until when.

    ``deadline_days``: days after the month's last day; 0 means the last day itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    months: tuple[Month, ...] = Field(
        default=(9, 10, 11, 12, 1, 3, 4, 5, 6, 7), min_length=1, strict=False
    )
    deadline_days: int = Field(default=0, ge=0, le=31)


class Settings(BaseModel):
    """All settings by name, in the order of the open questions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    band_edges: Decision[Literal["lower_included", "upper_included"]] = Decision(
        value="lower_included"
    )
    band_compares: Decision[Literal["published", "unrounded"]] = Decision(value="published")
    score_sources: Decision[Literal["panel_only", "weighted"]] = Decision(value="panel_only")
    head_award: Decision[Literal["independent", "same_station"]] = Decision(value="independent")
    network_terms: Decision[Literal["as_written"]] = Decision(value="as_written")
    observer_unit: Decision[Literal["dorm", "class"]] = Decision(value="dorm")
    participation_base: Decision[Literal["required", "enrolled"]] = Decision(value="required")
    training_year: Decision[Literal["academic_year", "calendar_year"]] = Decision(
        value="academic_year"
    )
    monthly_reports: Decision[MonthlyReports] = Decision(value=MonthlyReports())
    crisis_report_hours: Decision[Annotated[int, Field(ge=1)] | None] = Decision(value=None)
    withdrawn_certificates: Decision[Literal["accepted", "not_accepted"]] = Decision(
        value="accepted"
    )
    priority_care_terms: Decision[Literal["same_register", "separate"]] = Decision(
        value="same_register"
    )
    contact_days: Decision[Annotated[tuple[Days, Days, Days], Field(strict=False)]] = Decision(
        value=(7, 14, 30)
    )
    selection_days: Decision[Days] = Decision(value=30)

    def decisions(self) -> tuple[tuple[str, Decision[object]], ...]:
        """Return name and decision of each setting, in order."""
        return tuple((name, getattr(self, name)) for name in type(self).model_fields)
