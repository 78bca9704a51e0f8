"""The display of ``evalkit report`` on a terminal."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from evalkit.cli.report_watch import TextLines
from evalkit.reports.clock import duration
from evalkit.reports.made import Made
from evalkit.reports.plan import Job
from evalkit.reports.survey import Survey

__all__ = ["TerminalBar"]

SHOWN = 3
"""How many of the reports that are being made are named."""
SHORT = 60
"""Below so many seconds no fractions are shown: it is but a guess."""


class TerminalBar(TextLines):
    """A line for each finished report, and below them what is going on."""

    def __init__(self, title: str, console: Console | None = None) -> None:
        super().__init__(title)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            _Pace(),
            console=console or Console(highlight=False),
            transient=True,
        )
        self._current: list[str] = []
        self._begun: float | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._progress.stop()

    def planned(self, found: Survey) -> None:
        """Begin the bar."""
        super().planned(found)
        if found.due:
            self._progress.add_task("正在准备", total=len(found.due), begun=None, last=None)

    def started(self, job: Job) -> None:
        """Name the report among the current ones."""
        self._current.append(job.college or job.name)
        self._name_current()
        if self._begun is None:
            self._begun = self._progress.get_time()

    def ended(self, made: Made) -> None:
        """Write its line and move the bar on."""
        self._current.remove(made.job.college or made.job.name)
        super().ended(made)
        self._name_current()
        self._progress.update(
            self._progress.task_ids[0],
            advance=1,
            begun=self._begun,
            last=self._progress.get_time(),
        )

    def _name_current(self) -> None:
        names = "、".join(self._current[:SHOWN])
        more = " 等" if len(self._current) > SHOWN else ""
        text = f"正在生成 {names}{more}" if names else "正在收尾"
        self._progress.update(self._progress.task_ids[0], description=text)


class _Pace(ProgressColumn):
    """How many a minute, and how long it will go on."""

    def render(self, task: Task) -> Text:
        """Return the text; nothing before the first report is done."""
        begun, last = task.fields["begun"], task.fields["last"]
        if not task.completed or task.total is None or task.finished or last <= begun:
            return Text("")
        each = (last - begun) / task.completed
        left = max(0.0, (task.total - task.completed) * each - (task.get_time() - last))
        shown = duration(left) if left >= SHORT else f"{left:.0f} 秒"
        return Text(f"每分钟 {60 / each:.0f} 份，约剩 {shown}")
