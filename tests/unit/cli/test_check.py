"""``evalkit check``: what it prints, writes and returns."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len
from rich.text import Text

from evalkit.cli import check
from evalkit.cli.check_text import render
from evalkit.findings import Finding, Location, Severity
from evalkit.intake.snapshot import Snapshot
from evalkit.ledger import load_ledger
from evalkit.outputs import write_text
from evalkit.workspace import AcademicYear, Workspace

E, W, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
FIRST, SECOND = "0123456789ab", "fedcba987654"
LEDGER, CENTRE, JUDGE = (
    "台账_2024-2025_C01.xlsx",
    "校级_2024-2025.xlsx",
    "评分表_2024-2025_J01.xlsx",
)
BAD_DATE = Finding(
    "D04", E, Location(LEDGER, "S08 活动台账", "F17"), "“开始日期”不在本学年内", "2042-03-05",
    "2024-09-01 至 2025-08-31", "请核对年份后改正",
)  # fmt: skip
ROUGH = Finding(
    "N02", W, Location(LEDGER, "S08 活动台账", "K9"), "“参与人次”是约数，按 200 读取", "200余人",
    "整数", "请填写准确的人数",
)  # fmt: skip
LATE = Finding(
    "F03", W, Location("台账_2024-2025_C02.xlsx"), "乙学院没有交来台账", "", "每个学院一份台账",
    "请催交",
)  # fmt: skip
POINTS = Finding(
    "G03",
    INFO,
    Location(JUDGE, "J01 评委评分表", "K5"),
    "分数写成了文本",
    "8.5",
    "数字",
    "无需处理",
)


@dataclass
class Desk:
    """A workspace whose snapshot is whatever the test says."""

    root: Path
    snapshot: Snapshot | None = None

    def find(self, *findings: Finding, name: str = FIRST, n_students: int = 1200) -> None:
        ledger = load_ledger()
        pages = [
            {
                "file": LEDGER, "kind": "college", "code": "C01", "sheet": sheet.name,
                "tab": sheet.tab, "rows": 10, "cells": 10 * len(sheet.columns),
            }
            for sheet in ledger.of("college")
        ]  # fmt: skip
        manifest = {
            "snapshot": name,
            "academic_year": "2024-2025",
            "inputs": [
                {"file": LEDGER, "kind": "college", "code": "C01", "sha256": name},
                {"file": CENTRE, "kind": "centre", "code": "", "sha256": "0"},
                {"file": JUDGE, "kind": "judge", "code": "J01", "sha256": "0"},
            ],
            "colleges": [
                {"code": "C01", "name": "甲学院", "aliases": ["甲系"]},
                {"code": "C02", "name": "乙学院", "aliases": []},
            ],
            "pages": pages,
            "tables": {"base_info": 1},
        }
        folder = self.root / ".evalkit" / "snapshots" / "2024-2025" / name
        write_text(folder / "manifest.json", json.dumps(manifest))
        write_text(folder / "findings.json", json.dumps([asdict(item) for item in findings]))
        text = {"college_code": "C01", "source_file": LEDGER, "source_sheet": "S00 基础信息"}
        frame = pd.DataFrame([{**text, "source_row": 1, "n_students": n_students}])
        frame.to_parquet(folder / "base_info.parquet")
        self.snapshot = Snapshot(name, AcademicYear(2024), folder, manifest)

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(
            check.command, ["--workspace", str(self.root), *arguments], catch_exceptions=False
        )

    def json(self, *arguments: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.run("--format", "json", *arguments).stdout)
        return content


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    (tmp_path / "evalkit.toml").write_text('[school]\nname = "示例学院"\n', encoding="utf-8")
    (tmp_path / "data" / "2024-2025").mkdir(parents=True)
    for name in (LEDGER, CENTRE, JUDGE):
        (tmp_path / "data" / "2024-2025" / name).write_bytes(b"untouched")
    made = Desk(tmp_path)

    def freeze(workspace: Workspace, year: AcademicYear, **_: object) -> Snapshot:
        assert (workspace.root, year.name) == (tmp_path, "2024-2025")
        assert made.snapshot is not None
        return made.snapshot

    monkeypatch.setattr(check, "freeze", freeze)
    return made


class TestText:
    def test_summary_findings_total(self, desk: Desk) -> None:
        desk.find(POINTS, ROUGH, BAD_DATE, LATE)
        result = desk.run()
        assert result.exit_code == 1
        assert result.stderr == ""
        assert result.stdout == (
            "             错误   警告   提示   数据质量   状态\n"
            "───────────────────────────────────────────────────\n"
            "C01 甲学院      1      1      0       99.9   待更正\n"
            "C02 乙学院      0      1      0          —   未交\n"
            "校级材料        0      0      0          —   齐全\n"
            "J01 评委        0      0      1          —   齐全\n"
            "数据质量只说明表格填得是否可用，不参与考核计分。\n"
            "\n"
            "台账_2024-2025_C01.xlsx　甲学院\n"
            "  S08 活动台账\n"
            "    错误 D04  F17      “开始日期”不在本学年内，填写的是“2042-03-05”。\n"
            "                       允许：2024-09-01 至 2025-08-31。\n"
            "                       处理：请核对年份后改正。\n"
            "    警告 N02  K9       “参与人次”是约数，按 200 读取，填写的是“200余人”。\n"
            "                       允许：整数。\n"
            "                       处理：请填写准确的人数。\n"
            "\n"
            "台账_2024-2025_C02.xlsx　乙学院\n"
            "    警告 F03           乙学院没有交来台账。\n"
            "                       允许：每个学院一份台账。\n"
            "                       处理：请催交。\n"
            "\n"
            "评分表_2024-2025_J01.xlsx\n"
            "  J01 评委评分表\n"
            "    提示 G03  K5       分数写成了文本，填写的是“8.5”。\n"
            "                       允许：数字。\n"
            "                       处理：无需处理。\n"
            "\n"
            "2024-2025 学年：读了 3 个文件，错误 1 条，警告 2 条，提示 1 条。\n"
        )

    def test_no_error_no_fault(self, desk: Desk) -> None:
        desk.find(ROUGH)
        result = desk.run()
        assert result.exit_code == 0
        assert result.stdout.splitlines()[-1] == (
            "2024-2025 学年：读了 3 个文件，错误 0 条，警告 1 条，提示 0 条。"
        )

    def test_errors_only_counts_everything(self, desk: Desk) -> None:
        desk.find(ROUGH, BAD_DATE, LATE)
        text = desk.run("--errors-only").stdout
        assert "D04" in text
        assert "N02" not in text
        assert "F03" not in text
        assert text.endswith("错误 1 条，警告 2 条，提示 0 条。\n")

    @pytest.mark.parametrize("name", ["C02", "c02", "乙学院"])
    def test_one_college_and_its_errors_alone(self, desk: Desk, name: str) -> None:
        desk.find(ROUGH, BAD_DATE, LATE, POINTS)
        result = desk.run("--college", name)
        assert result.exit_code == 0
        assert "甲学院" not in result.stdout
        assert "J01" not in result.stdout
        assert result.stdout.endswith("读了 0 个文件，错误 0 条，警告 1 条，提示 0 条。\n")
        assert desk.run("--college", name, "--college", "甲系").exit_code == 1

    def test_lines_fit_and_nothing_is_cut(self, desk: Desk) -> None:
        long = Finding(
            "V02", E, Location(LEDGER, "S08", "A1"), "字" * 150, "值" * 40, "规" * 90, "改"
        )
        desk.find(long)
        text = desk.run().stdout
        assert all(cell_len(line) <= 100 for line in text.splitlines())
        assert [text.count(c) for c in "字值规"] == [150, 40, 90]

    def test_what_looks_like_markup_is_text(self, desk: Desk) -> None:
        desk.find(Finding("V02", E, Location(LEDGER, "S08", "A1"), "[red]:smile:", "[/]", "x", "y"))
        assert "[red]:smile:，填写的是“[/]”。" in desk.run().stdout

    def test_colour_only_where_asked(self) -> None:
        parts = [Text("错误", "red"), Text("尾  ")]
        assert render(parts, width=80, colour=False) == "错误\n尾\n"
        assert "\x1b[31m错误" in render(parts, width=80, colour=True)


class TestJson:
    def test_everything(self, desk: Desk) -> None:
        desk.find(POINTS, BAD_DATE, LATE)
        result = desk.run("--format", "json")
        assert result.exit_code == 1
        content = json.loads(result.stdout)
        assert list(content) == [
            "academic_year", "snapshot", "summary", "quality", "findings", "counts",
        ]  # fmt: skip
        assert (content["academic_year"], content["snapshot"]) == ("2024-2025", FIRST)
        assert content["counts"] == {"E": 1, "W": 1, "I": 1}
        assert content["summary"][0] == {
            "kind": "college", "code": "C01", "name": "甲学院", "files": [LEDGER],
            "state": "待更正", "E": 1, "W": 0, "I": 0, "score": 99.9,
        }  # fmt: skip
        assert content["summary"][1]["score"] is None
        assert content["findings"][0] == {
            "code": "D04", "severity": "E", "file": LEDGER, "sheet": "S08 活动台账", "cell": "F17",
            "college": "C01", "what": "“开始日期”不在本学年内", "value": "2042-03-05",
            "rule": "2024-09-01 至 2025-08-31", "mend": "请核对年份后改正",
        }  # fmt: skip
        assert [f["college"] for f in content["findings"]] == ["C01", "C02", None]
        assert (content["findings"][1]["sheet"], content["findings"][1]["cell"]) == (None, None)
        quality = {(q["college"], q["sheet"]): q for q in content["quality"]}
        n_columns = len(load_ledger()["activities"].columns)
        assert quality["C01", "activities"] == {
            "college": "C01", "sheet": "activities", "title": "活动台账", "core": True,
            "state": "read", "rows": 10, "cells": 10 * n_columns, "E": 1, "W": 0, "I": 0,
            "cost": 1.0, "score": (1000 * (10 * n_columns - 1) // (10 * n_columns)) / 10,
        }  # fmt: skip
        assert quality["C02", "activities"]["score"] is None

    def test_readable_and_the_same_each_time(self, desk: Desk) -> None:
        desk.find(POINTS, BAD_DATE, LATE)
        first = desk.run("--format", "json").stdout
        desk.find(LATE, BAD_DATE, POINTS)
        assert desk.run("--format", "json").stdout == first
        assert "甲学院" in first

    def test_written_whole(self, desk: Desk, tmp_path: Path) -> None:
        desk.find(BAD_DATE)
        target = tmp_path / "out" / "核对.json"
        result = desk.run("--format", "json", "-o", str(target), "--errors-only")
        assert result.exit_code == 1
        assert result.stdout == f"已写入 {target}\n"
        assert json.loads(target.read_text("utf-8"))["counts"]["E"] == 1
        assert [path.name for path in target.parent.iterdir()] == ["核对.json"]


class TestHtml:
    def test_page(self, desk: Desk, tmp_path: Path) -> None:
        desk.find(BAD_DATE)
        target = tmp_path / "核对.html"
        assert desk.run("--format", "html", "-o", str(target)).exit_code == 1
        page = target.read_text("utf-8")
        assert "<h1>材料核对</h1>" in page
        assert "请核对年份后改正" in page
        assert desk.run("--format", "html").stdout == page


class TestRounds:
    def test_listed(self, desk: Desk) -> None:
        desk.find(BAD_DATE, LATE)
        desk.run()
        desk.run()
        desk.find(LATE, name=SECOND)
        result = desk.run("--rounds")
        assert result.exit_code == 0
        head, _, first, second, total = result.stdout.splitlines()
        assert head == "轮次   快照           核对时间（北京）   错误   警告   提示"
        assert first.split()[:2] == ["1", FIRST]
        assert first.split()[4:] == ["1", "1", "0"]
        assert second.split()[4:] == ["0", "1", "0"]
        assert total == "共 2 轮。"

    def test_json_and_one_college(self, desk: Desk) -> None:
        desk.find(BAD_DATE, LATE)
        content = desk.json("--rounds", "--college", "C02")
        (found,) = content["rounds"]
        assert found.pop("time").endswith("+00:00")
        assert content["academic_year"] == "2024-2025"
        assert found == {"number": 1, "snapshot": FIRST, "E": 0, "W": 1, "I": 0}

    def test_deleted_snapshot(self, desk: Desk) -> None:
        desk.find(BAD_DATE)
        desk.run()
        assert desk.snapshot is not None
        (desk.snapshot.folder / "manifest.json").unlink()
        desk.find(name=SECOND)
        assert desk.json("--rounds")["rounds"][0]["E"] is None
        assert desk.run("--rounds").stdout.splitlines()[2].split()[4:] == ["—", "—", "—"]

    def test_page(self, desk: Desk) -> None:
        desk.find(BAD_DATE)
        assert "<h1>各轮更正</h1>" in desk.run("--rounds", "--format", "html").stdout


class TestSince:
    def corrected(self, desk: Desk) -> None:
        desk.find(BAD_DATE, LATE)
        desk.run()
        desk.find(LATE, POINTS, name=SECOND, n_students=1210)

    def test_text(self, desk: Desk) -> None:
        self.corrected(desk)
        result = desk.run("--since", "1")
        assert result.exit_code == 0
        lead, rest = result.stdout.split("\n", 1)
        assert lead.startswith("与第 1 轮（20")
        assert lead.endswith(f"，快照 {FIRST}）相比：")
        assert rest == (
            "\n有改动的文件（1 个）\n"
            "  台账_2024-2025_C01.xlsx\n"
            "\n已经解决的问题（1 条）\n"
            "\n"
            "台账_2024-2025_C01.xlsx　甲学院\n"
            "  S08 活动台账\n"
            "    错误 D04  F17      “开始日期”不在本学年内，填写的是“2042-03-05”。\n"
            "                       允许：2024-09-01 至 2025-08-31。\n"
            "                       处理：请核对年份后改正。\n"
            "\n新出现的问题（1 条）\n"
            "\n"
            "评分表_2024-2025_J01.xlsx\n"
            "  J01 评委评分表\n"
            "    提示 G03  K5       分数写成了文本，填写的是“8.5”。\n"
            "                       允许：数字。\n"
            "                       处理：无需处理。\n"
            "\n仍未解决的问题（1 条）\n"
            "\n"
            "台账_2024-2025_C02.xlsx　乙学院\n"
            "    警告 F03           乙学院没有交来台账。\n"
            "                       允许：每个学院一份台账。\n"
            "                       处理：请催交。\n"
            "\n改动的内容\n"
            "学院   表         行   列           原来   现在\n"
            "───────────────────────────────────────────────\n"
            "C01    基础信息        在校生总数   1200   1210\n"
            "\n"
            "2024-2025 学年：解决 1 条，新增 1 条，仍有 1 条；改动 1 格，增减 0 行。\n"
        )

    def test_json(self, desk: Desk) -> None:
        self.corrected(desk)
        content = desk.json("--since", FIRST[:4])
        assert list(content) == [
            "academic_year", "snapshot", "since", "files", "solved", "appeared", "remaining",
            "cells", "rows", "counts",
        ]  # fmt: skip
        assert (content["snapshot"], content["since"]["snapshot"]) == (SECOND, FIRST)
        assert content["files"] == {"added": [], "removed": [], "changed": [LEDGER]}
        assert [f["code"] for f in content["solved"]] == ["D04"]
        assert [f["code"] for f in content["appeared"]] == ["G03"]
        assert [f["code"] for f in content["remaining"]] == ["F03"]
        assert content["cells"] == [
            {
                "college": "C01", "sheet": "base_info", "title": "基础信息", "row": "",
                "column": "在校生总数", "old": "1200", "new": "1210",
            }
        ]  # fmt: skip
        assert content["counts"] == {"E": 0, "W": 1, "I": 1}
        assert desk.json("--since", "1", "--errors-only")["remaining"] == []

    def test_page(self, desk: Desk) -> None:
        self.corrected(desk)
        page = desk.run("--since", "1", "--format", "html").stdout
        assert "<h1>第 1 轮以来的变化</h1>" in page
        assert "在校生总数" in page

    def test_unknown_round(self, desk: Desk) -> None:
        desk.find(BAD_DATE)
        result = desk.run("--since", "9")
        assert result.exit_code == 2
        assert f"没有名为“9”的轮次。现有：1 {FIRST}。" in result.stderr


@pytest.fixture
def annotated(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Stand in for the module that edits workbooks."""
    calls: list[dict[str, Any]] = []

    def annotate(source: Path, findings: Sequence[Finding], target: Path, **more: Any) -> None:
        calls.append({"source": source, "findings": tuple(findings), "target": target, **more})
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"annotated")

    writer = ModuleType("evalkit.intake.annotate")
    writer.annotate = annotate  # type: ignore[attr-defined]
    writer.annotated_name = lambda name: f"反馈_{name}"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, writer.__name__, writer)
    return calls


class TestAnnotate:
    def test_each_file_with_findings_once(
        self, desk: Desk, tmp_path: Path, annotated: list[dict[str, Any]]
    ) -> None:
        desk.find(POINTS, ROUGH, BAD_DATE, LATE)
        target = tmp_path / "反馈"
        result = desk.run("--annotate", str(target), "--errors-only")
        assert result.exit_code == 1
        assert result.stderr == f"写了 2 份带批注的副本，在 {target}。\n"
        assert result.stdout.endswith("错误 1 条，警告 2 条，提示 1 条。\n")
        first, second = annotated
        folder = tmp_path / "data" / "2024-2025"
        assert (first["source"], first["target"]) == (folder / LEDGER, target / f"反馈_{LEDGER}")
        assert first["findings"] == (BAD_DATE, ROUGH)
        assert first["heading"] == "示例学院　2024-2025 学年"
        assert (second["source"].name, second["findings"]) == (JUDGE, (POINTS,))
        assert {path.read_bytes() for path in folder.iterdir()} == {b"untouched"}

    def test_copies_of_an_earlier_round_are_named(
        self, desk: Desk, tmp_path: Path, annotated: list[dict[str, Any]]
    ) -> None:
        target = tmp_path / "反馈"
        target.mkdir()
        (target / f"反馈_{JUDGE}").write_bytes(b"old")
        desk.find(BAD_DATE)
        result = desk.run("--annotate", str(target), "-o", str(tmp_path / "a.txt"))
        assert [call["target"].name for call in annotated] == [f"反馈_{LEDGER}"]
        assert result.stdout == (
            f"已写入 {tmp_path / 'a.txt'}\n"
            f"写了 1 份带批注的副本，在 {target}。\n"
            f"以下副本是以前写的，文件现在已经没有问题，不必再退回：反馈_{JUDGE}。\n"
        )

    @pytest.mark.parametrize("place", ["data", "data/2024-2025", "data/new", "x/../data"])
    @pytest.mark.parametrize("option", ["--annotate", "-o"])
    def test_never_among_the_inputs(
        self, desk: Desk, tmp_path: Path, place: str, option: str
    ) -> None:
        desk.find(BAD_DATE)
        path = tmp_path / place / ("" if option == "--annotate" else "out.json")
        result = desk.run(option, str(path))
        assert result.exit_code == 2
        assert (
            f"“{path}”在材料文件夹 {tmp_path / 'data'} 之内，会与交来的文件混在一起。"
            "请换一个文件夹。"
        ) in result.stderr
        assert sorted(p.name for p in (tmp_path / "data").rglob("*.xlsx")) == sorted(
            (LEDGER, CENTRE, JUDGE)
        )


class TestWrongUse:
    @pytest.mark.parametrize(
        "arguments",
        [("--rounds", "--since", "1"), ("--rounds", "--annotate", "x"),
         ("--since", "1", "--annotate", "x")],
    )  # fmt: skip
    def test_one_thing_at_a_time(self, desk: Desk, arguments: tuple[str, ...]) -> None:
        desk.find(BAD_DATE)
        result = desk.run(*arguments)
        assert result.exit_code == 2
        assert "--rounds、--since 和 --annotate 一次只能用一个。" in result.stderr

    def test_unknown_year_and_college(self, desk: Desk) -> None:
        desk.find(BAD_DATE)
        result = desk.run("--year", "2019-2020")
        assert result.exit_code == 2
        assert "没有名为“2019-2020”的学年。现有：2024-2025。" in result.stderr
        result = desk.run("--college", "C09")
        assert result.exit_code == 2
        assert "没有名为“C09”的学院。" in result.stderr
        assert "C01 甲学院、C02 乙学院" in result.stderr

    def test_help_has_examples(self, desk: Desk) -> None:
        text = desk.run("--help").stdout
        assert "  evalkit check --annotate 反馈 " in text
        assert "  evalkit check --since 1 " in text
