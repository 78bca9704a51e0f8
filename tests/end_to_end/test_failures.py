"""A report that fails does not stop the others, and says where and why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from evalkit.reports.plan import Job
from evalkit.reports.runner import Packet, make_packet
from evalkit.reports.survey import Wanted
from evalkit.workspace import FORMATS, Workspace


@pytest.fixture
def workspace(sample: Path, tmp_path: Path) -> Path:
    root = tmp_path / "own"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("reports"))
    return root


def _break(path: Path, source: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(5, nbformat.v4.new_code_cell(source))
    nbformat.write(notebook, path)


def _make(root: Path, *only: str, year: str = "2024-2025") -> Packet:
    space = Workspace.find(root)
    return make_packet(space, space.year(year), Wanted(only))


def _errors(packet: Packet) -> dict[str | None, str | None]:
    return {_about(made.job): made.error for made in packet.made}


def _about(job: Job) -> str:
    return job.college or job.kind


def test_the_others_are_made_and_the_cause_is_named(workspace: Path) -> None:
    source = 'import os\nassert college != "C02", "示例错误"\nif college == "C03":\n    os._exit(3)'
    _break(workspace / "notebooks" / "college_report.ipynb", source)
    packet = _make(workspace, "C01", "C02", "C03")
    assert not packet.complete
    assert _errors(packet) == {
        "C01": None,
        "C02": "college_report.ipynb 第 4 个代码单元格（import os）出错：AssertionError：示例错误",
        "C03": (
            "“学院报告_C03_生物制药学院”的计算进程意外退出（退出代码 3），没有做完。"
            "其余任务不受影响。"
        ),
    }
    kept = {made.job.college: [file.name for file in made.files] for made in packet.made}
    assert kept == {
        "C01": [f"学院报告_C01_精细化工学院.{kind}" for kind in FORMATS],
        "C02": ["学院报告_C02_环境监测学院.出错.ipynb"],
        "C03": ["学院报告_C03_生物制药学院.出错.ipynb"],
    }
    for made in packet.failed:
        notebook = nbformat.read(made.files[0], as_version=4)
        shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        assert any(output["output_type"] == "error" for output in shown)
        # What had been shown before is still there.
        assert any(output["output_type"] == "execute_result" for output in shown)
        assert str(workspace) not in made.files[0].read_text("utf-8")
    manifest = json.loads((packet.found.folder / "manifest.json").read_text("utf-8"))
    assert {name[5:8]: entry["status"] for name, entry in manifest["reports"].items()} == {
        "C01": "made",
        "C02": "failed",
        "C03": "failed",
    }


@pytest.mark.slow
def test_a_broken_template_is_named(workspace: Path) -> None:
    (workspace / "notebooks" / "college_report.ipynb").write_text("{", "utf-8")
    errors = _errors(_make(workspace, "C01", "全校"))
    assert errors.pop("C01", "").startswith("NotJSONError：")
    assert errors == {"school": None, "summary": None}


@pytest.mark.slow
def test_a_year_without_scores_still_has_reports(workspace: Path) -> None:
    packet = _make(workspace, year="2022-2023")
    assert packet.complete, _errors(packet)
    page = (packet.found.folder / "学校报告.html").read_text("utf-8")
    assert "2022-2023 学年是办法施行前的对照学年，不评分" in page
