"""What many tests share: the sample as a workspace of its own, and its assessment."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from evalkit.assessment import Assessment, load_assessment

REPOSITORY = Path(__file__).parents[1]

# Started in the background by a script, everything is born deaf to Ctrl-C, which tests send.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository's workspace: settings, notebooks, sample data."""
    root = tmp_path_factory.mktemp("sample")
    shutil.copy(REPOSITORY / "evalkit.toml", root)
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks")
    shutil.copytree(REPOSITORY / "data" / "sample", root / "data" / "sample")
    return root


@pytest.fixture(scope="session")
def assessment(sample: Path) -> Assessment:
    """The sample's assessed year."""
    return load_assessment("2024-2025", workspace=sample)
