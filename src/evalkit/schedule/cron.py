"""A line in the user's crontab, between two marks (Linux, macOS)."""

from __future__ import annotations

import re
import shlex
import shutil

from evalkit.schedule.steps import Command, ScheduleError, Step, indented, run
from evalkit.schedule.timer import PREFIX, Installed, Timer

__all__ = ["Cron", "line_of"]

_OPEN, _CLOSE = "# >>> ", "# <<< "
_BLOCK = re.compile(
    rf"^{_OPEN}({PREFIX}[0-9a-f]+)[^\n]*\n(.*?)^{_CLOSE}\1[^\n]*(?:\n|\Z)", re.MULTILINE | re.DOTALL
)


class Cron:
    """``crontab``: everything between other people's lines stays as it is."""

    title = "cron"

    def is_there(self) -> bool:
        """Whether this computer has it."""
        return shutil.which("crontab") is not None

    def install(self, timer: Timer) -> tuple[Step, ...]:
        """Return what sets the timer up, in place of an earlier one of the same name."""
        rest = _without(_read(), timer.name)
        start = rest if not rest or rest.endswith("\n") else f"{rest}\n"
        block = (
            f"{_OPEN}{timer.name} 由 evalkit schedule install 写入，请勿改动\n"
            f"{line_of(timer)}\n"
            f"{_CLOSE}{timer.name}\n"
        )
        change = f"在 crontab 末尾写上（其余各行不动）：\n{indented(block)}"
        return (Command(("crontab", "-"), start + block, change=change),)

    def installed(self) -> tuple[Installed, ...]:
        """Return the timers of all workspaces."""
        if shutil.which("crontab") is None:
            return ()
        return tuple(
            Installed(match[1], "crontab", match[2].strip()) for match in _BLOCK.finditer(_read())
        )

    def remove(self, name: str) -> tuple[Step, ...]:
        """Return what takes a timer away; nothing if there is none of that name."""
        found = [each for each in self.installed() if each.name == name]
        if not found:
            return ()
        change = f"从 crontab 中去掉（其余各行不动）：\n{indented(found[0].command)}"
        return (Command(("crontab", "-"), _without(_read(), name), change=change),)

    def remark(self) -> str:
        """Say what has to be known when it is installed."""
        return "电脑在那个时刻关着的，第二天补上。"


def line_of(timer: Timer) -> str:
    """Return the line of the crontab.

    Cron ends a command at a bare ``%``. What is said on standard output is left out, or cron would
    mail it every day; what went wrong is kept.
    """
    call = shlex.join(timer.words).replace("%", r"\%")
    return f"{timer.minute} {timer.hour} * * * {call} >/dev/null"


def _read() -> str:
    result = run(("crontab", "-l"))
    if result.code == 0:
        return result.out
    # Anything else must not be taken for an empty crontab: it would then be overwritten.
    if "no crontab" in result.err.casefold():
        return ""
    said = result.err.strip() or f"退出码 {result.code}"
    raise ScheduleError(f"读不到现有的 crontab（{said}），为免覆盖其中的内容，没有改动。")


def _without(crontab: str, name: str) -> str:
    return _BLOCK.sub(lambda match: "" if match[1] == name else match[0], crontab)
