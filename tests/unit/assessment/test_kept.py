"""An assessment that is remembered, and when it no longer is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.assessment import Assessment, load_assessment
from evalkit.assessment.kept import forget, remember


@pytest.fixture
def own(tmp_path: Path, gaps: Assessment) -> Iterator[Path]:
    """A workspace of this test's own, with its snapshot."""
    root = tmp_path / "own"
    shutil.copytree(gaps.workspace.root, root)
    yield root
    forget()


def test_the_same_one_is_returned(own: Path) -> None:
    first = load_assessment(workspace=own)
    assert load_assessment(workspace=own) is not first
    remember(first)
    assert load_assessment(workspace=own) is first
    assert load_assessment("2024-2025", workspace=own / "data") is first
    forget()
    assert load_assessment(workspace=own) is not first


def test_not_for_another_audience_or_place(own: Path, gaps: Assessment) -> None:
    first = load_assessment(workspace=own)
    remember(first)
    assert load_assessment(workspace=own, audience="public") is not first
    assert load_assessment(workspace=gaps.workspace).workspace.root != own


def test_not_once_an_input_has_changed(own: Path) -> None:
    remember(load_assessment(workspace=own))
    file = own / "data" / "2024-2025" / "台账_2024-2025_C03.xlsx"
    file.unlink()
    now = load_assessment(workspace=own)
    assert "C03" not in now.figures[now.year].colleges


def test_not_once_the_settings_have_changed(own: Path) -> None:
    first = load_assessment(workspace=own)
    remember(first)
    settings = own / "evalkit.toml"
    settings.write_text(settings.read_text("utf-8").replace("社区大学", "开放大学"), "utf-8")
    assert load_assessment(workspace=own).workspace.school == "开放大学"


def test_not_once_the_snapshot_is_gone(own: Path) -> None:
    first = load_assessment(workspace=own)
    remember(first)
    shutil.rmtree(own / ".evalkit")
    assert load_assessment(workspace=own) is not first


def test_what_is_already_out_of_date_is_not_kept(own: Path) -> None:
    first = load_assessment(workspace=own)
    (own / "data" / "2024-2025" / "台账_2024-2025_C03.xlsx").unlink()
    remember(first)
    assert load_assessment(workspace=own) is not first


def test_the_later_one_counts(own: Path) -> None:
    first = load_assessment(workspace=own)
    second = replace(first)
    remember(first)
    remember(second)
    assert load_assessment(workspace=own) is second
