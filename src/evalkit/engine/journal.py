"""What a notebook has done so far, written down line by line, so that its death loses nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

__all__ = ["Journal", "replay"]

_SHOWN = frozenset(
    {
        "clear_output",
        "display_data",
        "error",
        "execute_input",
        "execute_result",
        "update_display_data",
    }
)


class Journal:
    """Written while a notebook runs; each line is one write, whole after a crash."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)

    def begin(self, notebook: NotebookNode) -> None:
        """Write down the notebook as it is before its first cell."""
        self._line({"notebook": notebook})

    def cell(self, index: int) -> None:
        """Write down that a cell starts."""
        self._line({"cell": index})

    def finish(self, *, failed: bool) -> None:
        """Write down that the cell has ended, and whether the notebook ends with it."""
        self._line({"failed": failed})

    def text(self, stream: str, text: str) -> None:
        """Write down what was written to a stream, long before it is shown."""
        self._line({"stream": stream, "text": text})

    def message(self, message: dict[str, Any], packed: bytes, *, diverted: bool) -> None:
        """Write down what was shown, or that it went into a widget and not below its cell."""
        kind = message["msg_type"]
        if kind == "stream":
            self._line({"diverted" if diverted else "shown": message["content"]["name"]})
        elif kind in _SHOWN and not diverted:
            os.write(self._file, b'{"message": "%s", "content": %s}\n' % (kind.encode(), packed))

    def close(self) -> None:
        """Close it; the file stays."""
        os.close(self._file)

    def _line(self, content: dict[str, Any]) -> None:
        os.write(self._file, json.dumps(content).encode() + b"\n")


def replay(path: Path) -> tuple[NotebookNode, int | None]:
    """Return the notebook as far as it came, and the cell that was running, if any.

    Raises
    ------
    ValueError
        If the journal does not even hold the notebook.
    """
    lines = path.read_bytes().split(b"\n")[:-1]  # the last one may have been cut off
    if not lines:
        raise ValueError(f"{path} holds no notebook")
    notebook = nbformat.from_dict(json.loads(lines[0])["notebook"])
    reader = _Reader(notebook)
    for line in lines[1:]:
        reader.take(json.loads(line))
    if reader.running is not None:
        reader.show_all()
    return notebook, reader.running


class _Reader:
    def __init__(self, notebook: NotebookNode) -> None:
        self._notebook = notebook
        self._client = NotebookClient(notebook, record_timing=False)
        self._client.reset_execution_trackers()
        self._pending: dict[str, list[str]] = {}
        self._index = 0
        self.running: int | None = None

    def take(self, fact: dict[str, Any]) -> None:
        if "cell" in fact:
            self._index = self.running = fact["cell"]
            self._client.clear_before_next_output = False
            self._pending.clear()  # written between two cells: nbclient shows it in neither
            self._state.update(status="running", exception=False)
        elif "failed" in fact:
            failed = fact["failed"]
            self._state.update(status="failed" if failed else "completed", exception=failed)
            if failed:
                self._notebook.metadata.papermill["exception"] = True
            self.running = None
        elif "stream" in fact:
            self._pending.setdefault(fact["stream"], []).append(fact["text"])
        elif "shown" in fact:
            self._show(fact["shown"])
        elif "diverted" in fact:
            self._pending.pop(fact["diverted"], None)
        else:
            self._process(fact["message"], fact["content"])

    def show_all(self) -> None:
        for name in tuple(self._pending):
            self._show(name)

    @property
    def _state(self) -> NotebookNode:
        state: NotebookNode = self._notebook.cells[self._index].metadata.papermill
        return state

    def _show(self, name: str) -> None:
        text = "".join(self._pending.pop(name, ()))
        if text:
            self._process("stream", {"name": name, "text": text})

    def _process(self, kind: str, content: dict[str, Any]) -> None:
        message = {
            "msg_type": kind,
            "header": {"msg_type": kind},
            "parent_header": {},
            "metadata": {},
            "content": content,
            "buffers": [],
        }
        self._client.process_message(message, self._notebook.cells[self._index], self._index)
