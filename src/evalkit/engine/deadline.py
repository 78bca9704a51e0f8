"""A limit on the time that one cell may take."""

from __future__ import annotations

import _thread
import contextlib
import signal
import threading
from collections.abc import Generator
from types import FrameType

__all__ = ["Deadline"]

AGAIN = 1.0
"""Seconds until code that has caught the interrupt is interrupted again."""


class Deadline:
    """Interrupts what runs within :meth:`set`, as Ctrl-C would, when its time is over.

    Attributes
    ----------
    passed : bool
        Whether it did.
    """

    def __init__(self) -> None:
        self.passed = False

    @contextlib.contextmanager
    def set(self, seconds: float | None) -> Generator[None, None, None]:
        """Run the body for at most so long; ``None`` for ever."""
        self.passed = False
        if seconds is None:
            yield
            return
        with _interruptible():
            yield from self._set(seconds)

    def _set(self, seconds: float) -> Generator[None, None, None]:
        if hasattr(signal, "setitimer"):
            before = signal.signal(signal.SIGALRM, self._ring)
            signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6), AGAIN)
            try:
                yield
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)
        else:
            over = threading.Event()
            threading.Thread(target=self._wait, args=(seconds, over), daemon=True).start()
            try:
                yield
            finally:
                over.set()

    def _ring(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.passed = True
        signal.raise_signal(signal.SIGINT)

    def _wait(self, seconds: float, over: threading.Event) -> None:
        while not over.wait(seconds):
            self.passed = True
            _thread.interrupt_main()
            seconds = AGAIN


@contextlib.contextmanager
def _interruptible() -> Generator[None, None, None]:
    """Let SIGINT interrupt: what a script starts in the background is born deaf to it."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
