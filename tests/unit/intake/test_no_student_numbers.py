"""Student numbers come in nowhere: a sheet that holds one is not read, no snapshot keeps one."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import openpyxl
import pytest

from evalkit.intake.snapshot import Snapshot, freeze
from evalkit.ledger import load_ledger
from evalkit.privacy.scan import scan_files
from evalkit.workspace import Workspace

YEAR = "2024-2025"
CODED = [sheet for sheet in load_ledger().sheets if sheet.coded]
WAYS = ["2022010345", 2022010345, "学号２０２２０１０３４５", "X2022010345"]


@pytest.fixture(scope="module")
def frozen(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Snapshot, dict[str, set[str]]]:
    """A year in whose ledgers a student number stands in every sheet of codes, in several ways."""
    root = tmp_path_factory.mktemp("numbers")
    (root / "evalkit.toml").write_text('[school]\nname = "社区大学"\n', "utf-8")
    folder = root / "data" / YEAR
    folder.mkdir(parents=True)
    planted: dict[str, set[str]] = {}
    for number, way in enumerate(WAYS, 1):
        name = f"台账_{YEAR}_C0{number}.xlsx"
        shutil.copy(repository / "data" / "sample" / YEAR / name, folder)
        book = openpyxl.load_workbook(folder / name)
        for sheet in CODED:
            page = book[sheet.tab]
            last = max(row for row in range(1, page.max_row + 1) if page.cell(row, 1).value)
            page.cell(last, 1).value = way
            planted.setdefault(sheet.name, set()).add(f"C0{number}")
        book.save(folder / name)
    return freeze(Workspace.find(root), Workspace.find(root).year(YEAR)), planted


def test_there_are_sheets_of_codes() -> None:
    assert {sheet.name for sheet in CODED} == {"peer_roster", "key_students", "crisis"}


def test_the_sheets_are_not_read_and_the_cell_is_told(
    frozen: tuple[Snapshot, dict[str, set[str]]],
) -> None:
    snapshot, planted = frozen
    told = {
        (finding.location.sheet, finding.location.file[-8:-5], finding.value)
        for finding in snapshot.findings
        if finding.code == "P01"
    }
    for sheet in CODED:
        table = snapshot.table(sheet.name)
        assert not set(table["college_code"]) & planted[sheet.name], sheet.name
        for college in planted[sheet.name]:
            assert (sheet.tab, college, "") in told


def test_no_file_of_the_snapshot_holds_one(
    frozen: tuple[Snapshot, dict[str, set[str]]],
) -> None:
    snapshot, _ = frozen
    paths = [path for path in snapshot.folder.iterdir() if path.is_file()]
    assert {"findings.json", "manifest.json", "peer_roster.parquet"} <= {p.name for p in paths}
    assert scan_files(paths) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_snapshot_is_its_owners_alone(frozen: tuple[Snapshot, dict[str, set[str]]]) -> None:
    snapshot, _ = frozen
    assert stat.S_IMODE(snapshot.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in snapshot.folder.iterdir()} == {0o600}
