"""Intake: workbooks in, typed tables, score sheets and addressed findings out, frozen."""

from evalkit.intake.snapshot import Snapshot, freeze
from evalkit.intake.year import YearIntake, read_year

__all__ = ["Snapshot", "YearIntake", "freeze", "read_year"]
