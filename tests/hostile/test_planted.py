"""What is planted in any format and place stops a release; what only looks like it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.privacy.scan import scan_bytes, scan_files

from .planted import ASCII_PLACES, PLACES

NAMES = ["李小红", "欧阳文静", "王伟"]
MOBILE, IDENTITY, STUDENT, NAME = "13800138000", "11010519491231002X", "2022010345", "欧阳文静"
FEW = "一级预警3人"
KINDS = {MOBILE: "手机号", IDENTITY: "身份证号", STUDENT: "学号", NAME: "姓名", FEW: "过小的人数"}


@pytest.mark.parametrize("text", KINDS, ids=["mobile", "identity", "student", "name", "few"])
@pytest.mark.parametrize("title", PLACES)
def test_planted(title: str, text: str) -> None:
    name, plant = PLACES[title]
    found = scan_bytes(name, plant(text), NAMES, small=5)
    assert KINDS[text] in {each.kind for each in found}, found
    assert "无法检查" not in {each.kind for each in found}
    for each in found:
        assert text not in str(each)
        assert text[-3:] not in str(each)


@pytest.mark.parametrize("title", PLACES)
def test_without_it_nothing_is_found(title: str) -> None:
    name, plant = PLACES[title]
    assert scan_bytes(name, plant("120"), NAMES, small=5) == []
    assert scan_bytes(name, plant("一级预警12人"), NAMES, small=5) == []


@pytest.mark.parametrize("title", ASCII_PLACES)
def test_planted_in_plain_pdf(title: str) -> None:
    name, plant = ASCII_PLACES[title]
    (found,) = scan_bytes(name, plant(MOBILE))
    assert (found.place, found.kind) == ("第 1 页", "手机号")


def test_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "甲").mkdir()
    (tmp_path / "甲" / "a.txt").write_text(f"x\n{MOBILE}", "utf-8")
    (tmp_path / f"{NAME}.txt").write_text("1", "utf-8")
    found = scan_files([tmp_path], NAMES)
    assert [(Path(each.file).name, each.place, each.kind, each.value) for each in found] == [
        ("欧***.txt", "文件名", "姓名", "欧***"),
        ("a.txt", "第 2 行", "手机号", "138********"),
    ]
