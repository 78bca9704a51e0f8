"""What ``evalkit report`` says while it works: lines, a display on a terminal, or JSON."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Self

import click

from evalkit.reports.clock import duration, now
from evalkit.reports.made import Made
from evalkit.reports.plan import Job
from evalkit.reports.runner import Packet, Watch
from evalkit.reports.survey import Due, Survey

__all__ = ["JsonLines", "ReportWatch", "TextLines", "on_terminal"]


class ReportWatch(Watch):
    """Says how a run gets on."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take away what is only shown while it works."""

    def looked(self, found: Survey) -> None:
        """Say what would be made, and why."""

    def finished(self, packet: Packet) -> None:
        """Say what the run came to."""


class TextLines(ReportWatch):
    """One line a report.

    Parameters
    ----------
    title : str
        School and year.
    """

    def __init__(self, title: str) -> None:
        self._title = title

    def looked(self, found: Survey) -> None:
        """List what would be made, and why."""
        click.echo(f"{self._head(found)}（只是查看，没有生成）")
        for due in found.due:
            click.echo(f"  {_why(due)}")
        for due in found.later:
            click.echo(f"  {_why(due)}（超出 --limit，留待下次）")

    def planned(self, found: Survey) -> None:
        """Say how much there is to do, and what about the inputs has to be known."""
        if not found.due:
            return
        click.echo(self._head(found))
        material = found.material
        if material.errors:
            click.secho(
                f"注意：材料中有 {material.errors} 条错误，有误的内容没有使用；"
                "运行 evalkit check 可看明细。",
                fg="yellow",
            )
        if material.returned:
            pairs = "、".join(" 对 ".join(pair) for pair in material.returned)
            click.secho(f"注意：以下评分表有误，已退回而未计入，结果为暂定：{pairs}。", fg="yellow")

    def ended(self, made: Made) -> None:
        """Say what came of a report."""
        click.echo(f"  {_line(made)}")

    def finished(self, packet: Packet) -> None:
        """Say what was made and where, and what was not and why."""
        found = packet.found
        if packet.removed:
            click.echo(f"移除了不再属于本学年的文件：{'、'.join(packet.removed)}。")
        if not found.due:
            click.echo(
                f"{self._title}：{found.total} 份都没有变化，没有重新生成。文件在：{found.folder}"
            )
            return
        good = len(packet.made) - len(packet.failed)
        click.echo(f"完成 {good} 份，用时 {duration(packet.seconds)}。文件在：{found.folder}")
        if found.later:
            click.echo(f"还有 {len(found.later)} 份超出 --limit，再运行一次会接着生成。")
        if packet.failed:
            click.secho(f"有 {len(packet.failed)} 份没有生成：", fg="red", err=True)
        for made in packet.failed:
            click.secho(f"  {made.job.name}：{made.error}", fg="red", err=True)
            for file in made.files:
                click.secho(f"    出错时的 notebook 保存在 {file}", err=True)
        if packet.unmade:
            names = "、".join(due.job.name for due in packet.unmade)
            click.secho(f"因有一份出错而停下，没有轮到：{names}。", fg="red", err=True)

    def _head(self, found: Survey) -> str:
        due = len(found.due) + len(found.later)
        parts = [f"{self._title}：共 {found.total} 份", f"要生成 {due} 份"]
        parts += [f"{len(found.kept)} 份没有变化"] if found.kept else []
        parts += [f"本次生成 {len(found.due)} 份"] if found.later else []
        return "，".join(parts)


class JsonLines(ReportWatch):
    """One JSON object a line, for programs."""

    def looked(self, found: Survey) -> None:
        """Write what would be made, and why."""
        self._plan(found, dry_run=True)

    def planned(self, found: Survey) -> None:
        """Write what will be made, and why."""
        self._plan(found, dry_run=False)

    def started(self, job: Job) -> None:
        """Write that a report is being made."""
        _write("started", report=job.name)

    def ended(self, made: Made) -> None:
        """Write what came of a report."""
        facts: dict[str, object] = {
            "report": made.job.name,
            "files": [file.name for file in made.files],
            "seconds": round(made.seconds, 2),
            "peak_mb": None if made.peak is None else round(made.peak / 2**20),
        }
        if made.error is None:
            _write("made", **facts)
        else:
            _write("failed", **facts, message=made.error, detail=made.detail)

    def finished(self, packet: Packet) -> None:
        """Write what the run came to."""
        _write(
            "finished",
            made=len(packet.made) - len(packet.failed),
            failed=[made.job.name for made in packet.failed],
            unmade=[due.job.name for due in packet.unmade],
            kept=len(packet.found.kept),
            removed=list(packet.removed),
            folder=str(packet.found.folder),
            seconds=round(packet.seconds, 2),
        )

    def said(self, text: str) -> None:
        """Write a sentence about what is due."""
        _write("said", message=text)

    def warned(self, text: str) -> None:
        """Write a sentence about what went wrong."""
        _write("warned", message=text)

    def _plan(self, found: Survey, *, dry_run: bool) -> None:
        _write(
            "planned",
            year=found.material.year.name,
            dry_run=dry_run,
            due=[{"report": due.job.name, "reasons": list(due.reasons)} for due in found.due],
            later=[due.job.name for due in found.later],
            kept=[job.name for job in found.kept],
            errors_in_inputs=found.material.errors,
            returned=[list(pair) for pair in found.material.returned],
        )


def on_terminal(title: str) -> ReportWatch:
    """Return what shows the current reports, a bar, the rate and the time that is left."""
    from evalkit.cli.report_bar import TerminalBar  # needs rich

    return TerminalBar(title)


def _why(due: Due) -> str:
    return f"{due.job.name}：{'；'.join(due.reasons)}"


def _line(made: Made) -> str:
    if made.error is not None:
        return f"× {made.job.name}：{made.error}"
    return f"√ {made.job.name}（{duration(made.seconds)}）"


def _write(event: str, **facts: object) -> None:
    click.echo(json.dumps({"time": now(), "event": event, **facts}, ensure_ascii=False))
