"""What the page works with, and who does the work: threads beside the one that answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from evalkit.desk.access import Keys
from evalkit.desk.roster import Roster
from evalkit.desk.screens import Screens
from evalkit.errors import EvalkitError

__all__ = ["Desk"]

QUIET = 1.0
"""Seconds without a request before screens are made that nobody has asked for."""


@dataclass
class Desk:
    """Everything that the page works with.

    Attributes
    ----------
    roster, screens, keys
        The sheets, the screens, the links.
    local_only : bool
        Whether only this computer is listened to.
    secure : bool
        Whether connections are encrypted.
    asked : float
        When somebody last asked for something, by the clock that only goes forward.
    """

    roster: Roster
    screens: Screens
    keys: Keys
    local_only: bool = True
    secure: bool = False
    writing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4))
    drawing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    asked: float = 0.0

    async def drawn(self, make: Callable[[], bytes]) -> bytes:
        """Make a screen without keeping others waiting."""
        self.asked = monotonic()
        return await asyncio.get_running_loop().run_in_executor(self.drawing, make)

    async def written(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Do what reads or writes sheets without keeping others waiting."""
        self.asked = monotonic()
        return await asyncio.get_running_loop().run_in_executor(self.writing, work)

    async def make_ready(self) -> None:
        """Make the screens of the year while nobody asks, so that nobody waits for them later."""
        loop = asyncio.get_running_loop()
        for make in self.screens.every():
            while monotonic() - self.asked < QUIET:
                await asyncio.sleep(QUIET / 2)
            with suppress(EvalkitError):
                await loop.run_in_executor(self.drawing, make)

    def close(self) -> None:
        """End the threads; what they have begun they finish."""
        self.writing.shutdown()
        self.drawing.shutdown(cancel_futures=True)
