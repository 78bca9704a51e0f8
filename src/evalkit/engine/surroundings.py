"""What a notebook finds in a process that was not started for it, and leaves behind in it."""

from __future__ import annotations

import builtins
import contextlib
import getpass
import io
import logging
import os
import signal
import sys
import warnings
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["as_found", "outside", "outside_of"]

INLINE = "module://matplotlib_inline.backend_inline"
_OF_SYS = ("argv", "displayhook", "excepthook", "path", "stderr", "stdin", "stdout")


@contextlib.contextmanager
def as_found() -> Generator[None, None, None]:
    """Let the body find what a fresh kernel would find, and put everything back after it.

    Modules stay imported, and what a notebook has changed in them stays changed: notebooks that
    must not meet get processes of their own (:mod:`evalkit.engine.warm`).
    """
    of_sys = {name: getattr(sys, name) for name in _OF_SYS}
    main, known = sys.modules["__main__"], dict(vars(builtins))
    environment, folder = dict(os.environ), Path.cwd()
    asked, secret = builtins.input, getpass.getpass
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        launcher = find_spec("ipykernel_launcher")
        sys.argv = [str(launcher.origin if launcher else "ipykernel_launcher")]
        sys.path = _with_working_folder(sys.path)
        os.environ.setdefault("MPLBACKEND", INLINE)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with warnings.catch_warnings(), _no_logging():
            yield
    finally:
        signal.signal(signal.SIGINT, interrupt)
        builtins.input, getpass.getpass = asked, secret
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        for name in set(vars(builtins)) - set(known):
            delattr(builtins, name)
        sys.modules["__main__"] = main
        for name, value in of_sys.items():
            setattr(sys, name, value)


@contextlib.contextmanager
def outside() -> Generator[None, None, None]:
    """Let what papermill writes (log, progress) reach the outside while descriptors are turned.

    ``sys.stdout``, ``sys.stderr`` and the handlers of loggers get streams on copies of the
    descriptors.
    """
    before = sys.stdout, sys.stderr
    copies = {id(stream): outside_of(stream) for stream in before}
    sys.stdout, sys.stderr = (copies[id(stream)] for stream in before)
    moved: list[tuple[logging.StreamHandler[Any], Any]] = []
    for handler in _handlers():
        if isinstance(handler, logging.StreamHandler) and id(handler.stream) in copies:
            moved.append((handler, handler.stream))
            handler.stream = copies[id(handler.stream)]
    try:
        yield
    finally:
        for handler, stream in moved:
            handler.stream = stream
        sys.stdout, sys.stderr = before
        for stream in before:
            if copies[id(stream)] is not stream:
                copies[id(stream)].close()


def outside_of(stream: Any) -> Any:
    """Return a stream that writes where this one does, on a descriptor of its own.

    A stream that is not on descriptor 1 or 2 is returned itself.
    """
    try:
        number = stream.fileno()
    except (AttributeError, OSError, ValueError):  # no stream, none with a descriptor, closed
        return stream
    if number not in (1, 2):
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.FileIO(os.dup(number), "w"),
        encoding=stream.encoding,
        errors=stream.errors,
        write_through=True,
    )


def _with_working_folder(path: list[str]) -> list[str]:
    """Put the working folder where IPython has it: behind Python's own modules."""
    places = (n for n, entry in enumerate(path) if Path(entry).name.endswith("-packages"))
    place = next(places, len(path))
    return [*path[:place], "", *path[place:]]


@contextlib.contextmanager
def _no_logging() -> Generator[None, None, None]:
    """Keep papermill's log and what cells log apart.

    A fresh kernel has no handlers at the root, and papermill's log is not in its process.
    """
    root, own = logging.getLogger(), logging.getLogger("papermill")
    found, level = root.handlers[:], root.level
    passing, own_found, own_level = own.propagate, own.handlers[:], own.level
    own.setLevel(own.getEffectiveLevel())
    root.handlers[:] = []
    root.setLevel(logging.WARNING)
    kept = [*own_found, *(found if passing else ())]
    own.handlers[:] = kept or [logging.StreamHandler(sys.stderr)]
    own.propagate = False
    try:
        yield
    finally:
        own.handlers[:], own.propagate = own_found, passing
        own.setLevel(own_level)
        root.handlers[:] = found
        root.setLevel(level)


def _handlers() -> Iterator[logging.Handler]:
    yield from logging.getLogger().handlers
    for logger in logging.Logger.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            yield from logger.handlers
