"""``evalkit due``: what the year asks for these days, and how it stands."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from evalkit.cli.options import in_workspace, text_or_json
from evalkit.schedule.agenda import Agenda, Entry, agenda
from evalkit.schedule.run import today
from evalkit.workspace import Workspace

__all__ = ["command"]

_EXAMPLES = """\b
例：
  evalkit due                       今天起 30 天内的应办事项
  evalkit due --days 120            看得更远
  evalkit due --on 2025-06-01       假设今天是 2025 年 6 月 1 日
"""


class _Day(click.ParamType[date]):
    name = "day"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}”不是日期，请写成“2025-06-01”这样。", param, ctx)
        if not 2000 <= day.year <= 2100:
            self.fail(f"“{value}”不在 2000 年至 2100 年之间。", param, ctx)
        return day


@click.command(
    "due",
    options_metavar="[选项]",
    help=(
        "查看近期应办的事项：月报核对、学期末核对、学年报告、站长登记表、计划和总结、台账下发、"
        "整改销号。日期按校历、法定节假日和调休推算。已过期而没有办的总会列出。"
        "状态：未到；应办；已办；逾期；待确认（期限已过，程序看不出办了没有）。"
    ),
    epilog=_EXAMPLES,
)
@click.option("--on", metavar="日期", type=_Day(), help="以这一天为今天，例如 2025-06-01。")
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(0, 400),
    default=30,
    show_default=True,
    help="看今后几天之内的；N 天之内已办的也列出。",
)
@text_or_json
@in_workspace
def command(on: date | None, days: int, kind: str, place: str) -> None:
    """Say what is due around a day."""
    space = Workspace.find(Path(place))
    plan = agenda(space, on or today(), days=days)
    entries = plan.within(days)
    if kind == "json":
        click.echo(json.dumps(_facts(plan, entries), ensure_ascii=False, indent=1))
        return
    click.echo(f"{space.school}，{plan.on} 起 {days} 天内的应办事项：")
    for entry in entries:
        _echo(entry)
    if not entries:
        click.echo("  没有。")
    for statement in plan.statements:
        click.secho(f"注意：{statement}", fg="yellow")


_COLOURS = {"逾期": "red", "应办": "yellow", "已办": "green"}


def _echo(entry: Entry) -> None:
    item = entry.item
    when = f"{item.due}" if item.start == item.due else f"{item.start} 至 {item.due}"
    state = click.style(entry.state.ljust(3, "　"), fg=_COLOURS.get(entry.state))
    basis = f"（{item.basis}）" if item.basis else ""
    click.echo(f"  {state}　{when}　{item.title}{basis}")
    note = f"；{entry.note}" if entry.note else ""
    click.echo(f"  　　　　{item.year} 学年；命令：{item.command}{note}")


def _facts(plan: Agenda, entries: tuple[Entry, ...]) -> dict[str, object]:
    return {
        "on": plan.on.isoformat(),
        "items": [
            {
                "name": entry.item.name,
                "kind": entry.item.kind,
                "academic_year": entry.item.year.name,
                "title": entry.item.title,
                "basis": entry.item.basis,
                "from": entry.item.start.isoformat(),
                "due": entry.item.due.isoformat(),
                "state": entry.state,
                "note": entry.note,
                "automatic": entry.item.automatic,
                "command": entry.item.command,
            }
            for entry in entries
        ],
        "statements": list(plan.statements),
    }
