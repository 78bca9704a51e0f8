"""What the engine asks of the operating system, and does without where it must."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

__all__ = [
    "adopt_orphans",
    "children",
    "die_with_parent",
    "kill_tree",
    "limit_address_space",
    "resident_bytes",
    "thread_names",
]

_LINUX = sys.platform.startswith("linux")
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def thread_names() -> list[str]:
    """Name every thread of this process; on Linux also those that Python does not know."""
    if not _LINUX:
        return [thread.name for thread in threading.enumerate()]
    names = []
    for thread in sorted(Path("/proc/self/task").iterdir(), key=lambda path: int(path.name)):
        with contextlib.suppress(OSError):  # ended meanwhile
            names.append((thread / "comm").read_text(encoding="utf-8").strip())
    return names


def die_with_parent(parent: int) -> None:
    """Have this process killed when its parent, whose id is given, ends (Linux)."""
    if _LINUX:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before we had asked
            os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends (Linux)."""
    if _LINUX:
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def children() -> set[int]:
    """Return the ids of this process's children (Linux; elsewhere nothing is known)."""
    found: set[int] = set()
    if _LINUX:
        for thread in Path("/proc/self/task").iterdir():
            with contextlib.suppress(OSError):  # ended meanwhile, or the kernel does not tell
                found.update(map(int, (thread / "children").read_bytes().split()))
    return found


def kill_tree(pid: int) -> None:
    """Kill a process that leads a group of its own, and the group with it."""
    if sys.platform == "win32":
        subprocess.run(  # noqa: S603
            ["taskkill", "/F", "/T", "/PID", str(pid)],  # noqa: S607
            capture_output=True,
            check=False,
        )
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def resident_bytes(pid: int) -> int | None:
    """Return how many bytes a process holds in memory; ``None`` if the system does not tell."""
    if _LINUX:
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_bytes().split()[1])
        except (OSError, IndexError):
            return None
        return pages * os.sysconf("SC_PAGE_SIZE")
    try:
        import psutil  # type: ignore[import-untyped]
    except ImportError:
        return None
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return None


def limit_address_space(memory: int) -> None:
    """Refuse at once what is far beyond a memory limit (Linux).

    What counts is what a process holds in memory; that is watched from outside. This is for the
    single request of gigabytes that would be filled before anyone has looked. Address space that
    is only reserved (stacks of threads, arenas) must fit in, hence twice the limit and a GiB.
    """
    if _LINUX:
        import resource

        mapped = int(Path("/proc/self/statm").read_bytes().split()[0])
        limit = mapped * os.sysconf("SC_PAGE_SIZE") + 2 * memory + 2**30
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
