"""``evalkit due``: what it prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evalkit.cli import due

ASSUMED = (
    "2024-2025 学年还没有可用的校历（校级记录的“校历与字典”），学期末暂按 "
    "2025-01-31 和 2025-07-15 推算；填写校历并运行 evalkit check 后，日期会随之改正。"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "evalkit.toml").write_text('[school]\nname = "社区大学"\n', encoding="utf-8")
    folder = tmp_path / "data" / "2024-2025"
    folder.mkdir(parents=True)
    (folder / "台账_2024-2025_C01.xlsx").write_bytes(b"x")
    return tmp_path


def said(root: Path, *arguments: str) -> str:
    result = CliRunner().invoke(due.command, [*arguments, "--workspace", str(root)])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_text(root: Path) -> None:
    assert said(root, "--on", "2024-10-10", "--days", "26") == (
        "社区大学，2024-10-10 起 26 天内的应办事项：\n"
        "  待确认　2024-09-02 至 2024-09-30　报送二级心理辅导站站长登记表（办法第九条）\n"
        "  　　　　2024-2025 学年；命令：evalkit check --year 2024-2025\n"
        "  待确认　2024-09-02 至 2024-09-30　报送年度工作计划（附件1 2.1②）\n"
        "  　　　　2024-2025 学年；命令：evalkit check --year 2024-2025\n"
        "  应办　　2024-10-10　核对 2024 年 9 月的心理月报（附件1 2.4②）\n"
        "  　　　　2024-2025 学年；命令：evalkit report --year 2024-2025\n"
        "  未到　　2024-11-05　核对 2024 年 10 月的心理月报（附件1 2.4②）\n"
        "  　　　　2024-2025 学年；命令：evalkit report --year 2024-2025\n"
        f"注意：{ASSUMED}\n"
    )


def test_a_note(root: Path) -> None:
    assert (
        "  应办　　2025-07-16 至 2025-08-31　生成学年报告（只用核对过的快照）（办法第八条）\n"
        "  　　　　2024-2025 学年；命令：evalkit report --year 2024-2025；"
        "材料还没有用 evalkit check 核对过\n"
    ) in said(root, "--on", "2025-07-20")


def test_nothing_to_do(root: Path) -> None:
    lines = said(root, "--on", "2025-09-01", "--days", "0").splitlines()
    assert lines[0] == "社区大学，2025-09-01 起 0 天内的应办事项："
    assert any("逾期" in line for line in lines)
    (root / "data" / "2024-2025" / "台账_2024-2025_C01.xlsx").unlink()
    assert said(root, "--on", "2024-09-01", "--days", "0").splitlines()[1] == "  没有。"


def test_json(root: Path) -> None:
    facts = json.loads(said(root, "--on", "2024-10-10", "--days", "0", "--format", "json"))
    assert facts == {
        "on": "2024-10-10",
        "items": [
            {
                "name": "2024-2025/monthly-2024-09",
                "kind": "monthly",
                "academic_year": "2024-2025",
                "title": "核对 2024 年 9 月的心理月报",
                "basis": "附件1 2.4②",
                "from": "2024-10-10",
                "due": "2024-10-10",
                "state": "应办",
                "note": "",
                "automatic": True,
                "command": "evalkit report --year 2024-2025",
            }
        ],
        "statements": [ASSUMED],
    }


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2025-02-30", "“2025-02-30”不是日期，请写成“2025-06-01”这样。"),
        ("明天", "“明天”不是日期，请写成“2025-06-01”这样。"),
        ("0001-01-01", "“0001-01-01”不在 2000 年至 2100 年之间。"),
    ],
)
def test_no_day(root: Path, day: str, why: str) -> None:
    result = CliRunner().invoke(due.command, ["--on", day, "--workspace", str(root)])
    assert result.exit_code == 2
    assert why in result.stderr
