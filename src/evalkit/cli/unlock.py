"""``evalkit unlock``: open what ``evalkit lock`` has encrypted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from evalkit.cli.lock import PASSPHRASE
from evalkit.cli.options import in_workspace
from evalkit.privacy.vault import Lock, unlock_path
from evalkit.workspace import Workspace

__all__ = ["command"]

_SECRET = "AGE-SECRET-KEY-"  # noqa: S105 -- how they begin
_EXAMPLES = """\b
例：
  evalkit unlock                              解密工作区的数据快照
  evalkit unlock 编号对照表.xlsx.age          解密一个文件
  evalkit unlock --identity 私钥.txt          用私钥解密
"""


@click.command(
    "unlock",
    options_metavar="[选项]",
    help=(
        "解密 evalkit lock 加密的数据快照，或列出的 .age 文件；解密后的文件只有本人能读写，"
        "加密的文件随后删去。口令不对时什么也不改动。"
    ),
    epilog=_EXAMPLES,
)
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--identity",
    "identity",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="用这个文件里的私钥（AGE-SECRET-KEY-1…）解密，不用口令。",
)
@in_workspace
def command(paths: Sequence[Path], identity: Path | None, place: str) -> None:
    """Open, and say where."""
    wanted = list(paths) or [_snapshots(Workspace.find(Path(place)))]
    missing = [str(path) for path in wanted if not path.is_file()]
    if missing:
        raise click.UsageError(f"找不到要解密的文件：{'、'.join(missing)}。请检查路径。")
    lock = Lock(passphrase=_passphrase()) if identity is None else Lock(identities=_keys(identity))
    for path in wanted:
        click.echo(f"已解密：{unlock_path(path, lock)}")


def _snapshots(space: Workspace) -> Path:
    if not space.locked_snapshots.is_file():
        raise click.UsageError(f"数据快照没有加密：{space.snapshots}，不用解密。")
    return space.locked_snapshots


def _passphrase() -> str:
    return os.environ.get(PASSPHRASE) or str(click.prompt("口令", hide_input=True))


def _keys(path: Path) -> tuple[str, ...]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    found = tuple(line for line in lines if line.startswith(_SECRET))
    if not found:
        raise click.UsageError(f"{path} 里没有私钥。允许：age-keygen 写出的文件。请检查路径。")
    return found
