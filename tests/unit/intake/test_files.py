"""A year's folder: which files are opened, and what their names say."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from evalkit.intake.files import Candidate, is_standard_name, list_files


def one(year_folder: Any, name: str) -> Candidate:
    """The file of this name, as the only one in the folder."""
    (year_folder.folder / name).write_bytes(b"x")
    (candidate,), findings = list_files(year_folder.workspace, year_folder.year)
    assert findings == []
    return candidate


class TestNames:
    @pytest.mark.parametrize(
        ("name", "kind", "code"),
        [
            ("台账_2024-2025_C01.xlsx", "college", "C01"),
            ("反馈_台账_2024-2025_C01.xlsx", "college", "C01"),
            ("台账_2024-2025_C01 (1).xlsx", "college", "C01"),
            ("台账_2024-2025_C01（最终版）.xlsx", "college", "C01"),
            ("副本台账_2024-2025_C01.xlsx", "college", "C01"),
            ("台账_2024-2025_C01 - 副本.xlsx", "college", "C01"),
            ("台账2024－2025学年c01.XLSX", "college", "C01"),
            ("台账_2024—2025_C０１.xls", "college", "C01"),
            ("C01 台账 24-25学年.xlsx", "college", "C01"),
            ("2024至2025学年C01学院台账.et", "college", "C01"),
            ("台账_2024_2025_C103.xlsx", "college", "C103"),
            ("台账_2024-2025_C1.xlsx", "college", ""),
            ("台账_2024-2025_ABC01.xlsx", "college", ""),
            ("台账(1)(最终版).xlsx", "college", ""),
            ("化学工程学院台账.xlsx", "college", ""),
            ("台账_2024-2025_C01", "college", "C01"),
            ("台账_2024-2025_C01.xlsx.download", "college", "C01"),
            ("评分表_2024-2025_J01.xlsx", "judge", "J01"),
            ("评分表（王老师）.xlsx", "judge", ""),
            ("校级_2024-2025.xlsx", "centre", ""),
            ("校级工作簿.ods", "centre", ""),
            ("新建 Microsoft Excel 工作表.xlsx", None, ""),
            ("C01.xlsx", None, ""),
            ("data.csv", None, ""),
        ],
    )
    def test_kind_and_code(self, year_folder: Any, name: str, kind: str | None, code: str) -> None:
        candidate = one(year_folder, name)
        assert (candidate.kind, candidate.code) == (kind, code)
        assert candidate.sha256 == hashlib.sha256(b"x").hexdigest()

    @pytest.mark.parametrize(
        ("name", "code", "part"),
        [
            ("台账_2024-2025_C03_活动台账.csv", "C03", "活动台账"),
            ("台账_2024-2025_C03-S08 活动台账.csv", "C03", "S08 活动台账"),
            ("活动台账_2024-2025_C03.csv", "C03", "活动台账"),
            ("C03_经费台账.csv", "C03", "经费台账"),
            ("台账_2024-2025学年_C03_站内人员.CSV", "C03", "站内人员"),
            ("台账_2024-2025_C03.csv", "C03", ""),
            ("台账_2024-2025_C03-_lists.csv", "C03", "_lists"),
            ("校级_2024-2025_校历与字典.csv", "", "校历与字典"),
        ],
    )
    def test_part(self, year_folder: Any, name: str, code: str, part: str) -> None:
        candidate = one(year_folder, name)
        assert (candidate.code, candidate.part) == (code, part)

    @pytest.mark.parametrize(
        ("name", "standard"),
        [
            ("台账_2024-2025_C01.xlsx", True),
            ("反馈_台账_2024-2025_C01.xlsx", True),
            ("台账_2024-2025_C01.ods", True),
            ("台账_2024-2025_C01_活动台账.csv", True),
            ("台账_2024-2025_C01-S08 活动台账.csv", True),
            ("评分表_2024-2025_J12.xlsx", True),
            ("校级_2024-2025.xlsx", True),
            ("台账_2024-2025_C01(1).xlsx", False),
            ("台账_2024-2025_C01_终稿.xlsx", False),
            ("台账_2024-2025_C０１.xlsx", False),
            ("台账_2024-2025_C01.et", False),
        ],
    )
    def test_standard(self, name: str, standard: bool) -> None:
        assert is_standard_name(name) is standard


class TestYear:
    @pytest.mark.parametrize(
        "name",
        [
            "台账_2023-2024_C02.xlsx",
            "台账_2023—2024_C02.xlsx",
            "台账 23-24学年 C02.xlsx",
            "台账_2024-2026_C02.xlsx",
            "校级_2025-2026.xlsx",
        ],
    )
    def test_of_another_folder(self, year_folder: Any, name: str) -> None:
        (year_folder.folder / name).write_bytes(b"x")
        candidates, findings = list_files(year_folder.workspace, year_folder.year)
        assert candidates == []
        assert [str(finding) for finding in findings] == [
            (
                f"[E F04] {name}：文件名中的学年与所在文件夹不符，没有读取。"
                "允许：2024-2025。处理：请放到对应学年的文件夹，或改正文件名。"
            )
        ]

    @pytest.mark.parametrize(
        "name",
        [
            "台账_C01.xlsx",
            "台账_C01_20250630.xlsx",
            "台账_C01_2025-06-30.xlsx",
            "台账_C01_24-25.xlsx",
            "2024年台账C01.xlsx",
        ],
    )
    def test_not_said(self, year_folder: Any, name: str) -> None:
        assert one(year_folder, name).code == "C01"


class TestOthers:
    @pytest.mark.parametrize(
        "name",
        [
            "说明.docx",
            "台账_2024-2025_C01.pdf",
            "台账_2024-2025_C01（盖章扫描件）.jpg",
            "台账_2024-2025_C01.zip",
            "笔记.txt",
            "无后缀",
        ],
    )
    def test_unknown(self, year_folder: Any, name: str) -> None:
        (year_folder.folder / name).write_bytes(b"x")
        candidates, findings = list_files(year_folder.workspace, year_folder.year)
        assert candidates == []
        assert [str(finding) for finding in findings] == [
            (
                f"[W F05] {name}：认不出是哪一份材料，没有读取。"
                "允许：“台账_2024-2025_C01.xlsx”“评分表_2024-2025_J01.xlsx”或“校级_2024-2025.xlsx”。"
                "处理：请按规定的文件名重命名；多余的文件请移走。"
            )
        ]

    def test_number_of_a_person_is_masked(self, year_folder: Any) -> None:
        (year_folder.folder / "王某13800138000.txt").write_bytes(b"x")
        _, (finding,) = list_files(year_folder.workspace, year_folder.year)
        assert finding.location.file == "王某******.txt"

    @pytest.mark.skipif(os.name == "nt", reason="such names cannot be made there")
    def test_name_that_is_no_text(self, year_folder: Any) -> None:
        folder = os.fsencode(year_folder.folder)
        Path(os.fsdecode(folder + b"/\xcc\xa8\xd5\xcb.txt")).write_bytes(b"x")
        _, (finding,) = list_files(year_folder.workspace, year_folder.year)
        assert finding.location.file.encode("utf-8")

    def test_locks_hidden_files_folders_and_notes_are_passed_over(self, year_folder: Any) -> None:
        names = ("~$台账_2024-2025_C01.xlsx", ".~台账.xlsx", ".DS_Store", "README.md", "~WRL0.tmp")
        for name in names:
            (year_folder.folder / name).write_bytes(b"x")
        (year_folder.folder / "第一轮退回").mkdir()
        (year_folder.folder / "台账_2024-2025_C01.xlsx").mkdir()
        assert list_files(year_folder.workspace, year_folder.year) == ([], [])

    def test_folder_that_does_not_exist(self, year_folder: Any) -> None:
        assert list_files(year_folder.workspace, year_folder.year.previous) == ([], [])

    def test_order_is_that_of_the_names(self, year_folder: Any) -> None:
        for code in ("C10", "C02", "C01"):
            (year_folder.folder / f"台账_2024-2025_{code}.xlsx").write_bytes(code.encode())
        candidates, _ = list_files(year_folder.workspace, year_folder.year)
        assert [candidate.code for candidate in candidates] == ["C01", "C02", "C10"]

    def test_file_that_cannot_be_opened_is_left_to_its_reader(
        self, year_folder: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError

        (year_folder.folder / "台账_2024-2025_C01.xlsx").write_bytes(b"x")
        workspace = year_folder.workspace
        monkeypatch.setattr(Path, "open", refuse)
        (candidate,), findings = list_files(workspace, year_folder.year)
        assert (candidate.sha256, candidate.code, findings) == ("", "C01", [])
