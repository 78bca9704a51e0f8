"""A report that fails does not stop the others, and says where and why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from evalkit.assessment import load_assessment
from evalkit.reports import make_packet, plan


@pytest.fixture
def workspace(sample: Path, tmp_path: Path) -> Path:
    root = tmp_path / "own"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("reports", ".evalkit"))
    return root


def _break(path: Path, source: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(5, nbformat.v4.new_code_cell(source))
    nbformat.write(notebook, path)


def test_the_others_are_made_and_the_cause_is_named(workspace: Path) -> None:
    source = 'assert college != "C02", "示例错误"'
    _break(workspace / "notebooks" / "college_report.ipynb", source)
    assessment = load_assessment("2024-2025", workspace=workspace)
    jobs = tuple(job for job in plan(assessment) if job.parameters.get("college") in ("C01", "C02"))
    packet = make_packet(assessment, jobs, workers=1)
    good, bad = packet.made
    assert not packet.complete
    assert good.error is None
    assert [file.suffix for file in good.files] == [".html", ".ipynb"]
    assert bad.error == (
        "college_report.ipynb 第 4 个代码单元格"
        '（assert college != "C02", "示例错误"）出错：AssertionError：示例错误'
    )
    assert [file.name for file in bad.files] == ["学院报告_C02_环境监测学院.出错.ipynb"]
    kept = nbformat.read(bad.files[0], as_version=4)
    assert any(
        output["output_type"] == "error"
        for cell in kept.cells
        for output in cell.get("outputs", [])
    )
    manifest = json.loads(packet.manifest.read_text("utf-8"))
    assert {name: entry["status"] for name, entry in manifest["reports"].items()} == {
        good.job.name: "made",
        bad.job.name: "failed",
    }


def test_a_broken_template_is_named(workspace: Path) -> None:
    (workspace / "notebooks" / "college_report.ipynb").write_text("{", "utf-8")
    assessment = load_assessment("2024-2025", workspace=workspace)
    jobs = tuple(job for job in plan(assessment) if job.parameters.get("college") in (None, "C01"))
    bad, good = make_packet(assessment, jobs, workers=2).made
    assert good.error is None
    assert bad.error is not None
    assert bad.error.startswith("college_report.ipynb：NotJSONError：")
    assert bad.files == ()


def test_a_dead_kernel_is_named(workspace: Path) -> None:
    _break(workspace / "notebooks" / "college_report.ipynb", "import os\nos._exit(3)")
    assessment = load_assessment("2024-2025", workspace=workspace)
    packet = make_packet(assessment, plan(assessment, "C01"), workers=1)
    assert packet.made[0].error == "college_report.ipynb 的计算进程意外退出，可能是内存不足"


@pytest.mark.slow
def test_a_year_without_scores_still_has_reports(workspace: Path) -> None:
    assessment = load_assessment("2022-2023", workspace=workspace)
    packet = make_packet(assessment, workers=2)
    assert packet.complete, [made.error for made in packet.made]
    page = (packet.folder / "学校报告.html").read_text("utf-8")
    assert "2022-2023 学年是办法施行前的对照学年，不评分" in page
