"""The wheel, installed into an empty environment elsewhere, does the whole job."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    # Nothing of this checkout may be seen from there.
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=outside | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=900,
    )


def test_wheel_works_in_another_folder(repository: Path, tmp_path: Path) -> None:
    built = _run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", tmp_path, repository,
        cwd=tmp_path,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("evalkit-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "evalkit/resources/notebooks/college_report.ipynb",
        "evalkit/resources/notebooks/school_report.ipynb",
        "evalkit/resources/rubrics/station-2024.yaml",
        "evalkit/resources/ledger/S08_activities.yaml",
        "evalkit/resources/locale/zh_CN/LC_MESSAGES/evalkit.mo",
        "evalkit/resources/html/report.css",
        "evalkit/resources/privacy.yaml",
        "evalkit/resources/workspace/evalkit.toml",
    ):
        assert needed in names
    assert not [name for name in names if "data/sample" in name or name.startswith("tests")]

    environment = tmp_path / "environment"
    assert _run(sys.executable, "-m", "venv", environment, cwd=tmp_path).returncode == 0
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    installed = _run(
        scripts / "python", "-m", "pip", "install", "--quiet", "-c",
        repository / "constraints.txt", wheel,
        cwd=tmp_path,
    )  # fmt: skip
    assert installed.returncode == 0, installed.stderr

    evalkit = scripts / "evalkit"
    work = tmp_path / "elsewhere"
    work.mkdir()
    made = _run(evalkit, "init", "school", "--school", "另一所学院", cwd=work)
    assert made.returncode == 0, made.stderr
    made = _run(evalkit, "sample", "school/data", "--colleges", "2", "--years", "1", cwd=work)
    assert made.returncode == 0, made.stderr
    made = _run(evalkit, "report", "--workspace", "school", cwd=work)
    assert made.returncode == 0, made.stdout + made.stderr
    reports = work / "school" / "reports" / "2024-2025"
    assert len(list(reports.glob("*.html"))) == 3
    assert "另一所学院" in (reports / "学校报告.html").read_text("utf-8")
    assert (reports / "汇总.xlsx").is_file()
    assert (reports / "manifest.json").is_file()
