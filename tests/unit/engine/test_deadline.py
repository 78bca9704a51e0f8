"""A limit on time interrupts as Ctrl-C would."""

from __future__ import annotations

import signal
import time

import pytest

from evalkit.engine.deadline import Deadline


@pytest.fixture(params=["alarm", "thread"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "thread":
        monkeypatch.delattr(signal, "setitimer", raising=False)
    elif not hasattr(signal, "setitimer"):
        pytest.skip("no alarm here")


def turn() -> None:
    while True:
        pass


def test_it_interrupts_what_takes_too_long() -> None:
    deadline = Deadline()
    with pytest.raises(KeyboardInterrupt), deadline.set(0.05):
        turn()
    assert deadline.passed


def test_it_interrupts_what_was_started_in_the_background() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(KeyboardInterrupt), Deadline().set(0.05):
            turn()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_it_interrupts_again() -> None:
    deadline = Deadline()
    caught = 0
    with deadline.set(0.05):
        while caught < 2:
            try:
                turn()
            except KeyboardInterrupt:
                caught += 1
    assert deadline.passed


def test_it_lets_the_rest_alone() -> None:
    deadline = Deadline()
    with deadline.set(0.05):
        pass
    with deadline.set(None):
        time.sleep(0.1)
    assert not deadline.passed
