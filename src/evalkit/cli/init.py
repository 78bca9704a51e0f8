"""``evalkit init``: a workspace for a school."""

from __future__ import annotations

from pathlib import Path

import click

from evalkit.cli.new_workspace import create_workspace

__all__ = ["command"]


@click.command(
    "init",
    options_metavar="[选项]",
    help=(
        "在 DIR 建立一个工作区：设置（evalkit.toml，带说明）、考核办法（rubric.yaml）、"
        "可以修改的报告模板（notebooks/）和研究 notebook（notebooks/research/）、"
        "数据和报告文件夹。"
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--school", metavar="名称", default="请填写学校名称", show_default=False, help="学校名称。"
)
def command(folder: Path, school: str) -> None:
    """Create a workspace and say what to do next."""
    create_workspace(folder, school)
    click.echo(f"工作区已建好：{folder.resolve()}")
    click.echo("接下来：")
    click.echo(f"  1. 打开 {folder / 'evalkit.toml'}，填写学校名称和参评学院；")
    click.echo(f"  2. 核对 {folder / 'rubric.yaml'} 中的考核办法；")
    click.echo(f"  3. 把各学院台账和评委评分表放进 {folder / 'data' / '2024-2025'}（按学年命名）；")
    click.echo(f"  4. 运行 evalkit report --workspace {folder}。")
    click.echo(f"想先试用：evalkit sample {folder / 'data'} 会放入虚构学校的数据。")
