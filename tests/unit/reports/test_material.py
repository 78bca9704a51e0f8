"""What reports are made from is known again without opening a workbook, until something changes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evalkit.assessment import Assessment
from evalkit.reports import material as module
from evalkit.reports.material import Material, read_material
from evalkit.workspace import AcademicYear, Workspace

YEAR = AcademicYear(2022)
LOOK = """
import sys
from evalkit.reports.material import read_material
from evalkit.workspace import Workspace
space = Workspace.find(sys.argv[1])
print(len(read_material(space, space.year("2022-2023")).colleges))
print(sorted({"pandas", "pyarrow", "numpy", "openpyxl", "matplotlib"} & sys.modules.keys()))
"""


@pytest.fixture
def root(sample: Path, assessment: Assessment, tmp_path: Path) -> Path:
    """A copy of the sample with its snapshots."""
    root = tmp_path / "own"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("reports", "reports.json"))
    return root


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each time when inputs are really read."""
    from evalkit.reports import reads

    times: list[str] = []
    real = reads.material_of

    def material_of(assessment: Assessment, *, compares: bool) -> Material:
        times.append(assessment.year.name)
        return real(assessment, compares=compares)

    monkeypatch.setattr(reads, "material_of", material_of)
    return times


def test_read_once(root: Path, counted: list[str]) -> None:
    space = Workspace.find(root)
    first, second = read_material(space, YEAR), read_material(space, YEAR)
    assert first == second
    assert counted == ["2022-2023"]
    result = subprocess.run(
        [sys.executable, "-c", LOOK, str(root)], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines() == ["8", "[]"]


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def _own_rubric(root: Path) -> None:
    builtin = module.RESOURCES / "rubrics" / "station-2024.yaml"
    shutil.copy(builtin, root / "rubric.yaml")
    _replace(root / "evalkit.toml", 'rubric = "station-2024"', 'rubric = "rubric.yaml"')


CHANGES: dict[str, Callable[[Path], object]] = {
    "a ledger": lambda root: shutil.copy(
        root / "data/sample/2022-2023/台账_2022-2023_C01.xlsx",
        root / "data/sample/2022-2023/台账_2022-2023_C02.xlsx",
    ),
    "a file that is no input": lambda root: (root / "data/sample/2022-2023/合影.jpg").write_bytes(
        b""
    ),
    "a college's further name": lambda root: _replace(
        root / "evalkit.toml", '["精化学院"]', '["精化学院", "精化系"]'
    ),
    "the rubric": _own_rubric,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_read_again_when_something_changed(
    root: Path, counted: list[str], change: Callable[[Path], object]
) -> None:
    read_material(Workspace.find(root), YEAR)
    change(root)
    read_material(Workspace.find(root), YEAR)
    assert counted == ["2022-2023"] * 2


def test_earlier_years_count(root: Path, counted: list[str]) -> None:
    space = Workspace.find(root)
    later = AcademicYear(2023)
    before = read_material(space, later)
    CHANGES["a ledger"](root)
    after = read_material(space, later)
    assert counted == ["2023-2024"] * 2
    assert after.snapshots["2022-2023"] != before.snapshots["2022-2023"]
    # Which of C07's counts are hidden hangs on those of C02.
    assert {code for code in before.reads if after.reads[code] != before.reads[code]} == {
        "C02", "C07", "school",
    }  # fmt: skip
    now, past = after.reads["C07"], before.reads["C07"]
    assert [part for part in now if now[part] != past[part]] == ["hidden"]


def test_notes_and_limits_are_no_change(root: Path, counted: list[str]) -> None:
    read_material(Workspace.find(root), YEAR)
    _replace(root / "evalkit.toml", "jobs = 2", "jobs = 3")
    (root / "data/sample/2022-2023/说明.md").write_text("无关", "utf-8")
    (root / "data/sample/2022-2023/~$台账_2022-2023_C01.xlsx").write_bytes(b"")
    read_material(Workspace.find(root), YEAR)
    assert counted == ["2022-2023"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"key": "x"}'])
def test_a_torn_note_is_passed_over(root: Path, counted: list[str], text: str) -> None:
    space = Workspace.find(root)
    first = read_material(space, YEAR)
    kept = space.snapshots / "2022-2023" / "reports.json"
    key = json.loads(kept.read_text("utf-8"))["key"]
    kept.write_text(text.replace("x", key), "utf-8")
    assert read_material(space, YEAR) == first
    assert len(counted) == 2


def test_a_file_changed_while_it_was_read_is_not_noted(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evalkit.reports import reads

    space = Workspace.find(root)
    real = reads.material_of

    def material_of(assessment: Assessment, *, compares: bool) -> Material:
        (root / "data/sample/2022-2023/迟到.xlsx").write_bytes(b"")
        return real(assessment, compares=compares)

    monkeypatch.setattr(reads, "material_of", material_of)
    read_material(space, YEAR)
    assert not (space.snapshots / "2022-2023" / "reports.json").exists()
