"""Reading processes: files out to them, books back in order.

The reading library allocates what a file asks for and may abort the whole process; a broken
file may also keep it busy for ever. So files are read in processes of our own, which are
watched, ended and started anew. They are plain subprocesses: `multiprocessing` would import the
user's main module again, which in a notebook is none.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

from evalkit.findings import Location
from evalkit.personal_data import masked
from evalkit.spreadsheets import bounds, refusals
from evalkit.spreadsheets.model import Book
from evalkit.spreadsheets.pipes import receive
from evalkit.spreadsheets.refusals import Refusal

__all__ = ["read_book", "read_books"]

COMMAND = ("-m", "evalkit.spreadsheets.worker")
"""What a reading process runs."""

LARGE = 200_000
"""Cells of a file after which its reading process is started anew."""

_NO_WINDOW = 0x08000000  # on Windows, a console would flash up


def read_books(paths: Sequence[Path], jobs: int = 2) -> Iterator[Book]:
    """Read spreadsheet files, several at a time.

    Parameters
    ----------
    paths : sequence of Path
        The files; they are only read.
    jobs : int
        How many processes read at once.

    Yields
    ------
    Book
        One for each path, in the order of the paths. Whatever is wrong with a file is a finding
        of its book. The processes end with the iterator, also if it is left early.
    """
    jobs = max(1, min(jobs, len(paths)))
    readers = [Reader() for _ in range(jobs)]
    free: SimpleQueue[Reader] = SimpleQueue()
    for reader in readers:
        free.put(reader)

    def read(path: Path) -> Book:
        reader = free.get()
        try:
            return reader.read(path)
        finally:
            free.put(reader)

    executor = ThreadPoolExecutor(jobs, "evalkit-reader")
    waiting: deque[Future[Book]] = deque()
    try:
        for path in paths:
            waiting.append(executor.submit(read, path))
            # A few ahead keep the processes busy; all of them would fill the memory.
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        for reader in readers:
            reader.close()
        executor.shutdown()


def read_book(path: Path) -> Book:
    """Read one spreadsheet file.

    Returns
    -------
    Book
        Whatever is wrong with the file is a finding of the book.
    """
    (book,) = read_books([path], jobs=1)
    return book


class Reader:
    """One reading process, started when first needed and again after it ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._closed = False

    def read(self, path: Path) -> Book:
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._kill()

        watch = threading.Timer(bounds.SECONDS, give_up)
        watch.daemon = True
        watch.start()
        try:
            book = self._ask(path)
        finally:
            # Waited for: a watch that strikes now must not end the process of the next file.
            watch.cancel()
            watch.join()
        if book is not None and not late.is_set():
            if _is_large(book):
                self._kill()  # what it holds on to would be missing for the next file
            return book
        self._kill()
        refusal = refusals.TIME_OUT if late.is_set() else refusals.CRASHED
        return _refused(path, refusal)

    def close(self) -> None:
        """End the process, even in the middle of a file."""
        self._closed = True
        self._kill()

    def _ask(self, path: Path) -> Book | None:
        """Return the answer, or nothing if the process died over it."""
        try:
            process = self._started()
            if process is None or process.stdin is None or process.stdout is None:
                return None
            pickle.dump((os.fspath(path.absolute()), bounds.SECONDS), process.stdin)
            process.stdin.flush()
            return receive(process.stdout)
        except (OSError, ValueError, EOFError, pickle.UnpicklingError):
            return None

    def _started(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._closed:
                return None
            if self._process is None or self._process.poll() is not None:
                self._process = _start()
            return self._process

    def _kill(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        with suppress(OSError):
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _start() -> subprocess.Popen[bytes]:
    # The process finds modules where we do, but never in the current folder.
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-P", *COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
        creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
    )


def _is_large(book: Book) -> bool:
    cells = sum(len(sheet.grid) * len(sheet.grid[0]) for sheet in book.sheets if sheet.grid)
    return cells > LARGE or any(finding.code == "F06" for finding in book.findings)


def _refused(path: Path, refusal: Refusal) -> Book:
    file = masked(path.name, 255)
    return Book(file, None, (), (refusal.at(Location(file)),))
