"""A small workspace with three colleges and three judges, and the sample's with its evidence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evalkit.assessment import Assessment, load_assessment
from evalkit.workspace import Workspace

SETTINGS = """
[school]
name = "测试学院"
fictional = true

[years]
"2024-2025" = "assessed"

[[colleges]]
code = "C01"
name = "甲学院"
[[colleges]]
code = "C02"
name = "乙学院"
[[colleges]]
code = "C03"
name = "丙学院"

[[judges]]
code = "J01"
type = "校内"
college = "C02"
[[judges]]
code = "J02"
type = "校内"
[[judges]]
code = "J03"
type = "校外"
recused = ["C01"]
"""


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    (tmp_path / "evalkit.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "data" / "2024-2025").mkdir(parents=True)
    return Workspace.find(tmp_path)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Workspace:
    """The sample's workspace with its last two years, to be changed by the tests of a module."""
    root = tmp_path_factory.mktemp("school")
    shutil.copy(repository / "evalkit.toml", root)
    for year in ("2023-2024", "2024-2025"):
        shutil.copytree(repository / "data" / "sample" / year, root / "data" / "sample" / year)
    return Workspace.find(root)


@pytest.fixture(scope="session")
def seen(sample: Path) -> Assessment:
    """The sample's year as the panel sees it."""
    return load_assessment("2024-2025", workspace=sample, audience="panel")
