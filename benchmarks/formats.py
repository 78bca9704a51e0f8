"""How long a report takes in four formats, beside its HTML alone and beside nbconvert's own.

The sample's notebooks are executed with evalkit's engine in this process, after one that does not
count: what a report costs when the process is warm, as in ``evalkit report``. Then each format is
made from the executed notebook. "HTML alone" is execution and the page; "four formats" adds PDF,
Word and workbook. The issue asks for at most twice.

nbconvert's HTML exporter stands beside as what a user would pick for the page; it has no PDF
without a browser or TeX, and no Word. The floor of the PDF is the typesetter on a file that it
has already seen (its cache is warm, so only the writing is left).

Run: ``python benchmarks/formats.py [--rounds 5]``. Prints medians in milliseconds, sizes, ratios.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from evalkit.assessment import load_assessment
from evalkit.assessment.load import remember
from evalkit.engine.execute import execute
from evalkit.export import (
    html_document,
    numbers_workbook,
    pdf_document,
    read_document,
    word_document,
)

REPOSITORY = Path(__file__).parents[1]
FORMATS: dict[str, Callable[[Any], str | bytes]] = {
    "html": html_document,
    "pdf": pdf_document,
    "docx": word_document,
    "xlsx": numbers_workbook,
}
COLLEGES = [f"C{number:02d}" for number in range(1, 9)]


@dataclass
class Times:
    """Milliseconds of each step, one a round, and sizes in bytes."""

    steps: dict[str, list[float]]
    sizes: dict[str, int]


def main() -> None:
    """Measure, print a table for each report."""
    parser = argparse.ArgumentParser(description="Time reports in four formats.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    # As the runner does: loaded once, handed to each notebook.
    remember(load_assessment("2024-2025", workspace=REPOSITORY, audience="internal"))
    _measure("college_report.ipynb", 1)
    for name in ("college_report.ipynb", "school_report.ipynb"):
        _show(name, _measure(name, rounds))


def _measure(name: str, rounds: int) -> Times:
    times = Times({}, {})
    for place in range(rounds):
        # Another college each round: no step may live from what it has made before.
        given = {"college": COLLEGES[place % len(COLLEGES)]} if name.startswith("college") else {}
        parameters = {"workspace": str(REPOSITORY), "academic_year": "2024-2025", **given}
        notebook = _timed(times, "execute", lambda parameters=parameters: _run(name, parameters))
        document = _timed(times, "read", lambda notebook=notebook: read_document(notebook))
        for kind, make in FORMATS.items():
            made = _timed(times, kind, lambda make=make, document=document: make(document))
            times.sizes[kind] = len(made)
        _timed(times, "pdf again", lambda document=document: pdf_document(document))
        _timed(times, "nbconvert html", lambda notebook=notebook: _nbconvert(notebook))
    return times


def _run(name: str, parameters: dict[str, str]) -> NotebookNode:
    folder = REPOSITORY / "notebooks"
    return execute(folder / name, parameters=parameters, cwd=folder)


def _nbconvert(notebook: NotebookNode) -> str:
    settings = Config()
    settings.HTMLExporter.exclude_input = True
    page, _ = HTMLExporter(config=settings, template_name="lab").from_notebook_node(notebook)
    return str(page)


def _timed(times: Times, step: str, do: Callable[[], Any]) -> Any:
    gc.collect()
    start = time.perf_counter()
    made = do()
    times.steps.setdefault(step, []).append(1000 * (time.perf_counter() - start))
    return made


def _show(name: str, times: Times) -> None:
    median = {step: statistics.median(own) for step, own in times.steps.items()}
    print(f"\n{name}: medians of {len(times.steps['execute'])}, ms (range)")
    for step, own in times.steps.items():
        size = f"{times.sizes[step] / 1024:8,.0f} KiB" if step in times.sizes else ""
        print(f"  {step:<15}{median[step]:8.0f}  ({min(own):.0f} to {max(own):.0f}){size}")
    alone = median["execute"] + median["read"] + median["html"]
    four = alone + median["pdf"] + median["docx"] + median["xlsx"]
    print(f"  HTML alone {alone:.0f}, four formats {four:.0f}: {four / alone:.2f} times")


if __name__ == "__main__":
    main()
