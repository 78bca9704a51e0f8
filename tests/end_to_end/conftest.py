"""One packet of reports, made once by the real command."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Run:
    """What the command left and said."""

    root: Path
    folder: Path
    stdout: str
    stderr: str
    status: int


def run_evalkit(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from evalkit.cli import main; main()", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="session")
def packet(sample: Path) -> Run:
    result = run_evalkit(sample, "report", "--year", "2024-2025")
    folder = sample / "reports" / "2024-2025"
    return Run(sample, folder, result.stdout, result.stderr, result.returncode)
