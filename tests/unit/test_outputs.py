from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from evalkit.outputs import save_workbook, workbook_bytes, write_bytes, write_text


class TestWriteBytes:
    def test_makes_the_folders(self, tmp_path: Path) -> None:
        path = tmp_path / "a" / "b" / "c.bin"
        assert write_bytes(path, b"\x00\r\n") == path
        assert path.read_bytes() == b"\x00\r\n"

    def test_replaces_what_was_there(self, tmp_path: Path) -> None:
        path = tmp_path / "c.bin"
        path.write_bytes(b"old")
        write_bytes(path, b"new")
        assert path.read_bytes() == b"new"
        assert [p.name for p in tmp_path.iterdir()] == ["c.bin"]

    def test_leaves_the_same_content_untouched(self, tmp_path: Path) -> None:
        path = tmp_path / "c.bin"
        path.write_bytes(b"same")
        os.utime(path, (1, 1))
        write_bytes(path, b"same")
        assert path.stat().st_mtime == 1

    @pytest.mark.parametrize("fault", [OSError("disk full"), KeyboardInterrupt()])
    def test_interrupted_keeps_the_old_file_and_nothing_beside_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
    ) -> None:
        path = tmp_path / "c.bin"
        path.write_bytes(b"old")

        def fail(*_: object) -> None:
            raise fault

        monkeypatch.setattr("evalkit.outputs.os.fsync", fail)
        with pytest.raises(type(fault)):
            write_bytes(path, b"new")
        assert path.read_bytes() == b"old"
        assert [p.name for p in tmp_path.iterdir()] == ["c.bin"]


def test_text_has_unix_line_ends_and_no_mark(tmp_path: Path) -> None:
    path = write_text(tmp_path / "c.txt", "甲\n乙\n")
    assert path.read_bytes() == "甲\n乙\n".encode()


def book() -> Workbook:
    workbook = Workbook()
    first = workbook.worksheets[0]
    first.title = "甲"
    first["A1"] = 2
    first["A2"] = "=A1*2"
    first["A3"] = '="合"&A1'
    workbook.create_sheet("乙")["B2"] = "=甲!A2"
    return workbook


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class TestWorkbookBytes:
    def test_same_at_every_call(self) -> None:
        workbook = book()
        first = workbook_bytes(workbook)
        assert workbook_bytes(workbook) == first
        assert workbook_bytes(book()) == first

    def test_no_person_and_no_time_of_day(self) -> None:
        workbook = book()
        workbook.properties.creator = "王某"
        workbook.properties.lastModifiedBy = "李某"
        content = workbook_bytes(workbook)
        core = parts(content)["docProps/core.xml"].decode()
        assert "王某" not in core
        assert "李某" not in core
        assert core.count("2024-01-01T00:00:00Z") == 2
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {info.date_time for info in archive.infolist()} == {(2024, 1, 1, 0, 0, 0)}

    def test_does_not_say_that_it_comes_from_excel(self) -> None:
        assert b"Microsoft" not in parts(workbook_bytes(book()))["docProps/app.xml"]

    def test_formulas_show_their_values_before_anyone_calculates(self) -> None:
        cached = {"甲": {"A2": 4, "A3": "合2"}, "乙": {"B2": 4.5}}
        content = workbook_bytes(book(), cached)
        shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        assert shown["甲"]["A2"].value == 4
        assert shown["甲"]["A3"].value == "合2"
        assert shown["乙"]["B2"].value == 4.5
        formulas = openpyxl.load_workbook(io.BytesIO(content))
        assert formulas["甲"]["A3"].value == '="合"&A1'
        assert b'fullCalcOnLoad="1"' in parts(content)["xl/workbook.xml"]

    def test_value_for_a_sheet_that_is_not_there(self) -> None:
        with pytest.raises(KeyError, match="no such sheet: 丙"):
            workbook_bytes(book(), {"丙": {"A1": 1}})

    def test_value_for_a_cell_without_a_formula(self) -> None:
        with pytest.raises(KeyError, match="A1"):
            workbook_bytes(book(), {"甲": {"A1": 1}})


def test_save_workbook_writes_these_bytes(tmp_path: Path) -> None:
    cached = {"甲": {"A2": 4}}
    path = save_workbook(book(), tmp_path / "new" / "甲.xlsx", cached)
    assert path.read_bytes() == workbook_bytes(book(), cached)
