"""How long the scoring of many answer sheets takes, beside what a user would pick instead.

Parquet files of invented answers are written, one column an item and one for the college. Every
way computes totals, factors, bands, positive screens, validity and hits on items about suicide,
and counts them for each college:

- ``bytes alone``: the columns are read, one row group at a time, and nothing is done with them;
  no way that reads them can be quicker;
- ``evalkit``: ``score_parquet``, ``--batch`` papers at a time;
- ``evalkit, in memory``: ``read_parquet``, then ``score`` of the whole table;
- ``pandas by hand``: ``read_parquet``, then column arithmetic for this one scale, as somebody
  would write it who knows pandas well;
- ``pandas apply``: the first ``--apply`` papers, a function a paper through ``DataFrame.apply``
  that adds up columns by name (``row[names].mean()``), which is what scripts for these scales do;
- ``apply over lists``: the same, but the function turns the row into a list first and goes on in
  plain Python, which is quicker than pandas' own arithmetic on short rows.

The two with ``apply`` are measured on that many papers only and multiplied up in proportion, which
the table says; their memory is that of the part.

Each way runs in a process of its own, several rounds after each other; wall and processor time are
the medians, without imports; the peak is that of the process, with imports (which ``start`` shows).
Figures must be the same in every way; those with ``apply`` are held against evalkit's on the same
first papers.

Run: ``python benchmarks/scales.py [--papers 1000000] [--scales SCL-90 PHQ-9] [--rounds 3]``;
ten million: ``--papers 10000000 --scales PHQ-9 --ways "bytes alone" evalkit "pandas apply"``.
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
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.scales import load_scale, score, score_parquet
from evalkit.scales.definition import Scale

ROW_GROUP = 131_072
COUNTS = ["papers", "valid", "positive", "suicide_item"]


def bytes_alone(scale: Scale, file: Path, options: argparse.Namespace) -> pd.DataFrame | None:
    """Read the columns once."""
    columns = [*_items(scale), "college"]
    with pq.ParquetFile(file) as opened:
        for group in range(opened.num_row_groups):
            for batch in opened.iter_batches(options.batch, row_groups=[group], columns=columns):
                del batch
    return None


def of_evalkit(scale: Scale, file: Path, options: argparse.Namespace) -> pd.DataFrame:
    """Score piece by piece."""
    summary = score_parquet(scale.name, file, by="college", batch_rows=options.batch)
    return summary.table[["college", *COUNTS]]


def in_memory(scale: Scale, file: Path, options: argparse.Namespace) -> pd.DataFrame:  # noqa: ARG001
    """Score the table as a whole."""
    frame = pd.read_parquet(file)
    table = score(scale.name, frame).table
    return _counted(table.assign(college=frame["college"]))


def pandas_by_hand(scale: Scale, file: Path, options: argparse.Namespace) -> pd.DataFrame:  # noqa: ARG001
    """Compute with columns, for SCL-90 and PHQ-9."""
    frame = pd.read_parquet(file)
    items = frame[_items(scale)]
    lowest = scale.coding.lowest
    whole = items.notna().all(axis=1)
    same = items.nunique(axis=1) == 1
    found = pd.DataFrame({"college": frame["college"], "total": items.sum(axis=1)})
    if scale.factors:
        factors = pd.DataFrame(
            {f.code: items[[f"q{n}" for n in f.items]].mean(axis=1) for f in scale.factors}
        )
        positive_items = (items >= 2).sum(axis=1)
        found["positive_mean"] = items.where(items >= 2).mean(axis=1)
        found["positive"] = (
            (found["total"] > 160) | (positive_items > 43) | (factors > 2).any(axis=1)
        )
        found["band"] = np.where(found["positive"], "阳性", "阴性")
        found["suicide_item"] = frame["q15"] >= 2
    else:
        found["positive"] = found["total"] >= 10
        found["band"] = pd.cut(found["total"], [-1, 4, 9, 14, 19, 27], labels=scale.band_names)
        found["suicide_item"] = frame["q9"] >= 1
    found["valid"] = whole & ~(same & (items.iloc[:, 0] > lowest))
    return _counted(found)


def pandas_apply(scale: Scale, file: Path, options: argparse.Namespace) -> pd.DataFrame:
    """Compute with a function a paper, on the first papers."""
    frame = _first(file, options.apply)
    factors = {factor.code: [f"q{n}" for n in factor.items] for factor in scale.factors}

    def paper(row: pd.Series) -> dict[str, object]:
        total = row.sum()
        means = {code: row[names].mean() for code, names in factors.items()}
        same = row.nunique() == 1 and row.iloc[0] > scale.coding.lowest
        if not factors:
            return _phq9(total, same=same, ninth=row["q9"])
        high = row[row >= 2]
        return _scl90(total, means, len(high), high.mean(), same=same, fifteenth=row["q15"])

    found = frame[_items(scale)].apply(paper, axis=1)
    return _counted(pd.DataFrame(list(found), index=frame.index).assign(college=frame["college"]))


def apply_over_lists(scale: Scale, file: Path, options: argparse.Namespace) -> pd.DataFrame:
    """Compute with a function a paper in plain Python, on the first papers."""
    frame = _first(file, options.apply)
    factors = {factor.code: [n - 1 for n in factor.items] for factor in scale.factors}

    def paper(row: pd.Series) -> dict[str, object]:
        answers = list(row)
        total = sum(answers)
        means = {code: sum(answers[n] for n in own) / len(own) for code, own in factors.items()}
        same = len(set(answers)) == 1 and answers[0] > scale.coding.lowest
        if not factors:
            return _phq9(total, same=same, ninth=answers[8])
        high = [answer for answer in answers if answer >= 2]
        mean = sum(high) / len(high) if high else float("nan")
        return _scl90(total, means, len(high), mean, same=same, fifteenth=answers[14])

    found = frame[_items(scale)].apply(paper, axis=1)
    return _counted(pd.DataFrame(list(found), index=frame.index).assign(college=frame["college"]))


def _scl90(
    total: int, means: dict[str, float], high: int, mean: float, *, same: bool, fifteenth: int
) -> dict[str, object]:
    positive = total > 160 or high > 43 or any(factor > 2 for factor in means.values())
    return {
        "total": total,
        **means,
        "positive_mean": mean,
        "positive": positive,
        "band": "阳性" if positive else "阴性",
        "valid": not same,
        "suicide_item": fifteenth >= 2,
    }


def _phq9(total: int, *, same: bool, ninth: int) -> dict[str, object]:
    names = ["无", "轻度", "中度", "中重度", "重度"]
    return {
        "total": total,
        "positive": total >= 10,
        "band": names[sum(total >= border for border in (5, 10, 15, 20))],
        "valid": not same,
        "suicide_item": ninth >= 1,
    }


WAYS: dict[str, Callable[[Scale, Path, argparse.Namespace], pd.DataFrame | None]] = {
    "bytes alone": bytes_alone,
    "evalkit": of_evalkit,
    "evalkit, in memory": in_memory,
    "pandas by hand": pandas_by_hand,
    "pandas apply": pandas_apply,
    "apply over lists": apply_over_lists,
}
ON_A_PART = ("pandas apply", "apply over lists")


def main() -> None:
    """Write the answers, time the ways, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--papers", type=int, nargs="+", default=[1_000_000])
    parser.add_argument(
        "--scales", nargs="+", choices=["SCL-90", "PHQ-9"], default=["SCL-90", "PHQ-9"]
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=65_536)
    parser.add_argument("--apply", type=int, default=20_000, help="papers for `pandas apply`")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--run", nargs=3, metavar=("WAY", "SCALE", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        _run(options)
        return
    with tempfile.TemporaryDirectory(prefix="evalkit-") as folder:
        for name in options.scales:
            for papers in options.papers:
                _compare(load_scale(name), papers, Path(folder), options)


def _write(scale: Scale, papers: int, file: Path) -> None:
    """Invent answers: most people have few complaints, some many, some tick one column."""
    rng = np.random.default_rng(2025)
    low, width = scale.coding.lowest, scale.coding.highest - scale.coding.lowest
    schema = pa.schema([(name, pa.int8()) for name in _items(scale)] + [("college", pa.string())])
    with pq.ParquetWriter(file, schema) as writer:
        for start in range(0, papers, ROW_GROUP):
            rows = min(ROW_GROUP, papers - start)
            complaints = rng.beta(0.8, 4, (rows, 1))
            answers = low + rng.binomial(width, complaints, (rows, scale.items)).astype(np.int8)
            flat = rng.random(rows) < 0.01
            answers[flat] = rng.integers(low, low + width + 1, (int(flat.sum()), 1))
            columns = [pa.array(column) for column in answers.T]
            college = pa.array([f"C{number:02}" for number in rng.integers(1, 25, rows)])
            writer.write_table(pa.Table.from_arrays([*columns, college], schema=schema))


def _compare(scale: Scale, papers: int, folder: Path, options: argparse.Namespace) -> None:
    file = folder / f"{scale.items}-{papers}.parquet"
    _write(scale, papers, file)
    print(f"\n{scale.name}, {papers:,} papers, {file.stat().st_size / 2**20:.0f} MiB")
    print(f"{'':<28}{'wall s':>9}{'CPU s':>9}{'x floor':>9}{'x evalkit':>11}{'peak MiB':>10}")
    walls: dict[str, float] = {}
    figures: dict[str, str] = {}
    for way in options.ways:
        passed = [str(options.rounds), "--batch", str(options.batch), "--apply", str(options.apply)]
        command = [sys.executable, __file__, "--rounds", *passed, "--run", way, scale.name, file]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"{way:<28}  {(done.stderr.strip().splitlines() or ['killed'])[-1][:70]}")
            continue
        result = json.loads(done.stdout.splitlines()[-1])
        times = papers / min(options.apply, papers) if way in ON_A_PART else 1.0
        walls[way] = result["wall"] * times
        beside = [
            walls[way] / walls[own] if own in walls else None for own in ("bytes alone", "evalkit")
        ]
        shown = "".join(
            f"{'':>{width}}" if ratio is None else f"{ratio:{width}.{digits}f}"
            for ratio, width, digits in zip(beside, (9, 11), (1, 2), strict=True)
        )
        note = f"  measured on {options.apply:,}, times {times:g}" if times > 1 else ""
        print(
            f"{way:<28}{walls[way]:9.2f}{result['cpu'] * times:9.2f}{shown}"
            f"{result['peak']:10.0f}  (start {result['start']:.0f}){note}",
            flush=True,
        )
        figures[way] = result["figures"]
    file.unlink()
    whole = {own for way, own in figures.items() if way not in ("bytes alone", *ON_A_PART)}
    same = len(whole) <= 1 and {figures.get(way, "same") for way in ON_A_PART} == {"same"}
    print("figures: " + ("the same in every way" if same else f"DIFFER: {figures}"))


def _run(options: argparse.Namespace) -> None:
    way, name, file = options.run
    scale, start = load_scale(name), _peak()
    walls, cpus, table = [], [], None
    for _ in range(options.rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        table = WAYS[way](scale, Path(file), options)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    peak = _peak()
    figures = _digest(table)
    if way in ON_A_PART:
        frame = _first(Path(file), options.apply)
        wanted = _counted(score(name, frame).table.assign(college=frame["college"]))
        figures = "same" if _digest(wanted) == figures else f"apply: {figures}"
    middle = statistics.median
    result = {"wall": middle(walls), "cpu": middle(cpus), "figures": figures}
    print(json.dumps(result | {"peak": peak, "start": start}))


def _first(file: Path, papers: int) -> pd.DataFrame:
    with pq.ParquetFile(file) as opened:
        batch = next(opened.iter_batches(batch_size=papers))
    return batch.to_pandas()


def _items(scale: Scale) -> list[str]:
    return [f"q{number}" for number in range(1, scale.items + 1)]


def _counted(papers: pd.DataFrame) -> pd.DataFrame:
    flags = papers[["valid", "suicide_item"]].astype(bool)
    flags["positive"] = papers["positive"].astype(bool) & flags["valid"]
    flags["papers"] = True
    return flags.groupby(papers["college"])[COUNTS].sum().reset_index()


def _peak() -> float:
    # Linux counts what the parent held before the process began into ru_maxrss, but not into this.
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(own for own in status.read_text().splitlines() if own.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _digest(table: pd.DataFrame | None) -> str:
    if table is None:
        return ""
    text = table.sort_values("college").to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


if __name__ == "__main__":
    main()
