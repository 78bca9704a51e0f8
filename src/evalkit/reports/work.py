"""What happens in the processes that make reports: get ready once, make one.

:mod:`evalkit.engine.warm` calls :func:`warm` in the warm parent and :func:`make` in the process of
each report.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat

from evalkit import charts
from evalkit.assessment import STATUS_TEXT, Assessment, load_assessment
from evalkit.assessment.load import only_for, remember
from evalkit.audiences import Level, load_policy
from evalkit.engine.execute import NotebookError, execute
from evalkit.errors import EvalkitError
from evalkit.export import (
    ReportDocument,
    SummaryTables,
    html_document,
    numbers_workbook,
    pdf_document,
    read_document,
    summary_workbook,
    word_document,
)
from evalkit.outputs import write_bytes
from evalkit.privacy.gate import Gate, gate_of
from evalkit.reports.aside import computed_aside
from evalkit.reports.closed_cells import without_closed
from evalkit.reports.orders import Order
from evalkit.reports.raw_tables import has_raw_tables, refuse_raw_tables
from evalkit.workspace import Workspace

__all__ = ["make", "summary", "warm"]


class ChangedError(EvalkitError):
    """The inputs are no longer what the plan was made from."""


_FORMATS: Mapping[str, Callable[[ReportDocument], str | bytes]] = {
    "html": html_document,
    "pdf": pdf_document,
    "docx": word_document,
    "xlsx": numbers_workbook,
}
_MARKUP = frozenset("\\`*_{}[]<>()#+-.!|&$~=:^\n\r\t ")
_loaded: dict[tuple[Path, str, str], Assessment] = {}
_gates: dict[Path, Gate] = {}


def warm(
    workspace: Path, year: str, snapshots: Mapping[str, str], audience: str, gate: Gate
) -> None:
    """Do once what every report needs: load, compute, and use each library for the first time.

    Parameters
    ----------
    workspace, year, snapshots, audience
        As in :class:`evalkit.reports.orders.Order`.
    gate : Gate
        What the reports may not hold; known to the command, so that no process reads it again.

    Raises
    ------
    ChangedError
        If the inputs have changed since the plan was made.
    """
    _gates[workspace] = gate
    assessment = _assessment(workspace, year, snapshots, audience)
    space = assessment.workspace
    with computed_aside([assessment, assessment.evidence, *assessment.figures.values()]):
        with contextlib.suppress(Exception):  # what cannot be drawn fails in the report
            view = assessment.college(assessment.colleges[0].code)
            charts.indicator_bars(view.indicators()).png()
        # With the notebooks' text, so that the glyphs that all pages need are drawn.
        paths = sorted(space.notebooks.glob("*.ipynb"))
        text = {*"".join(path.read_text(encoding="utf-8") for path in paths)} - _MARKUP
        cell = nbformat.v4.new_markdown_cell("# 甲\n" + "".join(sorted(text)))
        page = nbformat.v4.new_notebook(cells=[cell])
        document = read_document(
            page, title="甲", header=_header(assessment), footer=_footer(assessment, "", "own")
        )
        # The typesetter would start threads, and a process with threads cannot be forked.
        for kind in ("html", "docx", "xlsx"):
            _FORMATS[kind](document)


def make(order: Order) -> tuple[str, ...]:
    """Make one report and write its files; return their names.

    A failing notebook is kept, with its traceback, as ``<name>.出错.ipynb``; nothing else is
    written then. What names a person is not written at all.

    Raises
    ------
    NotebookError
        If a cell failed.
    ExposureError
        If one of the files would name a person.
    RawTableError
        If the notebook shows a table from which nothing was taken out.
    """
    gate = _gate(order.workspace, order.audience)
    try:
        contents = _contents(order)
    except NotebookError as error:
        failed = order.job.failed_file
        content = (nbformat.writes(error.notebook) + "\n").encode("utf-8")
        if not has_raw_tables(error.notebook) and not gate.look({failed: content}):
            write_bytes(order.folder / failed, content)
        raise
    gate.check(contents)
    for name, content in contents.items():
        write_bytes(order.folder / name, content)
    return order.job.files


def _contents(order: Order) -> dict[str, bytes]:
    """Return what the files of a report will hold, by name."""
    job = order.job
    if job.notebook is None:
        return {job.files[0]: summary(_ordered(order), order.data)}
    with only_for(order.audience):
        notebook = execute(
            job.notebook,
            parameters=job.parameters,
            cwd=job.notebook.parent,
            journal=order.journal,
        )
    refuse_raw_tables(notebook, job.notebook.name)
    assessment = _ordered(order)
    without_closed(notebook, assessment.audience)
    level: Level = "college" if job.college is None else "own"
    # So that JupyterLab's own export of the notebook says the same at its head and foot.
    notebook.metadata["evalkit"] = {
        "title": job.title,
        "header": _header(assessment),
        "footer": list(_footer(assessment, order.data, level)),
        "author": f"{assessment.workspace.school}{assessment.workspace.centre}",
    }
    document = read_document(notebook)
    contents = {}
    for file in job.files:
        kind = file.rpartition(".")[2]
        as_it_is = kind == "ipynb"
        content = nbformat.writes(notebook) + "\n" if as_it_is else _FORMATS[kind](document)
        contents[file] = content.encode("utf-8") if isinstance(content, str) else content
    return contents


def _gate(workspace: Path, audience: str) -> Gate:
    """Return the gate that warming up was told of; nothing is made without one."""
    if workspace not in _gates:
        small = load_policy(audience).small
        _gates[workspace] = gate_of(Workspace.find(workspace)).below(small)
    return _gates[workspace]


def _ordered(order: Order) -> Assessment:
    return _assessment(order.workspace, order.year, order.snapshots, order.audience)


def _assessment(
    workspace: Path, year: str, snapshots: Mapping[str, str], audience: str
) -> Assessment:
    """Return the year's assessment, loaded once in this process or the one it was forked from."""
    key = workspace, year, audience
    if key not in _loaded:
        assessment = load_assessment(year, workspace=workspace, audience=audience)
        if {y.name: snapshot.id for y, snapshot in assessment.snapshots.items()} != snapshots:
            raise ChangedError("材料在准备生成报告时有了变化，本次没有生成。请再运行一次。")
        _loaded[key] = assessment
        remember(assessment)  # for the notebooks' own load_assessment
    return _loaded[key]


def _header(assessment: Assessment) -> str:
    space = assessment.workspace
    invented = "　·　虚构示例数据" if space.fictional else ""
    return f"{space.school}　{assessment.year} 学年{invented}"


def _footer(assessment: Assessment, data: str, level: Level) -> tuple[str, ...]:
    space, rubric = assessment.workspace, assessment.rubric
    closed = "、".join(assessment.audience.closed_topics(level))
    left_out = f"按隐私规则不含：{closed}。" if closed else ""
    invented = "数据为虚构，仅供演示。" if space.fictional else ""
    return (
        f"{space.school}{space.centre}。{STATUS_TEXT[assessment.status]}。{invented}",
        f"依据：{rubric.title}（{rubric.version}）。数据快照（本报告所用部分）：{data}。",
        f"读者范围：{assessment.audience.title}。{left_out}",
        "程序只做汇总与提示，等次与奖项以评审组审定为准。",
    )


def summary(assessment: Assessment, data: str) -> bytes:
    """Return the workbook of totals; `data` stands for what it was made from."""
    school = assessment.school
    tables = SummaryTables(
        details=school.score_details(),
        totals=school.judge_totals(),
        ranking=school.ranking(),
        results=school.exact_results(),
        lists={
            "辅导站建议": school.station_nominees(),
            "站长比较": school.head_candidates(),
            "工作数据": school.work(),
            "规则与决定": school.settings(),
        },
    )
    title = f"{assessment.workspace.school} {assessment.year} 学年"
    notes = _footer(assessment, data, "college")
    return summary_workbook(tables, assessment.rubric, title=title, notes=notes)
