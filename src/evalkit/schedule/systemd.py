"""Timers of systemd, of the user's own (Linux)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from evalkit.schedule.steps import Command, RemoveFile, Step, WriteFile, run
from evalkit.schedule.timer import PREFIX, Installed, Timer

__all__ = ["Systemd", "quoted", "service_text", "timer_text"]

_REFUSED = frozenset("'\"\\")
"""What systemd takes in an argument, but not in the path of a program."""


class Systemd:
    """``systemctl --user``: also makes up for a day on which the computer was off."""

    title = "systemd"

    def is_there(self) -> bool:
        """Whether this computer has it, and a manager of this user's services runs."""
        if shutil.which("systemctl") is None:
            return False
        return run(("systemctl", "--user", "show-environment")).code == 0

    def install(self, timer: Timer) -> tuple[Step, ...]:
        """Return what sets the timer up, in place of an earlier one of the same name."""
        folder = _folder()
        return (
            WriteFile(folder / f"{timer.name}.service", service_text(timer)),
            WriteFile(folder / f"{timer.name}.timer", timer_text(timer)),
            Command(("systemctl", "--user", "daemon-reload")),
            Command(("systemctl", "--user", "enable", f"{timer.name}.timer")),
            # A timer that runs already goes on by its old time unless it is started anew.
            Command(("systemctl", "--user", "restart", f"{timer.name}.timer")),
        )

    def installed(self) -> tuple[Installed, ...]:
        """Return the timers of all workspaces."""
        found = []
        for path in sorted(_folder().glob(f"{PREFIX}*.timer")):
            service = path.with_suffix(".service")
            lines = service.read_text(encoding="utf-8").splitlines() if service.is_file() else []
            calls = [line for line in lines if line.startswith("ExecStart=")]
            found.append(
                Installed(path.stem, str(path), calls[0].partition("=")[2] if calls else "")
            )
        return tuple(found)

    def remove(self, name: str) -> tuple[Step, ...]:
        """Return what takes a timer away; nothing if there is none of that name."""
        files = [_folder() / f"{name}.{kind}" for kind in ("timer", "service")]
        if not any(path.exists() for path in files):
            return ()
        return (
            Command(("systemctl", "--user", "disable", "--now", f"{name}.timer")),
            *(RemoveFile(path) for path in files),
            Command(("systemctl", "--user", "daemon-reload")),
        )

    def remark(self) -> str:
        """Say what has to be known when it is installed."""
        return (
            "退出登录后也要运行的，请再执行一次：loginctl enable-linger。"
            "电脑在那个时刻关着的，开机后补上。"
        )


def service_text(timer: Timer) -> str:
    """Return what is run, as a unit of systemd."""
    program, *arguments = map(quoted, timer.words)
    if _REFUSED & set(timer.words[0]):
        program = f"/usr/bin/env {program}"
    else:
        # systemd puts in variables for "$" in the arguments, but not in the program's own path.
        program = program.replace("$$", "$")
    call = " ".join([program, *arguments])
    return (
        "[Unit]\n"
        f"Description=evalkit report --due ({str(timer.root).replace('%', '%%')})\n"
        "\n"
        "[Service]\n"
        "Type=oneshot\n"
        # EVALKIT_SMTP_PASSWORD may stand there; "-": the file need not exist.
        "EnvironmentFile=-%h/.config/evalkit/environment\n"
        f"ExecStart={call}\n"
    )


def timer_text(timer: Timer) -> str:
    """Return when it is run, as a unit of systemd."""
    return (
        "[Unit]\n"
        f"Description=evalkit report --due ({str(timer.root).replace('%', '%%')})\n"
        "\n"
        "[Timer]\n"
        f"OnCalendar=*-*-* {timer.at}:00\n"
        "Persistent=true\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )


def quoted(word: str) -> str:
    """Return a word of a command line as systemd reads it.

    Examples
    --------
    >>> quoted("/data/心理 中心/100%")
    '"/data/心理 中心/100%%"'
    """
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _folder() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME")
    return (Path(config) if config else Path.home() / ".config") / "systemd" / "user"
