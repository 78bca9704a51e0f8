"""Reading processes: files out to them, books back in order.

The reading library allocates what a file asks for and may abort the whole process; a broken
file may also keep it busy for ever. So files are read in processes of our own, which are
watched, ended and started anew (:mod:`evalkit.spreadsheets.process`).
"""

from __future__ import annotations

import os
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol, TypeVar

from evalkit.findings import Location
from evalkit.personal_data import masked
from evalkit.spreadsheets import refusals
from evalkit.spreadsheets.model import Book
from evalkit.spreadsheets.pipes import receive
from evalkit.spreadsheets.process import EndedError, Watched, start

__all__ = ["in_order", "read_book", "read_books", "refused_book"]

Item = TypeVar("Item")
Answer = TypeVar("Answer")

COMMAND = ("-m", "evalkit.spreadsheets.worker")
"""What a reading process runs."""

LARGE = 200_000
"""Cells of a file after which its reading process is started anew."""


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
    readers = [Reader() for _ in range(max(1, min(jobs, len(paths))))]
    yield from in_order(readers, paths, Reader.read)


class Closable(Protocol):
    """What answers, until it is closed."""

    def close(self) -> None:
        """End it."""


Process = TypeVar("Process", bound=Closable)


def in_order(
    processes: Sequence[Process], items: Sequence[Item], ask: Callable[[Process, Item], Answer]
) -> Iterator[Answer]:
    """Have each item answered by whichever process is free; yield in the order of the items.

    The processes are closed at the end, also if the iterator is left early.
    """
    free: SimpleQueue[Process] = SimpleQueue()
    for process in processes:
        free.put(process)

    def answer(item: Item) -> Answer:
        process = free.get()
        try:
            return ask(process, item)
        finally:
            free.put(process)

    executor = ThreadPoolExecutor(len(processes), "evalkit-reader")
    waiting: deque[Future[Answer]] = deque()
    try:
        for item in items:
            waiting.append(executor.submit(answer, item))
            # A few ahead keep the processes busy; all of them would fill the memory.
            if len(waiting) > 2 * len(processes):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        for process in processes:
            process.close()
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
    """One reading process."""

    def __init__(self) -> None:
        self._process = Watched(lambda: _start())

    def read(self, path: Path) -> Book:
        """Read a file; a process that dies or hangs over it costs this file only."""
        try:
            book = self._process.ask(os.fspath(path.absolute()), receive)
        except (TimeoutError, EndedError) as error:
            return refused_book(path, error)
        if _is_large(book):
            self._process.kill()  # what it holds on to would be missing for the next file
        return book

    def close(self) -> None:
        """End the process, even in the middle of a file."""
        self._process.close()


def refused_book(path: Path, error: TimeoutError | EndedError) -> Book:
    """Return the book of a file whose reading process took too long or ended over it."""
    refusal = refusals.TIME_OUT if isinstance(error, TimeoutError) else refusals.CRASHED
    file = masked(path.name, 255)
    return Book(file, None, (), (refusal.at(Location(file)),))


def _start() -> subprocess.Popen[bytes]:
    return start(COMMAND)


def _is_large(book: Book) -> bool:
    cells = sum(len(sheet.grid) * len(sheet.grid[0]) for sheet in book.sheets if sheet.grid)
    return cells > LARGE or any(finding.code == "F06" for finding in book.findings)
