"""Spark's workers stop what names a person too."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import openpyxl
import pytest

from evalkit.reports.manifest import Manifest

from .conftest import run_evalkit

pytestmark = [pytest.mark.spark, pytest.mark.slow]
NAME = "欧阳文静"


def test_a_name_in_one_report(sample: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="没有安装 pyspark（evalkit[cluster]）")
    if shutil.which("java") is None:
        pytest.skip("没有安装 Java")
    root = tmp_path / "工作区"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("reports"))
    book = openpyxl.Workbook()
    book.active.append(["学号", "姓名"])
    book.active.append(["2022010345", NAME])
    book.save(root / "data" / "sample" / "学生名单.xlsx")
    path = root / "notebooks" / "college_report.ipynb"
    notebook = nbformat.read(path, as_version=4)
    source = "print(''.join(map(chr, [27431, 38451, 25991, 38745])) if college == 'C02' else '')"
    notebook.cells = [*notebook.cells[:5], nbformat.v4.new_code_cell(source)]
    nbformat.write(notebook, path)
    words = ("--only", "C01", "--only", "C02", "--formats", "html", "--master", "local[2]")
    done = run_evalkit(root, "report", "--year", "2024-2025", *words)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "没有写出：学院报告_C02_环境监测学院.html › 第 " in done.stdout + done.stderr
    assert NAME not in done.stdout + done.stderr
    folder = root / "reports" / "2024-2025"
    shown = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert shown == {"manifest.json", "学院报告_C01_精细化工学院.html"}
    entries = Manifest.read(folder).entries
    assert {entry.status for entry in entries.values()} == {"made", "failed"}
