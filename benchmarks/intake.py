"""How long it takes to read and check a year of many colleges, beside what a user would pick.

Four ways over the same files, one after the other, several rounds; the median of each counts:

- ``pandas.read_excel(file, sheet_name=None)``: reading alone, with pandas' default engine;
- ``calamine``: reading alone, by the library underneath; no work on these files can be quicker;
- ``evalkit``, reading and checking, with ``[report] jobs = 1`` and with 2 (two processes check).

Run: ``python benchmarks/intake.py [--colleges 100] [--rounds 3]``. Prints seconds a year, ratios to
pandas, and the memory that evalkit and its readers took at most.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from evalkit.cli.new_workspace import create_workspace
from evalkit.intake.year import read_year
from evalkit.ledger import load_ledger
from evalkit.rubric import load_rubric
from evalkit.synthetic import SCHOOL, generate, invented_colleges
from evalkit.workspace import Workspace


def main() -> None:
    """Generate the year, time the ways, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--colleges", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure-memory", metavar="WORKSPACE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure_memory:
        _read(Workspace.find(options.measure_memory), 2)
        print(_peak())
        return
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        generate(root / "data", colleges=options.colleges, years=1)
        create_workspace(
            root,
            SCHOOL,
            fictional=True,
            years={"2024-2025": "assessed"},
            colleges=invented_colleges(options.colleges),
        )
        space = Workspace.find(root)
        files = sorted(space.inputs(space.year()).glob("*.xlsx"))
        ways: dict[str, Callable[[], object]] = {
            "pandas.read_excel (reading alone)": lambda: _pandas(files),
            "calamine (reading alone): the floor": lambda: _calamine(files),
            "evalkit, jobs = 1 (reading and checking)": lambda: _read(space, 1),
            "evalkit, jobs = 2 (reading and checking)": lambda: _read(space, 2),
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(options.rounds):
            for way, run in ways.items():
                start = time.perf_counter()
                run()
                times[way].append(time.perf_counter() - start)
        size = sum(file.stat().st_size for file in files) / 2**20
        print(f"{len(files)} files, {size:.1f} MiB, {options.rounds} rounds, medians")
        base = statistics.median(times["pandas.read_excel (reading alone)"])
        for way, taken in times.items():
            middle = statistics.median(taken)
            print(f"{way:<44}{middle:8.2f} s{base / middle:8.1f} x")
        peak = subprocess.run(
            [sys.executable, __file__, "--measure-memory", str(root)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        print(f"evalkit's own process and the largest of its others, peak memory: {peak.strip()}")


def _pandas(files: Sequence[Path]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for file in files:
            pd.read_excel(file, sheet_name=None)


def _calamine(files: Sequence[Path]) -> None:
    for file in files:
        with CalamineWorkbook.from_path(file) as workbook:
            for name in workbook.sheet_names:
                workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _read(space: Workspace, jobs: int) -> None:
    report = space.content.report.model_copy(update={"jobs": jobs})
    space = Workspace(space.root, space.content.model_copy(update={"report": report}))
    read_year(space, space.year(), load_ledger(space.ledger), load_rubric(space.rubric))


def _peak() -> str:
    try:
        import resource
    except ImportError:
        return "not measured on this system"
    unit = 2**20 if sys.platform == "darwin" else 2**10
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    return f"{own:.0f} MiB and {readers:.0f} MiB"


if __name__ == "__main__":
    main()
