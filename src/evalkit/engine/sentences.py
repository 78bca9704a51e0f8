"""What people are told when something went wrong."""

from __future__ import annotations

import signal
from collections.abc import Sequence

from evalkit.errors import EvalkitError

__all__ = [
    "cause",
    "explain",
    "explain_cell",
    "say_died",
    "say_memory",
    "say_refused",
    "say_timeout",
]

_SIGNALS = {
    "SIGSEGV": "访问了不该访问的内存",
    "SIGBUS": "访问了不该访问的内存",
    "SIGABRT": "程序库自行中止",
    "SIGFPE": "算术错误",
    "SIGILL": "处理器不认识的指令",
    "SIGKILL": "被系统强行结束，可能是内存不足",
    "SIGTERM": "被其他程序结束",
    "SIGXCPU": "超过了系统允许的计算时间",
}


def explain(error: BaseException) -> str:
    """Say what went wrong in one Chinese sentence.

    evalkit's own errors are sentences already.
    """
    if isinstance(error, EvalkitError):
        return str(error)
    return cause(type(error).__name__, str(error))


def explain_cell(number: int, source: str, cause: str) -> str:
    """Say which cell went wrong, and how.

    Parameters
    ----------
    number : int
        Which of the author's code cells; 0 for the parameters that papermill has put in.
    cause : str
        From :func:`cause`, or a sentence.
    """
    first = next((line.strip() for line in source.splitlines() if line.strip()), "")
    place = f"第 {number} 个代码单元格" if number else "传入参数的单元格"
    return f"{place}（{first[:60]}）出错：{cause}"


def cause(name: str, value: str) -> str:
    """Say what an error of this class and text says; evalkit's own need no class."""
    value = value.strip()
    if not value:
        return name
    return value if name in _own_names() else f"{name}：{value}"


def say_timeout(name: str, seconds: float) -> str:
    """Say that a time limit was passed."""
    return (
        f"“{name}”运行超过 {seconds:g} 秒，已停止。"
        "请检查其中是否有停不下来的循环，或者放宽时间限制。"
    )


def say_memory(name: str, memory: int | None) -> str:
    """Say that a memory limit was passed, or that the system had no more to give."""
    limit = "没有足够的内存" if memory is None else f"占用的内存超过 {memory / 2**20:,.0f} MB"
    return f"“{name}”{limit}，已停止。请检查其中是否一次读入了太多数据，或者放宽内存限制。"


def say_died(name: str, code: int) -> str:
    """Say how a process ended that should not have ended.

    Parameters
    ----------
    code : int
        Exit code; negative for the number of a signal.
    """
    if code < 0:
        try:
            known = signal.Signals(-code).name
        except ValueError:
            known = f"信号 {-code}"
        how = f"{known}，{_SIGNALS[known]}" if known in _SIGNALS else known
    else:
        how = f"退出代码 {code}"
    return f"“{name}”的计算进程意外退出（{how}），没有做完。其余任务不受影响。"


def say_refused(threads: Sequence[str]) -> str:
    """Say why the warm parent does not fork."""
    return (
        f"预备进程里已有 {len(threads)} 个线程（{'、'.join(threads)}），此时分叉可能卡死，"
        '所以没有分叉。请让预热函数不要启动线程，或者改用 method="process"。'
    )


def _own_names() -> set[str]:
    names: set[str] = set()
    kinds: list[type[EvalkitError]] = [EvalkitError]
    while kinds:
        kind = kinds.pop()
        names.add(kind.__name__)
        kinds += kind.__subclasses__()
    return names
