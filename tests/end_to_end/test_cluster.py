"""Reports made by Spark's workers: the same bytes, and a lost worker costs nothing but time."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from .conftest import Run, run_evalkit

pytestmark = [pytest.mark.spark, pytest.mark.slow]


@pytest.fixture
def workspace(sample: Path, tmp_path: Path) -> Path:
    pytest.importorskip("pyspark", reason="没有安装 pyspark（evalkit[cluster]）")
    if shutil.which("java") is None:
        pytest.skip("没有安装 Java")
    root = tmp_path / "工作区"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("reports"))
    return root


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != "manifest.json"
    }


def test_a_lost_worker_costs_only_what_it_was_making(packet: Run, workspace: Path) -> None:
    assert packet.status == 0, packet.stderr
    command = [sys.executable, "-c", "from evalkit.cli import main; main()", "report"]
    command += ["--year", "2024-2025", "--master", "local-cluster[2,1,1024]"]
    folder = workspace / "reports" / "2024-2025"
    with subprocess.Popen(
        command,
        cwd=workspace,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as running:
        kill_a_worker(folder, running)
        stdout, stderr = running.communicate(timeout=500)
    assert running.returncode == 0, stdout + stderr
    assert hashes(folder) == hashes(packet.folder)
    assert "Lost executor" in stderr
    assert [path.name for path in folder.glob(".*")] == []


def kill_a_worker(folder: Path, running: subprocess.Popen[str]) -> None:
    """Kill the executor that makes the first report as soon as it has begun."""
    limit = time.monotonic() + 200
    while time.monotonic() < limit and running.poll() is None:
        for note in folder.glob(".evalkit-*/*.begun"):
            told = note.read_text(encoding="utf-8").split()
            if not note.with_suffix(".ended").exists() and len(told) == 2:
                above = psutil.Process(int(told[1])).parents()
                executor = next(process for process in above if "java" in process.name())
                executor.kill()
                return
        time.sleep(0.05)
    pytest.fail("no report was begun")


def test_the_report_whose_worker_is_lost_each_time_is_named(workspace: Path) -> None:
    """A notebook that takes its worker with it: the other reports are made."""
    import nbformat

    path = workspace / "notebooks" / "college_report.ipynb"
    notebook = nbformat.read(path, as_version=4)
    source = (
        "import psutil\n"
        "if college == 'C03':\n"
        "    above = psutil.Process().parents()\n"
        "    next(p for p in above if 'java' in p.name()).kill()"
    )
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    nbformat.write(notebook, path)
    wanted = [part for name in ("C02", "C03", "C04") for part in ("--only", name)]
    result = run_evalkit(
        workspace, "report", "--year", "2024-2025", *wanted, "--master", "local-cluster[1,1,1024]"
    )
    assert result.returncode == 1
    made = {path.name for path in (workspace / "reports" / "2024-2025").glob("*.html")}
    assert {name[:8] for name in made} == {"学院报告_C02", "学院报告_C04"}
    assert (
        "的工作机中途失去联系，这份报告没有完成。其余报告不受影响；"
        "请检查工作机的内存和网络后再运行一次，只会补做没有完成的。"
    ) in result.stdout + result.stderr


def test_jobs_are_for_spark_to_decide(sample: Path) -> None:
    result = run_evalkit(sample, "report", "--master", "local[2]", "--jobs", "2")
    assert result.returncode == 2
    assert "写了 --master 时，同时生成几份由 Spark 决定，不能再写 --jobs。" in result.stderr
