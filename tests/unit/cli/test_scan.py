from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from evalkit.cli.scan import command
from evalkit.ledger import load_ledger
from evalkit.privacy.scan.rosters import read_names, read_roster

NAME = "欧阳文静"
LOOKED = "查找身份证号、手机号、学号和 2 个姓名，以及不足 5 人的预警、转介等人数"


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(command, [str(word) for word in words])
    return result.exit_code, result.output


def saved(path: Path, rows: list[list[object]], title: str = "Sheet") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def space(tmp_path: Path) -> Path:
    root = tmp_path / "space"
    (root / "data" / "2024-2025").mkdir(parents=True)
    (root / "evalkit.toml").write_text('[school]\nname = "社区大学"\n', "utf-8")
    rows: list[list[object]] = [["骨干编号", "姓名"], ["P01", NAME], ["P02", "李小红"]]
    saved(root / "data" / "2024-2025" / "台账_2024-2025_C01.xlsx", rows, "S09 骨干名册")
    return root


def test_clean(space: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("参测率 99.95%", "utf-8")
    code, text = run(tmp_path / "a.txt", "--workspace", space)
    assert (code, text) == (
        0,
        f"检查了 1 个文件，{LOOKED}，没有发现。\n",
    )


def test_small_counts_for_whoever_reads(space: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一级预警 7 人，转介医院 2 人", "utf-8")
    for words, found in (
        ((), ["转介医院*人"]),
        (("--audience", "public"), ["一级预警*人", "转介医院*人"]),
        (("--no-counts",), []),
    ):
        code, text = run(tmp_path / "a.txt", "--workspace", space, "--format", "json", *words)
        facts = json.loads(text)
        told = [each["value"].replace(" ", "") for each in facts["found"]]
        assert (code, told) == (1 if found else 0, found)
        assert "7" not in "".join(told)
    assert facts["small"] == 0


def test_staff_in_a_csv_ledger_are_no_students(tmp_path: Path) -> None:
    named = "台账_2024-2025_C07_S06 站内人员.csv"
    (tmp_path / named).write_text("姓名,角色\n薛明远,站长\n", "utf-8-sig")
    roster = read_roster([tmp_path / named], load_ledger(None))
    assert (roster.names, roster.allowed) == (frozenset(), frozenset({"薛明远"}))


def test_name_of_a_roster(space: Path, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<p>{NAME}</p><p>13800138000</p>", "utf-8")
    code, text = run(tmp_path / "a.html", "--workspace", space)
    assert code == 1
    assert text.splitlines() == [
        f"{tmp_path / 'a.html'} › 第 2 行：姓名，欧***",
        f"{tmp_path / 'a.html'} › 第 4 行：手机号，138********",
        (
            f"检查了 1 个文件，{LOOKED}，"
            "发现 2 处。请删去或改用编号后再发出；“无法检查”的文件请改成可以打开的格式。"
        ),
    ]


def test_json(space: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NAME, "utf-8")
    code, text = run(tmp_path, "--workspace", space, "--format", "json", "--allow", "x")
    facts = json.loads(text)
    assert code == 1
    assert facts["names"] == 2
    found = {"file": str(tmp_path / "a.txt"), "place": "第 1 行", "kind": "姓名", "value": "欧***"}
    assert found in facts["found"]
    assert NAME not in text


def test_without_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1", "utf-8")
    code, text = run(tmp_path / "a.txt", "--workspace", tmp_path)
    assert code == 0
    assert text.startswith("这里不是工作区，没有台账，没有查找其中的学生姓名。")


def test_lists_and_what_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("王伟 13800138000 S123456", "utf-8")
    names = tmp_path / "names.csv"
    names.write_text("姓名,班级\n王伟,一班\n", "utf-8")
    words = (tmp_path / "a.txt", "--workspace", tmp_path, "--names", names)
    assert run(*words)[0] == 1
    assert run(*words, "--allow", "13800138000", "--allow", "王伟")[0] == 0
    code, text = run(*words, "--allow", "13800138000", "--student-number", r"S\d{6}")
    assert code == 1
    assert "学号，S1*****" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x.html"], "找不到要检查的文件：x.html"),
        ([".", "--student-number", "("], "不是合格的正则表达式"),
    ],
)
def test_mistakes(
    words: list[str], message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    code, text = run(*words)
    assert code == 2
    assert message in text


def test_empty_list(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("12\n", "utf-8")
    (tmp_path / "a.txt").write_text("1", "utf-8")
    code, text = run(tmp_path / "a.txt", "--names", tmp_path / "names.txt", "--workspace", tmp_path)
    assert code == 2
    assert "中没有找到姓名" in text


class TestRoster:
    def test_students_are_told_from_staff(self, tmp_path: Path) -> None:
        column = load_ledger()["staff"].column("role").header
        path = saved(
            tmp_path / "台账.xlsx",
            [["姓名", column], ["陈卫东", "专职辅导员"], [NAME, "学生干部"]],
            load_ledger()["staff"].tab,
        )
        roster = read_roster([path], load_ledger(), jobs=1)
        assert roster.names == {NAME}
        assert roster.allowed == {"陈卫东"}

    def test_words_of_the_program_cannot_be_looked_for(self, tmp_path: Path) -> None:
        path = saved(
            tmp_path / "名单.xlsx", [["学生姓名", "班级"], ["活动", "一班"], [NAME, "一班"]]
        )
        roster = read_roster([path], load_ledger(), jobs=1)
        assert (roster.names, roster.ordinary) == ({NAME}, {"活动"})

    def test_lists(self, tmp_path: Path) -> None:
        text = tmp_path / "a.txt"
        text.write_bytes("王伟、李 小红\n赵 丽 张伟民\n钱多多 孙晓\n2022010345\n".encode("gb18030"))
        assert read_names(text) == {"王伟", "李小红", "钱多多", "孙晓"}
        text.write_text("阿依古丽·买买提\n李　红", "utf-8")
        assert read_names(text) == {"阿依古丽·买买提", "李红"}
        book = saved(tmp_path / "a.xlsx", [["王伟"], ["李小红"]])
        assert read_names(book) == {"王伟", "李小红"}
