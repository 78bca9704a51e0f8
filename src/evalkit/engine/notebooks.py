"""Papermill's engine in this process."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, NotebookExecutionManager
from papermill.log import logger
from papermill.utils import merge_kwargs, remove_args

from evalkit.engine.client import InProcessClient
from evalkit.engine.surroundings import outside, outside_of

__all__ = ["InProcessEngine"]


class InProcessEngine(NBClientEngine):  # type: ignore[misc]
    """Executes notebooks in the process that asks for it.

    Where that cannot be done (a notebook of another language or environment, a process that runs
    cells already, another thread than the main one) it leaves the notebook to papermill's own
    engine.
    """

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **options: Any) -> NotebookNode:
        """Execute a notebook; see papermill's ``Engine.execute_notebook``."""
        reason = _unfit(kernel_name)
        if reason:
            logger.info(f"Engine evalkit leaves this notebook to a kernel: {reason}")
            own = remove_args(["journal", "kept"], **options)
            return cast("NotebookNode", NBClientEngine.execute_notebook(nb, kernel_name, **own))
        with outside():
            for name in ("stdout_file", "stderr_file"):
                options[name] = outside_of(options.get(name))
            return cast("NotebookNode", super().execute_notebook(nb, kernel_name, **options))

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        journal: Path | None = None,
        kept: Callable[[NotebookNode], object] | None = None,
        **options: Any,
    ) -> None:
        """Execute the cells.

        Parameters
        ----------
        journal : Path, optional
            Where to write down each cell's start and outputs.
        kept : callable, optional
            Handed the notebook before it runs, for whoever wants it when papermill raises.
        others
            As for papermill's ``NBClientEngine``.
        """
        safe = remove_args(["input_path", "timeout", "startup_timeout"], **options)
        settings = merge_kwargs(
            safe,
            timeout=execution_timeout if execution_timeout else options.get("timeout"),
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
        )
        if kept is not None:
            kept(nb_man.nb)
        InProcessClient(nb_man, journal, **settings).execute()


def _unfit(kernel_name: str) -> str:
    """Say why a notebook cannot run in this process; empty if it can."""
    if InteractiveShell.initialized():
        return "this process already runs IPython"
    if threading.current_thread() is not threading.main_thread():
        return "this is not the main thread"
    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop()
        return "an event loop is running"
    if kernel_name in ("python", "python3"):
        return ""
    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel:
        return f"no kernel is named {kernel_name}"  # papermill's own engine says it as it does
    ours = Path(spec.argv[0]).resolve() == Path(sys.executable).resolve()
    if not ours or "ipykernel_launcher" not in spec.argv or spec.env:
        return f"kernel {kernel_name} is not this Python"
    return ""
