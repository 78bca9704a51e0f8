"""One run at a time in a folder of reports.

The system's own file lock is used: it goes with the process that holds it, so a run that was killed
leaves nothing to be cleared away. What the file says (who, since when) is for people.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from evalkit.errors import EvalkitError
from evalkit.reports.clock import beijing, now

__all__ = ["FILE", "LockedError", "hold", "holder", "is_held"]

FILE = ".lock"
_TRIES, _PAUSE = 5, 0.05
"""How often to try, and seconds in between: whoever only looks holds the file for a moment too."""
_FAR = 2**30
"""Which byte Windows locks: what is locked cannot be read there, and people must read the rest."""


class LockedError(EvalkitError):
    """Another run is at work in the same folder."""

    @classmethod
    def by(cls, folder: Path, who: str) -> LockedError:
        """Name the folder, and who is at work."""
        return cls(
            f"另一个程序正在 {folder} 中生成报告（{who}），本次没有运行。"
            "请等它完成后再运行，或先把它停下；已经生成的报告不会重做。"
        )


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold a folder of reports for this process.

    Raises
    ------
    LockedError
        If another process holds it; it names host, process and time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    for _ in range(_TRIES):
        stream = _open_locked(path)
        if stream is not None:
            break
        time.sleep(_PAUSE)
    else:
        raise LockedError.by(folder, holder(folder) or "进程不明")
    try:
        facts = {"host": socket.gethostname(), "pid": os.getpid(), "since": now()}
        os.ftruncate(stream, 0)
        os.write(stream, json.dumps(facts).encode())
        yield
    finally:
        if sys.platform == "win32":  # an open file cannot be removed there
            _unlock(stream)
            os.close(stream)
            with contextlib.suppress(OSError):
                path.unlink()
        else:
            path.unlink(missing_ok=True)
            os.close(stream)


def holder(folder: Path) -> str | None:
    """Say who noted last that they hold a folder; ``None`` if nobody did."""
    try:
        facts = json.loads((folder / FILE).read_text(encoding="utf-8"))
        since = datetime.fromisoformat(facts["since"])
        return f"电脑 {facts['host']}，进程 {facts['pid']}，自 {beijing(since)} 起"
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_held(folder: Path) -> bool:
    """Whether a run is at work in a folder."""
    path = folder / FILE
    if not path.is_file():
        return False
    stream = _open_locked(path)
    if stream is None:
        return True
    os.close(stream)
    return False


def _open_locked(path: Path) -> int | None:
    """Return the file, locked; ``None`` if another process has locked it."""
    while True:
        stream = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        if not _lock(stream):
            os.close(stream)
            return None
        # Whoever held it before may have removed it between the two steps.
        try:
            same = os.path.samestat(os.fstat(stream), path.stat())
        except FileNotFoundError:
            same = False
        if same:
            return stream
        os.close(stream)


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: int) -> bool:
        os.lseek(stream, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(stream, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(stream, 0, os.SEEK_SET)
        return True

    def _unlock(stream: int) -> None:
        os.lseek(stream, _FAR, os.SEEK_SET)
        msvcrt.locking(stream, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(stream: int) -> bool:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
