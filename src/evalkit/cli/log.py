"""``evalkit log``: what was released, and whether the log of it is whole."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from evalkit.cli.options import in_workspace, text_or_json
from evalkit.privacy.log import log_file, read_log, verify_log
from evalkit.reports.released import witnesses
from evalkit.workspace import Workspace

__all__ = ["command"]

_EXAMPLES = """\b
例：
  evalkit log show             列出最近的发布
  evalkit log verify           核对发布日志有没有被改动
"""


@click.group(
    "log",
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
    help="查看和核对发布日志：谁、何时、从哪份数据快照发布了哪些文件。日志只增不改，逐行相接。",
    epilog=_EXAMPLES,
)
def command() -> None:
    """Show the log, or verify it."""


@command.command("show", options_metavar="[选项]", help="列出发布记录，最近的在最后。")
@click.option(
    "--last",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="列出最近几条。",
)
@text_or_json
@in_workspace
def _show(last: int, kind: str, place: str) -> None:
    path = log_file(Workspace.find(Path(place)).root)
    entries = read_log(path)
    if kind == "json":
        click.echo(json.dumps([asdict(e) for e in entries[-last:]], ensure_ascii=False, indent=1))
        return
    if not entries:
        click.echo("还没有发布记录。")
    for entry in entries[-last:]:
        taken = "、".join(f"{year} {each}" for year, each in entry.snapshots.items())
        click.echo(
            f"{entry.number}. {entry.time}　{_plain(entry.who)}（{_plain(entry.host)}）"
            f"　{_plain(entry.what)}，读者范围：{_plain(entry.audience)}，"
            f"{len(entry.files)} 个文件，数据快照：{_plain(taken)}"
        )


@command.command(
    "verify",
    options_metavar="[选项]",
    help=(
        "核对发布日志：有没有记录被改动、删去、插入或调换；各学年的清单 manifest.json 记着当时的"
        "最后一条，据此也能发现末尾被截去。完整时退出码为 0，否则为 1。"
    ),
)
@click.option(
    "--digest",
    metavar="摘要",
    help="另处保存的最后一条记录的摘要；日志里应有这一条，否则末尾可能被截去。",
)
@text_or_json
@in_workspace
def _verify(digest: str | None, kind: str, place: str) -> None:
    space = Workspace.find(Path(place))
    path = log_file(space.root)
    check = verify_log(path, digest, witnesses(space))
    if kind == "json":
        click.echo(json.dumps(asdict(check), ensure_ascii=False, indent=1))
    else:
        for line in (*check.faults, *check.notes):
            click.echo(_plain(line))
        if check.faults:
            click.secho(f"发布日志 {path} 不完整，请从备份恢复，并查明原因。", fg="red")
        elif not check.entries:
            click.echo("还没有发布记录。")
        else:
            click.secho(f"发布日志完整，共 {check.entries} 条。", fg="green")
            click.echo(f"最后一条的摘要（请另处保存）：{check.last}")
    if check.faults:
        sys.exit(1)


def _plain(text: str) -> str:
    """Return a text without what a terminal would act upon."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
