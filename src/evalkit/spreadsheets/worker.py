"""A reading process: file names in, books out, through its own pipes.

Run as ``python -m evalkit.spreadsheets.worker``. Requests and answers are pickles on the
standard input and output; anything that prints by accident goes nowhere.
"""

from __future__ import annotations

import gc
import os
import pickle
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from evalkit.findings import Location
from evalkit.personal_data import masked
from evalkit.spreadsheets import bounds, refusals
from evalkit.spreadsheets.model import Book
from evalkit.spreadsheets.pipes import send
from evalkit.spreadsheets.read import read
from evalkit.spreadsheets.refusals import Refusal

__all__ = ["main", "open_book", "serve"]

Answer = TypeVar("Answer")

_LONGEST_NAME = 255


def main() -> None:
    """Answer requests for books until the input ends."""
    serve(lambda path: open_book(Path(path)), send)


def serve(answer: Callable[[Any], Answer], give: Callable[[Answer, BinaryIO], None]) -> None:
    """Answer requests, one after the other, within bounds of time and memory, until they end."""
    requests, answers = _own_pipes()
    _limit_memory()
    # Thousands of cells a file would set off collection after collection; once a file is enough.
    gc.freeze()
    gc.disable()
    while True:
        try:
            request, seconds = pickle.load(requests)  # noqa: S301 - from who started us
        except EOFError:
            return
        _end_after(seconds + 10)  # later than the parent would end us, if it still lives
        give(answer(request), answers)
        _end_after(0)
        gc.collect(0)  # what this request left; what is remembered for the next one stays


def open_book(path: Path) -> Book:
    """Read a file here and now; whatever goes wrong is a finding of the book."""
    file = masked(path.name, _LONGEST_NAME)
    try:
        data = _data(path)
        return _refused(file, data) if isinstance(data, Refusal) else read(file, data)
    except MemoryError:
        return _refused(file, refusals.OUT_OF_MEMORY)
    except Exception:
        # A defect of this program must cost one file, and not the whole year.
        return _refused(file, refusals.DAMAGED)


def _data(path: Path) -> bytes | Refusal:
    try:
        # Anything but a regular file could block or never end.
        if not stat.S_ISREG(path.stat().st_mode):
            return refusals.MISSING
        with path.open("rb") as file:
            data = file.read(bounds.MAX_FILE + 1)
    except (OSError, ValueError):
        return refusals.MISSING
    return refusals.FILE_TOO_LARGE if len(data) > bounds.MAX_FILE else data


def _refused(file: str, refusal: Refusal) -> Book:
    return Book(file, None, (), (refusal.at(Location(file)),))


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take the standard pipes for ourselves and put nothing in their place."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    return requests, answers


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    try:
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = bounds.MAX_MEMORY
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    except (OSError, ValueError):
        return  # some platforms know the limit but do not let one set it


def _end_after(seconds: float) -> None:
    """Have the system end this process if it is still at the same file then; zero calls it off."""
    if sys.platform != "win32":
        import signal

        signal.alarm(int(seconds))


if __name__ == "__main__":
    main()
