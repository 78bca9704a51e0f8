"""Hits and false alarms: what the program finds in the dirty set, held against its answer key.

Every line of the key must be found, at its cell and with its weight, and nothing else may be.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from evalkit.cli import check
from evalkit.findings import Finding
from evalkit.intake import freeze
from evalkit.intake.annotate import annotate, annotated_name
from evalkit.intake.snapshot import Snapshot
from evalkit.ledger import Ledger, load_ledger
from evalkit.ledger.workbook import FIRST_ROW
from evalkit.spreadsheets import read_book
from evalkit.synthetic.dirty import KEY, generate_dirty
from evalkit.synthetic.dirty.generate import college_books
from evalkit.synthetic.dirty.people import PERSONAL
from evalkit.synthetic.dirty.plants import TRUE, Plant, pick
from evalkit.synthetic.dirty.recipes import CONTROL, RECIPES
from evalkit.workspace import AcademicYear, Workspace

YEAR = AcademicYear(2024)
Line = tuple[str, str, str, str, str]
"""File, sheet, cell, code, severity."""


@dataclass(frozen=True)
class Checked:
    root: Path
    snapshot: Snapshot
    key: Counter[Line]

    @property
    def inputs(self) -> Path:
        return self.root / "data" / YEAR.name


def lines(findings: Iterable[Finding]) -> Counter[Line]:
    return Counter(
        (
            finding.location.file,
            finding.location.sheet or "",
            finding.location.cell or "",
            finding.code,
            finding.severity.value,
        )
        for finding in findings
    )


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    root = tmp_path_factory.mktemp("dirty")
    generate_dirty(root)
    return Checked(root, freeze(Workspace.find(root), YEAR), key_of(root))


def key_of(root: Path) -> Counter[Line]:
    with (root / KEY).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return Counter(
        (row["file"], row["sheet"], row["cell"], row["code"], row["severity"]) for row in rows
    )


def test_every_line_of_the_key_is_found(checked):
    missed = checked.key - lines(checked.snapshot.findings)
    assert "\n".join(map(str, sorted(missed))) == ""


def test_there_is_no_false_alarm(checked):
    alarms = lines(checked.snapshot.findings) - checked.key
    texts = [str(f) for f in checked.snapshot.findings if next(iter(lines([f]))) in alarms]
    assert "\n".join(texts) == ""


def test_hits_and_false_alarms_are_counted(checked):
    found = lines(checked.snapshot.findings)
    hits, alarms = (checked.key & found).total(), (found - checked.key).total()
    assert (hits, alarms) == (checked.key.total(), 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_schools_with_the_same_faults(tmp_path, seed):
    generate_dirty(tmp_path, seed=seed)
    found = lines(freeze(Workspace.find(tmp_path), YEAR).findings)
    key = key_of(tmp_path)
    assert (sorted(key - found), sorted(found - key)) == ([], [])


def test_the_control_college_has_no_finding(checked):
    files = checked.snapshot.files_of(CONTROL)
    assert [f for f in checked.snapshot.findings if f.location.file in files] == []
    assert CONTROL in checked.snapshot.handed_in("activities")


def as_kept(value: object) -> object:
    """Return a true value as a snapshot keeps it."""
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    return value


def plants_of(code: str) -> tuple[Plant, ...]:
    return next(recipe.plants for recipe in RECIPES if recipe.code == code)


@pytest.mark.parametrize("code", [r.code for r in RECIPES if any(p.kept for p in r.plants)])
def test_what_was_only_misspelt_is_read_as_it_was_meant(checked, code):
    book = next(book for book, r in zip(college_books(), RECIPES, strict=True) if r.code == code)
    wrong = []
    for plant in plants_of(code):
        if not plant.kept:
            continue
        row = pick(book.rows[plant.sheet], plant.row, plant.among)
        table = checked.snapshot.table(plant.sheet)
        number = 1 if book.sheets[plant.sheet].layout == "form" else FIRST_ROW + row
        at = table[(table["college_code"] == code) & (table["source_row"] == number)]
        assert len(at) == 1, plant
        for column in (plant.column, plant.clears):
            if column:
                true = as_kept(book.rows[plant.sheet][row].get(column))
                read = at[column].iloc[0]
                if not same(read, true):
                    wrong.append((plant, read, true))
    assert wrong == []


def same(read: object, true: object) -> bool:
    if true is None or pd.isna(read):  # type: ignore[call-overload]
        return true is None and bool(pd.isna(read))  # type: ignore[call-overload]
    if isinstance(read, pd.Timestamp):
        return read == pd.Timestamp(true)  # type: ignore[arg-type]
    if isinstance(read, float):
        return abs(read - float(str(true))) < 0.05  # 0.9996 was meant as all of all
    return bool(read == true)


def test_a_plant_without_a_true_value_of_its_own_says_so():
    assert all(p.true is TRUE for r in RECIPES for p in r.plants if p.code == "V01")


def folder_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield whatever can be read in a snapshot: bytes as they are, tables decoded."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes().decode("utf-8", "replace")
            yield path.name, path.read_bytes().decode("utf-16-le", "replace")
        if path.suffix == ".parquet":
            yield path.name, pd.read_parquet(path).to_csv()


def assert_nobody_in(text: str, where: str) -> None:
    present = [number for number in PERSONAL if number in text]
    assert present == [], where


def test_personal_data_stay_out_of_findings_and_snapshot(checked):
    for finding in checked.snapshot.findings:
        assert_nobody_in(repr(finding), "finding")
    for name, text in folder_texts(checked.snapshot.folder.parent):
        assert_nobody_in(text, name)


@pytest.mark.parametrize("kind", ["text", "json", "html"])
def test_personal_data_stay_out_of_what_is_shown(checked, tmp_path, kind):
    target = tmp_path / f"核对.{kind}"
    arguments = ["--workspace", str(checked.root), "--format", kind, "-o", str(target)]
    result = CliRunner().invoke(check.command, arguments)
    assert result.exit_code == 1, result.output
    text = target.read_text(encoding="utf-8")
    assert_nobody_in(text, kind)
    assert_nobody_in(result.output, kind)
    if kind == "json":
        assert_nobody_in(json.dumps(json.loads(text), ensure_ascii=False), kind)


def test_sheets_with_personal_data_are_blocked(checked):
    blocked = {(sheet, file) for file, sheet, _, code, _ in checked.key if code == "P01"}
    ledger = load_ledger()
    for tab, file in blocked:
        name = next(sheet.name for sheet in ledger.sheets if sheet.tab == tab)
        code = next(code for code in ("C07", "C08") if code in file)
        assert code not in checked.snapshot.handed_in(name)
        assert code not in set(checked.snapshot.table(name)["college_code"])
    assert {tab[:3] for tab, _ in blocked} == {"S03", "S16", "S17", "S20"}


def of_file(checked: Checked, file: str) -> list[Finding]:
    return [f for f in checked.snapshot.findings if f.location.file == file]


def test_annotated_copies_can_be_written_of_all_files(checked, tmp_path):
    files = {line[0] for line in checked.key} & {path.name for path in checked.inputs.iterdir()}
    assert len(files) > 20
    for file in sorted(files):
        target = tmp_path / annotated_name(file)
        annotate(checked.inputs / file, of_file(checked, file), target)
        book = read_book(target)
        assert book.format == "xlsx", file
        assert book.sheets[0].name == "问题清单"
        assert_nobody_in(" ".join(str(cell) for row in book.sheets[0].grid for cell in row), file)


def test_annotated_copies_read_again_have_the_same_findings(checked, tmp_path):
    """P02 apart: the copy's properties name nobody."""
    shutil.copytree(checked.root, tmp_path / "again", ignore=shutil.ignore_patterns(".evalkit"))
    inputs = tmp_path / "again" / "data" / YEAR.name
    for source in sorted(checked.inputs.iterdir()):
        if source.suffix in (".xlsx", ".xls") and read_book(source).sheets:
            target = inputs / source.name
            target.unlink()
            annotate(source, of_file(checked, source.name), target)
    again = freeze(Workspace.find(tmp_path / "again"), YEAR)
    before, after = (
        lines(f for f in each.findings if f.code != "P02") for each in (checked.snapshot, again)
    )
    assert sorted(before - after) == []
    assert sorted(after - before) == []


@pytest.mark.parametrize("year", ["2022-2023", "2023-2024", "2024-2025"])
def test_the_clean_sample_has_no_finding_but_those_it_names(sample, year):
    ledger: Ledger = load_ledger()
    late, flat = ledger["head_form"], ledger["monthly"]
    planted = [(f"台账_{year}_C07.xlsx", late.tab, "C16", "V03", "W")]
    if year == "2024-2025":
        planted.append((f"台账_{year}_C08.xlsx", flat.tab, "A11", "C02", "W"))
    snapshot = freeze(Workspace.find(sample), AcademicYear.parse(year), ledger=ledger)
    assert lines(snapshot.findings) == Counter(planted)
    text = (sample / "data" / "sample" / "README.md").read_text(encoding="utf-8")
    assert "站长登记表晚于九月报送" in text
    assert "3、4、5、6 月的月报数字完全相同" in text
