"""The timer of a workspace: what it is called, what it runs, and when."""

from __future__ import annotations

import hashlib
import re
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from evalkit.schedule.steps import ScheduleError, Step
from evalkit.workspace import Workspace

__all__ = ["PREFIX", "Installed", "System", "Timer", "timer_of"]

PREFIX = "evalkit-"
_PROGRAMS = ("evalkit", "evalkit.exe")
_AT = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Timer:
    """A daily call of ``evalkit report --due``.

    Attributes
    ----------
    name : str
        Made from the workspace's path, so that several workspaces do not meet.
    root : Path
        The workspace.
    words : tuple of str
        Program and arguments.
    hour, minute : int
        When, by the computer's clock.
    """

    name: str
    root: Path
    words: tuple[str, ...]
    hour: int
    minute: int

    @property
    def at(self) -> str:
        """The time, ``06:30``."""
        return f"{self.hour:02d}:{self.minute:02d}"


@dataclass(frozen=True, slots=True)
class Installed:
    """A timer that was found: its name, and the line or file that tells what it runs."""

    name: str
    place: str
    command: str


class System(Protocol):
    """A way of running something every day."""

    title: str

    def is_there(self) -> bool:
        """Whether this computer has it, and lets this user use it."""

    def install(self, timer: Timer) -> tuple[Step, ...]:
        """Return what sets the timer up, in place of an earlier one of the same name."""

    def installed(self) -> tuple[Installed, ...]:
        """Return the timers of all workspaces."""

    def remove(self, name: str) -> tuple[Step, ...]:
        """Return what takes a timer away; nothing if there is none of that name."""

    def remark(self) -> str:
        """Say what has to be known when it is installed."""


def timer_of(space: Workspace, at: str = "06:30") -> Timer:
    """Return the timer of a workspace.

    Raises
    ------
    ScheduleError
        If the time, the path or the installation cannot be used.
    """
    match = _AT.fullmatch(at)
    if match is None:
        raise ScheduleError(f"“{at}”不是时间。请写作“时:分”，例如 06:30；从 00:00 到 23:59。")
    if _CONTROL.search(str(space.root)):
        raise ScheduleError(
            "工作区的路径中有换行等看不见的字符，不能写进定时任务。请给文件夹换一个名字。"
        )
    digits = hashlib.sha256(str(space.root).encode("utf-8", "surrogatepass")).hexdigest()[:10]
    words = (str(_program()), "report", "--due", "--workspace", str(space.root))
    return Timer(PREFIX + digits, space.root, words, int(match[1]), int(match[2]))


def _program() -> Path:
    own = sysconfig.get_path("scripts")
    user = sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
    for path in (Path(folder) / name for folder in (own, user) for name in _PROGRAMS):
        if path.is_file():
            return path
    raise ScheduleError(f"在 {own} 中没有找到 evalkit 程序，无法定时运行。请重新安装 evalkit。")
