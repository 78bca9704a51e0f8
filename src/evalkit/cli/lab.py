"""``evalkit lab``: JupyterLab on the notebook for looking around, on this computer only."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import click

from evalkit.cli.options import in_workspace
from evalkit.errors import WorkspaceError
from evalkit.outputs import write_bytes
from evalkit.workspace import Workspace

__all__ = ["command"]

NOTEBOOK = "explore.ipynb"


@click.command(
    "lab",
    options_metavar="[选项]",
    help=(
        "在 JupyterLab 中打开探索用的 Notebook：选学年、学院、考评要点，看佐证、比较学院，"
        "每个画面下面都有得到同样结果的两三行代码。"
        "只有这台电脑能打开，链接里带有令牌；按 Ctrl+C 结束。"
        "写在 -- 之后的参数原样交给 JupyterLab。"
    ),
)
@click.option(
    "--port",
    default=8888,
    metavar="端口",
    type=click.IntRange(0, 65535),
    help="端口，不写则为 8888。",
)
@click.option("--no-browser", is_flag=True, help="不自动打开浏览器，只给出链接。")
@in_workspace
@click.argument("further", metavar="[-- 其他参数]", nargs=-1, type=click.UNPROCESSED)
def command(port: int, no_browser: bool, place: str, further: tuple[str, ...]) -> None:
    """Start JupyterLab in the workspace and wait until it ends."""
    space = Workspace.find(Path(place))
    missing = [name for name in ("jupyterlab", "ipywidgets", "itables") if find_spec(name) is None]
    if missing:
        raise WorkspaceError(
            f"没有安装 {'、'.join(missing)}，不能打开 Notebook。"
            "请先运行：pip install 'evalkit[lab]'"
        )
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in further:
        raise click.UsageError(
            "现在是系统管理员（root）身份，JupyterLab 不愿以这个身份运行。请换成普通用户；"
            "确实要这样运行（例如在容器里），请在命令后面加 -- --allow-root。"
        )
    path = space.notebooks / NOTEBOOK
    if not path.is_file():
        write_bytes(path, _bundled().read_bytes())
        click.echo(f"工作区里还没有 {NOTEBOOK}，已放入一份：{path}")
    asked = [*arguments(space, port, browser=not no_browser), *further]
    finished = subprocess.run(asked, check=False)  # noqa: S603 -- what the user asked for
    if finished.returncode not in (0, 130, -2):
        raise click.ClickException(
            f"JupyterLab 没有正常运行（返回 {finished.returncode}），原因见上面的信息。"
        )


def arguments(space: Workspace, port: int, *, browser: bool) -> list[str]:
    """Return the command that starts JupyterLab: in the workspace, on localhost, with a token."""
    root, path = space.root.resolve(), (space.notebooks / NOTEBOOK).resolve()
    if not path.is_relative_to(root):
        root = path.parent
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{path.relative_to(root).as_posix()}",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.allow_remote_access=False",
        f"--ServerApp.port={port}",
        # Nothing is asked of the internet: no news, no newer version, no extensions.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        *(() if browser else ("--no-browser",)),
    ]


def _bundled() -> Path:
    """Return the notebook that comes with the package: installed, or in a source checkout."""
    resources = Path(str(files("evalkit").joinpath("resources")))
    installed = resources / "notebooks" / NOTEBOOK
    return installed if installed.is_file() else resources.parents[2] / "notebooks" / NOTEBOOK
