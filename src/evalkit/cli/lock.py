"""``evalkit lock``: encrypt the snapshots, or files such as a table of codes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from evalkit.cli.options import in_workspace
from evalkit.privacy.vault import Lock, lock_path, locked
from evalkit.workspace import Workspace

__all__ = ["PASSPHRASE", "SHORTEST", "command"]

PASSPHRASE = "EVALKIT_PASSPHRASE"  # noqa: S105 -- the variable's name
"""Environment variable for whoever cannot type: a timer, say."""
SHORTEST = 10
"""Characters of a passphrase."""

_EXAMPLES = """\b
例：
  evalkit lock                          加密工作区的数据快照，输入两次口令
  evalkit lock 编号对照表.xlsx          加密一个文件
  evalkit lock --recipient age1…        用公钥加密，有私钥的人才能解密
"""


@click.command(
    "lock",
    options_metavar="[选项]",
    help=(
        "用 age 加密工作区的数据快照，或列出的文件和文件夹；加密后的文件以 .age 结尾，"
        "只有本人能读写，原来的内容随后删去。加密期间 evalkit report 等不能使用快照，"
        "要用时先运行 evalkit unlock。忘记口令或丢失私钥，就无法恢复。"
        f"需要 evalkit[vault]；不能输入时，口令写在环境变量 {PASSPHRASE} 里。"
    ),
    epilog=_EXAMPLES,
)
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--recipient",
    "recipients",
    metavar="公钥",
    multiple=True,
    help="用这个公钥（age1…）加密，不用口令。可以写多次，其中任何一人都能解密。",
)
@in_workspace
def command(paths: Sequence[Path], recipients: tuple[str, ...], place: str) -> None:
    """Encrypt, and say where."""
    wanted = list(paths) or [_snapshots(Workspace.find(Path(place)))]
    missing = [str(path) for path in wanted if not path.exists()]
    if missing:
        raise click.UsageError(f"找不到要加密的文件：{'、'.join(missing)}。请检查路径。")
    lock = Lock(recipients=recipients) if recipients else Lock(passphrase=_new_passphrase())
    for path in wanted:
        click.echo(f"已加密：{lock_path(path, lock)}")
    click.echo("要用时请运行 evalkit unlock。请另处保管口令或私钥：丢失后无法恢复。")


def _snapshots(space: Workspace) -> Path:
    if not space.snapshots.is_dir():
        if space.locked_snapshots.is_file():
            raise click.UsageError(f"数据快照已经加密：{locked(space.snapshots)}。")
        raise click.UsageError(f"还没有数据快照：{space.snapshots}。请先运行 evalkit report。")
    return space.snapshots


def _new_passphrase() -> str:
    typed = os.environ.get(PASSPHRASE) or str(
        click.prompt("口令", hide_input=True, confirmation_prompt="再输入一次口令")
    )
    if len(typed) < SHORTEST:
        raise click.UsageError(
            f"口令只有 {len(typed)} 个字符，没有加密。允许：至少 {SHORTEST} 个字符。"
            "请换一个长的，例如几个不相干的词。"
        )
    return typed
