"""How long a school's own evidence of all years costs once its snapshots stand.

Each round is a process of its own. After the imports it loads the assessment of the newest year
and takes everything that it says: the counts and metrics of every college and year, the school's,
the verdicts of every year, the trends. The floor is reading the snapshots' Parquet files once.

Run: ``python benchmarks/assessment.py [WORKSPACE] [--rounds 5]``, after ``make report``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

STEPS = ("floor", "load", "counts", "metrics", "verdicts", "school and trends")


def main() -> None:
    """Print the median seconds of each step."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("workspace", type=Path, nargs="?", default=Path())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        _once(options.workspace)
        return
    rounds = [
        json.loads(
            subprocess.run(
                [sys.executable, __file__, options.workspace, "--once"],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        for _ in range(options.rounds)
    ]
    print(f"{rounds[0]['years']} years, {rounds[0]['rows']:,} rows, {rounds[0]['values']:,} values")
    for step in STEPS:
        print(f"{step:<20}{statistics.median(r[step] for r in rounds):8.3f} s")
    whole = [sum(r[step] for step in STEPS[1:]) for r in rounds]
    print(f"{'all without floor':<20}{statistics.median(whole):8.3f} s")


def _once(workspace: Path) -> None:
    import pyarrow.parquet as pq

    from evalkit.assessment import load_assessment

    seconds: dict[str, float] = {}
    begun = time.perf_counter()

    def lap(step: str) -> None:
        nonlocal begun
        seconds[step] = time.perf_counter() - begun
        begun = time.perf_counter()

    assessment = load_assessment(workspace=workspace)
    lap("load")
    counts = assessment.evidence.counts
    lap("counts")
    metrics = assessment.metrics
    lap("metrics")
    for year in assessment.years:
        assessment.verdicts_of(year)
    lap("verdicts")
    _ = assessment.school_metrics, assessment.trends
    lap("school and trends")
    files = [f for s in assessment.evidence.snapshots.values() for f in s.folder.glob("*.parquet")]
    begun = time.perf_counter()
    rows = sum(len(pq.read_table(file)) for file in files)
    lap("floor")
    figures = {"years": counts["academic_year"].nunique(), "rows": rows, "values": len(metrics)}
    print(json.dumps(seconds | figures))


if __name__ == "__main__":
    main()
