"""The dirty data set: the same bytes from the same seed, every code in its key, invented people."""

from __future__ import annotations

import csv
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evalkit.cli import sample
from evalkit.ledger.codes import CODES
from evalkit.spreadsheets import read_book
from evalkit.synthetic.dirty import KEY, generate_dirty
from evalkit.synthetic.dirty.people import ID_NUMBER, LATER_ID_NUMBER
from evalkit.workspace import Workspace

REPOSITORY = Path(__file__).parents[3]
COMMITTED = REPOSITORY / "data" / "dirty"

NOT_PLANTED = {
    "G08": "only a program can hand over a score for an indicator that the rubric does not have",
    "G11": "given when scores are computed, and every judge who has handed in counts as appointed",
    "G12": "given when scores are computed, not when files are checked",
    "G13": "given when scores are computed, and only under a rubric that weighs other sources",
    "G14": "given when scores are computed; a score out of range has its V03 in the file before",
    "G15": "a sheet is sealed by the page alone; tests/unit/desk/test_sealed.py changes one",
}

EXAMPLES = (
    # D01 to D04
    "2024.3.5", "2024-3-5", "2024/03/05", "2024年3月5日", "20240305", "3月5日", "3.5", "2024.9",
    "45356", "3月5日-3月9日", "2024.5.20—25", "9-12月", "2023-02-30",
    # N01 to N07
    "１２０人", "９８％", "120人", "约200", "200余人", "60+", "2次", "3千", "98%", "98", "0.98",
    "三十二", "两次", "/", "无", "—", "暂无", "2.02405E+11",
    # T03, T04, T07
    "合 计：", "小计", "总计", "填表人：张三　审核人：李四", "备注", "备注.1",
    "张三、李四；王五", "张三\n李四\n王五",
    # K01 to K04
    "化工学院", "化学工程学院", "化工系", "智造学院", "智能制造与汽车学院",
    "22级", "2022级", "大三", "2022 级", "化工2401班", "化工24-1", "应化2401", "王 芳",
)  # fmt: skip
"""What the handbook on ledgers gives as examples of how people fill them."""


@dataclass(frozen=True)
class Dirty:
    folder: Path
    written: tuple[Path, ...]

    @property
    def inputs(self) -> Path:
        return self.folder / "data" / "2024-2025"

    @property
    def key(self) -> list[dict[str, str]]:
        with (self.folder / KEY).open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Dirty:
    folder = tmp_path_factory.mktemp("dirty")
    return Dirty(folder, generate_dirty(folder))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".evalkit" not in path.parts
    }


def unpacked(folder: Path) -> dict[tuple[str, str], bytes]:
    """Zip containers part by part: how well zlib packs is another matter from version to version.

    Of the file that is cut off in the middle only the beginning can be told.
    """
    parts = {}
    for name, content in contents(folder).items():
        path = folder / name
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                parts |= {(name, part): archive.read(part) for part in archive.namelist()}
        else:
            parts[name, ""] = content[:2] if "_C12" in name else content
    return parts


def cells(folder: Path) -> Iterator[object]:
    for path in sorted(folder.iterdir()):
        for sheet in read_book(path).sheets:
            for row in sheet.grid:
                yield from row


def test_the_files_are_those_that_were_written(dirty):
    assert set(contents(dirty.folder)) == {
        path.relative_to(dirty.folder).as_posix() for path in dirty.written
    }
    names = {path.name for path in dirty.inputs.iterdir() if path.suffix != ".csv"}
    assert names == {
        *(f"台账_2024-2025_C0{n}.xlsx" for n in (1, 2, 3, 4, 8, 9)),
        "装备学院心理台账2024-2025.xlsx",
        "台账_2024-2025_C06.xls",
        "台账(1)(最终版).xlsx",
        "台账_2024-2025_C10.et",
        "台账_2024-2025_C11.ods",
        "台账_2024-2025_C12.xlsx",
        "台账_2023-2024_C02.xlsx",
        "会议照片说明.txt",
        "联系人13800138000.docx",
        "校级_2024-2025.xlsx",
        *(f"评分表_2024-2025_J0{n}.xlsx" for n in range(1, 9)),
    }
    assert len([*dirty.inputs.glob("台账_2024-2025_C07_*.csv")]) == 24
    assert [path.name for path in (dirty.folder / "data" / "2023-2024").iterdir()] == [
        "台账_2023-2024_C06.xlsx"
    ]


def test_same_seed_same_bytes(dirty, tmp_path):
    generate_dirty(tmp_path)
    assert contents(tmp_path) == contents(dirty.folder)


def test_another_seed_has_the_same_faults_in_another_school(dirty, tmp_path):
    generate_dirty(tmp_path, seed=1)
    other = Dirty(tmp_path, ())
    fault = ("file", "sheet", "code", "severity", "kind", "note")
    tally, wanted = (
        Counter(tuple(row[name] for name in fault) for row in each.key) for each in (other, dirty)
    )
    assert tally == wanted
    clean = "data/2024-2025/台账_2024-2025_C01.xlsx"
    assert contents(tmp_path)[clean] != contents(dirty.folder)[clean]


def test_every_code_that_the_program_knows_is_planted(dirty):
    planted = {row["code"] for row in dirty.key if row["kind"] == "planted"}
    assert planted == set(CODES) - set(NOT_PLANTED)


def test_every_code_that_stands_in_the_program_is_known():
    given = set()
    for path in (REPOSITORY / "src" / "evalkit").rglob("*"):
        if "synthetic" in path.parts or path.suffix not in (".py", ".yaml"):
            continue
        text = path.read_text(encoding="utf-8")
        given |= set(re.findall(r'(?:^|[\s(])"([DNTKCPFHVYG]\d{2})",$', text, re.MULTILINE))
        given |= set(re.findall(r"- code: ([A-Z]\d{2})$", text, re.MULTILINE))
        given |= set(
            re.findall(r'(?:noted|warned|refused|Remark|Refusal)\(\s*"([A-Z]\d{2})"', text)
        )
    assert given - set(CODES) == set()


def test_the_key_is_a_table_in_a_fixed_order(dirty):
    key = dirty.key
    assert list(key[0]) == ["file", "sheet", "cell", "code", "severity", "kind", "note"]
    assert [tuple(row.values()) for row in key] == sorted(tuple(row.values()) for row in key)
    assert {row["severity"] for row in key} == {"E", "W", "I"}
    assert {row["kind"] for row in key} == {"planted", "follows"}
    assert all(re.search("[\u4e00-\u9fff]", row["note"]) for row in key)


def test_the_control_college_has_no_line(dirty):
    assert [row for row in dirty.key if "C01" in row["file"]] == []


def test_every_example_of_the_handbook_stands_in_some_cell(dirty):
    seen = {str(cell) for cell in cells(dirty.inputs)}
    assert [text for text in EXAMPLES if text not in seen] == []


def test_every_table_says_that_it_is_invented(dirty):
    for path in dirty.inputs.glob("*_C0[1-48]*.xlsx"):
        for sheet in read_book(path).sheets:
            if not sheet.name.startswith("_"):
                assert str(sheet.grid[1][0]).endswith(
                    "示例数据：学校、人员与数字均为虚构，错误是有意安排的"
                )


@pytest.mark.parametrize("number", [ID_NUMBER, LATER_ID_NUMBER])
def test_identity_numbers_belong_to_no_place_on_earth(number):
    assert len(number) == 18
    assert number.startswith("000000")


def test_settings_and_readme(dirty):
    space = Workspace.read(dirty.folder / "evalkit.toml")
    assert space.fictional
    assert space.year().name == "2024-2025"
    assert [college.code for college in space.colleges] == [f"C{n:02d}" for n in range(1, 14)]
    assert space.colleges[5].aliases == ("建艺学院",)
    text = (dirty.folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# 有错误的示例数据（虚构）\n")
    assert f"一共 {len(dirty.key)} 条" in text
    assert "\n    evalkit sample 文件夹 --dirty --seed 2025\n" in text


def test_the_committed_set_is_up_to_date(dirty):
    fresh, committed = unpacked(dirty.folder), unpacked(COMMITTED)
    assert set(fresh) == set(committed)
    assert [name for name in fresh if fresh[name] != committed[name]] == []


def test_the_committed_set_is_small():
    assert sum(map(len, contents(COMMITTED).values())) < 1_200_000


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sample.command, [*arguments])


def test_the_command_writes_a_workspace(tmp_path, dirty):
    folder = tmp_path / "试验"
    folder.mkdir()
    shutil.copy(dirty.folder / "evalkit.toml", folder)  # of an earlier time: it may be replaced
    result = run(str(folder), "--dirty")
    assert result.exit_code == 0
    assert result.output == (
        "正在生成有填写错误的虚构数据……\n"
        f"已写入 {len(dirty.written)} 个文件：{folder}\n"
        f"答案在 {folder / 'expected_findings.csv'}\n"
        f"接下来：evalkit check --workspace {folder}\n"
    )
    assert contents(folder) == contents(dirty.folder)


def test_the_command_leaves_another_workspace_alone(tmp_path):
    settings = tmp_path / "evalkit.toml"
    settings.write_text('[school]\nname = "示例学院"\n', encoding="utf-8")
    result = run(str(tmp_path), "--dirty")
    assert result.exit_code != 0
    assert [path.name for path in tmp_path.iterdir()] == ["evalkit.toml"]


@pytest.mark.parametrize("option", ["--colleges", "--years", "--last-year"])
def test_the_command_takes_no_size_with_dirty(tmp_path, option):
    value = "2024-2025" if option == "--last-year" else "2"
    result = run(str(tmp_path / "x"), "--dirty", option, value)
    assert result.exit_code == 2
    assert f"--dirty 的学院和学年固定，不能与 {option} 同时用。" in result.output
    assert not (tmp_path / "x").exists()
