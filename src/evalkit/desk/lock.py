"""One writer at a time in a judge's sheet.

The system's own file lock is used: it goes with the process that holds it, so nothing has to be
cleared away after one was killed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["HeldElsewhereError", "hold_file"]

PAUSE = 0.01
"""Seconds between tries."""


class HeldElsewhereError(Exception):
    """Somebody else held the lock for too long."""


@contextmanager
def hold_file(path: Path, seconds: float = 10.0) -> Iterator[None]:
    """Hold the lock of a file, which is made if need be, and wait for it so long at most.

    Threads of one process exclude each other as processes do.

    Raises
    ------
    HeldElsewhereError
        If it was not free in time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + seconds
        while not _locked(stream):
            if time.monotonic() >= until:
                raise HeldElsewhereError
            time.sleep(PAUSE)
        try:
            yield
        finally:
            _unlock(stream)
    finally:
        os.close(stream)


if sys.platform == "win32":
    import msvcrt

    def _locked(stream: int) -> bool:
        os.lseek(stream, 0, os.SEEK_SET)
        try:
            msvcrt.locking(stream, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(stream: int) -> None:
        os.lseek(stream, 0, os.SEEK_SET)
        msvcrt.locking(stream, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _locked(stream: int) -> bool:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(stream: int) -> None:
        fcntl.flock(stream, fcntl.LOCK_UN)
