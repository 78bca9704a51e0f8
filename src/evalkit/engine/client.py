"""Papermill's notebook client over a kernel in this process.

nbclient executes a cell by sending a request and then waiting for its outputs and for its reply.
Here the cell runs while nbclient waits for the reply; outputs are processed as they come, and what
nbclient receives on the channel of outputs is the end of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

from nbclient.exceptions import DeadKernelError
from nbclient.util import run_hook, run_sync
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NotebookExecutionManager

from evalkit.engine.deadline import Deadline
from evalkit.engine.journal import Journal
from evalkit.engine.kernel import SHELL, IPythonKernel, LocalSession, started
from evalkit.engine.streams import Descriptor, NotebookStream, turned_away
from evalkit.engine.surroundings import as_found

__all__ = ["InProcessClient"]


class InProcessClient(PapermillNotebookClient):  # type: ignore[misc]
    """Executes a notebook's cells in this process.

    Parameters
    ----------
    nb_man : NotebookExecutionManager
        Papermill's, with the notebook.
    journal : Path, optional
        Where to write down what happens.
    settings
        As for ``nbclient.NotebookClient``.
    """

    def __init__(
        self, nb_man: NotebookExecutionManager, journal: Path | None, **settings: Any
    ) -> None:
        super().__init__(nb_man, **settings)
        self._journal = None if journal is None else Journal(journal)
        self._owner = os.getpid()
        self._messages = threading.RLock()
        self._cell: tuple[NotebookNode, int] | None = None

    def execute(self, **_: Any) -> NotebookNode:
        """Execute the notebook."""
        self.reset_execution_trackers()
        session = LocalSession(deliver=self._receive)
        with contextlib.ExitStack() as stack:
            if self._journal is not None:
                stack.callback(self._journal.close)
                self._journal.begin(self.nb)
            stack.enter_context(as_found())
            descriptors = stack.enter_context(turned_away())
            sys.stdout = self._stream(session, "stdout", descriptors.get(1))
            sys.stderr = self._stream(session, "stderr", descriptors.get(2))
            kernel = stack.enter_context(started(session))
            self.kc = self.km = LocalKernelClient(kernel)
            run_sync(run_hook)(self.on_notebook_start, notebook=self.nb)
            self.log.info(f"Executing notebook with kernel: {self.kernel_name}")
            self.papermill_execute_cells()
            self.nb.metadata["language_info"] = json.loads(json.dumps(kernel.language_info))
            self.set_widgets_metadata()
        executed: NotebookNode = self.nb
        return executed

    async def async_execute_cell(
        self, cell: NotebookNode, cell_index: int, *args: Any, **options: Any
    ) -> NotebookNode:
        """Execute one cell as nbclient does."""
        if self._journal is not None:
            self._journal.cell(cell_index)
        self._cell = (cell, cell_index)
        try:
            ran: NotebookNode = await super().async_execute_cell(cell, cell_index, *args, **options)
            return ran
        finally:
            self._cell = None
            if os.getpid() != self._owner:  # the cell has forked, and the copy came back
                os._exit(0)
            if self._journal is not None:
                self._journal.finish(failed=sys.exc_info()[0] is not None)

    execute_cell = run_sync(async_execute_cell)

    def _stream(
        self, session: LocalSession, name: str, descriptor: Descriptor | None
    ) -> NotebookStream:
        watched = (self.nb_man.output_path, self.log_output, self.stdout_file, self.stderr_file)
        written: Callable[[str, str], object] = (
            _keep_nothing if self._journal is None else self._journal.text
        )
        return NotebookStream(session, name, descriptor, written, live=any(watched))

    def _receive(self, channel: object, message: dict[str, Any], packed: bytes) -> None:
        """Take a message from the kernel, in whatever thread it was sent."""
        if self._cell is None:
            return
        if channel is SHELL:
            self.kc.reply = message
            return
        if message["parent_header"].get("msg_id") != self.kc.asked:
            return
        kind = message["msg_type"]
        if kind == "status" and message["content"]["execution_state"] == "idle":
            self.kc.end.put_nowait(message)
        elif kind == "error" and self.kc.deadline.passed and not self.interrupt_on_timeout:
            pass  # papermill's own kernel would have been killed without a word
        else:
            with self._messages:
                diverted = bool(self.output_hook_stack[self.kc.asked])  # into a widget
                self.process_message(message, *self._cell)
                if self._journal is not None:
                    self._journal.message(message, packed, diverted=diverted)


class LocalKernelClient:
    """What nbclient asks of a kernel client, of its two channels, and of a kernel manager.

    Attributes
    ----------
    asked : str
        The id of the last request.
    reply : dict, optional
        The answer to it, once it is there.
    end : asyncio.Queue
        Holds the message after the last output of a cell.
    """

    allow_stdin = False

    def __init__(self, kernel: IPythonKernel) -> None:
        self.session: LocalSession = kernel.session
        self.deadline = Deadline()
        self.asked = ""
        self.reply: dict[str, Any] | None = None
        self.end: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.shell_channel = _Requests(self)
        self.iopub_channel = _Outputs(self)
        self._kernel = kernel
        self._request: dict[str, Any] = {}
        self._from_widgets: list[dict[str, Any]] = []

    def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Prepare the request to execute a cell; return its id."""
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": stop_on_error,
        }
        self._request = self.session.msg("execute_request", content)
        self.asked, self.reply = self._request["header"]["msg_id"], None
        return self.asked

    async def answer(self, timeout: float | None) -> dict[str, Any]:
        """Execute the cell and return the reply.

        Raises
        ------
        queue.Empty
            If it took too long; asked again, the reply of the interrupted cell is returned.
        DeadKernelError
            If an earlier cell has called ``exit()``.
        """
        if self.reply is None:
            if self._kernel.over:
                raise DeadKernelError("Kernel died")
            while self._from_widgets:
                await self._kernel.serve(self._from_widgets.pop(0))
            try:
                with self.deadline.set(timeout):
                    await self._kernel.serve(self._request)
            except KeyboardInterrupt:  # between the cell's code and the deadline's end
                if not self.deadline.passed:
                    raise
            if self.deadline.passed:
                raise Empty
        if self.reply is None:
            raise DeadKernelError("Kernel died")
        return self.reply

    def put(self, message: dict[str, Any]) -> None:
        """Keep a widget's message until the cell that runs has ended."""
        self._from_widgets.append(message)

    def is_alive(self) -> bool:
        """Whether this process lives."""
        return True

    def interrupt_kernel(self) -> None:
        """Nothing to do: the deadline has interrupted the cell."""


class _Requests:
    def __init__(self, client: LocalKernelClient) -> None:
        self._client = client

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        return await self._client.answer(timeout)

    def send(self, message: dict[str, Any]) -> None:
        self._client.put(message)


class _Outputs:
    def __init__(self, client: LocalKernelClient) -> None:
        self._client = client

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # noqa: ARG002
        return await self._client.end.get()


def _keep_nothing(stream: str, text: str) -> None:
    """Write no journal."""
