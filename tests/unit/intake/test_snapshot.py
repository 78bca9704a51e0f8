"""A year frozen: the same inputs give the same bytes, other inputs another snapshot."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evalkit.errors import NoDataError
from evalkit.intake import Snapshot, YearIntake, freeze, read_year
from evalkit.ledger import Ledger
from evalkit.ledger.workbook import Record
from evalkit.rubric import Rubric
from evalkit.workspace import AcademicYear

Scored = Callable[..., Record]


def fill(year_folder: Any, scored: Scored) -> None:
    """Write two colleges and two judges, two faults among them."""
    year_folder.college("C01", {"monthly": [{"month": "2024-09"}]})
    year_folder.college("C02", cover={"n_students": 9999})
    year_folder.judge(
        [scored("J01", "C01", s23=8.5, total_reported=98.5), scored("J01", "C02", s23=11)]
    )
    blank = {f"s{n}": None for n in (11, 12, 13, 21, 22, 23, 24, 25, 26, 31)}
    recused = scored("J02", "C02", judge_college="C02", recused=True, total_reported=None, **blank)
    year_folder.judge([recused], "J02")


pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture
def frozen(
    year_folder: Any, scored: Scored, ledger: Ledger, rubric: Rubric
) -> Callable[[], Snapshot]:
    """Freeze the year as it is at the moment of the call."""
    fill(year_folder, scored)
    return lambda: freeze(year_folder.workspace, year_folder.year, ledger=ledger, rubric=rubric)


@pytest.fixture(scope="module")
def once(
    tmp_path_factory: pytest.TempPathFactory,
    new_year_folder: Any,
    scored: Scored,
    ledger: Ledger,
    rubric: Rubric,
) -> tuple[YearIntake, Snapshot]:
    """The year as it is read, and its snapshot; for tests that change neither."""
    folder = new_year_folder(tmp_path_factory.mktemp("once"))
    fill(folder, scored)
    read = read_year(folder.workspace, folder.year, ledger, rubric)
    return read, freeze(folder.workspace, folder.year, ledger=ledger, rubric=rubric)


def sha256_of(read: YearIntake, place: int) -> str:
    return hashlib.sha256(read.inputs[place].path.read_bytes()).hexdigest()


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class TestIdentity:
    def test_same_inputs_same_id_and_bytes(self, frozen: Any) -> None:
        first = frozen()
        before = contents(first.folder)
        first.folder.rename(first.folder.with_name("aside"))
        again = frozen()
        assert (again.id, again.folder) == (first.id, first.folder)
        assert contents(again.folder) == before
        assert set(before) >= {
            "manifest.json",
            "findings.json",
            "score_sheets.json",
            "base_info.parquet",
        }

    def test_same_in_another_place(self, year_folder: Any, frozen: Any, tmp_path: Path) -> None:
        first = frozen()
        other = tmp_path / "other"
        inputs = other / "data" / "2024-2025"
        inputs.mkdir(parents=True)
        for path in year_folder.folder.iterdir():
            (inputs / path.name).write_bytes(path.read_bytes())
        (other / "evalkit.toml").write_text('[school]\nname = "别的学院"\n', encoding="utf-8")
        again = freeze(year_folder.workspace.find(other), year_folder.year)
        assert again.id == first.id
        assert contents(again.folder) == contents(first.folder)

    def test_used_and_not_made_again(self, frozen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        first = frozen()

        def refuse(*_: object) -> None:
            raise AssertionError("read again")

        monkeypatch.setattr("evalkit.intake.snapshot.read_year", refuse)
        assert frozen().manifest == first.manifest

    def test_changed_input_gives_another_beside_the_old(
        self, year_folder: Any, frozen: Any
    ) -> None:
        first = frozen()
        before = contents(first.folder)
        year_folder.college("C01", cover={"filled_by": "己"})
        second = frozen()
        assert second.id != first.id
        assert second.folder.parent == first.folder.parent
        assert contents(first.folder) == before
        assert [s.tables["base_info"]["filled_by"][0] for s in (first, second)] == ["丁", "己"]

    def test_changed_rules_give_another(
        self, year_folder: Any, scored: Scored, rubric: Rubric, ledger: Ledger
    ) -> None:
        fill(year_folder, scored)
        year, workspace = year_folder.year, year_folder.workspace
        other_rubric = rubric.model_copy(update={"version": "2026"})
        other_ledger = ledger.model_copy(update={"version": "2026.1"})
        listed = year_folder.settings('[[colleges]]\ncode = "C01"\nname = "化学工程学院"\n')
        ids = {
            freeze(workspace, year).id,
            freeze(workspace, year, rubric=other_rubric).id,
            freeze(workspace, year, ledger=other_ledger).id,
            freeze(listed, year).id,
        }
        assert len(ids) == 4

    def test_file_whose_name_is_unknown_counts(self, year_folder: Any, frozen: Any) -> None:
        first = frozen()
        (year_folder.folder / "说明.docx").write_bytes(b"x")
        second = frozen()
        assert second.id != first.id
        assert [f.code for f in second.findings].count("F05") == 1

    def test_snapshots_of_an_older_format_are_left_alone(
        self, frozen: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("evalkit.intake.snapshot.FORMAT", 1)
            old = frozen()
        before = contents(old.folder)
        new = frozen()
        assert new.id != old.id
        assert (old.manifest["format"], new.manifest["format"]) == (1, 3)
        assert contents(old.folder) == before

    def test_last_years_classes_count_and_are_held_against(
        self, year_folder: Any, frozen: Any, new_year_folder: Any, tmp_path: Path
    ) -> None:
        first = frozen()
        before = new_year_folder(tmp_path / "before")
        earlier = year_folder.workspace.inputs(AcademicYear(2023))
        ids = {first.id}
        for grade in (2022, 2023):
            classes = [{"grade": f"{grade}级", "class_name": "分析01班", "n_in_class": 30,
                        "on_campus_s2": True}]  # fmt: skip
            path = before.college("C01", {"class_base": classes})
            earlier.mkdir(exist_ok=True)
            (earlier / "台账_2023-2024_C01.xlsx").write_bytes(path.read_bytes())
            snapshot = frozen()
            ids.add(snapshot.id)
            vanished = [f for f in snapshot.findings if f.code == "Y01"]
            assert [f.location.file for f in vanished] == ["台账_2024-2025_C01.xlsx"]
        assert len(ids) == 3
        # What else was handed in last year changes nothing here.
        (earlier / "说明.docx").write_bytes(b"x")
        assert frozen().id == snapshot.id

    def test_last_year_without_a_ledger_is_no_last_year(
        self, year_folder: Any, frozen: Any
    ) -> None:
        first = frozen()
        year_folder.workspace.inputs(AcademicYear(2023)).mkdir()
        assert frozen().id == first.id

    def test_open_workbook_and_hidden_files_do_not(self, year_folder: Any, frozen: Any) -> None:
        first = frozen()
        for name in ("~$台账_2024-2025_C01.xlsx", ".DS_Store", "README.md"):
            (year_folder.folder / name).write_bytes(b"x")
        assert frozen().id == first.id


class TestContent:
    def test_tables_with_their_types(
        self, once: tuple[YearIntake, Snapshot], ledger: Ledger
    ) -> None:
        read, tables = once[0], once[1].tables
        assert set(tables) == set(read.tables) == {sheet.name for sheet in ledger.sheets}
        for name, frame in read.tables.items():
            pd.testing.assert_frame_equal(tables[name], frame, check_exact=True)
        assert len(tables["base_info"]) == 2
        assert tables["base_info"]["filled_on"][0] == pd.Timestamp(date(2025, 6, 30))
        assert len(tables["monthly"]) == 1
        assert len(tables["funds"]) == 0

    def test_score_sheets_exactly(self, once: tuple[YearIntake, Snapshot]) -> None:
        read, snapshot = once
        assert snapshot.score_sheets == read.score_sheets
        sheet, recused = snapshot.score_sheets
        assert (sheet.scores["2.3"], sheet.total_reported) == (Decimal("8.5"), Decimal("98.5"))
        assert {type(score) for score in sheet.scores.values()} == {Decimal}
        assert str(sheet.location("2.3")) == "评分表_2024-2025_J01.xlsx › J01 评委评分表 › K5"
        assert (recused.judge, recused.judge_college, recused.recused) == ("J02", "C02", True)
        assert set(recused.scores.values()) == {None}

    def test_findings_colleges_judges_and_returned(self, once: tuple[YearIntake, Snapshot]) -> None:
        read, snapshot = once
        assert snapshot.findings == read.findings
        assert {"V03", "G01"} <= {finding.code for finding in snapshot.findings}
        assert snapshot.colleges == read.colleges
        assert snapshot.judges == ("J01", "J02")
        assert snapshot.returned == (("J01", "C02"),)

    def test_manifest(self, once: tuple[YearIntake, Snapshot]) -> None:
        read, snapshot = once
        manifest = json.loads((snapshot.folder / "manifest.json").read_text(encoding="utf-8"))
        assert manifest == snapshot.manifest
        assert len(snapshot.id) == 12
        assert snapshot.folder.parts[-4:] == (".evalkit", "snapshots", "2024-2025", snapshot.id)
        assert (manifest["snapshot"], manifest["academic_year"]) == (snapshot.id, "2024-2025")
        assert [(i["file"], i["kind"], i["code"], i["sha256"]) for i in manifest["inputs"]] == [
            (
                f"{kind}_2024-2025_{code}.xlsx",
                "college" if kind == "台账" else "judge",
                code,
                sha256,
            )
            for kind, code, sha256 in (
                ("台账", "C01", sha256_of(read, 0)),
                ("台账", "C02", sha256_of(read, 1)),
                ("评分表", "J01", sha256_of(read, 2)),
                ("评分表", "J02", sha256_of(read, 3)),
            )
        ]
        assert manifest["tables"]["base_info"] == 2
        errors = sum(finding.severity.value == "E" for finding in snapshot.findings)
        assert manifest["findings"]["E"] == errors >= 2

    def test_files_of_a_college(self, once: tuple[YearIntake, Snapshot]) -> None:
        snapshot = once[1]
        assert snapshot.files_of("C01") == {"台账_2024-2025_C01.xlsx"}
        assert snapshot.files_of("C09") == {"台账_2024-2025_C09.xlsx"}
        parts = ["台账_2024-2025_C03_活动台账.csv", "台账_2024-2025_C03_经费台账.csv"]
        inputs = [{"file": name, "kind": "college", "code": "C03"} for name in parts]
        judge = {"file": "评分表_2024-2025_C03.xlsx", "kind": "judge", "code": "C03"}
        manifest = {**snapshot.manifest, "inputs": [*inputs, judge]}
        several = Snapshot(snapshot.id, snapshot.year, snapshot.folder, manifest)
        assert several.files_of("C03") == set(parts)

    def test_pages(self, once: tuple[YearIntake, Snapshot]) -> None:
        read, snapshot = once
        pages = snapshot.manifest["pages"]
        assert pages == [asdict(page) for page in read.pages]
        assert {page["code"] for page in pages} == {"C01", "C02", "J01", "J02"}


class TestWriting:
    @pytest.mark.parametrize("fault", [OSError("disk full"), KeyboardInterrupt()])
    def test_interrupted_leaves_no_half_folder(
        self,
        year_folder: Any,
        frozen: Any,
        monkeypatch: pytest.MonkeyPatch,
        fault: BaseException,
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise fault

        with monkeypatch.context() as patch:
            patch.setattr("evalkit.intake.snapshot.pq.write_table", fail)
            with pytest.raises(type(fault)):
                frozen()
        assert list((year_folder.workspace.snapshots / "2024-2025").iterdir()) == []
        assert frozen().tables

    def test_torn_folder_from_before_is_made_whole(self, frozen: Any) -> None:
        first = frozen()
        before = contents(first.folder)
        (first.folder / "manifest.json").unlink()
        (first.folder / "funds.parquet").write_bytes(b"torn")
        again = frozen()
        assert again.id == first.id
        assert contents(again.folder) == before
        assert [path.name for path in again.folder.parent.iterdir()] == [first.id]

    def test_made_by_another_at_the_same_moment(
        self, frozen: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = frozen()
        aside = first.folder.with_name("aside")
        first.folder.rename(aside)
        rename = Path.rename

        def late(self: Path, target: Path) -> Path:
            if self.name.endswith(".part"):
                rename(aside, target)
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", late)
        again = frozen()
        assert contents(again.folder) == contents(first.folder)
        assert [path.name for path in again.folder.parent.iterdir()] == [first.id]

    def test_inputs_are_not_touched(self, year_folder: Any, frozen: Any) -> None:
        def state() -> dict[str, tuple[str, int]]:
            return {
                path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
                for path in year_folder.folder.iterdir()
            }

        before = state()
        frozen()
        assert state() == before

    @pytest.mark.parametrize("year", [2023, 2024])
    def test_nothing_to_freeze(self, year_folder: Any, year: int) -> None:
        with pytest.raises(NoDataError) as caught:
            freeze(year_folder.workspace, AcademicYear(year))
        folder = year_folder.workspace.inputs(AcademicYear(year))
        assert str(caught.value) == str(NoDataError.empty_year(folder))
        assert not year_folder.workspace.snapshots.exists()
