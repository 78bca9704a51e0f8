"""``python -m evalkit.engine.parent FOLDER``: imports once, forks once a task, watches.

:mod:`evalkit.engine.warm` starts it and reads one JSON object a line from its standard output. It
ends, and all that it has started with it, when its standard input is closed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evalkit.engine.child import warm_up
from evalkit.engine.processes import Process, Worker, fork
from evalkit.engine.system import adopt_orphans, children, thread_names

__all__ = ["main"]

TICK = 0.1
"""Seconds between two looks at memory and time."""
GRACE = 5.0
"""Seconds between asking a task to stop and ending it."""
ROUNDS = 200
"""How often to look for orphans: one that the system itself holds up must not hold us up."""


class Caller:
    """Whoever started this process: is told what happens, and has gone when the pipe is closed.

    Attributes
    ----------
    gone : bool
        Whether that was found.
    """

    def __init__(self) -> None:
        self._pipe, self._talk = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)  # the log: what warming up prints is not for the caller
        self._closed = threading.Event()
        self.gone = False
        if sys.platform == "win32":  # pipes cannot be waited for together there
            threading.Thread(target=self._listen, daemon=True).start()

    @property
    def descriptors(self) -> tuple[int, int]:
        """What a child must not keep open."""
        return self._pipe, self._talk

    def tell(self, event: str, **facts: object) -> None:
        """Write one line."""
        line = memoryview((json.dumps({"event": event, **facts}) + "\n").encode())
        while line:
            line = line[os.write(self._talk, line) :]

    def wait(self, processes: Sequence[Process]) -> bool:
        """Wait for a while, at most until a process ends; tell whether the caller has gone."""
        if sys.platform == "win32":
            return self._closed.wait(TICK / 2)
        known = [each.descriptor for each in processes if each.descriptor is not None]
        timeout = TICK if len(known) == len(processes) else TICK / 2
        ready, _, _ = select.select([self._pipe, *known], [], [], timeout)
        return self._pipe in ready

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while os.read(self._pipe, 1):
                pass
        self._closed.set()


class Running:
    """A task in its process, and what was done about its limits."""

    def __init__(self, task: dict[str, Any], process: Process) -> None:
        self.task = task
        self.process = process
        self.reason: str | None = None
        self._begun: float | None = None
        self._asked = 0.0

    @property
    def seconds(self) -> float:
        """How long the task has been running; getting ready does not count."""
        if self._begun is None and self.process.started():
            self._begun = time.monotonic()
        return 0.0 if self._begun is None else time.monotonic() - self._begun

    def hold_to_limits(self) -> None:
        """Interrupt it, or end it, if it has passed a limit."""
        now, seconds = time.monotonic(), self.seconds
        if self.reason is None:
            limit = self.task["memory"]
            if seconds > self.task["seconds"]:
                self.reason, self._asked = "timeout", now
                self.process.interrupt()
            elif limit is not None and (self.process.memory() or 0) > limit:
                self.reason = "memory"
                self.process.kill()
        elif self.reason == "timeout" and now - self._asked > GRACE:
            self.process.kill()


class Supervisor:
    """Keeps so many tasks running as were asked for, and ends them all when it is over."""

    def __init__(self, caller: Caller, tasks: Sequence[dict[str, Any]], jobs: int) -> None:
        self._caller = caller
        self._waiting = deque(tasks)
        self._jobs = jobs
        self._running: list[Running] = []
        self._spare: list[Worker] = []

    def run(self, start: Callable[[dict[str, Any]], Process]) -> None:
        """Do everything, or what there is time for until the caller goes."""
        try:
            while self._waiting or self._running:
                while self._waiting and len(self._running) < self._jobs:
                    task = self._waiting.popleft()
                    self._caller.tell("started", task=task["number"])
                    self._running.append(Running(task, start(task)))
                    self._running[-1].hold_to_limits()
                if self._caller.wait([each.process for each in self._running]):
                    self._caller.gone = True
                    return
                self._look()
        finally:
            self._end_all()

    def fresh(self, folder: Path, task: dict[str, Any]) -> Process:
        """Hand a task to a fresh process, and have the next one get ready meanwhile."""
        worker = self._spare.pop() if self._spare else Worker(folder)
        worker.give(task["number"])
        if self._waiting:
            self._spare.append(Worker(folder))
        return worker

    def _look(self) -> None:
        for each in tuple(self._running):
            end = each.process.ended()
            if end is None:
                each.hold_to_limits()
                continue
            self._running.remove(each)
            self._end_orphans()
            self._caller.tell(
                "ended",
                task=each.task["number"],
                reason=each.reason,
                code=end.code,
                peak=end.peak,
                seconds=each.seconds,
            )

    def _end_all(self) -> None:
        left: list[Process] = [*(each.process for each in self._running), *self._spare]
        self._running, self._spare = [], []
        for process in left:
            process.kill()
        while left:
            left = [process for process in left if process.ended() is None]
            if left:
                time.sleep(TICK / 10)
        self._end_orphans()

    def _end_orphans(self) -> None:
        """End what ended tasks have left behind in groups of their own; it is our child by now."""
        known = {each.process.pid for each in self._running} | {each.pid for each in self._spare}
        for _ in range(ROUNDS):
            orphans = children() - known
            if not orphans:
                return
            for pid in orphans:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            time.sleep(TICK / 20)


def main(folder: Path) -> None:
    """Read the order in `folder`, get ready, do the tasks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller decides what Ctrl-C means
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    adopt_orphans()
    caller = Caller()
    try:
        _serve(folder, caller)
    except BrokenPipeError:
        caller.gone = True
    if caller.gone:  # perhaps killed: then nobody else removes it
        shutil.rmtree(folder, ignore_errors=True)


def _serve(folder: Path, caller: Caller) -> None:
    order = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    sys.path[:] = order["path"]
    supervisor = Supervisor(caller, order["tasks"], order["jobs"])
    method = order["method"]
    if method != "process":
        trouble = warm_up(folder, order["modules"])
        if trouble is not None:
            caller.tell("failed", message=trouble[1], detail=trouble[2])
            return
        if "evalkit.engine.execute" in sys.modules:
            importlib.import_module("evalkit.engine.preload").notebooks()
        threads = thread_names()
        if len(threads) > 1:
            caller.tell("refused", threads=threads)
            if method == "fork":
                return
            method = "process"
    if method == "process":
        supervisor.run(lambda task: supervisor.fresh(folder, task))
        return
    gc.collect()
    gc.freeze()
    supervisor.run(
        lambda task: fork(folder, task["number"], task["name"], task["memory"], caller.descriptors)
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
