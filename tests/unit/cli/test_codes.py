"""Codes for students, from a list with their numbers."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from evalkit.cli.codes import command
from evalkit.privacy.pseudonyms import load_keys, pseudonyms

ROWS = [
    ["二级学院学生名单", None, None],
    ["序号", "学号", "姓名"],
    [1, 2022010345, "欧阳文静"],
    [2, "２０２２０１０３４６", "=李小红"],
]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVALKIT_KEYS", str(tmp_path / "own" / "keys.json"))
    path = tmp_path / "名单.xlsx"
    write(path, ROWS)
    return path


def write(path: Path, rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in book.active.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(path)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(each) for each in arguments])


def table(path: Path) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(path)
    return list(book.active.iter_rows(values_only=True))


def test_table_of_codes(source: Path) -> None:
    result = run(source)
    target, keys = source.with_name("编号对照表.xlsx"), source.parent / "own" / "keys.json"
    assert result.exit_code == 0, result.output
    assert result.output == (
        f"已生成密钥：{keys}。请备份到别处：丢失后得不到同样的编号。\n"
        f"已为 2 名学生生成编号：{target}\n"
        "对照表请由专人保管，不随台账报送；可以用 evalkit lock 加密。\n"
    )
    codes = pseudonyms(["2022010345", "2022010346"], load_keys(keys))
    assert table(target) == [
        ("编号", "学号", "姓名"),
        (codes["2022010345"], "2022010345", "欧阳文静"),
        (codes["2022010346"], "２０２２０１０３４６", "=李小红"),
    ]
    assert openpyxl.load_workbook(target).active["C3"].data_type == "s"
    if os.name != "nt":
        assert {stat.S_IMODE(each.stat().st_mode) for each in (target, keys)} == {0o600}


def test_the_same_in_the_next_year_and_another_with_a_new_key(source: Path) -> None:
    tables = []
    for number, more in enumerate(([], [], ["--new-key"], ["--key", "1"])):
        target = source.with_name(f"{number}.xlsx")
        assert run(source, "-o", target, *more).exit_code == 0
        tables.append([row[0] for row in table(target)[1:]])
    assert tables[0] == tables[1] == tables[3]
    assert not set(tables[0]) & set(tables[2])


def test_never_overwritten(source: Path) -> None:
    assert run(source).exit_code == 0
    target = source.with_name("编号对照表.xlsx")
    before = target.read_bytes()
    result = run(source)
    assert result.exit_code == 2
    assert f"{target} 已经存在，没有覆盖。请移走，或用 -o 换一个文件。" in result.output
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [["姓名"], ["李小红"]],
            "名单.xlsx 中没有“学号”一列。允许：有一列表头为“学号”的表格，"  # noqa: ISC004
            "可以另有姓名、班级等列。请检查文件。",
        ),
        (
            [["学号", "姓名"], [None, "李小红"]],
            "名单.xlsx 的第 2 行没有学号。允许：每行一个学号。请补上后重试。",
        ),
        (
            [["学号"], ["s1"], ["Ｓ1"]],
            "名单.xlsx 中有 1 个学号写了不止一次。允许：每名学生一行。请删去重复的后重试。",
        ),
    ],
)
def test_lists_that_will_not_do(source: Path, rows: list[list[object]], message: str) -> None:
    write(source, rows)
    result = run(source)
    assert str(result.exception) == message
    assert not source.with_name("编号对照表.xlsx").exists()
