"""``evalkit schedule``: a timer that calls ``evalkit report --due`` every day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from evalkit.cli.options import in_workspace
from evalkit.schedule.steps import ScheduleError, Step, perform
from evalkit.schedule.systems import SYSTEMS, choose
from evalkit.schedule.timer import Installed, System, timer_of
from evalkit.workspace import Workspace

__all__ = ["command"]

_SYSTEMS = click.Choice(["auto", *SYSTEMS])
_EXAMPLES = """\b
例：
  evalkit schedule install                每天 06:30 检查一次，到期的报告自动生成
  evalkit schedule install --at 22:00     换一个时刻；再次安装会代替原来的
  evalkit schedule list                   看装了哪些
  evalkit schedule remove                 取消
"""


@click.group(
    "schedule",
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
    help=(
        "每天定时运行 evalkit report --due：有到期的报告就生成，没有就立即结束。"
        "安装和取消之前，先列出要写什么、运行什么，同意后才做。"
    ),
    epilog=_EXAMPLES,
)
def command() -> None:
    """Set up, list and take away timers."""


_yes = click.option("--yes", is_flag=True, help="不再询问，直接做。")


@command.command("install", options_metavar="[选项]", help="安装定时运行；已经装过的，换成新的。")
@click.option(
    "--system",
    "name",
    metavar="方式",
    type=_SYSTEMS,
    default="auto",
    help="systemd、cron、windows 或 auto（自动选用这台电脑上有的，不写则为此）。",
)
@click.option(
    "--at", metavar="时:分", default="06:30", show_default=True, help="每天什么时刻运行。"
)
@_yes
@in_workspace
def _install(name: str, at: str, yes: bool, place: str) -> None:
    space = Workspace.find(Path(place))
    timer = timer_of(space, at)
    system = choose(name)
    for other in SYSTEMS.values():
        if other.title != system.title and _has(other, timer.name):
            raise ScheduleError(
                f"这个工作区已经用 {other.title} 装了定时运行，再用 {system.title} 会重复。"
                f"请先运行 evalkit schedule remove，或用 --system {other.title}。"
            )
    click.echo(f"用 {system.title} 每天 {timer.at} 检查 {space.root}，要做的是：")
    if not _go(lambda: system.install(timer), yes):
        return
    click.echo(f"已安装：{timer.name}（{system.title}，每天 {timer.at}）。{system.remark()}")


@command.command("list", options_metavar="[选项]", help="列出这个用户名下 evalkit 的定时运行。")
@in_workspace
def _list(place: str) -> None:
    own = timer_of(Workspace.find(Path(place))).name
    found = [(system, each) for system in SYSTEMS.values() for each in system.installed()]
    if all(each.name != own for _, each in found):
        click.echo("这个工作区没有安装定时运行；要安装，请运行 evalkit schedule install。")
    for system, each in found:
        mark = "（本工作区）" if each.name == own else ""
        click.echo(f"{each.name}{mark}　{system.title}：{each.place}")
        for line in each.command.splitlines():
            click.echo(f"  {line}")


@command.command("remove", options_metavar="[选项]", help="取消这个工作区的定时运行，不动别的。")
@_yes
@in_workspace
def _remove(yes: bool, place: str) -> None:
    name = timer_of(Workspace.find(Path(place))).name

    def steps() -> tuple[Step, ...]:
        return tuple(step for system in SYSTEMS.values() for step in system.remove(name))

    if not steps():
        click.echo("这个工作区没有安装定时运行，不必取消。")
        return
    click.echo("要做的是：")
    if _go(steps, yes):
        click.echo(f"已取消：{name}。")


def _has(system: System, name: str) -> bool:
    found: Sequence[Installed] = system.installed()
    return any(each.name == name for each in found)


def _go(steps: Callable[[], tuple[Step, ...]], yes: bool) -> bool:
    """Show the steps, ask, and do them; return whether they were done."""
    shown = steps()
    for number, step in enumerate(shown, 1):
        click.echo(f"{number}. {step.shown()}")
    if not yes and not click.confirm("是否执行？"):
        click.echo("没有执行，什么也没有改动。")
        return False
    # Somebody may have edited the crontab while the question stood.
    if steps() != shown:
        raise ScheduleError("在询问期间，现有的定时任务有了变化，没有执行。请重新运行一次。")
    perform(shown)
    return True
