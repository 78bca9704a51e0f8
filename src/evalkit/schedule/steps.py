"""What installing or removing a timer consists of: shown first, then done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from evalkit.errors import EvalkitError
from evalkit.outputs import write_bytes

__all__ = [
    "Command",
    "RemoveFile",
    "Result",
    "ScheduleError",
    "Step",
    "WriteFile",
    "indented",
    "perform",
    "run",
]

_SECONDS = 60


class ScheduleError(EvalkitError):
    """A timer cannot be set up or taken away."""

    @classmethod
    def missing(cls, program: str) -> ScheduleError:
        """The system's own program is not there."""
        return cls(
            f"这台电脑上没有 {program}，不能用它定时运行。"
            "请用 --system 换一种方式，或请管理员安装后再试。"
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What a program came to: exit code, and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class WriteFile:
    """Write a file of text."""

    path: Path
    content: str

    def shown(self) -> str:
        """Say what will be done."""
        return f"写入文件 {self.path}：\n{indented(self.content)}"

    def do(self) -> None:
        """Do it."""
        write_bytes(self.path, self.content.encode("utf-8"))


@dataclass(frozen=True, slots=True)
class RemoveFile:
    """Remove a file, if it is there."""

    path: Path

    def shown(self) -> str:
        """Say what will be done."""
        return f"删除文件 {self.path}"

    def do(self) -> None:
        """Do it."""
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Command:
    """Run a program of the system.

    Attributes
    ----------
    words : tuple of str
        Program and arguments. ``{file}`` stands for a file that holds `content`.
    content : str
        What the program is given: as its input, or in a file where it asks for one.
    encoding : str
        How `content` is given.
    change : str
        What there is to show of `content` where it is not all new; otherwise all is shown.
    """

    words: tuple[str, ...]
    content: str = ""
    encoding: str = "utf-8"
    change: str = ""

    def shown(self) -> str:
        """Say what will be done."""
        line = "运行 " + " ".join(self.words).replace("{file}", "（内容如下的文件）")
        shown = self.change or indented(self.content)
        return f"{line}\n{shown}" if shown else line

    def do(self) -> None:
        """Do it."""
        with TemporaryDirectory(prefix="evalkit-") as folder:
            words = self.words
            given = self.content.encode(self.encoding, "surrogateescape")
            if "{file}" in words:
                path = write_bytes(Path(folder) / "task.xml", given)
                words, given = tuple(str(path) if w == "{file}" else w for w in words), b""
            result = run(words, given)
        if result.code != 0:
            said = (result.err or result.out).strip() or "没有说明原因"
            raise ScheduleError(
                f"运行“{' '.join(self.words)}”没有成功（退出码 {result.code}）：{said}。"
                "请按提示处理后再试；再次安装或取消都不会重复。"
            )


Step = WriteFile | RemoveFile | Command


def perform(steps: Iterable[Step]) -> None:
    """Do all steps, in order.

    Raises
    ------
    ScheduleError
        At the first that fails.
    """
    for step in steps:
        step.do()


def run(words: Sequence[str], given: bytes = b"") -> Result:
    """Run a program of the system, with English messages; every call of one goes through here.

    Raises
    ------
    ScheduleError
        If it is not there, or does not come to an end.
    """
    program = shutil.which(words[0])
    if program is None:
        raise ScheduleError.missing(words[0])
    try:
        done = subprocess.run(  # noqa: S603 -- programs of the system, arguments one by one
            [program, *words[1:]],
            input=given,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        raise ScheduleError(
            f"“{' '.join(words)}”运行了 {_SECONDS} 秒还没有结束，已经放弃。请稍后再试。"
        ) from None
    # A crontab is written back: bytes that are no UTF-8 must come through as they were.
    encoding, errors = (
        ("oem", "replace") if sys.platform == "win32" else ("utf-8", "surrogateescape")
    )
    out, err = (stream.decode(encoding, errors) for stream in (done.stdout, done.stderr))
    return Result(done.returncode, out, err)


def indented(text: str) -> str:
    """Return a text as it is shown below a heading."""
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
