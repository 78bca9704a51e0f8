"""How long the metrics of many schools take, beside what a user would pick instead.

Stores of 1, 70 and 3,000 invented schools are written (one college in a store is one of a large
invented school; the screening is one record a student: 47 million in the largest). Over each of
them the five metrics of the screening of every college are computed in several ways:

- ``columns alone``: DuckDB reads and adds up the columns; nothing that needs them can be quicker;
- ``SQL by hand``: one DuckDB query for these five metrics and nothing else;
- ``evalkit, duckdb`` and ``evalkit, pandas``: as ``evalkit metrics --subjects screening`` does;
- ``pandas by hand``: ``read_parquet`` of the columns, one ``groupby``;
- ``evalkit, spark``: local[2]; with ``--spark`` only, for it takes long to start;
- ``evalkit, duckdb, everything`` and ``evalkit, pandas, everything``: all metrics, all sheets.

Every round is a process of its own, which computes twice. ``first`` is what a command or a script
takes that computes once: memory has yet to be had from the system, of which pandas needs the most.
``again`` finds it there. Times are medians of the rounds, without imports; the processor's is that
of ``again``. DuckDB gets ``--memory``; ways that pandas takes get ``--most``, and what needs more
has "does not fit" in its line. Figures must be the same in every way.

Run: ``python benchmarks/evidence.py [--schools 1 70 3000] [--rounds 3] [--spark] [--keep DIR]``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from evalkit.cli.sample_store import write_sample_store
from evalkit.evidence import screening
from evalkit.evidence.catalogue import SUBJECTS, metric_counts, metric_values
from evalkit.evidence.metric import Subject
from evalkit.evidence.store import RECORDS, Engine, open_store
from evalkit.workspace import AcademicYear

KEYS = ["school_code", "academic_year", "college_code"]
COLUMNS = [*KEYS, "exempt", "valid", "level", "interviewed", "filed"]
METRICS = [metric.name for metric in screening.SUBJECT.metrics]

SQL = """
WITH counts AS (
    SELECT school_code, academic_year, college_code,
        count(*) AS n_enrolled,
        count(*) - sum(exempt) AS n_required,
        sum(valid) AS n_valid,
        sum(filed) AS n_files,
        count(*) FILTER (level = 1 AND valid = 1) AS n_l1,
        count(*) FILTER (level = 2 AND valid = 1) AS n_l2,
        count(*) FILTER (level = 1 AND valid = 1 AND interviewed = 1) AS n_l1_talks,
        count(*) FILTER (level = 2 AND valid = 1 AND interviewed = 1) AS n_l2_talks
    FROM read_parquet('{files}') GROUP BY ALL
)
SELECT school_code, academic_year, college_code,
    n_valid / nullif(n_required, 0) * 100 AS participation,
    n_valid / nullif(n_enrolled, 0) * 100 AS participation_gross,
    n_files / nullif(n_required, 0) * 100 AS files_complete,
    n_l1_talks / nullif(n_l1, 0) * 100 AS l1_interviewed,
    n_l2_talks / nullif(n_l2, 0) * 100 AS l2_interviewed
FROM counts ORDER BY ALL
"""
FLOOR = """
SELECT max(school_code), max(academic_year), max(college_code), sum(exempt), sum(valid),
    sum(level), sum(interviewed), sum(filed)
FROM read_parquet('{files}')
"""


def columns_alone(store: Path, memory: str) -> pd.DataFrame | None:
    """Read and add up what the metrics need."""
    _query(FLOOR, store, memory)
    return None


def sql_by_hand(store: Path, memory: str) -> pd.DataFrame:
    """Compute the metrics as somebody would who knows these five and DuckDB."""
    return _query(SQL, store, memory)


def _query(query: str, store: Path, memory: str) -> pd.DataFrame:
    import duckdb

    with duckdb.connect(config={"memory_limit": memory}) as connection:
        files = str(store / RECORDS / "*.parquet")
        return connection.sql(query.format(files=files)).to_arrow_table().to_pandas()


def pandas_by_hand(store: Path, memory: str) -> pd.DataFrame:  # noqa: ARG001 -- one signature
    """Compute the metrics as somebody would who knows these five and pandas."""
    records = pd.read_parquet(store / RECORDS, columns=COLUMNS)
    warned = {n: (records["level"] == n) & (records["valid"] == 1) for n in (1, 2)}
    talked = records["interviewed"] == 1
    counts = (
        records.assign(
            n=1, l1=warned[1], l2=warned[2], talks1=warned[1] & talked, talks2=warned[2] & talked
        )
        .groupby(KEYS, as_index=False)[
            ["n", "exempt", "valid", "filed", "l1", "l2", "talks1", "talks2"]
        ]
        .sum()
    )
    required = counts["n"] - counts["exempt"]
    pairs = [
        (counts["valid"], required),
        (counts["valid"], counts["n"]),
        (counts["filed"], required),
        (counts["talks1"], counts["l1"]),
        (counts["talks2"], counts["l2"]),
    ]
    shares = [part / whole.where(whole > 0) * 100 for part, whole in pairs]
    return counts[KEYS].assign(**dict(zip(METRICS, shares, strict=True)))


def of_evalkit(
    engine: Engine, subjects: Sequence[Subject] = (screening.SUBJECT,)
) -> Callable[[Path, str], pd.DataFrame]:
    """Return a way that computes metrics as ``evalkit metrics`` does."""

    def run(store: Path, memory: str) -> pd.DataFrame:
        with open_store(store, engine, memory=memory if engine == "duckdb" else None) as source:
            counts = metric_counts(source, subjects)
        values = metric_values(counts, KEYS, subjects)
        # metric by metric, each in the order of the colleges
        columns = values[values["metric"].isin(METRICS)].groupby("metric", sort=False)["value"]
        return counts[KEYS].assign(**{str(name): own.array for name, own in columns})

    return run


COMPARED = (
    ("evalkit, duckdb", "SQL by hand"),
    ("SQL by hand", "columns alone"),
    ("pandas by hand", "evalkit, duckdb"),
    ("evalkit, pandas", "evalkit, duckdb"),
    ("evalkit, pandas, everything", "evalkit, duckdb, everything"),
)
WAYS: dict[str, Callable[[Path, str], pd.DataFrame | None]] = {
    "columns alone": columns_alone,
    "SQL by hand": sql_by_hand,
    "evalkit, duckdb": of_evalkit("duckdb"),
    "pandas by hand": pandas_by_hand,
    "evalkit, pandas": of_evalkit("pandas"),
    "evalkit, spark": of_evalkit("spark"),
    "evalkit, duckdb, everything": of_evalkit("duckdb", SUBJECTS),
    "evalkit, pandas, everything": of_evalkit("pandas", SUBJECTS),
}


def main() -> None:
    """Write the stores, time the ways, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--schools", type=int, nargs="+", default=[1, 70, 3000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", default="2GB", help="DuckDB's limit")
    parser.add_argument("--most", type=int, default=12, help="GiB that a way with pandas may take")
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="stores are kept and used again")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--run", nargs=2, metavar=("WAY", "STORE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        _run(options.run[0], Path(options.run[1]), options)
        return
    with tempfile.TemporaryDirectory(prefix="evalkit-") as name:
        root = options.keep or Path(name)
        for schools in options.schools:
            _compare(_store(root, schools), schools, options)


def _store(root: Path, schools: int) -> Path:
    folder = root / f"schools-{schools}"
    if not folder.is_dir():
        last = AcademicYear(2024)
        write_sample_store(folder, schools=schools, colleges=24, years=1, seed=2025, last=last)
    return folder


def _compare(store: Path, schools: int, options: argparse.Namespace) -> None:
    import pyarrow.parquet as pq

    files = sorted((store / RECORDS).glob("*.parquet"))
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    size = sum(file.stat().st_size for file in files) / 2**20
    print(f"\n{schools:,} schools, {rows:,} screening records, {size:.0f} MiB")
    print(f"{'':<30}{'first s':>9}{'again s':>9}{'CPU s':>8}{'peak MiB':>10}")
    times: dict[str, tuple[float, float]] = {}
    figures = set()
    for way in options.ways:
        if way == "evalkit, spark" and not options.spark:
            continue
        results = [_in_a_process(way, store, options) for _ in range(options.rounds)]
        failed = next((result for result in results if isinstance(result, str)), None)
        rounds = [result for result in results if not isinstance(result, str)]
        if failed is not None:
            print(f"{way:<30}  {failed}", flush=True)
            continue
        first, again, cpu, peak = (
            statistics.median(result[name] for result in rounds)
            for name in ("first", "again", "cpu", "peak")
        )
        print(f"{way:<30}{first:9.2f}{again:9.2f}{cpu:8.2f}{peak:10.0f}", flush=True)
        times[way] = first, again
        figures.update(result["figures"] for result in rounds)
    figures.discard(None)
    print("figures: " + ("the same in every way" if len(figures) == 1 else f"DIFFER: {figures}"))
    for way, other in COMPARED:
        if way in times and other in times:
            first, again = (a / b for a, b in zip(times[way], times[other], strict=True))
            print(f"{way} takes {first:.2f} times (again {again:.2f}) as long as {other}")


def _in_a_process(way: str, store: Path, options: argparse.Namespace) -> dict[str, Any] | str:
    """Compute in a new process; return its times and figures, or why there are none."""
    passed = ["--memory", options.memory, "--most", str(options.most), "--run", way, str(store)]
    done = subprocess.run(
        [sys.executable, __file__, *passed], check=False, capture_output=True, text=True
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["killed"])[-1]
        fits = "MemoryError" not in reason and "realloc" not in reason
        return reason[:70] if fits else f"does not fit in {options.most} GiB"
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _run(way: str, store: Path, options: argparse.Namespace) -> None:
    if "pandas" in way:
        resource.setrlimit(resource.RLIMIT_DATA, (options.most * 2**30, options.most * 2**30))
    walls, cpus, figures = [], [], set()
    for _ in range(2):
        wall, cpu = time.perf_counter(), time.process_time()
        table = WAYS[way](store, options.memory)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        figures.add(_digest(table))
        del table
    unit = 2**20 if sys.platform == "darwin" else 2**10
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(kind).ru_maxrss / unit for kind in kinds)
    if len(figures) > 1:
        sys.exit("the second time gave other figures")
    told = {"first": walls[0], "again": walls[1], "cpu": cpus[1], "peak": peak}
    print(json.dumps({**told, "figures": figures.pop()}))


def _digest(table: pd.DataFrame | None) -> str | None:
    if table is None:
        return None
    rows = table.sort_values(KEYS)[[*KEYS, *METRICS]].astype(dict.fromkeys(METRICS, "float64"))
    text = rows.to_csv(index=False, float_format="%.9f", na_rep="", lineterminator="\n")
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


if __name__ == "__main__":
    main()
