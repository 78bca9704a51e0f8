"""Reports whose making is cut off: every file is whole or absent, and the next run finishes.

The counts are printed: ``pytest -s``. EVALKIT_KILLS says how many times the long run kills.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil
import pytest

from evalkit.privacy.log import log_file, read_log, verify_log
from evalkit.reports.released import witnesses
from evalkit.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL"),
]

KILLS = int(os.environ.get("EVALKIT_KILLS", "8"))
PATIENCE = 120
"""Seconds in which all processes of a killed run have to end."""
YEAR = "2024-2025"
LEDGERS = ("C01", "C02", "C03")
SETTINGS = """\
[school]
name = "社区大学"
fictional = true
[report]
jobs = 2
formats = ["html", "xlsx", "ipynb"]
"""
FIRST = "from evalkit import charts\nfrom evalkit.assessment import load_assessment\n"
COLLEGE = FIRST + (
    "view = load_assessment(academic_year, workspace=workspace).college(college)\n"
    "charts.table(view.participation())"
)
SCHOOL = FIRST + (
    "view = load_assessment(academic_year, workspace=workspace).school\n"
    "charts.table(view.participation())"
)
TEXTS = ("甲文", "乙文")
"""The notebooks' two states, so that a run has something to replace."""


@dataclass
class Space:
    """A small workspace, and what its reports look like when they are whole."""

    root: Path
    whole: dict[str, set[str]] = field(default_factory=dict)
    """Name of a file → digests of what it may hold."""
    states: dict[str, dict[str, str]] = field(default_factory=dict)
    """The notebooks' text → name of a file → digest."""
    seconds: float = 5.0

    @property
    def reports(self) -> Path:
        return self.root / "reports" / YEAR

    def write(self, text: str) -> None:
        for name, source in (("college_report", COLLEGE), ("school_report", SCHOOL)):
            parameters = f'workspace = "."\nacademic_year = "{YEAR}"\n'
            parameters += 'college = "C01"\n' if name == "college_report" else ""
            cells = [
                nbformat.v4.new_markdown_cell(f"# 报告\n\n## 节\n\n{text}"),
                nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
                nbformat.v4.new_code_cell(source),
            ]
            for number, cell in enumerate(cells):
                cell["id"] = f"cell-{number}"
            notebook = nbformat.v4.new_notebook(cells=cells)
            notebook.metadata["kernelspec"] = {
                "name": "python3", "display_name": "Python 3", "language": "python",
            }  # fmt: skip
            (self.root / "notebooks" / f"{name}.ipynb").write_text(nbformat.writes(notebook))

    def start(self, *words: str, before: str = "", **options: object) -> subprocess.Popen[str]:
        code = (
            f"{before}\nimport sys; sys.argv[0] = 'evalkit'; from evalkit.cli import main; main()"
        )
        command = [sys.executable, "-c", code, "report", *words]
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            command, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True, **options,
        )  # fmt: skip

    def run(self, *words: str, before: str = "", **options: object) -> tuple[int, str]:
        process = self.start(*words, before=before, **options)
        output, _ = process.communicate(timeout=300)
        return process.returncode, output

    def shown(self) -> dict[str, str]:
        """Return the files that a person sees in the folder of reports."""
        found = {}
        for path in self.reports.iterdir() if self.reports.is_dir() else ():
            if path.is_file() and not path.name.startswith("."):
                found[path.name] = digest(path)
        return found

    def inputs(self) -> dict[str, str]:
        return {str(p): digest(p) for p in sorted((self.root / "data").rglob("*")) if p.is_file()}

    def assert_whole(self) -> int:
        """Check every file that is there; return how many there are."""
        shown = self.shown()
        for name, found in shown.items():
            # The notebook that is kept of a report that failed differs with where it failed.
            if name == "manifest.json" or name.endswith(".出错.ipynb"):
                json.loads((self.reports / name).read_text("utf-8"))
            else:
                assert found in self.whole[name], f"{name} is torn or foreign"
        return len(shown)

    def assert_finished(self, text: str) -> None:
        """Run again, and check that everything is there, of this state, and nothing else is."""
        self.write(text)
        code, output = self.run()
        assert code == 0, output
        shown = self.shown()
        shown.pop("manifest.json")
        assert shown == self.states[text]
        manifest = json.loads((self.reports / "manifest.json").read_text("utf-8"))
        noted = {o["file"]: o["sha256"] for e in manifest["reports"].values() for o in e["outputs"]}
        assert noted == shown
        left = [p.name for p in self.reports.iterdir() if p.name.startswith(".")]
        assert set(left) <= {".lock"}, left
        self.assert_logged(shown)

    def assert_logged(self, shown: dict[str, str]) -> None:
        """Check that the log of releases is whole, and knows every file as it is."""
        space = Workspace.find(self.root)
        assert verify_log(log_file(self.root), witnesses=witnesses(space)).faults == ()
        known: dict[str, str] = {}
        for entry in read_log(log_file(self.root)):
            known |= entry.files
        assert shown.items() <= {Path(file).name: each for file, each in known.items()}.items()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def space(repository: Path) -> Iterator[Space]:
    # Not below pytest's own folder: another user has to be able to get there.
    root = Path(tempfile.mkdtemp(prefix="evalkit-faults-"))
    root.chmod(0o755)
    (root / "notebooks").mkdir()
    (root / "evalkit.toml").write_text(SETTINGS, "utf-8")
    data = root / "data" / YEAR
    data.mkdir(parents=True)
    for path in (repository / "data" / "sample" / YEAR).iterdir():
        if any(code in path.name for code in LEDGERS) and path.name.startswith("台账"):
            shutil.copy(path, data)
    found = Space(root)
    for text in TEXTS:
        found.write(text)
        begun = time.monotonic()
        code, output = found.run("--force")
        found.seconds = time.monotonic() - begun
        assert code == 0, output
        state = {name: each for name, each in found.shown().items() if name != "manifest.json"}
        found.states[text] = state
        for name, each in state.items():
            found.whole.setdefault(name, set()).add(each)
    assert len(found.whole) >= 10
    assert all(
        len(found.whole[name]) == 2 for name in found.whole if name.endswith((".html", "nb"))
    )
    yield found
    shutil.rmtree(root, ignore_errors=True)


def kill(process: subprocess.Popen[str], *, alone: bool) -> float:
    """Kill a run, or its first process alone; return how long its processes took to end.

    A warm parent that is just getting ready looks for its caller when it is ready: on a machine
    with other work that takes a while, and is no fault.
    """
    begun = time.monotonic()
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    with contextlib.suppress(ProcessLookupError):
        process.kill()
        if not alone:
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    gone, alive = psutil.wait_procs(family, timeout=PATIENCE)
    states = []
    for each in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            states.append(f"{each.status()}: {' '.join(each.cmdline())[-80:]}")
            each.kill()
    assert not states, f"{len(states)} of {len(gone) + len(alive)} outlived their run: {states}"
    return time.monotonic() - begun


def test_killed_at_any_moment(space: Space, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(20_260_101)  # noqa: S311 -- no secret
    inputs, count, slowest = space.inputs(), Counter[str](), 0.0
    for number in range(KILLS):
        text = TEXTS[number % 2]
        space.write(text)
        for name in sorted(space.shown()):
            if chance.random() < 0.2:
                (space.reports / name).unlink()
        if chance.random() < 0.1:
            shutil.rmtree(space.root / ".evalkit" / "snapshots", ignore_errors=True)
            count["without snapshots"] += 1
        process = space.start("--force")
        time.sleep(chance.uniform(0.0, space.seconds * 1.1))
        count["running"] += process.poll() is None
        slowest = max(slowest, kill(process, alone=chance.random() < 0.5))
        count["files looked at"] += space.assert_whole()
        count["kills"] += 1
        if number % 5 == 4 or number == KILLS - 1:
            space.assert_finished(text)
            count["finished afterwards"] += 1
        if number % 50 == 49:
            with capsys.disabled():
                sys.stdout.write(f"\n{number + 1} of {KILLS} runs killed\n")
    assert space.inputs() == inputs
    with capsys.disabled():
        listed = ", ".join(f"{name} {n}" for name, n in count.items())
        sys.stdout.write(f"\nruns killed: {listed}; torn or lost: 0\n")
        sys.stdout.write(f"slowest end of all processes of a killed run: {slowest:.1f} s\n")


def test_two_runs_at_once(space: Space) -> None:
    space.write(TEXTS[0])
    first, second = space.start("--force"), space.start("--force")
    outputs = [each.communicate(timeout=300)[0] for each in (first, second)]
    codes = sorted([first.returncode, second.returncode])
    assert codes in ([0, 0], [0, 1]), outputs
    if codes == [0, 1]:
        assert any("另一个程序正在" in output for output in outputs)
    assert not any("Traceback" in output for output in outputs)
    space.assert_finished(TEXTS[0])


JUMPING = """
import datetime, itertools
import evalkit.privacy.log, evalkit.reports.clock
days = itertools.cycle([-36 * 365, 64 * 365, 0, -1])
class Jumping(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.now(tz) + datetime.timedelta(days=next(days))
evalkit.privacy.log.datetime = evalkit.reports.clock.datetime = Jumping
"""


def test_clock_that_jumps(space: Space) -> None:
    """Neither what is written nor what is due hangs on the time, nor on files' times."""
    inputs = space.inputs()
    space.assert_finished(TEXTS[0])
    for number, day in enumerate((0, 4_000_000_000, 1_000_000_000)):
        for path in (space.root / "data").rglob("*.xlsx"):
            os.utime(path, (day, day))
        text = TEXTS[(number + 1) % 2]
        space.write(text)
        code, output = space.run(before=JUMPING)
        assert code == 0, output
        assert space.assert_whole() > len(LEDGERS)
        code, output = space.run("--dry-run")
        assert "要生成 0 份" in output, output
        space.assert_finished(text)
    assert space.inputs() == inputs


Limit = Callable[[], None]


def _files_at_most(size: int) -> Limit:
    def limit() -> None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize("size", [0, 300, 4_000, 20_000])
def test_no_room_for_a_file(space: Space, size: int) -> None:
    """The system refuses to write on, as it does on a full disk."""
    inputs = space.inputs()
    space.write(TEXTS[1])
    for name in [*space.shown()][::2]:
        (space.reports / name).unlink()
    code, output = space.run("--force", preexec_fn=_files_at_most(size))
    assert "Traceback" not in output
    assert code != 0
    space.assert_whole()
    assert space.inputs() == inputs
    space.assert_finished(TEXTS[1])


@contextlib.contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.skip(f"this system mounts no small disk: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("kilobytes", [4, 32, 100, 200])
def test_full_disk(space: Space, kilobytes: int) -> None:
    inputs = space.inputs()
    space.write(TEXTS[0])
    shutil.rmtree(space.root / "reports")
    with mounted(space.root / "reports", f"size={kilobytes}k"):
        code, output = space.run("--force")
        assert code != 0
        assert "Traceback" not in output
        assert "磁盘" in output or "空间" in output or "No space" in output, output
        space.assert_whole()
    assert space.inputs() == inputs
    space.assert_finished(TEXTS[0])


def test_read_only_folder(space: Space) -> None:
    inputs = space.inputs()
    space.write(TEXTS[0])
    shutil.rmtree(space.root / "reports")
    with mounted(space.root / "reports", "ro"):
        code, output = space.run("--force")
        assert code == 1
        assert "Traceback" not in output
        assert "无法读写" in output
        assert not space.shown()
    assert space.inputs() == inputs
    space.assert_finished(TEXTS[0])


def test_manifest_that_is_no_json_is_made_anew(space: Space) -> None:
    space.assert_finished(TEXTS[0])
    (space.reports / "manifest.json").write_text("{", "utf-8")
    space.assert_finished(TEXTS[0])
