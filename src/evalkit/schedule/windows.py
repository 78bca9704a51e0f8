"""A task of Windows' own scheduler."""

from __future__ import annotations

import csv
import shutil
import subprocess
from xml.sax.saxutils import escape

from evalkit.schedule.steps import Command, ScheduleError, Step, run
from evalkit.schedule.timer import PREFIX, Installed, Timer

__all__ = ["Windows", "task_xml"]

_FOLDER = "\\evalkit\\"


class Windows:
    """``schtasks``. The task is given as XML: a command line would end after 261 characters."""

    title = "windows"

    def is_there(self) -> bool:
        """Whether this computer has it."""
        return shutil.which("schtasks") is not None

    def install(self, timer: Timer) -> tuple[Step, ...]:
        """Return what sets the timer up, in place of an earlier one of the same name."""
        words = ("schtasks", "/Create", "/TN", _FOLDER + timer.name, "/XML", "{file}", "/F")
        return (Command(words, task_xml(timer), "utf-16"),)

    def installed(self) -> tuple[Installed, ...]:
        """Return the timers of all workspaces."""
        if not self.is_there():
            return ()
        result = run(("schtasks", "/Query", "/FO", "CSV", "/NH", "/V"))
        if result.code != 0:
            said = result.err.strip() or f"退出码 {result.code}"
            raise ScheduleError(f"读不到任务计划程序中的任务（{said}），没有改动。请稍后再试。")
        found = {}
        for row in csv.reader(result.out.splitlines()):
            names = [cell for cell in row if cell.startswith(_FOLDER + PREFIX)]
            if names:
                calls = [cell for cell in row if "report --due" in cell]
                name = names[0].removeprefix(_FOLDER)
                found[name] = Installed(name, f"任务计划程序 {names[0]}", "".join(calls[:1]))
        return tuple(found[name] for name in sorted(found))

    def remove(self, name: str) -> tuple[Step, ...]:
        """Return what takes a timer away; nothing if there is none of that name."""
        if all(found.name != name for found in self.installed()):
            return ()
        return (Command(("schtasks", "/Delete", "/TN", _FOLDER + name, "/F")),)

    def remark(self) -> str:
        """Say what has to be known when it is installed."""
        return "只在这个用户登录着的时候运行。电脑在那个时刻关着的，开机登录后补上。"


def task_xml(timer: Timer) -> str:
    """Return the task as Windows exports and imports it."""
    arguments = subprocess.list2cmdline(timer.words[1:])
    return (
        '<?xml version="1.0" encoding="UTF-16"?>\n'
        '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\n'
        "  <RegistrationInfo>\n"
        f"    <Description>evalkit report --due ({escape(str(timer.root))})</Description>\n"
        "  </RegistrationInfo>\n"
        "  <Triggers>\n"
        "    <CalendarTrigger>\n"
        f"      <StartBoundary>2024-01-01T{timer.at}:00</StartBoundary>\n"
        "      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>\n"
        "    </CalendarTrigger>\n"
        "  </Triggers>\n"
        "  <Principals>\n"
        '    <Principal id="Author"><LogonType>InteractiveToken</LogonType></Principal>\n'
        "  </Principals>\n"
        "  <Settings>\n"
        "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>\n"
        "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>\n"
        "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>\n"
        "    <StartWhenAvailable>true</StartWhenAvailable>\n"
        "  </Settings>\n"
        '  <Actions Context="Author">\n'
        "    <Exec>\n"
        f"      <Command>{escape(timer.words[0])}</Command>\n"
        f"      <Arguments>{escape(arguments)}</Arguments>\n"
        f"      <WorkingDirectory>{escape(str(timer.root))}</WorkingDirectory>\n"
        "    </Exec>\n"
        "  </Actions>\n"
        "</Task>\n"
    )
