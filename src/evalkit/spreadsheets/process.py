"""A process of our own that answers requests, and is ended when it takes too long.

Plain subprocesses: `multiprocessing` would import the user's main module again, which in a
notebook is none.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, TypeVar

from evalkit.spreadsheets import bounds

__all__ = ["EndedError", "Watched", "start"]

Answer = TypeVar("Answer")

_NO_WINDOW = 0x08000000  # on Windows, a console would flash up


class EndedError(Exception):
    """The process ended, or could not be started, before it answered."""


class Watched:
    """One process, started when first needed and again after it ended.

    Parameters
    ----------
    begin : callable
        Starts it, with pipes for its standard input and output.
    """

    def __init__(self, begin: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._begin = begin
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._closed = False

    def ask(self, request: object, receive: Callable[[IO[bytes]], Answer]) -> Answer:
        """Send a request, and how many seconds it may take; return what `receive` reads.

        Raises
        ------
        TimeoutError
            If the answer took longer than :data:`evalkit.spreadsheets.bounds.SECONDS`.
        EndedError
            If there was none.
        """
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self.kill()

        watch = threading.Timer(bounds.SECONDS, give_up)
        watch.daemon = True
        watch.start()
        try:
            answer = self._answer(request, receive)
        except (OSError, ValueError, EOFError, pickle.UnpicklingError) as error:
            self.kill()
            raise (TimeoutError() if late.is_set() else EndedError()) from error
        finally:
            # Waited for: a watch that strikes now must not end the process of the next request.
            watch.cancel()
            watch.join()
        if late.is_set():
            raise TimeoutError
        return answer

    def close(self) -> None:
        """End the process for good, even in the middle of a request."""
        self._closed = True
        self.kill()

    def kill(self) -> None:
        """End the process; the next request starts another."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            _end(process)

    def start(self) -> None:
        """Start the process before it is needed, so that it is ready when it is."""
        with suppress(OSError):
            self._started()

    def _answer(self, request: object, receive: Callable[[IO[bytes]], Answer]) -> Answer:
        process = self._started()
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        pickle.dump((request, bounds.SECONDS), process.stdin)
        process.stdin.flush()
        return receive(process.stdout)

    def _started(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._closed:
                return None
            if self._process is not None and self._process.poll() is not None:
                # It ended while nothing was asked of it: its pipes are still open here.
                ended, self._process = self._process, None
                _end(ended)
            if self._process is None:
                self._process = self._begin()
            return self._process


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start Python with this command, modules found where we find them."""
    # The process finds modules where we do, but never in the current folder.
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, "-P", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
        creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
    )
