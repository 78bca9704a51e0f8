"""What figures depend on besides the ledgers: the decisions on what the measures leave open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evalkit.rubric import Settings

__all__ = ["Terms"]


@dataclass(frozen=True, slots=True)
class Terms:
    """The decisions that change a figure; each answers an open question of the measures.

    Attributes
    ----------
    observer_unit : {"dorm", "class"}
        What a dormitory observer is expected for (Q6).
    participation_base : {"required", "enrolled"}
        The denominator of the participation rate (Q7).
    training_year : {"academic_year", "calendar_year"}
        The year in which a head is to be trained (Q8).
    report_months : tuple of int
        Calendar months for which a monthly report is due (Q9).
    report_days : int
        Days after a month's last day until which its report is on time (Q9).
    crisis_hours : int, optional
        Hours within which a crisis is to be reported (Q10); ``None`` if nobody has said.
    withdrawn_certificates : {"accepted", "not_accepted"}
        Whether a certificate that is no longer issued qualifies its holder (Q11).
    contact_days : tuple of int
        Days after which the last contact with a priority-care student of level 一级, 二级, 三级 is
        overdue (Q13).
    selection_days : int
        Days after the first day of teaching until which committee members and observers are to be
        chosen (Q14).
    """

    observer_unit: Literal["dorm", "class"] = "dorm"
    participation_base: Literal["required", "enrolled"] = "required"
    training_year: Literal["academic_year", "calendar_year"] = "academic_year"
    report_months: tuple[int, ...] = (9, 10, 11, 12, 1, 3, 4, 5, 6, 7)
    report_days: int = 0
    crisis_hours: int | None = None
    withdrawn_certificates: Literal["accepted", "not_accepted"] = "accepted"
    contact_days: tuple[int, int, int] = (7, 14, 30)
    selection_days: int = 30

    @classmethod
    def of(cls, settings: Settings) -> Terms:
        """Take the decisions from a rubric's settings."""
        return cls(
            observer_unit=settings.observer_unit.value,
            participation_base=settings.participation_base.value,
            training_year=settings.training_year.value,
            report_months=settings.monthly_reports.value.months,
            report_days=settings.monthly_reports.value.deadline_days,
            crisis_hours=settings.crisis_report_hours.value,
            withdrawn_certificates=settings.withdrawn_certificates.value,
            contact_days=settings.contact_days.value,
            selection_days=settings.selection_days.value,
        )
