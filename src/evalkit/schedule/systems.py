"""Which way of running something every day a computer offers."""

from __future__ import annotations

from collections.abc import Mapping

from evalkit.schedule.cron import Cron
from evalkit.schedule.steps import ScheduleError
from evalkit.schedule.systemd import Systemd
from evalkit.schedule.timer import System
from evalkit.schedule.windows import Windows

__all__ = ["SYSTEMS", "choose"]

SYSTEMS: Mapping[str, System] = {"systemd": Systemd(), "cron": Cron(), "windows": Windows()}
"""By name, the one that is taken first standing first."""
_PROGRAMS = {"systemd": "systemctl", "cron": "crontab", "windows": "schtasks"}


def choose(name: str) -> System:
    """Return the system of this name; for ``auto`` the first that this computer offers.

    Raises
    ------
    ScheduleError
        If this computer does not offer it, or none at all.
    """
    if name != "auto":
        system = SYSTEMS[name]
        if system.is_there():
            return system
        if name == "systemd":
            raise ScheduleError(
                "这台电脑上不能用 systemctl --user：没有安装 systemd，"
                "或当前用户没有自己的 systemd（例如在容器中、用 su 切换而来）。"
                "请以这个用户登录后再试，或用 --system cron。"
            )
        raise ScheduleError.missing(_PROGRAMS[name])
    for system in SYSTEMS.values():
        if system.is_there():
            return system
    raise ScheduleError(
        "这台电脑上没有可用的定时程序（systemctl --user、crontab、schtasks 都不能用）。"
        "请管理员安装 cron 后再试，或用别的办法每天运行一次：evalkit report --due"
    )
