"""Evidence: what the ledgers say, as figures. Evidence never turns into points."""

from evalkit.evidence.calendar import SchoolCalendar

__all__ = ["SchoolCalendar"]
