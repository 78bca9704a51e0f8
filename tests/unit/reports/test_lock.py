"""Two runs in one folder do not meet, and a dead run holds nobody up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evalkit.reports.lock import FILE, LockedError, hold, holder, is_held

HOLD = """
import sys
from pathlib import Path
from evalkit.reports.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_run(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_held_and_let_go(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    assert not is_held(folder)
    with hold(folder):
        assert is_held(folder)
        who = holder(folder)
        assert who is not None
        assert who.startswith(f"电脑 {socket.gethostname()}，进程 {os.getpid()}，自 ")
    assert not is_held(folder)
    assert list(folder.iterdir()) == []
    with hold(folder):
        pass


def test_another_run_is_named(tmp_path: Path) -> None:
    with another_run(tmp_path) as process:
        assert is_held(tmp_path)
        who = holder(tmp_path)
        with pytest.raises(LockedError) as caught, hold(tmp_path):
            pass
        assert who is not None
        assert f"进程 {process.pid}，" in who
        assert str(caught.value) == (
            f"另一个程序正在 {tmp_path} 中生成报告（{who}），本次没有运行。"
            "请等它完成后再运行，或先把它停下；已经生成的报告不会重做。"
        )


def test_what_a_killed_run_left_is_taken_over(tmp_path: Path) -> None:
    with another_run(tmp_path) as process:
        process.kill()
        process.wait()
    assert (tmp_path / FILE).is_file()
    assert not is_held(tmp_path)
    with hold(tmp_path):
        who = holder(tmp_path)
        assert who is not None
        assert f"进程 {os.getpid()}，" in who
    assert list(tmp_path.iterdir()) == []


def test_an_error_lets_go(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="inside"), hold(tmp_path):
        raise RuntimeError("inside")
    assert not is_held(tmp_path)


def test_a_torn_lock_names_nobody(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"host": "x"', "utf-8")
    assert holder(tmp_path) is None
    assert not is_held(tmp_path)
