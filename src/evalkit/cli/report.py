"""``evalkit report``: all reports of a year."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from evalkit.assessment import load_assessment
from evalkit.findings import Severity
from evalkit.reports import Made, Packet, make_packet, plan

__all__ = ["command"]


@click.command(
    "report",
    options_metavar="[选项]",
    help=(
        "生成一个学年的全部报告：每个学院一份、全校一份（HTML 与运行过的 notebook），"
        "以及评审汇总表 汇总.xlsx 和清单 manifest.json，写入 reports/学年/。"
        "全部生成时退出码为 0。"
    ),
)
@click.option("--year", metavar="学年", help="学年，例如 2024-2025；不写则为最近一个学年。")
@click.option("--only", metavar="学院", help="只生成一个学院的报告：学院代码或名称。")
@click.option(
    "--workspace",
    "place",
    metavar="DIR",
    default=".",
    help="工作区所在的文件夹；不写则从当前文件夹向上找。",
)
def command(year: str | None, only: str | None, place: str) -> None:
    """Make the reports, show progress, and say what was made and where."""
    assessment = load_assessment(year, workspace=Path(place))
    jobs = plan(assessment, only)
    click.echo(f"{assessment.workspace.school} {assessment.year} 学年：生成 {len(jobs)} 份报告")
    errors = assessment.count(Severity.ERROR)
    if errors:
        click.secho(
            f"注意：材料中有 {errors} 条错误，有误的内容没有使用；运行 evalkit check 可看明细。",
            fg="yellow",
        )
    if assessment.snapshot.returned:
        pairs = "、".join(" 对 ".join(pair) for pair in assessment.snapshot.returned)
        click.secho(f"注意：以下评分表有误，已退回而未计入，结果为暂定：{pairs}。", fg="yellow")
    with _progress(len(jobs)) as advance:
        packet = make_packet(assessment, jobs, progress=advance)
    _summarise(packet)
    if not packet.complete:
        sys.exit(1)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Made], None]]:
    """Show a bar on a terminal, one line a report elsewhere."""
    console = Console()
    if not console.is_terminal:
        yield lambda made: click.echo(f"  {_line(made)}")
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("正在生成", total=total)

        def advance(made: Made) -> None:
            bar.console.print(f"  {_line(made)}", markup=False, highlight=False)
            bar.advance(task)

        yield advance


def _line(made: Made) -> str:
    if made.error is not None:
        return f"× {made.job.name}：{made.error}"
    return f"√ {made.job.name}（{made.seconds:.1f} 秒）"


def _summarise(packet: Packet) -> None:
    good = [made for made in packet.made if made.error is None]
    bad = [made for made in packet.made if made.error is not None]
    click.echo(f"完成 {len(good)} 份，用时 {packet.seconds:.0f} 秒。文件在：{packet.folder}")
    if good:
        click.echo("  报告（用浏览器打开）：*.html；运行过的 notebook：*.ipynb")
    if packet.summary is not None:
        click.echo(f"  评审汇总表：{packet.summary.name}；清单：{packet.manifest.name}")
    if packet.problem is not None:
        click.secho(f"评审汇总表没有生成：{packet.problem}", fg="red", err=True)
    if bad:
        click.secho(f"有 {len(bad)} 份没有生成：", fg="red", err=True)
        for made in bad:
            click.secho(f"  {made.job.name}：{made.error}", fg="red", err=True)
            for file in made.files:
                click.secho(f"    出错时的 notebook 保存在 {file}", err=True)
