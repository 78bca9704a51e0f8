"""One notebook, executed here and now; and what is left of one whose process died."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors

from evalkit.engine.journal import replay
from evalkit.engine.notebooks import InProcessEngine
from evalkit.engine.sentences import cause, explain_cell
from evalkit.errors import EvalkitError
from evalkit.outputs import write_text

__all__ = ["NotebookError", "execute", "rebuild", "settled"]

ENGINE = "evalkit"
KERNEL = "python3"
papermill_engines.register(ENGINE, InProcessEngine)


class NotebookError(EvalkitError):
    """A cell raised, took too long, or ended the kernel.

    Attributes
    ----------
    notebook : NotebookNode
        As papermill leaves it: run up to the cell, with a note before it and at the top. Settled.
    cell : int
        Which of the code cells of the notebook as its author wrote it, from 1; 0 for the
        parameters that were passed.
    ename, evalue : str
        Class and text of the error.
    """

    def __init__(
        self, message: str, notebook: NotebookNode, cell: int, ename: str, evalue: str
    ) -> None:
        self.notebook = notebook
        self.cell = cell
        self.ename = ename
        self.evalue = evalue
        super().__init__(message)


def execute(
    notebook: Path,
    output: Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    *,
    cwd: Path | None = None,
    cell_seconds: int | None = None,
    journal: Path | None = None,
) -> NotebookNode:
    """Execute a notebook in this process, through papermill.

    Parameters
    ----------
    notebook : Path
        In Python.
    output : Path, optional
        Where to write the executed notebook, whole or not at all; also if a cell fails.
    parameters : mapping, optional
        As for papermill: a cell after the one tagged ``parameters``.
    cwd : Path, optional
        Working folder of the cells; the present one if not given.
    cell_seconds : int, optional
        How long one cell may take.
    journal : Path, optional
        Where to write down what happens as it happens; see :func:`rebuild`.

    Returns
    -------
    NotebookNode
        The executed notebook, settled (see :func:`settled`).

    Raises
    ------
    NotebookError
        With the notebook as far as it came. Papermill's or nbclient's error is its cause.
    """
    kept: list[NotebookNode] = []
    try:
        done: NotebookNode = papermill.execute_notebook(
            str(notebook),
            None,
            parameters=dict(parameters or {}),
            engine_name=ENGINE,
            kernel_name=KERNEL,
            language="python",
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            progress_bar=False,
            cwd=None if cwd is None else str(cwd),
            execution_timeout=cell_seconds,
            journal=journal,
            kept=kept.append,
        )
    except PapermillExecutionError as error:
        why = cause(error.ename, error.evalue)
        failed = _failed(notebook.name, kept[0], error, why)
        _write(output, failed.notebook)
        raise failed from error
    except (CellTimeoutError, DeadKernelError) as error:
        late = isinstance(error, CellTimeoutError)
        why = (
            f"运行超过 {cell_seconds} 秒，已停止"
            if late
            else "前面的单元格调用了 exit()，计算进程已经退出"
        )
        marked = _mark(kept[0], _last_started(kept[0]), type(error).__name__, why, [str(error)])
        failed = _failed(notebook.name, kept[0], marked, why)
        _write(output, failed.notebook)
        raise failed from error
    _write(output, settled(done))
    return done


def rebuild(journal: Path, message: str = "", detail: str = "") -> NotebookNode:
    """Return the notebook of a process that died, as far as it came.

    Parameters
    ----------
    journal : Path
        Written by :func:`execute`.
    message, detail : str
        What became of the process, such as ``Outcome.message`` and ``Outcome.detail``: shown as the
        error of the cell that was running.

    Returns
    -------
    NotebookNode
        Settled, with papermill's notes; without an error if no cell was running.

    Raises
    ------
    ValueError
        If the process died before it had even written the notebook down.
    """
    notebook, running = replay(journal)
    if running is not None:
        # faulthandler's list of extension modules is for the log
        lines = [line for line in detail.splitlines() if not line.startswith("Extension modules")]
        _mark(notebook, running, "DeadKernelError", message, lines)
    return settled(notebook)


def settled(notebook: NotebookNode) -> NotebookNode:
    """Take out of an executed notebook what differs between two runs, and return it.

    Times, durations and paths go. Cells are numbered anew, since papermill gives those that it adds
    random ids (as nbformat does to all cells of an old notebook). Texts in a row on one stream are
    joined: how the output of a subprocess is divided hangs on time. What cells show is theirs.
    """
    record = notebook.metadata.get("papermill", {})
    for key in ("start_time", "end_time", "duration", "environment_variables"):
        record.pop(key, None)
    record["input_path"], record["output_path"] = None, None
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:03d}"
        cell.metadata.pop("execution", None)
        for key in ("start_time", "end_time", "duration"):
            cell.metadata.get("papermill", {}).pop(key, None)
        if "outputs" in cell:
            cell.outputs = _joined(cell.outputs)
    return notebook


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        stream = output.get("name")
        if last is not None and stream is not None and last.get("name") == stream:
            last["text"] += output.text
        else:
            joined.append(output)
    return joined


def _write(path: Path | None, notebook: NotebookNode) -> None:
    if path is not None:
        write_text(path, nbformat.writes(notebook) + "\n")


def _failed(
    file: str, notebook: NotebookNode, error: PapermillExecutionError, why: str
) -> NotebookError:
    # Papermill has put a note at the top and one before the cell since it counted.
    before = notebook.cells[: error.cell_index + 3]
    code = [cell for cell in before if cell.cell_type == "code"]
    added = [cell for cell in code if "injected-parameters" in cell.metadata.get("tags", [])]
    number = 0 if code[-1] in added else len(code) - len(added)
    message = f"{file} {explain_cell(number, error.source, why)}"
    return NotebookError(message, settled(notebook), number, error.ename, error.evalue)


def _mark(
    notebook: NotebookNode, index: int, ename: str, evalue: str, lines: list[str]
) -> PapermillExecutionError:
    """Put an error into a cell, and papermill's notes into the notebook; return its error."""
    cell = notebook.cells[index]
    error = nbformat.v4.new_output("error", ename=ename, evalue=evalue, traceback=lines)
    cell.outputs.append(error)
    cell.metadata.papermill.update(exception=True, status="failed")
    notebook.metadata.papermill["exception"] = True
    try:
        raise_for_execution_errors(notebook, None)
    except PapermillExecutionError as marked:
        return marked
    raise ValueError("papermill has found no error")


def _last_started(notebook: NotebookNode) -> int:
    ran = [n for n, cell in enumerate(notebook.cells) if cell.metadata.papermill.start_time]
    return ran[-1]
