"""``evalkit schedule``: shown, asked, done. The programs of the system are stand-ins on PATH."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evalkit.cli import schedule
from evalkit.schedule.steps import ScheduleError
from evalkit.schedule.timer import Timer, timer_of
from evalkit.workspace import Workspace

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="the stand-ins are scripts with a first line that Windows does not read"
)

CRONTAB = f"""\
#!{sys.executable}
import pathlib, sys
table = pathlib.Path(__file__).with_name("table")
if sys.argv[1] == "-l":
    sys.exit("no crontab for root") if not table.exists() else print(table.read_text(), end="")
else:
    table.write_bytes(sys.stdin.buffer.read())
"""
SYSTEMCTL = f"""\
#!{sys.executable}
import pathlib, sys
with pathlib.Path(__file__).with_name("calls").open("a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
"""
OTHERS = "0 3 * * * /usr/bin/backup\n"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    _put(folder / "crontab", CRONTAB)
    (folder / "table").write_text(OTHERS, encoding="utf-8")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "社区 大学"
    root.mkdir()
    (root / "evalkit.toml").write_text('[school]\nname = "社区大学"\n', encoding="utf-8")
    return root


def _put(path: Path, script: str) -> None:
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)


def made(root: Path, at: str = "06:30") -> Timer:
    return timer_of(Workspace.find(root), at)


def call(root: Path, *arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(
        schedule.command, [*arguments, "--workspace", str(root)], input=answer
    )


def block(timer: Timer) -> list[str]:
    program = shlex.quote(timer.words[0])
    call = f"{program} report --due --workspace '{timer.root}' >/dev/null"
    return [
        f"# >>> {timer.name} 由 evalkit schedule install 写入，请勿改动",
        f"{timer.minute} {timer.hour} * * * {call}",
        f"# <<< {timer.name}",
    ]


def test_install_shows_asks_and_does(root: Path, programs: Path) -> None:
    timer = made(root)
    shown = [
        f"用 cron 每天 06:30 检查 {root}，要做的是：",
        "1. 运行 crontab -",
        "在 crontab 末尾写上（其余各行不动）：",
        *(f"    {line}" for line in block(timer)),
    ]
    result = call(root, "install", answer="n\n")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        *shown, "是否执行？ [y/N]: n", "没有执行，什么也没有改动。"
    ]  # fmt: skip
    assert (programs / "table").read_text(encoding="utf-8") == OTHERS
    result = call(root, "install", answer="y\n")
    assert result.stdout.splitlines() == [
        *shown, "是否执行？ [y/N]: y",
        f"已安装：{timer.name}（cron，每天 06:30）。电脑在那个时刻关着的，第二天补上。",
    ]  # fmt: skip
    lines = (programs / "table").read_text(encoding="utf-8").splitlines()
    assert lines == [OTHERS.strip(), *block(timer)]


def test_install_again_takes_the_place_of_the_first(root: Path, programs: Path) -> None:
    for at in ("06:30", "22:05"):
        assert call(root, "install", "--yes", "--at", at).exit_code == 0
    lines = (programs / "table").read_text(encoding="utf-8").splitlines()
    assert lines == [OTHERS.strip(), *block(made(root, "22:05"))]


def test_list(root: Path, programs: Path, tmp_path: Path) -> None:
    nothing = "这个工作区没有安装定时运行；要安装，请运行 evalkit schedule install。"
    assert call(root, "list").stdout.splitlines() == [nothing]
    other = tmp_path / "别 处"
    other.mkdir()
    (other / "evalkit.toml").write_bytes((root / "evalkit.toml").read_bytes())
    call(other, "install", "--yes")
    there = [f"{made(other).name}　cron：crontab", f"  {block(made(other))[1]}"]
    assert call(root, "list").stdout.splitlines() == [nothing, *there]
    call(root, "install", "--yes")
    here = [f"{made(root).name}（本工作区）　cron：crontab", f"  {block(made(root))[1]}"]
    assert call(root, "list").stdout.splitlines() == [*there, *here]


def test_remove_takes_only_its_own(root: Path, programs: Path) -> None:
    assert call(root, "remove").stdout == "这个工作区没有安装定时运行，不必取消。\n"
    call(root, "install", "--yes")
    timer = made(root)
    result = call(root, "remove", answer="y\n")
    assert result.stdout.splitlines() == [
        "要做的是：",
        "1. 运行 crontab -",
        "从 crontab 中去掉（其余各行不动）：",
        f"    {block(timer)[1]}",
        "是否执行？ [y/N]: y",
        f"已取消：{timer.name}。",
    ]
    assert (programs / "table").read_text(encoding="utf-8") == OTHERS


def test_never_twice_by_two_systems(root: Path, programs: Path) -> None:
    call(root, "install", "--yes", "--system", "cron")
    _put(programs / "systemctl", SYSTEMCTL)
    result = call(root, "install", "--yes")
    assert isinstance(result.exception, ScheduleError)
    assert str(result.exception) == (
        "这个工作区已经用 cron 装了定时运行，再用 systemd 会重复。"
        "请先运行 evalkit schedule remove，或用 --system cron。"
    )


def test_systemd(root: Path, programs: Path, tmp_path: Path) -> None:
    _put(programs / "systemctl", SYSTEMCTL)
    timer = made(root)
    folder = tmp_path / "home" / ".config" / "systemd" / "user"
    result = call(root, "install", "--yes")
    assert f"1. 写入文件 {folder / timer.name}.service：\n    [Unit]\n" in result.stdout
    assert f"5. 运行 systemctl --user restart {timer.name}.timer\n" in result.stdout
    assert result.stdout.endswith(
        f"已安装：{timer.name}（systemd，每天 06:30）。"
        "退出登录后也要运行的，请再执行一次：loginctl enable-linger。"
        "电脑在那个时刻关着的，开机后补上。\n"
    )
    assert {path.name for path in folder.iterdir()} == {
        f"{timer.name}.service", f"{timer.name}.timer"
    }  # fmt: skip
    call(root, "remove", "--yes")
    assert list(folder.iterdir()) == []
    assert (programs / "calls").read_text(encoding="utf-8").splitlines()[-2:] == [
        f"--user disable --now {timer.name}.timer", "--user daemon-reload"
    ]  # fmt: skip


def test_a_crontab_that_changes_meanwhile(
    root: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit_and_agree(question: str) -> bool:
        (programs / "table").write_text(f"{OTHERS}@daily true\n", encoding="utf-8")
        return True

    monkeypatch.setattr(schedule.click, "confirm", edit_and_agree)
    result = call(root, "install")
    assert str(result.exception) == (
        "在询问期间，现有的定时任务有了变化，没有执行。请重新运行一次。"
    )
    assert (programs / "table").read_text(encoding="utf-8") == f"{OTHERS}@daily true\n"
