"""How long reports take, beside the ``papermill`` and ``jupyter nbconvert`` commands.

Parts (``--parts``), each measured side by side in one run:

- ``report``: one more report of a college on one core: the commands; evalkit's engine; and the
  floor, the same cells and the same page in one warm process, with nothing to keep reports apart;
- ``packet``: the sample's whole packet from a cold start, two at a time;
- ``again``: the same packet when nothing has changed;
- ``colleges``: the packet of ``--colleges`` invented colleges; of the commands only ``--plain``
  reports are made, and the time of all is reckoned from them;
- ``linear``: ``--colleges`` reports: time of each third, memory of the warm parent, processes left.

Bytecode is compiled first, and inputs are frozen, for all sides. Run it from the environment that
README installs, and once more from one without JupyterLab; the first lines say which it is.

Run: ``python benchmarks/reports.py [--parts report packet] [--rounds 3]``. Prints medians, ratios.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import nbformat

from evalkit.cli.new_workspace import create_workspace
from evalkit.engine.system import children, resident_bytes
from evalkit.engine.warm import ENVIRONMENT, Task, run
from evalkit.privacy.gate import gate_of
from evalkit.reports.orders import tasks_of, warm_up_of
from evalkit.reports.plan import Job
from evalkit.reports.survey import Survey, Wanted, survey
from evalkit.synthetic import SCHOOL, generate, invented_colleges
from evalkit.workspace import Workspace

REPOSITORY = Path(__file__).parents[1]
SCRIPTS = Path(sys.executable).parent
PARTS = ("report", "packet", "again", "colleges", "linear")
FORMATS = ("html", "ipynb")
"""What the commands make; evalkit's other formats have a benchmark of their own."""
PACKAGES = ("jupyterlab", "papermill", "nbconvert", "ipykernel", "matplotlib", "pandas")


def main() -> None:
    """Measure what was asked for, print tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=["report", "packet", "again"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--colleges", type=int, default=100)
    parser.add_argument("--plain", type=int, default=10)
    parser.add_argument("--floor", nargs=2, metavar=("WORKSPACE", "N"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        print(json.dumps(_floor(Path(options.floor[0]), int(options.floor[1]))))
        return
    _print_environment()
    if {"report", "packet", "again"} & {*options.parts}:
        with tempfile.TemporaryDirectory() as name:
            space = _sample(Path(name))
            if "report" in options.parts:
                _measure_report(space, options.rounds)
            if "packet" in options.parts:
                _measure_packet(space, options.rounds)
            if "again" in options.parts:
                _measure_again(space, options.rounds)
    if {"colleges", "linear"} & {*options.parts}:
        with tempfile.TemporaryDirectory() as name:
            space = _invented(Path(name), options.colleges)
            if "colleges" in options.parts:
                _measure_colleges(space, options.plain)
            if "linear" in options.parts:
                _measure_linear(space)


def _measure_report(space: Workspace, rounds: int) -> None:
    colleges = [task for task in _tasks(space) if _job(task).kind == "college"]
    with _one_core():
        ways: dict[str, Callable[[], float]] = {
            "papermill and jupyter nbconvert": lambda: _timed(lambda: _plain(space, [colleges[0]])),
            "evalkit": lambda: _marginal(space, colleges),
            "floor": lambda: _run_floor(space, len(colleges)),
        }
        times = _rounds(ways, rounds)
    _print("one more report, one core", times)
    over = statistics.median(times["evalkit"]) / statistics.median(times["floor"])
    print(f"evalkit over the floor: {over:.2f}")


def _measure_packet(space: Workspace, rounds: int) -> None:
    tasks = _notebook_tasks(space)
    ways: dict[str, Callable[[], float]] = {
        "papermill and jupyter nbconvert": lambda: _timed(lambda: _plain(space, tasks)),
        "evalkit report --force --jobs 2": lambda: _timed(lambda: _report(space, "--force")),
    }
    _print(f"{len(tasks)} reports, cold, two at a time", _rounds(ways, rounds))


def _measure_again(space: Workspace, rounds: int) -> None:
    _report(space)
    ways: dict[str, Callable[[], float]] = {
        "everything": lambda: _timed(lambda: _report(space, "--force")),
        "nothing has changed": lambda: _timed(lambda: _report(space)),
    }
    _print("evalkit report, the whole command", _rounds(ways, rounds))


def _measure_colleges(space: Workspace, plain: int) -> None:
    tasks = _notebook_tasks(space)
    seconds = _timed(lambda: _plain(space, tasks[-plain:]))
    times = {
        f"the commands, {plain} of {len(tasks)} made": [seconds * len(tasks) / plain],
        "evalkit report --force --jobs 2": [_timed(lambda: _report(space, "--force"))],
    }
    _print(f"{len(tasks)} reports, cold, two at a time", times)


def _measure_linear(space: Workspace) -> None:
    tasks = [task for task in _tasks(space) if _job(task).kind == "college"]
    memory: list[tuple[float, int]] = []
    over = threading.Event()
    watcher = threading.Thread(target=_watch_parent, args=(memory, over))
    before = children()
    watcher.start()
    ends = []
    for outcome in run(tasks, jobs=2, warm=[warm_up_of(space, _survey(space), gate_of(space))]):
        ends.append(time.monotonic())
        if outcome.status != "done":
            print(outcome.message)
    over.set()
    watcher.join()
    third = len(ends) // 3
    print(f"\n{len(ends)} reports, two at a time")
    for number in range(3):
        first, last = ends[number * third], ends[min((number + 1) * third, len(ends) - 1)]
        parent = [held for when, held in memory if first <= when <= last]
        print(
            f"third {number + 1}: {(last - first) / third:6.2f} s a report, "
            f"warm parent {max(parent, default=0) / 2**20:.0f} MiB"
        )
    print(f"processes left: {len(children() - before)}")


def _marginal(space: Workspace, tasks: Sequence[Task]) -> float:
    """Return seconds a report after the first one."""
    ends = []
    for outcome in run(tasks, warm=[warm_up_of(space, _survey(space), gate_of(space))]):
        if outcome.status != "done":
            raise RuntimeError(outcome.message)
        ends.append(time.monotonic())
    return (ends[-1] - ends[0]) / (len(ends) - 1)


def _run_floor(space: Workspace, reports: int) -> float:
    command = [sys.executable, __file__, "--floor", str(space.root), str(reports)]
    done = subprocess.run(
        command, env={**os.environ, **ENVIRONMENT}, check=True, capture_output=True, text=True
    )
    return statistics.mean(json.loads(done.stdout.splitlines()[-1])[1:])


def _floor(root: Path, reports: int) -> list[float]:
    """Make reports one after the other in this process; return the seconds of each."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    from evalkit.engine.child import call
    from evalkit.export import html_page

    space = Workspace.find(root)
    function, arguments = warm_up_of(space, _survey(space), gate_of(space))
    call(function, arguments)
    shell = InteractiveShell.instance()
    seconds = []
    for task in [each for each in _tasks(space) if _job(each).kind == "college"][:reports]:
        job = _job(task)
        begun = time.perf_counter()
        os.chdir(Path(str(job.notebook)).parent)
        notebook = nbformat.read(job.notebook, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            if "parameters" in cell.metadata.get("tags", []):
                shell.run_cell(cell.source).raise_error()
                shell.push(job.parameters)
                continue
            with capture_output() as captured:
                shell.run_cell(cell.source).raise_error()
            cell.outputs = [
                nbformat.v4.new_output("display_data", data=each.data, metadata=each.metadata or {})
                for each in captured.outputs
            ]
        page = html_page(notebook, title=job.title, header="", footer=())
        (root / "floor.html").write_text(page, encoding="utf-8")
        seconds.append(time.perf_counter() - begun)
    return seconds


def _plain(space: Workspace, tasks: Sequence[Task]) -> None:
    """Make reports with the commands, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda task: _plain_one(space, _job(task)), tasks))


def _plain_one(space: Workspace, job: Job) -> None:
    output = space.root / "plain" / f"{job.name}.ipynb"
    output.parent.mkdir(exist_ok=True)
    papermill = [str(SCRIPTS / "papermill"), str(job.notebook), str(output)]
    for name, value in job.parameters.items():
        papermill += ["-p", name, value]
    folder = Path(str(job.notebook)).parent
    nbconvert = [str(SCRIPTS / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(output)]
    for command in (papermill, nbconvert):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _report(space: Workspace, *options: str) -> None:
    command = [str(SCRIPTS / "evalkit"), "report", "--workspace", str(space.root), "--jobs", "2"]
    command += [part for kind in FORMATS for part in ("--formats", kind)]
    subprocess.run([*command, *options], check=True, capture_output=True)


def _tasks(space: Workspace) -> list[Task]:
    return tasks_of(space, _survey(space), space.root)


def _notebook_tasks(space: Workspace) -> list[Task]:
    return [task for task in _tasks(space) if _job(task).notebook is not None]


def _survey(space: Workspace) -> Survey:
    found = survey(space, space.year(), Wanted(force=True, formats=FORMATS))
    found.folder.mkdir(parents=True, exist_ok=True)
    return found


def _job(task: Task) -> Job:
    order: Any = task.arguments["order"]
    job: Job = order.job
    return job


def _sample(root: Path) -> Workspace:
    shutil.copy(REPOSITORY / "evalkit.toml", root)
    for name in ("notebooks", "data/sample"):
        shutil.copytree(REPOSITORY / name, root / name)
    return _frozen(root)


def _invented(root: Path, colleges: int) -> Workspace:
    generate(root / "data", colleges=colleges, years=1)
    create_workspace(
        root,
        SCHOOL,
        fictional=True,
        years={"2024-2025": "assessed"},
        colleges=invented_colleges(colleges),
    )
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks", dirs_exist_ok=True)
    return _frozen(root)


def _frozen(root: Path) -> Workspace:
    space = Workspace.find(root)
    _survey(space)
    return space


def _rounds(ways: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, measure in ways.items():
            times[way].append(measure())
    return times


def _timed(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


@contextmanager
def _one_core() -> Iterator[None]:
    if not hasattr(os, "sched_setaffinity"):
        print("this system cannot be held to one core")
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def _watch_parent(memory: list[tuple[float, int]], over: threading.Event) -> None:
    while not over.wait(0.5):
        for pid in children():
            held = resident_bytes(pid)
            if held is not None:
                memory.append((time.monotonic(), held))


def _print_environment() -> None:
    for folder in (Path(sysconfig.get_path("purelib")), REPOSITORY / "src"):
        compileall.compile_dir(folder, quiet=2, workers=0)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}")
    print(", ".join(f"{name} {_version(name)}" for name in PACKAGES))
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        print("PYTHONDONTWRITEBYTECODE is set; bytecode was compiled all the same")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _print(title: str, times: dict[str, list[float]]) -> None:
    rounds = len(next(iter(times.values())))
    print(f"\n{title}; median of {rounds}" if rounds > 1 else f"\n{title}; one round")
    base = statistics.median(next(iter(times.values())))
    for way, taken in times.items():
        middle = statistics.median(taken)
        spread = f"{min(taken):.2f} to {max(taken):.2f}"
        print(f"{way:<40}{middle:8.2f} s{base / middle:8.1f} x   ({spread})")


if __name__ == "__main__":
    main()
