"""``evalkit page``: the panel's page, without code, with a link for each judge."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import click

from evalkit.cli.options import in_workspace, of_year
from evalkit.desk.access import Keys
from evalkit.desk.desk import Desk
from evalkit.desk.places import judges_of
from evalkit.desk.roster import Roster
from evalkit.desk.screens import Screens
from evalkit.desk.server import serve
from evalkit.rubric import load_rubric
from evalkit.workspace import Workspace

__all__ = ["command"]

_ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 -- only compared with


@click.command(
    "page",
    options_metavar="[选项]",
    help=(
        "打开评审页面：评委在浏览器里看佐证、比较学院、填写自己的评分表，组长看收齐情况和汇总。"
        "页面里没有代码。每位评委一个链接，只能打开本人的评分表；没有链接什么也看不到。"
        "默认只有这台电脑能打开；按 Ctrl+C 结束，已经填写的内容都已保存。"
    ),
    epilog=(
        "\b\n例如：\n"
        "  evalkit page                          只在这台电脑上\n"
        "  evalkit page --host 0.0.0.0           同一网络里的电脑也能打开\n"
        "  evalkit page --links                  只列出链接\n"
        "  evalkit page --new-links --links      作废旧链接，换新的"
    ),
)
@of_year
@click.option(
    "--host", default="127.0.0.1", metavar="地址", help="在哪个地址上提供，不写则只在本机。"
)
@click.option(
    "--port",
    default=8765,
    metavar="端口",
    type=click.IntRange(0, 65535),
    help="端口，不写则为 8765。",
)
@click.option("--links", is_flag=True, help="只列出每个人的链接，不打开页面。")
@click.option("--new-links", is_flag=True, help="作废以前发出的全部链接，换成新的。")
@click.option(
    "--cert",
    metavar="文件",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="加密连接用的证书（PEM），与 --key 一同使用。",
)
@click.option(
    "--key",
    metavar="文件",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="证书的私钥（PEM）。",
)
@in_workspace
def command(
    year: str | None,
    host: str,
    port: int,
    links: bool,
    new_links: bool,
    cert: Path | None,
    key: Path | None,
    place: str,
) -> None:
    """Serve the page, or only say the links."""
    if (cert is None) != (key is None):
        raise click.UsageError("--cert 和 --key 要一同写：证书和它的私钥。")
    space = Workspace.find(Path(place))
    wanted = space.year(year)
    judges = [judge.code for judge in judges_of(space, wanted)]
    keys = Keys.of(space.root, wanted.name, judges, renew=new_links)
    shown = _shown_host(host)
    scheme = "https" if cert is not None else "http"
    if links:
        _echo_links(keys, f"{scheme}://{shown}:{port}")
        return
    click.echo(f"正在读取 {space.school} {wanted} 学年的数据……")
    screens = Screens(space, wanted)
    screens.choices(wanted.name)
    first = screens.assessment(wanted.name)
    screens.view(wanted.name, first.colleges[0].code, first.rubric.indicators[0].id)
    local = host in ("127.0.0.1", "localhost", "::1")
    desk = Desk(
        Roster(space, wanted, load_rubric(space.rubric)), screens, keys, local, cert is not None
    )

    def ready(bound: int) -> None:
        _echo_links(keys, f"{scheme}://{shown}:{bound}")
        if not judges:
            click.echo("evalkit.toml 中没有列出评委，只有组长的链接。请在 [[judges]] 中写明评委。")
        if not local and cert is None:
            click.secho(
                "连接没有加密，同一网络里的人有可能看到传送的内容。"
                "请只在可信的网络中使用，或用 --cert 和 --key 加密。",
                fg="yellow",
            )
        click.echo("评审页面已经打开。按 Ctrl+C 结束。")

    pair = None if cert is None or key is None else (cert, key)
    try:
        asyncio.run(serve(desk, host, port, certificate=pair, ready=ready))
    except OSError as error:
        raise click.ClickException(
            f"无法在 {host}:{port} 上打开页面（{error.strerror or '地址不可用'}）。"
            "可能已经打开了一个，或端口被别的程序占用，请换一个端口，例如 --port 8766。"
        ) from None
    click.echo("评审页面已关闭。")


def _shown_host(host: str) -> str:
    """Return the name under which others reach this computer."""
    if host in _ANYWHERE:
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def _echo_links(keys: Keys, base: str) -> None:
    click.echo("每人一个链接，请分别发给本人，不要转发：")
    for code in keys.codes:
        who = "组长" if code == "chair" else f"评委 {code}"
        click.echo(f"  {who}\t{base}/{code}/?token={keys.token(code)}")
