"""What happens in the processes that run research notebooks: get ready once, run one."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat

from evalkit.assessment import Assessment, load_assessment
from evalkit.engine.execute import NotebookError, execute
from evalkit.export import (
    ReportDocument,
    html_document,
    numbers_workbook,
    pdf_document,
    read_document,
    word_document,
)
from evalkit.outputs import write_bytes
from evalkit.privacy.gate import Gate, gate_of
from evalkit.reports.research import ResearchOrder
from evalkit.workspace import Workspace

__all__ = ["make", "warm"]

_FORMATS: Mapping[str, Callable[[ReportDocument], str | bytes]] = {
    "html": html_document,
    "pdf": pdf_document,
    "docx": word_document,
    "xlsx": numbers_workbook,
}
_gates: dict[Path, Gate] = {}


def warm(workspace: Path, year: str, gate: Gate) -> None:
    """Read the year's inputs once, so that the notebooks find the snapshots ready.

    Raises
    ------
    EvalkitError
        If the year has no data.
    """
    _gates[workspace] = gate
    load_assessment(year, workspace=workspace)


def make(order: ResearchOrder) -> tuple[str, ...]:
    """Run one notebook and write its files; return their names.

    A failing notebook is kept, with its traceback, as ``<name>.出错.ipynb``.

    Raises
    ------
    NotebookError
        If a cell failed.
    ExposureError
        If one of the files would name a person; nothing is written then.
    """
    gate = _gates.get(order.workspace) or gate_of(Workspace.find(order.workspace))
    job = order.job
    notebook = job.notebook
    if notebook is None:
        raise ValueError(job.name)
    known = _parameters(notebook)
    settings = {name: value for name, value in order.settings.items() if name in known}
    try:
        done = execute(
            notebook,
            parameters={**job.parameters, **settings},
            cwd=notebook.parent,
            journal=order.journal,
        )
    except NotebookError as error:
        content = (nbformat.writes(error.notebook) + "\n").encode("utf-8")
        if not gate.look({job.failed_file: content}):
            write_bytes(order.folder / job.failed_file, content)
        raise
    assessment = load_assessment(job.parameters["academic_year"], workspace=order.workspace)
    done.metadata["evalkit"] = _said(assessment, job.title)
    document = read_document(done)
    contents: dict[str, bytes] = {}
    for file in job.files:
        kind = file.rpartition(".")[2]
        content_of = nbformat.writes(done) + "\n" if kind == "ipynb" else _FORMATS[kind](document)
        contents[file] = content_of.encode("utf-8") if isinstance(content_of, str) else content_of
    gate.check(contents)
    for file, data in contents.items():
        write_bytes(order.folder / file, data)
    return job.files


def _parameters(path: Path) -> set[str]:
    """Return the names that a notebook's cell of parameters assigns."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", ()):
            try:
                tree = ast.parse(cell.source)
            except SyntaxError:  # running it says where
                return set()
            names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
            return {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return set()


def _said(assessment: Assessment, title: str) -> dict[str, object]:
    """Return what stands at the head and foot of each file."""
    space = assessment.workspace
    invented = "　·　虚构示例数据" if space.fictional else ""
    shots = "；".join(f"{year} {shot.id}" for year, shot in sorted(assessment.snapshots.items()))
    return {
        "title": title,
        "header": f"{space.school}　{assessment.year} 学年　研究{invented}",
        "footer": [
            f"{space.school}{space.centre}。供研究使用，探索性，不作考核依据。"
            + ("数据为虚构，仅供演示。" if space.fictional else ""),
            f"数据快照：{shots}。",
        ],
        "author": f"{space.school}{space.centre}",
    }
