"""What the processes of tests do."""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

SEEN: list[str] = []
"""Grows in a process; a fresh one must find what the warm functions have left."""


# Warm functions


def remember(word: str = "warm") -> None:
    SEEN.append(word)


def leave_a_thread() -> None:
    threading.Thread(target=time.sleep, args=(60,), name="sleeper", daemon=True).start()


def complain() -> None:
    raise ValueError("not ready")


# Tasks


def double(x: Any) -> tuple[Any, list[str]]:
    SEEN.append(str(x))
    return x * 2, SEEN


def draw_lots() -> tuple[float, str]:
    return random.random(), os.environ["PYTHONHASHSEED"]  # noqa: S311


def fail() -> None:
    raise ValueError("不行")


def give_a_lambda() -> object:
    return lambda: None


def crash() -> None:
    ctypes.string_at(0)


def leave(code: int) -> None:
    os._exit(code)


def stop_by(number: int) -> None:
    os.kill(os.getpid(), number)


def loop(notice: str | None = None) -> str:
    try:
        while True:
            pass
    except KeyboardInterrupt:
        if notice is None:
            raise
        return notice


def loop_on() -> None:
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            time.sleep(60)


def hoard() -> None:
    held = []
    while True:
        held.append(bytearray(2**20))


def ask_for_too_much() -> int:
    return len(bytearray(10 * 2**30))


def start_sleepers(mark: str) -> str:
    """Leave processes behind: one in our group, one in a group of its own, one orphaned there."""
    sleep = [sys.executable, "-c", f"import time; time.sleep(600)  # {mark}"]
    subprocess.Popen(sleep)
    subprocess.Popen(sleep, start_new_session=True)
    orphan = f"import subprocess, sys; subprocess.Popen({sleep!r}, start_new_session=True)"
    subprocess.run([sys.executable, "-c", orphan], check=True)
    return "started"


def bomb_with_threads() -> str:
    try:
        while True:
            threading.Thread(target=time.sleep, args=(600,)).start()
    except RuntimeError:
        return "no more threads"


def fork_and_return() -> str:
    os.fork()
    return "once"


def sleep(seconds: float, ready: str | None = None) -> None:
    if ready is not None:
        Path(ready).write_text(str(os.getpid()))
    time.sleep(seconds)


# Notebooks


def run_notebook(
    path: str, engine: str | None, parameters: dict[str, Any] | None = None, **options: Any
) -> tuple[list[str] | None, str]:
    """Run a notebook through papermill; return its error, if any, and what it wrote."""
    import papermill

    # ipykernel leaves descriptors alone where it finds this.
    os.environ.pop("PYTEST_CURRENT_TEST", None)
    output, error = Path(f"{path}.{engine}.out"), None
    try:
        papermill.execute_notebook(
            path,
            str(output),
            parameters,
            engine_name=engine,
            progress_bar=False,
            cwd=str(Path(path).parent),
            request_save_on_cell_execute=False,
            **options,
        )
    except Exception as raised:
        error = [type(raised).__name__, str(raised)]
    return error, output.read_text(encoding="utf-8") if output.exists() else ""


def execute_notebook(
    path: str,
    output: str | None = None,
    parameters: dict[str, Any] | None = None,
    journal: str | None = None,
    cell_seconds: int | None = None,
    cwd: str | None = None,
) -> dict[str, Any]:
    """Run a notebook through ``execute``; return it, and what the error says, if any."""
    import nbformat

    from evalkit.engine.execute import NotebookError, execute

    try:
        notebook = execute(
            Path(path),
            None if output is None else Path(output),
            parameters,
            journal=None if journal is None else Path(journal),
            cell_seconds=cell_seconds,
            cwd=None if cwd is None else Path(cwd),
        )
    except NotebookError as error:
        return {
            "message": str(error),
            "cell": error.cell,
            "ename": error.ename,
            "evalue": error.evalue,
            "notebook": nbformat.writes(error.notebook),
        }
    return {"notebook": nbformat.writes(notebook)}


def execute_or_raise(path: str, journal: str | None = None) -> None:
    from evalkit.engine.execute import execute

    execute(Path(path), journal=None if journal is None else Path(journal))


def state_around(path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a notebook that changes its process; return the state before and after."""
    import papermill

    log = io.StringIO()
    logging.basicConfig(stream=log, level=logging.INFO, format="%(message)s")
    # What is imported, and the event loop that nbclient keeps, stay.
    papermill.execute_notebook(path, None, engine_name="evalkit", progress_bar=False)
    before = _state()
    papermill.execute_notebook(path, None, engine_name="evalkit", progress_bar=False)
    assert log.getvalue().count("Executing notebook with kernel: python3") == 2
    return before, _state()


def _state() -> dict[str, Any]:
    import builtins
    import warnings

    return {
        "stdout": id(sys.stdout),
        "stderr": id(sys.stderr),
        "argv": sys.argv,
        "path": sys.path,
        "main": id(sys.modules["__main__"]),
        "folder": Path.cwd(),
        "environment": dict(os.environ),
        "filters": list(map(str, warnings.filters)),
        "interrupt": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
        "builtins": sorted(vars(builtins)),
        "input": id(builtins.input),
        "handlers": len(logging.getLogger().handlers),
        "level": logging.getLogger().level,
        "descriptors": len([*Path("/proc/self/fd").glob("*")]),
        "threads": threading.active_count(),
    }


def run_in_a_thread(path: str) -> tuple[list[str], str]:
    """Run a notebook where it cannot run in this process; return papermill's log and output."""
    import papermill

    log = io.StringIO()
    logging.basicConfig(stream=log, level=logging.INFO, format="%(message)s")
    output = Path(path).with_suffix(".out")
    thread = threading.Thread(
        target=papermill.execute_notebook,
        args=(path, str(output)),
        kwargs={"engine_name": "evalkit", "progress_bar": False},
    )
    thread.start()
    thread.join()
    shown = json.loads(output.read_text(encoding="utf-8"))["cells"][-1]["outputs"][0]
    return log.getvalue().splitlines(), "".join(shown["text"])
