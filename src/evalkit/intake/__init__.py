"""Intake: workbooks in, typed tables, score sheets and addressed findings out, frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalkit.intake.snapshot import Snapshot, freeze
    from evalkit.intake.year import YearIntake, read_year

__all__ = ["Snapshot", "YearIntake", "freeze", "read_year"]

_HOMES = {
    "Snapshot": "snapshot",
    "YearIntake": "year",
    "freeze": "snapshot",
    "read_year": "year",
}


def __getattr__(name: str) -> object:
    # The processes that read ledgers import this package too, and make no frames: importing pandas
    # would take them longer than several ledgers.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"evalkit.intake.{_HOMES[name]}"), name)
    raise AttributeError(name)
