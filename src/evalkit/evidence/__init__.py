"""Evidence: what the ledgers say, as figures. Evidence never turns into points."""

from evalkit.evidence import (
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
from evalkit.evidence.calendar import SchoolCalendar

__all__ = [
    "SchoolCalendar",
    "activities",
    "counselling",
    "funds",
    "monthly_reports",
    "outcomes",
    "peers",
    "people",
    "priority_care",
    "screening",
]
