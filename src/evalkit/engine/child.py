"""Inside the process of one task: make it its own, call the function, leave the result."""

from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import importlib
import os
import pickle
import random
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evalkit.engine.sentences import explain
from evalkit.engine.system import limit_address_space

__all__ = ["Result", "call", "prepare", "warm_up", "work"]

Result = tuple[str, object, str]
"""``done``, the pickled value, nothing; or ``failed``, ``memory`` or ``warm``, message, detail."""


def call(function: str, arguments: Mapping[str, Any]) -> object:
    """Call ``package.module:function`` with `arguments`."""
    module, _, name = function.partition(":")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found(**arguments)


def warm_up(folder: Path, modules: Sequence[str]) -> Result | None:
    """Call the functions of ``warm`` in `folder`, then import the modules of the tasks.

    Returns
    -------
    tuple, optional
        What went wrong in a function. A module that cannot be imported is told by its tasks.
    """
    try:
        functions: Sequence[tuple[str, Mapping[str, Any]]] = pickle.loads(  # noqa: S301
            (folder / "warm").read_bytes()
        )
        for function, arguments in functions:
            call(function, arguments)
    except Exception as error:  # whatever it is, whoever asked must be told
        return ("warm", explain(error), traceback.format_exc())
    for module in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    return None


def prepare(log: Path, name: str, memory: int | None) -> None:
    """Make this process the task's own: its log, its signals, its random numbers, its limit.

    What it prints outside of a notebook, and what faulthandler says when it crashes, goes to `log`.
    Core files are not wanted.
    """
    with contextlib.suppress(ImportError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(written, 1)
    os.dup2(written, 2)
    # faulthandler needs the log even when a notebook has turned 1 and 2 elsewhere.
    faulthandler.enable(written, all_threads=False)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "win32":
        signal.signal(signal.SIGBREAK, signal.default_int_handler)
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
    if memory is not None:
        limit_address_space(memory)


def work(folder: Path, number: int) -> None:
    """Do task `number` of `folder` and leave its result there, whole or not at all."""
    owner = os.getpid()
    result = _result(folder / f"{number}.task")
    if os.getpid() != owner:  # the task has forked, and the copy came back
        os._exit(0)
    leave(folder, number, result)


def leave(folder: Path, number: int, result: Result) -> None:
    """Write a result where whoever asked will look for it."""
    part = folder / f"{number}.part"
    part.write_bytes(pickle.dumps(result))
    part.replace(folder / f"{number}.result")


def _result(path: Path) -> Result:
    try:
        function, arguments = pickle.loads(path.read_bytes())  # noqa: S301
        value = call(function, arguments)
        return ("done", pickle.dumps(value), "")
    except MemoryError:
        return ("memory", "", traceback.format_exc())
    except BaseException as error:  # KeyboardInterrupt and SystemExit too: all end the task
        kind = "memory" if getattr(error, "ename", None) == "MemoryError" else "failed"
        return (kind, explain(error), traceback.format_exc())
