"""ipykernel's own kernel and shell in this process: no sockets, no threads."""

from __future__ import annotations

import atexit
import contextlib
import inspect
import logging
import os
import re
import sys
import threading
from collections.abc import Generator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from ipykernel import ipkernel, zmqshell
from ipykernel.compiler import XCachingCompiler
from ipykernel.eventloops import loop_map
from IPython.core.error import UsageError
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait
from traitlets import Type, observe
from traitlets.config import Config

__all__ = ["IOPUB", "SHELL", "IPythonKernel", "LocalSession", "started"]

IOPUB, SHELL = object(), object()
"""Stand where ipykernel has sockets."""


def _forgo_debugger() -> None:
    """Keep debugpy out: it takes half a second to import, and no one can attach to it here."""
    if "ipykernel.debugger" not in sys.modules:
        kept = {name: module for name, module in sys.modules.items() if name == "debugpy.server"}
        sys.modules["debugpy.server"] = None  # type: ignore[assignment]
        try:
            import_module("ipykernel.debugger")
        finally:
            del sys.modules["debugpy.server"]
            sys.modules.update(kept)
    sys.modules["ipykernel.debugger"]._is_debugpy_available = False  # type: ignore[attr-defined]


_forgo_debugger()


class Compiler(XCachingCompiler):
    """ipykernel's compiler, whose names of cells do not hang on the number of the process."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """Return the name that warnings and crash reports show for a cell."""
        name: str = super().get_code_name(raw_code, code, number)  # type: ignore[no-untyped-call]
        return re.sub(r"ipykernel_\d+", "ipykernel_0", name)


class LocalSession(Session):
    """Hands each message on instead of sending it."""

    deliver = AnyTrait()
    """Called with the channel, the message as a client would receive it, its packed content."""

    def send(
        self,
        stream: object,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        ident: object = None,  # noqa: ARG002
        buffers: list[Any] | None = None,
        track: bool = False,  # noqa: ARG002
        header: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> dict[str, Any] | None:
        """Build a message as jupyter_client does, and hand it on.

        The content is packed and unpacked, so that whatever a socket would change or refuse is
        changed or refused here.
        """
        if isinstance(msg_or_type, str):
            message = self.msg(msg_or_type, content, parent, header, metadata)
        else:
            message = msg_or_type
            buffers = buffers or message.get("buffers")
        if self.check_pid and os.getpid() != self.pid:  # from a fork
            return None
        packed = self.pack(message["content"])
        received = {
            **message,
            "content": self.unpack(packed),
            "buffers": [memoryview(buffer).cast("B") for buffer in buffers or ()],
        }
        self.deliver(stream, received, packed)
        return message


class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):
    """ipykernel's shell; libraries look at the name of its class to see where they run."""

    def enable_gui(self, gui: Any = None) -> None:
        """Accept what ipykernel accepts; there is no event loop to enter."""
        if gui not in loop_map:
            raise UsageError(f"Invalid GUI request {gui!r}, valid ones are:{loop_map.keys()}")
        self.active_eventloop = gui

    @observe("exit_now")
    def _update_exit_now(self, change: Any) -> None:
        if change["new"]:
            self.kernel.over = True


ZMQInteractiveShell.__module__ = zmqshell.__name__


_Kernel: Any = ipkernel.IPythonKernel  # half of it has no types


class IPythonKernel(_Kernel):  # type: ignore[misc]
    """ipykernel's kernel, whose requests are handed to it directly.

    Attributes
    ----------
    over : bool
        Whether a cell has called ``exit()``: the kernel would be gone by the next one.
    """

    shell_class = Type(ZMQInteractiveShell)
    compiler_class = Type(Compiler)
    over = False

    @property
    def _supports_kernel_subshells(self) -> bool:
        return False

    async def serve(self, request: dict[str, Any]) -> None:
        """Do what a request asks, with the messages around it, as ipykernel's dispatcher does."""
        self.io_loop = IOLoop.current()
        self.set_parent([], request, channel="shell")
        self._publish_status("busy", "shell")
        self.pre_handler_hook()
        try:
            handled = self.shell_handlers[request["header"]["msg_type"]](SHELL, [], request)
            if inspect.isawaitable(handled):
                await handled
        finally:
            self.post_handler_hook()
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
            self._publish_status("idle", "shell")

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing is queued: the client stops by itself."""


@contextlib.contextmanager
def started(session: LocalSession) -> Generator[IPythonKernel, None, None]:
    """Have a kernel that answers through `session`, and nothing left of it afterwards.

    Nothing is read from the user's IPython profile (startup files, settings), and no history is
    kept on disk: what a report says must not hang on who makes it.
    """
    config = Config()
    config.HistoryManager.enabled = False
    kernel = IPythonKernel.instance(
        config=config,
        session=session,
        iopub_socket=IOPUB,
        # What ipykernel asks of it: in which thread cells run.
        shell_channel_thread=SimpleNamespace(parent_thread=threading.current_thread()),
        log=_log(),
        user_ns=None,
    )
    shell = kernel.shell
    try:
        shell.exit_now = False
        shell.extension_manager.load_extension("storemagic")
        _show_figures()
        yield kernel
    finally:
        atexit.unregister(shell.atexit_operations)
        shell.atexit_operations()
        shell.user_ns.clear()
        IPythonKernel.clear_instance()
        type(shell).clear_instance()
        ipkernel._comm_manager = None
        _forget_figures()


def _log() -> logging.Logger:
    """Return a log beside papermill's, out of reach of what a notebook does with its own."""
    log = logging.getLogger("papermill.evalkit")
    log.setLevel(logging.WARNING)
    return log


def _show_figures() -> None:
    """Connect matplotlib, if it is there already, with the new shell.

    It connects itself when its inline backend is imported; in a warm process that was long ago, and
    figures would vanish without a word.
    """
    if "matplotlib" not in sys.modules:
        return
    import matplotlib as mpl

    inline = os.environ["MPLBACKEND"]
    if mpl.get_backend(auto_select=False) not in (inline, "inline"):
        mpl.use(inline)
    backend: Any = sys.modules.get("matplotlib_inline.backend_inline")
    if backend is not None:
        backend._enable_matplotlib_integration()


def _forget_figures() -> None:
    backend: Any = sys.modules.get("matplotlib_inline.backend_inline")
    if backend is not None:
        backend.InlineBackend.clear_instance()
        # Else the next shell would not be told how to show figures.
        vars(backend.configure_inline_support).pop("current_backend", None)
