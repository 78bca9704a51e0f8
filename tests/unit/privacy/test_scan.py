from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from evalkit.privacy.scan import Exposure, ExposureError, scan_bytes, scan_files
from evalkit.privacy.scan.folding import folded
from evalkit.privacy.scan.patterns import Seeker, is_identity_number, usable

IDENTITY = "11010519491231002X"


def kinds(text: str, *names: str, **options: frozenset[str]) -> list[tuple[str, str]]:
    seeker = Seeker(usable(names), **options)
    return [(kind, found) for _, kind, found in seeker.find(text)]


class TestNumbers:
    @pytest.mark.parametrize(
        "text",
        ["13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "8613800138000",
         "0086-138-0013-8000", "１３８００１３８０００", "138\u200b0013\u200b8000",
         "138\u00a00013\u00a08000",
         "138\u20110013\u20118000", "手机13800138000微信同号", "13800138000.0", "tel:13800138000",
         "(13800138000)", "١٣٨٠٠١٣٨٠٠٠", "QQ13800138000", "13800138000。", "\u202e13800138000"],
    )  # fmt: skip
    def test_mobile(self, text: str) -> None:
        assert [kind for kind, _ in kinds(text)] == ["手机号"]

    @pytest.mark.parametrize(
        "text",
        [IDENTITY, IDENTITY.lower(), "110105 19491231 002X", "110105-19491231-002x",
         "１１０１０５１９４９１２３１００２Ｘ", f"身份证{IDENTITY}，"],
    )  # fmt: skip
    def test_identity(self, text: str) -> None:
        assert [kind for kind, _ in kinds(text)] == ["身份证号"]

    def test_check_digit(self) -> None:
        """The examples of GB 11643."""
        assert is_identity_number("11010519491231002X")
        assert is_identity_number("440524188001010014")
        others = [f"11010519491231002{digit}" for digit in "0123456789"]
        assert not any(is_identity_number(text) for text in others)

    @pytest.mark.parametrize(
        "text",
        ["110105194912310021", "110105194913310025", "2,239", "1380013800", "138001380001",
         "0.13800138000", "M 12.13800138000 3", "13800138000.25", "2024-09-01 12:30",
         "12800138000", "978-7-115-12345-6", "C01-2024-0001", "20240901",
         "3f2a13800138000ab9c1e07d55aa01bc9e", "1380\n0138000", "20241126005122"],
    )  # fmt: skip
    def test_what_only_looks_like_it(self, text: str) -> None:
        assert kinds(text) == []

    def test_student_number(self) -> None:
        assert kinds("学号 2022010345") == [("学号", "2022010345")]
        assert kinds("学号 2022010345", student_number=r"S\d{6}") == []  # type: ignore[arg-type]
        assert kinds("学号 S123456", student_number=r"S\d{6}") == [("学号", "S123456")]  # type: ignore[arg-type]

    def test_allowed(self) -> None:
        assert kinds("值班 13800138000", allowed=frozenset({"13800138000"})) == []


class TestNames:
    @pytest.mark.parametrize(
        "text", ["与李小红谈话", "李 小 红", "李　小红", "李\u200b小红", "学生：李小红（女）"]
    )
    def test_found(self, text: str) -> None:
        assert kinds(text, "李小红", "王伟") == [("姓名", "李小红")]

    @pytest.mark.parametrize("text", ["李小\n红", "小红", "李红", "王 某", ""])
    def test_not_found(self, text: str) -> None:
        assert kinds(text, "李小红", "王伟") == []

    def test_the_longest_that_may_be_there_wins(self) -> None:
        allowed = frozenset({"王伟民"})
        assert kinds("王伟民老师", "王伟", allowed=allowed) == []
        assert kinds("王伟民老师、王伟", "王伟", allowed=allowed) == [("姓名", "王伟")]

    def test_several(self) -> None:
        found = kinds("王伟、欧阳文静和阿依古丽·买买提", "王伟", "欧阳文静", "阿依古丽·买买提")
        assert [name for _, name in found] == ["王伟", "欧阳文静", "阿依古丽·买买提"]

    def test_usable(self) -> None:
        assert usable(["李 小红", "王", "", "ＡＢ"]) == {"李小红", "AB"}

    def test_folded(self) -> None:
        assert folded("甲\u200b乙\u3000丙") == "甲乙 丙"

    def test_radicals_that_browsers_write_for_words(self) -> None:
        assert folded("⾼⻰⻢⼀级⽅⽯⻩") == "高龙马一级方石黄"
        assert [value for *_, value in Seeker(frozenset({"黄小龙"})).find("⻩⼩⻰")] == ["黄小龙"]


class TestUnreadable:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.docx", b"PK\x03\x04broken"),
            ("a.pdf", b"%PDF-1.7\nnothing"),
            ("a.pdf", b"%PDF-1.7\n1 0 obj\n<< /Encrypt 2 0 R >>\nendobj"),
            ("a.parquet", b"PAR1 broken"),
            ("a.xls", b"\xd0\xcf\x11\xe0broken"),
            ("a.csv.gz", b"\x1f\x8bbroken"),
            ("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")),
        ],
    )
    def test_is_told(self, name: str, content: bytes) -> None:
        (found,) = scan_bytes(name, content)
        assert (found.kind, found.file) == ("无法检查", name)
        assert found.value

    def test_nested_too_deep(self) -> None:
        content = b"13800138000"
        for _ in range(12):
            stream = BytesIO()
            with zipfile.ZipFile(stream, "w") as archive:
                archive.writestr("a.zip", content)
            content = stream.getvalue()
        (found,) = scan_bytes("a.zip", content)
        assert (found.kind, found.value) == ("无法检查", "文件套得太深")

    def test_more_inside_than_said(self) -> None:
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.txt", b"0" * 100_000)
        content = bytearray(stream.getvalue())
        for start in (content.find(b"PK\x01\x02") + 24,):
            content[start : start + 4] = (10).to_bytes(4, "little")
        assert {each.kind for each in scan_bytes("a.zip", bytes(content))} == {"无法检查"}

    def test_letters_without_meaning(self) -> None:
        page = (
            b"%PDF-1.4\n1 0 obj\n<< /Type /Page /Contents 2 0 R /Resources << /Font << /F << "
            b"/Type /Font /Subtype /Type0 /Encoding /Identity-H >> >> >> >>\nendobj\n"
            b"2 0 obj\n<< /Length 24 >>\nstream\nBT /F 1 Tf <0001> Tj ET \nendstream\nendobj\n"
        )
        (found,) = scan_bytes("a.pdf", page)
        assert found.value == "PDF 中有无法认读的字体（没有文字对应表）"


class TestScanFiles:
    def test_missing_path(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            scan_files([tmp_path / "x"])

    def test_empty(self, tmp_path: Path) -> None:
        (tmp_path / "empty.html").write_bytes(b"")
        assert scan_files([tmp_path]) == []
        assert scan_files([]) == []

    def test_order_and_text(self, tmp_path: Path) -> None:
        for name in ("b.txt", "a.txt"):
            (tmp_path / name).write_text("甲\n13800138000 13800138000\n13900139000", "utf-8")
        found = scan_files([tmp_path / "b.txt", tmp_path / "a.txt"])
        assert [Path(each.file).name for each in found] == ["b.txt"] * 2 + ["a.txt"] * 2
        assert str(found[0]) == f"{tmp_path / 'b.txt'} › 第 2 行：手机号，138********"

    def test_hidden_sheet_is_called_so(self) -> None:
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.create_sheet("备注")
        sheet["C7"] = 13_800_138_000
        sheet.sheet_state = "hidden"
        stream = BytesIO()
        book.save(stream)
        assert scan_bytes("a.xlsx", stream.getvalue()) == [
            Exposure("a.xlsx", "工作表“备注”（隐藏） › C7", "手机号", "138********")
        ]

    def test_place_in_a_notebook(self) -> None:
        notebook = {
            "cells": [{"cell_type": "code", "source": ["x = 1\n", "y = '13800138000'"]}],
            "metadata": {"papermill": {"parameters": {"n": 13_800_138_000}}},
        }
        found = scan_bytes("a.ipynb", json.dumps(notebook).encode())
        assert [each.place for each in found] == [
            "metadata › papermill › parameters › n",
            "第 1 个单元 › source › 第 2 行",
        ]

    def test_hostile_markup_takes_no_time(self) -> None:
        for text in ("<!--" * 50_000, '<a "' * 50_000, "<![CDATA[" * 50_000, "<" * 200_000):
            assert scan_bytes("a.html", text.encode()) == []


def test_error_tells_the_first_and_how_many() -> None:
    text = "\n".join(f"138001380{number:02d}" for number in range(7))
    error = ExposureError(scan_bytes("a.html", text.encode()))
    assert len(error.exposures) == 7
    assert str(error).startswith(
        "有不该出现的个人信息，没有写出：a.html › 第 1 行：手机号，138********；a.html › 第 2 行："
    )
    assert "等共 7 处。" in str(error)
    assert "13800138" not in str(error)
