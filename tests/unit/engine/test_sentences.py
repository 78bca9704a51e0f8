"""What people are told."""

from __future__ import annotations

import signal

import pytest

from evalkit.engine.sentences import explain, explain_cell, say_died, say_memory
from evalkit.errors import NoDataError


@pytest.mark.parametrize(
    ("code", "how"),
    [
        (1, "退出代码 1"),
        (-signal.SIGKILL, "SIGKILL，被系统强行结束，可能是内存不足"),
        (-signal.SIGABRT, "SIGABRT，程序库自行中止"),
        (-64, "信号 64" if not hasattr(signal, "SIGRTMAX") else "SIGRTMAX"),
        (-signal.SIGPIPE, "SIGPIPE"),
        (-200, "信号 200"),
    ],
)
def test_how_a_process_ended(code: int, how: str) -> None:
    assert say_died("三院", code) == (
        f"“三院”的计算进程意外退出（{how}），没有做完。其余任务不受影响。"
    )


def test_the_system_has_no_memory_left() -> None:
    assert say_memory("三院", None) == (
        "“三院”没有足够的内存，已停止。请检查其中是否一次读入了太多数据，或者放宽内存限制。"
    )


def test_own_errors_are_told_as_they_are() -> None:
    assert explain(NoDataError("没有数据。")) == "没有数据。"
    assert explain(KeyError("键")) == "KeyError：'键'"
    assert explain(KeyboardInterrupt()) == "KeyboardInterrupt"


def test_a_long_first_line_is_cut() -> None:
    assert explain_cell(2, "\n" + "x" * 90, "坏") == f"第 2 个代码单元格（{'x' * 60}）出错：坏"
