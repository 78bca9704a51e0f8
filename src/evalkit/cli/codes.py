"""``evalkit codes``: codes for students, and the table that says whose they are."""

from __future__ import annotations

from pathlib import Path

import click

from evalkit.outputs import owner_only, write_bytes
from evalkit.privacy.code_table import make_code_table
from evalkit.privacy.pseudonyms import ensure_keys, rotate_keys

__all__ = ["command"]

NAME = "编号对照表.xlsx"
_EXAMPLES = """\b
例：
  evalkit codes 学生名单.xlsx                 写出 编号对照表.xlsx
  evalkit lock 编号对照表.xlsx                随后加密对照表
  evalkit codes 学生名单.xlsx --key 1         用第 1 号密钥，得到换密钥之前的编号
"""


@click.command(
    "codes",
    options_metavar="[选项]",
    help=(
        "为名单中的学生生成台账用的编号：名单里要有“学号”一列。编号由学号和密钥算出，"
        "没有密钥的人无法推算；同一名学生每年的编号相同。写出的对照表只有本人能读写，"
        "由学院专人保管，不随台账报送，最好再用 evalkit lock 加密。"
        "密钥在第一次使用时生成，放在本人的设置文件夹里（或环境变量 EVALKIT_KEYS 所写的文件），"
        "只有本人能读写，否则不使用；请备份，丢失后得不到同样的编号。"
    ),
    epilog=_EXAMPLES,
)
@click.argument(
    "source", metavar="LIST", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"对照表写到这个文件；不写则为名单旁边的 {NAME}。",
)
@click.option("--new-key", is_flag=True, help="先换一个新的密钥，编号随之全部改变；旧的密钥保留。")
@click.option(
    "--key",
    "number",
    metavar="N",
    type=click.IntRange(min=1),
    help="用第几号密钥，不写则最新的。",
)
def command(source: Path, output: Path | None, new_key: bool, number: int | None) -> None:
    """Write the table and say where the key lies."""
    if new_key and number is not None:
        raise click.UsageError("--new-key 和 --key 不能同时写。")
    target = output or source.with_name(NAME)
    if target.exists():
        raise click.UsageError(f"{target} 已经存在，没有覆盖。请移走，或用 -o 换一个文件。")
    keys, made = ensure_keys()
    if new_key and not made:
        keys = rotate_keys(keys.path)
    table = make_code_table(source, keys, number)
    with owner_only():
        write_bytes(target, table.workbook())
    if made or new_key:
        click.echo(f"已生成密钥：{keys.path}。请备份到别处：丢失后得不到同样的编号。")
    click.echo(f"已为 {len(table.rows)} 名学生生成编号：{target}")
    click.echo("对照表请由专人保管，不随台账报送；可以用 evalkit lock 加密。")
