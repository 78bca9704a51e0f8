"""A school on paper, and stand-ins for the systems' own programs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)

from paper_school import School  # noqa: E402
from stand_ins import Programs  # noqa: E402


@pytest.fixture
def school(tmp_path: Path) -> School:
    root = tmp_path / "社区 大学"
    root.mkdir()
    return School(root)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    return Programs(tmp_path, monkeypatch)
