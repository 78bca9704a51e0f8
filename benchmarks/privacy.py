"""What the privacy layers cost of a report run: plans and release of tables, scan, log.

The sample's whole packet is made as ``evalkit report --force`` makes it, with the safety on. The
time within is taken in every process while it happens: planning and releasing tables, reading the
rosters, scanning every file, noting the release; and importing what the command needs for it alone.
"Without" is the same run less that time. Percentages are computed while a table is released, and
would be without: they are measured, and do not count. Processor time, not the clock: two reports
are made at a time, and other programs may be at work.

Run: ``python benchmarks/privacy.py [--rounds 3]``. Prints seconds, the ratio; the issue asks for
less than a tenth.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
YEAR = "2024-2025"
PARTS = {
    "plans": ("evalkit.privacy.plan", "plan_release"),
    "release": ("evalkit.privacy.released", "release"),
    "scan": ("evalkit.privacy.scan.files", "scan_bytes"),
    "rosters": ("evalkit.privacy.scan.rosters", "roster_of"),
    "log": ("evalkit.reports.released", "log_released"),
}
NEEDED = {"percentages": ("evalkit.privacy.released", "_rate")}
"""What is done within, and would be done without."""
IMPORT = "import evalkit.reports.runner as _\nimport time\nt = time.process_time()\n"
IMPORT += "import evalkit.privacy.gate\nprint(time.process_time() - t)"
EVERY = {**PARTS, **NEEDED}
_within: Counter[str] = Counter()
_open: list[str] = []


def install(folder: Path) -> None:
    """Take the time of the privacy layers in this process, and in those forked from it."""
    from evalkit.reports import aside, work

    for part in EVERY:
        _wrap(part)
    make = work.make

    @functools.wraps(make)
    def made(order: Any) -> Any:
        before = Counter(_within)
        try:
            return make(order)
        finally:
            spent = {part: _within[part] - before[part] for part in EVERY}
            (folder / f"{os.getpid()}-{order.job.kind}.json").write_text(json.dumps(spent), "utf-8")

    work.make = made
    # What warming up spends in the warm parent is spent once.
    warm = work.warm

    @functools.wraps(warm)
    def warmed(**arguments: Any) -> None:
        before = Counter(_within)
        warm(**arguments)
        spent = {part: _within[part] - before[part] for part in EVERY}
        (folder / f"{os.getpid()}-warm.json").write_text(json.dumps(spent), "utf-8")

    work.warm = warmed
    ask = aside._ask

    @functools.wraps(ask)
    def asked(holders: Sequence[object]) -> None:
        # In a process forked for this, whose time would be lost with it.
        before = Counter(_within)
        ask(holders)
        spent = {part: _within[part] - before[part] for part in EVERY}
        (folder / f"{os.getpid()}-aside.json").write_text(json.dumps(spent), "utf-8")

    aside._ask = asked


def _wrap(part: str) -> None:
    """Have a function count the processor time that it takes, wherever it was imported to."""
    module, name = EVERY[part]
    __import__(module)
    function = getattr(sys.modules[module], name)

    @functools.wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        if _open and part not in NEEDED:  # within another part: counted there
            return function(*arguments, **named)
        _open.append(part)
        begun = _spent()
        try:
            return function(*arguments, **named)
        finally:
            _open.pop()
            _within[part] += _spent() - begun

    for other in list(sys.modules.values()):
        if getattr(other, "__name__", "").startswith("evalkit") and (
            getattr(other, name, None) is function
        ):
            setattr(other, name, timed)


def _spent() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    return sum(os.times()[:4])


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description="Time the privacy layers within a report run.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        print(json.dumps(_run(Path(options.once))))
        return
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        shutil.copy(REPOSITORY / "evalkit.toml", root)
        shutil.copytree(REPOSITORY / "notebooks", root / "notebooks")
        shutil.copytree(REPOSITORY / "data" / "sample", root / "data" / "sample")
        _once(root)  # freezes the inputs, and does not count
        runs = [_once(root) for _ in range(options.rounds)]
    parts = (*PARTS, "import")
    for part in (*parts, *NEEDED):
        own = [run[part] for run in runs]
        print(f"  {part:<9}{statistics.median(own):7.2f} s  ({min(own):.2f} to {max(own):.2f})")
    within = [sum(r[part] for part in parts) - sum(r[part] for part in NEEDED) for r in runs]
    whole = [run["whole"] for run in runs]
    shares = [a / b for a, b in zip(within, whole, strict=True)]
    print(f"{options.rounds} runs of {int(runs[0]['reports'])} reports, processor time, medians")
    without = [a - b for a, b in zip(whole, within, strict=True)]
    print(f"  the run with its privacy layers  {statistics.median(whole):6.2f} s")
    print(f"  the same run without them        {statistics.median(without):6.2f} s")
    low, high = min(shares), max(shares)
    print(f"  share of the run: {statistics.median(shares):.1%} ({low:.1%} to {high:.1%})")


def _once(root: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--once", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    imported = subprocess.run(
        [sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True
    )
    return {**found, "import": float(imported.stdout)}


def _run(root: Path) -> dict[str, float]:
    """Make the packet in processes that count; return seconds of each part and of the whole."""
    from evalkit.engine.warm import Task, Warm, run
    from evalkit.reports import runner
    from evalkit.reports.survey import Wanted
    from evalkit.workspace import Workspace

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def counting(
            tasks: Sequence[Task], *, jobs: int, warm: Sequence[Warm], started: Callable[..., None]
        ) -> Generator[Any, None, None]:
            own: Warm = ("privacy:install", {"folder": folder})
            yield from run(tasks, jobs=jobs, warm=[own, *warm], started=started)

        runner.run = counting
        for part in ("rosters", "log"):
            _wrap(part)
        space = Workspace.find(root)
        packet = runner.make_packet(space, space.year(YEAR), Wanted(force=True))
        if packet.failed:
            raise SystemExit("\n".join(str(made.error) for made in packet.failed))
        spent = Counter(_within)
        for path in folder.glob("*.json"):
            spent.update(json.loads(path.read_text("utf-8")))
        time.sleep(0.1)
        parts = {part: spent[part] for part in EVERY}
        return {**parts, "whole": _spent(), "reports": float(len(packet.made))}


if __name__ == "__main__":
    main()
