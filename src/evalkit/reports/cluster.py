"""Reports made by Spark's workers, for hundreds of colleges on several machines.

The workers see the workspace, and the folder of reports in it, at the same place: a shared store.
Each takes a few reports at a time and makes them with the engine as a single machine does, in
processes of their own; what came of each is written to a file beside the reports as soon as it is
known. So a worker that is lost takes only what it was making with it: another one goes on there.
"""

from __future__ import annotations

import json
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from evalkit.engine.warm import EngineError, Outcome, Task, Warm, run
from evalkit.outputs import write_text
from evalkit.reports.program import program_digest, versions
from evalkit.spark import Setting, spark_session

__all__ = ["run_on_cluster"]

MOST = 12
"""Most reports that a worker takes at a time: the warm-up pays, and little is lost with it."""
_TRIES = 2
"""How often a report may be begun whose worker is lost each time."""
_LOOK = 0.1
"""Seconds between two looks at what has been made."""
_SETTINGS: dict[str, Setting] = {
    # A batch goes from worker to worker as long as each of them gets on with it.
    "spark.task.maxFailures": "20",
    "spark.excludeOnFailure.enabled": "false",
}


@dataclass(frozen=True, slots=True)
class _Batch:
    """What a worker is told: its reports by number, how to get ready, where to write it down."""

    tasks: tuple[tuple[int, Task], ...]
    warm: tuple[Warm, ...]
    place: Path
    program: tuple[str, dict[str, str]]


def run_on_cluster(
    tasks: Sequence[Task],
    *,
    warm: Sequence[Warm],
    master: str,
    place: Path,
    started: Callable[[Task], None],
) -> Generator[Outcome, None, None]:
    """Do tasks on Spark's workers; yield each outcome when it is there.

    As :func:`evalkit.engine.warm.run`, but for where the tasks are done. Closing the generator
    ends the workers' tasks.

    Parameters
    ----------
    tasks : sequence of Task
        With unique names.
    warm : sequence
        What a worker does once before its first task.
    master : str
        Spark's master.
    place : Path
        An empty folder in the shared store, for what the workers write down.
    started : callable
        Called with each task when it was seen to have started.

    Raises
    ------
    SparkError
        If PySpark is not installed, or Spark does not start.
    """
    with spark_session(master, "evalkit report", settings=_SETTINGS) as session:
        context = session.sparkContext
        batches = _batches(tasks, warm, place, max(1, context.defaultParallelism))
        failures: list[str] = []

        def submit() -> None:
            try:
                context.parallelize(batches, len(batches)).foreach(_work)
            except Exception as error:  # py4j and Java report in classes of their own
                failures.append(str(error))

        thread = threading.Thread(target=submit, daemon=True)
        thread.start()
        try:
            yield from _watched(tasks, place, started, thread)
        finally:
            context.cancelAllJobs()
            thread.join(10)
        detail = failures[0] if failures else ""
        for number, task in enumerate(tasks):
            if not _ended(place, number).is_file():
                message = _told(task, detail)
                yield Outcome(task, "died", None, message, detail, 0.0, None)


def _batches(tasks: Sequence[Task], warm: Sequence[Warm], place: Path, slots: int) -> list[_Batch]:
    # Twice as many batches as can be at work, so that the last ones even out.
    size = min(MOST, max(1, math.ceil(len(tasks) / (2 * slots))))
    numbered = list(enumerate(tasks))
    program = program_digest(), dict(versions())
    return [
        _Batch(tuple(numbered[first : first + size]), tuple(warm), place, program)
        for first in range(0, len(numbered), size)
    ]


def _watched(
    tasks: Sequence[Task],
    place: Path,
    started: Callable[[Task], None],
    thread: threading.Thread,
) -> Generator[Outcome, None, None]:
    """Yield what the workers write down, until all is there or Spark has come to an end."""
    waiting, begun = dict(enumerate(tasks)), set[int]()
    over = False
    while waiting and not over:
        over = not thread.is_alive()  # before the look: what came last is seen then
        for number, task in list(waiting.items()):
            ended = _ended(place, number)
            if number not in begun and (ended.is_file() or _begun(place, number).is_file()):
                begun.add(number)
                started(task)
            if ended.is_file():
                del waiting[number]
                yield Outcome(task=task, value=None, **json.loads(ended.read_text("utf-8")))
        if waiting and not over:
            time.sleep(_LOOK)


def _work(batch: _Batch) -> None:
    """Make the reports of a batch, on a worker, but for those that were made before it was lost."""
    left = []
    for number, task in batch.tasks:
        if _ended(batch.place, number).is_file():
            continue
        if _tries(batch.place, number) >= _TRIES:
            _note(batch.place, number, Outcome(task, "died", None, _lost(task), "", 0.0, None))
        else:
            left.append((number, task))
    numbers = {task.name: number for number, task in left}
    problem = _unfit(batch)
    try:
        if problem:
            raise EngineError(problem)

        def on_start(task: Task) -> None:
            with _begun(batch.place, numbers[task.name]).open("a", encoding="utf-8") as stream:
                stream.write(f"{socket.gethostname()} {os.getpid()}\n")

        tasks = [task for _, task in left]
        with closing(run(tasks, warm=batch.warm, started=on_start)) as outcomes:
            for outcome in outcomes:
                _note(batch.place, numbers[outcome.task.name], outcome)
    except EngineError as error:
        for number, task in left:
            if not _ended(batch.place, number).is_file():
                outcome = Outcome(task, "failed", None, str(error), error.detail, 0.0, None)
                _note(batch.place, number, outcome)


def _unfit(batch: _Batch) -> str:
    """Say why this worker cannot make these reports as the others do."""
    host = socket.gethostname()
    program, packages = batch.program
    if program_digest() != program:
        return (
            f"工作机 {host} 上的 evalkit 与发起的电脑不同，没有生成。请在各台电脑上安装同一版本。"
        )
    differing = [f"{n} {v}" for n, v in versions().items() if packages.get(n) != v]
    if differing:
        return (
            f"工作机 {host} 上的程序包与发起的电脑不同（{'、'.join(differing)}），没有生成。"
            "请按 constraints.txt 安装同样的版本。"
        )
    return ""


def _note(place: Path, number: int, outcome: Outcome) -> None:
    facts = {
        "status": outcome.status,
        "message": outcome.message,
        "detail": outcome.detail,
        "seconds": outcome.seconds,
        "peak": outcome.peak,
    }
    write_text(_ended(place, number), json.dumps(facts, ensure_ascii=False))


def _tries(place: Path, number: int) -> int:
    path = _begun(place, number)
    return len(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else 0


def _begun(place: Path, number: int) -> Path:
    return place / f"{number}.begun"


def _ended(place: Path, number: int) -> Path:
    return place / f"{number}.ended"


def _told(task: Task, detail: str) -> str:
    """Say why Spark came to an end without a report."""
    if "No module named" in detail:
        module = detail.rpartition("No module named")[2].split()[0].strip("'\"")
        return (
            f"工作机的 Python 中没有 {module}，没有生成“{task.name}”。请在每台工作机上安装 "
            "evalkit，并用环境变量 PYSPARK_PYTHON 写明工作机上 Python 的位置。"
        )
    return _lost(task)


def _lost(task: Task) -> str:
    return (
        f"生成“{task.name}”的工作机中途失去联系，这份报告没有完成。"
        "其余报告不受影响；请检查工作机的内存和网络后再运行一次，只会补做没有完成的。"
    )
