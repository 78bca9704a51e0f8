"""Makes ``chores`` and ``awkward`` importable here and in the processes of tasks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)


@pytest.fixture(params=["fork", "process"])
def method(request: pytest.FixtureRequest) -> str:
    """Both ways to have a process for each task."""
    if request.param == "fork" and not sys.platform.startswith("linux"):
        pytest.skip("no fork here")
    return str(request.param)
