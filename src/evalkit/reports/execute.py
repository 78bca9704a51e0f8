"""One report: its notebook run through papermill, then exported."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from evalkit.errors import EvalkitError
from evalkit.export import html_page
from evalkit.outputs import write_text
from evalkit.reports.plan import Job

__all__ = ["Frame", "Made", "make_report"]

KERNEL = "python3"
TIMEOUT = 600
"""Seconds that one cell may take."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every report of a packet: header and footer lines."""

    header: str
    footer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one job: its files, or the reason why there are none."""

    job: Job
    files: tuple[Path, ...]
    error: str | None
    seconds: float


def make_report(job: Job, folder: Path, frame: Frame) -> Made:
    """Run the notebook and write it and its page into `folder`.

    A failing notebook is kept, with its traceback, as ``<name>.出错.ipynb``; nothing else is
    written then, and files of an earlier run are taken away so that nobody takes them for new.
    """
    begun = time.monotonic()
    target, page = folder / f"{job.name}.ipynb", folder / f"{job.name}.html"
    failed = folder / f"{job.name}.出错.ipynb"
    for path in (target, page, failed):
        path.unlink(missing_ok=True)
    files: tuple[Path, ...] = ()
    problem = None
    try:
        notebook = _run(job)
        html = html_page(notebook, title=job.title, header=frame.header, footer=frame.footer)
        files = (
            write_text(page, html),
            write_text(target, nbformat.writes(notebook) + "\n"),
        )
    except _CellError as error:
        files, problem = (write_text(failed, nbformat.writes(error.notebook) + "\n"),), error.message
    except Exception as error:  # whatever it is, it must not stop the other reports
        problem = f"{job.notebook.name}：{type(error).__name__}：{error}"
    return Made(job, files, problem, time.monotonic() - begun)


class _CellError(Exception):
    def __init__(self, message: str, notebook: NotebookNode) -> None:
        self.message = message
        self.notebook = notebook
        super().__init__(message)


def _run(job: Job) -> NotebookNode:
    for name in ("papermill", "traitlets"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with TemporaryDirectory(prefix="evalkit-") as place:
        output = Path(place) / job.notebook.name
        try:
            notebook = papermill.execute_notebook(
                str(job.notebook),
                str(output),
                parameters=job.parameters,
                kernel_name=KERNEL,
                progress_bar=False,
                log_output=False,
                execution_timeout=TIMEOUT,
                extra_arguments=["--log-level=CRITICAL"],
                cwd=str(job.notebook.parent),
            )
        except PapermillExecutionError as error:
            raise _CellError(_explained(job, error), _saved(output)) from None
        except CellTimeoutError:
            message = f"{job.notebook.name} 中有单元格运行超过 {TIMEOUT} 秒，已停止"
            raise _CellError(message, _saved(output)) from None
        except DeadKernelError:
            message = f"{job.notebook.name} 的计算进程意外退出，可能是内存不足"
            raise _CellError(message, _saved(output)) from None
    return _without_times(notebook)


def _saved(path: Path) -> NotebookNode:
    """Return what papermill had written when it stopped."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def _explained(job: Job, error: Any) -> str:
    """Say which notebook, which cell and why; evalkit's own errors are sentences already."""
    cause = str(error.evalue).strip() or str(error.ename)
    first = next((line for line in str(error.source).splitlines() if line.strip()), "")
    known = error.ename in _own_errors()
    reason = cause if known else f"{error.ename}：{cause}"
    # Papermill has put the cell of injected parameters in; in the template it is not there.
    cell = f"第 {error.exec_count - 1} 个代码单元格（{first.strip()[:60]}）"
    return f"{job.notebook.name} {cell}出错：{reason}"


def _own_errors() -> set[str]:
    own: list[type[EvalkitError]] = [EvalkitError, *EvalkitError.__subclasses__()]
    return {kind.__name__ for kind in own}


def _without_times(notebook: NotebookNode) -> NotebookNode:
    """Take out when and where it ran, so that equal inputs give equal bytes."""
    record = notebook.metadata.get("papermill", {})
    for key in ("start_time", "end_time", "duration", "environment_variables"):
        record.pop(key, None)
    record["input_path"], record["output_path"] = None, None
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:03d}"
        cell.metadata.pop("execution", None)
        own = cell.metadata.get("papermill")
        if own is not None:
            for key in ("start_time", "end_time", "duration"):
                own.pop(key, None)
    return notebook
