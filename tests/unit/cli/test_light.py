"""The command starts quickly, because it imports late."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SHOW = """
import sys
from evalkit.cli import main
try:
    main()
finally:
    print("modules:", *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
HEAVY = {
    "IPython", "ipykernel", "matplotlib", "nbconvert", "nbformat", "numpy", "openpyxl", "pandas",
    "papermill", "pyarrow", "rich",
}  # fmt: skip


def modules(place: Path, *arguments: str) -> set[str]:
    result = subprocess.run(
        [sys.executable, "-c", SHOW, *arguments], cwd=place, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    return set(result.stderr.rpartition("modules:")[2].split())


def test_help_needs_next_to_nothing(tmp_path: Path) -> None:
    loaded = modules(tmp_path, "--help")
    assert "click" in loaded
    assert not loaded & {*HEAVY, "pydantic", "yaml"}


@pytest.mark.parametrize("command", ["due", "report", "schedule", "status"])
def test_help_of_commands_that_must_be_quick(tmp_path: Path, command: str) -> None:
    loaded = modules(tmp_path, command, "--help")
    assert "click" in loaded
    assert not loaded & HEAVY
