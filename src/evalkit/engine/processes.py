"""Processes that do one task each: forked from a warm parent, or started afresh."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from evalkit.engine.child import prepare, work
from evalkit.engine.system import adopt_orphans, die_with_parent, kill_tree, resident_bytes

__all__ = ["End", "Process", "Worker", "fork"]


@dataclass(frozen=True, slots=True)
class End:
    """How a process ended: exit code (negative for a signal), most bytes held in memory."""

    code: int
    peak: int | None


class Process:
    """A process that leads a group of its own and does one task.

    Attributes
    ----------
    descriptor : int, optional
        Becomes readable when the process ends (Linux).
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.descriptor: int | None = None
        if hasattr(os, "pidfd_open"):
            with contextlib.suppress(OSError):  # a kernel, or a container, that does not know it
                self.descriptor = os.pidfd_open(pid)

    def started(self) -> bool:
        """Whether it is at its task."""
        return True

    def ended(self) -> End | None:
        """Return how it ended, and end what is left of its group; ``None`` while it runs."""
        if hasattr(os, "waitid"):
            asked = os.WEXITED | os.WNOHANG | os.WNOWAIT
            if os.waitid(os.P_PID, self.pid, asked) is None:
                return None
            kill_tree(self.pid)  # not waited for yet: its number cannot be another's
        pid, status, usage = os.wait4(self.pid, os.WNOHANG)
        if pid == 0:
            return None
        if not hasattr(os, "waitid"):
            kill_tree(self.pid)
        if self.descriptor is not None:
            os.close(self.descriptor)
        unit = 1 if sys.platform == "darwin" else 2**10
        return End(os.waitstatus_to_exitcode(status), usage.ru_maxrss * unit)

    def interrupt(self) -> None:
        """Ask it to stop, in a way that Python code sees as ``KeyboardInterrupt``."""
        os.kill(self.pid, signal.SIGINT)

    def kill(self) -> None:
        """End it, and its group, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        kill_tree(self.pid)

    def memory(self) -> int | None:
        """Return how many bytes it holds in memory now."""
        return resident_bytes(self.pid)


class Worker(Process):
    """A fresh interpreter that gets ready by itself and then waits for a task."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log: Path | None = None
        log = (folder / "engine.log").open("ab")
        command = [sys.executable, "-P", "-m", "evalkit.engine.worker", str(folder)]
        flag = 0
        if sys.platform == "win32":
            flag = subprocess.CREATE_NEW_PROCESS_GROUP
        with log:
            self._popen: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603
                [*command, str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                creationflags=flag,
            )
        super().__init__(self._popen.pid)

    def give(self, number: int) -> None:
        """Hand it its task."""
        self._log = self._folder / f"{number}.log"
        pipe: IO[bytes] | None = self._popen.stdin
        if pipe is not None:
            with contextlib.suppress(OSError), pipe:  # it may have died while it got ready
                pipe.write(f"{number}\n".encode())

    def started(self) -> bool:
        """Whether it is at its task: it has its log then."""
        return self._log is not None and self._log.exists()

    def ended(self) -> End | None:
        """Return how it ended; ``None`` while it runs."""
        if sys.platform == "win32":
            code = self._popen.poll()
            return None if code is None else End(code, None)
        end = super().ended()
        if end is not None:
            self._popen.returncode = end.code  # it was waited for here
        return end

    def interrupt(self) -> None:
        """Ask it to stop."""
        if sys.platform == "win32":
            self._popen.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            super().interrupt()

    def kill(self) -> None:
        """End it, and what it has started, at once."""
        if sys.platform == "win32":
            kill_tree(self.pid)
        else:
            super().kill()


def fork(folder: Path, number: int, name: str, memory: int | None, close: Sequence[int]) -> Process:
    """Fork a process that does task `number` of `folder`, without the descriptors in `close`."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return Process(pid)
    code = 1
    try:
        os.setsid()
        die_with_parent(parent)
        adopt_orphans()
        for descriptor in close:
            os.close(descriptor)
        prepare(folder / f"{number}.log", name, memory)
        work(folder, number)
        code = 0
    except BaseException:  # nothing may come back into the parent's code
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(code)
