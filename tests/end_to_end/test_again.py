"""The second run: nothing for nothing, the least for a change, on from where it was broken off."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import openpyxl
import psutil
import pytest

from evalkit.reports.manifest import Manifest
from evalkit.workspace import FORMATS

YEAR = "2024-2025"
TITLE = f"示例化工职业学院 {YEAR} 学年"
COMMAND = [sys.executable, "-c", "from evalkit.cli import main; main()"]
REPORT_WITH_MODULES = """
import sys
from evalkit.cli import main
try:
    main()
finally:
    heavy = {"pandas", "pyarrow", "numpy", "matplotlib", "papermill", "nbformat", "nbconvert",
             "openpyxl", "IPython", "rich"}
    print("heavy:", sorted(heavy & sys.modules.keys()))
"""
PARAMETERS = 'workspace, academic_year, college = ".", "2024-2025", ""'
VIEW = """\
from evalkit.assessment import load_assessment
report = load_assessment(academic_year, workspace=workspace).college(college)
"""
SCHOOL = VIEW.replace(".college(college)", "")
SHOW = "print(report.totals.to_string())"
SLOW = """\
import time
from pathlib import Path
if Path(workspace, "slow").exists():
    time.sleep(3)
"""


def write_notebook(path: Path, *cells: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    notebook.cells[0].metadata.tags = ["parameters"]
    nbformat.write(notebook, path)


@pytest.fixture
def root(sample: Path, tmp_path: Path) -> Path:
    """The sample with its snapshots, if they have been made, and notebooks that say little."""
    root = tmp_path / "own"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("reports"))
    folder = root / "notebooks"
    write_notebook(folder / "college_report.ipynb", PARAMETERS, VIEW, SHOW)
    write_notebook(
        folder / "school_report.ipynb", PARAMETERS, SCHOOL, SHOW.replace("report", "report.school")
    )
    return root


def evalkit(
    root: Path, *arguments: str, code: str | None = None
) -> subprocess.CompletedProcess[str]:
    command = COMMAND if code is None else [sys.executable, "-c", code]
    return subprocess.run(
        [*command, *arguments], cwd=root, capture_output=True, text=True, encoding="utf-8",
        check=False, timeout=300,
    )  # fmt: skip


def hashes(root: Path) -> dict[str, str]:
    folder = root / "reports" / YEAR
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != "manifest.json"
    }


def one_attendance_more(root: Path, college: str) -> None:
    path = root / "data" / "sample" / YEAR / f"台账_{YEAR}_{college}.xlsx"
    workbook = openpyxl.load_workbook(path)
    page = workbook["S08 活动台账"]
    heads = [str(cell.value) for cell in page[3]]
    cell = page.cell(5, heads.index("参与人次＊") + 1)
    cell.value = int(str(cell.value)) + 1
    workbook.save(path)


def test_nothing_for_nothing_and_the_least_for_a_change(root: Path) -> None:
    first = evalkit(root, "report")
    assert (first.returncode, first.stderr) == (0, "")
    made = hashes(root)
    assert len(made) == 9 * len(FORMATS) + 1
    folder = root / "reports" / YEAR

    again = evalkit(root, "report", code=REPORT_WITH_MODULES)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.splitlines() == [
        f"{TITLE}：10 份都没有变化，没有重新生成。文件在：{folder}",
        "heavy: []",
    ]
    assert hashes(root) == made

    one_attendance_more(root, "C03")
    look = evalkit(root, "report", "--dry-run")
    assert look.stdout.splitlines() == [
        f"{TITLE}：共 10 份，要生成 3 份，7 份没有变化（只是查看，没有生成）",
        "  学校报告：全校 2024-2025 学年的数据有变化",
        "  学院报告_C03_生物制药学院：本学院 2024-2025 学年的数据有变化",
        "  汇总：全校 2024-2025 学年的数据有变化",
    ]
    assert hashes(root) == made
    status = evalkit(root, "status").stdout
    assert "报告共 10 份，7 份是最新的。\n需要生成 3 份：\n  学校报告：全校" in status

    third = evalkit(root, "report", "--log-format", "json")
    assert (third.returncode, third.stderr) == (0, "")
    events = [json.loads(line) for line in third.stdout.splitlines()]
    assert [event["event"] for event in events[:1] + events[-1:]] == ["planned", "finished"]
    names = {"学校报告", "学院报告_C03_生物制药学院", "汇总"}
    assert {event["report"] for event in events if event["event"] == "made"} == names
    assert (events[-1]["made"], events[-1]["kept"], events[-1]["failed"]) == (3, 7, [])
    now = hashes(root)
    assert {name.partition(".")[0] for name in made if now[name] != made[name]} <= names
    assert made["学院报告_C03_生物制药学院.html"] != now["学院报告_C03_生物制药学院.html"]

    status = evalkit(root, "status").stdout.splitlines()
    assert status[0] == f"{TITLE}，报告文件夹：{folder}"
    assert re.fullmatch(
        r"  \d{4}-\d\d-\d\d \d\d:\d\d　完成：应生成 3 份，生成 3 份，7 份没有变化，"
        r"用时 .*（电脑 .*）",
        status[3],
    )
    assert status[-1] == "报告共 10 份，10 份是最新的。"
    facts = json.loads(evalkit(root, "status", "--format", "json").stdout)
    assert (len(facts["current"]), facts["due"], facts["failed"], facts["gone"]) == (10, [], {}, [])
    assert [(run["made"], run["kept"], run["status"]) for run in facts["runs"]] == [
        (10, 0, "done"), (3, 7, "done"),
    ]  # fmt: skip
    assert facts["running"] is None


def start(root: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "report", "--log-format", "json", *arguments], cwd=root,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip


def wait_for(process: subprocess.Popen[str], event: str, times: int) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        times -= json.loads(line)["event"] == event
        if not times:
            return
    raise AssertionError(process.communicate())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有这些信号")
@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_broken_off_goes_on(root: Path, how: signal.Signals) -> None:
    for name in ("college_report", "school_report"):
        write_notebook(root / "notebooks" / f"{name}.ipynb", PARAMETERS, SLOW, "college")
    (root / "slow").touch()
    with start(root, "--jobs", "2") as process:
        wait_for(process, "made", 2)
        rival = evalkit(root, "report")
        assert rival.returncode == 1
        assert rival.stderr.startswith(
            f"另一个程序正在 {root / 'reports' / YEAR} 中生成报告（电脑 "
        )
        assert f"，进程 {process.pid}，自 " in rival.stderr
        others = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, how)
        _, said = process.communicate(timeout=60)
    assert len(others) >= 3
    assert psutil.wait_procs(others, timeout=30)[1] == []
    folder = root / "reports" / YEAR
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert said.strip() == "已中断。已经生成的文件是完整的，可以重新运行。"
        assert not list(folder.glob(".*"))
    state = {signal.SIGINT: "被中断", signal.SIGKILL: "被强行结束"}[how]
    assert f"　{state}：应生成 10 份，生成 " in evalkit(root, "status").stdout
    done = {
        name: entry.outputs
        for name, entry in Manifest.read(folder).entries.items()
        if entry.status == "made"
    }
    assert 2 <= len(done) < 10
    for outputs in done.values():
        for output in outputs:
            content = (folder / output["file"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == output["sha256"]
    (root / "slow").unlink()
    rest = evalkit(root, "report")
    assert (rest.returncode, rest.stderr) == (0, "")
    assert f"要生成 {10 - len(done)} 份，{len(done)} 份没有变化\n" in rest.stdout
    assert not list(folder.glob(".*"))
    assert len(hashes(root)) == 9 * len(FORMATS) + 1


@pytest.mark.slow
def test_the_same_bytes(packet: object, sample: Path, tmp_path: Path) -> None:
    """Another workspace, another process, another hash seed: the same files."""
    root = tmp_path / "other place"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns("reports", ".evalkit"))
    result = subprocess.run(
        [*COMMAND, "report"], cwd=root, check=False, capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )  # fmt: skip
    assert result.returncode == 0
    assert hashes(root) == hashes(sample)
