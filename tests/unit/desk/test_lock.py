from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from evalkit.desk.lock import HeldElsewhereError, hold_file

HOLD = """
import sys, time
from pathlib import Path
from evalkit.desk.lock import hold_file
with hold_file(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_holder_at_a_time_and_none_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "a" / ".lock"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(HeldElsewhereError), hold_file(path, 0.05):
            pass
        process.kill()
    with hold_file(path, 1):
        pass


def test_it_is_let_go_when_something_fails(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with pytest.raises(ValueError, match="x"), hold_file(path):
        raise ValueError("x")
    with hold_file(path, 0.05), pytest.raises(HeldElsewhereError), hold_file(path, 0.05):
        pass
