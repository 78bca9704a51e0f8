"""The same arguments give the same bytes; any size works."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from evalkit.synthetic import SCHOOL, generate, invented_colleges
from evalkit.synthetic.college_ledger import ledger_rows
from evalkit.synthetic.history import histories
from evalkit.synthetic.register import cases_by_year
from evalkit.synthetic.structure import grade_label
from evalkit.workspace import Workspace

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    return folder, generate(folder, colleges=2, years=1, seed=7)


def _bytes(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_files_of_a_small_school(small):
    folder, written = small
    assert sorted(path.relative_to(folder).as_posix() for path in written) == [
        "2024-2025/台账_2024-2025_C01.xlsx",
        "2024-2025/台账_2024-2025_C02.xlsx",
        "2024-2025/校级_2024-2025.xlsx",
        *(f"2024-2025/第一轮退回/评分表_2024-2025_J0{n}.xlsx" for n in (2, 3, 4, 5)),
        *(f"2024-2025/评分表_2024-2025_J0{n}.xlsx" for n in range(1, 8)),
        "README.md",
    ]
    assert set(_bytes(folder)) == {path.relative_to(folder).as_posix() for path in written}


def test_same_seed_same_bytes(small, tmp_path):
    folder, _ = small
    generate(tmp_path, colleges=2, years=1, seed=7)
    assert _bytes(tmp_path) == _bytes(folder)


def test_other_seed_other_bytes(small, tmp_path):
    folder, _ = small
    generate(tmp_path, colleges=2, years=1, seed=8)
    one, two = _bytes(folder), _bytes(tmp_path)
    assert set(one) == set(two)
    assert [name for name in one if one[name] == two[name]] == []


def test_every_sheet_says_that_it_is_invented(small):
    _, written = small
    for path in written:
        if path.suffix != ".xlsx":
            continue
        workbook = CalamineWorkbook.from_path(path)
        for tab in workbook.sheet_names:
            if not tab.startswith("_"):
                note = workbook.get_sheet_by_name(tab).to_python()[1][0]
                assert str(note).endswith("示例数据：学校、人员与数字均为虚构")


def test_readme_says_how_to_generate_again(small):
    folder, _ = small
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "虚构" in text
    again = "evalkit sample 文件夹 --colleges 2 --years 1 --seed 7 --last-year 2024-2025\n"
    assert f"\n    {again}" in text
    assert "- 随机种子：7" in text


def test_a_school_of_one_college(tmp_path):
    written = generate(tmp_path, colleges=1, years=2, seed=3, last_year="2030-2031")
    names = [path.name for path in written]
    assert "台账_2029-2030_C01.xlsx" in names
    assert "评分表_2030-2031_J07.xlsx" in names
    assert len(names) == 2 + 2 + 14 + 4 + 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"colleges": 0}, "a school has at least one college, not 0"),
        ({"years": 0}, "a school has at least one year, not 0"),
        ({"last_year": "2024-2026"}, "2024-2026"),
    ],
)
def test_impossible_arguments(arguments, message, tmp_path):
    with pytest.raises(ValueError, match=re.escape(message)):
        generate(tmp_path, **arguments)
    assert list(tmp_path.iterdir()) == []


def test_colleges_are_those_of_the_settings_file():
    assert invented_colleges(8) == Workspace.read(REPOSITORY / "evalkit.toml").colleges
    assert Workspace.read(REPOSITORY / "evalkit.toml").school == SCHOOL


def test_hundreds_of_colleges_have_names_of_their_own():
    colleges = invented_colleges(700)
    assert [college.code for college in colleges[98:101]] == ["C99", "C100", "C101"]
    texts = [text for college in colleges for text in (college.name, *college.aliases)]
    assert len(texts) == len(set(texts)) == 1400
    assert colleges[:8] == invented_colleges(8)


@pytest.mark.parametrize("seed", [1, 2])
def test_thirty_colleges_over_ten_years_stay_plausible(seed):
    school = histories(colleges=30, years=10, seed=seed, last_year="2024-2025")
    assert [here.year.start for here in school[0]] == list(range(2015, 2025))
    for history in school:
        for here, cases in zip(history, cases_by_year(history), strict=True):
            rows = ledger_rows(here, cases, ())
            students = here.structure.n_students
            assert 400 <= students <= 2300
            assert 0.008 <= len(cases) / students <= 0.032
            valid = sum(row["n_valid"] for row in rows["screening"])
            required = sum(row["n_required"] for row in rows["screening"])
            assert 0.9 <= valid / required <= 1
            assert 4 * 2 <= len(rows["activities"]) <= 30
            assert 6 <= len(rows["monthly"]) <= 10
            at_end = None
            for row in rows["monthly"]:
                change = row["n_key_new"] - row["n_key_closed"]
                assert at_end is None or row["n_key_end"] == at_end + change
                at_end = row["n_key_end"]
            classes = {each.name for each in here.structure.classes}
            assert len(classes) == len(here.structure.classes)
            assert {row["class_name"] for row in rows["peer_roster"]} <= classes
            grades = {grade_label(entry) for entry in here.structure.entries}
            assert {row["grade"] for row in rows["screening"]} <= grades
            assert len(rows["peer_training"]) >= 5


@pytest.mark.slow
def test_thirty_colleges_are_written(tmp_path):
    written = generate(tmp_path, colleges=30, years=1)
    assert sum(path.name.startswith("台账_") for path in written) == 30


@pytest.mark.slow
def test_the_committed_sample_is_up_to_date(tmp_path, sample_folder):
    """Compared unpacked: how well zlib packs is another matter from version to version."""
    generate(tmp_path)
    fresh, committed = _unpacked(tmp_path), _unpacked(sample_folder)
    assert set(fresh) == set(committed)
    assert [name for name in fresh if fresh[name] != committed[name]] == []


def _unpacked(folder):
    parts = {}
    for path in sorted(folder.rglob("*.xlsx")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                parts[path.relative_to(folder).as_posix(), name] = archive.read(name)
    return parts


def test_the_committed_sample_is_small(sample_folder):
    sizes = {name: len(content) for name, content in _bytes(sample_folder).items()}
    assert sum(sizes.values()) < 6_000_000
    assert len([name for name in sizes if name.endswith(".xlsx")]) == 45
