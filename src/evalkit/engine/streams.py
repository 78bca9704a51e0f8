"""Standard output and error of a notebook, down to the descriptors that programs write to."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from ipykernel.iostream import IOPubThread, OutStream
from jupyter_client.session import Session

__all__ = ["Descriptor", "NotebookStream", "turned_away"]

LIVE = 0.2
"""Seconds after which text is shown while its cell still runs, if anyone watches."""


class Descriptor:
    """Descriptor 1 or 2, turned to a file that nobody else sees (not on Windows, as in ipykernel).

    What C libraries and subprocesses write is read back from there; a thread is not needed.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.outside = os.dup(number)
        made, name = tempfile.mkstemp(prefix="evalkit-", suffix=".out")
        os.close(made)
        written = os.open(name, os.O_WRONLY | os.O_APPEND)
        self._read = os.open(name, os.O_RDONLY)
        Path(name).unlink()
        os.dup2(written, number)
        os.close(written)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def pull(self) -> str:
        """Return what was written since the last time."""
        text = []
        while part := os.read(self._read, 2**20):
            text.append(self._decoder.decode(part))
        return "".join(text)

    def restore(self) -> None:
        """Turn it back."""
        os.dup2(self.outside, self.number)
        os.close(self.outside)
        os.close(self._read)


_OutStream: Any = OutStream  # half of it has no types


class _NoThread(IOPubThread):
    """Stands where ipykernel has a thread: does at once what it is asked to do."""

    thread = None  # type: ignore[assignment]
    io_loop = None  # type: ignore[assignment]

    def __init__(self) -> None:
        """Start nothing."""

    def schedule(self, f: Callable[[], object]) -> None:
        """Call `f`."""
        f()


class NotebookStream(_OutStream):  # type: ignore[misc]
    """``sys.stdout`` or ``sys.stderr`` as cells see it.

    Text is kept until the cell flushes, shows something or ends, as in ipykernel; what was written
    to the descriptor meanwhile comes in its place.

    Parameters
    ----------
    written : callable
        Told the name of the stream and each piece of text as it is written.
    live : bool
        Whether someone watches while the cell runs. If nobody does, how the text is divided into
        outputs does not hang on time.
    """

    def __init__(
        self,
        session: Session,
        name: str,
        descriptor: Descriptor | None,
        written: Callable[[str, str], object],
        *,
        live: bool,
    ) -> None:
        super().__init__(session, _NoThread(), name, watchfd=False)
        self._descriptor = descriptor
        self._written = written
        self._live = live
        self._shown = time.monotonic()
        self._pulling = threading.RLock()
        if descriptor is not None:
            self._original_stdstream_copy = descriptor.outside

    def write(self, string: str) -> int:
        """Take text."""
        if not self._is_master_process() and self._descriptor is not None:
            # A forked process writes to the file; whoever forked it reads it back.
            return os.write(self._descriptor.number, string.encode("utf-8", "replace"))
        self._pull()
        return self._take(string)

    def flush(self) -> None:
        """Show what was taken."""
        if self._is_master_process():
            self._pull()
            super().flush()

    def _take(self, string: str) -> int:
        length: int = super().write(string)
        self._written(self.name, string)
        return length

    def _pull(self) -> None:
        if self._descriptor is not None:
            with self._pulling:
                text = self._descriptor.pull()
                if text:
                    self._take(text)

    def _schedule_flush(self) -> None:
        now = time.monotonic()
        if self._live and now - self._shown > LIVE:
            self._shown = now
            self._flush()


@contextlib.contextmanager
def turned_away() -> Generator[dict[int, Descriptor], None, None]:
    """Turn descriptors 1 and 2 to files for a while, and 0 to nothing."""
    if sys.platform == "win32":
        yield {}
        return
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            with contextlib.suppress(ValueError):  # closed
                stream.flush()
    stdin = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    descriptors = {number: Descriptor(number) for number in (1, 2)}
    try:
        yield descriptors
    finally:
        for descriptor in descriptors.values():
            descriptor.restore()
        os.dup2(stdin, 0)
        os.close(stdin)
