"""The parent of all reports' processes must be able to fork: it has one thread."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import run_evalkit

WARM = """
from evalkit.engine.child import call
from evalkit.engine.system import thread_names
from evalkit.privacy.gate import Gate
from evalkit.reports.orders import warm_up_of
from evalkit.reports.survey import Wanted, survey
from evalkit.workspace import Workspace

space = Workspace.find()
function, arguments = warm_up_of(space, survey(space, space.year(), Wanted()), Gate())
call(function, arguments)
print(len(thread_names()))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks on Linux only")
def test_warming_up_leaves_no_thread(sample: Path) -> None:
    from evalkit.engine.warm import ENVIRONMENT

    # The command reads the inputs, in a process of its own; reading leaves a thread.
    assert run_evalkit(sample, "status").returncode in (0, 1)
    done = subprocess.run(
        [sys.executable, "-c", WARM],
        cwd=sample,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "1", done.stdout + done.stderr
