"""Many tasks, each in a process of its own, without the wait for imports each time.

A warm parent imports everything once and forks once a task; where that cannot be done (Windows,
macOS, threads in the parent) each task gets a fresh process, the next one getting ready while the
others run. The results are the same. See ``docs/engine.md``.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from evalkit.engine.sentences import say_died, say_memory, say_refused, say_timeout
from evalkit.engine.system import kill_tree
from evalkit.engine.task import EngineError, Method, Outcome, Status, Task, Warm

__all__ = ["EngineError", "Method", "Outcome", "Status", "Task", "Warm", "run"]

ENVIRONMENT = {
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # Arrow's allocator starts a thread when it is loaded.
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
}
"""What must be set before Python starts: one thread, one order of sets, figures in notebooks."""

_LOG = logging.getLogger(__name__)
_PATIENCE = 10.0
"""Seconds that the warm parent has to end everything when it is over."""


def run(
    tasks: Sequence[Task],
    *,
    jobs: int = 1,
    warm: Sequence[Warm] = (),
    method: Method = "auto",
    started: Callable[[Task], None] = lambda task: None,  # noqa: ARG005
) -> Generator[Outcome, None, None]:
    """Do tasks, each in a process of its own; yield each outcome when it is there.

    A task that hangs, dies or eats memory costs only itself. Closing the generator (or Ctrl-C)
    ends all processes at once.

    Parameters
    ----------
    tasks : sequence of Task
        With unique names.
    jobs : int
        How many at a time.
    warm : sequence
        ``"package.module:function"``, or that and a mapping of picklable arguments: called once in
        the warm parent before the first task (import, load, draw once). The functions must not
        leave threads behind: ``pandas.read_parquet`` does. Fresh processes call them too, each one.
    method : str
        ``"fork"``: from a warm parent. ``"process"``: a fresh process for each task. ``"auto"``:
        the first on Linux if the warm parent has a single thread, else the second.
    started : callable
        Called with each task when it starts.

    Raises
    ------
    ValueError
        If two tasks have the same name, or `jobs` is less than one.
    EngineError
        While iterating: a function of `warm` failed; the warm parent refused to fork or ended.
    """
    names = [task.name for task in tasks]
    if len(set(names)) < len(names):
        raise ValueError("names of tasks must be unique")
    if jobs < 1:
        raise ValueError("jobs must be at least one")
    if method == "auto" and not sys.platform.startswith("linux"):
        method = "process"
    return _run(tuple(tasks), jobs, warm, method, started)


def _run(
    tasks: tuple[Task, ...],
    jobs: int,
    warm: Sequence[Warm],
    method: Method,
    started: Callable[[Task], None],
) -> Generator[Outcome, None, None]:
    if not tasks:
        return
    with TemporaryDirectory(prefix="evalkit-engine-") as name:
        folder = Path(name)
        _write_order(folder, tasks, jobs, warm, method)
        with _parent(folder) as lines:
            left = len(tasks)
            while left:
                fact = _next(lines)
                if fact is None:
                    raise EngineError(
                        "生成报告的总进程意外退出，其余任务没有做完，请再运行一次。", _log(folder)
                    )
                if fact["event"] == "started":
                    started(tasks[fact["task"]])
                elif fact["event"] == "ended":
                    left -= 1
                    yield _outcome(folder, tasks[fact["task"]], fact)
                elif fact["event"] == "failed":
                    raise EngineError(fact["message"], fact["detail"] + _log(folder))
                elif method == "fork":
                    raise EngineError(say_refused(fact["threads"]))
                else:
                    _LOG.info(
                        "no fork with %d threads (%s): a fresh process for each task",
                        len(fact["threads"]),
                        ", ".join(fact["threads"]),
                    )


def _write_order(
    folder: Path, tasks: Sequence[Task], jobs: int, warm: Sequence[Warm], method: Method
) -> None:
    for number, task in enumerate(tasks):
        content = pickle.dumps((task.function, dict(task.arguments)))
        (folder / f"{number}.task").write_bytes(content)
    functions = [(each, {}) if isinstance(each, str) else each for each in warm]
    (folder / "warm").write_bytes(pickle.dumps(functions))
    order = {
        "path": sys.path,
        "jobs": jobs,
        "method": method,
        "modules": sorted({task.function.partition(":")[0] for task in tasks}),
        "tasks": [
            {"number": number, "name": task.name, "seconds": task.seconds, "memory": task.memory}
            for number, task in enumerate(tasks)
        ],
    }
    (folder / "order.json").write_text(json.dumps(order), encoding="utf-8")


@contextlib.contextmanager
def _parent(folder: Path) -> Generator[queue.SimpleQueue[bytes], None, None]:
    """Start the warm parent and yield the lines that it writes; end it in the end."""
    flag = 0
    if sys.platform == "win32":
        flag = subprocess.CREATE_NEW_PROCESS_GROUP  # Ctrl-C is for us
    with (folder / "engine.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", "evalkit.engine.parent", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, **ENVIRONMENT},
            start_new_session=True,
            creationflags=flag,
        )
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    # A thread, because reading from a pipe cannot be interrupted on Windows.
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        yield lines
    finally:
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            kill_tree(process.pid)
            process.wait()
        reader.join()
        if process.stdout is not None:
            process.stdout.close()


def _read(pipe: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    for line in pipe:
        lines.put(line)
    lines.put(b"")


def _next(lines: queue.SimpleQueue[bytes]) -> dict[str, Any] | None:
    while True:
        try:
            line = lines.get(timeout=0.5)  # without a limit, Windows would not see Ctrl-C
        except queue.Empty:
            continue
        fact: dict[str, Any] | None = json.loads(line) if line else None
        return fact


def _outcome(folder: Path, task: Task, fact: dict[str, Any]) -> Outcome:
    number = fact["task"]
    kind, content, detail = _left(folder / f"{number}.result")
    log = _text(folder / f"{number}.log")
    value: object | None = None
    if kind == "warm":
        raise EngineError(str(content), detail + _log(folder))
    if kind == "done" and isinstance(content, bytes):
        try:
            value = pickle.loads(content)  # noqa: S301 -- written by our own child
        except Exception as error:  # whatever its class does when it is made anew
            kind, content = "failed", f"结果无法读回：{type(error).__name__}：{error}"
    status: Status
    if fact["reason"] == "timeout":
        status, message = "timeout", say_timeout(task.name, task.seconds)
    elif fact["reason"] == "memory" or kind == "memory":
        status, message = "memory", say_memory(task.name, task.memory)
    elif kind == "done":
        status, message = "done", ""
    elif kind == "failed":
        status, message = "failed", str(content)
    else:
        status, message = "died", say_died(task.name, fact["code"])
    for path in folder.glob(f"{number}.*"):
        path.unlink()
    told = "" if status == "done" else "\n".join(part for part in (detail, log) if part)
    return Outcome(task, status, value, message, told, fact["seconds"], fact["peak"])


def _left(result: Path) -> tuple[str, object, str]:
    try:
        kind, content, detail = pickle.loads(result.read_bytes())  # noqa: S301
    except FileNotFoundError:
        return "", None, ""
    return kind, content, detail


def _log(folder: Path) -> str:
    return _text(folder / "engine.log")


def _text(path: Path) -> str:
    """Return the end of a log."""
    try:
        return path.read_bytes()[-20_000:].decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
