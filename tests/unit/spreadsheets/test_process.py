"""A watched process is started again after it ended, and nothing of the old one stays open."""

from __future__ import annotations

import pickle
import subprocess

import pytest

from evalkit.spreadsheets.process import EndedError, Watched, start

ENDS = ("-c", "pass")
ANSWERS = """
import pickle, sys
while True:
    asked, _seconds = pickle.load(sys.stdin.buffer)
    pickle.dump(asked, sys.stdout.buffer)
    sys.stdout.buffer.flush()
"""
ECHOES = ("-c", ANSWERS)


def test_one_that_ended_before_it_was_asked_leaves_no_pipe_open() -> None:
    begun: list[subprocess.Popen[bytes]] = []
    commands = iter([ENDS, ECHOES])

    def begin() -> subprocess.Popen[bytes]:
        begun.append(start(next(commands)))
        return begun[-1]

    watched = Watched(begin)
    watched.start()
    begun[0].wait()
    try:
        assert watched.ask("甲", pickle.load) == "甲"
        assert len(begun) == 2
        assert begun[0].stdin is not None
        assert begun[0].stdin.closed
        assert begun[0].stdout is not None
        assert begun[0].stdout.closed
    finally:
        watched.close()
    assert begun[1].returncode is not None


def test_a_closed_one_does_not_start_again() -> None:
    watched = Watched(lambda: start(ECHOES))
    watched.close()
    with pytest.raises(EndedError):
        watched.ask("甲", lambda pipe: pipe.read())
